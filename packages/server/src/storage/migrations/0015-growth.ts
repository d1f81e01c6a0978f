import { type Kysely, sql } from 'kysely';

/**
 * Growth: bodies of answers in a table of their own, kept for a shorter time than the attempts; participants whose
 * personal data was erased; organizations that are being deleted.
 *
 * Bodies written before stay in `attempts` and go with them: to move them would rewrite the largest table there is.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The id is the attempt's.
  `create table response_bodies (
    id uuid primary key,
    organization_id uuid not null,
    body bytea not null
  ) partition by range (id)`,

  `alter table participants add column erased_at timestamptz`,
  // `traces` is what is looked for and taken out; null once that is done.
  `create table participant_erasures (
    participant_id uuid primary key references participants on delete cascade,
    organization_id uuid not null references organizations on delete cascade,
    job_id uuid not null,
    reason text,
    asked_by uuid not null,
    asked_at timestamptz not null,
    traces jsonb,
    finished_at timestamptz,
    counts jsonb not null default '{}'
  )`,
  `create index participant_erasures_by_organization on participant_erasures (organization_id)`,
  `create index participant_erasures_open on participant_erasures (job_id) where finished_at is null`,
  // What somebody did in all campaigns, for merging, exporting and erasing them.
  `create index trigger_events_by_participant on trigger_events (participant_id, id)`,

  `alter table organizations add column deleting_at timestamptz`,
];
