import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const eventTypeListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/event-types',
  validateSearch: ({ search }: Record<string, unknown>): { readonly search?: string } =>
    search === undefined || search === '' ? {} : { search: String(search) },
  component: lazyRouteComponent(() => import('./event-type-list.tsx'), 'EventTypeList'),
});

const eventTypeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/event-types/$type',
  validateSearch: ({ schema }: Record<string, unknown>): { readonly schema?: 'json' } =>
    schema === 'json' ? { schema } : {},
  component: lazyRouteComponent(() => import('./event-type-page.tsx'), 'EventTypePage'),
});

export const eventTypesRoutes = [eventTypeListRoute, eventTypeRoute] as const;
