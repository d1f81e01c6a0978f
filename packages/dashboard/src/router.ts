import { createRouter } from '@tanstack/react-router';
import { apiAccessRoutes } from './api-access/routes.ts';
import { auditLogRoutes } from './audit-log/routes.ts';
import { campaignsRoutes } from './campaigns/routes.ts';
import { doorwayRoutes } from './doorway/routes.ts';
import { eventTypesRoutes } from './event-types/routes.ts';
import { PagePlaceholder, rootRoute, signedInRoute } from './frame/index.ts';
import { historyRoutes } from './history/routes.ts';
import { inboxesRoutes } from './inboxes/routes.ts';
import { overviewRoutes } from './overview/routes.ts';
import { participantsRoutes } from './participants/routes.ts';
import { payoutsRoutes } from './payouts/routes.ts';
import { queries } from './queries.ts';
import { recoveryRoutes } from './recovery/routes.ts';
import { settingsRoutes } from './settings/routes.ts';
import { teamRoutes } from './team/routes.ts';
import { triggersRoutes } from './triggers/routes.ts';
import { webhooksRoutes } from './webhooks/routes.ts';

/** Every page there is. The address is the state: filters, tabs and ranges stand in it. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    ...doorwayRoutes,
    signedInRoute.addChildren([
      ...overviewRoutes,
      ...campaignsRoutes,
      ...triggersRoutes,
      ...participantsRoutes,
      ...payoutsRoutes,
      ...webhooksRoutes,
      ...historyRoutes,
      ...recoveryRoutes,
      ...eventTypesRoutes,
      ...inboxesRoutes,
      ...apiAccessRoutes,
      ...teamRoutes,
      ...settingsRoutes,
      ...auditLogRoutes,
    ]),
  ]),
  context: { queries },
  // Pages see of an address only what their `validateSearch` has let through.
  search: { strict: true },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: PagePlaceholder,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
