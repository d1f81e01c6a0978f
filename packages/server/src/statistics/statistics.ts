import { type OrganizationId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import { notFound } from '../problems.ts';
import type { AttemptStatistics, ConcernRow, ListedWebhookRow, StatisticsStore } from '../storage/index.ts';
import { type AskedRange, type Range, rangeOf } from './range.ts';
import { addAll, answerTimes, deliveryTimesOf, failureCounts, statusCounts, type Times } from './tallies.ts';

/** What attempts came to in some time. */
export interface AttemptFigures {
  readonly attempts: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Deliveries that were given up. */
  readonly exhausted: number;
  /** Acknowledged attempts of all, from 0 to 1. Null: none was made. */
  readonly successRate: number | null;
  /** How long complete answers took, ms. */
  readonly responseMs: Times;
  /** From the event to its acknowledgement, ms: waiting and retries included. */
  readonly deliveryMs: Times;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
}

export interface Interval extends AttemptFigures {
  /** When it began. */
  readonly at: Date;
}

export interface Series {
  readonly range: Range;
  readonly totals: AttemptFigures;
  /** In the order of time, without gaps. */
  readonly intervals: readonly Interval[];
}

export interface OrganizationSeries extends Series {
  /** As many as `intervals`, each with the events accepted in it. */
  readonly events: readonly number[];
  readonly eventsByType: Readonly<Record<string, number>>;
}

export interface Now {
  readonly eventsPerSecond: number;
  readonly attemptsPerSecond: number;
  readonly waiting: {
    readonly pending: number;
    readonly retrying: number;
    readonly parked: number;
    /** False: there are more, which were not looked at. */
    readonly complete: boolean;
  };
}

/** A webhook as a list shows it. */
export interface ListedWebhook {
  readonly webhook: ListedWebhookRow;
  readonly range: Range;
  readonly attempts: number;
  readonly acknowledged: number;
  readonly successRate: number | null;
  readonly sparkline: readonly { readonly attempts: number; readonly acknowledged: number }[];
}

export interface Concern {
  readonly webhookId: string;
  readonly name: string;
  readonly kind: ConcernRow['concern'];
  /** What is the matter and what to do about it. */
  readonly reason: string;
  readonly since: Date | null;
}

/** What was counted, for people to see. Tests and test participants are not in it. */
export interface Statistics {
  /** Throws `invalid_request`, as all that take a range do. */
  organization(organization: OrganizationId, asked: AskedRange): Promise<OrganizationSeries>;
  now(organization: OrganizationId): Promise<Now>;
  /** Throws `not_found`. */
  webhook(organization: OrganizationId, webhookId: string, asked: AskedRange): Promise<Series>;
  range(asked: AskedRange): Range;
  /** Newest first; `before` is the last one of the page before. `ids`: these; null: all. */
  webhooks(
    organization: OrganizationId,
    range: Range,
    ids: readonly string[] | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly ListedWebhook[]>;
  /** Webhooks that somebody should look at, the gravest first; at most 50. */
  concerns(organization: OrganizationId): Promise<readonly Concern[]>;
}

const usualIntervals = 180;
const sparklineIntervals = 48;
const minuteMs = 60_000;
/** About 50 ms of looking. */
const mostWaiting = 10_000;
const mostConcerns = 50;

export function createStatistics(parts: {
  readonly store: StatisticsStore;
  readonly webhookOf: (
    organization: OrganizationId,
    webhookId: string,
  ) => { readonly uid: WebhookUid } | undefined;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}): Statistics {
  const { store, now } = parts;

  async function series(organization: OrganizationId, uid: WebhookUid | null, range: Range): Promise<Series> {
    const { since, until, resolution: step } = range;
    const rows = await store.attempts(uuidOf(organization), uid && uuidOf(uid), { step, since, until });
    const byInterval = new Map<number, AttemptStatistics[]>();
    for (const row of rows) {
      const at = startOf(row.at, range);
      const there = byInterval.get(at);
      if (there === undefined) byInterval.set(at, [row]);
      else there.push(row);
    }
    return {
      range,
      totals: figures(rows),
      intervals: startsOf(range).map((at) => ({ at: new Date(at), ...figures(byInterval.get(at) ?? []) })),
    };
  }

  return {
    range: (asked) => rangeOf(asked, now(), sparklineIntervals),

    async organization(organization, asked) {
      const range = rangeOf(asked, now(), usualIntervals);
      const { since, until, resolution: step } = range;
      const [attempts, rows] = await Promise.all([
        series(organization, null, range),
        store.events(uuidOf(organization), { step, since, until }),
      ]);
      const byInterval = new Map<number, number>();
      const byType = new Map<string, number>();
      for (const { at, type, events } of rows) {
        const start = startOf(at.getTime(), range);
        byInterval.set(start, (byInterval.get(start) ?? 0) + events);
        byType.set(type, (byType.get(type) ?? 0) + events);
      }
      return {
        ...attempts,
        events: startsOf(range).map((at) => byInterval.get(at) ?? 0),
        eventsByType: Object.fromEntries([...byType].sort(([, a], [, b]) => b - a)),
      };
    },

    async now(organization) {
      const time = now();
      // At least one whole minute, and what there is of the next.
      const since = Math.floor(time / minuteMs) * minuteMs - minuteMs;
      const range = { step: 1, since, until: time } as const;
      const uuid = uuidOf(organization);
      const [attempts, events, waiting] = await Promise.all([
        store.attempts(uuid, null, range),
        store.events(uuid, range),
        store.waiting(uuid, mostWaiting + 1),
      ]);
      const perSecond = (count: number) => Math.round((10_000 * count) / (time - since)) / 10;
      const { looked, ...counts } = waiting;
      return {
        eventsPerSecond: perSecond(sum(events, (row) => row.events)),
        attemptsPerSecond: perSecond(sum(attempts, (row) => row.attempts)),
        waiting: { ...counts, complete: looked <= mostWaiting },
      };
    },

    async webhook(organization, webhookId, asked) {
      const webhook = parts.webhookOf(organization, webhookId);
      if (webhook === undefined) throw notFound();
      return series(organization, webhook.uid, rangeOf(asked, now(), usualIntervals));
    },

    async webhooks(organization, range, ids, before, limit) {
      const uuid = uuidOf(organization);
      const webhooks = await store.listWebhooks(uuid, { ids, before, limit }, now());
      const { since, until, resolution: step } = range;
      const rows = await store.ofWebhooks(
        uuid,
        webhooks.map(({ uid }) => uid),
        { step, since, until },
      );
      const starts = startsOf(range);
      const lines = new Map(
        webhooks.map(({ uid }) => [uid, starts.map(() => ({ attempts: 0, acknowledged: 0 }))]),
      );
      for (const { webhook_uid, at, attempts, acknowledged } of rows) {
        const point = lines.get(webhook_uid)?.[(startOf(at.getTime(), range) - since) / range.stepMs];
        if (point === undefined) continue;
        point.attempts += attempts;
        point.acknowledged += acknowledged;
      }
      return webhooks.map((webhook) => {
        const sparkline = lines.get(webhook.uid) ?? [];
        const attempts = sum(sparkline, (point) => point.attempts);
        const acknowledged = sum(sparkline, (point) => point.acknowledged);
        return {
          webhook,
          range,
          attempts,
          acknowledged,
          successRate: share(acknowledged, attempts),
          sparkline,
        };
      });
    },

    async concerns(organization) {
      const rows = await store.concerns(uuidOf(organization), now(), mostConcerns);
      return rows.map((row) => ({
        webhookId: row.webhook_id,
        name: row.name,
        kind: row.concern,
        reason: reasonOf(row),
        since: row.since,
      }));
    },
  };
}

function reasonOf({ concern, reason, count, of }: ConcernRow): string {
  switch (concern) {
    case 'disabled':
      return reason ?? 'It is disabled and is sent nothing. Enable it to resume.';
    case 'failing':
      return `${plural(count, 'attempt')} failed in a row. ${reason ?? ''}`.trim();
    case 'parked':
      return `${plural(count, 'delivery', 'deliveries')} ${count === 1 ? 'waits' : 'wait'} until somebody decides: retry or skip ${count === 1 ? 'it' : 'them'}.`;
    case 'refused':
      return `${count} of ${plural(of, 'attempt')} in the last two hours were not acknowledged. Look at their answers.`;
  }
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

function startOf(time: number, { stepMs }: Range): number {
  return time - (time % stepMs);
}

function startsOf({ since, until, stepMs }: Range): number[] {
  return Array.from({ length: (until - since) / stepMs }, (_, n) => since + n * stepMs);
}

function figures(rows: readonly AttemptStatistics[]): AttemptFigures {
  const tallies = new Map<number, number>();
  for (const row of rows) addAll(tallies, row.tallies);
  const attempts = sum(rows, (row) => row.attempts);
  const acknowledged = sum(rows, (row) => row.acknowledged);
  return {
    attempts,
    acknowledged,
    failed: attempts - acknowledged,
    exhausted: sum(rows, (row) => row.exhausted),
    successRate: share(acknowledged, attempts),
    responseMs: answerTimes(tallies),
    deliveryMs: deliveryTimesOf(tallies),
    statuses: statusCounts(tallies),
    failures: failureCounts(tallies),
  };
}

/** To four places. */
function share(part: number, of: number): number | null {
  return of === 0 ? null : Math.round((10_000 * part) / of) / 10_000;
}

function sum<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
