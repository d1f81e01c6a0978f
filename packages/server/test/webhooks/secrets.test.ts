import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { generateSecret, MalformedSecret, parseSecret, sign, verify } from '@fanfare/signature/node';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { SecretText } from '../../src/webhooks/secret-text.ts';
import { parseStoredSecret, secretFault, signingKeys } from '../../src/webhooks/secrets.ts';
import type { WebhookSecret } from '../../src/webhooks/webhook.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

function secret(value: string, expiresAt: number | null = null): WebhookSecret {
  return {
    value: new SecretText(value),
    createdAt: new Date(start),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  };
}

const message = { id: 'dlv_1', timestamp: 1614265330, payload: '{}' };

describe('signing keys of a webhook', () => {
  const [current, old, older] = [generateSecret('v1'), generateSecret('v1a'), generateSecret('v1')];
  const expected = (...secrets: string[]) => sign(secrets.map(parseSecret), message);

  test('are the current secret first, then the old ones whose overlap lasts', () => {
    const webhook = {
      secrets: [secret(older, start + hour), secret(current), secret(old, start + 2 * hour)],
    };
    expect(sign(signingKeys(webhook, start), message)).toBe(expected(current, older, old));
  });

  test('lose an old secret at the very moment its overlap ends', () => {
    const webhook = {
      secrets: [secret(current), secret(old, start + 2 * hour), secret(older, start + hour)],
    };
    expect(signingKeys(webhook, start + hour - 1)).toHaveLength(3);
    expect(sign(signingKeys(webhook, start + hour), message)).toBe(expected(current, old));
    expect(sign(signingKeys(webhook, start + 2 * hour), message)).toBe(expected(current));
  });

  test('are parsed once: the same array comes back until one expires', () => {
    const webhook = { secrets: [secret(current), secret(old, start + hour)] };
    const keys = signingKeys(webhook, start);
    expect(signingKeys(webhook, start + hour - 1)).toBe(keys);
    const later = signingKeys(webhook, start + hour);
    expect(later).not.toBe(keys);
    expect(later[0]).toBe(keys[0]);
    expect(signingKeys(webhook, start + 1000 * hour)).toBe(later);
  });

  test('follow changed settings', () => {
    const before = { secrets: [secret(current)] };
    const after = { secrets: [secret(older)] };
    expect(sign(signingKeys(before, start), message)).toBe(expected(current));
    expect(sign(signingKeys(after, start), message)).toBe(expected(older));
  });

  test('are none when every secret has expired', () => {
    expect(signingKeys({ secrets: [secret(current, start)] }, start)).toEqual([]);
    expect(signingKeys({ secrets: [] }, start)).toEqual([]);
  });

  test('verify at a receiver that holds only the public key', () => {
    const keys = signingKeys({ secrets: [secret(old)] }, start);
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.timestamp),
      'webhook-signature': sign(keys, message),
    };
    const publicKey = parseSecret(old).publicKey ?? '';
    expect(verify('{}', headers, publicKey, { now: new Date(message.timestamp * 1000) }).ok).toBe(true);
  });
});

describe('a stored secret', () => {
  test('without a prefix is the owner’s own text: its UTF-8 bytes are the key', () => {
    // Would decode as base64 as well: the text is meant.
    for (const own of ['correct horse battery stäple', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']) {
      const expected = sign(parseSecret({ raw: own }), message);
      expect(sign(parseStoredSecret(new SecretText(own)), message)).toBe(expected);
    }
  });

  test('with a prefix is read by the Standard Webhooks specification', () => {
    for (const version of ['v1', 'v1a'] as const) {
      const generated = generateSecret(version);
      expect(sign(parseStoredSecret(new SecretText(generated)), message)).toBe(
        sign(parseSecret(generated), message),
      );
    }
  });

  test('with a prefix and something wrong behind it is refused, never taken as text', () => {
    expect(() => parseStoredSecret(new SecretText('whsec_too short'))).toThrow(MalformedSecret);
  });
});

describe('an owner’s own secret', () => {
  test.each([
    generateSecret('v1'),
    generateSecret('v1a'),
    'sixteen letters!',
    'ключ от квартиры, где деньги',
    '🦊'.repeat(256),
    'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    'whatever happens, it begins with wh',
  ])('may be %s', (text) => {
    expect(secretFault(text)).toBeNull();
  });

  test.each([
    ['empty', '', 'empty'],
    ['15 characters', 'fifteen letters', '15 characters'],
    ['257 characters', 'x'.repeat(257), '257 characters'],
    ['few characters of many bytes', '🦊'.repeat(15), '15 characters'],
    ['a space in front', ' sixteen letters!', 'space'],
    ['a line break behind', `${generateSecret('v1')}\n`, 'space'],
    ['a no-break space behind', 'sixteen letters!\u00a0', 'space'],
    ['a NUL inside', 'sixteen\0letters!!', 'control character'],
    ['a line separator inside', 'sixteen\u2028letters!!', 'control character'],
    ['half a surrogate pair', 'sixteen letters!\ud83e', 'surrogate'],
    ['a base64 secret too short', 'whsec_AAAA', 'wrong length'],
    ['a base64 secret with a typing error', generateSecret('v1').replace('=', '!'), 'not base64'],
    ['a public key', parseSecret(generateSecret('v1a')).publicKey ?? '', 'public'],
    ['a prefix in capitals', 'WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'close to whsec_'],
    ['a prefix with a hyphen', 'whsec-MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'close to whsec_'],
  ])('may not be %s', (_case, text, words) => {
    const fault = secretFault(text);
    expect(fault).toContain(words);
    if (text.length > 8) expect(fault).not.toContain(text.slice(8));
  });
});

describe('a secret in memory', () => {
  const text = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const held = secret(text);

  test('gives its text to who asks for it by name', () => {
    expect(held.value.reveal()).toBe(text);
  });

  test('appears in nothing that prints it', () => {
    const prints = [
      JSON.stringify({ held }),
      String(held.value),
      `${held.value}`,
      inspect(held, { depth: 9, showHidden: true }),
      format('%s %o %O %j', held.value, held, held, held),
      String(Object.entries(held.value)),
      JSON.stringify({ ...held.value }),
      JSON.stringify(structuredClone({ ...held.value })),
      inspect(new Error('failed', { cause: held })),
    ];
    for (const print of prints) expect(print).not.toContain(text.slice(6, 14));
    expect(prints.slice(0, 5).every((print) => print.includes('[secret]'))).toBe(true);
  });

  test('appears in no log line', () => {
    const lines: string[] = [];
    const output = new Writable({
      write(line, _encoding, done) {
        lines.push(String(line));
        done();
      },
    });
    const log = pino({}, output);
    log.info({ webhook: { secrets: [held] }, value: held.value }, 'secret %s %o', held.value, held);
    log.error(Object.assign(new Error('failed'), { held, value: held.value }));
    expect(lines).toHaveLength(2);
    expect(lines.join()).toContain('[secret]');
    expect(lines.join()).not.toContain(text.slice(6, 14));
  });
});
