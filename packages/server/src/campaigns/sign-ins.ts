import type { FrozenEvent } from '../catalog/index.ts';
import {
  type CampaignId,
  newId,
  type OrganizationId,
  type ParticipantId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import type { EventsStore } from '../storage/index.ts';
import type { Campaigns } from './campaigns.ts';
import type { Participant, Participants } from './participants.ts';
import type { AcceptEvents } from './publisher.ts';
import type { Account } from './rules/index.ts';

/** Sign-ins that belong to no campaign. Those in a campaign are actions. */
export interface SignIns {
  /**
   * Tells that somebody signed in: with who they are, and without counters, which are those of campaigns. Gives the
   * written event after its commit. Throws `unavailable` when nothing was promised.
   */
  signIn(
    organization: { readonly id: OrganizationId; readonly name: string },
    participant: ParticipantId,
    by: {
      readonly method: string;
      readonly account: Account | null;
      readonly trust: FrozenEvent['trust'];
    },
  ): Promise<{ readonly id: FrozenEvent['id']; readonly type: string }>;
  /**
   * In campaigns and outside of them, newest first; `next` is where the next page goes on. A sign-in is its event, and is
   * kept as long as events are.
   */
  list(
    organization: OrganizationId,
    filter: { readonly participant: ParticipantId | null; readonly campaign: CampaignId | null },
    before: Uuid | null,
    limit: number,
  ): Promise<{ readonly signIns: readonly SignInRecord[]; readonly next: Uuid | null }>;
}

export interface SignInRecord {
  /** Of its event. */
  readonly uuid: Uuid;
  readonly event: FrozenEvent;
}

export function createSignIns(parts: {
  readonly campaigns: Pick<Campaigns, 'defaultCommunity'>;
  readonly participants: Pick<Participants, 'find'>;
  readonly events: Pick<EventsStore, 'list'>;
  readonly accept: AcceptEvents;
  readonly clock: { now(): number };
}): SignIns {
  return {
    async signIn(organization, participantId, { method, account, trust }) {
      const [person, community] = await Promise.all([
        parts.participants.find(organization.id, participantId),
        parts.campaigns.defaultCommunity(organization.id),
      ]);
      if (person === null) throw new Error(`the participant ${participantId} was resolved and is not there`);
      const event: FrozenEvent = {
        id: newId('we'),
        type: 'user.signed_in',
        occurred_at: new Date(parts.clock.now()).toISOString(),
        trust,
        organization: { id: organization.id, name: organization.name },
        community,
        campaign: null,
        participant: withoutCounters(person),
        seq: null,
        data: { session: { id: newId('ses') }, method, account },
      };
      const receipt = await parts.accept({
        organizationId: organization.id,
        events: [event],
        idempotency: null,
      });
      if (receipt.kind !== 'accepted') throw new Error(`an event without a key came out as ${receipt.kind}`);
      return { id: event.id, type: event.type };
    },

    async list(organization, { participant, campaign }, before, limit) {
      const filter = {
        type: 'user.signed_in',
        participantId: participant && uuidOf(participant),
        campaignId: campaign && uuidOf(campaign),
        withoutDeliveries: false,
        from: null,
        until: null,
      };
      const { events, next } = await parts.events.list(uuidOf(organization), filter, before, limit);
      // Written by `accept` as the JSON of a FrozenEvent.
      const signIns = events.map(({ id, body }) => ({ uuid: id, event: JSON.parse(body) as FrozenEvent }));
      return { signIns, next };
    },
  };
}

function withoutCounters(person: Participant): FrozenEvent['participant'] {
  return {
    id: person.id,
    external_id: person.externalId,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    phone: person.phone,
    wallet: person.wallet,
    fields: person.fields,
    test: person.test,
    total_points: 0,
    referral_points: 0,
    ugc_points: 0,
    multiplier_percent: 0,
    rank: null,
    team: null,
  };
}
