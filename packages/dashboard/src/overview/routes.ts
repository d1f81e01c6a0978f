import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rangeSearch } from '../charts/index.ts';
import { signedInRoute } from '../frame/index.ts';

const overviewRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  validateSearch: rangeSearch,
  component: lazyRouteComponent(() => import('./overview-page.tsx'), 'OverviewPage'),
});

export const overviewRoutes = [overviewRoute] as const;
