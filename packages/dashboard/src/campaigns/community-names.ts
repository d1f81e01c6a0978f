import type { Community } from '@fanfare/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fanfare } from '../api/index.ts';

/** All communities of the organization; a quota keeps them few. Newest first. */
export function useCommunities() {
  return useQuery({
    queryKey: ['/v1/communities', 'all'],
    queryFn: async ({ signal }) => {
      const all: Community[] = [];
      for await (const community of fanfare.items('/v1/communities', { signal })) all.push(community);
      return all;
    },
    staleTime: 60_000,
  });
}

/** What they are called, by id. */
export function useCommunityNames(): ReadonlyMap<string, string> {
  const { data } = useCommunities();
  return useMemo(() => new Map(data?.map(({ id, name }) => [id, name])), [data]);
}
