import { type Fault, Problem } from '../problems.ts';
import type { StatisticsStep } from '../storage/index.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** How long what was counted is kept, by the minutes that a row stands for. */
export const keptMs: Readonly<Record<StatisticsStep, number>> = { 1: 2 * dayMs, 60: 35 * dayMs };

const steps = {
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  '1h': hourMs,
  '6h': 6 * hourMs,
  '1d': dayMs,
} as const;
export type StepName = keyof typeof steps;
export const stepNames = Object.keys(steps) as readonly StepName[];

/** Intervals of one length that follow each other; times are ms since 1970 and multiples of that length. */
export interface Range {
  readonly since: number;
  readonly until: number;
  readonly stepMs: number;
  /** Rows that tell of it. */
  readonly resolution: StatisticsStep;
}

export interface AskedRange {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly step?: StepName | undefined;
}

const usualSpanMs = dayMs;
const mostIntervals = 1_500;
/** Clocks of callers may be so far ahead. */
const aheadMs = 5 * minuteMs;

/**
 * The intervals that hold what was asked for: the last 24 hours unless something else is said, in the shortest steps of
 * which there are at most `usually`. Throws `invalid_request` for what is not kept, or too much.
 */
export function rangeOf(asked: AskedRange, now: number, usually: number): Range {
  const until = asked.until?.getTime() ?? now;
  const since = asked.since?.getTime() ?? until - usualSpanMs;
  if (until > now + aheadMs) {
    throw badParameter('until', `found ${shown(until)}, which is in the future; it is ${shown(now)} now`);
  }
  if (since >= until) {
    throw badParameter('since', `found ${shown(since)}, expected a time before until, ${shown(until)}`);
  }
  if (since < now - keptMs[60]) {
    throw badParameter(
      'since',
      `found ${shown(since)}, expected ${shown(now - keptMs[60])} or later: statistics are kept for ${keptMs[60] / dayMs} days`,
    );
  }
  const minutesKept = since >= now - keptMs[1];
  const stepMs =
    asked.step === undefined ? usualStep(until - since, minutesKept, usually) : steps[asked.step];
  if (stepMs < hourMs && !minutesKept) {
    throw badParameter(
      'step',
      `found ${asked.step} with since ${shown(since)}; steps below an hour reach back ${keptMs[1] / dayMs} days, to ${shown(now - keptMs[1])}. Ask for 1h, 6h or 1d, or for less`,
    );
  }
  const first = Math.floor(since / stepMs) * stepMs;
  const end = Math.ceil(until / stepMs) * stepMs;
  const intervals = (end - first) / stepMs;
  if (intervals > mostIntervals) {
    throw badParameter(
      'step',
      `found ${asked.step} for ${intervals.toLocaleString('en-US')} intervals, expected at most ${mostIntervals.toLocaleString('en-US')}. Take longer steps or a shorter time`,
    );
  }
  return { since: first, until: end, stepMs, resolution: stepMs < hourMs ? 1 : 60 };
}

function usualStep(spanMs: number, minutesKept: boolean, most: number): number {
  const fitting = Object.values(steps).find(
    (stepMs) => (minutesKept || stepMs >= hourMs) && spanMs / stepMs <= most,
  );
  return fitting ?? dayMs;
}

function shown(time: number): string {
  return new Date(time).toISOString();
}

function badParameter(parameter: string, detail: string): Problem {
  const faults: readonly Fault[] = [{ pointer: '', parameter, detail }];
  return new Problem('invalid_request', `The query is not as expected at ${parameter}: ${detail}.`, {
    faults,
  });
}
