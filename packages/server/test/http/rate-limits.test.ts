import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idFromUuid } from '../../src/ids.ts';
import { takePermits } from '../../src/storage/index.ts';
import { triggerFired } from './events.ts';
import { ApiHarness } from './harness.ts';

/** Two nodes on one database. */
let api: ApiHarness;
let other: ApiHarness;
let receiver: Receiver;
let arrivals: number[];
let status = 200;
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
  other = await ApiHarness.open({
    webhooks: { dispatch: true, keyring: api.webhookParts.keyring },
    test: { database: api.database, drop: async () => {} },
  });
});
afterAll(async () => {
  await other.close();
  await api.close();
});
beforeEach(async () => {
  arrivals = [];
  status = 200;
  receiver = await startReceiver({
    handler: () => {
      arrivals.push(performance.now());
      return answer(status);
    },
  });
});
afterEach(() => receiver.close());

function create(settings: Readonly<Record<string, unknown>>) {
  const body = { name: 'CRM', format: 'standard', url: receiver.url, events: ['trigger.fired'], ...settings };
  return api.call('POST', '/v1/webhooks', { body });
}

/** Half of them at each node, once both know the webhook. */
async function publish(count: number, { id }: { readonly id: string }): Promise<void> {
  const knows = () => other.webhookParts.routing.webhookOf(api.organization.id, id) !== undefined;
  await waitFor(knows, { what: 'the other node to know the webhook' });
  const events = Array.from({ length: count / 2 }, () => triggerFired);
  await Promise.all([
    api.call('POST', '/v1/events', { body: events }),
    other.call('POST', '/v1/events', { body: events, token: api.token }),
  ]);
}

/** The most that arrived within any second. */
function most(): number {
  return Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + 1_000).length));
}

describe('a fixed rate', () => {
  it('holds over all nodes together, and everything arrives', async () => {
    const made = await create({ rate_limit: { per_second: 20 } });
    expect(made.body).toMatchObject({ rate_limit: { per_second: 20, adaptive: false } });
    await publish(60, made.body as { id: string });
    await waitFor(() => arrivals.length === 60, { what: 'all sixty', timeoutMs: 15_000 });
    // Permits are given out for a quarter of a second at a time to each of the two nodes.
    expect(most()).toBeLessThanOrEqual(20 + 2 * 5);
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(2_000);
  });

  it('can be less than one a second, and be lifted while something waits', async () => {
    const made = await create({ rate_limit: { per_second: 0.02 } });
    const { id } = made.body as { id: string };
    await publish(10, { id });
    await waitFor(() => arrivals.length === 1, { what: 'the first' });
    const raised = await api.call('PATCH', `/v1/webhooks/${id}`, { body: { rate_limit: { per_second: 2 } } });
    expect(raised.status, raised.text).toBe(200);
    await waitFor(() => arrivals.length >= 3, { what: 'the next two', timeoutMs: 10_000 });
    const lifted = await api.call('PATCH', `/v1/webhooks/${id}`, { body: { rate_limit: null } });
    expect(lifted.status, lifted.text).toBe(200);
    await waitFor(() => arrivals.length === 10, { what: 'the others', timeoutMs: 30_000 });
  });

  it('gives nothing to a node that has not heard of the new one, and nothing of its time', async () => {
    const made = await create({ rate_limit: { per_second: 0.02 } });
    const { id } = made.body as { id: string };
    const row = await api.database.kysely
      .selectFrom('webhooks')
      .select('uid')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const uid = idFromUuid('whk', row.uid);
    const take = (perSecond: number) => takePermits(api.database.pool, uid, { count: 1, perSecond });
    expect(await take(0.02)).toBe(0);
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { rate_limit: { per_second: 2 } } });
    expect(await take(0.02)).toBeNull();
    expect(await take(2)).toBe(0);
    // A lifted rate and the old one again: what a late node took meanwhile does not count.
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { rate_limit: null } });
    await take(0.02);
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { rate_limit: { per_second: 0.02 } } });
    expect(await take(0.02)).toBe(0);
  });

  it('is refused when it says nothing or is out of range', async () => {
    for (const [rate_limit, pointer] of [
      [{}, '/rate_limit'],
      [{ per_second: 0 }, '/rate_limit/per_second'],
      [{ per_second: 10_001 }, '/rate_limit/per_second'],
      [{ per_second: -1, adaptive: true }, '/rate_limit/per_second'],
    ] as const) {
      const refused = await create({ rate_limit });
      expect(refused, refused.text).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    expect((await create({ rate_limit: { per_second: 'many' } })).status).toBe(400);
  });
});

describe('an adaptive rate', () => {
  it('begins gently and delivers everything', async () => {
    const made = await create({ rate_limit: { adaptive: true } });
    expect(made.body).toMatchObject({ rate_limit: { per_second: null, adaptive: true } });
    await publish(60, made.body as { id: string });
    await waitFor(() => arrivals.length === 60, { what: 'all sixty', timeoutMs: 20_000 });
    const firstSecond = arrivals.filter((at) => at < (arrivals[0] ?? 0) + 1_000).length;
    expect(firstSecond).toBeLessThan(40);
  });
});
