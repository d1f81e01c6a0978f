import type { Delivery, Taking } from '@fanfare/client';
import { failureWords } from '#strings/failures.ts';

export type DeliveryState = Delivery['state'];
export type FailureKind = keyof typeof failureWords;

export const deliveryStates: readonly DeliveryState[] = [
  'pending',
  'retrying',
  'parked',
  'delivered',
  'exhausted',
  'cancelled',
];

/** The filters of a history, as they stand in the address. */
export interface DeliverySearch {
  readonly state?: DeliveryState;
  readonly type?: string;
  readonly webhook?: string;
  readonly campaign?: string;
  readonly participant?: string;
  readonly event?: string;
  /** `503` or `5xx`. */
  readonly status?: string;
  readonly failure?: FailureKind;
  /** Text in what went wrong, or in the answer. */
  readonly error?: string;
  /** ISO 8601. */
  readonly since?: string;
  readonly until?: string;
}

/** What an embedded history is about: not to be chosen, and not in the address. */
export interface FixedFilter {
  readonly webhookId?: string;
  readonly campaignId?: string;
  readonly participantId?: string;
  readonly eventId?: string;
}

export type DeliveryQuery = Omit<NonNullable<Taking<'listDeliveries'>['query']>, 'limit' | 'cursor'>;

/** Whatever stands in an address, without what is no filter: links are typed by hand, too. */
export function readDeliverySearch(search: Readonly<Record<string, unknown>>): DeliverySearch {
  const text = (name: string) => textOf(search[name]);
  const status = text('status');
  const since = text('since');
  const until = text('until');
  const state = deliveryStates.find((known) => known === search['state']);
  const failure = text('failure');
  return withoutGaps({
    state,
    type: text('type'),
    webhook: text('webhook'),
    campaign: text('campaign'),
    participant: text('participant'),
    event: text('event'),
    status: status !== undefined && isStatus(status) ? status : undefined,
    failure: failure !== undefined && isFailure(failure) ? failure : undefined,
    error: text('error')?.slice(0, 200),
    since: since !== undefined && isTime(since) ? since : undefined,
    until: until !== undefined && isTime(until) ? until : undefined,
  });
}

/** As the API takes them. */
export function deliveryQuery(search: DeliverySearch, fixed: FixedFilter): DeliveryQuery {
  return withoutGaps({
    state: search.state,
    event_type: search.type,
    webhook_id: fixed.webhookId ?? search.webhook,
    campaign_id: fixed.campaignId ?? search.campaign,
    participant_id: fixed.participantId ?? search.participant,
    event_id: fixed.eventId ?? search.event,
    status: search.status,
    failure: search.failure,
    error: search.error,
    since: search.since,
    until: search.until,
  });
}

export const isStatus = (text: string): boolean => /^[1-5](\d\d|xx)$/.test(text);
export const isFailure = (text: string): text is FailureKind => Object.hasOwn(failureWords, text);
const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));

/** The address gives numbers for what looks like one. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Leaves out what is undefined. */
export function withoutGaps<Found extends object>(
  found: Found,
): { [Name in keyof Found]?: NonNullable<Found[Name]> } {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Found]?: NonNullable<Found[Name]>;
  };
}
