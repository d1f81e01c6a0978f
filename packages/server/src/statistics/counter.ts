import type { AcceptReport, AttemptReport } from '../delivery/index.ts';
import { type OrganizationId, uuidOf, type WebhookUid } from '../ids.ts';
import type {
  AttemptStatisticsRow,
  EventStatisticsRow,
  StatisticsStep,
  StatisticsStore,
} from '../storage/index.ts';
import { add, addAll, answerStatus, answerTime, deliveryTime, noAnswer } from './tallies.ts';

/**
 * Counts what one node accepted and attempted, and adds it to what all nodes counted, every five seconds or so. A node that is
 * killed loses what it counted since. What could not be written, because the database was away, is written later, under
 * the minute in which it happened.
 */
export interface StatisticsCounter {
  /** Called on the hot path, as is the next. Test participants do not count. */
  accepted(report: AcceptReport): void;
  attempted(report: AttemptReport): void;
  /** Writes what was counted until now. Rejects when that fails; it is kept for the next time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const everyMs = 5_000;
/** Where there is so much that writing takes long, it is done less often: it pauses so many times as long as it took. */
const pauseShare = 20;
const longestPauseMs = 60_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
/** Rows that one statement adds: some 100 ms. */
const largestBatch = 1_000;

interface Counted {
  attempts: number;
  acknowledged: number;
  exhausted: number;
  lastAt: number;
  readonly tallies: Map<number, number>;
}

interface CountedEvents {
  events: number;
  deliveries: number;
}

/** One organization in one minute. */
interface Minute {
  readonly organization: OrganizationId;
  readonly at: number;
  readonly events: Map<string, CountedEvents>;
  readonly webhooks: Map<WebhookUid, Counted>;
}

export function createStatisticsCounter(parts: {
  readonly store: Pick<StatisticsStore, 'add'>;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly onTrouble: (error: unknown) => void;
}): StatisticsCounter {
  const { store, now } = parts;
  /** By organization and minute. */
  let pending = new Map<string, Minute>();
  let current = { at: 0, minutes: new Map<OrganizationId, Minute>() };
  let turn: Promise<void> = Promise.resolve();

  function minuteOf(organization: OrganizationId, time: number): Minute {
    const at = time - (time % minuteMs);
    if (current.at !== at) current = { at, minutes: new Map() };
    let minute = current.minutes.get(organization);
    if (minute === undefined) {
      minute = newMinute(organization, at);
      current.minutes.set(organization, minute);
      pending.set(keyOf(minute), minute);
    }
    return minute;
  }

  /** What is written is what was there when it began; what comes meanwhile is counted anew. */
  async function write(): Promise<void> {
    const flying = pending;
    pending = new Map();
    current = { at: 0, minutes: new Map() };
    for (const batch of batchesOf([...flying.values()])) {
      try {
        await store.add(batch.flatMap(attemptRows), batch.flatMap(eventRows));
      } catch (error) {
        for (const minute of flying.values()) keep(minute);
        throw error;
      }
      for (const minute of batch) flying.delete(keyOf(minute));
    }
  }

  function keep(minute: Minute): void {
    const there = pending.get(keyOf(minute));
    if (there === undefined) pending.set(keyOf(minute), minute);
    else merge(there, minute);
    if (there === undefined && current.at === minute.at) current.minutes.set(minute.organization, minute);
  }

  function flush(): Promise<void> {
    const mine = turn.then(write);
    turn = mine.catch(() => undefined);
    return mine;
  }

  let closed = false;
  let timer = flushAfter(everyMs);
  function flushAfter(pauseMs: number): NodeJS.Timeout {
    return setTimeout(async () => {
      const began = now();
      if (pending.size > 0) await flush().catch(parts.onTrouble);
      const tookMs = Math.max(0, now() - began);
      if (!closed) timer = flushAfter(Math.min(longestPauseMs, Math.max(everyMs, tookMs * pauseShare)));
    }, pauseMs).unref();
  }

  return {
    accepted({ organizationId, eventType, deliveries, test }) {
      if (test) return;
      const { events } = minuteOf(organizationId, now());
      const counted = events.get(eventType);
      if (counted === undefined) events.set(eventType, { events: 1, deliveries });
      else {
        counted.events += 1;
        counted.deliveries += deliveries;
      }
    },
    attempted(report) {
      if (report.test || report.verdict === 'released') return;
      const time = now();
      const minute = minuteOf(report.organizationId, time);
      let webhook = minute.webhooks.get(report.webhookUid);
      if (webhook === undefined) {
        webhook = nothingCounted();
        minute.webhooks.set(report.webhookUid, webhook);
      }
      count(webhook, report, time);
    },
    flush,
    async close() {
      closed = true;
      clearTimeout(timer);
      await flush();
    },
  };
}

function newMinute(organization: OrganizationId, at: number): Minute {
  return { organization, at, events: new Map(), webhooks: new Map() };
}

function nothingCounted(): Counted {
  return { attempts: 0, acknowledged: 0, exhausted: 0, lastAt: 0, tallies: new Map() };
}

function keyOf({ organization, at }: Minute): string {
  return `${organization} ${at}`;
}

function count(counted: Counted, report: AttemptReport, time: number): void {
  counted.attempts += 1;
  counted.lastAt = Math.max(counted.lastAt, time);
  if (report.verdict === 'delivered') {
    counted.acknowledged += 1;
    // Of one sent again by hand it would say when somebody asked for it.
    if (!report.resend) add(counted.tallies, deliveryTime(report.sinceAcceptedMs + report.totalMs));
  } else if (report.verdict === 'exhausted' && !report.resend) counted.exhausted += 1;
  if (report.outcome === 'answered') {
    add(counted.tallies, answerTime(report.totalMs));
    if (report.status !== null) add(counted.tallies, answerStatus(report.status));
  } else if (report.outcome !== 'aborted') add(counted.tallies, noAnswer(report.outcome));
}

function merge(into: Minute, from: Minute): void {
  for (const [uid, counted] of from.webhooks) {
    const there = into.webhooks.get(uid);
    if (there === undefined) into.webhooks.set(uid, counted);
    else addCounted(there, counted);
  }
  for (const [type, counted] of from.events) {
    const there = into.events.get(type);
    if (there === undefined) into.events.set(type, counted);
    else {
      there.events += counted.events;
      there.deliveries += counted.deliveries;
    }
  }
}

function addCounted(into: Counted, from: Counted): void {
  into.attempts += from.attempts;
  into.acknowledged += from.acknowledged;
  into.exhausted += from.exhausted;
  into.lastAt = Math.max(into.lastAt, from.lastAt);
  addAll(into.tallies, from.tallies);
}

/** Minutes whose rows one statement adds, each of another organization or hour, so that no row is there twice. */
function* batchesOf(minutes: readonly Minute[]): Generator<Minute[]> {
  let batch: Minute[] = [];
  let hours = new Set<string>();
  let rows = 0;
  for (const minute of minutes) {
    const hour = `${minute.organization} ${minute.at - (minute.at % hourMs)}`;
    if (hours.has(hour) || rows >= largestBatch) {
      yield batch;
      batch = [];
      hours = new Set();
      rows = 0;
    }
    batch.push(minute);
    hours.add(hour);
    rows += 2 * (1 + minute.webhooks.size + minute.events.size);
  }
  if (batch.length > 0) yield batch;
}

/** A minute counts for itself and for its hour. */
function timesOf({ at }: Minute): readonly { readonly step: StatisticsStep; readonly at: number }[] {
  return [
    { step: 1, at },
    { step: 60, at: at - (at % hourMs) },
  ];
}

function attemptRows(minute: Minute): AttemptStatisticsRow[] {
  if (minute.webhooks.size === 0) return [];
  const organizationId = uuidOf(minute.organization);
  const total = nothingCounted();
  for (const webhook of minute.webhooks.values()) addCounted(total, webhook);
  const counted = [
    { webhookUid: null, ...total },
    ...[...minute.webhooks].map(([uid, webhook]) => ({ webhookUid: uuidOf(uid), ...webhook })),
  ];
  return timesOf(minute).flatMap((time) => counted.map((row) => ({ organizationId, ...time, ...row })));
}

function eventRows(minute: Minute): EventStatisticsRow[] {
  const organizationId = uuidOf(minute.organization);
  return timesOf(minute).flatMap((time) =>
    [...minute.events].map(([type, counted]) => ({ organizationId, ...time, type, ...counted })),
  );
}
