import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../frame/index.ts';

const reasons = ['ended', 'signed-out', 'new-password', 'deleted'] as const;
type Reason = (typeof reasons)[number];

export interface SignInSearch {
  /** Where to go once somebody is signed in: a path of this page. */
  readonly to?: string;
  readonly why?: Reason;
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ to, why }: Record<string, unknown>): SignInSearch => ({
    ...(isPath(to) && { to }),
    ...(isReason(why) && { why }),
  }),
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
});

/** Not to another site, which `//example.com` would be. */
function isPath(to: unknown): to is string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to);
}

function isReason(why: unknown): why is Reason {
  return reasons.some((reason) => reason === why);
}

/** Where the link that `npm start` prints leads. Its token stands behind the `#`, where no server sees it. */
const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  validateSearch: ({ demo }: Record<string, unknown>): { readonly demo?: boolean } =>
    demo === undefined ? {} : { demo: true },
  component: lazyRouteComponent(() => import('./welcome-page.tsx'), 'WelcomePage'),
});

const forgottenPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten-password',
  component: lazyRouteComponent(() => import('./forgotten-password-page.tsx'), 'ForgottenPasswordPage'),
});

/** Of the link that was mailed or made by the operator, as is the next. */
const newPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/new-password',
  component: lazyRouteComponent(() => import('./new-password-page.tsx'), 'NewPasswordPage'),
});

const newAddressRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/new-address',
  component: lazyRouteComponent(() => import('./new-address-page.tsx'), 'NewAddressPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./invitation-page.tsx'), 'InvitationPage'),
});

export const doorwayRoutes = [
  signInRoute,
  welcomeRoute,
  forgottenPasswordRoute,
  newPasswordRoute,
  newAddressRoute,
  invitationRoute,
] as const;
