import { type Kysely, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { type AttemptFilter, attemptBounds, decidingAttempt } from './deciding-attempts.ts';
import { type DeliveryKey, type DeliveryKeys, listDeliveryKeys } from './delivery-lists.ts';
import { namesOf } from './participant-alias.ts';
import type { Schema } from './schema.ts';
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
  /** As they are now. */
  readonly campaign_name: string | null;
  readonly participant_external_id: string | null;
  readonly participant_email: string | null;
  readonly format: string;
  readonly format_version: number;
  readonly scope: string | null;
  readonly created_at: Date;
  readonly attempts: number;
  readonly state: DeliveryState;
  readonly next_attempt_at: Date | null;
  readonly closed_at: Date | null;
  /** The attempt that decides; all null while there is none, and when it is older than attempts are kept. */
  readonly attempt_at: Date | null;
  readonly attempt_outcome: string | null;
  readonly attempt_acknowledged: boolean | null;
  readonly attempt_status: number | null;
  readonly attempt_message: string | null;
  readonly attempt_total_ms: number | null;
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
  readonly attempt?: AttemptFilter | undefined;
}

/** May hold fewer than asked for, or none, although there is more: then so much was looked through in vain. */
export interface DeliveryPage {
  readonly rows: readonly DeliveryRow[];
  /** Where the next page goes on; null: there is none. */
  readonly next: DeliveryKey | null;
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
  /** As `list`, and nothing but where the deliveries stand. */
  keys(
    organizationId: Uuid,
    filter: DeliveryFilter,
    page: { readonly after: DeliveryKey | null; readonly limit: number; readonly now: Date },
  ): Promise<DeliveryKeys>;
  /** Newest first (delivery-lists.ts says of what); `after` is where the page before ended. */
  list(
    organizationId: Uuid,
    filter: DeliveryFilter,
    page: { readonly after: DeliveryKey | null; readonly limit: number; readonly now: Date },
  ): Promise<DeliveryPage>;
  find(organizationId: Uuid, deliveryId: Uuid, now: Date): Promise<DeliveryDetailRow | null>;
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

  const keys: HistoryStore['keys'] = async (organizationId, filter, page) => {
    const { participantId } = filter;
    const participants =
      participantId === undefined ? null : await namesOf(kysely, organizationId, participantId);
    if (participants?.length === 0) return { keys: [], next: null };
    return listDeliveryKeys(kysely, { organizationId, filter, participants, ...page });
  };

  return {
    keys,

    async list(organizationId, filter, page) {
      const { keys: found, next } = await keys(organizationId, filter, page);
      return { rows: await read(kysely, found, page.now), next };
    },

    async find(organizationId, deliveryId, now) {
      const result = await sql<DeliveryDetailRow>`
        select ${shown}, e.body as event_body, w.url, w.method, w.headers, w.mode,
               exists (select from open_deliveries o where o.id = d.id and o.extra) as resend_queued,
               (select f.id from open_deliveries o cross join lateral (
                  select * from open_deliveries f
                   where f.webhook_uid = o.webhook_uid and f.kind = o.kind and f.line = o.line and f.turn < o.turn
                   order by f.turn limit 1) f
                 where o.id = d.id and not o.extra) as waits_for
          from ${attemptBounds([deliveryId], now)} k
          join deliveries d on d.id = k.id
          join webhooks w on w.uid = d.webhook_uid
          left join events e on e.id = d.event_id
          ${told}
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
  e.type as event_type, e.occurred_at, e.campaign_id, e.participant_id, c.name as campaign_name,
  p.external_id as participant_external_id, p.email as participant_email, d.format, d.format_version, d.scope,
  d.created_at, d.attempts, d.state, d.next_attempt_at, d.closed_at, a.started_at as attempt_at,
  a.outcome as attempt_outcome, a.acknowledged as attempt_acknowledged, a.status as attempt_status,
  a.message as attempt_message, a.total_ms as attempt_total_ms`;

/** What a delivery is told with, beside its webhook and its event. */
const told = sql`
  left join lateral (select name from campaigns where campaigns.id = e.campaign_id limit 1) c on true
  left join lateral (select external_id, email from participants where participants.id = e.participant_id limit 1) p on true
  left join ${decidingAttempt('k')} a on true`;

/** What has others before it in its line is not attempted at any time that is known. */
const waitsInLine = sql`
  select from open_deliveries o cross join lateral (
           select from open_deliveries f
            where f.webhook_uid = o.webhook_uid and f.kind = o.kind and f.line = o.line and f.turn < o.turn limit 1) f
   where o.id = d.id and not o.extra and o.line is not null`;

/** These deliveries, in this order, but for those that retention has just dropped. */
async function read(
  kysely: Kysely<Schema>,
  keys: readonly DeliveryKey[],
  now: Date,
): Promise<readonly DeliveryRow[]> {
  if (keys.length === 0) return [];
  const ids = keys.map(({ id }) => id);
  const { rows } = await sql<DeliveryRow & { waits: boolean }>`
    select ${shown}, d.next_attempt_at is not null and exists (${waitsInLine}) as waits
      from deliveries d
      join ${attemptBounds(ids, now)} k on k.id = d.id
      join webhooks w on w.uid = d.webhook_uid
      left join lateral (select type, occurred_at, campaign_id, participant_id from events
                          where events.id = d.event_id limit 1) e on true
      ${told}
     where d.id = any (${ids}::uuid[])`.execute(kysely);
  const byId = new Map(
    rows.map(({ waits, ...row }) => [
      row.id,
      { ...row, next_attempt_at: waits ? null : row.next_attempt_at },
    ]),
  );
  return keys.flatMap(({ id }) => byId.get(id) ?? []);
}
