import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect } from 'vitest';
import type { TestedFanfare } from './harness/fanfares.ts';
import { password, test } from './harness/index.ts';

/** What people come to the dashboard for, from beginning to end, with a receiver of their own. */
let receiver: Receiver;
let status: number;
beforeEach(async () => {
  status = 200;
  receiver = await startReceiver({ handler: () => answer(status, { body: `answered ${status}` }) });
});
afterEach(() => receiver.close());

const signedIn = (session: string) => ({
  type: 'user.signed_in',
  participant: { external_id: 'journey-ada' },
  data: { session: { id: session }, method: 'email' },
});

test('assign a hook, test it, receive an event, look it up, send it again', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'developer' });
  await open('/api');
  const hook = page.getByRole('region', { name: 'User login hook' });
  await hook.getByRole('button', { name: 'Assign User login hook' }).click();

  const dialog = page.getByRole('dialog', { name: 'Assign webhook' });
  await expect.poll(() => dialog.getByLabel('ID').inputValue()).toMatch(/^user_login-\w{6}$/);
  await dialog.getByLabel('ID').fill('journey-login');
  await dialog.getByLabel('URL').fill(`${receiver.url}/login`);
  await axe();
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
  await dialog.getByText('It is assigned as journey-login').waitFor();
  await dialog.getByText(/^whsec_/).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();

  await hook.getByRole('combobox', { name: 'Webhook' }).click();
  await page.getByRole('option', { name: /journey-login/ }).click();
  await hook.getByRole('button', { name: 'Test', exact: true }).click();
  await hook.getByText('Response result').waitFor();
  await hook.getByText('answered 200').waitFor();
  const [simulated] = await receiver.received(1);
  expect(simulated?.headers['webhook-test']).toBe('1');
  expect(JSON.parse(simulated?.body.toString() ?? '')).toMatchObject({ scope: 'user_login' });
  await axe();

  await season.api.post('/v1/events', { body: signedIn('ses_journey') });
  const [, real] = await receiver.received(2);
  expect(real?.headers['webhook-test']).toBeUndefined();
  const deliveryId = String(real?.headers['webhook-id']);

  await open('/webhooks/journey-login/history');
  await page
    .getByRole('row', { name: /user\.signed_in/ })
    .first()
    .click();
  await page.waitForURL(`**/history/${deliveryId}`);
  await page.getByText('HTTP 200').first().waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  const again = (await receiver.received(3))[2];
  expect(again?.headers['webhook-id']).toBe(deliveryId);
  expect(again?.body.toString()).toBe(real?.body.toString());
  await page.getByRole('heading', { name: 'Sent again by hand' }).waitFor();
});

test('a receiver fails, is seen to, and gets everything in the end', async ({ season, visit }) => {
  const { id } = await season.api.post('/v1/webhooks', {
    body: {
      name: 'Flaky shop',
      format: 'standard',
      url: receiver.url,
      events: ['user.signed_in'],
      retry_policy: { delays_seconds: [] },
    },
  });
  status = 500;
  const events = Array.from({ length: 25 }, (_, index) => signedIn(`ses_flaky_${index}`));
  for (const body of events) await season.api.post('/v1/events', { body });

  const { page, open } = await visit(season, { as: 'developer' });
  await open('/');
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await attention.getByRole('link', { name: 'Flaky shop' }).waitFor();

  await open('/recovery');
  await page
    .getByText(/Flaky shop/)
    .first()
    .waitFor();
  status = 200;
  await waitForExhausted(season, id, 1);
  await open(`/history?webhook=${id}&state=exhausted`);
  await page.getByRole('button', { name: 'Send all that match again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /send/i }).last().click();
  await waitFor(async () => (await exhausted(season, id)) === 0, {
    timeoutMs: 40_000,
    what: 'every delivery of the shop to arrive',
  });
  await open(`/history?webhook=${id}&state=exhausted`);
  await page.getByText('Nothing matches').waitFor();
});

test('a reward is claimed, its payout fails, is asked for again, and is paid', async ({ season, visit }) => {
  const { api } = season;
  const campaign = await api.post('/v1/campaigns', { body: { name: 'Payday' } });
  const payer = await api.post('/v1/webhooks', {
    body: { name: 'Bank', format: 'chainvine', url: receiver.url, campaigns: [campaign.id] },
  });
  const path = { id: campaign.id };
  const reward = await api.post('/v1/campaigns/{id}/rewards', {
    path,
    body: {
      name: 'Bonus',
      kind: 'token',
      unit: 'ETH',
      payout: { mode: 'webhook', webhook_id: payer.id, automatic: false },
    },
  });
  const group = await api.post('/v1/campaigns/{id}/groups', { path, body: { name: 'All' } });
  const quest = await api.post('/v1/campaigns/{id}/quests', {
    path,
    body: { name: 'All', group_id: group.id },
  });
  const task = await api.post('/v1/campaigns/{id}/tasks', {
    path,
    body: {
      name: 'Work',
      type: 'form',
      quest_id: quest.id,
      points: 1,
      reward: { id: reward.id, amount: '0.5' },
    },
  });
  const participant = { external_id: 'journey-payee' };
  await api.post('/v1/campaigns/{id}/participants', { path, body: { participant } });
  await api.post('/v1/campaigns/{id}/tasks/{task_id}/completions', {
    path: { id: campaign.id, task_id: task.id },
    body: { participant },
  });
  status = 500;
  await api.post('/v1/campaigns/{id}/claims', { path, body: { participant } });

  const { page, open } = await visit(season, { as: 'owner' });
  await open('/payouts?state=failed');
  await page.getByRole('link', { name: /Bonus/ }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Bonus' }).waitFor();
  await page.getByText('The last attempt failed').waitFor();
  status = 200;
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ask again' }).click();
  await page.getByRole('row', { name: /Attempt 2.*Paid/ }).waitFor();
  const asked = receiver.requests.filter(({ headers }) => headers['idempotency-key'] !== undefined);
  expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(asked).toHaveLength(2);
});

test('somebody who is invited to look sees everything and changes nothing', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'admin' });
  await open('/team');
  await page.getByRole('button', { name: 'Invite somebody' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill('guest@example.com');
  await dialog.getByText('Viewer', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await dialog.getByText(/\/invitation#/).textContent();

  const guest = await visit(season);
  guest.tolerate(/401/);
  await guest.open(new URL(link ?? '').href.replace(season.origin, ''));
  await guest.page.getByLabel('Your name').fill('Greta Guest');
  await guest.page
    .getByRole('textbox', { name: /password/i })
    .first()
    .fill(password);
  await guest.page.getByRole('button', { name: /accept|join/i }).click();
  await guest.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

  for (const [path, heading] of Object.entries(pagesWithoutChanges)) {
    await guest.open(path);
    await guest.page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect(await changing(guest.page), `${path} offers a viewer what changes something`).toEqual([]);
  }
});

const pagesWithoutChanges = {
  '/webhooks': 'Webhooks',
  '/history': 'History',
  '/recovery': 'Health and recovery',
  '/event-types': 'Event types',
  '/inboxes': 'Inboxes',
  '/campaigns': 'Campaigns',
  '/triggers': 'Triggers',
  '/participants': 'Participants',
  '/payouts': 'Payouts',
};

/** Buttons and links by whose names something would be made, changed or sent. */
async function changing(page: Page): Promise<string[]> {
  await page.waitForLoadState('networkidle');
  const controls = page.getByRole('main').getByRole('button').or(page.getByRole('main').getByRole('link'));
  const names = await controls.evaluateAll((elements) =>
    elements.map((element) => element.getAttribute('aria-label') ?? element.textContent ?? ''),
  );
  return names.filter((name) =>
    /^(create|add|new|edit|delete|send|resend|replay|assign|import|invite|settle|ask|retry|rotate|save)\b/i.test(
      name,
    ),
  );
}

test('what is done in one window is seen in the other', async ({ season, visit }) => {
  const { page, context, open } = await visit(season, { as: 'developer' });
  await open('/webhooks');
  await page.getByText('Data warehouse').first().waitFor();
  const other = await context.newPage();
  await other.goto('/webhooks/new');
  await other.getByRole('textbox', { name: 'Name', exact: true }).fill('Second window');
  await other.getByRole('textbox', { name: 'URL', exact: true }).fill(receiver.url);
  await other.getByRole('button', { name: 'Create Webhook' }).click();
  await other.getByText(/^whsec_/).waitFor();
  await page.getByText('Second window').first().waitFor();
});

async function exhausted({ api }: TestedFanfare, webhookId: string): Promise<number> {
  let count = 0;
  for await (const _ of api.items('/v1/webhooks/{id}/deliveries', {
    path: { id: webhookId },
    query: { state: 'exhausted' },
  })) {
    count += 1;
  }
  return count;
}

async function waitForExhausted(season: TestedFanfare, webhookId: string, atLeast: number): Promise<void> {
  await waitFor(async () => (await exhausted(season, webhookId)) >= atLeast, {
    what: 'a delivery to be given up',
  });
}
