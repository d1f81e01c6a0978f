import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedInRoute } from '../frame/index.ts';

/** Which trigger is being edited, or that one is being made. */
export interface TriggersSearch {
  readonly edit?: string;
  readonly add?: true;
}

const triggerListRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/triggers',
  validateSearch: ({ edit, add }: Record<string, unknown>): TriggersSearch => {
    // An id such as "2024" comes out of an address as a number.
    if (typeof edit === 'string' || typeof edit === 'number') return { edit: String(edit) };
    return add === true ? { add } : {};
  },
  component: lazyRouteComponent(() => import('./trigger-list.tsx'), 'TriggerList'),
});

export const triggersRoutes = [triggerListRoute] as const;
