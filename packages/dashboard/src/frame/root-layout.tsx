import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { onSessionChangedElsewhere } from '../session/index.ts';
import { onLeaving } from './leaving.ts';

/** Around every page: leads to the sign-in page when a session ends, here or in another window. */
export function Root() {
  const router = useRouter();
  const queries = useQueryClient();

  useEffect(
    () =>
      onLeaving((reason) => {
        const { pathname, href } = router.state.location;
        if (pathname === '/sign-in') return;
        queries.clear();
        void router.navigate({ to: '/sign-in', search: { to: href, why: reason } });
      }),
    [router, queries],
  );

  useEffect(
    () =>
      onSessionChangedElsewhere(() => {
        queries.clear();
        void router.invalidate();
      }),
    [router, queries],
  );

  return <Outlet />;
}
