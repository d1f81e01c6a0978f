import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, personId, points, Season, task, told } from './season.ts';

describe('joining', () => {
  it('gives the initial points once and tells so in order', () => {
    const season = new Season({ initialPoints: points(100) });
    const first = season.join('ada');
    expect(told(first)).toEqual(['user.joined_campaign', 'points.issued']);
    expect(eventOf(first, 'points.issued').data).toMatchObject({ amount: 100, cause: 'initial' });
    expect(season.person('ada')).toMatchObject({ joinedAt: season.at, seq: 2, changed: true });
    expect(first).toMatchObject({ result: { joined: true, transaction: null } });

    const again = season.join('ada');
    expect(again).toMatchObject({ kind: 'repeated', result: { joined: false } });
    expect(season.person('ada').total.toFixed()).toBe('100');
  });

  it('keeps the team and shows it', () => {
    const season = new Season();
    const action = { kind: 'join', referrer: null, code: null, account: null, team: 'Blue' } as const;
    expect(eventOf(season.act('ada', action), 'user.joined_campaign').participant?.team).toBe('Blue');
  });

  it('happens by itself, and is told first, when somebody acts who has not joined', () => {
    const season = new Season({ initialPoints: points(100), tasks: [task('follow')] });
    const decision = season.complete('ada', 'follow');
    expect(told(decision).slice(0, 4)).toEqual([
      'user.joined_campaign',
      'points.issued',
      'task.completed',
      'points.issued',
    ]);
    expect(decision).toMatchObject({ result: { joined: true, completion: { points: 500 } } });
    expect(told(season.issue('bob', 5))).toEqual(['user.joined_campaign', 'points.issued', 'points.issued']);
  });

  it('does not happen by signing in, which is possible in any campaign', () => {
    const season = new Season({ status: 'ended' });
    const account = { platform: 'discord', name: 'ada' };
    const decision = season.act('ada', { kind: 'sign_in', method: 'discord', account, sessionId: 'ses_1' });
    expect(told(decision)).toEqual(['user.signed_in']);
    expect(season.person('ada')).toMatchObject({ joinedAt: null, seq: 1, changed: true });
  });

  it.each([
    ['is a draft', { status: 'draft' }],
    ['is paused', { status: 'paused' }],
    ['has ended', { status: 'ended' }],
    ['starts a millisecond later', { startsAt: new Date('2026-03-04T10:00:00.001Z') }],
    ['ends just now', { endsAt: new Date('2026-03-04T10:00:00.000Z') }],
  ] as const)('is refused, as acting is, when the campaign %s', (_, settings) => {
    const season = new Season({ ...settings, tasks: [task('follow')] });
    expect(codeOf(season.join('ada'))).toBe('campaign_not_active');
    expect(codeOf(season.complete('ada', 'follow'))).toBe('campaign_not_active');
    expect(codeOf(season.issue('ada', 5))).toBe('campaign_not_active');
  });

  it('is possible from the first millisecond of a campaign to its last', () => {
    const season = new Season({
      startsAt: new Date('2026-03-04T10:00:00.000Z'),
      endsAt: new Date('2026-03-04T10:00:00.001Z'),
    });
    expect(codeOf(season.join('ada'))).toBe('done');
  });

  it('carries the trust of the credential into every event', () => {
    const season = new Season({ initialPoints: points(1) });
    const action = { kind: 'join', referrer: null, code: null, account: null, team: null } as const;
    const decision = season.act('ada', action, 'browser');
    expect(told(decision)).toHaveLength(2);
  });
});

describe('a referrer', () => {
  it('is named when joining, counted, and told of', () => {
    const season = new Season({ initialPoints: points(100) });
    season.join('grace');
    const referrer = personId('grace');
    const action = { kind: 'join', referrer, code: 'GRACE-7F', account: null, team: null } as const;
    const decision = season.act('ada', action);
    expect(told(decision)).toEqual(['user.joined_campaign', 'points.issued', 'referral.joined']);
    const mention = { id: referrer, external_id: 'external-grace' };
    expect(eventOf(decision, 'user.joined_campaign').data).toEqual({ referrer: mention });
    expect(eventOf(decision, 'referral.joined').data).toMatchObject({ referrer: mention, code: 'GRACE-7F' });
    expect(season.person('grace')).toMatchObject({ referralCount: 1, changed: true, seq: 2 });
    expect(season.person('ada').referrer).toBe(referrer);
  });

  it('is the first one for good', () => {
    const season = new Season();
    season.join('grace');
    season.join('linus');
    season.join('ada', 'grace');
    expect(codeOf(season.join('ada', 'grace'))).toBe('repeated');
    expect(codeOf(season.join('ada'))).toBe('repeated');
    expect(season.join('ada', 'linus')).toMatchObject({
      code: 'referral_too_late',
      detail: expect.stringContaining(`through ${personId('grace')}`),
    });
    expect(season.person('linus').referralCount).toBe(0);
  });

  it('cannot be named after joining, also when that happened by acting', () => {
    const season = new Season({ tasks: [task('follow')] });
    season.join('grace');
    season.complete('ada', 'follow');
    expect(codeOf(season.join('ada', 'grace'))).toBe('referral_too_late');
  });

  it('is never oneself', () => {
    const season = new Season();
    expect(codeOf(season.join('ada', 'ada'))).toBe('self_referral');
    season.join('ada');
    expect(codeOf(season.join('ada', 'ada'))).toBe('self_referral');
  });

  it('must have joined before, so that referrals form no circle', () => {
    const season = new Season();
    season.person('grace');
    expect(codeOf(season.join('ada', 'grace'))).toBe('unknown_referrer');
    expect(codeOf(season.join('ada', 'nobody'))).toBe('unknown_referrer');
    season.join('ada');
    season.join('grace', 'ada');
    expect(codeOf(season.join('ada', 'grace'))).toBe('referral_too_late');
  });

  it('is a test participant if the one who joins is, and only then', () => {
    const season = new Season();
    season.person('tester', { test: true });
    season.person('probe', { test: true });
    season.join('tester');
    season.join('grace');
    expect(codeOf(season.join('ada', 'tester'))).toBe('unknown_referrer');
    expect(codeOf(season.join('probe', 'grace'))).toBe('unknown_referrer');
    expect(codeOf(season.join('probe', 'tester'))).toBe('done');
  });
});
