/**
 * Standard Webhooks signatures on WebCrypto: browsers, Node, Deno, Bun, workers. Asynchronous, as WebCrypto
 * is; on Node `@fanfare/signature/node` does the same synchronously.
 */
import { encodeBase64 } from './base64.ts';
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

type PlatformKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type Bytes = Uint8Array<ArrayBuffer>;

/** Holds its key material in non-extractable platform keys: printing one shows no secret. */
export interface VerificationKey {
  readonly version: Version;
  /** `whpk_…`, for the receiver; null for v1, which has no public half. */
  readonly publicKey: string | null;
  /** Whether this key made one of these signatures over head and payload. WebCrypto compares in constant time. */
  madeOneOf(signatures: readonly Bytes[], head: string, payload: Payload): Promise<boolean>;
}

export interface SigningKey extends VerificationKey {
  /** One entry of `webhook-signature`. */
  signature(head: string, payload: Payload): Promise<string>;
}

class WebCryptoVerificationKey implements VerificationKey {
  readonly version: Version;
  readonly publicKey: string | null;
  readonly #algorithm: 'HMAC' | 'Ed25519';
  readonly #key: PlatformKey;

  constructor(version: Version, publicKey: string | null, key: PlatformKey) {
    this.version = version;
    this.publicKey = publicKey;
    this.#algorithm = version === 'v1' ? 'HMAC' : 'Ed25519';
    this.#key = key;
  }

  async madeOneOf(signatures: readonly Bytes[], head: string, payload: Payload): Promise<boolean> {
    const content = contentBytes(head, payload);
    const checks = signatures.map((signature) =>
      crypto.subtle.verify(this.#algorithm, this.#key, signature, content),
    );
    return (await Promise.all(checks)).includes(true);
  }
}

class WebCryptoSigningKey extends WebCryptoVerificationKey implements SigningKey {
  readonly #key: PlatformKey;

  constructor(version: Version, publicKey: string | null, verifier: PlatformKey, signer: PlatformKey) {
    super(version, publicKey, verifier);
    this.#key = signer;
  }

  async signature(head: string, payload: Payload): Promise<string> {
    const algorithm = this.version === 'v1' ? 'HMAC' : 'Ed25519';
    const bytes = await crypto.subtle.sign(algorithm, this.#key, contentBytes(head, payload));
    return `${this.version},${encodeBase64(new Uint8Array(bytes))}`;
  }
}

/**
 * Reads a secret once, into a key that signs and verifies from then on. Rejects with MalformedSecret.
 *
 * @example
 * const key = await parseSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
 * const own = await parseSecret({ raw: 'the words we agreed on' });
 */
export async function parseSecret(secret: Secret): Promise<SigningKey> {
  const material = decodeSecret(secret);
  switch (material.kind) {
    case 'hmac': {
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      const key = await crypto.subtle.importKey('raw', material.key, algorithm, false, ['sign', 'verify']);
      return new WebCryptoSigningKey('v1', null, key, key);
    }
    case 'ed25519-private': {
      const signer = await crypto.subtle.importKey('pkcs8', seedToPkcs8(material.seed), 'Ed25519', false, [
        'sign',
      ]);
      const verifier = await importPublicKey(material.publicKey);
      // The private key is not extractable, so what it signs tells whether the public half is its own.
      const probe = new Uint8Array(32);
      const proof = await crypto.subtle.sign('Ed25519', signer, probe);
      if (!(await crypto.subtle.verify('Ed25519', verifier, proof, probe))) {
        throw new MalformedSecret('key_halves_differ');
      }
      return new WebCryptoSigningKey('v1a', encodePublicKey(material.publicKey), verifier, signer);
    }
    case 'ed25519-public':
      throw new MalformedSecret('cannot_sign');
  }
}

/** Like `parseSecret`, for those who only verify: takes `whpk_` as well. Rejects with MalformedSecret. */
export async function parseVerificationSecret(secret: Secret): Promise<VerificationKey> {
  const material = decodeSecret(secret);
  if (material.kind !== 'ed25519-public') return parseSecret(secret);
  const key = await importPublicKey(material.publicKey);
  return new WebCryptoVerificationKey('v1a', encodePublicKey(material.publicKey), key);
}

function importPublicKey(bytes: Bytes): Promise<PlatformKey> {
  return crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
}

/** A new secret: 32 random bytes as `whsec_…`, or an Ed25519 pair as `whsk_…` (see `parseSecret(…).publicKey`). */
export async function generateSecret(version: Version): Promise<string> {
  if (version === 'v1') return generateHmacSecret();
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('WebCrypto made no key pair for Ed25519.');
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return encodePrivateKey(pkcs8.slice(-32), publicKey);
}

/**
 * The value of `webhook-signature`: one entry per key, in their order (several while a secret rotates).
 * Rejects with RangeError for a malformed id or timestamp, or when there is no key.
 */
export async function sign(keys: SigningKey | readonly SigningKey[], message: Message): Promise<string> {
  const head = headToSign(message);
  const list = isList(keys) ? keys : [keys];
  if (list.length === 0)
    throw new RangeError('There is no key to sign with. Leave the signature headers out instead.');
  const entries = await Promise.all(list.map((key) => key.signature(head, message.payload)));
  return entries.join(' ');
}

/**
 * Checks a request as it was received: the raw body, its headers, and the secrets (several while one
 * rotates; parse them once where speed matters). Never rejects for what a sender did; see `Verification`.
 *
 * @example
 * const verdict = await verify(await request.text(), request.headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
 * if (!verdict.ok) return new Response(verdict.message, { status: 400 });
 */
export async function verify(
  payload: Payload,
  headers: HeaderSource,
  secrets: Secret | VerificationKey | readonly (Secret | VerificationKey)[],
  options: VerifyOptions = {},
): Promise<Verification> {
  const keys: VerificationKey[] = [];
  for (const [secretIndex, secret] of (isList(secrets) ? secrets : [secrets]).entries()) {
    try {
      keys.push(
        typeof secret === 'string' || 'raw' in secret ? await parseVerificationSecret(secret) : secret,
      );
    } catch (error) {
      if (!(error instanceof MalformedSecret)) throw error;
      return refused({ reason: 'malformed_secret', secretIndex, fault: error.fault });
    }
  }
  const questions = verification(keys, headers, options);
  let step = questions.next();
  while (!step.done) {
    const { key, head, signatures } = step.value;
    step = questions.next(await key.madeOneOf(signatures, head, payload));
  }
  return step.value;
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
