import {
  bodylessContent,
  type HeaderSource,
  type Payload,
  type RefusalReason,
  type VerificationKey,
  verify,
} from '@fanfare/signature/node';

/** Whether what an inbox received was signed by somebody it knows. */
export type Verification =
  | { readonly verified: true; readonly by: KeyOwner }
  | { readonly verified: false; readonly reason: RefusalReason | 'body_cut'; readonly message: string };

/** Whose secret made the signature: a webhook that points at the inbox, or the inbox itself. */
export type KeyOwner = { readonly webhook_id: string } | 'inbox';

export interface KnownKey {
  readonly key: VerificationKey;
  readonly owner: KeyOwner;
}

export interface ReceivedMessage {
  readonly method: string;
  /** Path and query as they stood in the request line. */
  readonly target: string;
  readonly headers: HeaderSource;
  readonly body: Buffer;
  readonly bodyCut: boolean;
}

/** Checks the Standard Webhooks signature of a request against every key the inbox knows. */
export function verifyReceived(message: ReceivedMessage, keys: readonly KnownKey[], now: Date): Verification {
  if (message.bodyCut) {
    return {
      verified: false,
      reason: 'body_cut',
      message:
        'The body is longer than an inbox keeps, so its signature cannot be checked. Send a smaller one.',
    };
  }
  if (keys.length === 0) {
    return {
      verified: false,
      reason: 'no_secret',
      message:
        'No webhook of the organization points at this inbox, and the inbox has no secret of its own. ' +
        'Give it the secret of the sender to have signatures checked.',
    };
  }
  const verdict = check(message, message.body.length > 0 ? message.body : bodyless(message), keys, now);
  // An empty body that was sent as a body is signed as one.
  if (!verdict.ok && verdict.reason === 'no_matching_signature' && message.body.length === 0) {
    const asBody = check(message, message.body, keys, now);
    if (asBody.ok) return settled(asBody, keys);
  }
  return settled(verdict, keys);
}

function bodyless(message: ReceivedMessage): string {
  return bodylessContent(message.method, message.target);
}

function check(message: ReceivedMessage, payload: Payload, keys: readonly KnownKey[], now: Date) {
  return verify(
    payload,
    message.headers,
    keys.map(({ key }) => key),
    { now },
  );
}

function settled(verdict: ReturnType<typeof verify>, keys: readonly KnownKey[]): Verification {
  if (!verdict.ok) return { verified: false, reason: verdict.reason, message: verdict.message };
  return { verified: true, by: keys[verdict.secretIndex]?.owner ?? 'inbox' };
}
