import type { Taking } from '@fanfare/client';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestedFanfare } from './harness/fanfares.ts';
import { test } from './harness/index.ts';

/** A webhook that points at an inbox of its own. */
async function webhookIn(
  { api, origin }: TestedFanfare,
  settings: Taking<'createWebhook'>['body'] & { readonly name: string },
) {
  const inbox = await api.post('/v1/inboxes', { body: { name: settings.name } });
  return api.post('/v1/webhooks', {
    body: { format: 'standard', url: `${origin}/inbox/${inbox.id}`, ...settings },
  });
}

const signIn = {
  type: 'user.signed_in',
  participant: { external_id: 'webhooks-ada' },
  data: { session: { id: 'ses_webhooks' }, method: 'email' },
};

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true }).first();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

test('lists the webhooks, narrowed by what stands in the address', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open('/webhooks');
  const table = page.getByRole('table', { name: 'Webhooks' });
  const shop = table.getByRole('row', { name: /Shop under repair/ });
  await shop.getByRole('img', { name: /% of \d+ attempts acknowledged in the last 24 hours/ }).waitFor();
  expect(await shop.textContent()).toMatch(/Standard Webhooks.*trigger\.fired \+ 1.*All.*(ago|now)/);
  await axe();

  await page.getByRole('searchbox', { name: 'Search' }).fill('REPAIR');
  await page.waitForURL('**/webhooks?q=REPAIR');
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  await page.getByRole('combobox', { name: 'Format' }).click();
  await page.getByRole('option', { name: 'Reward' }).click();
  await page.getByText('No webhook matches').waitFor();
  await page.getByRole('link', { name: 'Show all' }).click();
  await page.waitForURL('**/webhooks');
  await open('/webhooks?format=claimr&state=healthy');
  await expect.poll(() => table.getByRole('row').count()).toBe(5);
  await page.getByRole('combobox', { name: 'Sent event' }).fill('user_login');
  await page.getByRole('option', { name: 'user_login' }).click();
  await page.waitForURL('**/webhooks?format=claimr&state=healthy&event=user_login');
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  await table.getByRole('link', { name: 'User login hook' }).click();
  await heading(page, 'User login hook').waitFor();
});

test('the list follows what happens elsewhere', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'viewer' });
  await open('/webhooks?q=Followed');
  await page.getByText('No webhook matches').waitFor();
  const { id } = await webhookIn(season, { name: 'Followed' });
  const row = page.getByRole('row', { name: /Followed/ });
  await row.getByText('Healthy').waitFor();
  await season.api.patch('/v1/webhooks/{id}', { path: { id }, body: { status: 'inactive' } });
  await row.getByText('Inactive').waitFor();
  await season.api.delete('/v1/webhooks/{id}', { path: { id } });
  await page.getByText('No webhook matches').waitFor();
});

test('creates a webhook, shows its secret once, and leads to its test', async ({ season, visit }) => {
  const inbox = await season.api.post('/v1/inboxes', { body: { name: 'Made in the browser' } });
  const { page, open, axe, tolerate } = await visit(season, { as: 'developer' });
  await open('/webhooks');
  await page.getByRole('link', { name: 'Create Webhook' }).click();
  await heading(page, 'Create Webhook').waitFor();
  await page.getByRole('checkbox', { name: /High score/ }).waitFor();
  await axe();

  await field(page, 'Name').fill('Made in the browser');
  await field(page, 'URL').fill('http://169.254.169.254/latest');
  await field(page, 'Description').focus();
  await page.getByText(/is not a public address/).waitFor();
  await field(page, 'URL').fill(`${season.origin}/inbox/${inbox.id}`);
  await field(page, 'Description').fill('Of a test');
  await page.getByText(/Plain http/).waitFor();

  await page.getByRole('radio', { name: 'CloudEvents' }).check();
  await page.getByText('Binary', { exact: true }).click();
  await page.getByRole('checkbox', { name: /Task completed/ }).check();
  await page.getByText('1 is chosen.').waitFor();
  await page.getByRole('radio', { name: 'claimr' }).check();
  await page.getByText('Nothing is chosen: it is sent all scopes.').waitFor();
  await page.getByRole('checkbox', { name: 'user_activity' }).check();

  await button(page, /^Method and headers/).click();
  await button(page, 'Add a header').click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('Content-Length');
  await page.getByRole('textbox', { name: 'Value' }).fill('5');
  await button(page, /^Retries and timeout/).click();
  await button(page, 'Remove retry 5').click();
  await page.getByText('5 attempts over 43.2 min').first().waitFor();
  await button(page, /^Retries and timeout/).click();
  await button(page, /^Order/).click();
  await page.getByRole('radio', { name: 'In order, by participant' }).check();
  await page.getByRole('radio', { name: 'Skip' }).check();
  await button(page, /^Rate limit/).click();
  await page.getByRole('radio', { name: 'Fixed' }).check();
  await page.getByRole('textbox', { name: 'Requests a second' }).fill('7');
  await axe();

  tolerate(/422/);
  await button(page, 'Create Webhook').click();
  await page.getByText('The header belongs to the HTTP connection and is set by Fanfare.').waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('Authorization');
  await page.getByRole('textbox', { name: 'Value' }).fill('Bearer of-a-test');

  await button(page, 'Test without saving').click();
  const dialog = page.getByRole('dialog', { name: 'Test without saving' });
  await dialog.getByText('Nothing is saved yet, so the request is not signed.').waitFor();
  await dialog.getByRole('button', { name: 'Test', exact: true }).click();
  await dialog.getByText('It was sent without a signature').waitFor();
  await axe();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  await button(page, 'Create Webhook').click();
  await heading(page, 'Made in the browser is ready').waitFor();
  const secret = await page.getByLabel('the secret', { exact: true }).textContent();
  expect(secret).toMatch(/^whsec_/);
  await axe();
  const webhooks = await season.api.get('/v1/webhooks');
  expect(webhooks.data.find(({ name }) => name === 'Made in the browser')).toMatchObject({
    format: 'claimr',
    mode: null,
    events: ['user_activity'],
    campaigns: [],
    description: 'Of a test',
    headers: { Authorization: null },
    retry_policy: { delays_seconds: [10, 60, 360, 2_160] },
    rate_limit: { per_second: 7, adaptive: false },
    ordering: { by: 'participant', on_failure: 'skip' },
  });

  await page.getByRole('link', { name: 'Test it' }).click();
  await button(page, 'Test').click();
  await page.getByRole('heading', { name: 'Response body' }).waitFor();
  const result = page.getByRole('region', { name: 'the response body' });
  expect(JSON.parse((await result.textContent()) ?? '')).toMatchObject({ scope: 'user_activity' });
  await page.getByText('True means that the request left and some HTTP answer came.').waitFor();
  await page.getByText('authorization: [your value]').waitFor();
  await axe();
  const requests = await season.api.get('/v1/inboxes/{id}/requests', { path: { id: inbox.id } });
  expect(requests.data).toHaveLength(2);
});

test('changes settings, and asks before changes are lost', async ({ season, visit }) => {
  const { id } = await webhookIn(season, { name: 'To be changed', headers: { 'X-Key': 'hidden' } });
  const { page, open, axe } = await visit(season, { as: 'developer' });
  await open(`/webhooks/${id}`);
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByText('Nothing is changed.').waitFor();
  await axe();
  await field(page, 'Name').fill('Changed');
  await page.getByText('1 setting is changed.').waitFor();
  await page.getByRole('tab', { name: 'Example' }).click();
  const asked = page.getByRole('dialog', { name: 'Leave without saving?' });
  await asked.getByRole('button', { name: 'Stay' }).click();
  expect(await field(page, 'Name').inputValue()).toBe('Changed');

  await field(page, 'URL').fill(`${season.origin}/inbox/elsewhere`);
  await button(page, 'Test without saving').click();
  const dialog = page.getByRole('dialog', { name: 'Test without saving' });
  await dialog.getByText(/secrets go to the saved URL alone/).waitFor();
  await dialog.getByRole('button', { name: 'Test', exact: true }).click();
  await dialog.getByText('It was sent without a signature').waitFor();
  expect(await dialog.getByText(/x-key/i).count()).toBe(0);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await button(page, 'Discard changes').click();
  await page.getByText('Nothing is changed.').waitFor();

  await field(page, 'Name').fill('Changed');
  await button(page, /^ID/).click();
  await page.getByRole('textbox', { name: 'ID', exact: true }).fill('changed-hook');
  await season.api.patch('/v1/webhooks/{id}', { path: { id }, body: { description: 'By somebody else' } });
  await button(page, 'Save').click();
  await heading(page, 'Changed').waitFor();
  await page.waitForURL('**/webhooks/changed-hook/settings');
  expect(await season.api.get('/v1/webhooks/{id}', { path: { id: 'changed-hook' } })).toMatchObject({
    name: 'Changed',
    description: 'By somebody else',
    headers: { 'X-Key': null },
  });
});

test('tells how a webhook is doing; turns it off, rotates its secret and deletes it', async ({
  season,
  visit,
}) => {
  const { id } = await webhookIn(season, { name: 'Of a short life', events: ['user.signed_in'] });
  const { page, open, axe } = await visit(season, { as: 'owner' });
  const other = await visit(season, { as: 'viewer' });
  await other.open(`/webhooks/${id}`);
  await other.page.getByText('Nothing is known against its receiver.').waitFor();
  await open(`/webhooks/${id}?range=1h`);
  await season.api.post('/v1/events', { body: signIn });
  await page
    .getByRole('img', { name: /^Attempts\. .*Acknowledged: between 0 and 1/ })
    .waitFor({ timeout: 15_000 });
  await page.getByRole('img', { name: /^Answers\. .*2xx: between 0 and 1/ }).waitFor();
  await page.getByText('Status 204').waitFor();
  await axe();
  await page.getByText('7d', { exact: true }).click();
  await page.waitForURL(`**/webhooks/${id}?range=7d`);

  await button(page, 'Rotate the secret').click();
  const rotation = page.getByRole('dialog', { name: 'Rotate the secret' });
  await rotation.getByRole('radio', { name: /Ed25519/ }).check();
  await axe();
  await rotation.getByRole('button', { name: 'Rotate', exact: true }).click();
  expect(await rotation.getByLabel('the secret', { exact: true }).textContent()).toMatch(/^whsk_/);
  // It is shown this once: nothing closes it by accident.
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 400);
  await rotation.getByText(/whpk_/).waitFor();
  await rotation.getByRole('button', { name: 'Done' }).click();
  await page.getByText(/HMAC-SHA256 \(v1\), made .* until/).waitFor();

  await button(page, 'Turn off').click();
  const asked = page.getByRole('dialog', { name: 'Turn off Of a short life' });
  await asked.getByText(/are not sent and not queued/).waitFor();
  await asked.getByRole('button', { name: 'Turn off' }).click();
  await button(page, 'Turn on').waitFor();
  await other.page.getByText('Inactive', { exact: true }).first().waitFor();

  await other.open('/webhooks?q=short+life');
  await other.page.getByRole('link', { name: 'Of a short life' }).waitFor();
  await button(page, 'More actions').click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const deletion = page.getByRole('dialog', { name: 'Delete the webhook Of a short life' });
  await deletion.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The webhook Of a short life is deleted.').waitFor();
  await heading(page, 'Webhooks').waitFor();
  await other.page.getByText('No webhook matches').waitFor();
});

test('says why a receiver is not well and what to do, as it happens', async ({ season, visit }) => {
  const { api, origin } = season;
  const inbox = await api.post('/v1/inboxes', { body: { name: 'Gone', answer: { status: 410 } } });
  const { id } = await webhookIn(season, {
    name: 'Gone',
    url: `${origin}/inbox/${inbox.id}`,
    events: ['user.signed_in'],
  });
  const { page, open, axe } = await visit(season, { as: 'developer' });
  await open(`/webhooks/${id}`);
  await page.getByText('Nothing is known against its receiver.').waitFor();
  await api.post('/v1/events', { body: signIn });
  await page.getByText('Fanfare turned it off').waitFor();
  await page.getByText(/410/).first().waitFor();
  await page.getByText(/Once the receiver is mended, turn the webhook on/).waitFor();
  await page.getByText(/^Turned off /).waitFor();
  await axe();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByText('Fanfare turned it off. Choose Active once the receiver is mended.').waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('HTTP 410').first().waitFor();
  await axe();
  await button(page, 'More actions').click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const deletion = page.getByRole('dialog', { name: 'Delete the webhook Gone' });
  await deletion.getByText(/This cannot be undone/).waitFor();
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await axe();
  await deletion.getByRole('button', { name: 'Cancel' }).click();
  await button(page, 'Turn on').click();
  await button(page, 'Turn off').waitFor();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByText('Nothing is known against its receiver.').waitFor();
});

test('shows what is sent for each event, and how to verify it', async ({ season, visit }) => {
  const { data } = await season.api.get('/v1/webhooks');
  const id = data.find(({ name }) => name === 'User activity hook')?.id ?? '';
  const people = await season.api.get('/v1/participants', { query: { search: 'hana' } });
  const hana = people.data[0];
  const { page, open, axe } = await visit(season, { as: 'developer' });
  await open(`/webhooks/${id}/example`);
  const body = page.getByRole('region', { name: 'the body' });
  await body.getByText('"action_completed"').waitFor();
  await axe();
  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'user_activity: quest.completed' }).click();
  await body.getByText('"quest_completed"').waitFor();
  await page.getByRole('combobox', { name: 'Participant' }).fill('hana');
  await page.getByRole('option', { name: /hana/i }).first().click();
  await body.getByText(`"${hana?.id}"`).waitFor();
  for (const [tab, what, shown] of [
    ['Schema', 'the JSON Schema of the body', '"properties"'],
    ['Headers', 'the headers', 'webhook-signature: v1,'],
    ['curl', 'the curl command', 'curl -X POST'],
  ] as const) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    expect(await page.getByRole('region', { name: what, exact: true }).textContent()).toContain(shown);
  }
  for (const [language, shown] of [
    ['Python', 'import hmac'],
    ['Go', 'crypto/hmac'],
    ['PHP', 'hash_hmac'],
    ['TypeScript', 'createHmac'],
  ] as const) {
    await page.getByRole('tab', { name: language }).click();
    expect(await page.getByRole('region', { name: `the ${language} code` }).textContent()).toContain(shown);
  }
  await page.waitForURL(/event=quest\.completed.*participant=usr_.*part=curl.*language=typescript/);
  await page.reload();
  await page.getByRole('region', { name: 'the curl command' }).waitFor();

  const byQuery = data.find(({ name }) => name === 'High scores by query')?.id ?? '';
  await open(`/webhooks/${byQuery}/example`);
  await page.getByRole('region', { name: 'the query' }).getByText('event = high_score').waitFor();
});

test('assigns a predefined hook and tests it for a user', async ({ season, visit }) => {
  const { origin, api } = season;
  const inbox = await api.post('/v1/inboxes', { body: { name: 'Assigned' } });
  const campaign = (await api.get('/v1/campaigns')).data[0];
  const { page, open, axe, tolerate } = await visit(season, { as: 'developer' });
  await open('/api');
  await page.getByRole('tab', { name: 'Predefined hooks' }).waitFor();
  for (const name of ['User activity hook', 'User login hook', 'User reward hook', 'Referral hook'])
    await page.getByRole('region', { name, exact: true }).waitFor();
  await axe();

  await button(page, 'Assign User activity hook').click();
  const dialog = page.getByRole('dialog', { name: 'Assign webhook' });
  const id = dialog.getByRole('textbox', { name: 'ID' });
  expect(await id.inputValue()).toMatch(/^user_activity-[0-9a-z]{6}$/);
  await id.fill('my hook');
  await dialog.getByRole('textbox', { name: 'URL' }).fill(`${origin}/inbox/${inbox.id}`);
  await dialog.getByRole('checkbox', { name: campaign?.name ?? '' }).check();
  await dialog.getByText('1 is chosen: events of other campaigns').waitFor();
  await axe();
  tolerate(/422/);
  await dialog.getByRole('button', { name: 'Assign' }).click();
  await dialog.getByText(/"my hook".*expected 3 to 64/).waitFor();
  await id.fill('my-hook');
  await dialog.getByRole('button', { name: 'Assign' }).click();
  await dialog.getByText('It is assigned as my-hook').waitFor();
  expect(await dialog.getByLabel('the secret', { exact: true }).textContent()).toMatch(/^whsec_/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await api.get('/v1/webhooks/{id}', { path: { id: 'my-hook' } })).toMatchObject({
    name: 'User activity hook',
    format: 'claimr',
    events: ['user_activity'],
    campaigns: [campaign?.id],
  });

  const hana = (await api.get('/v1/participants', { query: { search: 'hana' } })).data[0];
  const hook = page.getByRole('region', { name: 'User activity hook', exact: true });
  const testing = hook.getByRole('region', { name: 'Testing area of User activity hook' });
  await testing.getByRole('combobox', { name: 'User:' }).fill(hana?.id ?? '');
  await testing.getByRole('button', { name: 'Test' }).click();
  await testing.getByRole('heading', { name: 'Response result' }).waitFor();
  const body = await testing.getByRole('region', { name: 'the response body' }).textContent();
  expect(JSON.parse(body ?? '')).toMatchObject({ scope: 'user_activity', user: hana?.id });
  await axe();

  const user = testing.getByRole('combobox', { name: 'User:' });
  await user.fill('usr_01jf2wkmvcfw6ts1g000000009');
  await testing.getByRole('button', { name: 'Test' }).click();
  await testing.getByText('Nobody is known by this.').waitFor();
  expect(await user.getAttribute('aria-invalid')).toBe('true');
  await user.fill(hana?.email ?? '');
  await user.press('Enter');
  await expect.poll(() => user.getAttribute('aria-invalid')).not.toBe('true');
  await testing.getByRole('heading', { name: 'Response result' }).waitFor();
});

test('adds a webhook to a campaign', async ({ season, visit }) => {
  const { api, origin } = season;
  const campaign = await api.post('/v1/campaigns', { body: { name: 'Of one webhook' } });
  const inbox = await api.post('/v1/inboxes', { body: { name: 'Of a campaign' } });
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open(`/campaigns/${campaign.id}/integration`);
  await page.getByText('No webhook is for this campaign alone').waitFor();
  await page.getByRole('link', { name: 'Data warehouse' }).waitFor();
  await axe();
  await button(page, 'Add a new webhook').click();
  const dialog = page.getByRole('dialog', { name: 'Add a new webhook' });
  await dialog.getByRole('textbox', { name: 'Webhook Name' }).fill('Of the regatta');
  await dialog.getByRole('combobox', { name: 'Select Event' }).click();
  await page.getByRole('option', { name: 'game.high_score' }).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('textbox', { name: 'Webhook URL' }).fill(`${origin}/inbox/${inbox.id}`);
  await dialog.getByRole('textbox', { name: 'Description' }).fill('Tells the club');
  await dialog.getByRole('combobox', { name: 'Method' }).click();
  await page.getByRole('option', { name: 'GET' }).click();
  await dialog.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Inactive' }).click();
  await dialog.getByText('An inactive webhook sends nothing.').waitFor();
  await dialog.getByRole('button', { name: 'Add a header' }).click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('X-Club');
  await dialog.getByRole('textbox', { name: 'Value' }).fill('hidden');
  await axe();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByLabel('the secret', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row', { name: /Of the regatta/ });
  await row.getByText('Inactive').waitFor();
  const made = (await api.get('/v1/webhooks')).data.find(({ name }) => name === 'Of the regatta');
  expect(made).toMatchObject({
    format: 'gamify-route',
    method: 'GET',
    status: 'inactive',
    description: 'Tells the club',
    events: ['game.high_score'],
    campaigns: [campaign.id],
    headers: { 'X-Club': null },
  });
  await row.getByRole('link', { name: 'Example of Of the regatta' }).click();
  await page.getByText('A GET request has no body.').waitFor();
  await api.delete('/v1/webhooks/{id}', { path: { id: made?.id ?? '' } });
});

test('offers a viewer nothing that changes anything', async ({ season, visit }) => {
  const { data } = await season.api.get('/v1/webhooks');
  const shop = data.find(({ name }) => name === 'Shop under repair')?.id ?? '';
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/webhooks');
  await page.getByRole('link', { name: 'Shop under repair' }).waitFor();
  expect(await page.getByRole('link', { name: 'Create Webhook' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Shop under repair' }).click();
  await page.getByText('Answers in this range').waitFor();
  expect(await page.getByRole('tab').allTextContents()).toEqual(['Overview', 'Settings', 'History']);
  for (const name of ['Turn off', 'More actions', 'Rotate the secret'])
    expect(await button(page, name).count()).toBe(0);
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByText('Retries and timeout').waitFor();
  expect(await page.getByRole('textbox').count()).toBe(0);
  await axe();
  for (const path of ['/webhooks/new', `/webhooks/${shop}/test`, `/webhooks/${shop}/example`]) {
    await open(path);
    await page.getByText('Your role does not look after webhooks').waitFor();
  }
  await open('/api');
  await page.getByRole('region', { name: 'Referral hook', exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /Assign|Test/ }).count()).toBe(0);
});

test('says that a webhook does not exist', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'owner' });
  tolerate(/404/);
  await open('/webhooks/nothing-here');
  await page.getByText(/Nothing with this id exists/).waitFor();
});

test('shows on a phone which of the tabs it is', async ({ season, visit }) => {
  const { id } = await webhookIn(season, { name: 'With many tabs' });
  const { page, open } = await visit(season, { as: 'developer', viewport: 'phone' });
  await open(`/webhooks/${id}/history`);
  const tab = page.getByRole('tab', { name: 'History' });
  await tab.waitFor();
  await expect.poll(async () => ((await tab.boundingBox())?.x ?? 375) + 50).toBeLessThan(375);
});

for (const colours of ['light', 'dark'] as const) {
  test(`fits a phone and is readable, ${colours}`, async ({ season, visit }) => {
    const { data } = await season.api.get('/v1/webhooks');
    const shop = data.find(({ name }) => name === 'Shop under repair')?.id ?? '';
    const { page, open, axe, fits } = await visit(season, { as: 'owner', viewport: 'phone', colours });
    for (const [path, shown] of [
      ['/webhooks', 'Shop under repair'],
      ['/webhooks/new', 'Tasks'],
      [`/webhooks/${shop}`, 'Status 204'],
      [`/webhooks/${shop}/settings`, 'Nothing is changed.'],
      [`/webhooks/${shop}/example`, 'Verify it'],
      [`/webhooks/${shop}/test`, 'Test'],
      ['/api', 'Referral hook'],
    ] as const) {
      await open(path);
      await page.getByText(shown, { exact: true }).first().waitFor();
      await fits();
      await axe();
    }
  });
}
