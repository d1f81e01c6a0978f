export { amountFault, exactAmount } from './amount.ts';
export type { Family, Need } from './definition.ts';
export { definitionOf, type EventData, type EventType, eventTypes, isEventType } from './event-types.ts';
export type {
  CampaignSnapshot,
  CatalogEvent,
  CustomEvent,
  FrozenEvent,
  FrozenEventOf,
  ParticipantSnapshot,
} from './frozen-event.ts';
