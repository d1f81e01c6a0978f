import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

export interface OrganizationRow {
  readonly id: Uuid;
  readonly name: string;
  readonly createdAt: Date;
}

export interface CommunityRow {
  readonly id: Uuid;
  readonly name: string;
}

/** Organizations, each with its one default community. */
export interface OrganizationsStore {
  find(id: Uuid): Promise<OrganizationRow | null>;
  /** The organization that was made first; null in an empty database. */
  first(): Promise<OrganizationRow | null>;
  /** Writes both in one transaction. `onlyIfNone`: null is answered, and nothing written, when there is one already. */
  insert(
    organization: OrganizationRow,
    defaultCommunity: CommunityRow,
    onlyIfNone?: boolean,
  ): Promise<OrganizationRow | null>;
  defaultCommunity(organizationId: Uuid): Promise<CommunityRow | null>;
}

/** Any number that no other advisory lock here uses: nodes that start together make one first organization. */
const firstOrganizationLock = 7_219_350_115;

export function createOrganizationsStore(database: Database): OrganizationsStore {
  const { kysely } = database;
  const all = () => kysely.selectFrom('organizations').select(['id', 'name', 'created_at as createdAt']);
  return {
    async find(id) {
      return (await all().where('id', '=', id).executeTakeFirst()) ?? null;
    },

    async first() {
      return (await all().orderBy('created_at').orderBy('id').limit(1).executeTakeFirst()) ?? null;
    },

    async insert(organization, defaultCommunity, onlyIfNone = false) {
      return database.transaction(async (transaction) => {
        if (onlyIfNone) {
          await sql`select pg_advisory_xact_lock(${firstOrganizationLock})`.execute(transaction);
          const existing = await transaction
            .selectFrom('organizations')
            .select('id')
            .limit(1)
            .executeTakeFirst();
          if (existing !== undefined) return null;
        }
        await transaction
          .insertInto('organizations')
          .values({ id: organization.id, name: organization.name, created_at: organization.createdAt })
          .execute();
        await transaction
          .insertInto('communities')
          .values({
            id: defaultCommunity.id,
            organization_id: organization.id,
            name: defaultCommunity.name,
            is_default: true,
            created_at: organization.createdAt,
          })
          .execute();
        return organization;
      });
    },

    async defaultCommunity(organizationId) {
      const row = await kysely
        .selectFrom('communities')
        .select(['id', 'name'])
        .where('organization_id', '=', organizationId)
        .where('is_default', '=', true)
        .executeTakeFirst();
      return row ?? null;
    },
  };
}
