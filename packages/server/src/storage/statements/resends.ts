import { type DeliveryId, type OrganizationId, type Uuid, uuidOf } from '../../ids.ts';
import { idArray, uuidArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import { replayKind } from './claim.ts';

/** A delivery that somebody wants sent again. */
export interface ResendableRow {
  readonly id: Uuid;
  readonly webhook_uid: Uuid;
  readonly scope: string | null;
  readonly format: string;
  /** Null when retention dropped the event. */
  readonly type: string | null;
  /** Its webhook takes deliveries now. */
  readonly active: boolean;
  /** Its event asks for a payment, and its webhook pays rewards or was asked to at some time. */
  readonly pays: boolean;
}

/** Those of these deliveries that there are in the organization. */
export async function readResendable(
  queryable: Queryable,
  organizationId: OrganizationId,
  ids: readonly DeliveryId[],
): Promise<readonly ResendableRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await queryable.query<ResendableRow>({
    name: 'resend_candidates',
    text: `
      select d.id, d.webhook_uid, d.scope, d.format, e.type, w.active,
             e.type is not distinct from 'payout.requested'
               and (exists (select from rewards where payout_webhook_uid = d.webhook_uid)
                    or exists (select from payout_attempts where webhook_uid = d.webhook_uid)) as pays
        from (select id, webhook_uid, event_id, scope, format from open_deliveries
               where id = any ($2::uuid[]) and organization_id = $1::uuid and not extra
              union all
              select id, webhook_uid, event_id, scope, format from closed_deliveries
               where id = any ($2::uuid[]) and organization_id = $1::uuid) d
        cross join lateral (
          select status = 'active' and deleted_at is null as active from webhooks where uid = d.webhook_uid limit 1) w
        left join lateral (select type from events where events.id = d.event_id limit 1) e on true`,
    values: [uuidOf(organizationId), idArray(ids)],
  });
  return rows;
}

/** Chooses deliveries for a job. Doing it again changes nothing. */
export async function writeSelected(
  queryable: Queryable,
  jobId: Uuid,
  rows: readonly { readonly id: Uuid; readonly webhook_uid: Uuid }[],
): Promise<void> {
  if (rows.length === 0) return;
  await queryable.query({
    name: 'resend_select',
    text: `
      insert into resend_selections (job_id, webhook_uid, delivery_id)
      select $1::uuid, s.webhook_uid, s.id from unnest($2::uuid[], $3::uuid[]) as s (webhook_uid, id)
      on conflict do nothing`,
    values: [jobId, uuidArray(rows.map((row) => row.webhook_uid)), uuidArray(rows.map((row) => row.id))],
  });
}

export interface ResendPlaces {
  readonly jobId: Uuid;
  /** How many at most. */
  readonly most: number;
  /** Of one webhook, with those that wait for their attempt; and how many do. */
  readonly mostOfWebhook: number;
  readonly waiting: ReadonlyMap<Uuid, number>;
  /** When the first is due from now, and each after the one before it. */
  readonly firstInMs: number;
  readonly everyMs: number;
}

export interface SentAgain {
  /** Taken from what was chosen. */
  readonly taken: number;
  /** An extra attempt is due; the others have one already, or nothing to send or nowhere to send it by now. */
  readonly sent: number;
  /** Whose they are. */
  readonly webhooks: readonly Uuid[];
}

/**
 * Takes the oldest of what was chosen for a job, a bounded number of each webhook, and queues an extra attempt of each.
 * Rows are found by key alone (see claim.ts). Nobody else works on a job's rows at the same time.
 */
export async function sendSelected(queryable: Queryable, places: ResendPlaces): Promise<SentAgain> {
  const { rows } = await queryable.query<SentAgain>({
    name: 'resend_send',
    text: `
      with recursive hooks as (
        (select webhook_uid from resend_selections where job_id = $1::uuid order by webhook_uid limit 1)
        union all
        select n.webhook_uid
          from hooks cross join lateral (
            select s.webhook_uid from resend_selections s
             where s.job_id = $1::uuid and s.webhook_uid > hooks.webhook_uid order by s.webhook_uid limit 1) n
      ), chosen as materialized (
        select s.place, s.delivery_id
          from hooks cross join lateral (
            select s.ctid as place, s.delivery_id from resend_selections s
             where s.job_id = $1::uuid and s.webhook_uid = hooks.webhook_uid
             order by s.delivery_id
             limit greatest(0, $3::int - coalesce(($4::jsonb ->> hooks.webhook_uid::text)::int, 0))) s
         order by s.delivery_id limit $2::int
      ), ids as materialized (
        select array(select delivery_id from chosen order by delivery_id) as all,
               (select delivery_id from chosen order by delivery_id limit 1) as first,
               (select delivery_id from chosen order by delivery_id desc limit 1) as last
      ), taken as (
        delete from resend_selections where ctid = any (array(select place from chosen))
      ), found as (
        select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
               attempts, retries
          from open_deliveries where id = any ((select ids.all from ids)::uuid[]) and not extra
        union all
        select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
               attempts, retries
          from closed_deliveries
         where id = any ((select ids.all from ids)::uuid[]) and id >= (select ids.first from ids) and id <= (select ids.last from ids)
      ), sent as (
        insert into open_deliveries (id, extra, organization_id, webhook_uid, event_id, format, format_version, scope,
                                     webhook_name, created_at, attempts, retries, kind, due_at)
        select f.id, true, f.organization_id, f.webhook_uid, f.event_id, f.format, f.format_version, f.scope,
               f.webhook_name, f.created_at, f.attempts, f.retries, ${replayKind},
               now() + ($5::float8 + $6::float8 * (array_position((select ids.all from ids), f.id) - 1))
                       * interval '1 millisecond'
          from found f
         where exists (select from webhooks w
                        where w.uid = f.webhook_uid and w.status = 'active' and w.deleted_at is null)
           and exists (select from events e where e.id = f.event_id)
        on conflict (id, extra) do nothing
        returning id, webhook_uid
      ), noted as (
        insert into replay_deliveries (job_id, delivery_id, resend) select $1::uuid, id, true from sent
      )
      select (select count(*) from chosen)::int as taken, (select count(*) from sent)::int as sent,
             array(select distinct webhook_uid from sent) as webhooks`,
    values: [
      places.jobId,
      places.most,
      places.mostOfWebhook,
      JSON.stringify(Object.fromEntries(places.waiting)),
      places.firstInMs,
      places.everyMs,
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('Sending again returned nothing');
  return row;
}

/** An extra attempt that a job queued and has not counted yet. */
export interface ResentRow {
  readonly job_id: Uuid;
  readonly delivery_id: Uuid;
  /** Whose it is; null: it is over. */
  readonly webhook_uid: Uuid | null;
  /** Whether the receiver acknowledged it; null: it is not over, or ended without an attempt. */
  readonly acknowledged: boolean | null;
}

/** `since`: ids of attempts that these jobs may have had are not before this one. */
export async function readResent(
  queryable: Queryable,
  jobIds: readonly Uuid[],
  since: Uuid,
): Promise<readonly ResentRow[]> {
  const { rows } = await queryable.query<ResentRow>({
    name: 'resend_standing',
    text: `
      select r.job_id, r.delivery_id, o.webhook_uid, a.acknowledged
        from replay_deliveries r
        left join lateral (
          select webhook_uid from open_deliveries o where o.id = r.delivery_id and o.extra limit 1) o on true
        left join lateral (
          select t.acknowledged from attempts t
           where o.webhook_uid is null and t.delivery_id = r.delivery_id and t.resend and t.id >= $2::uuid
           order by t.id desc limit 1) a on true
       where r.job_id = any ($1::uuid[])`,
    values: [uuidArray(jobIds), since],
  });
  return rows;
}

/** The job has counted these. */
export async function forgetResent(queryable: Queryable, jobId: Uuid, ids: readonly Uuid[]): Promise<void> {
  if (ids.length === 0) return;
  await queryable.query({
    name: 'resend_forget',
    text: 'delete from replay_deliveries where job_id = $1::uuid and delivery_id = any ($2::uuid[])',
    values: [jobId, uuidArray(ids)],
  });
}

/** Nothing more of what was chosen is sent. */
export async function forgetSelected(queryable: Queryable, jobId: Uuid): Promise<void> {
  await queryable.query({
    name: 'resend_unselect',
    text: 'delete from resend_selections where job_id = $1::uuid',
    values: [jobId],
  });
}

/** The transaction's time, in milliseconds since 1970: what `due_at` is measured by. */
export async function readTransactionTime(queryable: Queryable): Promise<number> {
  const { rows } = await queryable.query<{ now_ms: string }>({
    name: 'transaction_time',
    text: 'select floor(extract(epoch from now()) * 1000)::int8 as now_ms',
  });
  return Number(rows[0]?.now_ms);
}
