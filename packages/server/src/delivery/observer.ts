import type { DeliveryId, EventId, OrganizationId, WebhookUid } from '../ids.ts';
import type { FailureKind } from './outcome.ts';

/** What the log line, the metrics and the live terminal learn of one accepted event. */
export interface AcceptReport {
  readonly eventId: EventId;
  readonly eventType: string;
  readonly organizationId: OrganizationId;
  readonly deliveries: number;
  /** It happened to a test participant. */
  readonly test: boolean;
}

/** What they learn of one attempt. Holds no secret and no payload. */
export interface AttemptReport {
  readonly deliveryId: DeliveryId;
  readonly eventId: EventId;
  readonly eventType: string;
  readonly organizationId: OrganizationId;
  readonly webhookUid: WebhookUid;
  readonly webhookId: string;
  readonly webhookName: string;
  readonly attempt: number;
  readonly resend: boolean;
  /** Its event happened to a test participant. */
  readonly test: boolean;
  readonly outcome: 'answered' | 'aborted' | FailureKind;
  readonly status: number | null;
  readonly totalMs: number;
  /** From the event's acceptance to the start of this attempt. */
  readonly sinceAcceptedMs: number;
  /** `released`: not counted, somebody else will make it. `parked`: its line waits until somebody decides. */
  readonly verdict: 'delivered' | 'retry' | 'exhausted' | 'parked' | 'released';
  readonly nextAttemptAt: Date | null;
  /** For the webhook's owner. */
  readonly message: string | null;
  /** For the log alone. */
  readonly detail: string | null;
}

/** Who watches delivery. Called on the hot path: must not throw and must not wait. */
export interface DeliveryObserver {
  accepted(report: AcceptReport): void;
  attempted(report: AttemptReport): void;
  /** A fault of ours that delivery recovers from by itself (database gone, lost lease). */
  troubled(trouble: {
    readonly step: 'accept' | 'claim' | 'attempt' | 'settle';
    readonly error: unknown;
  }): void;
}
