import type { Task } from './task.ts';

const everyMs = 60_000;
/** Requests that an inbox remembers. */
export const inboxRequestsKept = 1_000;

/** An inbox is for looking at what came lately, not an archive. */
export function inboxesTask(trimInboxes: (keep: number) => Promise<number>): Task {
  return {
    name: 'inboxes',
    everyMs,
    async run() {
      const trimmed = await trimInboxes(inboxRequestsKept);
      return trimmed === 0 ? null : `Removed ${trimmed} old requests from inboxes`;
    },
  };
}
