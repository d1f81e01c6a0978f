import type { Decimal } from 'decimal.js';
import type { ParticipantId } from '../../ids.ts';
import type { Action } from './action.ts';
import { tell } from './events.ts';
import { takePart } from './joining.ts';
import { type Booking, book, tellIssued } from './ledger.ts';
import { amountFault, exact, measureFault, worthOf } from './points.ts';
import type { TriggerRules } from './state.ts';
import { completablePeriod, recordCompletion, taskOf } from './tasks.ts';
import { refuse, repeat, type Turn } from './turn.ts';

/** A trigger event of the caller's key. */
export function triggerKey(triggerId: string, participant: ParticipantId, key: string): string {
  return `${triggerId} ${participant} ${key}`;
}

/**
 * The organization says that something happened, worth exactly what its credit rule says: no multiplier, so that the
 * ledger, claimr's xp and Reward's transaction show one number. Where the trigger completes a task, that number
 * takes the place of the task's own points; where the task cannot be completed (it was, in this period, or others
 * come before it), the points are given all the same, since what happened did happen.
 */
export function fireTrigger(turn: Turn, action: Extract<Action, { kind: 'fire_trigger' }>): Booking | null {
  const { trigger, value, key, account } = action;
  const { triggerKeys } = turn.world;
  if (trigger.campaignId !== turn.campaign.id) {
    throw new Error(`the trigger ${trigger.id} credits another campaign than the intent names`);
  }
  const name = key === null ? null : triggerKey(trigger.id, turn.actor.person.id, key);
  const first = name === null ? undefined : triggerKeys.get(name);
  if (first !== undefined) {
    repeat(
      `The trigger "${trigger.id}" was fired for this participant with this key already. Nothing was changed.`,
      { trigger_event: { id: first } },
    );
  }
  const measured = value === null ? null : exact(value);
  const fault = measured === null ? null : measureFault('a value', measured);
  if (fault !== null) refuse('amount_out_of_range', fault);
  const points = creditOf(trigger, measured);
  const task = trigger.taskId === null ? null : taskOf(turn, trigger.taskId);
  takePart(turn, account);

  const id = turn.newId('tre');
  if (name !== null) {
    triggerKeys.set(name, id);
    turn.onUndo(() => triggerKeys.delete(name));
  }
  turn.changes.push({
    kind: 'trigger_event',
    id,
    trigger: trigger.id,
    participation: turn.edit(turn.actor),
    value: measured?.toFixed() ?? null,
    key,
    at: turn.at,
  });
  tell(turn, turn.actor, 'trigger.fired', {
    trigger: { id: trigger.id, name: trigger.name },
    trigger_event: { id },
    value,
  });

  const period = task === null ? null : completablePeriod(turn, task);
  if (task !== null && period !== null) {
    return recordCompletion(turn, {
      task,
      period,
      points,
      multiplierPercent: null,
      triggerEvent: id,
      account,
      score: null,
    }).booking;
  }
  const booking = book(turn, turn.actor, { amount: points, bucket: 'custom', cause: id });
  tellIssued(turn, turn.actor, booking, { cause: 'api', note: trigger.name, account });
  return booking;
}

/** Zero is allowed: a trigger may be told of without being worth anything. */
function creditOf({ id, credit }: TriggerRules, value: Decimal | null): Decimal {
  if (credit.kind === 'fixed') return credit.amount;
  if (value === null) {
    refuse(
      'amount_out_of_range',
      `The trigger "${id}" gives points by its value, and none was sent. Send one.`,
    );
  }
  const points = worthOf(value, credit.rate);
  const fault = points.isZero() ? null : amountFault(points);
  if (fault !== null) {
    refuse(
      'amount_out_of_range',
      `${fault} The trigger "${id}" gives ${credit.rate.toFixed()} for each unit of its value.`,
    );
  }
  return points;
}
