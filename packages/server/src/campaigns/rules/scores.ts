import type { Decimal } from 'decimal.js';
import type { PlayId } from '../../ids.ts';
import { tell } from './events.ts';
import { exact, measureFault } from './points.ts';
import type { Participation, TaskRules } from './state.ts';
import { refuse, type Turn } from './turn.ts';

/** Refuses what no event could show as its number. */
export function checkScore(score: Decimal | null): void {
  const fault = score === null ? null : measureFault('a score', score);
  if (fault !== null) refuse('amount_out_of_range', fault);
}

/**
 * A score of the one who acts, from a play or from a completed level. The higher one is the better one; beating one's
 * own best, or having one for the first time, is told. Says whether it did. It comes last of what the action tells,
 * before `rank.changed`.
 */
export function keepScore(
  turn: Turn,
  by: { readonly score: Decimal; readonly level: TaskRules['level']; readonly play: PlayId | null },
): boolean {
  const { score } = by;
  const previous = turn.actor.bestScore;
  if (previous !== null && score.lte(previous)) return false;
  const actor = turn.edit(turn.actor);
  actor.bestScore = exact(score);
  tell(turn, actor, 'game.high_score', {
    play: by.play === null ? null : { id: by.play },
    level: by.level,
    score: score.toNumber(),
    high_score: score.toNumber(),
    previous_high_score: previous?.toNumber() ?? null,
    is_campaign_best: takesLead(turn, actor, score),
    points: 0,
  });
  return true;
}

/** Whether nobody in the campaign has a better score. Test participants take nobody's place. */
function takesLead(turn: Turn, { person, campaignId }: Participation, score: Decimal): boolean {
  if (person.test) return false;
  const { bestScores } = turn.world.games;
  const best = bestScores.get(campaignId);
  if (best !== undefined && score.lt(best)) return false;
  bestScores.set(campaignId, score);
  turn.onUndo(() => {
    if (best === undefined) bestScores.delete(campaignId);
    else bestScores.set(campaignId, best);
  });
  return true;
}
