import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const historyRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history',
  component: lazyRouteComponent(() => import('./history-page.tsx'), 'HistoryPage'),
});

const deliveryRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history/$deliveryId',
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
});

export const historyRoutes = [historyRoute, deliveryRoute] as const;
