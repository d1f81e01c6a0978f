import type { Decimal } from 'decimal.js';
import { exact } from './points.ts';

/** A step of a campaign, reached by a total. */
export interface Tier {
  readonly name: string;
  readonly minPoints: Decimal;
}

/** Where a total stands among the tiers. */
export interface Standing {
  /** Null below the lowest tier. */
  readonly tier: Tier | null;
  /** Null in the highest tier. */
  readonly next: (Tier & { readonly missingPoints: Decimal }) | null;
}

export const mostTiers = 50;

/** `tiers` from the lowest to the highest; a total that equals a tier's points has reached it. */
export function standingOf(tiers: readonly Tier[], total: Decimal): Standing {
  const reached = tiers.filter(({ minPoints }) => total.gte(minPoints)).length;
  const next = tiers[reached];
  return {
    tier: tiers[reached - 1] ?? null,
    next: next === undefined ? null : { ...next, missingPoints: exact(next.minPoints).minus(total) },
  };
}

/** Lowest first. */
export function sortedTiers(tiers: readonly Tier[]): readonly Tier[] {
  return tiers.toSorted((a, b) => a.minPoints.comparedTo(b.minPoints));
}

/** What a list of tiers says twice. */
export interface RepeatedTier {
  /** In the order given. */
  readonly index: number;
  readonly field: 'name' | 'min_points';
  readonly detail: string;
}

/** The tiers that repeat the name or the points of one before them. */
export function repeatedTiers(tiers: readonly Tier[]): readonly RepeatedTier[] {
  return tiers.flatMap((tier, index): readonly RepeatedTier[] => {
    const before = tiers.slice(0, index);
    if (before.some(({ name }) => name === tier.name)) {
      const detail = `Found "${tier.name}" a second time, expected a name of its own for each tier. Rename one.`;
      return [{ index, field: 'name', detail }];
    }
    if (before.some(({ minPoints }) => minPoints.eq(tier.minPoints))) {
      const detail = `Found ${tier.minPoints.toFixed()} a second time, expected other points for each tier. Change one.`;
      return [{ index, field: 'min_points', detail }];
    }
    return [];
  });
}
