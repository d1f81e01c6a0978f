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

/** What changes when somebody's total moves: most leading digits stay, so most counts do. Nobody counts without points. */
export function counterDeltas(
  before: Decimal,
  after: Decimal,
): readonly (CounterKey & { readonly delta: number })[] {
  const deltas: (CounterKey & { readonly delta: number })[] = [];
  const counted = { before: before.gt(0), after: after.gt(0) };
  let left = counted.before ? before.floor().toNumber() : 0;
  let entered = counted.after ? after.floor().toNumber() : 0;
  for (let level = 0; level < leaderboardLevels; level++) {
    // From here on all leading digits are the same.
    if (counted.before && counted.after && left === entered) break;
    const [leftPrefix, enteredPrefix] = [Math.floor(left / base), Math.floor(entered / base)];
    if (counted.before)
      deltas.push({ level, prefix: leftPrefix, digit: left - leftPrefix * base, delta: -1 });
    if (counted.after) {
      deltas.push({ level, prefix: enteredPrefix, digit: entered - enteredPrefix * base, delta: 1 });
    }
    left = leftPrefix;
    entered = enteredPrefix;
  }
  return deltas;
}
