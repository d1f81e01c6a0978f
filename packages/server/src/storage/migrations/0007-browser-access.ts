import { type Kysely, sql } from 'kysely';

/** What browsers may do for one participant: the keys of their tokens, which tokens were revoked, and from where. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The newest of an organization signs; the one before it verifies what it signed last.
  `create table participant_token_keys (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    ciphertext bytea not null,
    key_id text not null,
    created_at timestamptz not null
  )`,
  `create index participant_token_keys_by_organization on participant_token_keys (organization_id, id)`,
  // Tokens carry the generation they were made in; those of a smaller one than stands here are revoked. Counted, not
  // timed, so that it does not matter how far the clocks of nodes are apart.
  `create table participant_token_generations (
    participant_id uuid primary key references participants on delete cascade,
    organization_id uuid not null references organizations on delete cascade,
    generation integer not null,
    revoked_at timestamptz not null
  )`,
  `create index participant_token_generations_by_time on participant_token_generations (organization_id, revoked_at)`,
  `create table allowed_origins (
    origin text not null,
    organization_id uuid not null references organizations on delete cascade,
    primary key (origin, organization_id)
  )`,
  `create index allowed_origins_by_organization on allowed_origins (organization_id, origin)`,
  `alter table tasks add column browser boolean not null default false`,
  // Whether a community is empty, and which campaigns name it.
  `create index campaigns_by_community on campaigns (community_id, id)`,
];
