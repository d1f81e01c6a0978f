import { MalformedSecret, parseSecret, type SigningKey } from '@fanfare/signature/node';
import { Problem } from '../problems.ts';
import { UnreadableSecret } from './keyring.ts';
import { SecretText } from './secret-text.ts';
import type { Webhook, WebhookSecret } from './webhook.ts';

/** An owner's own text: long enough not to be guessed from one signed request, short enough for any form. */
const leastOwnCharacters = 16;
const mostOwnCharacters = 256;

interface Reading {
  readonly keys: readonly SigningKey[];
  /** Unix milliseconds until which these are the keys. */
  readonly until: number;
}

const keyOfSecret = new WeakMap<WebhookSecret, SigningKey>();
const readingOfSecrets = new WeakMap<readonly WebhookSecret[], Reading>();

/**
 * The keys that sign a webhook's requests at this time (Unix milliseconds): the current secrets, then the
 * old ones whose overlap has not ended. Empty when the webhook has none: then it is sent unsigned.
 *
 * Cheap enough for every attempt: while none of them expires, the same array comes back.
 * Throws MalformedSecret for a stored secret that `secretFault` would have refused, and `Problem('conflict')` when one
 * that should sign cannot be read: without it nothing may be sent.
 */
export function signingKeys(webhook: Pick<Webhook, 'secrets'>, now: number): readonly SigningKey[] {
  const known = readingOfSecrets.get(webhook.secrets);
  if (known !== undefined && now < known.until) return known.keys;
  const reading = read(webhook.secrets, now);
  readingOfSecrets.set(webhook.secrets, reading);
  return reading.keys;
}

function read(secrets: readonly WebhookSecret[], now: number): Reading {
  const current: SigningKey[] = [];
  const old: SigningKey[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const secret of secrets) {
    if (secret.expiresAt === null) {
      current.push(keyOf(secret));
    } else if (now < secret.expiresAt.getTime()) {
      old.push(keyOf(secret));
      until = Math.min(until, secret.expiresAt.getTime());
    }
  }
  return { keys: [...current, ...old], until };
}

function keyOf(secret: WebhookSecret): SigningKey {
  const known = keyOfSecret.get(secret);
  if (known !== undefined) return known;
  const key = readKey(secret.value);
  keyOfSecret.set(secret, key);
  return key;
}

function readKey(secret: SecretText): SigningKey {
  try {
    return parseStoredSecret(secret);
  } catch (error) {
    if (!(error instanceof UnreadableSecret)) throw error;
    throw new Problem('conflict', unreadableForOwner, { cause: error });
  }
}

/** What the owner of a webhook is told, who can neither see nor change how the database is encrypted. */
export const unreadableForOwner =
  "The webhook's stored secret cannot be read, so its requests cannot be signed. Rotate the secret, give the new one to the receiver, then set the status to active.";

/**
 * Reads a webhook's or an inbox's secret: `whsec_` and `whsk_` are base64 by the Standard Webhooks
 * specification; anything else is the owner's own text, and its UTF-8 bytes are the HMAC key.
 */
export function parseStoredSecret(secret: SecretText): SigningKey {
  const text = secret.reveal();
  return parseSecret(/^wh(?:sec|sk|pk)_/.test(text) ? text : { raw: text });
}

/** Why this text cannot be a webhook's secret, in words for its owner that do not quote it; null when it can. */
export function secretFault(text: string): string | null {
  if (/[\p{Cc}\u2028\u2029]/u.test(text) || text !== text.trim()) {
    return 'The secret begins or ends with a space, or holds a line break or another control character. Remove it: it would have to be repeated exactly by whoever verifies.';
  }
  const prefixed = /^(wh(?:sec|sk|pk))[_-]/i.exec(text)?.[0];
  if (prefixed !== undefined && !['whsec_', 'whsk_', 'whpk_'].includes(prefixed)) {
    return `The secret begins with ${prefixed}, which is close to ${prefixed.slice(0, -1).toLowerCase()}_ but not it. Write the prefix exactly, or choose another beginning.`;
  }
  try {
    parseStoredSecret(new SecretText(text));
  } catch (error) {
    if (error instanceof MalformedSecret) return error.message;
    throw error;
  }
  const length = [...text].length;
  if (prefixed === undefined && (length < leastOwnCharacters || length > mostOwnCharacters)) {
    return `The secret has ${length} characters; a text of your own has ${leastOwnCharacters} to ${mostOwnCharacters}. Leave it out to have one generated.`;
  }
  return null;
}
