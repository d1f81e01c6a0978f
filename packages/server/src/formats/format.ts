import type { EventType, FrozenEvent } from '../catalog/index.ts';
import type { DeliveryId } from '../ids.ts';

export const formatNames = [
  'claimr',
  'chainvine',
  'gamify-route',
  'reward',
  'standard',
  'cloudevents',
] as const;
export type FormatName = (typeof formatNames)[number];

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

/** Whether an event of this type tells its receiver to do something, in this format. */
export function isOrder(format: Pick<Format, 'orders'>, type: string): boolean {
  return format.orders?.some((order) => order === type) === true;
}

/** What a payload may show of the delivery it travels in. Frozen when the delivery is created. */
export interface DeliveryFacts {
  readonly id: DeliveryId;
  /** The claimr scope that matched; null in every other format. */
  readonly scope: string | null;
  /** ISO 8601, milliseconds, Z. */
  readonly createdAt: string;
}

/** What a payload may show of its webhook. The public id and the name as they stood at creation. */
export interface WebhookFacts {
  readonly id: string;
  readonly name: string;
}

/** The parts of a webhook's settings that decide how its requests are laid out. */
export interface RequestShape {
  readonly method: Method;
  readonly url: string;
  /** The owner's own headers. Names are compared without case. */
  readonly headers: Readonly<Record<string, string>>;
  /** CloudEvents only: `structured` (default) or `binary`. */
  readonly mode: 'structured' | 'binary' | null;
}

/** A request before signing: where it goes and the exact bytes. */
export interface RenderedRequest {
  readonly method: Method;
  /** Absolute; for GET and DELETE of Gamify Route with the payload in its query. */
  readonly url: string;
  /** Headers that the format itself sets (content-type, `ce-*`), lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null when the method carries no body. */
  readonly body: string | null;
}

/** A webhook that the format's own documentation offers ready-made: its owner adds no more than a URL. */
export interface PredefinedWebhook {
  readonly name: string;
  readonly description: string;
  /** What to subscribe to: scopes for claimr, event types for the others. */
  readonly events: readonly string[];
}

export interface CarriedAs {
  readonly name: string;
  /** Empty for formats without scopes. */
  readonly scopes: readonly string[];
}

/**
 * One payload format. `render` is a pure function: same arguments, same bytes, at any time.
 * Formats are versioned; a delivery keeps the version it was created with.
 */
export interface Format {
  readonly name: FormatName;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly methods: readonly Method[];
  /** claimr's subscription unit; empty for formats subscribed by event type. */
  readonly scopes: readonly string[];
  readonly predefined: readonly PredefinedWebhook[];
  /**
   * The scopes under which this event travels in this format: `[null]` for formats without scopes,
   * claimr's scopes for claimr, and an empty list when the format does not carry the event.
   */
  carries(event: FrozenEvent): readonly (string | null)[];
  /** The catalogue types this format can carry at all; `'*'` when it carries every type. */
  readonly eventTypes: readonly EventType[] | '*';
  /** What the body calls an event of this type, and the scopes under which it may travel. */
  carriedAs(eventType: string): CarriedAs;
  /**
   * Types by which this format tells its receiver to do something. What Fanfare itself asks for goes to the one that
   * is asked, and to nobody else in this format.
   */
  readonly orders?: readonly EventType[];
  /** Whether event types that an organization registers itself travel in this format too. */
  readonly carriesCustomTypes: boolean;
  render(input: {
    readonly event: FrozenEvent;
    readonly delivery: DeliveryFacts;
    readonly webhook: WebhookFacts;
    readonly request: RequestShape;
  }): RenderedRequest;
  /** JSON Schema (2020-12) of the body for one event type, for the Example tab and the documentation. */
  bodySchema(eventType: string): Readonly<Record<string, unknown>>;
}
