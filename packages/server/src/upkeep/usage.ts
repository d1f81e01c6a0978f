import type { Task } from './task.ts';

const hourMs = 3_600_000;
/** Enough to compare a month with the same one of the year before. */
const keptMonths = 13;

/** Forgets how much was used long ago. */
export function usageTask(deleteBefore: (day: Date) => Promise<number>): Task {
  return {
    name: 'usage',
    everyMs: hourMs,
    async run(now) {
      const deleted = await deleteBefore(
        new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keptMonths, 1)),
      );
      return deleted === 0 ? null : `Forgot ${deleted} days of usage`;
    },
  };
}
