import type { Session } from '@fanfare/client';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { sessionReading, tellOtherWindows } from '../session/index.ts';

/** Goes in with the session that was just opened, and brings the other windows along. */
export function useEntering(to = '/'): (session: Session) => void {
  const queries = useQueryClient();
  const router = useRouter();
  return (session) => {
    // What is left may be of somebody else who was signed in.
    queries.clear();
    queries.setQueryData(sessionReading().queryKey, session);
    tellOtherWindows();
    router.history.replace(to);
  };
}
