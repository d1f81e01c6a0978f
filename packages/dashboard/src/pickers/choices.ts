import { useQuery } from '@tanstack/react-query';
import { fanfare } from '../api/index.ts';

/** A picker with more than this to choose from is searched by whoever knows what they look for. */
const mostChoices = 1_000;

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const taken: Item[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === mostChoices) break;
  }
  return taken;
}

/** The campaigns of the organization, at most 1,000. */
export function useCampaigns() {
  return useQuery({
    queryKey: ['/v1/campaigns', 'all'],
    queryFn: ({ signal }) => firstOf(fanfare.items('/v1/campaigns', { signal })),
    staleTime: 60_000,
  });
}

/** The catalogue, and what the organization has registered. */
export function useEventTypes() {
  return useQuery({
    queryKey: ['/v1/event-types'],
    queryFn: ({ signal }) => fanfare.get('/v1/event-types', { signal }),
    staleTime: 60_000,
    select: ({ data }) => data,
  });
}
