import { Problem } from '../problems.ts';
import { mayHaveHappened } from './unavailable.ts';

/** Long enough for a connection that broke, short beside what ends most other faults. */
const retryAfterSeconds = 2;

/** What callers are told of an error for which `isUnavailable` holds. What is wrong with the database is for the log. */
export function unavailableProblem(cause: unknown): Problem {
  return new Problem(
    'unavailable',
    mayHaveHappened(cause)
      ? 'The database did not answer. What was asked may have been done all the same: send it again with the same Idempotency-Key, key or reference, if it has one, so that it is not done twice.'
      : 'The database cannot take this just now, and nothing was changed. Send it again.',
    { retryAfterSeconds, cause },
  );
}
