import { earn } from './earnings.ts';
import { tell } from './events.ts';
import { book, tellIssued } from './ledger.ts';
import { boosted } from './points.ts';
import type { Account, CampaignRules, QuestRules, TaskRules } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Completes the task's quest when every task of it has been completed at least once; once per participant. Its
 * points are given with the multiplier as it stands after the task.
 */
export function completeQuest(
  turn: Turn,
  last: TaskRules,
  by: { readonly account: Account | null; readonly score: number | null },
): void {
  const { campaign } = turn;
  const quest = questOf(campaign, last);
  const { completedTasks, completedQuests } = turn.actor;
  if (completedQuests.has(quest.id)) return;
  if (!quest.tasks.every((id) => completedTasks.has(id))) return;

  const actor = turn.edit(turn.actor);
  completedQuests.add(quest.id);
  turn.onUndo(() => completedQuests.delete(quest.id));
  const cause = turn.newId('cpl');
  const points = boosted(quest.points, actor.multiplierPercent);
  const booking = book(turn, actor, { amount: points, bucket: 'quest', cause });
  const { account } = by;
  turn.changes.push({
    kind: 'completion',
    id: cause,
    subject: quest.id,
    participation: actor,
    period: 'once',
    account,
    points,
    multiplierPercent: actor.multiplierPercent,
    multiplierRaise: null,
    triggerEvent: null,
    bonus: null,
    at: turn.at,
  });

  const level = levelOf(campaign, quest, last);
  const group = campaign.groups.get(quest.groupId);
  if (group === undefined) throw new Error(`the group ${quest.groupId} was not loaded`);
  tell(turn, actor, 'quest.completed', {
    quest: { id: quest.id, name: quest.name, meta: null },
    group: { id: group.id, name: group.name },
    account,
    points: points.toNumber(),
    level,
    score: level === last.level ? by.score : null,
  });
  tellIssued(turn, actor, booking, { cause: 'quest', note: null, account });
  earn(turn, quest.reward, { cause, bucket: 'quest', account });
}

export function questOf(campaign: CampaignRules, task: TaskRules): QuestRules {
  const quest = campaign.quests.get(task.questId);
  if (quest === undefined) throw new Error(`the quest ${task.questId} was not loaded`);
  return quest;
}

/** A quest with the game's last level shows that level, whichever of its tasks came last; else that of the task. */
function levelOf(campaign: CampaignRules, quest: QuestRules, last: TaskRules): TaskRules['level'] {
  for (const id of quest.tasks) {
    const level = campaign.tasks.get(id)?.level;
    if (level?.last) return level;
  }
  return last.level;
}
