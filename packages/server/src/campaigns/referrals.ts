import {
  type CampaignId,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  type ReferralId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { notFound } from '../problems.ts';
import { createReferralsStore, type Database, type ReferralListRow } from '../storage/index.ts';

interface Mention {
  readonly id: ParticipantId;
  readonly externalId: string | null;
}

/** That somebody came to a campaign through somebody else, and what became of it. */
export interface Referral {
  readonly id: ReferralId;
  readonly referrer: Mention;
  /** Who came. */
  readonly claimer: Mention;
  readonly state: 'linked' | 'qualified' | 'converted';
  readonly linkedAt: Date;
  /** Null before, and for what happened before times were kept. */
  readonly qualifiedAt: Date | null;
  readonly convertedAt: Date | null;
  /** What the referrer was given for the claimer so far; at most 4 places. */
  readonly bonusPoints: number;
}

/** The referrals of campaigns, for reading. */
export interface Referrals {
  /** Newest first; `before` is the last one of the page before. Throws `not_found` for an unknown campaign. */
  list(
    organization: OrganizationId,
    campaign: CampaignId,
    filter: { readonly referrer: ParticipantId | null; readonly state: Referral['state'] | null },
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Referral[]>;
}

export function createReferrals(parts: { readonly database: Pick<Database, 'kysely'> }): Referrals {
  const store = createReferralsStore(parts.database);
  return {
    async list(organization, campaign, { referrer, state }, before, limit) {
      const campaignId = uuidOf(campaign);
      if (!(await store.hasCampaign(uuidOf(organization), campaignId))) throw notFound();
      const filter = { referrerId: referrer && uuidOf(referrer), state };
      return (await store.list(campaignId, filter, before, limit)).map(referralFrom);
    },
  };
}

function referralFrom(row: ReferralListRow): Referral {
  return {
    id: idFromUuid('ref', row.id),
    referrer: { id: idFromUuid('usr', row.referrer_id), externalId: row.referrer_external_id },
    claimer: { id: idFromUuid('usr', row.claimer_id), externalId: row.claimer_external_id },
    state: row.state,
    linkedAt: row.created_at,
    qualifiedAt: row.qualified_at,
    convertedAt: row.converted_at,
    bonusPoints: Number(row.bonus_points),
  };
}
