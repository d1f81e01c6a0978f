import type { Task } from './task.ts';

const everyMs = 600_000;

/** Ends what a deletion that was cut short, or a node that heard of it late, left open. */
export function deletedWebhooksTask(cancelLeftovers: () => Promise<number>): Task {
  return {
    name: 'deleted webhooks',
    everyMs,
    async run() {
      const cancelled = await cancelLeftovers();
      return cancelled === 0 ? null : `Cancelled ${cancelled} open deliveries of deleted webhooks`;
    },
  };
}
