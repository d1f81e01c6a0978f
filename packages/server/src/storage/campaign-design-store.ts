import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
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
export type GroupRow = Readonly<GroupTable>;
export type QuestRow = Readonly<QuestTable>;
export type TaskRow = Readonly<TaskTable>;
export type RewardRow = Readonly<RewardTable>;
export type TriggerRow = Readonly<Omit<Selectable<Schema['triggers']>, 'organization_id'>>;

/** A campaign's own settings, with the names of what it belongs to. Points are decimal text. */
export type CampaignSettingsRow = Readonly<Selectable<Schema['campaigns']>> & {
  readonly organization_name: string;
  readonly community_name: string;
};

/** A campaign with all that was designed in it; lists in the order of their positions. */
export interface DesignRows {
  readonly campaign: CampaignSettingsRow;
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
  putReward(row: RewardRow): Promise<void>;
  /** Everything but what it belongs to and when it was made. */
  putSettings(row: CampaignSettingsRow): Promise<void>;
  delete(table: DesignTable, id: Uuid): Promise<void>;
  /** Whether somebody completed this task or quest. */
  isCompleted(subjectId: Uuid): Promise<boolean>;
  /** Whether somebody earned this reward. */
  isEarned(rewardId: Uuid): Promise<boolean>;
  /** Up to ten triggers that complete this task. */
  triggersOf(taskId: Uuid): Promise<readonly string[]>;
}

export interface CampaignDesignStore {
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
  /** By id, after the last one of the page before. */
  triggers(organizationId: Uuid, after: string | null, limit: number): Promise<readonly TriggerRow[]>;
  /** Inserts or replaces a trigger; `created_at` stays. The caller holds the design's lock of its campaign. */
  putTrigger(organizationId: Uuid, row: TriggerRow): Promise<'created' | 'updated'>;
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
    kysely
      .selectFrom('triggers')
      .select(['id', 'campaign_id', 'name', 'credit_amount', 'credit_rate', 'task_id', 'created_at'])
      .where('organization_id', '=', organizationId);

  /** Five reads of one moment, so that no task refers to a reward that is not there yet. */
  function atOneMoment<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    return kysely.transaction().setIsolationLevel('repeatable read').execute(work);
  }

  return {
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

    async triggers(organizationId, after, limit) {
      // Compared by bytes, as the cursor that is sent back will be.
      let query = triggers(organizationId).orderBy(sql`id collate "C"`).limit(limit);
      if (after !== null) query = query.where(sql<boolean>`id collate "C" > ${after}`);
      return query.execute();
    },

    putTrigger: (organizationId, { created_at, id, ...settings }) =>
      database.transaction(async (transaction) => {
        const { rows } = await sql<{ created: boolean }>`
          insert into triggers (organization_id, id, campaign_id, name, credit_amount, credit_rate, task_id, created_at)
          values (${organizationId}, ${id}, ${settings.campaign_id}, ${settings.name}, ${settings.credit_amount},
                  ${settings.credit_rate}, ${settings.task_id}, ${created_at})
          on conflict (organization_id, id) do update
             set campaign_id = excluded.campaign_id, name = excluded.name, credit_amount = excluded.credit_amount,
                 credit_rate = excluded.credit_rate, task_id = excluded.task_id
          returning xmax = 0 as created`.execute(transaction);
        await sql`select pg_notify(${triggersChannel}, ${organizationId})`.execute(transaction);
        return rows[0]?.created === true ? 'created' : 'updated';
      }),

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

async function loadDesign(
  reader: Kysely<Schema>,
  organizationId: Uuid | null,
  campaignId: Uuid,
): Promise<DesignRows | null> {
  let own = reader
    .selectFrom('campaigns')
    .innerJoin('communities', 'communities.id', 'campaigns.community_id')
    .innerJoin('organizations', 'organizations.id', 'campaigns.organization_id')
    .selectAll('campaigns')
    .select(['communities.name as community_name', 'organizations.name as organization_name'])
    .where('campaigns.id', '=', campaignId);
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
    .select(['id', 'name', 'kind', 'unit', 'decimals', 'stock', 'created_at'])
    .where('campaign_id', '=', campaignId)
    .orderBy('id')
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
    async putReward({ id, created_at, ...settings }) {
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
          updated_at: row.updated_at,
        })
        .where('id', '=', campaignId)
        .execute();
    },
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
  };
}
