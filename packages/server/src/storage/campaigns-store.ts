import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { hasRoom } from './quota-room.ts';
import type { Schema } from './schema.ts';

/** Carries the UUID of each organization whose campaigns changed. */
export const campaignsChannel = 'fanfare_campaigns';

/** A campaign's own settings, with the names of what it belongs to. Points are decimal text. */
export type CampaignRow = Readonly<Selectable<Schema['campaigns']>> & {
  readonly organization_name: string;
  readonly community_name: string;
};

/** Changing a campaign is changing its design: see `campaign-design-store.ts`. */
export interface CampaignsStore {
  /** Nothing is written when the organization does not have the community, or has `most` campaigns. */
  insert(
    campaign: Omit<CampaignRow, 'organization_name' | 'community_name'>,
    most: number | null,
  ): Promise<'created' | 'no_community' | 'full'>;
  find(organizationId: Uuid, id: Uuid): Promise<CampaignRow | null>;
  /** Newest first; `before` is the last one of the page before. */
  list(organizationId: Uuid, before: Uuid | null, limit: number): Promise<readonly CampaignRow[]>;
  listen(onChange: (organizationId: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

export function createCampaignsStore(database: Database): CampaignsStore {
  const { kysely } = database;
  const own = (organizationId: Uuid) =>
    campaignRows(kysely).where('campaigns.organization_id', '=', organizationId);
  return {
    async insert(campaign, most) {
      return database.transaction(async (transaction) => {
        const { organization_id, community_id } = campaign;
        if (!(await keepCommunity(transaction, organization_id, community_id))) return 'no_community';
        if (!(await hasRoom(transaction, 'campaigns', organization_id, most))) return 'full';
        await transaction
          .insertInto('campaigns')
          .values({ ...campaign, tiers: JSON.stringify(campaign.tiers) })
          .execute();
        await sql`select pg_notify(${campaignsChannel}, ${organization_id})`.execute(transaction);
        return 'created';
      });
    },

    async find(organizationId, id) {
      return (await own(organizationId).where('campaigns.id', '=', id).executeTakeFirst()) ?? null;
    },

    async list(organizationId, before, limit) {
      let query = own(organizationId).orderBy('campaigns.id', 'desc').limit(limit);
      if (before !== null) query = query.where('campaigns.id', '<', before);
      return query.execute();
    },

    listen: (onChange, onMissed) => database.listen(campaignsChannel, onChange, onMissed),
  };
}

/** Whether the organization has this campaign. */
export async function hasCampaign(
  reader: Kysely<Schema>,
  organizationId: Uuid,
  campaignId: Uuid,
): Promise<boolean> {
  const found = await reader
    .selectFrom('campaigns')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', campaignId)
    .executeTakeFirst();
  return found !== undefined;
}

export function campaignRows(reader: Kysely<Schema>) {
  return reader
    .selectFrom('campaigns')
    .innerJoin('communities', 'communities.id', 'campaigns.community_id')
    .innerJoin('organizations', 'organizations.id', 'campaigns.organization_id')
    .selectAll('campaigns')
    .select(['communities.name as community_name', 'organizations.name as organization_name']);
}

/** Whether the organization has this community; then it stays until the transaction ends. */
export async function keepCommunity(
  transaction: Transaction<Schema>,
  organizationId: Uuid,
  id: Uuid,
): Promise<boolean> {
  const found = await transaction
    .selectFrom('communities')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst();
  return found !== undefined;
}
