import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const recoveryRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/recovery',
  component: lazyRouteComponent(() => import('./recovery-page.tsx'), 'RecoveryPage'),
});

export const recoveryRoutes = [recoveryRoute] as const;
