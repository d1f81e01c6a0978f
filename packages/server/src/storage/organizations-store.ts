import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { browserAccessChannel } from './browser-access-store.ts';
import { designChannel } from './campaign-design-store.ts';
import type { Database } from './database.ts';
import { tokensChannel } from './tokens-store.ts';

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
  /** The organization that was made first, of those that stay; null when there is none. */
  first(): Promise<OrganizationRow | null>;
  /** Writes all in one transaction. `onlyIfNone`: null is answered, and nothing written, when there is one already. */
  insert(
    organization: OrganizationRow,
    defaultCommunity: CommunityRow,
    options?: {
      readonly onlyIfNone?: boolean;
      readonly owner?: { readonly memberId: Uuid; readonly personId: Uuid };
    },
  ): Promise<OrganizationRow | null>;
  /** Every node hears of it. Null when there is no such organization. */
  rename(id: Uuid, name: string): Promise<OrganizationRow | null>;
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
      return (
        (await all()
          .where('deleting_at', 'is', null)
          .orderBy('created_at')
          .orderBy('id')
          .limit(1)
          .executeTakeFirst()) ?? null
      );
    },

    async insert(organization, defaultCommunity, { onlyIfNone = false, owner } = {}) {
      return database.transaction(async (transaction) => {
        if (onlyIfNone) {
          await sql`select pg_advisory_xact_lock(${firstOrganizationLock})`.execute(transaction);
          const existing = await transaction
            .selectFrom('organizations')
            .select('id')
            .where('deleting_at', 'is', null)
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
        if (owner !== undefined) {
          await transaction
            .insertInto('members')
            .values({
              id: owner.memberId,
              organization_id: organization.id,
              person_id: owner.personId,
              role: 'owner',
              created_at: organization.createdAt,
            })
            .execute();
        }
        return organization;
      });
    },

    rename: (id, name) =>
      database.transaction(async (transaction) => {
        const renamed = await transaction
          .updateTable('organizations')
          .set({ name })
          .where('id', '=', id)
          .returning(['id', 'name', 'created_at as createdAt'])
          .executeTakeFirst();
        if (renamed === undefined) return null;
        // Whoever keeps something that names it: tokens with their organization, campaigns with their rules.
        await sql`
          select pg_notify(${tokensChannel}, id::text) from api_tokens
           where organization_id = ${id} and revoked_at is null`.execute(transaction);
        await sql`
          select pg_notify(${designChannel}, id::text) from campaigns where organization_id = ${id}`.execute(
          transaction,
        );
        await sql`select pg_notify(${browserAccessChannel}, ${id})`.execute(transaction);
        return renamed;
      }),

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
