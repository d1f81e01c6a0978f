import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const campaignListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/campaigns',
  validateSearch: ({ tab }: Record<string, unknown>): { readonly tab?: 'communities' } =>
    tab === 'communities' ? { tab } : {},
  component: lazyRouteComponent(() => import('./campaign-list.tsx'), 'CampaignList'),
});

const campaignCreateRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/campaigns/new',
  component: lazyRouteComponent(() => import('./campaign-create.tsx'), 'CampaignCreate'),
});

const campaignRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/campaigns/$campaignId',
  component: lazyRouteComponent(() => import('./campaign-page.tsx'), 'CampaignPage'),
});

const overviewTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./overview-tab.tsx'), 'OverviewTab'),
});

const designTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'design',
  validateSearch: designSearch,
  component: lazyRouteComponent(() => import('./design/design-tab.tsx'), 'DesignTab'),
});

const participantsTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'participants',
  component: lazyRouteComponent(() => import('./participants-tab.tsx'), 'ParticipantsTab'),
});

const leaderboardTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'leaderboard',
  validateSearch: ({ by }: Record<string, unknown>): { readonly by?: 'score' } =>
    by === 'score' ? { by } : {},
  component: lazyRouteComponent(() => import('./leaderboard-tab.tsx'), 'LeaderboardTab'),
});

const referralsTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'referrals',
  validateSearch: referralsSearch,
  component: lazyRouteComponent(() => import('./referrals-tab.tsx'), 'ReferralsTab'),
});

const activityTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'activity',
  validateSearch: ({ participant }: Record<string, unknown>): { readonly participant?: string } =>
    typeof participant === 'string' ? { participant } : {},
  component: lazyRouteComponent(() => import('./activity-tab.tsx'), 'ActivityTab'),
});

const correctionsTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'corrections',
  validateSearch: ({ job }: Record<string, unknown>): { readonly job?: string } =>
    typeof job === 'string' ? { job } : {},
  component: lazyRouteComponent(() => import('./corrections/corrections-tab.tsx'), 'CorrectionsTab'),
});

const integrationTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'integration',
  component: lazyRouteComponent(() => import('./integration-tab.tsx'), 'IntegrationTab'),
});

const settingsTab = createRoute({
  getParentRoute: () => campaignRoute,
  path: 'settings',
  component: lazyRouteComponent(() => import('./settings-tab.tsx'), 'SettingsTab'),
});

export const campaignsRoutes = [
  campaignListRoute,
  campaignCreateRoute,
  campaignRoute.addChildren([
    overviewTab,
    designTab,
    participantsTab,
    leaderboardTab,
    referralsTab,
    activityTab,
    correctionsTab,
    integrationTab,
    settingsTab,
  ]),
] as const;

/** What is being edited, by id, or made, and where it will stand. */
export interface DesignSearch {
  readonly edit?: string;
  readonly add?: 'group' | 'quest' | 'task' | 'reward';
  readonly into?: string;
}

function designSearch({ edit, add, into }: Record<string, unknown>): DesignSearch {
  if (typeof edit === 'string') return { edit };
  if (add === 'group' || add === 'reward') return { add };
  if (add === 'quest' || add === 'task') return { add, ...(typeof into === 'string' && { into }) };
  return {};
}

export interface ReferralsSearch {
  readonly state?: 'linked' | 'qualified' | 'converted';
  readonly referrer?: string;
}

function referralsSearch({ state, referrer }: Record<string, unknown>): ReferralsSearch {
  return {
    ...((state === 'linked' || state === 'qualified' || state === 'converted') && { state }),
    ...(typeof referrer === 'string' && { referrer }),
  };
}
