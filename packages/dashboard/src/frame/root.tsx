import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut } from '../api/index.ts';
import { sessionReading } from '../session/index.ts';
import { PageBroken } from './page-broken.tsx';
import { PageMissing } from './page-missing.tsx';
import { Root } from './root-layout.tsx';

export interface RouterContext {
  readonly queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: PageBroken,
  notFoundComponent: PageMissing,
});

/** Everything below it needs somebody to be signed in; whoever is not comes back here after signing in. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ context: { queries }, location }) => {
    try {
      await queries.ensureQueryData(sessionReading());
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      throw redirect({ to: '/sign-in', search: { to: location.href } });
    }
  },
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
  errorComponent: PageBroken,
  notFoundComponent: PageMissing,
});
