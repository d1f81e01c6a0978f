import type { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { repeatedTiers, sortedTiers, standingOf } from '../../../src/campaigns/rules/index.ts';
import { points } from './season.ts';

const tier = (name: string, minPoints: number) => ({ name, minPoints: points(minPoints) });
const tenThousandths = fc.integer({ min: 0, max: 1_000_000 }).map((n) => points(n).div(10_000));

it('reaches a tier with exactly its points, and not one ten-thousandth earlier', () => {
  const tiers = [tier('Bronze', 100), tier('Silver', 250.5)];
  const at = (total: string) => {
    const { tier: reached, next } = standingOf(tiers, points(total));
    return [reached?.name ?? null, next?.name ?? null, next?.missingPoints.toFixed() ?? null];
  };
  expect(at('0')).toEqual([null, 'Bronze', '100']);
  expect(at('99.9999')).toEqual([null, 'Bronze', '0.0001']);
  expect(at('100')).toEqual(['Bronze', 'Silver', '150.5']);
  expect(at('250.4999')).toEqual(['Bronze', 'Silver', '0.0001']);
  expect(at('250.5')).toEqual(['Silver', null, null]);
  expect(standingOf([], points(7))).toEqual({ tier: null, next: null });
});

it('shows the highest tier that the total reaches, and the lowest that it does not', () => {
  const distinct = fc.uniqueArray(tenThousandths, { selector: (one) => one.toFixed(), maxLength: 50 });
  fc.assert(
    fc.property(distinct, tenThousandths, (steps, total) => {
      const tiers = sortedTiers(steps.map((minPoints, n) => ({ name: `${n}`, minPoints })));
      const { tier: reached, next } = standingOf(tiers, total);
      const below = steps.filter((one) => one.lte(total));
      const above = steps.filter((one) => one.gt(total));
      const by = (a: Decimal, b: Decimal) => a.comparedTo(b);
      expect(reached?.minPoints.toFixed()).toBe(below.toSorted(by).at(-1)?.toFixed());
      expect(next?.minPoints.toFixed()).toBe(above.toSorted(by)[0]?.toFixed());
      if (next !== null) expect(next.missingPoints.plus(total).eq(next.minPoints)).toBe(true);
    }),
  );
});

it('finds names and points that are there twice', () => {
  const tiers = [tier('Bronze', 100), tier('Bronze', 200), tier('Silver', 100), tier('Gold', 300)];
  expect(repeatedTiers(tiers).map(({ index, field }) => [index, field])).toEqual([
    [1, 'name'],
    [2, 'min_points'],
  ]);
});
