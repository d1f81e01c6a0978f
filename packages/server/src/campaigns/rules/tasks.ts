import type { Decimal } from 'decimal.js';
import type { CompletionId, TaskId, TriggerEventId } from '../../ids.ts';
import type { Action } from './action.ts';
import { earn } from './earnings.ts';
import { shownTask, tell } from './events.ts';
import { takePart } from './joining.ts';
import { type Booking, book, tellIssued } from './ledger.ts';
import { boosted, exact, multiplierLimit } from './points.ts';
import { missingPrerequisites, requirePrerequisites } from './prerequisites.ts';
import { qualify } from './qualification.ts';
import { completeQuest, questOf } from './quests.ts';
import { openPeriod } from './recurrence.ts';
import { rewardReferrer } from './referrals.ts';
import { checkScore, keepScore } from './scores.ts';
import type { Account, TaskRules } from './state.ts';
import { refuse, repeat, type Turn } from './turn.ts';

type CompleteTask = Extract<Action, { kind: 'complete_task' }>;

/** Somebody completes a task. Whoever has not joined joins by it. */
export function completeTask(turn: Turn, action: CompleteTask): Booking | null {
  const { taskId, account, score } = action;
  const task = taskOf(turn, taskId);
  requireTrust(turn, task);
  const period = openPeriod(task.recurrence, turn.at, turn.actor.completedTasks.get(taskId));
  if (period === null) repeatCompletion(turn, task);
  takePart(turn, account);
  requirePrerequisites(turn, task);
  checkScore(score);
  const { multiplierPercent } = turn.actor;
  const { booking } = recordCompletion(turn, {
    task,
    period,
    points: boosted(task.points, multiplierPercent),
    multiplierPercent,
    triggerEvent: null,
    account,
    score: score?.toNumber() ?? null,
  });
  if (score !== null && task.level !== null) keepScore(turn, { score, level: task.level, play: null });
  return booking;
}

/** The period in which a task may be completed now, its prerequisites met; null when it may not. */
export function completablePeriod(turn: Turn, task: TaskRules): string | null {
  if (missingPrerequisites(turn.campaign, task, turn.actor).length > 0) return null;
  return openPeriod(task.recurrence, turn.at, turn.actor.completedTasks.get(task.id));
}

export function taskOf(turn: Turn, id: TaskId): TaskRules {
  const task = turn.campaign.tasks.get(id);
  if (task === undefined) {
    refuse(
      'unknown_task',
      `The task ${id} is not one of the campaign "${turn.campaign.name}". Check both ids.`,
    );
  }
  return task;
}

/** Points are not self-issued: a browser completes only what the owner lets browsers complete. */
export function requireTrust(turn: Turn, task: TaskRules): void {
  if (turn.intent.trust === 'server' || task.browser) return;
  refuse(
    'forbidden',
    `The task "${task.name}" cannot be completed from a browser. Complete it from your server with an API token, or set "browser": true on the task if participants may say so themselves.`,
  );
}

/** Writes the completion and everything that follows from it, in causal order. */
export function recordCompletion(
  turn: Turn,
  done: {
    readonly task: TaskRules;
    readonly period: string;
    readonly points: Decimal;
    /** What the points were raised by; null for those of a trigger. */
    readonly multiplierPercent: Decimal | null;
    readonly triggerEvent: TriggerEventId | null;
    readonly account: Account | null;
    readonly score: number | null;
  },
): { readonly id: CompletionId; readonly booking: Booking | null } {
  const { task, period, points, multiplierPercent, triggerEvent, account, score } = done;
  const actor = turn.edit(turn.actor);
  const multiplierRaise = countCompletion(turn, task, period);
  const id = turn.newId('cpl');
  const bucket = bucketOf(task);
  const booking = book(turn, actor, { amount: points, bucket, cause: id });
  qualify(turn, actor);

  const quest = questOf(turn.campaign, task);
  tell(turn, actor, 'task.completed', {
    task: shownTask(task),
    quest: { id: quest.id, name: quest.name },
    account,
    points: points.toNumber(),
    ugc: task.ugc,
    level: task.level,
    score,
  });
  tellIssued(turn, actor, booking, { cause: bucket, note: null, account });
  earn(turn, task.reward, { cause: id, bucket, account });
  completeQuest(turn, task, { account, score });
  const bonus = rewardReferrer(turn, { task, points, account, cause: id });
  turn.changes.push({
    kind: 'completion',
    id,
    subject: task.id,
    participation: actor,
    period,
    account,
    points,
    multiplierPercent,
    multiplierRaise,
    triggerEvent,
    bonus,
    at: turn.at,
  });
  return { id, booking };
}

/** What the participant made counts as such, also in a game; a level of a game counts as played. */
export function bucketOf(task: TaskRules): 'task' | 'ugc' | 'game' {
  if (task.ugc) return 'ugc';
  return task.level === null ? 'task' : 'game';
}

/** The first completion raises the multiplier, which counts from the next points on; gives what it is raised by. */
function countCompletion(turn: Turn, task: TaskRules, period: string): Decimal | null {
  const actor = turn.edit(turn.actor);
  const { completedTasks } = actor;
  const before = completedTasks.get(task.id);
  completedTasks.set(task.id, { period, count: (before?.count ?? 0) + 1 });
  turn.onUndo(() => {
    if (before === undefined) completedTasks.delete(task.id);
    else completedTasks.set(task.id, before);
  });
  if (before !== undefined) return null;
  if (task.multiplierPercent.isZero()) return task.multiplierPercent;
  const raised = exact(actor.multiplierPercent).plus(task.multiplierPercent);
  if (raised.gte(multiplierLimit)) {
    refuse(
      'amount_out_of_range',
      `The task "${task.name}" would raise the multiplier to ${raised.toFixed()} %, expected less than 100000 %. Lower it.`,
    );
  }
  actor.multiplierPercent = raised;
  return task.multiplierPercent;
}

function repeatCompletion({ actor }: Turn, task: TaskRules): never {
  const detail = `The task "${task.name}" ${periodWords[task.recurrence]}. Nothing was changed.`;
  const done = actor.completedTasks.get(task.id);
  repeat(detail, {}, done === undefined ? null : { task: task.id, period: done.period });
}

const periodWords = {
  once: 'can be completed once and has been',
  every_8_hours: 'has been completed in these 8 hours already (they begin at 0, 8 and 16 o’clock UTC)',
  daily: 'has been completed today already (days are those of UTC)',
  weekly: 'has been completed this week already (weeks begin on Monday, UTC)',
  unlimited: 'can be completed at any time',
} as const;
