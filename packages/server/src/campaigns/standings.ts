import { Decimal } from 'decimal.js';
import { standingOf, type Tier } from './rules/index.ts';

/** Tiers as they come in or stand in the database. */
export function tiersFrom(
  given: readonly { readonly name: string; readonly min_points: string | number }[],
): Tier[] {
  return given.map(({ name, min_points }) => ({ name, minPoints: new Decimal(min_points) }));
}

/** Where a total (decimal text) stands among the tiers, lowest first; points as numbers with at most 4 places. */
export function shownStanding(
  tiers: readonly { readonly name: string; readonly min_points: string }[],
  total: string,
) {
  const { tier, next } = standingOf(tiersFrom(tiers), new Decimal(total));
  return {
    tier: tier && { name: tier.name, minPoints: tier.minPoints.toNumber() },
    nextTier: next && {
      name: next.name,
      minPoints: next.minPoints.toNumber(),
      missingPoints: next.missingPoints.toNumber(),
    },
  };
}
