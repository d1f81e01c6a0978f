import { type Retention, type RetentionBounds, retentionBounds } from '../storage/index.ts';
import type { Task } from './task.ts';

const everyMs = 3_600_000;

interface Dropped {
  readonly partitions: readonly { readonly name: string }[];
  readonly cancelledDeliveries: number;
}

/** Drops what is older than its kind is kept, whole days (UTC) at a time. */
export function retentionTask(
  retention: Retention,
  dropPartitionsBefore: (bounds: RetentionBounds) => Promise<Dropped>,
): Task {
  return {
    name: 'retention',
    everyMs,
    async run(now) {
      const { partitions, cancelledDeliveries } = await dropPartitionsBefore(retentionBounds(retention, now));
      if (partitions.length === 0) return null;
      const names = partitions.map(({ name }) => name).join(', ');
      const { eventDays, attemptDays, bodyDays } = retention;
      return `Dropped what is older than ${eventDays} days, attempts older than ${attemptDays} and bodies older than ${bodyDays} (${names}); ${cancelledDeliveries} open deliveries of dropped events were cancelled`;
    },
  };
}
