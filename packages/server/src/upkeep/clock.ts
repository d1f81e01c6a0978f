import type { ClockWatch } from '../storage/index.ts';
import type { Task } from './task.ts';

/** What waits for a time of the old clock waits this much longer at most. */
const everyMs = 2_000;

/** Notices that the database's clock jumped, and brings what is due along. */
export function clockTask(noteTime: ClockWatch['note']): Task {
  return {
    name: 'clock',
    everyMs,
    async run() {
      const jumpMs = await noteTime();
      if (jumpMs === 0) return null;
      const seconds = Math.round(Math.abs(jumpMs) / 1_000);
      return jumpMs > 0
        ? `The clock of the database went ahead by ${seconds} s; leases last as much longer`
        : `The clock of the database was set back by ${seconds} s; what was due by the old one is due as much earlier`;
    },
  };
}
