import type { Task } from './task.ts';

const minuteMs = 60_000;
const mostCampaigns = 1_000;

/** Keeps what is added up for the number of participants short: each batch of actions may add a row. */
export function participantCountsTask(fold: (limit: number) => Promise<number>): Task {
  return {
    name: 'participant counts',
    everyMs: minuteMs,
    async run() {
      const spared = await fold(mostCampaigns);
      return spared === 0 ? null : `Put ${spared} counts of participants together with others`;
    },
  };
}
