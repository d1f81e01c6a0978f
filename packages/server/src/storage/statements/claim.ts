import { type Uuid, uuidOf, type WebhookUid } from '../../ids.ts';
import { idArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

/** What a replay made, resends among it. Served when the lane has nothing else due. */
export const replayKind = 3;

/** A delivery with its event, leased to the caller. */
export interface ClaimedRow {
  readonly id: Uuid;
  /** A resend, beside the schedule. */
  readonly extra: boolean;
  readonly organization_id: Uuid;
  readonly webhook_uid: Uuid;
  readonly event_id: Uuid;
  readonly format: string;
  readonly format_version: number;
  readonly scope: string | null;
  readonly webhook_name: string;
  readonly created_at: Date;
  readonly attempts: number;
  readonly retries: number;
  readonly kind: number;
  readonly line: Uuid | null;
  readonly lease_ms: number;
  /** The frozen event as JSON text; null when retention dropped it. */
  readonly body: string | null;
}

export interface ClaimRequest {
  readonly lease: Uuid;
  /** A lease lasts the webhook's own timeout and this much longer. */
  readonly leaseMarginMs: number;
  /** How many deliveries of each kind a lane gets unless `rooms` says otherwise. */
  readonly perLane: number;
  /** Lanes with another limit; 0 leaves a lane out. */
  readonly rooms: ReadonlyMap<WebhookUid, number>;
  /** The same two for deliveries of replays. */
  readonly perLaneReplays: number;
  readonly replayRooms: ReadonlyMap<WebhookUid, number>;
  readonly limit: number;
  readonly where: ClaimWhere;
}

/** Every lane that has rows, of webhooks behind this one, as those up to it had their turn; or these lanes alone. */
export type ClaimWhere = { readonly after: Uuid } | { readonly lanes: readonly WebhookUid[] };

/**
 * Leases due deliveries, a few from each lane: a lane is a webhook and a kind (new, retry, resend, replay). One of
 * replays gives nothing as long as another of its webhook has a row that is due.
 *
 * The lanes that have rows are found by a loose index scan (one index probe per lane, however many rows
 * wait in it), and each gives its oldest due rows through `open_deliveries_lanes`. So a million rows
 * waiting for a dead receiver cost the healthy ones one probe. A thousand dead receivers cost a thousand, so whoever knows
 * which lanes have rows names them, and looks for all others now and then. Concurrent callers skip each other's rows.
 * Lanes of webhooks that are not active are passed over: their rows wait. So are deliveries that stand in lines, which
 * have a claim of their own (lines.ts).
 *
 * An expired lease needs no special case: `due_at` is when the lease ends.
 *
 * No join may be planned by the statistics of open_deliveries, which is empty one minute and large the next (see
 * settle.ts): rows are found by lateral probes with a limit and taken by their place in the table.
 */
export async function claimDue(queryable: Queryable, request: ClaimRequest): Promise<readonly ClaimedRow[]> {
  const result = await queryable.query<ClaimedRow>({
    ...('lanes' in request.where ? claimOfLanes : claimOfAll),
    values: [
      roomsOf(request.rooms),
      roomsOf(request.replayRooms),
      request.perLane,
      request.limit,
      request.lease,
      request.leaseMarginMs,
      'lanes' in request.where ? idArray(request.where.lanes) : request.where.after,
      request.perLaneReplays,
    ],
  });
  return result.rows;
}

/** By webhook, in a form that is searched and not read from its beginning: there may be thousands. */
function roomsOf(rooms: ReadonlyMap<WebhookUid, number>): string {
  return JSON.stringify(Object.fromEntries([...rooms].map(([uid, room]) => [uuidOf(uid), room])));
}

/** One probe of the index each: a range over kinds would walk every retry that waits. */
function anyDue(kind: number): string {
  return `exists (select 1 from open_deliveries w
                   where w.webhook_uid = lanes.webhook_uid and w.kind = ${kind} and w.due_at <= now())`;
}

const allLanes = `
  (select webhook_uid, kind from open_deliveries
    where webhook_uid > $7::uuid order by webhook_uid, kind limit 1)
  union all
  select next.webhook_uid, next.kind
    from lanes cross join lateral (
      select o.webhook_uid, o.kind from open_deliveries o
       where (o.webhook_uid, o.kind) > (lanes.webhook_uid, lanes.kind)
       order by o.webhook_uid, o.kind limit 1) next`;
const theseLanes = `
  select n.webhook_uid, k.kind
    from unnest($7::uuid[]) as n (webhook_uid)
         cross join (values (0::int2), (1::int2), (2::int2), (${replayKind}::int2)) as k (kind)`;

const claimText = (lanes: string) => `
with recursive lanes as (${lanes}
), due as materialized (
  select d.place
    from lanes
    cross join lateral (
      select case when lanes.kind = ${replayKind}
                  then coalesce(($2::jsonb ->> lanes.webhook_uid::text)::int, $8::int)
                  else coalesce(($1::jsonb ->> lanes.webhook_uid::text)::int, $3::int) end as places
      offset 0) room
    cross join lateral (
      select 1 from webhooks w
       where room.places > 0 and w.uid = lanes.webhook_uid and w.status = 'active' limit 1) active
    cross join lateral (
      select 1 where lanes.kind <= ${replayKind} and (lanes.kind <> ${replayKind} or not (${[0, 1, 2].map(anyDue).join(' or ')}))) turn
    cross join lateral (
      select o.ctid as place from open_deliveries o
       where o.webhook_uid = lanes.webhook_uid and o.kind = lanes.kind and o.due_at <= now()
       order by o.due_at
       limit room.places
         for update skip locked) d
   limit $4::int
), claimed as (
  update open_deliveries o
     set lease = $5::uuid,
         due_at = now() + ((select w.timeout_ms from webhooks w where w.uid = o.webhook_uid) + $6::int)
                          * interval '1 millisecond'
   where o.ctid = any (array(select place from due))
  returning o.id, o.extra, o.organization_id, o.webhook_uid, o.event_id, o.format, o.format_version, o.scope,
            o.webhook_name, o.created_at, o.attempts, o.retries, o.kind, o.line,
            (select w.timeout_ms from webhooks w where w.uid = o.webhook_uid) + $6::int as lease_ms
)
select claimed.*, e.body
  from claimed
  left join lateral (select body from events where events.id = claimed.event_id limit 1) e on true
 order by claimed.webhook_uid, claimed.id`;

const claimOfAll = { name: 'claim', text: claimText(allLanes) };
const claimOfLanes = { name: 'claim_lanes', text: claimText(theseLanes) };
