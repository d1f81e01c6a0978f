import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';
import { readDeliverySearch } from '../history/index.ts';

const participantListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/participants',
  validateSearch: ({ search }: Record<string, unknown>): { readonly search?: string } =>
    search === undefined || search === '' ? {} : { search: String(search) },
  component: lazyRouteComponent(() => import('./participant-list.tsx'), 'ParticipantList'),
});

const importsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/participants/imports',
  component: lazyRouteComponent(() => import('./imports/imports-page.tsx'), 'ImportsPage'),
});

const importRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/participants/imports/$jobId',
  component: lazyRouteComponent(() => import('./imports/import-page.tsx'), 'ImportPage'),
});

const participantRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/participants/$participantId',
  component: lazyRouteComponent(() => import('./participant-page.tsx'), 'ParticipantPage'),
});

const profileTab = createRoute({
  getParentRoute: () => participantRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./profile-tab.tsx'), 'ProfileTab'),
});

/** In which of the campaigns they take part in. */
const campaignSearch = ({ campaign }: Record<string, unknown>): { readonly campaign?: string } =>
  typeof campaign === 'string' ? { campaign } : {};

const activityTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'activity',
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import('./activity-tab.tsx'), 'ActivityTab'),
});

const rewardsTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'rewards',
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import('./rewards-tab.tsx'), 'RewardsTab'),
});

const referralsTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'referrals',
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import('./referrals-tab.tsx'), 'ReferralsTab'),
});

const playsTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'plays',
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import('./plays-tab.tsx'), 'PlaysTab'),
});

const signInsTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'sign-ins',
  component: lazyRouteComponent(() => import('./sign-ins-tab.tsx'), 'SignInsTab'),
});

const eventsTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'events',
  component: lazyRouteComponent(() => import('./events-tab.tsx'), 'EventsTab'),
});

const deliveriesTab = createRoute({
  getParentRoute: () => participantRoute,
  path: 'deliveries',
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import('./deliveries-tab.tsx'), 'DeliveriesTab'),
});

export const participantsRoutes = [
  participantListRoute,
  importsRoute,
  importRoute,
  participantRoute.addChildren([
    profileTab,
    activityTab,
    rewardsTab,
    referralsTab,
    playsTab,
    signInsTab,
    eventsTab,
    deliveriesTab,
  ]),
] as const;
