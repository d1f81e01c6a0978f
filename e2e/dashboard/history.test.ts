import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestedFanfare } from './harness/fanfares.ts';
import { test, type Visit } from './harness/index.ts';

const signedIn = (person: string) => ({
  type: 'user.signed_in',
  participant: { external_id: person },
  data: { session: { id: `ses_${person}` }, method: 'email' },
});

/** A webhook of its own inbox, for events of one type of its own. */
async function webhookFor(
  { api, origin }: TestedFanfare,
  name: string,
  { answer, settings }: { answer?: object; settings?: object } = {},
) {
  const type = `shop.${name}`;
  await api.put('/v1/event-types/{type}', {
    path: { type },
    body: { description: name, schema: { type: 'object' }, example: {} },
  });
  const inbox = await api.post('/v1/inboxes', { body: { name, ...(answer && { answer }) } });
  const webhook = await api.post('/v1/webhooks', {
    body: {
      name,
      url: `${origin}/inbox/${inbox.id}`,
      format: 'standard',
      events: [type],
      ...settings,
    },
  });
  const publish = async (data: Record<string, unknown> = {}) => {
    const published = await api.post('/v1/events', {
      body: { type, data, participant: { external_id: `${name}-buyer` } },
    });
    return 'id' in published ? published.id : '';
  };
  return { type, inbox, webhook, publish };
}

/** A list is read anew a second after the last time. */
const eventually = <Found>(read: () => Promise<Found>) => expect.poll(read, { timeout: 10_000 });
const grid = (page: Page) => page.getByRole('grid', { name: 'Deliveries' });
const rows = (page: Page) =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('link') });

test('the history is narrowed by filters that stand in the address', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open('/history');
  await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
  await rows(page).first().waitFor();
  await axe();
  await page.getByRole('combobox', { name: 'State' }).click();
  await page.getByRole('option', { name: 'Exhausted' }).click();
  await page.waitForURL('**/history?state=exhausted');
  await eventually(() => rows(page).allInnerTexts()).toSatisfy(
    (texts: string[]) => texts.length > 0 && texts.every((text) => text.includes('Exhausted')),
  );
  await page.getByRole('combobox', { name: 'Answer' }).fill('500');
  await page.getByRole('option', { name: '500 exactly' }).click();
  await page.waitForURL(/state=exhausted&status=(%22)?500/);
  await page.getByLabel('Error or answer').fill('CLOSED FOR');
  await page.waitForURL(/error=CLOSED/);
  await rows(page).first().waitFor();
  await page.getByLabel('Error or answer').fill('no such text');
  await page.getByText('Nothing matches').waitFor();
  await axe();
  await page.getByRole('search').getByRole('button', { name: 'Clear the filters' }).click();
  await page.waitForURL('**/history');
  await eventually(() => rows(page).count()).toBeGreaterThan(5);

  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('combobox', { name: 'Webhook' }).click();
  await page.getByRole('option', { name: 'Token treasury' }).click();
  await page.waitForURL(/webhook=whk_/);
  await page.getByRole('button', { name: 'From' }).waitFor();
  await axe();
});

test('new deliveries come in by themselves, or wait while it is paused', async ({ season, visit }) => {
  const { publish, webhook } = await webhookFor(season, 'tail');
  await publish();
  const { page, open } = await visit(season, { as: 'viewer' });
  await open(`/history?webhook=${webhook.id}`);
  await eventually(() => rows(page).count()).toBe(1);
  await page.getByRole('status').getByText('Live').waitFor();
  await publish();
  await eventually(() => rows(page).count()).toBe(2);
  await eventually(() => rows(page).first().innerText()).toContain('Delivered');
  await page.getByRole('button', { name: 'Pause' }).click();
  await publish();
  await publish();
  await page.getByRole('button', { name: '2 new' }).click();
  await eventually(() => rows(page).count()).toBe(4);
  // Who may change nothing is offered no selection and nothing to send.
  expect(await page.getByRole('checkbox').count()).toBe(0);
  expect(await page.getByRole('button', { name: /again/ }).count()).toBe(0);
});

test('the keys go through the rows, open one, and come back to it', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open('/history');
  await rows(page).first().waitFor();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys in the history' });
  await keys.waitFor();
  await axe();
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'hidden' });

  await page.keyboard.press('/');
  await eventually(() => page.evaluate<string>('document.activeElement.type')).toBe('search');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Deliveries' }).focus();
  for (let presses = 0; presses < 40; presses += 1) await page.keyboard.press('j');
  await page.keyboard.press('k');
  const focused = () => page.evaluate<string | null>("document.activeElement.getAttribute('aria-rowindex')");
  await eventually(focused).toBe('40');
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/history/dlv_*');
  await page.getByRole('heading', { name: 'Journey', exact: true }).waitFor();
  await page.goBack();
  await grid(page).getByRole('row').and(page.locator('[aria-rowindex="40"]')).waitFor();

  await page.getByRole('button', { name: 'Keyboard' }).click();
  await page.getByLabel('Keys with a single letter').click();
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'hidden' });
  await page.keyboard.press('?');
  await page.getByRole('tab', { name: 'Deliveries' }).focus();
  expect(await keys.count()).toBe(0);
});

test('a delivery tells its journey, and a new attempt appears by itself', async ({ season, visit }) => {
  const { webhook, inbox, type, publish } = await webhookFor(season, 'journey', {
    answer: { status: 500, body: 'closed for repair' },
    settings: { retry_policy: { delays_seconds: [] } },
  });
  await publish({ order: 42 });
  const { page, open, axe } = await visit(season, { as: 'developer' });
  await open(`/history?webhook=${webhook.id}`);
  await rows(page).filter({ hasText: 'Exhausted' }).click();
  await page.getByRole('heading', { name: `${type} to journey`, level: 1 }).waitFor();
  await page.getByText('The receiver answered 500').waitFor();
  await page.getByText('No attempt is left').waitFor();
  await page.getByText('Wait for the answer').waitFor();
  await eventually(() => page.getByRole('region', { name: 'Request headers' }).innerText()).toContain(
    'webhook-signature: v1,',
  );
  expect(await page.getByRole('region', { name: 'Request body' }).innerText()).toContain('"order": 42');
  expect(await page.getByRole('region', { name: 'Answer body' }).innerText()).toContain('closed for repair');
  await page.getByText('As curl', { exact: true }).click();
  await eventually(() => page.getByRole('region', { name: 'the request as curl' }).innerText()).toContain(
    `curl -X POST '${season.origin}/inbox/${inbox.id}'`,
  );
  await axe();

  await season.api.patch('/v1/inboxes/{id}', {
    path: { id: inbox.id },
    body: { answer: { status: 204, body: '' } },
  });
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('button', { name: /^Sent again by hand/ }).waitFor();
  await page.getByRole('heading', { name: 'Sent again by hand · HTTP 204' }).waitFor();
  await page.getByRole('button', { name: /^Attempt 1/ }).click();
  await page.waitForURL(/attempt=att_/);
  await page.getByRole('heading', { name: 'Attempt 1 · HTTP 500' }).waitFor();

  const reader = await visit(season, { as: 'viewer' });
  await reader.open(new URL(page.url()).pathname);
  await reader.page.getByRole('heading', { name: 'Journey', exact: true }).waitFor();
  expect(await reader.page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
});

test('what was selected, and all that matches, is sent again after it was counted', async ({
  season,
  visit,
}) => {
  const { webhook, publish } = await webhookFor(season, 'again');
  for (let n = 0; n < 5; n += 1) await publish();
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open(`/history?webhook=${webhook.id}`);
  await eventually(() => rows(page).count()).toBe(5);
  await rows(page).nth(0).getByRole('checkbox').check();
  await rows(page).nth(2).getByRole('checkbox').check();
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'Send the selected again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send again' });
  await dialog.getByText('2 deliveries would be sent again.').waitFor();
  await axe();
  await dialog.getByRole('button', { name: 'Send again' }).click();
  const running = page.getByRole('region', { name: 'Being sent again' });
  await running.getByText('2 of 2 sent').waitFor();
  await running.getByText('Done', { exact: true }).waitFor();
  await running.getByRole('button', { name: 'Hide' }).click();
  await running.waitFor({ state: 'detached' });
  expect(await page.getByText('2 selected').count()).toBe(0);

  await page.getByRole('button', { name: 'Send all that match again' }).click();
  await dialog.getByText('5 deliveries would be sent again.').waitFor();
  await dialog.getByLabel('Deliveries a second').fill('1');
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await running.getByRole('button', { name: 'Pause' }).click();
  await running.getByText('Paused').waitFor();
  await running.getByRole('button', { name: 'Go on' }).click();
  await running.getByRole('button', { name: 'Cancel' }).click();
  await page
    .getByRole('dialog', { name: 'Cancel sending again' })
    .getByRole('button', { name: 'Cancel it' })
    .click();
  await running.getByText('Cancelled', { exact: true }).first().waitFor();
  await running.getByRole('button', { name: 'Hide' }).click();
});

test('events are listed, also those that no webhook took', async ({ season, visit }) => {
  const type = 'shop.unwanted';
  await season.api.put('/v1/event-types/{type}', {
    path: { type },
    body: { description: 'Nobody asks for it', schema: { type: 'object' }, example: {} },
  });
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/history?tab=events&deliveries=none');
  const events = page.getByRole('grid', { name: 'Events' });
  await page.getByRole('status').getByText('Live').waitFor();
  await season.api.post('/v1/events', {
    body: { type, data: { note: 'unseen' }, participant: { external_id: 'tester', test: true } },
  });
  await events.getByRole('row', { name: type }).waitFor();
  await axe();
  await events.getByRole('row', { name: type }).click();
  await page.waitForURL('**/history/events/we_*');
  await page.getByRole('heading', { name: type, level: 1 }).waitFor();
  await page.getByText('No webhook took this event').waitFor();
  expect(await page.getByRole('region', { name: 'the event as JSON' }).innerText()).toContain('"unseen"');
  await axe();
  await season.api.post('/v1/events', { body: signedIn('events-ada') });
  await open('/history?tab=events');
  await events.getByRole('row', { name: 'user.signed_in of events-ada' }).click();
  await page.getByRole('table', { name: 'Its deliveries' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Journey', exact: true }).waitFor();
});

test('what strangers sent and answered is text, and never runs', async ({ season, visit }) => {
  const attack = `</code></script><script>window.attacked = 1</script><img src=x onerror="window.attacked = 2"><svg onload="window.attacked = 3">`;
  const { webhook, publish } = await webhookFor(season, 'hostile', {
    answer: {
      status: 500,
      body: attack,
      headers: { 'content-type': 'text/html', 'x-attack': attack },
    },
    settings: { name: attack, retry_policy: { delays_seconds: [] } },
  });
  const event = await publish({ [attack]: attack, link: 'javascript:window.attacked=4' });
  const { page, open } = await visit(season, { as: 'owner' });
  const harmless = async () => {
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(await page.locator('main img, main script, main svg[onload], main iframe').count()).toBe(0);
  };
  await open(`/history?webhook=${webhook.id}`);
  await rows(page).filter({ hasText: 'Exhausted' }).waitFor();
  expect(await rows(page).first().innerText()).toContain('onerror="window.attacked = 2"');
  await harmless();
  await rows(page).first().click();
  for (const place of ['Request body', 'Answer body', 'Answer headers']) {
    await eventually(() => page.getByRole('region', { name: place }).innerText()).toContain(
      '<script>window.attacked = 1</script>',
    );
  }
  await harmless();
  await page.getByText('As curl', { exact: true }).click();
  await page.getByRole('region', { name: 'the request as curl' }).waitFor();
  await harmless();
  await open(`/history/events/${event}`);
  await page.getByText('onload=').first().waitFor();
  await harmless();
});

test('what there is not is said where it was asked for', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'viewer' });
  tolerate(/status of 404/);
  await open('/history/dlv_01jf2wkmvcfw6ts1qmgzya291c');
  await page.getByRole('alert').waitFor();
  await open('/history/events/we_01jf2wkmvcfw6ts1qmgzya291c');
  await page.getByRole('alert').waitFor();
});

for (const colours of ['light', 'dark'] as const) {
  test(`fits a phone and is readable, ${colours}`, async ({ season, visit }) => {
    const look: Visit = await visit(season, { as: 'owner', viewport: 'phone', colours });
    const { page, open, axe, fits } = look;
    await open('/history');
    await rows(page).first().waitFor();
    await fits();
    await axe();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('combobox', { name: 'Campaign' }).waitFor();
    await fits();
    await axe();
    await rows(page).first().click();
    await page.getByRole('heading', { name: 'Journey', exact: true }).waitFor();
    await fits();
    await axe();
    await open('/history?tab=events');
    await page.getByRole('grid', { name: 'Events' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'The event' }).waitFor();
    await fits();
    await axe();
  });
}
