import { type Kysely, sql } from 'kysely';

/**
 * Organizations and what they own, the event log, deliveries and their attempts.
 *
 * A delivery lives in exactly one of two tables. While something is still to be done it is a row of
 * `open_deliveries`: small, unpartitioned, updated and deleted often. Once it has ended it is a row of
 * `closed_deliveries`: partitioned by time, append-only, so it needs no vacuum and retention is dropping
 * a partition. The view `deliveries` shows both.
 *
 * `events`, `closed_deliveries`, `attempts` and `inbox_requests` are partitioned by the time inside their
 * UUIDv7 ids. Partitions are made by `storage/partitions.ts`, ahead of time.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table organizations (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null default now()
  )`,
  `create table communities (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    is_default boolean not null default false,
    created_at timestamptz not null default now()
  )`,
  `create unique index communities_one_default on communities (organization_id) where is_default`,
  `create table campaigns (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    community_id uuid not null references communities,
    name text not null,
    created_at timestamptz not null default now()
  )`,
  `create index campaigns_by_organization on campaigns (organization_id, id)`,
  `create table participants (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    external_id text not null,
    created_at timestamptz not null default now(),
    unique (organization_id, external_id)
  )`,
  `create index participants_by_organization on participants (organization_id, id)`,
  `create table api_tokens (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    hash bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  `create index api_tokens_by_organization on api_tokens (organization_id, id)`,
  `create table event_types (
    organization_id uuid not null references organizations on delete cascade,
    type text not null,
    description text not null,
    schema jsonb not null,
    example jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, type)
  )`,
  `create table webhooks (
    uid uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    id text not null,
    name text not null,
    description text not null default '',
    url text not null,
    method text not null,
    headers jsonb not null default '{}',
    format text not null,
    format_version smallint not null,
    mode text,
    events text[] not null default '{}',
    campaigns uuid[] not null default '{}',
    include_test_participants boolean not null default false,
    status text not null default 'active' check (status in ('active', 'inactive', 'disabled')),
    disabled_reason text,
    retry_delays_ms bigint[] not null,
    timeout_ms integer not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
  )`,
  `create unique index webhooks_public_id on webhooks (organization_id, id) where deleted_at is null`,
  `create table webhook_secrets (
    id uuid primary key,
    webhook_uid uuid not null references webhooks on delete cascade,
    ciphertext bytea not null,
    key_id text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz
  )`,
  `create index webhook_secrets_by_webhook on webhook_secrets (webhook_uid)`,
  `create table idempotency_keys (
    organization_id uuid not null references organizations on delete cascade,
    key text not null,
    fingerprint bytea not null,
    answer text not null,
    created_at timestamptz not null,
    primary key (organization_id, key)
  )`,
  `create index idempotency_keys_by_age on idempotency_keys (created_at)`,

  // body: the frozen event as JSON text, byte for byte as formats will read it.
  `create table events (
    id uuid not null primary key,
    organization_id uuid not null,
    type text not null,
    occurred_at timestamptz not null,
    campaign_id uuid,
    participant_id uuid,
    seq bigint,
    body text not null
  ) partition by range (id)`,
  `create index events_by_organization on events (organization_id, id)`,
  `create index events_by_participant on events (participant_id, id) where participant_id is not null`,

  // kind: 0 new, 1 retry, 2 resend by hand. They take turns in a lane.
  // due_at: when it may be attempted; while leased, when the lease ends. So an expired lease is simply due.
  // lease: who holds it. Every claim makes its own, so a holder that lost its lease cannot write.
  // extra: a resend by hand stands beside the scheduled row of the same delivery.
  `create table open_deliveries (
    id uuid not null,
    extra boolean not null default false,
    organization_id uuid not null,
    webhook_uid uuid not null,
    event_id uuid not null,
    format text not null,
    format_version smallint not null,
    scope text,
    webhook_name text not null,
    created_at timestamptz not null,
    attempts integer not null default 0,
    retries integer not null default 0,
    kind smallint not null default 0,
    due_at timestamptz not null,
    lease uuid,
    primary key (id, extra)
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
          autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.2)`,
  `create index open_deliveries_lanes on open_deliveries (webhook_uid, kind, due_at)`,
  `create index open_deliveries_by_event on open_deliveries (event_id)`,
  `create index open_deliveries_by_organization on open_deliveries (organization_id, id)`,

  `create table closed_deliveries (
    id uuid not null primary key,
    organization_id uuid not null,
    webhook_uid uuid not null,
    event_id uuid not null,
    format text not null,
    format_version smallint not null,
    scope text,
    webhook_name text not null,
    created_at timestamptz not null,
    attempts integer not null,
    retries integer not null,
    state text not null check (state in ('delivered', 'exhausted', 'cancelled')),
    closed_at timestamptz not null
  ) partition by range (id)`,
  `create index closed_deliveries_by_webhook on closed_deliveries (webhook_uid, id)`,
  `create index closed_deliveries_by_organization on closed_deliveries (organization_id, id)`,
  `create index closed_deliveries_by_event on closed_deliveries (event_id)`,
  // What did not arrive is rare, and what people look for.
  `create index closed_deliveries_undelivered on closed_deliveries (organization_id, id) where state <> 'delivered'`,

  `create view deliveries as
    select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
           attempts,
           case when attempts = 0 then 'pending' else 'retrying' end as state,
           case when lease is null then due_at end as next_attempt_at,
           null::timestamptz as closed_at
      from open_deliveries where not extra
    union all
    select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
           attempts, state, null, closed_at
      from closed_deliveries`,

  // outcome: 'answered' or a failure kind of delivery/outcome.ts. The signature is kept because the secret
  // may have rotated since; the body is not, because the format renders the same bytes again.
  `create table attempts (
    id uuid not null primary key,
    organization_id uuid not null,
    delivery_id uuid not null,
    webhook_uid uuid not null,
    number integer not null,
    resend boolean not null,
    started_at timestamptz not null,
    outcome text not null,
    acknowledged boolean not null,
    status smallint,
    method text not null,
    url text not null,
    signature text not null,
    address text,
    message text,
    response_headers text,
    response_body bytea,
    response_cut boolean not null,
    dns_ms real,
    connect_ms real,
    tls_ms real,
    wait_ms real,
    read_ms real,
    total_ms real not null
  ) partition by range (id)`,
  `create index attempts_by_delivery on attempts (delivery_id)`,

  `create table inboxes (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    answer jsonb not null,
    ciphertext bytea,
    key_id text,
    created_at timestamptz not null default now()
  )`,
  `create index inboxes_by_organization on inboxes (organization_id, id)`,
  `create table inbox_requests (
    id uuid not null primary key,
    inbox_id uuid not null,
    received_at timestamptz not null,
    method text not null,
    target text not null,
    headers jsonb not null,
    body bytea not null,
    body_cut boolean not null,
    verification jsonb not null,
    answered jsonb not null
  ) partition by range (id)`,
  `create index inbox_requests_by_inbox on inbox_requests (inbox_id, id)`,
];
