import type { Webhook, WebhookConcern, WebhookHealth } from '@fanfare/client';
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useChildMatches } from '@tanstack/react-router';
import { Suspense } from 'react';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { webhooks } from '#strings/webhooks.ts';
import { useRead } from '../api/index.ts';
import { Page, Problem, StateBadge, type StateName, TabBar } from '../elements/index.ts';
import { PagePlaceholder } from '../frame/index.ts';
import { useMay } from '../session/index.ts';
import { useConcernsOf, webhookReading } from './webhook.ts';
import { WebhookActions } from './webhook-actions.tsx';

const route = getRouteApi('/signed-in/webhooks/$webhookId');
const crumbs = [{ label: webhooks.title, to: '/webhooks' }] as const;

/** One webhook: how it does, what it is set to, what it sends, and what it sent. */
export function WebhookPage() {
  const { webhookId } = route.useParams();
  const webhook = useQuery(webhookReading(webhookId));
  const health = useRead('/v1/webhooks/{id}/health', { path: { id: webhookId } });
  const concerns = useConcernsOf(webhookId);
  if (webhook.data === undefined || health.isPending || concerns === undefined) {
    // All at once: what its state is decides how high the head of the page is.
    return (
      <Page title={text.title} crumbs={crumbs}>
        <Problem error={webhook.error} again={() => void webhook.refetch()} />
        {webhook.error === null && <PagePlaceholder />}
      </Page>
    );
  }
  const { name, description } = webhook.data;
  const state = stateOf(webhook.data, health.data, concerns);
  return (
    <Page
      title={name}
      crumbs={crumbs}
      mark={<StateBadge state={state} />}
      {...(description !== '' && { description })}
      actions={<WebhookActions webhook={webhook.data} />}
    >
      <Problem error={webhook.error} again={() => void webhook.refetch()} />
      <WebhookTabs webhookId={webhookId} />
    </Page>
  );
}

/** The gravest that is known of it. */
function stateOf(
  { status }: Webhook,
  health: WebhookHealth | undefined,
  concerns: readonly WebhookConcern[],
): StateName {
  if (status !== 'active') return status;
  if (health?.state !== 'healthy') return health?.state ?? status;
  return concerns[0]?.kind ?? health.state;
}

const paths = {
  overview: '/webhooks/$webhookId',
  settings: '/webhooks/$webhookId/settings',
  example: '/webhooks/$webhookId/example',
  test: '/webhooks/$webhookId/test',
  history: '/webhooks/$webhookId/history',
} as const;
type Tab = keyof typeof paths;
const tabs = Object.keys(paths) as Tab[];

function WebhookTabs({ webhookId }: { readonly webhookId: string }) {
  const may = useMay('webhooks');
  const shown = tabs.filter((tab) => may || (tab !== 'example' && tab !== 'test'));
  const here = useChildMatches({
    select: (matches) => tabs.find((tab) => matches.some(({ routeId }) => routeId.endsWith(`/${tab}`))),
  });
  return (
    <Tabs value={here ?? 'overview'}>
      <TabBar label={text.tabsLabel} shown={here ?? 'overview'}>
        {shown.map((tab) => (
          <Tabs.Tab
            key={tab}
            value={tab}
            renderRoot={(props) => <Link to={paths[tab]} params={{ webhookId }} {...props} />}
          >
            {text.tabs[tab]}
          </Tabs.Tab>
        ))}
      </TabBar>
      <Tabs.Panel value={here ?? 'overview'} pt="lg">
        <Suspense fallback={<PagePlaceholder />}>
          <Outlet />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
