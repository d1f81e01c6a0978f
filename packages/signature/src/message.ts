/** The body of a request: text is signed as UTF-8, bytes as they are. */
export type Payload = string | Uint8Array;

/** What a signature covers, besides the payload. */
export interface Message {
  /** Visible ASCII without a full stop, so that id, timestamp and payload cannot be read apart in two ways. */
  readonly id: string;
  /** Unix time of this attempt, in whole seconds. */
  readonly timestamp: number;
  readonly payload: Payload;
}

/** Visible ASCII without `.` (RFC 9110 leaves nothing else that survives as a header value unchanged). */
export const messageIdPattern = /^[!-\-/-~]+$/;
/**
 * Digits alone: no sign, no leading zero, no fraction, no exponent. Eleven digits reach the year 5138; thirteen
 * are milliseconds by mistake.
 */
export const timestampPattern = /^(?:0|[1-9][0-9]{0,10})$/;

/** The signed content is this head with the payload behind it (Standard Webhooks, "Signature scheme"). */
export function contentHead(id: string, timestamp: string): string {
  return `${id}.${timestamp}.`;
}

/** The head for a message about to be signed. Throws RangeError for an id or a time no verifier would take. */
export function headToSign(message: Message): string {
  const timestamp = String(message.timestamp);
  if (!messageIdPattern.test(message.id)) {
    throw new RangeError(
      `The message id ${JSON.stringify(message.id)} cannot be signed: expected visible ASCII characters without a full stop.`,
    );
  }
  if (!timestampPattern.test(timestamp)) {
    throw new RangeError(
      `The timestamp ${timestamp} cannot be signed: expected Unix time in whole seconds, such as 1614265330.`,
    );
  }
  return contentHead(message.id, timestamp);
}

/** Head and payload in one piece, for primitives that take no parts. */
export function contentBytes(head: string, payload: Payload): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  if (typeof payload === 'string') return encoder.encode(head + payload);
  const headBytes = encoder.encode(head);
  const content = new Uint8Array(headBytes.length + payload.length);
  content.set(headBytes);
  content.set(payload, headBytes.length);
  return content;
}

/**
 * What is signed in the body's place when a request carries no body: `METHOD path?query`, for example
 * `GET /hook?player.id=usr_1`. Otherwise a signature over nothing would fit any URL of the receiver.
 *
 * `url` is absolute (for the sender) or the request target as it arrived (for the receiver, such as
 * Node's `request.url`). The receiver must take the target before any proxy or router rewrites it.
 */
export function bodylessContent(method: string, url: string): string {
  return `${method.toUpperCase()} ${requestTarget(url)}`;
}

/** Path and query of an absolute URL as they go over the wire; a target that already is one, unchanged. */
export function requestTarget(url: string): string {
  if (url.startsWith('/')) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}
