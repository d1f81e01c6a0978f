import type { Quest } from '@fanfare/client';
import { Select, TextInput } from '@mantine/core';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { fanfare } from '../../api/index.ts';
import { PointsInput } from '../../elements/index.ts';
import type { Typed } from '../settings-values.ts';
import type { Design } from './design.ts';
import { EditorForm } from './editor-form.tsx';
import { type ShareValues, shareBody, shareValues } from './reward-share.ts';
import { RewardShareFields } from './reward-share-fields.tsx';

interface QuestValues {
  readonly name: string;
  readonly group_id: string;
  readonly points: Typed;
  readonly reward: ShareValues;
}

const fields = ['name', 'group_id', 'points', 'reward.id', 'reward.amount'];

const bodyOf = ({ name, group_id, points, reward }: QuestValues) => ({
  name,
  group_id,
  points: Number(points),
  reward: shareBody(reward),
});

export function QuestForm({
  design,
  quest,
  into,
}: {
  readonly design: Design;
  readonly quest: Quest | null;
  /** The group that a new one stands in; the first unless given. */
  readonly into?: string | undefined;
}) {
  const { campaignId: id, groups } = design;
  const initial: QuestValues = {
    name: quest?.name ?? '',
    group_id: quest?.group_id ?? groups.find((group) => group.id === into)?.id ?? groups[0]?.id ?? '',
    points: quest?.points ?? 0,
    reward: shareValues(quest?.reward ?? null),
  };
  return (
    <EditorForm
      initial={initial}
      fields={fields}
      bodyOf={bodyOf}
      create={
        quest === null ? (body) => fanfare.post('/v1/campaigns/{id}/quests', { path: { id }, body }) : null
      }
      update={(body) =>
        fanfare.patch('/v1/campaigns/{id}/quests/{quest_id}', {
          path: { id, quest_id: quest?.id ?? '' },
          body,
        })
      }
    >
      {(form) => (
        <>
          <TextInput
            label={text.name}
            description={text.nameHint}
            required
            maxLength={200}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Select
            label={text.group}
            required
            allowDeselect={false}
            data={groups.map((group) => ({ value: group.id, label: group.name }))}
            {...form.getInputProps('group_id')}
          />
          <PointsInput label={text.points} description={text.questPoints} {...form.getInputProps('points')} />
          <RewardShareFields form={form} design={design} />
        </>
      )}
    </EditorForm>
  );
}
