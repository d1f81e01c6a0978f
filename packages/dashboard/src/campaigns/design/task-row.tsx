import type { Task } from '@fanfare/client';
import { Anchor, Badge, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { points } from '../points.ts';
import { useArranging } from './arranging.ts';
import classes from './design.module.css';
import type { Design } from './design.ts';
import { RewardBadge } from './reward-badge.tsx';
import { RowMenu } from './row-menu.tsx';
import { useEditing } from './use-editing.ts';

/** A task in a line: what it is called, what it is worth, and what is special about it. */
export function TaskRow({
  task,
  siblings,
  design,
}: {
  readonly task: Task;
  readonly siblings: readonly Task[];
  readonly design: Design;
}) {
  const { edit } = useEditing();
  const { mover, remove } = useArranging(design.campaignId, 'task');
  return (
    <li className={classes.task}>
      <Group gap="xs" miw={0}>
        <Anchor
          size="sm"
          className={classes.name}
          renderRoot={(props) => (
            <Link
              to="/campaigns/$campaignId/design"
              params={{ campaignId: design.campaignId }}
              search={{ edit: task.id }}
              resetScroll={false}
              {...props}
            />
          )}
        >
          {task.name}
        </Anchor>
        <Text size="xs" c="dimmed" ff="monospace" component="span">
          {task.type}
        </Text>
        <Badge variant="light" tt="none">
          {text.tags.points(points(task.points), design.pointsName)}
        </Badge>
        <RewardBadge share={task.reward} design={design} />
        {tags(task, design).map((tag) => (
          <Badge key={tag} variant="outline" color="gray" tt="none" fw={500}>
            {tag}
          </Badge>
        ))}
      </Group>
      <RowMenu
        name={task.name}
        onEdit={() => edit(task.id)}
        onUp={mover(siblings, task.id, -1)}
        onDown={mover(siblings, task.id, 1)}
        onDelete={() => remove(task)}
      />
    </li>
  );
}

function tags(task: Task, { tasks }: Design): readonly string[] {
  const { tags } = text;
  const before = tasks.filter(({ id }) => task.prerequisites.includes(id)).map(({ name }) => name);
  return [
    ...(task.recurrence === 'once' ? [] : [text.recurrences[task.recurrence]]),
    ...(task.multiplier_percent === 0 ? [] : [tags.multiplier(points(task.multiplier_percent))]),
    ...(before.length === 0 ? [] : [tags.after(before.join(', '))]),
    ...(task.ugc ? [tags.ugc] : []),
    ...(task.browser ? [tags.browser] : []),
    ...(task.level === null ? [] : [tags.level(task.level.number)]),
    ...(task.level?.last === true ? [tags.last] : []),
  ];
}
