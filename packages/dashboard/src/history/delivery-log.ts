import type { Delivery } from '@fanfare/client';
import { reading } from '../api/index.ts';
import type { LiveMessage } from '../live/index.ts';
import type { DeliveryQuery } from './delivery-search.ts';
import type { Log } from './log.ts';
import { useLog, useTail } from './use-log.ts';

const readAnew = { staleTime: 0, gcTime: 0 } as const;

/** The deliveries that match, kept up to date. */
export function useDeliveryLog(query: DeliveryQuery): Log<Delivery> {
  const log = useLog<Delivery>('/v1/deliveries', query, (queries) => ({
    page: ({ cursor, limit }) =>
      queries.fetchQuery({
        ...reading('/v1/deliveries', { query: { ...query, limit, ...(cursor !== null && { cursor }) } }),
        ...readAnew,
      }),
    row: (id) => queries.fetchQuery({ ...reading('/v1/deliveries/{id}', { path: { id } }), ...readAnew }),
    idOf: ({ id }) => id,
    isOver: ({ state }) => state === 'delivered' || state === 'exhausted' || state === 'cancelled',
  }));
  useTail(log, changedDeliveries);
  return log;
}

function changedDeliveries(message: LiveMessage): readonly string[] | null {
  // One that is skipped closes without an attempt.
  if (message.kind === 'change' && message.data.kind === 'delivery') {
    return message.data.id === null ? null : [message.data.id];
  }
  if (message.kind !== 'activity') return null;
  return message.data.items.flatMap((item) => (item.kind === 'attempt' ? [item.delivery_id] : []));
}
