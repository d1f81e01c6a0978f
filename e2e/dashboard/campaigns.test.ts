import type { FanfareClient } from '@fanfare/client';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { accounts, password, test } from './harness/index.ts';

interface Season {
  readonly api: FanfareClient;
}

/** The campaign of the season. */
async function regatta(season: Season): Promise<string> {
  const { data } = await season.api.get('/v1/campaigns', {});
  const found = data.find(({ name }) => name === 'Summer Regatta');
  if (found === undefined) throw new Error('The season has no Summer Regatta');
  return found.id;
}

/** A field for text or a number, by its exact label. */
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

const said = (page: Page, words: RegExp | string) => page.getByRole('alert').filter({ hasText: words });

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

describe('a manager', () => {
  test('creates a campaign, designs it and ends it', async ({ season, visit }) => {
    const { page, open, tolerate } = await visit(season, { as: 'manager' });
    tolerate(/status of (409|422)/);
    await open('/campaigns');
    await page.getByRole('link', { name: 'Create campaign' }).click();
    await field(page, 'Name').fill('Autumn Cup');
    await page.getByLabel('Starts').fill('2026-10-01T08:00');
    await page.getByLabel('Ends').fill('2026-09-01T08:00');
    await field(page, 'What points are called').fill('Coins');
    await field(page, 'Points for joining').fill('12.5');
    await page.getByLabel('A part of the task’s points').check();
    await field(page, 'Percent of the points').fill('10');
    await page.getByRole('button', { name: 'Add a tier' }).click();
    await field(page, 'Name of tier 1').fill('Bronze');
    await field(page, 'Points of tier 1').fill('100');

    await page.getByRole('button', { name: 'Create campaign' }).click();
    await page.getByText('The end has to come after the start.').waitFor();
    expect(await page.getByLabel('Ends').getAttribute('aria-invalid')).toBe('true');

    // Nobody loses what they typed by a slip.
    await page.getByRole('link', { name: 'Triggers' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    await page.getByLabel('Ends').fill('');
    await page.getByLabel('Starts').fill('');
    await page.getByRole('button', { name: 'Create campaign' }).click();

    await page.getByRole('heading', { level: 1, name: 'Autumn Cup' }).waitFor();
    await page.getByText('Nothing to do yet').waitFor();
    await design(page);

    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByText('10 % of the points of each task').waitFor();
    await page.getByText('Bronze from 100').waitFor();

    await page.getByRole('button', { name: 'Change status' }).click();
    await page.getByRole('menuitem', { name: 'End' }).click();
    const question = page.getByRole('dialog', { name: 'End the campaign “Autumn Cup”' });
    await question.getByRole('button', { name: 'End campaign' }).click();
    await page.getByText('“Autumn Cup” is now: Ended.').waitFor();

    // What happened, by what the API has.
    const { data } = await season.api.get('/v1/campaigns', {});
    const made = data.find(({ name }) => name === 'Autumn Cup');
    expect(made).toMatchObject({
      status: 'ended',
      points_name: 'Coins',
      initial_points: 12.5,
      referral_bonus: { percent: 10 },
      tiers: [{ name: 'Bronze', min_points: 100 }],
    });
    const tasks = await season.api.get('/v1/campaigns/{id}/tasks', { path: { id: made?.id ?? '' } });
    expect(tasks.data).toMatchObject([
      { name: 'Post', type: 'x_post', recurrence: 'daily', ugc: true, meta: { url: 'https://example.com' } },
      { name: 'Quiz', points: 50, reward: { amount: '1.5000' }, level: { number: 1, last: true } },
    ]);
    expect(tasks.data[0]?.prerequisites).toEqual([tasks.data[1]?.id]);
  });

  /** A group with a quest with two tasks, the second moved up, and a reward that the first gives. */
  async function design(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Add reward' }).click();
    await field(page, 'Name').fill('Shop code');
    await field(page, 'Unit').fill('Codes');
    await page.getByLabel('Limited stock').check();
    await field(page, 'Left').fill('10.00001');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(/which has 5 decimal places/).waitFor();
    await field(page, 'Left').fill('10');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('row', { name: /Shop code/ }).waitFor();

    await page.getByRole('button', { name: 'Add group' }).click();
    await field(page, 'Name').fill('Everything');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'Everything' }).waitFor();

    await page.getByRole('button', { name: 'Add quest' }).click();
    await field(page, 'Name').fill('First steps');
    await field(page, 'Points').fill('200');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'First steps' }).waitFor();

    await page.getByRole('button', { name: 'Add task' }).click();
    await field(page, 'Name').fill('Quiz');
    await field(page, 'Type').fill('quiz');
    await field(page, 'Points').fill('50');
    await choose(page, 'Reward', 'Shop code');
    await field(page, 'Amount').fill('1.5');
    await page.getByLabel('It is a level of a game').check();
    await field(page, 'Level id').fill('level-1');
    await field(page, 'Name of the level').fill('The quiz');
    await page.getByLabel('Last level').check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('link', { name: 'Quiz' }).waitFor();

    await page.getByRole('button', { name: 'Add task' }).click();
    await field(page, 'Name').fill('Post');
    await field(page, 'Type').fill('x_post');
    await choose(page, 'How often', 'Daily');
    await choose(page, 'Only after these tasks', 'Quiz');
    await page.keyboard.press('Tab');
    await page.getByLabel('User-generated content').check();
    await field(page, 'Meta (JSON)').fill('{"url": ');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(/This is no JSON/).waitFor();
    await field(page, 'Meta (JSON)').fill('{"url": "https://example.com"}');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('after Quiz').waitFor();

    await page.getByRole('button', { name: 'Actions for Post' }).click();
    await page.getByRole('menuitem', { name: 'Move up' }).click();
    const tasks = page.getByRole('list', { name: 'Tasks of First steps' }).getByRole('link');
    await expect.poll(() => tasks.allInnerTexts()).toEqual(['Post', 'Quiz']);

    // Deleting says why it cannot be.
    await page.getByRole('button', { name: 'Actions for Group Everything' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await said(page, 'This group holds 1 quest').waitFor();
    await said(page, 'This group holds 1 quest').getByRole('button').click();

    // A closed form forgets nothing without asking.
    await page.getByRole('link', { name: 'Quiz' }).click();
    await field(page, 'Points').fill('75');
    await page.keyboard.press('Escape');
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByText('Leave', { exact: true })
      .click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByText('50 Coins').waitFor();
  }

  test('changes settings, and what others changed meanwhile stays', async ({ season, visit }) => {
    const { page, open, tolerate } = await visit(season, { as: 'manager' });
    tolerate(/status of 422/);
    const { id } = await season.api.post('/v1/campaigns', { body: { name: 'Winter' } });
    await open(`/campaigns/${id}/settings`);
    await field(page, 'What points are called').fill('Flakes');
    await season.api.patch('/v1/campaigns/{id}', { path: { id }, body: { initial_points: 7 } });
    await page.getByRole('button', { name: 'Add a tier' }).click();
    await field(page, 'Name of tier 1').fill('Ice');
    await field(page, 'Points of tier 1').fill('5');
    await page.getByRole('button', { name: 'Add a tier' }).click();
    await field(page, 'Name of tier 2').fill('Ice');
    await field(page, 'Points of tier 2').fill('6');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Some fields need another look').waitFor();
    expect(await field(page, 'Name of tier 2').getAttribute('aria-invalid')).toBe('true');
    await field(page, 'Name of tier 2').fill('Snow');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved. It counts for what people do from now on.').waitFor();
    expect(await page.getByRole('button', { name: 'Save changes' }).isDisabled()).toBe(true);
    expect(await season.api.get('/v1/campaigns/{id}', { path: { id } })).toMatchObject({
      points_name: 'Flakes',
      initial_points: 7,
      tiers: [{ name: 'Ice' }, { name: 'Snow' }],
    });
  });

  test('looks after communities', async ({ season, visit }) => {
    const { page, open } = await visit(season, { as: 'manager' });
    await open('/campaigns?tab=communities');
    await page.getByRole('button', { name: 'Add community' }).click();
    await field(page, 'Name').fill('Harbour');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Actions for Harbour' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await field(page, 'Name').fill('Harbour town');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Actions for Harbour town' }).click();
    await page.getByRole('menuitem', { name: 'Make default' }).click();
    await page.getByRole('row', { name: /Harbour town.*Default/ }).waitFor();
    await page.getByRole('button', { name: 'Actions for My organization' }).click();
    await page.getByRole('menuitem', { name: 'Make default' }).click();
    await page.getByRole('row', { name: /My organization.*Default/ }).waitFor();
    await page.getByRole('button', { name: 'Actions for Harbour town' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted the community “Harbour town”.').waitFor();
  });

  test('makes a trigger, sees what a value is worth, and learns how to fire it', async ({
    season,
    visit,
  }) => {
    const { page, open } = await visit(season, { as: 'manager' });
    await open('/triggers');
    await page.getByRole('button', { name: 'Create trigger' }).click();
    await field(page, 'Id').fill('successful_payment');
    await field(page, 'Name').fill('Ferry ticket');
    await choose(page, 'Campaign', 'Summer Regatta');
    await page.getByLabel('The value × a rate').check();
    await field(page, 'Rate').fill('10');
    await page.getByText('2.99 × 10 = 29.9 points').waitFor();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText(/There is a trigger of this id already/).waitFor();
    await field(page, 'Id').fill('ferry');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('row', { name: /Ferry ticket.*10 × value/ }).waitFor();

    await page.getByRole('link', { name: 'Ferry ticket' }).click();
    await page
      .getByRole('region', { name: 'the request' })
      .getByText(/triggers\/ferry\/users/)
      .waitFor();
    await field(page, 'Name').fill('Ferry tickets');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Actions for Ferry tickets' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted the trigger “Ferry tickets”.').waitFor();
    await page.getByRole('row', { name: /Ferry/ }).waitFor({ state: 'detached' });
  });

  test('corrects points: by hand, by revoking, and by the settings of today', async ({ season, visit }) => {
    const { page, open } = await visit(season, { as: 'manager' });
    const id = await regatta(season);
    await open(`/campaigns/${id}/corrections`);
    await page.getByRole('combobox', { name: 'Participant' }).fill('hana');
    await page.getByRole('option', { name: 'Hana Nováková' }).click();
    await field(page, 'Points').fill('12.5');
    await field(page, 'Reason').fill('Helped at the pier');
    await page.getByRole('button', { name: 'Give points' }).click();
    const told = said(page, /^Gave 12.5 points. They have .* now.$/);
    await told.getByRole('button').click();

    await page.getByRole('tab', { name: 'Activity' }).click();
    await page.getByRole('row', { name: /Correction, Helped at the pier.*\+12.5/ }).waitFor();
    await page.getByRole('combobox', { name: 'Only of' }).fill('hana');
    await page.getByRole('option', { name: 'Hana Nováková' }).click();
    await page.waitForURL(/participant=usr_/);
    await page.getByRole('button', { name: 'Actions for: Completed “Harbour quiz”' }).click();
    await page.getByRole('menuitem', { name: 'Revoke …' }).click();
    await field(page, 'Reason').fill('Answers were copied');
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText(/^Revoked: .* points were taken/).waitFor();
    await page.getByRole('row', { name: /Completed “Harbour quiz”.*Revoked/ }).waitFor();

    const { data } = await season.api.get('/v1/campaigns/{id}/tasks', { path: { id } });
    const discord = data.find(({ name }) => name === 'Join the crew on Discord');
    const task = { id, task_id: discord?.id ?? '' };
    await season.api.patch('/v1/campaigns/{id}/tasks/{task_id}', { path: task, body: { points: 160 } });
    await page.getByRole('tab', { name: 'Corrections' }).click();
    await choose(page, 'Only these tasks', 'Join the crew on Discord');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Trial run' }).click();
    await page.getByRole('heading', { name: 'What would come of it' }).waitFor();
    await page.getByRole('button', { name: 'Book these differences' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Book' }).click();
    await page.getByRole('heading', { name: 'What came of it' }).waitFor();
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('row', { name: /Hana Nováková.*\+1[01]/ }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('link', { name: 'Booked' }).waitFor();
    await page.getByRole('link', { name: 'Trial' }).waitFor();
  });
});

test('the lists tell what happened, and go on telling while it happens', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'manager' });
  const id = await regatta(season);
  await open(`/campaigns/${id}/referrals`);
  await page.getByText('Converted', { exact: true }).first().click();
  await page.waitForURL(/state=converted/);
  await page.getByText('Qualified, they completed their first task').waitFor();
  await expect.poll(() => page.getByRole('table').getByText('Linked').count()).toBe(0);

  await page.getByRole('tab', { name: 'Participants' }).click();
  await page.getByRole('row', { name: /Hana Nováková/ }).waitFor();

  await page.getByRole('tab', { name: 'Leaderboard' }).click();
  await page.getByText('Best score', { exact: true }).click();
  await page.waitForURL(/by=score/);
  await page.getByRole('table', { name: 'Best scores, highest first' }).waitFor();
  await page.getByText('Points', { exact: true }).first().click();
  await page.getByRole('row', { name: /Mara Lindqvist/ }).waitFor();

  const person = { external_id: 'late-comer' };
  await season.api.post('/v1/participants', { body: { ...person, first_name: 'Late', last_name: 'Comer' } });
  await season.api.post('/v1/campaigns/{id}/points', {
    path: { id },
    body: { participant: person, amount: 1_000_000.5, cause: 'api', reference: 'won' },
  });
  await page.getByRole('row', { name: /^1 Late Comer.*1,000,100.5/ }).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/leaderboard.*\.csv$/);
  await page.getByRole('link', { name: 'Late Comer' }).click();
  await page.waitForURL(/\/participants\/usr_/);
});

test('a viewer sees everything and is offered nothing that changes it', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'viewer' });
  const id = await regatta(season);
  await open('/campaigns');
  await page.getByRole('link', { name: 'Summer Regatta' }).waitFor();
  const buttons = page.getByRole('main').getByRole('button');
  expect(await page.getByRole('link', { name: 'Create campaign' }).count()).toBe(0);
  await page.getByRole('tab', { name: 'Communities' }).click();
  await page.getByRole('row', { name: /My organization/ }).waitFor();
  expect(await buttons.count()).toBe(0);

  await open(`/campaigns/${id}/design`);
  await page.getByRole('heading', { name: 'Sail the regatta' }).waitFor();
  expect(await page.getByRole('tab', { name: 'Corrections' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Add|Change status/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Actions for Harbour quiz' }).click();
  await page.getByRole('menuitem').first().waitFor();
  expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Show']);
  await page.getByRole('menuitem', { name: 'Show' }).click();
  expect(await field(page, 'Type').isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Settings' }).click();
  expect(await field(page, 'What points are called').isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: /Save changes|Add a tier/ }).count()).toBe(0);
  await page.getByRole('tab', { name: 'Activity' }).click();
  await page
    .getByRole('row', { name: /Completed/ })
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: /^Actions/ }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Download CSV' }).count()).toBe(0);

  await open('/triggers?edit=successful_payment');
  await page.getByText(/triggers\/successful_payment/).waitFor();
  expect(await field(page, 'Name').isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Create trigger' }).count()).toBe(0);
});

test('a second click before the answer creates no second campaign', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'manager' });
  await open('/campaigns/new');
  await field(page, 'Name').fill('Once only');
  await page.getByRole('button', { name: 'Create campaign' }).dblclick();
  await page.getByRole('heading', { level: 1, name: 'Once only' }).waitFor();
  const { data } = await season.api.get('/v1/campaigns', { query: { limit: 100 } });
  expect(data.filter(({ name }) => name === 'Once only')).toHaveLength(1);
});

test('whoever is signed out in the middle of a form keeps it, and saves it once signed in again', async ({
  season,
  visit,
}) => {
  const { page, context, open, tolerate } = await visit(season, { as: 'manager' });
  tolerate(/401/);
  await open('/campaigns/new');
  await field(page, 'Name').fill('Typed before');
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/session')) asked++;
  });
  const elsewhere = await visit(season, { as: 'manager' });
  await elsewhere.open('/account');
  await elsewhere.page.getByRole('button', { name: 'End all others' }).click();
  const sure = elsewhere.page.getByRole('dialog', { name: 'End all sessions but this one' });
  await sure.getByRole('button', { name: 'End', exact: true }).click();

  const question = page.getByRole('dialog', { name: 'You are no longer signed in' });
  await question.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Create campaign' }).click();
  const refusal = said(page, 'You are no longer signed in');
  await refusal.waitFor();
  expect(asked, 'times that the session was read').toBeLessThan(20);

  const opened = context.waitForEvent('page');
  await refusal.getByRole('link', { name: 'Sign in in another window' }).click();
  const other = await opened;
  await other.getByLabel('E-mail address').fill(accounts.manager.email);
  await other.getByRole('textbox', { name: 'Password' }).fill(password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

  await page.getByRole('button', { name: 'Create campaign' }).click();
  await page.getByRole('heading', { level: 1, name: 'Typed before' }).waitFor();
});

test('the list tells how much goes on in each campaign', async ({ season, visit }) => {
  const id = await regatta(season);
  const people: string[] = [];
  for await (const { participant_id } of season.api.items('/v1/campaigns/{id}/participants', {
    path: { id },
  })) {
    people.push(participant_id);
  }
  expect(people.length).toBeGreaterThan(5);
  const { page, open } = await visit(season, { as: 'viewer' });
  await open('/campaigns');
  const row = page.getByRole('row', { name: /Summer Regatta/ });
  await row.getByRole('cell', { name: String(people.length), exact: true }).waitFor();
  await row
    .getByText(/ago|now/)
    .first()
    .waitFor();
});

test('what is not there is said where it would be', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'manager' });
  tolerate(/status of 404/);
  await open('/campaigns/cmp_01jf2wkmvcfw6ts1qmgzya291c');
  await page.getByRole('alert').waitFor();
  await open(`/campaigns/${await regatta(season)}/design?edit=tsk_01jf2wkmvcfw6ts1qmgzya291c`);
  await page.getByRole('dialog', { name: 'It is not there any more' }).waitFor();
  await open('/triggers?edit=nothing');
  await page.getByRole('dialog', { name: 'There is no such trigger' }).waitFor();
});

describe('every screen', () => {
  async function screensOf(season: Season): Promise<readonly string[]> {
    const id = await regatta(season);
    const tabs = ['', '/design', '/participants', '/leaderboard', '/referrals', '/activity', '/corrections'];
    return [
      '/campaigns',
      '/campaigns?tab=communities',
      '/campaigns/new',
      ...tabs.map((tab) => `/campaigns/${id}${tab}`),
      `/campaigns/${id}/integration`,
      `/campaigns/${id}/settings`,
      `/campaigns/${id}/design?add=task`,
      `/campaigns/${id}/design?add=reward`,
      '/triggers',
      '/triggers?edit=successful_payment',
    ];
  }

  async function settled(page: Page): Promise<void> {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
  }

  test.for(['light', 'dark'] as const)('can be used by everybody, in %s', async (colours, {
    season,
    visit,
  }) => {
    const { page, open, axe } = await visit(season, { as: 'manager', colours });
    for (const screen of await screensOf(season)) {
      await open(screen);
      await settled(page);
      await axe();
    }
  });

  test('fits a phone', async ({ season, visit }) => {
    const { page, open, axe, fits } = await visit(season, { as: 'manager', viewport: 'phone' });
    for (const screen of await screensOf(season)) {
      await open(screen);
      await settled(page);
      await fits();
    }
    await axe();
  });
});
