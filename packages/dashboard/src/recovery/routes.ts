import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

export interface RecoverySearch {
  /** The form for a replay is open: to this webhook, or (`new`) to one that is chosen there. */
  readonly replay?: string;
}

const recoveryRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/recovery',
  validateSearch: ({ replay }: Record<string, unknown>): RecoverySearch =>
    typeof replay === 'string' && replay !== '' ? { replay } : {},
  component: lazyRouteComponent(() => import('./recovery-page.tsx'), 'RecoveryPage'),
});

export const recoveryRoutes = [recoveryRoute] as const;
