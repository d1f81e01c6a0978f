import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, points, Season, told } from './season.ts';

function joined(settings = {}): Season {
  const season = new Season(settings);
  season.join('ada');
  season.issue('ada', 100, 'first');
  return season;
}

describe('points given by hand', () => {
  it('are exactly as many as said, whatever the multiplier, with the reference as their note', () => {
    const season = joined();
    season.person('ada').multiplierPercent = points(10);
    const action = { kind: 'issue_points', amount: points('299.0001'), cause: 'api' } as const;
    const decision = season.act('ada', { ...action, reference: 'order-17' });
    expect(eventOf(decision, 'points.issued').data).toMatchObject({
      amount: 299.0001,
      cause: 'api',
      note: 'order-17',
    });
    expect(decision).toMatchObject({
      result: { transaction: { amount: 299.0001 } },
      changes: [{ kind: 'ledger', bucket: 'custom', cause: 'api:order-17' }],
    });
    expect(season.person('ada').total.toFixed()).toBe('399.0001');
  });

  it('are given once under one reference, also within a batch and in either direction', () => {
    const season = joined();
    expect(codeOf(season.issue('ada', 100, 'first'))).toBe('repeated');
    expect(codeOf(season.deduct('ada', 5, 'first'))).toBe('done');
    expect(codeOf(season.issue('bob', 100, 'first'))).toBe('done');
    const api = { kind: 'issue_points', amount: points(1), cause: 'api', reference: 'x' } as const;
    expect(codeOf(season.act('ada', api))).toBe('done');
    const again = season.act('ada', api);
    expect(codeOf(again)).toBe('repeated');
    expect(again).toMatchObject({
      result: { transaction: { id: expect.stringMatching(/^txn_/), amount: 1 } },
    });
  });

  it('stand for other points under their reference never again', () => {
    const season = joined();
    const api = { kind: 'issue_points', amount: points(1), cause: 'api', reference: 'x' } as const;
    season.act('ada', api);
    expect(codeOf(season.act('ada', { ...api, kind: 'deduct_points' }))).toBe('reference_reused');
    expect(codeOf(season.act('ada', { ...api, amount: points(2) }))).toBe('reference_reused');
    expect(codeOf(season.act('ada', { ...api, cause: 'custom', amount: points(2) }))).toBe('done');
  });

  it('can be tried again under their reference after a refusal', () => {
    const season = joined();
    expect(codeOf(season.deduct('ada', 1000, 'shop'))).toBe('insufficient_points');
    season.issue('ada', 900);
    expect(codeOf(season.deduct('ada', 1000, 'shop'))).toBe('done');
  });

  it.each([
    '0',
    '-5',
    'NaN',
    'Infinity',
    '0.00001',
    '1e11',
    '1234567890123456789012345678901234567890',
  ])('cannot be %s', (amount) => {
    expect(codeOf(joined().issue('ada', amount))).toBe('amount_out_of_range');
    expect(codeOf(joined().deduct('ada', amount))).toBe('amount_out_of_range');
  });

  it('cannot bring a total to 10^11', () => {
    const season = joined();
    expect(codeOf(season.issue('ada', '99999999899.9999'))).toBe('done');
    expect(codeOf(season.issue('ada', '0.0001'))).toBe('amount_out_of_range');
  });
});

describe('points taken', () => {
  it('are told as deducted, with a positive amount', () => {
    const decision = joined().deduct('ada', '20.5', 'shop');
    expect(told(decision)).toEqual(['points.deducted']);
    expect(eventOf(decision, 'points.deducted').data).toMatchObject({ amount: 20.5, cause: 'withdrawal' });
    expect(eventOf(decision, 'points.deducted').participant?.total_points).toBe(79.5);
    expect(decision).toMatchObject({
      result: { transaction: { amount: -20.5 } },
      changes: [{ bucket: 'withdrawal', cause: 'withdrawal:shop' }],
    });
  });

  it('are never more than there are', () => {
    const season = joined();
    expect(codeOf(season.deduct('ada', '100.0001'))).toBe('insufficient_points');
    expect(codeOf(season.deduct('ada', 100))).toBe('done');
    expect(codeOf(season.deduct('ada', '0.0001'))).toBe('insufficient_points');
  });

  it('can be taken when the campaign is over, from those who took part', () => {
    const season = joined({ endsAt: new Date('2026-03-04T10:00:00.001Z') });
    season.pass(1000);
    expect(codeOf(season.deduct('ada', 10))).toBe('done');
    expect(codeOf(season.deduct('bob', 10))).toBe('not_joined');
    expect(codeOf(season.issue('ada', 10))).toBe('campaign_not_active');
  });
});

describe('a correction', () => {
  const correction = { kind: 'issue_points', cause: 'correction', reference: 'audit-1' } as const;

  it('is possible in a campaign that is over, but makes nobody a participant', () => {
    const season = joined({ endsAt: new Date('2026-03-04T10:00:00.001Z') });
    season.pass(1000);
    const decision = season.act('ada', { ...correction, amount: points(7) });
    expect(decision).toMatchObject({ kind: 'done', changes: [{ bucket: 'correction' }] });
    expect(eventOf(decision, 'points.issued').data).toMatchObject({ cause: 'correction' });
    expect(codeOf(season.act('bob', { ...correction, amount: points(7) }))).toBe('not_joined');
  });

  it('is not possible in a draft', () => {
    const season = new Season({ status: 'draft' });
    expect(codeOf(season.act('ada', { ...correction, amount: points(7) }))).toBe('campaign_not_active');
  });
});
