import { randomUUID } from 'node:crypto';
import type { FrozenEvent } from '../catalog/index.ts';
import {
  type DeliveryId,
  type EventId,
  idFromUuid,
  newId,
  type OrganizationId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../ids.ts';
import { notFound } from '../problems.ts';
import {
  announceHealth,
  concernedWebhook,
  createWebhookHealthStore,
  type Database,
  hasParked,
  noteDisabled,
  noteFailing,
  noteRecovered,
  noteWarned,
  type Queryable,
  recordHealthChange,
  type WebhookHealthChangeRow,
  type WebhookHealthRow,
} from '../storage/index.ts';
import type { LiveRoutingTable } from './routing-table.ts';

/** What the lanes know of a receiver that does not answer. Times are wall clock, ms since 1970. */
export interface ReceiverDown {
  readonly failures: number;
  readonly failingSince: number;
  readonly probes: number;
  readonly probeAt: number;
}

/** Events about webhooks, accepted in the transaction of the change that they report. */
export type AcceptOperational = (
  submissions: readonly {
    readonly organizationId: OrganizationId;
    readonly events: readonly FrozenEvent[];
    readonly providers: ReadonlyMap<EventId, WebhookUid>;
  }[],
) => { write(transaction: Queryable): Promise<void>; committed(): void; rolledBack(): void };

export interface WebhookHealth {
  /** Null: it is well, or nothing is known against it. */
  readonly down: WebhookHealthRow | null;
  /** When it is turned off unless something is acknowledged before. */
  readonly disablesAt: Date | null;
}

/** The health of receivers: told by the lanes of every node, kept in the database, shared by all. */
export interface HealthKeeper {
  /** A receiver went down, or a probe of it failed. Returns at once. */
  wentDown(uid: WebhookUid, down: ReceiverDown, reason: string): void;
  /** It acknowledged again. Returns at once. */
  cameBack(uid: WebhookUid): void;
  /** Turns the webhook off for good and tells of it. Returns at once. */
  disable(uid: WebhookUid, reason: string): void;
  /**
   * Runs `park`, which sets a delivery aside, and tells of it in the same transaction, unless it returns false. Of the
   * first one of its webhook the history and the mail tell too. Rejects when the transaction does.
   */
  park(
    parked: ParkedDelivery,
    reason: string,
    park: (transaction: Queryable) => Promise<boolean>,
  ): Promise<void>;
  /** Warns of webhooks a day before, and turns off those that had nothing but failures for too long. */
  tend(): Promise<{ readonly warned: number; readonly disabled: number }>;
  get(organization: OrganizationId, webhookId: string): Promise<WebhookHealth>;
  /** Newest first. */
  changes(
    organization: OrganizationId,
    webhookId: string,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly WebhookHealthChangeRow[]>;
  failing(
    organization: OrganizationId,
    after: Uuid | null,
    limit: number,
  ): ReturnType<ReturnType<typeof createWebhookHealthStore>['failing']>;
  /** Hands over what is known and listens for what other nodes find out, until `close`. */
  start(onKnown: (uid: WebhookUid, down: ReceiverDown | null) => void): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const largestRound = 200;
const nobodyPays: ReadonlyMap<EventId, WebhookUid> = new Map();

export function createHealthKeeper(parts: {
  readonly database: Database;
  readonly routing: Pick<LiveRoutingTable, 'refresh' | 'webhookOf'>;
  readonly accept: AcceptOperational;
  /** Days of nothing but failure after which a webhook is turned off. */
  readonly disableAfterDays: number;
  readonly now: () => Date;
  readonly onTrouble: (error: unknown) => void;
}): HealthKeeper {
  const { now, onTrouble } = parts;
  const store = createWebhookHealthStore(parts.database);
  const node = randomUUID();
  /** One after the other for each webhook, so that what was found out last is what is kept. */
  const writing = new Map<WebhookUid, Promise<unknown>>();
  let stopListening: (() => Promise<void>) | null = null;
  let known: ((uid: WebhookUid, down: ReceiverDown | null) => void) | null = null;

  function inTurn<T>(uid: WebhookUid, work: () => Promise<T>): Promise<T> {
    const before = writing.get(uid) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    writing.set(uid, settled);
    void settled.then(() => {
      if (writing.get(uid) === settled) writing.delete(uid);
    });
    return mine;
  }

  /** One transaction: the change, its line in the history, and its event. */
  async function change(
    uid: WebhookUid,
    decide: (transaction: Queryable, at: Date) => Promise<Change | null>,
  ): Promise<boolean> {
    const at = now();
    let accepted: ReturnType<AcceptOperational> | null = null;
    try {
      const changed = await store.within(async (transaction) => {
        const decided = await decide(transaction, at);
        await announceHealth(transaction, node, uuidOf(uid));
        if (decided === null) return false;
        const id = newId('we');
        const webhook = await concernedWebhook(transaction, uuidOf(uid));
        if (webhook === null) return false;
        if (decided.onRecord !== false)
          await recordHealthChange(transaction, {
            id: uuidOf(id),
            webhookUid: uuidOf(uid),
            state: decided.state,
            reason: decided.reason,
            failures: decided.failures,
            at,
          });
        const event: FrozenEvent = {
          id,
          type: decided.type,
          occurred_at: at.toISOString(),
          trust: 'server',
          organization: { id: idFromUuid('org', webhook.organization_id), name: webhook.organization_name },
          community: null,
          campaign: null,
          participant: null,
          seq: null,
          data: { webhook: { id: webhook.id, name: webhook.name }, ...decided.data },
        };
        accepted = parts.accept([
          { organizationId: event.organization.id, events: [event], providers: nobodyPays },
        ]);
        await accepted.write(transaction);
        return true;
      });
      if (accepted !== null) (accepted as ReturnType<AcceptOperational>).committed();
      return changed;
    } catch (error) {
      if (accepted !== null) (accepted as ReturnType<AcceptOperational>).rolledBack();
      throw error;
    }
  }

  async function disable(uid: WebhookUid, reason: string): Promise<boolean> {
    const disabled = await change(uid, async (transaction, at) => {
      if (!(await noteDisabled(transaction, uuidOf(uid), reason, at))) return null;
      const down = await noteRecovered(transaction, uuidOf(uid));
      const since = down?.failing_since.toISOString() ?? null;
      return {
        state: 'disabled',
        type: 'webhook.disabled',
        reason,
        failures: down?.failures ?? null,
        data: { reason, since },
      };
    });
    if (!disabled) return false;
    // Whoever turns it on again should not have to wait for the next probe.
    known?.(uid, null);
    await parts.routing.refresh(uid);
    return true;
  }

  function disablesAt(down: WebhookHealthRow): Date {
    return new Date(down.failing_since.getTime() + parts.disableAfterDays * dayMs);
  }

  function uidOf(organization: OrganizationId, webhookId: string): WebhookUid {
    const webhook = parts.routing.webhookOf(organization, webhookId);
    if (webhook === undefined) throw notFound();
    return webhook.uid;
  }

  return {
    wentDown(uid, down, reason) {
      const shown = reason.slice(0, longestReason);
      inTurn(uid, () =>
        change(uid, async (transaction) => {
          const since = new Date(down.failingSince);
          const fresh = await noteFailing(transaction, {
            webhookUid: uuidOf(uid),
            failingSince: since,
            failures: down.failures,
            probes: down.probes,
            probeAt: new Date(down.probeAt),
            reason: shown,
          });
          if (fresh !== true) return null;
          const { failures } = down;
          const data = { reason: shown, since: since.toISOString(), failures, disables_at: null };
          return { state: 'failing', type: 'webhook.failing', reason: shown, failures, data };
        }),
      ).catch(onTrouble);
    },

    cameBack(uid) {
      inTurn(uid, () =>
        change(uid, async (transaction) => {
          const down = await noteRecovered(transaction, uuidOf(uid));
          if (down === null) return null;
          const { failures } = down;
          const data = { since: down.failing_since.toISOString(), failures };
          return { state: 'recovered', type: 'webhook.recovered', reason: null, failures, data };
        }),
      ).catch(onTrouble);
    },

    disable(uid, reason) {
      inTurn(uid, () => disable(uid, reason.slice(0, longestReason))).catch(onTrouble);
    },

    async park({ id, webhookUid, event, attempts: before }, reason, park) {
      const shown = reason.slice(0, longestReason);
      const attempts = before + 1;
      await inTurn(webhookUid, () =>
        change(webhookUid, async (transaction) => {
          const others = await hasParked(transaction, uuidOf(webhookUid));
          if (!(await park(transaction))) return null;
          return {
            state: 'parked',
            type: 'webhook.parked',
            reason: shown,
            failures: attempts,
            data: {
              delivery_id: id,
              event: { id: event.id, type: event.type },
              participant_id: event.participant?.id ?? null,
              reason: shown,
              attempts,
            },
            onRecord: !others,
          };
        }),
      );
    },

    async tend() {
      const at = now().getTime();
      const limit = new Date(at - parts.disableAfterDays * dayMs);
      let disabled = 0;
      for (const row of await store.failingSinceBefore(limit, false, largestRound)) {
        const uid: WebhookUid = idFromUuid('whk', row.webhook_uid);
        const days = parts.disableAfterDays === 1 ? '1 day' : `${parts.disableAfterDays} days`;
        const reason = `Nothing was acknowledged for ${days}. The last failure: ${row.reason}`;
        if (await inTurn(uid, () => disable(uid, reason.slice(0, longestReason)))) disabled += 1;
      }
      let warned = 0;
      const soon = new Date(limit.getTime() + dayMs);
      for (const row of await store.failingSinceBefore(soon, true, largestRound)) {
        const uid: WebhookUid = idFromUuid('whk', row.webhook_uid);
        const told = await inTurn(uid, () =>
          change(uid, async (transaction, when) => {
            if (!(await noteWarned(transaction, row.webhook_uid, when))) return null;
            const { failures, reason } = row;
            const data = {
              reason,
              since: row.failing_since.toISOString(),
              failures,
              disables_at: disablesAt(row).toISOString(),
            };
            return { state: 'warned', type: 'webhook.failing', reason, failures, data };
          }),
        );
        if (told) warned += 1;
      }
      return { warned, disabled };
    },

    async get(organization, webhookId) {
      const down = await store.find(uuidOf(uidOf(organization, webhookId)));
      return { down, disablesAt: down && disablesAt(down) };
    },

    async changes(organization, webhookId, before, limit) {
      return store.changes(uuidOf(uidOf(organization, webhookId)), before, limit);
    },

    failing: (organization, after, limit) => store.failing(uuidOf(organization), after, limit),

    async start(onKnown) {
      known = onKnown;
      const tell = async (uuid: Uuid) => {
        const row = await store.find(uuid);
        onKnown(idFromUuid('whk', uuid), row && downFrom(row));
      };
      const tellAll = async () => {
        for (const row of await store.all()) onKnown(idFromUuid('whk', row.webhook_uid), downFrom(row));
      };
      stopListening = await store.listen(
        (from, uuid) => {
          if (from !== node) tell(uuid).catch(onTrouble);
        },
        () => void tellAll().catch(onTrouble),
      );
      await tellAll();
    },

    async close() {
      await stopListening?.();
      await Promise.all(writing.values());
    },
  };
}

interface Change {
  readonly state: WebhookHealthChangeRow['state'];
  readonly type: 'webhook.failing' | 'webhook.recovered' | 'webhook.disabled' | 'webhook.parked';
  readonly reason: string | null;
  readonly failures: number | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** False: it is told by its event alone. */
  readonly onRecord?: boolean;
}

/** The first of a line that waits until somebody decides. */
export interface ParkedDelivery {
  readonly id: DeliveryId;
  readonly webhookUid: WebhookUid;
  readonly event: FrozenEvent;
  /** Attempts made before the one that used them up. */
  readonly attempts: number;
}

/** What an event can show. */
const longestReason = 500;

function downFrom(row: WebhookHealthRow): ReceiverDown {
  return {
    failures: row.failures,
    failingSince: row.failing_since.getTime(),
    probes: row.probes,
    probeAt: row.probe_at.getTime(),
  };
}
