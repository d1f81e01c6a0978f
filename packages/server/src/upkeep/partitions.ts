import type { Task } from './task.ts';

/** Partitions reach two weeks ahead, so an hour more or less does not matter. */
const everyMs = 3_600_000;

/** Makes the partitions of the coming days. */
export function partitionsTask(ensurePartitions: (now: Date) => Promise<readonly string[]>): Task {
  return {
    name: 'partitions',
    everyMs,
    async run(now) {
      const made = await ensurePartitions(now);
      return made.length === 0 ? null : `Made the partitions ${made.join(', ')}`;
    },
  };
}
