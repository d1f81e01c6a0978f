import type { DeliveryId, Uuid, WebhookUid } from '../../ids.ts';
import { uuidOf } from '../../ids.ts';
import { idArray, int2Array, int4Array, uuidArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import type { ClaimedRow } from './claim.ts';

/*
 * Deliveries that are sent in order. The first of a line is the row with the lowest turn; it alone may be attempted,
 * and nothing else says so: there is no mark that could be lost. Turns of a line appear in their order, since they are
 * given out under a lock that is kept until the commit.
 */

/** Kinds of deliveries that stand in lines. */
export const orderedKind = 4;
export const orderedReplayKind = 5;

/** The first key of every such lock: any number that nobody else uses. */
export const lineLocks = 721_935_002;
/** Many lines share a lock, so that a batch takes only so many: PostgreSQL has places for some thousands. */
const buckets = 512;

/** The locks of these lines, each once, in the order in which everybody takes them. */
export function lineBuckets(lines: readonly Uuid[]): number[] {
  const found = new Set<number>();
  // The last digits of a UUIDv7 are random.
  for (const line of lines) found.add(Number.parseInt(line.slice(-6), 16) % buckets);
  return [...found].sort((a, b) => a - b);
}

/** A line of a webhook, of new deliveries and retries or of replays. */
export interface LineKey {
  readonly webhookUid: WebhookUid;
  readonly replay: boolean;
  readonly line: Uuid;
}

/** Where a look at the lines of a webhook begins. */
export interface LineCursor {
  readonly webhookUid: WebhookUid;
  readonly replay: boolean;
  readonly after: Uuid;
}

export interface SeenLineRow {
  readonly webhook_uid: Uuid;
  readonly kind: number;
  readonly line: Uuid;
  /** Its first delivery may be attempted now. */
  readonly due: boolean;
  /** Its number among those of its webhook and kind that were seen. */
  readonly n: number;
}

/** A line of which the first delivery is asked for, with those behind it up to so many in all. */
export interface LineClaim extends LineKey {
  readonly most: number;
}

/**
 * The lines of every active webhook that has some, at most `perWebhook` of each kind: those that are due, and the last
 * one seen. One index probe per line, however many deliveries wait in it.
 */
export async function findLines(
  queryable: Queryable,
  cursors: readonly LineCursor[],
  perWebhook: number,
): Promise<readonly SeenLineRow[]> {
  const result = await queryable.query<SeenLineRow>({
    name: 'find_lines',
    text: findText,
    values: [
      idArray(cursors.map((one) => one.webhookUid)),
      int2Array(cursors.map((one) => kindOf(one.replay))),
      uuidArray(cursors.map((one) => one.after)),
      perWebhook,
    ],
  });
  return result.rows;
}

const beforeEveryLine = '00000000-0000-0000-0000-000000000000';

const findText = `
with recursive lanes as (
  (select webhook_uid, kind from open_deliveries where line is not null
    order by webhook_uid, kind limit 1)
  union all
  select next.webhook_uid, next.kind
    from lanes cross join lateral (
      select o.webhook_uid, o.kind from open_deliveries o
       where o.line is not null and (o.webhook_uid, o.kind) > (lanes.webhook_uid, lanes.kind)
       order by o.webhook_uid, o.kind limit 1) next
), turns as materialized (
  select lanes.webhook_uid, lanes.kind,
         coalesce((select c.after from unnest($1::uuid[], $2::int2[], $3::uuid[]) as c (webhook_uid, kind, after)
                    where c.webhook_uid = lanes.webhook_uid and c.kind = lanes.kind), '${beforeEveryLine}') as after
    from lanes
    cross join lateral (
      select 1 from webhooks w where w.uid = lanes.webhook_uid and w.status = 'active' limit 1) active
), seen as (
  select turns.webhook_uid, turns.kind, walk.line, walk.due_at <= now() as due, walk.n,
         max(walk.n) over (partition by turns.webhook_uid, turns.kind) as last
    from turns
    cross join lateral (
      with recursive walk as (
        (select o.line, o.due_at, 1 as n from open_deliveries o
          where o.webhook_uid = turns.webhook_uid and o.kind = turns.kind and o.line > turns.after
          order by o.line, o.turn limit 1)
        union all
        select next.line, next.due_at, walk.n + 1
          from walk cross join lateral (
            select o.line, o.due_at from open_deliveries o
             where o.webhook_uid = turns.webhook_uid and o.kind = turns.kind and o.line > walk.line
             order by o.line, o.turn limit 1) next
         where walk.n < $4::int
      )
      select * from walk) walk
)
select webhook_uid, kind, line, due, n from seen where due or n = last order by webhook_uid, kind, n`;

export interface LineClaimRequest {
  readonly lease: Uuid;
  /** A lease lasts the webhook's own timeout and this much longer. */
  readonly leaseMarginMs: number;
  readonly lines: readonly LineClaim[];
  /** Deliveries in all. */
  readonly limit: number;
}

/**
 * Leases the beginnings of these lines: the first delivery of each, if it is due and nobody holds it, and those behind
 * it. Whoever leases the first has locked it before, so two callers never have parts of the same line.
 *
 * In the line of a whole webhook somebody whose delivery was parked has stepped out: what is behind of the same
 * participant is put into a line of its own, behind the parked one, instead of being leased.
 *
 * Returned in the order of their lines and turns.
 */
export async function claimLines(
  queryable: Queryable,
  request: LineClaimRequest,
): Promise<readonly ClaimedRow[]> {
  const { lines } = request;
  const result = await queryable.query<ClaimedRow>({
    name: 'claim_lines',
    text: claimText,
    values: [
      idArray(lines.map((one) => one.webhookUid)),
      int2Array(lines.map((one) => kindOf(one.replay))),
      uuidArray(lines.map((one) => one.line)),
      int4Array(lines.map((one) => one.most)),
      request.limit,
      request.lease,
      request.leaseMarginMs,
    ],
  });
  return result.rows;
}

function kindOf(replay: boolean): number {
  return replay ? orderedReplayKind : orderedKind;
}

const claimText = `
with firsts as materialized (
  select o.webhook_uid, o.kind, o.line, o.turn, k.most
    from unnest($1::uuid[], $2::int2[], $3::uuid[], $4::int4[]) as k (webhook_uid, kind, line, most)
    cross join lateral (
      select 1 from webhooks w where w.uid = k.webhook_uid and w.status = 'active' limit 1) active
    cross join lateral (
      select f.turn from open_deliveries f
       where f.webhook_uid = k.webhook_uid and f.kind = k.kind and f.line = k.line
       order by f.turn limit 1) first
    cross join lateral (
      select f.webhook_uid, f.kind, f.line, f.turn from open_deliveries f
       where f.webhook_uid = k.webhook_uid and f.kind = k.kind and f.line = k.line and f.turn = first.turn
         and f.due_at <= now()
       limit 1 for update skip locked) o
), runs as materialized (
  select firsts.webhook_uid, r.id, r.n, firsts.line, r.turn,
         r.line = r.webhook_uid and r.participant_id is not null and exists (
           select 1 from open_deliveries p
            where p.webhook_uid = r.webhook_uid and p.kind = r.kind and p.line = r.participant_id) as aside
    from firsts
    cross join lateral (
      select o.*, row_number() over w as n, bool_and(o.due_at <= now()) over w as due
        from (select * from open_deliveries o
               where o.webhook_uid = firsts.webhook_uid and o.kind = firsts.kind and o.line = firsts.line
                 and o.turn >= firsts.turn
               order by o.turn limit firsts.most) o
      window w as (order by o.turn)) r
   where r.due
), taken as materialized (
  select id from runs where not aside order by n, line limit $5::int
), moved as (
  update open_deliveries o set line = o.participant_id
   where o.id = any (array(select id from runs where aside)) and not o.extra
), claimed as (
  update open_deliveries o
     set lease = $6::uuid,
         due_at = now() + ((select w.timeout_ms from webhooks w where w.uid = o.webhook_uid) + $7::int)
                          * interval '1 millisecond'
   where o.id = any (array(select id from taken)) and not o.extra
  returning o.id, o.extra, o.organization_id, o.webhook_uid, o.event_id, o.format, o.format_version, o.scope,
            o.webhook_name, o.created_at, o.attempts, o.retries, o.kind, o.line, o.turn,
            (select w.timeout_ms from webhooks w where w.uid = o.webhook_uid) + $7::int as lease_ms
)
select claimed.*, e.body
  from claimed
  left join lateral (select body from events where events.id = claimed.event_id limit 1) e on true
 order by claimed.webhook_uid, claimed.line, claimed.turn`;

/**
 * Sets a delivery aside that was settled just before in this transaction: nobody attempts it until somebody says so.
 * It leaves the line of its webhook for one of its participant, or of its own.
 */
export async function writeParked(transaction: Queryable, deliveryId: DeliveryId): Promise<void> {
  await transaction.query({
    name: 'park',
    text: `update open_deliveries
              set parked_at = now(), due_at = 'infinity', lease = null,
                  line = case when line = webhook_uid then coalesce(participant_id, id) else line end
            where id = $1 and not extra and line is not null`,
    values: [uuidOf(deliveryId)],
  });
}

/** Whether any delivery of this webhook waits until somebody decides. */
export async function hasParked(transaction: Queryable, webhookUid: Uuid): Promise<boolean> {
  const result = await transaction.query<{ parked: boolean }>({
    name: 'has_parked',
    text: `select exists (select from open_deliveries where webhook_uid = $1 and parked_at is not null) as parked`,
    values: [webhookUid],
  });
  return result.rows[0]?.parked === true;
}
