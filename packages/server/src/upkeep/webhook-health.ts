import type { Task } from './task.ts';

const everyMs = 60_000;

/** Receivers that never came back are warned about a day ahead, and then no longer tried. */
export function webhookHealthTask(
  tend: () => Promise<{ readonly warned: number; readonly disabled: number }>,
): Task {
  return {
    name: 'webhook health',
    everyMs,
    async run() {
      const { warned, disabled } = await tend();
      if (warned + disabled === 0) return null;
      return `Warned of ${warned} webhooks that keep failing, and disabled ${disabled} that failed for too long`;
    },
  };
}
