import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../src/base64.ts';
import { generateSecret, parseSecret, parseVerificationSecret, sign, verify } from '../src/node.ts';
import { headersOf, implementations } from './vectors.ts';

const ids = fc.stringMatching(/^[!-\-/-~]{1,40}$/);
const texts = fc.string({ unit: 'grapheme', maxLength: 200 });
const timestamps = fc.integer({ min: 0, max: 99_999_999_999 });
const hmacSecrets = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const versions = fc.constantFrom('v1' as const, 'v1a' as const);

/** What a verifier holds for a generated secret. */
function pairOf(version: 'v1' | 'v1a') {
  const secret = generateSecret(version);
  const signer = parseSecret(secret);
  return { signer, verifier: parseVerificationSecret(signer.publicKey ?? secret) };
}
const pairs = { v1: pairOf('v1'), v1a: pairOf('v1a') };

test('what was signed verifies, whatever the id, time and bytes', () => {
  fc.assert(
    fc.property(
      versions,
      ids,
      timestamps,
      fc.oneof(texts, fc.uint8Array({ maxLength: 300 })),
      (version, id, timestamp, payload) => {
        const { signer, verifier } = pairs[version];
        const headers = headersOf({ id, timestamp, payload }, sign(signer, { id, timestamp, payload }));
        const verdict = verify(payload, headers, verifier, { now: new Date(timestamp * 1000) });
        expect(verdict).toEqual({
          ok: true,
          id,
          timestamp: new Date(timestamp * 1000),
          version,
          secretIndex: 0,
        });
      },
    ),
    { numRuns: 200 },
  );
});

test('any flipped bit of body, id, timestamp or signature fails', () => {
  fc.assert(
    fc.property(
      versions,
      ids,
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.constantFrom('body', 'id', 'timestamp', 'signature'),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      (version, id, payload, part, at, bit) => {
        const { signer, verifier } = pairs[version];
        const message = { id, timestamp: 1614265330, payload };
        const signature = sign(signer, message);
        const given = {
          body: Buffer.from(payload),
          id: Buffer.from(id),
          timestamp: Buffer.from('1614265330'),
          signature: Buffer.from(signature.slice(version.length + 1), 'base64'),
        };
        const bytes = given[part];
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        const headers = {
          'webhook-id': given.id.toString('latin1'),
          'webhook-timestamp': given.timestamp.toString('latin1'),
          'webhook-signature': `${version},${given.signature.toString('base64')}`,
        };
        const options = { now: new Date(1614265330_000), toleranceSeconds: 1e12 };
        expect(verify(given.body, headers, verifier, options).ok).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test('nothing that a sender can put into the headers makes verification throw', async () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.stringMatching(/^(v1|v1a|v2),[A-Za-z0-9+/=]{0,90}( v1,[A-Za-z0-9+/=]{0,50})*$/),
    fc.constant('1614265330'),
  );
  await fc.assert(
    fc.asyncProperty(
      header,
      header,
      header,
      fc.uint8Array({ maxLength: 20 }),
      async (id, timestamp, signature, payload) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
        const secrets = [
          'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
          'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
        ];
        const verdicts = await Promise.all(
          implementations.map(({ verify: check }) =>
            check(payload, headers, secrets, { now: new Date(1614265330_000) }),
          ),
        );
        expect(verdicts[0]?.ok).toBe(false);
        expect(verdicts[1]).toEqual(verdicts[0]);
      },
    ),
    { numRuns: 200 },
  );
});

describe('beside the library standardwebhooks', () => {
  // The library takes no clock, so these are signed now.
  const now = () => Math.floor(Date.now() / 1000);

  test('what Fanfare signs, the library accepts', () => {
    fc.assert(
      fc.property(hmacSecrets, ids, texts, (secret, id, payload) => {
        const message = { id, timestamp: now(), payload };
        const headers = headersOf(message, sign(parseSecret(secret), message));
        new Webhook(secret).verify(payload, headers, { jsonParse: false });
      }),
    );
  });

  test('what the library signs, Fanfare accepts', () => {
    fc.assert(
      fc.property(hmacSecrets, ids, texts, (secret, id, payload) => {
        const timestamp = now();
        const signature = new Webhook(secret).sign(id, new Date(timestamp * 1000), payload);
        const headers = headersOf({ id, timestamp, payload }, signature);
        expect(verify(payload, headers, secret)).toMatchObject({ ok: true });
      }),
    );
  });

  test('an own text verifies there when its UTF-8 bytes are given as a raw key', () => {
    const own = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(own, ids, texts, (raw, id, payload) => {
        const message = { id, timestamp: now(), payload };
        const headers = headersOf(message, sign(parseSecret({ raw }), message));
        const library = new Webhook(new TextEncoder().encode(raw), { format: 'raw' });
        library.verify(payload, headers, { jsonParse: false });
        expect(() => library.verify(`${payload} `, headers, { jsonParse: false })).toThrow(
          'No matching signature',
        );
      }),
    );
  });

  test('a list of signatures during rotation verifies there with either secret', () => {
    const secrets = [generateSecret('v1'), generateSecret('v1')];
    const message = { id: 'dlv_1', timestamp: now(), payload: '{}' };
    const headers = headersOf(message, sign([...secrets, generateSecret('v1a')].map(parseSecret), message));
    for (const secret of secrets) new Webhook(secret).verify(message.payload, headers, { jsonParse: false });
    expect(() => new Webhook(generateSecret('v1')).verify(message.payload, headers)).toThrow(
      'No matching signature',
    );
  });
});

test('base64 reads back what it wrote, padded or not, as Node spells it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text)).toEqual(bytes);
      expect(decodeBase64(text.replace(/=+$/, ''))).toEqual(bytes);
    }),
  );
});

test('base64 has at most one spelling of each value besides its padding', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{0,9}={0,2}$/), (text) => {
      const bytes = decodeBase64(text);
      if (bytes === null) return;
      expect([encodeBase64(bytes), encodeBase64(bytes).replace(/=+$/, '')]).toContain(text);
    }),
  );
});
