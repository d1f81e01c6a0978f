import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import type { FrozenEvent } from '../../src/catalog/index.ts';
import {
  type AttemptReport,
  type CircuitChange,
  createDelivery,
  createSender,
  type Delivery,
  type DeliveryOptions,
} from '../../src/delivery/index.ts';
import { formatOf } from '../../src/formats/index.ts';
import { idFromUuid, newId, type OrganizationId, uuidOf, type WebhookUid } from '../../src/ids.ts';
import { defaultRetryPolicy, type RoutingTable, SecretText, type Webhook } from '../../src/webhooks/index.ts';

export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A dispatcher on a database of its own, with webhooks the test holds in its hand. */
export class DeliveryHarness {
  readonly organizationId: OrganizationId = newId('org');
  readonly reports: AttemptReport[] = [];
  readonly troubles: { step: string; error: unknown }[] = [];
  readonly circuits: CircuitChange[] = [];
  readonly parked: { id: string; reason: string }[] = [];
  readonly disabled: { uid: WebhookUid; reason: string }[] = [];
  readonly #webhooks = new Map<WebhookUid, Webhook>();
  readonly #running: Delivery[] = [];
  readonly #test: TestDatabase;

  private constructor(test: TestDatabase) {
    this.#test = test;
  }

  static async open(): Promise<DeliveryHarness> {
    const harness = new DeliveryHarness(await createTestDatabase());
    await harness.database.kysely
      .insertInto('organizations')
      .values({ id: uuidOf(harness.organizationId), name: 'Aurora' })
      .execute();
    return harness;
  }

  get database() {
    return this.#test.database;
  }

  /** Writes a webhook and routes to it. */
  async webhook(url: string, more: Partial<Webhook> = {}): Promise<Webhook> {
    const uid = newId('whk');
    const webhook: Webhook = {
      uid,
      id: uid,
      organizationId: this.organizationId,
      name: 'CRM',
      description: '',
      url,
      method: 'POST',
      headers: {},
      format: 'standard',
      formatVersion: 1,
      mode: null,
      events: [],
      campaigns: [],
      includeTestParticipants: false,
      payoutProcessing: false,
      rateLimit: null,
      ordering: null,
      status: 'active',
      disabledReason: null,
      retryPolicy: defaultRetryPolicy,
      timeoutMs: 2_000,
      secrets: [{ value: new SecretText(secret), createdAt: new Date(), expiresAt: null }],
      createdAt: new Date(),
      updatedAt: new Date(),
      ...more,
    };
    this.#webhooks.set(uid, webhook);
    await this.database.kysely
      .insertInto('webhooks')
      .values({
        uid: uuidOf(uid),
        organization_id: uuidOf(webhook.organizationId),
        id: webhook.id,
        name: webhook.name,
        url,
        method: webhook.method,
        headers: '{}',
        format: webhook.format,
        format_version: webhook.formatVersion,
        mode: null,
        order_by: webhook.ordering?.by ?? null,
        order_on_failure: webhook.ordering?.onFailure ?? null,
        status: webhook.status,
        disabled_reason: null,
        retry_delays_ms: [...webhook.retryPolicy.delaysMs],
        timeout_ms: webhook.timeoutMs,
        deleted_at: null,
      })
      .execute();
    return webhook;
  }

  /** Changes a webhook in the database and in the routing table. */
  async setStatus(webhook: Webhook, status: Webhook['status']): Promise<void> {
    this.#webhooks.set(webhook.uid, { ...webhook, status });
    await this.database.kysely
      .updateTable('webhooks')
      .set({ status })
      .where('uid', '=', uuidOf(webhook.uid))
      .execute();
  }

  async setOrdering(webhook: Webhook, ordering: Webhook['ordering']): Promise<void> {
    this.#webhooks.set(webhook.uid, { ...webhook, ordering });
    await this.database.kysely
      .updateTable('webhooks')
      .set({ order_by: ordering?.by ?? null, order_on_failure: ordering?.onFailure ?? null })
      .where('uid', '=', uuidOf(webhook.uid))
      .execute();
  }

  /** A node. Several may run on the same database. */
  async start(more: Partial<DeliveryOptions> = {}): Promise<Delivery> {
    const routing: RoutingTable = {
      match: (event) =>
        [...this.#webhooks.values()]
          .filter((webhook) => webhook.status === 'active')
          .flatMap((webhook) =>
            formatOf(webhook.format, webhook.formatVersion)
              .carries(event)
              .map((scope) => ({ webhook, scope })),
          ),
      webhook: (uid) => this.#webhooks.get(uid),
      onChange: () => () => {},
    };
    const delivery = createDelivery({
      database: this.database,
      webhooks: routing,
      sender: createSender({ allowPrivateTargets: true, requireHttps: false, userAgent: 'Fanfare/test' }),
      observer: {
        accepted: () => {},
        attempted: (report) => this.reports.push(report),
        troubled: (trouble) => this.troubles.push(trouble),
      },
      disableWebhook: (uid, reason) => {
        this.disabled.push({ uid, reason });
        const webhook = this.#webhooks.get(uid);
        if (webhook) void this.setStatus(webhook, 'disabled');
      },
      onCircuit: (change) => this.circuits.push(change),
      parkWithin: (delivery, reason, park) => this.#parkWithin(delivery, reason, park),
      userAgent: 'Fanfare/test',
      dispatch: true,
      alone: false,
      laneConcurrency: 32,
      globalConcurrency: 512,
      ...more,
    });
    await delivery.start();
    this.#running.push(delivery);
    return delivery;
  }

  async #parkWithin(...[{ id }, reason, park]: Parameters<DeliveryOptions['parkWithin']>): Promise<void> {
    const client = await this.database.pool.connect();
    try {
      await client.query('begin');
      if (await park(client)) this.parked.push({ id, reason });
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  event(more: Partial<FrozenEvent> = {}): FrozenEvent {
    return {
      id: newId('we'),
      type: 'order.placed',
      occurred_at: new Date().toISOString(),
      trust: 'server',
      organization: { id: this.organizationId, name: 'Aurora' },
      community: null,
      campaign: null,
      participant: null,
      seq: null,
      data: { order: 'A-1' },
      ...more,
    } as FrozenEvent;
  }

  async openRows() {
    return this.database.kysely.selectFrom('open_deliveries').selectAll().orderBy('id').execute();
  }

  async closedRows() {
    return this.database.kysely.selectFrom('closed_deliveries').selectAll().orderBy('id').execute();
  }

  async attemptRows() {
    return this.database.kysely.selectFrom('attempts').selectAll().orderBy('id').execute();
  }

  async eventIds(): Promise<string[]> {
    const rows = await this.database.kysely.selectFrom('events').select('id').orderBy('id').execute();
    return rows.map((row) => idFromUuid('we', row.id));
  }

  /** Stops the nodes that run; the database stays. */
  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((delivery) => delivery.stop(1_000)));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#test.drop();
  }
}
