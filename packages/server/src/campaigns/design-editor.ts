import { type GroupId, idFromUuid, type QuestId, type RewardId, type Uuid } from '../ids.ts';
import type { Fault } from '../problems.ts';
import type { GroupRow, QuestRow, TaskRow } from '../storage/index.ts';
import {
  type Reward,
  type RewardInput,
  type RewardShare,
  rewardColumns,
  rewardFaults,
  rewardOf,
  rewardShelf,
} from './design-rewards.ts';
import { counted, type EditorParts, type Kind, type Shelf, shelf, uuidIn } from './design-shelf.ts';
import type { Recurrence, TaskRules } from './rules/index.ts';

/** What an owner designs in a campaign. Points are numbers with at most 4 places, reward amounts decimal text. */
export interface Group {
  readonly id: GroupId;
  readonly name: string;
  readonly position: number;
  readonly createdAt: Date;
}

export interface Quest {
  readonly id: QuestId;
  readonly groupId: GroupId;
  readonly name: string;
  readonly points: number;
  readonly reward: { readonly id: RewardId; readonly amount: string } | null;
  readonly position: number;
  readonly createdAt: Date;
}

export interface Task extends Omit<TaskRules, 'points' | 'multiplierPercent'> {
  readonly points: number;
  readonly multiplierPercent: number;
  readonly position: number;
  readonly createdAt: Date;
}

/** As they come in: each well-formed by itself. In a change, what is left out stays as it is. */
export interface GroupInput {
  readonly name: string;
  readonly position?: number | undefined;
}
export interface QuestInput {
  readonly name: string;
  readonly group_id: string;
  readonly points?: number | undefined;
  readonly reward?: RewardShare | null | undefined;
  readonly position?: number | undefined;
}
export interface TaskInput {
  readonly name: string;
  readonly quest_id: string;
  readonly type: string;
  readonly meta?: Record<string, unknown> | null | undefined;
  readonly points?: number | undefined;
  readonly multiplier_percent?: number | undefined;
  readonly recurrence?: Recurrence | undefined;
  readonly prerequisites?: readonly string[] | undefined;
  readonly ugc?: boolean | undefined;
  readonly browser?: boolean | undefined;
  readonly level?: TaskRow['level'] | undefined;
  readonly reward?: RewardShare | null | undefined;
  readonly position?: number | undefined;
}
export interface DesignEditor {
  readonly groups: Shelf<Group, GroupInput>;
  readonly quests: Shelf<Quest, QuestInput>;
  readonly tasks: Shelf<Task, TaskInput>;
  readonly rewards: Shelf<Reward, RewardInput>;
}

/** Edits what people can do in campaigns: one change of a campaign at a time, judged against all that is there. */
export function createDesignEditor(parts: EditorParts): DesignEditor {
  return {
    groups: shelf(parts, groups, (design) => design.groups),
    quests: shelf(parts, quests, (design) => design.quests),
    tasks: shelf(parts, tasks, (design) => design.tasks),
    rewards: rewardShelf(parts),
  };
}

const groups: Kind<'grp', GroupRow, Group, GroupInput> = {
  prefix: 'grp',
  table: 'groups',
  limit: 200,
  row: ({ id, createdAt, place }, saved, input) => ({
    id,
    name: input.name ?? saved?.name ?? '',
    position: input.position ?? place,
    created_at: createdAt,
  }),
  faults: () => [],
  put: (writer, row) => writer.putGroup(row),
  async use(row, design) {
    const inside = design.quests.filter((quest) => quest.group_id === row.id);
    if (inside.length === 0) return null;
    return `This group holds ${counted(inside, 'quest', 'quests')}. Move them to another group or delete them first.`;
  },
  entity: (row) => ({
    id: idFromUuid('grp', row.id),
    name: row.name,
    position: row.position,
    createdAt: row.created_at,
  }),
};

const quests: Kind<'qst', QuestRow, Quest, QuestInput> = {
  prefix: 'qst',
  table: 'quests',
  limit: 300,
  row: ({ id, createdAt, place }, saved, input) => ({
    id,
    group_id: input.group_id === undefined ? (saved?.group_id ?? '') : uuidIn('grp', input.group_id),
    name: input.name ?? saved?.name ?? '',
    points: String(input.points ?? saved?.points ?? 0),
    ...rewardColumns(input.reward, saved),
    position: input.position ?? place,
    created_at: createdAt,
  }),
  faults: (row, _saved, design) => [
    ...(design.groups.some((group) => group.id === row.group_id)
      ? []
      : [{ pointer: '/group_id', detail: 'This campaign has no group of this id. Name one of its groups.' }]),
    ...rewardFaults(row, design),
  ],
  put: (writer, row) => writer.putQuest(row),
  async use(row, design, writer) {
    const inside = design.tasks.filter((task) => task.quest_id === row.id);
    if (inside.length > 0) {
      return `This quest holds ${counted(inside, 'task', 'tasks')}. Move them to another quest or delete them first.`;
    }
    if (await writer.isCompleted(row.id)) {
      return 'Somebody completed this quest, and the history names it. Keep it; without tasks nobody completes it again.';
    }
    return null;
  },
  entity: (row, design) => ({
    id: idFromUuid('qst', row.id),
    groupId: idFromUuid('grp', row.group_id),
    name: row.name,
    points: Number(row.points),
    reward: rewardOf(row, design),
    position: row.position,
    createdAt: row.created_at,
  }),
};

const tasks: Kind<'tsk', TaskRow, Task, TaskInput> = {
  prefix: 'tsk',
  table: 'tasks',
  // With at most 100 % each, a participant's multiplier stays within its column.
  limit: 500,
  row: ({ id, createdAt, place }, saved, input) => ({
    id,
    quest_id: input.quest_id === undefined ? (saved?.quest_id ?? '') : uuidIn('qst', input.quest_id),
    name: input.name ?? saved?.name ?? '',
    type: input.type ?? saved?.type ?? '',
    meta: input.meta === undefined ? (saved?.meta ?? null) : input.meta,
    points: String(input.points ?? saved?.points ?? 0),
    multiplier_percent: String(input.multiplier_percent ?? saved?.multiplier_percent ?? 0),
    recurrence: input.recurrence ?? saved?.recurrence ?? 'once',
    prerequisites:
      input.prerequisites === undefined
        ? (saved?.prerequisites ?? [])
        : [...new Set(input.prerequisites.map((text) => uuidIn('tsk', text)))],
    ugc: input.ugc ?? saved?.ugc ?? false,
    browser: input.browser ?? saved?.browser ?? false,
    level: input.level === undefined ? (saved?.level ?? null) : input.level,
    ...rewardColumns(input.reward, saved),
    position: input.position ?? place,
    created_at: createdAt,
  }),
  faults: (row, _saved, design) => [
    ...(design.quests.some((quest) => quest.id === row.quest_id)
      ? []
      : [{ pointer: '/quest_id', detail: 'This campaign has no quest of this id. Name one of its quests.' }]),
    ...prerequisiteFaults(row, design.tasks),
    ...rewardFaults(row, design),
  ],
  put: (writer, row) => writer.putTask(row),
  async use(row, design, writer) {
    const after = design.tasks.filter((task) => task.prerequisites.includes(row.id));
    if (after.length > 0) {
      return `This task is a prerequisite of ${counted(after, 'task', 'tasks')}. Change their prerequisites first.`;
    }
    if (design.campaign.referral_any_of_tasks.includes(row.id)) {
      return "The campaign's referral rule names this task. Change the rule first.";
    }
    const triggers = await writer.triggersOf(row.id);
    if (triggers.length > 0) return `Triggers complete this task: ${triggers.join(', ')}. Change them first.`;
    if (await writer.isCompleted(row.id)) {
      return 'Somebody completed this task, and the history names it. Keep it; set its points to 0 or move it to another quest.';
    }
    return null;
  },
  entity: (row, design) => ({
    id: idFromUuid('tsk', row.id),
    questId: idFromUuid('qst', row.quest_id),
    name: row.name,
    type: row.type,
    meta: row.meta,
    points: Number(row.points),
    multiplierPercent: Number(row.multiplier_percent),
    recurrence: row.recurrence,
    prerequisites: row.prerequisites.map((uuid) => idFromUuid('tsk', uuid)),
    ugc: row.ugc,
    browser: row.browser,
    level: row.level,
    reward: rewardOf(row, design),
    position: row.position,
    createdAt: row.created_at,
  }),
};

/** Prerequisites are tasks of the same campaign, and none leads back to the task that asks for it. */
function prerequisiteFaults(row: TaskRow, saved: readonly TaskRow[]): Fault[] {
  const byId = new Map(saved.map((task) => [task.id, task]));
  byId.set(row.id, row);
  return row.prerequisites.flatMap((uuid, index) => {
    const pointer = `/prerequisites/${index}`;
    if (uuid === row.id) return [{ pointer, detail: 'A task cannot be its own prerequisite. Leave it out.' }];
    const task = byId.get(uuid);
    if (task === undefined) {
      return [{ pointer, detail: 'This campaign has no task of this id. Name tasks of the same campaign.' }];
    }
    if (!leadsTo(row.id, uuid, byId)) return [];
    const detail = `"${task.name}" itself needs this task, directly or through others, so nobody could complete either. Leave it out.`;
    return [{ pointer, detail }];
  });
}

function leadsTo(target: Uuid, from: Uuid, tasksById: ReadonlyMap<Uuid, TaskRow>): boolean {
  const seen = new Set<Uuid>();
  const open = [from];
  for (let uuid = open.pop(); uuid !== undefined; uuid = open.pop()) {
    if (uuid === target) return true;
    if (seen.has(uuid)) continue;
    seen.add(uuid);
    open.push(...(tasksById.get(uuid)?.prerequisites ?? []));
  }
  return false;
}
