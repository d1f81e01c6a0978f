import { verify } from '@fanfare/signature/node';
import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/delivery/index.ts';
import { idFromUuid, newId, uuidOf } from '../../src/ids.ts';
import { DeliveryHarness, secret } from './harness.ts';

let harness: DeliveryHarness;
let receiver: Receiver;
let status = 200;
let headers: Record<string, string> = {};
let delayMs = 0;

beforeEach(async () => {
  status = 200;
  headers = {};
  delayMs = 0;
  receiver = await startReceiver({ handler: () => answer(status, { headers, body: 'ok', delayMs }) });
  harness = await DeliveryHarness.open();
});
afterEach(async () => {
  await harness.close();
  await receiver.close();
});

const keyed = (key: string, answer: string, body = 'a') => ({
  key,
  answer,
  fingerprint: Buffer.alloc(32, body),
});

describe('an accepted event', () => {
  it('is delivered, signed, and on record with its one attempt', async () => {
    const webhook = await harness.webhook(receiver.url);
    const delivery = await harness.start();
    const event = harness.event();

    const receipt = await delivery.accept({
      organizationId: harness.organizationId,
      events: [event],
      idempotency: null,
    });
    expect(receipt).toEqual({ kind: 'accepted' });
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the delivery to close' });

    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({ 'webhook-event-id': event.id, 'webhook-attempt': '1' });
    expect(verify(request?.body ?? '', request?.headers ?? {}, secret)).toMatchObject({ ok: true });
    expect(await harness.openRows()).toEqual([]);
    const [closed] = await harness.closedRows();
    expect(closed).toMatchObject({
      webhook_uid: uuidOf(webhook.uid),
      event_id: uuidOf(event.id),
      state: 'delivered',
      attempts: 1,
    });
    expect(request?.headers['webhook-id']).toBe(idFromUuid('dlv', closed?.id ?? ''));
    const [attempt] = await harness.attemptRows();
    expect(attempt).toMatchObject({
      delivery_id: closed?.id,
      number: 1,
      outcome: 'answered',
      status: 200,
      acknowledged: true,
      signature: request?.headers['webhook-signature'],
    });
    const answer = await harness.database.kysely.selectFrom('response_bodies').selectAll().executeTakeFirst();
    expect({ id: answer?.id, body: answer?.body.toString() }).toEqual({ id: attempt?.id, body: 'ok' });
  });

  it('is recorded when no webhook matches it', async () => {
    const delivery = await harness.start();
    const event = harness.event();
    await delivery.accept({ organizationId: harness.organizationId, events: [event], idempotency: null });
    expect(await harness.eventIds()).toEqual([event.id]);
    expect(await harness.openRows()).toEqual([]);
  });

  it('goes to every matching webhook, each with a delivery of its own', async () => {
    await harness.webhook(receiver.url);
    await harness.webhook(receiver.url, { format: 'cloudevents', mode: 'binary' });
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(async () => (await harness.closedRows()).length === 2, {
      what: 'both deliveries to close',
    });
    const ids = receiver.requests.map((request) => request.headers['webhook-id']);
    expect(new Set(ids).size).toBe(2);
  });

  it('is sent only by nodes that dispatch; the others leave it as a row', async () => {
    await harness.webhook(receiver.url);
    const api = await harness.start({ dispatch: false });
    await api.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    expect(await harness.openRows()).toMatchObject([{ lease: null, kind: 0 }]);
    await harness.start();
    await waitFor(async () => (await harness.closedRows()).length === 1, {
      what: 'the other node to deliver',
    });
  });

  it('does not take the others of its batch with it when the database refuses it', async () => {
    const delivery = await harness.start();
    const good = harness.event();
    const bad = harness.event({ type: 'nul\u0000byte' });
    const results = await Promise.allSettled(
      [good, bad].map((event) =>
        delivery.accept({ organizationId: harness.organizationId, events: [event], idempotency: null }),
      ),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect(await harness.eventIds()).toEqual([good.id]);
  });
});

describe('a failed attempt', () => {
  it('is made again after the pause of the policy, with the same id and the next number', async () => {
    await harness.webhook(receiver.url, { retryPolicy: { delaysMs: [100, 100] } });
    status = 500;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(() => receiver.requests.length === 1, { what: 'the first attempt' });
    status = 200;
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the retry to succeed' });
    expect(receiver.requests.map((request) => request.headers['webhook-attempt'])).toEqual(['1', '2']);
    expect(new Set(receiver.requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(receiver.requests[0]?.body).toEqual(receiver.requests[1]?.body);
    expect(await harness.closedRows()).toMatchObject([{ state: 'delivered', attempts: 2, retries: 1 }]);
    expect(await harness.attemptRows()).toMatchObject([
      { number: 1, status: 500, acknowledged: false },
      { number: 2, status: 200, acknowledged: true },
    ]);
  });

  it('ends the delivery as exhausted when the policy has no more pauses', async () => {
    await harness.webhook(receiver.url, { retryPolicy: { delaysMs: [50] } });
    status = 500;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the delivery to end' });
    expect(await harness.closedRows()).toMatchObject([{ state: 'exhausted', attempts: 2 }]);
  });

  it('disables the webhook on 410, and the delivery waits until it is enabled again', async () => {
    const webhook = await harness.webhook(receiver.url, { retryPolicy: { delaysMs: [50] } });
    status = 410;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(() => harness.disabled.length === 1, { what: 'the webhook to be disabled' });
    await waitFor(async () => (await harness.openRows())[0]?.kind === 1, {
      what: 'the retry to be scheduled',
    });
    expect(harness.disabled[0]?.reason).toContain('410');
    status = 200;
    await harness.setStatus(webhook, 'active');
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the delivery to resume' });
    expect(await harness.closedRows()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('slows the whole lane down on 503 with Retry-After', async () => {
    await harness.webhook(receiver.url, { retryPolicy: { delaysMs: [60_000] } });
    status = 503;
    headers = { 'retry-after': '30' };
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(async () => (await harness.attemptRows()).length === 1, { what: 'the first attempt' });
    status = 200;
    const second = harness.event();
    await delivery.accept({ organizationId: harness.organizationId, events: [second], idempotency: null });
    const rows = await harness.openRows();
    expect(rows).toHaveLength(2);
    expect(rows.find((row) => row.event_id === uuidOf(second.id))).toMatchObject({
      lease: null,
      attempts: 0,
    });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('a lease', () => {
  it('that a crashed node held is taken over once it has ended', async () => {
    await harness.webhook(receiver.url);
    const accepting = await harness.start({ dispatch: false });
    await accepting.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await harness.database.kysely
      .updateTable('open_deliveries')
      .set({ lease: uuidOf(newId('att')), due_at: new Date(Date.now() + 800) })
      .execute();
    await harness.start();
    await waitFor(async () => (await harness.closedRows()).length === 1, {
      what: 'the lease to be taken over',
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('lost during the attempt leaves the delivery to the new holder and the attempt on record', async () => {
    await harness.webhook(receiver.url);
    delayMs = 300;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(() => receiver.requests.length === 1, { what: 'the attempt to be under way' });
    const thief = uuidOf(newId('att'));
    await harness.database.kysely.updateTable('open_deliveries').set({ lease: thief }).execute();
    await waitFor(async () => (await harness.attemptRows()).length === 1, { what: 'the attempt on record' });
    expect(await harness.openRows()).toMatchObject([{ lease: thief, attempts: 0 }]);
    expect(harness.troubles).toMatchObject([{ step: 'settle' }]);
  });

  it('is given back uncounted when the node stops in the middle of the request', async () => {
    await harness.webhook(receiver.url, { timeoutMs: 20_000 });
    delayMs = 10_000;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(() => receiver.requests.length === 1, { what: 'the attempt to be under way' });
    await delivery.stop(50);
    expect(await harness.openRows()).toMatchObject([{ lease: null, attempts: 0, kind: 0 }]);
    expect(await harness.attemptRows()).toEqual([]);
  });

  it('is respected by a second node: every delivery is attempted once', async () => {
    await harness.webhook(receiver.url);
    const accepting = await harness.start({ dispatch: false });
    const events = Array.from({ length: 400 }, () => harness.event());
    await accepting.accept({ organizationId: harness.organizationId, events, idempotency: null });
    await Promise.all([harness.start(), harness.start(), harness.start()]);
    await waitFor(async () => (await harness.closedRows()).length === 400, { what: 'all deliveries' });
    const ids = receiver.requests.map((request) => request.headers['webhook-id']);
    expect(ids).toHaveLength(400);
    expect(new Set(ids).size).toBe(400);
  });
});

describe('a resend by hand', () => {
  async function resend(deliveryId: string, webhookUid: string): Promise<void> {
    const row = await harness.database.kysely
      .selectFrom('deliveries')
      .selectAll()
      .where('id', '=', deliveryId)
      .executeTakeFirstOrThrow();
    await harness.database.kysely
      .insertInto('open_deliveries')
      .values({
        id: deliveryId,
        extra: true,
        organization_id: row.organization_id,
        webhook_uid: webhookUid,
        event_id: row.event_id,
        format: row.format,
        format_version: row.format_version,
        scope: row.scope,
        webhook_name: row.webhook_name,
        created_at: row.created_at,
        attempts: row.attempts,
        retries: 0,
        kind: 2,
        due_at: new Date(),
        lease: null,
      })
      .execute();
    await harness.database.notify('fanfare_due', webhookUid);
  }

  async function failOnce() {
    const webhook = await harness.webhook(receiver.url, { retryPolicy: { delaysMs: [600_000] } });
    status = 500;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(async () => (await harness.openRows())[0]?.kind === 1, {
      what: 'the retry to be scheduled',
    });
    const [row] = await harness.openRows();
    if (!row) throw new Error('no open delivery');
    return { webhook, row };
  }

  it('that fails neither cancels nor moves the schedule', async () => {
    const { webhook, row } = await failOnce();
    await resend(row.id, uuidOf(webhook.uid));
    await waitFor(async () => (await harness.attemptRows()).length === 2, { what: 'the resend' });
    expect(await harness.openRows()).toEqual([{ ...row, attempts: 2 }]);
    expect(await harness.attemptRows()).toMatchObject([{ resend: false }, { resend: true, number: 2 }]);
  });

  it('that is acknowledged ends the delivery: nothing is left to schedule', async () => {
    const { webhook, row } = await failOnce();
    status = 200;
    await resend(row.id, uuidOf(webhook.uid));
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the delivery to end' });
    expect(await harness.openRows()).toEqual([]);
    expect(await harness.closedRows()).toMatchObject([{ id: row.id, state: 'delivered', attempts: 2 }]);
  });

  it('turns an exhausted delivery into a delivered one', async () => {
    const webhook = await harness.webhook(receiver.url, { retryPolicy: { delaysMs: [] } });
    status = 500;
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(async () => (await harness.closedRows()).length === 1, {
      what: 'the delivery to be exhausted',
    });
    const [row] = await harness.closedRows();
    status = 200;
    await resend(row?.id ?? '', uuidOf(webhook.uid));
    await waitFor(async () => (await harness.closedRows())[0]?.state === 'delivered', { what: 'the resend' });
    expect(await harness.closedRows()).toMatchObject([{ attempts: 2 }]);
    expect(await harness.openRows()).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  it('lets one of many racing requests through and gives the others its answer', async () => {
    await harness.webhook(receiver.url);
    const nodes = await Promise.all([harness.start(), harness.start()]);
    const receipts = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        nodes[n % 2]?.accept({
          organizationId: harness.organizationId,
          events: [harness.event()],
          idempotency: keyed('order-1', `answer ${n}`),
        }),
      ),
    );
    expect(receipts.filter((receipt) => receipt?.kind === 'accepted')).toHaveLength(1);
    const repeated = receipts.filter((receipt): receipt is Extract<Receipt, { kind: 'repeated' }> => {
      return receipt?.kind === 'repeated';
    });
    expect(repeated).toHaveLength(39);
    expect(new Set(repeated.map((receipt) => receipt.answer)).size).toBe(1);
    expect(await harness.eventIds()).toHaveLength(1);
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the one delivery' });
    expect(receiver.requests).toHaveLength(1);
  });

  it('refuses another body', async () => {
    const delivery = await harness.start();
    const send = (body: string) =>
      delivery.accept({
        organizationId: harness.organizationId,
        events: [harness.event()],
        idempotency: keyed('order-2', 'first', body),
      });
    expect(await send('a')).toEqual({ kind: 'accepted' });
    expect(await send('a')).toEqual({ kind: 'repeated', answer: 'first' });
    expect(await send('b')).toEqual({ kind: 'key_reused' });
    expect(await harness.eventIds()).toHaveLength(1);
  });

  it('does not hold back requests without one in the same batch', async () => {
    const delivery = await harness.start();
    const submit = (idempotency: ReturnType<typeof keyed> | null) =>
      delivery.accept({ organizationId: harness.organizationId, events: [harness.event()], idempotency });
    await submit(keyed('order-3', 'first'));
    const receipts = await Promise.all([
      submit(keyed('order-3', 'x')),
      submit(null),
      submit(keyed('order-4', 'y')),
    ]);
    expect(receipts.map((receipt) => receipt.kind)).toEqual(['repeated', 'accepted', 'accepted']);
    expect(await harness.eventIds()).toHaveLength(3);
  });

  it('is forgotten after 48 hours', async () => {
    const delivery = await harness.start();
    const send = () =>
      delivery.accept({
        organizationId: harness.organizationId,
        events: [harness.event()],
        idempotency: keyed('order-5', 'first'),
      });
    await send();
    await harness.database.kysely
      .updateTable('idempotency_keys')
      .set({ created_at: new Date(Date.now() - 49 * 3_600_000) })
      .execute();
    expect(await send()).toEqual({ kind: 'accepted' });
    expect(await harness.eventIds()).toHaveLength(2);
  });
});

describe('many events at once', () => {
  it('overflow into rows and are all delivered', async () => {
    await harness.webhook(receiver.url);
    const delivery = await harness.start();
    await Promise.all(
      Array.from({ length: 30 }, () =>
        delivery.accept({
          organizationId: harness.organizationId,
          events: Array.from({ length: 100 }, () => harness.event()),
          idempotency: null,
        }),
      ),
    );
    await waitFor(async () => (await harness.openRows()).length === 0, {
      what: 'every delivery to close',
      timeoutMs: 30_000,
    });
    expect(await harness.closedRows()).toHaveLength(3_000);
    expect(new Set(receiver.requests.map((request) => request.headers['webhook-event-id'])).size).toBe(3_000);
    expect(harness.troubles).toEqual([]);
  });

  it('for a webhook that is not active keep the healthy one waiting for nothing', async () => {
    const dead = await harness.webhook(receiver.url, { name: 'dead' });
    const accepting = await harness.start({ dispatch: false });
    await accepting.accept({
      organizationId: harness.organizationId,
      events: Array.from({ length: 1_000 }, () => harness.event()),
      idempotency: null,
    });
    await harness.setStatus(dead, 'inactive');
    const healthy = await harness.webhook(receiver.url, { name: 'healthy' });
    const delivery = await harness.start();
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(async () => (await harness.closedRows()).length === 1, { what: 'the healthy delivery' });
    expect(await harness.closedRows()).toMatchObject([{ webhook_uid: uuidOf(healthy.uid) }]);
    expect(await harness.openRows()).toHaveLength(1_000);
    await harness.setStatus(dead, 'active');
    await waitFor(async () => (await harness.openRows()).length === 0, { what: 'the paused ones to resume' });
  });
});
