import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { textArray, uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';

export interface ParticipantRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  /** The organization's own id for the person; null for who is known only by an account. */
  readonly externalId: string | null;
  readonly createdAt: Date;
}

export interface ParticipantKey {
  readonly organizationId: Uuid;
  readonly externalId: string;
}

/** Participants are made on first sight and never change, so whatever was read may be kept. */
export interface ParticipantsStore {
  /** Finds or makes the participants with these keys, in their order. `newIds` has a fresh UUID for each. */
  ensure(keys: readonly ParticipantKey[], newIds: readonly Uuid[]): Promise<readonly Uuid[]>;
  find(organizationId: Uuid, id: Uuid): Promise<ParticipantRow | null>;
  findByExternalId(organizationId: Uuid, externalId: string): Promise<ParticipantRow | null>;
  /** Newest first; `before` is the last one of the page before; `search` is a part of the organization's own id. */
  list(
    organizationId: Uuid,
    search: string | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly ParticipantRow[]>;
}

export function createParticipantsStore(database: Database): ParticipantsStore {
  const { kysely, hotPool } = database;

  async function known(keys: readonly ParticipantKey[]): Promise<Map<string, Uuid>> {
    const { rows } = await hotPool.query<{ id: Uuid; organization_id: Uuid; external_id: string }>({
      name: 'participants_known',
      // Served by the unique index on (organization_id, external_id).
      text: `select p.id, p.organization_id, p.external_id
               from unnest($1::uuid[], $2::text[]) as k (organization_id, external_id)
               join participants p using (organization_id, external_id)`,
      values: [
        uuidArray(keys.map((key) => key.organizationId)),
        textArray(keys.map((key) => key.externalId)),
      ],
    });
    return new Map(rows.map((row) => [keyText(row.organization_id, row.external_id), row.id]));
  }

  const all = (organizationId: Uuid) =>
    kysely
      .selectFrom('participants')
      .select([
        'id',
        'organization_id as organizationId',
        'external_id as externalId',
        'created_at as createdAt',
      ])
      .where('organization_id', '=', organizationId);

  return {
    async ensure(keys, newIds) {
      const found = await known(keys);
      const missing = keys
        .map((key, index) => ({
          ...key,
          id: newIds[index] ?? '',
          text: keyText(key.organizationId, key.externalId),
        }))
        .filter(({ text }) => !found.has(text))
        // One order for all writers: two of them with the same new keys wait for each other instead of deadlocking.
        .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
      if (missing.length > 0) {
        const { rows } = await hotPool.query<{ id: Uuid; organization_id: Uuid; external_id: string }>({
          name: 'participants_ensure',
          text: `insert into participants (id, organization_id, external_id)
                 select * from unnest($1::uuid[], $2::uuid[], $3::text[])
                 on conflict (organization_id, external_id) do nothing
                 returning id, organization_id, external_id`,
          values: [
            uuidArray(missing.map((row) => row.id)),
            uuidArray(missing.map((row) => row.organizationId)),
            textArray(missing.map((row) => row.externalId)),
          ],
        });
        for (const row of rows) found.set(keyText(row.organization_id, row.external_id), row.id);
        // Whoever is neither old nor ours was made by another node in between: a new statement sees them.
        const others = missing.filter(({ text }) => !found.has(text));
        if (others.length > 0) for (const [text, id] of await known(others)) found.set(text, id);
      }
      return keys.map((key) => {
        const id = found.get(keyText(key.organizationId, key.externalId));
        if (id === undefined)
          throw new Error('A participant was neither found nor made: it was deleted meanwhile');
        return id;
      });
    },

    async find(organizationId, id) {
      return (await all(organizationId).where('id', '=', id).executeTakeFirst()) ?? null;
    },

    async findByExternalId(organizationId, externalId) {
      return (await all(organizationId).where('external_id', '=', externalId).executeTakeFirst()) ?? null;
    },

    async list(organizationId, search, before, limit) {
      let query = all(organizationId).orderBy('id', 'desc').limit(limit);
      if (search !== null) query = query.where(sql<boolean>`position(${search} in external_id) > 0`);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },
  };
}

function keyText(organizationId: Uuid, externalId: string): string {
  return organizationId + externalId;
}
