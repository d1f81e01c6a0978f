import type { Session } from '@fanfare/client';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { fanfare, isSignedOut } from '../api/index.ts';
import { beginAs, onSessionChangedElsewhere, sessionReading } from '../session/index.ts';
import { leave, onLeaving } from './leaving.ts';

const doorway = '/sign-in';

/** Around every page: leads to the sign-in page when a session ends, here or in another window. */
export function Root() {
  const router = useRouter();
  const queries = useQueryClient();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  /** Where it was asked already: whoever is in the middle of a form may stay there, and is not asked again. */
  const askedAt = useRef<string | null>(null);

  useEffect(
    () =>
      onLeaving((reason) => {
        const { pathname, href } = router.state.location;
        if (pathname === doorway || (reason === 'ended' && askedAt.current === href)) return;
        askedAt.current = href;
        void router.navigate({
          to: doorway,
          search: { to: href, why: reason },
          ignoreBlocker: reason === 'signed-out',
        });
      }),
    [router],
  );

  // Only who has left: the page would read everything anew, be refused, and lead here again.
  useEffect(() => {
    if (path !== doorway || askedAt.current === null) return;
    askedAt.current = null;
    queries.clear();
  }, [path, queries]);

  useEffect(
    () =>
      onSessionChangedElsewhere(() => {
        // The sign-in page follows by itself.
        if (router.state.location.pathname === doorway) return;
        const before = queries.getQueryData(sessionReading().queryKey);
        fanfare.get('/v1/session').then(
          (session) => {
            askedAt.current = null;
            if (before !== undefined && isSame(before, session)) return queries.invalidateQueries();
            beginAs(queries, session);
            return router.invalidate();
          },
          (error: unknown) => {
            if (isSignedOut(error)) leave('signed-out');
          },
        );
      }),
    [router, queries],
  );

  return <Outlet />;
}

/** The same person in the same organization: what they are in the middle of stays. */
function isSame(one: Session, other: Session): boolean {
  return one.person.id === other.person.id && one.organization.id === other.organization.id;
}
