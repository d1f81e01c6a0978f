import {
  type CampaignId,
  type DeliveryId,
  type EarningId,
  type EventId,
  type OrganizationId,
  type ParticipantId,
  type PayoutId,
  type RewardId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../../ids.ts';
import { idArray, int2Array, int4Array, textArray, timestamptzArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import type { Schema } from '../schema.ts';

type PayoutColumns = Schema['payouts'];

export interface EarningStateRow {
  readonly id: Uuid;
  readonly reward_id: Uuid;
  readonly amount: string;
  readonly state: 'claimable' | 'requested' | 'paid' | 'revoked';
  readonly payout_id: Uuid | null;
  readonly claimed_at: Date | null;
}

export interface ClaimantKey {
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
}

const earningColumns = 'id, reward_id, amount::text, state, payout_id, claimed_at';

/** What these participants can claim, oldest first, `limit` of each. Their participations are locked. */
export async function readClaimable(
  transaction: Queryable,
  keys: readonly ClaimantKey[],
  limit: number,
): Promise<readonly (EarningStateRow & { readonly campaign_id: Uuid; readonly participant_id: Uuid })[]> {
  const result = await transaction.query<EarningStateRow & { campaign_id: Uuid; participant_id: Uuid }>({
    name: 'read_claimable',
    text: `select k.campaign_id, k.participant_id, e.*
             from unnest($1::uuid[], $2::uuid[]) as k (campaign_id, participant_id)
            cross join lateral (
              select ${earningColumns} from earnings l
               where l.campaign_id = k.campaign_id and l.participant_id = k.participant_id
                 and l.state = 'claimable'
               order by l.id limit $3) e`,
    values: [
      idArray(keys.map((key) => key.campaignId)),
      idArray(keys.map((key) => key.participantId)),
      limit,
    ],
  });
  return result.rows;
}

export type PayoutRow = Omit<PayoutColumns, 'organization_id' | 'sent_at'>;

/** Payouts, locked in the order of their ids, since a sender may be taking its step, and what each pays. */
export async function lockPayouts(
  transaction: Queryable,
  ids: readonly Uuid[],
): Promise<{ readonly payouts: readonly PayoutRow[]; readonly earnings: readonly EarningStateRow[] }> {
  const payouts = await transaction.query<PayoutRow>({
    name: 'lock_payouts',
    text: `select id, campaign_id, participant_id, reward_id, amount::text, platform, account, origin, state, attempt,
                  requested_by, event_id, webhook_uid, next_attempt_at, status, reason, settled_by, reference,
                  created_at, requested_at, settled_at
             from payouts where id = any ($1::uuid[]) order by id for update`,
    values: [ids],
  });
  const earnings = await transaction.query<EarningStateRow>({
    name: 'earnings_of_payouts',
    text: `select ${earningColumns} from earnings where payout_id = any ($1::uuid[]) order by payout_id, id`,
    values: [ids],
  });
  return { payouts: payouts.rows, earnings: earnings.rows };
}

export interface PayoutChange {
  readonly id: PayoutId;
  readonly organizationId: OrganizationId;
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
  readonly rewardId: RewardId;
  readonly amount: string;
  readonly platform: string | null;
  readonly account: string | null;
  readonly origin: PayoutColumns['origin'];
  readonly state: PayoutColumns['state'];
  readonly attempt: number;
  readonly requestedBy: PayoutColumns['requested_by'];
  readonly eventId: EventId | null;
  readonly webhookUid: WebhookUid | null;
  readonly nextAttemptAt: Date | null;
  readonly status: number | null;
  readonly reason: string | null;
  readonly settledBy: PayoutColumns['settled_by'];
  readonly reference: string | null;
  readonly createdAt: Date;
  readonly requestedAt: Date | null;
  readonly settledAt: Date | null;
  /** The attempt before the newest one, which failed, perhaps in this batch. */
  readonly previous: {
    readonly attempt: number;
    readonly status: number | null;
    readonly reason: string | null;
    readonly settledBy: PayoutColumns['settled_by'];
    readonly reference: string | null;
    readonly settledAt: Date | null;
  } | null;
}

export interface EarningStateChange {
  readonly id: EarningId;
  readonly state: EarningStateRow['state'];
  readonly payoutId: PayoutId | null;
  readonly claimedAt: Date | null;
}

/** Writes what a batch decided of payouts and earnings, and the newest attempt of each payout beside it. */
export async function writePayouts(
  transaction: Queryable,
  changes: { readonly payouts: readonly PayoutChange[]; readonly earnings: readonly EarningStateChange[] },
): Promise<void> {
  const { payouts, earnings } = changes;
  if (earnings.length > 0) {
    await transaction.query({
      name: 'write_earning_states',
      text: `update earnings e
                set state = ($2::text[])[array_position($1::uuid[], e.id)],
                    payout_id = ($3::uuid[])[array_position($1::uuid[], e.id)],
                    claimed_at = ($4::timestamptz[])[array_position($1::uuid[], e.id)]
              where e.id = any ($1::uuid[])`,
      values: [
        idArray(earnings.map((row) => row.id)),
        textArray(earnings.map((row) => row.state)),
        idArray(earnings.map((row) => row.payoutId)),
        timestamptzArray(earnings.map((row) => row.claimedAt)),
      ],
    });
  }
  for (const { id, previous } of payouts) if (previous !== null) await endAttempt(transaction, id, previous);
  if (payouts.length === 0) return;
  await transaction.query({
    name: 'write_payouts',
    text: writeText,
    values: [
      idArray(payouts.map((row) => row.id)),
      idArray(payouts.map((row) => row.organizationId)),
      idArray(payouts.map((row) => row.campaignId)),
      idArray(payouts.map((row) => row.participantId)),
      idArray(payouts.map((row) => row.rewardId)),
      textArray(payouts.map((row) => row.amount)),
      textArray(payouts.map((row) => row.platform)),
      textArray(payouts.map((row) => row.account)),
      textArray(payouts.map((row) => row.origin)),
      textArray(payouts.map((row) => row.state)),
      int4Array(payouts.map((row) => row.attempt)),
      textArray(payouts.map((row) => row.requestedBy)),
      idArray(payouts.map((row) => row.eventId)),
      idArray(payouts.map((row) => row.webhookUid)),
      timestamptzArray(payouts.map((row) => row.nextAttemptAt)),
      int2Array(payouts.map((row) => row.status)),
      textArray(payouts.map((row) => row.reason)),
      textArray(payouts.map((row) => row.settledBy)),
      textArray(payouts.map((row) => row.reference)),
      timestamptzArray(payouts.map((row) => row.createdAt)),
      timestamptzArray(payouts.map((row) => row.requestedAt)),
      timestamptzArray(payouts.map((row) => row.settledAt)),
    ],
  });
}

/** Few payouts are tried again, so each has a statement of its own. What was written when it ended stays. */
async function endAttempt(
  transaction: Queryable,
  id: PayoutId,
  failed: NonNullable<PayoutChange['previous']>,
): Promise<void> {
  await transaction.query({
    name: 'end_payout_attempt',
    text: `update payout_attempts
              set outcome = 'failed', status = $3, reason = $4, settled_by = $5, reference = $6, settled_at = $7
            where payout_id = $1 and number = $2 and outcome is distinct from 'failed'`,
    values: [
      uuidOf(id),
      failed.attempt,
      failed.status,
      failed.reason,
      failed.settledBy,
      failed.reference,
      failed.settledAt,
    ],
  });
}

/**
 * An attempt's outcome follows from the payout's state: it stays open while the payout is requested or sending. What is
 * said of a payout that failed before and has failed still (why it cannot be asked for now) is not said of its attempt.
 */
const writeText = `
with given as (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::text[], $11::int4[], $12::text[], $13::uuid[], $14::uuid[],
                       $15::timestamptz[], $16::int2[], $17::text[], $18::text[], $19::text[], $20::timestamptz[],
                       $21::timestamptz[], $22::timestamptz[])
         as p (id, organization_id, campaign_id, participant_id, reward_id, amount, platform, account, origin, state,
               attempt, requested_by, event_id, webhook_uid, next_attempt_at, status, reason, settled_by, reference,
               created_at, requested_at, settled_at)
), attempted as (
  insert into payout_attempts as a (payout_id, number, event_id, webhook_uid, requested_by, requested_at, outcome,
                                    status, reason, settled_by, reference, settled_at)
  select id, attempt, event_id, webhook_uid, requested_by, requested_at,
         case when state in ('paid', 'processing', 'failed') then state end, status, reason, settled_by, reference,
         settled_at
    from given where attempt > 0
  on conflict (payout_id, number) do update
     set outcome = excluded.outcome, status = excluded.status, reason = excluded.reason,
         settled_by = excluded.settled_by, reference = excluded.reference, settled_at = excluded.settled_at
   where a.outcome is distinct from excluded.outcome
)
insert into payouts as p (id, organization_id, campaign_id, participant_id, reward_id, amount, platform, account, origin,
                          state, attempt, requested_by, event_id, webhook_uid, next_attempt_at, status, reason,
                          settled_by, reference, created_at, requested_at, settled_at)
select id, organization_id, campaign_id, participant_id, reward_id, amount::numeric, platform, account, origin, state,
       attempt, requested_by, event_id, webhook_uid, next_attempt_at, status, reason, settled_by, reference, created_at,
       requested_at, settled_at
  from given
on conflict (id) do update
   set state = excluded.state, attempt = excluded.attempt, requested_by = excluded.requested_by,
       event_id = excluded.event_id, webhook_uid = excluded.webhook_uid, next_attempt_at = excluded.next_attempt_at,
       status = excluded.status, reason = excluded.reason, settled_by = excluded.settled_by,
       reference = excluded.reference, requested_at = excluded.requested_at, settled_at = excluded.settled_at`;

/**
 * Takes the step from `requested` to `sending` for the payment that this event asks for, while the caller holds the
 * lease of its delivery. Committed before the request leaves, so whoever finds the payout in `sending` knows that the
 * request may have left. Returns the state before; null when the payout is about another attempt by now, or the lease
 * was lost.
 */
export async function beginSending(
  queryable: Queryable,
  attempt: {
    readonly payoutId: Uuid;
    readonly eventId: EventId;
    readonly deliveryId: DeliveryId;
    readonly lease: Uuid;
  },
): Promise<PayoutColumns['state'] | null> {
  const result = await queryable.query<{ state: PayoutColumns['state'] }>({
    name: 'begin_sending',
    text: `with held as (
             select p.id, p.state from payouts p
              where p.id = $1 and p.event_id = $2
                and exists (select from open_deliveries o where o.id = $3 and not o.extra and o.lease = $4)
                for update
           ), begun as (
             update payouts p set state = 'sending', sent_at = now() from held where p.id = held.id and held.state = 'requested'
           )
           select state from held`,
    values: [attempt.payoutId, uuidOf(attempt.eventId), uuidOf(attempt.deliveryId), attempt.lease],
  });
  return result.rows[0]?.state ?? null;
}

/** Ends the delivery of a payment request that nobody holds. False when somebody does. */
export async function cancelUnheld(
  transaction: Queryable,
  eventId: Uuid,
  webhookUid: Uuid,
): Promise<boolean> {
  const result = await transaction.query<{ held: boolean }>({
    name: 'cancel_unheld_payment_request',
    text: `with gone as (
             delete from open_deliveries
              where event_id = $1 and webhook_uid = $2 and scope = 'payout' and not extra
                and (lease is null or due_at <= now())
             returning *
           ), kept as (
             insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                            webhook_name, created_at, attempts, retries, state, closed_at)
             select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
                    attempts, retries, 'cancelled', now() from gone
           )
           select exists (select from open_deliveries
                           where event_id = $1 and webhook_uid = $2 and scope = 'payout' and not extra)
              and not exists (select from gone) as held`,
    values: [eventId, webhookUid],
  });
  return result.rows[0]?.held === false;
}
