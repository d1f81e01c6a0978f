import type { Attempt } from '@fanfare/client';

export const phaseNames = ['dns', 'connect', 'tls', 'wait', 'read'] as const;
export type PhaseName = (typeof phaseNames)[number];

export interface Phase {
  readonly name: PhaseName;
  readonly ms: number;
  /** Where it began and how long it took, as shares of the whole. */
  readonly from: number;
  readonly share: number;
}

/** One after the other, as they happened; those that did not are left out. */
export function phasesOf(timings: Attempt['timings']): readonly Phase[] {
  const took = phaseNames.flatMap((name) => {
    const ms = timings[`${name}_ms`];
    return ms === null ? [] : [{ name, ms }];
  });
  // What lies between phases belongs to none of them, and clocks round: never beyond the end.
  const wholeMs = Math.max(
    timings.total_ms,
    took.reduce((sum, { ms }) => sum + ms, 0),
    Number.MIN_VALUE,
  );
  let elapsedMs = 0;
  return took.map(({ name, ms }) => {
    const from = elapsedMs / wholeMs;
    elapsedMs += ms;
    return { name, ms, from, share: ms / wholeMs };
  });
}
