import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  bodylessContent,
  MalformedSecret,
  parseSecret,
  type RefusalReason,
  requestTarget,
  sign,
  verify,
} from '../src/node.ts';
import { headersOf, implementations, payloadOf, vectors } from './vectors.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const privateKey =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const message = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  payload: '{"test": 2432232314}',
};
const now = new Date(message.timestamp * 1000);

describe.each(implementations)('with $name', (implementation) => {
  test.each(vectors.sign)('signs: $name', async ({ secrets, id, timestamp, body, signature }) => {
    expect(await implementation.sign(secrets, { id, timestamp, payload: payloadOf(body) })).toBe(signature);
  });

  test.each(vectors.verify)('verifies: $name', async (vector) => {
    const options = {
      now: new Date(vector.now * 1000),
      ...(vector.toleranceSeconds === undefined ? {} : { toleranceSeconds: vector.toleranceSeconds }),
    };
    const verdict = await implementation.verify(
      payloadOf(vector.body),
      vector.headers,
      vector.secrets,
      options,
    );
    expect(verdict).toMatchObject(vector.expect);
    if (!verdict.ok) expect(verdict.message).toMatch(/^[A-Z].{20,}\.$/);
    if (vector.expect.reason === 'malformed_secret') return;
    expect(
      await implementation.verifyParsed(payloadOf(vector.body), vector.headers, vector.secrets, options),
    ).toEqual(verdict);
  });

  test.each(vectors.secrets)('refuses a secret: $reason', async ({ secret: faulty, fault }) => {
    const refusal = await implementation.sign([faulty], message).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MalformedSecret);
    expect(refusal).toMatchObject({ fault });
    const text = typeof faulty === 'string' ? faulty : faulty.raw;
    if (text.length > 6) expect(String(refusal)).not.toContain(text);
  });

  test('refuses an own text with half a surrogate pair, which has no UTF-8 form', async () => {
    await expect(implementation.sign([{ raw: 'sixteen characters \ud800' }], message)).rejects.toMatchObject({
      fault: 'not_unicode',
    });
  });

  test('takes text and the bytes of that text for the same payload', async () => {
    const payload = '{"name":"Zoë 🦊"}';
    for (const secrets of [[secret], [privateKey]]) {
      const text = await implementation.sign(secrets, { ...message, payload });
      expect(
        await implementation.sign(secrets, { ...message, payload: new TextEncoder().encode(payload) }),
      ).toBe(text);
    }
  });

  test('reads Fetch headers', async () => {
    const headers = new Headers(headersOf(message, await implementation.sign([secret], message)));
    expect(await implementation.verify(message.payload, headers, secret, { now })).toMatchObject({
      ok: true,
    });
    headers.set('webhook-timestamp', '');
    headers.delete('webhook-id');
    expect(await implementation.verify(message.payload, headers, secret, { now })).toMatchObject({
      reason: 'missing_headers',
      headers: ['webhook-id', 'webhook-timestamp'],
    });
  });

  test('reads a header given as a list, and refuses two ids', async () => {
    const headers = headersOf(message, await implementation.sign([secret], message));
    const listed = { ...headers, 'webhook-signature': ['v1,AAAA', headers['webhook-signature'] ?? ''] };
    expect(await implementation.verify(message.payload, listed, secret, { now })).toMatchObject({ ok: true });
    const twoIds = { ...headers, 'Webhook-Id': message.id };
    expect(await implementation.verify(message.payload, twoIds, secret, { now })).toMatchObject({
      reason: 'malformed_id',
    });
  });

  test('takes headers from the record itself, never from its prototype', async () => {
    const inherited = Object.create(headersOf(message, await implementation.sign([secret], message)));
    expect(await implementation.verify(message.payload, inherited, secret, { now })).toMatchObject({
      reason: 'missing_headers',
    });
  });

  test('goes by the clock of the machine unless a time is given', async () => {
    const current = { ...message, timestamp: Math.floor(Date.now() / 1000) };
    const headers = headersOf(current, await implementation.sign([secret], current));
    expect(await implementation.verify(current.payload, headers, secret)).toMatchObject({ ok: true });
    const old = headersOf(message, await implementation.sign([secret], message));
    expect(await implementation.verify(message.payload, old, secret)).toMatchObject({
      reason: 'timestamp_too_old',
    });
  });

  test.each([
    Number.NaN,
    -1,
  ])('throws for a tolerance of %s, which would let every age pass or none', async (tolerance) => {
    const headers = headersOf(message, await implementation.sign([secret], message));
    await expect(
      implementation.verify(message.payload, headers, secret, { now, toleranceSeconds: tolerance }),
    ).rejects.toThrow(RangeError);
  });

  test('throws for a clock that shows no time', async () => {
    const headers = headersOf(message, await implementation.sign([secret], message));
    await expect(
      implementation.verify(message.payload, headers, secret, { now: new Date(Number.NaN) }),
    ).rejects.toThrow(RangeError);
  });

  test.each([
    '',
    'a.b',
    'a b',
    'ä',
    'a\n',
  ])('refuses to sign the id %j, which no verifier would take', async (id) => {
    await expect(implementation.sign([secret], { ...message, id })).rejects.toThrow(RangeError);
  });

  test.each([
    -1,
    0.5,
    1e21,
    1614265330000,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('refuses to sign the timestamp %s, which is not Unix seconds', async (timestamp) => {
    await expect(implementation.sign([secret], { ...message, timestamp })).rejects.toThrow(RangeError);
  });

  test('refuses to sign without a key', async () => {
    await expect(implementation.sign([], message)).rejects.toThrow(RangeError);
  });

  test('generates secrets that sign, and of which no two are alike', async () => {
    for (const version of ['v1', 'v1a'] as const) {
      const [one, two] = [await implementation.generate(version), await implementation.generate(version)];
      expect(one).not.toBe(two);
      expect(one).toMatch(version === 'v1' ? /^whsec_[A-Za-z0-9+/]{43}=$/ : /^whsk_[A-Za-z0-9+/]{86}==$/);
      const headers = headersOf(message, await implementation.sign([one], message));
      const verifier = (await implementation.publicKeyOf(one)) ?? one;
      expect(verifier.startsWith(version === 'v1' ? 'whsec_' : 'whpk_')).toBe(true);
      expect(await implementation.verify(message.payload, headers, verifier, { now })).toMatchObject({
        ok: true,
        version,
      });
      expect(await implementation.verify(message.payload, headers, two, { now })).toMatchObject({
        reason: 'no_matching_signature',
      });
    }
  });

  test('tells the public key of a private one', async () => {
    expect(await implementation.publicKeyOf(privateKey)).toBe(publicKey);
    expect(await implementation.publicKeyOf(secret)).toBeNull();
  });

  test.each([
    secret,
    privateKey,
    { raw: 'the words we agreed on' },
  ])('prints no secret with a key (%#)', async (given) => {
    const key = await implementation.inspectable(given);
    const material = typeof given === 'string' ? given.slice(given.indexOf('_') + 1) : given.raw;
    const bytes = Buffer.from(material, typeof given === 'string' ? 'base64' : 'utf8').subarray(0, 32);
    const shown = inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key) + String(key);
    for (const encoding of ['base64', 'hex', 'utf8'] as const) {
      expect(shown).not.toContain(bytes.toString(encoding).slice(0, 12));
    }
  });
});

test('both entries make and accept each other’s signatures', async () => {
  for (const signer of implementations) {
    for (const verifier of implementations) {
      const headers = headersOf(message, await signer.sign([secret, privateKey], message));
      expect(await verifier.verify(message.payload, headers, publicKey, { now })).toMatchObject({ ok: true });
      expect(await verifier.verify(message.payload, headers, secret, { now })).toMatchObject({ ok: true });
    }
  }
});

test('the vectors cover every reason for refusal', () => {
  const reasons: Record<RefusalReason, true> = {
    no_secret: true,
    malformed_secret: true,
    missing_headers: true,
    malformed_id: true,
    malformed_timestamp: true,
    malformed_signature: true,
    too_many_signatures: true,
    timestamp_too_old: true,
    timestamp_too_new: true,
    no_known_version: true,
    no_secret_for_version: true,
    no_matching_signature: true,
  };
  expect(new Set(vectors.verify.flatMap((vector) => vector.expect.reason ?? []))).toEqual(
    new Set(Object.keys(reasons)),
  );
});

test('the isomorphic entry and all it imports leave Node out', () => {
  const seen = new Set<string>();
  const visit = (file: URL): void => {
    if (seen.has(file.pathname)) return;
    seen.add(file.pathname);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/\bfrom '([^']+)'/g)) {
      expect(target).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
      visit(new URL(target ?? '', file));
    }
    expect(readFileSync(file, 'utf8')).not.toMatch(/\b(?:Buffer|process|require)\b/);
  };
  visit(new URL('../src/index.ts', import.meta.url));
  expect(seen.size).toBeGreaterThan(5);
});

describe('a request without a body', () => {
  test.each(vectors.bodyless)('$method $url is signed as $content', ({ method, url, content }) => {
    expect(bodylessContent(method, url)).toBe(content);
  });

  test('has the same content at both ends of a real connection', async () => {
    const arrived: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      arrived.push(request);
      response.end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('The server has no port.');
      const url = `http://127.0.0.1:${address.port}/hook/ä b?player.email=zoë%40example.com&fields[0]=a b#part`;
      const content = bodylessContent('GET', url);
      const signature = sign(parseSecret(secret), { ...message, payload: content });
      await fetch(url, { headers: headersOf(message, signature) });
      const { method = '', url: target = '', headers } = arrived[0] ?? {};
      expect(target).toBe(requestTarget(url));
      expect(verify(bodylessContent(method, target), headers ?? {}, secret, { now })).toMatchObject({
        ok: true,
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('throws for a URL that is neither absolute nor a target', () => {
    expect(() => bodylessContent('GET', 'hook?a=1')).toThrow(TypeError);
  });
});
