import {
  type DeliveryId,
  type EventId,
  type OrganizationId,
  type ParticipantId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../../ids.ts';
import { idArray, int2Array, int8Array, textArray, timestamptzArray, uuidArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import { dueChannel } from '../webhooks-store.ts';
import { replayKind } from './claim.ts';
import { orderedReplayKind } from './lines.ts';

/** Which events a replay is about. */
export interface ReplayFilter {
  readonly organizationId: Uuid;
  /** Null: every type. */
  readonly types: readonly string[] | null;
  readonly campaignId: Uuid | null;
  readonly participantId: Uuid | null;
}

export interface LookedAtEvent {
  readonly id: Uuid;
  /** The frozen event as JSON text; null when the filter leaves it out. */
  readonly body: string | null;
}

/**
 * The next events of the log after `after` and before `before`, in the order of their ids, those that the filter leaves
 * out included: so the number of rows read is bounded, however rare what is asked for. Follows the narrowest index the
 * filter allows: events_by_participant, …_by_campaign, …_by_type, …_by_organization.
 */
export async function readLog(
  queryable: Queryable,
  filter: ReplayFilter,
  { after, before, limit }: { readonly after: Uuid; readonly before: Uuid; readonly limit: number },
): Promise<readonly LookedAtEvent[]> {
  const index = indexFor(filter);
  const { rows } = await queryable.query<LookedAtEvent>({
    name: `replay_log_${index}`,
    text: `
      select id,
             case when organization_id = $1 and ($5::text[] is null or type = any ($5::text[]))
                       and ($6::uuid is null or campaign_id = $6::uuid)
                       and ($7::uuid is null or participant_id = $7::uuid)
                  then body end as body
        from events
       where ${leading[index]} and id > $2::uuid and id < $3::uuid
       order by id limit $4::int`,
    values: [
      filter.organizationId,
      after,
      before,
      limit,
      filter.types === null ? null : textArray(filter.types),
      filter.campaignId,
      filter.participantId,
    ],
  });
  return rows;
}

const leading = {
  participant: 'participant_id = $7::uuid',
  campaign: 'campaign_id = $6::uuid',
  type: 'organization_id = $1::uuid and type = ($5::text[])[1]',
  organization: 'organization_id = $1::uuid',
} as const;

function indexFor(filter: ReplayFilter): keyof typeof leading {
  if (filter.participantId !== null) return 'participant';
  if (filter.campaignId !== null) return 'campaign';
  return filter.types?.length === 1 ? 'type' : 'organization';
}

/**
 * Which of these events, all accepted at or after the first id, have a delivery to this webhook. One that was cancelled
 * before its first attempt is as if it had never been made.
 */
export async function eventsDelivered(
  queryable: Queryable,
  webhookUid: Uuid,
  events: readonly Uuid[],
  first: Uuid,
): Promise<ReadonlySet<Uuid>> {
  const { rows } = await queryable.query<{ event_id: Uuid }>({
    name: 'replay_delivered',
    text: `
      select event_id from open_deliveries where event_id = any ($2::uuid[]) and webhook_uid = $1::uuid
      union all
      select event_id from closed_deliveries
       where event_id = any ($2::uuid[]) and webhook_uid = $1::uuid and id >= $3::uuid
         and (state <> 'cancelled' or attempts > 0)`,
    values: [webhookUid, uuidArray(events), first],
  });
  return new Set(rows.map((row) => row.event_id));
}

export interface UndeliveredRow {
  readonly id: Uuid;
  /** False: it is not this webhook's, not of this range, was never attempted, or a newer one took its place. */
  readonly wanted: boolean;
  readonly scope: string | null;
  readonly format: string;
  /** Null when retention dropped the event, and unless it is wanted. So are the others. */
  readonly event_id: Uuid | null;
  readonly type: string | null;
  readonly occurred_at: Date | null;
  readonly campaign_id: Uuid | null;
  readonly participant_id: Uuid | null;
}

/**
 * The organization's next deliveries after `after` that ended undelivered, in the order of their ids, through
 * closed_deliveries_undelivered. The number of rows read is bounded, whoever's they are.
 */
export async function readUndelivered(
  queryable: Queryable,
  scope: {
    readonly organizationId: Uuid;
    readonly webhookUid: Uuid;
    /** Bounds over the ids of their events: from this one on, and before that one. */
    readonly from: Uuid;
    readonly before: Uuid;
  },
  { after, limit }: { readonly after: Uuid; readonly limit: number },
): Promise<readonly UndeliveredRow[]> {
  const { rows } = await queryable.query<UndeliveredRow>({
    name: 'replay_undelivered',
    text: `
      with page as materialized (
        select id, event_id, scope, format,
               webhook_uid = $2::uuid and event_id >= $3::uuid and event_id < $4::uuid
                 and (state = 'exhausted' or attempts > 0) as ours
          from closed_deliveries
         where organization_id = $1::uuid and state <> 'delivered' and id > $5::uuid
         order by id limit $6::int
      )
      select page.id, page.scope, page.format, page.ours and newer.found is null and e.id is not null as wanted,
             e.id as event_id, e.type, e.occurred_at, e.campaign_id, e.participant_id
        from page
        left join lateral (
          select 1 as found from (
            (select 1 from open_deliveries o
              where page.ours and o.event_id = page.event_id and o.webhook_uid = $2::uuid and not o.extra
                and o.scope is not distinct from page.scope and o.id > page.id limit 1)
            union all
            (select 1 from closed_deliveries n
              where page.ours and n.event_id = page.event_id and n.webhook_uid = $2::uuid and n.id > page.id
                and n.scope is not distinct from page.scope and (n.state <> 'cancelled' or n.attempts > 0)
              limit 1)) any_newer limit 1) newer on true
        left join lateral (
          select ev.id, ev.type, ev.occurred_at, ev.campaign_id, ev.participant_id from events ev
           where page.ours and ev.id = page.event_id limit 1) e on true
       order by page.id`,
    values: [scope.organizationId, scope.webhookUid, scope.from, scope.before, after, limit],
  });
  return rows;
}

/** What a step of a replay must know of its webhook; null when there is no such webhook any more. */
export interface ReplayTarget {
  readonly active: boolean;
  /** It pays rewards, or was asked to at some time. */
  readonly pays: boolean;
  /** The transaction's time, in milliseconds since 1970: what `due_at` is measured by. */
  readonly nowMs: number;
}

export async function readReplayTarget(queryable: Queryable, webhookUid: Uuid): Promise<ReplayTarget | null> {
  const { rows } = await queryable.query<{ active: boolean; pays: boolean; now_ms: string }>({
    name: 'replay_target',
    text: `
      select w.status = 'active' as active,
             exists (select 1 from rewards where payout_webhook_uid = w.uid)
               or exists (select 1 from payout_attempts where webhook_uid = w.uid) as pays,
             floor(extract(epoch from now()) * 1000)::int8 as now_ms
        from webhooks w where w.uid = $1::uuid and w.deleted_at is null`,
    values: [webhookUid],
  });
  const row = rows[0];
  return row === undefined ? null : { active: row.active, pays: row.pays, nowMs: Number(row.now_ms) };
}

export interface ReplayedRow {
  readonly id: DeliveryId;
  readonly organizationId: OrganizationId;
  readonly webhookUid: WebhookUid;
  readonly eventId: EventId;
  readonly format: string;
  readonly formatVersion: number;
  readonly scope: string | null;
  readonly webhookName: string;
  readonly createdAt: Date;
  /** From now. */
  readonly dueInMs: number;
  /** The line it stands in, in the order given; null: it is not sent in order. */
  readonly line: Uuid | null;
  readonly participantId: ParticipantId | null;
}

/** Makes new deliveries for a job, and notes that it made them. */
export async function writeReplayed(
  queryable: Queryable,
  jobId: Uuid,
  rows: readonly ReplayedRow[],
): Promise<void> {
  await queryable.query({
    name: 'replay_write',
    text: `
      with made as (
        insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                     webhook_name, created_at, due_at, kind, line, turn, participant_id)
        select d.id, d.organization_id, d.webhook_uid, d.event_id, d.format, d.format_version, d.scope,
               d.webhook_name, d.created_at, now() + d.due_in_ms * interval '1 millisecond',
               case when d.line is null then ${replayKind} else ${orderedReplayKind} end, d.line,
               case when d.line is not null then nextval('delivery_turns') end, d.participant_id
          from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int2[], $8::text[], $9::text[],
                      $10::timestamptz[], $11::int8[], $12::uuid[], $13::uuid[])
            as d (id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
                  due_in_ms, line, participant_id)
      )
      insert into replay_deliveries (job_id, delivery_id, resend) select $1::uuid, id, false from unnest($2::uuid[]) as id`,
    values: [
      jobId,
      idArray(rows.map((row) => row.id)),
      idArray(rows.map((row) => row.organizationId)),
      idArray(rows.map((row) => row.webhookUid)),
      idArray(rows.map((row) => row.eventId)),
      textArray(rows.map((row) => row.format)),
      int2Array(rows.map((row) => row.formatVersion)),
      textArray(rows.map((row) => row.scope)),
      textArray(rows.map((row) => row.webhookName)),
      timestamptzArray(rows.map((row) => row.createdAt)),
      int8Array(rows.map((row) => row.dueInMs)),
      uuidArray(rows.map((row) => row.line)),
      idArray(rows.map((row) => (row.line === null ? null : row.participantId))),
    ],
  });
}

/**
 * Queues one extra attempt of each of these closed deliveries for a job, and notes it. Returns how many: one of which a
 * resend waits already gets no other, and one that was delivered meanwhile none.
 */
export async function writeReplayResends(
  queryable: Queryable,
  jobId: Uuid,
  rows: readonly { readonly id: DeliveryId; readonly dueInMs: number }[],
): Promise<number> {
  const { rows: counted } = await queryable.query<{ taken: number }>({
    name: 'replay_resend',
    text: `
      with taken as (
        insert into open_deliveries (id, extra, organization_id, webhook_uid, event_id, format, format_version, scope,
                                     webhook_name, created_at, attempts, retries, kind, due_at)
        select c.id, true, c.organization_id, c.webhook_uid, c.event_id, c.format, c.format_version, c.scope,
               c.webhook_name, c.created_at, c.attempts, c.retries, ${replayKind},
               now() + ($3::int8[])[array_position($2::uuid[], c.id)] * interval '1 millisecond'
          from closed_deliveries c
         where c.id = any ($2::uuid[]) and c.id between $4::uuid and $5::uuid and c.state <> 'delivered'
        on conflict (id, extra) do nothing
        returning id
      ), noted as (
        insert into replay_deliveries (job_id, delivery_id, resend) select $1::uuid, id, true from taken
      )
      select count(*)::int as taken from taken`,
    values: [
      jobId,
      idArray(rows.map((row) => row.id)),
      int8Array(rows.map((row) => row.dueInMs)),
      ...bounds(rows.map((row) => uuidOf(row.id))),
    ],
  });
  return counted[0]?.taken ?? 0;
}

/** Of what a job made and has not counted yet. */
export interface ReplayStanding {
  /** No attempt was made. */
  readonly waiting: number;
  /** The next attempt is a retry. */
  readonly retrying: number;
  readonly delivered: number;
  readonly failed: number;
}

/** The least and the greatest, which say what partitions to look into. */
function bounds(ids: readonly Uuid[]): [Uuid, Uuid] {
  const [first = ''] = ids;
  return [
    ids.reduce((least, id) => (id < least ? id : least), first),
    ids.reduce((most, id) => (id > most ? id : most), first),
  ];
}

const nothing: ReplayStanding = { waiting: 0, retrying: 0, delivered: 0, failed: 0 };

/** How the deliveries stand that these jobs have not counted yet. */
export async function readReplayStandings(
  queryable: Queryable,
  jobIds: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, ReplayStanding>> {
  const { rows } = await queryable.query<ReplayStanding & { job_id: Uuid }>({
    name: 'replay_standings',
    text: `
      select r.job_id,
             count(*) filter (where o.attempts is not null and (r.resend or o.attempts = 0))::int as waiting,
             count(*) filter (where o.attempts > 0 and not r.resend)::int as retrying,
             count(*) filter (where o.attempts is null and c.state = 'delivered')::int as delivered,
             count(*) filter (where o.attempts is null and c.state = 'exhausted')::int as failed
        from replay_deliveries r
        left join lateral (
          select attempts from open_deliveries o where o.id = r.delivery_id and o.extra = r.resend limit 1) o on true
        left join lateral (
          select state from closed_deliveries c where o.attempts is null and c.id = r.delivery_id limit 1) c on true
       where r.job_id = any ($1::uuid[])
       group by r.job_id`,
    values: [uuidArray(jobIds)],
  });
  return new Map(rows.map(({ job_id, ...standing }) => [job_id, standing]));
}

/**
 * As `readReplayStandings` for one job, and forgets those that ended: the caller counts them in the same transaction.
 * A delivery that ends between the two statements is left for the next time.
 */
export async function countReplayed(queryable: Queryable, jobId: Uuid): Promise<ReplayStanding> {
  const { rows: open } = await queryable.query<{ id: Uuid; attempts: number | null; resend: boolean }>({
    name: 'replay_open',
    text: `
      select r.delivery_id as id, r.resend, o.attempts
        from replay_deliveries r
        left join lateral (
          select attempts from open_deliveries o where o.id = r.delivery_id and o.extra = r.resend limit 1) o on true
       where r.job_id = $1::uuid`,
    values: [jobId],
  });
  const gone = open.filter((row) => row.attempts === null).map((row) => row.id);
  const stillOpen = open.filter((row) => row.attempts !== null);
  const waiting = stillOpen.filter((row) => row.resend || row.attempts === 0).length;
  const standing = { ...nothing, waiting, retrying: stillOpen.length - waiting };
  if (gone.length === 0) return standing;
  const { rows } = await queryable.query<{ delivered: number; failed: number }>({
    name: 'replay_ended',
    text: `
      with forgotten as (
        delete from replay_deliveries where job_id = $1::uuid and delivery_id = any ($2::uuid[])
      )
      select count(*) filter (where state = 'delivered')::int as delivered,
             count(*) filter (where state = 'exhausted')::int as failed
        from closed_deliveries where id = any ($2::uuid[]) and id between $3::uuid and $4::uuid`,
    values: [jobId, uuidArray(gone), ...bounds(gone)],
  });
  return { ...standing, ...rows[0] };
}

/**
 * Ends what a job made and nobody is attempting now. Of a resend only the extra attempt goes. What is under way is left
 * to whoever holds it. Doing it again changes nothing.
 */
export async function endReplayed(queryable: Queryable, jobId: Uuid): Promise<void> {
  await queryable.query({
    name: 'replay_end',
    text: `
      with waiting as materialized (
        select r.delivery_id, o.place
          from replay_deliveries r
          cross join lateral (
            select o.ctid as place from open_deliveries o
             where o.id = r.delivery_id and o.extra = r.resend and (o.lease is null or o.due_at <= now())
             limit 1 for update skip locked) o
         where r.job_id = $1::uuid
      ), ended as (
        delete from open_deliveries o where o.ctid = any (array(select place from waiting)) returning o.*
      ), forgotten as (
        delete from replay_deliveries
         where job_id = $1::uuid and delivery_id = any (array(select delivery_id from waiting))
      )
      insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                     webhook_name, created_at, attempts, retries, state, closed_at)
      select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
             attempts, retries, 'cancelled', now()
        from ended where not extra
      on conflict (id) do nothing`,
    values: [jobId],
  });
}

/** Wakes whoever dispatches, once the transaction is committed. */
export async function notifyDue(queryable: Queryable, webhookUid: Uuid): Promise<void> {
  await queryable.query({
    name: 'replay_notify',
    text: 'select pg_notify($1, $2)',
    values: [dueChannel, webhookUid],
  });
}
