import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counterDeltas } from '../../../src/campaigns/rules/leaderboard.ts';

/** Points in ten-thousandths: small ones meet in their digits, large ones fill all of them. */
const total = fc
  .oneof(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 0, max: 999_999_999_999_999 }))
  .map((points) => new Decimal(points).div(10_000));

/** The counts that a total is part of, digit by digit of its whole part in base 32. */
function countsOf(points: Decimal): string[] {
  if (points.lte(0)) return [];
  const digits = BigInt(points.floor().toFixed()).toString(32).padStart(8, '0');
  return [...digits].map((digit, at) => `${7 - at} ${digits.slice(0, at) || '0'} ${digit}`);
}

function moved(before: Decimal, after: Decimal): Map<string, number> {
  const deltas = new Map<string, number>();
  for (const { level, prefix, digit, delta } of counterDeltas(before, after)) {
    const name = `${level} ${prefix.toString(32).padStart(7 - level, '0')} ${digit.toString(32)}`;
    deltas.set(name, (deltas.get(name) ?? 0) + delta);
  }
  return deltas;
}

describe('what moves when a total does', () => {
  it('takes it out of the counts it leaves and into those it enters, and touches no other', () => {
    fc.assert(
      fc.property(total, total, (before, after) => {
        const [left, entered] = [countsOf(before), countsOf(after)];
        const expected = new Map([
          ...left.filter((name) => !entered.includes(name)).map((name) => [name, -1] as const),
          ...entered.filter((name) => !left.includes(name)).map((name) => [name, 1] as const),
        ]);
        expect(moved(before, after)).toEqual(expected);
      }),
    );
  });

  it('is nothing when only the fraction does', () => {
    expect(counterDeltas(new Decimal('7.25'), new Decimal('7.5'))).toEqual([]);
  });

  it('is all eight counts when somebody gets their first points or loses their last', () => {
    expect(counterDeltas(new Decimal(0), new Decimal('0.5'))).toHaveLength(8);
    expect(counterDeltas(new Decimal(3), new Decimal(0))).toHaveLength(8);
  });
});
