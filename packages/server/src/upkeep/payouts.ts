import type { Task } from './task.ts';

/** Automatic payouts wait at least a minute between attempts, so this is soon enough. */
const everyMs = 5_000;

export function payoutsTask(tend: () => Promise<{ readonly asked: number; readonly failed: number }>): Task {
  return {
    name: 'payouts',
    everyMs,
    async run() {
      const { asked, failed } = await tend();
      if (asked + failed === 0) return null;
      return `Asked again for ${asked} payouts, and failed ${failed} that nobody would send`;
    },
  };
}
