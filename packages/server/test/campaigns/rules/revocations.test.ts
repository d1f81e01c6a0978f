import { describe, expect, it } from 'vitest';
import {
  codeOf,
  eventOf,
  hourMs,
  points,
  questId,
  reward,
  rewardId,
  Season,
  task,
  told,
  trigger,
} from './season.ts';

const revocationOf = (decision: ReturnType<Season['revoke']>) => {
  if (decision.kind !== 'done' || decision.result.revocation === null) throw new Error(decision.kind);
  return decision.result.revocation;
};

describe('revoking a completion', () => {
  it('takes its points back, tells so with the reason, and opens the task again', () => {
    const season = new Season({ tasks: [task('follow'), task('other', { questId: questId('else') })] });
    season.complete('ada', 'follow');
    season.complete('ada', 'other');
    const decision = season.revoke('ada', 'follow');
    expect(told(decision)).toEqual(['points.deducted']);
    expect(eventOf(decision, 'points.deducted').data).toMatchObject({
      amount: 500,
      cause: 'correction',
      note: 'Cheated',
    });
    expect(season.person('ada').total.toFixed()).toBe('500');
    expect(codeOf(season.complete('ada', 'other'))).toBe('repeated');
    expect(codeOf(season.complete('ada', 'follow'))).toBe('done');
    expect(season.person('ada').total.toFixed()).toBe('1000');
  });

  it('happens once', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    season.revoke('ada', 'follow');
    expect(codeOf(season.revoke('ada', 'follow'))).toBe('repeated');
  });

  it('takes the quest back that no longer holds, and only then', () => {
    const season = new Season({
      tasks: [task('daily', { recurrence: 'daily' }), task('once')],
      quests: [{ id: questId('sail'), points: points(1000) }],
    });
    season.complete('ada', 'daily');
    season.pass(24 * hourMs);
    season.complete('ada', 'daily');
    season.complete('ada', 'once');
    expect(season.person('ada').total.toFixed()).toBe('2500');
    expect(revocationOf(season.revoke('ada', 'daily')).quest).toBeNull();
    season.complete('ada', 'daily');
    expect(revocationOf(season.revoke('ada', 'once'))).toMatchObject({ quest: questId('sail') });
    expect(season.person('ada').total.toFixed()).toBe('1000');
    expect(told(season.complete('ada', 'once'))).toContain('quest.completed');
    expect(season.person('ada').total.toFixed()).toBe('2500');
  });

  it('never takes more than there is, and says what is missing', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    season.deduct('ada', 450.5);
    const revocation = revocationOf(season.revoke('ada', 'follow'));
    expect([revocation.taken.toFixed(), revocation.missing.toFixed()]).toEqual(['49.5', '450.5']);
    expect(season.person('ada').total.toFixed()).toBe('0');
    season.complete('ada', 'follow');
    season.deduct('ada', 500);
    const nothing = season.revoke('ada', 'follow');
    expect(told(nothing)).toEqual([]);
    expect(revocationOf(nothing).missing.toFixed()).toBe('500');
  });

  it('takes the referrer’s bonus of it back, from what came by referrals', () => {
    const season = new Season({
      tasks: [task('follow'), task('other', { questId: questId('else') })],
      referralBonus: { kind: 'percent', percent: points(10) },
    });
    season.join('ada');
    season.join('bob', 'ada');
    season.complete('bob', 'follow');
    season.complete('bob', 'other');
    const decision = season.revoke('bob', 'follow');
    expect(revocationOf(decision).referrer?.taken.toFixed()).toBe('50');
    expect(told(decision)).toEqual(['points.deducted', 'points.deducted']);
    const { total, referralPoints } = season.person('ada');
    expect([total.toFixed(), referralPoints.toFixed()]).toEqual(['50', '50']);
    expect(season.person('bob').referral?.state).toBe('converted');
  });

  it('lowers what is user-generated content', () => {
    const season = new Season({ tasks: [task('post', { ugc: true, recurrence: 'unlimited' })] });
    season.complete('ada', 'post');
    season.complete('ada', 'post');
    season.revoke('ada', 'post');
    expect(season.person('ada').ugcPoints.toFixed()).toBe('500');
  });

  it('lowers the multiplier by what the first completion added, when none is left', () => {
    const season = new Season({
      tasks: [
        task('boost', { multiplierPercent: points(10), recurrence: 'unlimited' }),
        task('other', { questId: questId('else') }),
      ],
    });
    season.complete('ada', 'boost');
    season.complete('ada', 'boost');
    season.redesign(({ tasks }) => ({
      tasks: new Map([...tasks].map(([id, one]) => [id, { ...one, multiplierPercent: points(99) }])),
    }));
    season.revoke('ada', 'boost');
    expect(season.person('ada').multiplierPercent.toFixed()).toBe('10');
    const first = season.standing('ada', 'boost')[0];
    if (first === undefined) throw new Error('none left');
    season.act('ada', { kind: 'revoke_completion', completion: first.id, reason: 'Both' });
    expect(season.person('ada').multiplierPercent.toFixed()).toBe('0');
    expect(season.person('ada').total.toFixed()).toBe('0');
  });

  it('takes points of a reward back, and what is no points unless it was claimed', () => {
    const season = new Season({
      tasks: [task('follow', { reward: { id: rewardId('bonus'), amount: '15.25' } })],
      quests: [{ id: questId('sail'), reward: { id: rewardId('box'), amount: '1' } }],
      rewards: [reward('bonus', { kind: 'points', unit: 'Points' }), reward('box')],
    });
    season.complete('ada', 'follow');
    const revocation = revocationOf(season.revoke('ada', 'follow'));
    expect(revocation.taken.toFixed()).toBe('515.25');
    expect(revocation).toMatchObject({ keptEarnings: [], revokedEarnings: [expect.any(String)] });
    expect(season.person('ada').total.toFixed()).toBe('0');
    expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
    season.complete('ada', 'follow');
    season.claim('ada');
    expect(revocationOf(season.revoke('ada', 'follow'))).toMatchObject({
      keptEarnings: [expect.any(String)],
      revokedEarnings: [],
    });
  });

  it('reaches any of several completions, and leaves the newest period as the one that counts', () => {
    const season = new Season({ tasks: [task('daily', { recurrence: 'daily' })] });
    for (let day = 0; day < 3; day += 1) {
      season.complete('ada', 'daily');
      season.pass(24 * hourMs);
    }
    season.pass(-24 * hourMs);
    const [first, second, third] = season.standing('ada', 'daily');
    if (first === undefined || second === undefined || third === undefined) throw new Error('three expected');
    const revoke = (completion: typeof first) =>
      season.act('ada', { kind: 'revoke_completion', completion: completion.id, reason: 'x' });
    revoke(second);
    expect(codeOf(season.complete('ada', 'daily'))).toBe('repeated');
    revoke(third);
    expect([...season.person('ada').completedTasks.values()]).toEqual([{ period: first.period, count: 1 }]);
    expect(codeOf(season.complete('ada', 'daily'))).toBe('done');
  });

  it('takes a completion back that a trigger brought', () => {
    const season = new Season({ tasks: [task('pay')] });
    season.fire('ada', trigger({ taskId: task('pay').id }), 3);
    expect(revocationOf(season.revoke('ada', 'pay')).taken.toFixed()).toBe('300');
  });

  it('is possible in a campaign that is over, not in a draft', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.complete('ada', 'follow');
    season.redesign(() => ({ status: 'draft' }));
    expect(codeOf(season.revoke('ada', 'follow'))).toBe('campaign_not_active');
    season.redesign(() => ({ status: 'ended' }));
    expect(codeOf(season.revoke('ada', 'follow'))).toBe('done');
  });
});
