import type { QuestId, TaskId } from '../../ids.ts';
import type { Action } from './action.ts';
import { type Corrected, correct, correctBonus, together } from './corrections.ts';
import { returnToStock } from './earnings.ts';
import { requireJoined } from './joining.ts';
import type { Earning } from './payment.ts';
import { editEarning } from './payouts.ts';
import { exact } from './points.ts';
import { questOf } from './quests.ts';
import { referrerOf } from './referrals.ts';
import type { PastCompletion } from './state.ts';
import { repeat, type Turn } from './turn.ts';

/**
 * Takes a completion back: its points and those of its reward, the referrer's bonus of it, and the quest that no
 * longer holds without it. The task, or the quest, can be completed again. What was told stays told, the referral
 * keeps its state. Rewards that nobody claimed yet are taken back too, and are in stock again; those that were asked for
 * stay with the participant, since they may have been paid. Possible in a paused or ended campaign.
 */
export function revokeCompletion(turn: Turn, action: Extract<Action, { kind: 'revoke_completion' }>): void {
  const { reason } = action;
  const completion = turn.world.corrections.completions.get(action.completion);
  if (completion === undefined || completion.participation !== turn.actor) {
    throw new Error(`the completion ${action.completion} of ${turn.actor.person.id} was not loaded`);
  }
  if (completion.revokedAt !== null) {
    repeat(
      `The completion ${completion.id} was revoked at ${completion.revokedAt.toISOString()} already. Nothing was changed.`,
    );
  }
  requireJoined(turn);

  const quest = withdraw(turn, completion, reason);
  const own = takeBack(turn, completion, reason);
  const all = quest === null ? own : together(own, takeBack(turn, quest, reason));
  const bonus =
    completion.bonus === null
      ? null
      : correctBonus(turn, referrerOf(turn, turn.actor), {
          amount: completion.bonus.neg(),
          cause: causeOf(completion),
          note: reason,
        });
  const brought = [...completion.earnings, ...(quest?.earnings ?? [])];
  for (const earning of brought) revokeEarning(turn, earning);
  turn.corrected = {
    ...turn.corrected,
    revocation: {
      completion: completion.id,
      quest: quest === null ? null : (quest.subject as QuestId),
      taken: all.amount.abs(),
      missing: all.missing,
      referrer:
        bonus === null
          ? null
          : {
              id: referrerOf(turn, turn.actor).person.id,
              taken: bonus.amount.abs(),
              missing: bonus.missing,
            },
      revokedEarnings: brought.filter(isRevoked).map(({ id }) => id),
      keptEarnings: brought.filter((one) => !isRevoked(one)).map(({ id }) => id),
    },
  };
}

function revokeEarning(turn: Turn, earning: Earning): void {
  if (earning.state !== 'claimable' || earning.payout !== null) return;
  editEarning(turn, earning).state = 'revoked';
  returnToStock(turn, earning);
}

function isRevoked({ state }: Earning): boolean {
  return state === 'revoked';
}

function causeOf({ id }: PastCompletion): string {
  return `revocation:${id}`;
}

function takeBack(turn: Turn, completion: PastCompletion, reason: string): Corrected {
  return correct(turn, turn.actor, {
    amount: exact(completion.worth).plus(completion.rewardPoints).neg(),
    bucket: completion.ugc ? 'ugc' : 'correction',
    cause: causeOf(completion),
    note: reason,
  });
}

/** Undoes what having completed it meant; gives the completed quest that no longer holds. */
function withdraw(turn: Turn, completion: PastCompletion, reason: string): PastCompletion | null {
  const { subject } = completion;
  mark(turn, completion, reason);
  if (!isTask(subject)) {
    uncompleteQuest(turn, subject);
    return null;
  }
  if (!uncountCompletion(turn, completion, subject)) return null;
  const task = turn.campaign.tasks.get(subject);
  const quest = task && completedQuest(turn, questOf(turn.campaign, task).id);
  if (quest === undefined) return null;
  mark(turn, quest, reason);
  uncompleteQuest(turn, quest.subject as QuestId);
  return quest;
}

function isTask(subject: TaskId | QuestId): subject is TaskId {
  return subject.startsWith('tsk_');
}

function mark(turn: Turn, completion: PastCompletion, reason: string): void {
  completion.revokedAt = turn.at;
  turn.onUndo(() => {
    completion.revokedAt = null;
  });
  turn.changes.push({ kind: 'revocation', completion, reason, at: turn.at });
}

function completedQuest(turn: Turn, quest: QuestId): PastCompletion | undefined {
  if (!turn.actor.completedQuests.has(quest)) return undefined;
  return [...turn.world.corrections.completions.values()].find(
    (one) => one.subject === quest && one.participation === turn.actor && one.revokedAt === null,
  );
}

function uncompleteQuest(turn: Turn, quest: QuestId): void {
  const { completedQuests } = turn.edit(turn.actor);
  if (!completedQuests.delete(quest)) return;
  turn.onUndo(() => completedQuests.add(quest));
}

/** Whether the task has not been completed at all any more. Then the multiplier loses what the first completion added. */
function uncountCompletion(turn: Turn, completion: PastCompletion, task: TaskId): boolean {
  const actor = turn.edit(turn.actor);
  const { completedTasks } = actor;
  const before = completedTasks.get(task);
  if (before === undefined) throw new Error(`the completion ${completion.id} counts for nothing`);
  turn.onUndo(() => completedTasks.set(task, before));
  forgetPeriod(turn, completion);
  const newest = before.period === completion.period ? completion.earlierPeriod : before.period;
  if (before.count > 1 && newest !== null) {
    completedTasks.set(task, { period: newest, count: before.count - 1 });
    return false;
  }
  completedTasks.delete(task);
  const raise = completion.multiplierRaise ?? turn.campaign.tasks.get(task)?.multiplierPercent ?? exact(0);
  const left = exact(actor.multiplierPercent).minus(raise);
  actor.multiplierPercent = left.isNegative() ? exact(0) : left;
  return true;
}

/** Others of this batch may name the period of this one as the one before theirs. */
function forgetPeriod(turn: Turn, completion: PastCompletion): void {
  for (const one of turn.world.corrections.completions.values()) {
    if (one.subject !== completion.subject || one.participation !== completion.participation) continue;
    if (one.earlierPeriod !== completion.period) continue;
    const { earlierPeriod } = one;
    one.earlierPeriod = completion.earlierPeriod;
    turn.onUndo(() => {
      one.earlierPeriod = earlierPeriod;
    });
  }
}
