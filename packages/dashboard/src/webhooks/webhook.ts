import type { Webhook, WebhookConcern } from '@fanfare/client';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { fanfare, reading, useChange } from '../api/index.ts';

const route = getRouteApi('/signed-in/webhooks/$webhookId');

export const webhookReading = (id: string) => reading('/v1/webhooks/{id}', { path: { id } });

/** The webhook whose page is shown. Only on its tabs: the page waits until it is there. */
export function useWebhook(): Webhook {
  const { webhookId } = route.useParams();
  return useSuspenseQuery(webhookReading(webhookId)).data;
}

/** Turns a webhook on or off. */
export function useSetStatus({ id }: Pick<Webhook, 'id'>, done: string) {
  return useChange(
    (status: 'active' | 'inactive') => fanfare.patch('/v1/webhooks/{id}', { path: { id }, body: { status } }),
    { changes: ['/v1/webhooks', '/v1/statistics/webhooks', '/v1/statistics/concerns'], done },
  );
}

const concernsRefreshMs = 15_000;

const none: readonly WebhookConcern[] = [];

function useConcernsReading() {
  return useQuery({ ...reading('/v1/statistics/concerns'), refetchInterval: concernsRefreshMs });
}

/** Of one webhook; undefined while they are read for the first time. */
export function useConcernsOf(webhookId: string): readonly WebhookConcern[] | undefined {
  const { data, isPending } = useConcernsReading();
  if (isPending) return undefined;
  return data?.data.filter(({ webhook_id }) => webhook_id === webhookId) ?? none;
}
