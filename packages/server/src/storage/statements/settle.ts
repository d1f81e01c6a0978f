import {
  type AttemptId,
  type DeliveryId,
  type OrganizationId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../../ids.ts';
import {
  boolArray,
  byteaArray,
  float4Array,
  idArray,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
} from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import { replayKind } from './claim.ts';

/** One attempt and what it means for its delivery. */
export interface SettledRow {
  readonly deliveryId: DeliveryId;
  readonly lease: Uuid;
  /** The state the delivery ends in; null: it stays open and is tried again after `delayMs`. */
  readonly closeAs: 'delivered' | 'exhausted' | null;
  readonly delayMs: number;
  /** Whether it used up one of the attempts of the retry policy. */
  readonly counted: boolean;
  readonly attempt: AttemptRow;
}

export interface AttemptRow {
  readonly id: AttemptId;
  readonly organizationId: OrganizationId;
  readonly webhookUid: WebhookUid;
  readonly number: number;
  readonly startedAt: Date;
  readonly outcome: string;
  readonly acknowledged: boolean;
  readonly status: number | null;
  readonly method: string;
  readonly url: string;
  readonly signature: string;
  readonly address: string | null;
  readonly message: string | null;
  readonly responseHeaders: string | null;
  readonly responseBody: Buffer | null;
  readonly responseCut: boolean;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly waitMs: number | null;
  readonly readMs: number | null;
  readonly totalMs: number;
}

/**
 * Records attempts and moves their deliveries, in one statement. A delivery moves only while it is leased to the
 * caller; an attempt is recorded even if the lease was lost, because it did happen. Writing the same rows again (the
 * answer to the first write was lost with its connection) changes nothing.
 *
 * Returns how many deliveries moved. Fewer than rows given: leases were lost, and whoever holds those
 * deliveries now settles them.
 */
export async function writeSettled(queryable: Queryable, rows: readonly SettledRow[]): Promise<number> {
  const ended = rows.filter((row) => row.closeAs !== null);
  const retried = rows.filter((row) => row.closeAs === null);
  const bodies = bodyArrays(rows);
  const result = await queryable.query<{ moved: number }>({
    ...(bodies.length === 0 ? settle.bare : settle.withBodies),
    values: [
      ...attemptArrays(rows, false),
      uuidArray([...new Set(rows.map((row) => row.lease))]),
      idArray(ended.map((row) => row.deliveryId)),
      idArray(ended.filter((row) => row.closeAs === 'exhausted').map((row) => row.deliveryId)),
      idArray(retried.map((row) => row.deliveryId)),
      int8Array(retried.map((row) => row.delayMs)),
      int4Array(retried.map((row) => (row.counted ? 1 : 0))),
      ...bodies,
    ],
  });
  return result.rows[0]?.moved ?? 0;
}

/**
 * Settles resends. Each is one extra attempt: whatever comes of it, the schedule of the delivery stays as it is,
 * unless the receiver acknowledged it: then nothing is left to schedule, and the delivery ends as delivered. Returns
 * how many were still leased to the caller.
 */
export async function writeSettledResends(
  queryable: Queryable,
  rows: readonly SettledRow[],
): Promise<number> {
  const acknowledged = rows.filter((row) => row.attempt.acknowledged);
  const bodies = bodyArrays(rows);
  const result = await queryable.query<{ moved: number }>({
    ...(bodies.length === 0 ? settleResends.bare : settleResends.withBodies),
    values: [
      ...attemptArrays(rows, true),
      uuidArray([...new Set(rows.map((row) => row.lease))]),
      idArray(acknowledged.map((row) => row.deliveryId)),
      // They say what partitions to look into.
      rows.map((row) => uuidOf(row.deliveryId)).reduce((least, id) => (id < least ? id : least)),
      rows.map((row) => uuidOf(row.deliveryId)).reduce((most, id) => (id > most ? id : most)),
      ...bodies,
    ],
  });
  return result.rows[0]?.moved ?? 0;
}

function attemptArrays(rows: readonly SettledRow[], resend: boolean): Buffer[] {
  const attempts = rows.map((row) => row.attempt);
  return [
    idArray(attempts.map((row) => row.id)),
    idArray(attempts.map((row) => row.organizationId)),
    idArray(rows.map((row) => row.deliveryId)),
    idArray(attempts.map((row) => row.webhookUid)),
    int4Array(attempts.map((row) => row.number)),
    boolArray(attempts.map(() => resend)),
    timestamptzArray(attempts.map((row) => row.startedAt)),
    textArray(attempts.map((row) => row.outcome)),
    boolArray(attempts.map((row) => row.acknowledged)),
    int2Array(attempts.map((row) => row.status)),
    textArray(attempts.map((row) => row.method)),
    textArray(attempts.map((row) => row.url)),
    textArray(attempts.map((row) => row.signature)),
    textArray(attempts.map((row) => row.address)),
    textArray(attempts.map((row) => row.message)),
    textArray(attempts.map((row) => row.responseHeaders)),
    boolArray(attempts.map((row) => row.responseCut)),
    float4Array(attempts.map((row) => row.dnsMs)),
    float4Array(attempts.map((row) => row.connectMs)),
    float4Array(attempts.map((row) => row.tlsMs)),
    float4Array(attempts.map((row) => row.waitMs)),
    float4Array(attempts.map((row) => row.readMs)),
    float4Array(attempts.map((row) => row.totalMs)),
  ];
}

/** Nothing when no answer had a body. */
function bodyArrays(rows: readonly SettledRow[]): Buffer[] {
  const found = rows.flatMap(({ attempt: { id, organizationId, responseBody } }) =>
    responseBody === null ? [] : [{ id, organizationId, responseBody }],
  );
  if (found.length === 0) return [];
  return [
    idArray(found.map((row) => row.id)),
    idArray(found.map((row) => row.organizationId)),
    byteaArray(found.map((row) => row.responseBody)),
  ];
}

const closedColumns = `id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name,
  created_at, attempts, retries, state, closed_at`;
const closedSelection = `o.id, o.organization_id, o.webhook_uid, o.event_id, o.format, o.format_version, o.scope,
  o.webhook_name, o.created_at, o.attempts, o.retries`;
const openReturning = `o.id, o.organization_id, o.webhook_uid, o.event_id, o.format, o.format_version, o.scope,
  o.webhook_name, o.created_at, o.attempts + 1 as attempts, o.retries`;

const attemptColumns = `
  id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome, acknowledged, status, method,
  url, signature, address, message, response_headers, response_cut, dns_ms, connect_ms, tls_ms,
  wait_ms, read_ms, total_ms`;

/** Parameters 1 to 23. */
const recorded = `
recorded as (
  insert into attempts (${attemptColumns})
  select * from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int4[], $6::bool[], $7::timestamptz[], $8::text[], $9::bool[],
    $10::int2[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::bool[],
    $18::float4[], $19::float4[], $20::float4[], $21::float4[], $22::float4[], $23::float4[])
  on conflict (id) do nothing
)`;

/*
 * Rows of open_deliveries are found by `id = any`, which is an index probe each, never by a join: a join is planned by
 * the table's last statistics, and this table is empty one minute and large the next. A plan made for an empty one
 * took ten seconds for a full one.
 */
const settleText = (bodies: string) => `
with ${recorded}, ${bodies}ended as (
  delete from open_deliveries o
   where o.id = any ($25::uuid[]) and not o.extra and o.lease = any ($24::uuid[])
  returning ${openReturning}
), kept as (
  insert into closed_deliveries (${closedColumns})
  select ${closedSelection}, case when o.id = any ($26::uuid[]) then 'exhausted' else 'delivered' end, now()
    from ended o
), moved as (
  update open_deliveries o
     set lease = null, kind = case when o.kind >= ${replayKind} then o.kind else 1 end,
         attempts = o.attempts + 1,
         retries = o.retries + ($29::int4[])[array_position($27::uuid[], o.id)],
         due_at = now() + ($28::int8[])[array_position($27::uuid[], o.id)] * interval '1 millisecond'
   where o.id = any ($27::uuid[]) and not o.extra and o.lease = any ($24::uuid[])
  returning 1
)
select ((select count(*) from ended) + (select count(*) from moved))::int as moved`;

const settleResendsText = (bodies: string) => `
with ${recorded}, ${bodies}done as (
  delete from open_deliveries o
   where o.id = any ($3::uuid[]) and o.extra and o.lease = any ($24::uuid[])
  returning o.id, o.id = any ($25::uuid[]) as acknowledged
), scheduled as (
  delete from open_deliveries o
   where o.id = any (array(select id from done where acknowledged)) and not o.extra
  returning ${openReturning}
), kept as (
  insert into closed_deliveries (${closedColumns})
  select ${closedSelection}, 'delivered', now() from scheduled o
), counted as (
  update open_deliveries o set attempts = o.attempts + 1
   where o.id = any (array(select id from done where not acknowledged)) and not o.extra
), closed as (
  update closed_deliveries c
     set attempts = c.attempts + 1,
         state = case when c.id = any ($25::uuid[]) then 'delivered' else c.state end,
         closed_at = case when c.id = any ($25::uuid[]) and c.state <> 'delivered' then now() else c.closed_at end
   where c.id = any (array(select id from done)) and c.id between $26::uuid and $27::uuid
)
select (select count(*) from done)::int as moved`;

/** Bodies lie apart from their attempts, because they are kept for a shorter time. Three parameters from `first` on. */
function keptBodies(first: number): string {
  return `bodies as (
  insert into response_bodies (id, organization_id, body)
  select * from unnest($${first}::uuid[], $${first + 1}::uuid[], $${first + 2}::bytea[])
  on conflict (id) do nothing
), `;
}

/** Batches without a body do not pay for the table of bodies. */
const settle = {
  bare: { name: 'settle', text: settleText('') },
  withBodies: { name: 'settle_bodies', text: settleText(keptBodies(30)) },
};
const settleResends = {
  bare: { name: 'settle_resends', text: settleResendsText('') },
  withBodies: { name: 'settle_resends_bodies', text: settleResendsText(keptBodies(28)) },
};

/** Ends a leased delivery whose event retention has dropped: there is nothing left to send. */
export async function writeCancelled(
  queryable: Queryable,
  deliveryId: DeliveryId,
  lease: Uuid,
): Promise<void> {
  await queryable.query({
    name: 'cancel',
    text: `with gone as (
             delete from open_deliveries where id = $1 and lease = $2 returning *
           )
           insert into closed_deliveries (${closedColumns})
           select ${closedSelection}, 'cancelled', now() from gone o where not extra`,
    values: [uuidOf(deliveryId), lease],
  });
}
