import type { FrozenEvent } from '../catalog/index.ts';
import type { FormatName } from '../formats/index.ts';
import { type DeliveryId, idFromUuid, type OrganizationId, type Uuid, type WebhookUid } from '../ids.ts';
import { type ClaimedRow, orderedReplayKind, replayKind } from '../storage/index.ts';

/** A delivery that this node alone may attempt, until its lease ends. */
export interface LeasedDelivery {
  readonly id: DeliveryId;
  /** A resend, beside the schedule. */
  readonly resend: boolean;
  /** Made by a replay: served when its lane has nothing else. */
  readonly replay: boolean;
  readonly organizationId: OrganizationId;
  readonly webhookUid: WebhookUid;
  readonly event: FrozenEvent;
  readonly format: FormatName;
  readonly formatVersion: number;
  readonly scope: string | null;
  /** The line it stands in, if it is sent in order: nothing behind it is attempted before it is over. */
  readonly line: Uuid | null;
  readonly webhookName: string;
  readonly createdAt: Date;
  /** Attempts made so far, resends by hand included. */
  readonly attempts: number;
  /** Failures of the schedule so far: the position in the retry policy. */
  readonly retries: number;
  readonly lease: Uuid;
  /** On the monotonic clock, milliseconds. */
  readonly leaseEndsAt: number;
}

/** What an attempt needs after its deadline to be settled while the lease still stands. */
const settleMarginMs = 5_000;

/** Whether an attempt started now is over, and settled, before the lease ends. */
export function leaseOutlasts(delivery: LeasedDelivery, timeoutMs: number, now: number): boolean {
  return delivery.leaseEndsAt - now >= timeoutMs + settleMarginMs;
}

/** A claimed row. Its event is null when retention dropped it. */
export function leasedFrom(
  row: ClaimedRow,
  lease: Uuid,
  startedAt: number,
): Omit<LeasedDelivery, 'event'> & { readonly event: FrozenEvent | null } {
  return {
    id: idFromUuid('dlv', row.id),
    resend: row.extra,
    replay: row.kind === replayKind || row.kind === orderedReplayKind,
    organizationId: idFromUuid('org', row.organization_id),
    webhookUid: idFromUuid('whk', row.webhook_uid),
    event: row.body === null ? null : (JSON.parse(row.body) as FrozenEvent),
    format: row.format as FormatName,
    formatVersion: row.format_version,
    scope: row.scope,
    line: row.line,
    webhookName: row.webhook_name,
    createdAt: row.created_at,
    attempts: row.attempts,
    retries: row.retries,
    lease,
    leaseEndsAt: startedAt + row.lease_ms,
  };
}
