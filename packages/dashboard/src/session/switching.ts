import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { fanfare, useChange } from '../api/index.ts';
import { tellOtherWindows } from './windows.ts';

/** Works in another organization from now on, in all windows. */
export function useSwitching() {
  const queries = useQueryClient();
  const router = useRouter();
  return useChange(
    (organizationId: string) => fanfare.patch('/v1/session', { body: { organization_id: organizationId } }),
    {
      onDone: () => {
        queries.clear();
        tellOtherWindows();
        void router.navigate({ to: '/' }).then(() => router.invalidate());
      },
    },
  );
}
