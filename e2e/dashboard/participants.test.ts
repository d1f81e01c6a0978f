import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { test } from './harness/index.ts';

test('are found by whatever is known of them', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/participants');
  const list = page.getByRole('table', { name: 'Participants' });
  await list.getByRole('link').first().waitFor();
  await axe();
  const search = page.getByRole('searchbox', { name: 'Search' });
  const { data } = await season.api.get('/v1/participants', { query: { external_id: 'lucia' } });
  const lucia = data[0];
  for (const known of ['lucía ferr', 'LUCIA@regatta', lucia?.wallet?.slice(0, 12) ?? '', lucia?.id ?? '']) {
    await search.fill(known);
    await expect.poll(() => new URL(page.url()).searchParams.get('search')).toBe(known);
    await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['Lucía Ferrán']);
  }
  await search.fill('nobody at all');
  await page.getByText('Nobody is found').waitFor();
  await page.getByRole('link', { name: 'Show everybody' }).click();
  await list.getByRole('link').nth(5).waitFor();
  expect(await search.inputValue()).toBe('');
  expect(await page.getByRole('button', { name: 'Add a participant' }).count()).toBe(0);
});

test('show everything that is known of them, tab by tab', async ({ season, visit }) => {
  const { data } = await season.api.get('/v1/participants', { query: { external_id: 'hana' } });
  const { page, open, axe, fits } = await visit(season, { as: 'viewer' });
  await open(`/participants/${data[0]?.id}`);
  await page.getByRole('heading', { name: 'Hana Nováková', level: 1 }).waitFor();
  await page.getByRole('table', { name: 'Counters in each campaign' }).getByText('Summer Regatta').waitFor();
  await page.getByText('hana.sails').waitFor();
  expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
  await axe();
  const tabs = {
    Points: page.getByText('Points for joining'),
    Rewards: page.getByRole('table', { name: 'What they earned, newest first' }).getByText(/ETH/).first(),
    Referrals: page.getByText('Came through'),
    Plays: page.getByRole('table', { name: 'Their plays, newest first' }).getByRole('row').nth(1),
    'Sign-ins': page
      .getByRole('table', { name: 'Their sign-ins, newest first' })
      .getByText('discord')
      .first(),
    Events: page.getByRole('link', { name: 'task.completed' }).first(),
    Deliveries: page.getByText('Delivered').first(),
  };
  for (const [name, shown] of Object.entries(tabs)) {
    await page.getByRole('tab', { name, exact: true }).click();
    await shown.waitFor();
    await axe();
  }
  await page.getByRole('tab', { name: 'Points' }).click();
  const [campaign] = (await season.api.get('/v1/campaigns')).data;
  const gift = { amount: 3.25, cause: 'custom', reference: 'A gift' } as const;
  await season.api.post('/v1/campaigns/{id}/points', {
    path: { id: campaign?.id ?? '' },
    body: { participant: { external_id: 'hana' }, ...gift },
  });
  // Nobody reloads: the stream tells that something happened.
  await page.getByRole('row', { name: /by hand: A gift \+3\.25/ }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  const paid = page.getByRole('row', { name: /payout\.paid/ }).first();
  await paid.getByRole('button', { name: /^Show \d+ deliveries$/ }).click();
  await page.getByRole('link', { name: 'Data warehouse' }).first().waitFor();
  await page.setViewportSize({ width: 375, height: 812 });
  for (const name of ['Profile', ...Object.keys(tabs)]) {
    await page.getByRole('tab', { name, exact: true }).click();
    await fits();
  }
});

test('are added, edited and merged', async ({ season, visit }) => {
  const { page, open, axe, tolerate } = await visit(season, { as: 'manager', colours: 'dark' });
  // What is refused is said at its field.
  tolerate(/400/);
  await open('/participants');
  await page.getByRole('button', { name: 'Add a participant' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a participant' });
  await adding.getByRole('textbox', { name: 'First name' }).fill('Iris');
  await adding.getByRole('button', { name: 'Add', exact: true }).click();
  await adding.getByText(/Give your id or an account/).waitFor();
  await adding.getByRole('textbox', { name: 'Your id' }).fill('iris-1');
  await adding.getByRole('button', { name: 'Add an account' }).click();
  await adding.getByRole('textbox', { name: 'Account 1, Platform' }).fill('discord');
  await adding.getByRole('textbox', { name: 'Account 1, Name there' }).fill('iris.blooms');
  await adding.getByRole('textbox', { name: 'E-mail address' }).fill('iris@example.com');
  await adding.getByRole('textbox', { name: 'Further fields' }).fill('{ "city": "Lisbon" }');
  await axe();
  await adding.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { name: 'Iris', level: 1 }).waitFor();
  await page.getByRole('row', { name: 'city Lisbon' }).waitFor();
  await page.getByText('iris.blooms').waitFor();

  await page.getByRole('button', { name: 'Edit' }).click();
  const editing = page.getByRole('dialog', { name: 'Edit the participant' });
  expect(await editing.getByRole('textbox', { name: 'Your id' }).isDisabled()).toBe(true);
  await editing.getByRole('textbox', { name: 'Last name' }).fill('Marsh');
  await editing.getByRole('textbox', { name: 'Referral code' }).fill('lower case');
  await editing.getByRole('button', { name: 'Save' }).click();
  await editing
    .getByRole('textbox', { name: 'Referral code' })
    .and(page.locator('[aria-invalid=true]'))
    .waitFor();
  await editing.getByRole('textbox', { name: 'Referral code' }).fill('IRIS-MARSH');
  await editing.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Iris Marsh', level: 1 }).waitFor();

  const twice = await season.api.post('/v1/participants', {
    body: { external_id: 'iris-2', first_name: 'Iris again' },
  });
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Merge/ }).click();
  const merging = page.getByRole('dialog', { name: 'Merge two participants' });
  await merging.getByRole('combobox', { name: /The same person as/ }).fill('iris again');
  await page.getByRole('option', { name: 'Iris again' }).click();
  await merging.getByText('What moves: Iris again').waitFor();
  await page.getByRole('listbox').waitFor({ state: 'hidden' });
  await axe();
  await merging.getByRole('textbox', { name: 'Reason' }).fill('Signed up twice');
  await merging.getByRole('button', { name: 'Merge for good' }).click();
  await page.getByText('Merged: Iris Marsh answers for both.').waitFor();
  await page.getByRole('row', { name: /iris-2.*Signed up twice/ }).waitFor();
  await open(`/participants/${twice.id}`);
  await page.getByRole('heading', { name: 'Iris Marsh', level: 1 }).waitFor();
});

test('are exported and erased', async ({ season, visit }) => {
  const made = await season.api.post('/v1/participants', {
    body: { external_id: 'leaving', first_name: 'Leo', last_name: 'Leaving', email: 'leo@example.com' },
  });
  const { page, open, axe } = await visit(season, { as: 'admin' });
  await open(`/participants/${made.id}`);
  await page.getByRole('button', { name: 'More' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export everything about them' }).click(),
  ]);
  expect(await readFile(await file.path(), 'utf8')).toContain('leo@example.com');

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Erase/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Erase / });
  await dialog.getByText(/name, e-mail address, phone/).waitFor();
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await axe();
  expect(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled()).toBe(true);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Request of 3 March');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByRole('status').filter({ hasText: 'Their personal data is erased' }).waitFor();
  await page.getByText('Request of 3 March').waitFor();
  expect(await page.getByText('leo@example.com').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
  await axe();
});

test('come from files, with every line that could not be taken and why', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'manager' });
  await open('/participants');
  await page.getByRole('link', { name: 'Import and export' }).click();
  await axe();
  const people = page.getByRole('form', { name: 'Import participants' });
  await people.getByRole('button', { name: 'Import', exact: true }).click();
  await people.getByText('Choose a file.').waitFor();
  const csv = 'external_id,email,test\nfile-ann,ann@example.com,\nfile-bob,,perhaps\n';
  await people
    .locator('input[type=file]')
    .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await people.getByRole('textbox', { name: 'Name of the import' }).fill('Newsletter');
  await people.getByRole('button', { name: 'Import', exact: true }).click();

  await page.getByRole('heading', { name: 'Participants: Newsletter', level: 1 }).waitFor();
  await page.getByText('Done', { exact: true }).waitFor();
  await page.getByRole('row', { name: /3 test .*perhaps/ }).waitFor();
  await axe();
  const [refusals] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as CSV' }).click(),
  ]);
  expect(await readFile(await refusals.path(), 'utf8')).toContain('file-bob');

  await page.getByRole('link', { name: 'Import and export' }).click();
  await page.getByRole('link', { name: 'Participants: Newsletter' }).waitFor();
  const points = page.getByRole('form', { name: 'Import points' });
  await points.getByRole('combobox', { name: 'Campaign' }).click();
  await page.getByRole('option', { name: 'Summer Regatta' }).click();
  const booked = 'external_id,amount,reference\nfile-ann,12.5,prize-1\n';
  await points
    .locator('input[type=file]')
    .setInputFiles({ name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from(booked) });
  await points.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Every line was taken.').waitFor();
  await page.getByText('Done', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Import and export' }).click();
  const [everybody] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'All participants' }).click(),
  ]);
  expect(await readFile(await everybody.path(), 'utf8')).toContain('ann@example.com');
});

test('of nobody’s id say so, and viewers are offered no files', async ({ season, visit }) => {
  const { page, open, tolerate, fits, axe } = await visit(season, {
    as: 'viewer',
    viewport: 'phone',
    colours: 'dark',
  });
  tolerate(/404/);
  await open('/participants/usr_01jf2wkmvcfw6ts1qmgzya291c');
  await page.getByRole('alert').waitFor();
  await open('/participants/imports');
  await page.getByRole('heading', { name: 'Imports and erasures' }).waitFor();
  expect(await page.getByRole('form').count()).toBe(0);
  expect(await page.getByRole('link', { name: 'All participants' }).count()).toBe(0);
  await fits();
  await axe();
});
