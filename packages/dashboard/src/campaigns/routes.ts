import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const campaignListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/campaigns',
  component: lazyRouteComponent(() => import('./campaign-list.tsx'), 'CampaignList'),
});

const campaignRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/campaigns/$campaignId',
  component: lazyRouteComponent(() => import('./campaign-page.tsx'), 'CampaignPage'),
});

export const campaignsRoutes = [campaignListRoute, campaignRoute] as const;
