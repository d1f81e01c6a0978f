import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness, type Call } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, Season } from './season.ts';

/** What people cannot do, asked for over HTTP: the answer says why, and nothing at all is written. */
let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

/** Everything that an action could have written; who only asked has a row of zeros, and has joined nothing. */
async function image(): Promise<unknown> {
  const joined = '(select * from participations where joined_at is not null)';
  const tables = [joined, 'progress', 'completions', 'ledger', 'trigger_events', 'earnings'];
  const rows: unknown[] = [];
  for (const table of [...tables, 'referrals', 'plays', 'leaderboard_counts', 'events']) {
    const { rows: found } = await api.database.pool.query(
      `select count(*)::int, md5(string_agg(t::text, '|' order by t::text)) as rows from ${table} t`,
    );
    rows.push([table, found]);
  }
  return rows;
}

const digits = '1234567890'.repeat(4);

describe('by somebody who takes part', () => {
  let season: Season;
  let other: Season;
  let task: string;
  let path: (what: string) => string;
  beforeAll(async () => {
    season = await Season.open(api);
    other = await Season.open(api);
    task = await season.task({ recurrence: 'unlimited' });
    await outcome(season.complete(task, 'ada'));
    path = (what) => `/v1/campaigns/${season.campaign}/${what}`;
  });
  const participant = { external_id: 'ada' };
  const raw = (more: string) => ({ raw: `{"participant":{"external_id":"ada"},${more}}` });
  const points = (more: string) => raw(`"cause":"api","reference":"r",${more}`);

  const refused: readonly [string, () => Promise<[string, Call]>, number, string][] = [
    [
      'a task of another campaign',
      async () => [path(`tasks/${await other.task()}/completions`), { body: { participant } }],
      404,
      'unknown_task',
    ],
    [
      'a task behind one that they have not completed',
      async () => {
        const first = await season.task({ name: 'First' });
        const second = await season.task({ prerequisites: [first] });
        return [path(`tasks/${second}/completions`), { body: { participant } }];
      },
      409,
      'prerequisite_missing',
    ],
    ['no points', async () => [path('points'), points('"amount":0')], 422, 'amount_out_of_range'],
    [
      '12 digits of points',
      async () => [path('points'), points('"amount":100000000000')],
      422,
      'amount_out_of_range',
    ],
    [
      'points of 40 digits',
      async () => [path('points'), points(`"amount":${digits}`)],
      422,
      'amount_out_of_range',
    ],
    [
      'points of 40 decimal places',
      async () => [path('points'), points(`"amount":0.${digits}`)],
      422,
      'amount_out_of_range',
    ],
    [
      '5 decimal places of points',
      async () => [path('points'), points('"amount":0.00001')],
      422,
      'amount_out_of_range',
    ],
    ['points beyond doubles', async () => [path('points'), points('"amount":1e999')], 400, 'invalid_request'],
    [
      'points that are not a number',
      async () => [path('points'), points('"amount":NaN')],
      400,
      'malformed_json',
    ],
    ['points as text', async () => [path('points'), points('"amount":"5"')], 400, 'invalid_request'],
    [
      'more points less than there are',
      async () => [path('points'), points('"amount":-100.0001')],
      409,
      'insufficient_points',
    ],
    [
      '40 digits less',
      async () => [path('points'), points(`"amount":-${digits}`)],
      422,
      'amount_out_of_range',
    ],
    [
      'a score of 40 digits',
      async () => [path(`tasks/${task}/completions`), raw(`"score":${digits}`)],
      422,
      'amount_out_of_range',
    ],
    [
      'a score beyond doubles',
      async () => [path(`tasks/${task}/completions`), raw('"score":-1e999')],
      400,
      'invalid_request',
    ],
    [
      'a score that is not a number',
      async () => [path(`tasks/${task}/completions`), raw('"score":NaN')],
      400,
      'malformed_json',
    ],
    [
      'an unknown account',
      async () => [
        path(`tasks/${task}/completions`),
        { body: { participant: { account: { platform: 'x', name: '@nobody' } } } },
      ],
      422,
      'unknown_participant',
    ],
    [
      'an account that cannot be one',
      async () => [
        path(`tasks/${task}/completions`),
        { body: { participant, account: { platform: 'ethereum', name: '0x123' } } },
      ],
      400,
      'invalid_request',
    ],
  ];

  it.each(refused)('%s', async (_what, ask, status, code) => {
    const [where, call] = await ask();
    const before = await image();
    const answer = await api.call('POST', where, call);
    expect(answer.body, answer.text).toMatchObject({ status, code });
    expect((answer.body as { detail: string }).detail).toMatch(/\.$/);
    expect(await image()).toEqual(before);
  });
});

describe('in a campaign that is not active', () => {
  const hourMs = 3_600_000;
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  it.each([
    ['a draft', { status: 'draft' }],
    ['paused', { status: 'paused' }],
    ['ended', { status: 'ended' }],
    ['not begun', { starts_at: at(hourMs) }],
    ['over', { starts_at: at(-2 * hourMs), ends_at: at(-hourMs) }],
  ])('%s: nothing can be done by anybody', async (what, settings) => {
    const season = await Season.open(api);
    const task = await season.task({ recurrence: 'unlimited' });
    const trigger = await season.trigger(`closed-${what.replace(/\W/g, '-')}`);
    await outcome(season.complete(task, `${what} ada`));
    await season.change(settings);
    const before = await image();
    for (const who of [`${what} ada`, `${what} somebody new`]) {
      for (const asked of [
        season.complete(task, who),
        season.book(who, 5, 'a'),
        season.fire(trigger, who),
        ...(who.endsWith('new') ? [season.join(who)] : []),
      ]) {
        expect((await asked).body, who).toMatchObject({ status: 409, code: 'campaign_not_active' });
      }
    }
    expect(await image()).toEqual(before);
  });
});

describe('at once', () => {
  it('from 50 connections to two nodes a task that may be completed once is completed once', async () => {
    const second = await ApiHarness.open({ test: { database: api.database, drop: async () => {} } });
    const season = await Season.open(api, { initial_points: 1 });
    const task = await season.task({ points: 7.25, multiplier_percent: 10 });
    const path = `/v1/campaigns/${season.campaign}/tasks/${task}/completions`;
    const body = { participant: { external_id: 'racing' } };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        outcome((n % 2 === 0 ? api : second).call('POST', path, { body, token: api.token })),
      ),
    );
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(answers.filter(({ joined }) => joined)).toHaveLength(1);
    expect(new Set(answers.map(({ total_points }) => total_points))).toEqual(new Set([8.25]));
    expect(new Set(answers.map(({ completion }) => completion?.id)).size).toBe(1);
    const { rows } = await api.database.pool.query(
      'select amount::float8 from ledger where campaign_id = $1 order by amount',
      [uuidIn(season.campaign)],
    );
    expect(rows).toEqual([{ amount: 1 }, { amount: 7.25 }]);
    await second.close();
  });
});
