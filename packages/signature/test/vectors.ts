import { readFileSync } from 'node:fs';
import * as webcrypto from '../src/index.ts';
import type {
  HeaderSource,
  Message,
  Payload,
  Secret,
  SecretFault,
  Verification,
  VerifyOptions,
} from '../src/node.ts';
import * as node from '../src/node.ts';

interface Body {
  readonly utf8?: string;
  readonly base64?: string;
}

interface Case {
  readonly reason: string;
}

interface NamedCase extends Case {
  readonly name: string;
}

export interface SignCase extends NamedCase {
  readonly secrets: readonly Secret[];
  readonly id: string;
  readonly timestamp: number;
  readonly body: Body;
  readonly signature: string;
}

export interface VerifyCase extends NamedCase {
  readonly secrets: readonly Secret[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly now: number;
  readonly toleranceSeconds?: number;
  readonly expect: { readonly ok: boolean; readonly reason?: string };
}

export interface Vectors {
  readonly sign: readonly SignCase[];
  readonly verify: readonly VerifyCase[];
  readonly bodyless: readonly (Case & {
    readonly method: string;
    readonly url: string;
    readonly content: string;
  })[];
  readonly secrets: readonly (Case & { readonly secret: Secret; readonly fault: SecretFault })[];
}

const file = new URL('../../../spec/vectors/signature.json', import.meta.url);
export const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));

export function payloadOf(body: Body): Payload {
  if (body.utf8 !== undefined) return body.utf8;
  if (body.base64 !== undefined) return Buffer.from(body.base64, 'base64');
  throw new Error('A vector gives its body neither as utf8 nor as base64.');
}

/** Both entries behind one face, so that every test holds for both. */
export interface Implementation {
  readonly name: string;
  generate(version: 'v1' | 'v1a'): Promise<string>;
  publicKeyOf(secret: Secret): Promise<string | null>;
  sign(secrets: readonly Secret[], message: Message): Promise<string>;
  verify(
    payload: Payload,
    headers: HeaderSource,
    secrets: Secret | readonly Secret[],
    options?: VerifyOptions,
  ): Promise<Verification>;
  /** With the secrets parsed beforehand. */
  verifyParsed(
    payload: Payload,
    headers: HeaderSource,
    secrets: readonly Secret[],
    options?: VerifyOptions,
  ): Promise<Verification>;
  inspectable(secret: Secret): Promise<object>;
}

export const implementations: readonly Implementation[] = [
  {
    name: 'node:crypto',
    generate: async (version) => node.generateSecret(version),
    publicKeyOf: async (secret) => node.parseVerificationSecret(secret).publicKey,
    sign: async (secrets, message) => node.sign(secrets.map(node.parseSecret), message),
    verify: async (...request) => node.verify(...request),
    verifyParsed: async (payload, headers, secrets, options) =>
      node.verify(payload, headers, secrets.map(node.parseVerificationSecret), options),
    inspectable: async (secret) => node.parseSecret(secret),
  },
  {
    name: 'WebCrypto',
    generate: webcrypto.generateSecret,
    publicKeyOf: async (secret) => (await webcrypto.parseVerificationSecret(secret)).publicKey,
    sign: async (secrets, message) =>
      webcrypto.sign(await Promise.all(secrets.map(webcrypto.parseSecret)), message),
    verify: webcrypto.verify,
    verifyParsed: async (payload, headers, secrets, options) =>
      webcrypto.verify(
        payload,
        headers,
        await Promise.all(secrets.map(webcrypto.parseVerificationSecret)),
        options,
      ),
    inspectable: webcrypto.parseSecret,
  },
];

/** The headers of a signed request. */
export function headersOf(message: Message, signature: string): Record<string, string> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': signature,
  };
}
