import type { Database } from './database.ts';

/** Deletes what is over of people: sessions, links for new passwords, counted tries, invitations. Returns how many rows. */
export async function deleteEndedSessions(
  database: Pick<Database, 'pool'>,
  before: { readonly ended: Date; readonly attempts: Date; readonly invitations: Date },
): Promise<number> {
  const statements: readonly [string, Date][] = [
    ['delete from person_sessions where expires_at < $1', before.ended],
    ['delete from person_verifications where expires_at < $1', before.ended],
    ['delete from sign_in_attempts where window_started_at < $1', before.attempts],
    ['delete from invitations where expires_at < $1', before.invitations],
  ];
  let deleted = 0;
  for (const [statement, time] of statements) {
    deleted += (await database.pool.query(statement, [time])).rowCount ?? 0;
  }
  return deleted;
}
