import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, personId, points, Season, task, taskId, told, trigger } from './season.ts';

const percent = { kind: 'percent', percent: points(10) } as const;
const tasks = [
  task('follow', { recurrence: 'unlimited' }),
  task('post', { points: points(1), recurrence: 'unlimited' }),
  task('never'),
];

function referred(settings: ConstructorParameters<typeof Season>[0]): Season {
  const season = new Season({ tasks, ...settings });
  season.join('grace');
  season.join('ada', 'grace');
  return season;
}

describe('a referral', () => {
  it('brings the referrer a share of each task, and converts with the first, in causal order', () => {
    const season = referred({ referralBonus: percent });
    season.person('ada').multiplierPercent = points(10);
    expect(season.person('ada').referral?.state).toBe('qualified');
    const first = season.complete('ada', 'follow');
    expect(told(first)).toEqual([
      'task.completed',
      'points.issued',
      'referral.action',
      'referral.converted',
      'points.issued',
    ]);
    expect(eventOf(first, 'referral.action')).toMatchObject({
      participant: { id: personId('ada'), total_points: 550 },
      data: { bonus: 55, referrer: { id: personId('grace'), total_points: 55, referral_points: 55 } },
    });
    expect(eventOf(first, 'points.issued', 1)).toMatchObject({
      participant: { id: personId('grace'), total_points: 55, referral_points: 55 },
      data: { amount: 55, cause: 'referral' },
      seq: 2,
    });
    expect(season.person('ada').referral?.state).toBe('converted');

    expect(told(season.complete('ada', 'post'))).toEqual([
      'task.completed',
      'points.issued',
      'referral.action',
      'points.issued',
    ]);
    expect(season.person('grace').total.toFixed()).toBe('55.11');
  });

  it('gives a fixed bonus for each task, also one without points', () => {
    const season = referred({
      referralBonus: { kind: 'fixed', amount: points(20) },
      tasks: [task('visit', { points: points(0), recurrence: 'unlimited' }), task('other')],
    });
    season.complete('ada', 'visit');
    season.complete('ada', 'visit');
    expect(season.person('grace').referralPoints.toFixed()).toBe('40');
  });

  it('is told of, without a bonus, in a campaign that gives none', () => {
    const season = referred({});
    const decision = season.complete('ada', 'follow');
    expect(eventOf(decision, 'referral.action').data).toMatchObject({ bonus: 0 });
    expect(season.person('grace')).toMatchObject({ seq: 1 });
  });

  it('does not pass on: the referrer of the referrer gets nothing', () => {
    const season = referred({ referralBonus: percent });
    season.join('bob', 'ada');
    season.complete('bob', 'follow');
    expect(season.person('ada').total.toFixed()).toBe('50');
    expect(season.person('grace').total.toFixed()).toBe('0');
  });

  it('qualifies by the points, and brings the bonus from the task that reaches them', () => {
    const rule = { minPoints: points(502), anyOfTasks: new Set<never>() };
    const season = referred({ referralBonus: percent, referralRule: rule });
    expect(told(season.complete('ada', 'follow'))).toEqual([
      'task.completed',
      'points.issued',
      'referral.action',
    ]);
    season.complete('ada', 'post');
    expect(season.person('ada').referral?.state).toBe('linked');
    const reached = season.complete('ada', 'post');
    expect(told(reached)).toContain('referral.converted');
    expect(eventOf(reached, 'referral.action').data).toMatchObject({ bonus: 0.1 });
  });

  it('qualifies by any of the tasks, before the points are reached', () => {
    const rule = { minPoints: points(1_000_000), anyOfTasks: new Set([taskId('post'), taskId('other')]) };
    const season = referred({ referralRule: rule });
    expect(told(season.complete('ada', 'follow'))).not.toContain('referral.converted');
    expect(told(season.complete('ada', 'post'))).toContain('referral.converted');
  });

  it('qualifies by points of any cause, and converts with the next task', () => {
    const rule = { minPoints: points(100), anyOfTasks: new Set<never>() };
    const season = referred({ referralRule: rule });
    const fired = season.fire('ada', trigger(), 1);
    expect(told(fired)).toEqual(['trigger.fired', 'points.issued']);
    expect(season.person('ada').referral?.state).toBe('qualified');
    season.deduct('ada', 100);
    expect(season.person('ada').referral?.state).toBe('qualified');
    expect(told(season.complete('ada', 'post'))).toContain('referral.converted');
  });

  it('qualifies on joining where the initial points are enough', () => {
    const rule = { minPoints: points(100), anyOfTasks: new Set<never>() };
    const season = referred({ referralRule: rule, initialPoints: points(100) });
    expect(season.person('ada').referral?.state).toBe('qualified');
  });

  it('qualifies when the claimer’s own referrals bring the points', () => {
    const rule = { minPoints: points(50), anyOfTasks: new Set<never>() };
    const season = referred({ referralRule: rule, referralBonus: percent });
    season.join('bob', 'ada');
    season.complete('bob', 'follow');
    expect(season.person('ada').referral?.state).toBe('qualified');
  });

  it('refuses the claimer’s task, whole, when the bonus would lift the referrer to 10^11', () => {
    const season = referred({ referralBonus: percent });
    season.issue('grace', '99999999999');
    expect(season.complete('ada', 'follow')).toMatchObject({
      code: 'amount_out_of_range',
      detail: expect.stringContaining('the referrer'),
    });
    expect(codeOf(season.complete('ada', 'post'))).toBe('done');
  });

  it('needs the referrer loaded', () => {
    const season = referred({ referralBonus: percent });
    season.people.delete('grace');
    expect(() => season.complete('ada', 'follow')).toThrow('was not loaded');
  });
});
