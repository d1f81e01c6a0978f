import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** When the next action may start. */
export interface Pace {
  /** Resolves when it may. False: the time is up, and no more start. */
  turn(): Promise<boolean>;
}

/** Actions start evenly: so many in a second, or without a rate as soon as somebody is free to carry them out. */
export function keepPace(settings: {
  readonly perSecond: number | null;
  /** After so long no more start; null: until the season is over. */
  readonly durationMs: number | null;
  readonly signal: AbortSignal;
}): Pace {
  const { perSecond, durationMs, signal } = settings;
  // Whoever waits for a turn listens, and there may be many: more than Node takes for a leak.
  setMaxListeners(0, signal);
  const begun = performance.now();
  const end = durationMs === null ? Number.POSITIVE_INFINITY : begun + durationMs;
  let started = 0;
  return {
    async turn() {
      const due = perSecond === null ? 0 : begun + (started * 1_000) / perSecond;
      started += 1;
      if (Math.max(due, performance.now()) >= end) return false;
      const early = due - performance.now();
      if (early > 0) await pause(early, undefined, { signal });
      signal.throwIfAborted();
      return true;
    },
  };
}
