import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { type AccountRow, type ParticipantRow, profileColumns } from './participants-store.ts';

export interface ExportedParticipantRow extends Omit<ParticipantRow, 'updated_at' | 'erased_at'> {
  /** In the order in which they came. */
  readonly accounts: readonly AccountRow[];
}

/** What whole tables are made of, a page at a time. */
export interface ExportsStore {
  /** In the order in which they came, without those who were merged into others. */
  participants(
    organizationId: Uuid,
    after: Uuid | null,
    limit: number,
  ): Promise<readonly ExportedParticipantRow[]>;
  /** Every platform on which somebody has an account, in order. */
  platforms(organizationId: Uuid): Promise<readonly string[]>;
  /** The organization's own ids of these participants. */
  externalIds(organizationId: Uuid, ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, string>>;
}

export function createExportsStore({ kysely }: Pick<Database, 'kysely'>): ExportsStore {
  return {
    async participants(organizationId, after, limit) {
      let query = kysely
        .selectFrom('participants')
        .select(profileColumns)
        .select(
          sql<AccountRow[]>`coalesce(
            (select json_agg(json_build_object('platform', a.platform, 'name', a.name)
                             order by a.created_at, a.platform, a.name)
               from accounts a where a.participant_id = participants.id), '[]')`.as('accounts'),
        )
        .where('organization_id', '=', organizationId)
        .where('merged_into', 'is', null)
        .orderBy('id')
        .limit(limit);
      if (after !== null) query = query.where('id', '>', after);
      return query.execute();
    },

    async platforms(organizationId) {
      // One step of the index for each platform, not one for each account.
      const { rows } = await sql<{ platform: string }>`
        with recursive known as (
          (select platform from accounts where organization_id = ${organizationId} order by platform limit 1)
          union all
          select (select a.platform from accounts a
                   where a.organization_id = ${organizationId} and a.platform > known.platform
                   order by a.platform limit 1)
            from known where known.platform is not null
        )
        select platform from known where platform is not null`.execute(kysely);
      return rows.map(({ platform }) => platform);
    },

    async externalIds(organizationId, ids) {
      if (ids.length === 0) return new Map();
      const rows = await kysely
        .selectFrom('participants')
        .select(['id', 'external_id'])
        .where('organization_id', '=', organizationId)
        .where('id', '=', sql<Uuid>`any (${ids})`)
        .execute();
      return new Map(
        rows.flatMap(({ id, external_id }) => (external_id === null ? [] : [[id, external_id]])),
      );
    },
  };
}
