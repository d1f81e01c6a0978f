import { answer, hang, type ReceivedRequest, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { createJobs, type Jobs } from '../../src/jobs/index.ts';
import { createReplays } from '../../src/replays/index.ts';
import { triggerFiredBy } from './events.ts';
import { type Answer, ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, Season } from './season.ts';

/** Replays over HTTP, to real receivers. */
let api: ApiHarness;
let receiver: Receiver;
let respond: (request: ReceivedRequest) => ReturnType<typeof answer>;
const opened: Jobs[] = [];
const made: string[] = [];
beforeAll(async () => {
  api = await ApiHarness.open({
    webhooks: { dispatch: true },
    jobs: { pollMs: 50 },
    replays: { commitMs: 0 },
  });
});
afterAll(async () => {
  for (const jobs of opened) await jobs.stop();
  await api.close();
});
beforeEach(async () => {
  respond = () => answer(200);
  receiver = await startReceiver({ handler: (request) => respond(request) });
});
afterEach(async () => {
  // Else they would fail from now on, and tell of it by events.
  for (const id of made.splice(0)) await api.call('DELETE', `/v1/webhooks/${id}`);
  await receiver.close();
});

interface ShownReplay {
  readonly id: string;
  readonly state: string;
  readonly webhook_id: string;
  readonly until: string;
  readonly error: string | null;
  readonly progress: {
    readonly looked_at: number;
    readonly made: number;
    readonly delivered: number;
    readonly failed: number;
    readonly waiting: number;
    readonly retrying: number;
    readonly cancelled: number;
    readonly skipped_payments: number;
  };
}

/** The moment before what a test publishes. */
async function aMomentAgo(): Promise<string> {
  const { rows } = await api.database.pool.query<{ id: string | null }>(
    'select id from events order by id desc limit 1',
  );
  const newest = rows[0]?.id;
  const since =
    newest == null ? Date.now() : Number.parseInt(newest.slice(0, 8) + newest.slice(9, 13), 16) + 1;
  await waitFor(() => Date.now() > since, { what: 'the next millisecond' });
  return new Date(since).toISOString();
}

async function webhook(settings: object = {}, path = '/'): Promise<string> {
  const created = await api.call('POST', '/v1/webhooks', {
    body: { name: 'CRM', url: receiver.url + path, format: 'standard', ...settings },
  });
  expect(created.status, created.text).toBe(201);
  const { id } = created.body as { id: string };
  made.push(id);
  return id;
}

const change = (id: string, settings: object) => api.call('PATCH', `/v1/webhooks/${id}`, { body: settings });

/** So many events, each by somebody else. */
async function publish(count: number, more: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < count; from += 500) {
    const events = Array.from({ length: Math.min(500, count - from) }, (_, n) =>
      triggerFiredBy(`user-${from + n}`, more),
    );
    const answered = await api.call('POST', '/v1/events', { body: events });
    expect(answered.status, answered.text).toBe(202);
    ids.push(...(answered.body as { results: { id: string }[] }).results.map(({ id }) => id));
  }
  return ids;
}

const ask = (id: string, body: object): Promise<Answer> =>
  api.call('POST', `/v1/webhooks/${id}/replays`, { body });

async function replay(id: string, body: object): Promise<ShownReplay> {
  const answered = await ask(id, body);
  expect(answered.status, answered.text).toBe(202);
  return answered.body as ShownReplay;
}

async function get(id: string): Promise<ShownReplay> {
  const answered = await api.call('GET', `/v1/replays/${id}`);
  expect(answered.status, answered.text).toBe(200);
  return answered.body as ShownReplay;
}

async function forecast(id: string, body: object) {
  const answered = await ask(id, { ...body, dry_run: true });
  expect(answered.status, answered.text).toBe(200);
  return answered.body as {
    deliveries: number;
    looked_at: number;
    skipped_payments: number;
    first_event: { id: string } | null;
    last_event: { id: string } | null;
  };
}

const until = (id: string, state: string, timeoutMs = 20_000) =>
  waitFor(
    async () => {
      const now = await get(id);
      return now.state === state && now;
    },
    { what: `the replay to be ${state}`, timeoutMs },
  );

const eventsOf = (requests: readonly ReceivedRequest[]) =>
  requests.map(({ headers }) => headers['webhook-event-id']);

async function deliveries(webhookId: string, query = ''): Promise<{ id: string; state: string }[]> {
  const { body } = await api.call('GET', `/v1/deliveries?webhook_id=${webhookId}&limit=250${query}`);
  return (body as { data: { id: string; state: string }[] }).data;
}

describe('what is missing', () => {
  it('from before the webhook existed is delivered in order, as often as the dry run counted', async () => {
    const since = await aMomentAgo();
    const events = await publish(30);
    const id = await webhook();
    const asked = { only: 'missing', since, rate_per_second: 200 };
    expect(await forecast(id, asked)).toMatchObject({
      deliveries: 30,
      looked_at: 30,
      first_event: { id: events[0], type: 'trigger.fired' },
      last_event: { id: events[29] },
    });
    expect(receiver.requests).toEqual([]);
    const { id: job } = await replay(id, asked);
    const done = await until(job, 'done');
    expect(done).toMatchObject({
      webhook_id: id,
      progress: { looked_at: 30, made: 30, failed: 0, waiting: 0, retrying: 0, cancelled: 0 },
    });
    await receiver.received(30);
    expect([...eventsOf(receiver.requests)].sort()).toEqual([...events].sort());
    await waitFor(async () => (await get(job)).progress.delivered === 30, { what: 'all to be counted' });
    expect(await forecast(id, asked)).toMatchObject({ deliveries: 0, first_event: null, last_event: null });
  });

  it('from while the webhook was inactive is delivered, and what was delivered is not delivered again', async () => {
    const since = await aMomentAgo();
    const id = await webhook();
    const [before] = await publish(1);
    await receiver.received(1);
    await change(id, { status: 'inactive' });
    const missed = await publish(5);
    await change(id, { status: 'active' });
    const [after] = await publish(1);
    await receiver.received(2);
    const { id: job } = await replay(id, { only: 'missing', since });
    await until(job, 'done');
    await receiver.received(7);
    expect(eventsOf(receiver.requests).slice(2).sort()).toEqual([...missed].sort());
    expect(eventsOf(receiver.requests).slice(0, 2)).toEqual([before, after]);
  });

  it('is what the settings of now ask for: types, campaigns, scopes, test participants', async () => {
    const since = await aMomentAgo();
    const season = await Season.open(api);
    const other = await Season.open(api);
    const task = await season.task();
    await outcome(season.complete(task, 'ada'));
    await outcome(other.complete(await other.task(), 'ada'));
    await outcome(season.signIn('ada'));
    await api.call('POST', '/v1/participants', { body: { external_id: 'tester', test: true } });
    await outcome(season.complete(task, 'tester'));

    const claimr = await webhook({
      format: 'claimr',
      events: ['user_login', 'user_activity'],
      campaigns: [season.campaign],
    });
    expect(await forecast(claimr, { only: 'missing', since })).toMatchObject({ deliveries: 3 });
    await until((await replay(claimr, { only: 'missing', since, rate_per_second: 5 })).id, 'done');
    await receiver.received(3);
    const bodies = receiver.requests.map(({ body }) => JSON.parse(body.toString()) as object);
    expect(bodies).toMatchObject([
      { scope: 'user_activity', user_id: 'ada', event: { type: 'action_completed' } },
      { scope: 'user_activity', user_id: 'ada', event: { type: 'quest_completed' } },
      { scope: 'user_login', user_id: 'ada' },
    ]);

    const everything = await webhook({ include_test_participants: true, events: ['task.completed'] });
    expect(await forecast(everything, { only: 'missing', since })).toMatchObject({ deliveries: 3 });
    const narrowed = {
      only: 'missing',
      since,
      event_types: ['task.completed', 'user.signed_in'],
      campaign_id: season.campaign,
      participant_id: 'ada',
    };
    expect(await forecast(everything, narrowed)).toMatchObject({ deliveries: 1 });
    expect(await forecast(everything, { ...narrowed, participant_id: 'tester' })).toMatchObject({
      deliveries: 1,
    });
    expect(await forecast(everything, { ...narrowed, event_types: ['user.signed_in'] })).toMatchObject({
      deliveries: 0,
    });
  });
});

describe('the range', () => {
  it('begins with since and ends before until', async () => {
    await publish(1);
    const since = await aMomentAgo();
    const events = await publish(2);
    const end = await aMomentAgo();
    await publish(1);
    const id = await webhook();
    const asked = { only: 'missing', since, until: end };
    expect(await forecast(id, asked)).toMatchObject({ deliveries: 2, looked_at: 2 });
    expect((await until((await replay(id, asked)).id, 'done')).progress.made).toBe(2);
    await receiver.received(2);
    expect([...eventsOf(receiver.requests)].sort()).toEqual([...events].sort());
  });

  it('has no gap where an event was committed later than a younger one', async () => {
    let ahead = 0;
    const late = await ApiHarness.open({
      webhooks: { dispatch: true },
      jobs: { pollMs: 20 },
      clock: { now: () => Date.now() + ahead },
    });
    const call = async (method: string, path: string, body?: unknown) =>
      (await late.call(method, path, body === undefined ? {} : { body })).body as { id: string };
    const first = await late.publish(triggerFiredBy('ada'));
    // Its id is made before that of the third one, and its transaction ends after it.
    const slow = await late.database.pool.connect();
    const id = newId('we');
    await slow.query('begin');
    await slow.query(
      `insert into events (id, organization_id, type, occurred_at, body)
       select $1, organization_id, type, occurred_at, replace(body, $2, $3) from events where id = $4`,
      [uuidIn(id), first, id, uuidIn(first)],
    );
    const third = await late.publish(triggerFiredBy('ada'));
    const made = await call('POST', '/v1/webhooks', { name: 'CRM', url: receiver.url, format: 'standard' });
    const since = new Date(Date.now() - 60_000).toISOString();
    const { id: job } = await call('POST', `/v1/webhooks/${made.id}/replays`, { only: 'missing', since });
    const cursor = async () =>
      (
        await late.database.pool.query<{ cursor: object | null }>('select cursor from jobs where id = $1', [
          uuidIn(job),
        ])
      ).rows[0]?.cursor;
    await waitFor(cursor, { what: 'the first look at the log' });
    await slow.query('commit');
    slow.release();
    ahead = 60_000;
    await receiver.received(3);
    expect([...eventsOf(receiver.requests)].sort()).toEqual([first, id, third].sort());
    await late.close();
  });
});

describe('all', () => {
  it('makes another delivery of what was delivered: the same event under another webhook-id', async () => {
    const since = await aMomentAgo();
    const id = await webhook();
    const events = await publish(3);
    await receiver.received(3);
    const { id: job } = await replay(id, { only: 'all', since });
    await until(job, 'done');
    await receiver.received(6);
    const again = receiver.requests.slice(3);
    expect([...eventsOf(again)].sort()).toEqual([...events].sort());
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(6);
  });

  it('takes no more than its rate', async () => {
    const since = await aMomentAgo();
    await publish(30);
    const id = await webhook();
    const { id: job } = await replay(id, { only: 'all', since, rate_per_second: 10 });
    await waitFor(async () => (await get(job)).progress.made > 0, { what: 'the first step' });
    // What is made ahead is due by its place in the rate, whenever it is sent.
    const { rows } = await api.database.pool.query<{ ahead: number }>(
      `select count(*)::int as ahead from open_deliveries o join replay_deliveries r on r.delivery_id = o.id
        where r.job_id = $1`,
      [uuidIn(job)],
    );
    expect(rows[0]?.ahead).toBeLessThanOrEqual(20);
    await until(job, 'done');
    await receiver.received(30);
    const { rows: spread } = await api.database.pool.query<{ ms: number }>(
      `select extract(epoch from max(started_at) - min(started_at))::float8 * 1000 as ms from attempts
        where webhook_uid = (select uid from webhooks where id = $1)`,
      [id],
    );
    expect(spread[0]?.ms).toBeGreaterThan(2_500);
  });
});

describe('what failed', () => {
  it('is sent again as the same deliveries, and not what was delivered since', async () => {
    const since = await aMomentAgo();
    respond = () => answer(500);
    const id = await webhook({ retry_policy: { delays_seconds: [] } });
    await publish(4);
    const exhausted = await waitFor(
      async () => {
        const found = await deliveries(id, '&state=exhausted');
        return found.length === 4 && found;
      },
      { what: 'four exhausted deliveries' },
    );
    respond = () => answer(200);
    const [first] = exhausted;
    await api.call('POST', `/v1/deliveries/${first?.id}/resend`);
    await waitFor(async () => (await deliveries(id, '&state=delivered')).length === 1, {
      what: 'the resend',
    });
    expect(await forecast(id, { only: 'failed', since })).toMatchObject({ deliveries: 3 });

    const { id: job } = await replay(id, { only: 'failed', since });
    await until(job, 'done');
    await waitFor(async () => (await get(job)).progress.delivered === 3, { what: 'three deliveries' });
    const sent = receiver.requests.slice(5).map(({ headers }) => headers['webhook-id']);
    expect([...sent].sort()).toEqual(
      exhausted
        .slice(1)
        .map((delivery) => delivery.id)
        .sort(),
    );
    expect(await deliveries(id)).toHaveLength(4);
    expect(await forecast(id, { only: 'failed', since })).toMatchObject({ deliveries: 0 });
  });

  it('and fails again is counted so, and can be sent again another time', async () => {
    const since = await aMomentAgo();
    respond = () => answer(500);
    const id = await webhook({ retry_policy: { delays_seconds: [] } });
    await publish(2);
    await waitFor(async () => (await deliveries(id, '&state=exhausted')).length === 2, {
      what: 'two failures',
    });
    const { id: job } = await replay(id, { only: 'failed', since });
    await until(job, 'done');
    expect((await get(job)).progress).toMatchObject({ made: 2, delivered: 0, failed: 2 });
    expect(await forecast(id, { only: 'failed', since })).toMatchObject({ deliveries: 2 });
  });

  it('and has a newer delivery of the same event is left alone', async () => {
    const since = await aMomentAgo();
    respond = () => answer(500);
    const id = await webhook({ retry_policy: { delays_seconds: [] } });
    await publish(2);
    await waitFor(async () => (await deliveries(id, '&state=exhausted')).length === 2, {
      what: 'two failures',
    });
    respond = () => answer(200);
    await until((await replay(id, { only: 'all', since })).id, 'done');
    await waitFor(async () => (await deliveries(id, '&state=delivered')).length === 2, {
      what: 'the replay',
    });
    expect(await forecast(id, { only: 'failed', since })).toMatchObject({ deliveries: 0 });
  });
});

describe('payments', () => {
  it('are never asked for again by a replay, whatever is asked for, and are counted', async () => {
    const since = await aMomentAgo();
    const season = await Season.open(api);
    respond = () => answer(500);
    const pays = await webhook({
      format: 'chainvine',
      campaigns: [season.campaign],
      events: ['payout.requested'],
    });
    const reward = await season.reward({ payout: { mode: 'webhook', webhook_id: pays } });
    const task = await season.task({ reward: { id: reward, amount: '1' } });
    await outcome(season.complete(task, 'ada'));
    await outcome(season.claim('ada'));
    await waitFor(async () => (await deliveries(pays, '&state=exhausted')).length === 1, {
      what: 'the failed payment',
    });
    respond = () => answer(200);
    for (const only of ['failed', 'all'] as const) {
      expect(await forecast(pays, { only, since })).toMatchObject({ deliveries: 0, skipped_payments: 1 });
      const { id: job } = await replay(pays, { only, since });
      expect((await until(job, 'done')).progress).toMatchObject({ made: 0, skipped_payments: 1 });
    }
    // It pays no longer, and was asked to once.
    await api.call('PATCH', `/v1/campaigns/${season.campaign}/rewards/${reward}`, {
      body: { payout: { mode: 'internal' } },
    });
    expect(await forecast(pays, { only: 'all', since })).toMatchObject({
      deliveries: 0,
      skipped_payments: 1,
    });
    expect(receiver.requests).toHaveLength(1);
    // So it would tell any webhook of this format to pay.
    const ordered = await webhook({ format: 'chainvine', events: ['payout.requested'] });
    expect(await forecast(ordered, { only: 'all', since })).toMatchObject({
      deliveries: 0,
      skipped_payments: 1,
    });
    // Somebody who only listens is told again.
    const listens = await webhook({ events: ['payout.requested'] }, '/listens');
    const { id: job } = await replay(listens, { only: 'all', since });
    expect((await until(job, 'done')).progress).toMatchObject({ made: 1, skipped_payments: 0 });
  });
});

describe('a replay under way', () => {
  it('lets what is new go first', async () => {
    const since = await aMomentAgo();
    await publish(2_000);
    respond = ({ path }) => answer(200, { delayMs: path === '/slow' ? 20 : 0 });
    const id = await webhook({}, '/slow');
    const { id: job } = await replay(id, { only: 'all', since, rate_per_second: 1_000 });
    await waitFor(async () => (await get(job)).progress.waiting >= 300, {
      what: 'a long queue',
      timeoutMs: 20_000,
    });
    for (let n = 0; n < 5; n++) {
      const [event] = await publish(1);
      const published = receiver.requests.length;
      const place = await waitFor(
        () => {
          const found = eventsOf(receiver.requests).indexOf(event);
          return found === -1 ? null : found + 1;
        },
        { what: 'the new event' },
      );
      // Those that had left before it, and no other: half of the lane's eight requests at most.
      expect(place - published).toBeLessThanOrEqual(5);
    }
    const { progress } = await get(job);
    expect(progress.waiting).toBeGreaterThan(0);
    expect(progress.waiting + progress.retrying).toBeLessThanOrEqual(1_000);
    expect(await api.call('POST', `/v1/replays/${job}/cancel`)).toMatchObject({ status: 200 });
  });

  it('pauses, goes on, and can be paused and resumed again without harm', async () => {
    const since = await aMomentAgo();
    const events = await publish(60);
    const id = await webhook();
    const { id: job } = await replay(id, { only: 'all', since, rate_per_second: 20 });
    await waitFor(async () => (await get(job)).progress.made > 0, { what: 'the first step' });
    expect((await api.call('POST', `/v1/replays/${job}/pause`)).body).toMatchObject({ state: 'paused' });
    await api.call('POST', `/v1/replays/${job}/pause`);
    await waitFor(async () => (await get(job)).progress.waiting === 0, { what: 'what was made to arrive' });
    const paused = await get(job);
    expect(paused.progress.made).toBeLessThanOrEqual(40);
    expect(receiver.requests.length).toBe(paused.progress.made);
    expect(await ask(id, { only: 'all', since })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining(job) },
    });
    await api.call('POST', `/v1/replays/${job}/resume`);
    expect((await until(job, 'done')).progress.made).toBe(60);
    await receiver.received(60);
    expect([...eventsOf(receiver.requests)].sort()).toEqual([...events].sort());
    for (const what of ['pause', 'resume', 'cancel']) {
      expect(await api.call('POST', `/v1/replays/${job}/${what}`)).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      });
    }
    const { body } = await api.call('GET', `/v1/webhooks/${id}/replays`);
    expect(body).toMatchObject({ data: [{ id: job, state: 'done' }], next_cursor: null });
  });

  it('that is cancelled ends what waits, and what was never attempted is missing still', async () => {
    const since = await aMomentAgo();
    const events = await publish(100);
    respond = () => hang();
    const id = await webhook({ timeout_ms: 2_000, retry_policy: { delays_seconds: [] } });
    const { id: job } = await replay(id, { only: 'missing', since, rate_per_second: 1_000 });
    await receiver.received(4);
    await waitFor(async () => (await get(job)).progress.made === 100, { what: 'all to be made' });
    await api.call('POST', `/v1/replays/${job}/cancel`);
    // At once, or at the end of the step that is under way.
    const cancelled = await until(job, 'cancelled');
    expect(cancelled.progress.cancelled).toBeGreaterThanOrEqual(80);
    respond = () => answer(200);
    await waitFor(async () => (await get(job)).progress.waiting === 0, {
      what: 'what was under way to end',
      timeoutMs: 15_000,
    });
    const { progress } = await get(job);
    expect(progress.delivered + progress.failed + progress.cancelled).toBe(100);
    const left = await forecast(id, { only: 'missing', since });
    expect(left.deliveries).toBe(progress.cancelled);
    expect(await api.call('POST', `/v1/jobs/${job}/cancel`)).toMatchObject({ status: 200 });
    await until((await replay(id, { only: 'missing', since, rate_per_second: 1_000 })).id, 'done');
    await waitFor(async () => new Set(eventsOf(receiver.requests)).size === events.length, {
      what: 'every event to arrive',
    });
  });

  it('waits while its webhook is off, and fails when it is deleted', async () => {
    const since = await aMomentAgo();
    await publish(50);
    const id = await webhook();
    const { id: job } = await replay(id, { only: 'all', since, rate_per_second: 5 });
    await waitFor(async () => (await get(job)).progress.made > 0, { what: 'the first step' });
    await change(id, { status: 'inactive' });
    await waitFor(
      async () => {
        const { rows } = await api.database.pool.query<{ waits: boolean }>(
          `select due_at > now() + interval '1 second' as waits from jobs where id = $1`,
          [uuidIn(job)],
        );
        return rows[0]?.waits;
      },
      { what: 'the replay to wait' },
    );
    expect((await get(job)).state).toBe('running');
    await api.call('DELETE', `/v1/webhooks/${id}`);
    expect((await until(job, 'failed')).error).toContain('deleted');
  });

  it('is done when all was attempted, and a retry of it still comes after everything else', async () => {
    const since = await aMomentAgo();
    await publish(2);
    let asked = 0;
    respond = () => answer(++asked === 1 ? 500 : 200);
    const id = await webhook({ retry_policy: { delays_seconds: [3_600] } });
    const { id: job } = await replay(id, { only: 'missing', since });
    await until(job, 'done');
    expect((await get(job)).progress).toMatchObject({
      made: 2,
      delivered: 1,
      retrying: 1,
      waiting: 0,
      failed: 0,
    });
    const { rows } = await api.database.pool.query(
      `update open_deliveries set due_at = now() where webhook_uid = (select uid from webhooks where id = $1)
       returning kind, retries`,
      [id],
    );
    expect(rows).toEqual([{ kind: 3, retries: 1 }]);
    await waitFor(async () => (await get(job)).progress.delivered === 2, { what: 'the retry' });
    expect((await get(job)).progress.retrying).toBe(0);
  });

  it('disturbs no schedule: a delivery that waits for its retry keeps its time', async () => {
    const since = await aMomentAgo();
    respond = () => answer(500);
    const id = await webhook({ retry_policy: { delays_seconds: [3_600] } });
    await publish(1);
    const schedule = async () =>
      (
        await api.database.pool.query<{ due_at: Date; retries: number; kind: number }>(
          `select due_at, retries, kind from open_deliveries where kind = 1
             and webhook_uid = (select uid from webhooks where id = $1)`,
          [id],
        )
      ).rows;
    const before = await waitFor(
      async () => {
        const rows = await schedule();
        return rows.length === 1 && rows;
      },
      { what: 'the retry' },
    );
    respond = () => answer(200);
    await until((await replay(id, { only: 'all', since })).id, 'done');
    await receiver.received(2);
    expect(await schedule()).toEqual(before);
  });
});

describe('a node that dies in the middle', () => {
  /** Another node, with jobs of its own. */
  async function node(): Promise<Jobs> {
    const clock = { now: () => Date.now() };
    const jobs = createJobs({
      database: api.database,
      clock,
      alone: false,
      log: { info: () => {}, warn: () => {} },
      pollMs: 20,
    });
    createReplays({
      database: api.database,
      jobs,
      webhooks: api.webhookParts.parts.webhooks,
      routing: api.webhookParts.routing,
      campaignRules: api.rules,
      participants: { find: async () => null, findByExternalId: async () => null },
      retentionDays: 30,
      clock,
      commitMs: 0,
    });
    opened.push(jobs);
    await jobs.start();
    return jobs;
  }

  it('makes no delivery twice, and the next one misses none', async () => {
    const since = await aMomentAgo();
    const events = await publish(600);
    const id = await webhook();
    const lock = await api.database.pool.connect();
    const { id: job } = await replay(id, { only: 'missing', since, rate_per_second: 300 });
    await waitFor(async () => (await get(job)).progress.made > 0, { what: 'the first step' });
    // The step under way cannot write, loses its lease to another node, and then goes on.
    await lock.query('begin');
    await lock.query('lock table replay_deliveries in share row exclusive mode');
    const stuck = await waitFor(
      async () => {
        const { rows } = await lock.query<{ lease: string }>(
          `select j.lease from jobs j where j.id = $1 and j.lease is not null
             and exists (select from pg_locks where relation = 'replay_deliveries'::regclass and not granted)`,
          [uuidIn(job)],
        );
        return rows[0]?.lease;
      },
      { what: 'a step that waits' },
    );
    await api.database.pool.query(`update jobs set due_at = now() - interval '1 second' where id = $1`, [
      uuidIn(job),
    ]);
    await node();
    await waitFor(
      async () => {
        const { rows } = await api.database.pool.query<{ lease: string | null }>(
          'select lease from jobs where id = $1',
          [uuidIn(job)],
        );
        return rows[0]?.lease !== stuck;
      },
      { what: 'another holder' },
    );
    await lock.query('rollback');
    lock.release();
    expect((await until(job, 'done')).progress).toMatchObject({ made: 600, looked_at: 600 });
    const { rows } = await api.database.pool.query<{ made: number; events: number }>(
      `select count(*)::int as made, count(distinct event_id)::int as events from deliveries
        where webhook_uid = (select uid from webhooks where id = $1)`,
      [id],
    );
    expect(rows[0]).toEqual({ made: 600, events: 600 });
    await waitFor(() => receiver.requests.length >= 600, { what: 'all of them', timeoutMs: 20_000 });
    expect(new Set(eventsOf(receiver.requests))).toEqual(new Set(events));
  });
});

describe('bad input', () => {
  const hour = 3_600_000;
  const past = () => new Date(Date.now() - hour).toISOString();

  it.each([
    ['nothing', () => ({}), 'invalid_request'],
    ['a time that is none', () => ({ only: 'all', since: 'yesterday' }), 'invalid_request'],
    ['a time without a zone', () => ({ only: 'all', since: '2026-11-21T00:00:00' }), 'invalid_request'],
    ['another choice', () => ({ only: 'some', since: past() }), 'invalid_request'],
    ['no rate', () => ({ only: 'all', since: past(), rate_per_second: 0 }), 'invalid_request'],
    ['too high a rate', () => ({ only: 'all', since: past(), rate_per_second: 1_001 }), 'invalid_request'],
    ['half a rate', () => ({ only: 'all', since: past(), rate_per_second: 1.5 }), 'invalid_request'],
    ['no event types', () => ({ only: 'all', since: past(), event_types: [] }), 'invalid_request'],
    [
      'a malformed campaign',
      () => ({ only: 'all', since: past(), campaign_id: 'spring' }),
      'invalid_request',
    ],
    ['a field too many', () => ({ only: 'all', since: past(), colour: 'blue' }), 'invalid_request'],
  ])('%s is refused', async (_what, body, code) => {
    const id = await webhook();
    for (const dry_run of [true, false]) {
      expect(await ask(id, { ...body(), dry_run })).toMatchObject({ status: 400, body: { code } });
    }
  });

  it.each([
    [
      'since after until',
      () => ({ since: past(), until: new Date(Date.now() - 2 * hour).toISOString() }),
      '/since',
    ],
    ['a time to come', () => ({ since: new Date(Date.now() + hour).toISOString() }), '/since'],
    [
      'older than what is kept',
      () => ({ since: new Date(Date.now() - 40 * 24 * hour).toISOString() }),
      '/since',
    ],
    [
      'a range of decades',
      () => ({ since: '2000-01-01T00:00:00Z', until: '2099-12-31T00:00:00Z' }),
      '/since',
    ],
    [
      'a type its format does not carry',
      () => ({ since: past(), event_types: ['rank.changed'] }),
      '/event_types/0',
    ],
  ])('%s: nothing is replayed', async (_what, body, pointer) => {
    const id = await webhook({ format: 'reward' });
    const answered = await ask(id, { only: 'all', ...body() });
    expect(answered, answered.text).toMatchObject({
      status: 422,
      body: { code: 'invalid_replay', errors: [{ pointer }] },
    });
    expect((await api.call('GET', `/v1/webhooks/${id}/replays`)).body).toMatchObject({ data: [] });
  });

  it('names what is unknown: event types, campaigns, participants, webhooks and replays', async () => {
    const id = await webhook();
    const asked = { only: 'all', since: past() };
    expect(await ask(id, { ...asked, event_types: ['user.signed_in', 'user.flown'] })).toMatchObject({
      status: 422,
      body: { code: 'unknown_event_type', errors: [{ pointer: '/event_types/1' }] },
    });
    const { token } = await api.otherOrganization();
    const theirs = await api.call('POST', '/v1/campaigns', { token, body: { name: 'Theirs' } });
    expect(await ask(id, { ...asked, campaign_id: (theirs.body as { id: string }).id })).toMatchObject({
      status: 422,
      body: { code: 'unknown_campaign' },
    });
    for (const participant_id of ['nobody', 'usr_01jf2wkmvcfw6ts1qmgzya291c']) {
      expect(await ask(id, { ...asked, participant_id })).toMatchObject({
        status: 422,
        body: { code: 'unknown_participant' },
      });
    }
    expect(await ask('nowhere', asked)).toMatchObject({ status: 404 });
    const { job } = await api.jobs.enqueue({
      organizationId: api.organization.id,
      kind: 'something_else',
      params: {},
    });
    for (const other of [job.id, 'job_01jf2wkmvcfw6ts1qmgzya291c', 'nonsense']) {
      expect(await api.call('GET', `/v1/replays/${other}`)).toMatchObject({ status: 404 });
      expect(await api.call('POST', `/v1/replays/${other}/cancel`)).toMatchObject({ status: 404 });
    }
  });

  it('a webhook that is off refuses, and says what to do', async () => {
    const id = await webhook({ status: 'inactive' });
    const refused = await ask(id, { only: 'all', since: past() });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('Set its status to active') },
    });
    await change(id, { status: 'active' });
    respond = () => answer(410);
    await publish(1);
    await waitFor(
      async () => {
        const { body } = await api.call('GET', `/v1/webhooks/${id}`);
        return (body as { status: string }).status === 'disabled';
      },
      { what: 'the webhook to be disabled' },
    );
    expect((await ask(id, { only: 'all', since: past() })).body).toMatchObject({
      detail: expect.stringContaining('410'),
    });
  });

  it('of two requests at once one is taken', async () => {
    const since = await aMomentAgo();
    await publish(20);
    const id = await webhook();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => ask(id, { only: 'all', since, rate_per_second: 2 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    const taken = answers.find(({ status }) => status === 202)?.body as ShownReplay;
    await api.call('POST', `/v1/replays/${taken.id}/cancel`);
  });
});
