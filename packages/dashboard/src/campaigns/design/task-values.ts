import type { NewTask, Task } from '@fanfare/client';
import { campaignDesign } from '#strings/campaign-design.ts';
import type { Typed } from '../settings-values.ts';
import { type ShareValues, shareBody, shareValues } from './reward-share.ts';

const text = campaignDesign.task;

export interface TaskValues {
  readonly name: string;
  readonly quest_id: string;
  readonly type: string;
  readonly points: Typed;
  readonly multiplier_percent: Typed;
  readonly recurrence: Task['recurrence'];
  readonly prerequisites: string[];
  readonly ugc: boolean;
  readonly browser: boolean;
  readonly level: LevelValues;
  readonly reward: ShareValues;
  /** JSON, or empty for none. */
  readonly meta: string;
}

interface LevelValues {
  /** Whether it is a level at all; the rest is kept while it is not. */
  readonly on: boolean;
  readonly id: string;
  readonly number: Typed;
  readonly name: string;
  readonly last: boolean;
}

export function taskValues(task: Task | null, questId: string): TaskValues {
  const { level } = task ?? { level: null };
  return {
    name: task?.name ?? '',
    quest_id: task?.quest_id ?? questId,
    type: task?.type ?? '',
    points: task?.points ?? 0,
    multiplier_percent: task?.multiplier_percent ?? 0,
    recurrence: task?.recurrence ?? 'once',
    prerequisites: [...(task?.prerequisites ?? [])],
    ugc: task?.ugc ?? false,
    browser: task?.browser ?? false,
    level: {
      on: level !== null,
      id: level?.id ?? '',
      number: level?.number ?? 1,
      name: level?.name ?? '',
      last: level?.last ?? false,
    },
    reward: shareValues(task?.reward ?? null),
    meta: task?.meta == null ? '' : JSON.stringify(task.meta, null, 2),
  };
}

export function taskBody(values: TaskValues): NewTask {
  const { level, meta, reward, points, multiplier_percent, ...same } = values;
  return {
    ...same,
    points: Number(points),
    multiplier_percent: Number(multiplier_percent),
    level: level.on
      ? { id: level.id, number: Number(level.number), name: level.name, last: level.last }
      : null,
    reward: shareBody(reward),
    meta: meta.trim() === '' ? null : (JSON.parse(meta) as Record<string, unknown>),
  };
}

/** Why the text cannot be sent as meta, or null. */
export function metaFault(meta: string): string | null {
  if (meta.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(meta);
  } catch (error) {
    return text.metaNoJson(error instanceof Error ? error.message : String(error));
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : text.metaNoObject;
}

export const taskFields = [
  'level.id',
  'level.number',
  'level.name',
  'level.last',
  'reward.id',
  'reward.amount',
  'name',
  'quest_id',
  'type',
  'points',
  'multiplier_percent',
  'recurrence',
  'prerequisites',
  'ugc',
  'browser',
  'meta',
];
