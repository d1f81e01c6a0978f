import type { ReceivedRequest, Receiver } from '@fanfare/testkit';

/** A message as a receiver has it. */
export interface Message {
  readonly eventId: string;
  readonly seq: number;
  readonly body: Json;
  readonly request: ReceivedRequest;
}
export type Json = { readonly [name: string]: Json } & (
  | string
  | number
  | boolean
  | null
  | undefined
  | object
);

/** What came under this path, each event once, in the order of the participations. */
export function inboxAt(receiver: Receiver, path: string): Message[] {
  const seen = new Set<string>();
  const messages: Message[] = [];
  for (const request of receiver.requests) {
    if (request.path !== path) continue;
    const message = messageOf(request);
    if (seen.has(message.eventId)) continue;
    seen.add(message.eventId);
    messages.push(message);
  }
  return messages.sort((a, b) => a.seq - b.seq);
}

export function messageOf(request: ReceivedRequest): Message {
  const { headers, body } = request;
  return {
    eventId: headers['webhook-event-id'] ?? '',
    seq: Number(headers['webhook-sequence']),
    body: JSON.parse(body.toString('utf8')) as Json,
    request,
  };
}
