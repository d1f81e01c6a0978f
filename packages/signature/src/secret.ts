import { decodeBase64, encodeBase64 } from './base64.ts';

/** `v1`: HMAC-SHA256 with a shared secret. `v1a`: Ed25519, the receiver holds only the public key. */
export type Version = 'v1' | 'v1a';

/**
 * A secret as people hold it:
 * - a string with its prefix: `whsec_` (v1), `whsk_` (v1a, private) or `whpk_` (v1a, public, verifies only),
 *   then base64;
 * - `{ raw: text }`: the owner's own words, whose UTF-8 bytes are the HMAC key.
 *
 * A bare string without a prefix is refused, because senders disagree on it: the Standard Webhooks libraries
 * read it as base64, an owner who types a passphrase means its characters. Whoever holds such a text says
 * which is meant, with `{ raw }` or by putting `whsec_` in front.
 */
export type Secret = string | { readonly raw: string };

export type SecretFault =
  | 'empty'
  | 'unprefixed'
  | 'not_base64'
  | 'wrong_length'
  | 'key_halves_differ'
  | 'not_unicode'
  | 'cannot_sign';

const explanations: Readonly<Record<SecretFault, string>> = {
  empty: 'The secret is empty. Give at least one character, or generate one.',
  unprefixed:
    'The secret has no prefix. Expected whsec_, whsk_ or whpk_ followed by base64; pass { raw: text } when the ' +
    'characters themselves are the key.',
  not_base64:
    'What follows the prefix of the secret is not base64 (A–Z, a–z, 0–9, + and /, no spaces). Copy it again, whole.',
  wrong_length:
    'The secret has the wrong length: after base64, whsec_ holds 24 to 64 bytes, whsk_ 64 bytes (seed and public ' +
    'key), whpk_ 32 bytes. Copy it again, whole, or generate one.',
  key_halves_differ:
    'The two halves of the whsk_ secret do not belong together: the public key in its last 32 bytes is not the one ' +
    'of the seed before it. Copy it again, whole, or generate one.',
  not_unicode:
    'The secret holds half of a surrogate pair, which has no UTF-8 form. Type or generate it again.',
  cannot_sign: 'A whpk_ key is public: it verifies and cannot sign. Sign with its whsk_ key.',
};

/** A secret that cannot be used. The message says why and never quotes the secret. */
export class MalformedSecret extends Error {
  readonly fault: SecretFault;

  constructor(fault: SecretFault) {
    super(explanations[fault]);
    this.name = 'MalformedSecret';
    this.fault = fault;
  }
}

export type SecretMaterial =
  | { readonly kind: 'hmac'; readonly key: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'ed25519-private';
      readonly seed: Uint8Array<ArrayBuffer>;
      readonly publicKey: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'ed25519-public'; readonly publicKey: Uint8Array<ArrayBuffer> };

/** The bytes in a secret. Whether the halves of a `whsk_` belong together is for the importer to check. */
export function decodeSecret(secret: Secret): SecretMaterial {
  if (typeof secret !== 'string') return { kind: 'hmac', key: rawKey(secret.raw) };
  const cut = secret.indexOf('_') + 1;
  switch (secret.slice(0, cut)) {
    case 'whsec_':
      return { kind: 'hmac', key: decodeBody(secret.slice(cut), 24, 64) };
    case 'whsk_': {
      const pair = decodeBody(secret.slice(cut), 64, 64);
      return { kind: 'ed25519-private', seed: pair.slice(0, 32), publicKey: pair.slice(32) };
    }
    case 'whpk_':
      return { kind: 'ed25519-public', publicKey: decodeBody(secret.slice(cut), 32, 32) };
    default:
      throw new MalformedSecret(secret === '' ? 'empty' : 'unprefixed');
  }
}

function rawKey(text: string): Uint8Array<ArrayBuffer> {
  if (text === '') throw new MalformedSecret('empty');
  if (/\p{Surrogate}/u.test(text)) throw new MalformedSecret('not_unicode');
  return new TextEncoder().encode(text);
}

function decodeBody(text: string, least: number, most: number): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(text);
  if (bytes === null) throw new MalformedSecret('not_base64');
  if (bytes.length < least || bytes.length > most) throw new MalformedSecret('wrong_length');
  return bytes;
}

/** A new `whsec_` secret: 32 random bytes, the output size of SHA-256. */
export function generateHmacSecret(): string {
  return `whsec_${encodeBase64(crypto.getRandomValues(new Uint8Array(32)))}`;
}

export function encodePrivateKey(seed: Uint8Array, publicKey: Uint8Array): string {
  const pair = new Uint8Array(64);
  pair.set(seed);
  pair.set(publicKey, 32);
  return `whsk_${encodeBase64(pair)}`;
}

export function encodePublicKey(publicKey: Uint8Array): string {
  return `whpk_${encodeBase64(publicKey)}`;
}

const pkcs8Head = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

/** The seed of an Ed25519 key in PKCS #8 (RFC 8410), the one private form every crypto library imports. */
export function seedToPkcs8(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const der = new Uint8Array(pkcs8Head.length + seed.length);
  der.set(pkcs8Head);
  der.set(seed, pkcs8Head.length);
  return der;
}
