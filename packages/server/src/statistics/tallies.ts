import type { FailureKind } from '../delivery/index.ts';

/**
 * What attempts came to, as a sparse map from small numbers to counts, so that rows of any nodes, minutes and webhooks are
 * added up by adding what has the same number:
 *
 * - 0 to 127: how long answers took, by bucket;
 * - 128 to 255: how long deliveries took from their event to their acknowledgement, by bucket;
 * - 1000 + status: answers by HTTP status;
 * - 2000 + n: attempts without a complete answer, by kind of failure.
 *
 * They are stored: a number never changes its meaning.
 */
export type Tallies = ReadonlyMap<number, number>;

/** Buckets for each doubling of the time. */
const perDoubling = 4;
/** 2 ^ 32 ms are 50 days: longer than any delivery may take. */
const buckets = 128;
const deliveryTimes = buckets;
const statuses = 1_000;
const failures = 2_000;

/** What `quantile` answers is off by no more than this share of the true time; times below 1 ms count as 1 ms. */
export const largestError = 2 ** (1 / perDoubling / 2) - 1;

const failureNumbers: Readonly<Record<FailureKind, number>> = {
  invalid_request: 1,
  dns_failed: 2,
  dns_timeout: 3,
  blocked_address: 4,
  connection_refused: 5,
  connect_timeout: 6,
  network_unreachable: 7,
  tls_expired: 8,
  tls_self_signed: 9,
  tls_wrong_host: 10,
  tls_failed: 11,
  connection_reset: 12,
  header_timeout: 13,
  malformed_response: 14,
  body_timeout: 15,
  truncated_response: 16,
  interrupted: 17,
};
const failureKinds = new Map(Object.entries(failureNumbers).map(([kind, number]) => [number, kind]));

/** Bucket n holds times from 2 ^ (n / 4) ms up to those of the next one. */
function bucketOf(ms: number): number {
  return ms < 1 ? 0 : Math.min(buckets - 1, Math.floor(Math.log2(ms) * perDoubling));
}

export const answerTime = (ms: number): number => bucketOf(ms);
export const deliveryTime = (ms: number): number => deliveryTimes + bucketOf(ms);
export const answerStatus = (status: number): number => statuses + status;
export const noAnswer = (kind: FailureKind): number => failures + failureNumbers[kind];

export function add(tallies: Map<number, number>, key: number, count = 1): void {
  tallies.set(key, (tallies.get(key) ?? 0) + count);
}

export function addAll(tallies: Map<number, number>, others: Tallies): void {
  for (const [key, count] of others) add(tallies, key, count);
}

/** A time in ms. Null: nothing was timed. */
export interface Times {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export const answerTimes = (tallies: Tallies): Times => timesFrom(tallies, 0);
export const deliveryTimesOf = (tallies: Tallies): Times => timesFrom(tallies, deliveryTimes);

function timesFrom(tallies: Tallies, first: number): Times {
  const counts = new Array<number>(buckets).fill(0);
  let total = 0;
  for (const [key, count] of tallies) {
    if (key < first || key >= first + buckets) continue;
    counts[key - first] = count;
    total += count;
  }
  return {
    p50: quantile(counts, total, 0.5),
    p95: quantile(counts, total, 0.95),
    p99: quantile(counts, total, 0.99),
  };
}

/** The middle (of the logarithm) of the bucket in which it lies, rounded to a tenth of a millisecond. */
function quantile(counts: readonly number[], total: number, share: number): number | null {
  let left = Math.ceil(total * share);
  if (left === 0) return null;
  for (const [bucket, count] of counts.entries()) {
    left -= count;
    if (left <= 0) return Math.round(10 * 2 ** ((bucket + 0.5) / perDoubling)) / 10;
  }
  throw new Error('There are fewer counts than their total');
}

/** How often each HTTP status was answered, by status. */
export function statusCounts(tallies: Tallies): Readonly<Record<string, number>> {
  return named(tallies, statuses, failures, (number) => String(number));
}

/** How many attempts got no complete answer, by kind of failure. */
export function failureCounts(tallies: Tallies): Readonly<Record<string, number>> {
  return named(tallies, failures, Number.POSITIVE_INFINITY, (number) => {
    const kind = failureKinds.get(number);
    if (kind === undefined) throw new Error(`No kind of failure has the number ${number}`);
    return kind;
  });
}

function named(tallies: Tallies, from: number, until: number, name: (number: number) => string) {
  return Object.fromEntries(
    [...tallies]
      .filter(([key]) => key >= from && key < until)
      .sort(([a], [b]) => a - b)
      .map(([key, count]) => [name(key - from), count]),
  );
}
