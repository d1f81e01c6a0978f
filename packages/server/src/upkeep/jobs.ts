import { firstUuidAt, type Uuid } from '../ids.ts';
import type { Task } from './task.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const batchSize = 1_000;

/** Forgets jobs that ended, with their reports, as old as the events that are forgotten. */
export function endedJobsTask(
  retentionDays: number,
  deleteBefore: (before: Date, limit: number) => Promise<number>,
): Task {
  return {
    name: 'ended jobs',
    everyMs: hourMs,
    async run(now) {
      const before = new Date(now.getTime() - retentionDays * dayMs);
      let deleted = 0;
      for (;;) {
        const count = await deleteBefore(before, batchSize);
        deleted += count;
        if (count < batchSize) break;
      }
      return deleted === 0 ? null : `Forgot ${deleted} jobs that ended more than ${retentionDays} days ago`;
    },
  };
}

/**
 * Deletes what was received of files and that no job will work off: a node died while it received one, or the job was
 * cancelled. No upload takes a day.
 */
export function leftUploadsTask(deleteLeftBefore: (before: Uuid) => Promise<number>): Task {
  return {
    name: 'left uploads',
    everyMs: hourMs,
    async run(now) {
      const deleted = await deleteLeftBefore(firstUuidAt(now.getTime() - dayMs));
      return deleted === 0 ? null : `Deleted ${deleted} parts of files that no import needs`;
    },
  };
}
