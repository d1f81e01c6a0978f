import { ApiProblem, NoAnswer, UnexpectedAnswer } from './failures.ts';

/** How often a call is made again. Only what is safe to repeat is: a GET, or a call with an `idempotencyKey`. */
export interface RetryPolicy {
  /** Requests for one call at most, the first one included. */
  readonly attempts: number;
  /** Whoever is told to wait longer than this gives up at once. */
  readonly longestWaitMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 4, longestWaitMs: 20_000 };

const firstPauseMs = 250;
/** Those who were turned away together should not come back together. */
const spread = 0.2;

/**
 * Milliseconds to wait before the next attempt; null: there is none. Repeated is what was turned away for now (429 or
 * 503 with `Retry-After`) and what got no answer, after pauses that double.
 *
 * @param made attempts until now
 */
export function pauseBefore(policy: RetryPolicy, made: number, failure: unknown): number | null {
  if (made >= policy.attempts) return null;
  const pauseMs = failure instanceof NoAnswer ? firstPauseMs * 2 ** (made - 1) : askedToWait(failure);
  if (pauseMs === null || pauseMs > policy.longestWaitMs) return null;
  return pauseMs * (1 + Math.random() * spread);
}

function askedToWait(failure: unknown): number | null {
  if (!(failure instanceof ApiProblem || failure instanceof UnexpectedAnswer)) return null;
  return failure.status === 429 || failure.status === 503 ? failure.retryAfterMs : null;
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3). Null when absent or neither. */
export function parseRetryAfter(header: string | null): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Rejects with the signal's reason when it ends the wait. */
export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const ended = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', ended);
      resolve();
    }, ms);
    signal?.addEventListener('abort', ended, { once: true });
  });
}
