import type { Quest } from '@fanfare/client';
import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { useMay } from '../../session/index.ts';
import { points } from '../points.ts';
import { useArranging } from './arranging.ts';
import classes from './design.module.css';
import type { Design } from './design.ts';
import { RewardBadge } from './reward-badge.tsx';
import { RowMenu } from './row-menu.tsx';
import { TaskRow } from './task-row.tsx';
import { useEditing } from './use-editing.ts';

/** A quest with its tasks. */
export function QuestBlock({
  quest,
  siblings,
  design,
}: {
  readonly quest: Quest;
  readonly siblings: readonly Quest[];
  readonly design: Design;
}) {
  const { edit, add } = useEditing();
  const mayDesign = useMay('campaigns');
  const { mover, remove } = useArranging(design.campaignId, 'quest');
  const tasks = design.tasks.filter(({ quest_id }) => quest_id === quest.id);
  return (
    <div className={classes.quest}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="xs" miw={0}>
          <Title order={4} size="h6" style={{ overflowWrap: 'anywhere' }}>
            {quest.name}
          </Title>
          {quest.points > 0 && (
            <Badge variant="light" tt="none">
              {text.tags.points(points(quest.points), design.pointsName)}
            </Badge>
          )}
          <RewardBadge share={quest.reward} design={design} />
        </Group>
        <RowMenu
          name={text.questLabel(quest.name)}
          onEdit={() => edit(quest.id)}
          onUp={mover(siblings, quest.id, -1)}
          onDown={mover(siblings, quest.id, 1)}
          onDelete={() => remove(quest)}
        />
      </Group>
      {tasks.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.emptyQuest}
        </Text>
      ) : (
        <Stack gap={0} component="ul" className={classes.tasks} aria-label={text.tasksOf(quest.name)}>
          {tasks.map((task) => (
            <TaskRow key={task.id} task={task} siblings={tasks} design={design} />
          ))}
        </Stack>
      )}
      {mayDesign && (
        <Button
          variant="subtle"
          size="xs"
          mt={4}
          w="fit-content"
          leftSection={<IconPlus size={14} />}
          onClick={() => add('task', quest.id)}
        >
          {text.addTask}
        </Button>
      )}
    </div>
  );
}
