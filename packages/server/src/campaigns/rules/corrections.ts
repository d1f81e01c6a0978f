import type { Decimal } from 'decimal.js';
import { tell } from './events.ts';
import { book } from './ledger.ts';
import { exact } from './points.ts';
import type { Participation } from './state.ts';
import type { Turn } from './turn.ts';

export interface Corrected {
  /** Negative when points were taken. */
  readonly amount: Decimal;
  /** How much more would have been taken, had there been points. */
  readonly missing: Decimal;
}

const nothing: Corrected = { amount: exact(0), missing: exact(0) };

/**
 * Sets right what was given before: gives points, or takes as many as there are, never more. Told as a correction.
 * What was referral or user-generated content is corrected in its own bucket, so that those counters stay the sums of
 * their buckets.
 */
export function correct(
  turn: Turn,
  whose: Participation,
  entry: {
    readonly amount: Decimal;
    readonly bucket: 'correction' | 'ugc' | 'referral';
    readonly cause: string;
    readonly note: string;
  },
): Corrected {
  const { bucket, cause, note } = entry;
  const lowest = exact(whose.total).neg();
  const amount = entry.amount.lt(lowest) ? lowest : exact(entry.amount);
  const booking = book(turn, whose, { amount, bucket, cause });
  const missing = exact(amount).minus(entry.amount);
  if (booking === null) return { ...nothing, missing };
  tell(turn, whose, amount.isNegative() ? 'points.deducted' : 'points.issued', {
    transaction: { id: booking.id },
    amount: amount.abs().toNumber(),
    cause: 'correction',
    note,
    account: null,
  });
  return { amount, missing };
}

/** As `correct`, of the bonus that a claimer's completions brought their referrer. */
export function correctBonus(
  turn: Turn,
  referrer: Participation,
  entry: { readonly amount: Decimal; readonly cause: string; readonly note: string },
): Corrected {
  const corrected = correct(turn, referrer, { ...entry, bucket: 'referral' });
  if (!corrected.amount.isZero()) {
    turn.changes.push({ kind: 'referral_bonus', claimer: turn.actor, amount: corrected.amount });
  }
  return corrected;
}

export function together(one: Corrected, other: Corrected): Corrected {
  return {
    amount: exact(one.amount).plus(other.amount),
    missing: exact(one.missing).plus(other.missing),
  };
}
