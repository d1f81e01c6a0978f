import type { ColumnType, Generated } from 'kysely';
import type { Uuid } from '../ids.ts';

export type RoleName = 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';

/** Who changed something. */
export interface AuditActor {
  /** `anonymous`: whoever tried to sign in as somebody. */
  readonly kind: 'person' | 'token' | 'operator' | 'anonymous';
  /** Of the person or token; `operator` for whoever operates Fanfare. */
  readonly id: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

/** What was changed. */
export interface AuditTarget {
  readonly kind: string;
  readonly id: string | null;
  readonly name: string | null;
}

/** Where a change was asked for. */
export interface AuditOrigin {
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly request_id: string | null;
}

/** The tables as Kysely sees them. The truth is `migrations/`; `spec/schema.sql` is the dump people review. */
export interface Schema {
  organizations: {
    id: Uuid;
    name: string;
    alert_emails: Generated<string[]>;
    created_at: Generated<Date>;
    /** Since when it is being deleted. */
    deleting_at: Date | null;
  };
  organization_quotas: {
    organization_id: Uuid;
    quota: string;
    /** Null: no limit. */
    amount: string | null;
  };
  audit_heads: { organization_id: Uuid; number: string; hash: Buffer };
  audit_entries: {
    organization_id: Uuid;
    /** bigint: the driver gives a decimal string. */
    number: string;
    at: Date;
    actor: Json<AuditActor>;
    action: string;
    target: Json<AuditTarget>;
    origin: Json<AuditOrigin>;
    before: NullableJson<Record<string, unknown>>;
    after: NullableJson<Record<string, unknown>>;
    previous_hash: Buffer;
    hash: Buffer;
  };
  attempt_statistics: {
    organization_id: Uuid;
    /** Zero: all of the organization together. */
    webhook_uid: Uuid;
    /** Minutes: 1 or 60. */
    step: number;
    at: Date;
    attempts: number;
    acknowledged: number;
    exhausted: number;
    last_at: Date;
    keys: number[];
    counts: number[];
  };
  event_statistics: {
    organization_id: Uuid;
    step: number;
    at: Date;
    type: string;
    events: number;
    deliveries: number;
  };
  communities: {
    id: Uuid;
    organization_id: Uuid;
    name: string;
    is_default: Generated<boolean>;
    created_at: Generated<Date>;
  };
  campaigns: {
    id: Uuid;
    organization_id: Uuid;
    community_id: Uuid;
    name: string;
    created_at: Generated<Date>;
    status: Generated<CampaignStatus>;
    starts_at: Date | null;
    ends_at: Date | null;
    points_name: Generated<string>;
    initial_points: Numeric;
    referral_min_points: string | null;
    referral_any_of_tasks: Generated<Uuid[]>;
    referral_bonus_percent: string | null;
    referral_bonus_amount: string | null;
    updated_at: Generated<Date>;
    /** Lowest first; points as decimal text. */
    tiers: ColumnType<readonly { name: string; min_points: string }[], string | undefined, string>;
  };
  groups: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    name: string;
    position: Generated<number>;
    created_at: Generated<Date>;
  };
  rewards: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    name: string;
    kind: RewardKind;
    unit: string;
    decimals: number;
    /** What is left; null: unlimited. */
    stock: string | null;
    /** The webhook that pays it out; null: Fanfare only keeps it. */
    payout_webhook_uid: Uuid | null;
    automatic_payout: Generated<boolean>;
    created_at: Generated<Date>;
  };
  quests: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    group_id: Uuid;
    name: string;
    points: Numeric;
    reward_id: Uuid | null;
    reward_amount: string | null;
    position: Generated<number>;
    created_at: Generated<Date>;
  };
  tasks: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    quest_id: Uuid;
    name: string;
    type: string;
    meta: NullableJson<Record<string, unknown>>;
    points: Numeric;
    multiplier_percent: Numeric;
    recurrence: Generated<Recurrence>;
    prerequisites: Generated<Uuid[]>;
    ugc: Generated<boolean>;
    browser: Generated<boolean>;
    level: NullableJson<{ id: string; number: number; name: string; last: boolean }>;
    reward_id: Uuid | null;
    reward_amount: string | null;
    position: Generated<number>;
    created_at: Generated<Date>;
  };
  participant_token_keys: {
    id: Uuid;
    organization_id: Uuid;
    ciphertext: Buffer;
    key_id: string;
    created_at: Date;
  };
  participant_token_generations: {
    participant_id: Uuid;
    organization_id: Uuid;
    generation: number;
    revoked_at: Date;
  };
  allowed_origins: { origin: string; organization_id: Uuid };
  triggers: {
    organization_id: Uuid;
    id: string;
    campaign_id: Uuid;
    name: string;
    credit_amount: string | null;
    credit_rate: string | null;
    task_id: Uuid | null;
    created_at: Generated<Date>;
  };
  participants: {
    id: Uuid;
    organization_id: Uuid;
    /** Null for who is known only by an account. */
    external_id: string | null;
    created_at: Generated<Date>;
    email: string | null;
    first_name: string | null;
    last_name: string | null;
    phone: string | null;
    wallet: string | null;
    fields: ColumnType<Record<string, string | number | boolean | null>, string | undefined, string>;
    test: Generated<boolean>;
    referral_code: string | null;
    updated_at: Generated<Date>;
    /** Who took them in, when and why; all null for who was never merged. */
    merged_into: Uuid | null;
    merged_at: Date | null;
    merge_reason: string | null;
    /** When their personal data was asked to be erased. */
    erased_at: Date | null;
  };
  participant_erasures: {
    participant_id: Uuid;
    organization_id: Uuid;
    job_id: Uuid;
    reason: string | null;
    /** The API token, or the person. */
    asked_by: Uuid;
    asked_by_person: Generated<boolean>;
    asked_at: Date;
    /** What is looked for; null once everything is erased. */
    traces: NullableJson<unknown>;
    finished_at: Date | null;
    counts: ColumnType<Record<string, number>, string | undefined, string>;
  };
  accounts: {
    organization_id: Uuid;
    platform: string;
    name: string;
    participant_id: Uuid;
    created_at: Generated<Date>;
  };
  participations: {
    campaign_id: Uuid;
    participant_id: Uuid;
    organization_id: Uuid;
    joined_at: Date | null;
    referrer_id: Uuid | null;
    team: string | null;
    multiplier_percent: Numeric;
    total: Numeric;
    referral_points: Numeric;
    ugc_points: Numeric;
    referral_count: Generated<number>;
    best_score: string | null;
    /** bigint: the driver gives a decimal string. */
    seq: Numeric;
  };
  referrals: {
    id: Uuid;
    campaign_id: Uuid;
    claimer_id: Uuid;
    referrer_id: Uuid;
    state: 'linked' | 'qualified' | 'converted';
    created_at: Generated<Date>;
    qualified_at: Date | null;
    converted_at: Date | null;
    /** What the referrer was given for this claimer. */
    bonus_points: Numeric;
  };
  progress: { campaign_id: Uuid; participant_id: Uuid; subject_id: Uuid; period: string; count: number };
  completions: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    participant_id: Uuid;
    subject_id: Uuid;
    period: string;
    platform: string | null;
    account: string | null;
    points: string;
    completed_at: Date;
    /** What the points were raised by; null: not known. */
    multiplier_percent: string | null;
    /** What the first completion of a task added to the participant's multiplier. */
    multiplier_raise: string | null;
    /** By which it came; its worth stays that of the trigger. */
    trigger_event_id: Uuid | null;
    /** What recalculations made of the points. */
    worth: string | null;
    /** The referrer's, corrections included; null: none was due, or it stands in the ledger alone. */
    bonus: string | null;
    bonus_referrer_id: Uuid | null;
    revoked_at: Date | null;
    revocation_reason: string | null;
  };
  plays: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    participant_id: Uuid;
    task_id: Uuid | null;
    completion_id: Uuid | null;
    score: string | null;
    high_score: boolean;
    fields: NullableJson<Record<string, string | number | boolean | null>>;
    platform: string | null;
    account: string | null;
    key: string | null;
    played_at: Date;
  };
  ledger: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    participant_id: Uuid;
    amount: string;
    bucket: string;
    cause: string;
    created_at: Date;
  };
  recalculation_differences: {
    recalculation_id: Uuid;
    participant_id: Uuid;
    campaign_id: Uuid;
    completions: number;
    points: string;
    missing: string;
    referrer_id: Uuid | null;
    bonus: string;
    bonus_missing: string;
  };
  trigger_events: {
    id: Uuid;
    organization_id: Uuid;
    trigger_id: string;
    participant_id: Uuid;
    key: string | null;
    value: string | null;
    created_at: Date;
  };
  earnings: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    participant_id: Uuid;
    reward_id: Uuid;
    amount: string;
    state: Generated<'claimable' | 'requested' | 'paid' | 'revoked'>;
    payout_id: Uuid | null;
    claimed_at: Date | null;
    cause: string;
    created_at: Date;
  };
  payouts: {
    id: Uuid;
    organization_id: Uuid;
    campaign_id: Uuid;
    participant_id: Uuid;
    reward_id: Uuid;
    amount: string;
    platform: string | null;
    account: string | null;
    origin: 'claim' | 'auto' | 'operator';
    state: 'requested' | 'sending' | 'processing' | 'failed' | 'paid';
    attempt: number;
    requested_by: 'claim' | 'auto' | 'operator';
    event_id: Uuid | null;
    webhook_uid: Uuid | null;
    next_attempt_at: Date | null;
    status: number | null;
    reason: string | null;
    settled_by: 'webhook' | 'api' | 'operator' | null;
    reference: string | null;
    created_at: Date;
    requested_at: Date | null;
    /** When the request of the newest attempt that left was about to leave. */
    sent_at: Date | null;
    settled_at: Date | null;
  };
  payout_attempts: {
    payout_id: Uuid;
    number: number;
    event_id: Uuid;
    webhook_uid: Uuid;
    requested_by: 'claim' | 'auto' | 'operator';
    requested_at: Date;
    outcome: 'paid' | 'processing' | 'failed' | null;
    status: number | null;
    reason: string | null;
    settled_by: 'webhook' | 'api' | 'operator' | null;
    reference: string | null;
    settled_at: Date | null;
  };
  /** How many take part in a campaign is the sum of its rows. */
  participant_counts: { campaign_id: Uuid; count: number };
  leaderboard_counts: { campaign_id: Uuid; level: number; prefix: string; digit: number; count: number };
  api_tokens: {
    id: Uuid;
    organization_id: Uuid;
    name: string;
    hash: Buffer;
    /** Null: every one there is. */
    scopes: readonly string[] | null;
    created_at: Generated<Date>;
    expires_at: Date | null;
    revoked_at: Date | null;
    /** To the minute or so. Null: not since this is written down. */
    used_at: Generated<Date | null>;
  };
  persons: {
    id: Uuid;
    name: string;
    /** In lower case. */
    email: string;
    email_verified: Generated<boolean>;
    image: string | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  person_credentials: {
    id: Uuid;
    person_id: Uuid;
    provider_id: string;
    issuer: string;
    account_id: string;
    password: string | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  person_sessions: {
    id: Uuid;
    person_id: Uuid;
    active_organization_id: Uuid | null;
    ip_address: string | null;
    user_agent: string | null;
    expires_at: Date;
    created_at: Generated<Date>;
    used_at: Date | null;
  };
  /** Links for new passwords; better-auth's. */
  person_verifications: {
    id: Uuid;
    value: string;
  };
  members: {
    id: Uuid;
    organization_id: Uuid;
    person_id: Uuid;
    role: RoleName;
    created_at: Generated<Date>;
    seen_at: Date | null;
  };
  invitations: {
    id: Uuid;
    organization_id: Uuid;
    email: string;
    role: RoleName;
    status: Generated<'pending' | 'accepted' | 'rejected' | 'canceled'>;
    inviter_id: Uuid;
    expires_at: Date;
    created_at: Generated<Date>;
  };
  event_types: {
    organization_id: Uuid;
    type: string;
    description: string;
    schema: Json;
    example: Json;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  webhooks: {
    uid: Uuid;
    organization_id: Uuid;
    id: string;
    name: string;
    description: Generated<string>;
    url: string;
    method: string;
    headers: Json<Record<string, string>>;
    format: string;
    format_version: number;
    mode: string | null;
    events: Generated<string[]>;
    campaigns: Generated<Uuid[]>;
    include_test_participants: Generated<boolean>;
    /** An answer of 202 to a payment request means that it is being processed. */
    payout_processing: Generated<boolean>;
    rate_per_second: string | null;
    rate_adaptive: Generated<boolean>;
    order_by: 'participant' | 'webhook' | null;
    order_on_failure: 'wait' | 'park' | 'skip' | null;
    status: Generated<string>;
    disabled_reason: string | null;
    /** bigint[]: the driver gives decimal strings and takes numbers. */
    retry_delays_ms: ColumnType<string[], number[], number[]>;
    timeout_ms: number;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
    deleted_at: Date | null;
  };
  webhook_rates: { webhook_uid: Uuid; next_at: Date; per_second: string | null };
  database_clock: { id: Generated<boolean>; seen_at: Date };
  webhook_health: {
    webhook_uid: Uuid;
    organization_id: Uuid;
    failing_since: Date;
    failures: number;
    probes: number;
    probe_at: Date;
    reason: string;
    warned_at: Date | null;
  };
  webhook_health_changes: {
    id: Uuid;
    webhook_uid: Uuid;
    organization_id: Uuid;
    state: 'failing' | 'warned' | 'recovered' | 'disabled' | 'parked';
    reason: string | null;
    failures: number | null;
    changed_at: Date;
    /** When its e-mail is due; null: nobody is to be told, or everybody was. */
    mail_at: Date | null;
    mail_tries: Generated<number>;
  };
  webhook_secrets: {
    id: Uuid;
    webhook_uid: Uuid;
    ciphertext: Buffer;
    key_id: string;
    created_at: Generated<Date>;
    expires_at: Date | null;
  };
  idempotency_keys: {
    organization_id: Uuid;
    key: string;
    fingerprint: Buffer;
    answer: string;
    created_at: Date;
  };
  events: {
    id: Uuid;
    organization_id: Uuid;
    type: string;
    occurred_at: Date;
    campaign_id: Uuid | null;
    participant_id: Uuid | null;
    seq: string | null;
    body: string;
  };
  open_deliveries: {
    id: Uuid;
    extra: boolean;
    organization_id: Uuid;
    webhook_uid: Uuid;
    event_id: Uuid;
    format: string;
    format_version: number;
    scope: string | null;
    webhook_name: string;
    created_at: Date;
    attempts: number;
    retries: number;
    kind: number;
    due_at: Date;
    lease: Uuid | null;
    /** The line it stands in, of a participant or of the webhook; null: it is not ordered. So are the next two. */
    line: Uuid | null;
    /** bigint: its place in the line. */
    turn: string | null;
    participant_id: Uuid | null;
    parked_at: Date | null;
  };
  closed_deliveries: {
    id: Uuid;
    organization_id: Uuid;
    webhook_uid: Uuid;
    event_id: Uuid;
    format: string;
    format_version: number;
    scope: string | null;
    webhook_name: string;
    created_at: Date;
    attempts: number;
    retries: number;
    state: 'delivered' | 'exhausted' | 'cancelled';
    closed_at: Date;
  };
  /** View over open and closed deliveries. */
  deliveries: {
    id: Uuid;
    organization_id: Uuid;
    webhook_uid: Uuid;
    event_id: Uuid;
    format: string;
    format_version: number;
    scope: string | null;
    webhook_name: string;
    created_at: Date;
    attempts: number;
    state: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
    next_attempt_at: Date | null;
    closed_at: Date | null;
  };
  attempts: {
    id: Uuid;
    organization_id: Uuid;
    delivery_id: Uuid;
    webhook_uid: Uuid;
    number: number;
    resend: boolean;
    started_at: Date;
    outcome: string;
    acknowledged: boolean;
    status: number | null;
    method: string;
    url: string;
    signature: string;
    address: string | null;
    message: string | null;
    response_headers: string | null;
    /** Of attempts made before bodies had a table of their own. */
    response_body: Buffer | null;
    response_cut: boolean;
    dns_ms: number | null;
    connect_ms: number | null;
    tls_ms: number | null;
    wait_ms: number | null;
    read_ms: number | null;
    total_ms: number;
  };
  /** By the id of their attempt. */
  response_bodies: { id: Uuid; organization_id: Uuid; body: Buffer };
  inboxes: {
    id: Uuid;
    organization_id: Uuid;
    name: string;
    answer: Json;
    ciphertext: Buffer | null;
    key_id: string | null;
    created_at: Generated<Date>;
  };
  jobs: {
    id: Uuid;
    organization_id: Uuid;
    kind: string;
    state: Generated<JobState>;
    params: Json<Record<string, unknown>>;
    cursor: NullableJson<unknown>;
    /** bigint: the driver gives a decimal string. */
    total: string | null;
    done: Numeric;
    refused: Numeric;
    counts: ColumnType<Record<string, number>, string | undefined, string>;
    error: string | null;
    cancelling: Generated<boolean>;
    /** What it is about: one job of a kind about the same thing is open at a time. */
    subject: string | null;
    paused: Generated<boolean>;
    failures: Generated<number>;
    idempotency_key: string | null;
    fingerprint: Buffer | null;
    due_at: Generated<Date>;
    lease: Uuid | null;
    created_at: Date;
    started_at: Date | null;
    finished_at: Date | null;
  };
  /** What replays made and have not counted yet. */
  replay_deliveries: { job_id: Uuid; delivery_id: Uuid; resend: boolean };
  /** What is to be sent again and was not yet. */
  resend_selections: { job_id: Uuid; webhook_uid: Uuid; delivery_id: Uuid };
  job_refusals: {
    job_id: Uuid;
    /** bigint: the driver gives a decimal string. */
    line: string;
    number: number;
    field: string | null;
    reason: string;
    excerpt: string;
  };
  import_chunks: { job_id: Uuid; number: number; first_line: string; content: Buffer; overlong: Json };
  inbox_requests: {
    id: Uuid;
    inbox_id: Uuid;
    received_at: Date;
    method: string;
    target: string;
    headers: Json;
    body: Buffer;
    body_cut: boolean;
    verification: Json;
    answered: Json;
  };
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export type CampaignStatus = 'draft' | 'active' | 'paused' | 'ended';
export type Recurrence = 'once' | 'every_8_hours' | 'daily' | 'weekly' | 'unlimited';
export type RewardKind = 'points' | 'token' | 'nft' | 'loot_box' | 'role' | 'badge' | 'code' | 'custom';

/** A jsonb column: read as a value, written as JSON text. */
type Json<T = unknown> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;
/** A number that a double may not hold, with a default: decimal text both ways. */
type Numeric = ColumnType<string, string | undefined, string>;
