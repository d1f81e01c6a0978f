import type { Statistics } from '@fanfare/client';
import { overview as text } from '#strings/overview.ts';
import { count, duration, Facts, none, rate, share } from '../elements/index.ts';
import { useLiveRates } from './live-rates.ts';

/** The figures at the top: two of this moment, the rest of the range. */
export function Vitals({ statistics }: { readonly statistics: Statistics | undefined }) {
  const live = useLiveRates();
  const totals = statistics?.totals;
  const now = statistics?.now;
  const waiting = now?.waiting;
  const events = live?.eventsPerSecond ?? now?.events_per_second;
  const attempts = live?.attemptsPerSecond ?? now?.attempts_per_second;
  const open = waiting && waiting.pending + waiting.retrying + waiting.parked;
  return (
    <Facts
      facts={[
        {
          label: text.vitals.eventsNow,
          value: events === undefined ? none : rate(events),
          note: totals ? text.vitals.inRange(count(totals.events)) : none,
        },
        {
          label: text.vitals.attemptsNow,
          value: attempts === undefined ? none : rate(attempts),
          note: totals ? text.vitals.inRange(count(totals.attempts)) : none,
        },
        {
          label: text.vitals.success,
          value: share(totals?.success_rate ?? null),
          note: totals ? text.vitals.failed(count(totals.failed)) : none,
        },
        {
          label: text.vitals.response,
          value: duration(totals?.response_ms.p50 ?? null),
          note: text.vitals.p95(duration(totals?.response_ms.p95 ?? null)),
        },
        {
          label: text.vitals.waiting,
          value: open === undefined ? none : `${count(open)}${waiting?.complete === false ? '+' : ''}`,
          note: text.vitals.waitingNote,
        },
      ]}
    />
  );
}
