import { randomBytes, webcrypto } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import {
  type CampaignId,
  idFromUuid,
  newId,
  type OrganizationId,
  type ParticipantId,
  type ParticipantTokenKeyId,
  parseId,
  uuidOf,
} from '../ids.ts';
import { Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  type BrowserAccessStore,
  createBrowserAccessStore,
  type Database,
  type TokenKeyRow,
} from '../storage/index.ts';
import { type Keyring, SecretText } from '../webhooks/index.ts';
import type { Authenticator, ParticipantPrincipal } from './principal.ts';

/** Seconds that a participant token may live. */
export const tokenLifetime = { default: 900, least: 60, most: 3_600 } as const;
/** Campaigns that one token may name: it travels with every request. */
export const mostTokenCampaigns = 20;

export interface ParticipantToken {
  /** A JWT (RFC 7519) that only Fanfare needs to read. */
  readonly text: string;
  readonly participantId: ParticipantId;
  readonly expiresAt: Date;
}

/** What browsers may do, and from where: participant tokens and allowed origins. */
export interface BrowserAccess {
  /**
   * Whose participant token this is. Asks the database once a minute and key; everything else is arithmetic.
   * Revocations count at once on this node, and on the others when they are notified.
   */
  readonly authenticate: Authenticator;
  /** `campaignIds` null: every campaign of the organization. Throws `unknown_participant`. */
  issue(
    organization: OrganizationId,
    token: {
      readonly participantId: ParticipantId;
      readonly campaignIds: readonly CampaignId[] | null;
      readonly ttlSeconds: number;
    },
  ): Promise<ParticipantToken>;
  /** Every token of the organization. The next one is signed with a new key. */
  revokeAll(organization: OrganizationId): Promise<void>;
  /** Every token of the participant. False when the organization has no such participant. */
  revoke(organization: OrganizationId, participant: ParticipantId): Promise<boolean>;
  /** In order. */
  allowedOrigins(organization: OrganizationId): Promise<readonly string[]>;
  replaceAllowedOrigins(organization: OrganizationId, origins: readonly string[]): Promise<void>;
  /** Whether any organization allows it. At once for one that somebody allowed lately. */
  isAllowedOrigin(origin: string): boolean | Promise<boolean>;
  close(): Promise<void>;
}

/**
 * HMAC, because who signs is who verifies: 28 µs of processor time per request where Ed25519 takes 100, and nobody else
 * has to check a token. It is pinned here and never read from a token.
 */
const algorithm = 'HS256';
const keyBytes = 32;
const issuer = 'fanfare';
/** RFC 8725, 3.11: no other kind of JWT can stand in for one of these. */
const tokenType = 'fanfare-participant+jwt';
/** How far the clock of another node may be behind. Said in the token, so verifying is exact to the second. */
const clockToleranceSeconds = 5;
/** The longest there can be, with room for the campaigns; longer ones are not looked at. */
const longestToken = 2_048;

/** What is known of a key is read again after this long: the bound on a change that no notification told of. */
const freshForMs = 60_000;
/** A key signs for so long; whoever finds it older makes the next one. */
const keySignsForMs = 30 * 86_400_000;
/** Revocations older than the longest life of a token concern none that is alive; doubled for clocks that differ. */
const revocationMattersForMs = 2 * tokenLifetime.most * 1_000;
/** Keys in memory, at about 1 KB each and 100 bytes more per participant with revoked tokens. */
const largestCache = 10_000;
/** Origins in memory, at about 100 bytes each. */
const largestOriginCache = 10_000;

/** What the tokens of one key are held against. */
interface KnownKey {
  readonly key: webcrypto.CryptoKey;
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly firstGenerations: ReadonlyMap<ParticipantId, number>;
  readonly readAtMs: number;
}

interface Parts {
  readonly database: Database;
  readonly keyring: Pick<Keyring, 'encrypt' | 'decrypt'>;
  readonly clock: { now(): number };
}

/** Listens for changes by other nodes until `close`. Throws when the database cannot be reached. */
export async function openBrowserAccess(parts: Parts): Promise<BrowserAccess> {
  const { keyring, clock } = parts;
  const store = createBrowserAccessStore(parts.database);
  const keys = knownKeys(store, parts);
  const origins = knownOrigins(store, clock);
  const changed = (organization: OrganizationId) => {
    keys.forget(organization);
    origins.forgetAll();
  };
  const stopListening = await store.listen(
    (uuid) => changed(idFromUuid('org', uuid)),
    () => {
      keys.forgetAll();
      origins.forgetAll();
    },
  );

  async function signingKey(
    organization: OrganizationId,
    newest: TokenKeyRow | null,
  ): Promise<{ readonly id: ParticipantTokenKeyId; readonly key: webcrypto.CryptoKey }> {
    const now = clock.now();
    let row = newest;
    if (row === null || now - row.createdAt.getTime() >= keySignsForMs) {
      const id = newId('ptk');
      const text = new SecretText(randomBytes(keyBytes).toString('base64'));
      const made = {
        id: uuidOf(id),
        organizationId: uuidOf(organization),
        ...keyring.encrypt(text, id),
        createdAt: new Date(now),
      };
      row = await store.succeedKey(made, newest?.id ?? null);
    }
    return { id: idFromUuid('ptk', row.id), key: await readKey(row, keyring) };
  }

  return {
    authenticate: (token) => verify(token, keys.find, clock),

    async issue(organization, { participantId, campaignIds, ttlSeconds }) {
      const found = await store.issuing(uuidOf(organization), uuidOf(participantId));
      if (found === null) {
        const detail = `The organization has no participant ${participantId}. Check the id.`;
        throw new Problem('unknown_participant', detail, { faults: [{ pointer: '/participant', detail }] });
      }
      const { id, key } = await signingKey(organization, found.newestKey);
      const issuedAt = Math.floor(clock.now() / 1_000);
      const expiresAt = issuedAt + ttlSeconds;
      const claims = { gen: found.generation, ...(campaignIds !== null && { cmp: campaignIds }) };
      const text = await new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, typ: tokenType, kid: id })
        .setIssuer(issuer)
        .setAudience(organization)
        .setSubject(participantId)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt - clockToleranceSeconds)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { text, participantId, expiresAt: new Date(expiresAt * 1_000) };
    },

    async revokeAll(organization) {
      await store.deleteKeys(uuidOf(organization));
      // The notification comes back to this node too, but after the answer to the caller.
      await afterRequestTransaction(() => changed(organization));
    },

    async revoke(organization, participant) {
      const there = await store.nextGeneration(
        uuidOf(organization),
        uuidOf(participant),
        new Date(clock.now()),
      );
      if (there) await afterRequestTransaction(() => changed(organization));
      return there;
    },

    allowedOrigins: (organization) => store.allowedOrigins(uuidOf(organization)),

    async replaceAllowedOrigins(organization, list) {
      await store.replaceAllowedOrigins(uuidOf(organization), list);
      await afterRequestTransaction(() => changed(organization));
    },

    isAllowedOrigin: origins.isAllowed,
    close: stopListening,
  };
}

/** Not extractable: from here on it signs and verifies, and cannot be read. */
async function readKey(row: TokenKeyRow, keyring: Parts['keyring']): Promise<webcrypto.CryptoKey> {
  const bytes = Buffer.from(keyring.decrypt(row, idFromUuid('ptk', row.id)).reveal(), 'base64');
  const mac = { name: 'HMAC', hash: 'SHA-256' };
  return webcrypto.subtle.importKey('raw', bytes, mac, false, ['sign', 'verify']);
}

async function verify(
  token: string,
  find: (id: ParticipantTokenKeyId) => KnownKey | null | Promise<KnownKey | null>,
  clock: Parts['clock'],
): Promise<ParticipantPrincipal | null> {
  const id = token.length > longestToken ? null : keyIdOf(token);
  const known = id === null ? null : await find(id);
  if (known === null) return null;
  try {
    const { payload } = await jwtVerify(token, known.key, {
      algorithms: [algorithm],
      typ: tokenType,
      issuer,
      audience: known.organizationId,
      requiredClaims: ['sub', 'iat', 'nbf', 'exp', 'gen'],
      currentDate: new Date(clock.now()),
      clockTolerance: 0,
    });
    return principalOf(payload, known);
  } catch (error) {
    // Says what is wrong with the token, which is nobody's business but ours.
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** Which key a token says it was signed with; null when it is not even a JWT. */
function keyIdOf(token: string): ParticipantTokenKeyId | null {
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' ? parseId('ptk', kid) : null;
  } catch {
    return null;
  }
}

function principalOf(
  payload: { readonly [claim: string]: unknown },
  known: KnownKey,
): ParticipantPrincipal | null {
  const { sub, gen, cmp } = payload;
  const participantId = typeof sub === 'string' ? parseId('usr', sub) : null;
  if (participantId === null || typeof gen !== 'number') return null;
  if (gen < (known.firstGenerations.get(participantId) ?? 0)) return null;
  const campaignIds = cmp === undefined ? null : campaignsIn(cmp);
  if (campaignIds === undefined) return null;
  const { organizationId, organizationName, allowedOrigins } = known;
  return {
    kind: 'participant',
    organizationId,
    organizationName,
    participantId,
    campaignIds,
    allowedOrigins,
  };
}

/** Undefined for what is no list of campaign ids. */
function campaignsIn(claim: unknown): ReadonlySet<CampaignId> | undefined {
  if (!Array.isArray(claim)) return undefined;
  const ids = claim.flatMap((text: unknown) =>
    typeof text === 'string' ? (parseId('cmp', text) ?? []) : [],
  );
  return ids.length === claim.length ? new Set(ids) : undefined;
}

/** Keys as they were read within the last minute. Unknown ids are never kept, so nobody fills the memory by guessing. */
function knownKeys(store: Pick<BrowserAccessStore, 'keyContext'>, { keyring, clock }: Parts) {
  const known = new Map<ParticipantTokenKeyId, KnownKey>();
  const reading = new Map<ParticipantTokenKeyId, Promise<KnownKey | null>>();

  async function read(id: ParticipantTokenKeyId): Promise<KnownKey | null> {
    const readAtMs = clock.now();
    const context = await store.keyContext(uuidOf(id), new Date(readAtMs - revocationMattersForMs));
    if (context === null) return null;
    return {
      key: await readKey(context.key, keyring),
      organizationId: idFromUuid('org', context.key.organizationId),
      organizationName: context.organizationName,
      allowedOrigins: new Set(context.allowedOrigins),
      firstGenerations: new Map(
        context.generations.map(({ participantId, generation }) => [
          idFromUuid('usr', participantId),
          generation,
        ]),
      ),
      readAtMs,
    };
  }

  return {
    find(id: ParticipantTokenKeyId): KnownKey | null | Promise<KnownKey | null> {
      const kept = known.get(id);
      if (kept !== undefined && Math.abs(clock.now() - kept.readAtMs) < freshForMs) return kept;
      const running = reading.get(id);
      if (running !== undefined) return running;
      const answer: Promise<KnownKey | null> = read(id)
        .then((found) => {
          // What was forgotten while it was read may be older than the change.
          if (reading.get(id) !== answer) return found;
          known.delete(id);
          if (found === null) return null;
          const [oldest] = known.keys();
          if (known.size >= largestCache && oldest !== undefined) known.delete(oldest);
          known.set(id, found);
          return found;
        })
        .finally(() => {
          if (reading.get(id) === answer) reading.delete(id);
        });
      reading.set(id, answer);
      return answer;
    },
    forget(organization: OrganizationId): void {
      for (const [id, { organizationId }] of known) if (organizationId === organization) known.delete(id);
      // Whose key is being read is not known yet.
      reading.clear();
    },
    forgetAll(): void {
      known.clear();
      reading.clear();
    },
  };
}

/** Origins that somebody allows. Others are never kept: there is no end of them. */
function knownOrigins(store: Pick<BrowserAccessStore, 'isAllowedOrigin'>, clock: Parts['clock']) {
  const known = new Map<string, number>();
  let changes = 0;
  return {
    isAllowed(origin: string): boolean | Promise<boolean> {
      const readAtMs = clock.now();
      if (Math.abs(readAtMs - (known.get(origin) ?? Number.NEGATIVE_INFINITY)) < freshForMs) return true;
      const changesBefore = changes;
      return store.isAllowedOrigin(origin).then((allowed) => {
        known.delete(origin);
        if (!allowed || changes !== changesBefore) return allowed;
        const [oldest] = known.keys();
        if (known.size >= largestOriginCache && oldest !== undefined) known.delete(oldest);
        known.set(origin, readAtMs);
        return true;
      });
    },
    forgetAll(): void {
      changes += 1;
      known.clear();
    },
  };
}
