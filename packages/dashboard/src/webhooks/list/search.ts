import type { Format, WebhookSummary } from '@fanfare/client';
import type { WebhookQuery } from '../../pickers/index.ts';

export type WebhookState = WebhookSummary['state'];
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
  /** An event type, or a scope. */
  readonly event?: string;
  readonly campaign?: string;
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
  const { q, event, campaign } = search;
  const format = formats.find((name) => name === search['format']);
  const state = webhookStates.find((name) => name === search['state']);
  return {
    ...(isText(q) && { q }),
    ...(format !== undefined && { format }),
    ...(state !== undefined && { state }),
    ...(isText(event) && { event }),
    ...(isText(campaign) && { campaign }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** How the API is asked for it. */
export function webhookQuery({ q, format, state, event, campaign }: ListSearch): WebhookQuery {
  return {
    ...(q !== undefined && { search: q }),
    ...(format !== undefined && { format }),
    ...(state !== undefined && { state }),
    ...(event !== undefined && { events: event }),
    ...(campaign !== undefined && { campaign_id: campaign }),
  };
}
