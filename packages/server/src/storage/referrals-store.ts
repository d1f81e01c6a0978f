import type { Uuid } from '../ids.ts';
import { hasCampaign } from './campaigns-store.ts';
import type { Database } from './database.ts';
import { survivorOf } from './participant-alias.ts';
import type { Schema } from './schema.ts';

export type ReferralState = Schema['referrals']['state'];

export interface ReferralListRow {
  readonly id: Uuid;
  readonly state: ReferralState;
  readonly referrer_id: Uuid;
  readonly referrer_external_id: string | null;
  readonly claimer_id: Uuid;
  readonly claimer_external_id: string | null;
  readonly created_at: Date;
  readonly qualified_at: Date | null;
  readonly converted_at: Date | null;
  /** Decimal text. */
  readonly bonus_points: string;
}

export interface ReferralsStore {
  /** Whether the organization has this campaign. */
  hasCampaign(organizationId: Uuid, campaignId: Uuid): Promise<boolean>;
  /** Newest first; `before` is the last one of the page before. A filter that is null takes all. */
  list(
    campaignId: Uuid,
    filter: { readonly referrerId: Uuid | null; readonly state: ReferralState | null },
    before: Uuid | null,
    limit: number,
  ): Promise<readonly ReferralListRow[]>;
}

export function createReferralsStore({ kysely }: Pick<Database, 'kysely'>): ReferralsStore {
  return {
    hasCampaign: (organizationId, campaignId) => hasCampaign(kysely, organizationId, campaignId),

    // Served by `referrals_by_campaign`, `…_by_state` or `…_by_referrer`, each in the order of the list.
    async list(campaignId, { referrerId, state }, before, limit) {
      let query = kysely
        .selectFrom('referrals as r')
        .innerJoin('participants as referrer', 'referrer.id', 'r.referrer_id')
        .innerJoin('participants as claimer', 'claimer.id', 'r.claimer_id')
        .select([
          'r.id',
          'r.state',
          'r.referrer_id',
          'referrer.external_id as referrer_external_id',
          'r.claimer_id',
          'claimer.external_id as claimer_external_id',
          'r.created_at',
          'r.qualified_at',
          'r.converted_at',
          'r.bonus_points',
        ])
        .where('r.campaign_id', '=', campaignId)
        .orderBy('r.id', 'desc')
        .limit(limit);
      if (referrerId !== null) query = query.where('r.referrer_id', '=', survivorOf(referrerId));
      if (state !== null) query = query.where('r.state', '=', state);
      if (before !== null) query = query.where('r.id', '<', before);
      return query.execute();
    },
  };
}
