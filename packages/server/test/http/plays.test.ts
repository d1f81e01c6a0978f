import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

const level = { id: 'harbour', number: 1, name: 'Harbour', last: true };

interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

async function read<T>(path: string): Promise<Page<T>> {
  const answer = await api.call('GET', path);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Page<T>;
}

/** Data of the high scores that were told in a campaign, oldest first. */
async function highScoresTold(campaign: string): Promise<{ score: number; is_campaign_best: boolean }[]> {
  const { data } = await read<{ id: string }>(
    `/v1/events?campaign_id=${campaign}&type=game.high_score&limit=250`,
  );
  const events = await Promise.all(data.map(({ id }) => api.call('GET', `/v1/events/${id}`)));
  return events
    .map(({ body }) => (body as { data: { score: number; is_campaign_best: boolean } }).data)
    .reverse();
}

describe('a play', () => {
  it('of a level keeps its score, its form and its completion, and is listed', async () => {
    const season = await Season.open(api);
    const task = await season.task({ points: 500, level });
    const form = { city: 'Zürich', age: 36 };
    const played = await outcome(season.play('ada', { level: 'harbour', score: 18_250.5, fields: form }));
    expect(played.events.map(({ type }) => type)).toEqual([
      'user.joined_campaign',
      'game.optin_submitted',
      'task.completed',
      'points.issued',
      'quest.completed',
      'game.high_score',
    ]);
    expect(played).toMatchObject({ completion: { task_id: task, points: 500 }, total_points: 500 });

    const path = `/v1/campaigns/${season.campaign}/plays`;
    expect((await read(path)).data).toEqual([
      {
        id: played.play?.id,
        participant_id: played.participant_id,
        played_at: expect.any(String),
        task_id: task,
        completion_id: played.completion?.id,
        score: 18_250.5,
        high_score: true,
        fields: form,
        account: null,
        key: null,
      },
    ]);
    const person = await api.call('GET', `/v1/participants/${played.participant_id}`);
    expect(person.body).toMatchObject({ fields: form });
    const counters = await api.call(
      'GET',
      `/v1/campaigns/${season.campaign}/participants/${played.participant_id}`,
    );
    expect(counters.body).toMatchObject({ best_score: 18_250.5 });

    const again = await outcome(season.play('ada', { score: 3, key: 'round 2' }));
    await outcome(season.play('bob', { score: 4 }));
    const own = await read<{ id: string }>(`${path}?participant_id=${played.participant_id}&limit=1`);
    expect(own.data).toMatchObject([{ id: again.play?.id, high_score: false, key: 'round 2' }]);
    const rest = await read<{ id: string }>(
      `${path}?participant_id=${played.participant_id}&cursor=${own.next_cursor}`,
    );
    expect(rest.data.map(({ id }) => id)).toEqual([played.play?.id]);
  });

  it('is one play under one key, however often and at once it is reported', async () => {
    const season = await Season.open(api);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => outcome(season.play('ada', { score: 7, key: 'round 1' }))),
    );
    expect(new Set(answers.map(({ play }) => play?.id)).size).toBe(1);
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    const later = await outcome(season.play('ada', { score: 9, key: 'round 1' }));
    expect(later).toMatchObject({ repeated: true, play: answers[0]?.play });
  });

  it('with the form of the time before, read from the database, is nothing new', async () => {
    const season = await Season.open(api);
    await outcome(season.play('ada', { fields: { age: 36, city: 'Bern' } }));
    expect(await outcome(season.play('ada', { fields: { city: 'Bern', age: 36 } }))).toMatchObject({
      repeated: true,
      play: null,
      events: [],
    });
    expect(await outcome(season.play('ada', { fields: { city: 'Bern', age: 37 } }))).toMatchObject({
      repeated: false,
    });
  });

  it.each([
    ['nothing at all', {}],
    ['a level and a task', { level: 'harbour', task_id: 'tsk_01jf2wkmvcfw6ts1qmgzya291c' }],
    ['a form with an object in it', { fields: { address: { city: 'Bern' } } }],
    ['a form with a dangerous name', { fields: JSON.parse('{"__proto__": 1}') }],
    ['101 fields', { fields: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, n])) }],
    ['a score that is text', { score: '12' }],
    ['an empty key', { score: 1, key: '' }],
    ['what is no field', { scores: 1 }],
  ])('of %s is refused with the reason', async (_what, round) => {
    const season = await Season.open(api);
    expect(await refusal(season.play('ada', round))).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('is refused with a score no double holds as written, in a level nobody made, and in a paused campaign', async () => {
    const season = await Season.open(api);
    expect(await refusal(season.play('ada', { score: 1e15 }))).toMatchObject({
      status: 422,
      code: 'amount_out_of_range',
    });
    expect(await refusal(season.play('ada', { level: 'nowhere' }))).toMatchObject({
      status: 404,
      code: 'unknown_task',
    });
    await season.change({ status: 'paused' });
    expect(await refusal(season.play('ada', { score: 1 }))).toMatchObject({
      status: 409,
      code: 'campaign_not_active',
    });
  });

  it('keeps scores of 15 digits on either side of the point', async () => {
    const season = await Season.open(api);
    await outcome(season.play('ada', { score: 999_999_999_999_999 }));
    await outcome(season.play('bob', { score: 1.234_567_890_123_45e-7 }));
    await outcome(season.play('cy', { score: -999_999_999_999_999 }));
    const { data } = await read<{ best_score: number }>(`/v1/campaigns/${season.campaign}/high-scores`);
    expect(data.map(({ best_score }) => best_score)).toEqual([
      999_999_999_999_999, 1.234_567_890_123_45e-7, -999_999_999_999_999,
    ]);
  });
});

describe('the high scores', () => {
  it('go best first, page by page, without test participants', async () => {
    const season = await Season.open(api);
    const tester = await api.call('POST', '/v1/participants', {
      body: { external_id: 'tester', test: true },
    });
    expect(tester.status, tester.text).toBeLessThan(300);
    await outcome(season.play('tester', { score: 1_000 }));
    for (const [name, score] of [
      ['ada', 5],
      ['bob', 7.25],
      ['cy', 5],
      ['dee', -1],
      ['bob', 2],
    ] as const) {
      await outcome(season.play(name, { score }));
    }
    const path = `/v1/campaigns/${season.campaign}/high-scores`;
    const seen: [string, number][] = [];
    let cursor: string | null = null;
    do {
      const page: Page<{ external_id: string; best_score: number }> = await read(
        `${path}?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.data.map((one): [string, number] => [one.external_id, one.best_score]));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([
      ['bob', 7.25],
      ['ada', 5],
      ['cy', 5],
      ['dee', -1],
    ]);
    const foreign = await api.call('GET', `/v1/campaigns/${season.campaign}/plays?cursor=${cursor ?? 'x'}`);
    expect(foreign.status).toBe(400);
  });

  it('say who leads the campaign, also among those who play at once', async () => {
    const season = await Season.open(api);
    await outcome(season.play('ada', { score: 10 }));
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => outcome(season.play(`player ${n}`, { score: (n * 17) % 41 }))),
    );
    const told = await highScoresTold(season.campaign);
    expect(told).toHaveLength(41);
    let best = Number.NEGATIVE_INFINITY;
    for (const { score, is_campaign_best } of told) {
      expect(is_campaign_best, `${score} after ${best}`).toBe(score >= best);
      best = Math.max(best, score);
    }
  });

  it('take in the score with which a level is completed', async () => {
    const season = await Season.open(api);
    const task = await season.task({ level });
    const done = await outcome(season.complete(task, 'ada', { score: 44 }));
    expect(done.events.map(({ type }) => type)).toContain('game.high_score');
    const { data } = await read(`/v1/campaigns/${season.campaign}/high-scores`);
    expect(data).toMatchObject([{ participant_id: done.participant_id, best_score: 44 }]);
  });
});
