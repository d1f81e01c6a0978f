import { sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import { designChannel } from './campaign-design-store.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Carries the UUID of each organization whose campaigns changed. */
const campaignsChannel = 'fanfare_campaigns';

export interface CampaignRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly communityId: Uuid;
  readonly communityName: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface CampaignsStore {
  insert(campaign: Omit<CampaignRow, 'communityName'>): Promise<void>;
  find(organizationId: Uuid, id: Uuid): Promise<CampaignRow | null>;
  /** Newest first; `before` is the last one of the page before. */
  list(organizationId: Uuid, before: Uuid | null, limit: number): Promise<readonly CampaignRow[]>;
  /** Whether there was such a campaign. */
  rename(organizationId: Uuid, id: Uuid, name: string): Promise<boolean>;
  listen(onChange: (organizationId: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

export function createCampaignsStore(database: Database): CampaignsStore {
  const { kysely } = database;
  const campaigns = (organizationId: Uuid) =>
    kysely
      .selectFrom('campaigns')
      .innerJoin('communities', 'communities.id', 'campaigns.community_id')
      .select([
        'campaigns.id',
        'campaigns.organization_id as organizationId',
        'campaigns.community_id as communityId',
        'communities.name as communityName',
        'campaigns.name',
        'campaigns.created_at as createdAt',
      ])
      .where('campaigns.organization_id', '=', organizationId);
  return {
    async insert(campaign) {
      await database.transaction(async (transaction) => {
        await transaction
          .insertInto('campaigns')
          .values({
            id: campaign.id,
            organization_id: campaign.organizationId,
            community_id: campaign.communityId,
            name: campaign.name,
            created_at: campaign.createdAt,
          })
          .execute();
        await announce(transaction, campaign.organizationId);
      });
    },

    async find(organizationId, id) {
      return (await campaigns(organizationId).where('campaigns.id', '=', id).executeTakeFirst()) ?? null;
    },

    async list(organizationId, before, limit) {
      let query = campaigns(organizationId).orderBy('campaigns.id', 'desc').limit(limit);
      if (before !== null) query = query.where('campaigns.id', '<', before);
      return query.execute();
    },

    async rename(organizationId, id, name) {
      return database.transaction(async (transaction) => {
        const renamed = await transaction
          .updateTable('campaigns')
          .set({ name })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returning('id')
          .executeTakeFirst();
        if (renamed === undefined) return false;
        await announce(transaction, organizationId);
        await sql`select pg_notify(${designChannel}, ${id})`.execute(transaction);
        return true;
      });
    },

    listen: (onChange, onMissed) => database.listen(campaignsChannel, onChange, onMissed),
  };
}

async function announce(transaction: Transaction<Schema>, organizationId: Uuid): Promise<void> {
  await sql`select pg_notify(${campaignsChannel}, ${organizationId})`.execute(transaction);
}
