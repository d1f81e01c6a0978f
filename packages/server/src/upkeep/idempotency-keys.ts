import type { Task } from './task.ts';

/** For as long is an Idempotency-Key remembered. */
export const idempotencyKeyLifeMs = 48 * 3_600_000;
const everyMs = 600_000;
const batch = 10_000;

/** Forgets idempotency keys whose time is over, a batch at a time, so that no statement takes long. */
export function idempotencyKeysTask(deleteBefore: (before: Date, limit: number) => Promise<number>): Task {
  return {
    name: 'idempotency keys',
    everyMs,
    async run(now) {
      const before = new Date(now.getTime() - idempotencyKeyLifeMs);
      let deleted = 0;
      for (;;) {
        const count = await deleteBefore(before, batch);
        deleted += count;
        if (count < batch) return deleted === 0 ? null : `Forgot ${deleted} idempotency keys`;
      }
    },
  };
}
