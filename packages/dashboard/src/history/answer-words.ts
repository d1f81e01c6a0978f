import type { Attempt, Delivery } from '@fanfare/client';
import { failureWords } from '#strings/failures.ts';
import { history as text } from '#strings/history.ts';
import { duration } from '../elements/index.ts';
import { isFailure } from './delivery-search.ts';

/** What came of the last attempt, in a line. */
export function answerWords({ last_attempt }: Pick<Delivery, 'last_attempt'>): string {
  if (last_attempt === null) return text.noAttempt;
  const { status, outcome, acknowledged, message, total_ms } = last_attempt;
  const result = outcomeWords({ outcome, status });
  return acknowledged || message === null ? `${result} · ${duration(total_ms)}` : `${result} · ${message}`;
}

/** `HTTP 503`, or why there was no complete answer. */
export function outcomeWords({
  outcome,
  status,
}: {
  readonly outcome: Attempt['outcome'];
  readonly status: number | null;
}): string {
  if (isFailure(outcome)) return failureWords[outcome];
  return status === null ? outcome : text.answered(status);
}
