// Generated from spec/openapi.json by scripts/openapi.ts (npm run openapi). Do not edit.

export type AcceptedEvent = {
  status: 'accepted';
  /** The event (`we_…`) */
  id: string;
};

export type Account = {
  platform: string;
  name: string;
};

/** What an action changed. It is committed, and so are its events */
export type ActionOutcome = {
  /** It may happen once and had happened before: nothing was changed and no event written. What the first one made stands here where it is known */
  repeated: boolean;
  /** Why nothing was changed, when it was repeated */
  detail: string | null;
  /** Null for a sign-in without one */
  campaign_id: string | null;
  /** Who acted (`usr_…`) */
  participant_id: string;
  /** Whether this made them a participant of the campaign */
  joined: boolean;
  completion: {
    /** The completion (`cpl_…`) */
    id: string;
    /** The task (`tsk_…`) */
    task_id: string;
    /** In which it may happen once; times in UTC */
    period: string;
    points: number;
  } | null;
  /** Quests that this completed */
  quests: ReadonlyArray<{
    /** The quest (`qst_…`) */
    id: string;
    points: number;
  }>;
  play: {
    /** The play (`ply_…`) */
    id: string;
  } | null;
  trigger_event: {
    /** The trigger event (`tre_…`) */
    id: string;
  } | null;
  /** What the action itself is worth; null when that is nothing */
  transaction: {
    /** The entry in the ledger (`txn_…`) */
    id: string;
    /** Negative when points were taken */
    amount: number;
  } | null;
  /** Rewards that this earned */
  earnings: ReadonlyArray<{
    /** The earning (`ern_…`) */
    id: string;
    /** The reward (`rwd_…`) */
    reward_id: string;
    amount: string;
  }>;
  /** Of the one who acted, after it */
  total_points: number;
  /** Position on the leaderboard after it; null without points */
  rank: number | null;
  /** The events that this wrote, in causal order, also those about a referrer. `rank.changed` is not among them: it sums up all that was decided in the same moment */
  events: ReadonlyArray<{
    /** The event (`we_…`) */
    id: string;
    type: string;
  }>;
};

export type ActivityItem = {
  kind: 'completion';
  /** The completion (`cpl_…`) */
  id: string;
  /** Who completed it (`usr_…`) */
  participant_id: string;
  /** ISO 8601 in UTC with milliseconds */
  at: string;
  /** A task (`tsk_…`) or a quest (`qst_…`) */
  subject_id: string;
  account: {
    platform: string;
    name: string;
  } | null;
  points: number;
  /** When it was taken back */
  revoked_at: string | null;
} | {
  kind: 'points';
  /** The ledger entry (`txn_…`) */
  id: string;
  /** Whose total it changed (`usr_…`) */
  participant_id: string;
  /** ISO 8601 in UTC with milliseconds */
  at: string;
  /** Less than zero when taken */
  points: number;
  bucket: string;
  cause: string;
};

/** Who acts: by our id, by your own id, or by an account. Your own id makes a participant of whoever is new; the others must be known */
export type Actor = {
  id: string;
} | {
  external_id: string;
} | {
  /** A platform and the person's name there */
  account: {
    platform: string;
    name: string;
  };
};

export type Alerts = {
  /** Who is told by e-mail when a webhook fails, is about to be disabled, is disabled, or is back */
  emails: readonly string[];
};

export type AllowedOrigins = {
  origins: readonly string[];
};

export type ApiToken = {
  /** The token (`tok_…`) */
  id: string;
  name: string;
  /** What it may do. Null: everything a token can, also what later versions add */
  scopes: ReadonlyArray<'read' | 'publish' | 'webhooks' | 'campaigns' | 'people' | 'money' | 'tokens' | 'settings' | 'audit' | 'deletion'> | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** Null: does not expire */
  expires_at: string | null;
  /** To the minute or so. Null: never */
  last_used_at: string | null;
};

export type AskedErasure = {
  /** Whose data it is; the id stays, and tells nothing (`usr_…`) */
  participant_id: string;
  /** Takes it out of the histories; see /v1/jobs (`job_…`) */
  job_id: string;
  reason: string | null;
  /** The API token it was asked for with (`tok_…`), or the person who asked (`psn_…`) */
  asked_by: string;
  /** ISO 8601 in UTC with milliseconds */
  asked_at: string;
  /** Null while the histories are gone through */
  finished_at: string | null;
  /** How much of each kind was changed */
  counts: Readonly<Record<string, number>>;
  /** It was asked for before: nothing was changed */
  repeated: boolean;
};

export type Attempt = {
  /** The attempt (`att_…`) */
  id: string;
  number: number;
  /** Asked for by hand, beside the schedule */
  resend: boolean;
  /** ISO 8601 in UTC with milliseconds */
  started_at: string;
  /** `answered`, or the kind of failure */
  outcome: string;
  /** A 2xx answer came */
  acknowledged: boolean;
  /** What went wrong and what to do about it */
  message: string | null;
  request: {
    method: string;
    url: string;
    signature: string;
    /** Laid out again with the settings of now; values of the webhook's own headers that may hold credentials are not shown. Null when the event is no longer kept */
    headers: Readonly<Record<string, string>> | null;
    /** Rendered again from the event; null for a request without one, too */
    body: string | null;
  };
  response: {
    status: number;
    headers: Readonly<Record<string, string>>;
    body: string;
    body_encoding: 'utf-8' | 'base64';
    /** The receiver said more than is kept */
    body_cut: boolean;
  } | null;
  /** The IP address it went to */
  address: string | null;
  timings: {
    dns_ms: number | null;
    connect_ms: number | null;
    tls_ms: number | null;
    wait_ms: number | null;
    read_ms: number | null;
    total_ms: number;
  };
};

export type AuditEntry = {
  /** The organization (`org_…`) */
  organization_id: string;
  /** From 1, without gaps */
  number: number;
  /** ISO 8601 in UTC with milliseconds */
  at: string;
  /** Who did it, as they were called then */
  actor: {
    /** `operator`: whoever operates Fanfare, on its command line. `anonymous`: somebody who tried to sign in */
    kind: 'person' | 'token' | 'operator' | 'anonymous';
    id: string | null;
    name: string | null;
    email: string | null;
  };
  action: string;
  /** What it was done to */
  target: {
    kind: string;
    id: string | null;
    name: string | null;
  };
  origin: {
    address: string | null;
    user_agent: string | null;
    /** As in the header x-request-id */
    request_id: string | null;
  };
  /** What differs, as it was */
  before: Readonly<Record<string, unknown>> | null;
  /** What differs, as it is from then on */
  after: Readonly<Record<string, unknown>> | null;
  /** The hash of the entry before; 64 zeros for the first */
  previous_hash: string;
  /** Of this entry without `hash`: docs/audit-log.md says how */
  hash: string;
};

export type AuditVerification = {
  whole: boolean;
  /** How many hold together, from the first on */
  entries: number;
  /** The last of them. Noted down elsewhere, it shows later that nothing before it was rewritten */
  head: {
    number: number;
    /** SHA-256, hexadecimal */
    hash: string;
  } | null;
  /** The first entry that does not fit */
  broken: {
    number: number;
    reason: string;
  } | null;
};

export type Campaign = {
  /** The campaign (`cmp_…`) */
  id: string;
  name: string;
  /** The community it belongs to (`com_…`) */
  community_id: string;
  /** Only in an active campaign can anybody act */
  status: 'draft' | 'active' | 'paused' | 'ended';
  /** Nobody can act before; null: at once */
  starts_at: string | null;
  /** Nobody can act from then on; null: never */
  ends_at: string | null;
  /** What points are called where people see them */
  points_name: string;
  /** What everybody gets on joining */
  initial_points: number;
  /** A referred participant qualifies by reaching the points or completing any of the tasks; with neither, by joining */
  referral_rule: {
    min_points: number | null;
    any_of_task_ids: readonly string[];
  };
  /** What the referrer gets for each task that a qualified participant completes: a part of its points, or the same each time */
  referral_bonus: {
    percent: number;
  } | {
    amount: number;
  } | null;
  /** Lowest first; a total that equals the points has reached the tier */
  tiers: ReadonlyArray<{
    name: string;
    min_points: number;
  }>;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  updated_at: string;
};

/** What is left out stays as it is */
export type CampaignChange = {
  name?: string;
  /** Events that are accepted from then on name this community as their source */
  community_id?: string;
  /** Only in an active campaign can anybody act */
  status?: 'draft' | 'active' | 'paused' | 'ended';
  starts_at?: string | null;
  ends_at?: string | null;
  points_name?: string;
  /** At most 4 decimal places */
  initial_points?: number;
  referral_rule?: {
    min_points?: number | null;
    any_of_task_ids?: readonly string[];
  };
  referral_bonus?: {
    /** At most 4 decimal places */
    percent: number;
  } | {
    /** At most 4 decimal places */
    amount: number;
  } | null;
  /** Replaces the tiers there are. In any order; each with a name and points of its own */
  tiers?: ReadonlyArray<{
    name: string;
    /** At most 4 decimal places */
    min_points: number;
  }>;
};

export type CampaignParticipant = {
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** The participant (`usr_…`) */
  participant_id: string;
  joined_at: string | null;
  referrer_id: string | null;
  team: string | null;
  /** 10 turns 500 points into 550 */
  multiplier_percent: number;
  total_points: number;
  referral_points: number;
  ugc_points: number;
  referral_count: number;
  best_score: number | null;
  /** Leaderboard position, which equal totals share; null without points and for test participants */
  rank: number | null;
  /** The tier of the campaign that the total has reached; null below the lowest */
  tier: {
    name: string;
    min_points: number;
  } | null;
  /** The tier above it, and how many points are missing; null in the highest */
  next_tier: {
    name: string;
    min_points: number;
    missing_points: number;
  } | null;
  external_id: string | null;
  first_name: string | null;
  last_name: string | null;
  /** A test participant, who has no place on leaderboards */
  test: boolean;
};

export type CampaignSummary = {
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** Everybody who joined or acted, test participants too: as many as `GET /v1/campaigns/{id}/participants` lists */
  participants: number;
  /** That name it. Those for all campaigns are not counted */
  webhooks: number;
  /** Of the last completion, play, referral or entry of points; null: none yet */
  last_activity_at: string | null;
};

export type Claim = {
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** Who claimed (`usr_…`) */
  participant_id: string;
  earnings: ReadonlyArray<{
    /** The earning (`ern_…`) */
    id: string;
    /** The reward (`rwd_…`) */
    reward_id: string;
    /** With exactly the places of the reward's unit */
    amount: string;
    state: 'claimable' | 'requested' | 'paid' | 'revoked';
  }>;
  payouts: ReadonlyArray<{
    /** The payout (`pay_…`) */
    id: string;
    /** The reward (`rwd_…`) */
    reward_id: string;
    /** With exactly the places of the reward's unit */
    amount: string;
    state: 'requested' | 'sending' | 'processing' | 'failed' | 'paid';
    attempt: number;
  }>;
  /** Rewards whose webhook cannot be asked now: they stay claimable */
  unavailable: ReadonlyArray<{
    /** The reward (`rwd_…`) */
    reward_id: string;
    detail: string;
  }>;
  /** There is more to claim than fits in one claim: claim again */
  more: boolean;
  events: ReadonlyArray<{
    /** The event (`we_…`) */
    id: string;
    type: string;
  }>;
};

export type Community = {
  /** The community (`com_…`) */
  id: string;
  name: string;
  /** New campaigns and events without a campaign belong to it. Exactly one is */
  default: boolean;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

/** What is left out stays as it is */
export type CommunityChange = {
  name?: string;
  /** Makes it the default one, in the place of the one that is */
  default?: true;
};

export type Concerns = {
  data: readonly WebhookConcern[];
};

export type Delivery = {
  /** The delivery; also the `webhook-id` of its requests (`dlv_…`) */
  id: string;
  /** parked: its webhook asks for order, its attempts are used up, and what stands behind it waits until somebody resends, retries or skips it */
  state: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
  webhook: {
    id: string;
    /** As it was when the delivery was made */
    name: string;
    deleted: boolean;
  };
  event: {
    /** The event (`we_…`) */
    id: string;
    /** This and what follows is null when the event is no longer kept */
    type: string | null;
    occurred_at: string | null;
    campaign_id: string | null;
    /** As it is now */
    campaign_name: string | null;
    participant_id: string | null;
    /** The organization's own id */
    participant_external_id: string | null;
    /** As it is now */
    participant_email: string | null;
  };
  format: string;
  format_version: number;
  scope: string | null;
  /** Those the schedule counts */
  attempts: number;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** Null while an attempt is under way, while it waits for its turn in a line, and when it has ended */
  next_attempt_at: string | null;
  closed_at: string | null;
  /** The last one, resends included; of what was delivered the last that was acknowledged. Null while there is none, and when it is older than attempts are kept */
  last_attempt: {
    /** ISO 8601 in UTC with milliseconds */
    started_at: string;
    /** `answered`, or the kind of failure */
    outcome: string;
    acknowledged: boolean;
    /** HTTP status of the answer */
    status: number | null;
    /** What went wrong and what to do about it */
    message: string | null;
    total_ms: number;
  } | null;
};

export type DeliveryDetail = {
  /** The delivery; also the `webhook-id` of its requests (`dlv_…`) */
  id: string;
  /** parked: its webhook asks for order, its attempts are used up, and what stands behind it waits until somebody resends, retries or skips it */
  state: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
  webhook: {
    id: string;
    /** As it was when the delivery was made */
    name: string;
    deleted: boolean;
  };
  event: {
    /** The event (`we_…`) */
    id: string;
    /** This and what follows is null when the event is no longer kept */
    type: string | null;
    occurred_at: string | null;
    campaign_id: string | null;
    /** As it is now */
    campaign_name: string | null;
    participant_id: string | null;
    /** The organization's own id */
    participant_external_id: string | null;
    /** As it is now */
    participant_email: string | null;
  };
  format: string;
  format_version: number;
  scope: string | null;
  /** Those the schedule counts */
  attempts: number;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** Null while an attempt is under way, while it waits for its turn in a line, and when it has ended */
  next_attempt_at: string | null;
  closed_at: string | null;
  /** The last one, resends included; of what was delivered the last that was acknowledged. Null while there is none, and when it is older than attempts are kept */
  last_attempt: {
    /** ISO 8601 in UTC with milliseconds */
    started_at: string;
    /** `answered`, or the kind of failure */
    outcome: string;
    acknowledged: boolean;
    /** HTTP status of the answer */
    status: number | null;
    /** What went wrong and what to do about it */
    message: string | null;
    total_ms: number;
  } | null;
  resend_queued: boolean;
  waits_for: string | null;
  /** Rendered again from the event, with the settings of now; null when the event is no longer kept */
  request: {
    method: string;
    url: string;
    /** Those that the format sets */
    headers: Readonly<Record<string, string>>;
    body: string | null;
  } | null;
};

export type DeliveryFilter = {
  webhook_id?: string;
  campaign_id?: string;
  event_id?: string;
  event_type?: string;
  /** Ours (`usr_…`) or the organization's own id */
  participant_id?: string;
  state?: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
  /** HTTP status of the answer to `last_attempt`: one, or a class of them */
  status?: string;
  /** Why `last_attempt` got no complete answer */
  failure?: 'invalid_request' | 'dns_failed' | 'dns_timeout' | 'blocked_address' | 'connection_refused' | 'connect_timeout' | 'network_unreachable' | 'tls_expired' | 'tls_self_signed' | 'tls_wrong_host' | 'tls_failed' | 'connection_reset' | 'header_timeout' | 'malformed_response' | 'body_timeout' | 'truncated_response' | 'interrupted';
  /** Part of what went wrong with `last_attempt`, or of what the receiver answered to it, where that failed. A to Z are the same as a to z. Answers are searched as long as they are kept. */
  error?: string;
  /** Made at or after this time */
  since?: string;
  /** Made before this time */
  until?: string;
};

export type Earning = {
  /** The earning (`ern_…`) */
  id: string;
  /** Who earned it (`usr_…`) */
  participant_id: string;
  /** The reward (`rwd_…`) */
  reward_id: string;
  /** With exactly the places of the reward's unit */
  amount: string;
  state: 'claimable' | 'requested' | 'paid' | 'revoked';
  payout_id: string | null;
  claimed_at: string | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type EmailChange = {
  email: string;
  /** ISO 8601 in UTC with milliseconds */
  expires_at: string;
};

export type Erasure = {
  /** Whose data it is; the id stays, and tells nothing (`usr_…`) */
  participant_id: string;
  /** Takes it out of the histories; see /v1/jobs (`job_…`) */
  job_id: string;
  reason: string | null;
  /** The API token it was asked for with (`tok_…`), or the person who asked (`psn_…`) */
  asked_by: string;
  /** ISO 8601 in UTC with milliseconds */
  asked_at: string;
  /** Null while the histories are gone through */
  finished_at: string | null;
  /** How much of each kind was changed */
  counts: Readonly<Record<string, number>>;
};

/** An event as it was accepted: it never changes */
export type Event = {
  /** The event (`we_…`) */
  id: string;
  type: string;
  /** ISO 8601 in UTC with milliseconds */
  occurred_at: string;
  /** When Fanfare accepted it */
  accepted_at: string;
  trust: 'server' | 'browser';
  community: {
    /** The community (`com_…`) */
    id: string;
    name: string;
  } | null;
  campaign: {
    /** The campaign (`cmp_…`) */
    id: string;
    name: string;
    /** ISO 8601 in UTC with milliseconds */
    created_at: string;
  } | null;
  participant: ParticipantSnapshot | null;
  seq: number | null;
  /** What happened; its schema is that of the event type */
  data: Readonly<Record<string, unknown>>;
  /** How many deliveries were made of it; 0: no webhook took it */
  delivery_count: number;
};

export type EventDetail = {
  /** The event (`we_…`) */
  id: string;
  type: string;
  /** ISO 8601 in UTC with milliseconds */
  occurred_at: string;
  /** When Fanfare accepted it */
  accepted_at: string;
  trust: 'server' | 'browser';
  community: {
    /** The community (`com_…`) */
    id: string;
    name: string;
  } | null;
  campaign: {
    /** The campaign (`cmp_…`) */
    id: string;
    name: string;
    /** ISO 8601 in UTC with milliseconds */
    created_at: string;
  } | null;
  participant: ParticipantSnapshot | null;
  seq: number | null;
  /** What happened; its schema is that of the event type */
  data: Readonly<Record<string, unknown>>;
  deliveries: ReadonlyArray<{
    /** The delivery (`dlv_…`) */
    id: string;
    webhook: {
      id: string;
      /** The webhook's name at the time */
      name: string;
    };
    state: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
    attempts: number;
  }>;
};

export type EventType = {
  type: string;
  /** Whether it is yours to change */
  origin: 'catalogue' | 'organization';
  title: string;
  description: string;
  /** Whether its events belong to a campaign */
  campaign: 'required' | 'optional' | 'none';
  /** Whether its events are about a person */
  participant: 'required' | 'optional' | 'none';
  /** JSON Schema (2020-12) of `data` as it is published */
  schema: Readonly<Record<string, unknown>>;
  /** An example of `data` */
  example: Readonly<Record<string, unknown>>;
  /** The payload formats that carry it */
  formats: ReadonlyArray<'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents'>;
  /** Null for the catalogue */
  created_at: string | null;
  updated_at: string | null;
};

export type EventTypeCheck = {
  ok: boolean;
  errors: ReadonlyArray<{
    /** Where: JSON Pointer (RFC 6901) */
    pointer: string;
    detail: string;
  }>;
};

export type EventTypeSettings = {
  description: string;
  /** JSON Schema (2020-12) of `data`: self-contained, at most 64 KiB */
  schema: Readonly<Record<string, unknown>>;
  /** Must satisfy the schema */
  example: Readonly<Record<string, unknown>>;
};

export type FailingWebhook = {
  webhook_id: string;
  /** `failing`: nothing is acknowledged; one request at a time finds out whether the receiver is back, and everything else waits without using up its attempts */
  state: 'healthy' | 'failing' | 'disabled';
  /** What happened and what to do about it */
  reason: string | null;
  /** Of the first failure in a row */
  since: string | null;
  /** Attempts that failed in a row */
  failures: number;
  next_probe_at: string | null;
  name: string;
};

export type Format = {
  name: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
  title: string;
  description: string;
  /** What new webhooks get */
  version: number;
  /** What a webhook of this format may be sent by */
  methods: ReadonlyArray<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;
  /** What its webhooks subscribe to instead of event types; empty where there are none */
  scopes: readonly string[];
  /** The catalogue's event types that it carries */
  event_types: readonly string[];
  /** What it calls those event types in its body */
  event_names: ReadonlyArray<{
    event_type: string;
    name: string;
    /** Under which it may travel */
    scopes: readonly string[];
  }>;
  /** Whether event types that your organization registered travel in it too */
  carries_custom_types: boolean;
  /** Ready-made settings: a new webhook of these needs no more than a URL */
  predefined_webhooks: ReadonlyArray<{
    name: string;
    description: string;
    /** For `events` of the new webhook */
    events: readonly string[];
  }>;
};

export type Group = {
  /** The group (`grp_…`) */
  id: string;
  name: string;
  /** Lists are in this order; a new one comes last */
  position: number;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type GroupChange = {
  name?: string;
  /** Lists are in this order; a new one comes last */
  position?: number;
};

export type HighScore = {
  /** Whose score it is (`usr_…`) */
  participant_id: string;
  external_id: string | null;
  first_name: string | null;
  last_name: string | null;
  best_score: number;
};

export type Inbox = {
  /** The inbox (`inb_…`) */
  id: string;
  name: string;
  /** Where to send: any method, any path below it */
  path: string;
  answer: {
    /** 200 to 599; 204 unless given */
    status: number;
    headers: Readonly<Record<string, string>>;
    /** At most 64 KiB */
    body: string;
    /** Waited before answering; at most 120000 */
    delay_ms: number;
    /** Cut the connection instead of answering */
    reset: boolean;
  };
  has_secret: boolean;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type InboxRequest = {
  /** The request (`req_…`) */
  id: string;
  /** ISO 8601 in UTC with milliseconds */
  received_at: string;
  method: string;
  /** Path and query as they stood in the request line */
  target: string;
  /** Name and value, as they came */
  headers: ReadonlyArray<readonly [string, string]>;
  body: string;
  body_encoding: 'utf-8' | 'base64';
  /** It was longer than 256 KiB, of which the start is kept */
  body_cut: boolean;
  verification: {
    verified: boolean;
    by: 'inbox' | {
      webhook_id: string;
    } | null;
    reason: string | null;
    message: string | null;
  };
  answered: {
    /** Null: the connection was cut */
    status: number | null;
    delay_ms: number;
  };
};

export type Invitation = {
  /** The invitation (`inv_…`) */
  id: string;
  email: string;
  /** docs/access.md tells what each may do */
  role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
  /** Who invited (`psn_…`) */
  invited_by: string;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  expires_at: string;
};

export type InvitationOffer = {
  email: string;
  /** docs/access.md tells what each may do */
  role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
  organization: {
    name: string;
  };
  invited_by: {
    name: string;
  };
  /** Whether there is an account with this address, whose password accepts */
  has_account: boolean;
  /** ISO 8601 in UTC with milliseconds */
  expires_at: string;
};

export type Job = {
  /** The job (`job_…`) */
  id: string;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  /** What was asked for */
  params: Readonly<Record<string, unknown>>;
  progress: JobProgress;
  /** How many came to what */
  counts: Readonly<Record<string, number>>;
  /** Why it failed */
  error: string | null;
  /** It was cancelled, and a step is still under way */
  cancelling: boolean;
  /** Goes on when it is resumed */
  paused: boolean;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};

export type JobProgress = {
  /** How many things there are to do; null: not known */
  total: number | null;
  /** How many were dealt with, the refused ones among them */
  done: number;
  /** How many could not be done; `/refusals` says why */
  refused: number;
};

export type JobRefusal = {
  /** In the file, from 1; the header is a line too */
  line: number;
  /** The column; null when the line as a whole is meant */
  field: string | null;
  /** What was found, what was expected, and what to do */
  reason: string;
  /** The beginning of the line */
  excerpt: string;
};

export type LeaderboardEntry = {
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** The participant (`usr_…`) */
  participant_id: string;
  joined_at: string | null;
  referrer_id: string | null;
  team: string | null;
  /** 10 turns 500 points into 550 */
  multiplier_percent: number;
  total_points: number;
  referral_points: number;
  ugc_points: number;
  referral_count: number;
  best_score: number | null;
  /** Leaderboard position, which equal totals share; null without points and for test participants */
  rank: number | null;
  /** The tier of the campaign that the total has reached; null below the lowest */
  tier: {
    name: string;
    min_points: number;
  } | null;
  /** The tier above it, and how many points are missing; null in the highest */
  next_tier: {
    name: string;
    min_points: number;
    missing_points: number;
  } | null;
  external_id: string | null;
  first_name: string | null;
  last_name: string | null;
};

export type Member = {
  /** The person (`psn_…`) */
  person_id: string;
  name: string;
  email: string;
  /** docs/access.md tells what each may do */
  role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
  /** ISO 8601 in UTC with milliseconds */
  joined_at: string;
  /** When they used the dashboard in this organization last, to the minute. Null: not since they joined */
  last_seen_at: string | null;
};

export type Merge = {
  /** The two had been merged before: nothing was changed and no event written */
  repeated: boolean;
  /** Who answers for both from now on */
  participant: Participant;
  /** Who was taken in (`usr_…`) */
  absorbed_id: string;
  /** What became of the counters */
  campaigns: ReadonlyArray<{
    /** A campaign in which the absorbed one took part (`cmp_…`) */
    campaign_id: string;
    /** Of both together */
    total_points: number;
    /** Taken back, because both had been given them for what may happen once */
    deducted_points: number;
  }>;
  /** The events that this wrote, about the participant who stays */
  events: ReadonlyArray<{
    /** The event (`we_…`) */
    id: string;
    type: string;
  }>;
};

export type NewAllowedOrigins = {
  origins: readonly string[];
};

export type NewApiToken = {
  /** The token (`tok_…`) */
  id: string;
  name: string;
  /** What it may do. Null: everything a token can, also what later versions add */
  scopes: ReadonlyArray<'read' | 'publish' | 'webhooks' | 'campaigns' | 'people' | 'money' | 'tokens' | 'settings' | 'audit' | 'deletion'> | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** Null: does not expire */
  expires_at: string | null;
  /** To the minute or so. Null: never */
  last_used_at: string | null;
  /** The token itself. Shown this once. */
  token: string;
};

export type NewCampaign = {
  name: string;
  /** Events that are accepted from then on name this community as their source */
  community_id?: string;
  /** Only in an active campaign can anybody act */
  status?: 'draft' | 'active' | 'paused' | 'ended';
  starts_at?: string | null;
  ends_at?: string | null;
  points_name?: string;
  /** At most 4 decimal places */
  initial_points?: number;
  referral_rule?: {
    min_points?: number | null;
    any_of_task_ids?: readonly string[];
  };
  referral_bonus?: {
    /** At most 4 decimal places */
    percent: number;
  } | {
    /** At most 4 decimal places */
    amount: number;
  } | null;
  /** Replaces the tiers there are. In any order; each with a name and points of its own */
  tiers?: ReadonlyArray<{
    name: string;
    /** At most 4 decimal places */
    min_points: number;
  }>;
};

export type NewCommunity = {
  name: string;
};

export type NewGroup = {
  name: string;
  /** Lists are in this order; a new one comes last */
  position?: number;
};

export type NewInvitation = {
  /** The invitation (`inv_…`) */
  id: string;
  email: string;
  /** docs/access.md tells what each may do */
  role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
  /** Who invited (`psn_…`) */
  invited_by: string;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  expires_at: string;
  /** To be given to them, shown this once. Null: it was mailed to them */
  link: string | null;
};

export type NewParticipant = {
  /** The organization's own id for the person; stays for good once it is known */
  external_id?: string;
  /** Unique in the organization. An address on an EVM platform is kept in its checksum form (EIP-55) */
  accounts?: ReadonlyArray<{
    /** Lower case: discord, x, ethereum, polygon, solana, … */
    platform: string;
    name: string;
  }>;
  email?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  phone?: string | null;
  /** Replaces the fields there are */
  fields?: Readonly<Record<string, string | number | boolean | null>>;
  /** Cannot change once they took part in a campaign */
  test?: boolean;
  /** Instead of the generated one; unique in the organization, in capitals */
  referral_code?: string;
};

export type NewParticipantToken = {
  participant: Actor;
  /** The only campaigns the token is good for; left out: all of the organization */
  campaign_ids?: readonly string[];
  /** How long it is valid. Short, because whoever has the token is the participant. Default: 900 */
  ttl_seconds?: number;
};

export type NewQuest = {
  name: string;
  group_id: string;
  /** At most 4 decimal places */
  points?: number;
  reward?: {
    id: string;
    /** A decimal number as a string, no finer than the reward's unit */
    amount: string;
  } | null;
  /** Lists are in this order; a new one comes last */
  position?: number;
};

export type NewReward = {
  name: string;
  kind: 'points' | 'token' | 'nft' | 'loot_box' | 'role' | 'badge' | 'code' | 'custom';
  unit: string;
  /** Places of its unit: 18 for a token, 4 for every other kind; kind "custom" may choose */
  decimals?: 4 | 18;
  stock?: string | null;
  /** Claimed, it counts as paid at once (`internal`, unless said otherwise), or a webhook is asked to pay it: any 2xx answer completes the payment, anything else fails it. `automatic`: asked as soon as it is earned, and again with growing pauses until it is paid */
  payout?: {
    mode: 'internal';
  } | {
    mode: 'webhook';
    webhook_id: string;
    automatic?: boolean;
  };
};

export type NewTask = {
  name: string;
  quest_id: string;
  /** What one does: x_follow, quiz, api, form, … */
  type: string;
  meta?: Readonly<Record<string, unknown>> | null;
  /** At most 4 decimal places */
  points?: number;
  /** At most 4 decimal places */
  multiplier_percent?: number;
  /** How often one participant may complete it; days and weeks are those of UTC */
  recurrence?: 'once' | 'every_8_hours' | 'daily' | 'weekly' | 'unlimited';
  prerequisites?: readonly string[];
  ugc?: boolean;
  browser?: boolean;
  level?: {
    id: string;
    number: number;
    name: string;
    /** Who completes it completes the campaign. Default: false */
    last?: boolean;
  } | null;
  reward?: {
    id: string;
    /** A decimal number as a string, no finer than the reward's unit */
    amount: string;
  } | null;
  /** Lists are in this order; a new one comes last */
  position?: number;
};

export type Organization = {
  /** The organization (`org_…`) */
  id: string;
  name: string;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** For how many days things are kept. Whoever operates this Fanfare sets it, for all organizations */
  retention: {
    /** Events and deliveries (FANFARE_RETENTION_DAYS) */
    events_days: number;
    /** Attempts (FANFARE_ATTEMPT_RETENTION_DAYS) */
    attempts_days: number;
    /** What receivers answered, and what inboxes received (FANFARE_BODY_RETENTION_DAYS) */
    bodies_days: number;
  };
};

/** What is left out stays as it is */
export type OrganizationChange = {
  name?: string;
};

export type OwnSession = {
  /** The session (`pss_…`) */
  id: string;
  /** When its person signed in */
  created_at: string;
  /** To the minute */
  last_used_at: string;
  /** ISO 8601 in UTC with milliseconds */
  expires_at: string;
  /** From where it was used last, as this Fanfare sees it (FANFARE_TRUSTED_PROXIES). Null: not used yet */
  address: string | null;
  /** With which browser, in its own words */
  user_agent: string | null;
  /** Whether it is the one that asks */
  current: boolean;
};

export type Participant = {
  /** The participant (`usr_…`) */
  id: string;
  /** The organization's own id for the person; null for who is known only by an account */
  external_id: string | null;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
  /** The first of the accounts that is a wallet */
  wallet: string | null;
  /** Whatever else you keep about them */
  fields: Readonly<Record<string, string | number | boolean | null>>;
  /** Delivered only to webhooks that ask for test participants */
  test: boolean;
  referral_code: string | null;
  /** When Fanfare first saw them */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  updated_at: string;
  /** When their personal data was erased; nothing but counters is left then */
  erased_at: string | null;
};

/** What is left out stays as it is */
export type ParticipantChange = {
  /** The organization's own id for the person; stays for good once it is known */
  external_id?: string;
  /** Unique in the organization. An address on an EVM platform is kept in its checksum form (EIP-55) */
  accounts?: ReadonlyArray<{
    /** Lower case: discord, x, ethereum, polygon, solana, … */
    platform: string;
    name: string;
  }>;
  email?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  phone?: string | null;
  /** Replaces the fields there are */
  fields?: Readonly<Record<string, string | number | boolean | null>>;
  /** Cannot change once they took part in a campaign */
  test?: boolean;
  /** Instead of the generated one; unique in the organization, in capitals */
  referral_code?: string;
};

export type ParticipantDetail = {
  /** The participant (`usr_…`) */
  id: string;
  /** The organization's own id for the person; null for who is known only by an account */
  external_id: string | null;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
  /** The first of the accounts that is a wallet */
  wallet: string | null;
  /** Whatever else you keep about them */
  fields: Readonly<Record<string, string | number | boolean | null>>;
  /** Delivered only to webhooks that ask for test participants */
  test: boolean;
  referral_code: string | null;
  /** When Fanfare first saw them */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  updated_at: string;
  /** When their personal data was erased; nothing but counters is left then */
  erased_at: string | null;
  accounts: readonly Account[];
  /** Their counters in every campaign they acted in */
  participations: readonly Participation[];
  /** Other names they answer to: who was merged into them, the last 100 first */
  absorbed: ReadonlyArray<{
    /** Who was merged into them (`usr_…`) */
    id: string;
    external_id: string | null;
    /** ISO 8601 in UTC with milliseconds */
    merged_at: string;
    reason: string | null;
  }>;
  /** As the newest event about them shows them; null when there is none within retention */
  latest: ParticipantSnapshot | null;
};

/** A participant with every counter, as it stood at an event */
export type ParticipantSnapshot = {
  /** The participant (`usr_…`) */
  id: string;
  external_id: string | null;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
  wallet: string | null;
  fields: Readonly<Record<string, string | number | boolean | null>>;
  test: boolean;
  total_points: number;
  referral_points: number;
  ugc_points: number;
  multiplier_percent: number;
  rank: number | null;
  team: string | null;
};

export type ParticipantToken = {
  /** For `Authorization: Bearer …` in the browser. What is in it is nobody else’s business and may change */
  token: string;
  /** ISO 8601 in UTC with milliseconds */
  expires_at: string;
  /** Whom it is for (`usr_…`) */
  participant_id: string;
};

export type ParticipantTokenRevocation = {
  participant_id?: string;
};

export type Participation = {
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** The participant (`usr_…`) */
  participant_id: string;
  joined_at: string | null;
  referrer_id: string | null;
  team: string | null;
  /** 10 turns 500 points into 550 */
  multiplier_percent: number;
  total_points: number;
  referral_points: number;
  ugc_points: number;
  referral_count: number;
  best_score: number | null;
  /** Leaderboard position, which equal totals share; null without points and for test participants */
  rank: number | null;
  /** The tier of the campaign that the total has reached; null below the lowest */
  tier: {
    name: string;
    min_points: number;
  } | null;
  /** The tier above it, and how many points are missing; null in the highest */
  next_tier: {
    name: string;
    min_points: number;
    missing_points: number;
  } | null;
};

export type ParticipationDetail = {
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** The participant (`usr_…`) */
  participant_id: string;
  joined_at: string | null;
  referrer_id: string | null;
  team: string | null;
  /** 10 turns 500 points into 550 */
  multiplier_percent: number;
  total_points: number;
  referral_points: number;
  ugc_points: number;
  referral_count: number;
  best_score: number | null;
  /** Leaderboard position, which equal totals share; null without points and for test participants */
  rank: number | null;
  /** The tier of the campaign that the total has reached; null below the lowest */
  tier: {
    name: string;
    min_points: number;
  } | null;
  /** The tier above it, and how many points are missing; null in the highest */
  next_tier: {
    name: string;
    min_points: number;
    missing_points: number;
  } | null;
  /** By which they came */
  referral: {
    /** The referral (`ref_…`) */
    id: string;
    state: 'linked' | 'qualified' | 'converted';
  } | null;
  tasks: ReadonlyArray<{
    /** A task (`tsk_…`) */
    id: string;
    /** The newest period in which they completed it */
    period: string;
    /** How often they completed it */
    count: number;
  }>;
  quests: readonly string[];
};

export type Payout = {
  /** The payout; the payment id in every attempt (`pay_…`) */
  id: string;
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** As it is now */
  campaign_name: string;
  /** Who gets it (`usr_…`) */
  participant_id: string;
  /** The organization's own id */
  participant_external_id: string | null;
  /** As it is now */
  participant_email: string | null;
  /** The reward (`rwd_…`) */
  reward_id: string;
  /** As it is now */
  reward_name: string;
  /** What one is called: ETH, Boxes */
  unit: string;
  earning_ids: readonly string[];
  /** With exactly the places of the reward's unit */
  amount: string;
  account: {
    platform: string;
    name: string;
  } | null;
  origin: 'claim' | 'auto' | 'operator';
  state: 'requested' | 'sending' | 'processing' | 'failed' | 'paid';
  /** Of the newest attempt; 0 before the first */
  attempt: number;
  requested_by: 'claim' | 'auto' | 'operator';
  requested_at: string | null;
  /** When an automatic payout is asked for again */
  next_attempt_at: string | null;
  /** HTTP status of the newest answer */
  status: number | null;
  reason: string | null;
  settled_by: 'webhook' | 'api' | 'operator' | null;
  /** What the paying system calls it */
  reference: string | null;
  settled_at: string | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type PayoutChange = {
  repeated: boolean;
  detail: string | null;
  payout: {
    /** The payout (`pay_…`) */
    id: string;
    state: 'requested' | 'sending' | 'processing' | 'failed' | 'paid';
    attempt: number;
  };
  events: ReadonlyArray<{
    /** The event (`we_…`) */
    id: string;
    type: string;
  }>;
};

export type PayoutDetail = {
  /** The payout; the payment id in every attempt (`pay_…`) */
  id: string;
  /** The campaign (`cmp_…`) */
  campaign_id: string;
  /** As it is now */
  campaign_name: string;
  /** Who gets it (`usr_…`) */
  participant_id: string;
  /** The organization's own id */
  participant_external_id: string | null;
  /** As it is now */
  participant_email: string | null;
  /** The reward (`rwd_…`) */
  reward_id: string;
  /** As it is now */
  reward_name: string;
  /** What one is called: ETH, Boxes */
  unit: string;
  earning_ids: readonly string[];
  /** With exactly the places of the reward's unit */
  amount: string;
  account: {
    platform: string;
    name: string;
  } | null;
  origin: 'claim' | 'auto' | 'operator';
  state: 'requested' | 'sending' | 'processing' | 'failed' | 'paid';
  /** Of the newest attempt; 0 before the first */
  attempt: number;
  requested_by: 'claim' | 'auto' | 'operator';
  requested_at: string | null;
  /** When an automatic payout is asked for again */
  next_attempt_at: string | null;
  /** HTTP status of the newest answer */
  status: number | null;
  reason: string | null;
  settled_by: 'webhook' | 'api' | 'operator' | null;
  /** What the paying system calls it */
  reference: string | null;
  settled_at: string | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  attempts: ReadonlyArray<{
    number: number;
    /** The payout.requested (`we_…`) */
    event_id: string;
    webhook_id: string | null;
    delivery_id: string | null;
    requested_by: 'claim' | 'auto' | 'operator';
    /** ISO 8601 in UTC with milliseconds */
    requested_at: string;
    /** Null: still open */
    outcome: 'paid' | 'processing' | 'failed' | null;
    status: number | null;
    reason: string | null;
    settled_by: 'webhook' | 'api' | 'operator' | null;
    reference: string | null;
    settled_at: string | null;
  }>;
};

export type Play = {
  /** The play (`ply_…`) */
  id: string;
  /** Who played (`usr_…`) */
  participant_id: string;
  /** ISO 8601 in UTC with milliseconds */
  played_at: string;
  task_id: string | null;
  /** Null when there was none, as for a level that had been completed before */
  completion_id: string | null;
  score: number | null;
  /** It was the participant's best so far */
  high_score: boolean;
  /** The opt-in form, where it was the first or differed from the one before */
  fields: Readonly<Record<string, string | number | boolean | null>> | null;
  account: {
    platform: string;
    name: string;
  } | null;
  key: string | null;
};

/** RFC 9457 problem document */
export type Problem = {
  type: string;
  title: string;
  status: number;
  /** What was found, what was expected, and what to do */
  detail: string;
  /** For programs: never changes */
  code: 'malformed_json' | 'invalid_request' | 'invalid_cursor' | 'unauthenticated' | 'wrong_password' | 'forbidden' | 'invalid_link' | 'not_found' | 'unknown_task' | 'method_not_allowed' | 'request_timeout' | 'conflict' | 'idempotency_key_reused' | 'reference_reused' | 'campaign_not_active' | 'not_joined' | 'prerequisite_missing' | 'referral_too_late' | 'insufficient_points' | 'quota_reached' | 'out_of_stock' | 'nothing_to_claim' | 'payout_unavailable' | 'payout_state' | 'payload_too_large' | 'unsupported_media_type' | 'invalid_event' | 'unknown_event_type' | 'unknown_campaign' | 'invalid_campaign' | 'invalid_participant' | 'unknown_reward' | 'unknown_participant' | 'unknown_referrer' | 'self_referral' | 'amount_out_of_range' | 'invalid_import' | 'unknown_delivery' | 'invalid_replay' | 'invalid_webhook' | 'too_many_requests' | 'headers_too_large' | 'internal' | 'unavailable';
  errors?: ReadonlyArray<{
    /** Where in the body: JSON Pointer (RFC 6901) */
    pointer?: string;
    /** Which query parameter */
    parameter?: string;
    detail: string;
  }>;
  /** The quota that stood in the way (GET /v1/quotas) */
  quota?: {
    name: string;
    limit: number;
    used: number;
    /** Null: does not begin anew by itself */
    resets_at: string | null;
  };
  /** The path of the request */
  instance?: string;
  /** Also in the header x-request-id; name it when asking for help */
  request_id?: string;
};

/** One result per event, in the order of the request */
export type PublishResults = {
  results: ReadonlyArray<AcceptedEvent | RefusedEvent>;
};

export type PublishedEvent = {
  /** A type of the catalogue, or one of your own */
  type: string;
  /** ISO 8601 with a zone; left out: the time of receipt */
  occurred_at?: string | null;
  campaign_id?: string | null;
  /** How the action itself was authenticated. Default: server */
  trust?: 'server' | 'browser';
  /** Whom it is about, with the counters as they stand after it. At least one of id and external_id */
  participant?: {
    id?: string | null;
    /** Your own id; a new participant is made of it */
    external_id?: string | null;
    email?: string | null;
    first_name?: string | null;
    last_name?: string | null;
    phone?: string | null;
    wallet?: string | null;
    fields?: Readonly<Record<string, string | number | boolean | null>>;
    test?: boolean;
    total_points?: number;
    referral_points?: number;
    ugc_points?: number;
    multiplier_percent?: number;
    rank?: number | null;
    team?: string | null;
  } | null;
  seq?: number | null;
  /** By the schema of the type: GET /v1/event-types/{type} */
  data: Readonly<Record<string, unknown>>;
};

export type Quest = {
  /** The quest (`qst_…`) */
  id: string;
  /** The group it stands in (`grp_…`) */
  group_id: string;
  name: string;
  /** For completing all its tasks */
  points: number;
  reward: {
    /** A reward of the campaign (`rwd_…`) */
    id: string;
    /** With exactly the places of the reward's unit */
    amount: string;
  } | null;
  /** Lists are in this order; a new one comes last */
  position: number;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type QuestChange = {
  name?: string;
  group_id?: string;
  /** At most 4 decimal places */
  points?: number;
  reward?: {
    id: string;
    /** A decimal number as a string, no finer than the reward's unit */
    amount: string;
  } | null;
  /** Lists are in this order; a new one comes last */
  position?: number;
};

export type Quota = {
  /**
   * `requests_per_second`: Requests that make events, in a second, at all nodes together.
   *
   * `events_per_day`: Events accepted in a day (UTC).
   *
   * `events_per_month`: Events accepted in a calendar month (UTC).
   *
   * `backlog`: Deliveries that wait or are under way.
   *
   * `webhooks`: Webhooks.
   *
   * `inboxes`: Inboxes.
   *
   * `campaigns`: Campaigns.
   *
   * `communities`: Communities.
   *
   * `tokens`: API tokens.
   */
  name: 'requests_per_second' | 'events_per_day' | 'events_per_month' | 'backlog' | 'webhooks' | 'inboxes' | 'campaigns' | 'communities' | 'tokens';
  /** Null: no limit */
  limit: number | null;
  /** Set for this organization; otherwise it is what this Fanfare gives everybody */
  own: boolean;
  /** Now. A backlog is counted no further than its limit, and between two counts may be told too high. Null for what flows too fast to be told. */
  used: number | null;
  /** Null: does not begin anew by itself */
  resets_at: string | null;
};

export type Quotas = {
  data: readonly Quota[];
};

/** Of participants and their referrers together; in a dry run what would come of it */
export type Recalculation = {
  job: Job;
  dry_run: boolean;
  /** For how many something differs, so far */
  participants: number;
  /** How many are worth something else */
  completions: number;
  /** Points, exactly */
  points_given: string;
  /** Points, exactly */
  points_taken: string;
  /** What could not be taken, as there were no points left */
  points_missing: string;
};

export type RecalculationDifference = {
  /** Whose completions they are (`usr_…`) */
  participant_id: string;
  /** How many are worth something else */
  completions: number;
  /** Booked for the participant; negative when taken */
  points: number;
  /** What could not be taken */
  points_missing: number;
  referrer_id: string | null;
  /** Booked for the referrer; negative when taken */
  bonus: number;
  /** What could not be taken */
  bonus_missing: number;
};

export type Referral = {
  /** The referral (`ref_…`) */
  id: string;
  state: 'linked' | 'qualified' | 'converted';
  referrer: {
    /** Who referred (`usr_…`) */
    id: string;
    external_id: string | null;
  };
  claimer: {
    /** Who came (`usr_…`) */
    id: string;
    external_id: string | null;
  };
  /** When the claimer joined */
  linked_at: string;
  /** When the claimer first met the campaign's referral rule */
  qualified_at: string | null;
  /** When the claimer, qualified, first completed a task */
  converted_at: string | null;
  /** What the referrer was given for the claimer so far */
  bonus_points: number;
};

/** Somebody who has joined the campaign: by our id, your own id, an account or a referral code */
export type Referrer = {
  id: string;
} | {
  external_id: string;
} | {
  /** A platform and the person's name there */
  account: {
    platform: string;
    name: string;
  };
} | {
  code: string;
};

export type RefusedEvent = {
  status: 'refused';
  problem: Problem;
};

export type Replay = {
  /** The replay, which is a job (`job_…`) */
  id: string;
  state: 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  /** It was cancelled, and a step is still under way */
  cancelling: boolean;
  webhook_id: string;
  only: 'missing' | 'failed' | 'all';
  /** ISO 8601 in UTC with milliseconds */
  since: string;
  /** ISO 8601 in UTC with milliseconds */
  until: string;
  event_types: readonly string[] | null;
  campaign_id: string | null;
  participant_id: string | null;
  rate_per_second: number;
  progress: ReplayProgress;
  /** Why it failed */
  error: string | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};

export type ReplayForecast = {
  dry_run: true;
  webhook_id: string;
  only: 'missing' | 'failed' | 'all';
  /** ISO 8601 in UTC with milliseconds */
  since: string;
  /** ISO 8601 in UTC with milliseconds */
  until: string;
  event_types: readonly string[] | null;
  campaign_id: string | null;
  participant_id: string | null;
  rate_per_second: number;
  /** Events that were looked at; for `failed` deliveries of the organization that did not arrive */
  looked_at: number;
  /** How many would be made, or sent again */
  deliveries: number;
  /** Requests for payments, which are never sent again */
  skipped_payments: number;
  first_event: {
    /** The event (`we_…`) */
    id: string;
    type: string;
    /** ISO 8601 in UTC with milliseconds */
    occurred_at: string;
  } | null;
  last_event: {
    /** The event (`we_…`) */
    id: string;
    type: string;
    /** ISO 8601 in UTC with milliseconds */
    occurred_at: string;
  } | null;
};

export type ReplayProgress = {
  /** Events that were looked at; for `failed` deliveries of the organization that did not arrive */
  looked_at: number;
  /** Deliveries made; for `failed` those sent again */
  made: number;
  delivered: number;
  /** No attempt is left */
  failed: number;
  /** No attempt was made yet */
  waiting: number;
  /** The next attempt is a retry */
  retrying: number;
  /** Ended before they arrived: with the replay, the webhook or the event */
  cancelled: number;
  /** Requests for payments, which are never sent again */
  skipped_payments: number;
};

export type Resend = {
  /** The resend, which is a job (`job_…`) */
  id: string;
  state: 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  /** It was cancelled, and a step is still under way */
  cancelling: boolean;
  /** As it was asked for, until that moment; null: deliveries were named one by one */
  filter: {
    webhook_id?: string;
    campaign_id?: string;
    event_id?: string;
    event_type?: string;
    /** Ours (`usr_…`) or the organization's own id */
    participant_id?: string;
    state?: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
    /** HTTP status of the answer to `last_attempt`: one, or a class of them */
    status?: string;
    failure?: string;
    /** Part of what went wrong with `last_attempt`, or of what the receiver answered to it, where that failed. A to Z are the same as a to z. Answers are searched as long as they are kept. */
    error?: string;
    /** Made at or after this time */
    since?: string;
    /** Made before this time */
    until?: string;
  } | null;
  rate_per_second: number;
  progress: ResendProgress;
  /** Why it failed */
  error: string | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};

export type ResendForecast = {
  dry_run: true;
  /** As it was asked for, until that moment; null: deliveries were named one by one */
  filter: {
    webhook_id?: string;
    campaign_id?: string;
    event_id?: string;
    event_type?: string;
    /** Ours (`usr_…`) or the organization's own id */
    participant_id?: string;
    state?: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
    /** HTTP status of the answer to `last_attempt`: one, or a class of them */
    status?: string;
    failure?: string;
    /** Part of what went wrong with `last_attempt`, or of what the receiver answered to it, where that failed. A to Z are the same as a to z. Answers are searched as long as they are kept. */
    error?: string;
    /** Made at or after this time */
    since?: string;
    /** Made before this time */
    until?: string;
  } | null;
  rate_per_second: number;
  /** How many would be sent again */
  deliveries: number;
  /** Requests for payments, which are never sent again */
  skipped_payments: number;
  /** Their webhook is off or deleted, their event is no longer kept, or they wait to be sent again already */
  skipped: number;
  /** False: there are more, only so many were counted */
  complete: boolean;
};

export type ResendProgress = {
  /** How many are sent again; null until all were found */
  total: number | null;
  /** Found so far */
  chosen: number;
  /** Extra attempts that were made or are due */
  sent: number;
  acknowledged: number;
  failed: number;
  /** Due, and not made yet */
  waiting: number;
  /** Ended before their attempt: with the resend or the webhook */
  cancelled: number;
  /** Requests for payments, which are never sent again */
  skipped_payments: number;
  /** Their webhook is off or deleted, their event is no longer kept, or they wait to be sent again already */
  skipped: number;
};

export type Revocation = {
  /** It had been revoked before: nothing was changed */
  repeated: boolean;
  /** Why nothing was changed, when it was repeated */
  detail: string | null;
  /** The completion (`cpl_…`) */
  completion_id: string;
  /** Whose it was (`usr_…`) */
  participant_id: string;
  quest_id: string | null;
  /** From the participant, those of the quest included */
  points_taken: number;
  /** What could not be taken, as there were no points left */
  points_missing: number;
  referrer: {
    /** Who had a bonus of it (`usr_…`) */
    id: string;
    points_taken: number;
    points_missing: number;
  } | null;
  /** Rewards that it brought and that nobody had claimed: taken back, and in stock again */
  revoked_earnings: readonly string[];
  /** Rewards that it brought and that were claimed already: they stay with the participant */
  kept_earnings: readonly string[];
  /** Of the participant, after it */
  total_points: number;
  events: ReadonlyArray<{
    /** The event (`we_…`) */
    id: string;
    type: string;
  }>;
};

export type Reward = {
  /** The reward (`rwd_…`) */
  id: string;
  name: string;
  kind: 'points' | 'token' | 'nft' | 'loot_box' | 'role' | 'badge' | 'code' | 'custom';
  /** What one is called: ETH, Points, Boxes */
  unit: string;
  decimals: number;
  /** What is left; null: unlimited; left out for participants */
  stock?: string | null;
  /** How it is paid; left out for participants */
  payout?: {
    mode: 'internal';
  } | {
    mode: 'webhook';
    webhook_id: string;
    automatic: boolean;
  };
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type RewardChange = {
  name?: string;
  kind?: 'points' | 'token' | 'nft' | 'loot_box' | 'role' | 'badge' | 'code' | 'custom';
  unit?: string;
  /** Places of its unit: 18 for a token, 4 for every other kind; kind "custom" may choose */
  decimals?: 4 | 18;
  stock?: string | null;
  /** Claimed, it counts as paid at once (`internal`, unless said otherwise), or a webhook is asked to pay it: any 2xx answer completes the payment, anything else fails it. `automatic`: asked as soon as it is earned, and again with growing pauses until it is paid */
  payout?: {
    mode: 'internal';
  } | {
    mode: 'webhook';
    webhook_id: string;
    automatic?: boolean;
  };
};

export type RewardTotal = {
  /** The reward (`rwd_…`) */
  reward_id: string;
  reward_name: string;
  unit: string;
  state: 'claimable' | 'requested' | 'paid' | 'revoked';
  /** How many */
  earnings: number;
  /** With exactly the places of the reward's unit */
  amount: string;
};

export type Session = {
  person: {
    /** The person (`psn_…`) */
    id: string;
    name: string;
    email: string;
  };
  /** The one this session works in */
  organization: {
    /** The organization (`org_…`) */
    id: string;
    name: string;
  };
  role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
  /** What the role may do in the organization */
  permissions: readonly string[];
  /** All that the person belongs to */
  organizations: ReadonlyArray<{
    /** The organization (`org_…`) */
    id: string;
    name: string;
    role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
  }>;
};

export type SignIn = {
  /** The sign-in (`ses_…`), or what whoever published it called it */
  id: string;
  /** Its event (`we_…`) */
  event_id: string;
  participant_id: string | null;
  campaign_id: string | null;
  method: string | null;
  account: {
    platform: string;
    name: string;
  } | null;
  /** ISO 8601 in UTC with milliseconds */
  at: string;
};

export type Statistics = {
  /** When the first interval begins */
  since: string;
  /** When the last one ends */
  until: string;
  step_seconds: number;
  totals: {
    /** Events accepted */
    events: number;
    /** The most frequent first */
    events_by_type: Readonly<Record<string, number>>;
    /** Requests to receivers */
    attempts: number;
    /** Answered with 2xx */
    acknowledged: number;
    /** All others */
    failed: number;
    /** Deliveries that were given up */
    exhausted: number;
    /** Acknowledged attempts of all, from 0 to 1; null: none was made */
    success_rate: number | null;
    /** How long complete answers took. Milliseconds, at most 9.1 % off; null: nothing was timed */
    response_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** From the event to its acknowledgement, waiting and retries included, without what was sent again by hand. Milliseconds, at most 9.1 % off; null: nothing was timed */
    delivery_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** Complete answers by HTTP status */
    statuses: Readonly<Record<string, number>>;
    /** Attempts without a complete answer, by kind */
    failures: Readonly<Record<string, number>>;
  };
  now: {
    events_per_second: number;
    /** Both over the last one to two minutes */
    attempts_per_second: number;
    /** Deliveries that are open now */
    waiting: {
      /** Waiting for the first attempt, or in it */
      pending: number;
      /** Waiting for a retry, or in it */
      retrying: number;
      /** Waiting for somebody to decide */
      parked: number;
      /** False: more than 10,000 wait, and those were counted */
      complete: boolean;
    };
  };
  /** In the order of time, without gaps */
  intervals: ReadonlyArray<{
    /** ISO 8601 in UTC with milliseconds */
    at: string;
    /** Events accepted */
    events: number;
    /** Requests to receivers */
    attempts: number;
    /** Answered with 2xx */
    acknowledged: number;
    /** All others */
    failed: number;
    /** Deliveries that were given up */
    exhausted: number;
    /** Acknowledged attempts of all, from 0 to 1; null: none was made */
    success_rate: number | null;
    /** How long complete answers took. Milliseconds, at most 9.1 % off; null: nothing was timed */
    response_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** From the event to its acknowledgement, waiting and retries included, without what was sent again by hand. Milliseconds, at most 9.1 % off; null: nothing was timed */
    delivery_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** Complete answers by HTTP status */
    statuses: Readonly<Record<string, number>>;
    /** Attempts without a complete answer, by kind */
    failures: Readonly<Record<string, number>>;
  }>;
};

/** What happened on one node since its message before, at most four a second */
export type StreamActivity = {
  /** ISO 8601 in UTC with milliseconds */
  at: string;
  /** That were accepted. All counts leave out test participants */
  events: number;
  attempts: number;
  acknowledged: number;
  failed: number;
  /** The last of it, in the order in which it happened */
  items: readonly StreamActivityItem[];
  /** Earlier ones that are only counted */
  omitted: number;
};

export type StreamActivityItem = {
  kind: 'event';
  /** The event (`we_…`) */
  id: string;
  type: string;
  deliveries: number;
  /** Of a test participant */
  test: boolean;
} | {
  kind: 'attempt';
  /** The delivery (`dlv_…`) */
  delivery_id: string;
  /** The event (`we_…`) */
  event_id: string;
  event_type: string;
  /** The webhook */
  webhook_id: string;
  /** From 1 */
  attempt: number;
  /** Somebody asked for it */
  resend: boolean;
  /** Of the delivery, after it */
  state: 'delivered' | 'retrying' | 'exhausted' | 'parked';
  /** That was answered; null: there was no answer */
  status: number | null;
  /** Why there was no answer */
  failure: string | null;
  duration_ms: number;
  /** Of a test participant */
  test: boolean;
};

/** Somebody changed something. Told to those who may see what it was, and to those who did it or whom it is about */
export type StreamChange = {
  /** Of the thing that was changed */
  kind: 'webhook' | 'delivery' | 'replay' | 'resend' | 'event_type' | 'inbox' | 'campaign' | 'community' | 'group' | 'quest' | 'task' | 'reward' | 'trigger' | 'participant' | 'completion' | 'job' | 'payout' | 'token' | 'participant_tokens' | 'allowed_origins' | 'member' | 'invitation' | 'session' | 'person' | 'organization' | 'alerts' | 'quotas';
  /** What was done, as the audit log has it */
  action: string;
  /** Of the thing that was changed; null: of several, or there is no one thing */
  id: string | null;
};

/** What an inbox received at one node since the message before, at most four a second */
export type StreamInbox = {
  /** The inbox (`inb_…`) */
  inbox_id: string;
  /** How many arrived */
  requests: number;
};

/** How far a job is, at most once a second */
export type StreamJob = {
  /** The job (`job_…`) */
  job_id: string;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number | null;
  refused: number;
  paused: boolean;
};

/** The first message */
export type StreamReady = {
  /** True after a reconnection with `Last-Event-ID`: what was missed follows. False: something may have been missed, so load what you show */
  resumed: boolean;
};

/** Something was missed; load what you show again */
export type StreamRefresh = Readonly<Record<string, never>>;

/** A webhook is not what it was */
export type StreamWebhook = {
  /** The webhook */
  webhook_id: string;
  /** `settings`: made, changed or deleted, by somebody or by itself */
  changed: 'settings' | 'health';
};

export type Task = {
  /** The task (`tsk_…`) */
  id: string;
  /** The quest it belongs to (`qst_…`) */
  quest_id: string;
  name: string;
  type: string;
  /** Stands in every event of the task; participants can read it too */
  meta: Readonly<Record<string, unknown>> | null;
  points: number;
  /** Added to the participant's multiplier by the first completion; counts from the next one on */
  multiplier_percent: number;
  /** How often one participant may complete it; days and weeks are those of UTC */
  recurrence: 'once' | 'every_8_hours' | 'daily' | 'weekly' | 'unlimited';
  prerequisites: readonly string[];
  /** Its points count as user-generated content */
  ugc: boolean;
  /** Whether participants may complete it from their browser, with a participant token. Then nothing but their word says that they did */
  browser: boolean;
  level: {
    id: string;
    number: number;
    name: string;
    /** Who completes it completes the campaign. Default: false */
    last: boolean;
  } | null;
  reward: {
    /** A reward of the campaign (`rwd_…`) */
    id: string;
    /** With exactly the places of the reward's unit */
    amount: string;
  } | null;
  /** Lists are in this order; a new one comes last */
  position: number;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type TaskChange = {
  name?: string;
  quest_id?: string;
  /** What one does: x_follow, quiz, api, form, … */
  type?: string;
  meta?: Readonly<Record<string, unknown>> | null;
  /** At most 4 decimal places */
  points?: number;
  /** At most 4 decimal places */
  multiplier_percent?: number;
  /** How often one participant may complete it; days and weeks are those of UTC */
  recurrence?: 'once' | 'every_8_hours' | 'daily' | 'weekly' | 'unlimited';
  prerequisites?: readonly string[];
  ugc?: boolean;
  browser?: boolean;
  level?: {
    id: string;
    number: number;
    name: string;
    /** Who completes it completes the campaign. Default: false */
    last?: boolean;
  } | null;
  reward?: {
    id: string;
    /** A decimal number as a string, no finer than the reward's unit */
    amount: string;
  } | null;
  /** Lists are in this order; a new one comes last */
  position?: number;
};

export type Trigger = {
  /** The slug you chose */
  id: string;
  name: string;
  /** Where the points go (`cmp_…`) */
  campaign_id: string;
  /** The same points each time, or the fired value times the rate */
  credit: {
    amount: number;
  } | {
    rate: number;
  };
  task_id: string | null;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
};

export type TriggerSettings = {
  name: string;
  campaign_id: string;
  credit: {
    /** At most 4 decimal places */
    amount: number;
  } | {
    /** At most 4 decimal places */
    rate: number;
  };
  task_id?: string | null;
};

export type Webhook = {
  id: string;
  name: string;
  description: string;
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Null where the value may hold credentials: those are never shown again */
  headers: Readonly<Record<string, string | null>>;
  format: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
  format_version: number;
  mode: 'structured' | 'binary' | null;
  events: readonly string[];
  campaigns: readonly string[];
  status: 'active' | 'inactive' | 'disabled';
  disabled_reason: string | null;
  retry_policy: {
    delays_seconds: readonly number[];
  };
  timeout_ms: number;
  include_test_participants: boolean;
  payout_processing: boolean;
  rate_limit: {
    per_second: number | null;
    adaptive: boolean;
  } | null;
  ordering: {
    by: 'participant' | 'webhook';
    on_failure: 'wait' | 'park' | 'skip';
  } | null;
  secrets: ReadonlyArray<{
    signature_version: 'v1' | 'v1a';
    /** whpk_…, for v1a */
    public_key: string | null;
    /** ISO 8601 in UTC with milliseconds */
    created_at: string;
    /** When it stops signing; null for the current one */
    expires_at: string | null;
  }>;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  updated_at: string;
};

export type WebhookConcern = {
  webhook_id: string;
  name: string;
  /** disabled: it is sent nothing. failing: its receiver is down. parked: deliveries wait for somebody to decide. refused: more than a tenth of at least 20 attempts in the last two hours were not acknowledged */
  kind: 'disabled' | 'failing' | 'parked' | 'refused';
  /** What is the matter and what to do about it */
  reason: string;
  since: string | null;
};

export type WebhookExample = {
  event_type: string;
  scope: string | null;
  title: string;
  description: string;
  request: {
    method: string;
    url: string;
    headers: Readonly<Record<string, string>>;
    body: string | null;
  };
  /** JSON Schema (2020-12) of the body */
  schema: Readonly<Record<string, unknown>>;
  /** Sends the same request; its signature holds for five minutes */
  curl: string;
};

export type WebhookHealth = {
  webhook_id: string;
  /** `failing`: nothing is acknowledged; one request at a time finds out whether the receiver is back, and everything else waits without using up its attempts */
  state: 'healthy' | 'failing' | 'disabled';
  /** What happened and what to do about it */
  reason: string | null;
  /** Of the first failure in a row */
  since: string | null;
  /** Attempts that failed in a row */
  failures: number;
  next_probe_at: string | null;
  /** When it is turned off unless something is acknowledged before */
  disables_at: string | null;
};

export type WebhookHealthChange = {
  /** The event that told of it (`we_…`) */
  event_id: string;
  /** parked: the first delivery that its order made wait for somebody to decide */
  state: 'failing' | 'warned' | 'recovered' | 'disabled' | 'parked';
  /** What happened and what to do about it */
  reason: string | null;
  failures: number | null;
  /** ISO 8601 in UTC with milliseconds */
  changed_at: string;
};

export type WebhookStatistics = {
  /** When the first interval begins */
  since: string;
  /** When the last one ends */
  until: string;
  step_seconds: number;
  totals: {
    /** Requests to receivers */
    attempts: number;
    /** Answered with 2xx */
    acknowledged: number;
    /** All others */
    failed: number;
    /** Deliveries that were given up */
    exhausted: number;
    /** Acknowledged attempts of all, from 0 to 1; null: none was made */
    success_rate: number | null;
    /** How long complete answers took. Milliseconds, at most 9.1 % off; null: nothing was timed */
    response_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** From the event to its acknowledgement, waiting and retries included, without what was sent again by hand. Milliseconds, at most 9.1 % off; null: nothing was timed */
    delivery_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** Complete answers by HTTP status */
    statuses: Readonly<Record<string, number>>;
    /** Attempts without a complete answer, by kind */
    failures: Readonly<Record<string, number>>;
  };
  /** In the order of time, without gaps */
  intervals: ReadonlyArray<{
    /** ISO 8601 in UTC with milliseconds */
    at: string;
    /** Requests to receivers */
    attempts: number;
    /** Answered with 2xx */
    acknowledged: number;
    /** All others */
    failed: number;
    /** Deliveries that were given up */
    exhausted: number;
    /** Acknowledged attempts of all, from 0 to 1; null: none was made */
    success_rate: number | null;
    /** How long complete answers took. Milliseconds, at most 9.1 % off; null: nothing was timed */
    response_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** From the event to its acknowledgement, waiting and retries included, without what was sent again by hand. Milliseconds, at most 9.1 % off; null: nothing was timed */
    delivery_ms: {
      p50: number | null;
      p95: number | null;
      p99: number | null;
    };
    /** Complete answers by HTTP status */
    statuses: Readonly<Record<string, number>>;
    /** Attempts without a complete answer, by kind */
    failures: Readonly<Record<string, number>>;
  }>;
};

export type WebhookSummary = {
  webhook_id: string;
  name: string;
  /** The gravest that can be said. failing: its receiver is down; parked: deliveries wait for somebody to decide; refused: more than a tenth of at least 20 attempts in this hour and the one before were not acknowledged; healthy: none of these */
  state: 'healthy' | 'refused' | 'parked' | 'failing' | 'inactive' | 'disabled';
  /** Of the last attempt; null: none in 35 days */
  last_delivery_at: string | null;
  attempts: number;
  acknowledged: number;
  /** Acknowledged attempts of all, from 0 to 1; null: none was made */
  success_rate: number | null;
  /** One of each interval, in the order of time, without gaps */
  sparkline: ReadonlyArray<{
    attempts: number;
    acknowledged: number;
  }>;
};

export type WebhookTestResult = {
  event_type: string;
  scope: string | null;
  request: {
    method: string;
    url: string;
    headers: Readonly<Record<string, string>>;
  };
  /** False for a URL that is not the saved one: it gets neither signature nor saved headers */
  signed: boolean;
  /** The exact body that was sent; for a request without one, its method and URL */
  response_body: string;
  response_result: {
    /** The request left and an HTTP answer came, even one that broke off. Not that the receiver accepted it: see acknowledged. */
    success: boolean;
    status: number | null;
    /** The start of the answer, or what went wrong */
    data: string;
    /** The answer is 2xx: a real delivery would count as delivered */
    acknowledged: boolean;
    /** The same in words */
    summary: string;
    headers: Readonly<Record<string, string>>;
  };
  timings: {
    dns_ms: number | null;
    connect_ms: number | null;
    tls_ms: number | null;
    wait_ms: number | null;
    read_ms: number | null;
    total_ms: number;
  };
};

export type WebhookUrlCheck = {
  /** There are no problems */
  ok: boolean;
  /** Why the URL would be refused, or why nothing sent to it would arrive as things stand now */
  problems: readonly string[];
  /** What may be better */
  advice: readonly string[];
};

export type WebhookWithSecret = {
  id: string;
  name: string;
  description: string;
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Null where the value may hold credentials: those are never shown again */
  headers: Readonly<Record<string, string | null>>;
  format: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
  format_version: number;
  mode: 'structured' | 'binary' | null;
  events: readonly string[];
  campaigns: readonly string[];
  status: 'active' | 'inactive' | 'disabled';
  disabled_reason: string | null;
  retry_policy: {
    delays_seconds: readonly number[];
  };
  timeout_ms: number;
  include_test_participants: boolean;
  payout_processing: boolean;
  rate_limit: {
    per_second: number | null;
    adaptive: boolean;
  } | null;
  ordering: {
    by: 'participant' | 'webhook';
    on_failure: 'wait' | 'park' | 'skip';
  } | null;
  secrets: ReadonlyArray<{
    signature_version: 'v1' | 'v1a';
    /** whpk_…, for v1a */
    public_key: string | null;
    /** ISO 8601 in UTC with milliseconds */
    created_at: string;
    /** When it stops signing; null for the current one */
    expires_at: string | null;
  }>;
  /** ISO 8601 in UTC with milliseconds */
  created_at: string;
  /** ISO 8601 in UTC with milliseconds */
  updated_at: string;
  /** Shown this once and never again */
  secret: string;
};

/** Every operation by its operationId: what it takes and what it answers, by status. */
export interface Operations {
  /**
   * Publish one event or up to 1,000
   *
   * Answered with 202 once the events are committed, together with a delivery for every webhook that wants them.
   *
   * An event is at most 262,144 bytes (256 KiB) of JSON, a request 8,388,608 bytes (8 MiB).
   *
   * An array is answered with one result per event, in its place; one bad event does not refuse the others. The status is 202 when at least one was accepted and 422 when all were refused.
   *
   * With an `Idempotency-Key` a request can be repeated safely for 48 hours: the same key with the same body gets the first answer again (header `idempotent-replayed: true`) and changes nothing; with another body it is refused. A request that was refused whole is not kept: it can be repeated under its key once the cause is gone.
   *
   * Times, ids and counters are those of the moment after the action: a snapshot, shown to receivers as it is.
   */
  publishEvents: {
    method: 'POST';
    path: '/v1/events';
    input: {
      /** 1 to 255 visible ASCII characters */
      idempotencyKey?: string | undefined;
      body: PublishedEvent | readonly PublishedEvent[];
    };
    answers: {
      202: AcceptedEvent | PublishResults;
      422: PublishResults;
    };
  };
  /**
   * The events that were accepted, newest first
   *
   * Filters narrow each other down; one that names something unknown finds nothing. Where filters match little, only so much is looked through for one page: it may hold fewer than `limit`, or nothing, although there is more. Go on with `next_cursor` and the same filters until it is null.
   */
  listEvents: {
    method: 'GET';
    path: '/v1/events';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        type?: string | undefined;
        campaign_id?: string | undefined;
        /** Ours (`usr_…`) or the organization's own id */
        participant_id?: string | undefined;
        /** Only those that no webhook took */
        deliveries?: 'none' | undefined;
        /** Accepted at this time or later */
        since?: string | undefined;
        /** Accepted before this time */
        until?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Event[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** One event and its deliveries */
  getEvent: {
    method: 'GET';
    path: '/v1/events/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: EventDetail;
    };
  };
  /** The catalogue, then your own types by name */
  listEventTypes: {
    method: 'GET';
    path: '/v1/event-types';
    input: {
    };
    answers: {
      200: {
        data: readonly EventType[];
      };
    };
  };
  /** One event type */
  getEventType: {
    method: 'GET';
    path: '/v1/event-types/{type}';
    input: {
      path: {
        type: string;
      };
    };
    answers: {
      200: EventType;
    };
  };
  /**
   * Register or replace an event type of your own
   *
   * Its name is made of letters, digits and underscores with full stops between the segments (Standard Webhooks), and does not begin like one of the catalogue.
   *
   * Events are checked by the new schema from the answer on; those accepted before stay as they are.
   */
  putEventType: {
    method: 'PUT';
    path: '/v1/event-types/{type}';
    input: {
      path: {
        type: string;
      };
      body: EventTypeSettings;
    };
    answers: {
      200: EventType;
      201: EventType;
    };
  };
  /**
   * Delete an event type of your own
   *
   * Refused while webhooks ask for it by name. Its events stay in the log and are still delivered.
   */
  deleteEventType: {
    method: 'DELETE';
    path: '/v1/event-types/{type}';
    input: {
      path: {
        type: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * Check an event type of your own before it is registered
   *
   * The rules of `PUT /v1/event-types/{type}`, and nothing is saved. The name and the example may be missing. An example is held against the schema once nothing is wrong with the schema itself.
   */
  checkEventType: {
    method: 'POST';
    path: '/v1/event-type-checks';
    input: {
      body: {
        type?: string;
        schema: Readonly<Record<string, unknown>>;
        example?: Readonly<Record<string, unknown>>;
      };
    };
    answers: {
      200: EventTypeCheck;
    };
  };
  /** The campaigns, newest first */
  listCampaigns: {
    method: 'GET';
    path: '/v1/campaigns';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Campaign[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * A new campaign
   *
   * It belongs to the organization's default community and is active, unless you say otherwise.
   */
  createCampaign: {
    method: 'POST';
    path: '/v1/campaigns';
    input: {
      body: NewCampaign;
    };
    answers: {
      201: Campaign;
    };
  };
  /** One campaign */
  getCampaign: {
    method: 'GET';
    path: '/v1/campaigns/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Campaign;
    };
  };
  /**
   * Change the settings of a campaign
   *
   * They count for what people do from the answer on. Events that were accepted before stay as they are, with the name the campaign had.
   */
  updateCampaign: {
    method: 'PATCH';
    path: '/v1/campaigns/{id}';
    input: {
      path: {
        id: string;
      };
      body: CampaignChange;
    };
    answers: {
      200: Campaign;
    };
  };
  /**
   * How much goes on in each campaign, in a line
   *
   * Newest first, as of now.
   */
  listCampaignStatistics: {
    method: 'GET';
    path: '/v1/statistics/campaigns';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** These, separated by commas; at most 100 */
        ids?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly CampaignSummary[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** The communities, newest first */
  listCommunities: {
    method: 'GET';
    path: '/v1/communities';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Community[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** A new community */
  createCommunity: {
    method: 'POST';
    path: '/v1/communities';
    input: {
      body: NewCommunity;
    };
    answers: {
      201: Community;
    };
  };
  /** One community */
  getCommunity: {
    method: 'GET';
    path: '/v1/communities/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Community;
    };
  };
  /**
   * Rename a community, or make it the default one
   *
   * Events that were accepted before keep the name it had.
   */
  updateCommunity: {
    method: 'PATCH';
    path: '/v1/communities/{id}';
    input: {
      path: {
        id: string;
      };
      body: CommunityChange;
    };
    answers: {
      200: Community;
    };
  };
  /**
   * Delete a community
   *
   * Refused for the default one, and while it has campaigns.
   */
  deleteCommunity: {
    method: 'DELETE';
    path: '/v1/communities/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * The groups of a campaign
   *
   * Quests stand in groups. All of them at once, by position.
   */
  listGroups: {
    method: 'GET';
    path: '/v1/campaigns/{id}/groups';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        data: readonly Group[];
      };
    };
  };
  /**
   * A new group
   *
   * Quests stand in groups.
   */
  createGroup: {
    method: 'POST';
    path: '/v1/campaigns/{id}/groups';
    input: {
      path: {
        id: string;
      };
      body: NewGroup;
    };
    answers: {
      201: Group;
    };
  };
  /** One group */
  getGroup: {
    method: 'GET';
    path: '/v1/campaigns/{id}/groups/{group_id}';
    input: {
      path: {
        id: string;
        group_id: string;
      };
    };
    answers: {
      200: Group;
    };
  };
  /**
   * Change a group
   *
   * What is left out stays as it is. It counts for what people do from the answer on; what they did stays as it was.
   */
  updateGroup: {
    method: 'PATCH';
    path: '/v1/campaigns/{id}/groups/{group_id}';
    input: {
      path: {
        id: string;
        group_id: string;
      };
      body: GroupChange;
    };
    answers: {
      200: Group;
    };
  };
  /**
   * Delete a group
   *
   * Refused while it holds quests.
   */
  deleteGroup: {
    method: 'DELETE';
    path: '/v1/campaigns/{id}/groups/{group_id}';
    input: {
      path: {
        id: string;
        group_id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * The quests of a campaign
   *
   * Who completes all its tasks completes the quest, once. All of them at once, by position.
   */
  listQuests: {
    method: 'GET';
    path: '/v1/campaigns/{id}/quests';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        data: readonly Quest[];
      };
    };
  };
  /**
   * A new quest
   *
   * Who completes all its tasks completes the quest, once.
   */
  createQuest: {
    method: 'POST';
    path: '/v1/campaigns/{id}/quests';
    input: {
      path: {
        id: string;
      };
      body: NewQuest;
    };
    answers: {
      201: Quest;
    };
  };
  /** One quest */
  getQuest: {
    method: 'GET';
    path: '/v1/campaigns/{id}/quests/{quest_id}';
    input: {
      path: {
        id: string;
        quest_id: string;
      };
    };
    answers: {
      200: Quest;
    };
  };
  /**
   * Change a quest
   *
   * What is left out stays as it is. It counts for what people do from the answer on; what they did stays as it was.
   */
  updateQuest: {
    method: 'PATCH';
    path: '/v1/campaigns/{id}/quests/{quest_id}';
    input: {
      path: {
        id: string;
        quest_id: string;
      };
      body: QuestChange;
    };
    answers: {
      200: Quest;
    };
  };
  /**
   * Delete a quest
   *
   * Refused while it holds tasks, and once somebody completed it.
   */
  deleteQuest: {
    method: 'DELETE';
    path: '/v1/campaigns/{id}/quests/{quest_id}';
    input: {
      path: {
        id: string;
        quest_id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * The tasks of a campaign
   *
   * What people do for points. All of them at once, by position.
   */
  listTasks: {
    method: 'GET';
    path: '/v1/campaigns/{id}/tasks';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        data: readonly Task[];
      };
    };
  };
  /**
   * A new task
   *
   * What people do for points.
   */
  createTask: {
    method: 'POST';
    path: '/v1/campaigns/{id}/tasks';
    input: {
      path: {
        id: string;
      };
      body: NewTask;
    };
    answers: {
      201: Task;
    };
  };
  /** One task */
  getTask: {
    method: 'GET';
    path: '/v1/campaigns/{id}/tasks/{task_id}';
    input: {
      path: {
        id: string;
        task_id: string;
      };
    };
    answers: {
      200: Task;
    };
  };
  /**
   * Change a task
   *
   * What is left out stays as it is. It counts for what people do from the answer on; what they did stays as it was.
   */
  updateTask: {
    method: 'PATCH';
    path: '/v1/campaigns/{id}/tasks/{task_id}';
    input: {
      path: {
        id: string;
        task_id: string;
      };
      body: TaskChange;
    };
    answers: {
      200: Task;
    };
  };
  /**
   * Delete a task
   *
   * Refused while other tasks, a trigger or the referral rule name it, and once somebody completed it.
   */
  deleteTask: {
    method: 'DELETE';
    path: '/v1/campaigns/{id}/tasks/{task_id}';
    input: {
      path: {
        id: string;
        task_id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * The rewards of a campaign
   *
   * What tasks and quests give beside points. Its kind and its decimals are chosen once. All of them at once.
   */
  listRewards: {
    method: 'GET';
    path: '/v1/campaigns/{id}/rewards';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        data: readonly Reward[];
      };
    };
  };
  /**
   * A new reward
   *
   * What tasks and quests give beside points. Its kind and its decimals are chosen once.
   */
  createReward: {
    method: 'POST';
    path: '/v1/campaigns/{id}/rewards';
    input: {
      path: {
        id: string;
      };
      body: NewReward;
    };
    answers: {
      201: Reward;
    };
  };
  /** One reward */
  getReward: {
    method: 'GET';
    path: '/v1/campaigns/{id}/rewards/{reward_id}';
    input: {
      path: {
        id: string;
        reward_id: string;
      };
    };
    answers: {
      200: Reward;
    };
  };
  /**
   * Change a reward
   *
   * What is left out stays as it is. It counts for what people do from the answer on; what they did stays as it was.
   */
  updateReward: {
    method: 'PATCH';
    path: '/v1/campaigns/{id}/rewards/{reward_id}';
    input: {
      path: {
        id: string;
        reward_id: string;
      };
      body: RewardChange;
    };
    answers: {
      200: Reward;
    };
  };
  /**
   * Delete a reward
   *
   * Refused while a task or a quest gives it, and once somebody earned it.
   */
  deleteReward: {
    method: 'DELETE';
    path: '/v1/campaigns/{id}/rewards/{reward_id}';
    input: {
      path: {
        id: string;
        reward_id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * The participants with points, most first
   *
   * Each entry stands with its rank as of now; equal totals share a rank. Whoever gains points between two pages may show on both, or on neither. With a participant token, external_id, last_name and referrer_id of everybody else are null.
   */
  getLeaderboard: {
    method: 'GET';
    path: '/v1/campaigns/{id}/leaderboard';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly LeaderboardEntry[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Everybody who joined or acted, newest participant first
   *
   * With their counters in the campaign, those without points and test participants too.
   */
  listCampaignParticipants: {
    method: 'GET';
    path: '/v1/campaigns/{id}/participants';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly CampaignParticipant[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Somebody joins a campaign
   *
   * The first referrer counts, and only when joining: nobody refers themselves, and none is added later. Asking again for what may happen once changes nothing and answers 200 with `repeated: true`. Whoever acts in an active campaign without having joined joins by it.
   */
  joinCampaign: {
    method: 'POST';
    path: '/v1/campaigns/{id}/participants';
    input: {
      path: {
        id: string;
      };
      body: {
        participant?: Actor;
        referrer?: Referrer;
        /** A platform and the person's name there */
        account?: {
          platform: string;
          name: string;
        };
        team?: string;
      };
    };
    answers: {
      200: ActionOutcome;
    };
  };
  /** One participant's counters and progress in a campaign */
  getParticipation: {
    method: 'GET';
    path: '/v1/campaigns/{id}/participants/{participant_id}';
    input: {
      path: {
        id: string;
        participant_id: string;
      };
    };
    answers: {
      200: ParticipationDetail;
    };
  };
  /**
   * Completions and ledger entries, newest first
   *
   * With a participant token, those of its bearer.
   */
  listActivity: {
    method: 'GET';
    path: '/v1/campaigns/{id}/activity';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** Only of this participant */
        participant_id?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly ActivityItem[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * The referrals of a campaign, newest first
   *
   * Who came through whom, how far each referral got, and what it brought the referrer.
   */
  listReferrals: {
    method: 'GET';
    path: '/v1/campaigns/{id}/referrals';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** Only of this referrer (`usr_…`) */
        referrer?: string | undefined;
        /** Only those that stand here now */
        state?: 'linked' | 'qualified' | 'converted' | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Referral[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** The triggers, by id */
  listTriggers: {
    method: 'GET';
    path: '/v1/triggers';
    input: {
    };
    answers: {
      200: {
        data: readonly Trigger[];
      };
    };
  };
  /** One trigger */
  getTrigger: {
    method: 'GET';
    path: '/v1/triggers/{trigger_id}';
    input: {
      path: {
        trigger_id: string;
      };
    };
    answers: {
      200: Trigger;
    };
  };
  /**
   * Make or replace a trigger
   *
   * You choose its id: letters, digits, "-", "_" and ".". The new settings count from the answer on; what was fired before stays as it was.
   */
  putTrigger: {
    method: 'PUT';
    path: '/v1/triggers/{trigger_id}';
    input: {
      path: {
        trigger_id: string;
      };
      body: TriggerSettings;
    };
    answers: {
      200: Trigger;
      201: Trigger;
    };
  };
  /**
   * Delete a trigger
   *
   * The points it gave stay.
   */
  deleteTrigger: {
    method: 'DELETE';
    path: '/v1/triggers/{trigger_id}';
    input: {
      path: {
        trigger_id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * Somebody signed in
   *
   * Tells of it and changes no counter. With a campaign the event shows the person's counters in it; without one it shows who they are.
   */
  signIn: {
    method: 'POST';
    path: '/v1/sign-ins';
    input: {
      body: {
        participant?: Actor;
        campaign_id?: string;
        method: string;
        /** A platform and the person's name there */
        account?: {
          platform: string;
          name: string;
        };
      };
    };
    answers: {
      200: ActionOutcome;
    };
  };
  /**
   * Who signed in, newest first
   *
   * In campaigns and outside of them, for as long as events are kept. Where filters match little, only so much is looked through for one page: it may hold fewer than `limit`, or nothing, although there is more. Go on with `next_cursor` and the same filters until it is null.
   */
  listSignIns: {
    method: 'GET';
    path: '/v1/sign-ins';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        participant_id?: string | undefined;
        campaign_id?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly SignIn[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Somebody completes a task
   *
   * With it go the points, the quest when this was its last task, rewards, and the bonus of whoever referred them. Asking again for what may happen once changes nothing and answers 200 with `repeated: true`. Whoever acts in an active campaign without having joined joins by it.
   */
  completeTask: {
    method: 'POST';
    path: '/v1/campaigns/{id}/tasks/{task_id}/completions';
    input: {
      path: {
        id: string;
        task_id: string;
      };
      body: {
        participant?: Actor;
        /** A platform and the person's name there */
        account?: {
          platform: string;
          name: string;
        };
        /** In a game; at most 15 significant digits */
        score?: number;
      };
    };
    answers: {
      200: ActionOutcome;
    };
  };
  /**
   * Give or take points
   *
   * A positive amount gives exactly so many points, a negative one takes them, never more than there are. Corrections and deductions are also possible in a paused or ended campaign, for those who joined it. Asking again for what may happen once changes nothing and answers 200 with `repeated: true`. Whoever acts in an active campaign without having joined joins by it.
   */
  bookPoints: {
    method: 'POST';
    path: '/v1/campaigns/{id}/points';
    input: {
      path: {
        id: string;
      };
      body: {
        participant: Actor;
        /** Not zero; at most 4 decimal places and 11 digits before the point */
        amount: number;
        /** `withdrawal` only takes */
        cause: 'api' | 'custom' | 'correction' | 'withdrawal';
        /** Your own name for this booking, shown as its note. The same reference and cause book nothing a second time */
        reference: string;
      };
    };
    answers: {
      200: ActionOutcome;
    };
  };
  /**
   * Fire a trigger for a user of yours
   *
   * The user id is your own, whatever it looks like; whoever is new is made a participant. The points are exactly those of the trigger's credit rule. Asking again for what may happen once changes nothing and answers 200 with `repeated: true`. Whoever acts in an active campaign without having joined joins by it.
   */
  fireTrigger: {
    method: 'POST';
    path: '/v1/triggers/{trigger_id}/users/{user_id}/events';
    input: {
      path: {
        trigger_id: string;
        user_id: string;
      };
      body: {
        /** What the trigger measures; at most 15 significant digits */
        value?: number | null;
        /** Your own name for this firing. The same key fires nothing a second time */
        key?: string;
      };
    };
    answers: {
      200: ActionOutcome;
    };
  };
  /**
   * Somebody plays a round of a game
   *
   * A round is an opt-in form, a finished level or another task, a score, or several of these at once. A form counts when it is the first or differs from the one before. A finished level gives its points as its task allows; playing it again may still bring a better score. A score that beats the participant’s own best is told. What brings nothing new, or a key that was used before, changes nothing and answers 200 with `repeated: true`. Whoever plays in an active campaign without having joined joins by it.
   */
  play: {
    method: 'POST';
    path: '/v1/campaigns/{id}/plays';
    input: {
      path: {
        id: string;
      };
      body: {
        participant?: Actor;
        /** The opt-in form as it was filled in: at most 100 plain values. The participant keeps them among their own */
        fields?: Readonly<Record<string, string | number | boolean | null>>;
        /** The higher the better; at most 15 significant digits */
        score?: number;
        /** The id of the level that was finished: that of a task of the campaign */
        level?: string;
        task_id?: string;
        /** A platform and the person's name there */
        account?: {
          platform: string;
          name: string;
        };
        /** Your own name for this play. The same key plays nothing a second time */
        key?: string;
      };
    };
    answers: {
      200: ActionOutcome;
    };
  };
  /** Plays, newest first */
  listPlays: {
    method: 'GET';
    path: '/v1/campaigns/{id}/plays';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** Only of this participant */
        participant_id?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Play[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Everybody's best score, best first
   *
   * Test participants have no place here. Whoever beats their own best between two pages may show on both, or on neither. With a participant token, external_id and last_name of everybody else are null.
   */
  listHighScores: {
    method: 'GET';
    path: '/v1/campaigns/{id}/high-scores';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly HighScore[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Somebody claims what they earned
   *
   * Everything that waits, or one reward. What Fanfare only keeps is paid by it; for the rest the webhook of the reward is asked, and a payment that failed before is asked for again under its own id. Also possible when the campaign is paused or over.
   */
  claimRewards: {
    method: 'POST';
    path: '/v1/campaigns/{id}/claims';
    input: {
      path: {
        id: string;
      };
      body: {
        participant?: Actor;
        reward_id?: string;
        /** Where new payments should go; those that failed keep the account they had */
        account?: {
          platform: string;
          name: string;
        };
      };
    };
    answers: {
      200: Claim;
    };
  };
  /**
   * What participants earned, newest first
   *
   * With a participant token, those of its bearer.
   */
  listEarnings: {
    method: 'GET';
    path: '/v1/campaigns/{id}/earnings';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        participant_id?: string | undefined;
        reward_id?: string | undefined;
        state?: 'claimable' | 'requested' | 'paid' | 'revoked' | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Earning[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * What was earned of each reward, by what became of it
   *
   * Exact sums; test participants are left out.
   */
  getRewardTotals: {
    method: 'GET';
    path: '/v1/campaigns/{id}/reward-totals';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        data: readonly RewardTotal[];
      };
    };
  };
  /**
   * Payouts, newest first
   *
   * With a participant token, those of its bearer.
   */
  listPayouts: {
    method: 'GET';
    path: '/v1/payouts';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        campaign_id?: string | undefined;
        participant_id?: string | undefined;
        reward_id?: string | undefined;
        state?: 'requested' | 'sending' | 'processing' | 'failed' | 'paid' | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Payout[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** A payout with its attempts */
  getPayout: {
    method: 'GET';
    path: '/v1/payouts/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: PayoutDetail;
    };
  };
  /**
   * Ask again for a payout that failed
   *
   * One more attempt, under the same payment id.
   */
  retryPayout: {
    method: 'POST';
    path: '/v1/payouts/{id}/retry';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: PayoutChange;
    };
  };
  /**
   * Say what came of a payout
   *
   * Settles a payout that the paying system is processing; or by hand, with a reason, one that failed and was paid in another way. Settling as paid what is paid changes nothing and answers 200 with `repeated: true`.
   */
  settlePayout: {
    method: 'POST';
    path: '/v1/payouts/{id}/settlement';
    input: {
      path: {
        id: string;
      };
      body: {
        outcome: 'paid' | 'failed';
        /** What the paying system calls it: a transaction hash */
        reference?: string;
        reason?: string;
      };
    };
    answers: {
      200: PayoutChange;
    };
  };
  /**
   * Take a completion back
   *
   * With it go its points and those of its reward, the quest that no longer holds without it, and the bonus it brought the referrer; never more than there are. The task can be completed again. What was told stays told; `points.deducted` tells what was taken. Also possible in a paused or ended campaign. Revoking again changes nothing.
   */
  revokeCompletion: {
    method: 'POST';
    path: '/v1/campaigns/{id}/completions/{completion_id}/revocation';
    input: {
      path: {
        id: string;
        completion_id: string;
      };
      body: {
        /** Shown as the note of the correction */
        reason: string;
      };
    };
    answers: {
      200: Revocation;
    };
  };
  /**
   * Recalculate points by the settings of today
   *
   * For everybody who joined: what each completion is worth by the points of its task or quest now, with the multiplier of its time, and the bonus of the referrer by the campaign’s rule now. The difference is booked once for each participant and each referral, as a correction; nobody falls below zero. Completions by triggers keep the trigger’s worth, rewards stay as they are. Repeating it gives nothing twice. It is a job: /v1/jobs/{id}/cancel ends it, and what was done stays done.
   */
  recalculate: {
    method: 'POST';
    path: '/v1/campaigns/{id}/recalculations';
    input: {
      path: {
        id: string;
      };
      body: {
        /** Only completions of these */
        task_ids?: readonly string[];
        /** Only completions of these */
        quest_ids?: readonly string[];
        /** Says what would come of it, and changes nothing. Default: false */
        dry_run?: boolean;
      };
    };
    answers: {
      202: Recalculation;
    };
  };
  /** One recalculation, how far it is and what it came to */
  getRecalculation: {
    method: 'GET';
    path: '/v1/campaigns/{id}/recalculations/{job_id}';
    input: {
      path: {
        id: string;
        job_id: string;
      };
    };
    answers: {
      200: Recalculation;
    };
  };
  /**
   * For whom a recalculation makes a difference
   *
   * In the order of participant ids. It grows while the job runs.
   */
  listRecalculationDifferences: {
    method: 'GET';
    path: '/v1/campaigns/{id}/recalculations/{job_id}/differences';
    input: {
      path: {
        id: string;
        job_id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly RecalculationDifference[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * The participants, newest first
   *
   * Participants are made by the first event about them, by what they do, and by you.
   */
  listParticipants: {
    method: 'GET';
    path: '/v1/participants';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** Exactly this id of the organization's own */
        external_id?: string | undefined;
        /** A part of the name, the organization's own id, the e-mail address, the wallet or an account, in capitals or not; or a whole id (`usr_…`) */
        search?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Participant[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Make or change a participant
   *
   * Changes whoever has the external_id or one of the accounts, or makes somebody new (201). Accounts come to those there are; what else is left out stays as it is.
   */
  putParticipant: {
    method: 'POST';
    path: '/v1/participants';
    input: {
      body: NewParticipant;
    };
    answers: {
      200: Participant;
      201: Participant;
    };
  };
  /** One participant, with their accounts and counters */
  getParticipant: {
    method: 'GET';
    path: '/v1/participants/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: ParticipantDetail;
    };
  };
  /**
   * Change a participant
   *
   * Accounts that are given replace those there are. Events that were accepted before stay as they are.
   */
  updateParticipant: {
    method: 'PATCH';
    path: '/v1/participants/{id}';
    input: {
      path: {
        id: string;
      };
      body: ParticipantChange;
    };
    answers: {
      200: Participant;
    };
  };
  /**
   * Two participants are one person
   *
   * The participant of the path takes in the one named by `from`, for good: accounts, points, progress, rewards and referrals of both count together, and what the profile lacks is taken over. What may happen once and both did counts once: the points that the absorbed one got for it are taken back as a correction, as far as there are any. Of two referrers the one of the earlier join stays. From then on the absorbed one's id, external_id and referral code are other names of the participant. Events that were accepted before stay as they are. Asking again changes nothing and answers with `repeated: true`.
   */
  mergeParticipants: {
    method: 'POST';
    path: '/v1/participants/{id}/merge';
    input: {
      path: {
        id: string;
      };
      body: {
        from: string;
        /** Kept with the absorbed one */
        reason?: string;
      };
    };
    answers: {
      200: Merge;
    };
  };
  /**
   * Everything kept about a participant
   *
   * One JSON object with a list for each kind: profile, merged, accounts, participations, completions, plays, trigger_events, ledger, referred_by, referrals, earnings, payouts, sign_ins and events. It is written while it is read, however large it is; amounts are decimal text. Ask for it before an erasure.
   */
  exportParticipant: {
    method: 'POST';
    path: '/v1/participants/{id}/export';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Readonly<Record<string, readonly unknown[]>>;
    };
  };
  /**
   * Erase a participant's personal data
   *
   * For good. At once the participant is anonymous: name, addresses, accounts, external_id, fields and referral code are gone, nobody can act under the id, and tokens of their browsers end. What they did stays as numbers, so that totals still add up. A job then takes them out of stored events (theirs, and those of others that name them), answers and addresses of attempts, requests in inboxes, accounts of completions, plays and payouts, keys, forms, and reports of imports. Deliveries of such events show and resend the erased form from then on; what receivers were sent before is theirs to erase. References of payments that were made stay, as books must. Whoever comes again under the same external_id is somebody new. Asking again changes nothing.
   */
  eraseParticipant: {
    method: 'POST';
    path: '/v1/participants/{id}/erasure';
    input: {
      path: {
        id: string;
      };
      body: {
        /** Kept on record: no personal data here */
        reason?: string;
      };
    };
    answers: {
      202: AskedErasure;
    };
  };
  /** Who asked for an erasure, when, and what came of it */
  getErasure: {
    method: 'GET';
    path: '/v1/participants/{id}/erasure';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Erasure;
    };
  };
  /** The payload formats, and what a webhook may ask for in each */
  listFormats: {
    method: 'GET';
    path: '/v1/formats';
    input: {
    };
    answers: {
      200: {
        data: readonly Format[];
      };
    };
  };
  /**
   * The webhooks, newest first
   *
   * Where filters match little, only so much is looked through for one page: it may hold fewer than `limit`, or nothing, although there is more. Go on with `next_cursor` and the same filters until it is null.
   */
  listWebhooks: {
    method: 'GET';
    path: '/v1/webhooks';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** These, separated by commas; at most 100 */
        ids?: string | undefined;
        /** Part of the name, the id, the URL or the description. Case does not matter. */
        search?: string | undefined;
        /** One, or several separated by commas */
        format?: string | undefined;
        /** Those that get its events: for this campaign, or for all */
        campaign_id?: string | undefined;
        /** With `campaign_id`. true: those for this campaign alone; false: those that are for others, too */
        exclusive?: 'true' | 'false' | undefined;
        /** Event types, or scopes of claimr, separated by commas; at most 20. Those that are sent any of them: who name it, and who take everything. A campaign or a test participant of an event may still keep it from them. */
        events?: string | undefined;
        /** The gravest that can be said. failing: its receiver is down; parked: deliveries wait for somebody to decide; refused: more than a tenth of at least 20 attempts in this hour and the one before were not acknowledged; healthy: none of these. active: all but inactive and disabled */
        state?: 'healthy' | 'refused' | 'parked' | 'failing' | 'inactive' | 'disabled' | 'active' | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Webhook[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * A new webhook
   *
   * It receives events that are accepted after this was answered; other nodes on the same database know of it a moment later.
   */
  createWebhook: {
    method: 'POST';
    path: '/v1/webhooks';
    input: {
      body: {
        /** 3 to 64 letters, digits, "_" or "-", unique in the organization; generated unless given. Fixed once a delivery was made. */
        id?: string;
        name?: string;
        description?: string;
        url?: string;
        /** One that the format allows; POST unless given. GET and DELETE carry the payload in the query, in a URL of at most 8,000 bytes */
        method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
        /** Sent with every request. Null keeps the saved value of a header. */
        headers?: Readonly<Record<string, string | null>>;
        format?: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
        /** CloudEvents only; structured unless given */
        mode?: 'structured' | 'binary' | null;
        /** Event types, for claimr scopes. Empty: everything that the format carries, but for webhook.failing, webhook.disabled, webhook.recovered and webhook.parked, which go to those who name them. */
        events?: readonly string[];
        /** Empty: all campaigns, new ones included. Otherwise events outside any campaign are not sent. */
        campaigns?: readonly string[];
        status?: 'active' | 'inactive';
        retry_policy?: {
          /** Pause before each retry, from the failure before: 0 to 20 of them, 1 second to 7 days each */
          delays_seconds: readonly number[];
        };
        /** 1,000 to 30,000, over the whole exchange; 15,000 unless given */
        timeout_ms?: number;
        include_test_participants?: boolean;
        /** So many requests a second from all nodes together; or adaptive: rising while answers are quick and good, halved when the receiver asks for less or slows down, never above per_second from one node. Null: no limit */
        rate_limit?: {
          /** 0.01 to 10,000 */
          per_second?: number;
          adaptive?: boolean;
        } | null;
        /** Deliveries about one participant, or all of the webhook, one after the other. Null: in any order, as fast as they come */
        ordering?: {
          by?: 'participant' | 'webhook';
          /** While the first of a line is not acknowledged: wait (it is tried until it is, and what is behind it waits), park (once its attempts are used up, its participant waits until somebody decides, and all others go on; unless given), skip (once its attempts are used up, the next one follows) */
          on_failure?: 'wait' | 'park' | 'skip';
        } | null;
        /** For a webhook that pays out rewards: its answer 202 means that the payment is being processed and will be settled by POST /v1/payouts/{id}/settlement */
        payout_processing?: boolean;
        /** Your own: whsec_…, whsk_…, or a text of 16 to 256 characters. Generated unless given. */
        secret?: string;
        /** Of a generated secret: v1 is HMAC-SHA256 (default), v1a is Ed25519 */
        signature_version?: 'v1' | 'v1a';
      };
    };
    answers: {
      201: WebhookWithSecret;
    };
  };
  /** One webhook */
  getWebhook: {
    method: 'GET';
    path: '/v1/webhooks/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Webhook;
    };
  };
  /**
   * Change a webhook
   *
   * What is left out stays. Deliveries that wait are sent with the new settings, in the format they were made in. While inactive nothing is sent and nothing is queued; queued retries go on when it is active again.
   */
  updateWebhook: {
    method: 'PATCH';
    path: '/v1/webhooks/{id}';
    input: {
      path: {
        id: string;
      };
      body: {
        /** 3 to 64 letters, digits, "_" or "-", unique in the organization; generated unless given. Fixed once a delivery was made. */
        id?: string;
        name?: string;
        description?: string;
        url?: string;
        /** One that the format allows; POST unless given. GET and DELETE carry the payload in the query, in a URL of at most 8,000 bytes */
        method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
        /** Sent with every request. Null keeps the saved value of a header. */
        headers?: Readonly<Record<string, string | null>>;
        format?: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
        /** CloudEvents only; structured unless given */
        mode?: 'structured' | 'binary' | null;
        /** Event types, for claimr scopes. Empty: everything that the format carries, but for webhook.failing, webhook.disabled, webhook.recovered and webhook.parked, which go to those who name them. */
        events?: readonly string[];
        /** Empty: all campaigns, new ones included. Otherwise events outside any campaign are not sent. */
        campaigns?: readonly string[];
        status?: 'active' | 'inactive';
        retry_policy?: {
          /** Pause before each retry, from the failure before: 0 to 20 of them, 1 second to 7 days each */
          delays_seconds: readonly number[];
        };
        /** 1,000 to 30,000, over the whole exchange; 15,000 unless given */
        timeout_ms?: number;
        include_test_participants?: boolean;
        /** So many requests a second from all nodes together; or adaptive: rising while answers are quick and good, halved when the receiver asks for less or slows down, never above per_second from one node. Null: no limit */
        rate_limit?: {
          /** 0.01 to 10,000 */
          per_second?: number;
          adaptive?: boolean;
        } | null;
        /** Deliveries about one participant, or all of the webhook, one after the other. Null: in any order, as fast as they come */
        ordering?: {
          by?: 'participant' | 'webhook';
          /** While the first of a line is not acknowledged: wait (it is tried until it is, and what is behind it waits), park (once its attempts are used up, its participant waits until somebody decides, and all others go on; unless given), skip (once its attempts are used up, the next one follows) */
          on_failure?: 'wait' | 'park' | 'skip';
        } | null;
        /** For a webhook that pays out rewards: its answer 202 means that the payment is being processed and will be settled by POST /v1/payouts/{id}/settlement */
        payout_processing?: boolean;
      };
    };
    answers: {
      200: Webhook;
    };
  };
  /**
   * Delete a webhook
   *
   * Its open deliveries are cancelled. Its history stays as long as history is kept.
   */
  deleteWebhook: {
    method: 'DELETE';
    path: '/v1/webhooks/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * Give a webhook a new secret
   *
   * The secrets before it go on signing beside it until the overlap ends, so a receiver can change over in its own time.
   */
  rotateWebhookSecret: {
    method: 'POST';
    path: '/v1/webhooks/{id}/rotate-secret';
    input: {
      path: {
        id: string;
      };
      body: {
        /** Your own: whsec_…, whsk_…, or a text of 16 to 256 characters. Generated unless given. */
        secret?: string;
        /** Of a generated secret: v1 is HMAC-SHA256 (default), v1a is Ed25519 */
        signature_version?: 'v1' | 'v1a';
        /** 0 to 604,800 (7 days); 86,400 (a day) unless given */
        overlap_seconds?: number;
      };
    };
    answers: {
      200: WebhookWithSecret;
    };
  };
  /**
   * What a webhook would send
   *
   * For every event it subscribes to: the request, the schema of its body, a curl command, and code that verifies it.
   */
  listWebhookExamples: {
    method: 'GET';
    path: '/v1/webhooks/{id}/examples';
    input: {
      path: {
        id: string;
      };
      query?: {
        event_type?: string | undefined;
        /** A participant (`usr_…`) whose counters to show; a sample unless given */
        participant_id?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly WebhookExample[];
        verification: {
          signature_version: 'v1' | 'v1a';
          typescript: string;
          python: string;
          go: string;
          php: string;
        };
      };
    };
  };
  /** How a webhook is doing */
  getWebhookHealth: {
    method: 'GET';
    path: '/v1/webhooks/{id}/health';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: WebhookHealth;
    };
  };
  /** When a webhook began to fail, recovered or was disabled, newest first */
  listWebhookHealthChanges: {
    method: 'GET';
    path: '/v1/webhooks/{id}/health-changes';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly WebhookHealthChange[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** Webhooks whose receivers do not acknowledge */
  listFailingWebhooks: {
    method: 'GET';
    path: '/v1/failing-webhooks';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly FailingWebhook[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Send a simulated event
   *
   * One real request with `webhook-test: 1`, about an event that did not happen. No counter changes and nothing is recorded.
   */
  testWebhook: {
    method: 'POST';
    path: '/v1/webhooks/{id}/test';
    input: {
      path: {
        id: string;
      };
      body: {
        /** The participant (`usr_…`) whose current counters are sent; a sample unless given */
        participant_id?: string;
        /** The webhook's first event unless given */
        event_type?: string;
        /** claimr: the scope to send it under */
        scope?: string;
        /** Edited settings, not saved */
        settings?: {
          /** 3 to 64 letters, digits, "_" or "-", unique in the organization; generated unless given. Fixed once a delivery was made. */
          id?: string;
          name?: string;
          description?: string;
          url?: string;
          /** One that the format allows; POST unless given. GET and DELETE carry the payload in the query, in a URL of at most 8,000 bytes */
          method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
          /** Sent with every request. Null keeps the saved value of a header. */
          headers?: Readonly<Record<string, string | null>>;
          format?: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
          /** CloudEvents only; structured unless given */
          mode?: 'structured' | 'binary' | null;
          /** Event types, for claimr scopes. Empty: everything that the format carries, but for webhook.failing, webhook.disabled, webhook.recovered and webhook.parked, which go to those who name them. */
          events?: readonly string[];
          /** Empty: all campaigns, new ones included. Otherwise events outside any campaign are not sent. */
          campaigns?: readonly string[];
          status?: 'active' | 'inactive';
          retry_policy?: {
            /** Pause before each retry, from the failure before: 0 to 20 of them, 1 second to 7 days each */
            delays_seconds: readonly number[];
          };
          /** 1,000 to 30,000, over the whole exchange; 15,000 unless given */
          timeout_ms?: number;
          include_test_participants?: boolean;
          /** So many requests a second from all nodes together; or adaptive: rising while answers are quick and good, halved when the receiver asks for less or slows down, never above per_second from one node. Null: no limit */
          rate_limit?: {
            /** 0.01 to 10,000 */
            per_second?: number;
            adaptive?: boolean;
          } | null;
          /** Deliveries about one participant, or all of the webhook, one after the other. Null: in any order, as fast as they come */
          ordering?: {
            by?: 'participant' | 'webhook';
            /** While the first of a line is not acknowledged: wait (it is tried until it is, and what is behind it waits), park (once its attempts are used up, its participant waits until somebody decides, and all others go on; unless given), skip (once its attempts are used up, the next one follows) */
            on_failure?: 'wait' | 'park' | 'skip';
          } | null;
          /** For a webhook that pays out rewards: its answer 202 means that the payment is being processed and will be settled by POST /v1/payouts/{id}/settlement */
          payout_processing?: boolean;
        };
      };
    };
    answers: {
      200: WebhookTestResult;
    };
  };
  /**
   * Send a simulated event to a webhook that is not saved
   *
   * As for a saved one, but never signed.
   */
  testUnsavedWebhook: {
    method: 'POST';
    path: '/v1/webhook-tests';
    input: {
      body: {
        /** The participant (`usr_…`) whose current counters are sent; a sample unless given */
        participant_id?: string;
        /** The webhook's first event unless given */
        event_type?: string;
        /** claimr: the scope to send it under */
        scope?: string;
        settings: {
          /** 3 to 64 letters, digits, "_" or "-", unique in the organization; generated unless given. Fixed once a delivery was made. */
          id?: string;
          name?: string;
          description?: string;
          url?: string;
          /** One that the format allows; POST unless given. GET and DELETE carry the payload in the query, in a URL of at most 8,000 bytes */
          method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
          /** Sent with every request. Null keeps the saved value of a header. */
          headers?: Readonly<Record<string, string | null>>;
          format?: 'claimr' | 'chainvine' | 'gamify-route' | 'reward' | 'standard' | 'cloudevents';
          /** CloudEvents only; structured unless given */
          mode?: 'structured' | 'binary' | null;
          /** Event types, for claimr scopes. Empty: everything that the format carries, but for webhook.failing, webhook.disabled, webhook.recovered and webhook.parked, which go to those who name them. */
          events?: readonly string[];
          /** Empty: all campaigns, new ones included. Otherwise events outside any campaign are not sent. */
          campaigns?: readonly string[];
          status?: 'active' | 'inactive';
          retry_policy?: {
            /** Pause before each retry, from the failure before: 0 to 20 of them, 1 second to 7 days each */
            delays_seconds: readonly number[];
          };
          /** 1,000 to 30,000, over the whole exchange; 15,000 unless given */
          timeout_ms?: number;
          include_test_participants?: boolean;
          /** So many requests a second from all nodes together; or adaptive: rising while answers are quick and good, halved when the receiver asks for less or slows down, never above per_second from one node. Null: no limit */
          rate_limit?: {
            /** 0.01 to 10,000 */
            per_second?: number;
            adaptive?: boolean;
          } | null;
          /** Deliveries about one participant, or all of the webhook, one after the other. Null: in any order, as fast as they come */
          ordering?: {
            by?: 'participant' | 'webhook';
            /** While the first of a line is not acknowledged: wait (it is tried until it is, and what is behind it waits), park (once its attempts are used up, its participant waits until somebody decides, and all others go on; unless given), skip (once its attempts are used up, the next one follows) */
            on_failure?: 'wait' | 'park' | 'skip';
          } | null;
          /** For a webhook that pays out rewards: its answer 202 means that the payment is being processed and will be settled by POST /v1/payouts/{id}/settlement */
          payout_processing?: boolean;
        };
      };
    };
    answers: {
      200: WebhookTestResult;
    };
  };
  /**
   * Check a URL before a webhook has it
   *
   * Whether webhooks may point there, and whether the name of the host can be looked up now. Nothing is sent to it. A URL whose name is not known yet can be saved all the same. Each organization may check 60 in a minute.
   */
  checkWebhookUrl: {
    method: 'POST';
    path: '/v1/webhook-url-checks';
    input: {
      body: {
        url: string;
      };
    };
    answers: {
      200: WebhookUrlCheck;
    };
  };
  /**
   * Deliveries, newest first
   *
   * Filters narrow each other down; one that names something unknown finds nothing. By campaign, type or participant alone, deliveries of the newest events come first, which is the same unless a replay sent an old event again. Where filters match little, only so much is looked through for one page: it may hold fewer than `limit`, or nothing, although there is more. Go on with `next_cursor` and the same filters until it is null.
   */
  listDeliveries: {
    method: 'GET';
    path: '/v1/deliveries';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        webhook_id?: string | undefined;
        campaign_id?: string | undefined;
        event_id?: string | undefined;
        event_type?: string | undefined;
        /** Ours (`usr_…`) or the organization's own id */
        participant_id?: string | undefined;
        state?: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled' | undefined;
        /** HTTP status of the answer to `last_attempt`: one, or a class of them */
        status?: string | undefined;
        /** Why `last_attempt` got no complete answer */
        failure?: 'invalid_request' | 'dns_failed' | 'dns_timeout' | 'blocked_address' | 'connection_refused' | 'connect_timeout' | 'network_unreachable' | 'tls_expired' | 'tls_self_signed' | 'tls_wrong_host' | 'tls_failed' | 'connection_reset' | 'header_timeout' | 'malformed_response' | 'body_timeout' | 'truncated_response' | 'interrupted' | undefined;
        /** Part of what went wrong with `last_attempt`, or of what the receiver answered to it, where that failed. A to Z are the same as a to z. Answers are searched as long as they are kept. */
        error?: string | undefined;
        /** Made at or after this time */
        since?: string | undefined;
        /** Made before this time */
        until?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Delivery[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Deliveries of one webhook, newest first
   *
   * As `GET /v1/deliveries` with `webhook_id`. Where filters match little, only so much is looked through for one page: it may hold fewer than `limit`, or nothing, although there is more. Go on with `next_cursor` and the same filters until it is null.
   */
  listWebhookDeliveries: {
    method: 'GET';
    path: '/v1/webhooks/{id}/deliveries';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        campaign_id?: string | undefined;
        event_id?: string | undefined;
        event_type?: string | undefined;
        /** Ours (`usr_…`) or the organization's own id */
        participant_id?: string | undefined;
        state?: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled' | undefined;
        /** HTTP status of the answer to `last_attempt`: one, or a class of them */
        status?: string | undefined;
        /** Why `last_attempt` got no complete answer */
        failure?: 'invalid_request' | 'dns_failed' | 'dns_timeout' | 'blocked_address' | 'connection_refused' | 'connect_timeout' | 'network_unreachable' | 'tls_expired' | 'tls_self_signed' | 'tls_wrong_host' | 'tls_failed' | 'connection_reset' | 'header_timeout' | 'malformed_response' | 'body_timeout' | 'truncated_response' | 'interrupted' | undefined;
        /** Part of what went wrong with `last_attempt`, or of what the receiver answered to it, where that failed. A to Z are the same as a to z. Answers are searched as long as they are kept. */
        error?: string | undefined;
        /** Made at or after this time */
        since?: string | undefined;
        /** Made before this time */
        until?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Delivery[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** One delivery, with the request it makes */
  getDelivery: {
    method: 'GET';
    path: '/v1/deliveries/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: DeliveryDetail;
    };
  };
  /** The attempts of a delivery, in the order they were made */
  listAttempts: {
    method: 'GET';
    path: '/v1/deliveries/{id}/attempts';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        data: readonly Attempt[];
      };
    };
  };
  /**
   * Send a delivery once more
   *
   * One extra attempt, at once, whatever became of the others; the automatic schedule goes on as if nothing had happened. For many there is `POST /v1/resends`.
   */
  resendDelivery: {
    method: 'POST';
    path: '/v1/deliveries/{id}/resend';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      202: {
        /** The delivery (`dlv_…`) */
        id: string;
        resend_queued: true;
      };
    };
  };
  /**
   * Give up a delivery that others wait for
   *
   * Ends a delivery of a webhook with `ordering` as cancelled, parked or not, so that the next one of its line follows. It can be resent later.
   */
  skipDelivery: {
    method: 'POST';
    path: '/v1/deliveries/{id}/skip';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        /** The delivery (`dlv_…`) */
        id: string;
        state: 'cancelled';
      };
    };
  };
  /**
   * Try all parked deliveries of a webhook again
   *
   * Their attempts begin anew, at once, as far as the retry policy goes; what stands behind each follows when it is acknowledged. They are listed by `GET /v1/webhooks/{id}/deliveries?state=parked`.
   */
  retryParkedDeliveries: {
    method: 'POST';
    path: '/v1/webhooks/{id}/parked-deliveries/retry';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        /** How many were parked */
        deliveries: number;
      };
    };
  };
  /**
   * Give up all parked deliveries of a webhook
   *
   * They end as cancelled, and what stands behind each follows.
   */
  skipParkedDeliveries: {
    method: 'POST';
    path: '/v1/webhooks/{id}/parked-deliveries/skip';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        /** How many were parked */
        deliveries: number;
      };
    };
  };
  /**
   * Replay events of the log to a webhook
   *
   * Each event that the webhook's settings of now ask for gets a new delivery: another `webhook-id`, the same event id. `failed` sends deliveries again under their own ids, whatever the webhook asks for now.
   *
   * What is new and what is tried again goes first: a lane takes a delivery of a replay when it has nothing else due. At most two seconds of the rate are made ahead, and at most 1,000 deliveries of a replay are open; retries follow the policy of the webhook. No schedule of another delivery is touched.
   *
   * Requests for payments are never sent again: `payout.requested` is left out for a webhook that pays rewards or was ever asked to, and in the ChainVine format, and counted as skipped. Ask for a new attempt with `POST /v1/payouts/{id}/retry`.
   *
   * Answered with 202 and the replay, which goes on by itself, also after a restart; with `dry_run` it is answered with 200 and what it would do. One replay to a webhook is open at a time. Events younger than about 15 seconds are looked at once they are that old, so that none is passed over.
   */
  createReplay: {
    method: 'POST';
    path: '/v1/webhooks/{id}/replays';
    input: {
      path: {
        id: string;
      };
      body: {
        /** `missing`: events that no delivery to this webhook was made for, as from before it existed or while it was inactive. `failed`: deliveries that ended undelivered and have none newer of the same event; they are sent again as they are, under the same id, as `POST /v1/deliveries/{id}/resend` does. `all`: every event. */
        only: 'missing' | 'failed' | 'all';
        /** Events accepted at or after this time */
        since: string;
        /** Events accepted before this time; now unless given */
        until?: string;
        event_types?: readonly string[];
        campaign_id?: string;
        /** Ours (`usr_…`) or the organization's own id */
        participant_id?: string;
        /** Default: 50 */
        rate_per_second?: number;
        /** Count, and send nothing. Default: false */
        dry_run?: boolean;
      };
    };
    answers: {
      200: ReplayForecast;
      202: Replay;
    };
  };
  /** Replays to a webhook, newest first */
  listReplays: {
    method: 'GET';
    path: '/v1/webhooks/{id}/replays';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Replay[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * One replay, and how far it is
   *
   * It is done when everything made was attempted; what fails goes on by the retry policy and is counted here.
   */
  getReplay: {
    method: 'GET';
    path: '/v1/replays/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Replay;
    };
  };
  /**
   * Pause a replay
   *
   * It makes no more deliveries. What was made, at most two seconds of its rate, still arrives.
   */
  pauseReplay: {
    method: 'POST';
    path: '/v1/replays/{id}/pause';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Replay;
    };
  };
  /**
   * Go on with a replay that was paused
   *
   * It goes on where it stopped, under its rate.
   */
  resumeReplay: {
    method: 'POST';
    path: '/v1/replays/{id}/resume';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Replay;
    };
  };
  /**
   * Cancel a replay
   *
   * What waits for an attempt ends as cancelled; what is under way ends as it will. For `missing`, events whose delivery was never attempted are missing still.
   */
  cancelReplay: {
    method: 'POST';
    path: '/v1/replays/{id}/cancel';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Replay;
    };
  };
  /**
   * Send many deliveries once more
   *
   * One extra attempt of each, under its own id and whatever became of it before, as `POST /v1/deliveries/{id}/resend` makes of one; the automatic schedules go on as if nothing had happened. First all that match are found, so that the choice does not change while it is worked off; then they are sent, the oldest first.
   *
   * What is new and what is tried again goes first, and each webhook keeps its own rate and its turn: at most 100 of one webhook wait at a time, so a receiver that is away does not hold up the others. Requests for payments are never sent again.
   *
   * Answered with 202 and the resend, which goes on by itself, also after a restart; with `dry_run` it is answered with 200 and how many there are. One by a filter is open at a time, of at most 500,000 deliveries. To send events that a webhook never got there is `POST /v1/webhooks/{id}/replays`.
   */
  createResend: {
    method: 'POST';
    path: '/v1/resends';
    input: {
      body: {
        filter?: DeliveryFilter;
        delivery_ids?: readonly string[];
        /** Default: 50 */
        rate_per_second?: number;
        /** Count, and send nothing. Default: false */
        dry_run?: boolean;
      };
    };
    answers: {
      200: ResendForecast;
      202: Resend;
    };
  };
  /** Resends, newest first */
  listResends: {
    method: 'GET';
    path: '/v1/resends';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Resend[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** One resend, and how far it is */
  getResend: {
    method: 'GET';
    path: '/v1/resends/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Resend;
    };
  };
  /**
   * Pause a resend
   *
   * It sends no more. What is due, at most two seconds of its rate, still arrives.
   */
  pauseResend: {
    method: 'POST';
    path: '/v1/resends/{id}/pause';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Resend;
    };
  };
  /**
   * Go on with a resend that was paused
   *
   * It goes on where it stopped, under its rate.
   */
  resumeResend: {
    method: 'POST';
    path: '/v1/resends/{id}/resume';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Resend;
    };
  };
  /**
   * Cancel a resend
   *
   * What waits is not sent; what is under way ends as it will.
   */
  cancelResend: {
    method: 'POST';
    path: '/v1/resends/{id}/cancel';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Resend;
    };
  };
  /** The inboxes, newest first */
  listInboxes: {
    method: 'GET';
    path: '/v1/inboxes';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Inbox[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * A new inbox
   *
   * It stores whatever is sent to its path, says whether the signature verifies, and answers as it is told.
   */
  createInbox: {
    method: 'POST';
    path: '/v1/inboxes';
    input: {
      body: {
        name: string;
        /** Of a sender other than this organization's webhooks, to check its signatures with; those of webhooks that point here are known */
        secret?: string | null;
        answer?: {
          /** 200 to 599; 204 unless given */
          status?: number;
          headers?: Readonly<Record<string, string>>;
          /** At most 64 KiB */
          body?: string;
          /** Waited before answering; at most 120000 */
          delay_ms?: number;
          /** Cut the connection instead of answering */
          reset?: boolean;
        };
      };
    };
    answers: {
      201: Inbox;
    };
  };
  /** One inbox */
  getInbox: {
    method: 'GET';
    path: '/v1/inboxes/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Inbox;
    };
  };
  /**
   * Change an inbox or how it answers
   *
   * What is left out stays, also within the answer.
   */
  updateInbox: {
    method: 'PATCH';
    path: '/v1/inboxes/{id}';
    input: {
      path: {
        id: string;
      };
      body: {
        name?: string;
        /** Of a sender other than this organization's webhooks, to check its signatures with; those of webhooks that point here are known */
        secret?: string | null;
        answer?: {
          /** 200 to 599; 204 unless given */
          status?: number;
          headers?: Readonly<Record<string, string>>;
          /** At most 64 KiB */
          body?: string;
          /** Waited before answering; at most 120000 */
          delay_ms?: number;
          /** Cut the connection instead of answering */
          reset?: boolean;
        };
      };
    };
    answers: {
      200: Inbox;
    };
  };
  /** Delete an inbox and everything it received */
  deleteInbox: {
    method: 'DELETE';
    path: '/v1/inboxes/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /** What an inbox received, newest first */
  listInboxRequests: {
    method: 'GET';
    path: '/v1/inboxes/{id}/requests';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly InboxRequest[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** Empty an inbox */
  deleteInboxRequests: {
    method: 'DELETE';
    path: '/v1/inboxes/{id}/requests';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: {
        deleted: number;
      };
    };
  };
  /** One request that an inbox received */
  getInboxRequest: {
    method: 'GET';
    path: '/v1/inboxes/{id}/requests/{request_id}';
    input: {
      path: {
        id: string;
        request_id: string;
      };
    };
    answers: {
      200: InboxRequest;
    };
  };
  /**
   * All participants as a table
   *
   * Oldest first, with a column for each platform on which somebody has an account; several accounts of a person on one platform stand below each other in their cell. It can be imported as it is. A CSV file in UTF-8 (RFC 4180), written while it is read, however large it is. Text that a spreadsheet would take for a formula has an apostrophe before it.
   */
  exportParticipants: {
    method: 'GET';
    path: '/v1/participants.csv';
    input: {
    };
    answers: {
      200: string;
    };
    streams: true;
  };
  /**
   * Completions and ledger entries as a table
   *
   * Newest first. A CSV file in UTF-8 (RFC 4180), written while it is read, however large it is. Text that a spreadsheet would take for a formula has an apostrophe before it.
   */
  exportActivity: {
    method: 'GET';
    path: '/v1/campaigns/{id}/activity.csv';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: string;
    };
    streams: true;
  };
  /**
   * The leaderboard as a table
   *
   * The participants with points, most first. Each line is as of when it was read: whoever gains points meanwhile may stand in two lines, or in none. A CSV file in UTF-8 (RFC 4180), written while it is read, however large it is. Text that a spreadsheet would take for a formula has an apostrophe before it.
   */
  exportLeaderboard: {
    method: 'GET';
    path: '/v1/campaigns/{id}/leaderboard.csv';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: string;
    };
    streams: true;
  };
  /**
   * Jobs, newest first
   *
   * Jobs that ended are kept as long as events are.
   */
  listJobs: {
    method: 'GET';
    path: '/v1/jobs';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        kind?: string | undefined;
        state?: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Job[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** One job, and how far it is */
  getJob: {
    method: 'GET';
    path: '/v1/jobs/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Job;
    };
  };
  /**
   * Cancel a job
   *
   * A job that is running ends after the step under way (`cancelling`). What was done stays done. Cancelling again changes nothing.
   */
  cancelJob: {
    method: 'POST';
    path: '/v1/jobs/{id}/cancel';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: Job;
    };
  };
  /**
   * What a job could not do, and why
   *
   * In the order of lines. It grows while the job runs.
   */
  listJobRefusals: {
    method: 'GET';
    path: '/v1/jobs/{id}/refusals';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly JobRefusal[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** What a job could not do, as a table */
  exportJobRefusals: {
    method: 'GET';
    path: '/v1/jobs/{id}/refusals.csv';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      200: string;
    };
    streams: true;
  };
  /** The organization of the API token */
  getOrganization: {
    method: 'GET';
    path: '/v1/organization';
    input: {
    };
    answers: {
      200: Organization;
    };
  };
  /**
   * Rename the organization
   *
   * Events that were accepted before keep the name it had.
   */
  updateOrganization: {
    method: 'PATCH';
    path: '/v1/organization';
    input: {
      body: OrganizationChange;
    };
    answers: {
      200: Organization;
    };
  };
  /**
   * Make another organization
   *
   * With nothing in it, and you as its owner. `PATCH /v1/session` works in it. Where FANFARE_NEW_ORGANIZATIONS is off nobody makes one.
   */
  createOrganization: {
    method: 'POST';
    path: '/v1/organizations';
    input: {
      body: {
        name: string;
      };
    };
    answers: {
      201: Organization;
    };
  };
  /**
   * Delete the organization with everything it has
   *
   * For good. At once every token of it is refused, this one too, browsers of its participants are no longer let in, and nothing is sent to its webhooks. A job deletes the rest from two minutes later on, in small batches; as no token is left to ask with, the log of the server tells how it goes.
   */
  deleteOrganization: {
    method: 'POST';
    path: '/v1/organization/deletion';
    input: {
      body: {
        /** The organization's name, exactly */
        confirm: string;
      };
    };
    answers: {
      202: Job;
    };
  };
  /**
   * The API tokens, newest first
   *
   * Expired ones are listed until they are deleted. The tokens themselves cannot be shown again.
   */
  listTokens: {
    method: 'GET';
    path: '/v1/tokens';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly ApiToken[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** A new API token */
  createToken: {
    method: 'POST';
    path: '/v1/tokens';
    input: {
      body: {
        /** What it is for */
        name: string;
        /** What it may do: at most what you may. Left out or null: everything that you may. docs/access.md lists the scopes. */
        scopes?: ReadonlyArray<'read' | 'publish' | 'webhooks' | 'campaigns' | 'people' | 'money' | 'tokens' | 'settings' | 'audit' | 'deletion'> | null;
        /** Default: null */
        expires_at?: string | null;
      };
    };
    answers: {
      201: NewApiToken;
    };
  };
  /**
   * Revoke an API token
   *
   * It is refused from now on, by every node. A token may revoke itself.
   */
  deleteToken: {
    method: 'DELETE';
    path: '/v1/tokens/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * The first owner's account
   *
   * With the token of the link that the server shows when it starts. It works once: until the organization has an owner.
   */
  createOwner: {
    method: 'POST';
    path: '/v1/owner';
    input: {
      body: {
        /** From the link */
        token: string;
        name: string;
        email: string;
        password: string;
      };
    };
    answers: {
      201: Session;
    };
  };
  /**
   * Sign in
   *
   * The answer sets the cookie of the session, which ends 14 days after it was used last. After 10 wrong passwords for an account, or 50 from one address, further tries within 15 minutes are refused.
   */
  createSession: {
    method: 'POST';
    path: '/v1/session';
    input: {
      body: {
        email: string;
        password: string;
      };
    };
    answers: {
      201: Session;
    };
  };
  /** Who is signed in */
  getSession: {
    method: 'GET';
    path: '/v1/session';
    input: {
    };
    answers: {
      200: Session;
    };
  };
  /** Work in another organization */
  updateSession: {
    method: 'PATCH';
    path: '/v1/session';
    input: {
      body: {
        organization_id: string;
      };
    };
    answers: {
      200: Session;
    };
  };
  /**
   * Sign out
   *
   * The session ends on every node at once.
   */
  deleteSession: {
    method: 'DELETE';
    path: '/v1/session';
    input: {
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * Have a link mailed that sets a new password
   *
   * The answer is the same whether or not there is such an account. The link works once, for an hour. Without a mail server whoever operates Fanfare makes one: `fanfare people reset <e-mail>`.
   */
  requestPasswordReset: {
    method: 'POST';
    path: '/v1/password-resets';
    input: {
      body: {
        email: string;
      };
    };
    answers: {
      202: undefined;
    };
  };
  /**
   * Set a new password
   *
   * With the token of a link, which stands behind its `#`. Every session of the account ends.
   */
  resetPassword: {
    method: 'PUT';
    path: '/v1/password';
    input: {
      body: {
        token: string;
        password: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * Sign in with another e-mail address
   *
   * A link is mailed to the new address, which `PUT /v1/person/email` confirms, once, within an hour. Until then the present one counts. Three an hour. Without a mail server whoever operates Fanfare makes the link: `fanfare people address <e-mail> <new e-mail>`.
   */
  requestEmailChange: {
    method: 'POST';
    path: '/v1/person/email-changes';
    input: {
      body: {
        current_password: string;
        email: string;
      };
    };
    answers: {
      202: EmailChange;
    };
  };
  /**
   * Confirm your new e-mail address
   *
   * With the token of the link, which stands behind its `#`. Links that set a new password no longer work, and the address before is told.
   */
  confirmEmailChange: {
    method: 'PUT';
    path: '/v1/person/email';
    input: {
      body: {
        token: string;
      };
    };
    answers: {
      200: {
        /** The person (`psn_…`) */
        id: string;
        name: string;
        email: string;
      };
    };
  };
  /** Where you are signed in, newest first */
  listOwnSessions: {
    method: 'GET';
    path: '/v1/sessions';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly OwnSession[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /** End all of your sessions but this one */
  deleteOtherSessions: {
    method: 'DELETE';
    path: '/v1/sessions';
    input: {
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * End one of your sessions
   *
   * At once, on every node. To end the one that asks is to sign out.
   */
  deleteOwnSession: {
    method: 'DELETE';
    path: '/v1/sessions/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /** Change your name */
  updatePerson: {
    method: 'PATCH';
    path: '/v1/person';
    input: {
      body: {
        name: string;
      };
    };
    answers: {
      200: {
        /** The person (`psn_…`) */
        id: string;
        name: string;
        email: string;
      };
    };
  };
  /**
   * Change your password
   *
   * All your other sessions end, and links that set a new one no longer work. After 10 wrong present passwords within 15 minutes further tries are refused.
   */
  changePassword: {
    method: 'PUT';
    path: '/v1/person/password';
    input: {
      body: {
        current_password: string;
        password: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /** Who belongs to the organization, newest people first */
  listMembers: {
    method: 'GET';
    path: '/v1/members';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Member[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Give somebody another role
   *
   * It counts at once. Only owners make owners, or change one; the last one stays an owner.
   */
  updateMember: {
    method: 'PATCH';
    path: '/v1/members/{id}';
    input: {
      path: {
        id: string;
      };
      body: {
        /** docs/access.md tells what each may do */
        role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
      };
    };
    answers: {
      200: Member;
    };
  };
  /**
   * Remove somebody from the organization
   *
   * They are signed out of it at once. Who belongs to no other organization is forgotten. Only owners remove owners; the last one stays. API tokens they made are the organization's, and stay too.
   */
  removeMember: {
    method: 'DELETE';
    path: '/v1/members/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /** Invitations that nobody has accepted yet, newest first */
  listInvitations: {
    method: 'GET';
    path: '/v1/invitations';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly Invitation[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Invite somebody
   *
   * Within seven days the link makes them a member, and an account if they have none. It takes the place of an earlier invitation to the same address. Only owners invite owners.
   */
  createInvitation: {
    method: 'POST';
    path: '/v1/invitations';
    input: {
      body: {
        email: string;
        /** docs/access.md tells what each may do */
        role: 'owner' | 'admin' | 'developer' | 'manager' | 'viewer';
      };
    };
    answers: {
      201: NewInvitation;
    };
  };
  /** Take an invitation back */
  deleteInvitation: {
    method: 'DELETE';
    path: '/v1/invitations/{id}';
    input: {
      path: {
        id: string;
      };
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * What the link of an invitation leads to
   *
   * With the token of the link. Changes nothing.
   */
  previewInvitation: {
    method: 'POST';
    path: '/v1/invitations/preview';
    input: {
      body: {
        token: string;
      };
    };
    answers: {
      200: InvitationOffer;
    };
  };
  /**
   * Accept an invitation
   *
   * With the token of the link, which stands behind its `#`. Who has an account with that address gives its password; for everybody else one is made. Either way they are signed in.
   */
  acceptInvitation: {
    method: 'POST';
    path: '/v1/invitations/acceptance';
    input: {
      body: {
        token: string;
        /** Of a new account */
        name?: string;
        password: string;
      };
    };
    answers: {
      201: Session;
    };
  };
  /**
   * What the organization may use, and what it does
   *
   * Whoever operates this Fanfare sets quotas; an organization can read them.
   *
   * Beyond a quota of requests, events or deliveries, whatever makes events is answered with 429 (`too_many_requests`) and `Retry-After`; beyond one of things, whatever makes another is answered with 409 (`quota_reached`). The problem names the quota. Answers to requests that make events carry the fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) for the quotas of requests and events that the organization has.
   *
   * Events of test participants are not counted.
   */
  listQuotas: {
    method: 'GET';
    path: '/v1/quotas';
    input: {
    };
    answers: {
      200: Quotas;
    };
  };
  /** Who is told of failing webhooks */
  getAlerts: {
    method: 'GET';
    path: '/v1/organization/alerts';
    input: {
    };
    answers: {
      200: Alerts;
    };
  };
  /**
   * Say who is told of failing webhooks
   *
   * Needs a mail server, which the operator names in FANFARE_SMTP_URL; without one nobody is told by e-mail. Webhooks that name webhook.failing, webhook.disabled, webhook.recovered and webhook.parked are told in any case.
   */
  putAlerts: {
    method: 'PUT';
    path: '/v1/organization/alerts';
    input: {
      body: {
        emails: readonly string[];
      };
    };
    answers: {
      200: Alerts;
    };
  };
  /** Who changed what, newest first */
  listAuditEntries: {
    method: 'GET';
    path: '/v1/audit-log';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** Id of a person or token, or `operator` */
        actor?: string | undefined;
        action?: string | undefined;
        /** Id of what was changed */
        target?: string | undefined;
        since?: string | undefined;
        /** Before this time */
        until?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly AuditEntry[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
      };
    };
  };
  /**
   * Whether the audit log is as it was written
   *
   * Follows the hashes from the first entry to the last. It shows that entries were changed, taken out or put in; not that all of them were written anew by somebody who owns the database. Against that, note `head` down elsewhere from time to time.
   */
  verifyAuditLog: {
    method: 'GET';
    path: '/v1/audit-log/verification';
    input: {
    };
    answers: {
      200: AuditVerification;
    };
  };
  /** The audit log as a table, oldest first */
  exportAuditLogTable: {
    method: 'GET';
    path: '/v1/audit-log.csv';
    input: {
      query?: {
        /** Id of a person or token, or `operator` */
        actor?: string | undefined;
        action?: string | undefined;
        /** Id of what was changed */
        target?: string | undefined;
        since?: string | undefined;
        /** Before this time */
        until?: string | undefined;
      };
    };
    answers: {
      200: string;
    };
    streams: true;
  };
  /**
   * The audit log as lines of JSON, oldest first
   *
   * One entry in each line, as the list shows it. A file with every entry can be verified anywhere: `fanfare audit verify <file>`.
   */
  exportAuditLog: {
    method: 'GET';
    path: '/v1/audit-log.jsonl';
    input: {
      query?: {
        /** Id of a person or token, or `operator` */
        actor?: string | undefined;
        action?: string | undefined;
        /** Id of what was changed */
        target?: string | undefined;
        since?: string | undefined;
        /** Before this time */
        until?: string | undefined;
      };
    };
    answers: {
      200: string;
    };
  };
  /**
   * Events and attempts of the organization over time
   *
   * Counted by the nodes and written every five seconds, less often under much load; events and attempts of test participants, and tests of webhooks, are not in it.
   */
  getStatistics: {
    method: 'GET';
    path: '/v1/statistics';
    input: {
      query?: {
        /** A day before `until` unless given; at most 35 days ago */
        since?: string | undefined;
        /** Now unless given */
        until?: string | undefined;
        /** How long one interval is, beginning at multiples of it (UTC). The shortest that makes a chart unless given. Below an hour it reaches back two days. At most 1,500 intervals. */
        step?: '1m' | '5m' | '15m' | '1h' | '6h' | '1d' | undefined;
      };
    };
    answers: {
      200: Statistics;
    };
  };
  /**
   * Attempts of one webhook over time
   *
   * Counted by the nodes and written every five seconds, less often under much load; events and attempts of test participants, and tests of webhooks, are not in it.
   */
  getWebhookStatistics: {
    method: 'GET';
    path: '/v1/webhooks/{id}/statistics';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** A day before `until` unless given; at most 35 days ago */
        since?: string | undefined;
        /** Now unless given */
        until?: string | undefined;
        /** How long one interval is, beginning at multiples of it (UTC). The shortest that makes a chart unless given. Below an hour it reaches back two days. At most 1,500 intervals. */
        step?: '1m' | '5m' | '15m' | '1h' | '6h' | '1d' | undefined;
      };
    };
    answers: {
      200: WebhookStatistics;
    };
  };
  /**
   * How each webhook is doing, in a line
   *
   * Newest first. Counted by the nodes and written every five seconds, less often under much load; events and attempts of test participants, and tests of webhooks, are not in it.
   */
  listWebhookStatistics: {
    method: 'GET';
    path: '/v1/statistics/webhooks';
    input: {
      query?: {
        /** How many at most on this page. Default: 50 */
        limit?: number | undefined;
        /** Where the page before ended: its `next_cursor` */
        cursor?: string | undefined;
        /** A day before `until` unless given; at most 35 days ago */
        since?: string | undefined;
        /** Now unless given */
        until?: string | undefined;
        /** How long one interval is, beginning at multiples of it (UTC). The shortest that makes a chart unless given. Below an hour it reaches back two days. At most 1,500 intervals. */
        step?: '1m' | '5m' | '15m' | '1h' | '6h' | '1d' | undefined;
        /** These, separated by commas; at most 100 */
        ids?: string | undefined;
      };
    };
    answers: {
      200: {
        data: readonly WebhookSummary[];
        /** Give it as `cursor` for the next page; null on the last one */
        next_cursor: string | null;
        /** When the first interval begins */
        since: string;
        /** When the last one ends */
        until: string;
        step_seconds: number;
      };
    };
  };
  /**
   * Webhooks that somebody should look at, and why
   *
   * The gravest first, at most 50. A webhook that was turned off by its owner is not among them.
   */
  listConcerns: {
    method: 'GET';
    path: '/v1/statistics/concerns';
    input: {
    };
    answers: {
      200: Concerns;
    };
  };
  /**
   * What happens in the organization, while it happens
   *
   * Server-sent events (HTML standard, 9.2) of what happens in the organization, on all nodes, while it happens. `EventSource` reads it for people who are signed in; it cannot send a token, for which there is `fetch`. Every message has an `id`, an `event` (its name), and `data` in JSON: `x-messages` names the schema of each.
   *
   * First comes `ready`; then `activity` for events and attempts, `inbox` for what inboxes receive, `change` for what somebody changed, `webhook` for the settings and the health of webhooks, and `job` for the progress of jobs. `refresh` says that something was missed.
   *
   * A comment comes every 15 s. A reader who leaves 256 KiB unread, or something unread for 15 s, is cut off, as is one whose token or session is no longer valid. An organization may have 20 streams open at each node.
   */
  watchOrganization: {
    method: 'GET';
    path: '/v1/stream';
    input: {
    };
    answers: {
      200: never;
    };
    streams: true;
    messages: {
      ready: StreamReady;
      activity: StreamActivity;
      inbox: StreamInbox;
      change: StreamChange;
      webhook: StreamWebhook;
      job: StreamJob;
      refresh: StreamRefresh;
    };
  };
  /**
   * A token for one participant's browser
   *
   * With it the browser acts for this participant alone: joins, signs in, completes tasks that are marked `browser`, reads the public parts of campaigns and what is their own. Your own id makes a participant of whoever is new. Give it out only to whom you know to be this person.
   */
  createParticipantToken: {
    method: 'POST';
    path: '/v1/participant-tokens';
    input: {
      body: NewParticipantToken;
    };
    answers: {
      201: ParticipantToken;
    };
  };
  /**
   * Revoke participant tokens
   *
   * All that were made for one participant so far, or, when none is named, for anybody in the organization. They are refused from now on, by every node. API tokens stay.
   */
  revokeParticipantTokens: {
    method: 'POST';
    path: '/v1/participant-tokens/revocation';
    input: {
      body: ParticipantTokenRevocation;
    };
    answers: {
      204: undefined;
    };
  };
  /**
   * From whose pages browsers may call
   *
   * Of participants, that is: an API token does not belong into a browser.
   */
  getAllowedOrigins: {
    method: 'GET';
    path: '/v1/organization/allowed-origins';
    input: {
    };
    answers: {
      200: AllowedOrigins;
    };
  };
  /**
   * Say from whose pages browsers may call
   *
   * Replaces the list. An origin is scheme, host and port exactly as browsers write them: `https://play.example.com`, `http://localhost:5173`. There is no wildcard: a participant token that leaks must not work in the pages of just anybody.
   */
  putAllowedOrigins: {
    method: 'PUT';
    path: '/v1/organization/allowed-origins';
    input: {
      body: NewAllowedOrigins;
    };
    answers: {
      200: AllowedOrigins;
    };
  };
  /**
   * Whether the process lives
   *
   * Says nothing about the database: a process that lives but cannot serve should not be killed for it.
   */
  getHealth: {
    method: 'GET';
    path: '/healthz';
    input: {
    };
    answers: {
      200: {
        status: 'ok';
      };
    };
  };
  /**
   * Whether requests are served
   *
   * The database answers and takes writes, and no shutdown has begun. For some seconds after a write failed for want of room the answer is 503 as well.
   */
  getReadiness: {
    method: 'GET';
    path: '/readyz';
    input: {
    };
    answers: {
      200: {
        status: 'ok';
      };
    };
  };
  /**
   * Import participants from a CSV file
   *
   * Each line makes somebody new, or changes whoever has its id, external_id or one of its accounts; an empty cell leaves what there is. Columns: id, external_id, email, first_name, last_name, phone, wallet (an address on Ethereum), account:<platform>, test, referral_code, fields (a JSON object), field:<name>. Importing a file again changes nothing. The body is a CSV file in UTF-8 of up to 8,589,934,592 bytes (8192 MiB), sent as it is (text/csv). Its first line names the columns, separated by commas, semicolons or tabs. It is answered with 202 once the whole file is stored; the job then works it off, and `/v1/jobs/{id}/refusals` lists the lines that could not be taken, each with its reason. A file whose first line is wrong, or that is not UTF-8, is refused as a whole. Lines may have up to 64 KiB.
   */
  importParticipants: {
    method: 'POST';
    path: '/v1/imports/participants';
    input: {
      query?: {
        name?: string | undefined;
      };
      /** A repeat with the same key and the same file is answered with the same job (header `idempotent-replayed: true`) */
      idempotencyKey?: string | undefined;
      csv: string | Blob;
    };
    answers: {
      202: Job;
    };
  };
  /**
   * Import points from a CSV file
   *
   * Each line gives points in one campaign, or takes them with a minus, and tells of it like any other booking (cause `csv`). Columns: one of id, external_id and account:<platform>; amount; reference, which books a line once and for all; note. Where there is no reference, the name of the import and the number of the line are it, so importing a file again under its name books nothing twice. The body is a CSV file in UTF-8 of up to 8,589,934,592 bytes (8192 MiB), sent as it is (text/csv). Its first line names the columns, separated by commas, semicolons or tabs. It is answered with 202 once the whole file is stored; the job then works it off, and `/v1/jobs/{id}/refusals` lists the lines that could not be taken, each with its reason. A file whose first line is wrong, or that is not UTF-8, is refused as a whole. Lines may have up to 64 KiB.
   */
  importPoints: {
    method: 'POST';
    path: '/v1/imports/points';
    input: {
      query: {
        campaign_id: string;
        /** Needed when the file has no column reference */
        name?: string | undefined;
      };
      /** A repeat with the same key and the same file is answered with the same job (header `idempotent-replayed: true`) */
      idempotencyKey?: string | undefined;
      csv: string | Blob;
    };
    answers: {
      202: Job;
    };
  };
}

/** The same operations by method and path. */
export interface Routes {
  GET: {
    '/v1/events': Operations['listEvents'];
    '/v1/events/{id}': Operations['getEvent'];
    '/v1/event-types': Operations['listEventTypes'];
    '/v1/event-types/{type}': Operations['getEventType'];
    '/v1/campaigns': Operations['listCampaigns'];
    '/v1/campaigns/{id}': Operations['getCampaign'];
    '/v1/statistics/campaigns': Operations['listCampaignStatistics'];
    '/v1/communities': Operations['listCommunities'];
    '/v1/communities/{id}': Operations['getCommunity'];
    '/v1/campaigns/{id}/groups': Operations['listGroups'];
    '/v1/campaigns/{id}/groups/{group_id}': Operations['getGroup'];
    '/v1/campaigns/{id}/quests': Operations['listQuests'];
    '/v1/campaigns/{id}/quests/{quest_id}': Operations['getQuest'];
    '/v1/campaigns/{id}/tasks': Operations['listTasks'];
    '/v1/campaigns/{id}/tasks/{task_id}': Operations['getTask'];
    '/v1/campaigns/{id}/rewards': Operations['listRewards'];
    '/v1/campaigns/{id}/rewards/{reward_id}': Operations['getReward'];
    '/v1/campaigns/{id}/leaderboard': Operations['getLeaderboard'];
    '/v1/campaigns/{id}/participants': Operations['listCampaignParticipants'];
    '/v1/campaigns/{id}/participants/{participant_id}': Operations['getParticipation'];
    '/v1/campaigns/{id}/activity': Operations['listActivity'];
    '/v1/campaigns/{id}/referrals': Operations['listReferrals'];
    '/v1/triggers': Operations['listTriggers'];
    '/v1/triggers/{trigger_id}': Operations['getTrigger'];
    '/v1/sign-ins': Operations['listSignIns'];
    '/v1/campaigns/{id}/plays': Operations['listPlays'];
    '/v1/campaigns/{id}/high-scores': Operations['listHighScores'];
    '/v1/campaigns/{id}/earnings': Operations['listEarnings'];
    '/v1/campaigns/{id}/reward-totals': Operations['getRewardTotals'];
    '/v1/payouts': Operations['listPayouts'];
    '/v1/payouts/{id}': Operations['getPayout'];
    '/v1/campaigns/{id}/recalculations/{job_id}': Operations['getRecalculation'];
    '/v1/campaigns/{id}/recalculations/{job_id}/differences': Operations['listRecalculationDifferences'];
    '/v1/participants': Operations['listParticipants'];
    '/v1/participants/{id}': Operations['getParticipant'];
    '/v1/participants/{id}/erasure': Operations['getErasure'];
    '/v1/formats': Operations['listFormats'];
    '/v1/webhooks': Operations['listWebhooks'];
    '/v1/webhooks/{id}': Operations['getWebhook'];
    '/v1/webhooks/{id}/examples': Operations['listWebhookExamples'];
    '/v1/webhooks/{id}/health': Operations['getWebhookHealth'];
    '/v1/webhooks/{id}/health-changes': Operations['listWebhookHealthChanges'];
    '/v1/failing-webhooks': Operations['listFailingWebhooks'];
    '/v1/deliveries': Operations['listDeliveries'];
    '/v1/webhooks/{id}/deliveries': Operations['listWebhookDeliveries'];
    '/v1/deliveries/{id}': Operations['getDelivery'];
    '/v1/deliveries/{id}/attempts': Operations['listAttempts'];
    '/v1/webhooks/{id}/replays': Operations['listReplays'];
    '/v1/replays/{id}': Operations['getReplay'];
    '/v1/resends': Operations['listResends'];
    '/v1/resends/{id}': Operations['getResend'];
    '/v1/inboxes': Operations['listInboxes'];
    '/v1/inboxes/{id}': Operations['getInbox'];
    '/v1/inboxes/{id}/requests': Operations['listInboxRequests'];
    '/v1/inboxes/{id}/requests/{request_id}': Operations['getInboxRequest'];
    '/v1/participants.csv': Operations['exportParticipants'];
    '/v1/campaigns/{id}/activity.csv': Operations['exportActivity'];
    '/v1/campaigns/{id}/leaderboard.csv': Operations['exportLeaderboard'];
    '/v1/jobs': Operations['listJobs'];
    '/v1/jobs/{id}': Operations['getJob'];
    '/v1/jobs/{id}/refusals': Operations['listJobRefusals'];
    '/v1/jobs/{id}/refusals.csv': Operations['exportJobRefusals'];
    '/v1/organization': Operations['getOrganization'];
    '/v1/tokens': Operations['listTokens'];
    '/v1/session': Operations['getSession'];
    '/v1/sessions': Operations['listOwnSessions'];
    '/v1/members': Operations['listMembers'];
    '/v1/invitations': Operations['listInvitations'];
    '/v1/quotas': Operations['listQuotas'];
    '/v1/organization/alerts': Operations['getAlerts'];
    '/v1/audit-log': Operations['listAuditEntries'];
    '/v1/audit-log/verification': Operations['verifyAuditLog'];
    '/v1/audit-log.csv': Operations['exportAuditLogTable'];
    '/v1/audit-log.jsonl': Operations['exportAuditLog'];
    '/v1/statistics': Operations['getStatistics'];
    '/v1/webhooks/{id}/statistics': Operations['getWebhookStatistics'];
    '/v1/statistics/webhooks': Operations['listWebhookStatistics'];
    '/v1/statistics/concerns': Operations['listConcerns'];
    '/v1/stream': Operations['watchOrganization'];
    '/v1/organization/allowed-origins': Operations['getAllowedOrigins'];
    '/healthz': Operations['getHealth'];
    '/readyz': Operations['getReadiness'];
  };
  POST: {
    '/v1/events': Operations['publishEvents'];
    '/v1/event-type-checks': Operations['checkEventType'];
    '/v1/campaigns': Operations['createCampaign'];
    '/v1/communities': Operations['createCommunity'];
    '/v1/campaigns/{id}/groups': Operations['createGroup'];
    '/v1/campaigns/{id}/quests': Operations['createQuest'];
    '/v1/campaigns/{id}/tasks': Operations['createTask'];
    '/v1/campaigns/{id}/rewards': Operations['createReward'];
    '/v1/campaigns/{id}/participants': Operations['joinCampaign'];
    '/v1/sign-ins': Operations['signIn'];
    '/v1/campaigns/{id}/tasks/{task_id}/completions': Operations['completeTask'];
    '/v1/campaigns/{id}/points': Operations['bookPoints'];
    '/v1/triggers/{trigger_id}/users/{user_id}/events': Operations['fireTrigger'];
    '/v1/campaigns/{id}/plays': Operations['play'];
    '/v1/campaigns/{id}/claims': Operations['claimRewards'];
    '/v1/payouts/{id}/retry': Operations['retryPayout'];
    '/v1/payouts/{id}/settlement': Operations['settlePayout'];
    '/v1/campaigns/{id}/completions/{completion_id}/revocation': Operations['revokeCompletion'];
    '/v1/campaigns/{id}/recalculations': Operations['recalculate'];
    '/v1/participants': Operations['putParticipant'];
    '/v1/participants/{id}/merge': Operations['mergeParticipants'];
    '/v1/participants/{id}/export': Operations['exportParticipant'];
    '/v1/participants/{id}/erasure': Operations['eraseParticipant'];
    '/v1/webhooks': Operations['createWebhook'];
    '/v1/webhooks/{id}/rotate-secret': Operations['rotateWebhookSecret'];
    '/v1/webhooks/{id}/test': Operations['testWebhook'];
    '/v1/webhook-tests': Operations['testUnsavedWebhook'];
    '/v1/webhook-url-checks': Operations['checkWebhookUrl'];
    '/v1/deliveries/{id}/resend': Operations['resendDelivery'];
    '/v1/deliveries/{id}/skip': Operations['skipDelivery'];
    '/v1/webhooks/{id}/parked-deliveries/retry': Operations['retryParkedDeliveries'];
    '/v1/webhooks/{id}/parked-deliveries/skip': Operations['skipParkedDeliveries'];
    '/v1/webhooks/{id}/replays': Operations['createReplay'];
    '/v1/replays/{id}/pause': Operations['pauseReplay'];
    '/v1/replays/{id}/resume': Operations['resumeReplay'];
    '/v1/replays/{id}/cancel': Operations['cancelReplay'];
    '/v1/resends': Operations['createResend'];
    '/v1/resends/{id}/pause': Operations['pauseResend'];
    '/v1/resends/{id}/resume': Operations['resumeResend'];
    '/v1/resends/{id}/cancel': Operations['cancelResend'];
    '/v1/inboxes': Operations['createInbox'];
    '/v1/jobs/{id}/cancel': Operations['cancelJob'];
    '/v1/organizations': Operations['createOrganization'];
    '/v1/organization/deletion': Operations['deleteOrganization'];
    '/v1/tokens': Operations['createToken'];
    '/v1/owner': Operations['createOwner'];
    '/v1/session': Operations['createSession'];
    '/v1/password-resets': Operations['requestPasswordReset'];
    '/v1/person/email-changes': Operations['requestEmailChange'];
    '/v1/invitations': Operations['createInvitation'];
    '/v1/invitations/preview': Operations['previewInvitation'];
    '/v1/invitations/acceptance': Operations['acceptInvitation'];
    '/v1/participant-tokens': Operations['createParticipantToken'];
    '/v1/participant-tokens/revocation': Operations['revokeParticipantTokens'];
    '/v1/imports/participants': Operations['importParticipants'];
    '/v1/imports/points': Operations['importPoints'];
  };
  PUT: {
    '/v1/event-types/{type}': Operations['putEventType'];
    '/v1/triggers/{trigger_id}': Operations['putTrigger'];
    '/v1/password': Operations['resetPassword'];
    '/v1/person/email': Operations['confirmEmailChange'];
    '/v1/person/password': Operations['changePassword'];
    '/v1/organization/alerts': Operations['putAlerts'];
    '/v1/organization/allowed-origins': Operations['putAllowedOrigins'];
  };
  PATCH: {
    '/v1/campaigns/{id}': Operations['updateCampaign'];
    '/v1/communities/{id}': Operations['updateCommunity'];
    '/v1/campaigns/{id}/groups/{group_id}': Operations['updateGroup'];
    '/v1/campaigns/{id}/quests/{quest_id}': Operations['updateQuest'];
    '/v1/campaigns/{id}/tasks/{task_id}': Operations['updateTask'];
    '/v1/campaigns/{id}/rewards/{reward_id}': Operations['updateReward'];
    '/v1/participants/{id}': Operations['updateParticipant'];
    '/v1/webhooks/{id}': Operations['updateWebhook'];
    '/v1/inboxes/{id}': Operations['updateInbox'];
    '/v1/organization': Operations['updateOrganization'];
    '/v1/session': Operations['updateSession'];
    '/v1/person': Operations['updatePerson'];
    '/v1/members/{id}': Operations['updateMember'];
  };
  DELETE: {
    '/v1/event-types/{type}': Operations['deleteEventType'];
    '/v1/communities/{id}': Operations['deleteCommunity'];
    '/v1/campaigns/{id}/groups/{group_id}': Operations['deleteGroup'];
    '/v1/campaigns/{id}/quests/{quest_id}': Operations['deleteQuest'];
    '/v1/campaigns/{id}/tasks/{task_id}': Operations['deleteTask'];
    '/v1/campaigns/{id}/rewards/{reward_id}': Operations['deleteReward'];
    '/v1/triggers/{trigger_id}': Operations['deleteTrigger'];
    '/v1/webhooks/{id}': Operations['deleteWebhook'];
    '/v1/inboxes/{id}': Operations['deleteInbox'];
    '/v1/inboxes/{id}/requests': Operations['deleteInboxRequests'];
    '/v1/tokens/{id}': Operations['deleteToken'];
    '/v1/session': Operations['deleteSession'];
    '/v1/sessions': Operations['deleteOtherSessions'];
    '/v1/sessions/{id}': Operations['deleteOwnSession'];
    '/v1/members/{id}': Operations['removeMember'];
    '/v1/invitations/{id}': Operations['deleteInvitation'];
  };
}

/** Statuses of no success whose answer is no problem document. */
export const answersBesideSuccess: Readonly<Record<string, readonly number[]>> = {
  'POST /v1/events': [422],
};
