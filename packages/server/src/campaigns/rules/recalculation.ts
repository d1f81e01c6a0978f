import type { Decimal } from 'decimal.js';
import type { JobId, ParticipantId, QuestId, TaskId } from '../../ids.ts';
import type { Action } from './action.ts';
import { type Corrected, correct, correctBonus, together } from './corrections.ts';
import { boosted, exact } from './points.ts';
import { bonusFor, referrerOf } from './referrals.ts';
import type { CampaignRules, PastCompletion } from './state.ts';
import { repeat, type Turn } from './turn.ts';

type Recalculate = Extract<Action, { kind: 'recalculate' }>;

/** Somebody in a recalculation. */
export function recalculationKey(recalculation: JobId, participant: ParticipantId): string {
  return `${recalculation} ${participant}`;
}

/**
 * What somebody's completions would be worth by the settings of today: the points of their tasks and quests with the
 * multiplier of their time, and the referrer's bonus of that. What came by a trigger keeps the trigger's worth, and
 * what was given with a multiplier that is not known keeps its points. The difference is booked once: for the
 * participant under the recalculation, for the referrer under the recalculation and the claimer.
 */
export function recalculate(turn: Turn, action: Recalculate): void {
  const { recalculated } = turn.world.corrections;
  const key = recalculationKey(action.recalculation, turn.actor.person.id);
  if (recalculated.has(key)) {
    repeat(`The participant has been recalculated by ${action.recalculation} already. Nothing was changed.`);
  }
  const revalued = revalue(turn, action);
  if (revalued.length === 0) return;
  const sumOf = (some: readonly Revalued[], of: 'points' | 'bonus') =>
    some.reduce((sum, one) => sum.plus(one[of]), exact(0));
  const points = sumOf(
    revalued.filter(({ completion }) => !completion.ugc),
    'points',
  );
  const ugc = sumOf(
    revalued.filter(({ completion }) => completion.ugc),
    'points',
  );
  const bonus = sumOf(revalued, 'bonus');

  const dry = action.dryRun;
  const cause = `recalculation:${action.recalculation}`;
  const note = 'Recalculation';
  const own = together(
    dry
      ? wouldBe(turn.actor.total, ugc)
      : correct(turn, turn.actor, { amount: ugc, bucket: 'ugc', cause, note }),
    dry
      ? wouldBe(exact(turn.actor.total).plus(wouldBe(turn.actor.total, ugc).amount), points)
      : correct(turn, turn.actor, { amount: points, bucket: 'correction', cause, note }),
  );
  const referrer = turn.actor.referrer === null ? null : referrerOf(turn, turn.actor);
  const theirs =
    referrer === null
      ? wouldBe(exact(0), exact(0))
      : dry
        ? wouldBe(referrer.total, bonus)
        : correctBonus(turn, referrer, { amount: bonus, cause: `${cause}:${turn.actor.person.id}`, note });

  const difference = {
    completions: revalued.length,
    points: own.amount,
    missing: own.missing,
    referrer: referrer?.person.id ?? null,
    bonus: theirs.amount,
    bonusMissing: theirs.missing,
  };
  recalculated.add(key);
  turn.onUndo(() => recalculated.delete(key));
  turn.changes.push({
    kind: 'recalculation',
    recalculation: action.recalculation,
    participation: turn.actor,
    difference,
  });
  turn.corrected = { ...turn.corrected, difference };
}

interface Revalued {
  readonly completion: PastCompletion;
  readonly points: Decimal;
  readonly bonus: Decimal;
}

/** The completions whose worth differs, by how much; they are worth it from now on, but not in a dry run. */
function revalue(turn: Turn, { subjects, dryRun }: Recalculate): readonly Revalued[] {
  const revalued: Revalued[] = [];
  for (const completion of turn.world.corrections.completions.values()) {
    if (completion.participation !== turn.actor || completion.revokedAt !== null) continue;
    if (subjects !== null && !subjects.has(completion.subject)) continue;
    const { worth: worthBefore, bonus: bonusBefore } = completion;
    const worth = worthToday(turn.campaign, completion);
    const bonus = bonusBefore === null ? null : bonusFor(turn.campaign.referralBonus, worth);
    const points = exact(worth).minus(worthBefore);
    const more = exact(bonus ?? 0).minus(bonusBefore ?? 0);
    if (points.isZero() && more.isZero()) continue;
    revalued.push({ completion, points, bonus: more });
    if (dryRun) continue;
    completion.worth = worth;
    completion.bonus = bonus;
    turn.onUndo(() => {
      completion.worth = worthBefore;
      completion.bonus = bonusBefore;
    });
    turn.changes.push({ kind: 'revaluation', completion });
  }
  return revalued;
}

function worthToday(campaign: CampaignRules, completion: PastCompletion): Decimal {
  const { subject, multiplierPercent, byTrigger, worth } = completion;
  const rules = campaign.tasks.get(subject as TaskId) ?? campaign.quests.get(subject as QuestId);
  if (byTrigger || multiplierPercent === null || rules === undefined) return worth;
  return boosted(rules.points, multiplierPercent);
}

function wouldBe(total: Decimal, amount: Decimal): Corrected {
  const lowest = exact(total).neg();
  const possible = amount.lt(lowest) ? lowest : amount;
  return { amount: possible, missing: exact(possible).minus(amount) };
}
