import type { FrozenEvent } from '../catalog/index.ts';
import type { WebhookUid } from '../ids.ts';
import type { Webhook } from './webhook.ts';

/** One delivery that an event asks for. */
export interface Match {
  readonly webhook: Webhook;
  /** The claimr scope under which the event travels; null in other formats. */
  readonly scope: string | null;
}

/** Every webhook in memory, kept current by NOTIFY. */
export interface RoutingTable {
  /** Active webhooks that want this event. Called once per event on the hot path. */
  match(event: FrozenEvent): readonly Match[];
  /** Current settings, whatever the status; undefined when deleted. */
  webhook(uid: WebhookUid): Webhook | undefined;
  /** Calls back after any webhook changed; returns how to stop. */
  onChange(listener: (uid: WebhookUid) => void): () => void;
}
