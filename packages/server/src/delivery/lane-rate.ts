import type { RateLimit } from '../webhooks/index.ts';
import { type AdaptiveRate, type AnswerSeen, afterAnswer, firstRate } from './adaptive-rate.ts';

/** Of a lane with a rate, so much is held in memory: what waits longer would outlive its lease. */
const heldSeconds = 10;
const permitRetryMs = 1_000;

export interface LaneRateParts {
  /**
   * Takes permits of a fixed rate, which all nodes share; how long to wait before using them, in ms. Null: it is not
   * the webhook's rate any more.
   */
  readonly takePermits: (permits: {
    readonly count: number;
    readonly perSecond: number;
  }) => Promise<number | null>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Permits came, or the rate changed: what waits may start. */
  readonly onPermits: () => void;
}

/** How fast requests of one lane may leave: as its webhook says, or without a limit. */
export class LaneRate {
  readonly #parts: LaneRateParts;
  #limit: RateLimit | null = null;
  /** Of an adaptive rate: where it stands. */
  #adaptive: AdaptiveRate | null = null;
  /** Of an adaptive rate: when its next permits begin. */
  #permitsFrom = 0;
  /** Requests that may leave now. */
  #permits = 0;
  #asking = false;
  /** How often the rate was set: permits that were asked for under another one are not waited for. */
  #settings = 0;

  constructor(parts: LaneRateParts) {
    this.#parts = parts;
  }

  set(limit: RateLimit | null): void {
    if (limit?.kind === this.#limit?.kind && limit?.perSecond === this.#limit?.perSecond) return;
    this.#limit = limit;
    this.#settings += 1;
    this.#asking = false;
    this.#permits = 0;
    if (limit?.kind !== 'adaptive') this.#adaptive = null;
    else this.#adaptive ??= firstRate(this.#parts.now());
  }

  /** How many deliveries it lets through soon; without a rate no limit. */
  get held(): number {
    const perSecond = this.#perSecond;
    return perSecond === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(perSecond * heldSeconds));
  }

  get asking(): boolean {
    return this.#asking;
  }

  /** An answer, or that none came. `busy`: more waits than may leave. */
  answered(seen: AnswerSeen, busy: boolean): void {
    if (this.#adaptive === null) return;
    const most = this.#limit?.perSecond ?? null;
    this.#adaptive = afterAnswer(this.#adaptive, seen, { now: this.#parts.now(), most, busy });
  }

  /** Whether a request may leave now. If not, permits for what waits are asked for. */
  allows(waiting: number): boolean {
    if (this.#limit === null || this.#permits > 0) return true;
    void this.#ask(waiting);
    return false;
  }

  /** A request leaves. */
  spend(): void {
    if (this.#limit !== null) this.#permits -= 1;
  }

  get #perSecond(): number | null {
    return this.#adaptive?.perSecond ?? this.#limit?.perSecond ?? null;
  }

  /** Asks for permits, a quarter of a second's at most, and goes on once they may be used. */
  async #ask(waiting: number): Promise<void> {
    const perSecond = this.#perSecond;
    if (this.#asking || perSecond === null) return;
    this.#asking = true;
    const settings = this.#settings;
    const count = Math.max(1, Math.min(waiting, Math.floor(perSecond / 4)));
    const waitMs = await this.#waitMs(count, perSecond);
    await this.#parts.sleep(waitMs ?? permitRetryMs);
    if (this.#settings !== settings) return;
    if (waitMs !== null) this.#permits = count;
    this.#asking = false;
    this.#parts.onPermits();
  }

  /** Null: there were none to be had, and it is to be asked again. */
  async #waitMs(count: number, perSecond: number): Promise<number | null> {
    if (this.#adaptive === null) {
      // A database that cannot be asked is told of where it is used for more than this.
      return this.#parts.takePermits({ count, perSecond }).catch(() => null);
    }
    const now = this.#parts.now();
    const from = Math.max(now, this.#permitsFrom);
    this.#permitsFrom = from + (count * 1_000) / perSecond;
    return from - now;
  }
}
