import type { Task } from './task.ts';

const everyMs = 60_000;

/** Whoever was promised to be forgotten is, whatever happened to the job: a node died, it was cancelled, it broke. */
export function erasuresTask(resume: () => Promise<number>): Task {
  return {
    name: 'erasures',
    everyMs,
    async run() {
      const resumed = await resume();
      return resumed === 0 ? null : `Began ${resumed} erasures and deletions again that nobody worked on`;
    },
  };
}
