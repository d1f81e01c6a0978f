import type { RetryPolicy } from '../webhooks/index.ts';

/**
 * The pause before the next automatic attempt, or null when the policy has no more.
 *
 * @param retries failures of the schedule before this one
 * @param random uniform in [0, 1); 0.5 gives the policy's own pause
 * @param retryAfterMs what the receiver asked for; never shortens the pause, and lengthens it at most to
 *   the policy's longest
 */
export function nextDelayMs(input: {
  readonly policy: RetryPolicy;
  readonly jitter: number;
  readonly retries: number;
  readonly random: number;
  readonly retryAfterMs: number | null;
}): number | null {
  const { policy, jitter, retries, random, retryAfterMs } = input;
  const base = policy.delaysMs[retries];
  if (base === undefined) return null;
  const spread = base * (1 + jitter * (random * 2 - 1));
  if (retryAfterMs === null) return Math.round(spread);
  const longest = Math.max(...policy.delaysMs);
  return Math.round(Math.max(spread, Math.min(retryAfterMs, longest)));
}

/**
 * `Retry-After` in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3). Null when absent or
 * not understood; a date gone by is 0.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Za-z]{3},/.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
