import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../frame/index.ts';

export interface SignInSearch {
  /** Where to go once somebody is signed in: a path of this page. */
  readonly to?: string;
  readonly why?: 'ended' | 'signed-out';
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ to, why }: Record<string, unknown>): SignInSearch => ({
    ...(isPath(to) && { to }),
    ...((why === 'ended' || why === 'signed-out') && { why }),
  }),
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
});

/** Not to another site, which `//example.com` would be. */
function isPath(to: unknown): to is string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to);
}

/** Where the link that `npm start` prints leads. Its token stands behind the `#`, where no server sees it. */
const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  validateSearch: ({ demo }: Record<string, unknown>): { readonly demo?: boolean } =>
    demo === undefined ? {} : { demo: true },
  component: lazyRouteComponent(() => import('./welcome-page.tsx'), 'WelcomePage'),
});

export const doorwayRoutes = [signInRoute, welcomeRoute] as const;
