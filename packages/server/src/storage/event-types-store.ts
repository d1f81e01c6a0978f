import { sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Carries the UUID of each organization whose event types changed. */
const eventTypesChannel = 'fanfare_event_types';

/** An event type that an organization registered. */
export interface EventTypeRow {
  readonly type: string;
  readonly description: string;
  /** JSON Schema (2020-12) of `data`. */
  readonly schema: unknown;
  readonly example: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface EventTypesStore {
  /** By name. An organization has at most a few hundred. */
  list(organizationId: Uuid): Promise<readonly EventTypeRow[]>;
  find(organizationId: Uuid, type: string): Promise<EventTypeRow | null>;
  /** Writes the type unless the organization has `limit` others. */
  put(
    organizationId: Uuid,
    type: Pick<EventTypeRow, 'type' | 'description' | 'schema' | 'example'>,
    limit: number,
    now: Date,
  ): Promise<'created' | 'updated' | 'too_many'>;
  /** Deletes the type unless webhooks name it; those are answered, by public id. */
  delete(
    organizationId: Uuid,
    type: string,
  ): Promise<{ kind: 'deleted' } | { kind: 'not_found' } | { kind: 'in_use'; webhookIds: readonly string[] }>;
  listen(onChange: (organizationId: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

export function createEventTypesStore(database: Database): EventTypesStore {
  const { kysely } = database;
  const all = (organizationId: Uuid) =>
    kysely
      .selectFrom('event_types')
      .select([
        'type',
        'description',
        'schema',
        'example',
        'created_at as createdAt',
        'updated_at as updatedAt',
      ])
      .where('organization_id', '=', organizationId);
  return {
    async list(organizationId) {
      return all(organizationId).orderBy('type').execute();
    },

    async find(organizationId, type) {
      return (await all(organizationId).where('type', '=', type).executeTakeFirst()) ?? null;
    },

    async put(organizationId, { type, description, schema, example }, limit, now) {
      return database.transaction(async (transaction) => {
        await lock(transaction, organizationId);
        const { others } = await transaction
          .selectFrom('event_types')
          .select(({ fn }) => fn.countAll<string>().as('others'))
          .where('organization_id', '=', organizationId)
          .where('type', '<>', type)
          .executeTakeFirstOrThrow();
        if (Number(others) >= limit) return 'too_many';
        const content = {
          description,
          schema: JSON.stringify(schema),
          example: JSON.stringify(example),
          updated_at: now,
        };
        const updated = await transaction
          .updateTable('event_types')
          .set(content)
          .where('organization_id', '=', organizationId)
          .where('type', '=', type)
          .returning('type')
          .executeTakeFirst();
        if (updated === undefined) {
          await transaction
            .insertInto('event_types')
            .values({ organization_id: organizationId, type, created_at: now, ...content })
            .execute();
        }
        await announce(transaction, organizationId);
        return updated === undefined ? 'created' : 'updated';
      });
    },

    async delete(organizationId, type) {
      return database.transaction(async (transaction) => {
        await lock(transaction, organizationId);
        const naming = await transaction
          .selectFrom('webhooks')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('deleted_at', 'is', null)
          .where(sql<boolean>`${type} = any(events)`)
          .orderBy('id')
          .limit(10)
          .execute();
        if (naming.length > 0) return { kind: 'in_use', webhookIds: naming.map(({ id }) => id) };
        const deleted = await transaction
          .deleteFrom('event_types')
          .where('organization_id', '=', organizationId)
          .where('type', '=', type)
          .returning('type')
          .executeTakeFirst();
        if (deleted === undefined) return { kind: 'not_found' };
        await announce(transaction, organizationId);
        return { kind: 'deleted' };
      });
    },

    listen: (onChange, onMissed) => database.listen(eventTypesChannel, onChange, onMissed),
  };
}

/** One writer of an organization's event types at a time. */
async function lock(transaction: Transaction<Schema>, organizationId: Uuid): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${organizationId}, 7219))`.execute(transaction);
}

async function announce(transaction: Transaction<Schema>, organizationId: Uuid): Promise<void> {
  await sql`select pg_notify(${eventTypesChannel}, ${organizationId})`.execute(transaction);
}
