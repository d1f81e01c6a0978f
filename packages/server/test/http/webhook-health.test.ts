import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuidOf } from '../../src/ids.ts';
import type { UnreadableSecret } from '../../src/webhooks/index.ts';
import { triggerFired } from './events.ts';
import { ApiHarness } from './harness.ts';

/** Two nodes on one database, whose circuits open after three failures in a quarter of a second. */
let api: ApiHarness;
let other: ApiHarness;
let operations: Receiver;
beforeAll(async () => {
  const circuitPolicy = { failures: 3, overMs: 250, firstProbeMs: 300, longestProbeMs: 1_000 };
  api = await ApiHarness.open({ webhooks: { dispatch: true, circuitPolicy, onUnreadable: () => {} } });
  other = await ApiHarness.open({
    webhooks: {
      dispatch: true,
      circuitPolicy,
      keyring: api.webhookParts.keyring,
      onUnreadable: () => {},
    },
    test: { database: api.database, drop: async () => {} },
  });
  operations = await startReceiver();
  await webhook({
    name: 'Operations',
    url: operations.url,
    events: ['webhook.failing', 'webhook.disabled', 'webhook.recovered'],
  });
});
afterAll(async () => {
  await other.close();
  await api.close();
  await operations.close();
});

async function webhook(settings: Readonly<Record<string, unknown>>): Promise<string> {
  const made = await api.call('POST', '/v1/webhooks', { body: { format: 'standard', ...settings } });
  expect(made.status, made.text).toBe(201);
  return (made.body as { id: string }).id;
}

interface Health {
  readonly state: string;
  readonly reason: string | null;
  readonly failures: number;
  readonly next_probe_at: string | null;
  readonly disables_at: string | null;
}

async function healthOf(id: string): Promise<Health> {
  const { status, body, text } = await api.call('GET', `/v1/webhooks/${id}/health`);
  expect(status, text).toBe(200);
  return body as Health;
}

async function deliveries(id: string, state: string): Promise<{ id: string; attempts: number }[]> {
  const { body } = await api.call('GET', `/v1/deliveries?webhook_id=${id}&state=${state}&limit=200`);
  return (body as { data: { id: string; attempts: number }[] }).data;
}

function told(type: string, webhookId: string) {
  return operations.requests
    .map(
      ({ body }) =>
        JSON.parse(Buffer.from(body).toString()) as {
          type: string;
          data: { details: { webhook: { id: string } } };
        },
    )
    .filter((message) => message.type === type && message.data.details.webhook.id === webhookId);
}

const retries = { delays_seconds: [1, 1, 1] };

describe('a receiver that is down', () => {
  it('is asked by one request at a time, nothing is used up meanwhile, and everything arrives once it is back', async () => {
    let down = true;
    const receiver = await startReceiver({ handler: () => answer(down ? 500 : 200) });
    const id = await webhook({
      name: 'CRM',
      url: receiver.url,
      events: ['trigger.fired'],
      retry_policy: retries,
    });
    for (let n = 0; n < 8; n++) await api.publish(triggerFired);
    await waitFor(async () => (await healthOf(id)).state === 'failing', {
      what: 'the webhook to be failing',
      timeoutMs: 10_000,
    });
    const failing = await healthOf(id);
    expect(failing.reason).toContain('500');
    expect(failing.next_probe_at).not.toBeNull();
    expect(failing.disables_at).not.toBeNull();
    await waitFor(() => told('webhook.failing', id).length === 1, { what: 'the operational event' });

    // More come, on both nodes, and wait.
    for (let n = 0; n < 5; n++) await api.publish(triggerFired);
    for (let n = 0; n < 5; n++)
      await other.call('POST', '/v1/events', { body: triggerFired, token: api.token });
    const seen = receiver.requests.length;
    await waitFor(() => receiver.requests.length >= seen + 4, { what: 'four probes', timeoutMs: 15_000 });
    expect(await deliveries(id, 'exhausted')).toEqual([]);
    const { body } = await api.call('GET', '/v1/failing-webhooks');
    expect((body as { data: { webhook_id: string }[] }).data.map((row) => row.webhook_id)).toContain(id);

    down = false;
    await waitFor(async () => (await deliveries(id, 'delivered')).length === 18, {
      what: 'all of it to arrive',
      timeoutMs: 20_000,
    });
    await waitFor(async () => (await healthOf(id)).state === 'healthy', {
      what: 'the webhook to be well',
      timeoutMs: 10_000,
    });
    // A probe of the other node that failed just before may go on record just after: then both come once more.
    await waitFor(() => told('webhook.recovered', id).length > 0, {
      what: 'the good news',
      timeoutMs: 20_000,
    });
    const changes = await api.call('GET', `/v1/webhooks/${id}/health-changes`);
    const states = (changes.body as { data: { state: string }[] }).data.map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['recovered', 'failing']);
    await receiver.close();
  }, 60_000);

  it('is tried at once when its settings are mended', async () => {
    const broken = await startReceiver({ otherwise: answer(500) });
    const mended = await startReceiver();
    const id = await webhook({
      name: 'CRM',
      url: broken.url,
      events: ['trigger.fired'],
      retry_policy: retries,
    });
    for (let n = 0; n < 6; n++) await api.publish(triggerFired);
    await waitFor(async () => (await healthOf(id)).state === 'failing', {
      what: 'the webhook to be failing',
      timeoutMs: 10_000,
    });
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { url: mended.url } });
    await waitFor(async () => (await deliveries(id, 'delivered')).length === 6, {
      what: 'all of it to arrive',
      timeoutMs: 15_000,
    });
    await broken.close();
    await mended.close();
  }, 60_000);

  it('for days is warned of, then disabled, and neither is told to itself', async () => {
    const receiver = await startReceiver({ otherwise: answer(503) });
    const id = await webhook({ name: 'Gone', url: receiver.url, retry_policy: retries });
    for (let n = 0; n < 4; n++) await api.publish(triggerFired);
    await waitFor(async () => (await healthOf(id)).state === 'failing', {
      what: 'the webhook to be failing',
      timeoutMs: 15_000,
    });
    const since = (days: number) =>
      api.database.pool.query(
        `update webhook_health set failing_since = now() - $2 * interval '1 day'
          where webhook_uid = (select uid from webhooks where id = $1)`,
        [id, days],
      );
    expect(await api.webhookParts.health.tend()).toEqual({ warned: 0, disabled: 0 });
    await since(4.5);
    expect(await api.webhookParts.health.tend()).toEqual({ warned: 1, disabled: 0 });
    expect(await api.webhookParts.health.tend()).toEqual({ warned: 0, disabled: 0 });
    await since(5.1);
    const tended = await Promise.all([api.webhookParts.health.tend(), other.webhookParts.health.tend()]);
    expect(tended[0].disabled + tended[1].disabled).toBe(1);
    expect(await healthOf(id)).toMatchObject({
      state: 'disabled',
      reason: expect.stringContaining('5 days'),
    });
    await waitFor(() => told('webhook.disabled', id).length === 1, { what: 'the operational event' });
    expect(told('webhook.failing', id)).toHaveLength(2);
    const own = receiver.requests.filter(({ body }) => Buffer.from(body).toString().includes('"webhook.'));
    expect(own.filter(({ body }) => Buffer.from(body).toString().includes(id))).toEqual([]);
    await receiver.close();
  }, 60_000);
});

describe('a webhook whose stored secret is damaged', () => {
  it('is disabled by the node that finds it so, on record and told like every other', async () => {
    const receiver = await startReceiver();
    const id = await webhook({ name: 'Vault', url: receiver.url, events: ['trigger.fired'] });
    const uid = api.webhookParts.routing.webhookOf(api.organization.id, id)?.uid;
    if (uid === undefined) throw new Error('The webhook is not in the routing table');
    await api.database.pool.query(
      'update webhook_secrets set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) where webhook_uid = $1',
      [uuidOf(uid)],
    );
    const unreadable: UnreadableSecret[] = [];
    const starting = await ApiHarness.open({
      webhooks: { keyring: api.webhookParts.keyring, onUnreadable: (error) => unreadable.push(error) },
      test: { database: api.database, drop: async () => {} },
    });
    await waitFor(() => told('webhook.disabled', id).length === 1, { what: 'the operational event' });
    expect(unreadable[0]).toMatchObject({ reason: 'tampered', owner: uid });
    expect(starting.webhookParts.routing.webhook(uid)?.status).toBe('disabled');
    const changes = await api.call('GET', `/v1/webhooks/${id}/health-changes`);
    expect((changes.body as { data: unknown[] }).data).toEqual([
      expect.objectContaining({ state: 'disabled', reason: expect.stringContaining('Rotate the secret') }),
    ]);
    await starting.close();
    await receiver.close();
  }, 30_000);
});
