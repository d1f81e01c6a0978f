import type { CampaignId, CommunityId, EventId, OrganizationId, ParticipantId } from '../ids.ts';
import { type EventData, type EventType, isEventType } from './event-types.ts';

/**
 * The person an event is about, with every counter a payload shows, as they stood when the event was
 * committed. Points are JSON numbers with at most 4 decimal places and 15 significant digits, so a
 * double holds them exactly as written.
 */
export interface ParticipantSnapshot {
  readonly id: ParticipantId;
  /** The organization's own id for the person. */
  readonly external_id: string | null;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  /** Whatever else the organization keeps about the person (opt-in fields, attributes). */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  /** A test participant: delivered only to webhooks that ask for them. */
  readonly test: boolean;
  readonly total_points: number;
  readonly referral_points: number;
  readonly ugc_points: number;
  /** Ten means that 500 points become 550. */
  readonly multiplier_percent: number;
  /** Leaderboard position; null without points. */
  readonly rank: number | null;
  readonly team: string | null;
}

export interface CampaignSnapshot {
  readonly id: CampaignId;
  readonly name: string;
  /** ISO 8601, milliseconds, Z. */
  readonly created_at: string;
}

/**
 * An event as it is stored: everything a payload can show, frozen in the transaction that committed the
 * state change. Formats are pure functions of it, so the same bytes come out next week.
 */
interface FrozenEventOf<T extends string, D> {
  readonly id: EventId;
  readonly type: T;
  /** ISO 8601, milliseconds, Z. */
  readonly occurred_at: string;
  /** `server`: authenticated by a server credential; `browser`: by a participant token or the widget. */
  readonly trust: 'server' | 'browser';
  readonly organization: { readonly id: OrganizationId; readonly name: string };
  readonly community: { readonly id: CommunityId; readonly name: string } | null;
  readonly campaign: CampaignSnapshot | null;
  readonly participant: ParticipantSnapshot | null;
  /** Position among the events of one participation; null where there is none. */
  readonly seq: number | null;
  readonly data: D;
}

/** A frozen event of a catalogue type. Switching on `type` narrows `data`. */
export type CatalogEvent = { [T in EventType]: FrozenEventOf<T, EventData[T]> }[EventType];

/** A frozen event of a type the organization registered itself. */
type CustomEvent = FrozenEventOf<string, Readonly<Record<string, unknown>>>;

export type FrozenEvent = CatalogEvent | CustomEvent;

/** Whether the event's type is the catalogue's, so that switching on it narrows `data`. */
export function isCatalogEvent(event: FrozenEvent): event is CatalogEvent {
  return isEventType(event.type);
}
