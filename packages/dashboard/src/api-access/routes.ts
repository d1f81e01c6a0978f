import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const apiRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/api',
  component: lazyRouteComponent(() => import('./api-page.tsx'), 'ApiPage'),
});

export const apiAccessRoutes = [apiRoute] as const;
