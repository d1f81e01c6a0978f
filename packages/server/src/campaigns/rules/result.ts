import type { QuestId, TaskId } from '../../ids.ts';
import type { ActionResult } from './decision.ts';
import type { Booking } from './ledger.ts';
import type { Turn } from './turn.ts';

/** What the turn gave the one who acted, read off its changes. */
export function resultOf(turn: Turn, own: Booking | null): ActionResult {
  const { actor, changes, events } = turn;
  let completion: ActionResult['completion'] = null;
  let played: ActionResult['play'] = null;
  let triggerEvent: ActionResult['trigger_event'] = null;
  const quests: ActionResult['quests'][number][] = [];
  const earnings: ActionResult['earnings'][number][] = [];
  for (const change of changes) {
    if (change.kind === 'play') played = { id: change.id };
    if (change.kind === 'trigger_event') triggerEvent = { id: change.id };
    if (change.kind === 'earning' && change.participation === actor) {
      const { id, reward, amount } = change.earning;
      earnings.push({ id, reward, amount });
    }
    if (change.kind !== 'completion') continue;
    const { id, subject, period } = change;
    const points = change.points.toNumber();
    if (isTask(subject)) completion = { id, task: subject, period, points };
    else quests.push({ id: subject, points });
  }
  return {
    joined: events.some(({ event }) => event.type === 'user.joined_campaign'),
    completion,
    quests,
    play: played,
    ...turn.corrected,
    trigger_event: triggerEvent,
    transaction: own === null ? null : { id: own.id, amount: own.amount.toNumber() },
    earnings,
    claim: turn.claim,
    payout: turn.payout,
  };
}

function isTask(subject: TaskId | QuestId): subject is TaskId {
  return subject.startsWith('tsk_');
}
