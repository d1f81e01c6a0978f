import { randomBytes } from 'node:crypto';
import { type CircuitPolicy, createDelivery, createSender, type Delivery } from '../../src/delivery/index.ts';
import type { HttpParts } from '../../src/http/index.ts';
import type { OrganizationId } from '../../src/ids.ts';
import { openInboxes } from '../../src/inbox/index.ts';
import {
  createEventsStore,
  createEventTypesStore,
  createHistoryStore,
  createInboxStore,
  createParkedStore,
  createWebhooksStore,
  type Database,
} from '../../src/storage/index.ts';
import {
  createHealthKeeper,
  createHistory,
  createParkedDeliveries,
  createSampleSource,
  createWebhookExamples,
  createWebhookSource,
  createWebhooks,
  createWebhookTests,
  type HealthKeeper,
  type Keyring,
  type LiveRoutingTable,
  openRoutingTable,
  parseKeyring,
  type TargetPolicy,
  type UnreadableSecret,
} from '../../src/webhooks/index.ts';

export interface WebhookPartsSettings {
  readonly targets?: Partial<TargetPolicy>;
  /** Whether what is accepted is also delivered. */
  readonly dispatch?: boolean;
  readonly inboxBytesPerMinute?: number;
  readonly circuitPolicy?: CircuitPolicy;
  /** Of another node on the same database. */
  readonly keyring?: Keyring;
  /** Without it a secret that cannot be read fails whatever reads it. */
  /** How many organizations may have; as many as they like unless said. */
  readonly mostWebhooks?: (organization: OrganizationId) => number | null;
  readonly mostInboxes?: (organization: OrganizationId) => number | null;
  /** Told of every event that is accepted. */
  readonly count?: (organization: OrganizationId, deliveries: number) => void;
  readonly onUnreadable?: (error: UnreadableSecret) => void;
}

export interface WebhookParts {
  readonly parts: Pick<
    HttpParts,
    'health' | 'history' | 'parkedDeliveries' | 'webhooks' | 'inboxes' | 'webhookExamples' | 'webhookTests'
  >;
  readonly delivery: Delivery;
  readonly routing: LiveRoutingTable;
  readonly keyring: Keyring;
  readonly health: HealthKeeper;
  /** Before the HTTP server is closed: what is under way may go to its inboxes. */
  stop(): Promise<void>;
}

/** Webhooks, their history and inboxes on one database, as `main` puts them together. */
export async function openWebhookParts(
  database: Database,
  clock: { now(): number },
  settings: WebhookPartsSettings = {},
): Promise<WebhookParts> {
  const now = () => new Date(clock.now());
  const targets: TargetPolicy = { allowPrivateTargets: true, requireHttps: false, ...settings.targets };
  const keyring = settings.keyring ?? parseKeyring(randomBytes(32).toString('base64'));
  const store = createWebhooksStore(database);
  const stored = createWebhookSource({
    store,
    keyring,
    now,
    ...(settings.onUnreadable !== undefined && { onUnreadable: settings.onUnreadable }),
  });
  const routing = await openRoutingTable(stored, () => {});
  const webhooks = createWebhooks({
    store,
    keyring,
    routing,
    targets,
    mostWebhooks: settings.mostWebhooks ?? (() => null),
    now,
  });
  const delivery = createDelivery({
    database,
    webhooks: routing,
    sender: createSender({ ...targets, userAgent: 'Fanfare/test' }),
    observer: {
      accepted: ({ organizationId, deliveries, test }) => {
        if (!test) settings.count?.(organizationId, deliveries);
      },
      attempted: () => {},
      troubled: () => {},
    },
    disableWebhook: (uid, reason) => health.disable(uid, reason),
    onCircuit: ({ uid, after, reason }) => {
      if (after.state === 'closed') health.cameBack(uid);
      else if (after.failingSince !== null) {
        health.wentDown(uid, { ...after, failingSince: after.failingSince }, reason ?? '');
      }
    },
    ...(settings.circuitPolicy !== undefined && { circuitPolicy: settings.circuitPolicy }),
    parkWithin: (parked, reason, park) => health.park(parked, reason, park),
    userAgent: 'Fanfare/test',
    dispatch: settings.dispatch === true,
    alone: false,
    laneConcurrency: 8,
    globalConcurrency: 64,
  });
  const health = createHealthKeeper({
    database,
    routing,
    accept: delivery.acceptWithin,
    disableAfterDays: 5,
    now,
    onTrouble: (error) => {
      throw error;
    },
  });
  await health.start((uid, down) => delivery.hearReceiver(uid, down));
  stored.onDamaged((uid, reason) => health.disable(uid, reason));
  await delivery.start();
  const samples = createSampleSource({
    events: createEventsStore(database),
    eventTypes: createEventTypesStore(database),
  });
  const inboxes = await openInboxes({
    store: createInboxStore(database),
    keyring,
    webhooks: routing,
    mostInboxes: settings.mostInboxes ?? (() => null),
    now,
    ...(settings.inboxBytesPerMinute !== undefined && { bytesPerMinute: settings.inboxBytesPerMinute }),
  });
  return {
    delivery,
    routing,
    keyring,
    health,
    parts: {
      health,
      webhooks,
      history: createHistory({ store: createHistoryStore(database), now }),
      parkedDeliveries: createParkedDeliveries({ store: createParkedStore(database), webhooks }),
      webhookExamples: createWebhookExamples({ webhooks, samples, prepare: delivery.prepare, now }),
      webhookTests: createWebhookTests({ webhooks, samples, exchange: delivery.exchange, now }),
      inboxes,
    },
    async stop() {
      await delivery.stop(1_000);
      await health.close();
      await inboxes.close();
      await routing.close();
    },
  };
}
