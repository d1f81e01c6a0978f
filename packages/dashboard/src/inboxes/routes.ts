import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const inboxListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/inboxes',
  component: lazyRouteComponent(() => import('./inbox-list.tsx'), 'InboxList'),
});

const inboxRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/inboxes/$inboxId',
  validateSearch: ({ request }: Record<string, unknown>): { readonly request?: string } =>
    typeof request === 'string' ? { request } : {},
  component: lazyRouteComponent(() => import('./inbox-page.tsx'), 'InboxPage'),
});

export const inboxesRoutes = [inboxListRoute, inboxRoute] as const;
