import { type ActKind, actKinds, type Verdict } from './acts.ts';

/** Neighbouring buckets of waiting times differ by this factor, so a percentile is off by 2 % at most. */
const bucketGrowth = 1.02;
const shortestMs = 0.05;
const buckets = 900;

/** How long answers took, in memory that does not grow with their number. */
class WaitingTimes {
  readonly #counts = new Uint32Array(buckets);
  #total = 0;

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, shortestMs) / shortestMs) / Math.log(bucketGrowth));
    const place = Math.min(bucket, buckets - 1);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#total += 1;
  }

  /** The time that this share of the answers took at most, ms; null without answers. */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.ceil(this.#total * share);
    for (let bucket = 0; bucket < buckets; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return shortestMs * bucketGrowth ** bucket;
    }
    return null;
  }
}

/** What happened in a stretch of time. */
export interface Counts {
  readonly actions: number;
  readonly byKind: Readonly<Record<ActKind, number>>;
  readonly repeated: number;
  /** Refusals that were planned, by code. */
  readonly refused: ReadonlyMap<Verdict, number>;
  /** What should not have come of an action, by code; `no_answer` where the call itself failed. */
  readonly unexpected: ReadonlyMap<Verdict | 'no_answer', number>;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export class Tally implements Counts {
  actions = 0;
  readonly byKind = Object.fromEntries(actKinds.map((kind) => [kind, 0])) as Record<ActKind, number>;
  repeated = 0;
  readonly refused = new Map<Verdict, number>();
  readonly unexpected = new Map<Verdict | 'no_answer', number>();
  readonly #waiting = new WaitingTimes();

  /** `ms` is the time from the call to its answer. */
  add(kind: ActKind, verdict: Verdict | 'no_answer', expected: boolean, ms: number): void {
    this.actions += 1;
    this.byKind[kind] += 1;
    this.#waiting.add(ms);
    if (!expected) count(this.unexpected, verdict);
    else if (verdict === 'repeated') this.repeated += 1;
    else if (verdict !== 'done' && verdict !== 'no_answer') count(this.refused, verdict);
  }

  get p50Ms(): number | null {
    return this.#waiting.percentile(0.5);
  }

  get p99Ms(): number | null {
    return this.#waiting.percentile(0.99);
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
