import type { Session } from '@fanfare/client';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { fanfare, useChange } from '../api/index.ts';
import { sessionReading } from './session.ts';
import { tellOtherWindows } from './windows.ts';

/** Works in another organization from now on, in all windows. */
export function useSwitching() {
  const queries = useQueryClient();
  const router = useRouter();
  return useChange(
    (organizationId: string) => fanfare.patch('/v1/session', { body: { organization_id: organizationId } }),
    {
      onDone: (session) => {
        tellOtherWindows();
        // What is in a form belongs to the other organization.
        void router.navigate({ to: '/', ignoreBlocker: true }).then(() => beginAs(queries, session));
      },
    },
  );
}

/** Forgets what was read before. The frame stands for one person in one organization, and begins anew for another. */
export function beginAs(queries: QueryClient, session: Session): void {
  const { queryKey } = sessionReading();
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
  queries.setQueryData(queryKey, session);
}
