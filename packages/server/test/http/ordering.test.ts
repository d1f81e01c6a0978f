import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { triggerFiredBy } from './events.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
let receiver: Receiver;
let operations: Receiver;
let failing: string | null;
/** Who was acknowledged, in the order of arrival. */
let arrived: string[];

beforeAll(async () => {
  api = await ApiHarness.open({
    webhooks: { dispatch: true },
    jobs: { pollMs: 50 },
    replays: { commitMs: 0 },
  });
  operations = await startReceiver();
  await made({ name: 'Operations', url: operations.url, events: ['webhook.parked'] });
  receiver = await startReceiver({
    handler: ({ body }) => {
      const { data } = JSON.parse(body.toString()) as { data: { participant: { external_id: string } } };
      const who = data.participant.external_id;
      if (who === failing) return answer(500);
      arrived.push(who);
      return answer(200);
    },
  });
});
beforeEach(() => {
  failing = null;
  arrived = [];
});
afterAll(async () => {
  await api.close();
  await receiver.close();
  await operations.close();
});

async function made(settings: Readonly<Record<string, unknown>>): Promise<{ id: string; ordering: unknown }> {
  const answered = await api.call('POST', '/v1/webhooks', {
    body: { format: 'standard', retry_policy: { delays_seconds: [] }, ...settings },
  });
  expect(answered.status, answered.text).toBe(201);
  return answered.body as { id: string; ordering: unknown };
}

async function publish(who: string): Promise<string> {
  const answered = await api.call('POST', '/v1/events', { body: triggerFiredBy(who) });
  expect(answered.status, answered.text).toBe(202);
  return (answered.body as { id: string }).id;
}

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly event: { readonly id: string };
  readonly next_attempt_at: string | null;
  readonly waits_for?: string | null;
}

async function deliveries(webhook: string, query = ''): Promise<readonly Delivery[]> {
  const { body } = await api.call('GET', `/v1/webhooks/${webhook}/deliveries?limit=100${query}`);
  return (body as { data: Delivery[] }).data;
}

async function untilParked(webhook: string): Promise<Delivery> {
  const [parked] = await waitFor(
    async () => {
      const found = await deliveries(webhook, '&state=parked');
      return found.length > 0 && found;
    },
    { what: 'a parked delivery' },
  );
  if (parked === undefined) throw new Error('nothing was parked');
  return parked;
}

describe('the ordering of a webhook', () => {
  it('is shown, changed and taken away', async () => {
    const webhook = await made({ name: 'CRM', url: receiver.url, status: 'inactive' });
    expect(webhook.ordering).toBeNull();
    const change = async (ordering: unknown) =>
      (await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { ordering } })).body;
    expect(await change({ by: 'participant' })).toMatchObject({
      ordering: { by: 'participant', on_failure: 'park' },
    });
    expect(await change({ on_failure: 'skip' })).toMatchObject({
      ordering: { by: 'participant', on_failure: 'skip' },
    });
    expect(await change({ by: 'webhook', on_failure: 'wait' })).toMatchObject({
      ordering: { by: 'webhook', on_failure: 'wait' },
    });
    expect(await change(null)).toMatchObject({ ordering: null });
  });

  it('is refused, all faults at once, when it says something else', async () => {
    const refused = await api.call('POST', '/v1/webhooks', {
      body: {
        name: 'CRM',
        url: receiver.url,
        format: 'standard',
        ordering: { by: 'campaign', on_failure: 'stop' },
      },
    });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      errors: [
        { pointer: '/ordering/by', detail: expect.stringContaining('Found "campaign"') },
        { pointer: '/ordering/on_failure', detail: expect.stringContaining('Found "stop"') },
      ],
    });
    const empty = await api.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: receiver.url, format: 'standard', ordering: {} },
    });
    expect(empty.body).toMatchObject({ errors: [{ pointer: '/ordering/by' }] });
  });
});

describe('a parked delivery', () => {
  it('is told of, makes its participant wait, and goes on when it is tried again', async () => {
    failing = 'ann';
    const ordering = { by: 'participant', on_failure: 'park' };
    const webhook = await made({ name: 'Ledger', url: receiver.url, ordering });
    const first = await publish('ann');
    const second = await publish('ann');
    await publish('ben');
    const parked = await untilParked(webhook.id);
    expect(parked).toMatchObject({ event: { id: first }, state: 'parked', next_attempt_at: null });
    expect((await api.call('GET', `/v1/events/${first}`)).body).toMatchObject({
      deliveries: expect.arrayContaining([expect.objectContaining({ id: parked.id, state: 'parked' })]),
    });
    await waitFor(() => arrived.includes('ben'), { what: 'everybody else' });

    const behind = (await deliveries(webhook.id)).find(({ event }) => event.id === second);
    expect(behind).toMatchObject({ state: 'pending', next_attempt_at: null });
    const { body } = await api.call('GET', `/v1/deliveries/${behind?.id}`);
    expect(body).toMatchObject({ waits_for: parked.id, next_attempt_at: null });

    const notice = await waitFor(
      () =>
        operations.requests
          .map(
            ({ body: sent }) => JSON.parse(sent.toString()) as { data: { details: { delivery_id: string } } },
          )
          .find(({ data }) => data.details.delivery_id === parked.id),
      { what: 'the notice' },
    );
    expect(notice.data.details).toMatchObject({
      webhook: { id: webhook.id, name: 'Ledger' },
      event: { id: first },
      participant_id: expect.stringMatching(/^usr_/),
      reason: expect.stringContaining('500'),
      attempts: 1,
    });
    const changes = await api.call('GET', `/v1/webhooks/${webhook.id}/health-changes`);
    expect(changes.body).toMatchObject({
      data: [{ state: 'parked', reason: expect.stringContaining('500') }],
    });

    failing = null;
    const retried = await api.call('POST', `/v1/webhooks/${webhook.id}/parked-deliveries/retry`);
    expect(retried.body).toEqual({ deliveries: 1 });
    await waitFor(() => arrived.length === 3, { what: 'the rest' });
    expect(arrived).toEqual(['ben', 'ann', 'ann']);
  });

  it('lets the next one follow when it is resent with success', async () => {
    failing = 'ann';
    const webhook = await made({ name: 'Ledger', url: receiver.url, ordering: { by: 'participant' } });
    await publish('ann');
    await publish('ann');
    const parked = await untilParked(webhook.id);
    failing = null;
    expect((await api.call('POST', `/v1/deliveries/${parked.id}/resend`)).status).toBe(202);
    await waitFor(() => arrived.length === 2, { what: 'both' });
    expect(await deliveries(webhook.id, '&state=parked')).toEqual([]);
  });

  it('lets the next one follow when it is skipped, one or all', async () => {
    failing = 'ann';
    const webhook = await made({ name: 'Ledger', url: receiver.url, ordering: { by: 'participant' } });
    for (let n = 0; n < 3; n++) await publish('ann');
    const parked = await untilParked(webhook.id);
    const skipped = await api.call('POST', `/v1/deliveries/${parked.id}/skip`);
    expect(skipped.body).toEqual({ id: parked.id, state: 'cancelled' });
    expect((await api.call('POST', `/v1/deliveries/${parked.id}/skip`)).status).toBe(409);

    const next = await waitFor(
      async () => (await deliveries(webhook.id, '&state=parked')).find(({ id }) => id !== parked.id),
      { what: 'the next one to be parked' },
    );
    failing = null;
    const all = await api.call('POST', `/v1/webhooks/${webhook.id}/parked-deliveries/skip`);
    expect(all.body).toEqual({ deliveries: 1 });
    await waitFor(() => arrived.length === 1, { what: 'the last one' });
    const states = (await deliveries(webhook.id)).map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toMatchObject({ [parked.id]: 'cancelled', [next.id]: 'cancelled' });
  });

  it('is not what an unordered delivery can become', async () => {
    const webhook = await made({ name: 'Any', url: receiver.url });
    await publish('cem');
    const [delivered] = await waitFor(
      async () => {
        const found = await deliveries(webhook.id, '&state=delivered');
        return found.length > 0 && found;
      },
      { what: 'the delivery' },
    );
    expect((await api.call('POST', `/v1/deliveries/${delivered?.id}/skip`)).status).toBe(409);
  });
});

describe('a replay to a webhook with an order', () => {
  it('keeps it', async () => {
    const events: string[] = [];
    for (let n = 0; n < 30; n++) events.push(await publish(`r${n % 3}`));
    const seen = new Map<string, string[]>();
    const later = await startReceiver({
      handler: ({ body, headers }) => {
        const { data } = JSON.parse(body.toString()) as { data: { participant: { external_id: string } } };
        const who = data.participant.external_id;
        seen.set(who, [...(seen.get(who) ?? []), headers['webhook-event-id'] ?? '']);
        return answer(200, { delayMs: seen.size % 4 });
      },
    });
    const webhook = await made({
      name: 'Late',
      url: later.url,
      ordering: { by: 'participant', on_failure: 'wait' },
    });
    const started = await api.call('POST', `/v1/webhooks/${webhook.id}/replays`, {
      body: { since: new Date(Date.now() - 60_000).toISOString(), only: 'missing', rate_per_second: 1_000 },
    });
    expect(started.status, started.text).toBe(202);
    await waitFor(() => ['r0', 'r1', 'r2'].every((who) => seen.get(who)?.length === 10), {
      what: 'all of the replay',
    });
    for (const [n, who] of ['r0', 'r1', 'r2'].entries()) {
      expect(seen.get(who)).toEqual(events.filter((_, at) => at % 3 === n));
    }
    await later.close();
  });
});
