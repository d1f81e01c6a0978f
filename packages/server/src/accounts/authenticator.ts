import { idFromUuid, type Uuid } from '../ids.ts';
import type { TokensStore } from '../storage/index.ts';
import { permissionsOfScopes } from './permissions.ts';
import type { Authenticator, Principal } from './principal.ts';
import { looksLikeToken, tokenHash } from './token-text.ts';

/** Tokens kept in memory; about 400 bytes each. */
const largestCache = 10_000;
/** A kept token is asked for again after this long: the bound on a revocation that no notification told of. */
const freshForMs = 60_000;
/** Of uses on several nodes within this time one is written down. */
const usesAreWrittenMs = 60_000;

interface Kept {
  readonly principal: Principal;
  readonly uuid: Uuid;
  readonly expiresAtMs: number;
  readonly readAtMs: number;
}

export interface CachedAuthenticator {
  readonly authenticate: Authenticator;
  /** The token is no longer valid on this node, from now on. */
  forget(token: Uuid): void;
  forgetAll(): void;
}

/**
 * Answers from memory for tokens seen within the last minute. Unknown tokens are never kept, so nobody fills the
 * memory by guessing; simultaneous questions about one token share one look-up.
 */
export function createAuthenticator(
  tokens: Pick<TokensStore, 'use'>,
  clock: { now(): number },
): CachedAuthenticator {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<Principal | null>>();
  let revocations = 0;

  async function ask(hash: string): Promise<Principal | null> {
    const readAtMs = clock.now();
    const revocationsBefore = revocations;
    const owner = await tokens.use(
      Buffer.from(hash, 'hex'),
      new Date(readAtMs),
      new Date(readAtMs - usesAreWrittenMs),
    );
    if (owner === null) {
      kept.delete(hash);
      return null;
    }
    const principal: Principal = {
      kind: 'token',
      organizationId: idFromUuid('org', owner.organizationId),
      organizationName: owner.organizationName,
      tokenId: idFromUuid('tok', owner.id),
      permissions: permissionsOfScopes(owner.scopes),
      unrestricted: owner.scopes === null,
    };
    const expiresAtMs = owner.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    // A revocation heard while the answer was on its way may concern this very token.
    if (revocations === revocationsBefore) {
      if (kept.size >= largestCache) {
        const [oldest] = kept.keys();
        if (oldest !== undefined) kept.delete(oldest);
      }
      kept.set(hash, { principal, uuid: owner.id, expiresAtMs, readAtMs });
    }
    return expiresAtMs > clock.now() ? principal : null;
  }

  return {
    authenticate(token) {
      if (!looksLikeToken(token)) return null;
      const hash = tokenHash(token);
      const known = kept.get(hash);
      const now = clock.now();
      if (known !== undefined && Math.abs(now - known.readAtMs) < freshForMs) {
        return known.expiresAtMs > now ? known.principal : null;
      }
      const running = asking.get(hash);
      if (running !== undefined) return running;
      const answer = ask(hash).finally(() => asking.delete(hash));
      asking.set(hash, answer);
      return answer;
    },
    forget(token) {
      revocations += 1;
      for (const [hash, { uuid }] of kept) if (uuid === token) kept.delete(hash);
    },
    forgetAll() {
      revocations += 1;
      kept.clear();
    },
  };
}
