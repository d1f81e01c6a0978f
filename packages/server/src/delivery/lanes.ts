import type { WebhookUid } from '../ids.ts';
import type { RateLimit } from '../webhooks/index.ts';
import type { AnswerSeen } from './adaptive-rate.ts';
import { afterFailure, afterSuccess, type Circuit, type CircuitPolicy } from './circuit.ts';
import { Lane } from './lane.ts';
import { LaneRate, type LaneRateParts } from './lane-rate.ts';
import type { LeasedDelivery } from './leased-delivery.ts';
import { Places } from './places.ts';
import { isFailing, Turns } from './turns.ts';

/**
 * What this node holds in memory, by lane: a lane is a webhook.
 *
 * A lane holds little: as much as it got done in the last second, so a quick receiver is never short of
 * work and a hanging one holds next to nothing. What does not fit stays a row in the database and is
 * claimed once there is room. Organizations take turns, and the lanes of each (turns.ts), one delivery at a time; within
 * a lane kinds of deliveries take turns (lane.ts), and no lane has more than `laneConcurrency` requests under way. A receiver that fails again and
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
  /** Makes one attempt; true when the next of its line may follow. Never rejects. */
  readonly attempt: (delivery: LeasedDelivery) => Promise<boolean>;
  /** Takes back what a paused or stopping lane still held, untried. */
  readonly release: (deliveries: readonly LeasedDelivery[], delayMs: number) => void;
  /** A lane that had to leave rows behind has room again. */
  readonly onRoom: () => void;
  /** Nothing of the line of this delivery is here any more; rows of it may wait in the database. */
  readonly onLineGone: (delivery: LeasedDelivery) => void;
  /** A lane opened, was probed in vain, or closed again. */
  readonly onCircuit: (change: CircuitChange) => void;
  readonly circuitPolicy: CircuitPolicy;
  /** How fast requests to this webhook may leave; asked when its lane is made and when its settings changed. */
  readonly rateOf: (uid: WebhookUid) => RateLimit | null;
  /** Takes permits of a fixed rate (lane-rate.ts). */
  readonly takePermits: (
    uid: WebhookUid,
    permits: Parameters<LaneRateParts['takePermits']>[0],
  ) => ReturnType<LaneRateParts['takePermits']>;
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

/** How many deliveries of replays a claim may give to lanes: `usual` unless they are named. */
export interface ReplayRooms {
  readonly usual: number;
  readonly rooms: ReadonlyMap<WebhookUid, number>;
}

/** To a receiver of which nothing is known yet, at a time: a thousand that hang must not take all places at once. */
const firstRequests = 2;
const firstClaimed = 4;
const firstReplays = 1;

export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<WebhookUid, Lane>();
  /** Lanes that could start an attempt now, in the order of their turns. */
  readonly #ready = new Turns();
  readonly #timer: NodeJS.Timeout;
  readonly #places: Places;
  /** Requests under way in a lane that may be of replays. */
  readonly #laneShare: number;
  #held = 0;
  #replaysWaiting = 0;
  #stopped = false;
  #onIdle: (() => void) | null = null;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#laneShare = Math.ceil(options.laneConcurrency / 2);
    this.#places = new Places(options.globalConcurrency);
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
    lane.push(delivery);
    if (delivery.replay) this.#replaysWaiting += 1;
    this.#wake(lane);
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
      const room = this.#claimRoomOf(lane);
      if (room < usual || lane.leftBehind) rooms.set(lane.uid, room);
    }
    return rooms;
  }

  /** How many more deliveries this lane may be given. */
  room(uid: WebhookUid): number {
    return this.#claimRoomOf(this.#lane(uid));
  }

  /** How many deliveries of replays this lane may be given; none where something else waits. */
  replayRoom(uid: WebhookUid): number {
    return Math.max(0, this.#replayRoomOf(this.#lane(uid)));
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

  /**
   * How many of them may come from the database. A quarter of all places is left to what is accepted: a thousand lanes
   * full of retries must not send it the long way.
   */
  get claimRoom(): number {
    return Math.max(0, this.globalRoom - Math.floor(this.#options.globalRoom / 4));
  }

  /** Lanes for which rows were left behind and that have room by now. */
  hungryLanes(): WebhookUid[] {
    if (this.claimRoom === 0) return [];
    return [...this.#lanes.values()].filter((lane) => this.#isHungry(lane)).map(({ uid }) => uid);
  }

  get hungry(): boolean {
    return this.hungryLanes().length > 0;
  }

  /** The same for rows that stand in lines. */
  get hungryForLines(): boolean {
    return this.claimRoom > 0 && [...this.#lanes.values()].some((lane) => this.#isHungryForLines(lane));
  }

  /** A claim found fewer rows for the lane than there was room: nothing is left behind. */
  caughtUp(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane) lane.leftBehind = false;
  }

  leaveBehind(uid: WebhookUid): void {
    this.#lane(uid).leftBehind = true;
  }

  /** Whether lines of this webhook wait in the database for room. */
  leaveLinesBehind(uid: WebhookUid, behind: boolean): void {
    if (behind) this.#lane(uid).linesLeftBehind = true;
    else {
      const lane = this.#lanes.get(uid);
      if (lane) lane.linesLeftBehind = false;
    }
  }

  /**
   * The receiver asked for less: nothing starts in this lane for `atLeastMs`, or twice the last pause
   * if that is longer (at most a minute). What waits goes back to the database.
   */
  pause(uid: WebhookUid, atLeastMs: number): void {
    const lane = this.#lane(uid);
    this.#holdBack(lane, lane.pause(atLeastMs, this.#options.now()));
  }

  /** The receiver acknowledged: the next pause starts short again, and an open circuit begins to close. */
  succeeded(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane === undefined) return;
    lane.forgetPauses(this.#options.now());
    const waiting = this.#leftAnything(lane) || lane.waiting > 0;
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
    lane?.rate.answered(seen, lane.rate.asking || lane.leftBehind || lane.liveWaiting > 0);
  }

  /** Its settings changed, perhaps for the better: whether it is back may be found out at once. */
  reconsider(uid: WebhookUid): void {
    const lane = this.#lanes.get(uid);
    if (lane === undefined) return;
    lane.rate.set(this.#options.rateOf(lane.uid));
    this.#wake(lane);
    this.#pump();
    if (lane.circuit.state !== 'open') return;
    lane.circuit = { ...lane.circuit, probeAt: this.#options.wallNow() };
    lane.pausedUntil = 0;
    this.#options.onRoom();
  }

  /** What became of a delivery, attempted or given back, is in the database: its place is free. */
  settled(delivery: LeasedDelivery): void {
    this.#held -= 1;
    if (delivery.line === null || this.#lanes.get(delivery.webhookUid)?.holdsLineOf(delivery) === true)
      return;
    this.#options.onLineGone(delivery);
  }

  /** Starts nothing more, gives back what waits, and resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#ready.clear();
    const waiting: LeasedDelivery[] = [];
    for (const lane of this.#lanes.values()) waiting.push(...this.#drain(lane));
    if (waiting.length > 0) this.#options.release(waiting, 0);
    if (!this.#places.idle) await new Promise<void>((resolve) => (this.#onIdle = resolve));
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
      this.#wake(lane);
      if (this.#leftAnything(lane)) this.#options.onRoom();
      this.#pump();
      return;
    }
    const waitMs = Math.max(0, circuit.probeAt - this.#options.wallNow());
    if (waitMs === 0) return;
    lane.pausedUntil = Math.max(lane.pausedUntil, this.#options.now() + waitMs);
    this.#holdBack(lane, waitMs);
  }

  /** Everything that waits in the lane goes back to the database for a while. */
  #holdBack(lane: Lane, waitMs: number): void {
    lane.leftBehind = true;
    this.#ready.delete(lane);
    const waiting = this.#drain(lane);
    if (waiting.length > 0) this.#options.release(waiting, waitMs);
  }

  /** How many requests it may have under way. */
  #limitOf({ circuit, tried }: Lane): number {
    const { laneConcurrency } = this.#options;
    if (!tried) return Math.min(firstRequests, laneConcurrency);
    if (circuit.state === 'closed') return laneConcurrency;
    return circuit.state === 'open' ? 1 : Math.min(laneConcurrency, circuit.allowed);
  }

  #lane(uid: WebhookUid): Lane {
    const known = this.#lanes.get(uid);
    if (known) return known;
    const { sleep, now, takePermits, rateOf, laneConcurrency } = this.#options;
    const rate = new LaneRate({
      takePermits: (permits) => takePermits(uid, permits),
      sleep,
      now,
      onPermits: () => {
        this.#wake(lane);
        this.#pump();
      },
    });
    const lane = new Lane(uid, rate, { least: laneConcurrency * 2, leastOfReplays: this.#leastReplayPace });
    this.#lanes.set(uid, lane);
    rate.set(rateOf(uid));
    return lane;
  }

  #roomOf(lane: Lane): number {
    if (lane.pausedUntil > this.#options.now()) return 0;
    const most = Math.min(this.#most(lane, lane.pace), lane.rate.held);
    return Math.min(most - lane.reserved - lane.liveWaiting - lane.underWay, this.globalRoom);
  }

  /** From the database it gets little until it is known whether its receiver answers. */
  #claimRoomOf(lane: Lane): number {
    const own = lane.tried ? Number.POSITIVE_INFINITY : firstClaimed - lane.liveWaiting - lane.underWay;
    return Math.max(0, Math.min(own, this.#roomOf(lane)));
  }

  /** What a lane may hold: its pace, but when its receiver was down no more than it may have under way. */
  #most(lane: Lane, pace: number): number {
    return lane.circuit.state === 'closed' ? pace : this.#limitOf(lane);
  }

  /** Two rounds of requests, so that a slow receiver gets to what it holds before the lease ends. */
  get #leastReplayPace(): number {
    return 2 * this.#laneShare;
  }

  #replayRoomOf(lane: Lane): number {
    if (lane.pausedUntil > this.#options.now() || lane.liveWaiting > 0) return 0;
    const own = this.#mostReplays(lane) - lane.replaysWaiting - lane.replaysUnderWay;
    return Math.min(own, this.#globalReplayRoom);
  }

  #mostReplays(lane: Lane): number {
    return Math.min(this.#most(lane, lane.replayPace), lane.rate.held);
  }

  /** A quarter of the places, so that a hundred replays leave room for what is new. */
  get #globalReplayRoom(): number {
    const own =
      Math.floor(this.#options.globalRoom / 4) - this.#replaysWaiting - this.#places.replaysUnderWay;
    return Math.max(0, Math.min(own, this.globalRoom));
  }

  #wake(lane: Lane): void {
    if (this.#canStart(lane)) this.#ready.add(lane);
  }

  #canStart(lane: Lane): boolean {
    if (lane.underWay >= this.#limitOf(lane)) return false;
    return lane.liveReady || this.#mayReplay(lane);
  }

  #mayReplay(lane: Lane): boolean {
    return (
      lane.replayReady &&
      lane.replaysUnderWay < (lane.tried ? this.#laneShare : firstReplays) &&
      !this.#places.replaysFull
    );
  }

  #drain(lane: Lane): LeasedDelivery[] {
    this.#replaysWaiting -= lane.replaysWaiting;
    return lane.drain();
  }

  #leftAnything(lane: Lane): boolean {
    return lane.leftBehind || lane.linesLeftBehind || lane.replaysLeftBehind;
  }

  #isHungry(lane: Lane): boolean {
    if (lane.leftBehind && this.#isHalfEmpty(lane)) return true;
    return lane.replaysLeftBehind && this.#replayRoomOf(lane) >= this.#mostReplays(lane) / 2;
  }

  #isHungryForLines(lane: Lane): boolean {
    return lane.linesLeftBehind && this.#isHalfEmpty(lane);
  }

  #isHalfEmpty(lane: Lane): boolean {
    const most = lane.tried ? this.#most(lane, lane.pace) : firstClaimed;
    return this.#claimRoomOf(lane) >= Math.min(most, lane.rate.held) / 2;
  }

  #pump(): void {
    while (this.#places.free) {
      const lane = this.#ready.take(this.#places.open);
      if (lane === undefined) return;
      if (!lane.rate.allows(lane.waiting)) continue;
      const delivery = this.#next(lane);
      if (!delivery) continue;
      lane.rate.spend();
      this.#start(lane, delivery);
      this.#wake(lane);
    }
  }

  #next(lane: Lane): LeasedDelivery | undefined {
    const live = lane.takeLive();
    if (live !== undefined || !this.#mayReplay(lane)) return live;
    const replay = lane.takeReplay();
    if (replay !== undefined) this.#replaysWaiting -= 1;
    return replay;
  }

  #start(lane: Lane, delivery: LeasedDelivery): void {
    const startedAt = this.#options.now();
    const taker = { failing: isFailing(lane), replay: delivery.replay };
    lane.started(delivery, startedAt);
    this.#places.started(taker);
    if (lane.slow) this.#places.slowed(1);
    void this.#options.attempt(delivery).then((over) => {
      // Lanes that found the share of replays in use are woken by nobody else.
      const replaysWereFull = this.#places.replaysFull;
      this.#places.ended(taker);
      const wasSlow = lane.slow;
      const behind = lane.ended(delivery, over, { startedAt, now: this.#options.now() });
      this.#countSlow(lane, wasSlow, 1);
      if (behind.length > 0) {
        if (delivery.replay) this.#replaysWaiting -= behind.length;
        this.#options.release(behind, 0);
      }
      if (this.#stopped) {
        if (this.#places.idle) this.#onIdle?.();
        return;
      }
      if (replaysWereFull && !this.#places.replaysFull) {
        for (const other of this.#lanes.values()) this.#wake(other);
      }
      this.#wake(lane);
      if (this.#isHungry(lane) || this.#isHungryForLines(lane)) this.#options.onRoom();
      this.#pump();
    });
  }

  /** After it turned slow or quick, and so many of its requests have ended. */
  #countSlow(lane: Lane, wasSlow: boolean, ended: number): void {
    if (wasSlow) this.#places.slowed(-(lane.underWay + ended));
    if (lane.slow) this.#places.slowed(lane.underWay);
    if (wasSlow === lane.slow) return;
    this.#ready.delete(lane);
    this.#wake(lane);
  }

  #measurePace(): void {
    const now = this.#options.now();
    for (const lane of this.#lanes.values()) {
      lane.measurePace();
      if (lane.becameSlow(now)) {
        this.#countSlow(lane, false, 0);
        this.#holdBack(lane, 0);
      }
      if (lane.isIdle(now)) this.#lanes.delete(lane.uid);
    }
    if (this.hungry || this.hungryForLines) this.#options.onRoom();
    // Places may have become free without anything that ended.
    this.#pump();
  }
}
