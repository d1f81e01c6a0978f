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
 *
 * Deliveries of replays come when a lane has nothing else, and never take more than half of the requests of a lane or
 * of all: what comes meanwhile finds the other half.
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
  readonly replays: Fifo<LeasedDelivery>;
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
  /** How often its rate was set: permits that were asked for under another one are not waited for. */
  rates: number;
  /** The same for replays, which have room of their own. */
  replaysUnderWay: number;
  replayPace: number;
  replaysFinished: number;
  replaysLeftBehind: boolean;
}

/** How many deliveries of replays a claim may give to lanes: `usual` unless they are named. */
export interface ReplayRooms {
  readonly usual: number;
  readonly rooms: ReadonlyMap<WebhookUid, number>;
}

const initialPace = 512;
const highestPace = 4_096;
const highestReplayPace = 256;
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
  /** Requests under way that may be of replays: per lane, and in all. */
  readonly #laneShare: number;
  readonly #globalShare: number;
  #held = 0;
  #underWay = 0;
  #replaysWaiting = 0;
  #replaysUnderWay = 0;
  #stopped = false;
  #onIdle: (() => void) | null = null;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#laneShare = Math.ceil(options.laneConcurrency / 2);
    this.#globalShare = Math.ceil(options.globalConcurrency / 2);
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
    this.#fifoFor(lane, delivery).push(delivery);
    if (delivery.replay) this.#replaysWaiting += 1;
    if (this.#canStart(lane)) this.#ready.add(lane);
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

  /** How many deliveries of replays lanes may be given. None where something else waits, or too many are held in all. */
  replayRooms(): ReplayRooms {
    const usual = Math.min(this.#leastReplayPace, this.#globalReplayRoom);
    const rooms = new Map<WebhookUid, number>();
    for (const lane of this.#lanes.values()) {
      const room = Math.max(0, this.#replayRoomOf(lane));
      if (room < usual || lane.replaysLeftBehind) rooms.set(lane.uid, room);
    }
    return { usual, rooms };
  }

  /** A claim with these rooms gave so many: lanes that gave all they were asked for may have more. */
  replaysClaimed({ usual, rooms }: ReplayRooms, claimed: ReadonlyMap<WebhookUid, number>): void {
    for (const [uid, room] of rooms) {
      const lane = this.#lanes.get(uid);
      if (lane !== undefined && room > 0) lane.replaysLeftBehind = (claimed.get(uid) ?? 0) >= room;
    }
    for (const [uid, count] of claimed) {
      if (!rooms.has(uid) && count >= usual) this.#lane(uid).replaysLeftBehind = true;
    }
  }

  /** How many more deliveries this node may hold. */
  get globalRoom(): number {
    return this.#stopped ? 0 : Math.max(0, this.#options.globalRoom - this.#held);
  }

  /** Rows were left behind for a lane and it has room by now. */
  get hungry(): boolean {
    if (this.globalRoom === 0) return false;
    for (const lane of this.#lanes.values()) {
      if (this.#isHungry(lane)) return true;
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
    const waiting = this.#drain(lane);
    if (waiting.length > 0) this.#options.release(waiting, pauseMs);
  }

  /** The receiver acknowledged: the next pause starts short again, and an open circuit begins to close. */
  succeeded(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane === undefined) return;
    if (lane.pauseMs !== 0 && lane.pausedUntil <= this.#options.now()) lane.pauseMs = 0;
    const leftBehind = lane.leftBehind || lane.replaysLeftBehind;
    const waiting = leftBehind || this.#hasLive(lane) || lane.replays.size > 0;
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
    this.#pump();
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
      if (this.#canStart(lane)) this.#ready.add(lane);
      if (lane.leftBehind || lane.replaysLeftBehind) this.#options.onRoom();
      this.#pump();
      return;
    }
    const waitMs = Math.max(0, circuit.probeAt - this.#options.wallNow());
    if (waitMs === 0) return;
    lane.pausedUntil = Math.max(lane.pausedUntil, this.#options.now() + waitMs);
    lane.leftBehind = true;
    this.#ready.delete(lane);
    const waiting = this.#drain(lane);
    if (waiting.length > 0) this.#options.release(waiting, waitMs);
  }

  #setRate(lane: Lane): void {
    const rate = this.#options.rateOf(lane.uid);
    if (rate?.kind === lane.rate?.kind && rate?.perSecond === lane.rate?.perSecond) return;
    lane.rate = rate;
    lane.rates += 1;
    lane.asking = false;
    lane.permits = 0;
    if (rate?.kind !== 'adaptive') lane.adaptive = null;
    else lane.adaptive ??= firstRate(this.#options.now());
    if (this.#canStart(lane)) this.#ready.add(lane);
  }

  #perSecond(lane: Lane): number | null {
    return lane.adaptive?.perSecond ?? lane.rate?.perSecond ?? null;
  }

  /** Asks for permits, a quarter of a second's at most, and goes on once they may be used. */
  async #askForPermits(lane: Lane): Promise<void> {
    const perSecond = this.#perSecond(lane);
    if (lane.asking || perSecond === null) return;
    lane.asking = true;
    const { rates } = lane;
    const waiting = lane.fresh.size + lane.again.size + lane.replays.size;
    const count = Math.max(1, Math.min(waiting, Math.floor(perSecond / 4)));
    try {
      await this.#options.sleep(await this.#permitsWaitMs(lane, count, perSecond));
      if (lane.rates === rates) lane.permits = count;
    } catch {
      // The database cannot be asked; whatever is wrong with it is told where it is used for more than this.
      await this.#options.sleep(permitRetryMs);
    }
    if (lane.rates !== rates) return;
    lane.asking = false;
    if (this.#canStart(lane)) this.#ready.add(lane);
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
    for (const lane of this.#lanes.values()) waiting.push(...this.#drain(lane));
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
      replays: new Fifo(),
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
      rates: 0,
      replaysUnderWay: 0,
      replayPace: this.#leastReplayPace,
      replaysFinished: 0,
      replaysLeftBehind: false,
    };
    this.#lanes.set(uid, lane);
    this.#setRate(lane);
    return lane;
  }

  #roomOf(lane: Lane): number {
    if (lane.pausedUntil > this.#options.now()) return 0;
    const most = lane.circuit.state === 'closed' ? lane.pace : this.#limitOf(lane);
    const own =
      Math.min(most, this.#heldAtRate(lane)) -
      lane.reserved -
      lane.fresh.size -
      lane.again.size -
      lane.underWay;
    return Math.min(own, this.globalRoom);
  }

  /** Two rounds of requests, so that a slow receiver gets to what it holds before the lease ends. */
  get #leastReplayPace(): number {
    return 2 * this.#laneShare;
  }

  #replayRoomOf(lane: Lane): number {
    if (lane.pausedUntil > this.#options.now() || this.#hasLive(lane)) return 0;
    const own = this.#mostReplays(lane) - lane.replays.size - lane.replaysUnderWay;
    return Math.min(own, this.#globalReplayRoom);
  }

  #mostReplays(lane: Lane): number {
    const most = lane.circuit.state === 'closed' ? lane.replayPace : this.#limitOf(lane);
    return Math.min(most, this.#heldAtRate(lane));
  }

  /** How much a rate lets through soon; without one no limit. */
  #heldAtRate(lane: Lane): number {
    const perSecond = this.#perSecond(lane);
    return perSecond === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(perSecond * heldSeconds));
  }

  /** A quarter of the places, so that a hundred replays leave room for what is new. */
  get #globalReplayRoom(): number {
    const own = Math.floor(this.#options.globalRoom / 4) - this.#replaysWaiting - this.#replaysUnderWay;
    return Math.max(0, Math.min(own, this.globalRoom));
  }

  #fifoFor(lane: Lane, delivery: LeasedDelivery): Fifo<LeasedDelivery> {
    if (delivery.replay) return lane.replays;
    return delivery.retries > 0 || delivery.resend ? lane.again : lane.fresh;
  }

  #hasLive(lane: Lane): boolean {
    return lane.fresh.size + lane.again.size > 0;
  }

  #canStart(lane: Lane): boolean {
    if (lane.underWay >= this.#limitOf(lane)) return false;
    return this.#hasLive(lane) || this.#mayReplay(lane);
  }

  #mayReplay(lane: Lane): boolean {
    return (
      lane.replays.size > 0 &&
      lane.replaysUnderWay < this.#laneShare &&
      this.#replaysUnderWay < this.#globalShare
    );
  }

  #drain(lane: Lane): LeasedDelivery[] {
    const replays = lane.replays.drain();
    this.#replaysWaiting -= replays.length;
    return [...lane.fresh.drain(), ...lane.again.drain(), ...replays];
  }

  #isHungry(lane: Lane): boolean {
    if (lane.leftBehind && this.#isHalfEmpty(lane)) return true;
    return lane.replaysLeftBehind && this.#replayRoomOf(lane) >= this.#mostReplays(lane) / 2;
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
      if (this.#canStart(lane)) this.#ready.add(lane);
    }
  }

  #next(lane: Lane): LeasedDelivery | undefined {
    const first = lane.takeAgainNext ? lane.again : lane.fresh;
    const second = lane.takeAgainNext ? lane.fresh : lane.again;
    lane.takeAgainNext = !lane.takeAgainNext;
    const live = first.shift() ?? second.shift();
    if (live !== undefined || !this.#mayReplay(lane)) return live;
    this.#replaysWaiting -= 1;
    return lane.replays.shift();
  }

  #start(lane: Lane, delivery: LeasedDelivery): void {
    lane.underWay += 1;
    this.#underWay += 1;
    if (delivery.replay) this.#replayStarted(lane);
    void this.#options.attempt(delivery).then(() => {
      lane.underWay -= 1;
      lane.finished += 1;
      this.#underWay -= 1;
      if (delivery.replay) this.#replayEnded(lane);
      if (this.#stopped) {
        if (this.#underWay === 0) this.#onIdle?.();
        return;
      }
      if (this.#canStart(lane)) this.#ready.add(lane);
      if (this.#isHungry(lane)) this.#options.onRoom();
      this.#pump();
    });
  }

  #replayStarted(lane: Lane): void {
    lane.replaysUnderWay += 1;
    this.#replaysUnderWay += 1;
  }

  #replayEnded(lane: Lane): void {
    // Lanes that found the share of all in use are woken by nobody else.
    const wasFull = this.#replaysUnderWay >= this.#globalShare;
    lane.replaysUnderWay -= 1;
    lane.replaysFinished += 1;
    this.#replaysUnderWay -= 1;
    if (!wasFull || this.#stopped) return;
    for (const other of this.#lanes.values()) if (this.#canStart(other)) this.#ready.add(other);
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
      lane.replayPace = Math.min(highestReplayPace, Math.max(this.#leastReplayPace, lane.replaysFinished));
      lane.replaysFinished = 0;
      const waiting = lane.fresh.size + lane.again.size + lane.replays.size;
      const idle = !known && lane.reserved + lane.underWay + waiting === 0;
      if (
        idle &&
        !lane.leftBehind &&
        !lane.replaysLeftBehind &&
        lane.pauseMs === 0 &&
        lane.pausedUntil <= now
      )
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
