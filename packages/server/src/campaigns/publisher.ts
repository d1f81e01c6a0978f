import {
  type FreezingFacts,
  type FrozenEvent,
  freezeEvent,
  type PublishedEvent,
  parsePublished,
  unresolvedReferrer,
} from '../catalog/index.ts';
import { type EventId, newId, type OrganizationId, type ParticipantId } from '../ids.ts';
import { type Fault, Problem } from '../problems.ts';
import { type Database, readIdempotencyKey } from '../storage/index.ts';
import type { CampaignContext, Campaigns, Community } from './campaigns.ts';
import type { CustomTypes } from './custom-types.ts';
import type { Participants } from './participants.ts';

/** The one door for events, as publishing needs it. */
export type AcceptEvents = (submission: {
  readonly organizationId: OrganizationId;
  readonly events: readonly FrozenEvent[];
  readonly idempotency: {
    readonly key: string;
    readonly fingerprint: Buffer;
    readonly answer: string;
  } | null;
}) => Promise<
  | { readonly kind: 'accepted' }
  | { readonly kind: 'repeated'; readonly answer: string }
  | { readonly kind: 'key_reused' }
>;

export type PublishResult =
  | { readonly status: 'accepted'; readonly id: EventId }
  | { readonly status: 'refused'; readonly problem: Problem };

export interface Publication {
  readonly organization: { readonly id: OrganizationId; readonly name: string };
  /** Each an event as JSON.parse gave it, or the reason why it is refused unread. */
  readonly items: readonly ({ readonly input: unknown } | { readonly problem: Problem })[];
  readonly idempotency: {
    readonly key: string;
    /** SHA-256 of the request body. */
    readonly fingerprint: Buffer;
    /** Writes the answer that is kept and given again. */
    readonly answer: (results: readonly PublishResult[]) => string;
  } | null;
}

export type Publishing =
  /** In the order of the items. The accepted ones are committed. */
  | { readonly kind: 'published'; readonly results: readonly PublishResult[] }
  /** The key was used before with the same body; this was the answer. */
  | { readonly kind: 'repeated'; readonly answer: string };

/** Events of one request that are checked before others get a turn: about 2 ms. */
const itemsPerTurn = 100;

/** Throws `idempotency_key_reused`, and `unavailable` when nothing was promised. */
export type Publish = (publication: Publication) => Promise<Publishing>;

export interface PublisherParts {
  readonly campaigns: Pick<Campaigns, 'contextOf' | 'defaultCommunity'>;
  readonly participants: Pick<Participants, 'identify' | 'identityOf' | 'findByExternalId'>;
  readonly customTypes: Pick<CustomTypes, 'validatorsOf'>;
  readonly accept: AcceptEvents;
  /** Asked for the answer that a key was first given. */
  readonly database: Pick<Database, 'hotPool'>;
  readonly clock: { now(): number };
}

/**
 * Takes events from a caller: checks each, looks up what it refers to, freezes it, and has the good ones accepted
 * together. A bad event is refused alone.
 *
 * An answer is kept under its idempotency key only when it accepted something: a request that was refused whole
 * changed nothing, so it may be tried again under the same key once its cause is gone.
 */
export function createPublisher(parts: PublisherParts): Publish {
  return async ({ organization, items, idempotency }) => {
    const validators = await parts.customTypes.validatorsOf(organization.id);
    const receivedAt = new Date(parts.clock.now()).toISOString();
    const prepare = async (item: Publication['items'][number]): Promise<FrozenEvent | Problem> => {
      if ('problem' in item) return item.problem;
      const parsed = parsePublished(item.input, (type) => validators.get(type));
      if (!parsed.ok) return new Problem(parsed.code, parsed.detail, { faults: parsed.faults });
      // Made before anything is waited for, so that ids follow the order of the items.
      const id = newId('we');
      return freeze(parsed.event, { id, receivedAt, organization }, parts);
    };
    const prepared: (FrozenEvent | Problem)[] = [];
    for (let start = 0; start < items.length; start += itemsPerTurn) {
      // Others get a turn between the pieces of a large array.
      if (start > 0) await new Promise<void>((resolve) => setImmediate(resolve));
      const piece = items.slice(start, start + itemsPerTurn);
      prepared.push(...(await Promise.all(piece.map(prepare))));
    }
    const events = prepared.filter((one): one is FrozenEvent => !(one instanceof Problem));
    const results = prepared.map(
      (one): PublishResult =>
        one instanceof Problem ? { status: 'refused', problem: one } : { status: 'accepted', id: one.id },
    );
    if (events.length === 0) {
      if (idempotency === null) return { kind: 'published', results };
      const earlier = await readIdempotencyKey(parts.database.hotPool, organization.id, idempotency.key);
      if (earlier === null) return { kind: 'published', results };
      if (!earlier.fingerprint.equals(idempotency.fingerprint)) throw keyReused();
      return { kind: 'repeated', answer: earlier.answer };
    }
    const receipt = await parts.accept({
      organizationId: organization.id,
      events,
      idempotency: idempotency && {
        key: idempotency.key,
        fingerprint: idempotency.fingerprint,
        answer: idempotency.answer(results),
      },
    });
    switch (receipt.kind) {
      case 'accepted':
        return { kind: 'published', results };
      case 'repeated':
        return receipt;
      case 'key_reused':
        throw keyReused();
    }
  };
}

function keyReused(): Problem {
  return new Problem(
    'idempotency_key_reused',
    'In the last 48 hours this Idempotency-Key came with another body. Use a new key for a new request, and the same body when repeating one.',
  );
}

async function freeze(
  published: PublishedEvent,
  facts: Pick<FreezingFacts, 'id' | 'receivedAt' | 'organization'>,
  { campaigns, participants }: PublisherParts,
): Promise<FrozenEvent | Problem> {
  const { organization } = facts;
  const context = await contextOf(published, organization.id, campaigns);
  if (context === null) {
    const detail = `Campaign ${published.campaign_id} does not exist in this organization. GET /v1/campaigns lists those that do.`;
    return new Problem('unknown_campaign', detail, { faults: [{ pointer: '/campaign_id', detail }] });
  }
  const identity = await identityOf(published, organization.id, participants);
  if ('fault' in identity) {
    return new Problem('invalid_event', `${identity.fault.pointer}: ${identity.fault.detail}`, {
      faults: [identity.fault],
    });
  }
  const referrer = unresolvedReferrer(published)?.external_id ?? null;
  return freezeEvent(
    published.participant === null
      ? published
      : { ...published, participant: { ...published.participant, external_id: identity.externalId } },
    {
      ...facts,
      community: context.community,
      campaign: context.campaign,
      participantId: identity.id,
      referrerId: referrer === null ? null : await participants.identify(organization.id, referrer),
    },
  );
}

type Context = CampaignContext | { readonly campaign: null; readonly community: Community };

async function contextOf(
  event: PublishedEvent,
  organization: OrganizationId,
  campaigns: PublisherParts['campaigns'],
): Promise<Context | null> {
  if (event.campaign_id === null) {
    return { campaign: null, community: await campaigns.defaultCommunity(organization) };
  }
  return campaigns.contextOf(organization, event.campaign_id);
}

type Identity =
  | { readonly id: ParticipantId | null; readonly externalId: string | null }
  | { readonly fault: Fault };

async function identityOf(
  event: PublishedEvent,
  organization: OrganizationId,
  participants: PublisherParts['participants'],
): Promise<Identity> {
  const given = event.participant;
  if (given === null) return { id: null, externalId: null };
  if (given.id === null) {
    if (given.external_id === null) throw new Error('A participant without any id passed its schema');
    return {
      id: await participants.identify(organization, given.external_id),
      externalId: given.external_id,
    };
  }
  const identity = await participants.identityOf(organization, given.id);
  if (identity === null) {
    return {
      fault: {
        pointer: '/participant/id',
        detail:
          'This organization has no participant with this id. Name the person by external_id: an id of ours is made then.',
      },
    };
  }
  if (given.external_id !== null && given.external_id !== identity.externalId) {
    // Somebody who was merged with others has several.
    const named = await participants.findByExternalId(organization, given.external_id);
    if (named?.id === identity.id) return identity;
    return {
      fault: {
        pointer: '/participant/external_id',
        detail:
          'The participant with this id has another external_id. Send one of the two, or those that belong together.',
      },
    };
  }
  return identity;
}
