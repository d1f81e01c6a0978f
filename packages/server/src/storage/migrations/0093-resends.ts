import { type Kysely, sql } from 'kysely';

/**
 * What is to be sent again, chosen before the first is sent: so the choice does not change while it is worked off, and how
 * many there are is known. By webhook, so that one whose receiver is away does not keep the others waiting.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table resend_selections (
      job_id uuid not null references jobs on delete cascade,
      webhook_uid uuid not null,
      delivery_id uuid not null,
      primary key (job_id, webhook_uid, delivery_id)
    )`.execute(db);
}
