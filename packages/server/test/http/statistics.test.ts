import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStatisticsStore } from '../../src/storage/index.ts';
import { statisticsTask } from '../../src/upkeep/statistics.ts';
import { triggerFired } from './events.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';

/** Two nodes on one database; one receiver that acknowledges, one that answers 400. */
let api: ApiHarness;
let other: ApiHarness;
let good: Receiver;
let bad: Receiver;
const ids = { good: '', bad: '' };

beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
  other = await ApiHarness.open({
    webhooks: { dispatch: true, keyring: api.webhookParts.keyring },
    test: { database: api.database, drop: async () => {} },
  });
  good = await startReceiver();
  bad = await startReceiver({ otherwise: answer(400) });
  ids.good = await webhook('Good', good.url, { include_test_participants: true });
  ids.bad = await webhook('Bad', bad.url, { retry_policy: { delays_seconds: [] } });
  await waitFor(() => other.webhookParts.routing.webhookOf(api.organization.id, ids.bad) !== undefined, {
    what: 'both nodes to know the webhooks',
  });
  for (let n = 0; n < 12; n++) await api.publish(triggerFired);
  for (let n = 0; n < 12; n++) await other.publish(triggerFired, { token: api.token });
  const tester = await api.call('POST', '/v1/participants', { body: { external_id: 'tester', test: true } });
  expect(tester.status, tester.text).toBeLessThan(300);
  await api.publish({ ...triggerFired, participant: { external_id: 'tester', test: true } });
  const tested = await api.call('POST', `/v1/webhooks/${ids.good}/test`, { body: {} });
  expect(tested.status, tested.text).toBe(200);
  await waitFor(() => good.requests.length === 26 && bad.requests.length === 24, {
    what: 'everything to be attempted',
    timeoutMs: 15_000,
  });
  await waitFor(
    async () => {
      await flush();
      return (await read('/v1/statistics')).totals.attempts === 48;
    },
    { what: 'everything to be counted' },
  );
});
afterAll(async () => {
  await other.close();
  await api.close();
  await good.close();
  await bad.close();
});

async function webhook(name: string, url: string, more: object): Promise<string> {
  const made = await api.call('POST', '/v1/webhooks', {
    body: { name, url, format: 'standard', events: ['trigger.fired'], ...more },
  });
  expect(made.status, made.text).toBe(201);
  return (made.body as { id: string }).id;
}

async function flush(): Promise<void> {
  await api.statistics.flush();
  await other.statistics.flush();
}

interface Figures {
  readonly events: number;
  readonly attempts: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly exhausted: number;
  readonly success_rate: number | null;
  readonly response_ms: { readonly p50: number | null; readonly p95: number | null };
  readonly delivery_ms: { readonly p50: number | null };
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly events_by_type: Readonly<Record<string, number>>;
}

interface Shown {
  readonly since: string;
  readonly until: string;
  readonly step_seconds: number;
  readonly totals: Figures;
  readonly now: { readonly events_per_second: number; readonly waiting: object };
  readonly intervals: readonly (Figures & { readonly at: string })[];
}

async function read(path: string): Promise<Shown> {
  const { status, body, text } = await api.call('GET', path);
  expect(status, text).toBe(200);
  return body as Shown;
}

describe('statistics of an organization', () => {
  it('add up what all nodes did, without test participants and tests', async () => {
    const { totals, now } = await read('/v1/statistics');
    expect(totals).toMatchObject({
      events: 24,
      events_by_type: { 'trigger.fired': 24 },
      attempts: 48,
      acknowledged: 24,
      failed: 24,
      exhausted: 24,
      success_rate: 0.5,
      statuses: { '200': 24, '400': 24 },
      failures: {},
    });
    expect(totals.response_ms.p50).toBeGreaterThan(0);
    expect(totals.delivery_ms.p50).toBeGreaterThan(0);
    expect(now.events_per_second).toBeGreaterThan(0);
    expect(now.waiting).toEqual({ pending: 0, retrying: 0, parked: 0, complete: true });
  });

  it.each([
    ['1m', 1],
    ['15m', 15],
    ['1h', 60],
    ['1d', 1_440],
  ])('in steps of %s have no gaps, and each interval begins at a multiple of it', async (step, minutes) => {
    const stepMs = minutes * 60_000;
    const { since, until, step_seconds, intervals, totals } = await read(`/v1/statistics?step=${step}`);
    expect(step_seconds).toBe(minutes * 60);
    const starts = intervals.map(({ at }) => Date.parse(at));
    expect(starts[0]).toBe(Date.parse(since));
    expect((starts.at(-1) ?? 0) + stepMs).toBe(Date.parse(until));
    starts.forEach((at, n) => {
      expect(at % stepMs).toBe(0);
      if (n > 0) expect(at - (starts[n - 1] ?? 0)).toBe(stepMs);
    });
    expect(intervals.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(totals.attempts);
    expect(intervals.reduce((sum, { events }) => sum + events, 0)).toBe(24);
    expect(intervals[0]).toMatchObject(
      intervals.length > 2 ? { attempts: 0, success_rate: null, statuses: {} } : {},
    );
  });

  it('choose the step by the range', async () => {
    const now = Date.now();
    const ago = (minutes: number) => encodeURIComponent(new Date(now - minutes * 60_000).toISOString());
    const stepFor = async (minutes: number) =>
      (await read(`/v1/statistics?since=${ago(minutes)}`)).step_seconds;
    expect(await stepFor(15)).toBe(60);
    expect(await stepFor(6 * 60)).toBe(300);
    expect(await stepFor(24 * 60)).toBe(900);
    expect(await stepFor(7 * 1_440)).toBe(3_600);
    expect(await stepFor(30 * 1_440)).toBe(21_600);
  });

  it('are nobody else’s', async () => {
    const { token } = await api.otherOrganization();
    const { body } = await api.call('GET', '/v1/statistics', { token });
    expect((body as Shown).totals).toMatchObject({ events: 0, attempts: 0, success_rate: null });
    const { status } = await api.call('GET', `/v1/webhooks/${ids.good}/statistics`, { token });
    expect(status).toBe(404);
  });

  it('refuse ranges that are not kept or make no sense, each with what to do', async () => {
    const at = (days: number) => encodeURIComponent(new Date(Date.now() - days * 86_400_000).toISOString());
    for (const [query, parameter] of [
      [`since=${at(40)}`, 'since'],
      [`since=${at(1)}&until=${at(2)}`, 'since'],
      [`until=${at(-1)}`, 'until'],
      [`since=${at(10)}&step=5m`, 'step'],
      [`since=${at(1.5)}&step=1m`, 'step'],
      ['step=2m', 'step'],
      ['since=yesterday', 'since'],
      ['form=1', null],
    ] as const) {
      const { status, body, text } = await api.call('GET', `/v1/statistics?${query}`);
      expect(status, `${query}: ${text}`).toBe(400);
      const problem = body as { code: string; errors: { parameter?: string; detail: string }[] };
      expect(problem.code).toBe('invalid_request');
      if (parameter !== null) expect(problem.errors[0]?.parameter, text).toBe(parameter);
    }
  });
});

describe('statistics of a webhook', () => {
  it('tell its own attempts, with statuses and times', async () => {
    const { totals } = await read(`/v1/webhooks/${ids.bad}/statistics`);
    expect(totals).toMatchObject({
      attempts: 24,
      acknowledged: 0,
      exhausted: 24,
      success_rate: 0,
      statuses: { '400': 24 },
    });
    expect(totals.delivery_ms.p50).toBeNull();
    expect((await read(`/v1/webhooks/${ids.good}/statistics`)).totals.success_rate).toBe(1);
    expect((await api.call('GET', '/v1/webhooks/nobody/statistics')).status).toBe(404);
  });

  it('name what kept an answer from coming', async () => {
    const { organization, token } = await api.otherOrganization('Cirrus');
    const { body } = await api.call('POST', '/v1/webhooks', {
      token,
      body: { name: 'Nobody', url: 'http://127.0.0.1:9/', format: 'standard' },
    });
    const { id } = body as { id: string };
    expect(organization.name).toBe('Cirrus');
    await api.publish(triggerFired, { token });
    await waitFor(
      async () => {
        await flush();
        const { body: shown } = await api.call('GET', `/v1/webhooks/${id}/statistics`, { token });
        return (shown as Shown).totals.failures['connection_refused'] === 1;
      },
      { what: 'the refused connection to be counted' },
    );
  });

  it('in the list have a line each, page by page', async () => {
    interface Line {
      readonly webhook_id: string;
      readonly state: string;
      readonly last_delivery_at: string | null;
      readonly success_rate: number | null;
      readonly sparkline: readonly { attempts: number; acknowledged: number }[];
    }
    const first = await api.call('GET', '/v1/statistics/webhooks?limit=1');
    expect(first.status, first.text).toBe(200);
    const page = first.body as { data: Line[]; next_cursor: string; step_seconds: number };
    expect(page.step_seconds).toBe(3_600);
    const second = await api.call('GET', `/v1/statistics/webhooks?limit=1&cursor=${page.next_cursor}`);
    const [newer] = page.data;
    const [older] = (second.body as { data: Line[] }).data;
    expect(newer).toMatchObject({ webhook_id: ids.bad, success_rate: 0 });
    expect(older).toMatchObject({ webhook_id: ids.good, success_rate: 1, state: 'healthy' });
    expect(older?.sparkline.length).toBeGreaterThanOrEqual(24);
    expect(older?.sparkline.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(24);
    expect(Date.parse(older?.last_delivery_at ?? '')).toBeGreaterThan(Date.now() - 120_000);
  });
});

describe('webhooks that need attention', () => {
  it('are told with the reason in words, the gravest first', async () => {
    const concerns = async () =>
      (
        (await api.call('GET', '/v1/statistics/concerns')).body as {
          data: { webhook_id: string; kind: string; reason: string }[];
        }
      ).data;
    expect(await concerns()).toEqual([
      expect.objectContaining({
        webhook_id: ids.bad,
        kind: 'refused',
        reason: '24 of 24 attempts in the last two hours were not acknowledged. Look at their answers.',
      }),
    ]);
    await api.database.pool.query(
      `update webhooks set status = 'disabled', disabled_reason = 'The receiver answered 410.' where id = $1`,
      [ids.good],
    );
    expect((await concerns()).map(({ webhook_id, kind, reason }) => [webhook_id, kind, reason])).toEqual([
      [ids.good, 'disabled', 'The receiver answered 410.'],
      [ids.bad, 'refused', expect.stringContaining('24 of 24')],
    ]);
  });
});

describe('rows of statistics', () => {
  it('are forgotten by their age', async () => {
    const store = createStatisticsStore(api.database);
    const organizationId = uuidIn(api.organization.id);
    const now = Date.now();
    const days = (n: number) => now - n * 86_400_000;
    const figures = { attempts: 1, acknowledged: 1, exhausted: 0, lastAt: now, tallies: new Map([[1, 1]]) };
    const row = (step: 1 | 60, at: number) => ({ organizationId, webhookUid: null, step, at, ...figures });
    await store.add([row(1, days(3)), row(1, days(1)), row(60, days(37)), row(60, days(34))], []);
    await statisticsTask(store.deleteBefore).run(new Date(now));
    const range = { since: days(40), until: now - 3_600_000 };
    const ages = async (step: 1 | 60) =>
      (await store.attempts(organizationId, null, { step, ...range })).map(({ at }) => at);
    expect(await ages(1)).toEqual([days(1)]);
    expect(await ages(60)).toEqual([days(34)]);
  });

  it('of an organization that is gone are left out, and all others written', async () => {
    const store = createStatisticsStore(api.database);
    const at = Date.now() - 5 * 86_400_000;
    const figures = {
      attempts: 2,
      acknowledged: 1,
      exhausted: 0,
      lastAt: at,
      tallies: new Map([[1_200, 2]]),
    };
    const step = 60 as const;
    const own = uuidIn(api.organization.id);
    const gone = uuidIn('org_00000000000000000000000000');
    const rows = [gone, own].map((organizationId) => ({
      organizationId,
      webhookUid: null,
      step,
      at,
      ...figures,
    }));
    await store.add(rows, [
      { organizationId: gone, step, at, type: 'task.completed', events: 1, deliveries: 1 },
    ]);
    await store.add(rows, []);
    const [written] = await store.attempts(own, null, { step, since: at, until: at + 1 });
    expect(written).toMatchObject({ attempts: 4, acknowledged: 2, tallies: new Map([[1_200, 4]]) });
  });
});
