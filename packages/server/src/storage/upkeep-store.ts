import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

/** Whose secret a row holds: the table it lies in. */
export type SecretTable = 'webhook_secrets' | 'inboxes' | 'participant_token_keys';

export interface SealedRow {
  readonly table: SecretTable;
  readonly id: Uuid;
  /** The webhook, the inbox or the key itself, which is authenticated with the ciphertext. */
  readonly ownerId: Uuid;
  readonly ciphertext: Buffer;
  readonly keyId: string;
}

/** What slow work on a timer reads and writes. */
export interface UpkeepStore {
  /**
   * Runs the work unless another node is at the same task. Returns whether it ran. The lock belongs to a
   * database session, so it goes with the node that held it.
   */
  alone(task: string, work: () => Promise<void>): Promise<boolean>;
  /** Deletes up to `limit` keys; returns how many there were. */
  deleteIdempotencyKeysBefore(before: Date, limit: number): Promise<number>;
  /** Deletes secrets that stopped signing before this time. */
  deleteSecretsExpiredBefore(before: Date): Promise<number>;
  /** The ids of the keys under which secrets lie in the database. */
  readSecretKeyIds(): Promise<string[]>;
  /** Rows encrypted with another key than this one, in order of their ids, after `after`. */
  readSecretsNotUnder(
    keyId: string,
    table: SecretTable,
    after: Uuid | null,
    limit: number,
  ): Promise<SealedRow[]>;
  /** Writes the new ciphertext unless the row changed meanwhile; returns whether it did. */
  replaceSecret(
    row: SealedRow,
    sealed: { readonly ciphertext: Buffer; readonly keyId: string },
  ): Promise<boolean>;
  /** Deletes all but the newest `keep` requests of each inbox; returns how many went. */
  trimInboxes(keep: number): Promise<number>;
}

/** First key of the two-key advisory locks of upkeep; other locks of Fanfare use one key. */
const lockSpace = 1_178_681;

export function createUpkeepStore(database: Database): UpkeepStore {
  const { kysely, pool } = database;
  return {
    async alone(task, work) {
      const client = await pool.connect();
      let intact = false;
      try {
        const { rows } = await client.query<{ held: boolean }>(
          'select pg_try_advisory_lock($1, hashtext($2)) as held',
          [lockSpace, task],
        );
        if (rows[0]?.held !== true) {
          intact = true;
          return false;
        }
        try {
          await work();
        } finally {
          await client.query('select pg_advisory_unlock($1, hashtext($2))', [lockSpace, task]);
          intact = true;
        }
        return true;
      } finally {
        // With the session goes the lock, whatever happened to it.
        client.release(!intact);
      }
    },

    async deleteIdempotencyKeysBefore(before, limit) {
      const result = await sql`
        delete from idempotency_keys where ctid = any (array(
          select ctid from idempotency_keys where created_at < ${before} order by created_at limit ${limit}
        ))`.execute(kysely);
      return Number(result.numAffectedRows ?? 0n);
    },

    async deleteSecretsExpiredBefore(before) {
      const result = await kysely
        .deleteFrom('webhook_secrets')
        .where('expires_at', '<', before)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },

    async readSecretKeyIds() {
      const { rows } = await sql<{ keyId: string }>`
        select distinct key_id as "keyId" from webhook_secrets
        union select key_id from inboxes where ciphertext is not null
        union select key_id from participant_token_keys
        order by 1`.execute(kysely);
      return rows.map(({ keyId }) => keyId);
    },

    async readSecretsNotUnder(keyId, table, after, limit) {
      const owner = sql.ref(table === 'webhook_secrets' ? 'webhook_uid' : 'id');
      const { rows } = await sql<{ id: Uuid; ownerId: Uuid; ciphertext: Buffer; keyId: string }>`
        select id, ${owner} as "ownerId", ciphertext, key_id as "keyId" from ${sql.table(table)}
         where key_id <> ${keyId} and ciphertext is not null and (${after}::uuid is null or id > ${after}::uuid)
         order by id limit ${limit}`.execute(kysely);
      return rows.map((row) => ({ table, ...row }));
    },

    async replaceSecret(row, sealed) {
      const result = await sql`
        update ${sql.table(row.table)} set ciphertext = ${sealed.ciphertext}, key_id = ${sealed.keyId}
         where id = ${row.id} and ciphertext = ${row.ciphertext}`.execute(kysely);
      return result.numAffectedRows === 1n;
    },

    async trimInboxes(keep) {
      const result = await sql`
        delete from inbox_requests using (
          select inboxes.id as inbox_id, newest.id as bound from inboxes, lateral (
            select id from inbox_requests where inbox_id = inboxes.id order by id desc offset ${keep} limit 1
          ) newest
        ) surplus
        where inbox_requests.inbox_id = surplus.inbox_id and inbox_requests.id <= surplus.bound`.execute(
        kysely,
      );
      return Number(result.numAffectedRows ?? 0n);
    },
  };
}
