import { type RetryPolicy, retryJitter } from '../webhooks/index.ts';
import type { Outcome } from './outcome.ts';
import { nextDelayMs, parseRetryAfter } from './retry-schedule.ts';

/** What an outcome means for the delivery, its lane and its webhook. */
export type Verdict =
  | { readonly kind: 'delivered'; readonly message: null }
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      /** Whether it used up one of the attempts of the retry policy. */
      readonly counted: boolean;
      readonly message: string;
      readonly effect: Effect;
    }
  | { readonly kind: 'exhausted'; readonly message: string; readonly effect: Effect }
  /** The first of a line: set aside until somebody decides (order.ts). */
  | { readonly kind: 'parked'; readonly message: string; readonly effect: Effect }
  /** We stopped it ourselves: it does not count, and anybody may make it at once. */
  | { readonly kind: 'released' };

/** The attempt was made, and is on record. */
export type Settled = Exclude<Verdict, { readonly kind: 'released' }>;

/** What a failure does beyond its own delivery. */
export type Effect =
  | { readonly kind: 'none' }
  /** The receiver asked for less: the whole lane pauses for at least this long. */
  | { readonly kind: 'slow_down'; readonly atLeastMs: number }
  /** 410 Gone: the receiver wants no more. */
  | { readonly kind: 'disable_webhook'; readonly reason: string };

/** Statuses by which a receiver, or what stands before it, says that it is overloaded. */
const overloaded: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Only 2xx acknowledges. 3xx is a failure, since redirects are not followed; 410 disables the webhook; an
 * overloaded receiver slows its whole lane down (Standard Webhooks specification, and the retry rules of
 * Reward's documentation).
 */
export function judge(input: {
  readonly outcome: Outcome;
  readonly policy: RetryPolicy;
  readonly retries: number;
  readonly random: number;
  readonly nowMs: number;
}): Verdict {
  const { outcome, policy, retries, random, nowMs } = input;
  if (outcome.kind === 'aborted') return { kind: 'released' };
  if (outcome.kind === 'answered' && isAcknowledgement(outcome.answer.status)) {
    return { kind: 'delivered', message: null };
  }

  const status = outcome.answer?.status ?? null;
  const slowedDown = outcome.kind === 'answered' && status !== null && overloaded.has(status);
  const retryAfterMs = slowedDown ? parseRetryAfter(outcome.answer?.headers['retry-after'], nowMs) : null;
  const message =
    outcome.kind === 'failed'
      ? outcome.message
      : statusMessage(outcome.answer.status, outcome.answer.headers);
  const effect: Effect =
    outcome.kind === 'answered' && status === 410
      ? {
          kind: 'disable_webhook',
          reason:
            'The receiver answered 410 Gone, which asks for no more deliveries. Enable the webhook to resume.',
        }
      : slowedDown
        ? { kind: 'slow_down', atLeastMs: Math.min(retryAfterMs ?? 0, Math.max(0, ...policy.delaysMs)) }
        : { kind: 'none' };

  const delayMs = nextDelayMs({ policy, jitter: retryJitter, retries, random, retryAfterMs });
  return delayMs === null
    ? { kind: 'exhausted', message, effect }
    : { kind: 'retry', delayMs, counted: true, message, effect };
}

export function isAcknowledgement(status: number): boolean {
  return status >= 200 && status < 300;
}

function statusMessage(status: number, headers: Readonly<Record<string, string>>): string {
  if (status >= 300 && status < 400) {
    const location = headers['location'];
    const to = location === undefined ? '' : ` to ${location.slice(0, 200)}`;
    return `The receiver answered ${status}, a redirect${to}. Redirects are not followed; set the webhook's URL to where it leads.`;
  }
  if (status === 401 || status === 403) {
    return `The receiver answered ${status}. Check the headers and the secret that the webhook is set up with.`;
  }
  if (status === 404 || status === 405) {
    return `The receiver answered ${status}. Check the webhook's URL and method.`;
  }
  if (status === 410)
    return 'The receiver answered 410 Gone, which asks for no more deliveries. Enable the webhook once somebody listens there.';
  if (status === 413)
    return 'The receiver answered 413: the payload is larger than it takes. Let it take larger bodies.';
  if (status === 429)
    return 'The receiver answered 429: it gets more requests than it takes. Deliveries slow down; if it stays so, give the webhook a rate limit.';
  if (status >= 500) return `The receiver answered ${status}: it failed on its side. Look into its log.`;
  return `The receiver answered ${status}; only 2xx acknowledges a delivery. Its answer and its log may say what it expected.`;
}
