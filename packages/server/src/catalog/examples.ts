import { idFromUuid, type ParticipantId } from '../ids.ts';
import type { CompiledCustomType } from './custom-types.ts';
import { definitionOf, type EventType, eventTypes, isEventType } from './event-types.ts';
import type { CampaignSnapshot, FrozenEvent, ParticipantSnapshot } from './frozen-event.ts';

/** Time of the example on Reward's reference page; every example happens then. */
const occurredAt = '2024-12-14T15:29:18.821Z';

/** An id of the examples' moment: a UUIDv7 of that millisecond with a fixed rest. */
function exampleUuid(rest: number): string {
  return `0193c5c9-d36c-7f0d-ac86-${rest.toString(16).padStart(12, '0')}`;
}

/** Rest of the UUID behind we_01jf2wkmvcfw6ts1qmgzya291c, the id of Reward's page. */
const pageEventRest = 0xf487fca1242c;

const organization = { id: idFromUuid('org', exampleUuid(1)), name: 'Aurora Games' };
const community = { id: idFromUuid('com', exampleUuid(2)), name: 'Aurora' };
const campaign: CampaignSnapshot = {
  id: idFromUuid('cmp', exampleUuid(3)),
  name: 'Winter Odyssey',
  created_at: '2024-11-01T09:00:00.000Z',
};

const participant: ParticipantSnapshot = {
  id: idFromUuid('usr', exampleUuid(4)) satisfies ParticipantId,
  external_id: 'ca9bb5c2-25a6-43e9-972e-862d28241a47',
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
  phone: '+44 20 7946 0000',
  wallet: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
  fields: { newsletter: true, city: 'Zürich' },
  test: false,
  total_points: 2750.5,
  referral_points: 300,
  ugc_points: 125,
  multiplier_percent: 10,
  rank: 12,
  team: 'Blue',
};

/** A realistic event of a catalogue type, the same at any time. That of `trigger.fired` is Reward's own example. */
export function exampleEvent(type: EventType): FrozenEvent {
  const position = eventTypes.indexOf(type);
  const definition = definitionOf(type);
  const rest = type === 'trigger.fired' ? pageEventRest : 0x100 + position;
  return exampleOf(type, rest, definition, definition.example, position + 1);
}

/** An example event of a type that an organization registered. */
export function exampleOfCustomType(customType: CompiledCustomType): FrozenEvent {
  if (isEventType(customType.type)) throw new Error(`${customType.type} is a type of the catalogue`);
  return exampleOf(
    customType.type,
    0x1000,
    { campaign: 'optional', participant: 'optional' },
    customType.example,
    null,
  );
}

function exampleOf(
  type: string,
  rest: number,
  needs: { campaign: string; participant: string },
  data: unknown,
  seq: number | null,
): FrozenEvent {
  const inCampaign = needs.campaign !== 'none';
  const aboutSomebody = needs.participant !== 'none';
  return {
    id: idFromUuid('we', exampleUuid(rest)),
    type,
    occurred_at: occurredAt,
    trust: 'server',
    organization,
    community: inCampaign ? community : null,
    campaign: inCampaign ? campaign : null,
    participant: aboutSomebody ? participant : null,
    seq: inCampaign && aboutSomebody ? seq : null,
    data: data as Readonly<Record<string, unknown>>,
  };
}
