import type { Database } from './database.ts';

/** What is counted: a hash of whose account, or of from where. */
export interface AttemptCount {
  readonly subject: Buffer;
  readonly windowStartedAt: Date;
  readonly attempts: number;
}

/** Tries within windows of time, counted by all nodes together. */
export interface SignInAttemptsStore {
  /** Counts one more for each, in a window that begins now when the one before is over. */
  count(subjects: readonly Buffer[], now: Date, windowMs: number): Promise<readonly AttemptCount[]>;
  /** Takes one back. */
  giveBack(subject: Buffer): Promise<void>;
  forget(subject: Buffer): Promise<void>;
}

export function createSignInAttemptsStore(database: Pick<Database, 'pool'>): SignInAttemptsStore {
  const { pool } = database;
  return {
    async count(subjects, now, windowMs) {
      // In one order everywhere, so that no two of these wait for each other.
      const sorted = [...subjects].sort(Buffer.compare);
      const { rows } = await pool.query<AttemptCount>(
        `insert into sign_in_attempts as a (subject, window_started_at, attempts)
         select subject, $2, 1 from unnest($1::bytea[]) subject
         on conflict (subject) do update set
           attempts = case when a.window_started_at > $3 then a.attempts + 1 else 1 end,
           window_started_at = case when a.window_started_at > $3 then a.window_started_at else $2 end
         returning subject, window_started_at as "windowStartedAt", attempts`,
        [sorted, now, new Date(now.getTime() - windowMs)],
      );
      return rows;
    },

    async giveBack(subject) {
      await pool.query(
        'update sign_in_attempts set attempts = greatest(attempts - 1, 0) where subject = $1',
        [subject],
      );
    },

    async forget(subject) {
      await pool.query('delete from sign_in_attempts where subject = $1', [subject]);
    },
  };
}
