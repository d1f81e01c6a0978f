import { type Kysely, sql } from 'kysely';

/**
 * The latest time that this database has shown, in one row: when its clock shows an earlier one, it was set back, and
 * what is due by the old time would wait for it to come again.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table database_clock (
    id boolean primary key default true check (id),
    seen_at timestamptz not null
  ) with (fillfactor = 50)`,
  `insert into database_clock (seen_at) values (now())`,
];
