import { type Kysely, sql } from 'kysely';

/**
 * What was counted of events and attempts, by minute and by hour. Rows are added to while their time lasts and for a
 * little longer, and deleted by their age.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const oftenChanged = `fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0`;

const statements = [
  // step: 1 or 60, in minutes. webhook_uid: of a webhook, or zero for all of the organization together.
  // keys, counts: what attempts came to (statistics/tallies.ts).
  `create table attempt_statistics (
    organization_id uuid not null references organizations on delete cascade,
    webhook_uid uuid not null,
    step smallint not null check (step in (1, 60)),
    at timestamptz not null,
    attempts integer not null,
    acknowledged integer not null,
    exhausted integer not null,
    last_at timestamptz not null,
    keys smallint[] not null,
    counts integer[] not null,
    primary key (organization_id, webhook_uid, step, at)
  ) with (${oftenChanged})`,
  `create index attempt_statistics_by_age on attempt_statistics (step, at)`,
  `create table event_statistics (
    organization_id uuid not null references organizations on delete cascade,
    step smallint not null check (step in (1, 60)),
    at timestamptz not null,
    type text not null,
    events integer not null,
    deliveries integer not null,
    primary key (organization_id, step, at, type)
  ) with (${oftenChanged})`,
  `create index event_statistics_by_age on event_statistics (step, at)`,
];
