import { idFromUuid, type OrganizationId, type ParticipantId, type Uuid, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import { createPersonLookup, type Database } from '../storage/index.ts';
import { canonicalAccount } from './account-names.ts';
import type { Participants } from './participants.ts';
import { Recent } from './recent.ts';
import type { Account } from './rules/index.ts';

/** A person as a caller names them: by our id, by the organization's own, or by an account of theirs. */
export type PersonReference =
  | { readonly id: ParticipantId }
  | { readonly externalId: string }
  | { readonly account: Account };

export type ReferrerReference = PersonReference | { readonly code: string };

/** Whom a caller means. */
export interface PersonReferences {
  /** The one who acts. Made on first sight when named by the organization's own id; else throws `unknown_participant`. */
  actor(organization: OrganizationId, reference: PersonReference): ParticipantId | Promise<ParticipantId>;
  /** Somebody else, who is there already. Throws `unknown_referrer`. */
  referrer(organization: OrganizationId, reference: ReferrerReference): Promise<ParticipantId>;
  /** This id is another name of somebody else now; without one, any may be. */
  forget(id?: ParticipantId): void;
}

/** Kept in memory, at about 150 bytes each. */
const largestCache = 50_000;

export function createPersonReferences(parts: {
  readonly database: Pick<Database, 'hotPool'>;
  readonly participants: Pick<Participants, 'identify' | 'findByExternalId'>;
}): PersonReferences {
  const lookup = createPersonLookup(parts.database);
  const owners = new Recent<ParticipantId, OrganizationId>(largestCache);
  let merges = 0;

  async function known(organization: OrganizationId, id: ParticipantId): Promise<ParticipantId | null> {
    if (owners.get(id) === organization) return id;
    const before = merges;
    const found = idOf(await lookup.byId(uuidOf(organization), uuidOf(id)));
    if (found === id && before === merges) owners.set(id, organization);
    return found;
  }

  async function byAccount(organization: OrganizationId, account: Account) {
    const canonical = canonicalAccount(account);
    if ('fault' in canonical) return null;
    return idOf(await lookup.byAccount(uuidOf(organization), canonical.platform, canonical.name));
  }

  async function existing(
    organization: OrganizationId,
    reference: ReferrerReference,
  ): Promise<ParticipantId | null> {
    if ('id' in reference) return known(organization, reference.id);
    if ('account' in reference) return byAccount(organization, reference.account);
    if ('code' in reference)
      return idOf(await lookup.byReferralCode(uuidOf(organization), reference.code.toUpperCase()));
    return (await parts.participants.findByExternalId(organization, reference.externalId))?.id ?? null;
  }

  return {
    forget(id) {
      merges += 1;
      if (id === undefined) owners.clear();
      else owners.delete(id);
    },

    actor(organization, reference) {
      if ('externalId' in reference) return parts.participants.identify(organization, reference.externalId);
      if ('id' in reference && owners.get(reference.id) === organization) return reference.id;
      return existing(organization, reference).then((id) => {
        if (id === null) throw unknownParticipant(reference);
        return id;
      });
    },

    async referrer(organization, reference) {
      const id = await existing(organization, reference);
      if (id !== null) return id;
      const detail = `No participant of this organization has ${shown(reference)}. Check it, or leave the referrer out.`;
      throw new Problem('unknown_referrer', detail, { faults: [{ pointer: '/referrer', detail }] });
    },
  };
}

function unknownParticipant(reference: PersonReference): Problem {
  const detail = `No participant of this organization has ${shown(reference)}. Check it, or name the person by external_id: whoever is new is made a participant then.`;
  return new Problem('unknown_participant', detail, { faults: [{ pointer: '/participant', detail }] });
}

function shown(reference: ReferrerReference): string {
  if ('id' in reference) return `the id ${reference.id}`;
  if ('code' in reference) return `the referral code "${reference.code}"`;
  if ('account' in reference)
    return `the account "${reference.account.name}" on ${reference.account.platform}`;
  return `the external_id "${reference.externalId}"`;
}

function idOf(uuid: Uuid | null): ParticipantId | null {
  return uuid === null ? null : idFromUuid('usr', uuid);
}
