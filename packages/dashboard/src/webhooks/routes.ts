import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';
import { readListSearch } from './list/search.ts';

const webhookListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/webhooks',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./list/webhook-list.tsx'), 'WebhookList'),
});

const webhookCreateRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/webhooks/new',
  component: lazyRouteComponent(() => import('./webhook-create.tsx'), 'WebhookCreate'),
});

const webhookRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('./webhook-page.tsx'), 'WebhookPage'),
});

export const webhooksRoutes = [webhookListRoute, webhookCreateRoute, webhookRoute] as const;
