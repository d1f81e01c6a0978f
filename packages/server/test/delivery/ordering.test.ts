import { setTimeout as pause } from 'node:timers/promises';
import { answer, type Receiver, type Step, startReceiver, waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrozenEvent } from '../../src/catalog/index.ts';
import type { Delivery } from '../../src/delivery/index.ts';
import { idFromUuid, newId, type ParticipantId, uuidOf } from '../../src/ids.ts';
import { createParkedStore } from '../../src/storage/index.ts';
import type { Ordering, Webhook } from '../../src/webhooks/index.ts';
import { DeliveryHarness } from './harness.ts';

/** What the receiver saw of one event: whose it is, its number, and what was answered. */
interface Seen {
  readonly of: string;
  readonly number: number;
  readonly status: number;
}

let harness: DeliveryHarness;
let receiver: Receiver;
let seen: Seen[];
/** Requests that were not answered yet, by whom they are about, and the most there were at once. */
let busy: Map<string, number>;
let mostPerPerson: number;
let mostInAll: number;
let statusOf: (of: string, number: number) => number;

beforeEach(async () => {
  seen = [];
  busy = new Map();
  mostPerPerson = 0;
  mostInAll = 0;
  statusOf = () => 200;
  receiver = await startReceiver({
    handler: (request): Step => {
      const body = JSON.parse(request.body.toString()) as {
        data: { details: { of: string; number: number } };
      };
      const data = body.data.details;
      busy.set(data.of, (busy.get(data.of) ?? 0) + 1);
      mostPerPerson = Math.max(mostPerPerson, busy.get(data.of) ?? 0);
      mostInAll = Math.max(
        mostInAll,
        [...busy.values()].reduce((sum, one) => sum + one, 0),
      );
      return async (conversation) => {
        const status = statusOf(data.of, data.number);
        await pause(data.number % 5);
        seen.push({ ...data, status });
        busy.set(data.of, (busy.get(data.of) ?? 0) - 1);
        await answer(status)(conversation);
      };
    },
  });
  harness = await DeliveryHarness.open();
});
afterEach(async () => {
  await harness.close();
  await receiver.close();
});

const people = new Map<string, ParticipantId>();
function person(of: string): ParticipantId {
  const known = people.get(of);
  if (known !== undefined) return known;
  const id = newId('usr');
  people.set(of, id);
  return id;
}

function event(of: string, number: number): FrozenEvent {
  return harness.event({
    participant: {
      id: person(of),
      external_id: of,
      email: null,
      first_name: null,
      last_name: null,
      phone: null,
      wallet: null,
      fields: {},
      test: false,
      total_points: 0,
      referral_points: 0,
      ugc_points: 0,
      multiplier_percent: 0,
      rank: null,
      team: null,
    },
    data: { of, number },
  });
}

function ordered(by: Ordering['by'], onFailure: Ordering['onFailure'], more: Partial<Webhook> = {}) {
  const retryPolicy = { delaysMs: [20, 20] };
  return harness.webhook(receiver.url, { ordering: { by, onFailure }, retryPolicy, ...more });
}

async function accept(node: Delivery, ...events: readonly FrozenEvent[]): Promise<void> {
  await node.accept({ organizationId: harness.organizationId, events, idempotency: null });
}

/** What was acknowledged of one, in the order of arrival. */
function acknowledged(of?: string): number[] {
  return seen
    .filter((one) => (of === undefined || one.of === of) && one.status === 200)
    .map((one) => one.number);
}

async function untilClosed(count: number): Promise<void> {
  await waitFor(async () => (await harness.closedRows()).length === count, {
    what: `${count} deliveries to end`,
    timeoutMs: 20_000,
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('deliveries in the order of their participants', () => {
  it('are made one after the other for each, and side by side for all', async () => {
    await ordered('participant', 'wait');
    const nodes = [await harness.start(), await harness.start()];
    for (const number of upTo(30)) {
      // The next event of somebody is accepted after the one before was, on whichever node.
      const node = nodes[number % 2] ?? nodes[0];
      if (node === undefined) throw new Error('no node');
      await Promise.all(['ann', 'ben', 'cem'].map((of) => accept(node, event(of, number))));
    }
    await untilClosed(90);
    for (const of of ['ann', 'ben', 'cem']) expect(acknowledged(of)).toEqual(upTo(30));
    expect(mostPerPerson).toBe(1);
    expect(mostInAll).toBeGreaterThan(1);
    expect(harness.troubles).toEqual([]);
  });

  it('keep the order of events that were accepted together', async () => {
    await ordered('participant', 'wait');
    const node = await harness.start();
    await accept(node, ...upTo(200).map((number) => event(number % 2 === 0 ? 'ann' : 'ben', number)));
    await untilClosed(200);
    expect(acknowledged('ann')).toEqual(upTo(200).filter((number) => number % 2 === 0));
    expect(acknowledged('ben')).toEqual(upTo(200).filter((number) => number % 2 === 1));
  });

  it('leave events about nobody unordered', async () => {
    await ordered('participant', 'wait');
    const node = await harness.start();
    await accept(node, harness.event({ data: { of: 'nobody', number: 1 } }));
    await untilClosed(1);
    expect(acknowledged()).toEqual([1]);
  });

  it('wait for the first as long as it takes, and for nobody else', async () => {
    let failing = true;
    statusOf = (of, number) => (failing && of === 'ann' && number === 1 ? 500 : 200);
    await ordered('participant', 'wait');
    const node = await harness.start();
    for (const number of upTo(4)) await accept(node, event('ann', number), event('ben', number));
    const tries = () => seen.filter(({ of, number }) => of === 'ann' && number === 1).length;
    // More often than the policy has attempts.
    await waitFor(() => tries() > 4, { what: 'the first of the line to be tried again and again' });
    await waitFor(() => acknowledged('ben').length === 4, { what: 'the others' });
    expect(acknowledged('ann')).toEqual([0]);
    failing = false;
    await untilClosed(8);
    expect(acknowledged('ann')).toEqual([0, 1, 2, 3]);
  });

  it('skip the first once its attempts are used up', async () => {
    statusOf = (of, number) => (of === 'ann' && number === 1 ? 500 : 200);
    await ordered('participant', 'skip');
    const node = await harness.start();
    for (const number of upTo(4)) await accept(node, event('ann', number));
    await untilClosed(4);
    expect(acknowledged('ann')).toEqual([0, 2, 3]);
    expect(seen.map(({ number }) => number)).toEqual([0, 1, 1, 1, 2, 3]);
    expect((await harness.closedRows()).map(({ state }) => state)).toEqual([
      'delivered',
      'exhausted',
      'delivered',
      'delivered',
    ]);
  });

  it('park the first, tell of it, and go on when its attempts begin anew', async () => {
    let failing = true;
    statusOf = (of, number) => (failing && of === 'ann' && number === 1 ? 500 : 200);
    const webhook = await ordered('participant', 'park');
    const node = await harness.start();
    for (const number of upTo(4)) await accept(node, event('ann', number), event('ben', number));
    await waitFor(() => harness.parked.length === 1, { what: 'the delivery to be parked' });
    await untilClosed(5);
    const [parked] = await harness.openRows();
    expect(harness.parked).toEqual([
      { id: idFromUuid('dlv', parked?.id ?? ''), reason: expect.stringContaining('500') },
    ]);
    expect(parked).toMatchObject({ attempts: 3, retries: 3, lease: null });
    expect(parked?.parked_at).not.toBeNull();
    expect(acknowledged('ann')).toEqual([0]);
    expect(acknowledged('ben')).toEqual([0, 1, 2, 3]);

    failing = false;
    expect(await createParkedStore(harness.database).retry(uuidOf(webhook.uid), 100)).toBe(1);
    await untilClosed(8);
    expect(acknowledged('ann')).toEqual([0, 1, 2, 3]);
  });

  it('go on once a parked one is given up', async () => {
    statusOf = (of, number) => (of === 'ann' && number === 0 ? 500 : 200);
    const webhook = await ordered('participant', 'park');
    const node = await harness.start();
    for (const number of upTo(3)) await accept(node, event('ann', number));
    await waitFor(() => harness.parked.length === 1, { what: 'the delivery to be parked' });
    expect(acknowledged('ann')).toEqual([]);
    expect(await createParkedStore(harness.database).skip(uuidOf(webhook.uid), 100)).toBe(1);
    await untilClosed(3);
    expect(acknowledged('ann')).toEqual([1, 2]);
    expect((await harness.closedRows()).map(({ state }) => state)).toEqual([
      'cancelled',
      'delivered',
      'delivered',
    ]);
  });

  it('are kept through a pause that the receiver asks for', async () => {
    const refused = new Set<number>();
    statusOf = (_, number) => {
      if (number % 4 !== 1 || refused.has(number)) return 200;
      refused.add(number);
      return 503;
    };
    await ordered('participant', 'wait');
    const node = await harness.start();
    await accept(node, ...upTo(6).map((number) => event('ann', number)));
    await untilClosed(6);
    expect(acknowledged('ann')).toEqual(upTo(6));
    expect(mostPerPerson).toBe(1);
  });

  it('drain in their order after the webhook asks for none any more', async () => {
    const webhook = await ordered('participant', 'wait');
    const before = await harness.start({ dispatch: false });
    await accept(before, ...upTo(5).map((number) => event('ann', number)));
    await harness.setOrdering(webhook, null);
    await harness.start();
    await untilClosed(5);
    expect(acknowledged('ann')).toEqual(upTo(5));
  });
});

describe('deliveries in the order of their webhook', () => {
  it('are made one after the other', async () => {
    await ordered('webhook', 'wait');
    const nodes = [await harness.start(), await harness.start()];
    for (const number of upTo(60)) {
      const node = nodes[number % 2] ?? nodes[0];
      if (node === undefined) throw new Error('no node');
      await accept(node, event(`p${number % 7}`, number));
    }
    await untilClosed(60);
    expect(acknowledged()).toEqual(upTo(60));
    expect(mostInAll).toBe(1);
  });

  it('wait for the first, whoever it is about', async () => {
    let failing = true;
    statusOf = (_, number) => (failing && number === 1 ? 500 : 200);
    await ordered('webhook', 'wait');
    const node = await harness.start();
    for (const number of upTo(4)) await accept(node, event(`p${number}`, number));
    await waitFor(() => seen.filter(({ number }) => number === 1).length > 4, {
      what: 'the first of the line to be tried again and again',
    });
    expect(acknowledged()).toEqual([0]);
    failing = false;
    await untilClosed(4);
    expect(acknowledged()).toEqual([0, 1, 2, 3]);
  });

  it('leave a parked participant aside, and nobody else', async () => {
    let failing = true;
    statusOf = (of, number) => (failing && of === 'ann' && number === 2 ? 500 : 200);
    const webhook = await ordered('webhook', 'park');
    const node = await harness.start();
    const whose = ['ann', 'ben', 'ann', 'ben', 'ann', 'cem', 'ann', 'ben'];
    for (const [number, of] of whose.entries()) await accept(node, event(of, number));
    await untilClosed(5);
    expect(acknowledged()).toEqual([0, 1, 3, 5, 7]);
    expect(harness.parked).toHaveLength(1);

    // What comes later waits behind it as well.
    await accept(node, event('ann', 8), event('ben', 9));
    await untilClosed(6);
    expect(acknowledged()).toEqual([0, 1, 3, 5, 7, 9]);

    failing = false;
    await createParkedStore(harness.database).retry(uuidOf(webhook.uid), 100);
    await untilClosed(10);
    expect(acknowledged('ann')).toEqual([0, 2, 4, 6, 8]);
    await accept(node, event('ann', 10));
    await untilClosed(11);
    expect(acknowledged('ann').at(-1)).toBe(10);
  });
});
