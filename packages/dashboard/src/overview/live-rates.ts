import { useEffect, useRef, useState } from 'react';
import { useLive } from '../live/index.ts';

export interface LiveRates {
  readonly eventsPerSecond: number;
  readonly attemptsPerSecond: number;
}

const windowMs = 10_000;
const tickMs = 1_000;

/** What the stream told of in the last ten seconds, a second; null until it has been listened to for as long. */
export function useLiveRates(): LiveRates | null {
  const heard = useRef<{ readonly atMs: number; readonly events: number; readonly attempts: number }[]>([]);
  const [rates, setRates] = useState<LiveRates | null>(null);

  useLive((message) => {
    if (message.kind === 'refresh') heard.current = [];
    if (message.kind !== 'activity') return;
    const { events, attempts } = message.data;
    heard.current.push({ atMs: performance.now(), events, attempts });
  });

  useEffect(() => {
    const begunMs = performance.now();
    const timer = setInterval(() => {
      const nowMs = performance.now();
      heard.current = heard.current.filter(({ atMs }) => atMs > nowMs - windowMs);
      if (nowMs - begunMs < windowMs) return;
      const sum = (key: 'events' | 'attempts') =>
        heard.current.reduce((total, message) => total + message[key], 0) / (windowMs / 1_000);
      setRates({ eventsPerSecond: sum('events'), attemptsPerSecond: sum('attempts') });
    }, tickMs);
    return () => clearInterval(timer);
  }, []);

  return rates;
}
