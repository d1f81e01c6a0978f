import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const tabs = ['hooks', 'tokens', 'browsers'] as const;
export type ApiTab = (typeof tabs)[number];

const apiRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/api',
  /** Without a tab it is the first one. */
  validateSearch: ({ tab }: Record<string, unknown>): { readonly tab?: ApiTab } => {
    const known = tabs.find((one) => one === tab);
    return known === undefined ? {} : { tab: known };
  },
  component: lazyRouteComponent(() => import('./api-page.tsx'), 'ApiPage'),
});

export const apiAccessRoutes = [apiRoute] as const;
