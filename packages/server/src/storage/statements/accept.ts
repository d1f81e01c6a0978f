import {
  type CampaignId,
  type DeliveryId,
  type EventId,
  type OrganizationId,
  type ParticipantId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../../ids.ts';
import {
  boolArray,
  byteaArray,
  idArray,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
} from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

/** An event as accept writes it. `submission` numbers the caller's request inside the batch. */
export interface EventRow {
  readonly submission: number;
  readonly id: EventId;
  readonly organizationId: OrganizationId;
  readonly type: string;
  readonly occurredAt: Date;
  readonly campaignId: CampaignId | null;
  readonly participantId: ParticipantId | null;
  readonly seq: number | null;
  /** The frozen event as JSON text. */
  readonly body: string;
}

export interface NewDeliveryRow {
  readonly submission: number;
  readonly id: DeliveryId;
  readonly organizationId: OrganizationId;
  readonly webhookUid: WebhookUid;
  readonly eventId: EventId;
  readonly format: string;
  readonly formatVersion: number;
  readonly scope: string | null;
  readonly webhookName: string;
  readonly createdAt: Date;
  /** Handed over in memory after the commit, so nobody else may claim it; false: a row waiting to be claimed. */
  readonly leased: boolean;
  /** How long its lease lasts from now; 0 when it is not leased. */
  readonly leaseMs: number;
}

export interface IdempotencyKeyRow {
  readonly submission: number;
  readonly organizationId: OrganizationId;
  readonly key: string;
  readonly fingerprint: Buffer;
  readonly answer: string;
}

export interface AcceptBatch {
  readonly events: readonly EventRow[];
  readonly deliveries: readonly NewDeliveryRow[];
  readonly keys: readonly IdempotencyKeyRow[];
  /** The lease that the batch's leased deliveries are born with. */
  readonly lease: Uuid;
}

/** How long an Idempotency-Key is kept. */
export const idempotencyKeyHours = 48;

/**
 * Writes events, their deliveries and the idempotency keys of the submissions they came in: one
 * statement, one commit. Everything is a binary array parameter, so the driver escapes nothing and the
 * server parses nothing.
 *
 * A submission whose key somebody used before writes nothing at all. Two writers of the same key wait
 * for each other at the key's unique index; the second sees the first one's commit. Keys are sorted, so
 * two batches with the same keys cannot deadlock.
 *
 * Returns the numbers of the submissions whose keys were taken by this call.
 */
export async function writeAccepted(queryable: Queryable, batch: AcceptBatch): Promise<ReadonlySet<number>> {
  const { events, deliveries, lease } = batch;
  const values = [
    idArray(events.map((row) => row.id)),
    idArray(events.map((row) => row.organizationId)),
    textArray(events.map((row) => row.type)),
    timestamptzArray(events.map((row) => row.occurredAt)),
    idArray(events.map((row) => row.campaignId)),
    idArray(events.map((row) => row.participantId)),
    int8Array(events.map((row) => row.seq)),
    textArray(events.map((row) => row.body)),
    idArray(deliveries.map((row) => row.id)),
    idArray(deliveries.map((row) => row.organizationId)),
    idArray(deliveries.map((row) => row.webhookUid)),
    idArray(deliveries.map((row) => row.eventId)),
    textArray(deliveries.map((row) => row.format)),
    int2Array(deliveries.map((row) => row.formatVersion)),
    textArray(deliveries.map((row) => row.scope)),
    textArray(deliveries.map((row) => row.webhookName)),
    timestamptzArray(deliveries.map((row) => row.createdAt)),
    boolArray(deliveries.map((row) => row.leased)),
    int4Array(deliveries.map((row) => row.leaseMs)),
    lease,
  ];
  if (batch.keys.length === 0) {
    await queryable.query({ name: 'accept', text: acceptText, values });
    return new Set();
  }
  const keys = [...batch.keys].sort((a, b) => compareKeys(a, b));
  const result = await queryable.query<{ submission: number }>({
    name: 'accept_keyed',
    text: acceptKeyedText,
    values: [
      ...values,
      int4Array(events.map((row) => row.submission)),
      int4Array(deliveries.map((row) => row.submission)),
      int4Array(keys.map((row) => row.submission)),
      idArray(keys.map((row) => row.organizationId)),
      textArray(keys.map((row) => row.key)),
      byteaArray(keys.map((row) => row.fingerprint)),
      textArray(keys.map((row) => row.answer)),
    ],
  });
  return new Set(result.rows.map((row) => row.submission));
}

function compareKeys(a: IdempotencyKeyRow, b: IdempotencyKeyRow): number {
  if (a.organizationId !== b.organizationId) return a.organizationId < b.organizationId ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** What an idempotency key was first used with; null when it was never used or is forgotten by now. */
export async function readIdempotencyKey(
  queryable: Queryable,
  organizationId: OrganizationId,
  key: string,
): Promise<{ fingerprint: Buffer; answer: string } | null> {
  const result = await queryable.query<{ fingerprint: Buffer; answer: string }>({
    name: 'read_idempotency_key',
    text: 'select fingerprint, answer from idempotency_keys where organization_id = $1 and key = $2',
    values: [uuidOf(organizationId), key],
  });
  return result.rows[0] ?? null;
}

const eventColumns = 'id, organization_id, type, occurred_at, campaign_id, participant_id, seq, body';
const eventArrays =
  '$1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::int8[], $8::text[]';
const deliveryColumns = `id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name,
  created_at, due_at, lease`;
const deliveryArrays = `$9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::int2[], $15::text[],
  $16::text[], $17::timestamptz[], $18::bool[], $19::int4[]`;
const deliveryNames = `id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name,
  created_at, leased, lease_ms`;
const deliverySelection = `d.id, d.organization_id, d.webhook_uid, d.event_id, d.format, d.format_version, d.scope,
  d.webhook_name, d.created_at, now() + d.lease_ms * interval '1 millisecond', case when d.leased then $20::uuid end`;

const acceptText = `
with new_events as (
  insert into events (${eventColumns}) select * from unnest(${eventArrays})
)
insert into open_deliveries (${deliveryColumns})
select ${deliverySelection} from unnest(${deliveryArrays}) as d (${deliveryNames})`;

const acceptKeyedText = `
with given as (
  select * from unnest($23::int4[], $24::uuid[], $25::text[], $26::bytea[], $27::text[])
    as k (submission, organization_id, key, fingerprint, answer)
), taken as (
  insert into idempotency_keys as known (organization_id, key, fingerprint, answer, created_at)
  select organization_id, key, fingerprint, answer, now() from given
  on conflict (organization_id, key) do update
    set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
    where known.created_at < now() - interval '${idempotencyKeyHours} hours'
  returning organization_id, key
), won as (
  select given.submission from given join taken using (organization_id, key)
), new_events as (
  insert into events (${eventColumns})
  select ${eventColumns} from unnest(${eventArrays}, $21::int4[]) as e (${eventColumns}, submission)
   where submission not in (select submission from given) or submission in (select submission from won)
), new_deliveries as (
  insert into open_deliveries (${deliveryColumns})
  select ${deliverySelection} from unnest(${deliveryArrays}, $22::int4[]) as d (${deliveryNames}, submission)
   where d.submission not in (select submission from given) or d.submission in (select submission from won)
)
select submission from won`;
