import { type Kysely, sql } from 'kysely';

/** What an API token may do. Null: everything, as the tokens made before may. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table api_tokens add column scopes text[] check (scopes <> '{}')`.execute(db);
}
