import { type Kysely, sql } from 'kysely';

/** How fast webhooks may be sent to, and up to when the permits of those with a fixed rate are given out. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table webhooks
    add column rate_per_second numeric(9, 4),
    add column rate_adaptive boolean not null default false`,
  `create table webhook_rates (
    webhook_uid uuid primary key references webhooks on delete cascade,
    next_at timestamptz not null
  ) with (fillfactor = 50)`,
];
