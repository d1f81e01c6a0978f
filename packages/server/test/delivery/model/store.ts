import type { PoolClient } from 'pg';
import {
  type DeliveryId,
  idFromUuid,
  newId,
  type OrganizationId,
  type ParticipantId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../../../src/ids.ts';
import {
  claimDue,
  claimLines,
  createHistoryStore,
  createParkedStore,
  type Database,
  findLines,
  type LineClaim,
  type NewDeliveryRow,
  type Queryable,
  releaseEveryLease,
  type SettledRow,
  writeAccepted,
  writeCancelled,
  writeParked,
  writeReleased,
  writeSettled,
  writeSettledResends,
} from '../../../src/storage/index.ts';
import { leaseMinutes, retryMinutes, type WebhookName, webhookNames } from './model.ts';

const minuteMs = 60_000;
const timeoutMs = 1_000;
const leaseMarginMs = leaseMinutes * minuteMs - timeoutMs;

export type Verdict = 'delivered' | 'exhausted' | 'retry' | 'probe' | 'parked';

/** The statements of the way of an event, on a real database, as nodes call them. */
export class StoreUnderTest {
  readonly organization: OrganizationId = newId('org');
  readonly webhooks: Readonly<Record<WebhookName, WebhookUid>> = {
    any: newId('whk'),
    byParticipant: newId('whk'),
    byWebhook: newId('whk'),
  };
  readonly participants: readonly ParticipantId[] = [newId('usr'), newId('usr')];
  readonly #database: Database;
  readonly #clients = new Set<PoolClient>();

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<StoreUnderTest> {
    const store = new StoreUnderTest(database);
    await database.pool.query('delete from open_deliveries');
    await database.pool.query('insert into organizations (id, name) values ($1, $2)', [
      uuidOf(store.organization),
      'Harbour',
    ]);
    for (const name of webhookNames) {
      await database.pool.query(
        `insert into webhooks (uid, organization_id, id, name, url, method, format, format_version, retry_delays_ms, timeout_ms)
         values ($1, $2, $3, 'CRM', 'https://example.com', 'POST', 'standard', 1, '{}', ${timeoutMs})`,
        [uuidOf(store.webhooks[name]), uuidOf(store.organization), store.webhooks[name]],
      );
    }
    return store;
  }

  /** A transaction that the test ends. */
  async begin(): Promise<PoolClient> {
    const client = await this.#database.hotPool.connect();
    this.#clients.add(client);
    await client.query('begin');
    return client;
  }

  async end(client: PoolClient, how: 'commit' | 'rollback'): Promise<void> {
    await client.query(how);
    this.#clients.delete(client);
    client.release();
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await this.end(client, 'rollback');
  }

  nameOf(uid: Uuid): WebhookName {
    const name = webhookNames.find((one) => uuidOf(this.webhooks[one]) === uid);
    if (name === undefined) throw new Error(`nobody knows the webhook ${uid}`);
    return name;
  }

  lineOf(webhook: WebhookName, participant: ParticipantId): Uuid | null {
    if (webhook === 'any') return null;
    return uuidOf(webhook === 'byWebhook' ? this.webhooks.byWebhook : participant);
  }

  async accept(
    queryable: Queryable | null,
    webhook: WebhookName,
    about: readonly { readonly id: DeliveryId; readonly participant: ParticipantId }[],
  ): Promise<void> {
    const events = about.map(() => newId('we'));
    const deliveries = about.map(
      ({ id, participant }, n): NewDeliveryRow => ({
        submission: 0,
        id,
        organizationId: this.organization,
        webhookUid: this.webhooks[webhook],
        eventId: events[n] ?? newId('we'),
        format: 'standard',
        formatVersion: 1,
        scope: null,
        webhookName: 'CRM',
        createdAt: new Date(),
        leased: false,
        leaseMs: 0,
        line: this.lineOf(webhook, participant),
        participantId: webhook === 'any' ? null : participant,
      }),
    );
    await writeAccepted(queryable ?? this.#database.hotPool, {
      events: events.map((id, n) => ({
        submission: 0,
        id,
        organizationId: this.organization,
        type: 'x.y',
        occurredAt: new Date(),
        campaignId: null,
        participantId: about[n]?.participant ?? null,
        seq: null,
        body: '{}',
      })),
      deliveries,
      keys: [],
      lease: uuidOf(newId('att')),
    });
  }

  async claim(queryable: Queryable | null, lease: Uuid): Promise<{ id: DeliveryId; extra: boolean }[]> {
    const rows = await claimDue(queryable ?? this.#database.hotPool, {
      lease,
      leaseMarginMs,
      perLane: 1_000,
      rooms: new Map(),
      perLaneReplays: 0,
      replayRooms: new Map(),
      limit: 10_000,
      where: { after: '00000000-0000-0000-0000-000000000000' },
    });
    return rows.map(({ id, extra }) => ({ id: idFromUuid('dlv', id), extra }));
  }

  async dueLines(): Promise<{ webhook: WebhookName; line: Uuid }[]> {
    const rows = await findLines(this.#database.hotPool, [], 1_000);
    return rows
      .filter(({ due }) => due)
      .map(({ webhook_uid, line }) => ({ webhook: this.nameOf(webhook_uid), line }));
  }

  async claimLines(
    queryable: Queryable | null,
    lease: Uuid,
    lines: readonly { webhook: WebhookName; line: Uuid }[],
    most: number,
  ): Promise<{ id: DeliveryId; line: Uuid | null }[]> {
    const claims = lines.map(
      ({ webhook, line }): LineClaim => ({ webhookUid: this.webhooks[webhook], replay: false, line, most }),
    );
    const rows = await claimLines(queryable ?? this.#database.hotPool, {
      lease,
      leaseMarginMs,
      lines: claims,
      limit: 10_000,
    });
    return rows.map(({ id, line }) => ({ id: idFromUuid('dlv', id), line }));
  }

  /** Returns whether the delivery moved. */
  async settle(webhook: WebhookName, id: DeliveryId, lease: Uuid, verdict: Verdict): Promise<boolean> {
    const row = this.#settled(webhook, id, lease, verdict);
    if (verdict !== 'parked') return (await writeSettled(this.#database.hotPool, [row])) === 1;
    const client = await this.begin();
    const moved = await writeSettled(client, [row]);
    if (moved === 1) await writeParked(client, id);
    await this.end(client, 'commit');
    return moved === 1;
  }

  async settleResend(
    webhook: WebhookName,
    id: DeliveryId,
    lease: Uuid,
    acknowledged: boolean,
  ): Promise<boolean> {
    const row = this.#settled(webhook, id, lease, acknowledged ? 'delivered' : 'retry');
    return (await writeSettledResends(this.#database.hotPool, [row])) === 1;
  }

  async release(id: DeliveryId, extra: boolean, lease: Uuid, minutes: number): Promise<void> {
    await writeReleased(this.#database.hotPool, [
      { deliveryId: id, extra, lease, delayMs: minutes * minuteMs },
    ]);
  }

  async cancel(id: DeliveryId, lease: Uuid): Promise<void> {
    await writeCancelled(this.#database.hotPool, id, lease);
  }

  async resend(id: DeliveryId): Promise<string> {
    const history = createHistoryStore(this.#database);
    return (await history.resend(uuidOf(this.organization), uuidOf(id), new Date())).kind;
  }

  async decide(webhook: WebhookName, how: 'retry' | 'skip'): Promise<number> {
    return createParkedStore(this.#database)[how](uuidOf(this.webhooks[webhook]), 1_000);
  }

  async skipOne(id: DeliveryId): Promise<string> {
    return createParkedStore(this.#database).skipOne(uuidOf(this.organization), uuidOf(id));
  }

  /** A process that is alone on the database starts anew. */
  async restart(): Promise<void> {
    await releaseEveryLease(this.#database.pool);
  }

  /** Time passes for everything that waits. */
  async pass(minutes: number): Promise<void> {
    await this.#database.pool.query(
      `update open_deliveries set due_at = due_at - $1 * interval '1 minute' where due_at <> 'infinity'`,
      [minutes],
    );
  }

  async openRows() {
    const { rows } = await this.#database.pool.query<{
      id: Uuid;
      extra: boolean;
      webhook_uid: Uuid;
      kind: number;
      line: Uuid | null;
      attempts: number;
      retries: number;
      lease: Uuid | null;
      parked: boolean;
      minutes: number | null;
    }>(
      `select id, extra, webhook_uid, kind, line, attempts, retries, lease, parked_at is not null as parked,
              case when due_at = 'infinity' then null
                   else ceil(extract(epoch from due_at - now()) / 60)::int end as minutes
         from open_deliveries order by turn nulls last, id, extra`,
    );
    return rows;
  }

  async closedRows(): Promise<Map<DeliveryId, { state: string; attempts: number }>> {
    const { rows } = await this.#database.pool.query<{ id: Uuid; state: string; attempts: number }>(
      'select id, state, attempts from closed_deliveries where organization_id = $1',
      [uuidOf(this.organization)],
    );
    return new Map(rows.map(({ id, ...row }) => [idFromUuid('dlv', id), row]));
  }

  async attempts(): Promise<Map<DeliveryId, number>> {
    const { rows } = await this.#database.pool.query<{ id: Uuid; count: number }>(
      'select delivery_id as id, count(*)::int from attempts where organization_id = $1 group by delivery_id',
      [uuidOf(this.organization)],
    );
    return new Map(rows.map(({ id, count }) => [idFromUuid('dlv', id), count]));
  }

  #settled(webhook: WebhookName, id: DeliveryId, lease: Uuid, verdict: Verdict): SettledRow {
    const ends = verdict === 'delivered' || verdict === 'exhausted';
    return {
      deliveryId: id,
      lease,
      closeAs: ends ? verdict : null,
      delayMs: retryMinutes * minuteMs,
      counted: verdict !== 'probe',
      attempt: {
        id: newId('att'),
        organizationId: this.organization,
        webhookUid: this.webhooks[webhook],
        number: 1,
        startedAt: new Date(),
        outcome: 'answered',
        acknowledged: verdict === 'delivered',
        status: verdict === 'delivered' ? 200 : 500,
        method: 'POST',
        url: 'https://example.com',
        signature: '',
        address: null,
        message: null,
        responseHeaders: null,
        responseBody: null,
        responseCut: false,
        dnsMs: null,
        connectMs: null,
        tlsMs: null,
        waitMs: null,
        readMs: null,
        totalMs: 1,
      },
    };
  }
}
