import { fromUUID, getSuffix, toUUID, typeidUnboxed } from 'typeid-js';

/**
 * Every public id is a TypeID: a prefix naming the entity and a UUIDv7 in base32, so ids sort by
 * the time they were made (https://github.com/jetify-com/typeid). The database holds the bare UUID.
 */
export const idPrefixes = {
  organization: 'org',
  community: 'com',
  campaign: 'cmp',
  participant: 'usr',
  webhook: 'whk',
  event: 'we',
  delivery: 'dlv',
  attempt: 'att',
  token: 'tok',
  inbox: 'inb',
  inboxRequest: 'req',
} as const;

export type IdPrefix = (typeof idPrefixes)[keyof typeof idPrefixes];
export type Id<P extends IdPrefix> = `${P}_${string}`;

export type OrganizationId = Id<'org'>;
export type CommunityId = Id<'com'>;
export type CampaignId = Id<'cmp'>;
export type ParticipantId = Id<'usr'>;
export type WebhookUid = Id<'whk'>;
export type EventId = Id<'we'>;
export type DeliveryId = Id<'dlv'>;
export type AttemptId = Id<'att'>;
export type TokenId = Id<'tok'>;
export type InboxId = Id<'inb'>;
export type InboxRequestId = Id<'req'>;

/** A UUID in its canonical text form, as PostgreSQL stores and prints it. */
export type Uuid = string;

/** A new id of this kind, ordered after every id this process made before. */
export function newId<P extends IdPrefix>(prefix: P): Id<P> {
  return typeidUnboxed(prefix) as string as Id<P>;
}

/** The id for a UUID read from the database. */
export function idFromUuid<P extends IdPrefix>(prefix: P, uuid: Uuid): Id<P> {
  return fromUUID(uuid, prefix) as string as Id<P>;
}

/** The UUID behind an id, for the database. */
export function uuidOf(id: Id<IdPrefix>): Uuid {
  return toUUID(id as never);
}

/** Parses an id from outside. Returns null unless it is a well-formed TypeID of this kind. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): Id<P> | null {
  if (!text.startsWith(`${prefix}_`)) return null;
  try {
    const suffix = getSuffix(text as never);
    if (suffix.length !== 26) return null;
    toUUID(text as never);
    return text as Id<P>;
  } catch {
    return null;
  }
}

/** The milliseconds since 1970 at which a UUIDv7 was made. */
export function uuidTimeMs(uuid: Uuid): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The smallest UUID that a UUIDv7 made at this time can be: partition bounds and time filters. */
export function firstUuidAt(timeMs: number): Uuid {
  const hex = Math.max(0, Math.floor(timeMs)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
