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

/** No event type has a hyphen in its name. */
const registerRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/event-types/new-type',
  component: lazyRouteComponent(() => import('./editor/register-page.tsx'), 'RegisterPage'),
});

const editRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/event-types/$type/edit',
  component: lazyRouteComponent(() => import('./editor/edit-page.tsx'), 'EditPage'),
});

export const eventTypesRoutes = [eventTypeListRoute, registerRoute, eventTypeRoute, editRoute] as const;
