import { waitFor } from '@fanfare/testkit';
import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { type Answer, ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
beforeAll(async () => {
  api = await ApiHarness.open();
});
beforeEach(async () => {
  season = await Season.open(api);
});
afterAll(() => api.close());

interface Revoked {
  readonly repeated: boolean;
  readonly quest_id: string | null;
  readonly points_taken: number;
  readonly points_missing: number;
  readonly referrer: { id: string; points_taken: number; points_missing: number } | null;
  readonly kept_earnings: readonly string[];
  readonly revoked_earnings: readonly string[];
  readonly total_points: number;
  readonly events: readonly { type: string }[];
}

const revoke = (completion: string | undefined, reason = 'The post was deleted'): Promise<Answer> =>
  api.call('POST', `/v1/campaigns/${season.campaign}/completions/${completion}/revocation`, {
    body: { reason },
  });
async function revoked(completion: string | undefined): Promise<Revoked> {
  const answer = await revoke(completion);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Revoked;
}

const countersOf = async (participant: string) =>
  (await api.call('GET', `/v1/campaigns/${season.campaign}/participants/${participant}`)).body as Record<
    string,
    unknown
  >;

/** The counters of everybody in the campaign are the sums of the ledger, and the leaderboard counts agree with them. */
async function expectSums(): Promise<void> {
  const { rows } = await api.database.pool.query<Record<string, string>>(
    `select p.total::text, p.referral_points::text, p.ugc_points::text,
            coalesce(sum(l.amount), 0)::numeric(15, 4)::text as sum,
            coalesce(sum(l.amount) filter (where l.bucket = 'referral'), 0)::numeric(15, 4)::text as referral,
            coalesce(sum(l.amount) filter (where l.bucket = 'ugc'), 0)::numeric(15, 4)::text as ugc
       from participations p left join ledger l using (campaign_id, participant_id)
      where p.campaign_id = (select id from campaigns order by id desc limit 1)
      group by p.campaign_id, p.participant_id`,
  );
  for (const row of rows) {
    expect([row['total'], row['referral_points'], row['ugc_points']]).toEqual([
      row['sum'],
      row['referral'],
      row['ugc'],
    ]);
  }
}

describe('revoking a completion', () => {
  it('takes back what it gave, and what follows from it, and keeps the history', async () => {
    await season.change({ referral_bonus: { percent: 10 } });
    const quest = await season.quest({ points: 1000 });
    const one = await season.task({ quest_id: quest, points: 500, multiplier_percent: 10 });
    const other = await season.task({ quest_id: quest, points: 100, recurrence: 'daily' });
    const ada = await outcome(season.join('ada'));
    const joined = await outcome(season.join('bob', { referrer: { external_id: 'ada' } }));
    const done = await outcome(season.complete(one, 'bob'));
    await outcome(season.complete(other, 'bob'));
    expect((await countersOf(joined.participant_id))['total_points']).toBe(500 + 110 + 1100);

    const taken = await revoked(done.completion?.id);
    expect(taken).toMatchObject({
      repeated: false,
      quest_id: quest,
      points_taken: 1600,
      points_missing: 0,
      referrer: { id: ada.participant_id, points_taken: 50, points_missing: 0 },
      kept_earnings: [],
      total_points: 110,
    });
    expect(taken.events.map(({ type }) => type)).toEqual([
      'points.deducted',
      'points.deducted',
      'points.deducted',
    ]);
    expect(await countersOf(joined.participant_id)).toMatchObject({
      total_points: 110,
      multiplier_percent: 0,
    });
    expect(await countersOf(ada.participant_id)).toMatchObject({ total_points: 11, referral_points: 11 });
    const referrals = await api.call('GET', `/v1/campaigns/${season.campaign}/referrals`);
    expect(referrals.text).toContain('"bonus_points":11');
    await expectSums();

    const activity = await api.call('GET', `/v1/campaigns/${season.campaign}/activity?limit=100`);
    const { data } = activity.body as { data: { id: string; revoked_at: string | null }[] };
    expect(data.find(({ id }) => id === done.completion?.id)).toMatchObject({
      revoked_at: expect.any(String),
    });
    expect(data.filter(({ revoked_at }) => revoked_at)).toHaveLength(2);

    expect(await revoked(done.completion?.id)).toMatchObject({
      repeated: true,
      events: [],
      total_points: 110,
    });
    const again = await outcome(season.complete(one, 'bob'));
    expect(again.repeated).toBe(false);
    expect(again.quests).toEqual([{ id: quest, points: 1100 }]);
    expect((await outcome(season.complete(one, 'bob'))).completion?.id).toBe(again.completion?.id);
    await expectSums();
  });

  it('takes each of many completions back once, whoever asks at once', async () => {
    const task = await season.task({ points: 10, recurrence: 'unlimited' });
    const ids: (string | undefined)[] = [];
    for (let n = 0; n < 10; n += 1) ids.push((await outcome(season.complete(task, 'cy'))).completion?.id);
    const answers = await Promise.all([...ids, ...ids].map((id) => revoked(id)));
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(10);
    const { rows } = await api.database.pool.query(
      'select from progress g join participants p on p.id = g.participant_id where p.external_id = $1',
      ['cy'],
    );
    expect(rows).toEqual([]);
    await expectSums();
  });

  it('leaves the newest period that stands, in the database too', async () => {
    const task = await season.task({ points: 10, recurrence: 'unlimited' });
    const first = await outcome(season.complete(task, 'dee'));
    const second = await outcome(season.complete(task, 'dee'));
    await revoked(second.completion?.id);
    expect((await countersOf(first.participant_id))['tasks']).toEqual([
      { id: task, period: first.completion?.period, count: 1 },
    ]);
  });

  it('says what it could not take, and which rewards stay', async () => {
    const box = await season.reward({ kind: 'loot_box', unit: 'Boxes', stock: '3' });
    const bonus = await season.reward({ name: 'Extra', kind: 'points', unit: 'Points' });
    const quest = await season.quest({ reward: { id: box, amount: '1' } });
    const task = await season.task({ quest_id: quest, points: 100, reward: { id: bonus, amount: '2.5' } });
    const done = await outcome(season.complete(task, 'eve'));
    await outcome(season.book('eve', -60, 'shop', 'withdrawal'));
    await outcome(season.claim('eve'));
    const taken = await revoked(done.completion?.id);
    expect(taken).toMatchObject({ points_taken: 42.5, points_missing: 60, total_points: 0 });
    expect(taken.kept_earnings).toEqual(
      done.earnings.filter(({ reward_id }) => reward_id === box).map(({ id }) => id),
    );
    expect(taken.revoked_earnings).toEqual([]);
  });

  it('takes back rewards that nobody claimed, which are in stock again and cannot be claimed', async () => {
    const box = await season.reward({ kind: 'loot_box', unit: 'Boxes', stock: '1' });
    const task = await season.task({ reward: { id: box, amount: '1' } });
    const done = await outcome(season.complete(task, 'fay'));
    expect(await refusal(season.complete(task, 'gil'))).toMatchObject({ code: 'out_of_stock' });
    const taken = await revoked(done.completion?.id);
    expect(taken).toMatchObject({ kept_earnings: [], revoked_earnings: [done.earnings[0]?.id] });
    expect(await refusal(season.claim('fay'))).toMatchObject({ code: 'nothing_to_claim' });
    await outcome(season.complete(task, 'gil'));
    const { body } = await api.call('GET', `/v1/campaigns/${season.campaign}/earnings?reward_id=${box}`);
    expect((body as { data: { state: string }[] }).data.map(({ state }) => state)).toEqual([
      'claimable',
      'revoked',
    ]);
  });

  it('claimed and taken back at once, a reward is either with its participant or in stock', async () => {
    const box = await season.reward({ kind: 'loot_box', unit: 'Boxes', stock: '20' });
    const task = await season.task({ reward: { id: box, amount: '1' } });
    for (let n = 0; n < 10; n += 1) {
      const done = await outcome(season.complete(task, `racer-${n}`));
      await Promise.all([season.claim(`racer-${n}`), revoked(done.completion?.id)]);
    }
    const { rows } = await api.database.pool.query<{ state: string; n: number; stock: number }>(
      `select e.state, count(*)::int as n, r.stock::float8 as stock from earnings e join rewards r on r.id = e.reward_id
        where r.id = $1 group by 1, 3 order by 1`,
      [uuidIn(box)],
    );
    const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
    expect(of('paid') + of('revoked')).toBe(10);
    expect(rows[0]?.stock).toBe(20 - of('paid'));
  });

  it('leaves a bonus where it is when a merge has ended the referral', async () => {
    await season.change({ referral_bonus: { percent: 10 } });
    const task = await season.task({ points: 500 });
    const carl = await outcome(season.join(`carl ${season.campaign}`));
    const ada = await outcome(season.join(`ada ${season.campaign}`));
    const bob = await outcome(
      season.join(`bob ${season.campaign}`, { referrer: { id: ada.participant_id } }),
    );
    const done = await outcome(season.complete(task, `bob ${season.campaign}`));
    const merged = await api.call('POST', `/v1/participants/${carl.participant_id}/merge`, {
      body: { from: bob.participant_id, reason: 'One person' },
    });
    expect(merged.status, merged.text).toBe(200);
    expect(await revoked(done.completion?.id)).toMatchObject({ points_taken: 500, referrer: null });
    expect(await countersOf(ada.participant_id)).toMatchObject({ total_points: 50, referral_points: 50 });
    await expectSums();
  });

  it('is refused without a reason, for completions of nobody and of other campaigns', async () => {
    const task = await season.task();
    const done = await outcome(season.complete(task, 'ada'));
    expect(await refusal(revoke(done.completion?.id, '  '))).toMatchObject({ code: 'invalid_request' });
    expect(await refusal(revoke(done.completion?.id, 'x'.repeat(201)))).toMatchObject({ status: 400 });
    expect((await revoke(newId('cpl'))).status).toBe(404);
    expect((await revoke('cpl_x')).status).toBe(404);
    season = await Season.open(api);
    expect((await revoke(done.completion?.id)).status).toBe(404);
  });
});

interface Recalculated {
  readonly job: { id: string; state: string; progress: { total: number; done: number; refused: number } };
  readonly dry_run: boolean;
  readonly participants: number;
  readonly completions: number;
  readonly points_given: string;
  readonly points_taken: string;
  readonly points_missing: string;
}

async function begun(on: ApiHarness, body?: unknown): Promise<string> {
  const path = `/v1/campaigns/${season.campaign}/recalculations`;
  const answer = await on.call('POST', path, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBe(202);
  return `${path}/${(answer.body as Recalculated).job.id}`;
}

async function ended(path: string, on: ApiHarness = api): Promise<Recalculated> {
  return waitFor(
    async () => {
      const answer = (await on.call('GET', path)).body as Recalculated;
      return ['done', 'failed', 'cancelled'].includes(answer.job.state) ? answer : false;
    },
    { what: 'the end of the recalculation', timeoutMs: 20_000 },
  );
}

describe('a recalculation', () => {
  it('books the difference for everybody once, after a dry run that said so', async () => {
    await season.change({ referral_bonus: { percent: 10 } });
    const task = await season.task({ points: 500 });
    const review = await season.task({ points: 1 });
    const trigger = await season.trigger(`review-${season.campaign.slice(-8)}`, {
      credit: { amount: 8.25 },
      task_id: review,
    });
    const people = Array.from({ length: 60 }, (_, n) => `player ${season.campaign} ${n}`);
    const [first = ''] = people;
    await outcome(season.join(first));
    await Promise.all(
      people.slice(1).map(async (who) => {
        await outcome(season.join(who, { referrer: { external_id: first } }));
        await outcome(season.complete(task, who));
      }),
    );
    await outcome(season.fire(trigger, first));
    const change = await api.call('PATCH', `/v1/campaigns/${season.campaign}/tasks/${task}`, {
      body: { points: 400.5 },
    });
    expect(change.status, change.text).toBe(200);
    const again = await api.call('PATCH', `/v1/campaigns/${season.campaign}/tasks/${review}`, {
      body: { points: 900 },
    });
    expect(again.status).toBe(200);

    const before = await api.countEvents();
    const expected = {
      participants: 59,
      completions: 59,
      points_given: '0',
      points_taken: new Decimal('99.5').times(59).plus(new Decimal('9.95').times(59)).toFixed(4),
      points_missing: '0.0000',
    };
    const dry = await ended(await begun(api, { dry_run: true }));
    expect(dry).toMatchObject({ ...expected, dry_run: true, points_given: expect.stringMatching(/^0/) });
    expect(await api.countEvents()).toBe(before);

    const path = await begun(api);
    const real = await ended(path);
    expect(real).toMatchObject({
      ...expected,
      dry_run: false,
      points_given: expect.stringMatching(/^0/),
      job: { state: 'done', progress: { total: 60, done: 60, refused: 0 } },
    });
    await expectSums();
    const { body } = await api.call('GET', `${path}/differences?limit=1`);
    const { data, next_cursor } = body as { data: unknown[]; next_cursor: string };
    expect(data).toMatchObject([{ completions: 1, points: -99.5, points_missing: 0, bonus: -9.95 }]);
    const rest = await api.call('GET', `${path}/differences?limit=250&cursor=${next_cursor}`);
    expect((rest.body as { data: unknown[] }).data).toHaveLength(58);

    const third = await ended(await begun(api, {}));
    expect(third).toMatchObject({ participants: 0, completions: 0 });
  });

  it('that begins again from its start, as after a crash before it wrote how far it was, books nothing twice', async () => {
    const task = await season.task({ points: 10 });
    const people = Array.from({ length: 120 }, (_, n) => `runner ${season.campaign} ${n}`);
    await Promise.all(people.map((who) => outcome(season.complete(task, who))));
    await api.call('PATCH', `/v1/campaigns/${season.campaign}/tasks/${task}`, { body: { points: 25 } });
    const path = await begun(api);
    await ended(path);
    await api.database.pool.query(
      `update jobs set state = 'queued', cursor = null, done = 0, counts = '{}', lease = null, finished_at = null,
              due_at = now()
        where id = $1`,
      [uuidIn(path.split('/').at(-1) ?? '')],
    );
    const real = await ended(path);
    expect(real).toMatchObject({ participants: 120, completions: 120, points_given: '1800.0000' });
    await expectSums();
  });

  it('is refused for tasks and quests of other campaigns, and found only in its own', async () => {
    const task = await season.task();
    const path = await begun(api, { task_ids: [task] });
    await ended(path);
    const own = season.campaign;
    season = await Season.open(api);
    const refused = await api.call('POST', `/v1/campaigns/${season.campaign}/recalculations`, {
      body: { task_ids: [task], quest_ids: [newId('qst')] },
    });
    expect(refused.status).toBe(400);
    expect((refused.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual([
      '/task_ids/0',
      '/quest_ids/0',
    ]);
    expect((await api.call('GET', path.replace(own, season.campaign))).status).toBe(404);
    expect((await api.call('GET', `${path.replace(own, season.campaign)}/differences`)).status).toBe(404);
    const empty = await api.call('POST', `/v1/campaigns/${season.campaign}/recalculations`, {
      body: { task_ids: [] },
    });
    expect(empty.status).toBe(400);
  });

  it('can be cancelled while it waits, and changes nothing then', async () => {
    const waiting = await ApiHarness.open({ jobs: { run: false } });
    try {
      season = await Season.open(waiting);
      const task = await season.task({ points: 10 });
      await outcome(season.complete(task, 'ada'));
      await waiting.call('PATCH', `/v1/campaigns/${season.campaign}/tasks/${task}`, { body: { points: 25 } });
      const path = await begun(waiting);
      const cancelled = await waiting.call('POST', `/v1/jobs/${path.split('/').at(-1)}/cancel`);
      expect(cancelled.body).toMatchObject({ state: 'cancelled' });
      expect(await ended(path, waiting)).toMatchObject({ job: { state: 'cancelled' }, participants: 0 });
    } finally {
      await waiting.close();
    }
  });
});
