import type { Action, Intent } from './action.ts';
import { deductPoints, issuePoints } from './bookings.ts';
import { claim } from './claims.ts';
import type { Decision } from './decision.ts';
import { join } from './joining.ts';
import type { Booking } from './ledger.ts';
import { mergeParticipation } from './merging.ts';
import { payAutomatically, requestAgain, settlePayout } from './payouts.ts';
import { play } from './plays.ts';
import { recalculate } from './recalculation.ts';
import { resultOf } from './result.ts';
import { revokeCompletion } from './revocations.ts';
import { signIn } from './signing-in.ts';
import type { World } from './state.ts';
import { completeTask } from './tasks.ts';
import { fireTrigger } from './triggers.ts';
import { Halt, type NewId, Turn } from './turn.ts';

/**
 * Decides one action: what it changes, and the events that tell of it, numbered in the participations they are about.
 * The world is changed in place, so that the next action of the batch sees it; by a refused or repeated action, not
 * at all. Pure apart from that: the time is the intent's, and ids come from `newId`.
 * Throws only when the world lacks what the action needs, which is a fault of the loader's.
 */
export function decide(intent: Intent, world: World, tools: { readonly newId: NewId }): Decision {
  const actor = world.participation(intent.campaignId, intent.participantId);
  if (actor?.person.erased === true && !possibleAfterErasure.has(intent.action.kind)) {
    return {
      kind: 'refused',
      code: 'unknown_participant',
      detail: `The personal data of ${intent.participantId} was erased, so nobody acts under this id any more.`,
    };
  }
  if (actor === undefined) {
    return {
      kind: 'refused',
      code: 'unknown_participant',
      detail: `The participant ${intent.participantId} no longer exists. Check the id.`,
    };
  }
  const turn = new Turn(intent, world, tools.newId);
  try {
    const booking = carryOut(turn, intent.action);
    payAutomatically(turn);
    return {
      kind: 'done',
      changes: turn.changes,
      events: turn.events,
      result: resultOf(turn, booking),
    };
  } catch (reason) {
    turn.undo();
    if (reason instanceof Halt) return reason.decision;
    throw reason;
  }
}

/** What others set right: the counters of somebody who is anonymous by now still have to add up. */
const possibleAfterErasure: ReadonlySet<Action['kind']> = new Set([
  'settle_payout',
  'revoke_completion',
  'recalculate',
]);

/** Gives the ledger entry that the action itself is worth. */
function carryOut(turn: Turn, action: Action): Booking | null {
  switch (action.kind) {
    case 'sign_in':
      signIn(turn, action);
      return null;
    case 'join':
      join(turn, action);
      return null;
    case 'complete_task':
      return completeTask(turn, action);
    case 'play':
      return play(turn, action);
    case 'fire_trigger':
      return fireTrigger(turn, action);
    case 'issue_points':
      return issuePoints(turn, action);
    case 'deduct_points':
      return deductPoints(turn, action);
    case 'claim':
      claim(turn, action);
      return null;
    case 'request_payout':
      requestAgain(turn, action);
      return null;
    case 'settle_payout':
      settlePayout(turn, action);
      return null;
    case 'merge':
      mergeParticipation(turn, action);
      return null;
    case 'revoke_completion':
      revokeCompletion(turn, action);
      return null;
    case 'recalculate':
      recalculate(turn, action);
      return null;
  }
}
