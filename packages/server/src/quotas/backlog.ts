import type { OrganizationId } from '../ids.ts';
import { Problem } from '../problems.ts';
import { countBacklog, type Database } from '../storage/index.ts';
import type { Usage } from './usage.ts';

/**
 * How many deliveries of organizations wait. Counting walks through them (tenths of a second for a million), so it is
 * done only when it may matter: what was there at the last count and what all nodes made since cannot be less than
 * what waits now, and only when that reaches the limit is there something to find out. One count at a time on each node.
 */
export interface Backlog {
  /**
   * Whether as many wait as may: by the last count, or because twice as many as may were made since it. Asks for another
   * count where it is time for one, and does not wait for it.
   */
  isFull(organization: OrganizationId, limit: number): boolean;
  /** How many wait, no further than the limit: counted now, or at most so many where that was done just before. */
  count(organization: OrganizationId, limit: number): Promise<number>;
  /** What is known of this organization, or of all, was counted against other limits. */
  forget(organization: OrganizationId | null): void;
  /** Counts nothing any more, and waits for the count under way. */
  close(): Promise<void>;
}

/** A node rests so many times as long as a count took before the next, of whichever organization: a quarter of a core at most. */
const rest = 3;
/** A count that took so long is repeated no sooner than this many times as long: it costs 4 % of a core at most. */
const pace = 25;
const leastPauseMs = 250;
/** Replays and resends are not in what nodes tell each other of, so nothing is believed for longer. */
const believedForMs = 600_000;
const forgetAfterMs = 60_000;

interface Known {
  counted: number;
  /** Deliveries that all nodes had made in the month when the count began. */
  madeBefore: number;
  countedAt: number;
  tookMs: number;
  askedAt: number;
}

export function createBacklog(parts: {
  readonly database: Pick<Database, 'pool'>;
  readonly usage: Pick<Usage, 'totals' | 'read'>;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}): Backlog {
  const { usage, now } = parts;
  const known = new Map<OrganizationId, Known>();
  const counting = new Map<OrganizationId, Promise<number>>();
  let turn: Promise<unknown> = Promise.resolve();
  /** Raised by every `forget`: what was being counted then is not kept. */
  let generation = 0;
  let underWay: Promise<number> | null = null;
  let closed = false;

  function count(organization: OrganizationId, limit: number): Promise<number> {
    const running = counting.get(organization);
    if (running !== undefined) return running;
    const mine = turn.then(() => countNow(organization, limit)).finally(() => counting.delete(organization));
    turn = mine
      .catch(() => undefined)
      .then(() => (closed ? undefined : parts.sleep(restAfter(organization))));
    counting.set(organization, mine);
    return mine;
  }

  async function countNow(organization: OrganizationId, limit: number): Promise<number> {
    if (closed) throw new Problem('unavailable', 'This Fanfare is shutting down.');
    const began = generation;
    const { deliveriesThisMonth } = await usage.read(organization);
    const beganAt = now();
    underWay = countBacklog(parts.database, organization, limit);
    const counted = await underWay;
    const countedAt = now();
    if (began === generation) {
      known.set(organization, {
        counted,
        madeBefore: deliveriesThisMonth,
        countedAt,
        tookMs: countedAt - beganAt,
        askedAt: countedAt,
      });
      forgetTheQuiet(countedAt);
    }
    return counted;
  }

  function restAfter(organization: OrganizationId): number {
    return rest * (known.get(organization)?.tookMs ?? 0);
  }

  function forgetTheQuiet(at: number): void {
    for (const [id, { askedAt }] of known) if (askedAt < at - forgetAfterMs) known.delete(id);
  }

  /** Nothing is known against the organization while it cannot be counted; what cannot be written is refused there. */
  function ask(organization: OrganizationId, limit: number): void {
    if (counting.has(organization)) return;
    count(organization, limit).catch((error: unknown) => {
      if (!closed) parts.onTrouble(error);
    });
  }

  function mayCountAgain(one: Known): boolean {
    return now() - one.countedAt > Math.max(leastPauseMs, pace * one.tookMs);
  }

  return {
    isFull(organization, limit) {
      const one = known.get(organization);
      if (one === undefined) {
        ask(organization, limit);
        return false;
      }
      one.askedAt = now();
      const made = madeSince(one, usage.totals(organization)?.deliveriesThisMonth ?? null);
      const most = made === null ? Number.POSITIVE_INFINITY : one.counted + made;
      const stale = now() - one.countedAt > believedForMs;
      if ((most >= limit || stale) && mayCountAgain(one)) ask(organization, limit);
      return one.counted >= limit || (made !== null && most >= 2 * limit);
    },

    async count(organization, limit) {
      const one = known.get(organization);
      if (one === undefined || mayCountAgain(one)) return count(organization, limit);
      const { deliveriesThisMonth } = await usage.read(organization);
      return Math.min(limit, one.counted + (madeSince(one, deliveriesThisMonth) ?? 0));
    },

    forget(organization) {
      generation += 1;
      if (organization === null) known.clear();
      else known.delete(organization);
    },

    async close() {
      closed = true;
      await underWay?.catch(() => undefined);
    },
  };
}

/** Null when that cannot be told: a month began, or what was made is not known. */
function madeSince({ madeBefore }: Known, made: number | null): number | null {
  return made === null || made < madeBefore ? null : made - madeBefore;
}
