import type { Taking } from '@fanfare/client';
import { type DeliverySearch, readDeliverySearch, withoutGaps } from './delivery-search.ts';

/** Of the filters of a history those that events have. */
export type EventSearch = Pick<DeliverySearch, 'type' | 'campaign' | 'participant' | 'since' | 'until'>;

export type EventQuery = Omit<NonNullable<Taking<'listEvents'>['query']>, 'limit' | 'cursor'>;

export function readEventSearch(search: Readonly<Record<string, unknown>>): EventSearch {
  const { type, campaign, participant, since, until } = readDeliverySearch(search);
  return withoutGaps({ type, campaign, participant, since, until });
}

export function eventQuery({ type, campaign, participant, since, until }: EventSearch): EventQuery {
  return withoutGaps({ type, campaign_id: campaign, participant_id: participant, since, until });
}
