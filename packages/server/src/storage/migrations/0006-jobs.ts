import { type Kysely, sql } from 'kysely';

/**
 * Long work in small steps. `due_at` of a job that somebody holds is the end of their lease, so a job whose holder died
 * is due like any other. `cursor` says where the next step begins, and is written with the work of the step before.
 *
 * `import_chunks` holds what an import received and has not worked off yet: whole records each. Compressing them would
 * cost more than it saves, since each is written once, read once and deleted.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table jobs (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    kind text not null,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    params jsonb not null,
    cursor jsonb,
    total bigint,
    done bigint not null default 0,
    refused bigint not null default 0,
    counts jsonb not null default '{}',
    error text,
    cancelling boolean not null default false,
    failures smallint not null default 0,
    idempotency_key text,
    fingerprint bytea,
    due_at timestamptz not null default now(),
    lease uuid,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz
  )`,
  `create index jobs_by_organization on jobs (organization_id, id)`,
  `create index jobs_open on jobs (id) where state in ('queued', 'running')`,
  // One organization's jobs of a kind run one after the other, so that none overtakes what it builds on.
  `create unique index jobs_one_running on jobs (organization_id, kind) where state = 'running'`,
  `create unique index jobs_by_key on jobs (organization_id, kind, idempotency_key)
    where idempotency_key is not null`,
  `create index jobs_by_end on jobs (finished_at) where finished_at is not null`,
  `create table job_refusals (
    job_id uuid not null references jobs on delete cascade,
    line bigint not null,
    number smallint not null,
    field text,
    reason text not null,
    excerpt text not null,
    primary key (job_id, line, number)
  )`,
  // Chunks come before their job: it begins when the last of them is stored.
  `create table import_chunks (
    job_id uuid not null,
    number integer not null,
    first_line bigint not null,
    content bytea not null,
    overlong jsonb not null,
    primary key (job_id, number)
  )`,
  `alter table import_chunks alter column content set storage external`,
];
