import { type Kysely, sql } from 'kysely';

/** What is known of receivers that do not answer, shared by all nodes, and how the health of webhooks changed. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A row only while the webhook is failing: its circuit is open, or has not closed again yet.
  `create table webhook_health (
    webhook_uid uuid primary key references webhooks on delete cascade,
    organization_id uuid not null references organizations on delete cascade,
    failing_since timestamptz not null,
    failures integer not null,
    probes integer not null,
    probe_at timestamptz not null,
    reason text not null,
    warned_at timestamptz
  )`,
  `create index webhook_health_by_since on webhook_health (failing_since)`,
  `create index webhook_health_by_organization on webhook_health (organization_id, webhook_uid)`,
  `create table webhook_health_changes (
    id uuid primary key,
    webhook_uid uuid not null references webhooks on delete cascade,
    organization_id uuid not null references organizations on delete cascade,
    state text not null check (state in ('failing', 'warned', 'recovered', 'disabled')),
    reason text,
    failures integer,
    changed_at timestamptz not null
  )`,
  `create index webhook_health_changes_by_webhook on webhook_health_changes (webhook_uid, id)`,
];
