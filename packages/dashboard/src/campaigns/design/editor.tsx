import type { ReactNode } from 'react';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import { Nothing, SideDrawer, useLast } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import type { DesignSearch } from '../routes.ts';
import type { Design } from './design.ts';
import { GroupForm } from './group-form.tsx';
import { QuestForm } from './quest-form.tsx';
import { RewardForm } from './reward-form.tsx';
import { TaskForm } from './task-form.tsx';
import { useEditing } from './use-editing.ts';

/** What the address says is being edited or made, beside the tree. */
export function Editor({ design }: { readonly design: Design }) {
  const { search, close } = useEditing();
  const mayDesign = useMay('campaigns');
  const open = search.edit !== undefined || (search.add !== undefined && mayDesign);
  const { title, form } = chosen(useLast(open ? search : null) ?? {}, design);
  return (
    <SideDrawer opened={open} onClose={close} title={title}>
      {form}
    </SideDrawer>
  );
}

interface Chosen {
  readonly title: string;
  readonly form: ReactNode;
}

function chosen({ edit, add, into }: DesignSearch, design: Design): Chosen {
  const { titles } = text;
  if (add !== undefined) {
    const forms: Record<typeof add, ReactNode> = {
      group: <GroupForm design={design} group={null} />,
      quest: <QuestForm design={design} quest={null} into={into} />,
      task: <TaskForm design={design} task={null} into={into} />,
      reward: <RewardForm design={design} reward={null} />,
    };
    return { title: titles[add].add, form: forms[add] };
  }
  const group = design.groups.find(({ id }) => id === edit);
  if (group !== undefined) {
    return {
      title: titles.group.edit(group.name),
      form: <GroupForm key={group.id} design={design} group={group} />,
    };
  }
  const quest = design.quests.find(({ id }) => id === edit);
  if (quest !== undefined) {
    return {
      title: titles.quest.edit(quest.name),
      form: <QuestForm key={quest.id} design={design} quest={quest} />,
    };
  }
  const task = design.tasks.find(({ id }) => id === edit);
  if (task !== undefined) {
    return {
      title: titles.task.edit(task.name),
      form: <TaskForm key={task.id} design={design} task={task} />,
    };
  }
  const reward = design.rewards.find(({ id }) => id === edit);
  if (reward !== undefined) {
    return {
      title: titles.reward.edit(reward.name),
      form: <RewardForm key={reward.id} design={design} reward={reward} />,
    };
  }
  return {
    title: text.gone.title,
    form: <Nothing title={text.gone.title} description={text.gone.description} />,
  };
}
