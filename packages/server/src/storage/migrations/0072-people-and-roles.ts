import { type Kysely, sql } from 'kysely';

/**
 * People who sign in, with better-auth's columns under our names: persons (its `user`), their credentials (`account`),
 * sessions and verifications; of its organization plugin members and invitations. Participants are other people.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const role = `role text not null check (role in ('owner', 'admin', 'developer', 'manager', 'viewer'))`;

const statements = [
  `create table persons (
    id uuid primary key,
    name text not null,
    email text not null unique check (email = lower(email)),
    email_verified boolean not null default false,
    image text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create table person_credentials (
    id uuid primary key,
    person_id uuid not null references persons on delete cascade,
    provider_id text not null,
    issuer text not null,
    account_id text not null,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    password text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (issuer, account_id)
  )`,
  'create index on person_credentials (person_id)',
  `create table person_sessions (
    id uuid primary key,
    person_id uuid not null references persons on delete cascade,
    token text not null unique,
    active_organization_id uuid references organizations on delete cascade,
    ip_address text,
    user_agent text,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  'create index on person_sessions (person_id)',
  'create index on person_sessions (active_organization_id)',
  'create index on person_sessions (expires_at)',
  `create table person_verifications (
    id uuid primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  'create index on person_verifications (identifier)',
  'create index on person_verifications (expires_at)',
  `create table members (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    person_id uuid not null references persons on delete cascade,
    ${role},
    created_at timestamptz not null default now(),
    unique (organization_id, person_id)
  )`,
  'create index on members (person_id)',
  `create table invitations (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    email text not null check (email = lower(email)),
    ${role},
    status text not null default 'pending' check (status in ('pending', 'accepted', 'rejected', 'canceled')),
    inviter_id uuid not null references persons on delete cascade,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
  )`,
  `create unique index on invitations (organization_id, email) where status = 'pending'`,
  'create index on invitations (inviter_id)',
  'create index on invitations (expires_at)',
  'alter table participant_erasures add column asked_by_person boolean not null default false',
  // Tries of a password in a window of time, by a hash of whose account or from which address. Lost in a crash.
  `create unlogged table sign_in_attempts (
    subject bytea primary key,
    window_started_at timestamptz not null,
    attempts int not null
  )`,
];
