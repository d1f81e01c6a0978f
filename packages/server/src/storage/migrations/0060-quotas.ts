import { type Kysely, sql } from 'kysely';

/**
 * Quotas of organizations, what they used of them, and the requests that they may send now. The last is of a second and
 * is not written ahead (unlogged): after a crash everybody begins with a full second, and a permit costs no flush.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const oftenChanged = `fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 100,
  autovacuum_vacuum_cost_delay = 0`;

const statements = [
  // No row: what the node says. amount null: no limit.
  `create table organization_quotas (
    organization_id uuid not null references organizations on delete cascade,
    quota text not null,
    amount bigint check (amount > 0),
    primary key (organization_id, quota)
  )`,
  `create table organization_usage (
    organization_id uuid not null references organizations on delete cascade,
    day date not null,
    events bigint not null,
    deliveries bigint not null,
    primary key (organization_id, day)
  ) with (${oftenChanged})`,
  `create unlogged table request_permits (
    organization_id uuid primary key references organizations on delete cascade,
    full_at timestamptz not null,
    granted int not null
  ) with (${oftenChanged})`,
];
