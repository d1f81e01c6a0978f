import { type Kysely, sql } from 'kysely';

/**
 * The rate at which permits were given out: a node that has not heard of a new one gets none, and cannot use up the
 * time of the new one. Null: given out before this column.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table webhook_rates add column per_second numeric(9, 4)`.execute(db);
}
