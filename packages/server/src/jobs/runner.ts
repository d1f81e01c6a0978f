import { randomUUID } from 'node:crypto';
import type { Uuid } from '../ids.ts';
import { Problem } from '../problems.ts';
import { isUnavailable, type JobRow, type JobsStore, type StopListening } from '../storage/index.ts';
import { type JobHandler, type JobRefusal, type JobStep, jobFrom, tellCancelled } from './job.ts';

export interface JobRunnerParts {
  readonly store: JobsStore;
  readonly handlers: ReadonlyMap<string, JobHandler>;
  /** Whether no other node works on this database, so that every lease found at the start is a dead node's. */
  readonly alone: boolean;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
  /** How long a node that died keeps its jobs from the others. */
  readonly leaseMs?: number;
  /** How soon what no notification told of is found: jobs of dead nodes, and those that pause. */
  readonly pollMs?: number;
}

export interface JobRunner {
  start(): Promise<void>;
  stop(): Promise<void>;
}

const defaultLeaseMs = 30_000;
const defaultPollMs = 5_000;
/** Jobs under way on one node, and as many that are paced. Each keeps one connection busy, and actions need theirs. */
const mostAtOnce = 2;
const unavailablePauseMs = 2_000;
const mostTries = 5;
/** After failures that are our fault; then the job fails. */
const failurePausesMs = [1_000, 5_000, 30_000, 120_000];

/**
 * Claims jobs that are due and carries them out step by step: claim, step, advance, until there is nothing left, the
 * job is cancelled, the lease is lost or the node stops.
 */
export function createJobRunner(parts: JobRunnerParts): JobRunner {
  const { store, handlers, log, leaseMs = defaultLeaseMs, pollMs = defaultPollMs } = parts;
  const stopping = new AbortController();
  /** Paced jobs have places of their own, so that none waits for long work to end. */
  const places = [false, true].map((paced) => ({
    kinds: () => [...handlers].filter(([, one]) => (one.paced === true) === paced).map(([kind]) => kind),
    running: new Set<Promise<void>>(),
  }));
  const wakings = new Set<NodeJS.Timeout>();
  let claiming: Promise<void> | null = null;
  let again = false;
  let poll: NodeJS.Timeout | null = null;
  let stopListening: StopListening | null = null;

  function wake(): void {
    again = true;
    claiming ??= claimAll().finally(() => {
      claiming = null;
      // Somebody may have called after the last look.
      if (again && !stopping.signal.aborted) wake();
    });
  }

  async function claimAll(): Promise<void> {
    while (again && !stopping.signal.aborted) {
      again = false;
      try {
        for (const place of places) await claimFor(place);
      } catch (error) {
        log.warn({ error }, 'Jobs could not be claimed; the next look may find them');
      }
    }
  }

  async function claimFor({ kinds, running }: (typeof places)[number]): Promise<void> {
    const known = kinds();
    while (known.length > 0 && running.size < mostAtOnce && !stopping.signal.aborted) {
      const lease = randomUUID();
      const row = await store.claim(known, lease, leaseMs);
      if (row === null) return;
      const run = carryOut(row, lease)
        .catch((error: unknown) => log.warn({ error, job: row.id }, 'A job could not be given back'))
        .finally(() => {
          running.delete(run);
          wake();
        });
      running.add(run);
    }
  }

  /** The poll would find it too, but later. */
  function wakeAfter(ms: number): void {
    if (stopping.signal.aborted) return;
    const timer = setTimeout(() => {
      wakings.delete(timer);
      wake();
    }, ms);
    wakings.add(timer);
  }

  async function release(claimed: JobRow, lease: Uuid, pauseMs: number, failed: boolean): Promise<void> {
    await store.inTransaction(async (transaction) => {
      const state = await store.release(transaction, claimed.id, lease, pauseMs, failed);
      if (state === 'cancelled') {
        await tellCancelled(handlers.get(claimed.kind), jobFrom({ ...claimed, state }), transaction);
      }
    });
  }

  async function carryOut(claimed: JobRow, lease: Uuid): Promise<void> {
    const handler = handlers.get(claimed.kind);
    if (handler === undefined || claimed.cancelling) return release(claimed, lease, 0, false);
    const held = holdLease(claimed.id, lease);
    const signal = AbortSignal.any([stopping.signal, held.lost]);
    try {
      let row = claimed;
      while (!signal.aborted) {
        const next = await takeStepAgain(row, lease, handler, signal);
        if (next === null) return;
        row = next;
      }
      await release(claimed, lease, 0, false);
    } catch (error) {
      if (error instanceof LeaseLost) {
        log.info(
          { job: claimed.id, kind: claimed.kind },
          'A job is in other hands, or was deleted with its organization',
        );
      } else await giveUpStep(claimed, lease, error);
    } finally {
      held.stop();
    }
  }

  /** As `takeStep`; at once again when it met somebody else's work. */
  async function takeStepAgain(...step: Parameters<typeof takeStep>): Promise<JobRow | null> {
    for (let tries = 1; ; tries++) {
      try {
        return await takeStep(...step);
      } catch (error) {
        if (!isCollision(error) || tries === mostTries) throw error;
      }
    }
  }

  /** The job as it stands after the step; null once it has ended or was given back. */
  async function takeStep(
    row: JobRow,
    lease: Uuid,
    handler: JobHandler,
    signal: AbortSignal,
  ): Promise<JobRow | null> {
    const job = { ...jobFrom(row), cursor: row.cursor, signal };
    const advanceWithin = async (within: Parameters<JobsStore['advance']>[0], step: JobStep) => {
      const advanced = advancedBy(row, step);
      const pauseMs = step.pauseMs ?? null;
      const moved = await store.advance(within, row.id, lease, leaseMs, {
        ...advanced,
        refusals: numbered(step.refusals ?? []),
        finished: step.finished,
        pauseMs,
      });
      if (moved === null) throw new LeaseLost();
      const after: JobRow = { ...row, ...asRow(advanced), state: moved.state };
      if (moved.state === 'cancelled' && within !== null)
        await tellCancelled(handler, jobFrom(after), within);
      return { after, held: moved.held, pauseMs };
    };
    const next =
      'stepWithin' in handler
        ? await store.inTransaction(async (transaction) =>
            advanceWithin(transaction, await handler.stepWithin(job, transaction)),
          )
        : await advanceWithin(null, await handler.step(job));
    if (next.held) return next.after;
    if (next.after.state === 'running') {
      if (next.pauseMs !== null) wakeAfter(next.pauseMs);
      return null;
    }
    const { id, kind, done, refused, state } = jobFrom(next.after);
    log.info({ job: id, kind, done, refused }, `A job is ${state}`);
    return null;
  }

  async function giveUpStep(claimed: JobRow, lease: Uuid, error: unknown): Promise<void> {
    const about = { job: claimed.id, kind: claimed.kind, error };
    if (error instanceof Problem && error.code !== 'unavailable') {
      log.info(about, 'A job failed');
      return store.fail(claimed.id, lease, error.message);
    }
    if (stopping.signal.aborted) return release(claimed, lease, 0, false);
    if (error instanceof Problem || isUnavailable(error)) {
      log.warn(about, 'A job waits for the database');
      return release(claimed, lease, unavailablePauseMs, false);
    }
    // Failures since the last step that succeeded, on whichever node.
    const pauseMs = failurePausesMs[await store.failures(claimed.id)];
    if (pauseMs !== undefined) {
      log.warn(about, `A step of a job broke; it is tried again in ${pauseMs / 1_000} s`);
      return release(claimed, lease, pauseMs, true);
    }
    log.warn(about, 'A job broke and is given up');
    return store.fail(
      claimed.id,
      lease,
      'Something broke inside Fanfare. Its log names the cause under the id of this job.',
    );
  }

  /** Renews the lease while a step takes its time. */
  function holdLease(id: Uuid, lease: Uuid): { readonly lost: AbortSignal; stop(): void } {
    const lost = new AbortController();
    const timer = setInterval(() => {
      store.renew(id, lease, leaseMs).then(
        (held) => {
          if (!held) lost.abort();
        },
        // The next one may reach the database; if none does, the guard of the advance finds out.
        (error: unknown) => log.warn({ error, job: id }, 'A lease could not be renewed'),
      );
    }, leaseMs / 3);
    return { lost: lost.signal, stop: () => clearInterval(timer) };
  }

  return {
    async start() {
      if (parts.alone) await store.releaseAll();
      stopListening = await store.listen(wake);
      poll = setInterval(wake, pollMs);
      wake();
    },
    async stop() {
      stopping.abort();
      if (poll !== null) clearInterval(poll);
      for (const timer of wakings) clearTimeout(timer);
      await stopListening?.();
      await claiming;
      await Promise.all(places.flatMap(({ running }) => [...running]));
    },
  };
}

/** unique_violation and deadlock_detected: what was looked up has changed before it was written. */
function isCollision(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '23505' || error.code === '40P01');
}

/** Another node holds the job by now. */
class LeaseLost extends Error {}

type Standing = Omit<Parameters<JobsStore['advance']>[4], 'refusals' | 'finished' | 'pauseMs'>;

function advancedBy(row: JobRow, step: JobStep): Standing {
  const before = jobFrom(row);
  const counts: Record<string, number> = { ...before.counts };
  for (const [name, count] of Object.entries(step.counts ?? {})) counts[name] = (counts[name] ?? 0) + count;
  return {
    cursor: step.cursor,
    total: step.total ?? before.total,
    done: before.done + step.done,
    refused: before.refused + new Set(step.refusals?.map(({ line }) => line)).size,
    counts,
  };
}

function asRow({ total, done, refused, ...rest }: Standing) {
  return {
    ...rest,
    total: total === null ? null : String(total),
    done: String(done),
    refused: String(refused),
  };
}

/** Several refusals of one line are told apart by their order. */
function numbered(refusals: readonly JobRefusal[]) {
  const seen = new Map<number, number>();
  return refusals.map((refusal) => {
    const number = seen.get(refusal.line) ?? 0;
    seen.set(refusal.line, number + 1);
    return { ...refusal, number };
  });
}
