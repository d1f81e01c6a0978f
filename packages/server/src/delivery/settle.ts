import { newId } from '../ids.ts';
import { Problem } from '../problems.ts';
import {
  type AttemptRow,
  type Database,
  isUnavailable,
  type Queryable,
  type ReleasedRow,
  type SettledRow,
  writeCancelled,
  writeParked,
  writeReleased,
  writeSettled,
  writeSettledResends,
} from '../storage/index.ts';
import type { ExchangeResult } from './exchange.ts';
import { isAcknowledgement, type Settled } from './judge.ts';
import type { LeasedDelivery } from './leased-delivery.ts';
import type { DeliveryObserver } from './observer.ts';

/** Writes what became of attempts, many in one statement. */
export interface Settle {
  /** The attempt was made: record it and move the delivery. */
  record(delivery: LeasedDelivery, made: ExchangeResult, verdict: Settled): void;
  /** The attempt was not made: give the lease back; `delayMs` from now anybody may claim it. */
  release(delivery: LeasedDelivery, delayMs: number): void;
  /** The delivery is about nothing any more: ends it, unless the lease was lost. */
  cancel(delivery: LeasedDelivery): void;
  /**
   * As `record`, in a transaction of somebody else's: `within` is called, again while the database is away, with what
   * is to be written beside. Resolves when it is committed, or nothing more can be done.
   */
  recordPayment(
    delivery: LeasedDelivery,
    made: ExchangeResult,
    verdict: Settled,
    within: (beside: (transaction: Queryable) => Promise<void>) => Promise<void>,
  ): Promise<void>;
  /** As `record`, and nothing of its line is attempted until somebody decides. Tells of it in the same transaction. */
  park(
    delivery: LeasedDelivery,
    made: ExchangeResult,
    verdict: Extract<Settled, { readonly kind: 'parked' }>,
  ): void;
  /** Resolves once everything given so far is written, or rejects nothing and gives up after the deadline. */
  drain(deadlineMs: number): Promise<void>;
}

/**
 * Runs `park` in a transaction in which it tells of it, unless `park` returns false: then the delivery is somebody
 * else's by now. Rejects when the transaction does.
 */
export type ParkWithin = (
  delivery: LeasedDelivery,
  reason: string,
  park: (transaction: Queryable) => Promise<boolean>,
) => Promise<void>;

const largestBatch = 500;
/**
 * Nobody waits for an outcome to be written, so a few milliseconds of gathering cost nothing and spare PostgreSQL
 * most statements; a fuller batch is written at once.
 */
const gatherMs = 15;
const fullEnough = 250;
const firstPauseMs = 50;
/** Short, as what waits here is lost with the process, and its receivers are asked again. */
const longestPauseMs = 500;

/**
 * Outcomes that arrive while a batch is being written form the next one. When the database is away they
 * wait here and are written when it is back: their number is bounded by the places of the lanes, which
 * are freed only by `onSettled`. If the lease has ended by then, the attempt is recorded all the same.
 */
export function createSettle(parts: {
  readonly database: Database;
  readonly observer: DeliveryObserver;
  /** It is written, or never will be: its place is free. */
  readonly onSettled: (delivery: LeasedDelivery) => void;
  readonly parkWithin: ParkWithin;
  readonly sleep: (ms: number) => Promise<void>;
}): Settle {
  const settled: Queued<SettledRow>[] = [];
  const resends: Queued<SettledRow>[] = [];
  const released: Queued<ReleasedRow>[] = [];
  const cancelled: Queued<LeasedDelivery>[] = [];
  /** Each is a transaction of its own, so they do not wait for one another. */
  const transactions = new Set<Promise<void>>();
  let writing: Promise<void> | null = null;
  let draining = false;
  let giveUp = false;

  function wake(): void {
    writing ??= writeAll().finally(() => {
      writing = null;
    });
  }

  async function writeAll(): Promise<void> {
    while (!giveUp && settled.length + resends.length + released.length + cancelled.length > 0) {
      if (settled.length < fullEnough && !draining) await parts.sleep(gatherMs);
      await write(settled, writeScheduled);
      await write(resends, writeResends);
      await write(released, writeReleases);
      await write(cancelled, writeCancellations);
    }
  }

  async function write<T>(
    queue: Queued<T>[],
    statement: (rows: readonly T[]) => Promise<void>,
  ): Promise<void> {
    const batch = queue.splice(0, largestBatch);
    if (batch.length === 0) return;
    const rows = batch.map(({ row }) => row);
    let pauseMs = firstPauseMs;
    for (;;) {
      try {
        await statement(rows);
        for (const { delivery } of batch) parts.onSettled(delivery);
        return;
      } catch (error) {
        parts.observer.troubled({ step: 'settle', error });
        if (giveUp) return;
        if (!isUnavailable(error) && !(error instanceof Problem && error.code === 'unavailable')) {
          await writeOneByOne(batch, statement);
          return;
        }
        await parts.sleep(pauseMs);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  }

  /** One row that the database refuses must not take the others with it; its lease runs out and it is tried again. */
  async function writeOneByOne<T>(
    batch: readonly Queued<T>[],
    statement: (rows: readonly T[]) => Promise<void>,
  ): Promise<void> {
    for (const { delivery, row } of batch) {
      try {
        await statement([row]);
      } catch (error) {
        parts.observer.troubled({ step: 'settle', error });
      }
      parts.onSettled(delivery);
    }
  }

  /** Writes one row in a transaction of somebody else's, again while the database is away. */
  async function writeWithin(
    delivery: LeasedDelivery,
    row: SettledRow,
    within: (beside: (transaction: Queryable) => Promise<boolean>) => Promise<void>,
  ): Promise<void> {
    const writing = write([{ delivery, row }], () =>
      within(async (transaction) => {
        const moved = await writeSettled(transaction, [row]);
        if (moved === 0) parts.observer.troubled({ step: 'settle', error: new LostLeases(1) });
        return moved === 1;
      }),
    );
    transactions.add(writing);
    await writing;
    transactions.delete(writing);
  }

  async function writeScheduled(rows: readonly SettledRow[]): Promise<void> {
    const moved = await writeSettled(parts.database.hotPool, rows);
    if (moved < rows.length)
      parts.observer.troubled({ step: 'settle', error: new LostLeases(rows.length - moved) });
  }

  async function writeResends(rows: readonly SettledRow[]): Promise<void> {
    const moved = await writeSettledResends(parts.database.hotPool, rows);
    if (moved < rows.length)
      parts.observer.troubled({ step: 'settle', error: new LostLeases(rows.length - moved) });
  }

  async function writeCancellations(rows: readonly LeasedDelivery[]): Promise<void> {
    for (const row of rows) await writeCancelled(parts.database.hotPool, row.id, row.lease);
  }

  async function writeReleases(rows: readonly ReleasedRow[]): Promise<void> {
    await writeReleased(parts.database.hotPool, rows);
  }

  return {
    record(delivery, made, verdict) {
      (delivery.resend ? resends : settled).push({ delivery, row: settledRow(delivery, made, verdict) });
      wake();
    },
    cancel(delivery) {
      cancelled.push({ delivery, row: delivery });
      wake();
    },
    async recordPayment(delivery, made, verdict, within) {
      await writeWithin(delivery, settledRow(delivery, made, verdict), (beside) =>
        within(async (transaction) => {
          await beside(transaction);
        }),
      );
    },
    park(delivery, made, verdict) {
      void writeWithin(delivery, settledRow(delivery, made, verdict), (beside) =>
        parts.parkWithin(delivery, verdict.message, async (transaction) => {
          const moved = await beside(transaction);
          if (moved) await writeParked(transaction, delivery.id);
          return moved;
        }),
      );
    },
    release(delivery, delayMs) {
      released.push({
        delivery,
        row: { deliveryId: delivery.id, extra: delivery.resend, lease: delivery.lease, delayMs },
      });
      wake();
    },
    async drain(deadlineMs) {
      draining = true;
      const end = parts.sleep(deadlineMs).then(() => {
        giveUp = true;
      });
      // Once it gives up, what still waits for its answer is left to itself.
      while (writing && !giveUp) await Promise.race([writing, end]);
      while (transactions.size > 0) {
        await Promise.race([Promise.all(transactions), end.then(() => transactions.clear())]);
      }
    },
  };
}

/** What is to be written of a delivery. */
interface Queued<T> {
  readonly delivery: LeasedDelivery;
  readonly row: T;
}

/** Leases that ended before their outcome was written; whoever holds the deliveries now settles them. */
class LostLeases extends Error {
  constructor(count: number) {
    super(`${count} ${count === 1 ? 'lease' : 'leases'} ended before the outcome was written`);
    this.name = 'LostLeases';
  }
}

function settledRow(delivery: LeasedDelivery, made: ExchangeResult, verdict: Settled): SettledRow {
  return {
    deliveryId: delivery.id,
    lease: delivery.lease,
    closeAs: verdict.kind === 'retry' || verdict.kind === 'parked' ? null : verdict.kind,
    delayMs: verdict.kind === 'retry' ? verdict.delayMs : 0,
    counted: verdict.kind !== 'retry' || verdict.counted,
    attempt: attemptRow(delivery, made, verdict),
  };
}

function attemptRow(delivery: LeasedDelivery, made: ExchangeResult, verdict: Settled): AttemptRow {
  const { outcome } = made;
  if (outcome.kind === 'aborted') throw new Error('an aborted exchange is released, not recorded');
  const { answer, timings } = outcome;
  return {
    id: newId('att'),
    organizationId: delivery.organizationId,
    webhookUid: delivery.webhookUid,
    number: delivery.attempts + 1,
    startedAt: made.startedAt,
    outcome: outcome.kind === 'failed' ? outcome.failure : 'answered',
    acknowledged: outcome.kind === 'answered' && isAcknowledgement(outcome.answer.status),
    status: answer?.status ?? null,
    method: made.request.method,
    url: made.request.url,
    signature: made.signature,
    address: outcome.address,
    message: verdict.message,
    responseHeaders: answer ? JSON.stringify(answer.headers) : null,
    responseBody: answer && answer.body.byteLength > 0 ? Buffer.from(answer.body) : null,
    responseCut: answer?.bodyCut ?? false,
    // One by one: spreading them would take longer than all of the rest.
    dnsMs: timings.dnsMs,
    connectMs: timings.connectMs,
    tlsMs: timings.tlsMs,
    waitMs: timings.waitMs,
    readMs: timings.readMs,
    totalMs: timings.totalMs,
  };
}
