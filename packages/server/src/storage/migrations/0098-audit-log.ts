import { type Kysely, sql } from 'kysely';

/**
 * Who changed what. The entries of an organization are numbered without gaps, and each one's hash covers the one before
 * it (audit/entry.ts). They are never changed, and deleted only with their organization.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Locked by whoever appends, until its transaction ends.
  `create table audit_heads (
    organization_id uuid primary key references organizations on delete cascade,
    number bigint not null,
    hash bytea not null
  )`,
  `create table audit_entries (
    organization_id uuid not null references organizations on delete cascade,
    number bigint not null check (number > 0),
    at timestamptz not null,
    actor jsonb not null,
    action text not null,
    target jsonb not null,
    origin jsonb not null,
    before jsonb,
    after jsonb,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (organization_id, number)
  )`,
  `create index audit_entries_by_time on audit_entries (organization_id, at, number)`,
  `create index audit_entries_by_action on audit_entries (organization_id, action, number)`,
  `create index audit_entries_by_actor on audit_entries (organization_id, (actor->>'id'), number)`,
  `create index audit_entries_by_target on audit_entries (organization_id, (target->>'id'), number)`,
  `create function keep_audit_entries() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        perform from organizations where id = old.organization_id and deleting_at is null;
        if not found then return old; end if;
      end if;
      raise exception 'Entries of the audit log are neither changed nor deleted'
        using errcode = 'restrict_violation';
    end
  $$`,
  `create trigger keep_audit_entries before update or delete on audit_entries
    for each row execute function keep_audit_entries()`,
  `create trigger keep_all_audit_entries before truncate on audit_entries
    for each statement execute function keep_audit_entries()`,
];
