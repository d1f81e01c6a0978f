import type { Decimal } from 'decimal.js';

/**
 * A leaderboard position without counting participants: for every total, written in base 32, the database keeps how
 * many participants share each leading run of digits. Whoever is ahead of a total differs from it first at some digit
 * and has a higher one there, so the position is a sum of at most 31 counts for each digit, whether ten thousand or a
 * million take part, and however many of them have totals that are alike.
 */

/** Eight digits in base 32 hold every whole part below 2^40; points have at most 11 digits before the point. */
const wholeLevels = 8;
/** Three hold the ten-thousandths behind it. */
const fractionLevels = 3;
const base = 32;
const fractionBase = base ** fractionLevels;

/** One count: how many totals have this digit at this level behind these leading digits. */
export interface CounterKey {
  /** From -3, the last digit of the fraction, over 0, the last of the whole part, to 7. */
  readonly level: number;
  readonly prefix: number;
  /** Never 0: nobody is ahead by having it, so whole totals take up nothing for their fraction. */
  readonly digit: number;
}

/** What changes when somebody's total moves: most leading digits stay, so most counts do. Nobody counts without points. */
export function counterDeltas(
  before: Decimal,
  after: Decimal,
): readonly (CounterKey & { readonly delta: number })[] {
  const deltas: (CounterKey & { readonly delta: number })[] = [];
  const counted = { before: before.gt(0), after: after.gt(0) };
  let left = counted.before ? digitsOf(before) : 0;
  let entered = counted.after ? digitsOf(after) : 0;
  for (let level = -fractionLevels; level < wholeLevels; level++) {
    // From here on all leading digits are the same; those of 0 are all 0.
    if (left === entered) break;
    const [leftPrefix, enteredPrefix] = [Math.floor(left / base), Math.floor(entered / base)];
    const [leftDigit, enteredDigit] = [left - leftPrefix * base, entered - enteredPrefix * base];
    if (leftDigit > 0) deltas.push({ level, prefix: leftPrefix, digit: leftDigit, delta: -1 });
    if (enteredDigit > 0) deltas.push({ level, prefix: enteredPrefix, digit: enteredDigit, delta: 1 });
    left = leftPrefix;
    entered = enteredPrefix;
  }
  return deltas;
}

/** All digits of a total in one number below 2^52, which a double holds exactly. */
function digitsOf(total: Decimal): number {
  const whole = total.floor();
  return whole.toNumber() * fractionBase + total.minus(whole).times(10_000).toNumber();
}
