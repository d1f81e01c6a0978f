import type { Webhook, WebhookSummary } from '@fanfare/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { reading } from '../../api/index.ts';
import type { WebhookState } from './search.ts';

/** A webhook with how it is doing; null until that is known. */
export interface ListedWebhook {
  readonly webhook: Webhook;
  readonly summary: WebhookSummary | null;
}

/** Before anything is known of it, what its settings say. */
export function stateOf({ webhook, summary }: ListedWebhook): WebhookState | 'active' {
  if (webhook.status !== 'active') return webhook.status;
  return summary?.state ?? webhook.status;
}

/** The counts are up to five seconds late; asking more often shows nothing newer. */
const refreshMs = 10_000;

/** Some webhooks of the list with how they are doing, kept up to date. */
export function useListedWebhooks(webhooks: readonly Webhook[]): readonly ListedWebhook[] {
  const ids = webhooks.map(({ id }) => id).join();
  const { data } = useQuery({
    ...reading('/v1/statistics/webhooks', { query: { ids, limit: Math.max(1, webhooks.length) } }),
    enabled: ids !== '',
    refetchInterval: refreshMs,
  });
  return useMemo(() => {
    const summaries = new Map(data?.data.map((summary) => [summary.webhook_id, summary]));
    return webhooks.map((webhook) => ({ webhook, summary: summaries.get(webhook.id) ?? null }));
  }, [webhooks, data]);
}
