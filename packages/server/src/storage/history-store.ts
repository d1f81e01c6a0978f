import { type RawBuilder, sql } from 'kysely';
import { firstUuidAt, type Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { namesOf } from './participant-alias.ts';
import { dueChannel } from './webhooks-store.ts';

export type DeliveryState = 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';

/** A delivery with its webhook and what is left of its event. */
export interface DeliveryRow {
  readonly id: Uuid;
  readonly webhook_uid: Uuid;
  readonly webhook_id: string;
  readonly webhook_deleted: boolean;
  readonly webhook_name: string;
  readonly event_id: Uuid;
  /** Null when retention dropped the event. So are the next three. */
  readonly event_type: string | null;
  readonly occurred_at: Date | null;
  readonly campaign_id: Uuid | null;
  readonly participant_id: Uuid | null;
  readonly format: string;
  readonly format_version: number;
  readonly scope: string | null;
  readonly created_at: Date;
  readonly attempts: number;
  readonly state: DeliveryState;
  readonly next_attempt_at: Date | null;
  readonly closed_at: Date | null;
}

export interface DeliveryDetailRow extends DeliveryRow {
  /** The frozen event as JSON text. */
  readonly event_body: string | null;
  /** A resend by hand waits or is under way. */
  readonly resend_queued: boolean;
  /** The first of the line in which it waits for its turn; null: it is the first, or stands in none. */
  readonly waits_for: Uuid | null;
  /** The webhook's settings as they are now: they lay the request out. */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly mode: string | null;
}

export interface AttemptDetailRow {
  readonly id: Uuid;
  readonly number: number;
  readonly resend: boolean;
  readonly started_at: Date;
  readonly outcome: string;
  readonly acknowledged: boolean;
  readonly status: number | null;
  readonly method: string;
  readonly url: string;
  readonly signature: string;
  readonly address: string | null;
  readonly message: string | null;
  /** JSON text. */
  readonly response_headers: string | null;
  /** Null when there was none, and when it is older than bodies are kept. */
  readonly response_body: Buffer | null;
  readonly response_cut: boolean;
  readonly dns_ms: number | null;
  readonly connect_ms: number | null;
  readonly tls_ms: number | null;
  readonly wait_ms: number | null;
  readonly read_ms: number | null;
  readonly total_ms: number;
}

export interface DeliveryFilter {
  readonly webhookUid?: Uuid | undefined;
  readonly eventId?: Uuid | undefined;
  readonly campaignId?: Uuid | undefined;
  /** Also what happened under the names of those who were merged into them. */
  readonly participantId?: Uuid | undefined;
  readonly eventType?: string | undefined;
  readonly state?: DeliveryState | undefined;
  /** Made at or after this time. */
  readonly since?: Date | undefined;
  /** Made before this time. */
  readonly until?: Date | undefined;
}

export type ResendRow =
  | { readonly kind: 'queued' }
  | { readonly kind: 'already_queued' }
  | { readonly kind: 'event_gone' }
  /** It asks for a payment, each attempt at which is an event of its own. */
  | { readonly kind: 'payment' }
  | {
      readonly kind: 'webhook';
      readonly deleted: boolean;
      readonly status: string;
      readonly reason: string | null;
    }
  | { readonly kind: 'not_found' };

/** Deliveries and attempts, open and closed, of one organization at a time. */
export interface HistoryStore {
  /** Newest first; `before` is the id of the last delivery of the page before. */
  list(
    organizationId: Uuid,
    filter: DeliveryFilter,
    page: { readonly before: Uuid | null; readonly limit: number },
  ): Promise<readonly DeliveryRow[]>;
  find(organizationId: Uuid, deliveryId: Uuid): Promise<DeliveryDetailRow | null>;
  /** In the order they were made. Null when there is no such delivery. */
  attempts(organizationId: Uuid, deliveryId: Uuid): Promise<readonly AttemptDetailRow[] | null>;
  /** Queues one extra attempt, due now, beside whatever the schedule does, and wakes the dispatchers. */
  resend(organizationId: Uuid, deliveryId: Uuid, now: Date): Promise<ResendRow>;
  /** The uid of a webhook by its public id, deleted ones included (the newest of that id). */
  webhookUid(organizationId: Uuid, id: string): Promise<Uuid | null>;
  /** Our id of a participant by the organization's own. */
  participantId(organizationId: Uuid, externalId: string): Promise<Uuid | null>;
}

export function createHistoryStore(database: Database): HistoryStore {
  const { kysely } = database;
  return {
    async list(organizationId, filter, page) {
      const { participantId } = filter;
      const names =
        participantId === undefined ? undefined : await namesOf(kysely, organizationId, participantId);
      if (names?.length === 0) return [];
      const result = await listQuery(organizationId, filter, names ?? [], page).execute(kysely);
      return result.rows;
    },

    async find(organizationId, deliveryId) {
      const result = await sql<DeliveryDetailRow>`
        select ${shown}, e.body as event_body, w.url, w.method, w.headers, w.mode,
               exists (select from open_deliveries o where o.id = d.id and o.extra) as resend_queued,
               (select f.id from open_deliveries o cross join lateral (
                  select * from open_deliveries f
                   where f.webhook_uid = o.webhook_uid and f.kind = o.kind and f.line = o.line and f.turn < o.turn
                   order by f.turn limit 1) f
                 where o.id = d.id and not o.extra) as waits_for
          from deliveries d
          join webhooks w on w.uid = d.webhook_uid
          left join events e on e.id = d.event_id
         where d.id = ${deliveryId} and d.organization_id = ${organizationId}`.execute(kysely);
      return result.rows[0] ?? null;
    },

    async attempts(organizationId, deliveryId) {
      const known = await kysely
        .selectFrom('deliveries')
        .select('id')
        .where('id', '=', deliveryId)
        .where('organization_id', '=', organizationId)
        .executeTakeFirst();
      if (known === undefined) return null;
      const attempts = await kysely
        .selectFrom('attempts')
        .selectAll()
        .where('delivery_id', '=', deliveryId)
        .orderBy('id')
        .execute();
      if (attempts.length === 0) return attempts;
      const bodies = await sql<{ id: Uuid; body: Buffer }>`
        select id, body from response_bodies where id = any (${attempts.map(({ id }) => id)}::uuid[])`.execute(
        kysely,
      );
      const byAttempt = new Map(bodies.rows.map(({ id, body }) => [id, body]));
      return attempts.map((attempt) => ({
        ...attempt,
        response_body: byAttempt.get(attempt.id) ?? attempt.response_body,
      }));
    },

    async resend(organizationId, deliveryId, now) {
      return database.transaction(async (transaction) => {
        const found = await sql<{
          webhook_uid: Uuid;
          deleted: boolean;
          status: string;
          reason: string | null;
          event: boolean;
          payment: boolean;
        }>`
          select d.webhook_uid, d.scope is not distinct from 'payout' as payment, w.deleted_at is not null as deleted, w.status, w.disabled_reason as reason,
                 exists (select from events e where e.id = d.event_id) as event
            from deliveries d join webhooks w on w.uid = d.webhook_uid
           where d.id = ${deliveryId} and d.organization_id = ${organizationId}`.execute(transaction);
        const delivery = found.rows[0];
        if (delivery === undefined) return { kind: 'not_found' };
        if (delivery.payment) return { kind: 'payment' };
        const { deleted, status, reason } = delivery;
        if (deleted || status !== 'active') return { kind: 'webhook', deleted, status, reason };
        if (!delivery.event) return { kind: 'event_gone' };
        // Between the two statements the delivery may move from open to closed: both places are looked at.
        const inserted = await sql`
          insert into open_deliveries (id, extra, organization_id, webhook_uid, event_id, format, format_version, scope,
                                       webhook_name, created_at, attempts, retries, kind, due_at)
          select id, true, organization_id, webhook_uid, event_id, format, format_version, scope,
                 webhook_name, created_at, attempts, retries, 2, ${now}
            from (select id, organization_id, webhook_uid, event_id, format, format_version, scope,
                         webhook_name, created_at, attempts, retries
                    from open_deliveries where id = ${deliveryId} and not extra
                  union all
                  select id, organization_id, webhook_uid, event_id, format, format_version, scope,
                         webhook_name, created_at, attempts, retries
                    from closed_deliveries where id = ${deliveryId}) as delivery
          on conflict (id, extra) do nothing`.execute(transaction);
        if (inserted.numAffectedRows === 0n) return { kind: 'already_queued' };
        await sql`select pg_notify(${dueChannel}, ${delivery.webhook_uid})`.execute(transaction);
        return { kind: 'queued' };
      });
    },

    async webhookUid(organizationId, id) {
      const row = await kysely
        .selectFrom('webhooks')
        .select('uid')
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .orderBy((order) => order.case().when('deleted_at', 'is', null).then(0).else(1).end())
        .orderBy('uid', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.uid ?? null;
    },

    async participantId(organizationId, externalId) {
      const row = await kysely
        .selectFrom('participants')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('external_id', '=', externalId)
        .executeTakeFirst();
      return row?.id ?? null;
    },
  };
}

const shown = sql`
  d.id, d.webhook_uid, w.id as webhook_id, w.deleted_at is not null as webhook_deleted, d.webhook_name, d.event_id,
  e.type as event_type, e.occurred_at, e.campaign_id, e.participant_id, d.format, d.format_version, d.scope,
  d.created_at, d.attempts, d.state, d.next_attempt_at, d.closed_at`;

/**
 * The view `deliveries`, taken apart so that each table gives its newest rows through its own index and no
 * more than a page of them: `open_deliveries_by_organization`, `closed_deliveries_by_organization`,
 * `closed_deliveries_by_webhook`, and `closed_deliveries_undelivered` for the rare states. A filter on the
 * event looks the event of each row up by its key, or, where few events qualify, comes from
 * `events_by_participant` and `…_by_event`.
 */
function listQuery(
  organizationId: Uuid,
  filter: DeliveryFilter,
  names: readonly Uuid[],
  page: { readonly before: Uuid | null; readonly limit: number },
): RawBuilder<DeliveryRow> {
  const conditions: RawBuilder<unknown>[] = [sql`d.organization_id = ${organizationId}`];
  if (page.before !== null) conditions.push(sql`d.id < ${page.before}`);
  if (filter.since !== undefined) conditions.push(sql`d.id >= ${firstUuidAt(filter.since.getTime())}`);
  if (filter.until !== undefined) conditions.push(sql`d.id < ${firstUuidAt(filter.until.getTime())}`);
  if (filter.webhookUid !== undefined) conditions.push(sql`d.webhook_uid = ${filter.webhookUid}`);
  if (filter.eventId !== undefined) conditions.push(sql`d.event_id = ${filter.eventId}`);
  const byEvent: RawBuilder<unknown>[] = [];
  if (filter.campaignId !== undefined) byEvent.push(sql`e.campaign_id = ${filter.campaignId}`);
  const [name, ...more] = names;
  if (name !== undefined && more.length === 0) byEvent.push(sql`e.participant_id = ${name}`);
  if (more.length > 0) byEvent.push(sql`e.participant_id in (${sql.join(names)})`);
  if (filter.eventType !== undefined) byEvent.push(sql`e.type = ${filter.eventType}`);
  const eventJoin =
    byEvent.length === 0
      ? sql``
      : sql`join events e on e.id = d.event_id and ${sql.join(byEvent, sql` and `)}`;
  const where = sql.join(conditions, sql` and `);

  const branches: RawBuilder<unknown>[] = [];
  const { state } = filter;
  if (state === undefined || state === 'pending' || state === 'retrying' || state === 'parked') {
    const inState = {
      pending: sql`and d.attempts = 0 and d.parked_at is null`,
      retrying: sql`and d.attempts > 0 and d.parked_at is null`,
      parked: sql`and d.parked_at is not null`,
    };
    branches.push(sql`(
      select d.id, d.webhook_uid, d.webhook_name, d.event_id, d.format, d.format_version, d.scope, d.created_at, d.attempts,
             case when d.parked_at is not null then 'parked' when d.attempts = 0 then 'pending' else 'retrying' end
               as state,
             case when d.lease is null and d.parked_at is null and not (d.line is not null and exists (
                    select from open_deliveries f
                     where f.webhook_uid = d.webhook_uid and f.kind = d.kind and f.line = d.line and f.turn < d.turn))
                  then d.due_at end as next_attempt_at, null::timestamptz as closed_at
        from open_deliveries d ${eventJoin}
       where ${where} and not d.extra ${state === undefined ? sql`` : inState[state]}
       order by d.id desc limit ${page.limit})`);
  }
  if (state === undefined || state === 'delivered' || state === 'exhausted' || state === 'cancelled') {
    // Written out, because a parameter would not let the partial index be chosen.
    const inState =
      state === undefined
        ? sql``
        : state === 'delivered'
          ? sql`and d.state = 'delivered'`
          : sql`and d.state <> 'delivered' and d.state = ${state}`;
    branches.push(sql`(
      select d.id, d.webhook_uid, d.webhook_name, d.event_id, d.format, d.format_version, d.scope, d.created_at, d.attempts,
             d.state, null::timestamptz as next_attempt_at, d.closed_at
        from closed_deliveries d ${eventJoin}
       where ${where} ${inState}
       order by d.id desc limit ${page.limit})`);
  }
  return sql<DeliveryRow>`
    with page as (
      select * from (${sql.join(branches, sql` union all `)}) as d order by d.id desc limit ${page.limit}
    )
    select ${shown}
      from page d
      join webhooks w on w.uid = d.webhook_uid
      left join events e on e.id = d.event_id
     order by d.id desc`;
}
