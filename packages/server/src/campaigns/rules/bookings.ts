import type { Decimal } from 'decimal.js';
import type { CampaignId, ParticipantId } from '../../ids.ts';
import type { Action } from './action.ts';
import type { LedgerBucket } from './decision.ts';
import { tell } from './events.ts';
import { requireJoined, takePart } from './joining.ts';
import { type Booking, book, tellIssued } from './ledger.ts';
import { amountFault } from './points.ts';
import { refuse, repeat, type Turn } from './turn.ts';

type Issue = Extract<Action, { kind: 'issue_points' }>;
type Deduct = Extract<Action, { kind: 'deduct_points' }>;

/** The ledger's name for the cause of points given or taken by hand. */
export function bookingCause({ cause, reference }: Issue | Deduct): string {
  return `${cause}:${reference}`;
}

/** Points given or taken by hand, under the caller's reference: once in a participation, whichever of the two it was. */
export function bookingKey(campaign: CampaignId, participant: ParticipantId, cause: string): string {
  return `${campaign} ${participant} ${cause}`;
}

/**
 * Points given outside tasks, exactly as many as said. Corrections set right what happened: they are possible in a
 * paused or ended campaign too, but make nobody a participant.
 */
export function issuePoints(turn: Turn, action: Issue): Booking | null {
  refuseOrRepeat(turn, action, action.amount);
  checkAmount(action);
  if (action.cause === 'correction') requireJoined(turn);
  else takePart(turn, null);
  const booking = book(turn, turn.actor, {
    amount: action.amount,
    bucket: action.cause === 'correction' ? 'correction' : 'custom',
    cause: bookingCause(action),
  });
  claimReference(turn, action, booking);
  tellIssued(turn, turn.actor, booking, {
    cause: action.cause,
    note: action.note ?? action.reference,
    account: null,
  });
  return booking;
}

/** Points taken, also after the campaign: what was won in it may be spent later. Never more than there are. */
export function deductPoints(turn: Turn, action: Deduct): Booking | null {
  refuseOrRepeat(turn, action, action.amount.neg());
  checkAmount(action);
  requireJoined(turn);
  const booking = book(turn, turn.actor, {
    amount: action.amount.neg(),
    bucket: deductionBuckets[action.cause],
    cause: bookingCause(action),
  });
  if (booking === null) return null;
  claimReference(turn, action, booking);
  tell(turn, turn.actor, 'points.deducted', {
    transaction: { id: booking.id },
    amount: action.amount.toNumber(),
    cause: action.cause,
    note: action.note ?? action.reference,
    account: null,
  });
  return booking;
}

const deductionBuckets = {
  withdrawal: 'withdrawal',
  correction: 'correction',
  custom: 'custom',
  csv: 'custom',
  api: 'custom',
} as const satisfies Record<Deduct['cause'], LedgerBucket>;

function checkAmount({ amount }: Issue | Deduct): void {
  const fault = amountFault(amount);
  if (fault !== null) refuse('amount_out_of_range', fault);
}

/** The same points once more are a repetition; other points under one reference are a mistake of the caller's. */
function refuseOrRepeat(turn: Turn, action: Issue | Deduct, amount: Decimal): void {
  const first = turn.world.bookingKeys.get(keyOf(turn, action));
  if (first === undefined) return;
  const { cause, reference } = action;
  if (!first.amount.eq(amount)) {
    refuse(
      'reference_reused',
      `The reference "${reference}" with the cause "${cause}" stands for ${first.amount.toFixed()} points of this participant already, found ${amount.toFixed()}. Use another reference for other points.`,
    );
  }
  repeat(
    `Points with the reference "${reference}" and the cause "${cause}" were booked for this participant already. Nothing was changed; use another reference for other points.`,
    { transaction: { id: first.id, amount: first.amount.toNumber() } },
  );
}

function claimReference(turn: Turn, action: Issue | Deduct, booking: Booking | null): void {
  if (booking === null) return;
  const { bookingKeys } = turn.world;
  const key = keyOf(turn, action);
  bookingKeys.set(key, booking);
  turn.onUndo(() => bookingKeys.delete(key));
}

function keyOf(turn: Turn, action: Issue | Deduct): string {
  return bookingKey(turn.campaign.id, turn.actor.person.id, bookingCause(action));
}
