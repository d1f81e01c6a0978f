import { useMemo } from 'react';
import { useRead } from '../api/index.ts';

/** What the tasks and quests of a campaign are called, by id. */
export function useDesignNames(campaignId: string): ReadonlyMap<string, string> {
  const path = { id: campaignId };
  const tasks = useRead('/v1/campaigns/{id}/tasks', { path });
  const quests = useRead('/v1/campaigns/{id}/quests', { path });
  return useMemo(
    () =>
      new Map([...(tasks.data?.data ?? []), ...(quests.data?.data ?? [])].map(({ id, name }) => [id, name])),
    [tasks.data, quests.data],
  );
}
