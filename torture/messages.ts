import type { Arrival, Receivers } from './receivers.ts';
import type { ReceiverName, World } from './world.ts';

export type Json = { readonly [name: string]: Json } & (
  | string
  | number
  | boolean
  | null
  | undefined
  | object
);

/** A message as a receiver has it. */
export interface Message {
  readonly eventId: string;
  readonly deliveryId: string;
  /** Its number within the participation. */
  readonly seq: number;
  readonly text: string;
  readonly body: Json;
}

/** What a receiver got, by name, each event once, in the order of the participations. */
export type Inbox = (name: ReceiverName) => readonly Message[];

/** Bodies are read once, when they are first asked for. */
export function inboxes(receivers: Receivers, world: World): Inbox {
  const read = new Map<ReceiverName, readonly Message[]>();
  return (name) => {
    const known = read.get(name);
    if (known !== undefined) return known;
    const messages = messagesOf(receivers.arrivals(world.receivers[name]));
    read.set(name, messages);
    return messages;
  };
}

function messagesOf(arrivals: readonly Arrival[]): readonly Message[] {
  const seen = new Map<string, Message>();
  for (const { eventId, deliveryId, sequence, body } of arrivals) {
    // claimr has two messages of one claim: the body's scope tells them apart, by deliveries of their own.
    if (seen.has(deliveryId)) continue;
    seen.set(deliveryId, { eventId, deliveryId, seq: sequence, text: body, body: JSON.parse(body) as Json });
  }
  return [...seen.values()].sort((a, b) => a.seq - b.seq);
}

export function typeOf({ body }: Message): string {
  return String(body['type']);
}

/** Of a message in the standard format: whom it is about, by their external id. */
export function personIn({ body }: Message): string {
  return String(body['data']?.['participant']?.['external_id']);
}

export function detailsOf({ body }: Message): Json {
  return body['data']?.['details'] as Json;
}

/** Whole number of the last place of an exact amount. */
export function places(amount: Json | string | undefined): bigint {
  return BigInt(String(amount).replace('.', ''));
}
