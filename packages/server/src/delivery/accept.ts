import type { FrozenEvent } from '../catalog/index.ts';
import { formatOf, isOrder } from '../formats/index.ts';
import { type EventId, newId, type OrganizationId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import { Problem } from '../problems.ts';
import {
  type Database,
  type EventRow,
  type IdempotencyKeyRow,
  isUnavailable,
  type LineKey,
  type NewDeliveryRow,
  type Queryable,
  readIdempotencyKey,
  timedOut,
  unavailableProblem,
  writeAccepted,
} from '../storage/index.ts';
import { leaseMarginMs, type Match, type RoutingTable } from '../webhooks/index.ts';
import type { Lanes } from './lanes.ts';
import type { LeasedDelivery } from './leased-delivery.ts';
import type { DeliveryObserver } from './observer.ts';
import { lineOf } from './order.ts';
import { paymentScope } from './payment-scope.ts';

/** Events that one caller wants accepted together: all or none of them are committed. */
export interface Submission {
  readonly organizationId: OrganizationId;
  readonly events: readonly FrozenEvent[];
  /**
   * Makes the submission repeatable: the first one with this key is accepted and `answer` is kept for
   * 48 hours. `fingerprint` is the SHA-256 of the request body.
   */
  readonly idempotency: {
    readonly key: string;
    readonly fingerprint: Buffer;
    readonly answer: string;
  } | null;
}

export type Receipt =
  /** Committed, together with a delivery for every matching webhook. */
  | { readonly kind: 'accepted' }
  /** The key was used before with the same body; nothing was written. */
  | { readonly kind: 'repeated'; readonly answer: string }
  /** The key was used before with another body; nothing was written. */
  | { readonly kind: 'key_reused' };

/**
 * The one door for events. Resolves after the commit; concurrent callers share commits.
 * Throws `Problem('unavailable')` when the database cannot be reached in time: then nothing is promised.
 */
export type Accept = (submission: Submission) => Promise<Receipt>;

/**
 * Acceptance inside a transaction of the caller's, together with the state change that the events report: an event
 * exists if and only if that change was committed.
 */
export interface Acceptance {
  /** Writes the events and their deliveries; nobody sees them before the commit. */
  write(transaction: Queryable): Promise<void>;
  /** After the commit: what has room is attempted at once. */
  committed(): void;
  /** After a rollback: gives the reserved places back. */
  rolledBack(): void;
}

/** Submissions here carry no idempotency key: the caller's own state says what was done before. */
export type AcceptWithin = (submissions: readonly SubmissionWithin[]) => Acceptance;

export interface SubmissionWithin extends Omit<Submission, 'idempotency'> {
  /**
   * Webhooks that are asked to pay, by the event that asks: each gets its event once, as a payment request (see
   * payment-request.ts), whatever it subscribed to.
   */
  readonly providers: ReadonlyMap<EventId, WebhookUid>;
}

const noProviders: ReadonlyMap<EventId, WebhookUid> = new Map();

/** Events per commit. Larger batches gain nothing and make the first caller wait for the last. */
const largestBatch = 250;
/**
 * Callers whose answers just went out are about to come again: waiting a moment for them, as long as fewer are here
 * than the last batch had, makes for half as many commits under load. A few callers never wait.
 */
const gatherMs = 1;
/** Deliveries from which on a batch takes so long that the next one is written beside it, and how many at most. */
const largeBatch = 1_000;
const mostLarge = 2;
const busyBatch = 8;
const retryAfterSeconds = 2;

export interface AcceptParts {
  readonly database: Database;
  readonly webhooks: Pick<RoutingTable, 'match' | 'webhook'>;
  readonly lanes: Lanes;
  readonly observer: DeliveryObserver;
  /** These lines have deliveries that nobody was given. */
  readonly onLines: (lines: readonly LineKey[]) => void;
  readonly clock: { now(): number; monotonic(): number };
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Group commit: submissions that arrive while one batch is being written form the next, so that many callers
 * share one statement and one flush to disk. A submission is never split.
 */
export function createAccept(parts: AcceptParts): Accept {
  const waiting: Waiting[] = [];
  /** Batches that take long; whoever comes after them does not wait for them. */
  const large = new Set<Promise<void>>();
  let writing = false;

  async function write(): Promise<void> {
    // Lets the callers of this turn of the event loop share the batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    let lastSize = 0;
    while (waiting.length > 0) {
      if (lastSize >= busyBatch && waiting.length < lastSize) await parts.sleep(gatherMs);
      const batch = takeBatch(waiting);
      lastSize = batch.length;
      const draft = draftOf(submissionsOf(batch), parts);
      // When the database does not answer, whoever waits behind is told too, and not one batch after another.
      const written = writeBatch(batch, draft, parts, (error) => refuseAll(waiting.splice(0), error));
      if (draft.deliveries.length < largeBatch || large.size >= mostLarge) {
        await written;
        continue;
      }
      const one = written.finally(() => large.delete(one));
      large.add(one);
    }
    writing = false;
  }

  return (submission) =>
    new Promise<Receipt>((resolve, reject) => {
      waiting.push({ submission: { ...submission, providers: noProviders }, resolve, reject });
      if (writing) return;
      writing = true;
      void write();
    });
}

export function createAcceptWithin(parts: AcceptParts): AcceptWithin {
  return (submissions) => {
    const keyless = submissions.map((submission) => ({ ...submission, idempotency: null }));
    const draft = draftOf(keyless, parts);
    return {
      async write(transaction) {
        await writeAccepted(transaction, draft);
      },
      committed() {
        for (const delivery of draft.handOver) parts.lanes.enqueue(delivery);
        if (draft.lines.length > 0) parts.onLines(draft.lines);
        for (const submission of keyless) report(submission, draft, parts.observer);
      },
      rolledBack() {
        for (const { webhookUid } of draft.handOver) parts.lanes.cancelReservation(webhookUid);
      },
    };
  };
}

type AnySubmission = Submission & SubmissionWithin;

interface Waiting {
  readonly submission: AnySubmission;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The next submissions, up to the size of a batch. Of two with the same key, the second waits for the next
 * batch, where it finds what the first one wrote.
 */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  const keys = new Set<string>();
  let events = 0;
  let taken = 0;
  for (const one of waiting) {
    const { idempotency, organizationId } = one.submission;
    const size = one.submission.events.length;
    if (batch.length > 0 && events + size > largestBatch) break;
    taken += 1;
    const key = idempotency && `${organizationId} ${idempotency.key}`;
    if (key && keys.has(key)) {
      left.push(one);
      continue;
    }
    if (key) keys.add(key);
    batch.push(one);
    events += size;
  }
  waiting.splice(0, taken, ...left);
  return batch;
}

async function writeBatch(
  batch: readonly Waiting[],
  draft: Draft,
  parts: AcceptParts,
  onTimeout: (error: unknown) => void,
): Promise<void> {
  let taken: ReadonlySet<number>;
  try {
    taken = await writeAccepted(parts.database.hotPool, draft);
  } catch (error) {
    for (const { webhookUid } of draft.handOver) parts.lanes.cancelReservation(webhookUid);
    parts.observer.troubled({ step: 'accept', error });
    if (timedOut(error)) onTimeout(error);
    // One submission that the database refuses must not take the others with it.
    if (batch.length === 1 || isUnavailable(error)) refuseAll(batch, error);
    else
      for (const one of batch)
        await writeBatch([one], draftOf(submissionsOf([one]), parts), parts, onTimeout);
    return;
  }

  const written = (n: number) => batch[n]?.submission.idempotency === null || taken.has(n);
  for (const delivery of draft.handOver) {
    if (written(delivery.submission)) parts.lanes.enqueue(delivery);
    else parts.lanes.cancelReservation(delivery.webhookUid);
  }
  if (draft.lines.length > 0) parts.onLines(draft.lines.filter(({ submission }) => written(submission)));
  for (const [n, one] of batch.entries()) {
    if (!written(n)) {
      void answerRepeated(one, parts);
      continue;
    }
    one.resolve({ kind: 'accepted' });
    report(one.submission, draft, parts.observer);
  }
}

function report(submission: Submission, draft: Draft, observer: DeliveryObserver): void {
  for (const event of submission.events) {
    observer.accepted({
      eventId: event.id,
      eventType: event.type,
      organizationId: submission.organizationId,
      deliveries: draft.deliveriesOf.get(event) ?? 0,
      test: event.participant?.test === true,
    });
  }
}

interface Draft {
  readonly events: EventRow[];
  readonly deliveries: NewDeliveryRow[];
  readonly keys: IdempotencyKeyRow[];
  readonly lease: Uuid;
  /** What goes to the lanes after the commit, each with a place reserved. */
  readonly handOver: (LeasedDelivery & { readonly submission: number })[];
  readonly deliveriesOf: Map<FrozenEvent, number>;
  /** Lines that were added to. */
  readonly lines: (LineKey & { readonly submission: number })[];
}

function submissionsOf(batch: readonly Waiting[]): readonly AnySubmission[] {
  return batch.map(({ submission }) => submission);
}

/** The rows of a batch: every event, and a delivery for every webhook that matches it. */
function draftOf(submissions: readonly AnySubmission[], parts: AcceptParts): Draft {
  const draft: Draft = {
    events: [],
    deliveries: [],
    keys: [],
    lease: uuidOf(newId('att')),
    handOver: [],
    deliveriesOf: new Map(),
    lines: [],
  };
  const createdAt = new Date(parts.clock.now());
  const startedAt = parts.clock.monotonic();
  for (const [number, submission] of submissions.entries()) {
    const { organizationId } = submission;
    if (submission.idempotency)
      draft.keys.push({ submission: number, organizationId, ...submission.idempotency });
    for (const event of submission.events) {
      const row: EventRow = {
        submission: number,
        id: event.id,
        organizationId,
        type: event.type,
        occurredAt: new Date(event.occurred_at),
        campaignId: event.campaign?.id ?? null,
        participantId: event.participant?.id ?? null,
        seq: event.seq,
        body: JSON.stringify(event),
      };
      draft.events.push(row);
      const matches = matchesOf(event, submission.providers.get(event.id), parts.webhooks);
      draft.deliveriesOf.set(event, matches.length);
      for (const match of matches) addDelivery(draft, row, event, match, createdAt, startedAt, parts.lanes);
    }
  }
  return draft;
}

/**
 * A payment request takes the place of whatever else its webhook would get of the event. Others hear of it where that
 * is news to them; in a format in which it would tell them to pay, they do not.
 */
function matchesOf(
  event: FrozenEvent,
  provider: WebhookUid | undefined,
  webhooks: AcceptParts['webhooks'],
): readonly Match[] {
  const matches = webhooks.match(event);
  if (provider === undefined) return matches;
  const webhook = webhooks.webhook(provider);
  const others = matches.filter(
    ({ webhook: { uid, format, formatVersion } }) =>
      uid !== provider && !isOrder(formatOf(format, formatVersion), event.type),
  );
  return webhook === undefined ? others : [...others, { webhook, scope: paymentScope }];
}

function addDelivery(
  draft: Draft,
  row: EventRow,
  event: FrozenEvent,
  { webhook, scope }: Match,
  createdAt: Date,
  startedAt: number,
  lanes: Lanes,
): void {
  const id = newId('dlv');
  const participantId = event.participant?.id ?? null;
  const line = lineOf(webhook, participantId, scope);
  if (line !== null)
    draft.lines.push({ webhookUid: webhook.uid, replay: false, line, submission: row.submission });
  const leased = line === null && lanes.reserve(webhook.uid);
  const leaseMs = leased ? webhook.timeoutMs + leaseMarginMs : 0;
  draft.deliveries.push({
    submission: row.submission,
    id,
    organizationId: row.organizationId,
    webhookUid: webhook.uid,
    eventId: row.id,
    format: webhook.format,
    formatVersion: webhook.formatVersion,
    scope,
    webhookName: webhook.name,
    createdAt,
    leased,
    leaseMs,
    line,
    participantId: line === null ? null : participantId,
  });
  if (!leased) return;
  draft.handOver.push({
    submission: row.submission,
    id,
    resend: false,
    replay: false,
    organizationId: webhook.organizationId,
    webhookUid: webhook.uid,
    event,
    format: webhook.format,
    formatVersion: webhook.formatVersion,
    scope,
    line: null,
    webhookName: webhook.name,
    createdAt,
    attempts: 0,
    retries: 0,
    lease: draft.lease,
    leaseEndsAt: startedAt + leaseMs,
  });
}

async function answerRepeated(one: Waiting, parts: AcceptParts): Promise<void> {
  const { idempotency, organizationId } = one.submission;
  if (!idempotency) return;
  try {
    const first = await readIdempotencyKey(parts.database.hotPool, organizationId, idempotency.key);
    if (!first)
      throw new Problem('unavailable', 'The Idempotency-Key ran out just now. Send the request again.', {
        retryAfterSeconds,
      });
    one.resolve(
      first.fingerprint.equals(idempotency.fingerprint)
        ? { kind: 'repeated', answer: first.answer }
        : { kind: 'key_reused' },
    );
  } catch (error) {
    refuseAll([one], error);
  }
}

function refuseAll(batch: readonly Waiting[], error: unknown): void {
  const problem = isUnavailable(error) ? unavailableProblem(error) : error;
  for (const one of batch) one.reject(problem);
}
