import type { Selectable } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Schema } from './schema.ts';

export interface WebhookRow {
  readonly uid: Uuid;
  readonly organizationId: Uuid;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly format: string;
  readonly formatVersion: number;
  readonly mode: string | null;
  readonly events: readonly string[];
  readonly campaigns: readonly Uuid[];
  readonly includeTestParticipants: boolean;
  readonly payoutProcessing: boolean;
  readonly ratePerSecond: number | null;
  readonly rateAdaptive: boolean;
  readonly orderBy: Schema['webhooks']['order_by'];
  readonly orderOnFailure: Schema['webhooks']['order_on_failure'];
  readonly status: string;
  readonly disabledReason: string | null;
  readonly retryDelaysMs: readonly number[];
  readonly timeoutMs: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function webhookFromRow(row: Selectable<Schema['webhooks']>): WebhookRow {
  return {
    uid: row.uid,
    organizationId: row.organization_id,
    id: row.id,
    name: row.name,
    description: row.description,
    url: row.url,
    method: row.method,
    headers: row.headers,
    format: row.format,
    formatVersion: row.format_version,
    mode: row.mode,
    events: row.events,
    campaigns: row.campaigns,
    includeTestParticipants: row.include_test_participants,
    payoutProcessing: row.payout_processing,
    ratePerSecond: row.rate_per_second === null ? null : Number(row.rate_per_second),
    rateAdaptive: row.rate_adaptive,
    orderBy: row.order_by,
    orderOnFailure: row.order_on_failure,
    status: row.status,
    disabledReason: row.disabled_reason,
    retryDelaysMs: row.retry_delays_ms.map(Number),
    timeoutMs: row.timeout_ms,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
