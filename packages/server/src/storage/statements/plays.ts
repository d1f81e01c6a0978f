import {
  type CampaignId,
  type CompletionId,
  type OrganizationId,
  type ParticipantId,
  type PlayId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../../ids.ts';
import { boolArray, idArray, textArray, timestamptzArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

type Fields = Readonly<Record<string, string | number | boolean | null>>;

export interface PlayChange {
  readonly id: PlayId;
  readonly organizationId: OrganizationId;
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
  readonly taskId: TaskId | null;
  readonly completionId: CompletionId | null;
  readonly score: string | null;
  readonly highScore: boolean;
  /** Only a form that differs from the one before. The person's fields take it in. */
  readonly fields: Fields | null;
  readonly platform: string | null;
  readonly account: string | null;
  readonly key: string | null;
  readonly at: Date;
}

/**
 * Writes plays, and what their forms tell of people. A second play of a key violates `plays_once` and fails the whole
 * batch: the rules refuse it before. The participations are locked, so two forms of somebody in one campaign come one
 * after the other; what two campaigns learn at once is merged row by row.
 */
export async function writePlays(transaction: Queryable, plays: readonly PlayChange[]): Promise<void> {
  await transaction.query({
    name: 'write_plays',
    text: `insert into plays (id, organization_id, campaign_id, participant_id, task_id, completion_id, score,
                              high_score, fields, platform, account, key, played_at)
           select i, o, c, p, task_id, completion_id, score::numeric, high_score, fields::jsonb, platform, account, key, at
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::bool[],
                         $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[])
                  as r (i, o, c, p, task_id, completion_id, score, high_score, fields, platform, account, key, at)`,
    values: [
      idArray(plays.map((row) => row.id)),
      idArray(plays.map((row) => row.organizationId)),
      idArray(plays.map((row) => row.campaignId)),
      idArray(plays.map((row) => row.participantId)),
      idArray(plays.map((row) => row.taskId)),
      idArray(plays.map((row) => row.completionId)),
      textArray(plays.map((row) => row.score)),
      boolArray(plays.map((row) => row.highScore)),
      textArray(plays.map((row) => row.fields && JSON.stringify(row.fields))),
      textArray(plays.map((row) => row.platform)),
      textArray(plays.map((row) => row.account)),
      textArray(plays.map((row) => row.key)),
      timestamptzArray(plays.map((row) => row.at)),
    ],
  });
  const told = new Map<ParticipantId, Fields>();
  for (const { participantId, fields } of plays) {
    if (fields !== null) told.set(participantId, { ...told.get(participantId), ...fields });
  }
  // By id, so that two batches cannot wait for each other.
  for (const [id, fields] of [...told].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await transaction.query({
      name: 'learn_fields',
      text: 'update participants set fields = fields || $2::jsonb, updated_at = now() where id = $1',
      values: [uuidOf(id), JSON.stringify(fields)],
    });
  }
}

/** Somebody in a campaign. */
export interface InCampaign {
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
}

export interface KnownPlay {
  readonly id: Uuid;
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  readonly key: string;
}

/** Which of these plays there are already. Uses the index `plays_once`. */
export async function knownPlays(
  transaction: Queryable,
  keys: readonly (InCampaign & { readonly key: string })[],
): Promise<readonly KnownPlay[]> {
  const result = await transaction.query<KnownPlay>({
    name: 'known_plays',
    text: `select p.id, p.campaign_id, p.participant_id, p.key
             from unnest($1::uuid[], $2::uuid[], $3::text[]) as k (campaign_id, participant_id, key)
            cross join lateral (
              select * from plays l
               where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id
                 and l.key = k.key limit 1) p`,
    values: [
      idArray(keys.map((key) => key.campaignId)),
      idArray(keys.map((key) => key.participantId)),
      textArray(keys.map((key) => key.key)),
    ],
  });
  return result.rows;
}

export interface FormRow {
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  readonly fields: Fields;
}

/** The newest form of each of these, where there is one. Uses the index `plays_with_form`. */
export async function newestForms(
  transaction: Queryable,
  keys: readonly InCampaign[],
): Promise<readonly FormRow[]> {
  const result = await transaction.query<FormRow>({
    name: 'newest_forms',
    text: `select p.campaign_id, p.participant_id, p.fields
             from unnest($1::uuid[], $2::uuid[]) as k (campaign_id, participant_id)
            cross join lateral (
              select * from plays l
               where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id
                 and l.fields is not null
               order by l.id desc limit 1) p`,
    values: [idArray(keys.map((key) => key.campaignId)), idArray(keys.map((key) => key.participantId))],
  });
  return result.rows;
}

/** Any number, the same in every Fanfare: what the locks below are of. */
const bestScoreLock = 7_219_350;

/**
 * The best score of each of these campaigns, test participants apart; none where nobody has one. Until the
 * transaction ends nobody else learns or changes them, so that of two who take the lead at once each knows of the
 * other. To be asked once a transaction, after the participations are locked. Uses the index `participations_by_score`
 * and passes over the test participants that are ahead.
 */
export async function lockBestScores(
  transaction: Queryable,
  campaigns: readonly CampaignId[],
): Promise<readonly { campaign_id: Uuid; best_score: string }[]> {
  const values = [idArray(campaigns)];
  // By itself: a statement sees what was committed when it began.
  await transaction.query({
    name: 'lock_best_scores',
    text: `select pg_advisory_xact_lock(${bestScoreLock}, k) from (
             select distinct hashtext(c::text) as k from unnest($1::uuid[]) as c order by k) as k`,
    values,
  });
  const result = await transaction.query<{ campaign_id: Uuid; best_score: string }>({
    name: 'read_best_scores',
    text: `select k.campaign_id, p.best_score::text
             from unnest($1::uuid[]) as k (campaign_id)
            cross join lateral (
              select l.best_score from participations l
               where l.campaign_id = k.campaign_id and l.best_score is not null
                 and not exists (select 1 from participants q where q.id = l.participant_id and q.test)
               order by l.best_score desc limit 1) p`,
    values,
  });
  return result.rows;
}
