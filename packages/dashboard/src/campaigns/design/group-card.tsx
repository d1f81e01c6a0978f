import type { Group as CampaignGroup } from '@fanfare/client';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { useMay } from '../../session/index.ts';
import { useArranging } from './arranging.ts';
import type { Design } from './design.ts';
import { QuestBlock } from './quest-block.tsx';
import { RowMenu } from './row-menu.tsx';
import { useEditing } from './use-editing.ts';

/** A group with its quests. */
export function GroupCard({ group, design }: { readonly group: CampaignGroup; readonly design: Design }) {
  const { edit, add } = useEditing();
  const mayDesign = useMay('campaigns');
  const { mover, remove } = useArranging(design.campaignId, 'group');
  const quests = design.quests.filter(({ group_id }) => group_id === group.id);
  return (
    <Paper withBorder radius="md" p={{ base: 'sm', sm: 'md' }} component="section">
      <Group justify="space-between" wrap="nowrap" mb="sm">
        <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
          {group.name}
        </Title>
        <RowMenu
          name={text.groupLabel(group.name)}
          onEdit={() => edit(group.id)}
          onUp={mover(design.groups, group.id, -1)}
          onDown={mover(design.groups, group.id, 1)}
          onDelete={() => remove(group)}
        />
      </Group>
      <Stack gap="sm">
        {quests.length === 0 && (
          <Text size="sm" c="dimmed">
            {text.emptyGroup}
          </Text>
        )}
        {quests.map((quest) => (
          <QuestBlock key={quest.id} quest={quest} siblings={quests} design={design} />
        ))}
        {mayDesign && (
          <Button
            variant="default"
            size="xs"
            w="fit-content"
            leftSection={<IconPlus size={14} />}
            onClick={() => add('quest', group.id)}
          >
            {text.addQuest}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
