import { answer, hang, type ReceivedRequest, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { createJobs } from '../../src/jobs/index.ts';
import { createResends } from '../../src/replays/index.ts';
import { createHistoryStore } from '../../src/storage/index.ts';
import { createHistory } from '../../src/webhooks/index.ts';
import { triggerFiredBy } from './events.ts';
import { type Answer, ApiHarness } from './harness.ts';
import { outcome, Season } from './season.ts';

/** Sending again what was chosen in a list, over HTTP, to real receivers. */
let api: ApiHarness;
let receiver: Receiver;
let respond: (request: ReceivedRequest) => ReturnType<typeof answer>;
const made: string[] = [];
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true }, jobs: { pollMs: 50 } });
});
afterAll(() => api.close());
beforeEach(async () => {
  respond = () => answer(200);
  receiver = await startReceiver({ handler: (request) => respond(request) });
});
afterEach(async () => {
  for (const id of made.splice(0)) await api.call('DELETE', `/v1/webhooks/${id}`);
  await receiver.close();
});

interface ShownResend {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly progress: Readonly<
    Record<'total' | 'sent' | 'acknowledged' | 'failed' | 'waiting' | 'skipped', number>
  >;
}

async function webhook(settings: object = {}, path = '/'): Promise<string> {
  const created = await api.call('POST', '/v1/webhooks', {
    body: {
      name: 'CRM',
      url: receiver.url + path,
      format: 'standard',
      retry_policy: { delays_seconds: [] },
      ...settings,
    },
  });
  expect(created.status, created.text).toBe(201);
  const { id } = created.body as { id: string };
  made.push(id);
  return id;
}

async function publish(count: number): Promise<void> {
  const body = Array.from({ length: count }, (_, n) => triggerFiredBy(`user-${n}`));
  const answered = await api.call('POST', '/v1/events', { body });
  expect(answered.status, answered.text).toBe(202);
}

const ask = (body: object): Promise<Answer> => api.call('POST', '/v1/resends', { body });

async function resend(body: object): Promise<ShownResend> {
  const answered = await ask(body);
  expect(answered.status, answered.text).toBe(202);
  return answered.body as ShownResend;
}

async function counted(body: object) {
  const answered = await ask({ ...body, dry_run: true });
  expect(answered.status, answered.text).toBe(200);
  return answered.body;
}

async function get(id: string): Promise<ShownResend> {
  return (await api.call('GET', `/v1/resends/${id}`)).body as ShownResend;
}

const until = (id: string, state: string) =>
  waitFor(
    async () => {
      const now = await get(id);
      return now.state === state && now;
    },
    { what: `the resend to be ${state}`, timeoutMs: 20_000 },
  );

/** So many deliveries of a webhook that ended in this state. */
const ended = (webhookId: string, state: string, count: number) =>
  waitFor(
    async () => {
      const { body } = await api.call(
        'GET',
        `/v1/deliveries?webhook_id=${webhookId}&state=${state}&limit=250`,
      );
      const { data } = body as { data: { id: string }[] };
      return data.length === count && data.map(({ id }) => id);
    },
    { what: `${count} deliveries that are ${state}` },
  );

const sentTo = (path: string) => receiver.requests.filter((request) => request.path === path);
const idsOf = (requests: readonly ReceivedRequest[]) => requests.map(({ headers }) => headers['webhook-id']);

describe('what a filter finds', () => {
  it('is counted, sent once more under its own id, the oldest first, and counted as it ends', async () => {
    respond = ({ path }) => answer(path === '/broken' ? 503 : 200);
    const broken = await webhook({}, '/broken');
    const healthy = await webhook({}, '/healthy');
    await publish(5);
    const failed = await ended(broken, 'exhausted', 5);
    await ended(healthy, 'delivered', 5);
    const filter = { status: '5xx', webhook_id: broken };
    expect(await counted({ filter })).toMatchObject({
      dry_run: true,
      filter: { ...filter, until: expect.any(String) },
      deliveries: 5,
      skipped: 0,
      skipped_payments: 0,
      complete: true,
    });
    expect(await counted({ filter: { status: '5xx', webhook_id: healthy } })).toMatchObject({
      deliveries: 0,
    });
    expect(await counted({ filter: { ...filter, participant_id: 'user-1' } })).toMatchObject({
      deliveries: 1,
      filter: { participant_id: expect.stringMatching(/^usr_/) },
    });
    expect(await ask({ filter: { participant_id: 'stranger' } })).toMatchObject({
      status: 422,
      body: { code: 'unknown_participant', errors: [{ pointer: '/filter/participant_id' }] },
    });
    expect(sentTo('/broken')).toHaveLength(5);

    respond = () => answer(200);
    const { id } = await resend({ filter, rate_per_second: 20 });
    expect(await until(id, 'done')).toMatchObject({
      error: null,
      progress: { total: 5, chosen: 5, sent: 5, acknowledged: 5, failed: 0, waiting: 0, cancelled: 0 },
    });
    expect(idsOf(sentTo('/broken').slice(5))).toEqual([...failed].reverse());
    expect(sentTo('/healthy')).toHaveLength(5);
    await ended(broken, 'delivered', 5);
    const listed = await api.call('GET', '/v1/resends');
    expect((listed.body as { data: ShownResend[] }).data[0]).toEqual(await get(id));
  });

  it('may have been delivered, and fails again without another retry', async () => {
    const id = await webhook();
    await publish(2);
    await ended(id, 'delivered', 2);
    respond = () => answer(500);
    const job = await resend({ filter: { webhook_id: id } });
    expect((await until(job.id, 'done')).progress).toMatchObject({ sent: 2, acknowledged: 0, failed: 2 });
    await ended(id, 'delivered', 2);
    expect(receiver.requests).toHaveLength(4);
  });

  it('is not held up by one receiver that hangs', async () => {
    const slow = await webhook({}, '/slow');
    const healthy = await webhook({}, '/healthy');
    await publish(150);
    await ended(slow, 'delivered', 150);
    await ended(healthy, 'delivered', 150);
    respond = ({ path }) => (path === '/slow' ? hang() : answer(200));
    const { id } = await resend({ filter: { state: 'delivered' }, rate_per_second: 1_000 });
    await waitFor(() => sentTo('/healthy').length === 300, { what: 'all to the healthy receiver' });
    const { rows } = await api.database.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from open_deliveries
        where extra and webhook_uid = (select uid from webhooks where id = $1)`,
      [slow],
    );
    expect(rows[0]?.waiting).toBe(100);
    await api.call('POST', `/v1/resends/${id}/cancel`);
    await until(id, 'cancelled');
  });

  it('is one at a time, and pauses, goes on and is cancelled', async () => {
    const id = await webhook();
    await publish(30);
    await ended(id, 'delivered', 30);
    const { id: job } = await resend({ filter: { webhook_id: id }, rate_per_second: 1 });
    expect(await ask({ filter: {} })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining(job) },
    });
    await waitFor(async () => (await get(job)).progress.acknowledged > 0, { what: 'the first' });
    expect((await api.call('POST', `/v1/resends/${job}/pause`)).body).toMatchObject({ state: 'paused' });
    expect((await api.call('POST', `/v1/resends/${job}/resume`)).status).toBe(200);
    await api.call('POST', `/v1/resends/${job}/cancel`);
    const { progress } = await until(job, 'cancelled');
    expect(progress.total).toBe(30);
    expect(progress.sent).toBeLessThan(30);
    const { rows } = await api.database.pool.query('select from resend_selections');
    expect(rows).toEqual([]);
    expect((await api.call('POST', `/v1/resends/${job}/pause`)).status).toBe(409);
  });
});

describe('what is named', () => {
  it('is sent again beside others, and what cannot be is skipped', async () => {
    const on = await webhook({}, '/on');
    const off = await webhook({}, '/off');
    await publish(1);
    const [first = ''] = await ended(on, 'delivered', 1);
    const [second = ''] = await ended(off, 'delivered', 1);
    await api.call('PATCH', `/v1/webhooks/${off}`, { body: { status: 'inactive' } });
    const delivery_ids = [first, second, first];
    expect(await counted({ delivery_ids })).toMatchObject({ deliveries: 1, skipped: 1, filter: null });
    const { id } = await resend({ delivery_ids });
    expect((await until(id, 'done')).progress).toMatchObject({ total: 1, acknowledged: 1, skipped: 1 });
    expect(idsOf(sentTo('/on'))).toEqual([first, first]);
    expect(sentTo('/off')).toHaveLength(1);
  });

  it('is known, and of this organization', async () => {
    const id = await webhook();
    await publish(1);
    const [mine = ''] = await ended(id, 'delivered', 1);
    expect(await ask({ delivery_ids: [mine, newId('dlv')] })).toMatchObject({
      status: 422,
      body: { code: 'unknown_delivery', errors: [{ pointer: '/delivery_ids/1' }] },
    });
    const { token } = await api.otherOrganization();
    const foreign = await api.call('POST', '/v1/resends', { token, body: { delivery_ids: [mine] } });
    expect(foreign).toMatchObject({ status: 422, body: { code: 'unknown_delivery' } });
    const job = await resend({ delivery_ids: [mine] });
    expect((await api.call('GET', `/v1/resends/${job.id}`, { token })).status).toBe(404);
    await until(job.id, 'done');
  });
});

it('never asks for a payment again', async () => {
  respond = () => answer(500);
  const season = await Season.open(api);
  const pays = await webhook({ events: ['payout.requested'] });
  const reward = await season.reward({ payout: { mode: 'webhook', webhook_id: pays } });
  await outcome(season.complete(await season.task({ reward: { id: reward, amount: '1' } }), 'ada'));
  await season.claim('ada');
  const asked = await waitFor(
    async () => {
      const { body } = await api.call('GET', `/v1/deliveries?webhook_id=${pays}`);
      const { data } = body as { data: { id: string; closed_at: string | null }[] };
      return data.length > 0 && data.every(({ closed_at }) => closed_at !== null) && data;
    },
    { what: 'the payment that failed' },
  );
  const delivery_ids = asked.map(({ id }) => id);
  for (const choice of [{ delivery_ids }, { filter: { webhook_id: pays } }]) {
    expect(await counted(choice)).toMatchObject({ deliveries: 0, skipped_payments: asked.length });
    const { id } = await resend(choice);
    expect((await until(id, 'done')).progress).toMatchObject({ total: 0, sent: 0 });
  }
  expect(receiver.requests).toHaveLength(asked.length);
  const [request] = receiver.requests;
  const shown = await api.call('GET', `/v1/deliveries/${request?.headers['webhook-id']}/attempts`);
  expect(shown.body).toMatchObject({
    data: [{ request: { headers: { 'idempotency-key': request?.headers['idempotency-key'] } } }],
  });
  expect(request?.headers['idempotency-key']).toMatch(/^pay_/);
});

it.each([
  { body: {}, says: 'either filter or delivery_ids' },
  { body: { filter: {}, delivery_ids: [newId('dlv')] }, says: 'either filter or delivery_ids' },
  { body: { filter: { colour: 'blue' } }, says: 'colour' },
  { body: { filter: { status: '5x' } }, says: '5xx' },
  { body: { delivery_ids: [] }, says: 'at least 1' },
  { body: { filter: {}, rate_per_second: 0 }, says: 'at least 1' },
])('refuses $body', async ({ body, says }) => {
  expect(await ask(body)).toMatchObject({ status: 400, text: expect.stringContaining(says) });
});

it('goes on where the node that died had stopped, and sends each once', async () => {
  const id = await webhook();
  await publish(40);
  await ended(id, 'delivered', 40);
  const history = createHistory({
    store: createHistoryStore(api.database),
    sentHeaders: () => ({}),
    now: () => new Date(),
  });
  const open = () => {
    const jobs = createJobs({
      database: api.database,
      clock: { now: Date.now },
      alone: false,
      leaseMs: 300,
      pollMs: 50,
      log: { info() {}, warn() {} },
    });
    const participants = { find: async () => null, findByExternalId: async () => null };
    createResends({ database: api.database, jobs, history, participants, clock: { now: Date.now } });
    return jobs;
  };
  const job = await resend({ filter: { webhook_id: id }, rate_per_second: 20 });
  await waitFor(async () => (await get(job.id)).progress.sent > 0, { what: 'the first step' });
  // Another node takes a step now and then; whoever does, each is sent once.
  const other = open();
  await other.start();
  expect((await until(job.id, 'done')).progress).toMatchObject({ total: 40, sent: 40, acknowledged: 40 });
  await other.stop();
  const counts = new Map<string, number>();
  for (const one of idsOf(receiver.requests)) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1);
  expect([...counts.values()]).toEqual(Array.from({ length: 40 }, () => 2));
});
