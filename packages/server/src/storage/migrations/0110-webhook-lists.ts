import { type Kysely, sql } from 'kysely';

/** The webhooks of one organization, newest first: lists walk along it, whatever they are narrowed to. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index webhooks_by_organization on webhooks (organization_id, uid) where deleted_at is null`.execute(
    db,
  );
}
