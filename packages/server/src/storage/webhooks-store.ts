import { type Kysely, sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { hasRoom } from './quota-room.ts';
import type { Schema } from './schema.ts';
import { violates } from './violations.ts';
import { listWebhooks, type WebhookListFilter } from './webhook-list.ts';
import { type WebhookRow, webhookFromRow } from './webhook-row.ts';

/** Carries the UUID of each webhook whose settings, secrets or existence changed. */
export const webhooksChannel = 'fanfare_webhooks';
/** Carries the UUID of each webhook that has deliveries due which nobody was told of. */
export const dueChannel = 'fanfare_due';

export interface SecretRow {
  readonly id: Uuid;
  readonly ciphertext: Buffer;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** A webhook with the secrets that sign at `now`, the newest first. */
export interface WebhookWithSecrets {
  readonly webhook: WebhookRow;
  readonly secrets: readonly SecretRow[];
}

export type WebhookChange = Omit<WebhookRow, 'uid' | 'organizationId' | 'createdAt'>;
export type NewSecret = Omit<SecretRow, 'expiresAt'>;

export type ChangeResult = 'changed' | 'not_found' | 'id_taken';

/** Webhooks and their secrets. Deleted webhooks are absent everywhere but in the history. */
export interface WebhooksStore {
  readAll(now: Date): Promise<readonly WebhookWithSecrets[]>;
  read(uids: readonly Uuid[], now: Date): Promise<readonly WebhookWithSecrets[]>;
  find(organizationId: Uuid, id: string, now: Date): Promise<WebhookWithSecrets | null>;
  /** As `listWebhooks`, with their secrets. */
  list(
    organizationId: Uuid,
    filter: WebhookListFilter,
    page: { readonly before: Uuid | null; readonly limit: number },
    now: Date,
  ): Promise<{ readonly rows: readonly WebhookWithSecrets[]; readonly next: Uuid | null }>;
  /** `full`: the organization has `most` webhooks already. */
  insert(
    webhook: WebhookRow,
    secret: NewSecret,
    most: number | null,
  ): Promise<'created' | 'id_taken' | 'full'>;
  /**
   * Locks the webhook, lets `decide` compute its new settings from the saved ones, and writes them. What
   * `decide` throws leaves everything as it was. It must not use this store: it holds a connection.
   */
  change(
    organizationId: Uuid,
    id: string,
    decide: (saved: WebhookRow, isUsed: () => Promise<boolean>) => WebhookChange | Promise<WebhookChange>,
  ): Promise<ChangeResult>;
  /** Adds a secret; those before it sign until `othersUntil` at most, and at most `keep` of them go on at all. */
  rotate(uid: Uuid, secret: NewSecret, othersUntil: Date, keep: number, now: Date): Promise<boolean>;
  delete(organizationId: Uuid, id: string, now: Date): Promise<Uuid | null>;
  /** Closes up to `limit` open deliveries of one deleted webhook as cancelled; how many there were. */
  cancelDeliveries(uid: Uuid, limit: number, now: Date): Promise<number>;
  /** Deleted webhooks that still have open deliveries: a crash came between, or another node matched them meanwhile. */
  deletedWithDeliveries(): Promise<readonly Uuid[]>;
  campaignsAmong(organizationId: Uuid, campaigns: readonly Uuid[]): Promise<ReadonlySet<Uuid>>;
  customTypes(organizationId: Uuid): Promise<readonly string[]>;
  listen(onChange: (uid: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

type Connection = Kysely<Schema> | Transaction<Schema>;

export function createWebhooksStore(database: Database): WebhooksStore {
  const { kysely } = database;

  async function withSecrets(
    webhooks: readonly WebhookRow[],
    now: Date,
  ): Promise<readonly WebhookWithSecrets[]> {
    if (webhooks.length === 0) return [];
    const rows = await kysely
      .selectFrom('webhook_secrets')
      .selectAll()
      .where('webhook_uid', '=', sql<Uuid>`any(${webhooks.map((webhook) => webhook.uid)}::uuid[])`)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    const byWebhook = new Map<Uuid, SecretRow[]>(webhooks.map((webhook) => [webhook.uid, []]));
    for (const row of rows) {
      byWebhook.get(row.webhook_uid)?.push({
        id: row.id,
        ciphertext: row.ciphertext,
        keyId: row.key_id,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      });
    }
    return webhooks.map((webhook) => ({ webhook, secrets: byWebhook.get(webhook.uid) ?? [] }));
  }

  const live = () => kysely.selectFrom('webhooks').selectAll().where('deleted_at', 'is', null);

  return {
    async readAll(now) {
      return withSecrets((await live().execute()).map(webhookFromRow), now);
    },

    async read(uids, now) {
      const rows = await live().where('uid', '=', sql<Uuid>`any(${uids}::uuid[])`).execute();
      return withSecrets(rows.map(webhookFromRow), now);
    },

    async find(organizationId, id, now) {
      const rows = await live().where('organization_id', '=', organizationId).where('id', '=', id).execute();
      return (await withSecrets(rows.map(webhookFromRow), now))[0] ?? null;
    },

    async list(organizationId, filter, page, now) {
      const { rows, next } = await listWebhooks(database, organizationId, filter, page, now);
      return { rows: await withSecrets(rows, now), next };
    },

    async insert(webhook, secret, most) {
      return database.transaction(async (transaction) => {
        if (!(await hasRoom(transaction, 'webhooks', webhook.organizationId, most))) return 'full';
        const inserted = await transaction
          .insertInto('webhooks')
          .values({
            uid: webhook.uid,
            organization_id: webhook.organizationId,
            created_at: webhook.createdAt,
            ...toColumns(webhook),
          })
          .onConflict((conflict) =>
            conflict.columns(['organization_id', 'id']).where('deleted_at', 'is', null).doNothing(),
          )
          .returning('uid')
          .executeTakeFirst();
        if (inserted === undefined) return 'id_taken';
        await insertSecret(transaction, webhook.uid, secret);
        await announce(transaction, webhook.uid);
        return 'created';
      });
    },

    async change(organizationId, id, decide) {
      try {
        return await database.transaction(async (transaction) => {
          const row = await transaction
            .selectFrom('webhooks')
            .selectAll()
            .where('organization_id', '=', organizationId)
            .where('id', '=', id)
            .where('deleted_at', 'is', null)
            .forUpdate()
            .executeTakeFirst();
          if (row === undefined) return 'not_found';
          const saved = webhookFromRow(row);
          const change = await decide(saved, () => hasDeliveries(transaction, row.uid));
          if (change.ratePerSecond !== saved.ratePerSecond || change.rateAdaptive !== saved.rateAdaptive) {
            await beginRate(transaction, row.uid, change);
          }
          await transaction
            .updateTable('webhooks')
            .set(toColumns(change))
            .where('uid', '=', row.uid)
            .execute();
          await announce(transaction, row.uid);
          if (row.status !== 'active' && change.status === 'active') {
            await sql`select pg_notify(${dueChannel}, ${row.uid})`.execute(transaction);
          }
          return 'changed';
        });
      } catch (error) {
        if (violates(error, 'webhooks_public_id')) return 'id_taken';
        throw error;
      }
    },

    async rotate(uid, secret, othersUntil, keep, now) {
      return database.transaction(async (transaction) => {
        const webhook = await transaction
          .updateTable('webhooks')
          .set({ updated_at: now })
          .where('uid', '=', uid)
          .where('deleted_at', 'is', null)
          .returning('uid')
          .executeTakeFirst();
        if (webhook === undefined) return false;
        await transaction
          .updateTable('webhook_secrets')
          .set({ expires_at: sql<Date>`least(expires_at, ${othersUntil}::timestamptz)` })
          .where('webhook_uid', '=', uid)
          .execute();
        await sql`
          delete from webhook_secrets
           where webhook_uid = ${uid} and (expires_at <= ${now} or id not in (
             select id from webhook_secrets where webhook_uid = ${uid}
              order by created_at desc, id desc limit ${keep}))`.execute(transaction);
        await insertSecret(transaction, uid, secret);
        await announce(transaction, uid);
        return true;
      });
    },

    async delete(organizationId, id, now) {
      return database.transaction(async (transaction) => {
        // Inactive as well, so that nobody claims what is still open.
        const row = await transaction
          .updateTable('webhooks')
          .set({ deleted_at: now, updated_at: now, status: 'inactive' })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('deleted_at', 'is', null)
          .returning('uid')
          .executeTakeFirst();
        if (row === undefined) return null;
        await transaction.deleteFrom('webhook_secrets').where('webhook_uid', '=', row.uid).execute();
        await announce(transaction, row.uid);
        return row.uid;
      });
    },

    async cancelDeliveries(uid, limit, now) {
      // A delivery with a resend beside it has two rows here, and one outcome there.
      const result = await sql<{ cancelled: string }>`
        with doomed as (
          select id, extra from open_deliveries where webhook_uid = ${uid} limit ${limit} for update skip locked
        ), removed as (
          delete from open_deliveries o using doomed d where o.id = d.id and o.extra = d.extra returning o.*
        ), closed as (
          insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                         webhook_name, created_at, attempts, retries, state, closed_at)
          select id, organization_id, webhook_uid, event_id, format, format_version, scope,
                 webhook_name, created_at, attempts, retries, 'cancelled', ${now}
            from removed where not extra
          on conflict (id) do nothing
        )
        select count(*) as cancelled from removed`.execute(kysely);
      return Number(result.rows[0]?.cancelled ?? 0);
    },

    async deletedWithDeliveries() {
      const rows = await kysely
        .selectFrom('webhooks')
        .select('uid')
        .where('deleted_at', 'is not', null)
        .where((where) =>
          where.exists(
            where
              .selectFrom('open_deliveries')
              .select('id')
              .whereRef('open_deliveries.webhook_uid', '=', 'webhooks.uid'),
          ),
        )
        .execute();
      return rows.map((row) => row.uid);
    },

    async campaignsAmong(organizationId, campaigns) {
      if (campaigns.length === 0) return new Set();
      const rows = await kysely
        .selectFrom('campaigns')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('id', '=', sql<Uuid>`any(${campaigns}::uuid[])`)
        .execute();
      return new Set(rows.map((row) => row.id));
    },

    async customTypes(organizationId) {
      const rows = await kysely
        .selectFrom('event_types')
        .select('type')
        .where('organization_id', '=', organizationId)
        .orderBy('type')
        .execute();
      return rows.map((row) => row.type);
    },

    listen: (onChange, onMissed) => database.listen(webhooksChannel, onChange, onMissed),
  };
}

async function insertSecret(connection: Connection, webhookUid: Uuid, secret: NewSecret): Promise<void> {
  await connection
    .insertInto('webhook_secrets')
    .values({
      id: secret.id,
      webhook_uid: webhookUid,
      ciphertext: secret.ciphertext,
      key_id: secret.keyId,
      created_at: secret.createdAt,
      expires_at: null,
    })
    .execute();
}

/**
 * Permits that were given out at the rate before may reach far ahead: those of the new one begin now. The row tells the
 * rate, for nodes that have not heard of it (statements/rates.ts).
 */
async function beginRate(
  transaction: Transaction<Schema>,
  uid: Uuid,
  { ratePerSecond, rateAdaptive }: Pick<WebhookRow, 'ratePerSecond' | 'rateAdaptive'>,
): Promise<void> {
  if (ratePerSecond === null || rateAdaptive) {
    await transaction.deleteFrom('webhook_rates').where('webhook_uid', '=', uid).execute();
    return;
  }
  await transaction
    .insertInto('webhook_rates')
    .values({ webhook_uid: uid, per_second: String(ratePerSecond), next_at: sql<Date>`clock_timestamp()` })
    .onConflict((conflict) =>
      conflict.column('webhook_uid').doUpdateSet((row) => ({
        per_second: row.ref('excluded.per_second'),
        next_at: row.ref('excluded.next_at'),
      })),
    )
    .execute();
}

async function announce(connection: Connection, uid: Uuid): Promise<void> {
  await sql`select pg_notify(${webhooksChannel}, ${uid})`.execute(connection);
}

async function hasDeliveries(connection: Connection, uid: Uuid): Promise<boolean> {
  const result = await sql<{ used: boolean }>`
    select exists (select from open_deliveries where webhook_uid = ${uid})
        or exists (select from closed_deliveries where webhook_uid = ${uid}) as used`.execute(connection);
  return result.rows[0]?.used === true;
}

function toColumns(webhook: WebhookChange) {
  return {
    id: webhook.id,
    name: webhook.name,
    description: webhook.description,
    url: webhook.url,
    method: webhook.method,
    headers: JSON.stringify(webhook.headers),
    format: webhook.format,
    format_version: webhook.formatVersion,
    mode: webhook.mode,
    events: [...webhook.events],
    campaigns: [...webhook.campaigns],
    include_test_participants: webhook.includeTestParticipants,
    payout_processing: webhook.payoutProcessing,
    rate_per_second: webhook.ratePerSecond === null ? null : String(webhook.ratePerSecond),
    rate_adaptive: webhook.rateAdaptive,
    order_by: webhook.orderBy,
    order_on_failure: webhook.orderOnFailure,
    status: webhook.status,
    disabled_reason: webhook.disabledReason,
    retry_delays_ms: [...webhook.retryDelaysMs],
    timeout_ms: webhook.timeoutMs,
    updated_at: webhook.updatedAt,
  };
}
