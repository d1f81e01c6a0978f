import type { OrganizationId } from '../ids.ts';
import { type Database, takeRequestPermits } from '../storage/index.ts';

/** What became of asking for one request. */
export interface Permit {
  readonly granted: boolean;
  /** How many more may come right now, as far as this node knows. */
  readonly left: number;
  /** Until it is worth asking again; 0 for a permit that was granted. */
  readonly waitMs: number;
}

/**
 * Requests a second that all nodes share. A node takes permits from the database for about as many requests as it had in
 * the last quarter of a second, and spends them in memory; what it has not spent within a second is lost.
 */
export interface RequestRates {
  /** Answers at once while this node has permits. Throws as the database does. */
  take(organization: OrganizationId, perSecond: number): Permit | Promise<Permit>;
  forget(organization: OrganizationId | null): void;
}

const aheadSeconds = 0.25;
const keptForMs = 1_000;
/** Once there are none left, nobody asks for so long: a flood that is refused costs the database ten statements a second. */
const refusedForMs = 100;
const forgetAfterMs = 60_000;

interface Account {
  permits: number;
  keptUntil: number;
  refusedUntil: number;
  left: number;
  /** Callers that wait for the permits being asked for. */
  waiting: number;
  asking: Promise<void> | null;
  askedAt: number;
  /** Requests since permits were last asked for. */
  spent: number;
}

export function createRequestRates(parts: {
  readonly database: Pick<Database, 'hotPool'>;
  /** Monotonic ms. */
  readonly now: () => number;
}): RequestRates {
  const { now } = parts;
  const accounts = new Map<OrganizationId, Account>();

  function accountOf(organization: OrganizationId): Account {
    const known = accounts.get(organization);
    if (known !== undefined) return known;
    forgetTheQuiet();
    const made: Account = {
      permits: 0,
      keptUntil: 0,
      refusedUntil: Number.NEGATIVE_INFINITY,
      left: 0,
      waiting: 0,
      asking: null,
      askedAt: now(),
      spent: 0,
    };
    accounts.set(organization, made);
    return made;
  }

  function forgetTheQuiet(): void {
    const old = now() - forgetAfterMs;
    for (const [id, one] of accounts) if (one.askedAt < old && one.waiting === 0) accounts.delete(id);
  }

  async function ask(organization: OrganizationId, account: Account, perSecond: number): Promise<void> {
    const passedSeconds = Math.max(now() - account.askedAt, 1) / 1_000;
    const lately = (account.spent / passedSeconds) * Math.min(passedSeconds, aheadSeconds);
    const count = Math.ceil(
      Math.max(1, Math.min(perSecond * aheadSeconds, Math.max(lately, account.waiting))),
    );
    account.askedAt = now();
    account.spent = 0;
    const { granted, left, waitMs } = await takeRequestPermits(parts.database.hotPool, organization, {
      count,
      perSecond,
    });
    const at = now();
    account.permits = granted;
    account.keptUntil = at + keptForMs;
    account.left = left;
    if (granted < count) account.refusedUntil = at + Math.max(refusedForMs, waitMs);
  }

  /** Null: there is none here, and more may be had. */
  function spend(account: Account): Permit | null {
    const at = now();
    if (account.permits > 0 && at < account.keptUntil) {
      account.permits -= 1;
      account.spent += 1;
      return { granted: true, left: account.permits + account.left, waitMs: 0 };
    }
    if (at < account.refusedUntil) return { granted: false, left: 0, waitMs: account.refusedUntil - at };
    return null;
  }

  async function wait(organization: OrganizationId, account: Account, perSecond: number): Promise<Permit> {
    account.waiting += 1;
    try {
      for (;;) {
        const permit = spend(account);
        if (permit !== null) return permit;
        account.asking ??= ask(organization, account, perSecond).finally(() => {
          account.asking = null;
        });
        await account.asking;
      }
    } finally {
      account.waiting -= 1;
    }
  }

  return {
    take(organization, perSecond) {
      const account = accountOf(organization);
      return spend(account) ?? wait(organization, account, perSecond);
    },
    forget(organization) {
      if (organization === null) accounts.clear();
      else accounts.delete(organization);
    },
  };
}
