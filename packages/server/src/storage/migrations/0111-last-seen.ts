import { type Kysely, sql } from 'kysely';

/** When each member was in their organization last: it stays when their sessions end. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table members add column seen_at timestamptz`.execute(db);
  await sql`
    update members m set seen_at = (
      select max(s.used_at) from person_sessions s
       where s.person_id = m.person_id and s.active_organization_id = m.organization_id)`.execute(db);
}
