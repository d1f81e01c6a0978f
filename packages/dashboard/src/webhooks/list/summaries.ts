import type { WebhookSummary } from '@fanfare/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fanfare, useChanged } from '../../api/index.ts';
import { useLive } from '../../live/index.ts';

/** As many webhooks as the list shows. */
export const mostListed = 1_000;

/** The counts are up to five seconds late; asking more often shows nothing newer. */
const refreshMs = 10_000;

/** How each webhook is doing, by its id, kept up to date. Null until it is known. */
export function useSummaries(): ReadonlyMap<string, WebhookSummary> | null {
  const changed = useChanged();
  useLive((message) => {
    if (message.kind === 'webhook') void changed('/v1/statistics/webhooks');
  });
  const { data } = useQuery({
    queryKey: ['/v1/statistics/webhooks', 'all'],
    queryFn: async ({ signal }) => {
      const summaries: WebhookSummary[] = [];
      for await (const summary of fanfare.items('/v1/statistics/webhooks', { signal })) {
        summaries.push(summary);
        if (summaries.length === mostListed) break;
      }
      return summaries;
    },
    refetchInterval: refreshMs,
  });
  return useMemo(
    () => (data === undefined ? null : new Map(data.map((summary) => [summary.webhook_id, summary]))),
    [data],
  );
}
