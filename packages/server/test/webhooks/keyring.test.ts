import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../src/ids.ts';
import {
  Keyring,
  keyFileName,
  loadOrCreateKeyFile,
  MalformedKeyring,
  parseKeyring,
  type SealedSecret,
  UnreadableSecret,
} from '../../src/webhooks/keyring.ts';
import { SecretText } from '../../src/webhooks/secret-text.ts';

const keyA = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const keyB = Buffer.from('6368616e676520746869732070617373776f726420746f206120736563726574', 'hex');
const webhook = newId('whk');
const secret = new SecretText('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

describe('encryption at rest', () => {
  const keyring = new Keyring(keyA);

  test('gives back what it took, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const sealed = keyring.encrypt(new SecretText(text), webhook);
        expect(keyring.decrypt(sealed, webhook).reveal()).toBe(text);
      }),
    );
  });

  test('stores neither the text nor anything that repeats', () => {
    const [one, two] = [keyring.encrypt(secret, webhook), keyring.encrypt(secret, webhook)];
    expect(one.ciphertext.includes(secret.reveal())).toBe(false);
    expect(one.ciphertext.subarray(1, 13)).not.toEqual(two.ciphertext.subarray(1, 13));
    expect(one.ciphertext.subarray(13)).not.toEqual(two.ciphertext.subarray(13));
    expect(one.ciphertext).toHaveLength(1 + 12 + secret.reveal().length + 16);
  });

  test('opens what was written before: the layout is pinned', () => {
    const sealed: SealedSecret = {
      keyId: '526854d8d317',
      ciphertext: Buffer.from(
        'ASqot8cxu6tuT23GBwG6babB0ZQDr6Lzb32/s2C/XZ9NVFAHXRebrO3j2Fj6u5yHVMPQbVqDQp+IX6bGP/AbVGVJNA==',
        'base64',
      ),
    };
    expect(keyring.decrypt(sealed, 'whk_01jf2wkmvcfw6ts1qmgzya291c').reveal()).toBe(secret.reveal());
  });

  test('finds any flipped bit', () => {
    const sealed = keyring.encrypt(secret, webhook);
    fc.assert(
      fc.property(fc.nat(sealed.ciphertext.length - 1), fc.nat(7), (at, bit) => {
        const ciphertext = Buffer.from(sealed.ciphertext);
        ciphertext[at] = (ciphertext[at] ?? 0) ^ (1 << bit);
        expect(thrownBy(() => keyring.decrypt({ ...sealed, ciphertext }, webhook))).toMatchObject({
          name: 'UnreadableSecret',
          reason: at === 0 ? 'malformed' : 'tampered',
          owner: webhook,
        });
      }),
    );
  });

  test.each([0, 1, 13, 28])('finds a row cut to %i bytes', (length) => {
    const sealed = keyring.encrypt(secret, webhook);
    const cut = { ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) };
    expect(thrownBy(() => keyring.decrypt(cut, webhook))).toMatchObject({ reason: 'malformed' });
  });

  test('does not open one webhook’s secret for another', () => {
    const sealed = keyring.encrypt(secret, webhook);
    for (const other of [newId('whk'), newId('inb')]) {
      expect(thrownBy(() => keyring.decrypt(sealed, other))).toMatchObject({
        reason: 'tampered',
        owner: other,
      });
    }
  });

  test('tells the operator which key is missing, which are there and what to do', () => {
    const sealed = new Keyring(keyB).encrypt(secret, webhook);
    const error = thrownBy(() => keyring.decrypt(sealed, webhook));
    expect(error).toBeInstanceOf(UnreadableSecret);
    expect(error).toMatchObject({ reason: 'unknown_key', keyId: sealed.keyId });
    for (const part of [
      webhook,
      sealed.keyId,
      keyring.currentKeyId,
      'FANFARE_ENCRYPTION_KEY',
      keyFileName,
      'rotate',
    ]) {
      expect(String(error)).toContain(part);
    }
  });

  test('never shows a key', () => {
    const shown = inspect(keyring, { depth: 9, showHidden: true }) + JSON.stringify(keyring);
    expect(shown).toContain(keyring.currentKeyId);
    for (const encoding of ['hex', 'base64', 'latin1'] as const) {
      expect(shown).not.toContain(keyA.toString(encoding).slice(0, 12));
    }
    expect(shown).not.toMatch(/00 01 02 03|0, *1, *2, *3/);
  });
});

describe('a change of the key', () => {
  const old = new Keyring(keyA);
  const both = new Keyring(keyB, keyA);
  const renewed = new Keyring(keyB);

  test('goes by way of re-encryption: new key first, old one behind it, then the new one alone', () => {
    const before = old.encrypt(secret, webhook);
    expect(both.decrypt(before, webhook).reveal()).toBe(secret.reveal());
    const after = both.reencrypt(before, webhook);
    expect(after?.keyId).toBe(renewed.currentKeyId);
    expect(after && renewed.decrypt(after, webhook).reveal()).toBe(secret.reveal());
    expect(thrownBy(() => renewed.decrypt(before, webhook))).toMatchObject({ reason: 'unknown_key' });
  });

  test('leaves alone what is under the current key already', () => {
    expect(both.reencrypt(both.encrypt(secret, webhook), webhook)).toBeNull();
  });

  test('does not carry a damaged secret over', () => {
    const before = old.encrypt(secret, webhook);
    expect(thrownBy(() => both.reencrypt(before, newId('whk')))).toMatchObject({ reason: 'tampered' });
  });
});

describe('FANFARE_ENCRYPTION_KEY', () => {
  test('takes hex and both alphabets of base64, padded or not, with spaces around commas', () => {
    const ids = new Keyring(keyA, keyB).keyIds;
    const [hexA, hexB] = [keyA.toString('hex'), keyB.toString('hex')];
    expect(parseKeyring(`${hexA},${hexB}`).keyIds).toEqual(ids);
    expect(parseKeyring(` ${hexA.toUpperCase()} , ${keyB.toString('base64')}\n`).keyIds).toEqual(ids);
    expect(
      parseKeyring(`${keyA.toString('base64url')},${keyB.toString('base64').replace('=', '')}`).keyIds,
    ).toEqual(ids);
  });

  test('the first key encrypts, and each key has its own short id', () => {
    const keyring = parseKeyring(`${keyB.toString('hex')},${keyA.toString('hex')}`);
    expect(keyring.encrypt(secret, webhook).keyId).toBe(new Keyring(keyB).currentKeyId);
    expect(keyring.keyIds).toEqual([new Keyring(keyB).currentKeyId, new Keyring(keyA).currentKeyId]);
    expect(keyring.currentKeyId).toMatch(/^[0-9a-f]{12}$/);
  });

  test.each([
    ['nothing', '', 'key 1: it is empty'],
    ['a comma at the end', `${keyA.toString('hex')},`, 'key 2: it is empty'],
    ['a passphrase', 'correct horse battery staple', 'neither hex nor base64'],
    ['16 bytes', keyA.toString('hex').slice(32), 'it has 24 bytes'],
    ['31 bytes', keyA.subarray(1).toString('base64'), 'it has 31 bytes'],
    ['33 bytes', Buffer.concat([keyA, keyA.subarray(0, 1)]).toString('base64'), 'it has 33 bytes'],
    [
      'the same key twice',
      `${keyA.toString('hex')},${keyA.toString('base64')}`,
      'key 2 is the same as key 1',
    ],
    ['zeros', '0'.repeat(64), 'not made at random'],
  ])('refuses %s', (_case, text, words) => {
    const error = thrownBy(() => parseKeyring(text));
    expect(error).toBeInstanceOf(MalformedKeyring);
    expect(String(error)).toContain(words);
    if (text.length > 12) expect(String(error)).not.toContain(text.slice(0, 12));
  });

  test('names every faulty key at once', () => {
    const error = thrownBy(() => parseKeyring(`short,${keyA.toString('hex')},,?`));
    expect(error).toMatchObject({
      faults: [/key 1/, /key 3/, /key 4/].map((pattern) => expect.stringMatching(pattern)),
    });
  });
});

describe('the key file', () => {
  let dataDir: string;
  let path: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fanfare-keyring-'));
    path = join(dataDir, keyFileName);
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  test('is made when there is none, for its owner’s eyes alone, and found again', async () => {
    const made = await loadOrCreateKeyFile(dataDir);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual([keyFileName]);
    const found = await loadOrCreateKeyFile(dataDir);
    expect(found.decrypt(made.encrypt(secret, webhook), webhook).reveal()).toBe(secret.reveal());
  });

  test('holds what FANFARE_ENCRYPTION_KEY would', async () => {
    const { keyIds } = await loadOrCreateKeyFile(dataDir);
    expect(parseKeyring(await readFile(path, 'utf8')).keyIds).toEqual(keyIds);
    await writeFile(path, `${keyB.toString('base64')},${await readFile(path, 'utf8')}`);
    expect((await loadOrCreateKeyFile(dataDir)).keyIds).toEqual([new Keyring(keyB).currentKeyId, ...keyIds]);
  });

  test('is one and the same for all who start at once', async () => {
    const keyrings = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateKeyFile(dataDir)));
    expect(new Set(keyrings.map((keyring) => keyring.currentKeyId)).size).toBe(1);
    expect(await readdir(dataDir)).toEqual([keyFileName]);
  });

  test.each([0o644, 0o640, 0o606, 0o660])('is refused with mode %o, and the remedy told', async (mode) => {
    await loadOrCreateKeyFile(dataDir);
    await chmod(path, mode);
    const refusal = loadOrCreateKeyFile(dataDir);
    await expect(refusal).rejects.toThrow(MalformedKeyring);
    await expect(refusal).rejects.toThrow(`chmod 600 ${path}`);
    await expect(refusal).rejects.toThrow(mode.toString(8));
    await chmod(path, 0o600);
    await loadOrCreateKeyFile(dataDir);
  });

  test.each([
    '',
    'not a key\n',
    keyA.subarray(3).toString('base64'),
  ])('is refused when it holds %j', async (text) => {
    await writeFile(path, text, { mode: 0o600 });
    await expect(loadOrCreateKeyFile(dataDir)).rejects.toThrow(`${path}: Encryption key 1: it`);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('is never made up when something else is in its place', async () => {
    await mkdir(path);
    await expect(loadOrCreateKeyFile(dataDir)).rejects.toThrow(`${path} is not a file`);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  test('fails with the system’s words when the directory is not there', async () => {
    await expect(loadOrCreateKeyFile(join(dataDir, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
