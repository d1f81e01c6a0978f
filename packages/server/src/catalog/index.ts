export { amountFault, exactAmount } from './amount.ts';
export {
  type Compilation,
  type CompiledCustomType,
  type CustomTypeInput,
  compileCustomType,
  typeNameFault,
} from './custom-types.ts';
export { dataSchema } from './data-schema.ts';
export type { Family, Need } from './definition.ts';
export { definitionOf, type EventData, type EventType, eventTypes, isEventType } from './event-types.ts';
export { exampleEvent, exampleOfCustomType } from './examples.ts';
export { faultsOf, jsonPointer } from './faults.ts';
export {
  type CampaignSnapshot,
  type CatalogEvent,
  type CustomEvent,
  type FrozenEvent,
  type FrozenEventOf,
  isCatalogEvent,
  type ParticipantSnapshot,
} from './frozen-event.ts';
export type { ParticipantInput } from './participant.ts';
export {
  type FreezingFacts,
  freezeEvent,
  type ParsedEvent,
  type PublishedEvent,
  parsePublished,
  publishedEventSchema,
  unresolvedReferrer,
} from './published-event.ts';
