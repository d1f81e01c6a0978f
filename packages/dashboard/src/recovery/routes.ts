import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';
import { readRecoverySearch } from './search.ts';

const recoveryRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/recovery',
  validateSearch: readRecoverySearch,
  component: lazyRouteComponent(() => import('./recovery-page.tsx'), 'RecoveryPage'),
});

export const recoveryRoutes = [recoveryRoute] as const;
