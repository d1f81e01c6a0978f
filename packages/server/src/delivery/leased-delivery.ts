import type { FrozenEvent } from '../catalog/index.ts';
import type { FormatName } from '../formats/index.ts';
import type { DeliveryId, OrganizationId, Uuid, WebhookUid } from '../ids.ts';

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
