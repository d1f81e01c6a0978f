import { type CampaignId, type OrganizationId, type ParticipantId, type Uuid, uuidOf } from '../../ids.ts';
import { idArray, textArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

/** One participant in one campaign. */
export interface ParticipationKey {
  readonly organizationId: OrganizationId;
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
}

/** Points come as text: exact, however many places. */
export interface ParticipationRow {
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  readonly joined_at: Date | null;
  readonly referrer_id: Uuid | null;
  readonly team: string | null;
  readonly multiplier_percent: string;
  readonly total: string;
  readonly referral_points: string;
  readonly ugc_points: string;
  readonly referral_count: number;
  readonly best_score: string | null;
  readonly seq: string;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly test: boolean;
  readonly erased: boolean;
}

/** These participations and those of their referrers. Parameters 1 and 2: campaigns and participants. */
const involved = `
  with wanted as (
    select * from unnest($1::uuid[], $2::uuid[]) as w (campaign_id, participant_id)
  ), involved as (
    select campaign_id, participant_id from wanted
    union
    select w.campaign_id, r.referrer_id
      from wanted w cross join lateral (
        select referrer_id from participations r
         where r.campaign_id = w.campaign_id and r.participant_id = w.participant_id
           and r.referrer_id is not null limit 1) r
  )`;

function keyArrays(keys: readonly ParticipationKey[]): Buffer[] {
  return [idArray(keys.map((key) => key.campaignId)), idArray(keys.map((key) => key.participantId))];
}

/*
 * Every table is probed row by row through its key (`lateral` with a limit or an offset keeps the planner from turning
 * the join around): a join would be planned by statistics that are out of date whenever it matters.
 */

/**
 * Locks participations, and those of their referrers, until the transaction ends. Rows are locked in the order of
 * their key, so that two batches that share people wait for each other instead of deadlocking. What was not there
 * is not returned: `createParticipations` makes it. Nor is a referrer named while this waited for the claimer's row:
 * who the referrers are is read when the statement begins.
 */
export async function lockParticipations(
  transaction: Queryable,
  keys: readonly ParticipationKey[],
): Promise<readonly ParticipationRow[]> {
  const result = await transaction.query<ParticipationRow>({
    name: 'lock_participations',
    text: `${involved}
      select p.campaign_id, p.participant_id, p.joined_at, p.referrer_id, p.team, p.multiplier_percent::text,
             p.total::text, p.referral_points::text, p.ugc_points::text, p.referral_count, p.best_score::text,
             p.seq::text, q.external_id, q.email, q.first_name, q.last_name, q.phone, q.wallet, q.fields, q.test,
             q.erased_at is not null as erased
        from (select * from involved order by campaign_id, participant_id) i
       cross join lateral (
         select * from participations l
          where l.campaign_id = i.campaign_id and l.participant_id = i.participant_id limit 1 for update) p
       cross join lateral (select * from participants l where l.id = p.participant_id limit 1) q`,
    values: keyArrays(keys),
  });
  return result.rows;
}

/**
 * Makes rows for people who act in a campaign for the first time. They have not joined yet. Not for who is gone, nor
 * for who was merged into somebody else; the lock waits for whoever is doing that.
 */
export async function createParticipations(
  transaction: Queryable,
  keys: readonly ParticipationKey[],
): Promise<void> {
  await transaction.query({
    name: 'create_participations',
    text: `
      insert into participations (organization_id, campaign_id, participant_id)
      select o, c, p
        from (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as u (o, c, p) order by c, p) k
       cross join lateral (
         select from participants l where l.id = k.p and l.merged_into is null and l.erased_at is null limit 1 for key share) there
      on conflict do nothing`,
    values: [
      idArray(keys.map((key) => key.organizationId)),
      idArray(keys.map((key) => key.campaignId)),
      idArray(keys.map((key) => key.participantId)),
    ],
  });
}

export interface ProgressRow {
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  readonly subject_id: Uuid;
  readonly period: string;
  readonly count: number;
}

export interface ReferralRow {
  readonly id: Uuid;
  readonly campaign_id: Uuid;
  readonly claimer_id: Uuid;
  readonly state: 'linked' | 'qualified' | 'converted';
}

/**
 * What these participants and their referrers did before. Asked for behind `lockParticipations`, for the same keys: a
 * statement sees what was committed when it began, so it must begin when the rows are locked.
 */
export async function readProgress(
  transaction: Queryable,
  keys: readonly ParticipationKey[],
): Promise<{ readonly progress: readonly ProgressRow[]; readonly referrals: readonly ReferralRow[] }> {
  const values = keyArrays(keys);
  const progress = transaction.query<ProgressRow>({
    name: 'read_progress',
    text: `${involved}
           select g.campaign_id, g.participant_id, g.subject_id, g.period, g.count
             from involved k
            cross join lateral (
              select * from progress l
               where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id offset 0) g`,
    values,
  });
  const referrals = transaction.query<ReferralRow>({
    name: 'read_referrals',
    text: `${involved}
           select r.id, r.campaign_id, r.claimer_id, r.state
             from involved k
            cross join lateral (
              select * from referrals l
               where l.campaign_id = k.campaign_id and l.claimer_id = k.participant_id limit 1) r`,
    values,
  });
  const [done, referred] = await Promise.all([progress, referrals]);
  return { progress: done.rows, referrals: referred.rows };
}

export interface TriggerKey {
  readonly organizationId: OrganizationId;
  readonly triggerId: string;
  readonly participantId: ParticipantId;
  readonly key: string;
}

export interface KnownTriggerKey {
  readonly id: Uuid;
  readonly trigger_id: string;
  readonly participant_id: Uuid;
  readonly key: string;
}

/** Which of these trigger events there are already. */
export async function knownTriggerKeys(
  transaction: Queryable,
  keys: readonly TriggerKey[],
): Promise<readonly KnownTriggerKey[]> {
  const result = await transaction.query<KnownTriggerKey>({
    name: 'known_trigger_keys',
    text: `select t.id, t.trigger_id, t.participant_id, t.key
             from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[])
                  as k (organization_id, trigger_id, participant_id, key)
            cross join lateral (
              select * from trigger_events l
               where l.organization_id = k.organization_id and l.trigger_id = k.trigger_id
                 and l.participant_id = k.participant_id and l.key = k.key limit 1) t`,
    values: [
      idArray(keys.map((key) => key.organizationId)),
      textArray(keys.map((key) => key.triggerId)),
      idArray(keys.map((key) => key.participantId)),
      textArray(keys.map((key) => key.key)),
    ],
  });
  return result.rows;
}

export interface BookingName {
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
  readonly cause: string;
}

export interface KnownBooking {
  readonly id: Uuid;
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  readonly cause: string;
  readonly amount: string;
}

/** Which of these causes the ledger has entries of, in whichever bucket. */
export async function knownBookings(
  transaction: Queryable,
  names: readonly BookingName[],
): Promise<readonly KnownBooking[]> {
  const result = await transaction.query<KnownBooking>({
    name: 'known_bookings',
    text: `select l.id, l.campaign_id, l.participant_id, l.cause, l.amount::text
             from unnest($1::uuid[], $2::uuid[], $3::text[]) as k (campaign_id, participant_id, cause)
            cross join lateral (
              select * from ledger b
               where b.campaign_id = k.campaign_id and b.participant_id = k.participant_id
                 and b.cause = k.cause limit 1) l`,
    values: [
      idArray(names.map((name) => name.campaignId)),
      idArray(names.map((name) => name.participantId)),
      textArray(names.map((name) => name.cause)),
    ],
  });
  return result.rows;
}

/** The stock of these campaigns' rewards that have one, locked in the order of their ids. */
export async function lockStock(
  transaction: Queryable,
  campaigns: readonly CampaignId[],
): Promise<readonly { id: Uuid; stock: string }[]> {
  const result = await transaction.query<{ id: Uuid; stock: string }>({
    name: 'lock_stock',
    text: `select id, stock::text from rewards
            where campaign_id = any($1::uuid[]) and stock is not null order by id for update`,
    values: [campaigns.map((id) => uuidOf(id))],
  });
  return result.rows;
}
