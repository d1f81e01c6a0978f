import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestedFanfare } from './harness/fanfares.ts';
import { test } from './harness/index.ts';

const trouble = (page: Page, name: string) => page.getByRole('article', { name });

/** A webhook of its own inbox, for one event type of its own, and what makes events of it. */
async function webhookFor(
  { api, origin }: TestedFanfare,
  name: string,
  status: number,
  settings: object = {},
) {
  const type = `recovery.${name}`;
  await api.put('/v1/event-types/{type}', {
    path: { type },
    body: { description: name, schema: { type: 'object' }, example: {} },
  });
  const publish = (many: number) =>
    api.post('/v1/events', {
      body: Array.from({ length: many }, () => ({ type, data: {}, participant: { external_id: name } })),
    });
  const inbox = await api.post('/v1/inboxes', { body: { name, answer: { status } } });
  const create = () =>
    api.post('/v1/webhooks', {
      body: {
        name,
        url: `${origin}/inbox/${inbox.id}`,
        format: 'standard',
        events: [type],
        retry_policy: { delays_seconds: [] },
        ...settings,
      },
    });
  const answer = (now: number) =>
    api.patch('/v1/inboxes/{id}', { path: { id: inbox.id }, body: { answer: { status: now } } });
  return { publish, create, answer };
}

test('what is parked is tried again, and the page says that all is well with it', async ({
  season,
  visit,
}) => {
  const { publish, create, answer } = await webhookFor(season, 'lines', 500, {
    ordering: { by: 'participant', on_failure: 'park' },
  });
  const webhook = await create();
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open('/recovery');
  await page.getByRole('heading', { name: 'Health and recovery', level: 1 }).waitFor();
  await publish(3);
  const card = trouble(page, 'lines');
  await card.getByText('Parked', { exact: true }).waitFor();
  await axe();
  await card.getByRole('button', { name: 'What happened before' }).click();
  await card.getByRole('table', { name: 'Changes of its health' }).getByText('Parked').waitFor();
  await card.getByRole('link', { name: 'Parked deliveries' }).click();
  await page.waitForURL((url) => url.pathname === '/history' && url.searchParams.get('state') === 'parked');
  await page
    .getByRole('grid')
    .getByRole('row', { name: /to lines$/ })
    .click();
  await page.getByText('Its attempts are used up').waitFor();
  await page.getByRole('button', { name: 'Give up' }).waitFor();
  await page.goBack();
  await page.goBack();
  await page.getByRole('heading', { name: 'Health and recovery', level: 1 }).waitFor();

  await answer(204);
  await card.getByRole('button', { name: 'Try all parked again' }).click();
  await page.getByText('1 delivery is tried again.').waitFor();
  await card.waitFor({ state: 'detached' });
  await open(`/history?webhook=${webhook.id}&state=delivered`);
  await expect
    .poll(
      () =>
        page
          .getByRole('grid')
          .getByRole('row', { name: /to lines$/ })
          .count(),
      { timeout: 10_000 },
    )
    .toBe(3);
});

test('parked deliveries are given up only after it was said what that means', async ({ season, visit }) => {
  const { publish, create } = await webhookFor(season, 'hopeless', 500, {
    ordering: { by: 'webhook', on_failure: 'park' },
  });
  await create();
  await publish(1);
  const { page, open } = await visit(season, { as: 'developer' });
  await open('/recovery');
  const card = trouble(page, 'hopeless');
  await card.getByRole('button', { name: 'Give up all parked' }).click();
  const question = page.getByRole('dialog', { name: 'Give up all parked deliveries of hopeless' });
  await question.getByText('They end as cancelled').waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'hidden' });
  await card.getByRole('button', { name: 'Give up all parked' }).click();
  await question.getByRole('button', { name: 'Give them up' }).click();
  await page.getByText('1 delivery was given up.').waitFor();
});

test('a webhook that was turned off is turned on, and gets what it missed', async ({ season, visit }) => {
  const { publish, create, answer } = await webhookFor(season, 'gone', 410);
  const webhook = await create();
  await publish(1);
  const { page, open, axe } = await visit(season, { as: 'owner' });
  await open('/recovery');
  const card = trouble(page, 'gone');
  await card.getByText('Disabled', { exact: true }).waitFor();
  await publish(4);
  await answer(204);
  await card.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('gone is active again').waitFor();
  // Its card goes; what it missed is offered at once.
  const form = page.getByRole('dialog', { name: 'Replay events' });
  const webhookField = form.getByRole('combobox', { name: 'Webhook' });
  await expect.poll(() => webhookField.inputValue(), { timeout: 10_000 }).toBe('gone');
  expect(await form.getByLabel('What it missed').isChecked()).toBe(true);
  await form.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Replay events' }).click();
  await form.getByRole('combobox', { name: 'Campaign' }).waitFor();
  await axe();
  await form.getByRole('button', { name: 'Count' }).click();
  await form.getByText('Choose a webhook.').waitFor();
  await open(`/recovery?replay=${webhook.id}`);
  await expect.poll(() => webhookField.inputValue(), { timeout: 10_000 }).toBe('gone');
  await form.getByRole('button', { name: 'Count' }).click();
  await form.getByText('4 deliveries would be made.').waitFor();
  await form.getByText('The first:').waitFor();
  await axe();
  // What was counted for other settings cannot be started.
  await form.getByLabel('What failed').check();
  await form.getByRole('button', { name: 'Count' }).click();
  await form.getByText('1 delivery would be sent again.').waitFor();
  await form.getByLabel('What it missed').check();
  await form.getByRole('button', { name: 'Count' }).click();
  await form.getByRole('button', { name: 'Start the replay' }).click();
  await form.waitFor({ state: 'hidden' });
  const replays = page.getByRole('region', { name: 'Replays' });
  await replays.getByText('What gone missed').waitFor();
  await replays.getByText('Delivered: 4').waitFor();
  await replays.getByText('Done').waitFor();
  await axe();
});

test('a replay is paused, goes on, and is cancelled', async ({ season, visit }) => {
  const { publish, create } = await webhookFor(season, 'slow', 204);
  await publish(20);
  const webhook = await create();
  await season.api.post('/v1/webhooks/{id}/replays', {
    path: { id: webhook.id },
    body: { only: 'missing', since: new Date(Date.now() - 3_600_000).toISOString(), rate_per_second: 1 },
  });
  const { page, open } = await visit(season, { as: 'owner' });
  await open('/recovery');
  const replay = page
    .getByRole('region', { name: 'Replays' })
    .getByRole('group')
    .filter({ hasText: 'What slow missed' });
  await replay.getByRole('button', { name: 'Pause' }).click();
  await replay.getByText('Paused', { exact: true }).waitFor();
  await replay.getByRole('button', { name: 'Go on' }).click();
  await replay.getByRole('button', { name: 'Pause' }).waitFor();
  await replay.getByRole('button', { name: 'Cancel' }).click();
  await page
    .getByRole('dialog', { name: 'Cancel the replay' })
    .getByRole('button', { name: 'Cancel it' })
    .click();
  await replay.getByText('Cancelled', { exact: true }).first().waitFor();
  await replay.getByRole('button').first().waitFor({ state: 'detached' });
});

test('a receiver that is down is told of with its next attempt', async ({ season, visit }) => {
  const { publish, create } = await webhookFor(season, 'down', 503);
  await create();
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/recovery');
  const card = trouble(page, 'down');
  // It takes ten failures in a row over ten seconds.
  const failing = card.getByText('Failing', { exact: true });
  await expect
    .poll(
      async () => {
        if (await failing.isVisible()) return true;
        await publish(4);
        return false;
      },
      { timeout: 40_000, interval: 1_000 },
    )
    .toBe(true);
  await card.getByText('Failures in a row').waitFor();
  await card.getByText('Next attempt to find out').waitFor();
  await axe();
  // Who may change nothing is offered nothing that does.
  const offered = await page.getByRole('main').getByRole('button').allInnerTexts();
  expect(offered.filter((name) => !/before|Show more/.test(name))).toEqual([]);
  await open('/recovery?replay=new');
  await card.waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('what failed at a receiver that refused is offered to be sent again', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'developer' });
  await open('/recovery');
  await trouble(page, 'Shop under repair').getByRole('button', { name: 'Send what failed again' }).click();
  const form = page.getByRole('dialog', { name: 'Replay events' });
  const webhookField = form.getByRole('combobox', { name: 'Webhook' });
  await expect.poll(() => webhookField.inputValue(), { timeout: 10_000 }).toBe('Shop under repair');
  expect(await form.getByLabel('What failed').isChecked()).toBe(true);
  await page.goBack();
  await form.waitFor({ state: 'detached' });
});

for (const colours of ['light', 'dark'] as const) {
  test(`fits a phone and is readable, ${colours}`, async ({ season, visit }) => {
    const { page, open, axe, fits } = await visit(season, { as: 'owner', viewport: 'phone', colours });
    await open('/recovery');
    await page.getByRole('article').first().waitFor();
    await fits();
    await axe();
    await page.getByRole('button', { name: 'Replay events' }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: 'Campaign' }).waitFor();
    await fits();
    await axe();
  });
}
