import { campaignDesign as text } from '#strings/campaign-design.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { confirmFirst } from '../../elements/index.ts';
import { designLists } from './design.ts';
import { moved, type Placed } from './order.ts';

type Kind = 'group' | 'quest' | 'task' | 'reward';

interface Named extends Placed {
  readonly name: string;
}

/** Moves and deletes things of one kind in a campaign. */
export function useArranging(campaignId: string, kind: Kind) {
  const put = useChange(
    async (places: readonly Placed[]) => {
      // One after the other: the campaign is locked for each, and halfway is an order too.
      for (const { id, position } of places) await placing[kind](campaignId, id, position);
    },
    { changes: designLists },
  );
  const remove = useChange(({ id }: { id: string; name: string }) => deleting[kind](campaignId, id), {
    changes: designLists,
    done: (_output, { name }) => text.deleted(name),
  });
  return {
    /** Null where it cannot be moved there. */
    mover: (listed: readonly Placed[], id: string, by: -1 | 1): (() => void) | null => {
      const places = moved(listed, id, by);
      return places.length === 0 ? null : () => put.mutate(places);
    },
    remove: ({ id, name }: Pick<Named, 'id' | 'name'>) =>
      confirmFirst({
        title: text.deleting[kind].title(name),
        consequence: text.deleting[kind].consequence,
        confirm: text.deleting.confirm,
        onConfirm: () => remove.mutate({ id, name }),
      }),
  };
}

const placing: Record<Kind, (id: string, thing: string, position: number) => Promise<unknown>> = {
  group: (id, group_id, position) =>
    fanfare.patch('/v1/campaigns/{id}/groups/{group_id}', { path: { id, group_id }, body: { position } }),
  quest: (id, quest_id, position) =>
    fanfare.patch('/v1/campaigns/{id}/quests/{quest_id}', { path: { id, quest_id }, body: { position } }),
  task: (id, task_id, position) =>
    fanfare.patch('/v1/campaigns/{id}/tasks/{task_id}', { path: { id, task_id }, body: { position } }),
  reward: async () => {
    throw new Error('Rewards have no order');
  },
};

const deleting: Record<Kind, (id: string, thing: string) => Promise<unknown>> = {
  group: (id, group_id) => fanfare.delete('/v1/campaigns/{id}/groups/{group_id}', { path: { id, group_id } }),
  quest: (id, quest_id) => fanfare.delete('/v1/campaigns/{id}/quests/{quest_id}', { path: { id, quest_id } }),
  task: (id, task_id) => fanfare.delete('/v1/campaigns/{id}/tasks/{task_id}', { path: { id, task_id } }),
  reward: (id, reward_id) =>
    fanfare.delete('/v1/campaigns/{id}/rewards/{reward_id}', { path: { id, reward_id } }),
};
