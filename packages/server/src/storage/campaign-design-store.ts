import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import { type CampaignRow, campaignRows, campaignsChannel, keepCommunity } from './campaigns-store.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Carries the UUID of each campaign whose settings, groups, quests, tasks or rewards changed. */
export const designChannel = 'fanfare_campaign_design';
/** Carries the UUID of each organization whose triggers changed. */
const triggersChannel = 'fanfare_triggers';

type GroupTable = Omit<Selectable<Schema['groups']>, 'organization_id' | 'campaign_id'>;
type QuestTable = Omit<Selectable<Schema['quests']>, 'organization_id' | 'campaign_id'>;
type TaskTable = Omit<Selectable<Schema['tasks']>, 'organization_id' | 'campaign_id'>;
type RewardTable = Omit<Selectable<Schema['rewards']>, 'organization_id' | 'campaign_id'>;
/** The public id of the webhook that pays it, for reading. */
type ReadReward = RewardTable & { readonly payout_webhook_id: string | null };
export type GroupRow = Readonly<GroupTable>;
export type QuestRow = Readonly<QuestTable>;
export type TaskRow = Readonly<TaskTable>;
export type RewardRow = Readonly<ReadReward>;
export type TriggerRow = Readonly<Omit<Selectable<Schema['triggers']>, 'organization_id'>>;

/** A campaign with all that was designed in it; lists in the order of their positions. */
export interface DesignRows {
  readonly campaign: CampaignRow;
  readonly groups: readonly GroupRow[];
  readonly quests: readonly QuestRow[];
  readonly tasks: readonly TaskRow[];
  readonly rewards: readonly RewardRow[];
}

export type DesignTable = 'groups' | 'quests' | 'tasks' | 'rewards';

/** Writes of one campaign's design, inside the transaction that holds its lock. */
export interface DesignWriter {
  /** Inserts the row, or replaces what may change of the one with its id. */
  putGroup(row: GroupRow): Promise<void>;
  putQuest(row: QuestRow): Promise<void>;
  putTask(row: TaskRow): Promise<void>;
  /** Without `stock` what is left stays as it is; a new reward is then unlimited. */
  putReward(row: Omit<RewardRow, 'stock'> & { readonly stock?: string | null }): Promise<void>;
  /** Everything but its organization and when it was made. */
  putSettings(row: CampaignRow): Promise<void>;
  /** Whether the organization has this community; then it stays until the change is committed. */
  keepCommunity(id: Uuid): Promise<boolean>;
  delete(table: DesignTable, id: Uuid): Promise<void>;
  /** Whether somebody completed this task or quest. */
  isCompleted(subjectId: Uuid): Promise<boolean>;
  /** Whether a payout of this reward is not paid yet. */
  hasOpenPayouts(rewardId: Uuid): Promise<boolean>;
  /** Whether somebody earned this reward. */
  isEarned(rewardId: Uuid): Promise<boolean>;
  /** Up to ten triggers that complete this task. */
  triggersOf(taskId: Uuid): Promise<readonly string[]>;
  /** How many triggers the organization has besides the one of this id. */
  otherTriggers(id: string): Promise<number>;
  /** Inserts or replaces the organization's trigger of this id; `created_at` stays. */
  putTrigger(row: TriggerRow): Promise<{ readonly created: boolean; readonly row: TriggerRow }>;
}

export interface CampaignDesignStore {
  /** A webhook of the organization by its public id. */
  webhook(organizationId: Uuid, id: string): Promise<{ readonly uid: Uuid; readonly format: string } | null>;
  /** As of one moment. Null when there is no such campaign. */
  load(campaignId: Uuid): Promise<DesignRows | null>;
  /** As `load`, for this organization's campaigns only. */
  loadOwn(organizationId: Uuid, campaignId: Uuid): Promise<DesignRows | null>;
  /**
   * Loads the design, lets `work` judge and write, and announces it. One change of a campaign at a time; what people
   * do in it meanwhile is not held up. Null when the organization has no such campaign. What `work` throws leaves
   * everything as it was.
   */
  change<T>(
    organizationId: Uuid,
    campaignId: Uuid,
    work: (design: DesignRows, writer: DesignWriter) => Promise<T>,
  ): Promise<T | null>;

  trigger(organizationId: Uuid, id: string): Promise<TriggerRow | null>;
  /** By id. An organization has at most a few hundred. */
  triggers(organizationId: Uuid): Promise<readonly TriggerRow[]>;
  /** Whether there was such a trigger. */
  deleteTrigger(organizationId: Uuid, id: string): Promise<boolean>;

  listen(
    onDesign: (campaignId: Uuid) => void,
    onTriggers: (organizationId: Uuid) => void,
    onMissed: () => void,
  ): Promise<() => Promise<void>>;
}

export function createCampaignDesignStore(database: Database): CampaignDesignStore {
  const { kysely } = database;
  const triggers = (organizationId: Uuid) =>
    kysely.selectFrom('triggers').select(triggerColumns).where('organization_id', '=', organizationId);

  /** Five reads of one moment, so that no task refers to a reward that is not there yet. */
  function atOneMoment<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    return kysely.transaction().setIsolationLevel('repeatable read').execute(work);
  }

  return {
    async webhook(organizationId, id) {
      const row = await kysely
        .selectFrom('webhooks')
        .select(['uid', 'format'])
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return row ?? null;
    },

    load: (campaignId) => atOneMoment((transaction) => loadDesign(transaction, null, campaignId)),

    loadOwn: (organizationId, campaignId) =>
      atOneMoment((transaction) => loadDesign(transaction, organizationId, campaignId)),

    change: (organizationId, campaignId, work) =>
      database.transaction(async (transaction) => {
        // Stops other designers, but not the foreign keys of participations and ledger rows.
        const locked = await transaction
          .selectFrom('campaigns')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('id', '=', campaignId)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (locked === undefined) return null;
        const design = await loadDesign(transaction, organizationId, campaignId);
        if (design === null) return null;
        const result = await work(design, writerOf(transaction, organizationId, campaignId));
        await sql`select pg_notify(${designChannel}, ${campaignId})`.execute(transaction);
        return result;
      }),

    async trigger(organizationId, id) {
      return (await triggers(organizationId).where('id', '=', id).executeTakeFirst()) ?? null;
    },

    async triggers(organizationId) {
      return triggers(organizationId).orderBy('id').execute();
    },

    deleteTrigger: (organizationId, id) =>
      database.transaction(async (transaction) => {
        const deleted = await transaction
          .deleteFrom('triggers')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returning('id')
          .executeTakeFirst();
        if (deleted === undefined) return false;
        await sql`select pg_notify(${triggersChannel}, ${organizationId})`.execute(transaction);
        return true;
      }),

    async listen(onDesign, onTriggers, onMissed) {
      const stopDesign = await database.listen(designChannel, onDesign, onMissed);
      const stopTriggers = await database.listen(triggersChannel, onTriggers, onMissed);
      return async () => {
        await stopDesign();
        await stopTriggers();
      };
    },
  };
}

const triggerColumns = [
  'id',
  'campaign_id',
  'name',
  'credit_amount',
  'credit_rate',
  'task_id',
  'created_at',
] as const;

async function loadDesign(
  reader: Kysely<Schema>,
  organizationId: Uuid | null,
  campaignId: Uuid,
): Promise<DesignRows | null> {
  let own = campaignRows(reader).where('campaigns.id', '=', campaignId);
  if (organizationId !== null) own = own.where('campaigns.organization_id', '=', organizationId);
  const campaign = await own.executeTakeFirst();
  if (campaign === undefined) return null;
  const groups = await reader
    .selectFrom('groups')
    .select(['id', 'name', 'position', 'created_at'])
    .where('campaign_id', '=', campaignId)
    .orderBy('position')
    .orderBy('id')
    .execute();
  const quests = await reader
    .selectFrom('quests')
    .select(['id', 'group_id', 'name', 'points', 'reward_id', 'reward_amount', 'position', 'created_at'])
    .where('campaign_id', '=', campaignId)
    .orderBy('position')
    .orderBy('id')
    .execute();
  const tasks = await reader
    .selectFrom('tasks')
    .select([
      'id',
      'quest_id',
      'name',
      'type',
      'meta',
      'points',
      'multiplier_percent',
      'recurrence',
      'prerequisites',
      'ugc',
      'browser',
      'level',
      'reward_id',
      'reward_amount',
      'position',
      'created_at',
    ])
    .where('campaign_id', '=', campaignId)
    .orderBy('position')
    .orderBy('id')
    .execute();
  const rewards = await reader
    .selectFrom('rewards')
    .leftJoin('webhooks', 'webhooks.uid', 'rewards.payout_webhook_uid')
    .select([
      'rewards.id',
      'rewards.name',
      'kind',
      'unit',
      'decimals',
      'stock',
      'payout_webhook_uid',
      'automatic_payout',
      'webhooks.id as payout_webhook_id',
      'rewards.created_at',
    ])
    .where('campaign_id', '=', campaignId)
    .orderBy('rewards.id')
    .execute();
  return { campaign, groups, quests, tasks, rewards };
}

function writerOf(transaction: Transaction<Schema>, organizationId: Uuid, campaignId: Uuid): DesignWriter {
  const belonging = { organization_id: organizationId, campaign_id: campaignId };
  return {
    async putGroup({ id, created_at, ...settings }) {
      await transaction
        .insertInto('groups')
        .values({ ...belonging, id, created_at, ...settings })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(settings))
        .execute();
    },
    async putQuest({ id, created_at, ...settings }) {
      await transaction
        .insertInto('quests')
        .values({ ...belonging, id, created_at, ...settings })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(settings))
        .execute();
    },
    async putTask({ id, created_at, ...row }) {
      const settings = {
        ...row,
        meta: row.meta && JSON.stringify(row.meta),
        level: row.level && JSON.stringify(row.level),
      };
      await transaction
        .insertInto('tasks')
        .values({ ...belonging, id, created_at, ...settings })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(settings))
        .execute();
    },
    async putReward({ id, created_at, payout_webhook_id: _shown, ...settings }) {
      await transaction
        .insertInto('rewards')
        .values({ ...belonging, id, created_at, ...settings })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(settings))
        .execute();
    },
    async putSettings(row) {
      await transaction
        .updateTable('campaigns')
        .set({
          community_id: row.community_id,
          name: row.name,
          status: row.status,
          starts_at: row.starts_at,
          ends_at: row.ends_at,
          points_name: row.points_name,
          initial_points: row.initial_points,
          referral_min_points: row.referral_min_points,
          referral_any_of_tasks: row.referral_any_of_tasks,
          referral_bonus_percent: row.referral_bonus_percent,
          referral_bonus_amount: row.referral_bonus_amount,
          tiers: JSON.stringify(row.tiers),
          updated_at: row.updated_at,
        })
        .where('id', '=', campaignId)
        .execute();
      await sql`select pg_notify(${campaignsChannel}, ${organizationId})`.execute(transaction);
    },
    keepCommunity: (id) => keepCommunity(transaction, organizationId, id),
    async delete(table, id) {
      await transaction
        .deleteFrom(table)
        .where('campaign_id', '=', campaignId)
        .where('id', '=', id)
        .execute();
    },
    async isCompleted(subjectId) {
      // Served by the unique index that begins with the subject.
      const one = await transaction
        .selectFrom('completions')
        .select('id')
        .where('subject_id', '=', subjectId)
        .limit(1)
        .executeTakeFirst();
      return one !== undefined;
    },
    async hasOpenPayouts(rewardId) {
      const one = await transaction
        .selectFrom('payouts')
        .select('id')
        .where('reward_id', '=', rewardId)
        .where('state', '<>', 'paid')
        .limit(1)
        .executeTakeFirst();
      return one !== undefined;
    },
    async isEarned(rewardId) {
      const one = await transaction
        .selectFrom('earnings')
        .select('id')
        .where('campaign_id', '=', campaignId)
        .where('reward_id', '=', rewardId)
        .limit(1)
        .executeTakeFirst();
      return one !== undefined;
    },
    async triggersOf(taskId) {
      const rows = await transaction
        .selectFrom('triggers')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('task_id', '=', taskId)
        .orderBy('id')
        .limit(10)
        .execute();
      return rows.map(({ id }) => id);
    },
    async otherTriggers(id) {
      const { count } = await transaction
        .selectFrom('triggers')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('organization_id', '=', organizationId)
        .where('id', '<>', id)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async putTrigger({ id, created_at, ...settings }) {
      const { created, ...row } = await transaction
        .insertInto('triggers')
        .values({ organization_id: organizationId, id, created_at, ...settings })
        .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doUpdateSet(settings))
        // A row that was there before carries the transaction that replaced it.
        .returning(triggerColumns)
        .returning(sql<boolean>`xmax = 0`.as('created'))
        .executeTakeFirstOrThrow();
      await sql`select pg_notify(${triggersChannel}, ${organizationId})`.execute(transaction);
      return { created, row };
    },
  };
}
