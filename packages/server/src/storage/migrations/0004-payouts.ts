import { type Kysely, sql } from 'kysely';

/**
 * Claims and payouts: which rewards a webhook pays out, what became of every earning, and every attempt to pay.
 *
 * A payout is changed only by an action, under the lock of its participation, with one exception: the step to
 * `sending`, taken by whoever holds the lease of its delivery, just before the request leaves.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table webhooks add column payout_processing boolean not null default false`,
  // Rows of deleted webhooks stay, so the reference always holds.
  `alter table rewards
    add column payout_webhook_uid uuid references webhooks on delete set null,
    add column automatic_payout boolean not null default false`,
  `create index rewards_by_payout_webhook on rewards (payout_webhook_uid) where payout_webhook_uid is not null`,
  `alter table earnings
    add column payout_id uuid,
    add column claimed_at timestamptz,
    add constraint earnings_state check (state in ('claimable', 'requested', 'paid', 'revoked'))`,
  `create index earnings_claimable on earnings (campaign_id, participant_id, id) where state = 'claimable'`,
  `create index earnings_by_payout on earnings (payout_id, id) where payout_id is not null`,
  `create index earnings_by_campaign on earnings (campaign_id, id)`,

  // attempt, requested_by, event_id, webhook_uid, status, reason: those of the newest attempt. event_id names its
  // payout.requested, and so its delivery. next_attempt_at: when an automatic payout is asked for again.
  `create table payouts (
    id uuid primary key,
    organization_id uuid not null references organizations on delete cascade,
    campaign_id uuid not null references campaigns on delete cascade,
    participant_id uuid not null,
    reward_id uuid not null references rewards,
    amount numeric(38, 18) not null,
    platform text,
    account text,
    origin text not null check (origin in ('claim', 'auto', 'operator')),
    state text not null check (state in ('requested', 'sending', 'processing', 'failed', 'paid')),
    attempt integer not null,
    requested_by text not null check (requested_by in ('claim', 'auto', 'operator')),
    event_id uuid,
    webhook_uid uuid,
    next_attempt_at timestamptz,
    status smallint,
    reason text,
    settled_by text check (settled_by in ('webhook', 'api', 'operator')),
    reference text,
    created_at timestamptz not null,
    requested_at timestamptz,
    sent_at timestamptz,
    settled_at timestamptz
  ) with (fillfactor = 80)`,
  `create index payouts_by_organization on payouts (organization_id, id)`,
  `create index payouts_by_state on payouts (organization_id, state, id)`,
  `create index payouts_by_campaign on payouts (campaign_id, participant_id, id)`,
  `create index payouts_by_reward on payouts (reward_id, state)`,
  `create index payouts_due on payouts (next_attempt_at) where next_attempt_at is not null`,
  `create index payouts_in_flight on payouts (requested_at) where state in ('requested', 'sending')`,

  // outcome: null while it is open.
  `create table payout_attempts (
    payout_id uuid not null references payouts on delete cascade,
    number integer not null,
    event_id uuid not null,
    webhook_uid uuid not null,
    requested_by text not null,
    requested_at timestamptz not null,
    outcome text check (outcome in ('paid', 'processing', 'failed')),
    status smallint,
    reason text,
    settled_by text,
    reference text,
    settled_at timestamptz,
    primary key (payout_id, number)
  )`,
];
