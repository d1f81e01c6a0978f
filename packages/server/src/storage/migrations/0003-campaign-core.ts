import { type Kysely, sql } from 'kysely';

/**
 * The campaign core: what people can do in campaigns, what they did, and the one points ledger.
 *
 * `participations` is the row that an action locks. Counters stand on it, so that a snapshot needs no sums;
 * `ledger` is what they are the sums of. Points have at most 4 places and 11 digits before the point, so a
 * double holds every one of them exactly as written.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table campaigns
    add column status text not null default 'active' check (status in ('draft', 'active', 'paused', 'ended')),
    add column starts_at timestamptz,
    add column ends_at timestamptz,
    add column points_name text not null default 'Points',
    add column initial_points numeric(15, 4) not null default 0,
    add column referral_min_points numeric(15, 4),
    add column referral_any_of_tasks uuid[] not null default '{}',
    add column referral_bonus_percent numeric(9, 4),
    add column referral_bonus_amount numeric(15, 4),
    add column updated_at timestamptz not null default now(),
    add constraint campaigns_one_bonus check (referral_bonus_percent is null or referral_bonus_amount is null)`,
  `create table groups (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    campaign_id uuid not null references campaigns on delete cascade,
    name text not null,
    position integer not null default 0,
    created_at timestamptz not null default now()
  )`,
  `create index groups_by_campaign on groups (campaign_id, position, id)`,
  `create table rewards (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    campaign_id uuid not null references campaigns on delete cascade,
    name text not null,
    kind text not null,
    unit text not null,
    decimals smallint not null,
    stock numeric(38, 18),
    created_at timestamptz not null default now()
  )`,
  `create index rewards_by_campaign on rewards (campaign_id, id)`,
  `create table quests (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    campaign_id uuid not null references campaigns on delete cascade,
    group_id uuid not null references groups,
    name text not null,
    points numeric(15, 4) not null default 0,
    reward_id uuid references rewards,
    reward_amount numeric(38, 18),
    position integer not null default 0,
    created_at timestamptz not null default now()
  )`,
  `create index quests_by_campaign on quests (campaign_id, position, id)`,
  `create table tasks (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    campaign_id uuid not null references campaigns on delete cascade,
    quest_id uuid not null references quests,
    name text not null,
    type text not null,
    meta jsonb,
    points numeric(15, 4) not null default 0,
    multiplier_percent numeric(9, 4) not null default 0,
    recurrence text not null default 'once'
      check (recurrence in ('once', 'every_8_hours', 'daily', 'weekly', 'unlimited')),
    prerequisites uuid[] not null default '{}',
    ugc boolean not null default false,
    level jsonb,
    reward_id uuid references rewards,
    reward_amount numeric(38, 18),
    position integer not null default 0,
    created_at timestamptz not null default now()
  )`,
  `create index tasks_by_campaign on tasks (campaign_id, position, id)`,
  `create table triggers (
    organization_id uuid not null references organizations on delete cascade,
    id text not null,
    campaign_id uuid not null references campaigns on delete cascade,
    name text not null,
    credit_amount numeric(15, 4),
    credit_rate numeric(15, 4),
    task_id uuid references tasks,
    created_at timestamptz not null default now(),
    primary key (organization_id, id),
    constraint triggers_one_credit check ((credit_amount is null) <> (credit_rate is null))
  )`,

  // A participant without an external id is one the organization knows by an account.
  `alter table participants
    alter column external_id drop not null,
    add column email text,
    add column first_name text,
    add column last_name text,
    add column phone text,
    add column wallet text,
    add column fields jsonb not null default '{}',
    add column test boolean not null default false,
    add column referral_code text,
    add column updated_at timestamptz not null default now()`,
  `create unique index participants_by_referral_code on participants (organization_id, referral_code)
    where referral_code is not null`,
  `create table accounts (
    organization_id uuid not null references organizations on delete cascade,
    platform text not null,
    name text not null,
    participant_id uuid not null references participants on delete cascade,
    created_at timestamptz not null default now(),
    primary key (organization_id, platform, name)
  )`,
  `create index accounts_by_participant on accounts (participant_id)`,

  // seq: the number of the last event of this participation.
  `create table participations (
    campaign_id uuid not null references campaigns on delete cascade,
    participant_id uuid not null references participants on delete cascade,
    organization_id uuid not null,
    joined_at timestamptz,
    referrer_id uuid,
    team text,
    multiplier_percent numeric(9, 4) not null default 0,
    total numeric(15, 4) not null default 0,
    referral_points numeric(15, 4) not null default 0,
    ugc_points numeric(15, 4) not null default 0,
    referral_count integer not null default 0,
    best_score numeric(15, 4),
    seq bigint not null default 0,
    primary key (campaign_id, participant_id)
  ) with (fillfactor = 85)`,
  `create index participations_by_total on participations (campaign_id, total desc, participant_id)`,
  `create index participations_by_participant on participations (participant_id)`,
  `create table referrals (
    id uuid primary key,
    campaign_id uuid not null references campaigns on delete cascade,
    claimer_id uuid not null,
    referrer_id uuid not null,
    state text not null check (state in ('linked', 'qualified', 'converted')),
    created_at timestamptz not null default now(),
    unique (campaign_id, claimer_id)
  )`,
  `create index referrals_by_referrer on referrals (campaign_id, referrer_id, id)`,

  // subject: a task or a quest. One row each, so that deciding an action reads few rows however often it was done.
  `create table progress (
    campaign_id uuid not null,
    participant_id uuid not null,
    subject_id uuid not null,
    period text not null,
    count integer not null,
    primary key (campaign_id, participant_id, subject_id),
    foreign key (campaign_id, participant_id) references participations on delete cascade
  ) with (fillfactor = 85)`,
  `create table completions (
    id uuid primary key,
    organization_id uuid not null,
    campaign_id uuid not null references campaigns on delete cascade,
    participant_id uuid not null,
    subject_id uuid not null,
    period text not null,
    platform text,
    account text,
    points numeric(15, 4) not null,
    completed_at timestamptz not null,
    unique (subject_id, participant_id, period)
  )`,
  `create index completions_by_participation on completions (campaign_id, participant_id, id)`,
  `create index completions_by_campaign on completions (campaign_id, id)`,
  `create table ledger (
    id uuid primary key,
    organization_id uuid not null,
    campaign_id uuid not null references campaigns on delete cascade,
    participant_id uuid not null,
    amount numeric(15, 4) not null,
    bucket text not null,
    cause text not null,
    created_at timestamptz not null,
    unique (campaign_id, participant_id, cause, bucket)
  )`,
  `create index ledger_by_participation on ledger (campaign_id, participant_id, id)`,
  `create index ledger_by_campaign on ledger (campaign_id, id)`,
  `create table trigger_events (
    id uuid primary key,
    organization_id uuid not null,
    trigger_id text not null,
    participant_id uuid not null,
    key text,
    value text,
    created_at timestamptz not null
  )`,
  `create unique index trigger_events_once on trigger_events (organization_id, trigger_id, participant_id, key)
    where key is not null`,
  `create table earnings (
    id uuid primary key,
    organization_id uuid not null,
    campaign_id uuid not null references campaigns on delete cascade,
    participant_id uuid not null,
    reward_id uuid not null references rewards,
    amount numeric(38, 18) not null,
    state text not null default 'claimable',
    cause text not null,
    created_at timestamptz not null,
    unique (campaign_id, participant_id, reward_id, cause)
  )`,
  `create index earnings_by_participation on earnings (campaign_id, participant_id, id)`,

  // How many participants of a campaign have a total whose whole part, in base 32, begins with prefix and digit.
  // A position is the sum of at most 31 of these per level, whatever the number of participants; see
  // campaigns/rules/leaderboard.ts.
  `create table leaderboard_counts (
    campaign_id uuid not null references campaigns on delete cascade,
    level smallint not null,
    prefix bigint not null,
    digit smallint not null,
    count integer not null,
    primary key (campaign_id, level, prefix, digit)
  ) with (fillfactor = 50)`,
];
