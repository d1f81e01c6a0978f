import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rangeSearch } from '../charts/index.ts';
import { signedInRoute } from '../frame/index.ts';
import { readDeliverySearch } from '../history/index.ts';
import { readExampleSearch } from './example/search.ts';
import { readListSearch } from './list/search.ts';
import { readTestSearch } from './test/search.ts';

const webhookListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/webhooks',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./list/webhook-list.tsx'), 'WebhookList'),
});

const webhookCreateRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/webhooks/new',
  /** Where it sends to, for pages that lead here. */
  validateSearch: ({ url }: Record<string, unknown>): { readonly url?: string } =>
    typeof url === 'string' ? { url } : {},
  component: lazyRouteComponent(() => import('./settings/webhook-create.tsx'), 'WebhookCreate'),
});

const webhookRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('./webhook-page.tsx'), 'WebhookPage'),
});

const overviewRoute = createRoute({
  getParentRoute: () => webhookRoute,
  path: '/',
  validateSearch: rangeSearch,
  component: lazyRouteComponent(() => import('./overview/overview-tab.tsx'), 'OverviewTab'),
});

const settingsRoute = createRoute({
  getParentRoute: () => webhookRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-tab.tsx'), 'SettingsTab'),
});

const exampleRoute = createRoute({
  getParentRoute: () => webhookRoute,
  path: '/example',
  validateSearch: readExampleSearch,
  component: lazyRouteComponent(() => import('./example/example-tab.tsx'), 'ExampleTab'),
});

const testRoute = createRoute({
  getParentRoute: () => webhookRoute,
  path: '/test',
  validateSearch: readTestSearch,
  component: lazyRouteComponent(() => import('./test/test-tab.tsx'), 'TestTab'),
});

const historyRoute = createRoute({
  getParentRoute: () => webhookRoute,
  path: '/history',
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import('./history-tab.tsx'), 'HistoryTab'),
});

export const webhooksRoutes = [
  webhookListRoute,
  webhookCreateRoute,
  webhookRoute.addChildren([overviewRoute, settingsRoute, exampleRoute, testRoute, historyRoute]),
] as const;
