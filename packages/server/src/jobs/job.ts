import { idFromUuid, type JobId, type OrganizationId, type Uuid } from '../ids.ts';
import type { JobRow, JobState, Queryable } from '../storage/index.ts';

/** Long work of an organization, in small steps. */
export interface Job {
  readonly id: JobId;
  readonly uuid: Uuid;
  readonly organizationId: OrganizationId;
  readonly kind: string;
  readonly state: JobState;
  /** What was asked for. Shown to the owner. */
  readonly params: Readonly<Record<string, unknown>>;
  /** How many things there are to do; null: not known. */
  readonly total: number | null;
  readonly done: number;
  readonly refused: number;
  /** How many of them came to what, in the words of the kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly error: string | null;
  /** Ends after the step under way. */
  readonly cancelling: boolean;
  /** No step begins until it is resumed. */
  readonly paused: boolean;
  /** What it is about; null: nothing in particular. */
  readonly subject: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A job as the step of its kind gets it. */
export interface JobAtWork extends Job {
  /** What the step before gave; null for the first one. */
  readonly cursor: unknown;
  /** Aborted when the node stops or the lease was lost: the step may end early. */
  readonly signal: AbortSignal;
}

/** A thing that could not be done, in the words of the owner. */
export interface JobRefusal {
  /** From 1. */
  readonly line: number;
  readonly field: string | null;
  readonly reason: string;
  /** The beginning of what was refused. */
  readonly excerpt: string;
}

/** What one step did. Numbers are those of the step alone. */
export interface JobStep {
  /** Where the next step begins. JSON. */
  readonly cursor: unknown;
  /** Things dealt with, the refused ones among them. */
  readonly done: number;
  readonly counts?: Readonly<Record<string, number>>;
  readonly refusals?: readonly JobRefusal[];
  /** How many things there are in all, once it is known. */
  readonly total?: number;
  /** Nothing is left to do. */
  readonly finished: boolean;
  /** The next step begins this much later, here or elsewhere; unless given, at once and here. */
  readonly pauseMs?: number;
}

/**
 * Carries out jobs of one kind, a step at a time, each well under a second. What a step throws is tried again; a
 * `Problem` ends the job as failed, with its detail for the owner.
 *
 * - `step`: its work is committed before its cursor is, so it may be run again and must come to the same.
 * - `stepWithin`: its work is done in the transaction that writes the cursor, so it happens exactly once. On a
 *   connection of the hot pool: statements find rows by key. `cancelled` is called in the transaction that ends a job
 *   so, wherever that happens, and does the same when it is called again.
 */
export type JobHandler = (
  | { step(job: JobAtWork): Promise<JobStep> }
  | {
      stepWithin(job: JobAtWork, transaction: Queryable): Promise<JobStep>;
      cancelled?(job: Job, transaction: Queryable): Promise<void>;
    }
) & {
  /** Its steps are short and pause between them: they do not wait until long work leaves a place. */
  readonly paced?: true;
};

/** Tells the kind of a job that it was cancelled, in the transaction that did it. */
export async function tellCancelled(
  handler: JobHandler | undefined,
  job: Job,
  transaction: Queryable,
): Promise<void> {
  if (handler !== undefined && 'stepWithin' in handler) await handler.cancelled?.(job, transaction);
}

export function jobFrom(row: JobRow): Job {
  return {
    id: idFromUuid('job', row.id),
    uuid: row.id,
    organizationId: idFromUuid('org', row.organization_id),
    kind: row.kind,
    state: row.state,
    params: row.params,
    total: row.total === null ? null : Number(row.total),
    done: Number(row.done),
    refused: Number(row.refused),
    counts: row.counts,
    error: row.error,
    cancelling: row.cancelling && (row.state === 'queued' || row.state === 'running'),
    paused: row.paused && (row.state === 'queued' || row.state === 'running'),
    subject: row.subject,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
