import type { StatisticsStep } from '../storage/index.ts';
import type { Task } from './task.ts';

const everyMs = 10 * 60_000;
const hourMs = 3_600_000;
/** A little longer than the API shows: it may be asked in the moment in which this runs. */
const kept = [
  { step: 1, ms: 49 * hourMs },
  { step: 60, ms: 36 * 24 * hourMs },
] as const;
/** Rows that one statement deletes. */
const batch = 10_000;

/** Forgets minutes after two days, and hours after 35. */
export function statisticsTask(
  deleteBefore: (step: StatisticsStep, before: Date, limit: number) => Promise<number>,
): Task {
  return {
    name: 'statistics',
    everyMs,
    async run(now) {
      let deleted = 0;
      for (const { step, ms } of kept) {
        for (;;) {
          const rows = await deleteBefore(step, new Date(now.getTime() - ms), batch);
          deleted += rows;
          if (rows < batch) break;
        }
      }
      return deleted === 0 ? null : `Forgot ${deleted} rows of statistics`;
    },
  };
}
