import { type Kysely, sql } from 'kysely';

/** When an API token was used last: one that nobody uses can be revoked. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table api_tokens add column used_at timestamptz`.execute(db);
}
