import type { Recurrence } from './state.ts';

/** What was done of a task so far: the newest period and how often in all. */
export interface Done {
  readonly period: string;
  readonly count: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 1 January 1970 was a Thursday; ISO weeks begin on the Monday before. */
const mondayMs = -3 * dayMs;

/**
 * The period that a completion at this time falls into, or null when the task was completed in it already.
 * All in UTC: eight hours from 0, 8 and 16 o'clock, days, ISO weeks from Monday. A period is named by its ISO 8601
 * interval (2026-03-02/P1W); `once` is the only period of what may happen once, and what may always happen is
 * numbered behind its time.
 *
 * Periods only move forward, so that a clock that goes back, or a task whose recurrence is edited, never meets a
 * period that was completed: its name must be new in the participation.
 */
export function openPeriod(recurrence: Recurrence, at: Date, done: Done | undefined): string | null {
  switch (recurrence) {
    case 'once':
      return done === undefined ? 'once' : null;
    case 'unlimited': {
      const since = Math.max(at.getTime(), startOf(done));
      return `${new Date(since).toISOString()}#${(done?.count ?? 0) + 1}`;
    }
    case 'every_8_hours':
      return unlessDone(done, windowStart(at, 8 * hourMs, 0), (start) => `${start.slice(0, 16)}Z/PT8H`);
    case 'daily':
      return unlessDone(done, windowStart(at, dayMs, 0), (start) => `${start.slice(0, 10)}/P1D`);
    case 'weekly':
      return unlessDone(done, windowStart(at, 7 * dayMs, mondayMs), (start) => `${start.slice(0, 10)}/P1W`);
  }
}

function windowStart(at: Date, lengthMs: number, firstMs: number): number {
  return Math.floor((at.getTime() - firstMs) / lengthMs) * lengthMs + firstMs;
}

function unlessDone(done: Done | undefined, startMs: number, name: (start: string) => string): string | null {
  return startOf(done) >= startMs ? null : name(new Date(startMs).toISOString());
}

/** Of two periods of one task, the one that began later: the only one that may still be going on. */
export function newerPeriod(a: string, b: string): string {
  return startOf({ period: b, count: 1 }) > startOf({ period: a, count: 1 }) ? b : a;
}

/** When the newest period began, in ms since 1970; `once` lies before every other. */
function startOf(done: Done | undefined): number {
  if (done === undefined || done.period === 'once') return Number.NEGATIVE_INFINITY;
  return Date.parse(done.period.replace(/[/#].*$/, ''));
}
