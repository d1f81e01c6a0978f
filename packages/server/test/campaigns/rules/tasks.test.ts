import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, hourMs, points, questId, Season, task, taskId, told } from './season.ts';

describe('completing a task', () => {
  it('gives its points once, and shows them in the event and in its total', () => {
    const season = new Season({ tasks: [task('follow', { meta: { handle: '@aurora' } }), task('other')] });
    season.join('ada');
    const decision = season.complete('ada', 'follow');
    expect(told(decision)).toEqual(['task.completed', 'points.issued']);
    const completed = eventOf(decision, 'task.completed');
    expect(completed.data).toEqual({
      task: { id: taskId('follow'), name: 'follow', type: 'api', meta: { handle: '@aurora' } },
      quest: { id: questId('sail'), name: expect.any(String) },
      account: { platform: 'discord', name: 'ada' },
      points: 500,
      ugc: false,
      level: null,
      score: null,
    });
    expect(completed.participant?.total_points).toBe(500);
    expect(decision).toMatchObject({
      result: { joined: false, completion: { period: 'once', points: 500 }, transaction: { amount: 500 } },
    });

    const again = season.complete('ada', 'follow');
    expect(again).toMatchObject({ kind: 'repeated', result: { completion: null, transaction: null } });
  });

  it('says that it was completed also when the campaign is over by then', () => {
    const season = new Season({ tasks: [task('follow')], endsAt: new Date('2026-03-05T00:00:00Z') });
    season.complete('ada', 'follow');
    season.pass(48 * hourMs);
    expect(codeOf(season.complete('ada', 'follow'))).toBe('repeated');
  });

  it.each([
    ['every_8_hours', 8],
    ['daily', 24],
    ['weekly', 7 * 24],
    ['unlimited', 0],
  ] as const)('is possible again in the next period of %s', (recurrence, hours) => {
    const season = new Season({ tasks: [task('check', { recurrence, points: points('10.5') })] });
    expect(codeOf(season.complete('ada', 'check'))).toBe('done');
    if (hours > 0) expect(codeOf(season.complete('ada', 'check'))).toBe('repeated');
    season.pass(hours * hourMs);
    expect(codeOf(season.complete('ada', 'check'))).toBe('done');
    expect(season.person('ada').total.toFixed()).toBe('21');
    expect(season.person('ada').completedTasks.get(taskId('check'))?.count).toBe(2);
  });

  it('raises the multiplier the first time, from the next points on', () => {
    const follow = task('follow', { multiplierPercent: points(10), recurrence: 'unlimited' });
    const season = new Season({ tasks: [follow, task('other')] });
    const first = eventOf(season.complete('ada', 'follow'), 'task.completed');
    expect([first.participant?.multiplier_percent, first.participant?.total_points]).toEqual([10, 500]);
    season.complete('ada', 'follow');
    expect(season.person('ada').total.toFixed()).toBe('1050');
    expect(season.person('ada').multiplierPercent.toFixed()).toBe('10');
  });

  it('counts what participants make, and levels of games, in their own parts of the ledger', () => {
    const level = { id: 'harbour', number: 3, name: 'Harbour', last: false };
    const season = new Season({
      tasks: [task('post', { ugc: true, points: points(25) }), task('play', { level })],
    });
    const post = season.complete('ada', 'post');
    expect(eventOf(post, 'points.issued').data).toMatchObject({ cause: 'ugc', amount: 25 });
    expect(eventOf(post, 'task.completed').participant?.ugc_points).toBe(25);
    const play = season.act('ada', {
      kind: 'complete_task',
      taskId: taskId('play'),
      account: null,
      score: points('18250.5'),
    });
    expect(eventOf(play, 'task.completed').data).toMatchObject({ level, score: 18250.5 });
    expect(eventOf(play, 'points.issued').data).toMatchObject({ cause: 'game' });
    expect(season.person('ada').ugcPoints.toFixed()).toBe('25');
  });

  it('leaves no ledger entry where a task is worth nothing', () => {
    const season = new Season({ tasks: [task('visit', { points: points(0) }), task('other')] });
    season.join('ada');
    const decision = season.complete('ada', 'visit');
    expect(told(decision)).toEqual(['task.completed']);
    expect(decision).toMatchObject({ result: { transaction: null } });
  });

  it('waits for its prerequisites and names them', () => {
    const last = task('last', { prerequisites: [taskId('first'), taskId('second')] });
    const season = new Season({ tasks: [task('first'), task('second'), last] });
    season.complete('ada', 'first');
    const decision = season.complete('ada', 'last');
    expect(decision).toMatchObject({ kind: 'refused', code: 'prerequisite_missing' });
    expect(decision).toMatchObject({ detail: expect.stringContaining('"second"') });
    expect(decision).toMatchObject({ detail: expect.not.stringContaining('"first"') });
    season.complete('ada', 'second');
    expect(codeOf(season.complete('ada', 'last'))).toBe('done');
  });

  it('does not make a participant of somebody who is refused', () => {
    const season = new Season({
      initialPoints: points(100),
      tasks: [task('first'), task('last', { prerequisites: [taskId('first')] })],
    });
    expect(codeOf(season.complete('ada', 'last'))).toBe('prerequisite_missing');
    expect(season.person('ada')).toMatchObject({ joinedAt: null, seq: 0, changed: false });
  });

  it('knows only the tasks of its campaign', () => {
    expect(codeOf(new Season({ tasks: [task('follow')] }).complete('ada', 'elsewhere'))).toBe('unknown_task');
  });

  it.each([
    'NaN',
    'Infinity',
    '1234567890123456789012345678901234567890',
    '0.1234567890123456',
  ])('refuses a score of %s', (score) => {
    const season = new Season({ tasks: [task('play')] });
    const action = { kind: 'complete_task', taskId: taskId('play'), account: null } as const;
    expect(codeOf(season.act('ada', { ...action, score: points(score) }))).toBe('amount_out_of_range');
  });

  it('refuses points that would reach a total of 10^11, and a multiplier of 100000 %', () => {
    const huge = { points: points('99999999999.9999'), recurrence: 'unlimited' } as const;
    const season = new Season({
      tasks: [task('huge', huge), task('wild', { multiplierPercent: points(100_000) })],
    });
    expect(codeOf(season.complete('ada', 'huge'))).toBe('done');
    expect(codeOf(season.complete('ada', 'huge'))).toBe('amount_out_of_range');
    expect(codeOf(season.complete('ada', 'wild'))).toBe('amount_out_of_range');
    expect(codeOf(season.complete('bob', 'wild'))).toBe('amount_out_of_range');
  });
});

describe('a task reported by a browser', () => {
  const reported = (season: Season, name: string, trust: 'server' | 'browser') =>
    codeOf(
      season.act('ada', { kind: 'complete_task', taskId: taskId(name), account: null, score: null }, trust),
    );

  it('is completed only when it is marked for browsers', () => {
    const season = new Season({ tasks: [task('follow', { browser: true }), task('quiz')] });
    expect(reported(season, 'quiz', 'browser')).toBe('forbidden');
    expect(season.person('ada').joinedAt).toBeNull();
    expect(reported(season, 'follow', 'browser')).toBe('done');
    expect(reported(season, 'quiz', 'server')).toBe('done');
    // Not even that it was done is told.
    expect(reported(season, 'quiz', 'browser')).toBe('forbidden');
  });
});
