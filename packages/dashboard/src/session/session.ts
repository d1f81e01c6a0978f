import type { Session } from '@fanfare/client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { reading } from '../api/index.ts';

export const sessionReading = () => reading('/v1/session');

/** Who is signed in. Only below pages that need somebody to be. */
export function useSession(): Session {
  return useSuspenseQuery({ ...sessionReading(), staleTime: 60_000 }).data;
}

/** What a role may do: docs/access.md. The server decides; this only keeps from offering what it would refuse. */
export type Permission =
  | 'read'
  | 'publish'
  | 'webhooks'
  | 'campaigns'
  | 'people'
  | 'money'
  | 'tokens'
  | 'team'
  | 'settings'
  | 'audit'
  | 'organizations'
  | 'deletion';

/** Whether whoever is signed in may do what needs the permission. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}
