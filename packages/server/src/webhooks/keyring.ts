import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { InboxId, ParticipantTokenKeyId, WebhookUid } from '../ids.ts';
import { SecretText } from './secret-text.ts';

/** Whose secret it is. Authenticated with it, so that a row copied to another owner does not decrypt. */
export type SecretOwner = WebhookUid | InboxId | ParticipantTokenKeyId;

/** A secret as the database holds it: columns `ciphertext` and `key_id`. */
export interface SealedSecret {
  /** One byte of layout version, 12 of nonce, the encrypted text, 16 of authentication tag. */
  readonly ciphertext: Buffer;
  readonly keyId: string;
}

const layoutVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** The name of the key file within the data directory. */
export const keyFileName = 'encryption.key';

export type UnreadableReason = 'unknown_key' | 'tampered' | 'malformed';

/** A stored secret that cannot be decrypted. The message tells the operator what to do; it holds no key. */
export class UnreadableSecret extends Error {
  readonly reason: UnreadableReason;
  readonly owner: SecretOwner;
  readonly keyId: string;

  constructor(reason: UnreadableReason, owner: SecretOwner, keyId: string, message: string) {
    super(message);
    this.name = 'UnreadableSecret';
    this.reason = reason;
    this.owner = owner;
    this.keyId = keyId;
  }
}

/** Encryption keys that cannot be used: every fault found, none of them quoting a key. */
export class MalformedKeyring extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'MalformedKeyring';
    this.faults = faults;
  }
}

/**
 * The keys under which secrets lie in the database (AES-256-GCM, NIST SP 800-38D): the first encrypts, all
 * decrypt. Nonces are random, so one key is good for 2^32 secrets.
 *
 * To change the key, put the new one first and keep the old one behind it until upkeep has re-encrypted
 * every row (`reencrypt`); then the old one can go.
 */
export class Keyring {
  /** Of the key that encrypts: a short hash, safe to show. */
  readonly currentKeyId: string;
  readonly #current: KeyObject;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  constructor(current: Uint8Array, ...older: readonly Uint8Array[]) {
    this.currentKeyId = keyIdOf(current);
    this.#current = createSecretKey(current);
    this.#keys = new Map([current, ...older].map((key) => [keyIdOf(key), createSecretKey(key)]));
  }

  /** Of every key held, the encrypting one first. */
  get keyIds(): readonly string[] {
    return [...this.#keys.keys()];
  }

  encrypt(secret: SecretText, owner: SecretOwner): SealedSecret {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#current, nonce, { authTagLength: tagBytes });
    cipher.setAAD(associatedData(owner));
    const text = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
    return {
      ciphertext: Buffer.concat([Buffer.of(layoutVersion), nonce, text, cipher.getAuthTag()]),
      keyId: this.currentKeyId,
    };
  }

  /** Throws UnreadableSecret. */
  decrypt(sealed: SealedSecret, owner: SecretOwner): SecretText {
    const { ciphertext, keyId } = sealed;
    const key = this.#keys.get(keyId);
    if (key === undefined) {
      throw new UnreadableSecret(
        'unknown_key',
        owner,
        keyId,
        `The secret of ${owner} was encrypted with the key ${keyId}, but the keys at hand are ${this.keyIds.join(', ')}. ` +
          `Add that key to FANFARE_ENCRYPTION_KEY behind the current one, after a comma, or put back the ${keyFileName} of the data directory it came from. ` +
          'If the key is lost, so is the secret: rotate it and give the new one to the receiver.',
      );
    }
    if (ciphertext[0] !== layoutVersion || ciphertext.length < 1 + nonceBytes + tagBytes) {
      throw new UnreadableSecret(
        'malformed',
        owner,
        keyId,
        `The stored secret of ${owner} does not have the layout this version writes (${ciphertext.length} bytes, first ${ciphertext[0] ?? 'none'}). ` +
          'Either a newer Fanfare wrote it, then run that one; or the row is damaged, then restore it from a backup or rotate the secret.',
      );
    }
    const tagAt = ciphertext.length - tagBytes;
    const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(1, 1 + nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(associatedData(owner));
    decipher.setAuthTag(ciphertext.subarray(tagAt));
    const text = decipher.update(ciphertext.subarray(1 + nonceBytes, tagAt));
    try {
      decipher.final();
    } catch {
      throw new UnreadableSecret(
        'tampered',
        owner,
        keyId,
        `The stored secret of ${owner} was changed after it was encrypted, or belongs to another row (key ${keyId}). ` +
          'Find out who writes to the database besides Fanfare; then restore the row from a backup or rotate the secret.',
      );
    }
    return new SecretText(text.toString('utf8'));
  }

  /**
   * 32 bytes for one purpose, from the key that encrypts (HKDF-SHA256, RFC 5869). Another key gives others: what they
   * protected has to be made anew.
   */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#current, '', `fanfare ${purpose}`, 32));
  }

  /** The same secret under the current key; null when it already is. Throws UnreadableSecret. */
  reencrypt(sealed: SealedSecret, owner: SecretOwner): SealedSecret | null {
    if (sealed.keyId === this.currentKeyId) return null;
    return this.encrypt(this.decrypt(sealed, owner), owner);
  }
}

function associatedData(owner: SecretOwner): Buffer {
  return Buffer.from(`fanfare secret ${layoutVersion} of ${owner}`, 'utf8');
}

function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update('fanfare encryption key id\n').update(key).digest('hex').slice(0, 12);
}

/**
 * Reads encryption keys: each 32 bytes in hex (64 digits) or base64 (44 characters, either alphabet, padding optional), separated by commas.
 * Throws MalformedKeyring, naming the faulty keys by their position.
 */
export function parseKeyring(text: string): Keyring {
  const faults: string[] = [];
  const keys: Buffer[] = [];
  const positionOf = new Map<string, number>();
  for (const [index, entry] of text.split(',').entries()) {
    const position = index + 1;
    const key = decodeKey(entry.trim());
    if (typeof key === 'string') {
      faults.push(`Encryption key ${position}: ${key}`);
      continue;
    }
    const first = positionOf.get(keyIdOf(key));
    if (first !== undefined)
      faults.push(`Encryption key ${position} is the same as key ${first}. Remove one of them.`);
    positionOf.set(keyIdOf(key), position);
    keys.push(key);
  }
  const [current, ...older] = keys;
  if (current === undefined || faults.length > 0) throw new MalformedKeyring(faults);
  return new Keyring(current, ...older);
}

/** The key, or what is wrong with it. */
function decodeKey(text: string): Buffer | string {
  const advice = 'Expected 32 random bytes in hex or base64, such as `openssl rand -base64 32` prints.';
  if (text === '') return `it is empty. ${advice}`;
  let key: Buffer;
  if (/^[0-9a-fA-F]{64}$/.test(text)) key = Buffer.from(text, 'hex');
  else if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) key = Buffer.from(text, 'base64');
  else return `it is neither hex nor base64 (${text.length} characters). ${advice}`;
  if (key.length !== keyBytes) return `it has ${key.length} bytes. ${advice}`;
  if (new Set(key).size < 8) return `its bytes repeat, so it was not made at random. ${advice}`;
  return key;
}

/**
 * The keyring in `encryption.key` of the data directory, made with a new key when there is none. The file is
 * written as FANFARE_ENCRYPTION_KEY is, and only its owner may read it (mode 600).
 * Throws MalformedKeyring when others may read it or it holds no usable key, and what the file system throws.
 */
export async function loadOrCreateKeyFile(dataDir: string): Promise<Keyring> {
  const path = join(dataDir, keyFileName);
  const file = (await openIfThere(path)) ?? (await createKeyFile(path));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new MalformedKeyring([
        `${path} is not a file. Move away what is in its place, or put the key file back.`,
      ]);
    }
    const mode = stats.mode & 0o777;
    // Windows has no such bits: there the directory's access list decides.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new MalformedKeyring([
        `${path} can be read or changed by other users (mode ${mode.toString(8)}). ` +
          `It protects every webhook's secret: run \`chmod 600 ${path}\`, and if others may have read it, put a new key in front of it, after it a comma.`,
      ]);
    }
    return parseKeyring(await file.readFile('utf8'));
  } catch (error) {
    if (!(error instanceof MalformedKeyring)) throw error;
    throw new MalformedKeyring(
      error.faults.map((fault) => (fault.startsWith(path) ? fault : `${path}: ${fault}`)),
    );
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Written aside, flushed, then linked into place: the file appears whole or not at all, and whoever comes
 * second takes the first one's key. Without the key nothing in the database can be decrypted, so both the
 * file and the directory are flushed before any secret is encrypted with it.
 */
async function createKeyFile(path: string): Promise<FileHandle> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
    await file.sync();
    await link(aside, path);
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
  } finally {
    await file.close();
    await unlink(aside);
  }
  await flushDirectory(join(path, '..'));
  return open(path, 'r');
}

async function flushDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
