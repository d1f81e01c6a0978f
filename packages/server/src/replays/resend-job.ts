import { type DeliveryId, idFromUuid, type OrganizationId } from '../ids.ts';
import type { JobAtWork, JobHandler, JobStep } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import {
  type DeliveryKey,
  endReplayed,
  forgetResent,
  forgetSelected,
  notifyDue,
  type Queryable,
  type ResendableRow,
  readResendable,
  readResent,
  readTransactionTime,
  sendSelected,
  writeSelected,
} from '../storage/index.ts';
import type { History } from '../webhooks/index.ts';
import { betweenStepsMs, mostOpen, paceFrom } from './pace.ts';
import { isPayment } from './payments.ts';
import { attemptsSince, mostResent, orderOf, type ResendChoice, standingOf, waitingIn } from './resend.ts';

/** Of one webhook that wait: one whose receiver is away leaves the others most of the places. */
const mostOfWebhook = 100;
/** Deliveries that a step chooses. */
const choosePage = 1_000;

/** First all are chosen, then they are sent, the oldest first. */
type Cursor = { readonly after: DeliveryKey | null } | { readonly nextDueMs: number };

/** What is chosen of some deliveries, and what is not. */
export interface Chosen {
  readonly rows: readonly ResendableRow[];
  readonly payments: number;
  readonly skipped: number;
  /** Where the next ones begin; null: there are none. */
  readonly next: DeliveryKey | null;
}

/** Some of what was asked for, newest first. */
export async function choose(
  parts: { readonly history: Pick<History, 'keys'>; readonly queryable: Queryable },
  organizationId: OrganizationId,
  { filter, deliveryIds }: ResendChoice,
  after: DeliveryKey | null,
): Promise<Chosen> {
  const page = { after, limit: choosePage };
  const found = filter === null ? null : await parts.history.keys(organizationId, filter, page);
  const ids: readonly DeliveryId[] = found?.keys.map(({ id }) => idFromUuid('dlv', id)) ?? deliveryIds ?? [];
  const all = await readResendable(parts.queryable, organizationId, ids);
  const sendable = all.flatMap((row) => (row.type !== null && row.active ? { ...row, type: row.type } : []));
  const rows = sendable.filter((row) => !isPayment(row));
  return {
    rows,
    payments: sendable.length - rows.length,
    skipped: all.length - sendable.length,
    next: found?.next ?? null,
  };
}

/**
 * Works a choice off, step by step, each in the transaction that writes how far it came: so whatever happens to a node, each
 * delivery gets one extra attempt of it.
 */
export function resendJob({ history }: { readonly history: Pick<History, 'keys'> }): JobHandler {
  async function chooseMore(
    job: JobAtWork,
    after: DeliveryKey | null,
    transaction: Queryable,
  ): Promise<JobStep> {
    const { choice } = orderOf(job);
    const chosen = await choose({ history, queryable: transaction }, job.organizationId, choice, after);
    const total = (job.counts['chosen'] ?? 0) + chosen.rows.length;
    if (total > mostResent) {
      throw new Problem(
        'conflict',
        `More than ${mostResent.toLocaleString('en-US')} deliveries match, so none was sent. Choose a shorter time, or one webhook at a time.`,
      );
    }
    await writeSelected(transaction, job.uuid, chosen.rows);
    const counts = {
      chosen: chosen.rows.length,
      skipped_payments: chosen.payments,
      skipped: chosen.skipped,
    };
    return chosen.next === null
      ? { cursor: { nextDueMs: 0 } satisfies Cursor, done: 0, counts, total, finished: false }
      : { cursor: { after: chosen.next } satisfies Cursor, done: 0, counts, finished: false };
  }

  async function sendMore(job: JobAtWork, nextDueMs: number, transaction: Queryable): Promise<JobStep> {
    const { ratePerSecond } = orderOf(job);
    const standing = standingOf(await readResent(transaction, [job.uuid], attemptsSince(job)));
    await forgetResent(transaction, job.uuid, standing.over);
    const counts = { acknowledged: standing.acknowledged, failed: standing.failed };
    const waiting = waitingIn(standing);

    const nowMs = await readTransactionTime(transaction);
    const firstMs = Math.max(nextDueMs, nowMs);
    const pace = paceFrom(firstMs, nowMs, ratePerSecond);
    const most = Math.min(pace.places, mostOpen - waiting);
    if (most <= 0) {
      const cursor: Cursor = { nextDueMs };
      return { cursor, done: 0, counts, finished: false, pauseMs: betweenStepsMs };
    }
    const { taken, sent, webhooks } = await sendSelected(transaction, {
      jobId: job.uuid,
      most,
      mostOfWebhook,
      waiting: standing.waiting,
      firstInMs: firstMs - nowMs,
      everyMs: pace.everyMs,
    });
    for (const uid of webhooks) await notifyDue(transaction, uid);
    return {
      cursor: { nextDueMs: taken === 0 ? nextDueMs : firstMs + taken * pace.everyMs } satisfies Cursor,
      done: taken,
      counts: { ...counts, sent, skipped: taken - sent },
      finished: taken === 0 && waiting === 0,
      pauseMs: betweenStepsMs,
    };
  }

  return {
    paced: true,
    async stepWithin(job, transaction) {
      const cursor = job.cursor as Cursor | null;
      if (cursor === null) return chooseMore(job, null, transaction);
      return 'after' in cursor
        ? chooseMore(job, cursor.after, transaction)
        : sendMore(job, cursor.nextDueMs, transaction);
    },
    async cancelled(job, transaction) {
      await forgetSelected(transaction, job.uuid);
      await endReplayed(transaction, job.uuid);
    },
  };
}
