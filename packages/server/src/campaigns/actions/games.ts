import { Decimal } from 'decimal.js';
import { type CampaignId, idFromUuid, type ParticipantId } from '../../ids.ts';
import {
  type InCampaign,
  knownPlays,
  lockBestScores,
  newestForms,
  type Queryable,
} from '../../storage/index.ts';
import { type Games, type Intent, type Participation, participationKey, playKey } from '../rules/index.ts';

/** What the rules of games need for these intents; asks nothing when nobody plays. */
export async function loadGames(
  transaction: Queryable,
  intents: readonly Intent[],
  participation: (campaign: CampaignId, participant: ParticipantId) => Participation | undefined,
): Promise<Games> {
  const keys: (InCampaign & { readonly key: string })[] = [];
  const submitters = new Map<string, InCampaign>();
  const leads = new Set<CampaignId>();
  for (const { action, campaignId, participantId } of intents) {
    if (action.kind !== 'play' && action.kind !== 'complete_task') continue;
    const best = participation(campaignId, participantId)?.bestScore ?? null;
    if (action.score !== null && (best === null || action.score.gt(best))) leads.add(campaignId);
    if (action.kind !== 'play') continue;
    const who = { campaignId, participantId };
    if (action.key !== null) keys.push({ ...who, key: action.key });
    if (action.fields !== null) submitters.set(participationKey(campaignId, participantId), who);
  }

  const known = keys.length === 0 ? [] : await knownPlays(transaction, keys);
  const forms = submitters.size === 0 ? [] : await newestForms(transaction, [...submitters.values()]);
  const best = leads.size === 0 ? [] : await lockBestScores(transaction, [...leads]);
  return {
    playKeys: new Map(
      known.map((row) => [
        playKey(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id), row.key),
        idFromUuid('ply', row.id),
      ]),
    ),
    forms: new Map(
      forms.map((row) => [
        participationKey(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id)),
        row.fields,
      ]),
    ),
    bestScores: new Map(best.map((row) => [idFromUuid('cmp', row.campaign_id), new Decimal(row.best_score)])),
  };
}
