import type { Taking } from '@fanfare/client';
import { type DeliverySearch, readDeliverySearch, withoutGaps } from './delivery-search.ts';

/** Of the filters of a history those that events have. */
export interface EventSearch
  extends Pick<DeliverySearch, 'type' | 'campaign' | 'participant' | 'since' | 'until'> {
  /** Only those that no webhook took. */
  readonly deliveries?: 'none';
}

export type EventQuery = Omit<NonNullable<Taking<'listEvents'>['query']>, 'limit' | 'cursor'>;

export function readEventSearch(search: Readonly<Record<string, unknown>>): EventSearch {
  const { type, campaign, participant, since, until } = readDeliverySearch(search);
  return withoutGaps({
    type,
    campaign,
    participant,
    since,
    until,
    deliveries: search['deliveries'] === 'none' ? ('none' as const) : undefined,
  });
}

export function eventQuery({ campaign, participant, ...search }: EventSearch): EventQuery {
  const { type, since, until, deliveries } = search;
  return withoutGaps({
    type,
    campaign_id: campaign,
    participant_id: participant,
    since,
    until,
    deliveries,
  });
}
