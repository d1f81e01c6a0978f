import { bodylessContent, type SigningKey, sign as signContent } from '@fanfare/signature/node';
import type { RenderedRequest } from '../formats/index.ts';

/** What a request's headers say of the delivery and the event it carries. */
export interface SigningFacts {
  readonly deliveryId: string;
  readonly eventId: string;
  /** Of this attempt, unix seconds. */
  readonly timestamp: number;
  readonly attempt: number;
  readonly sequence: number | null;
  /** A simulated event: the receiver can tell it apart. */
  readonly test: boolean;
  readonly userAgent: string;
}

export interface SignedRequest {
  readonly headers: Record<string, string>;
  /** Value of `webhook-signature`; empty when the webhook has no secret. */
  readonly signature: string;
}

/** Headers of one attempt without its signature: the owner's, then the format's, then ours, each overriding the one before. */
export function headersOf(
  request: RenderedRequest,
  ownHeaders: Readonly<Record<string, string>>,
  facts: SigningFacts,
): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': facts.userAgent };
  for (const name in ownHeaders) headers[name.toLowerCase()] = ownHeaders[name] as string;
  for (const name in request.headers) headers[name] = request.headers[name] as string;

  headers['webhook-id'] = facts.deliveryId;
  headers['webhook-timestamp'] = String(facts.timestamp);
  headers['webhook-event-id'] = facts.eventId;
  headers['webhook-attempt'] = String(facts.attempt);
  if (facts.sequence !== null) headers['webhook-sequence'] = String(facts.sequence);
  if (facts.test) headers['webhook-test'] = '1';
  return headers;
}

/**
 * The same with the signature of the Standard Webhooks specification, over the raw body, whatever the format: a list with
 * one value per key while a secret rotates. A request without a body signs `METHOD path?query` in its place.
 */
export function signRequest(
  request: RenderedRequest,
  ownHeaders: Readonly<Record<string, string>>,
  keys: readonly SigningKey[],
  facts: SigningFacts,
): SignedRequest {
  const headers = headersOf(request, ownHeaders, facts);
  if (keys.length === 0) return { headers, signature: '' };

  const content = request.body ?? bodylessContent(request.method, request.url);
  const signature = signContent(keys, { id: facts.deliveryId, timestamp: facts.timestamp, payload: content });
  headers['webhook-signature'] = signature;
  return { headers, signature };
}
