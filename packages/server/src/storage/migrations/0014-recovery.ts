import { type Kysely, sql } from 'kysely';

/**
 * Replays: jobs about something, of which only one is open at a time, that can be paused, and the deliveries they made.
 *
 * A delivery that a replay made is an open delivery of kind 3, which a lane takes when it has nothing new and no retry.
 * `replay_deliveries` holds those whose end the job has not counted yet, so it stays small.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table jobs
    add column subject text,
    add column paused boolean not null default false`,
  `drop index jobs_one_running`,
  `create unique index jobs_one_running on jobs (organization_id, kind, coalesce(subject, ''))
    where state = 'running'`,
  `create unique index jobs_one_open on jobs (organization_id, kind, subject)
    where subject is not null and state in ('queued', 'running')`,
  `create index jobs_by_subject on jobs (organization_id, kind, subject, id) where subject is not null`,
  `create table replay_deliveries (
    job_id uuid not null references jobs on delete cascade,
    delivery_id uuid not null,
    resend boolean not null,
    primary key (job_id, delivery_id)
  )`,
  // Whether a webhook was ever asked to pay.
  `create index payout_attempts_by_webhook on payout_attempts (webhook_uid)`,
];
