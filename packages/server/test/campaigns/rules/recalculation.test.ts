import { describe, expect, it } from 'vitest';
import type { CampaignRules } from '../../../src/campaigns/rules/index.ts';
import { newId } from '../../../src/ids.ts';
import { codeOf, eventOf, points, questId, Season, task, taskId, told, trigger } from './season.ts';

const worth =
  (amounts: Readonly<Record<string, number>>) =>
  ({ tasks, quests }: CampaignRules): Partial<CampaignRules> => ({
    tasks: new Map(
      [...tasks].map(([id, one]) => [
        id,
        { ...one, points: points(amounts[one.name] ?? one.points.toNumber()) },
      ]),
    ),
    quests: new Map(
      [...quests].map(([id, one]) => [
        id,
        { ...one, points: points(amounts[id === questId('sail') ? 'sail' : ''] ?? one.points.toNumber()) },
      ]),
    ),
  });

const differenceOf = (decision: ReturnType<Season['recalculate']>) => {
  if (decision.kind !== 'done' || decision.result.difference === null) throw new Error(decision.kind);
  const { completions, points: booked, missing, bonus, bonusMissing } = decision.result.difference;
  return [completions, ...[booked, missing, bonus, bonusMissing].map((amount) => amount.toNumber())];
};

describe('a recalculation', () => {
  it('books the difference once, with the multiplier of the time', () => {
    const season = new Season({
      tasks: [task('boost', { multiplierPercent: points(10) }), task('after')],
      quests: [{ id: questId('sail'), points: points(100) }],
    });
    season.complete('ada', 'boost');
    season.complete('ada', 'after');
    expect(season.person('ada').total.toFixed()).toBe('1160');
    season.redesign(worth({ boost: 600, after: 300, sail: 200 }));
    const decision = season.recalculate('ada');
    expect(told(decision)).toEqual(['points.deducted']);
    expect(eventOf(decision, 'points.deducted').data).toMatchObject({ amount: 10, cause: 'correction' });
    expect(differenceOf(decision)).toEqual([3, -10, 0, 0, 0]);
    expect(season.person('ada').total.toFixed()).toBe('1150');
    expect(told(season.recalculate('ada'))).toEqual([]);
  });

  it('under one name happens once, whatever changed meanwhile', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    const id = newId('job');
    season.redesign(worth({ follow: 600 }));
    season.recalculate('ada', { id });
    season.redesign(worth({ follow: 700 }));
    expect(codeOf(season.recalculate('ada', { id }))).toBe('repeated');
    expect(differenceOf(season.recalculate('ada'))).toEqual([1, 100, 0, 0, 0]);
  });

  it('gives the referrer the difference of the bonus', () => {
    const season = new Season({
      tasks: [task('follow')],
      referralBonus: { kind: 'percent', percent: points(10) },
    });
    season.join('ada');
    season.join('bob', 'ada');
    season.complete('bob', 'follow');
    season.redesign((campaign) => ({
      ...worth({ follow: 1000 })(campaign),
      referralBonus: { kind: 'percent', percent: points(20) },
    }));
    const decision = season.recalculate('bob');
    expect(told(decision)).toEqual(['points.issued', 'points.issued']);
    expect(differenceOf(decision)).toEqual([1, 500, 0, 150, 0]);
    const { total, referralPoints } = season.person('ada');
    expect([total.toFixed(), referralPoints.toFixed()]).toEqual(['200', '200']);
    season.redesign(() => ({ referralBonus: null }));
    expect(differenceOf(season.recalculate('bob'))).toEqual([1, 0, 0, -200, 0]);
  });

  it('brings no bonus for what was completed before the referral qualified', () => {
    const season = new Season({
      tasks: [task('follow'), task('post')],
      referralBonus: { kind: 'percent', percent: points(10) },
      referralRule: { minPoints: null, anyOfTasks: new Set([taskId('post')]) },
    });
    season.join('ada');
    season.join('bob', 'ada');
    season.complete('bob', 'follow');
    season.complete('bob', 'post');
    season.redesign(() => ({ referralBonus: { kind: 'percent', percent: points(20) } }));
    expect(differenceOf(season.recalculate('bob'))).toEqual([1, 0, 0, 50, 0]);
  });

  it('keeps the worth of what came by a trigger, and what was revoked', () => {
    const season = new Season({ tasks: [task('pay'), task('follow')] });
    season.fire('ada', trigger({ taskId: taskId('pay') }), 3);
    season.complete('ada', 'follow');
    season.revoke('ada', 'follow');
    season.redesign(worth({ pay: 9000, follow: 9000 }));
    expect(told(season.recalculate('ada'))).toEqual([]);
  });

  it('keeps what was given with a multiplier that nobody knows', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    for (const [id, one] of season.completions)
      season.completions.set(id, { ...one, multiplierPercent: null });
    season.redesign(worth({ follow: 9000 }));
    expect(told(season.recalculate('ada'))).toEqual([]);
  });

  it('looks only at the tasks and quests that are named', () => {
    const season = new Season({ tasks: [task('follow'), task('post', { ugc: true })] });
    season.complete('ada', 'follow');
    season.complete('ada', 'post');
    season.redesign(worth({ follow: 600, post: 650 }));
    expect(differenceOf(season.recalculate('ada', { subjects: ['post'] }))).toEqual([1, 150, 0, 0, 0]);
    expect(season.person('ada').ugcPoints.toFixed()).toBe('650');
    expect(differenceOf(season.recalculate('ada'))).toEqual([1, 100, 0, 0, 0]);
  });

  it('takes no more than there is, and asks for the rest never again', () => {
    const season = new Season({
      tasks: [task('follow'), task('post', { ugc: true })],
      referralBonus: { kind: 'fixed', amount: points(40) },
    });
    season.join('ada');
    season.join('bob', 'ada');
    season.complete('bob', 'follow');
    season.complete('bob', 'post');
    season.deduct('bob', 900);
    season.deduct('ada', 75);
    season.redesign((campaign) => ({ ...worth({ follow: 450, post: 430 })(campaign), referralBonus: null }));
    const dry = season.recalculate('bob', { dryRun: true });
    expect(told(dry)).toEqual([]);
    expect(season.person('bob').total.toFixed()).toBe('100');
    const decision = season.recalculate('bob');
    expect(differenceOf(dry)).toEqual(differenceOf(decision));
    expect(differenceOf(decision)).toEqual([2, -100, 20, -5, 75]);
    expect(season.person('bob').total.toFixed()).toBe('0');
    season.issue('bob', 500);
    expect(told(season.recalculate('bob'))).toEqual([]);
  });

  it('is taken into account by a later revocation', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    season.redesign(worth({ follow: 650 }));
    season.recalculate('ada');
    const decision = season.revoke('ada', 'follow');
    expect(eventOf(decision, 'points.deducted').data).toMatchObject({ amount: 650 });
    expect(season.person('ada').total.toFixed()).toBe('0');
  });

  it('is refused when a total would get out of range, and leaves nothing behind', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    season.issue('ada', '99999999000');
    season.redesign(worth({ follow: 90_000_000_000 }));
    expect(codeOf(season.recalculate('ada'))).toBe('amount_out_of_range');
  });
});
