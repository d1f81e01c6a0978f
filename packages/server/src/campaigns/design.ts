import { Decimal } from 'decimal.js';
import { exactAmount } from '../catalog/index.ts';
import {
  type CampaignId,
  type GroupId,
  idFromUuid,
  type OrganizationId,
  type QuestId,
  type RewardId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import {
  createCampaignDesignStore,
  type Database,
  type DesignRows,
  type TaskRow,
  type TriggerRow,
} from '../storage/index.ts';
import { Recent } from './recent.ts';
import type { CampaignRules, QuestRules, RewardRules, TaskRules, TriggerRules } from './rules/index.ts';

/** What every action asks first: the campaign it happens in, and the trigger it came by. */
export interface CampaignRulesSource {
  /**
   * The same object until somebody edits the campaign; at once for one seen lately. Null when there is none.
   * Says nothing of whose it is: compare `organization.id`.
   */
  rulesOf(id: CampaignId): CampaignRules | null | Promise<CampaignRules | null>;
  /** Null when the organization has no such trigger. At once for one seen lately. */
  trigger(organization: OrganizationId, id: string): TriggerRules | null | Promise<TriggerRules | null>;
  /** Whoever asks from now on gets what is committed by now. Other nodes hear of it by themselves. */
  forgetCampaign(id: CampaignId): void;
  forgetTriggers(): void;
  close(): Promise<void>;
}

/** Kept in memory; a campaign of 100 tasks takes about 100 KB. */
const largestCampaignCache = 500;
/** At about 500 bytes each. */
const largestTriggerCache = 10_000;

/** Listens for changes by other nodes until `close`. Throws when the database cannot be reached. */
export async function openCampaignRules(parts: {
  readonly database: Database;
}): Promise<CampaignRulesSource> {
  const store = createCampaignDesignStore(parts.database);
  const campaigns = new Remembered<CampaignRules>(largestCampaignCache);
  const triggers = new Remembered<TriggerRules>(largestTriggerCache);
  const stopListening = await store.listen(
    (campaign) => campaigns.forget(campaign),
    () => triggers.forgetAll(),
    () => {
      campaigns.forgetAll();
      triggers.forgetAll();
    },
  );
  return {
    rulesOf(id) {
      const uuid = uuidOf(id);
      return campaigns.get(uuid, async () => {
        const rows = await store.load(uuid);
        return rows && campaignRules(rows);
      });
    },
    trigger(organization, id) {
      return triggers.get(`${organization} ${id}`, async () => {
        const row = await store.trigger(uuidOf(organization), id);
        return row && triggerRules(row);
      });
    },
    forgetCampaign: (id) => campaigns.forget(uuidOf(id)),
    forgetTriggers: () => triggers.forgetAll(),
    close: stopListening,
  };
}

/**
 * What was read, by key, until it is forgotten. Those who ask while it is being read share the answer, but not with
 * those who ask after it was forgotten: that answer may be older than the change.
 */
class Remembered<T> {
  readonly #known: Recent<string, T>;
  readonly #reading = new Map<string, Promise<T | null>>();

  constructor(largest: number) {
    this.#known = new Recent(largest);
  }

  get(key: string, read: () => Promise<T | null>): T | null | Promise<T | null> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const running = this.#reading.get(key);
    if (running !== undefined) return running;
    const answer: Promise<T | null> = read()
      .then((value) => {
        if (value !== null && this.#reading.get(key) === answer) this.#known.set(key, value);
        return value;
      })
      .finally(() => {
        if (this.#reading.get(key) === answer) this.#reading.delete(key);
      });
    this.#reading.set(key, answer);
    return answer;
  }

  forget(key: string): void {
    this.#known.delete(key);
    this.#reading.delete(key);
  }

  forgetAll(): void {
    this.#known.clear();
    this.#reading.clear();
  }
}

function campaignRules({ campaign, groups, quests, tasks, rewards }: DesignRows): CampaignRules {
  const rewardRules = new Map<RewardId, RewardRules>();
  for (const { id: uuid, name, kind, unit, decimals, payout_webhook_uid, automatic_payout } of rewards) {
    const id = idFromUuid('rwd', uuid);
    const payout: RewardRules['payout'] =
      payout_webhook_uid === null
        ? { mode: 'internal' }
        : { mode: 'webhook', webhook: idFromUuid('whk', payout_webhook_uid), automatic: automatic_payout };
    rewardRules.set(id, { id, name, kind, unit, decimals, payout });
  }
  const inUnits = (row: { readonly reward_id: Uuid | null; readonly reward_amount: string | null }) =>
    rewardOf(row, rewardRules);

  const taskRules = new Map<TaskId, TaskRules>();
  const tasksOfQuests = new Map<QuestId, TaskId[]>();
  for (const row of tasks) {
    const task = { ...taskSettings(row), reward: inUnits(row) };
    taskRules.set(task.id, task);
    const siblings = tasksOfQuests.get(task.questId);
    if (siblings === undefined) tasksOfQuests.set(task.questId, [task.id]);
    else siblings.push(task.id);
  }

  const questRules = new Map<QuestId, QuestRules>();
  for (const row of quests) {
    const id = idFromUuid('qst', row.id);
    const its = tasksOfQuests.get(id);
    if (its === undefined) continue;
    questRules.set(id, {
      id,
      groupId: idFromUuid('grp', row.group_id),
      name: row.name,
      tasks: its,
      points: new Decimal(row.points),
      reward: inUnits(row),
    });
  }

  const groupRules = new Map<GroupId, { id: GroupId; name: string }>();
  for (const { id: uuid, name } of groups) {
    const id = idFromUuid('grp', uuid);
    groupRules.set(id, { id, name });
  }

  const { referral_min_points, referral_bonus_percent, referral_bonus_amount } = campaign;
  return {
    organization: { id: idFromUuid('org', campaign.organization_id), name: campaign.organization_name },
    community: { id: idFromUuid('com', campaign.community_id), name: campaign.community_name },
    id: idFromUuid('cmp', campaign.id),
    name: campaign.name,
    createdAt: campaign.created_at,
    status: campaign.status,
    startsAt: campaign.starts_at,
    endsAt: campaign.ends_at,
    initialPoints: new Decimal(campaign.initial_points),
    referralRule: {
      minPoints: referral_min_points === null ? null : new Decimal(referral_min_points),
      anyOfTasks: new Set(campaign.referral_any_of_tasks.map((uuid) => idFromUuid('tsk', uuid))),
    },
    referralBonus:
      referral_bonus_percent !== null
        ? { kind: 'percent', percent: new Decimal(referral_bonus_percent) }
        : referral_bonus_amount !== null
          ? { kind: 'fixed', amount: new Decimal(referral_bonus_amount) }
          : null,
    groups: groupRules,
    quests: questRules,
    tasks: taskRules,
    rewards: rewardRules,
  };
}

function taskSettings(row: TaskRow): Omit<TaskRules, 'reward'> {
  return {
    id: idFromUuid('tsk', row.id),
    questId: idFromUuid('qst', row.quest_id),
    name: row.name,
    type: row.type,
    meta: row.meta,
    points: new Decimal(row.points),
    multiplierPercent: new Decimal(row.multiplier_percent),
    recurrence: row.recurrence,
    prerequisites: row.prerequisites.map((uuid) => idFromUuid('tsk', uuid)),
    ugc: row.ugc,
    browser: row.browser,
    level: row.level,
  };
}

/** With exactly the places of the reward's unit. */
function rewardOf(
  row: { readonly reward_id: Uuid | null; readonly reward_amount: string | null },
  rewards: ReadonlyMap<RewardId, RewardRules>,
): QuestRules['reward'] {
  if (row.reward_id === null || row.reward_amount === null) return null;
  const id = idFromUuid('rwd', row.reward_id);
  const reward = rewards.get(id);
  if (reward === undefined)
    throw new Error(`The reward ${id} belongs to another campaign than what gives it`);
  return { id, amount: exactAmount(row.reward_amount, reward.decimals) };
}

function triggerRules(row: TriggerRow): TriggerRules {
  const { credit_amount, credit_rate } = row;
  if (credit_amount === null && credit_rate === null)
    throw new Error(`The trigger ${row.id} has no credit rule`);
  return {
    id: row.id,
    name: row.name,
    campaignId: idFromUuid('cmp', row.campaign_id),
    credit:
      credit_amount !== null
        ? { kind: 'fixed', amount: new Decimal(credit_amount) }
        : { kind: 'rate', rate: new Decimal(credit_rate ?? 0) },
    taskId: row.task_id === null ? null : idFromUuid('tsk', row.task_id),
  };
}
