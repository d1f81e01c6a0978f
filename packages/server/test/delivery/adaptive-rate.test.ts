import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdaptiveRate, afterAnswer, firstRate } from '../../src/delivery/adaptive-rate.ts';

function answered(
  rate: AdaptiveRate,
  {
    count,
    totalMs,
    overloaded = false,
    busy = true,
    most = null,
    everyMs = 100,
    from = rate.changedAt,
  }: {
    count: number;
    totalMs: number;
    overloaded?: boolean;
    busy?: boolean;
    most?: number | null;
    everyMs?: number;
    from?: number;
  },
): AdaptiveRate {
  let now = from;
  let current = rate;
  for (let n = 0; n < count; n++) {
    now += everyMs;
    current = afterAnswer(current, { totalMs, overloaded }, { now, most, busy });
  }
  return current;
}

describe('an adaptive rate', () => {
  it('rises by a tenth and one a second while answers are quick and it is made use of', () => {
    const after = answered(firstRate(0), { count: 30, totalMs: 20 });
    expect(after.perSecond).toBeCloseTo(((10 * 1.1 + 1) * 1.1 + 1) * 1.1 + 1);
  });

  it('stays where it is while nothing waits for it', () => {
    expect(answered(firstRate(0), { count: 100, totalMs: 20, busy: false }).perSecond).toBe(10);
  });

  it('never rises above what the owner allows', () => {
    expect(answered(firstRate(0), { count: 1_000, totalMs: 20, most: 25 }).perSecond).toBe(25);
  });

  it('falls by half when the receiver asks for less, once a second', () => {
    const risen = answered(firstRate(0), { count: 200, totalMs: 20 });
    const asked = answered(risen, { count: 5, totalMs: 20, overloaded: true, from: risen.changedAt + 1_000 });
    expect(asked.perSecond).toBe(risen.perSecond / 2);
  });

  it('falls when answers become ever slower, and gets used to a receiver that is simply slow', () => {
    const quick = answered(firstRate(0), { count: 200, totalMs: 20 });
    const slower = answered(quick, { count: 60, totalMs: 800 });
    expect(slower.perSecond).toBeLessThan(quick.perSecond);
    const slow = answered(firstRate(0), { count: 200, totalMs: 800 });
    expect(slow.perSecond).toBeGreaterThan(50);
  });

  it('stays between one and ten thousand, whatever is seen', () => {
    const seen = fc.array(
      fc.record({
        totalMs: fc.nat(30_000),
        overloaded: fc.boolean(),
        busy: fc.boolean(),
        passMs: fc.nat(5_000),
      }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(seen, (history) => {
        let rate = firstRate(0);
        let now = 0;
        for (const { passMs, busy, ...answer } of history) {
          now += passMs;
          rate = afterAnswer(rate, answer, { now, most: null, busy });
          expect(rate.perSecond).toBeGreaterThanOrEqual(1);
          expect(rate.perSecond).toBeLessThanOrEqual(10_000);
        }
      }),
    );
  });
});
