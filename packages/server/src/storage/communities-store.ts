import { sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import { designChannel } from './campaign-design-store.ts';
import { campaignsChannel } from './campaigns-store.ts';
import type { Database } from './database.ts';
import { hasRoom } from './quota-room.ts';
import type { Schema } from './schema.ts';

export interface CommunityDetailRow {
  readonly id: Uuid;
  readonly name: string;
  readonly isDefault: boolean;
  readonly createdAt: Date;
}

export type CommunityDeletion =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'default' }
  | { readonly kind: 'in_use'; readonly campaigns: number };

/** Communities of organizations. Every node hears of what changes what events say. */
export interface CommunitiesStore {
  /** Newest first; `before` is the last one of the page before. */
  list(organizationId: Uuid, before: Uuid | null, limit: number): Promise<readonly CommunityDetailRow[]>;
  find(organizationId: Uuid, id: Uuid): Promise<CommunityDetailRow | null>;
  /** False, and nothing is written, when the organization has as many as this. */
  insert(
    organizationId: Uuid,
    community: Omit<CommunityDetailRow, 'isDefault'>,
    most: number | null,
  ): Promise<boolean>;
  /** Null when there is no such community. `campaigns` are those whose events name it, when it was renamed. */
  change(
    organizationId: Uuid,
    id: Uuid,
    change: { readonly name?: string | undefined; readonly makeDefault: boolean },
  ): Promise<{ readonly row: CommunityDetailRow; readonly campaigns: readonly Uuid[] } | null>;
  delete(organizationId: Uuid, id: Uuid): Promise<CommunityDeletion>;
}

const columns = ['id', 'name', 'is_default as isDefault', 'created_at as createdAt'] as const;

export function createCommunitiesStore(database: Database): CommunitiesStore {
  const { kysely } = database;
  const own = (organizationId: Uuid) =>
    kysely.selectFrom('communities').select(columns).where('organization_id', '=', organizationId);
  return {
    async list(organizationId, before, limit) {
      let query = own(organizationId).orderBy('id', 'desc').limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async find(organizationId, id) {
      return (await own(organizationId).where('id', '=', id).executeTakeFirst()) ?? null;
    },

    insert: (organizationId, { id, name, createdAt }, most) =>
      database.transaction(async (transaction) => {
        if (!(await hasRoom(transaction, 'communities', organizationId, most))) return false;
        await transaction
          .insertInto('communities')
          .values({ id, organization_id: organizationId, name, is_default: false, created_at: createdAt })
          .execute();
        return true;
      }),

    change: (organizationId, id, { name, makeDefault }) =>
      database.transaction(async (transaction) => {
        // One change of an organization's communities at a time: there is exactly one default before and after.
        await transaction
          .selectFrom('organizations')
          .select('id')
          .where('id', '=', organizationId)
          .forNoKeyUpdate()
          .execute();
        const found = await transaction
          .selectFrom('communities')
          .select(columns)
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (found === undefined) return null;
        if (makeDefault && !found.isDefault) {
          await transaction
            .updateTable('communities')
            .set({ is_default: false })
            .where('organization_id', '=', organizationId)
            .where('is_default', '=', true)
            .execute();
        }
        const row = { ...found, name: name ?? found.name, isDefault: makeDefault || found.isDefault };
        await transaction
          .updateTable('communities')
          .set({ name: row.name, is_default: row.isDefault })
          .where('id', '=', id)
          .execute();
        await sql`select pg_notify(${campaignsChannel}, ${organizationId})`.execute(transaction);
        const campaigns = row.name === found.name ? [] : await tellCampaignsOf(transaction, id);
        return { row, campaigns };
      }),

    delete: (organizationId, id) =>
      database.transaction(async (transaction) => {
        // Against campaigns that are moved here meanwhile: their foreign key waits for this lock.
        const found = await transaction
          .selectFrom('communities')
          .select('is_default')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (found === undefined) return { kind: 'not_found' };
        if (found.is_default) return { kind: 'default' };
        const { count } = await transaction
          .selectFrom('campaigns')
          .select(({ fn }) => fn.countAll<string>().as('count'))
          .where('community_id', '=', id)
          .executeTakeFirstOrThrow();
        if (Number(count) > 0) return { kind: 'in_use', campaigns: Number(count) };
        await transaction.deleteFrom('communities').where('id', '=', id).execute();
        return { kind: 'deleted' };
      }),
  };
}

async function tellCampaignsOf(
  transaction: Transaction<Schema>,
  communityId: Uuid,
): Promise<readonly Uuid[]> {
  const { rows } = await sql<{ id: Uuid }>`
    select id, pg_notify(${designChannel}, id::text) from campaigns where community_id = ${communityId}`.execute(
    transaction,
  );
  return rows.map(({ id }) => id);
}
