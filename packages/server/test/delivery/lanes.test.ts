import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CircuitChange, Lanes, type LanesOptions } from '../../src/delivery/lanes.ts';
import type { LeasedDelivery } from '../../src/delivery/leased-delivery.ts';
import { newId, uuidOf, type WebhookUid } from '../../src/ids.ts';
import type { RateLimit } from '../../src/webhooks/index.ts';

/** Lanes whose attempts end only when the test says so. */
function startLanes(
  limits: {
    laneConcurrency?: number;
    globalConcurrency?: number;
    globalRoom?: number;
    rate?: RateLimit;
    takePermits?: LanesOptions['takePermits'];
  } = {},
) {
  const started: LeasedDelivery[] = [];
  const released: { delivery: LeasedDelivery; delayMs: number }[] = [];
  const ends: ((over: boolean) => void)[] = [];
  const gone: LeasedDelivery[] = [];
  const circuits: CircuitChange[] = [];
  const sleeps: { ms: number; wake: () => void }[] = [];
  let roomCalls = 0;
  let now = 1_000;
  const lanes = new Lanes({
    laneConcurrency: limits.laneConcurrency ?? 2,
    globalConcurrency: limits.globalConcurrency ?? 100,
    globalRoom: limits.globalRoom ?? 10_000,
    attempt: (delivery) => {
      started.push(delivery);
      return new Promise((resolve) => ends.push(resolve));
    },
    release: (deliveries, delayMs) => {
      for (const delivery of deliveries) released.push({ delivery, delayMs });
    },
    onRoom: () => {
      roomCalls += 1;
    },
    onLineGone: (delivery) => gone.push(delivery),
    onCircuit: (change) => circuits.push(change),
    circuitPolicy: { failures: 3, overMs: 1_000, firstProbeMs: 1_000, longestProbeMs: 8_000 },
    rateOf: () => limits.rate ?? null,
    takePermits: limits.takePermits ?? (async () => 0),
    sleep: (ms) => new Promise((resolve) => sleeps.push({ ms, wake: resolve })),
    now: () => now,
    wallNow: () => now,
    random: () => 0.5,
  });
  running.push(lanes);
  return {
    lanes,
    started,
    released,
    circuits,
    sleeps,
    gone,
    roomCalls: () => roomCalls,
    passTime: (ms: number) => {
      now += ms;
    },
    measure: () => vi.advanceTimersByTime(1_000),
    async endOldest(over = true) {
      ends.shift()?.(over);
      await Promise.resolve();
      await Promise.resolve();
    },
    endAll() {
      for (const end of ends.splice(0)) end(true);
    },
    give(uid: WebhookUid, more: Partial<LeasedDelivery> = {}): LeasedDelivery | null {
      if (!lanes.reserve(uid)) return null;
      const delivery = deliveryFor(uid, more);
      lanes.enqueue(delivery);
      return delivery;
    },
  };
}

// Only the timer that measures lanes once a second.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

const running: Lanes[] = [];
afterEach(() => {
  for (const lanes of running.splice(0)) void lanes.stop();
});

function deliveryFor(webhookUid: WebhookUid, more: Partial<LeasedDelivery>): LeasedDelivery {
  const organizationId = newId('org');
  return {
    id: newId('dlv'),
    resend: false,
    replay: false,
    organizationId,
    webhookUid,
    event: {
      id: newId('we'),
      type: 'x.y',
      occurred_at: '2026-11-21T00:00:00.000Z',
      trust: 'server',
      organization: { id: organizationId, name: 'O' },
      community: null,
      campaign: null,
      participant: null,
      seq: null,
      data: {},
    },
    format: 'standard',
    formatVersion: 1,
    scope: null,
    line: null,
    webhookName: 'W',
    createdAt: new Date(0),
    attempts: 0,
    retries: 0,
    lease: '00000000-0000-7000-8000-000000000000',
    leaseEndsAt: Number.POSITIVE_INFINITY,
    ...more,
  };
}

describe('lanes', () => {
  it('of organizations take turns, however many of one have something to send', async () => {
    const { give, started, endOldest } = startLanes({ globalConcurrency: 1 });
    const [large, small] = [newId('org'), newId('org')];
    for (let n = 0; n < 20; n++) give(newId('whk'), { organizationId: large });
    const one = give(newId('whk'), { organizationId: small });
    const other = give(newId('whk'), { organizationId: small });
    for (let n = 0; n < 4; n++) await endOldest();
    expect(started.slice(1).filter(({ organizationId }) => organizationId === small)).toEqual([one, other]);
  });

  it('whose receivers hang keep three quarters of the requests, and what hangs already is no hindrance', async () => {
    const { give, started, lanes, passTime, measure } = startLanes({
      globalConcurrency: 4,
      laneConcurrency: 10,
    });
    for (let n = 0; n < 6; n++) give(newId('whk'));
    expect(started).toHaveLength(4);
    const well = newId('whk');
    give(well);
    expect(started).toHaveLength(4);
    passTime(1_500);
    measure();
    // Four hang: three places are theirs, one is free, and those of which nothing is known come in turn.
    expect(started.length).toBe(5);
    passTime(1_500);
    measure();
    passTime(1_500);
    measure();
    expect(started.map(({ webhookUid }) => webhookUid)).toContain(well);
    expect(lanes.claimRoom).toBeGreaterThan(0);
  });

  it('give back what waits for a receiver that hangs, and hold little of it until something ends', async () => {
    const { give, started, released, lanes, passTime, measure, endOldest } = startLanes({
      laneConcurrency: 2,
    });
    const uid = newId('whk');
    const given = Array.from({ length: 6 }, () => give(uid));
    passTime(1_500);
    measure();
    expect(started).toEqual(given.slice(0, 2));
    expect(released.map(({ delivery, delayMs }) => [delivery, delayMs])).toEqual(
      given.slice(2).map((delivery) => [delivery, 0]),
    );
    for (let n = 0; n < 4; n++) lanes.settled(given[n + 2] ?? deliveryFor(uid, {}));
    expect(lanes.room(uid)).toBe(2);
    give(uid);
    await endOldest();
    expect(started).toHaveLength(3);
  });

  it('that are not known yet get two requests at first, and little of what waits in the database', async () => {
    const { give, started, lanes, endOldest } = startLanes({ laneConcurrency: 10 });
    const uid = newId('whk');
    for (let n = 0; n < 3; n++) give(uid);
    expect(started).toHaveLength(2);
    expect(lanes.room(uid)).toBe(1);
    await endOldest();
    expect(started).toHaveLength(3);
    expect(lanes.room(uid)).toBeGreaterThan(100);
  });

  it('leave a quarter of all places to what is accepted, however much waits in the database', () => {
    const { give, lanes } = startLanes({ globalRoom: 8, globalConcurrency: 1 });
    for (let n = 0; n < 5; n++) give(newId('whk'));
    expect(lanes.claimRoom).toBe(1);
    give(newId('whk'));
    expect(lanes.claimRoom).toBe(0);
    expect(give(newId('whk'))).not.toBeNull();
    expect(give(newId('whk'))).not.toBeNull();
    expect(give(newId('whk'))).toBeNull();
  });

  it('that fail again and again let others go first, and still get a turn', async () => {
    const { give, started, lanes, endOldest } = startLanes({ globalConcurrency: 1, laneConcurrency: 10 });
    const [failing, well] = [newId('whk'), newId('whk')];
    const organizationId = newId('org');
    for (let n = 0; n < 20; n++) give(failing, { organizationId });
    for (let n = 0; n < 2; n++) lanes.failed(failing, 'refused');
    for (let n = 0; n < 20; n++) give(well, { organizationId });
    for (let n = 0; n < 4; n++) await endOldest();
    expect(started.slice(1).filter(({ webhookUid }) => webhookUid === failing)).toHaveLength(2);
    lanes.failed(failing, 'refused');
    const before = started.length;
    for (let n = 0; n < 12; n++) await endOldest();
    const turns = started.slice(before).filter(({ webhookUid }) => webhookUid === failing).length;
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(turns).toBeLessThanOrEqual(4);
  });

  it('keep at most their concurrency under way and start the next as one ends', async () => {
    const { give, started, endOldest } = startLanes({ laneConcurrency: 2 });
    const uid = newId('whk');
    const given = [give(uid), give(uid), give(uid)];
    expect(started).toEqual(given.slice(0, 2));
    await endOldest();
    expect(started).toEqual(given);
  });

  it('let a busy lane wait for itself alone', () => {
    const { give, started } = startLanes({ laneConcurrency: 1 });
    const busy = newId('whk');
    for (let n = 0; n < 50; n++) give(busy);
    const other = give(newId('whk'));
    expect(started).toContain(other);
  });

  it('take turns within the global budget, one delivery at a time', async () => {
    const { give, started, endOldest } = startLanes({ laneConcurrency: 10, globalConcurrency: 1 });
    const [a, b, c] = [newId('whk'), newId('whk'), newId('whk')];
    for (let n = 0; n < 4; n++) give(a);
    give(b);
    give(c);
    for (let n = 0; n < 5; n++) await endOldest();
    expect(started.map((delivery) => delivery.webhookUid)).toEqual([a, a, b, c, a, a]);
  });

  it('let new deliveries and retries take turns', async () => {
    const { give, started, endOldest } = startLanes({ laneConcurrency: 1 });
    const uid = newId('whk');
    for (let n = 0; n < 3; n++) give(uid);
    for (let n = 0; n < 3; n++) give(uid, { retries: 1 });
    for (let n = 0; n < 5; n++) await endOldest();
    expect(started.map((delivery) => delivery.retries)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('hold no more than they can get done, and say when there is room again', async () => {
    const { lanes, give, roomCalls, endOldest } = startLanes({ laneConcurrency: 1, globalRoom: 4 });
    const uid = newId('whk');
    const given = Array.from({ length: 4 }, () => give(uid));
    expect(given).not.toContain(null);
    expect(give(uid)).toBeNull();
    expect(lanes.globalRoom).toBe(0);
    expect(lanes.hungry).toBe(false);
    await endOldest();
    const [first] = given;
    if (first) lanes.settled(first);
    expect(lanes.globalRoom).toBe(1);
    expect(roomCalls()).toBe(0);
  });

  it('make deliveries of one line one after the other, and say when nothing of it is left', async () => {
    const { lanes, give, started, gone, endOldest } = startLanes({ laneConcurrency: 10 });
    const uid = newId('whk');
    const [a, b] = [uuidOf(newId('usr')), uuidOf(newId('usr'))];
    const [a1, b1, a2] = [give(uid, { line: a }), give(uid, { line: b }), give(uid, { line: a })];
    expect(started).toEqual([a1, b1]);
    await endOldest();
    expect(started).toEqual([a1, b1, a2]);
    if (a1) lanes.settled(a1);
    expect(gone).toEqual([]);
    await endOldest();
    await endOldest();
    if (a2) lanes.settled(a2);
    expect(gone).toEqual([a2]);
  });

  it('give back what stands behind one that is not over', async () => {
    const { give, started, released, endOldest } = startLanes({ laneConcurrency: 10 });
    const uid = newId('whk');
    const line = uuidOf(newId('usr'));
    const [first, second, third] = [give(uid, { line }), give(uid, { line }), give(uid, { line })];
    await endOldest(false);
    expect(started).toEqual([first]);
    expect(released.map(({ delivery }) => delivery)).toEqual([second, third]);
  });

  it('let new ones, retries and lines take turns', async () => {
    const { give, started, endOldest } = startLanes({ laneConcurrency: 1 });
    const uid = newId('whk');
    give(uid);
    for (let n = 0; n < 3; n++) {
      give(uid);
      give(uid, { retries: 1 });
      give(uid, { line: uuidOf(newId('usr')) });
    }
    for (let n = 0; n < 8; n++) await endOldest();
    const kinds = started.map(({ line, retries }) =>
      line === null ? (retries > 0 ? 'retry' : 'new') : 'line',
    );
    expect(kinds.slice(1, 5).toSorted()).toEqual(['line', 'line', 'new', 'retry']);
  });

  it('give a place back when the delivery was not written', () => {
    const { lanes, give } = startLanes({ globalRoom: 1 });
    const uid = newId('whk');
    expect(lanes.reserve(uid)).toBe(true);
    expect(give(uid)).toBeNull();
    lanes.cancelReservation(uid);
    expect(give(uid)).not.toBeNull();
  });

  it('give back what waits when they pause, and start nothing until the pause ends', () => {
    const { lanes, give, started, released, passTime } = startLanes({ laneConcurrency: 1 });
    const uid = newId('whk');
    give(uid);
    const second = give(uid);
    lanes.pause(uid, 5_000);
    expect(released).toEqual([{ delivery: second, delayMs: 5_000 }]);
    expect(give(uid)).toBeNull();
    passTime(4_999);
    expect(give(uid)).toBeNull();
    passTime(1);
    expect(give(uid)).not.toBeNull();
    expect(started).toHaveLength(1);
  });

  it('double the pause while the receiver stays overloaded, and start short again once it is well', () => {
    const { lanes, passTime, released, give } = startLanes({ laneConcurrency: 0 });
    const uid = newId('whk');
    const pauses: number[] = [];
    for (let n = 0; n < 8; n++) {
      give(uid);
      lanes.pause(uid, 0);
      pauses.push(released.at(-1)?.delayMs ?? -1);
      passTime(60_000);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    lanes.succeeded(uid);
    give(uid);
    lanes.pause(uid, 0);
    expect(released.at(-1)?.delayMs).toBe(1_000);
  });

  it('stop only after what is under way has ended, and give the rest back', async () => {
    const { lanes, give, started, released, endAll } = startLanes({ laneConcurrency: 1 });
    const uid = newId('whk');
    give(uid);
    const waiting = give(uid);
    let stopped = false;
    const stop = lanes.stop().then(() => {
      stopped = true;
    });
    expect(released).toEqual([{ delivery: waiting, delayMs: 0 }]);
    await Promise.resolve();
    expect(stopped).toBe(false);
    endAll();
    await stop;
    expect(started).toHaveLength(1);
    expect(give(uid)).toBeNull();
  });
});

describe('deliveries of replays', () => {
  const replay = { replay: true };

  it('start when their lane has nothing new and no retry', async () => {
    const { lanes, give, started, endOldest } = startLanes({ laneConcurrency: 1 });
    const uid = newId('whk');
    const busy = give(uid);
    const old = deliveryFor(uid, replay);
    lanes.admit(old);
    const retry = give(uid, { retries: 1 });
    const fresh = give(uid);
    for (let n = 0; n < 3; n++) await endOldest();
    expect(started.slice(0, 3)).toEqual(expect.arrayContaining([busy, retry, fresh]));
    expect(started[3]).toBe(old);
  });

  it('leave half of the requests of a lane to what comes meanwhile', async () => {
    const { lanes, give, started, endOldest } = startLanes({ laneConcurrency: 4 });
    const uid = newId('whk');
    give(uid);
    await endOldest();
    for (let n = 0; n < 8; n++) lanes.admit(deliveryFor(uid, replay));
    expect(started).toHaveLength(3);
    const fresh = [give(uid), give(uid)];
    expect(started.slice(3)).toEqual(fresh);
  });

  it('leave half of all requests to others, and go on when one of theirs ends', async () => {
    const { lanes, give, started, endOldest } = startLanes({ laneConcurrency: 4, globalConcurrency: 4 });
    const [a, b, c] = [newId('whk'), newId('whk'), newId('whk')];
    for (const uid of [a, b]) {
      give(uid);
      await endOldest();
    }
    started.splice(0);
    for (const uid of [a, a, b, b]) lanes.admit(deliveryFor(uid, replay));
    expect(started.map(({ webhookUid }) => webhookUid)).toEqual([a, a]);
    give(c);
    expect(started).toHaveLength(3);
    await endOldest();
    expect(started.map(({ webhookUid }) => webhookUid)).toEqual([a, a, c, b]);
    await endOldest();
    expect(started.at(-1)?.webhookUid).toBe(b);
  });

  it('have room of their own, none of it while something else waits or the lane is paused', () => {
    const { lanes, give, passTime } = startLanes({ laneConcurrency: 4, globalRoom: 1_000 });
    const uid = newId('whk');
    expect(lanes.replayRooms()).toEqual({ usual: 4, rooms: new Map() });
    lanes.admit(deliveryFor(uid, replay));
    expect(lanes.replayRooms().rooms.get(uid)).toBe(3);
    for (let n = 0; n < 4; n++) give(uid);
    expect(lanes.replayRooms().rooms.get(uid)).toBe(0);
    const paused = newId('whk');
    lanes.pause(paused, 1_000);
    expect(lanes.replayRooms().rooms.get(paused)).toBe(0);
    passTime(1_000);
    expect(lanes.replayRooms().rooms.has(paused)).toBe(false);
  });

  it('fill a quarter of the places in all', () => {
    const { lanes } = startLanes({ laneConcurrency: 4, globalRoom: 40 });
    for (let n = 0; n < 10; n++) lanes.admit(deliveryFor(newId('whk'), replay));
    expect(lanes.replayRooms().usual).toBe(0);
    expect(lanes.hungry).toBe(false);
  });

  it('ask for more once half of what was taken is done, and not for what was not there', async () => {
    const { lanes, roomCalls, endOldest } = startLanes({ laneConcurrency: 4 });
    const uid = newId('whk');
    const rooms = lanes.replayRooms();
    for (let n = 0; n < 4; n++) lanes.admit(deliveryFor(uid, replay));
    lanes.replaysClaimed(rooms, new Map([[uid, 4]]));
    await endOldest();
    expect(roomCalls()).toBe(0);
    await endOldest();
    expect(roomCalls()).toBe(1);
    lanes.replaysClaimed(lanes.replayRooms(), new Map());
    expect(lanes.hungry).toBe(false);
  });

  it('are given back when their lane pauses', () => {
    const { lanes, released } = startLanes({ laneConcurrency: 2 });
    const uid = newId('whk');
    for (let n = 0; n < 3; n++) lanes.admit(deliveryFor(uid, replay));
    lanes.pause(uid, 1_000);
    expect(released.map(({ delivery }) => delivery.replay)).toEqual([true, true]);
    expect(lanes.replayRooms().usual).toBe(2);
  });
});
