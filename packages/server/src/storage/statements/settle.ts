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

/** One attempt and what it means for its delivery. */
export interface SettledRow {
  readonly deliveryId: DeliveryId;
  readonly lease: Uuid;
  /** The state the delivery ends in; null: it stays open and is tried again after `delayMs`. */
  readonly closeAs: 'delivered' | 'exhausted' | null;
  readonly delayMs: number;
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
 * Records attempts and moves their deliveries, in one statement. A delivery moves only while its lease is
 * still the one given; an attempt is recorded even if the lease was lost, because it did happen. Writing
 * the same rows again (the answer to the first write was lost with its connection) changes nothing.
 *
 * Returns how many deliveries moved. Fewer than rows given: leases were lost, and whoever holds those
 * deliveries now settles them.
 */
export async function writeSettled(queryable: Queryable, rows: readonly SettledRow[]): Promise<number> {
  const attempts = rows.map((row) => row.attempt);
  const result = await queryable.query<{ moved: number }>({
    name: 'settle',
    text: settleText,
    values: [
      idArray(rows.map((row) => row.deliveryId)),
      uuidArray(rows.map((row) => row.lease)),
      textArray(rows.map((row) => row.closeAs)),
      int8Array(rows.map((row) => row.delayMs)),
      ...attemptArrays(attempts, false),
    ],
  });
  return result.rows[0]?.moved ?? 0;
}

/**
 * Settles a resend by hand. It is one extra attempt: whatever comes of it, the schedule of the delivery
 * stays as it is, unless the receiver acknowledged it: then nothing is left to schedule, and the delivery
 * ends as delivered. Returns false when the lease was lost.
 */
export async function writeSettledResend(queryable: Queryable, row: SettledRow): Promise<boolean> {
  const result = await queryable.query<{ moved: number }>({
    name: 'settle_resend',
    text: settleResendText,
    values: [
      idArray([row.deliveryId]),
      uuidArray([row.lease]),
      textArray([row.closeAs]),
      int8Array([row.delayMs]),
      ...attemptArrays([row.attempt], true),
    ],
  });
  return result.rows[0]?.moved === 1;
}

function attemptArrays(attempts: readonly AttemptRow[], resend: boolean): Buffer[] {
  return [
    idArray(attempts.map((row) => row.id)),
    idArray(attempts.map((row) => row.organizationId)),
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
    byteaArray(attempts.map((row) => row.responseBody)),
    boolArray(attempts.map((row) => row.responseCut)),
    float4Array(attempts.map((row) => row.dnsMs)),
    float4Array(attempts.map((row) => row.connectMs)),
    float4Array(attempts.map((row) => row.tlsMs)),
    float4Array(attempts.map((row) => row.waitMs)),
    float4Array(attempts.map((row) => row.readMs)),
    float4Array(attempts.map((row) => row.totalMs)),
  ];
}

const closedColumns = `id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name,
  created_at, attempts, retries, state, closed_at`;
const closedSelection = `o.id, o.organization_id, o.webhook_uid, o.event_id, o.format, o.format_version, o.scope,
  o.webhook_name, o.created_at, o.attempts, o.retries`;
const openReturning = `o.id, o.organization_id, o.webhook_uid, o.event_id, o.format, o.format_version, o.scope,
  o.webhook_name, o.created_at, o.attempts + 1 as attempts, o.retries`;

const input = `
input as (
  select * from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::int8[],
    $5::uuid[], $6::uuid[], $7::uuid[], $8::int4[], $9::bool[], $10::timestamptz[], $11::text[], $12::bool[],
    $13::int2[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::bytea[],
    $21::bool[], $22::float4[], $23::float4[], $24::float4[], $25::float4[], $26::float4[], $27::float4[])
  as i (
    delivery_id, lease, close_as, delay_ms,
    id, organization_id, webhook_uid, number, resend, started_at, outcome, acknowledged,
    status, method, url, signature, address, message, response_headers, response_body,
    response_cut, dns_ms, connect_ms, tls_ms, wait_ms, read_ms, total_ms)
), recorded as (
  insert into attempts (
    id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome, acknowledged, status, method,
    url, signature, address, message, response_headers, response_body, response_cut, dns_ms, connect_ms, tls_ms,
    wait_ms, read_ms, total_ms)
  select
    id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome, acknowledged, status, method,
    url, signature, address, message, response_headers, response_body, response_cut, dns_ms, connect_ms, tls_ms,
    wait_ms, read_ms, total_ms
  from input
  on conflict (id) do nothing
)`;

const settleText = `
with ${input}, closed as (
  delete from open_deliveries o using input i
   where o.id = i.delivery_id and not o.extra and o.lease = i.lease and i.close_as is not null
  returning ${openReturning}, i.close_as as state
), kept as (
  insert into closed_deliveries (${closedColumns})
  select ${closedSelection}, o.state, now() from closed o
), moved as (
  update open_deliveries o
     set lease = null, kind = 1, attempts = o.attempts + 1, retries = o.retries + 1,
         due_at = now() + i.delay_ms * interval '1 millisecond'
    from input i
   where o.id = i.delivery_id and not o.extra and o.lease = i.lease and i.close_as is null
  returning 1
)
select ((select count(*) from closed) + (select count(*) from moved))::int as moved`;

const settleResendText = `
with ${input}, done as (
  delete from open_deliveries o using input i
   where o.id = i.delivery_id and o.extra and o.lease = i.lease
  returning o.id, i.acknowledged
), scheduled as (
  delete from open_deliveries o using done
   where o.id = done.id and not o.extra and done.acknowledged
  returning ${openReturning}
), kept as (
  insert into closed_deliveries (${closedColumns})
  select ${closedSelection}, 'delivered', now() from scheduled o
), counted as (
  update open_deliveries o set attempts = o.attempts + 1
    from done where o.id = done.id and not o.extra and not done.acknowledged
), closed as (
  update closed_deliveries c
     set attempts = c.attempts + 1,
         state = case when done.acknowledged then 'delivered' else c.state end,
         closed_at = case when done.acknowledged and c.state <> 'delivered' then now() else c.closed_at end
    from done where c.id = done.id
)
select (select count(*) from done)::int as moved`;

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
