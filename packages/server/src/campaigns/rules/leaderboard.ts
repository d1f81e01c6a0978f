import type { Decimal } from 'decimal.js';

/**
 * A leaderboard position without counting participants: for every total, by its whole part in base 32, the database
 * keeps how many participants share each leading run of digits. Whoever is ahead of a total differs from it first at
 * some digit and has a higher one there, so the position is a sum of at most 31 counts for each of the 8 digits,
 * whether ten thousand or a million take part. Equal whole parts are told apart by looking at the totals themselves.
 */

/** Eight digits in base 32 hold every whole part below 2^40; points have at most 11 digits before the point. */
const leaderboardLevels = 8;
const base = 32;

/** One count: how many totals have this digit at this level behind these leading digits. */
export interface CounterKey {
  readonly level: number;
  readonly prefix: number;
  readonly digit: number;
}

/** The counts that a total is part of; none for those without points, who have no position. */
export function countersOf(total: Decimal): readonly CounterKey[] {
  if (total.lte(0)) return [];
  const keys: CounterKey[] = [];
  let rest = total.floor().toNumber();
  for (let level = 0; level < leaderboardLevels; level++) {
    const prefix = Math.floor(rest / base);
    keys.push({ level, prefix, digit: rest - prefix * base });
    rest = prefix;
  }
  return keys;
}

/** What changes when somebody's total moves: most leading digits stay, so most counts do. */
export function counterDeltas(
  before: Decimal,
  after: Decimal,
): readonly (CounterKey & { readonly delta: number })[] {
  const name = ({ level, prefix, digit }: CounterKey) => `${level} ${prefix} ${digit}`;
  const left = new Map(countersOf(before).map((key) => [name(key), key]));
  const entered = countersOf(after).filter((key) => !left.delete(name(key)));
  return [
    ...[...left.values()].map((key) => ({ ...key, delta: -1 })),
    ...entered.map((key) => ({ ...key, delta: 1 })),
  ];
}
