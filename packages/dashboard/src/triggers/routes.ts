import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const triggerListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/triggers',
  component: lazyRouteComponent(() => import('./trigger-list.tsx'), 'TriggerList'),
});

export const triggersRoutes = [triggerListRoute] as const;
