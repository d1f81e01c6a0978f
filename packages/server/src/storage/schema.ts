import type { ColumnType, Generated } from 'kysely';
import type { Uuid } from '../ids.ts';

/** The tables as Kysely sees them. The truth is `migrations/`; `spec/schema.sql` is the dump people review. */
export interface Schema {
  organizations: { id: Uuid; name: string; created_at: Generated<Date> };
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
  };
  participants: { id: Uuid; organization_id: Uuid; external_id: string; created_at: Generated<Date> };
  api_tokens: {
    id: Uuid;
    organization_id: Uuid;
    name: string;
    hash: Buffer;
    created_at: Generated<Date>;
    expires_at: Date | null;
    revoked_at: Date | null;
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
    status: Generated<string>;
    disabled_reason: string | null;
    /** bigint[]: the driver gives decimal strings and takes numbers. */
    retry_delays_ms: ColumnType<string[], number[], number[]>;
    timeout_ms: number;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
    deleted_at: Date | null;
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
    state: 'pending' | 'retrying' | 'delivered' | 'exhausted' | 'cancelled';
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
    response_body: Buffer | null;
    response_cut: boolean;
    dns_ms: number | null;
    connect_ms: number | null;
    tls_ms: number | null;
    wait_ms: number | null;
    read_ms: number | null;
    total_ms: number;
  };
  inboxes: {
    id: Uuid;
    organization_id: Uuid;
    name: string;
    answer: Json;
    ciphertext: Buffer | null;
    key_id: string | null;
    created_at: Generated<Date>;
  };
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

/** A jsonb column: read as a value, written as JSON text. */
type Json<T = unknown> = ColumnType<T, string, string>;
