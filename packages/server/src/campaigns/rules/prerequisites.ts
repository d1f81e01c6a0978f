import type { CampaignRules, Participation, TaskRules } from './state.ts';

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
