import { type Selectable, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { hasCampaign } from './campaigns-store.ts';
import type { Database } from './database.ts';
import { survivorOf } from './participant-alias.ts';
import type { Schema } from './schema.ts';

type Payouts = Readonly<Selectable<Schema['payouts']>>;

/** A payout with the places of its unit, to write amounts with, and with what its reward, campaign and owner are called. */
export type PayoutListRow = Omit<Payouts, 'organization_id' | 'event_id' | 'webhook_uid' | 'sent_at'> & {
  readonly decimals: number;
  readonly unit: string;
  readonly reward_name: string;
  readonly campaign_name: string;
  readonly participant_external_id: string | null;
  readonly participant_email: string | null;
  readonly earnings: readonly Uuid[];
};

export type PayoutAttemptRow = Readonly<
  Omit<Selectable<Schema['payout_attempts']>, 'payout_id' | 'webhook_uid'>
> & {
  /** The public id of the webhook that was asked. */
  readonly webhook_id: string | null;
  /** Whose history shows the request and its answer; null when retention dropped it. */
  readonly delivery_id: Uuid | null;
};

export type EarningListRow = Readonly<Omit<Selectable<Schema['earnings']>, 'organization_id'>> & {
  readonly decimals: number;
};

/** Whom a payout is for. Never changes, but by merging participants. */
export interface PayoutOwner {
  readonly id: Uuid;
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
}

export interface StuckPayout extends PayoutOwner {
  readonly attempt: number;
  readonly event_id: Uuid;
  readonly webhook_uid: Uuid;
  readonly state: 'requested' | 'sending';
  readonly webhook_name: string;
  readonly webhook_status: string;
  readonly webhook_deleted: boolean;
}

export interface TotalRow {
  readonly reward_id: Uuid;
  readonly reward_name: string;
  readonly unit: string;
  readonly decimals: number;
  readonly state: 'claimable' | 'requested' | 'paid' | 'revoked';
  readonly earnings: number;
  readonly amount: string;
}

export interface PayoutFilter {
  readonly campaignId?: Uuid | undefined;
  readonly participantId?: Uuid | undefined;
  readonly rewardId?: Uuid | undefined;
  readonly state?: Schema['payouts']['state'] | undefined;
}

export interface EarningFilter {
  readonly participantId?: Uuid | undefined;
  readonly rewardId?: Uuid | undefined;
  readonly state?: 'claimable' | 'requested' | 'paid' | 'revoked' | undefined;
}

/** Payouts and earnings, for reading and for tending to them. Changed by actions alone. */
export interface PayoutsStore {
  /** Newest first. */
  list(
    organizationId: Uuid,
    filter: PayoutFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly PayoutListRow[]>;
  find(organizationId: Uuid, id: Uuid): Promise<PayoutListRow | null>;
  /** From the first one. */
  attempts(id: Uuid): Promise<readonly PayoutAttemptRow[]>;
  owner(id: Uuid): Promise<PayoutOwner | null>;
  /** Newest first; null when the organization has no such campaign. */
  earnings(
    organizationId: Uuid,
    campaignId: Uuid,
    filter: EarningFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly EarningListRow[] | null>;
  /** Sums by reward and state, test participants left out; null when the organization has no such campaign. */
  totals(organizationId: Uuid, campaignId: Uuid): Promise<readonly TotalRow[] | null>;
  /**
   * Automatic payouts whose time has come, the longest waiting first, and such that wait for a time later than
   * `implausible`: the clock that set it has been set back since.
   */
  due(now: Date, implausible: Date, limit: number): Promise<readonly PayoutOwner[]>;
  /**
   * Payouts that were asked for and that nobody will send: their delivery is gone, or their webhook is off. One whose
   * request left may still be answered for as long as a lease lasts.
   */
  stuck(limit: number): Promise<readonly StuckPayout[]>;
}

/** Longer than any lease: the longest timeout of a webhook, and 30 s. */
const longestExchange = '90 seconds';

export function createPayoutsStore(database: Database): PayoutsStore {
  const { kysely } = database;

  const payouts = (organizationId: Uuid) =>
    kysely
      .selectFrom('payouts')
      .innerJoin('rewards', 'rewards.id', 'payouts.reward_id')
      .innerJoin('campaigns', 'campaigns.id', 'payouts.campaign_id')
      .innerJoin('participants', 'participants.id', 'payouts.participant_id')
      .select([
        'payouts.id',
        'payouts.campaign_id',
        'payouts.participant_id',
        'payouts.reward_id',
        'payouts.amount',
        'rewards.decimals',
        'rewards.unit',
        'rewards.name as reward_name',
        'campaigns.name as campaign_name',
        'participants.external_id as participant_external_id',
        'participants.email as participant_email',
        'platform',
        'account',
        'origin',
        'payouts.state',
        'payouts.attempt',
        'payouts.requested_by',
        'payouts.next_attempt_at',
        'payouts.status',
        'payouts.reason',
        'settled_by',
        'reference',
        'payouts.created_at',
        'requested_at',
        'settled_at',
        sql<Uuid[]>`array(select e.id::text from earnings e where e.payout_id = payouts.id order by e.id)`.as(
          'earnings',
        ),
      ])
      .where('payouts.organization_id', '=', organizationId);

  return {
    async list(organizationId, filter, before, limit) {
      let query = payouts(organizationId).orderBy('payouts.id', 'desc').limit(limit);
      if (filter.campaignId !== undefined) query = query.where('payouts.campaign_id', '=', filter.campaignId);
      if (filter.participantId !== undefined) {
        query = query.where('payouts.participant_id', '=', survivorOf(filter.participantId));
      }
      if (filter.rewardId !== undefined) query = query.where('payouts.reward_id', '=', filter.rewardId);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (before !== null) query = query.where('payouts.id', '<', before);
      return query.execute();
    },

    async find(organizationId, id) {
      return (await payouts(organizationId).where('payouts.id', '=', id).executeTakeFirst()) ?? null;
    },

    async attempts(id) {
      return kysely
        .selectFrom('payout_attempts as a')
        .leftJoin('webhooks as w', 'w.uid', 'a.webhook_uid')
        .select([
          'a.number',
          'a.event_id',
          'a.requested_by',
          'a.requested_at',
          'a.outcome',
          'a.status',
          'a.reason',
          'a.settled_by',
          'a.reference',
          'a.settled_at',
          'w.id as webhook_id',
          sql<Uuid | null>`(select d.id from deliveries d
                             where d.event_id = a.event_id and d.webhook_uid = a.webhook_uid and d.scope = 'payout'
                             limit 1)`.as('delivery_id'),
        ])
        .where('a.payout_id', '=', id)
        .orderBy('a.number')
        .execute();
    },

    async owner(id) {
      const row = await kysely
        .selectFrom('payouts')
        .select(['id', 'campaign_id', 'participant_id'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row ?? null;
    },

    async earnings(organizationId, campaignId, filter, before, limit) {
      if (!(await hasCampaign(kysely, organizationId, campaignId))) return null;
      let query = kysely
        .selectFrom('earnings')
        .innerJoin('rewards', 'rewards.id', 'earnings.reward_id')
        .select([
          'earnings.id',
          'earnings.campaign_id',
          'participant_id',
          'reward_id',
          'amount',
          'decimals',
          'state',
          'payout_id',
          'claimed_at',
          'cause',
          'earnings.created_at',
        ])
        .where('earnings.campaign_id', '=', campaignId)
        .orderBy('earnings.id', 'desc')
        .limit(limit);
      if (filter.participantId !== undefined)
        query = query.where('participant_id', '=', survivorOf(filter.participantId));
      if (filter.rewardId !== undefined) query = query.where('reward_id', '=', filter.rewardId);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (before !== null) query = query.where('earnings.id', '<', before);
      return query.execute();
    },

    async totals(organizationId, campaignId) {
      if (!(await hasCampaign(kysely, organizationId, campaignId))) return null;
      return kysely
        .selectFrom('earnings')
        .innerJoin('rewards', 'rewards.id', 'earnings.reward_id')
        .innerJoin('participants', 'participants.id', 'earnings.participant_id')
        .select([
          'reward_id',
          'rewards.name as reward_name',
          'unit',
          'decimals',
          'state',
          sql<number>`count(*)::int`.as('earnings'),
          sql<string>`sum(amount)::text`.as('amount'),
        ])
        .where('earnings.campaign_id', '=', campaignId)
        .where('participants.test', '=', false)
        .groupBy(['reward_id', 'rewards.name', 'unit', 'decimals', 'state'])
        .orderBy('reward_id')
        .orderBy('state')
        .execute();
    },

    async due(now, implausible, limit) {
      return kysely
        .selectFrom('payouts')
        .select(['id', 'campaign_id', 'participant_id'])
        .where(({ eb, or }) =>
          or([eb('next_attempt_at', '<=', now), eb('next_attempt_at', '>', implausible)]),
        )
        .orderBy('next_attempt_at')
        .limit(limit)
        .execute();
    },

    async stuck(limit) {
      const { rows } = await sql<StuckPayout>`
        select p.id, p.campaign_id, p.participant_id, p.attempt, p.event_id, p.webhook_uid, p.state,
               w.name as webhook_name, w.status as webhook_status, w.deleted_at is not null as webhook_deleted
          from payouts p join webhooks w on w.uid = p.webhook_uid
         where (p.state = 'requested' or (p.state = 'sending' and p.sent_at < now() - ${longestExchange}::interval))
           and (w.status <> 'active' or w.deleted_at is not null
                or not exists (select from open_deliveries o
                                where o.event_id = p.event_id and o.webhook_uid = p.webhook_uid
                                  and o.scope = 'payout' and not o.extra))
         order by p.requested_at limit ${limit}`.execute(kysely);
      return rows;
    },
  };
}
