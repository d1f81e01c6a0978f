import type { WebhookUid } from '../ids.ts';
import type { RateLimit } from '../webhooks/index.ts';
import { type AdaptiveRate, type AnswerSeen, afterAnswer, firstRate } from './adaptive-rate.ts';
import { afterFailure, afterSuccess, type Circuit, type CircuitPolicy, closedCircuit } from './circuit.ts';
import type { LeasedDelivery } from './leased-delivery.ts';

/**
 * What this node holds in memory, by lane: a lane is a webhook.
 *
 * A lane holds little: as much as it got done in the last second, so a quick receiver is never short of
 * work and a hanging one holds next to nothing. What does not fit stays a row in the database and is
 * claimed once there is room. Lanes take turns one delivery at a time, within a lane new deliveries and
 * retries take turns, and no lane has more than `laneConcurrency` requests under way. A receiver that fails again and
 * again gets one request at a time, now and then, until it answers (circuit.ts).
 */
export interface LanesOptions {
  /** Requests under way per lane. */
  readonly laneConcurrency: number;
  /** Requests under way in all. */
  readonly globalConcurrency: number;
  /** Deliveries held in memory in all: reserved, waiting, under way, not yet settled. */
  readonly globalRoom: number;
  /** Makes one attempt. Never rejects. */
  readonly attempt: (delivery: LeasedDelivery) => Promise<void>;
  /** Takes back what a paused or stopping lane still held, untried. */
  readonly release: (deliveries: readonly LeasedDelivery[], delayMs: number) => void;
  /** A lane that had to leave rows behind has room again. */
  readonly onRoom: () => void;
  /** A lane opened, was probed in vain, or closed again. */
  readonly onCircuit: (change: CircuitChange) => void;
  readonly circuitPolicy: CircuitPolicy;
  /** How fast requests to this webhook may leave; asked when its lane is made and when its settings changed. */
  readonly rateOf: (uid: WebhookUid) => RateLimit | null;
  /** Takes permits of a fixed rate, which all nodes share; how long to wait before using them, in ms. */
  readonly takePermits: (
    uid: WebhookUid,
    permits: { readonly count: number; readonly perSecond: number },
  ) => Promise<number>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Wall clock, milliseconds: what nodes tell each other. */
  readonly wallNow: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface CircuitChange {
  readonly uid: WebhookUid;
  readonly before: Circuit;
  readonly after: Circuit;
  /** Why the last attempt failed, for the webhook's owner; null when it did not. */
  readonly reason: string | null;
}

interface Lane {
  readonly uid: WebhookUid;
  readonly fresh: Fifo<LeasedDelivery>;
  readonly again: Fifo<LeasedDelivery>;
  takeAgainNext: boolean;
  reserved: number;
  underWay: number;
  /** How many deliveries the lane may hold. */
  pace: number;
  finished: number;
  wasFull: boolean;
  pausedUntil: number;
  /** How long the last pause was; the next one doubles it. */
  pauseMs: number;
  /** Rows were left in the database for want of room. */
  leftBehind: boolean;
  circuit: Circuit;
  rate: RateLimit | null;
  /** Of an adaptive rate: where it stands. */
  adaptive: AdaptiveRate | null;
  /** Of an adaptive rate: when its next permits begin. */
  permitsFrom: number;
  /** Requests that may leave now, where there is a rate. */
  permits: number;
  asking: boolean;
}

const initialPace = 512;
const highestPace = 4_096;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** Of a lane with a rate, so much is held in memory: what waits longer would outlive its lease. */
const heldSeconds = 10;
const permitRetryMs = 1_000;

export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<WebhookUid, Lane>();
  /** Lanes that could start an attempt now, in the order of their turns. */
  readonly #ready = new Set<Lane>();
  readonly #timer: NodeJS.Timeout;
  #held = 0;
  #underWay = 0;
  #stopped = false;
  #onIdle: (() => void) | null = null;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#measurePace(), 1_000);
    this.#timer.unref();
  }

  /** Takes a place for a delivery that is about to be leased; false when it must stay a row. */
  reserve(uid: WebhookUid): boolean {
    if (this.#stopped) return false;
    const lane = this.#lane(uid);
    if (this.#roomOf(lane) <= 0) {
      lane.wasFull = true;
      lane.leftBehind = true;
      return false;
    }
    lane.reserved += 1;
    this.#held += 1;
    return true;
  }

  /** Gives a reserved place back: the delivery was not written after all. */
  cancelReservation(uid: WebhookUid): void {
    const lane = this.#lane(uid);
    lane.reserved -= 1;
    this.#held -= 1;
  }

  /** Hands over a leased delivery for which a place was reserved. */
  enqueue(delivery: LeasedDelivery): void {
    const lane = this.#lane(delivery.webhookUid);
    lane.reserved -= 1;
    if (this.#stopped || lane.pausedUntil > this.#options.now()) {
      this.#options.release([delivery], 0);
      return;
    }
    (delivery.retries > 0 || delivery.resend ? lane.again : lane.fresh).push(delivery);
    if (lane.underWay < this.#limitOf(lane)) this.#ready.add(lane);
    this.#pump();
  }

  /** Takes in a delivery that was claimed for this lane, within the room it had. */
  admit(delivery: LeasedDelivery): void {
    this.#lane(delivery.webhookUid).reserved += 1;
    this.#held += 1;
    this.enqueue(delivery);
  }

  /** How many more deliveries a lane may be given, for those that have less room than usual or left rows behind. */
  rooms(usual: number): ReadonlyMap<WebhookUid, number> {
    const rooms = new Map<WebhookUid, number>();
    for (const lane of this.#lanes.values()) {
      const room = Math.max(0, this.#roomOf(lane));
      if (room < usual || lane.leftBehind) rooms.set(lane.uid, room);
    }
    return rooms;
  }

  /** How many more deliveries this node may hold. */
  get globalRoom(): number {
    return this.#stopped ? 0 : Math.max(0, this.#options.globalRoom - this.#held);
  }

  /** Rows were left behind for a lane and it has room by now. */
  get hungry(): boolean {
    if (this.globalRoom === 0) return false;
    for (const lane of this.#lanes.values()) {
      if (lane.leftBehind && this.#isHalfEmpty(lane)) return true;
    }
    return false;
  }

  /** A claim found fewer rows for the lane than there was room: nothing is left behind. */
  caughtUp(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane) lane.leftBehind = false;
  }

  leaveBehind(uid: WebhookUid): void {
    this.#lane(uid).leftBehind = true;
  }

  /**
   * The receiver asked for less: nothing starts in this lane for `atLeastMs`, or twice the last pause
   * if that is longer (at most a minute). What waits goes back to the database.
   */
  pause(uid: WebhookUid, atLeastMs: number): void {
    const lane = this.#lane(uid);
    const now = this.#options.now();
    if (lane.pausedUntil <= now) {
      lane.pauseMs = lane.pauseMs === 0 ? firstPauseMs : Math.min(longestPauseMs, lane.pauseMs * 2);
    }
    const pauseMs = Math.max(atLeastMs, lane.pauseMs);
    lane.pausedUntil = Math.max(lane.pausedUntil, now + pauseMs);
    lane.leftBehind = true;
    this.#ready.delete(lane);
    const waiting = [...lane.fresh.drain(), ...lane.again.drain()];
    if (waiting.length > 0) this.#options.release(waiting, pauseMs);
  }

  /** The receiver acknowledged: the next pause starts short again, and an open circuit begins to close. */
  succeeded(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane === undefined) return;
    if (lane.pauseMs !== 0 && lane.pausedUntil <= this.#options.now()) lane.pauseMs = 0;
    const waiting = lane.leftBehind || lane.fresh.size + lane.again.size > 0;
    this.#turn(lane, afterSuccess(lane.circuit, this.#options.laneConcurrency, waiting), null);
  }

  /**
   * The receiver did not acknowledge. Returns how long everything in the lane waits now, in ms, if its circuit is open.
   */
  failed(uid: WebhookUid, reason: string): number | null {
    const lane = this.#lane(uid);
    const now = this.#options.wallNow();
    const { circuitPolicy: policy, random } = this.#options;
    this.#turn(lane, afterFailure(lane.circuit, { policy, now, random: random() }), reason);
    return lane.circuit.state === 'open' ? Math.max(0, lane.circuit.probeAt - now) : null;
  }

  /** Whether an attempt that starts now only finds out whether the receiver is back. */
  probing(uid: WebhookUid): boolean {
    return this.#lanes.get(uid)?.circuit.state === 'open';
  }

  /** What another node, or this one before it was started anew, found out about a receiver. */
  hear(uid: WebhookUid, circuit: Circuit): void {
    const lane = this.#lane(uid);
    lane.circuit = circuit;
    this.#applyCircuit(lane);
  }

  /** An answer, or that none came, for a rate that follows the receiver. */
  answered(uid: WebhookUid, seen: AnswerSeen): void {
    const lane = this.#lanes.get(uid);
    if (lane === undefined || lane.adaptive === null) return;
    const busy = lane.asking || lane.leftBehind || lane.fresh.size + lane.again.size > 0;
    const most = lane.rate?.perSecond ?? null;
    lane.adaptive = afterAnswer(lane.adaptive, seen, { now: this.#options.now(), most, busy });
  }

  /** Its settings changed, perhaps for the better: whether it is back may be found out at once. */
  reconsider(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane === undefined) return;
    this.#setRate(lane);
    if (lane.circuit.state !== 'open') return;
    lane.circuit = { ...lane.circuit, probeAt: this.#options.wallNow() };
    lane.pausedUntil = 0;
    this.#options.onRoom();
  }

  #turn(lane: Lane, after: Circuit, reason: string | null): void {
    const before = lane.circuit;
    lane.circuit = after;
    if (before.state === after.state && before.probeAt === after.probeAt) return;
    this.#applyCircuit(lane);
    if (before.state !== after.state || after.state === 'open') {
      this.#options.onCircuit({ uid: lane.uid, before, after, reason });
    }
  }

  #applyCircuit(lane: Lane): void {
    const { circuit } = lane;
    if (circuit.state !== 'open') {
      lane.pausedUntil = 0;
      if (lane.fresh.size + lane.again.size > 0) this.#ready.add(lane);
      if (lane.leftBehind) this.#options.onRoom();
      this.#pump();
      return;
    }
    const waitMs = Math.max(0, circuit.probeAt - this.#options.wallNow());
    if (waitMs === 0) return;
    lane.pausedUntil = Math.max(lane.pausedUntil, this.#options.now() + waitMs);
    lane.leftBehind = true;
    this.#ready.delete(lane);
    const waiting = [...lane.fresh.drain(), ...lane.again.drain()];
    if (waiting.length > 0) this.#options.release(waiting, waitMs);
  }

  #setRate(lane: Lane): void {
    const rate = this.#options.rateOf(lane.uid);
    lane.rate = rate;
    if (rate?.kind !== 'adaptive') lane.adaptive = null;
    else lane.adaptive ??= firstRate(this.#options.now());
    if (lane.fresh.size + lane.again.size > 0) this.#ready.add(lane);
  }

  #perSecond(lane: Lane): number | null {
    return lane.adaptive?.perSecond ?? lane.rate?.perSecond ?? null;
  }

  /** Asks for permits, a quarter of a second's at most, and goes on once they may be used. */
  async #askForPermits(lane: Lane): Promise<void> {
    const perSecond = this.#perSecond(lane);
    if (lane.asking || perSecond === null) return;
    lane.asking = true;
    const waiting = lane.fresh.size + lane.again.size;
    const count = Math.max(1, Math.min(waiting, Math.floor(perSecond / 4)));
    try {
      await this.#options.sleep(await this.#permitsWaitMs(lane, count, perSecond));
      lane.permits = count;
    } catch {
      // The database cannot be asked; whatever is wrong with it is told where it is used for more than this.
      await this.#options.sleep(permitRetryMs);
    }
    lane.asking = false;
    if (lane.fresh.size + lane.again.size === 0) return;
    this.#ready.add(lane);
    this.#pump();
  }

  async #permitsWaitMs(lane: Lane, count: number, perSecond: number): Promise<number> {
    if (lane.adaptive === null) return this.#options.takePermits(lane.uid, { count, perSecond });
    const now = this.#options.now();
    const from = Math.max(now, lane.permitsFrom);
    lane.permitsFrom = from + (count * 1_000) / perSecond;
    return from - now;
  }

  /** How many requests it may have under way. */
  #limitOf({ circuit }: Lane): number {
    const { laneConcurrency } = this.#options;
    if (circuit.state === 'closed') return laneConcurrency;
    return circuit.state === 'open' ? 1 : Math.min(laneConcurrency, circuit.allowed);
  }

  /** What became of a delivery, attempted or given back, is in the database: its place is free. */
  settled(): void {
    this.#held -= 1;
  }

  /** Starts nothing more, gives back what waits, and resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#ready.clear();
    const waiting: LeasedDelivery[] = [];
    for (const lane of this.#lanes.values()) waiting.push(...lane.fresh.drain(), ...lane.again.drain());
    if (waiting.length > 0) this.#options.release(waiting, 0);
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #lane(uid: WebhookUid): Lane {
    const known = this.#lanes.get(uid);
    if (known) return known;
    const lane: Lane = {
      uid,
      fresh: new Fifo(),
      again: new Fifo(),
      takeAgainNext: false,
      reserved: 0,
      underWay: 0,
      pace: initialPace,
      finished: 0,
      wasFull: false,
      pausedUntil: 0,
      pauseMs: 0,
      leftBehind: false,
      circuit: closedCircuit,
      rate: null,
      adaptive: null,
      permitsFrom: 0,
      permits: 0,
      asking: false,
    };
    this.#lanes.set(uid, lane);
    this.#setRate(lane);
    return lane;
  }

  #roomOf(lane: Lane): number {
    if (lane.pausedUntil > this.#options.now()) return 0;
    const most = lane.circuit.state === 'closed' ? lane.pace : this.#limitOf(lane);
    const perSecond = this.#perSecond(lane);
    const soon = perSecond === null ? most : Math.min(most, Math.max(1, Math.ceil(perSecond * heldSeconds)));
    const own = soon - lane.reserved - lane.fresh.size - lane.again.size - lane.underWay;
    return Math.min(own, this.globalRoom);
  }

  #isHalfEmpty(lane: Lane): boolean {
    const most = lane.circuit.state === 'closed' ? lane.pace : this.#limitOf(lane);
    return this.#roomOf(lane) >= most / 2;
  }

  #pump(): void {
    for (const lane of this.#ready) {
      if (this.#underWay >= this.#options.globalConcurrency) return;
      this.#ready.delete(lane);
      if (lane.rate !== null && lane.permits === 0) {
        void this.#askForPermits(lane);
        continue;
      }
      const delivery = this.#next(lane);
      if (!delivery) continue;
      if (lane.rate !== null) lane.permits -= 1;
      this.#start(lane, delivery);
      if (lane.underWay < this.#limitOf(lane) && lane.fresh.size + lane.again.size > 0) {
        this.#ready.add(lane);
      }
    }
  }

  #next(lane: Lane): LeasedDelivery | undefined {
    const first = lane.takeAgainNext ? lane.again : lane.fresh;
    const second = lane.takeAgainNext ? lane.fresh : lane.again;
    lane.takeAgainNext = !lane.takeAgainNext;
    return first.shift() ?? second.shift();
  }

  #start(lane: Lane, delivery: LeasedDelivery): void {
    lane.underWay += 1;
    this.#underWay += 1;
    void this.#options.attempt(delivery).then(() => {
      lane.underWay -= 1;
      lane.finished += 1;
      this.#underWay -= 1;
      if (this.#stopped) {
        if (this.#underWay === 0) this.#onIdle?.();
        return;
      }
      if (lane.fresh.size + lane.again.size > 0 && lane.underWay < this.#limitOf(lane)) this.#ready.add(lane);
      if (lane.leftBehind && this.#isHalfEmpty(lane)) this.#options.onRoom();
      this.#pump();
    });
  }

  #measurePace(): void {
    const now = this.#options.now();
    for (const lane of this.#lanes.values()) {
      if (lane.wasFull || lane.finished > lane.pace) {
        const least = this.#options.laneConcurrency * 2;
        lane.pace = Math.min(highestPace, Math.max(least, lane.finished, lane.pace / 2));
      }
      lane.wasFull = false;
      lane.finished = 0;
      const known = lane.circuit.failures > 0;
      const idle = !known && lane.reserved + lane.underWay + lane.fresh.size + lane.again.size === 0;
      if (idle && !lane.leftBehind && lane.pauseMs === 0 && lane.pausedUntil <= now)
        this.#lanes.delete(lane.uid);
    }
    if (this.hungry) this.#options.onRoom();
  }
}

/** First in, first out, without moving what is left at every step. */
class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  drain(): T[] {
    const rest: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) rest.push(item);
    this.#items = [];
    this.#head = 0;
    return rest;
  }
}
