export { amountFault, exactAmount } from './amount.ts';
export { type CompiledCustomType, compileCustomType, draftFaults, typeNameFault } from './custom-types.ts';
export { dataSchema } from './data-schema.ts';
export { type ErasedPerson, eraseFromEvent, searchableTraces } from './erasure.ts';
export { definitionOf, type EventData, type EventType, eventTypes, isEventType } from './event-types.ts';
export { exampleEvent, exampleOfCustomType } from './examples.ts';
export { faultsOf, jsonPointer } from './faults.ts';
export { flatFields, freeForm, type JsonObject } from './free-form.ts';
export {
  type CampaignSnapshot,
  type CatalogEvent,
  type FrozenEvent,
  isCatalogEvent,
  type ParticipantSnapshot,
} from './frozen-event.ts';
export { points } from './points.ts';
export {
  type FreezingFacts,
  freezeEvent,
  type PublishedEvent,
  parsePublished,
  publishedEventSchema,
  unresolvedReferrer,
} from './published-event.ts';
export { isSafeText, unsafeTextDetail } from './text.ts';
