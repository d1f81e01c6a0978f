import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const eventTypeListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/event-types',
  component: lazyRouteComponent(() => import('./event-type-list.tsx'), 'EventTypeList'),
});

export const eventTypesRoutes = [eventTypeListRoute] as const;
