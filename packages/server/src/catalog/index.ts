export { amountFault, exactAmount } from './amount.ts';
export { dataSchema } from './data-schema.ts';
export type { Family, Need } from './definition.ts';
export { definitionOf, type EventData, type EventType, eventTypes, isEventType } from './event-types.ts';
export {
  type CampaignSnapshot,
  type CatalogEvent,
  type CustomEvent,
  type FrozenEvent,
  type FrozenEventOf,
  isCatalogEvent,
  type ParticipantSnapshot,
} from './frozen-event.ts';
