import type { OrganizationId } from '../ids.ts';
import { Problem } from '../problems.ts';
import { countBacklog, type Database } from '../storage/index.ts';

/** What one organization, and one node, takes on at a time. Null: no limit. */
export interface AdmissionLimits {
  /** Requests of one organization under way on this node. */
  readonly requestsUnderWay: number;
  /** Deliveries of one organization that wait or are under way, on all nodes together. */
  readonly backlog: number;
  /** Requests a second from one organization to this node that make events. */
  readonly requestsPerSecond: number | null;
  /** Memory of this process, bytes. */
  readonly memoryBytes: number;
}

/**
 * Turns away what would only pile up: a caller that is told to come back in a moment loses nothing, a queue without an
 * end loses everything. Asked before each request that makes events.
 */
export interface Admission {
  /** Throws `too_many_requests` with the seconds to wait; else what to call when the request has been answered. */
  enter(organization: OrganizationId): () => void;
  close(): void;
}

interface Account {
  underWay: number;
  backlog: number;
  /** When the backlog was asked for, and whether it still is; monotonic ms. */
  countedAt: number;
  counting: boolean;
  /** Requests that may come now (token bucket). */
  allowance: number;
  refilledAt: number;
}

/** How old the count of a backlog may be while its organization goes on adding to it. */
const countEveryMs = 2_000;
const memoryEveryMs = 500;
const forgetAfterMs = 60_000;
const retrySoonSeconds = 1;
const retryBacklogSeconds = 10;
const retryMemorySeconds = 5;

export function createAdmission(parts: {
  readonly database: Pick<Database, 'pool'>;
  readonly limits: AdmissionLimits;
  readonly now: () => number;
  /** Resident memory of this process, bytes. */
  readonly residentBytes: () => number;
  readonly onTrouble: (error: unknown) => void;
}): Admission {
  const { limits, now } = parts;
  const accounts = new Map<OrganizationId, Account>();
  let resident = parts.residentBytes();
  const watch = setInterval(() => {
    resident = parts.residentBytes();
    const old = now() - forgetAfterMs;
    for (const [id, one] of accounts) if (one.underWay === 0 && one.refilledAt < old) accounts.delete(id);
  }, memoryEveryMs);
  watch.unref();

  function accountOf(organization: OrganizationId): Account {
    const known = accounts.get(organization);
    if (known !== undefined) return known;
    const made = {
      underWay: 0,
      backlog: 0,
      countedAt: Number.NEGATIVE_INFINITY,
      counting: false,
      allowance: limits.requestsPerSecond ?? 0,
      refilledAt: now(),
    };
    accounts.set(organization, made);
    return made;
  }

  function count(organization: OrganizationId, account: Account): void {
    account.counting = true;
    countBacklog(parts.database, organization, limits.backlog)
      .then(
        (backlog) => {
          account.backlog = backlog;
        },
        // Nothing is known against the organization; what cannot be written is refused where it is written.
        (error: unknown) => parts.onTrouble(error),
      )
      .finally(() => {
        account.countedAt = now();
        account.counting = false;
      });
  }

  return {
    enter(organization) {
      const account = accountOf(organization);
      const at = now();
      if (resident > limits.memoryBytes) {
        throw full(
          `This node uses ${mebibytes(resident)} MiB of memory, and takes nothing more on above ${mebibytes(limits.memoryBytes)}.`,
          retryMemorySeconds,
        );
      }
      if (account.underWay >= limits.requestsUnderWay) {
        throw full(
          `${account.underWay} requests of this organization are under way here, as many as a node takes on at a time. Wait for their answers, or send several events in one request.`,
          retrySoonSeconds,
        );
      }
      if (!account.counting && at - account.countedAt > countEveryMs) count(organization, account);
      if (account.backlog >= limits.backlog) {
        throw full(
          `${limits.backlog.toLocaleString('en-US')} deliveries of this organization wait, as many as may. Look for webhooks whose receivers are down or slow: GET /v1/failing-webhooks.`,
          retryBacklogSeconds,
        );
      }
      spend(account, at, limits.requestsPerSecond);
      account.underWay += 1;
      return () => {
        account.underWay -= 1;
      };
    },
    close: () => clearInterval(watch),
  };
}

/** A second's worth may come at once; what is not used is not saved up for longer. */
function spend(account: Account, at: number, perSecond: number | null): void {
  const passed = (at - account.refilledAt) / 1_000;
  account.refilledAt = at;
  if (perSecond === null) return;
  account.allowance = Math.min(perSecond, account.allowance + passed * perSecond);
  if (account.allowance < 1) {
    throw full(
      `This organization sends more than ${perSecond} requests a second. Send several events in one request, or more slowly.`,
      retrySoonSeconds,
    );
  }
  account.allowance -= 1;
}

function full(why: string, retryAfterSeconds: number): Problem {
  return new Problem('too_many_requests', `${why} Nothing was taken; send it again later.`, {
    retryAfterSeconds,
  });
}

function mebibytes(bytes: number): string {
  return Math.round(bytes / 1_048_576).toLocaleString('en-US');
}
