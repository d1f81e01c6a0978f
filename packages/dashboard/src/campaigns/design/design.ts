import type { Group, Quest, Reward, Task } from '@fanfare/client';
import { useMemo } from 'react';
import { useRead } from '../../api/index.ts';

/** Everything that is designed in a campaign, each list in its order. */
export interface Design {
  readonly campaignId: string;
  /** What points are called. */
  readonly pointsName: string;
  readonly groups: readonly Group[];
  readonly quests: readonly Quest[];
  readonly tasks: readonly Task[];
  readonly rewards: readonly Reward[];
}

export const designLists = [
  '/v1/campaigns/{id}/groups',
  '/v1/campaigns/{id}/quests',
  '/v1/campaigns/{id}/tasks',
  '/v1/campaigns/{id}/rewards',
] as const;

/** `design` is null until all of it is there. */
export function useDesign(campaignId: string, pointsName: string) {
  const path = { id: campaignId };
  const groups = useRead('/v1/campaigns/{id}/groups', { path });
  const quests = useRead('/v1/campaigns/{id}/quests', { path });
  const tasks = useRead('/v1/campaigns/{id}/tasks', { path });
  const rewards = useRead('/v1/campaigns/{id}/rewards', { path });
  const reads = [groups, quests, tasks, rewards];
  const design = useMemo((): Design | null => {
    if (!(groups.data && quests.data && tasks.data && rewards.data)) return null;
    return {
      campaignId,
      pointsName,
      groups: groups.data.data,
      quests: quests.data.data,
      tasks: tasks.data.data,
      rewards: rewards.data.data,
    };
  }, [campaignId, pointsName, groups.data, quests.data, tasks.data, rewards.data]);
  return {
    design,
    error: reads.find(({ error }) => error !== null)?.error ?? null,
    again: () => {
      for (const { refetch } of reads) void refetch();
    },
  };
}
