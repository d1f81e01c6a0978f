import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';
import { type DeliverySearch, readDeliverySearch } from './delivery-search.ts';
import { type EventSearch, readEventSearch } from './event-search.ts';

export interface HistorySearch extends DeliverySearch, Pick<EventSearch, 'deliveries'> {
  /** Deliveries unless given. */
  readonly tab?: 'events';
}

const historyRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history',
  validateSearch: (search: Record<string, unknown>): HistorySearch => ({
    ...readDeliverySearch(search),
    ...readEventSearch(search),
    ...(search['tab'] === 'events' && { tab: 'events' }),
  }),
  component: lazyRouteComponent(() => import('./history-page.tsx'), 'HistoryPage'),
});

const deliveryRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history/$deliveryId',
  validateSearch: ({ attempt }: Record<string, unknown>): { readonly attempt?: string } =>
    typeof attempt === 'string' ? { attempt } : {},
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
});

const eventRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/history/events/$eventId',
  component: lazyRouteComponent(() => import('./event-page.tsx'), 'EventPage'),
});

export const historyRoutes = [historyRoute, deliveryRoute, eventRoute] as const;
