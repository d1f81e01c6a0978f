import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';
import { type DeliverySearch, readDeliverySearch } from './delivery-search.ts';

const historyRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history',
  validateSearch: (search: Record<string, unknown>): DeliverySearch => readDeliverySearch(search),
  component: lazyRouteComponent(() => import('./history-page.tsx'), 'HistoryPage'),
});

const deliveryRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history/$deliveryId',
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
});

export const historyRoutes = [historyRoute, deliveryRoute] as const;
