import type { Format, Webhook, WebhookConcern, WebhookSummary } from '@fanfare/client';

export type WebhookState = WebhookSummary['state'] | WebhookConcern['kind'];
export const webhookStates: readonly WebhookState[] = [
  'healthy',
  'refused',
  'parked',
  'failing',
  'inactive',
  'disabled',
];

/** What the list is narrowed to; it stands in the address. */
export interface ListSearch {
  readonly q?: string;
  readonly format?: Format['name'];
  readonly state?: WebhookState;
}

const formats: readonly Format['name'][] = [
  'claimr',
  'chainvine',
  'gamify-route',
  'reward',
  'standard',
  'cloudevents',
];

export function readListSearch(search: Record<string, unknown>): ListSearch {
  const { q } = search;
  const format = formats.find((name) => name === search['format']);
  const state = webhookStates.find((name) => name === search['state']);
  return {
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(format !== undefined && { format }),
    ...(state !== undefined && { state }),
  };
}

/** A webhook with how it is doing; null until that is known. */
export interface ListedWebhook {
  readonly webhook: Webhook;
  readonly summary: WebhookSummary | null;
  /** The gravest that somebody should look at. */
  readonly concern: WebhookConcern['kind'] | null;
}

/** The gravest that is known of it; before anything is, what its settings say. */
export function stateOf({ webhook, summary, concern }: ListedWebhook): WebhookState | 'active' {
  if (webhook.status !== 'active') return webhook.status;
  if (summary?.state === 'healthy') return concern ?? summary.state;
  return summary?.state ?? webhook.status;
}

export function isMatch(listed: ListedWebhook, { q, format, state }: ListSearch): boolean {
  const { webhook } = listed;
  if (format !== undefined && webhook.format !== format) return false;
  if (state !== undefined && stateOf(listed) !== state) return false;
  if (q === undefined) return true;
  const texts = [webhook.name, webhook.id, webhook.url, webhook.description, ...webhook.events];
  const wanted = q.trim().toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(wanted));
}
