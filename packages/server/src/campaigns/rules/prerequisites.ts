import type { CampaignRules, Participation, TaskRules } from './state.ts';
import { refuse, type Turn } from './turn.ts';

/** The tasks that must be completed before this one and are not. Having completed one once is enough. */
export function missingPrerequisites(
  campaign: CampaignRules,
  task: TaskRules,
  participation: Participation,
): readonly TaskRules[] {
  return task.prerequisites
    .filter((id) => !participation.completedTasks.has(id))
    .map((id) => {
      const missing = campaign.tasks.get(id);
      if (missing === undefined) throw new Error(`the task ${task.id} requires ${id}, which is not loaded`);
      return missing;
    });
}

/** Refuses while others come before the task. */
export function requirePrerequisites(turn: Turn, task: TaskRules): void {
  const missing = missingPrerequisites(turn.campaign, task, turn.actor);
  if (missing.length === 0) return;
  const names = missing.map(({ name, id }) => `"${name}" (${id})`).join(', ');
  refuse('prerequisite_missing', `The task "${task.name}" comes after ${names}. Complete that first.`);
}
