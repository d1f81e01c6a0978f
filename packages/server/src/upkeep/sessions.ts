import type { Task } from './task.ts';

const everyMs = 3_600_000;
/** No window of tries is longer. */
const attemptsMs = 86_400_000;
/** For so long an invitation that nobody accepted stays on the list. */
const invitationsMs = 30 * 86_400_000;

/** Deletes sessions that have ended, and whatever else of people is over. */
export function sessionsTask(
  deleteEnded: (before: {
    readonly ended: Date;
    readonly attempts: Date;
    readonly invitations: Date;
  }) => Promise<number>,
): Task {
  return {
    name: 'sessions',
    everyMs,
    async run(now) {
      const deleted = await deleteEnded({
        ended: now,
        attempts: new Date(now.getTime() - attemptsMs),
        invitations: new Date(now.getTime() - invitationsMs),
      });
      return deleted === 0 ? null : `Deleted ${deleted} sessions, links and invitations that were over`;
    },
  };
}
