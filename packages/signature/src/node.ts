/**
 * Standard Webhooks signatures on Node's own crypto, synchronous: for those who sign thousands of requests a
 * second. Same rules and same answers as the isomorphic entry.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from 'node:crypto';
import type { HeaderSource } from './headers.ts';
import { contentBytes, headToSign, type Message, type Payload } from './message.ts';
import {
  decodeSecret,
  encodePrivateKey,
  encodePublicKey,
  generateHmacSecret,
  MalformedSecret,
  type Secret,
  seedToPkcs8,
  type Version,
} from './secret.ts';
import { refused, type Verification, type VerifyOptions, verification } from './verification.ts';

export type { HeaderName, HeaderSource } from './headers.ts';
export { bodylessContent, type Message, type Payload, requestTarget } from './message.ts';
export { MalformedSecret, type Secret, type SecretFault, type Version } from './secret.ts';
export type {
  Refusal,
  RefusalReason,
  Refused,
  Verification,
  Verified,
  VerifyOptions,
} from './verification.ts';

/** Holds its key material in private fields and key objects: printing one shows no secret. */
export interface VerificationKey {
  readonly version: Version;
  /** `whpk_…`, for the receiver; null for v1, which has no public half. */
  readonly publicKey: string | null;
  /** Whether this key made one of these signatures over head and payload. Takes the same time for every wrong one. */
  madeOneOf(signatures: readonly Uint8Array[], head: string, payload: Payload): boolean;
}

export interface SigningKey extends VerificationKey {
  /** One entry of `webhook-signature`. */
  signature(head: string, payload: Payload): string;
}

class HmacKey implements SigningKey {
  readonly version = 'v1';
  readonly publicKey = null;
  readonly #key: KeyObject;

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
  }

  signature(head: string, payload: Payload): string {
    return `v1,${this.#hmac(head, payload).digest('base64')}`;
  }

  madeOneOf(signatures: readonly Uint8Array[], head: string, payload: Payload): boolean {
    const expected = this.#hmac(head, payload).digest();
    let found = false;
    for (const signature of signatures) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) found = true;
    }
    return found;
  }

  #hmac(head: string, payload: Payload) {
    const hmac = createHmac('sha256', this.#key);
    return typeof payload === 'string' ? hmac.update(head + payload) : hmac.update(head).update(payload);
  }
}

class Ed25519VerificationKey implements VerificationKey {
  readonly version = 'v1a';
  readonly publicKey: string;
  readonly #key: KeyObject;

  constructor(publicKey: Uint8Array) {
    this.publicKey = encodePublicKey(publicKey);
    const x = Buffer.from(publicKey).toString('base64url');
    this.#key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  }

  madeOneOf(signatures: readonly Uint8Array[], head: string, payload: Payload): boolean {
    const content = contentBytes(head, payload);
    return signatures.some((signature) => verifyBytes(null, content, this.#key, signature));
  }
}

class Ed25519SigningKey extends Ed25519VerificationKey implements SigningKey {
  readonly #key: KeyObject;

  constructor(seed: Uint8Array, publicKey: Uint8Array) {
    super(publicKey);
    this.#key = createPrivateKey({ key: Buffer.from(seedToPkcs8(seed)), format: 'der', type: 'pkcs8' });
    if (encodePublicKey(rawPublicKey(this.#key)) !== this.publicKey)
      throw new MalformedSecret('key_halves_differ');
  }

  signature(head: string, payload: Payload): string {
    return `v1a,${signBytes(null, contentBytes(head, payload), this.#key).toString('base64')}`;
  }
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/**
 * Reads a secret once, into a key that signs and verifies from then on. Throws MalformedSecret.
 *
 * @example
 * const key = parseSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
 * const own = parseSecret({ raw: 'the words we agreed on' });
 */
export function parseSecret(secret: Secret): SigningKey {
  const material = decodeSecret(secret);
  switch (material.kind) {
    case 'hmac':
      return new HmacKey(material.key);
    case 'ed25519-private':
      return new Ed25519SigningKey(material.seed, material.publicKey);
    case 'ed25519-public':
      throw new MalformedSecret('cannot_sign');
  }
}

/** Like `parseSecret`, for those who only verify: takes `whpk_` as well. Throws MalformedSecret. */
export function parseVerificationSecret(secret: Secret): VerificationKey {
  const material = decodeSecret(secret);
  return material.kind === 'ed25519-public'
    ? new Ed25519VerificationKey(material.publicKey)
    : parseSecret(secret);
}

/** A new secret: 32 random bytes as `whsec_…`, or an Ed25519 pair as `whsk_…` (see `parseSecret(…).publicKey`). */
export function generateSecret(version: Version): string {
  if (version === 'v1') return generateHmacSecret();
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  return encodePrivateKey(seed, rawPublicKey(privateKey));
}

/**
 * The value of `webhook-signature`: one entry per key, in their order (several while a secret rotates).
 * Throws RangeError for a malformed id or timestamp, or when there is no key.
 */
export function sign(keys: SigningKey | readonly SigningKey[], message: Message): string {
  const head = headToSign(message);
  if (!isList(keys)) return keys.signature(head, message.payload);
  if (keys.length === 0)
    throw new RangeError('There is no key to sign with. Leave the signature headers out instead.');
  return keys.map((key) => key.signature(head, message.payload)).join(' ');
}

/**
 * Checks a request as it was received: the raw body, its headers, and the secrets (several while one
 * rotates; parse them once where speed matters). Never throws on what a sender did; see `Verification`.
 *
 * @example
 * const verdict = verify(rawBody, request.headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
 * if (!verdict.ok) return respond(400, verdict.message);
 */
export function verify(
  payload: Payload,
  headers: HeaderSource,
  secrets: Secret | VerificationKey | readonly (Secret | VerificationKey)[],
  options: VerifyOptions = {},
): Verification {
  const keys: VerificationKey[] = [];
  for (const [secretIndex, secret] of (isList(secrets) ? secrets : [secrets]).entries()) {
    try {
      keys.push(typeof secret === 'string' || 'raw' in secret ? parseVerificationSecret(secret) : secret);
    } catch (error) {
      if (!(error instanceof MalformedSecret)) throw error;
      return refused({ reason: 'malformed_secret', secretIndex, fault: error.fault });
    }
  }
  const questions = verification(keys, headers, options);
  let step = questions.next();
  while (!step.done) {
    const { key, head, signatures } = step.value;
    step = questions.next(key.madeOneOf(signatures, head, payload));
  }
  return step.value;
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
