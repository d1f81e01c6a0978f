import { type Kysely, sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { dueChannel } from './webhooks-store.ts';

/** Deliveries that were set aside until somebody decides. */
export interface ParkedStore {
  /** Their attempts begin anew, at once. Returns how many, at most `limit`. */
  retry(webhookUid: Uuid, limit: number): Promise<number>;
  /** They are given up, and what stands behind them follows. Returns how many, at most `limit`. */
  skip(webhookUid: Uuid, limit: number): Promise<number>;
  /** Gives one delivery up that stands in a line and that nobody attempts now. */
  skipOne(
    organizationId: Uuid,
    deliveryId: Uuid,
  ): Promise<'skipped' | 'not_in_line' | 'under_way' | 'not_found'>;
}

export function createParkedStore(database: Database): ParkedStore {
  return {
    async retry(webhookUid, limit) {
      return database.transaction(async (transaction) => {
        const ids = await lockParked(transaction, webhookUid, limit);
        if (ids.length === 0) return 0;
        await sql`
          update open_deliveries set parked_at = null, retries = 0, due_at = now()
           where id = any (${ids}::uuid[]) and not extra`.execute(transaction);
        await tell(transaction, webhookUid);
        return ids.length;
      });
    },

    async skip(webhookUid, limit) {
      return database.transaction(async (transaction) => {
        const ids = await lockParked(transaction, webhookUid, limit);
        if (ids.length === 0) return 0;
        await end(transaction, ids);
        await tell(transaction, webhookUid);
        return ids.length;
      });
    },

    async skipOne(organizationId, deliveryId) {
      return database.transaction(async (transaction) => {
        const { rows } = await sql<{ webhook_uid: Uuid; in_line: boolean; under_way: boolean }>`
          select webhook_uid, line is not null as in_line, lease is not null and due_at > now() as under_way
            from open_deliveries
           where id = ${deliveryId} and not extra and organization_id = ${organizationId}
             for update`.execute(transaction);
        const [delivery] = rows;
        if (delivery === undefined) {
          const closed = await sql`
            select from closed_deliveries
             where id = ${deliveryId} and organization_id = ${organizationId}`.execute(transaction);
          return closed.rows.length > 0 ? 'not_in_line' : 'not_found';
        }
        if (!delivery.in_line) return 'not_in_line';
        if (delivery.under_way) return 'under_way';
        await end(transaction, [deliveryId]);
        await tell(transaction, delivery.webhook_uid);
        return 'skipped';
      });
    },
  };
}

type Connection = Kysely<Schema> | Transaction<Schema>;

async function lockParked(connection: Connection, webhookUid: Uuid, limit: number): Promise<readonly Uuid[]> {
  const { rows } = await sql<{ id: Uuid }>`
    select id from open_deliveries
     where webhook_uid = ${webhookUid} and parked_at is not null and not extra
     order by id limit ${limit} for update skip locked`.execute(connection);
  return rows.map(({ id }) => id);
}

async function end(connection: Connection, ids: readonly Uuid[]): Promise<void> {
  await sql`
    with gone as (
      delete from open_deliveries where id = any (${ids}::uuid[]) and not extra returning *
    )
    insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                   webhook_name, created_at, attempts, retries, state, closed_at)
    select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
           attempts, retries, 'cancelled', now()
      from gone`.execute(connection);
}

async function tell(connection: Connection, webhookUid: Uuid): Promise<void> {
  await sql`select pg_notify(${dueChannel}, ${webhookUid})`.execute(connection);
}
