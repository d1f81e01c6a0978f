import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, points, questId, render, Season, task, told } from './season.ts';

const harbour = { id: 'harbour', number: 1, name: 'Harbour', last: false };
const lighthouse = { id: 'lighthouse', number: 2, name: 'Lighthouse', last: true };

function regatta(settings = {}): Season {
  const season = new Season({
    tasks: [
      task('harbour', { level: harbour }),
      task('lighthouse', { level: lighthouse, prerequisites: [task('harbour').id] }),
      task('form', { questId: questId('form'), type: 'form', points: points(50) }),
      task('daily', { questId: questId('daily'), recurrence: 'daily' }),
    ],
    ...settings,
  });
  season.join('ada');
  return season;
}

describe('an opt-in form', () => {
  it('is told with the fields that the participant has from then on', () => {
    const season = regatta();
    const decision = season.play('ada', { fields: { city: 'Zürich', newsletter: true } });
    expect(told(decision)).toEqual(['game.optin_submitted']);
    const event = eventOf(decision, 'game.optin_submitted');
    expect(event.participant?.fields).toEqual({ city: 'Zürich', newsletter: true });
    expect(render('gamify-route', event, null)).toMatchObject({
      event: 'optin_submit',
      player: { fields: { city: 'Zürich', newsletter: true } },
      points: { earned: 0, total: 0 },
    });
  });

  it('counts once, and again as soon as a field differs', () => {
    const season = regatta();
    season.play('ada', { fields: { city: 'Zürich', age: 36 } });
    expect(codeOf(season.play('ada', { fields: { age: 36, city: 'Zürich' } }))).toBe('repeated');
    expect(told(season.play('ada', { fields: { age: 37, city: 'Zürich' } }))).toEqual([
      'game.optin_submitted',
    ]);
    expect(told(season.play('ada', { fields: { city: 'Zürich' } }))).toEqual(['game.optin_submitted']);
    expect(season.person('ada').person.fields).toEqual({ age: 37, city: 'Zürich' });
  });

  it('that was submitted before keeps nothing else of the play from counting', () => {
    const season = regatta();
    season.play('ada', { fields: {} });
    expect(told(season.play('ada', { fields: {}, score: 5 }))).toEqual(['game.high_score']);
  });

  it('comes before the task it belongs to, which claimr’s receivers hear of once', () => {
    const decision = regatta().play('ada', { fields: { city: 'Bern' }, task: 'form' });
    expect(told(decision)).toEqual([
      'game.optin_submitted',
      'task.completed',
      'points.issued',
      'quest.completed',
    ]);
    expect(eventOf(decision, 'task.completed').data).toMatchObject({ points: 50 });
    expect(decision).toMatchObject({ result: { transaction: { amount: 50 }, completion: { points: 50 } } });
  });

  it('cannot bring a participant to more than 100 fields', () => {
    const season = regatta();
    const form = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${prefix}${n}`, n]));
    season.play('ada', { fields: form('a') });
    expect(codeOf(season.play('ada', { fields: form('b') }))).toBe('invalid_participant');
    expect(codeOf(season.play('ada', { fields: { ...form('a'), a1: 'other' } }))).toBe('done');
  });
});

describe('a finished level', () => {
  it('gives its points to the game, then tells the score as the personal best', () => {
    const season = regatta();
    const decision = season.play('ada', { level: 'harbour', score: 18_250 });
    expect(told(decision)).toEqual(['task.completed', 'points.issued', 'game.high_score']);
    expect(eventOf(decision, 'task.completed').data).toMatchObject({ score: 18_250, level: harbour });
    expect(eventOf(decision, 'points.issued').data).toMatchObject({ cause: 'game', amount: 500 });
    expect(eventOf(decision, 'game.high_score').data).toMatchObject({
      level: harbour,
      score: 18_250,
      high_score: 18_250,
      previous_high_score: null,
      is_campaign_best: true,
    });
    const play = decision.kind === 'done' && decision.changes.find(({ kind }) => kind === 'play');
    expect(play).toMatchObject({
      highScore: true,
      completion: decision.kind === 'done' && decision.result.completion?.id,
    });
  });

  it('can be played again for a better score, without its points', () => {
    const season = regatta();
    season.play('ada', { level: 'harbour', score: 10 });
    expect(told(season.play('ada', { level: 'harbour', score: 12 }))).toEqual(['game.high_score']);
    expect(told(season.play('ada', { level: 'harbour', score: 11 }))).toEqual([]);
    expect(codeOf(season.play('ada', { level: 'harbour' }))).toBe('repeated');
    const { total, bestScore } = season.person('ada');
    expect([total.toFixed(), bestScore?.toFixed()]).toEqual(['500', '12']);
  });

  it('needs the levels before it', () => {
    const season = regatta();
    expect(codeOf(season.play('ada', { level: 'lighthouse', score: 9 }))).toBe('prerequisite_missing');
    season.play('ada', { level: 'harbour' });
    expect(codeOf(season.play('ada', { level: 'lighthouse', score: 9 }))).toBe('done');
  });

  it('must be one of the campaign, and only one', () => {
    const twice = regatta({ tasks: [task('one', { level: harbour }), task('two', { level: harbour })] });
    expect(codeOf(twice.play('ada', { level: 'harbour' }))).toBe('unknown_task');
    expect(codeOf(regatta().play('ada', { level: 'nowhere' }))).toBe('unknown_task');
    expect(codeOf(regatta().play('ada', { task: 'nowhere' }))).toBe('unknown_task');
  });

  it('that is the last of its quest completes the campaign for Gamify Route', () => {
    const season = regatta();
    season.play('ada', { level: 'harbour', score: 1 });
    const decision = season.play('ada', { level: 'lighthouse', score: 2 });
    expect(told(decision)).toEqual(['task.completed', 'points.issued', 'quest.completed', 'game.high_score']);
    expect(render('gamify-route', eventOf(decision, 'quest.completed'), null)).toMatchObject({
      event: 'campaign_completed',
      score: 2,
    });
  });
});

describe('a score', () => {
  it('is told when it beats the participant’s own, with the one before', () => {
    const season = regatta();
    season.play('ada', { score: -3.5 });
    const better = season.play('ada', { score: 100 });
    expect(eventOf(better, 'game.high_score').data).toMatchObject({ previous_high_score: -3.5, score: 100 });
    expect(told(season.play('ada', { score: 100 }))).toEqual([]);
    expect(told(season.play('ada', { score: 99 }))).toEqual([]);
    expect(season.person('ada').bestScore?.toFixed()).toBe('100');
  });

  it('is the campaign’s best while nobody has a better one; who equals it shares it', () => {
    const season = regatta();
    const best = (name: string, score: number) =>
      (eventOf(season.play(name, { score }), 'game.high_score').data as { is_campaign_best: boolean })
        .is_campaign_best;
    expect(best('ada', 50)).toBe(true);
    expect(best('bob', 49)).toBe(false);
    expect(best('bob', 50)).toBe(true);
    expect(best('cy', 51)).toBe(true);
    expect(best('ada', 50.5)).toBe(false);
  });

  it('of a test participant is nobody’s to beat, and never the campaign’s best', () => {
    const season = regatta();
    season.person('tester', { test: true });
    const tested = season.play('tester', { score: 1_000 });
    expect(eventOf(tested, 'game.high_score').data).toMatchObject({ is_campaign_best: false });
    expect(eventOf(season.play('ada', { score: 1 }), 'game.high_score').data).toMatchObject({
      is_campaign_best: true,
    });
  });

  it('counts the same when a level is completed without a play, and not for other tasks', () => {
    const season = regatta();
    const decision = season.complete('ada', 'harbour', 70);
    expect(told(decision)).toEqual(['task.completed', 'points.issued', 'game.high_score']);
    expect(eventOf(decision, 'game.high_score').data).toMatchObject({ play: null, score: 70 });
    expect(told(season.complete('ada', 'form', 900))).not.toContain('game.high_score');
    expect(season.person('ada').bestScore?.toFixed()).toBe('70');
  });

  it.each(['NaN', 'Infinity', '1e15', '1234567890.123456'])('cannot be %s', (score) => {
    const season = regatta();
    const action = { kind: 'play', fields: null, round: null, account: null, key: null } as const;
    expect(codeOf(season.act('ada', { ...action, score: points(score) }))).toBe('amount_out_of_range');
    expect(
      codeOf(
        season.act('ada', { ...action, score: points(score), round: { level: 'harbour' }, fields: { a: 1 } }),
      ),
    ).toBe('amount_out_of_range');
  });
});

describe('a play', () => {
  it('under a key that was used before is the play of that key', () => {
    const season = regatta();
    const first = season.play('ada', { score: 5, key: 'round 1' });
    const again = season.play('ada', { score: 6, key: 'round 1' });
    expect(codeOf(again)).toBe('repeated');
    if (first.kind !== 'done' || again.kind !== 'repeated') throw new Error('neither');
    expect(again.result.play).toEqual(first.result.play);
    expect(codeOf(season.play('bob', { score: 6, key: 'round 1' }))).toBe('done');
  });

  it('makes whoever plays a participant first', () => {
    expect(told(regatta().play('bob', { fields: { a: 1 }, level: 'harbour', score: 1 }))).toEqual([
      'user.joined_campaign',
      'game.optin_submitted',
      'task.completed',
      'points.issued',
      'game.high_score',
    ]);
  });

  it('from a browser counts in what browsers may complete, and nowhere else', () => {
    const season = regatta({
      tasks: [task('harbour', { level: harbour, browser: true }), task('hidden')],
    });
    const round = { kind: 'play', fields: null, account: null, key: null } as const;
    const play = (more: { score?: number; task?: string }) =>
      codeOf(
        season.act(
          'ada',
          {
            ...round,
            score: more.score === undefined ? null : points(more.score),
            round: more.task === undefined ? null : { task: task(more.task).id },
          },
          'browser',
        ),
      );
    expect(play({ score: 9 })).toBe('forbidden');
    expect(play({ score: 9, task: 'hidden' })).toBe('forbidden');
    expect(play({ task: 'hidden' })).toBe('forbidden');
    expect(play({ score: 9, task: 'harbour' })).toBe('done');
    expect(
      codeOf(season.act('ada', { ...round, fields: { a: 1 }, score: null, round: null }, 'browser')),
    ).toBe('done');
  });

  it('needs a running campaign, and leaves nothing behind when something of it is refused', () => {
    const paused = new Season({ status: 'paused' });
    expect(codeOf(paused.play('ada', { score: 5 }))).toBe('campaign_not_active');
    const season = regatta();
    expect(codeOf(season.play('ada', { fields: { a: 1 }, level: 'lighthouse', score: 9, key: 'k' }))).toBe(
      'prerequisite_missing',
    );
    expect(codeOf(season.play('ada', { fields: { a: 1 }, score: 9, key: 'k' }))).toBe('done');
  });
});
