import { type JobId, newId, type OrganizationId, type Uuid, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import { createJobsStore, type Database, type JobFilter } from '../storage/index.ts';
import { type Job, type JobHandler, type JobRefusal, jobFrom, tellCancelled } from './job.ts';
import { createJobRunner, type JobRunnerParts } from './runner.ts';

export interface NewJob {
  readonly organizationId: OrganizationId;
  readonly kind: string;
  /** Shown to the owner. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly total?: number;
  /** What it is about: `enqueue` throws `conflict` while another job of the kind about the same is open. */
  readonly subject?: string;
  /** Made before, by who has stored something under it. */
  readonly id?: JobId;
  /** It waits so long, by the database's clock, and a little longer: until a node looks for jobs. */
  readonly waitMs?: number;
  /** A repeat with the same key and fingerprint gets the job there is. */
  readonly key?: { readonly text: string; readonly fingerprint: Buffer };
}

/** A refusal with its place in the report. */
export interface ReportedRefusal extends JobRefusal {
  readonly number: number;
}

/** Where a page of a report ended. */
export interface RefusalPosition {
  readonly line: number;
  readonly number: number;
}

/** Long work that outlives the request it was asked for in, and the node that began it. */
export interface Jobs {
  /** Before `start`. A node carries out only kinds that it knows. */
  register(kind: string, handler: JobHandler): void;
  /** From now on this node carries out jobs. Throws when the database cannot be reached. */
  start(): Promise<void>;
  /** Lets steps under way end and gives their jobs back. */
  stop(): Promise<void>;

  /**
   * Begins as soon as a node has room. Throws `conflict` when too many of the kind are open, or one about the same, and
   * `idempotency_key_reused` for a key that came with another fingerprint.
   */
  enqueue(job: NewJob): Promise<{ readonly repeated: boolean; readonly job: Job }>;
  /** The job of this key. Null when there is none. */
  findByKey(
    organization: OrganizationId,
    kind: string,
    key: string,
  ): Promise<{ readonly job: Job; readonly fingerprint: Buffer } | null>;
  /** Throws `not_found`. */
  get(organization: OrganizationId, id: JobId): Promise<Job>;
  /** Newest first; `before` is the last one of the page before. */
  list(
    organization: OrganizationId,
    filter: JobFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Job[]>;
  /** What was done stays done. Throws `not_found`, and `conflict` for a job that has ended otherwise. */
  cancel(organization: OrganizationId, id: JobId): Promise<Job>;
  /** The step under way ends, and no other begins. Throws `not_found`, and `conflict` for a job that has ended. */
  pause(organization: OrganizationId, id: JobId): Promise<Job>;
  /** Throws as `pause` does. */
  resume(organization: OrganizationId, id: JobId): Promise<Job>;
  /** In the order of lines. Throws `not_found`. */
  refusals(
    organization: OrganizationId,
    id: JobId,
    after: RefusalPosition | null,
    limit: number,
  ): Promise<readonly ReportedRefusal[]>;
}

/** One organization's jobs of a kind run one after the other, unless they are about different things. */
const mostOpen = 50;

export function createJobs(
  parts: { readonly database: Database; readonly clock: { now(): number } } & Omit<
    JobRunnerParts,
    'store' | 'handlers'
  >,
): Jobs {
  const store = createJobsStore(parts.database);
  const handlers = new Map<string, JobHandler>();
  const runner = createJobRunner({ ...parts, store, handlers });

  async function findByKey(organization: OrganizationId, kind: string, key: string) {
    const row = await store.findByKey(uuidOf(organization), kind, key);
    return row && { job: jobFrom(row), fingerprint: row.fingerprint ?? Buffer.alloc(0) };
  }

  async function get(organization: OrganizationId, id: JobId): Promise<Job> {
    const row = await store.find(uuidOf(organization), uuidOf(id));
    if (row === null) throw notFound();
    return jobFrom(row);
  }

  async function setPaused(organization: OrganizationId, id: JobId, paused: boolean): Promise<Job> {
    const row = await store.setPaused(uuidOf(organization), uuidOf(id), paused);
    if (row === null) throw hasEnded(await get(organization, id), paused ? 'pause' : 'resume');
    return jobFrom(row);
  }

  return {
    register: (kind, handler) => void handlers.set(kind, handler),
    start: runner.start,
    stop: runner.stop,

    async enqueue({ organizationId, kind, params, total, subject, key, waitMs, id = newId('job') }) {
      if ((await store.countOpen(uuidOf(organizationId), kind)) >= mostOpen) {
        throw new Problem(
          'conflict',
          `${mostOpen} jobs of the kind "${kind}" are waiting or running, as many as there can be. Wait for one to end, or cancel one.`,
        );
      }
      const row = await store.insert({
        id: uuidOf(id),
        organizationId: uuidOf(organizationId),
        kind,
        params,
        total: total ?? null,
        subject: subject ?? null,
        key: key ?? null,
        now: new Date(parts.clock.now()),
        waitMs: waitMs ?? 0,
      });
      if (row !== null) return { repeated: false, job: jobFrom(row) };
      const earlier = key && (await findByKey(organizationId, kind, key.text));
      if (!earlier && subject !== undefined) throw stillOpen(kind);
      if (!earlier) throw new Error('A job was neither made nor found by its key: it was deleted meanwhile');
      if (!earlier.fingerprint.equals(key.fingerprint)) throw keyReused(earlier.job);
      return { repeated: true, job: earlier.job };
    },

    findByKey,
    get,

    async list(organization, filter, before, limit) {
      return (await store.list(uuidOf(organization), filter, before, limit)).map(jobFrom);
    },

    async cancel(organization, id) {
      const job = await store.inTransaction(async (transaction) => {
        const row = await store.cancel(transaction, uuidOf(organization), uuidOf(id));
        if (row === null) return null;
        const cancelled = jobFrom(row);
        if (cancelled.state === 'cancelled') {
          await tellCancelled(handlers.get(cancelled.kind), cancelled, transaction);
        }
        return cancelled;
      });
      if (job !== null) return job;
      const ended = await get(organization, id);
      if (ended.state !== 'cancelled') throw hasEnded(ended, 'cancel');
      return ended;
    },

    pause: (organization, id) => setPaused(organization, id, true),
    resume: (organization, id) => setPaused(organization, id, false),

    async refusals(organization, id, after, limit) {
      await get(organization, id);
      return store.refusals(uuidOf(id), after, limit);
    },
  };
}

function hasEnded(job: Job, toDo: string): Problem {
  return new Problem(
    'conflict',
    `Found the job ${job.state}, expected one that is queued or running. There is nothing left to ${toDo}.`,
  );
}

function stillOpen(kind: string): Problem {
  return new Problem(
    'conflict',
    `Another job of the kind "${kind}" about the same is open. Wait for its end, or cancel it.`,
  );
}

function keyReused(job: Job): Problem {
  return new Problem(
    'idempotency_key_reused',
    `This Idempotency-Key came with another request before, which became ${job.id}. Use another key for another request.`,
  );
}
