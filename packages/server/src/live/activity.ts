import type { AcceptReport, AttemptReport } from '../delivery/index.ts';
import type { ActivityItem, StreamMessages } from './messages.ts';

type Report = { readonly accepted: AcceptReport } | { readonly attempted: AttemptReport };

const mostItems = 20;

/** Gathers what happened since the last message. */
export class Activity {
  #events = 0;
  #attempts = 0;
  #acknowledged = 0;
  #omitted = 0;
  #last: Report[] = [];

  accepted(report: AcceptReport): void {
    if (!report.test) this.#events += 1;
    this.#keep({ accepted: report });
  }

  attempted(report: AttemptReport): void {
    if (!report.test) {
      this.#attempts += 1;
      if (report.verdict === 'delivered') this.#acknowledged += 1;
    }
    this.#keep({ attempted: report });
  }

  #keep(report: Report): void {
    this.#last.push(report);
    if (this.#last.length <= mostItems) return;
    this.#last.shift();
    this.#omitted += 1;
  }

  /** As JSON of at most so many bytes: what has no room is left out, the earliest first. */
  json(at: Date, mostBytes: number): string {
    const items = this.#last.map(itemOf);
    for (let dropped = 0; ; dropped += 1) {
      const message: StreamMessages['activity'] = {
        at: at.toISOString(),
        events: this.#events,
        attempts: this.#attempts,
        acknowledged: this.#acknowledged,
        failed: this.#attempts - this.#acknowledged,
        items: items.slice(dropped),
        omitted: this.#omitted + dropped,
      };
      const json = JSON.stringify(message);
      if (dropped >= items.length || Buffer.byteLength(json) <= mostBytes) return json;
    }
  }
}

const states = {
  delivered: 'delivered',
  retry: 'retrying',
  exhausted: 'exhausted',
  parked: 'parked',
} as const;

function itemOf(report: Report): ActivityItem {
  if ('accepted' in report) {
    const { eventId, eventType, deliveries, test } = report.accepted;
    return { kind: 'event', id: eventId, type: eventType, deliveries, test };
  }
  const { attempted } = report;
  if (attempted.verdict === 'released') throw new Error('An attempt that was not made is not told of');
  return {
    kind: 'attempt',
    delivery_id: attempted.deliveryId,
    event_id: attempted.eventId,
    event_type: attempted.eventType,
    webhook_id: attempted.webhookId,
    attempt: attempted.attempt,
    resend: attempted.resend,
    state: states[attempted.verdict],
    status: attempted.status,
    failure: attempted.outcome === 'answered' || attempted.outcome === 'aborted' ? null : attempted.outcome,
    duration_ms: Math.round(attempted.totalMs * 10) / 10,
    test: attempted.test,
  };
}
