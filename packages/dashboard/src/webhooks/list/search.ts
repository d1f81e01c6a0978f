import type { Format, Webhook, WebhookSummary } from '@fanfare/client';

export type WebhookState = WebhookSummary['state'];
export const webhookStates: readonly WebhookState[] = ['healthy', 'failing', 'inactive', 'disabled'];

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
}

/** As the summary says it, and before that comes, as the settings do. */
export function stateOf({ webhook, summary }: ListedWebhook): WebhookState | 'active' {
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
