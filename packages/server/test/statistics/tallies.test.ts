import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureKinds } from '../../src/delivery/outcome.ts';
import {
  add,
  answerStatus,
  answerTime,
  answerTimes,
  deliveryTime,
  deliveryTimesOf,
  failureCounts,
  largestError,
  noAnswer,
  statusCounts,
} from '../../src/statistics/tallies.ts';

/** Of sorted times: the lowest that is not below this share of them. */
function exact(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

describe('quantiles from buckets', () => {
  it('are off by no more than they say', () => {
    const time = fc.double({ min: 1, max: 86_400_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 200 }), (times) => {
        const tallies = new Map<number, number>();
        for (const ms of times) add(tallies, answerTime(ms));
        const sorted = [...times].sort((a, b) => a - b);
        const found = answerTimes(tallies);
        for (const [share, value] of [
          [0.5, found.p50],
          [0.95, found.p95],
          [0.99, found.p99],
        ] as const) {
          const truth = exact(sorted, share);
          expect(Math.abs((value ?? Number.NaN) - truth)).toBeLessThanOrEqual(truth * largestError + 0.051);
        }
      }),
    );
  });

  it('say at most 9.1 %, as the API does', () => {
    expect(largestError).toBeLessThan(0.091);
  });

  it('keep answers and deliveries apart, and are null for nothing', () => {
    const tallies = new Map<number, number>();
    expect(answerTimes(tallies)).toEqual({ p50: null, p95: null, p99: null });
    add(tallies, deliveryTime(60_000));
    expect(answerTimes(tallies).p50).toBeNull();
    expect(deliveryTimesOf(tallies).p50).toBeGreaterThan(54_000);
    expect(deliveryTimesOf(tallies).p50).toBeLessThan(66_000);
  });

  it('have a bucket for whatever is longer or shorter', () => {
    for (const ms of [0, 0.2, 2 ** 40]) {
      const tallies = new Map([[answerTime(ms), 1]]);
      expect(answerTimes(tallies).p99).toBeGreaterThan(0);
      expect(deliveryTimesOf(tallies).p99).toBeNull();
    }
  });
});

describe('answers and failures', () => {
  it('are told by their own names, whatever else was counted', () => {
    const tallies = new Map<number, number>();
    for (const status of [100, 204, 204, 599]) add(tallies, answerStatus(status));
    for (const kind of failureKinds) add(tallies, noAnswer(kind));
    add(tallies, answerTime(3));
    expect(statusCounts(tallies)).toEqual({ '100': 1, '204': 2, '599': 1 });
    expect(failureCounts(tallies)).toEqual(Object.fromEntries(failureKinds.map((kind) => [kind, 1])));
  });
});
