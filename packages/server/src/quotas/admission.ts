import type { OrganizationId } from '../ids.ts';
import { Problem, type QuotaReached } from '../problems.ts';
import type { Backlog } from './backlog.ts';
import { type QuotaName, type Quotas, type QuotaValue, quotaNames } from './quotas.ts';
import type { Permit, RequestRates } from './request-rates.ts';
import type { Usage, UsageTotals } from './usage.ts';

/** What one node takes on at a time, whoever asks. */
export interface NodeLimits {
  /** Requests of one organization under way on this node. */
  readonly requestsUnderWay: number;
  /** Memory of this process, bytes. */
  readonly memoryBytes: number;
}

/** What is left of a quota that flows, for the caller to see (the fields of draft-ietf-httpapi-ratelimit-headers). */
export interface RateState {
  readonly name: 'requests_per_second' | 'events_per_day' | 'events_per_month';
  readonly limit: number;
  readonly windowSeconds: number;
  readonly left: number;
  readonly resetsAt: Date;
  readonly resetsInSeconds: number;
}

export interface Admitted {
  /** To be called when the request has been answered. */
  leave(): void;
  /** Of the quotas that flow and that the organization has. */
  readonly rates: readonly RateState[];
}

/**
 * Turns away what would only pile up: a caller that is told to come back in a moment loses nothing, a queue without an
 * end loses everything.
 */
export interface Admission {
  /**
   * Asked before each request that makes events, before its body is read. Throws `too_many_requests` with the seconds to
   * wait; waits only for the database, and only where a quota needs it.
   */
  enter(organization: OrganizationId): Admitted | Promise<Admitted>;
  /** A door for events that does not open for more than what is left of the quotas of events. */
  guard<S extends Guarded, R>(accept: (submission: S) => Promise<R>): (submission: S) => Promise<R>;
  /** Whether the organization has as many deliveries waiting as it may: long work waits then. */
  isFull(organization: OrganizationId): boolean;
  /** Every quota with what is used of it now. */
  use(
    organization: OrganizationId,
    things: Readonly<Partial<Record<QuotaName, number>>>,
  ): Promise<readonly QuotaUse[]>;
  close(): void;
}

interface Guarded {
  readonly organizationId: OrganizationId;
  readonly events: readonly { readonly participant: { readonly test: boolean } | null }[];
}

export interface QuotaUse extends QuotaValue {
  readonly name: QuotaName;
  /** Null: it flows too fast to be told. */
  readonly used: number | null;
  /** Null: what is used of it does not begin anew by itself. */
  readonly resetsAt: Date | null;
}

interface Account {
  underWay: number;
  /** Events that are being accepted. */
  reserved: number;
  seenAt: number;
}

const memoryEveryMs = 500;
const forgetAfterMs = 60_000;
const retrySoonSeconds = 1;
const retryBacklogSeconds = 10;
const retryMemorySeconds = 5;
const daySeconds = 86_400;

export function createAdmission(parts: {
  readonly quotas: Quotas;
  readonly usage: Usage;
  readonly backlog: Backlog;
  readonly requestRates: RequestRates;
  readonly limits: NodeLimits;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Wall clock, ms since 1970. */
  readonly clock: { now(): number };
  /** Resident memory of this process, bytes. */
  readonly residentBytes: () => number;
}): Admission {
  const { quotas, usage, backlog, requestRates, limits, now, clock } = parts;
  const accounts = new Map<OrganizationId, Account>();
  let resident = parts.residentBytes();
  const watch = setInterval(() => {
    resident = parts.residentBytes();
    const old = now() - forgetAfterMs;
    for (const [id, one] of accounts) {
      if (one.underWay === 0 && one.reserved === 0 && one.seenAt < old) accounts.delete(id);
    }
  }, memoryEveryMs);
  watch.unref();
  quotas.onChange((organization) => {
    backlog.forget(organization);
    requestRates.forget(organization);
  });

  function accountOf(organization: OrganizationId): Account {
    let account = accounts.get(organization);
    if (account === undefined) {
      account = { underWay: 0, reserved: 0, seenAt: 0 };
      accounts.set(organization, account);
    }
    account.seenAt = now();
    return account;
  }

  function requireRoom(organization: OrganizationId, account: Account): void {
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
    const most = quotas.limitOf(organization, 'backlog');
    if (most !== null && backlog.isFull(organization, most)) {
      throw full(
        `${count(most)} deliveries of this organization wait, as many as may. Look for webhooks whose receivers are down or slow: GET /v1/failing-webhooks.`,
        retryBacklogSeconds,
        { name: 'backlog', limit: most, used: most, resetsAt: null },
      );
    }
  }

  function eventRates(organization: OrganizationId, account: Account, totals: UsageTotals): RateState[] {
    const at = new Date(clock.now());
    const quotasOfEvents = [
      { name: 'events_per_day', used: totals.eventsToday, from: dayOf(at), to: nextDay(at) },
      { name: 'events_per_month', used: totals.eventsThisMonth, from: monthOf(at), to: nextMonth(at) },
    ] as const;
    return quotasOfEvents.flatMap(({ name, used, from, to }) => {
      const limit = quotas.limitOf(organization, name);
      if (limit === null) return [];
      return {
        name,
        limit,
        windowSeconds: (to.getTime() - from.getTime()) / 1_000,
        left: Math.max(0, limit - used - account.reserved),
        resetsAt: to,
        resetsInSeconds: secondsUntil(to, at),
      };
    });
  }

  function requireEvents(rates: readonly RateState[], wanted: number): void {
    for (const { name, limit, left, resetsAt, resetsInSeconds } of rates) {
      if (left >= wanted) continue;
      const used = limit - left;
      const span = name === 'events_per_day' ? 'today' : 'this month';
      const found =
        left === 0
          ? `This organization has published ${count(used)} events ${span}, as many as it may`
          : `This organization may publish ${count(left)} more events ${span}, of ${count(limit)}; this request has ${count(wanted)}`;
      throw full(
        `${found} (${name}). It may go on at ${resetsAt.toISOString().slice(0, 16)}Z; for a higher quota ask whoever operates this Fanfare.`,
        resetsInSeconds,
        { name, limit, used, resetsAt },
      );
    }
  }

  function hasEventQuota(organization: OrganizationId): boolean {
    return (
      quotas.limitOf(organization, 'events_per_day') !== null ||
      quotas.limitOf(organization, 'events_per_month') !== null
    );
  }

  /** Events first: who may publish none needs no permit. */
  function judge(
    organization: OrganizationId,
    account: Account,
    totals: UsageTotals | null,
  ): readonly RateState[] | Promise<readonly RateState[]> {
    const rates = totals === null ? [] : eventRates(organization, account, totals);
    requireEvents(rates, 1);
    const perSecond = quotas.limitOf(organization, 'requests_per_second');
    if (perSecond === null) return rates;
    const permit = requestRates.take(organization, perSecond);
    return permit instanceof Promise
      ? permit.then((given) => [requirePermit(given, perSecond), ...rates])
      : [requirePermit(permit, perSecond), ...rates];
  }

  function requirePermit({ granted, left, waitMs }: Permit, perSecond: number): RateState {
    const seconds = granted ? 1 : Math.max(1, Math.ceil(waitMs / 1_000));
    const resetsAt = new Date(clock.now() + seconds * 1_000);
    const name = 'requests_per_second';
    if (granted) return { name, limit: perSecond, windowSeconds: 1, left, resetsAt, resetsInSeconds: 1 };
    throw full(
      `This organization sends more than ${count(perSecond)} requests a second, to all nodes together. Send several events in one request, or more slowly.`,
      seconds,
      { name, limit: perSecond, used: perSecond, resetsAt },
    );
  }

  function judgeAtOnce(organization: OrganizationId, account: Account) {
    if (!hasEventQuota(organization)) return judge(organization, account, null);
    const totals = usage.totals(organization);
    return totals === null
      ? usage.read(organization).then((read) => judge(organization, account, read))
      : judge(organization, account, totals);
  }

  return {
    enter(organization) {
      const account = accountOf(organization);
      requireRoom(organization, account);
      account.underWay += 1;
      const leave = once(() => {
        account.underWay -= 1;
      });
      try {
        const rates = judgeAtOnce(organization, account);
        if (!(rates instanceof Promise)) return { leave, rates };
        return rates.then(
          (known) => ({ leave, rates: known }),
          (error: unknown) => {
            leave();
            throw error;
          },
        );
      } catch (error) {
        leave();
        throw error;
      }
    },

    guard: (accept) => async (submission) => {
      const { organizationId } = submission;
      if (!hasEventQuota(organizationId)) return accept(submission);
      const wanted = submission.events.filter(({ participant }) => participant?.test !== true).length;
      const account = accountOf(organizationId);
      const totals = await usage.read(organizationId);
      requireEvents(eventRates(organizationId, account, totals), wanted);
      account.reserved += wanted;
      try {
        return await accept(submission);
      } finally {
        account.reserved -= wanted;
      }
    },

    isFull(organization) {
      const most = quotas.limitOf(organization, 'backlog');
      return most !== null && backlog.isFull(organization, most);
    },

    async use(organization, things) {
      const totals = await usage.read(organization);
      const at = new Date(clock.now());
      const most = quotas.limitOf(organization, 'backlog');
      const used: Readonly<Partial<Record<QuotaName, number>>> = {
        ...things,
        events_per_day: totals.eventsToday,
        events_per_month: totals.eventsThisMonth,
        ...(most !== null && { backlog: await backlog.count(organization, most) }),
      };
      const resets = { events_per_day: nextDay(at), events_per_month: nextMonth(at) };
      return quotaNames.map((name) => ({
        name,
        ...quotas.valueFor(organization, name),
        used: used[name] ?? null,
        resetsAt: name === 'events_per_day' || name === 'events_per_month' ? resets[name] : null,
      }));
    },

    close: () => clearInterval(watch),
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

function dayOf(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
}

function nextDay(at: Date): Date {
  return new Date(dayOf(at).getTime() + daySeconds * 1_000);
}

function monthOf(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
}

function nextMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
}

function secondsUntil(time: Date, at: Date): number {
  return Math.max(1, Math.ceil((time.getTime() - at.getTime()) / 1_000));
}

function full(why: string, retryAfterSeconds: number, quota?: QuotaReached): Problem {
  return new Problem('too_many_requests', `${why} Nothing was taken; send it again later.`, {
    retryAfterSeconds,
    ...(quota !== undefined && { quota }),
  });
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function mebibytes(bytes: number): string {
  return count(Math.round(bytes / 1_048_576));
}
