import { randomUUID } from 'node:crypto';
import type { AcceptReport, AttemptReport } from '../delivery/index.ts';
import { idFromUuid, type OrganizationId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import { Problem } from '../problems.ts';
import { type LiveStore, largestLiveMessageBytes, type WatchedJobRow } from '../storage/index.ts';
import { Activity } from './activity.ts';
import { Feed, type Watcher } from './feed.ts';

/**
 * Tells whoever watches an organization what happens there, on whatever node. Nothing is told, gathered or asked where
 * nobody watches; then it costs a look at an empty map.
 *
 * Nodes say in a notification which organizations are watched at them, and again every ten seconds. While one says so,
 * the others gather what happens in that organization and notify it four times a second, whatever the load. Progress of
 * jobs is read from their table once a second, as each step would otherwise pay for it.
 */
export interface Live {
  accepted(report: AcceptReport): void;
  attempted(report: AttemptReport): void;
  /** A webhook was made, changed or deleted, as this node has learned. */
  webhookChanged(uid: WebhookUid): void;
  /** Once, before anybody watches. */
  start(): Promise<void>;
  /**
   * From now on the watcher is sent what happens, first of all whether it missed something since the message with this
   * id. Throws `too_many_requests` when as many watch as may.
   */
  watch(organization: OrganizationId, watcher: Watcher, lastEventId: string | null): Promise<() => void>;
  close(): Promise<void>;
}

export interface LiveTimes {
  readonly gatherMs: number;
  readonly watchMs: number;
  readonly jobsMs: number;
  /** How long messages are kept for whoever comes back. */
  readonly graceMs: number;
}

const usualTimes: LiveTimes = { gatherMs: 250, watchMs: 10_000, jobsMs: 1_000, graceMs: 30_000 };
/** On one node. */
const mostWatchers = { ofOrganization: 20, inAll: 1_000 };
/** Webhooks that are told of one by one. */
const mostChanges = 100;
const retryAfterSeconds = 10;

export function createLive(parts: {
  readonly store: LiveStore;
  /** Wall clock, ms since 1970. */
  readonly clock: { now(): number };
  /** Monotonic ms. */
  readonly now: () => number;
  readonly onTrouble: (error: unknown) => void;
  readonly times?: Partial<LiveTimes>;
}): Live {
  const { store, now, onTrouble } = parts;
  const times = { ...usualTimes, ...parts.times };
  const node = randomUUID();
  /** What is watched here. */
  const feeds = new Map<OrganizationId, Feed>();
  /** Until when what is watched elsewhere counts as watched. */
  const elsewhere = new Map<OrganizationId, number>();
  /** Of what is watched, here or elsewhere. */
  let gathered = new Map<OrganizationId, Activity>();
  let changed = new Map<Uuid, Set<'settings' | 'health'>>();
  let changing: NodeJS.Timeout | null = null;
  const jobsSeen = new Map<Uuid, string>();
  const stops: (() => Promise<void>)[] = [];
  let listening: Promise<() => Promise<void>> | null = null;
  let gathering: NodeJS.Timeout | null = null;
  let telling: Promise<void> = Promise.resolve();
  let lookingAtJobs = false;
  let closed = false;

  function activityOf(organization: OrganizationId): Activity | null {
    if (feeds.size === 0 && elsewhere.size === 0) return null;
    if (!feeds.has(organization) && !elsewhere.has(organization)) return null;
    let activity = gathered.get(organization);
    if (activity === undefined) {
      activity = new Activity();
      gathered.set(organization, activity);
      gathering ??= setTimeout(tell, times.gatherMs).unref();
    }
    return activity;
  }

  /** Waits for the notification before: when the database is slow, more is gathered into fewer messages. */
  function tell(): void {
    telling = telling.then(async () => {
      gathering = null;
      const at = new Date(parts.clock.now());
      const messages = [...gathered].map(([organization, activity]) => ({
        organization,
        json: activity.json(at, largestLiveMessageBytes),
      }));
      gathered = new Map();
      for (const { organization, json } of messages) feeds.get(organization)?.publish('activity', json);
      const others = messages.filter(({ organization }) => elsewhere.has(organization));
      if (others.length === 0) return;
      await store
        .tell(
          node,
          others.map(({ organization, json }) => ({ organizationId: uuidOf(organization), json })),
        )
        .catch(onTrouble);
    });
  }

  function onWatched(from: string, uuid: Uuid | null): void {
    if (from === node) return;
    if (uuid === null) sayWatched();
    else elsewhere.set(idFromUuid('org', uuid), now() + 2.5 * times.watchMs);
  }

  function sayWatched(): void {
    for (const organization of feeds.keys()) store.watch(node, uuidOf(organization)).catch(onTrouble);
  }

  function interrupt(): void {
    for (const feed of feeds.values()) feed.interrupt();
  }

  function noteWebhook(uid: Uuid, what: 'settings' | 'health'): void {
    if (feeds.size === 0) return;
    const noted = changed.get(uid);
    if (noted !== undefined) {
      noted.add(what);
      return;
    }
    changed.set(uid, new Set([what]));
    changing ??= setTimeout(() => {
      changing = null;
      tellOfWebhooks().catch(onTrouble);
    }, times.gatherMs).unref();
  }

  async function tellOfWebhooks(): Promise<void> {
    const noted = changed;
    changed = new Map();
    // As when all were read again, because some changes went unheard.
    if (noted.size > mostChanges) {
      interrupt();
      return;
    }
    for (const { uid, organization_id, id } of await store.webhooks([...noted.keys()])) {
      const feed = feeds.get(idFromUuid('org', organization_id));
      for (const what of noted.get(uid) ?? []) {
        feed?.publish('webhook', JSON.stringify({ webhook_id: id, changed: what }));
      }
    }
  }

  /** What only those nodes hear at which somebody watches. */
  function listenWhileWatched(): Promise<unknown> {
    listening ??= Promise.all([
      store.listen((from, uuid, json) => {
        if (from !== node) feeds.get(idFromUuid('org', uuid))?.publish('activity', json);
      }, interrupt),
      store.listenToHealth((uid) => noteWebhook(uid, 'health'), interrupt),
    ]).then((all) => async () => {
      await Promise.all(all.map((stop) => stop()));
    });
    listening.catch(() => {
      listening = null;
    });
    return listening;
  }

  async function lookAtJobs(): Promise<void> {
    const rows = await store.jobs([...feeds.keys()].map(uuidOf));
    const found = new Set(rows.map(({ id }) => id));
    for (const id of jobsSeen.keys()) if (!found.has(id)) jobsSeen.delete(id);
    for (const row of rows) {
      const json = JSON.stringify(jobMessage(row));
      if (jobsSeen.get(row.id) === json) continue;
      jobsSeen.set(row.id, json);
      feeds.get(idFromUuid('org', row.organization_id))?.publish('job', json);
    }
  }

  const jobsTimer = setInterval(() => {
    if (feeds.size === 0 || lookingAtJobs) return;
    lookingAtJobs = true;
    lookAtJobs()
      .catch(onTrouble)
      .finally(() => {
        lookingAtJobs = false;
      });
  }, times.jobsMs);
  jobsTimer.unref();

  const watchTimer = setInterval(() => {
    const time = now();
    for (const [organization, until] of elsewhere) if (until < time) elsewhere.delete(organization);
    for (const [organization, { unwatchedSince }] of feeds) {
      if (unwatchedSince !== null && unwatchedSince + times.graceMs < time) feeds.delete(organization);
    }
    sayWatched();
    if (feeds.size === 0 && listening !== null) {
      const stop = listening;
      listening = null;
      stop.then((stopListening) => stopListening()).catch(onTrouble);
    }
  }, times.watchMs);
  watchTimer.unref();

  function feedOf(organization: OrganizationId): Feed {
    let feed = feeds.get(organization);
    if (feed === undefined) {
      feed = new Feed();
      feed.unwatchedSince = now();
      feeds.set(organization, feed);
    }
    return feed;
  }

  function requireRoom(feed: Feed | undefined): void {
    const all = [...feeds.values()].reduce((count, { watchers }) => count + watchers.size, 0);
    const own = feed?.watchers.size ?? 0;
    if (own < mostWatchers.ofOrganization && all < mostWatchers.inAll) return;
    const found =
      own >= mostWatchers.ofOrganization
        ? `${own} streams of this organization are open at this node, as many as may be`
        : `${all} streams are open at this node, as many as may be`;
    throw new Problem('too_many_requests', `${found}. Close one, or come again later.`, {
      retryAfterSeconds,
    });
  }

  return {
    accepted: (report) => activityOf(report.organizationId)?.accepted(report),
    attempted(report) {
      if (report.verdict !== 'released') activityOf(report.organizationId)?.attempted(report);
    },
    webhookChanged: (uid) => noteWebhook(uuidOf(uid), 'settings'),

    async start() {
      const ask = () => store.askWatchers(node);
      stops.push(await store.listenToWatchers(onWatched, () => void ask().catch(onTrouble)));
      await ask();
    },

    async watch(organization, watcher, lastEventId) {
      requireRoom(feeds.get(organization));
      // There before it is listened to, so that nothing falls between the two.
      feedOf(organization);
      await listenWhileWatched();
      await store.watch(node, uuidOf(organization));
      const feed = feedOf(organization);
      // Others may have come while this one waited.
      requireRoom(feed);
      feed.welcome(watcher, lastEventId);
      return () => {
        feed.watchers.delete(watcher);
        if (feed.watchers.size === 0) feed.unwatchedSince = now();
      };
    },

    async close() {
      if (closed) return;
      closed = true;
      clearInterval(jobsTimer);
      clearInterval(watchTimer);
      if (gathering !== null) clearTimeout(gathering);
      if (changing !== null) clearTimeout(changing);
      await telling;
      if (listening !== null) await (await listening)();
      for (const stop of stops) await stop();
    },
  };
}

function jobMessage({ id, kind, state, done, total, refused, paused }: WatchedJobRow) {
  return {
    job_id: idFromUuid('job', id),
    kind,
    state,
    done: Number(done),
    total: total === null ? null : Number(total),
    refused: Number(refused),
    paused,
  };
}
