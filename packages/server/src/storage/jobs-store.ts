import { type Selectable, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { int2Array, int8Array, textArray } from './column-arrays.ts';
import type { Database, Queryable } from './database.ts';
import type { StopListening } from './listener.ts';
import { connectionOfRequest } from './request-transaction.ts';
import type { JobState, Schema } from './schema.ts';
import { isUnavailable } from './unavailable.ts';

/** Tells that a job is due. */
const jobsChannel = 'fanfare_jobs';

export type JobRow = Readonly<
  Omit<Selectable<Schema['jobs']>, 'due_at' | 'lease' | 'failures' | 'idempotency_key'>
>;

export interface NewJobRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly total: number | null;
  readonly subject: string | null;
  readonly key: { readonly text: string; readonly fingerprint: Buffer } | null;
  readonly now: Date;
  /** It is due after this long. */
  readonly waitMs: number;
}

export interface JobRefusalRow {
  /** From 1. */
  readonly line: number;
  /** Tells refusals of one line apart, from 0. */
  readonly number: number;
  readonly field: string | null;
  readonly reason: string;
  readonly excerpt: string;
}

/** Where a job stands after a step. Numbers are those of the whole job. */
export interface JobAdvance {
  readonly cursor: unknown;
  readonly total: number | null;
  readonly done: number;
  readonly refused: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly refusals: readonly JobRefusalRow[];
  readonly finished: boolean;
  /** Gives the job back, due again after this long; null: whoever holds it goes on. */
  readonly pauseMs: number | null;
}

export interface JobFilter {
  readonly kind: string | null;
  readonly state: JobState | null;
  readonly subject?: string;
}

/** Jobs of all organizations, for whoever carries them out, and of one, for its owners. */
export interface JobsStore {
  /** Null when there is a job of this kind with the same key, or an open one about the same. Wakes every node. */
  insert(job: NewJobRow): Promise<JobRow | null>;
  countOpen(organizationId: Uuid, kind: string): Promise<number>;
  find(organizationId: Uuid, id: Uuid): Promise<JobRow | null>;
  findByKey(organizationId: Uuid, kind: string, key: string): Promise<JobRow | null>;
  /** Newest first; `before` is the last one of the page before. */
  list(
    organizationId: Uuid,
    filter: JobFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly JobRow[]>;
  /**
   * Ends what nobody works on, and asks whoever works on it to stop after the step under way. Null: there is no such
   * open job.
   */
  cancel(within: Queryable, organizationId: Uuid, id: Uuid): Promise<JobRow | null>;
  /** Lets nobody begin another step of it, or anybody again. Null: there is no such open job. */
  setPaused(organizationId: Uuid, id: Uuid, paused: boolean): Promise<JobRow | null>;
  /** In the order of lines. The caller has checked whose job it is. */
  refusals(
    id: Uuid,
    after: { readonly line: number; readonly number: number } | null,
    limit: number,
  ): Promise<readonly JobRefusalRow[]>;

  /**
   * Leases the job that has been due the longest, whose kind is one of these and of which none of the organization's
   * about the same runs.
   */
  claim(kinds: readonly string[], lease: Uuid, leaseMs: number): Promise<JobRow | null>;
  /** False when the lease was lost. */
  renew(id: Uuid, lease: Uuid, leaseMs: number): Promise<boolean>;
  /**
   * Writes where the job stands, within the step's transaction if it has one. Null when the lease was lost: then
   * nothing of the step may be committed.
   */
  advance(
    within: Queryable | null,
    id: Uuid,
    lease: Uuid,
    leaseMs: number,
    advance: JobAdvance,
  ): Promise<{ readonly state: JobState; readonly held: boolean } | null>;
  /**
   * Gives the job back, due again after a pause; one that was to be cancelled ends. A failure counts until the next
   * step succeeds. Null when the lease was lost.
   */
  release(
    within: Queryable,
    id: Uuid,
    lease: Uuid,
    pauseMs: number,
    failed: boolean,
  ): Promise<JobState | null>;
  fail(id: Uuid, lease: Uuid, error: string): Promise<void>;
  /** How often it was released as failed since its last step. */
  failures(id: Uuid): Promise<number>;
  /** Makes the work of a step and its advance one transaction of the hot pool, or a part of the request's. */
  inTransaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** Ends every lease. For a node that knows it is alone. */
  releaseAll(): Promise<void>;
  /** Hears of jobs that become due. */
  listen(onDue: () => void): Promise<StopListening>;
  /** Deletes up to `limit` jobs that ended before this time, with their refusals; returns how many. */
  deleteEndedBefore(before: Date, limit: number): Promise<number>;
}

const columns = [
  'id',
  'organization_id',
  'kind',
  'state',
  'params',
  'cursor',
  'total',
  'done',
  'refused',
  'counts',
  'error',
  'cancelling',
  'subject',
  'paused',
  'fingerprint',
  'created_at',
  'started_at',
  'finished_at',
] as const;
const columnList = columns.map((name) => `jobs.${name}`).join(', ');

export function createJobsStore(database: Database): JobsStore {
  const { kysely, pool, hotPool } = database;
  const all = (organizationId: Uuid) =>
    kysely.selectFrom('jobs').select(columns).where('organization_id', '=', organizationId);

  return {
    async insert(job) {
      const { rows } = await pool.query<JobRow>(
        `with fresh as (
           insert into jobs (id, organization_id, kind, params, total, idempotency_key, fingerprint, created_at, subject,
                             due_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 millisecond')
           on conflict do nothing
           returning *
         )
         select ${columnList}, pg_notify('${jobsChannel}', '') from fresh as jobs`,
        [
          job.id,
          job.organizationId,
          job.kind,
          JSON.stringify(job.params),
          job.total,
          job.key?.text ?? null,
          job.key?.fingerprint ?? null,
          job.now,
          job.subject,
          job.waitMs,
        ],
      );
      return rows[0] ?? null;
    },

    async countOpen(organizationId, kind) {
      const { count } = await kysely
        .selectFrom('jobs')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('organization_id', '=', organizationId)
        .where('kind', '=', kind)
        .where('state', 'in', ['queued', 'running'])
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async find(organizationId, id) {
      return (await all(organizationId).where('id', '=', id).executeTakeFirst()) ?? null;
    },

    async findByKey(organizationId, kind, key) {
      const query = all(organizationId).where('kind', '=', kind).where('idempotency_key', '=', key);
      return (await query.executeTakeFirst()) ?? null;
    },

    async list(organizationId, { kind, state, subject }, before, limit) {
      let query = all(organizationId).orderBy('id', 'desc').limit(limit);
      if (kind !== null) query = query.where('kind', '=', kind);
      if (state !== null) query = query.where('state', '=', state);
      if (subject !== undefined) query = query.where('subject', '=', subject);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async cancel(within, organizationId, id) {
      const { rows } = await within.query<JobRow>({
        name: 'job_cancel',
        text: `update jobs
            set cancelling = true,
                state = case when state = 'queued' or lease is null or due_at <= now() then 'cancelled' else state end,
                finished_at = case when state = 'queued' or lease is null or due_at <= now() then now() end,
                lease = case when state = 'queued' or due_at <= now() then null else lease end
          where organization_id = $1 and id = $2 and state in ('queued', 'running')
          returning ${columnList}`,
        values: [organizationId, id],
      });
      return rows[0] ?? null;
    },

    async setPaused(organizationId, id, paused) {
      const { rows } = await pool.query<JobRow>(
        `with changed as (
           update jobs set paused = $3
            where organization_id = $1 and id = $2 and state in ('queued', 'running')
            returning *
         )
         select ${columnList}, pg_notify('${jobsChannel}', '') from changed as jobs`,
        [organizationId, id, paused],
      );
      return rows[0] ?? null;
    },

    async refusals(id, after, limit) {
      let query = kysely
        .selectFrom('job_refusals')
        .select(['line', 'number', 'field', 'reason', 'excerpt'])
        .where('job_id', '=', id)
        .orderBy('line')
        .orderBy('number')
        .limit(limit);
      if (after !== null) {
        query = query.where(
          sql<boolean>`(line, number) > (${after.line}::bigint, ${after.number}::smallint)`,
        );
      }
      return (await query.execute()).map((row) => ({ ...row, line: Number(row.line) }));
    },

    async claim(kinds, lease, leaseMs) {
      // Another node may claim the organization's other job of the kind at the same moment: jobs_one_running refuses
      // one of the two, and the job stays queued.
      const { rows } = await pool
        .query<JobRow>(
          `update jobs set state = 'running', lease = $2, due_at = now() + $3 * interval '1 millisecond',
                  started_at = coalesce(started_at, now())
            where id = (
              select id from jobs j
               where state in ('queued', 'running') and due_at <= now() and kind = any ($1)
                 and (not paused or cancelling)
                 and (state = 'running' or not exists (
                   select from jobs r
                    where r.organization_id = j.organization_id and r.kind = j.kind and r.state = 'running'
                      and r.subject is not distinct from j.subject))
               order by due_at, id limit 1 for update skip locked)
            returning ${columnList}`,
          [kinds, lease, leaseMs],
        )
        .catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === '23505') return { rows: [] };
          throw error;
        });
      return rows[0] ?? null;
    },

    async renew(id, lease, leaseMs) {
      const { rowCount } = await pool.query(
        `update jobs set due_at = now() + $3 * interval '1 millisecond' where id = $1 and lease = $2`,
        [id, lease, leaseMs],
      );
      return rowCount === 1;
    },

    async advance(within, id, lease, leaseMs, { refusals, ...advance }) {
      const { rows } = await (within ?? hotPool).query<{ state: JobState; held: boolean }>({
        name: 'job_advance',
        text: `
          with moved as (
            update jobs
               set cursor = $4::jsonb, total = $5, done = $6, refused = $7, counts = $8::jsonb, failures = 0,
                   state = case when $9 then 'done' when cancelling then 'cancelled' else 'running' end,
                   finished_at = case when $9 or cancelling then now() end,
                   lease = case when $9 or cancelling or paused or $15::int8 is not null then null else lease end,
                   due_at = now() + coalesce($15::int8, case when paused then 0 else $3 end) * interval '1 millisecond'
             where id = $1 and lease = $2 returning id, state, lease is not null as held
          ), told as (
            insert into job_refusals (job_id, line, number, field, reason, excerpt)
            select moved.id, r.* from moved,
                   unnest($10::int8[], $11::int2[], $12::text[], $13::text[], $14::text[]) as r
            on conflict do nothing
          )
          select state, held from moved`,
        values: [
          id,
          lease,
          leaseMs,
          JSON.stringify(advance.cursor),
          advance.total,
          advance.done,
          advance.refused,
          JSON.stringify(advance.counts),
          advance.finished,
          int8Array(refusals.map((row) => row.line)),
          int2Array(refusals.map((row) => row.number)),
          textArray(refusals.map((row) => row.field)),
          textArray(refusals.map((row) => row.reason)),
          textArray(refusals.map((row) => row.excerpt)),
          advance.pauseMs,
        ],
      });
      return rows[0] ?? null;
    },

    async release(within, id, lease, pauseMs, failed) {
      const { rows } = await within.query<{ state: JobState }>({
        name: 'job_release',
        text: `update jobs
            set lease = null, due_at = now() + $3 * interval '1 millisecond', failures = failures + $4,
                state = case when cancelling then 'cancelled' else state end,
                finished_at = case when cancelling then now() end
          where id = $1 and lease = $2 returning state`,
        values: [id, lease, pauseMs, failed ? 1 : 0],
      });
      return rows[0]?.state ?? null;
    },

    async fail(id, lease, error) {
      await pool.query(
        `update jobs set state = 'failed', error = $3, lease = null, finished_at = now()
          where id = $1 and lease = $2`,
        [id, lease, error],
      );
    },

    async failures(id) {
      const row = await kysely.selectFrom('jobs').select('failures').where('id', '=', id).executeTakeFirst();
      return row?.failures ?? 0;
    },

    async inTransaction(work) {
      const request = connectionOfRequest();
      if (request !== null) return work(request);
      const client = await hotPool.connect();
      let failure: Error | undefined;
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        await client.query('rollback').catch(() => {});
        throw error;
      } finally {
        client.release(failure !== undefined && isUnavailable(failure));
      }
    },

    async releaseAll() {
      await pool.query(
        `update jobs set lease = null, due_at = now() where state = 'running' and lease is not null`,
      );
    },

    listen: (onDue) => database.listen(jobsChannel, onDue, onDue),

    async deleteEndedBefore(before, limit) {
      const { rowCount } = await pool.query(
        `delete from jobs where ctid = any (array(
           select ctid from jobs where finished_at < $1 order by finished_at limit $2))`,
        [before, limit],
      );
      return rowCount ?? 0;
    },
  };
}
