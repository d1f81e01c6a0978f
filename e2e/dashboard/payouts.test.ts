import { expect } from 'vitest';
import type { TestedFanfare } from './harness/fanfares.ts';
import { test } from './harness/index.ts';

/** A payout of somebody new, whose receiver refuses: it fails. */
async function failingPayout(api: TestedFanfare['api'], who: string) {
  const { data: inboxes } = await api.get('/v1/inboxes');
  const treasury = inboxes.find(({ name }) => name === 'Token treasury');
  const [campaign] = (await api.get('/v1/campaigns')).data;
  if (treasury === undefined || campaign === undefined) throw new Error('The season has no treasury');
  const path = { id: campaign.id };
  await api.patch('/v1/inboxes/{id}', { path: { id: treasury.id }, body: { answer: { status: 503 } } });
  const rewards = (await api.get('/v1/campaigns/{id}/rewards', { path })).data;
  const ether = rewards.find(({ name }) => name === 'Ether for the lighthouse');
  const [quest] = (await api.get('/v1/campaigns/{id}/quests', { path })).data;
  if (ether === undefined || quest === undefined) throw new Error('The season pays nothing');
  const task = await api.post('/v1/campaigns/{id}/tasks', {
    path,
    body: {
      name: `Paid to ${who}`,
      type: 'api',
      quest_id: quest.id,
      reward: { id: ether.id, amount: '0.250000000000000001' },
    },
  });
  const participant = { external_id: who };
  await api.post('/v1/campaigns/{id}/tasks/{task_id}/completions', {
    path: { id: campaign.id, task_id: task.id },
    body: { participant },
  });
  const claim = await api.post('/v1/campaigns/{id}/claims', { path, body: { participant } });
  const id = claim.payouts[0]?.id ?? '';
  await expect
    .poll(async () => (await api.get('/v1/payouts/{id}', { path: { id } })).state, { timeout: 10_000 })
    .toBe('failed');
  return { id, treasury, campaign };
}

test('are found by their state, and say why one failed; asked for again, it is paid while one looks', async ({
  season,
  visit,
}) => {
  const { api } = season;
  const { id, treasury } = await failingPayout(api, 'payouts-ada');
  const { page, open, axe } = await visit(season, { as: 'admin' });
  await open('/payouts');
  await page.getByRole('table', { name: 'Payouts, newest first' }).waitFor();
  await axe();
  await page.getByRole('combobox', { name: 'State' }).click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await page.waitForURL('**/payouts?state=failed');
  await page.getByText('0.250000000000000001 ETH').waitFor();
  await page.getByRole('link', { name: 'Ether for the lighthouse' }).first().click();
  await page.waitForURL(`**/payouts/${id}`);

  await page.getByRole('heading', { name: 'Ether for the lighthouse', level: 1 }).waitFor();
  const state = page.getByRole('status').filter({ hasText: 'The last attempt failed' });
  await state.getByText(/503/).waitFor();
  const attempts = page.getByRole('table', { name: 'Attempts of this payout' });
  await attempts.getByRole('row', { name: /Attempt 1 .*Failed.*503/ }).waitFor();
  await page.getByRole('link', { name: 'payouts-ada' }).waitFor();
  await axe();

  await api.patch('/v1/inboxes/{id}', { path: { id: treasury.id }, body: { answer: { status: 204 } } });
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ask again' }).click();
  // Nobody reloads: the stream tells of the attempt.
  await attempts.getByRole('row', { name: /Attempt 2 .*an operator.*Paid.*204/ }).waitFor();
  await page
    .getByText(/by what the receiver answered/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Ask again' }).count()).toBe(0);
  await attempts.getByRole('link', { name: 'Request and answer' }).first().click();
  await page.waitForURL('**/history/dlv_*');
});

test('are settled by hand with a reason', async ({ season, visit }) => {
  const { id } = await failingPayout(season.api, 'payouts-bob');
  const { page, open, axe } = await visit(season, { as: 'owner', colours: 'dark' });
  await open(`/payouts/${id}`);
  await page.getByRole('button', { name: 'Settle by hand' }).click();
  const dialog = page.getByRole('dialog', { name: /^Settle .* by hand$/ });
  await axe();
  await dialog.getByRole('button', { name: 'Settle as paid' }).click();
  await dialog.getByText(/Say how it was paid/).waitFor();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Handed over in cash.');
  await dialog.getByRole('textbox', { name: 'Reference' }).fill('receipt-17');
  await dialog.getByRole('button', { name: 'Settle as paid' }).click();
  await page.getByText('The payout is settled as paid.').waitFor();
  await page.getByRole('status').filter({ hasText: 'Handed over in cash.' }).waitFor();
  await page.getByText('receipt-17').first().waitFor();
  expect(await season.api.get('/v1/payouts/{id}', { path: { id } })).toMatchObject({
    state: 'paid',
    settled_by: 'operator',
    reference: 'receipt-17',
  });
});

test('add up per reward, to the last place', async ({ season, visit }) => {
  const { page, open, axe, fits } = await visit(season, { as: 'viewer', viewport: 'phone', colours: 'dark' });
  await open('/payouts');
  await page.getByRole('tab', { name: 'Totals per reward' }).click();
  await page.waitForURL('**/payouts?view=totals');
  const [campaign] = (await season.api.get('/v1/campaigns')).data;
  const totals = await season.api.get('/v1/campaigns/{id}/reward-totals', {
    path: { id: campaign?.id ?? '' },
  });
  const ether = totals.data.find(({ unit, state }) => unit === 'ETH' && state === 'paid');
  await page.getByText(`${ether?.amount} ETH`).waitFor();
  await axe();
  await fits();
});

test('offer nothing that changes them to those who may not', async ({ season, visit }) => {
  const { data } = await season.api.get('/v1/payouts', { query: { limit: 1 } });
  const { page, open, fits } = await visit(season, { as: 'manager', viewport: 'phone' });
  await open(`/payouts/${data[0]?.id}`);
  await page.getByRole('heading', { name: 'Attempts' }).waitFor();
  await fits();
  for (const name of ['Ask again', 'Settle by hand']) {
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  }
});

test('that are nobody’s say so', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'viewer' });
  tolerate(/404/);
  await open('/payouts/pay_01jf2wkmvcfw6ts1qmgzya291c');
  await page.getByRole('alert').getByText(/not/i).first().waitFor();
  await open('/payouts?state=processing');
  await page.getByText('No payout matches').waitFor();
  await page.getByRole('link', { name: 'Show all payouts' }).click();
  await page.getByRole('table', { name: 'Payouts, newest first' }).waitFor();
});
