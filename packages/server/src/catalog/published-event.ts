import { z } from 'zod';
import type { CampaignId, CommunityId, EventId, OrganizationId, ParticipantId } from '../ids.ts';
import type { Fault } from '../problems.ts';
import type { CompiledCustomType } from './custom-types.ts';
import type { Need } from './definition.ts';
import { catalogue, definitionOf, eventTypes, isEventType } from './event-types.ts';
import { faultsOf } from './faults.ts';
import { freeForm } from './free-form.ts';
import type { CampaignSnapshot, FrozenEvent } from './frozen-event.ts';
import { type ParticipantInput, participantInput } from './participant.ts';
import type { PersonReference } from './text.ts';
import { timestamp } from './timestamp.ts';

/** An event as a caller publishes it, checked. Ids of other tables are well formed, not looked up. */
export interface PublishedEvent {
  readonly type: string;
  /** ISO 8601, UTC, milliseconds; null: now. */
  readonly occurred_at: string | null;
  readonly campaign_id: CampaignId | null;
  readonly trust: 'server' | 'browser';
  readonly participant: ParticipantInput | null;
  readonly seq: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export type ParsedEvent =
  | { readonly ok: true; readonly event: PublishedEvent }
  | {
      readonly ok: false;
      readonly code: 'invalid_event' | 'unknown_event_type';
      readonly detail: string;
      readonly faults: readonly Fault[];
    };

/** A campaign's id by its form; whether it exists is another question. */
const campaignId = z
  .custom<CampaignId>(
    (value) => typeof value === 'string' && /^cmp_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value),
    {
      error: 'Expected a campaign id of the form cmp_… (26 characters after the underscore).',
    },
  )
  .meta({ type: 'string', pattern: '^cmp_[0-7][0-9a-hjkmnp-tv-z]{25}$' });

function absent(what: string) {
  return z
    .custom<null>((value) => value === null, { error: `Events of this type have no ${what}. Leave it out.` })
    .default(null)
    .meta({ type: 'null' });
}

function required<S extends z.ZodType>(need: Need, schema: S, what: string) {
  if (need === 'required') return schema;
  return need === 'optional' ? schema.nullable().default(null) : absent(what);
}

function envelope(campaign: Need, participant: Need, type: z.ZodType, data: z.ZodType) {
  return z.strictObject({
    type,
    occurred_at: timestamp.nullable().default(null).describe('Left out: the time of receipt.'),
    campaign_id: required(campaign, campaignId, 'campaign'),
    trust: z
      .enum(['server', 'browser'])
      .default('server')
      .describe('How the action itself was authenticated: by a server credential or by a browser token.'),
    participant: required(participant, participantInput, 'participant'),
    seq: z
      .int()
      .min(0)
      .nullable()
      .default(null)
      .describe('Position among the events of one participant in one campaign.'),
    data,
  });
}

const customTypeEnvelope = envelope('optional', 'optional', z.string(), freeForm);

const published = new Map<string, z.ZodType>(
  eventTypes.map((type) => {
    const { campaign, participant, data } = definitionOf(type);
    return [type, envelope(campaign, participant, z.literal(type), data)];
  }),
);

/** Schema of one event of this type as the API takes it; null for a type that is not in the catalogue. */
export function publishedEventSchema(type: string): z.ZodType | null {
  return published.get(type) ?? null;
}

/**
 * Checks one event as a caller publishes it. `input` is what JSON.parse gave; `customType` finds the types
 * that the caller's organization registered. All faults are reported at once, with JSON Pointers.
 */
export function parsePublished(
  input: unknown,
  customType: (type: string) => CompiledCustomType | undefined,
): ParsedEvent {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return invalid([{ pointer: '', detail: 'Expected an event: an object with at least type and data.' }]);
  }
  const { type } = input as { type?: unknown };
  if (typeof type !== 'string') {
    const found = type === undefined ? 'Nothing is here' : 'This is not a text';
    return invalid([{ pointer: '/type', detail: `${found}; expected the name of an event type.` }]);
  }

  const schema = published.get(type);
  const custom = schema === undefined ? customType(type) : undefined;
  if (schema === undefined && custom === undefined) return unknownType(type);

  const parsed = (schema ?? customTypeEnvelope).safeParse(input);
  if (!parsed.success) return invalid(faultsOf(parsed.error.issues, input));
  const event = parsed.data as PublishedEvent;
  const faults = custom?.faults(event.data) ?? [];
  return faults.length === 0 ? { ok: true, event } : invalid(faults);
}

function invalid(faults: readonly Fault[]): ParsedEvent {
  const [first] = faults;
  const detail =
    faults.length === 1 && first !== undefined
      ? `${first.pointer === '' ? 'The event' : first.pointer}: ${first.detail}`
      : `The event has ${faults.length} faults.`;
  return { ok: false, code: 'invalid_event', detail, faults };
}

function unknownType(type: string): ParsedEvent {
  const quoted = JSON.stringify(type.slice(0, 128));
  const near = eventTypes.find(
    (known) => known.replace(/[._]/g, '') === type.toLowerCase().replace(/[^a-z]/g, ''),
  );
  const remedy = near === undefined ? 'GET /v1/event-types lists them all.' : `Did you mean ${near}?`;
  const detail = `${quoted} is neither in the catalogue nor registered by this organization. ${remedy}`;
  return { ok: false, code: 'unknown_event_type', detail, faults: [{ pointer: '/type', detail }] };
}

/**
 * The other person that an event names, if it names one by the organization's own id alone: the caller
 * resolves it, so that every format shows the id by which that person's own events are known.
 */
export function unresolvedReferrer(event: PublishedEvent): PersonReference | null {
  if (!isEventType(event.type) || catalogue[event.type].participant === 'none') return null;
  const { referrer } = event.data as { referrer?: PersonReference | null };
  return referrer != null && referrer.id === null ? referrer : null;
}

/** What is known only once the event's references have been looked up. */
export interface FreezingFacts {
  readonly id: EventId;
  /** ISO 8601, UTC, milliseconds: what `occurred_at` is when the caller left it out. */
  readonly receivedAt: string;
  readonly organization: { readonly id: OrganizationId; readonly name: string };
  readonly community: { readonly id: CommunityId; readonly name: string } | null;
  readonly campaign: CampaignSnapshot | null;
  /** Our id of the participant; null when the event has none. */
  readonly participantId: ParticipantId | null;
  /** Our id of `unresolvedReferrer`. */
  readonly referrerId?: ParticipantId | null;
}

/** The event as it is stored and rendered, with every field in its place. */
export function freezeEvent(event: PublishedEvent, facts: FreezingFacts): FrozenEvent {
  const { participant } = event;
  if ((participant === null) !== (facts.participantId === null)) {
    throw new Error(`the participant of event ${facts.id} was not resolved`);
  }
  const referrer = facts.referrerId == null ? null : unresolvedReferrer(event);
  return {
    id: facts.id,
    type: event.type,
    occurred_at: event.occurred_at ?? facts.receivedAt,
    trust: event.trust,
    organization: facts.organization,
    community: facts.community,
    campaign: facts.campaign,
    participant:
      participant === null || facts.participantId === null
        ? null
        : { ...participant, id: facts.participantId },
    seq: event.seq,
    data: referrer === null ? event.data : { ...event.data, referrer: { ...referrer, id: facts.referrerId } },
  };
}
