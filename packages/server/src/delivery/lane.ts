import type { OrganizationId, WebhookUid } from '../ids.ts';
import { type Circuit, closedCircuit } from './circuit.ts';
import { Fifo } from './fifo.ts';
import type { LaneRate } from './lane-rate.ts';
import type { LeasedDelivery } from './leased-delivery.ts';
import { Lines } from './lines.ts';

const initialPace = 512;
/** Of a lane whose receiver answers late or not at all. */
const leastSlowPace = 4;
/** So long may nothing end, or one attempt take, before a lane counts as slow. */
const slowAfterMs = 1_000;
const highestPace = 4_096;
const highestReplayPace = 256;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * What one webhook has on this node: deliveries that wait, by kind, and how many may be here and under way.
 *
 * New deliveries and retries take turns, and both of them with the lines of deliveries that are sent in order. What
 * replays made comes when nothing else may start.
 */
export class Lane {
  readonly uid: WebhookUid;
  readonly rate: LaneRate;
  /** Known from the first delivery on. */
  organizationId: OrganizationId | null = null;
  reserved = 0;
  underWay = 0;
  /** How many deliveries the lane may hold. */
  pace = initialPace;
  wasFull = false;
  pausedUntil = 0;
  /** Nothing has ended lately, or only late: its requests keep the places of others longest. */
  slow = false;
  /** Something has ended here, so that it is known whether it is slow. */
  tried = false;
  circuit: Circuit = closedCircuit;
  /** Rows were left in the database for want of room. The next two: rows in order, and rows of replays. */
  leftBehind = false;
  linesLeftBehind = false;
  replaysLeftBehind = false;
  replaysUnderWay = 0;
  replayPace: number;
  readonly #leastPace: number;
  readonly #leastReplayPace: number;
  readonly #fresh = new Fifo<LeasedDelivery>();
  readonly #again = new Fifo<LeasedDelivery>();
  readonly #lines = new Lines();
  readonly #replays = new Fifo<LeasedDelivery>();
  readonly #replayLines = new Lines();
  #takeAgainNext = false;
  #takeLinesNext = false;
  #finished = 0;
  #replaysFinished = 0;
  /** When something ended last, or began while nothing was under way; monotonic ms. */
  #movedAt = 0;
  /** How long the last pause was; the next one doubles it. */
  #pauseMs = 0;

  constructor(
    uid: WebhookUid,
    rate: LaneRate,
    pace: { readonly least: number; readonly leastOfReplays: number },
  ) {
    this.uid = uid;
    this.rate = rate;
    this.#leastPace = pace.least;
    this.#leastReplayPace = pace.leastOfReplays;
    this.replayPace = pace.leastOfReplays;
  }

  /** Deliveries that wait here, but for those of replays. */
  get liveWaiting(): number {
    return this.#fresh.size + this.#again.size + this.#lines.size;
  }

  get replaysWaiting(): number {
    return this.#replays.size + this.#replayLines.size;
  }

  get waiting(): number {
    return this.liveWaiting + this.replaysWaiting;
  }

  get liveReady(): boolean {
    return this.#fresh.size + this.#again.size > 0 || this.#lines.ready;
  }

  get replayReady(): boolean {
    return this.#replays.size > 0 || this.#replayLines.ready;
  }

  push(delivery: LeasedDelivery): void {
    const { line, replay } = delivery;
    this.organizationId ??= delivery.organizationId;
    if (line !== null) (replay ? this.#replayLines : this.#lines).push(line, delivery);
    else if (replay) this.#replays.push(delivery);
    else if (delivery.retries > 0 || delivery.resend) this.#again.push(delivery);
    else this.#fresh.push(delivery);
  }

  takeLive(): LeasedDelivery | undefined {
    const lines = this.#takeLinesNext;
    this.#takeLinesNext = !lines;
    return lines
      ? (this.#lines.shift() ?? this.#takeUnordered())
      : (this.#takeUnordered() ?? this.#lines.shift());
  }

  takeReplay(): LeasedDelivery | undefined {
    return this.#replays.shift() ?? this.#replayLines.shift();
  }

  started(delivery: LeasedDelivery, now: number): void {
    if (this.underWay === 0) this.#movedAt = now;
    this.underWay += 1;
    if (delivery.replay) this.replaysUnderWay += 1;
  }

  /** An attempt that began then has ended; returned is what must not follow it now. */
  ended(
    delivery: LeasedDelivery,
    over: boolean,
    { startedAt, now }: { readonly startedAt: number; readonly now: number },
  ): readonly LeasedDelivery[] {
    this.underWay -= 1;
    this.#finished += 1;
    this.#movedAt = now;
    this.tried = true;
    this.slow = now - startedAt > slowAfterMs;
    if (delivery.replay) {
      this.replaysUnderWay -= 1;
      this.#replaysFinished += 1;
    }
    const { line, replay } = delivery;
    return line === null ? [] : (replay ? this.#replayLines : this.#lines).ended(line, over);
  }

  /** Whether others of its line are here, waiting or under way. */
  holdsLineOf({ line, replay }: LeasedDelivery): boolean {
    return line !== null && (replay ? this.#replayLines : this.#lines).holds(line);
  }

  drain(): LeasedDelivery[] {
    return [
      ...this.#fresh.drain(),
      ...this.#again.drain(),
      ...this.#lines.drain(),
      ...this.#replays.drain(),
      ...this.#replayLines.drain(),
    ];
  }

  /** Begins a pause of `atLeastMs`, or twice the last one if that is longer (at most a minute). Returns its length. */
  pause(atLeastMs: number, now: number): number {
    if (this.pausedUntil <= now) {
      this.#pauseMs = this.#pauseMs === 0 ? firstPauseMs : Math.min(longestPauseMs, this.#pauseMs * 2);
    }
    const pauseMs = Math.max(atLeastMs, this.#pauseMs);
    this.pausedUntil = Math.max(this.pausedUntil, now + pauseMs);
    return pauseMs;
  }

  /** The receiver acknowledged: the next pause starts short again. */
  forgetPauses(now: number): void {
    if (this.pausedUntil <= now) this.#pauseMs = 0;
  }

  /** Whether it has just become slow: requests are under way, and none has ended for a while. */
  becameSlow(now: number): boolean {
    if (this.slow || this.underWay === 0 || now - this.#movedAt <= slowAfterMs) return false;
    this.slow = true;
    this.pace = leastSlowPace;
    return true;
  }

  /** Once a second: how much was done says how much may be held. */
  measurePace(): void {
    if (this.slow) {
      this.pace = Math.max(leastSlowPace, 4 * this.#finished, Math.floor(this.pace / 2));
    } else if (this.wasFull || this.#finished > this.pace) {
      this.pace = Math.min(highestPace, Math.max(this.#leastPace, this.#finished, this.pace / 2));
    }
    this.wasFull = false;
    this.#finished = 0;
    this.replayPace = Math.min(highestReplayPace, Math.max(this.#leastReplayPace, this.#replaysFinished));
    this.#replaysFinished = 0;
  }

  /** Nothing would be lost by forgetting it. */
  isIdle(now: number): boolean {
    return (
      this.circuit.failures === 0 &&
      this.reserved + this.underWay + this.waiting === 0 &&
      !this.leftBehind &&
      !this.linesLeftBehind &&
      !this.replaysLeftBehind &&
      this.#pauseMs === 0 &&
      this.pausedUntil <= now
    );
  }

  #takeUnordered(): LeasedDelivery | undefined {
    const first = this.#takeAgainNext ? this.#again : this.#fresh;
    const second = this.#takeAgainNext ? this.#fresh : this.#again;
    this.#takeAgainNext = !this.#takeAgainNext;
    return first.shift() ?? second.shift();
  }
}
