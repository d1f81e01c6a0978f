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
  component: lazyRouteComponent(() => import('./inbox-page.tsx'), 'InboxPage'),
});

export const inboxesRoutes = [inboxListRoute, inboxRoute] as const;
