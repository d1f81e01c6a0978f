import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { type LiveMessage, useLive } from '../live/index.ts';
import { Log, type LogSource } from './log.ts';

type Queries = ReturnType<typeof useQueryClient>;

/** For so long whoever comes back finds the list as they left it. */
const keptMs = 10 * 60_000;

/**
 * One `Log` for each name and filter. It is kept where everything else that was read is kept, so it goes when somebody
 * signs out; but it is not a query: nothing there reads it anew.
 */
export function useLog<Row>(
  name: string,
  filter: object,
  makeSource: (queries: Queries) => LogSource<Row>,
): Log<Row> {
  const queries = useQueryClient();
  const { data: log } = useQuery({
    queryKey: ['log', name, filter],
    initialData: () => new Log(makeSource(queries)),
    enabled: false,
    structuralSharing: false,
    gcTime: keptMs,
  });
  useEffect(() => {
    if (log.state().rows === undefined) void log.more();
    else log.touchAll();
    return () => log.rest();
  }, [log]);
  return log;
}

export function useLogState<Row>(log: Log<Row>) {
  return useSyncExternalStore(log.subscribe, log.state);
}

/** Tells the list what the stream tells. */
export function useTail<Row>(
  log: Log<Row>,
  changedIds: (message: LiveMessage) => readonly string[] | null,
): void {
  useLive((message) => {
    if (message.kind === 'refresh') return log.touchAll();
    const ids = changedIds(message);
    if (ids !== null) log.touch(ids);
    if (message.kind === 'activity' && message.data.omitted > 0) log.touchAll();
  });
}
