import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { FrozenEvent } from '../../src/catalog/index.ts';
import { formatsByName } from '../../src/formats/index.ts';
import { ApiHarness } from './harness.ts';
import { outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
let clockMs = Date.UTC(2026, 4, 4, 12);
beforeAll(async () => {
  api = await ApiHarness.open({ clock: { now: () => clockMs } });
});
beforeEach(async () => {
  season = await Season.open(api);
});
afterAll(() => api.close());

it('a trigger fired again under its key answers with its first event, from memory and from the database', async () => {
  const trigger = await season.trigger(`purchase-${season.campaign.slice(-8)}`);
  const [first, beside] = await Promise.all([
    outcome(season.fire(trigger, 'ada', { value: 1, key: 'order 17' })),
    outcome(season.fire(trigger, 'ada', { value: 1, key: 'order 17' })),
  ]);
  const later = await outcome(season.fire(trigger, 'ada', { value: 2, key: 'order 17' }));
  expect(first?.trigger_event?.id).toMatch(/^tre_/);
  expect([beside?.trigger_event, later.trigger_event]).toEqual([first?.trigger_event, first?.trigger_event]);
  expect(later).toMatchObject({ repeated: true, events: [] });
});

it('a task completed again answers with the completion of its period', async () => {
  const task = await season.task({ points: 33.3333, recurrence: 'daily' });
  const [one, other] = await Promise.all([
    outcome(season.complete(task, 'ada')),
    outcome(season.complete(task, 'ada')),
  ]);
  expect([one.repeated, other.repeated].sort()).toEqual([false, true]);
  expect(one.completion).toMatchObject({ task_id: task, points: 33.3333 });
  expect(other.completion).toEqual(one.completion);
  clockMs += 86_400_000;
  const tomorrow = await outcome(season.complete(task, 'ada'));
  const again = await outcome(season.complete(task, 'ada'));
  expect(again).toMatchObject({ repeated: true, completion: tomorrow.completion });
  expect(again.completion?.id).not.toBe(one.completion?.id);
});

it('points booked again answer with their first entry; other points under the reference are refused', async () => {
  const first = await outcome(season.book('ada', 12.5, 'invoice'));
  expect(await outcome(season.book('ada', 12.5, 'invoice'))).toMatchObject({
    repeated: true,
    transaction: first.transaction,
  });
  for (const amount of [12.4999, -12.5, 13]) {
    const refused = await refusal(season.book('ada', amount, 'invoice'));
    expect(refused).toMatchObject({ status: 409, code: 'reference_reused' });
    expect(refused.detail).toContain('12.5');
  }
  expect(await outcome(season.book('ada', 13, 'invoice', 'custom'))).toMatchObject({ total_points: 25.5 });
});

it('signing in without a campaign tells who it is, and claimr shows no campaign', async () => {
  const made = await api.call('POST', '/v1/participants', {
    body: { external_id: 'ada', email: 'ada@example.com', fields: { city: 'Bern' } },
  });
  const body = {
    participant: { external_id: 'ada' },
    method: 'discord',
    account: { platform: 'discord', name: 'ada' },
  };
  const signedIn = await outcome(api.call('POST', '/v1/sign-ins', { body }));
  expect(signedIn).toMatchObject({
    campaign_id: null,
    participant_id: (made.body as { id: string }).id,
    joined: false,
    total_points: 0,
    rank: null,
    events: [{ type: 'user.signed_in' }],
  });
  const { rows } = await api.database.pool.query<{ body: string }>(
    "select body from events where type = 'user.signed_in' and campaign_id is null order by id desc limit 1",
  );
  const event = JSON.parse(rows[0]?.body ?? 'null') as FrozenEvent;
  expect(event).toMatchObject({
    id: signedIn.events[0]?.id,
    campaign: null,
    seq: null,
    community: { name: expect.any(String) },
    participant: { external_id: 'ada', email: 'ada@example.com', fields: { city: 'Bern' }, total_points: 0 },
    data: { method: 'discord', account: { platform: 'discord', name: 'ada' } },
  });
  const { body: message } = formatsByName.claimr.render({
    event,
    delivery: { id: 'dlv_01jf2wkmvcfw6ts1qmgzya291c', scope: 'user_login', createdAt: event.occurred_at },
    webhook: { id: 'crm', name: 'CRM' },
    request: { method: 'POST', url: 'https://example.com/hook', headers: {}, mode: null },
  });
  expect(JSON.parse(message ?? '')).toMatchObject({
    campaign: null,
    user_id: 'ada',
    total_xp: 0,
    rank: null,
  });
});

it('signing in without a campaign needs somebody we know, or the owner’s own id', async () => {
  const body = { participant: { account: { platform: 'discord', name: 'nobody' } }, method: 'discord' };
  expect(await refusal(api.call('POST', '/v1/sign-ins', { body }))).toMatchObject({
    status: 422,
    code: 'unknown_participant',
  });
});
