import type { CampaignId, ParticipantId } from '../../ids.ts';
import type { Action } from './action.ts';
import { tell } from './events.ts';
import { takePart } from './joining.ts';
import type { Booking } from './ledger.ts';
import { boosted } from './points.ts';
import { requirePrerequisites } from './prerequisites.ts';
import { openPeriod } from './recurrence.ts';
import { checkScore, keepScore } from './scores.ts';
import type { Form, TaskRules } from './state.ts';
import { recordCompletion, requireTrust, taskOf } from './tasks.ts';
import { refuse, repeat, type Turn } from './turn.ts';

type Play = Extract<Action, { kind: 'play' }>;

/** A play of the caller's key. */
export function playKey(campaign: CampaignId, participant: ParticipantId, key: string): string {
  return `${campaign} ${participant} ${key}`;
}

/** Somebody in a campaign. */
export function participationKey(campaign: CampaignId, participant: ParticipantId): string {
  return `${campaign} ${participant}`;
}

/**
 * One round of a game: an opt-in form, a level or another task, a score, or several of them, told in this order: the
 * form, the completed task with all that follows from it, a new personal best.
 *
 * A form counts when it is the first one or differs from the one before. A level may be played again for a better
 * score: what was completed in this period is not completed a second time. A browser's score counts only in what
 * browsers may complete. Whoever brings neither a new form, nor a
 * score, nor a completion has done nothing new.
 *
 * The form is told by itself and its task by `task.completed`: were the event of the form to name the task too,
 * claimr's receivers would be told twice of one action.
 */
export function play(turn: Turn, action: Play): Booking | null {
  const { playKeys } = turn.world.games;
  const { account, score, key } = action;
  const name = key === null ? null : playKey(turn.campaign.id, turn.actor.person.id, key);
  const first = name === null ? undefined : playKeys.get(name);
  if (first !== undefined) {
    repeat(`The participant has a play with the key "${key}" already. Nothing was changed.`, {
      play: { id: first },
    });
  }
  checkScore(score);
  const task = roundOf(turn, action.round);
  if (task !== null) requireTrust(turn, task);
  else if (score !== null && turn.intent.trust === 'browser') {
    refuse(
      'forbidden',
      'Found a score from a browser without what was played, expected the level or the task_id of a task that browsers may complete. Name it, or report the score from your server with an API token.',
    );
  }
  const period = task && openPeriod(task.recurrence, turn.at, turn.actor.completedTasks.get(task.id));
  const form = newForm(turn, action.fields);
  if (form === null && score === null && period === null) repeat(nothingNew(action, task));
  takePart(turn, account);
  if (task !== null) requirePrerequisites(turn, task);

  const id = turn.newId('ply');
  if (name !== null) {
    playKeys.set(name, id);
    turn.onUndo(() => playKeys.delete(name));
  }
  if (form !== null) {
    submit(turn, form);
    tell(turn, turn.actor, 'game.optin_submitted', {
      play: { id },
      task: null,
      account,
      fields: form,
      points: 0,
      level: task?.level ?? null,
    });
  }
  const done =
    task === null || period === null
      ? null
      : recordCompletion(turn, {
          task,
          period,
          points: boosted(task.points, turn.actor.multiplierPercent),
          multiplierPercent: turn.actor.multiplierPercent,
          triggerEvent: null,
          account,
          score: score?.toNumber() ?? null,
        });
  const highScore = score !== null && keepScore(turn, { score, level: task?.level ?? null, play: id });
  turn.changes.push({
    kind: 'play',
    id,
    participation: turn.edit(turn.actor),
    task: task?.id ?? null,
    completion: done?.id ?? null,
    score,
    highScore,
    fields: form,
    account,
    key,
    at: turn.at,
  });
  return done?.booking ?? null;
}

function roundOf(turn: Turn, round: Play['round']): TaskRules | null {
  if (round === null) return null;
  if ('task' in round) return taskOf(turn, round.task);
  const { campaign } = turn;
  const [task, another] = [...campaign.tasks.values()].filter(({ level }) => level?.id === round.level);
  if (task === undefined) {
    refuse(
      'unknown_task',
      `The campaign "${campaign.name}" has no task with the level "${round.level}". Check the id of the level, or name the task by task_id.`,
    );
  }
  if (another !== undefined) {
    refuse(
      'unknown_task',
      `Several tasks of the campaign "${campaign.name}" have the level "${round.level}", among them ${task.id} and ${another.id}. Name one of them by task_id.`,
    );
  }
  return task;
}

/** The form, unless it is the one that was submitted before. */
function newForm(turn: Turn, fields: Form | null): Form | null {
  if (fields === null) return null;
  const before = turn.world.games.forms.get(participationKey(turn.campaign.id, turn.actor.person.id));
  if (before === undefined) return fields;
  const names = Object.keys(fields);
  const same =
    names.length === Object.keys(before).length &&
    names.every((field) => Object.hasOwn(before, field) && before[field] === fields[field]);
  return same ? null : fields;
}

/** What snapshots and the catalogue hold of a person. */
const mostFields = 100;

/** From now on the person's fields hold those of the form too. */
function submit(turn: Turn, form: Form): void {
  const { forms } = turn.world.games;
  const actor = turn.edit(turn.actor);
  const key = participationKey(turn.campaign.id, actor.person.id);
  const before = forms.get(key);
  forms.set(key, form);
  turn.onUndo(() => {
    if (before === undefined) forms.delete(key);
    else forms.set(key, before);
  });
  const fields = { ...actor.person.fields, ...form };
  const count = Object.keys(fields).length;
  if (count > mostFields) {
    refuse(
      'invalid_participant',
      `With this form the participant would have ${count} fields, expected at most ${mostFields}. Send fewer, or use the names of fields they have.`,
    );
  }
  actor.person = { ...actor.person, fields };
}

function nothingNew({ fields }: Play, task: TaskRules | null): string {
  const said = [
    ...(fields === null ? [] : ['this form was submitted before']),
    ...(task === null ? [] : [`the task "${task.name}" has been completed in this period`]),
  ];
  return `Found nothing new in this play: ${said.join(', and ')}. Nothing was changed.`;
}
