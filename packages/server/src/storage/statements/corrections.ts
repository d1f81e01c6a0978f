import {
  type CampaignId,
  type CompletionId,
  type JobId,
  type ParticipantId,
  type QuestId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../../ids.ts';
import { idArray, textArray, uuidArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import type { EarningStateRow } from './payouts.ts';

/*
 * What operators set right. Rare beside everything else, and about one participation at a time, so each row is
 * written by itself. The participations are locked.
 */

/** A completion as corrections see it. Points are decimal text. */
export interface PastCompletionRow {
  readonly id: Uuid;
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  readonly subject_id: Uuid;
  readonly period: string;
  readonly worth: string;
  readonly bonus: string | null;
  /** Whose the bonus is, by who answers for them now. */
  readonly bonus_referrer_id: Uuid | null;
  readonly multiplier_percent: string | null;
  readonly by_trigger: boolean;
  readonly revoked_at: Date | null;
}

/** What revoking a completion needs to know beside it. */
export interface RevocableRow extends PastCompletionRow {
  readonly earlier_period: string | null;
  readonly multiplier_raise: string | null;
}

const columns = `c.id, c.campaign_id, c.participant_id, c.subject_id, c.period, coalesce(c.worth, c.points)::text as worth,
  c.bonus::text,
  (select coalesce(r.merged_into, r.id) from participants r where r.id = c.bonus_referrer_id) as bonus_referrer_id,
  c.multiplier_percent::text, c.trigger_event_id is not null as by_trigger, c.revoked_at`;

/**
 * These completions, revoked or not. `earlier_period`: the newest one before it; `multiplier_raise`: what the
 * subject's first completion added to the multiplier. Both through `completions_by_participation`.
 */
export async function readRevocable(
  transaction: Queryable,
  ids: readonly Uuid[],
): Promise<readonly RevocableRow[]> {
  const result = await transaction.query<RevocableRow>({
    name: 'read_revocable',
    text: `
      select ${columns},
             (select e.period from completions e
               where e.campaign_id = c.campaign_id and e.participant_id = c.participant_id and e.id < c.id
                 and e.subject_id = c.subject_id and e.revoked_at is null
               order by e.id desc limit 1) as earlier_period,
             (select e.multiplier_raise::text from completions e
               where e.campaign_id = c.campaign_id and e.participant_id = c.participant_id and e.id <= c.id
                 and e.subject_id = c.subject_id and e.multiplier_raise is not null
               order by e.id desc limit 1) as multiplier_raise
        from unnest($1::uuid[]) as k (id)
       cross join lateral (select * from completions l where l.id = k.id limit 1) c`,
    values: [uuidArray(ids)],
  });
  return result.rows;
}

interface InCampaign {
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
}

/** Everything that these have completed and that stands. Uses `completions_by_participation`. */
export async function readStandingCompletions(
  transaction: Queryable,
  keys: readonly InCampaign[],
): Promise<readonly PastCompletionRow[]> {
  const result = await transaction.query<PastCompletionRow>({
    name: 'read_standing_completions',
    text: `
      select ${columns}
        from unnest($1::uuid[], $2::uuid[]) as k (campaign_id, participant_id)
       cross join lateral (
         select * from completions l
          where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id and l.revoked_at is null
          offset 0) c`,
    values: [idArray(keys.map((key) => key.campaignId)), idArray(keys.map((key) => key.participantId))],
  });
  return result.rows;
}

/** The completions of these quests that stand. Uses `completions_once`. */
export async function findQuestCompletions(
  transaction: Queryable,
  keys: readonly { readonly questId: QuestId; readonly participantId: ParticipantId }[],
): Promise<readonly Uuid[]> {
  const result = await transaction.query<{ id: Uuid }>({
    name: 'find_quest_completions',
    text: `
      select c.id
        from unnest($1::uuid[], $2::uuid[]) as k (subject_id, participant_id)
       cross join lateral (
         select l.id from completions l
          where l.subject_id = k.subject_id and l.participant_id = k.participant_id and l.revoked_at is null
          limit 1) c`,
    values: [idArray(keys.map((key) => key.questId)), idArray(keys.map((key) => key.participantId))],
  });
  return result.rows.map(({ id }) => id);
}

export interface CausedEntry {
  readonly participant_id: Uuid;
  readonly cause: string;
  readonly bucket: string;
  readonly amount: string;
}

/** Ledger entries of these causes. */
export async function readLedgerOf(
  transaction: Queryable,
  keys: readonly (InCampaign & { readonly cause: string })[],
): Promise<readonly CausedEntry[]> {
  const result = await transaction.query<CausedEntry>({
    name: 'read_ledger_of',
    text: `
      select e.participant_id, e.cause, e.bucket, e.amount::text
        from unnest($1::uuid[], $2::uuid[], $3::text[]) as k (campaign_id, participant_id, cause)
       cross join lateral (
         select * from ledger l
          where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id and l.cause = k.cause
          offset 0) e`,
    values: [
      idArray(keys.map((key) => key.campaignId)),
      idArray(keys.map((key) => key.participantId)),
      textArray(keys.map((key) => key.cause)),
    ],
  });
  return result.rows;
}

export interface CausedEarning {
  readonly id: Uuid;
  readonly cause: string;
  readonly amount: string;
  readonly reward_id: Uuid;
  readonly state: EarningStateRow['state'];
  readonly payout_id: Uuid | null;
  readonly claimed_at: Date | null;
  /** Points are in the ledger at once. */
  readonly in_points: boolean;
}

/** What these causes earned. Through the primary key of the unique index of earnings, by participation. */
export async function readEarningsOf(
  transaction: Queryable,
  keys: readonly (InCampaign & { readonly cause: string })[],
): Promise<readonly CausedEarning[]> {
  const result = await transaction.query<CausedEarning>({
    name: 'read_earnings_of',
    text: `
      select e.id, e.cause, e.amount::text, e.reward_id, e.state, e.payout_id, e.claimed_at, r.kind = 'points' as in_points
        from unnest($1::uuid[], $2::uuid[], $3::text[]) as k (campaign_id, participant_id, cause)
       cross join lateral (
         select * from earnings l
          where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id and l.cause = k.cause
          offset 0) e
       cross join lateral (select kind from rewards l where l.id = e.reward_id limit 1) r`,
    values: [
      idArray(keys.map((key) => key.campaignId)),
      idArray(keys.map((key) => key.participantId)),
      textArray(keys.map((key) => key.cause)),
    ],
  });
  return result.rows;
}

/** Which of these were recalculated already. */
export async function knownRecalculations(
  transaction: Queryable,
  keys: readonly { readonly recalculationId: JobId; readonly participantId: ParticipantId }[],
): Promise<readonly { recalculation_id: Uuid; participant_id: Uuid }[]> {
  const result = await transaction.query<{ recalculation_id: Uuid; participant_id: Uuid }>({
    name: 'known_recalculations',
    text: `
      select d.recalculation_id, d.participant_id
        from unnest($1::uuid[], $2::uuid[]) as k (recalculation_id, participant_id)
       cross join lateral (
         select * from recalculation_differences l
          where l.recalculation_id = k.recalculation_id and l.participant_id = k.participant_id limit 1) d`,
    values: [idArray(keys.map((key) => key.recalculationId)), idArray(keys.map((key) => key.participantId))],
  });
  return result.rows;
}

export interface CorrectionChanges {
  readonly revocations: readonly (InCampaign & {
    readonly completionId: CompletionId;
    readonly subjectId: TaskId | QuestId;
    readonly reason: string;
    readonly at: Date;
  })[];
  readonly revaluations: readonly {
    readonly completionId: CompletionId;
    readonly worth: string;
    readonly bonus: string | null;
  }[];
  readonly recalculations: readonly (InCampaign & {
    readonly recalculationId: JobId;
    readonly completions: number;
    readonly points: string;
    readonly missing: string;
    readonly referrerId: ParticipantId | null;
    readonly bonus: string;
    readonly bonusMissing: string;
  })[];
}

/** To be written behind the decisions of the batch: progress is what the completions that stand say. */
export async function writeCorrections(transaction: Queryable, changes: CorrectionChanges): Promise<void> {
  for (const row of changes.revocations) {
    await transaction.query({
      name: 'revoke_completion',
      text: `update completions set revoked_at = $2, revocation_reason = $3 where id = $1 and revoked_at is null`,
      values: [uuidOf(row.completionId), row.at, row.reason],
    });
    const subject = [uuidOf(row.campaignId), uuidOf(row.participantId), uuidOf(row.subjectId)];
    await transaction.query({
      name: 'uncount_completion',
      text: `
        update progress g set count = greatest(g.count - 1, 1), period = coalesce(newest.period, g.period)
          from (select (select c.period from completions c
                         where c.campaign_id = $1 and c.participant_id = $2 and c.subject_id = $3
                           and c.revoked_at is null
                         order by c.id desc limit 1) as period) as newest
         where g.campaign_id = $1 and g.participant_id = $2 and g.subject_id = $3`,
      values: subject,
    });
    await transaction.query({
      name: 'uncount_last_completion',
      text: `
        delete from progress g
         where g.campaign_id = $1 and g.participant_id = $2 and g.subject_id = $3
           and not exists (select from completions c
                            where c.subject_id = $3 and c.participant_id = $2 and c.revoked_at is null)`,
      values: subject,
    });
  }
  for (const row of changes.revaluations) {
    await transaction.query({
      name: 'revalue_completion',
      text: 'update completions set worth = $2::text::numeric, bonus = $3::text::numeric where id = $1',
      values: [uuidOf(row.completionId), row.worth, row.bonus],
    });
  }
  for (const row of changes.recalculations) {
    await transaction.query({
      name: 'write_recalculation',
      text: `
        insert into recalculation_differences (recalculation_id, participant_id, campaign_id, completions, points, missing,
                                               referrer_id, bonus, bonus_missing)
        values ($1, $2, $3, $4, $5::text::numeric, $6::text::numeric, $7, $8::text::numeric, $9::text::numeric)`,
      values: [
        uuidOf(row.recalculationId),
        uuidOf(row.participantId),
        uuidOf(row.campaignId),
        row.completions,
        row.points,
        row.missing,
        row.referrerId && uuidOf(row.referrerId),
        row.bonus,
        row.bonusMissing,
      ],
    });
  }
}
