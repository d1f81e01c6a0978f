import type { Task } from './task.ts';

const everyMs = 3_600_000;
const dayMs = 86_400_000;

interface Dropped {
  readonly partitions: readonly { readonly name: string }[];
  readonly cancelledDeliveries: number;
}

/** Drops what is older than the retention, whole days (UTC) at a time. */
export function retentionTask(days: number, dropPartitionsBefore: (date: Date) => Promise<Dropped>): Task {
  return {
    name: 'retention',
    everyMs,
    async run(now) {
      const { partitions, cancelledDeliveries } = await dropPartitionsBefore(
        new Date(now.getTime() - days * dayMs),
      );
      if (partitions.length === 0) return null;
      const names = partitions.map(({ name }) => name).join(', ');
      return `Dropped what is older than ${days} days (${names}); ${cancelledDeliveries} open deliveries of dropped events were cancelled`;
    },
  };
}
