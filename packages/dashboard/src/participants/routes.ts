import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

const participantListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/participants',
  validateSearch: ({ search }: Record<string, unknown>): { readonly search?: string } =>
    search === undefined || search === '' ? {} : { search: String(search) },
  component: lazyRouteComponent(() => import('./participant-list.tsx'), 'ParticipantList'),
});

const participantRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/participants/$participantId',
  component: lazyRouteComponent(() => import('./participant-page.tsx'), 'ParticipantPage'),
});

export const participantsRoutes = [participantListRoute, participantRoute] as const;
