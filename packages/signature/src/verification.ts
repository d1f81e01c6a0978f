import { decodeBase64 } from './base64.ts';
import { type HeaderName, type HeaderSource, headerNames, readHeader } from './headers.ts';
import { contentHead, messageIdPattern, timestampPattern } from './message.ts';
import { MalformedSecret, type SecretFault, type Version } from './secret.ts';

export interface VerifyOptions {
  /** How far the timestamp may lie from `now`, in seconds, either way. Standard Webhooks says 300. */
  readonly toleranceSeconds?: number;
  /** The receiver's clock; the system's unless given. */
  readonly now?: Date;
}

export interface Verified {
  readonly ok: true;
  readonly id: string;
  readonly timestamp: Date;
  readonly version: Version;
  /** Position, among the secrets given, of the one that matched. */
  readonly secretIndex: number;
}

/** Why a request was not accepted. Exhaustive: a switch over `reason` covers every case. */
export type Refusal =
  | { readonly reason: 'no_secret' }
  | { readonly reason: 'malformed_secret'; readonly secretIndex: number; readonly fault: SecretFault }
  | { readonly reason: 'missing_headers'; readonly headers: readonly HeaderName[] }
  | { readonly reason: 'malformed_id' }
  | { readonly reason: 'malformed_timestamp' }
  | { readonly reason: 'malformed_signature' }
  | { readonly reason: 'too_many_signatures'; readonly count: number }
  | { readonly reason: 'timestamp_too_old'; readonly timestamp: Date; readonly bySeconds: number }
  | { readonly reason: 'timestamp_too_new'; readonly timestamp: Date; readonly bySeconds: number }
  | { readonly reason: 'no_known_version'; readonly versions: readonly string[] }
  | { readonly reason: 'no_secret_for_version'; readonly versions: readonly Version[] }
  | { readonly reason: 'no_matching_signature' };

export type RefusalReason = Refusal['reason'];
/** `message`: what was found, what was expected, what to do. Quotes no secret and no signature. */
export type Refused = { readonly ok: false; readonly message: string } & Refusal;
export type Verification = Verified | Refused;

export const defaultToleranceSeconds = 300;
/** Each Ed25519 check costs about 0.1 ms, and whoever sends the header chooses their number. */
export const maxSignatures = 32;

/** One question to the crypto of the platform: did this key make one of these signatures? */
export interface Question<Key> {
  readonly key: Key;
  readonly head: string;
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * The whole verification, except the cryptography: yields each question, is resumed with its answer and
 * returns the verdict. A generator, so that one flow serves synchronous and asynchronous crypto.
 */
export function* verification<Key extends { readonly version: Version }>(
  keys: readonly Key[],
  headers: HeaderSource,
  options: VerifyOptions,
): Generator<Question<Key>, Verification, boolean> {
  const tolerance = options.toleranceSeconds ?? defaultToleranceSeconds;
  const nowMs = (options.now ?? new Date()).getTime();
  // A NaN would make both comparisons below false and let every age pass.
  if (!(tolerance >= 0)) throw new RangeError(`toleranceSeconds must be 0 or more, not ${tolerance}.`);
  if (Number.isNaN(nowMs)) throw new RangeError('now is not a valid date.');
  if (keys.length === 0) return refused({ reason: 'no_secret' });

  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signature = readHeader(headers, 'webhook-signature');
  if (id === null || timestamp === null || signature === null) {
    const missing = headerNames.filter((name) => readHeader(headers, name) === null);
    return refused({ reason: 'missing_headers', headers: missing });
  }
  if (!messageIdPattern.test(id)) return refused({ reason: 'malformed_id' });
  if (!timestampPattern.test(timestamp)) return refused({ reason: 'malformed_timestamp' });

  const date = new Date(Number(timestamp) * 1000);
  const age = Math.floor(nowMs / 1000) - Number(timestamp);
  if (age > tolerance) {
    return refused({ reason: 'timestamp_too_old', timestamp: date, bySeconds: age - tolerance });
  }
  if (-age > tolerance) {
    return refused({ reason: 'timestamp_too_new', timestamp: date, bySeconds: -age - tolerance });
  }

  const list = readSignatures(signature);
  if (!list.ok) return refused(list.refusal);
  const head = contentHead(id, timestamp);
  for (const [secretIndex, key] of keys.entries()) {
    const signatures = list.byVersion[key.version];
    if (signatures.length > 0 && (yield { key, head, signatures })) {
      return { ok: true, id, timestamp: date, version: key.version, secretIndex };
    }
  }
  const unheld = versionsIn(list.byVersion);
  return keys.some((key) => unheld.includes(key.version))
    ? refused({ reason: 'no_matching_signature' })
    : refused({ reason: 'no_secret_for_version', versions: unheld });
}

type SignaturesByVersion = Readonly<Record<Version, Uint8Array<ArrayBuffer>[]>>;

function versionsIn(byVersion: SignaturesByVersion): Version[] {
  const versions: readonly Version[] = ['v1', 'v1a'];
  return versions.filter((version) => byVersion[version].length > 0);
}

/**
 * Sorts `v1,<base64> v1a,<base64> …` by version. Unknown versions are skipped, so that a sender can add one.
 * A comma before the space is what joins a header that came twice.
 */
function readSignatures(
  header: string,
):
  | { readonly ok: true; readonly byVersion: SignaturesByVersion }
  | { readonly ok: false; readonly refusal: Refusal } {
  const entries = header.split(/,? +/).filter((entry) => entry !== '');
  if (entries.length > maxSignatures) {
    return { ok: false, refusal: { reason: 'too_many_signatures', count: entries.length } };
  }
  const byVersion: SignaturesByVersion = { v1: [], v1a: [] };
  const unknown: string[] = [];
  let unreadable = false;
  for (const entry of entries) {
    const comma = entry.indexOf(',');
    const version = entry.slice(0, Math.max(comma, 0));
    if (version === 'v1' || version === 'v1a') {
      const bytes = decodeBase64(entry.slice(comma + 1));
      if (bytes === null || bytes.length === 0) unreadable = true;
      else byVersion[version].push(bytes);
    } else if (version !== '') {
      unknown.push(version);
    }
  }
  if (versionsIn(byVersion).length > 0) return { ok: true, byVersion };
  return {
    ok: false,
    refusal:
      unreadable || unknown.length === 0
        ? { reason: 'malformed_signature' }
        : { reason: 'no_known_version', versions: unknown },
  };
}

export function refused(refusal: Refusal): Refused {
  return { ok: false, message: explain(refusal), ...refusal };
}

function explain(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'no_secret':
      return 'No secret was given to verify with. Pass the secret of the webhook.';
    case 'malformed_secret':
      return `Secret ${refusal.secretIndex + 1}: ${new MalformedSecret(refusal.fault).message}`;
    case 'missing_headers':
      return `The request lacks ${refusal.headers.join(' and ')}. Either it was not sent by a Standard Webhooks sender, or a proxy removed them.`;
    case 'malformed_id':
      return 'The webhook-id is not one value of visible ASCII characters without a full stop.';
    case 'malformed_timestamp':
      return 'The webhook-timestamp is not one Unix time in whole seconds, written in digits alone.';
    case 'malformed_signature':
      return 'The webhook-signature holds no readable signature. Expected entries such as v1,<base64>, separated by spaces.';
    case 'too_many_signatures':
      return `The webhook-signature holds ${refusal.count} entries; at most ${maxSignatures} are looked at.`;
    case 'timestamp_too_old':
      return `The webhook-timestamp (${refusal.timestamp.toISOString()}) is ${refusal.bySeconds} s older than the tolerance allows. The request was held up or is a replay; otherwise check the clock of this machine.`;
    case 'timestamp_too_new':
      return `The webhook-timestamp (${refusal.timestamp.toISOString()}) is ${refusal.bySeconds} s further in the future than the tolerance allows. Check the clock of this machine.`;
    case 'no_known_version':
      return 'Every entry of webhook-signature has a version other than v1 and v1a.';
    case 'no_secret_for_version':
      return `The request is signed with ${refusal.versions.join(' and ')}, for which no secret was given: v1 needs whsec_ or the text agreed on, v1a needs whpk_.`;
    case 'no_matching_signature':
      return 'No signature matches. Either the secret is another, or the body is not byte for byte what was sent: verify the raw body, before any parsing.';
  }
}
