import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { elements as text } from '#strings/elements.ts';

/** One clock for all times on the page, which counts while any of them is shown. */
const clock = {
  nowMs: Date.now(),
  listeners: new Set<() => void>(),
  timer: undefined as ReturnType<typeof setInterval> | undefined,
};
const tickMs = 1_000;

function follow(listener: () => void): () => void {
  clock.listeners.add(listener);
  clock.timer ??= setInterval(() => {
    clock.nowMs = Date.now();
    for (const tell of clock.listeners) tell();
  }, tickMs);
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size > 0) return;
    clearInterval(clock.timer);
    clock.timer = undefined;
  };
}

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

function inWords(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1_000);
  if (Math.abs(seconds) < 5) return text.now;
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

/** Day and time to the second, in the reader's time zone. */
export function exactTime(at: string): string {
  return exact.format(new Date(at));
}

/** How long ago or until, in words; the exact time, here and in UTC, on hover and for whoever selects it. */
export function Moment({ at }: { readonly at: string | null }) {
  const shown = useSyncExternalStore(follow, () =>
    at === null ? text.never : inWords(Date.parse(at), clock.nowMs),
  );
  if (at === null) return <span>{shown}</span>;
  return (
    <Tooltip label={`${exactTime(at)} (${at})`} withArrow events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {shown}
      </time>
    </Tooltip>
  );
}

/**
 * As `Moment`, where there are very many: the exact time is in the browser's own tooltip. `passed` is said instead of
 * how long ago it was.
 */
export function PlainMoment({ at, passed }: { readonly at: string; readonly passed?: string }) {
  const shown = useSyncExternalStore(follow, () => {
    const atMs = Date.parse(at);
    return passed !== undefined && atMs < clock.nowMs ? passed : inWords(atMs, clock.nowMs);
  });
  return (
    <time dateTime={at} title={`${exactTime(at)} (${at})`} style={{ whiteSpace: 'nowrap' }}>
      {shown}
    </time>
  );
}
