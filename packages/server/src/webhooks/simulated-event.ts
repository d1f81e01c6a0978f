import { exampleEvent, type FrozenEvent, isEventType } from '../catalog/index.ts';
import type { Format } from '../formats/index.ts';
import { newId, type OrganizationId, type ParticipantId, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import type { EventsStore, EventTypesStore } from '../storage/index.ts';
import { carriedTypes } from './carried-types.ts';
import type { Settings } from './settings.ts';

/** The organization for which an event is made up. */
export interface EventOwner {
  readonly id: OrganizationId;
  readonly name: string;
}

/** Whom a simulated event is about, with the counters as they are now. */
export type Circumstances = Pick<FrozenEvent, 'community' | 'campaign' | 'participant' | 'seq'>;

/** What is known of an organization's own event types and participants. */
export interface SampleSource {
  /** The example that was registered with a custom type; null when there is no such type. */
  customExample(
    organizationId: OrganizationId,
    type: string,
  ): Promise<Readonly<Record<string, unknown>> | null>;
  /** The circumstances of the participant's newest event; null when nothing is known of them. */
  circumstancesOf(
    organizationId: OrganizationId,
    participantId: ParticipantId,
  ): Promise<Circumstances | null>;
}

export function createSampleSource(stores: {
  readonly events: Pick<EventsStore, 'newestOf'>;
  readonly eventTypes: Pick<EventTypesStore, 'find'>;
}): SampleSource {
  return {
    async customExample(organizationId, type) {
      const row = await stores.eventTypes.find(uuidOf(organizationId), type);
      // Registering a type checks that its example is an object.
      return row === null ? null : (row.example as Readonly<Record<string, unknown>>);
    },
    async circumstancesOf(organizationId, participantId) {
      const newest = await stores.events.newestOf(uuidOf(organizationId), uuidOf(participantId));
      if (newest === null) return null;
      // Written by `accept` as the JSON of a FrozenEvent.
      const { community, campaign, participant, seq } = JSON.parse(newest.body) as FrozenEvent;
      return { community, campaign, participant, seq };
    },
  };
}

/** One event as it travels to one webhook. */
export interface Sample {
  readonly event: FrozenEvent;
  readonly scope: string | null;
}

/**
 * An event that did not happen: the catalogue's example (or the one registered with a custom type), now,
 * in this organization, about a real participant with their real counters or about the catalogue's.
 */
export async function simulateEvent(
  source: SampleSource,
  owner: EventOwner,
  type: string,
  participantId: ParticipantId | null,
  now: Date,
): Promise<FrozenEvent> {
  const about = participantId === null ? null : await source.circumstancesOf(owner.id, participantId);
  if (participantId !== null && about === null) {
    throw new Problem(
      'not_found',
      'No event about this participant is on record in your organization, so there are no counters to send. ' +
        'Check the id, choose somebody to whom something has happened, or leave participant_id out for a sample.',
    );
  }
  const common = { id: newId('we'), occurred_at: now.toISOString(), organization: owner };
  if (isEventType(type)) {
    const example: FrozenEvent = exampleEvent(type);
    if (about === null || example.participant === null) return { ...example, ...common };
    // Somebody's newest event may have happened outside any campaign; this one may need one.
    const campaign = example.campaign === null ? null : (about.campaign ?? example.campaign);
    return { ...example, ...common, ...about, campaign, community: about.community ?? example.community };
  }
  const data = await source.customExample(owner.id, type);
  if (data === null) {
    throw new Problem(
      'unknown_event_type',
      `Found "${type.slice(0, 80)}"; expected an event type of the catalogue or one that your organization registered.`,
    );
  }
  // Only the circumstances are borrowed: an event type of one's own may occur anywhere and to anybody.
  return { ...exampleEvent('task.completed'), ...common, seq: null, ...about, type, data };
}

/** The parts of a webhook's settings that decide what it carries. */
export type Subscription = Pick<Settings, 'events'>;

/** The scopes under which this event goes to a webhook with this subscription; empty when it does not. */
export function scopesOf(
  event: FrozenEvent,
  format: Format,
  { events }: Subscription,
): readonly (string | null)[] {
  const carried = format.carries(event);
  if (events.length === 0) return carried;
  return format.scopes.length > 0
    ? carried.filter((scope) => scope !== null && events.includes(scope))
    : events.includes(event.type)
      ? carried
      : [];
}

/** The event types that a webhook with this subscription may receive, as `carriedTypes` orders them. */
export function typesOf(
  format: Format,
  { events }: Subscription,
  customTypes: readonly string[],
): readonly string[] {
  if (format.scopes.length === 0 && events.length > 0) return events;
  return carriedTypes(format, customTypes);
}
