import type {
  CampaignId,
  CompletionId,
  EarningId,
  OrganizationId,
  ParticipantId,
  QuestId,
  ReferralId,
  RewardId,
  TaskId,
  TransactionId,
  TriggerEventId,
} from '../../ids.ts';
import { idArray, int4Array, int8Array, textArray, timestamptzArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

interface InParticipation {
  readonly organizationId: OrganizationId;
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
}

export interface ParticipationChange extends InParticipation {
  readonly joinedAt: Date | null;
  readonly referrerId: ParticipantId | null;
  readonly team: string | null;
  readonly multiplierPercent: string;
  readonly total: string;
  readonly referralPoints: string;
  readonly ugcPoints: string;
  readonly referralCount: number;
  readonly bestScore: string | null;
  readonly seq: number;
}

export interface CompletionChange extends InParticipation {
  readonly id: CompletionId;
  readonly subjectId: TaskId | QuestId;
  readonly period: string;
  readonly platform: string | null;
  readonly account: string | null;
  readonly points: string;
  readonly multiplierPercent: string | null;
  readonly multiplierRaise: string | null;
  readonly triggerEventId: TriggerEventId | null;
  readonly bonus: string | null;
  /** Whose the bonus is. */
  readonly bonusReferrerId: ParticipantId | null;
  readonly at: Date;
}

export interface LedgerChange extends InParticipation {
  readonly id: TransactionId;
  readonly amount: string;
  readonly bucket: string;
  readonly cause: string;
  readonly at: Date;
}

export interface ReferralChange {
  readonly id: ReferralId;
  readonly campaignId: CampaignId;
  readonly claimerId: ParticipantId;
  readonly referrerId: ParticipantId;
  readonly state: string;
  /** Of what this batch did; null for what it did not do. */
  readonly linkedAt: Date | null;
  readonly qualifiedAt: Date | null;
  readonly convertedAt: Date | null;
  /** Points that this batch gave the referrer. */
  readonly bonus: string;
}

export interface TriggerEventChange {
  readonly id: TriggerEventId;
  readonly organizationId: OrganizationId;
  readonly triggerId: string;
  readonly participantId: ParticipantId;
  readonly key: string | null;
  readonly value: string | null;
  readonly at: Date;
}

export interface EarningChange extends InParticipation {
  readonly id: EarningId;
  readonly rewardId: RewardId;
  readonly amount: string;
  readonly state: string;
  readonly cause: string;
  readonly at: Date;
}

/** What a batch of actions changed. Each list may be empty. */
export interface DecidedChanges {
  readonly participations: readonly ParticipationChange[];
  readonly completions: readonly CompletionChange[];
  readonly ledger: readonly LedgerChange[];
  /** The newest state of each referral: one row per referral. */
  readonly referrals: readonly ReferralChange[];
  readonly triggerEvents: readonly TriggerEventChange[];
  readonly earnings: readonly EarningChange[];
  readonly stock: readonly { readonly rewardId: RewardId; readonly stock: string }[];
}

/**
 * Writes what a batch of actions decided. The participations are locked by this transaction. A second completion of a
 * period, ledger entry of a cause, or trigger event of a key violates its unique index and fails the whole batch: the
 * rules refuse those before, so it would be a fault of ours.
 *
 * Participations exist; `on conflict` finds each by its key, where an update with a join would be planned by statistics.
 */
export async function writeDecisions(transaction: Queryable, changes: DecidedChanges): Promise<void> {
  await Promise.all([writeCompletions(transaction, changes), writeRest(transaction, changes)]);
}

/** What nearly every batch writes: counters, completions, what they add up to, and the ledger. */
async function writeCompletions(
  transaction: Queryable,
  { participations, completions, ledger }: DecidedChanges,
): Promise<void> {
  if (participations.length + completions.length + ledger.length === 0) return;
  await transaction.query({
    name: 'write_completions',
    text: completionsText,
    values: [
      idArray(participations.map((row) => row.organizationId)),
      idArray(participations.map((row) => row.campaignId)),
      idArray(participations.map((row) => row.participantId)),
      timestamptzArray(participations.map((row) => row.joinedAt)),
      idArray(participations.map((row) => row.referrerId)),
      textArray(participations.map((row) => row.team)),
      textArray(participations.map((row) => row.multiplierPercent)),
      textArray(participations.map((row) => row.total)),
      textArray(participations.map((row) => row.referralPoints)),
      textArray(participations.map((row) => row.ugcPoints)),
      int4Array(participations.map((row) => row.referralCount)),
      textArray(participations.map((row) => row.bestScore)),
      int8Array(participations.map((row) => row.seq)),

      idArray(completions.map((row) => row.id)),
      idArray(completions.map((row) => row.organizationId)),
      idArray(completions.map((row) => row.campaignId)),
      idArray(completions.map((row) => row.participantId)),
      idArray(completions.map((row) => row.subjectId)),
      textArray(completions.map((row) => row.period)),
      textArray(completions.map((row) => row.platform)),
      textArray(completions.map((row) => row.account)),
      textArray(completions.map((row) => row.points)),
      timestamptzArray(completions.map((row) => row.at)),
      textArray(completions.map((row) => row.multiplierPercent)),
      textArray(completions.map((row) => row.multiplierRaise)),
      idArray(completions.map((row) => row.triggerEventId)),
      textArray(completions.map((row) => row.bonus)),

      idArray(ledger.map((row) => row.id)),
      idArray(ledger.map((row) => row.organizationId)),
      idArray(ledger.map((row) => row.campaignId)),
      idArray(ledger.map((row) => row.participantId)),
      textArray(ledger.map((row) => row.amount)),
      textArray(ledger.map((row) => row.bucket)),
      textArray(ledger.map((row) => row.cause)),
      timestamptzArray(ledger.map((row) => row.at)),

      idArray(completions.map((row) => row.bonusReferrerId)),
    ],
  });
}

const completionsText = `
with counters as (
  insert into participations as p (organization_id, campaign_id, participant_id, joined_at, referrer_id, team,
      multiplier_percent, total, referral_points, ugc_points, referral_count, best_score, seq)
  select o, c, i, joined_at, referrer_id, team, multiplier_percent::numeric, total::numeric,
         referral_points::numeric, ugc_points::numeric, referral_count, best_score::numeric, seq
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::int4[], $12::text[], $13::int8[])
         as r (o, c, i, joined_at, referrer_id, team, multiplier_percent, total, referral_points, ugc_points,
               referral_count, best_score, seq)
  on conflict (campaign_id, participant_id) do update
     set joined_at = excluded.joined_at, referrer_id = excluded.referrer_id, team = excluded.team,
         multiplier_percent = excluded.multiplier_percent, total = excluded.total,
         referral_points = excluded.referral_points, ugc_points = excluded.ugc_points,
         referral_count = excluded.referral_count, best_score = excluded.best_score, seq = excluded.seq
), completed as (
  select * from unnest($14::uuid[], $15::uuid[], $16::uuid[], $17::uuid[], $18::uuid[], $19::text[], $20::text[],
                       $21::text[], $22::text[], $23::timestamptz[], $24::text[], $25::text[], $26::uuid[], $27::text[],
                       $36::uuid[])
         with ordinality
         as i (id, organization_id, campaign_id, participant_id, subject_id, period, platform, account, points,
               completed_at, multiplier_percent, multiplier_raise, trigger_event_id, bonus, bonus_referrer_id, n)
), new_completions as (
  insert into completions (id, organization_id, campaign_id, participant_id, subject_id, period, platform, account,
                           points, completed_at, multiplier_percent, multiplier_raise, trigger_event_id, bonus,
                           bonus_referrer_id)
  select id, organization_id, campaign_id, participant_id, subject_id, period, platform, account, points::numeric,
         completed_at, multiplier_percent::numeric, multiplier_raise::numeric, trigger_event_id, bonus::numeric,
         bonus_referrer_id
    from completed
), new_progress as (
  insert into progress as g (campaign_id, participant_id, subject_id, period, count)
  select campaign_id, participant_id, subject_id, (array_agg(period order by n desc))[1], count(*)
    from completed group by campaign_id, participant_id, subject_id
   order by campaign_id, participant_id, subject_id
  on conflict (campaign_id, participant_id, subject_id) do update
     set period = excluded.period, count = g.count + excluded.count
)
insert into ledger (id, organization_id, campaign_id, participant_id, amount, bucket, cause, created_at)
select i, o, c, p, amount::numeric, bucket, cause, at
  from unnest($28::uuid[], $29::uuid[], $30::uuid[], $31::uuid[], $32::text[], $33::text[], $34::text[],
              $35::timestamptz[]) as l (i, o, c, p, amount, bucket, cause, at)`;

/** What few batches write: a statement with all of it would cost every batch its empty lists. */
async function writeRest(
  transaction: Queryable,
  { referrals, triggerEvents, earnings, stock }: DecidedChanges,
): Promise<void> {
  if (referrals.length + triggerEvents.length + earnings.length + stock.length === 0) return;
  await transaction.query({
    name: 'write_referrals_triggers_earnings',
    text: restText,
    values: [
      idArray(referrals.map((row) => row.id)),
      idArray(referrals.map((row) => row.campaignId)),
      idArray(referrals.map((row) => row.claimerId)),
      idArray(referrals.map((row) => row.referrerId)),
      textArray(referrals.map((row) => row.state)),
      timestamptzArray(referrals.map((row) => row.linkedAt)),
      timestamptzArray(referrals.map((row) => row.qualifiedAt)),
      timestamptzArray(referrals.map((row) => row.convertedAt)),
      textArray(referrals.map((row) => row.bonus)),

      idArray(triggerEvents.map((row) => row.id)),
      idArray(triggerEvents.map((row) => row.organizationId)),
      textArray(triggerEvents.map((row) => row.triggerId)),
      idArray(triggerEvents.map((row) => row.participantId)),
      textArray(triggerEvents.map((row) => row.key)),
      textArray(triggerEvents.map((row) => row.value)),
      timestamptzArray(triggerEvents.map((row) => row.at)),

      idArray(earnings.map((row) => row.id)),
      idArray(earnings.map((row) => row.organizationId)),
      idArray(earnings.map((row) => row.campaignId)),
      idArray(earnings.map((row) => row.participantId)),
      idArray(earnings.map((row) => row.rewardId)),
      textArray(earnings.map((row) => row.amount)),
      textArray(earnings.map((row) => row.state)),
      textArray(earnings.map((row) => row.cause)),
      timestamptzArray(earnings.map((row) => row.at)),

      idArray(stock.map((row) => row.rewardId)),
      textArray(stock.map((row) => row.stock)),
    ],
  });
}

const restText = `
with new_referrals as (
  insert into referrals as r (id, campaign_id, claimer_id, referrer_id, state, created_at, qualified_at, converted_at,
                              bonus_points)
  select i, c, claimer, referrer, state, coalesce(linked, now()), qualified, converted, bonus::numeric
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                $8::timestamptz[], $9::text[])
         as f (i, c, claimer, referrer, state, linked, qualified, converted, bonus)
  on conflict (campaign_id, claimer_id) do update
     set state = excluded.state, bonus_points = r.bonus_points + excluded.bonus_points,
         qualified_at = coalesce(r.qualified_at, excluded.qualified_at),
         converted_at = coalesce(r.converted_at, excluded.converted_at)
), new_trigger_events as (
  insert into trigger_events (id, organization_id, trigger_id, participant_id, key, value, created_at)
  select * from unnest($10::uuid[], $11::uuid[], $12::text[], $13::uuid[], $14::text[], $15::text[],
                       $16::timestamptz[])
), new_earnings as (
  insert into earnings (id, organization_id, campaign_id, participant_id, reward_id, amount, state, cause, created_at)
  select i, o, c, p, r, amount::numeric, state, cause, at
    from unnest($17::uuid[], $18::uuid[], $19::uuid[], $20::uuid[], $21::uuid[], $22::text[], $23::text[],
                $24::text[], $25::timestamptz[]) as e (i, o, c, p, r, amount, state, cause, at)
)
update rewards r set stock = s.stock::numeric
  from unnest($26::uuid[], $27::text[]) as s (id, stock) where r.id = s.id`;
