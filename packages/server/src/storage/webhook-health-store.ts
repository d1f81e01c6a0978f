import type { Selectable } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database, Queryable } from './database.ts';
import type { Schema } from './schema.ts';
import { webhooksChannel } from './webhooks-store.ts';

/** Carries the id of the node that found out, and the UUID of the webhook whose receiver went down or came back. */
export const webhookHealthChannel = 'fanfare_webhook_health';

export type WebhookHealthRow = Readonly<Selectable<Schema['webhook_health']>>;
export type WebhookHealthChangeRow = Readonly<
  Omit<
    Selectable<Schema['webhook_health_changes']>,
    'webhook_uid' | 'organization_id' | 'mail_at' | 'mail_tries'
  >
>;

/** A webhook as operational events name it. */
export interface ConcernedWebhook {
  readonly uid: Uuid;
  readonly id: string;
  readonly name: string;
  readonly organization_id: Uuid;
  readonly organization_name: string;
}

export interface WebhookHealthStore {
  all(): Promise<readonly WebhookHealthRow[]>;
  find(webhookUid: Uuid): Promise<WebhookHealthRow | null>;
  /** Newest first. */
  changes(webhookUid: Uuid, before: Uuid | null, limit: number): Promise<readonly WebhookHealthChangeRow[]>;
  /** Of one organization, by webhook. */
  failing(
    organizationId: Uuid,
    after: Uuid | null,
    limit: number,
  ): Promise<readonly (WebhookHealthRow & { readonly webhook_id: string; readonly name: string })[]>;
  /** Failing since before this time; those that were not warned of it, or all. */
  failingSinceBefore(before: Date, unwarned: boolean, limit: number): Promise<readonly WebhookHealthRow[]>;
  /** Runs the work in one transaction; what it throws rolls everything back and is thrown on. */
  within<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  listen(
    onChange: (node: string, webhookUid: Uuid) => void,
    onMissed: () => void,
  ): Promise<() => Promise<void>>;
}

export function createWebhookHealthStore(database: Database): WebhookHealthStore {
  const { kysely } = database;
  return {
    async all() {
      return kysely.selectFrom('webhook_health').selectAll().execute();
    },

    async find(webhookUid) {
      const row = await kysely
        .selectFrom('webhook_health')
        .selectAll()
        .where('webhook_uid', '=', webhookUid)
        .executeTakeFirst();
      return row ?? null;
    },

    async changes(webhookUid, before, limit) {
      let query = kysely
        .selectFrom('webhook_health_changes')
        .select(['id', 'state', 'reason', 'failures', 'changed_at'])
        .where('webhook_uid', '=', webhookUid)
        .orderBy('id', 'desc')
        .limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async failing(organizationId, after, limit) {
      let query = kysely
        .selectFrom('webhook_health')
        .innerJoin('webhooks', 'webhooks.uid', 'webhook_health.webhook_uid')
        .selectAll('webhook_health')
        .select(['webhooks.id as webhook_id', 'webhooks.name'])
        .where('webhook_health.organization_id', '=', organizationId)
        .where('webhooks.deleted_at', 'is', null)
        .orderBy('webhook_uid')
        .limit(limit);
      if (after !== null) query = query.where('webhook_uid', '>', after);
      return query.execute();
    },

    async failingSinceBefore(before, unwarned, limit) {
      let query = kysely
        .selectFrom('webhook_health')
        .selectAll()
        .where('failing_since', '<=', before)
        .orderBy('failing_since')
        .limit(limit);
      if (unwarned) query = query.where('warned_at', 'is', null);
      return query.execute();
    },

    async within(work) {
      const client = await database.pool.connect();
      let intact = false;
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        intact = true;
        return result;
      } catch (error) {
        intact = await client.query('rollback').then(
          () => true,
          () => false,
        );
        throw error;
      } finally {
        client.release(!intact);
      }
    },

    async listen(onChange, onMissed) {
      return database.listen(
        webhookHealthChannel,
        (payload) => {
          const [node = '', uid = ''] = payload.split(' ');
          onChange(node, uid);
        },
        onMissed,
      );
    },
  };
}

export interface OpenCircuit {
  readonly webhookUid: Uuid;
  readonly failingSince: Date;
  readonly failures: number;
  readonly probes: number;
  readonly probeAt: Date;
  readonly reason: string;
}

/** Notes that a receiver is down. Returns true when that was not known; null when the webhook is not active any more. */
export async function noteFailing(transaction: Queryable, row: OpenCircuit): Promise<boolean | null> {
  const result = await transaction.query<{ fresh: boolean }>({
    text: `insert into webhook_health as h (webhook_uid, organization_id, failing_since, failures, probes, probe_at, reason)
           select uid, organization_id, $2, $3, $4, $5, $6 from webhooks
            where uid = $1 and status = 'active' and deleted_at is null
           on conflict (webhook_uid) do update
              set failures = excluded.failures, probes = excluded.probes, probe_at = excluded.probe_at,
                  reason = excluded.reason
           returning xmax = 0 as fresh`,
    values: [row.webhookUid, row.failingSince, row.failures, row.probes, row.probeAt, row.reason],
  });
  return result.rows[0]?.fresh ?? null;
}

/** Notes that a receiver is back; null when it was not known to be down. */
export async function noteRecovered(
  transaction: Queryable,
  webhookUid: Uuid,
): Promise<{ readonly failing_since: Date; readonly failures: number } | null> {
  const result = await transaction.query<{ failing_since: Date; failures: number }>({
    text: 'delete from webhook_health where webhook_uid = $1 returning failing_since, failures',
    values: [webhookUid],
  });
  return result.rows[0] ?? null;
}

export async function noteWarned(transaction: Queryable, webhookUid: Uuid, at: Date): Promise<boolean> {
  const result = await transaction.query({
    text: 'update webhook_health set warned_at = $2 where webhook_uid = $1 and warned_at is null',
    values: [webhookUid, at],
  });
  return result.rowCount === 1;
}

/** Turns an active webhook off. False when it was not active. */
export async function noteDisabled(
  transaction: Queryable,
  webhookUid: Uuid,
  reason: string,
  at: Date,
): Promise<boolean> {
  const result = await transaction.query({
    text: `update webhooks set status = 'disabled', disabled_reason = $2, updated_at = $3
            where uid = $1 and status = 'active' and deleted_at is null`,
    values: [webhookUid, reason, at],
  });
  if (result.rowCount !== 1) return false;
  await notify(transaction, webhooksChannel, webhookUid);
  return true;
}

export async function recordHealthChange(
  transaction: Queryable,
  row: {
    readonly id: Uuid;
    readonly webhookUid: Uuid;
    readonly state: Schema['webhook_health_changes']['state'];
    readonly reason: string | null;
    readonly failures: number | null;
    readonly at: Date;
  },
): Promise<void> {
  await transaction.query({
    text: `insert into webhook_health_changes (id, webhook_uid, organization_id, state, reason, failures, changed_at, mail_at)
           select $1, uid, organization_id, $3, $4, $5, $6, $6 from webhooks where uid = $2`,
    values: [row.id, row.webhookUid, row.state, row.reason, row.failures, row.at],
  });
}

/** Tells other nodes, at the commit. */
export async function announceHealth(transaction: Queryable, node: string, webhookUid: Uuid): Promise<void> {
  await notify(transaction, webhookHealthChannel, `${node} ${webhookUid}`);
}

export async function concernedWebhook(
  transaction: Queryable,
  webhookUid: Uuid,
): Promise<ConcernedWebhook | null> {
  const result = await transaction.query<{
    uid: Uuid;
    id: string;
    name: string;
    organization_id: Uuid;
    organization_name: string;
  }>({
    text: `select w.uid, w.id, w.name, o.id as organization_id, o.name as organization_name
             from webhooks w join organizations o on o.id = w.organization_id where w.uid = $1`,
    values: [webhookUid],
  });
  return result.rows[0] ?? null;
}

async function notify(transaction: Queryable, channel: string, payload: string): Promise<void> {
  await transaction.query({ text: 'select pg_notify($1, $2)', values: [channel, payload] });
}
