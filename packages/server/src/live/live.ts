import { randomUUID } from 'node:crypto';
import { isAuditedKind } from '../audit/index.ts';
import type { AcceptReport, AttemptReport } from '../delivery/index.ts';
import { type InboxId, idFromUuid, type OrganizationId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import { Problem } from '../problems.ts';
import { type LiveStore, largestLiveMessageBytes, type ToldChange } from '../storage/index.ts';
import { Changes } from './changes.ts';
import { Feed, type Watcher } from './feed.ts';
import { JobProgress } from './job-progress.ts';
import { Moment } from './moment.ts';

/**
 * Tells whoever watches an organization what happens there, on whatever node. Nothing is told, gathered or asked where
 * nobody watches; then it costs a look at an empty map.
 *
 * Nodes say in a notification which organizations are watched at them, and again every ten seconds. While one says so,
 * the others gather what happens in that organization and notify it four times a second, whatever the load. What
 * somebody changed is notified with its entry in the audit log, whoever watches: it is seldom, and commands that change
 * something are no nodes. Progress of jobs is read from their table once a second, as each step would otherwise pay for it.
 */
export interface Live {
  accepted(report: AcceptReport): void;
  attempted(report: AttemptReport): void;
  /** A request arrived at an inbox, and is stored. */
  received(organization: OrganizationId, inbox: InboxId): void;
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
  let gathered = new Map<OrganizationId, Moment>();
  /** What was changed in what is watched here. */
  let changes = new Map<OrganizationId, Changes>();
  let webhooks = new Map<Uuid, Set<'settings' | 'health'>>();
  let changing: NodeJS.Timeout | null = null;
  const jobs = new JobProgress();
  const stops: (() => Promise<void>)[] = [];
  let listening: Promise<() => Promise<void>> | null = null;
  let gathering: NodeJS.Timeout | null = null;
  let telling: Promise<void> = Promise.resolve();
  let lookingAtJobs = false;
  let closed = false;

  /** Null: nobody watches. */
  function momentOf(organization: OrganizationId): Moment | null {
    if (feeds.size === 0 && elsewhere.size === 0) return null;
    if (!feeds.has(organization) && !elsewhere.has(organization)) return null;
    let moment = gathered.get(organization);
    if (moment === undefined) {
      moment = new Moment();
      gathered.set(organization, moment);
      gathering ??= setTimeout(tell, times.gatherMs).unref();
    }
    return moment;
  }

  /** Waits for the notification before: when the database is slow, more is gathered into fewer messages. */
  function tell(): void {
    telling = telling.then(async () => {
      gathering = null;
      const at = new Date(parts.clock.now());
      const messages = [...gathered].flatMap(([organization, moment]) =>
        moment.messages(at, largestLiveMessageBytes).map((message) => ({ ...message, organization })),
      );
      gathered = new Map();
      for (const { organization, name, json } of messages) feeds.get(organization)?.publishJson(name, json);
      const others = messages.filter(({ organization }) => elsewhere.has(organization));
      if (others.length === 0) return;
      await store
        .tell(
          node,
          others.map(({ organization, name, json }) => ({
            name,
            organizationId: uuidOf(organization),
            json,
          })),
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
    const noted = webhooks.get(uid) ?? new Set();
    webhooks.set(uid, noted.add(what));
    tellOfChangesSoon();
  }

  function noteChange(uuid: Uuid, { kind, action, id, actor }: ToldChange): void {
    const organization = idFromUuid('org', uuid);
    // Newer nodes know kinds that nobody here can be told of.
    if (!feeds.has(organization) || !isAuditedKind(kind)) return;
    const noted = changes.get(organization) ?? new Changes();
    noted.add({ kind, action, id, actor });
    changes.set(organization, noted);
    tellOfChangesSoon();
  }

  function tellOfChangesSoon(): void {
    changing ??= setTimeout(() => {
      changing = null;
      tellOfChanges();
      tellOfWebhooks().catch(onTrouble);
    }, times.gatherMs).unref();
  }

  function tellOfChanges(): void {
    const noted = changes;
    changes = new Map();
    for (const [organization, changed] of noted) {
      for (const change of changed.list()) feeds.get(organization)?.publishChange(change);
    }
  }

  async function tellOfWebhooks(): Promise<void> {
    const noted = webhooks;
    webhooks = new Map();
    // As when all were read again, because some changes went unheard.
    if (noted.size > mostChanges) {
      interrupt();
      return;
    }
    if (noted.size === 0) return;
    for (const { uid, organization_id, id } of await store.webhooks([...noted.keys()])) {
      const feed = feeds.get(idFromUuid('org', organization_id));
      for (const what of noted.get(uid) ?? []) {
        feed?.publish('webhook', { webhook_id: id, changed: what });
      }
    }
  }

  /** What only those nodes hear at which somebody watches. */
  function listenWhileWatched(): Promise<unknown> {
    listening ??= Promise.all([
      store.listen((from, { name, organizationId, json }) => {
        if (from !== node) feeds.get(idFromUuid('org', organizationId))?.publishJson(name, json);
      }, interrupt),
      store.listenToHealth((uid) => noteWebhook(uid, 'health'), interrupt),
      store.listenToChanges(noteChange, interrupt),
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
    for (const { organization, json } of jobs.news(rows)) feeds.get(organization)?.publishJson('job', json);
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
    accepted: (report) => momentOf(report.organizationId)?.activity.accepted(report),
    attempted(report) {
      if (report.verdict !== 'released') momentOf(report.organizationId)?.activity.attempted(report);
    },
    received: (organization, inbox) => momentOf(organization)?.received(inbox),
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
