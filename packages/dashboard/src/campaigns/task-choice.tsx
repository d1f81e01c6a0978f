import { MultiSelect, type MultiSelectProps } from '@mantine/core';
import { explain, useRead } from '../api/index.ts';

export interface TaskChoiceProps extends Omit<MultiSelectProps, 'data'> {
  readonly campaignId: string;
  /** Said instead of choices when the campaign has no tasks. */
  readonly nothing: string;
  /** A task that cannot be chosen. */
  readonly except?: string | undefined;
}

/** Any number of the tasks of a campaign, listed by quest; their ids are the value. */
export function TaskChoice({ campaignId, nothing, except, ...props }: TaskChoiceProps) {
  const path = { id: campaignId };
  const tasks = useRead('/v1/campaigns/{id}/tasks', { path });
  const quests = useRead('/v1/campaigns/{id}/quests', { path });
  const groups = quests.data?.data.map((quest) => ({
    group: quest.name,
    items:
      tasks.data?.data
        .filter(({ id, quest_id }) => quest_id === quest.id && id !== except)
        .map(({ id, name }) => ({ value: id, label: name })) ?? [],
  }));
  const error = tasks.error ?? quests.error;
  return (
    <MultiSelect
      searchable
      clearable
      nothingFoundMessage={nothing}
      error={error === null ? undefined : explain(error).detail}
      {...props}
      data={groups?.filter(({ items }) => items.length > 0) ?? []}
    />
  );
}
