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
  uuidArray,
} from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import { lineBuckets, lineLocks, orderedKind } from './lines.ts';

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
  /** The line it stands in, never leased; null: it is not sent in order. */
  readonly line: Uuid | null;
  /** Whom its event is about, if it stands in a line. */
  readonly participantId: ParticipantId | null;
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
 * two batches with the same keys cannot deadlock. The same holds for the locks of lines.
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
  const lines = lineArrays(deliveries);
  if (batch.keys.length === 0) {
    const statement = lines.length === 0 ? plain : plainInLines;
    await queryable.query({ ...statement, values: [...values, ...lines] });
    return new Set();
  }
  const keys = [...batch.keys].sort((a, b) => compareKeys(a, b));
  const result = await queryable.query<{ submission: number }>({
    ...(lines.length === 0 ? keyed : keyedInLines),
    values: [
      ...values,
      int4Array(events.map((row) => row.submission)),
      int4Array(deliveries.map((row) => row.submission)),
      int4Array(keys.map((row) => row.submission)),
      idArray(keys.map((row) => row.organizationId)),
      textArray(keys.map((row) => row.key)),
      byteaArray(keys.map((row) => row.fingerprint)),
      textArray(keys.map((row) => row.answer)),
      ...lines,
    ],
  });
  return new Set(result.rows.map((row) => row.submission));
}

/** Nothing when no delivery stands in a line. */
function lineArrays(deliveries: readonly NewDeliveryRow[]): Buffer[] {
  if (!deliveries.some((row) => row.line !== null)) return [];
  return [
    uuidArray(deliveries.map((row) => row.line)),
    idArray(deliveries.map((row) => row.participantId)),
    int4Array(lineBuckets(deliveries.flatMap((row) => row.line ?? []))),
  ];
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

/** What a batch with deliveries that are sent in order writes beside; three parameters from `first` on. */
interface LinesText {
  readonly cte: string;
  readonly columns: string;
  readonly arrays: string;
  readonly names: string;
  readonly selection: string;
  readonly locked: string;
}

const unordered: LinesText = { cte: '', columns: '', arrays: '', names: '', selection: '', locked: '' };

/**
 * The locks are taken before the first turn is given out, as the join needs their count, and kept until the commit: so
 * whoever sees a turn sees every earlier one of its line.
 */
function inLines(first: number): LinesText {
  return {
    cte: `locked as materialized (
  select count(pg_advisory_xact_lock(${lineLocks}, bucket)) from unnest($${first + 2}::int4[]) as bucket
), `,
    columns: ', kind, line, turn, participant_id',
    arrays: `, $${first}::uuid[], $${first + 1}::uuid[]`,
    names: ', line, participant_id',
    selection: `, case when d.line is null then 0 else ${orderedKind} end, d.line,
  case when d.line is not null then nextval('delivery_turns') end, d.participant_id`,
    locked: ' cross join locked',
  };
}

const acceptText = (lines: LinesText) => `
with ${lines.cte}new_events as (
  insert into events (${eventColumns}) select * from unnest(${eventArrays})
)
insert into open_deliveries (${deliveryColumns}${lines.columns})
select ${deliverySelection}${lines.selection}
  from unnest(${deliveryArrays}${lines.arrays}) as d (${deliveryNames}${lines.names})${lines.locked}`;

const acceptKeyedText = (lines: LinesText) => `
with ${lines.cte}given as (
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
  insert into open_deliveries (${deliveryColumns}${lines.columns})
  select ${deliverySelection}${lines.selection}
    from unnest(${deliveryArrays}${lines.arrays}, $22::int4[])
      as d (${deliveryNames}${lines.names}, submission)${lines.locked}
   where d.submission not in (select submission from given) or d.submission in (select submission from won)
)
select submission from won`;

const plain = { name: 'accept', text: acceptText(unordered) };
const plainInLines = { name: 'accept_lines', text: acceptText(inLines(21)) };
const keyed = { name: 'accept_keyed', text: acceptKeyedText(unordered) };
const keyedInLines = { name: 'accept_keyed_lines', text: acceptKeyedText(inLines(28)) };
