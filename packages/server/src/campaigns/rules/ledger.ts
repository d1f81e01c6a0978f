import type { Decimal } from 'decimal.js';
import type { EventData } from '../../catalog/index.ts';
import type { TransactionId } from '../../ids.ts';
import type { LedgerBucket } from './decision.ts';
import { tell } from './events.ts';
import { exact, pointLimit } from './points.ts';
import { qualify } from './qualification.ts';
import type { Account, Participation } from './state.ts';
import { refuse, type Turn } from './turn.ts';

/** A row of the ledger. Every one is told by exactly one `points.issued` or `points.deducted`. */
export interface Booking {
  readonly id: TransactionId;
  /** Negative when points were taken. */
  readonly amount: Decimal;
}

/**
 * Writes a row of the ledger and moves the counters with it. `cause` names what it is for, once per participation
 * and bucket. Null when there is nothing to book: an amount of zero leaves no row and no event.
 * A total never goes below zero and never reaches 10^11; what would lead there is refused.
 */
export function book(
  turn: Turn,
  whose: Participation,
  entry: { readonly amount: Decimal; readonly bucket: LedgerBucket; readonly cause: string },
): Booking | null {
  const { amount, bucket, cause } = entry;
  if (amount.isZero()) return null;
  const total = exact(whose.total).plus(amount);
  if (total.lt(0)) {
    refuse(
      'insufficient_points',
      `Found ${whose.total.toFixed()} points, expected at least the ${amount.neg().toFixed()} to deduct. Deduct less.`,
    );
  }
  if (total.gte(pointLimit)) {
    const who = whose === turn.actor ? 'the participant' : 'the referrer';
    refuse(
      'amount_out_of_range',
      `With ${amount.toFixed()} points more ${who} would have ${total.toFixed()}, expected less than 10^11 in all. Give fewer.`,
    );
  }

  const participation = turn.edit(whose);
  participation.total = total;
  if (bucket === 'referral') {
    participation.referralPoints = exact(participation.referralPoints).plus(amount);
  }
  if (bucket === 'ugc') participation.ugcPoints = exact(participation.ugcPoints).plus(amount);
  const id = turn.newId('txn');
  turn.changes.push({ kind: 'ledger', id, participation, amount, bucket, cause, at: turn.at });
  qualify(turn, participation);
  return { id, amount };
}

/** Tells of points given; nothing to tell where nothing was booked. */
export function tellIssued(
  turn: Turn,
  whose: Participation,
  booking: Booking | null,
  why: {
    readonly cause: EventData['points.issued']['cause'];
    readonly note: string | null;
    readonly account: Account | null;
  },
): void {
  if (booking === null) return;
  const { cause, note, account } = why;
  const { id, amount } = booking;
  tell(turn, whose, 'points.issued', {
    transaction: { id },
    amount: amount.toNumber(),
    cause,
    note,
    account,
  });
}
