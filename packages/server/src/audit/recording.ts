import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditActor, AuditTarget, NewAuditEntry, Queryable } from '../storage/index.ts';
import type { AuditedFields, AuditedKind } from './entry.ts';

/** What somebody did, before it is an entry. */
export interface AuditNote {
  readonly organizationId: string;
  /** `<kind>.<what happened to it>`, such as `webhook.updated`. */
  readonly action: string;
  readonly target: AuditTarget & { readonly kind: AuditedKind };
  /** As the API shows the thing; only what differs is kept. */
  readonly before: AuditedFields | null;
  readonly after: AuditedFields | null;
  /** Names of fields that were given and are not shown: they are told of although nothing seems to differ. */
  readonly hidden?: readonly string[];
  /** Who did it, where the request does not know. */
  readonly actor?: AuditActor;
}

/** What keeps the record of one request whose changes are made by others' transactions, or in several. */
export interface Recorder {
  /** Makes one transaction of the work and the entries. */
  together<T>(work: () => Promise<T>, notesOf: (result: T) => readonly AuditNote[]): Promise<T>;
  /**
   * The entries for whoever changed something for this participant on behalf of the request, to be appended within the
   * same transaction. Null: the request keeps its record in another way.
   */
  readonly entriesFor:
    | ((transaction: Queryable, participantId: string) => Promise<readonly NewAuditEntry[]>)
    | null;
}

const recorders = new AsyncLocalStorage<Recorder>();
let running = 0;

/** The work may ask for this recorder. */
export async function withRecorder<T>(recorder: Recorder, work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await recorders.run(recorder, work);
  } finally {
    running -= 1;
    // Before Node 24 every promise of the process pays for it as long as it is on.
    if (running === 0) recorders.disable();
  }
}

/**
 * A change that is to be on record, with its entries in one transaction. Outside of requests that are recorded it is only done.
 */
export function recorded<T>(
  work: () => Promise<T>,
  notesOf: (result: T) => readonly AuditNote[],
): Promise<T> {
  const recorder = recorders.getStore();
  return recorder === undefined ? work() : recorder.together(work, notesOf);
}

/** For whoever commits on behalf of the request that is being answered. */
export function entriesOfRequest(): Recorder['entriesFor'] {
  return recorders.getStore()?.entriesFor ?? null;
}
