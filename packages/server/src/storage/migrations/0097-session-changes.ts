import { type Kysely, sql } from 'kysely';

/**
 * Every node hears whose sessions ended or work elsewhere, and whose roles changed, whatever changed them: streams that
 * are open for them are looked at again at once.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create function tell_of_session_change() returns trigger language plpgsql as $$
  begin
    perform pg_notify('fanfare_sessions', old.person_id::text);
    return null;
  end $$`,
  `create trigger tell_of_end after delete on person_sessions
    for each row execute function tell_of_session_change()`,
  `create trigger tell_of_move after update of active_organization_id on person_sessions
    for each row when (old.active_organization_id is distinct from new.active_organization_id)
    execute function tell_of_session_change()`,
  `create trigger tell_of_role after update of role or delete on members
    for each row execute function tell_of_session_change()`,
];
