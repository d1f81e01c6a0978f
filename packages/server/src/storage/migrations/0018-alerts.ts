import { type Kysely, sql } from 'kysely';

/** Whom to tell by e-mail that a webhook is failing, was disabled or is back, and what of it was told. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table organizations add column alert_emails text[] not null default '{}'`,
  // mail_at: when the next try is due; null: nobody is to be told, or everybody was.
  `alter table webhook_health_changes
    add column mail_at timestamptz,
    add column mail_tries smallint not null default 0`,
  `create index webhook_health_changes_to_mail on webhook_health_changes (mail_at) where mail_at is not null`,
];
