import type { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { counterDeltas } from '../../../src/campaigns/rules/index.ts';
import { points } from './season.ts';

/** Whole ones, alike but for the fraction, close together, and of every size. */
const total = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map((n) => points(n)),
  fc.integer({ min: 0, max: 9_999 }).map((n) => points(100).plus(points(n).div(10_000))),
  fc.integer({ min: 1, max: 100 }).map((n) => points(n).div(10_000)),
  fc.constantFrom(0.9999, 1, 1.0001, 31.9999, 32, 99_999_999_999, 99_999_999_999.9999).map((n) => points(n)),
  fc.bigInt({ min: 0n, max: 999_999_999_999_999n }).map((n) => points(n.toString()).div(10_000)),
);

type Counts = Map<string, { level: number; prefix: number; digit: number; count: number }>;

function move(counts: Counts, before: Decimal, after: Decimal): void {
  for (const { delta, ...key } of counterDeltas(before, after)) {
    const name = `${key.level} ${key.prefix} ${key.digit}`;
    const known = counts.get(name) ?? { ...key, count: 0 };
    known.count += delta;
    counts.set(name, known);
  }
}

/** As `read_ranks` sums them up. */
function position(counts: Counts, of: Decimal): number {
  const whole = of.floor();
  const digits = BigInt(whole.toFixed()) * 32_768n + BigInt(of.minus(whole).times(10_000).toFixed());
  let ahead = 0;
  for (let place = 0; place <= 10; place++) {
    const prefix = digits >> BigInt(5 * (place + 1));
    const digit = Number((digits >> BigInt(5 * place)) & 31n);
    for (const one of counts.values()) {
      if (one.level === place - 3 && BigInt(one.prefix) === prefix && one.digit > digit) ahead += one.count;
    }
  }
  return 1 + ahead;
}

it('gives every total the position that counting those ahead gives, wherever people moved before', () => {
  fc.assert(
    fc.property(fc.array(fc.array(total, { minLength: 1, maxLength: 4 }), { maxLength: 20 }), (histories) => {
      const counts: Counts = new Map();
      for (const history of histories) {
        let before = points(0);
        for (const after of history) {
          move(counts, before, after);
          before = after;
        }
      }
      const totals = histories.flatMap((history) => history.at(-1) ?? []);
      for (const one of totals.filter((each) => each.gt(0))) {
        expect(position(counts, one)).toBe(1 + totals.filter((other) => other.gt(one)).length);
      }
      for (const { count } of counts.values()) expect(count).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 },
  );
});

/** The counts that a total is part of, digit by digit, without the digits that are 0. */
function countsOf(of: Decimal): string[] {
  if (of.lte(0)) return [];
  const whole = of.floor();
  const all = BigInt(whole.toFixed()) * 32_768n + BigInt(of.minus(whole).times(10_000).toFixed());
  const digits = all.toString(32).padStart(11, '0');
  return [...digits].flatMap((digit, at) => (digit === '0' ? [] : [digits.slice(0, at + 1)]));
}

it('takes a total out of the counts it leaves and into those it enters, and touches no other', () => {
  fc.assert(
    fc.property(total, total, (before, after) => {
      const [left, entered] = [countsOf(before), countsOf(after)];
      const expected = [
        ...left.filter((name) => !entered.includes(name)).map((name) => `-1 ${name}`),
        ...entered.filter((name) => !left.includes(name)).map((name) => `1 ${name}`),
      ];
      const moved = counterDeltas(before, after).map(({ level, prefix, digit, delta }) => {
        const leading = prefix === 0 ? '' : prefix.toString(32);
        return `${delta} ${leading.padStart(7 - level, '0')}${digit.toString(32)}`;
      });
      expect(moved.sort()).toEqual(expected.sort());
    }),
  );
});

it('changes nothing for the fraction of whole totals, and little for small steps', () => {
  const changed = (before: number, after: number) => counterDeltas(points(before), points(after)).length;
  expect(changed(1_000, 1_001)).toBe(2);
  expect(changed(500, 500)).toBe(0);
  expect(counterDeltas(points(0), points(1))).toEqual([{ level: 0, prefix: 0, digit: 1, delta: 1 }]);
  expect(changed(1_000.5, 1_000.5001)).toBeLessThanOrEqual(4);
});
