import { type Kysely, sql } from 'kysely';

/** When a session was used last, from where and with what: its person looks for one that is not theirs. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table person_sessions add column used_at timestamptz`.execute(db);
}
