import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';
import { readPayoutSearch } from './search.ts';

const payoutListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/payouts',
  validateSearch: readPayoutSearch,
  component: lazyRouteComponent(() => import('./payouts-page.tsx'), 'PayoutsPage'),
});

const payoutRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/payouts/$payoutId',
  component: lazyRouteComponent(() => import('./payout-page.tsx'), 'PayoutPage'),
});

export const payoutsRoutes = [payoutListRoute, payoutRoute] as const;
