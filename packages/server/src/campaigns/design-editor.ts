import { amountFault, exactAmount } from '../catalog/index.ts';
import {
  type CampaignId,
  type GroupId,
  type Id,
  idFromUuid,
  newId,
  type OrganizationId,
  parseId,
  type QuestId,
  type RewardId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { type Fault, notFound, Problem } from '../problems.ts';
import {
  createCampaignDesignStore,
  type Database,
  type DesignRows,
  type DesignTable,
  type DesignWriter,
  type GroupRow,
  type QuestRow,
  type RewardRow,
  type TaskRow,
} from '../storage/index.ts';
import type { CampaignRulesSource } from './design.ts';
import type { Recurrence, RewardKind, TaskRules } from './rules/index.ts';

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

export interface Reward {
  readonly id: RewardId;
  readonly name: string;
  readonly kind: RewardKind;
  readonly unit: string;
  readonly decimals: number;
  /** What is left, with the unit's places; null: unlimited. */
  readonly stock: string | null;
  readonly payout: RewardPayoutSettings;
  readonly createdAt: Date;
}

/** How it is paid once it is claimed. The webhook by its public id. */
export type RewardPayoutSettings =
  | { readonly mode: 'internal' }
  | { readonly mode: 'webhook'; readonly webhookId: string; readonly automatic: boolean };

interface RewardShare {
  readonly id: string;
  readonly amount: string;
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
export interface RewardInput {
  readonly name: string;
  readonly kind: RewardKind;
  readonly unit: string;
  /** Only a custom reward chooses. */
  readonly decimals?: number | undefined;
  readonly stock?: string | null | undefined;
  readonly payout?:
    | { readonly mode: 'internal' }
    | {
        readonly mode: 'webhook';
        readonly webhook_id: string;
        readonly automatic?: boolean | undefined;
      }
    | undefined;
}

/** With the webhook looked up; null: there is none of this id, or it cannot be asked to pay. */
type ResolvedRewardInput = Omit<RewardInput, 'payout'> & {
  readonly payout?:
    | { readonly uid: Uuid | null; readonly id: string; readonly format: string; readonly automatic: boolean }
    | null
    | undefined;
};

/** Of settings: what is left out stays as it is. */
export type Change<Input> = { readonly [K in keyof Input]?: Input[K] | undefined };

/** One kind of thing in a campaign's design. Unknown campaigns and things throw `not_found`. */
export interface Shelf<Entity extends { readonly id: string }, Input> {
  /** In the order of their positions. */
  list(organization: OrganizationId, campaign: CampaignId): Promise<readonly Entity[]>;
  get(organization: OrganizationId, campaign: CampaignId, id: Entity['id']): Promise<Entity>;
  /** Throws `invalid_campaign` with every fault, `conflict` when there are too many. */
  create(organization: OrganizationId, campaign: CampaignId, input: Input): Promise<Entity>;
  /** Counts for actions from the answer on. Throws `invalid_campaign` with every fault. */
  update(
    organization: OrganizationId,
    campaign: CampaignId,
    id: Entity['id'],
    change: Change<Input>,
  ): Promise<Entity>;
  /** Throws `conflict` with the reason while something needs it. */
  delete(organization: OrganizationId, campaign: CampaignId, id: Entity['id']): Promise<void>;
}

export interface DesignEditor {
  readonly groups: Shelf<Group, GroupInput>;
  readonly quests: Shelf<Quest, QuestInput>;
  readonly tasks: Shelf<Task, TaskInput>;
  readonly rewards: Shelf<Reward, RewardInput>;
}

/** What a shelf must know of its kind of thing. */
interface Kind<
  Prefix extends 'grp' | 'qst' | 'tsk' | 'rwd',
  Row extends { readonly id: Uuid },
  Entity,
  Input,
> {
  readonly prefix: Prefix;
  readonly table: DesignTable;
  /** Per campaign: all of them are kept in memory and looked through at every change. */
  readonly limit: number;
  /** `row` is null for a new thing, `place` the position after the last one. */
  row(base: { id: Uuid; createdAt: Date; place: number }, saved: Row | null, input: Change<Input>): Row;
  faults(row: Row, saved: Row | null, design: DesignRows, input: Change<Input>): readonly Fault[];
  put(writer: DesignWriter, row: Row, input: Change<Input>): Promise<void>;
  /** Why it cannot be deleted; null: it can. */
  use(row: Row, design: DesignRows, writer: DesignWriter): Promise<string | null>;
  entity(row: Row, design: DesignRows): Entity;
}

interface EditorParts {
  readonly database: Database;
  readonly rules: Pick<CampaignRulesSource, 'forgetCampaign'>;
  /** Formats that carry `payout.requested`. */
  readonly paymentFormats: readonly string[];
  readonly clock: { now(): number };
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

/** Rewards, whose webhooks are looked up before they are judged. */
function rewardShelf(parts: EditorParts): Shelf<Reward, RewardInput> {
  const inner = shelf(parts, rewardsPaidBy(parts.paymentFormats), (design) => design.rewards);
  const store = createCampaignDesignStore(parts.database);

  async function paidBy(
    organization: OrganizationId,
    payout: RewardInput['payout'],
  ): Promise<Pick<ResolvedRewardInput, 'payout'>> {
    if (payout === undefined) return {};
    if (payout.mode === 'internal') return { payout: null };
    const found = await store.webhook(uuidOf(organization), payout.webhook_id);
    return {
      payout: {
        uid: found?.uid ?? null,
        id: payout.webhook_id,
        format: found?.format ?? '',
        automatic: payout.automatic ?? false,
      },
    };
  }

  return {
    list: inner.list,
    get: inner.get,
    async create(organization, campaign, { payout, ...settings }) {
      return inner.create(organization, campaign, { ...settings, ...(await paidBy(organization, payout)) });
    },
    async update(organization, campaign, id, { payout, ...settings }) {
      return inner.update(organization, campaign, id, {
        ...settings,
        ...(await paidBy(organization, payout)),
      });
    },
    delete: inner.delete,
  };
}

function shelf<
  Prefix extends 'grp' | 'qst' | 'tsk' | 'rwd',
  Row extends { readonly id: Uuid; readonly created_at: Date; readonly position?: number },
  Entity extends { readonly id: Id<Prefix> },
  Input,
>(
  { database, rules, clock }: EditorParts,
  kind: Kind<Prefix, Row, Entity, Input>,
  rowsOf: (design: DesignRows) => readonly Row[],
): Shelf<Entity, Input> {
  const store = createCampaignDesignStore(database);

  async function read(organization: OrganizationId, campaign: CampaignId): Promise<DesignRows> {
    const design = await store.loadOwn(uuidOf(organization), uuidOf(campaign));
    if (design === null) throw notFound();
    return design;
  }

  function find(design: DesignRows, id: Id<Prefix>): Row {
    const uuid = uuidOf(id);
    const row = rowsOf(design).find((one) => one.id === uuid);
    if (row === undefined) throw notFound();
    return row;
  }

  async function change<T>(
    organization: OrganizationId,
    campaign: CampaignId,
    work: (design: DesignRows, writer: DesignWriter) => Promise<T>,
  ): Promise<T> {
    const result = await store.change(uuidOf(organization), uuidOf(campaign), async (design, writer) => ({
      value: await work(design, writer),
    }));
    if (result === null) throw notFound();
    rules.forgetCampaign(campaign);
    return result.value;
  }

  async function put(
    {
      design,
      writer,
      saved,
      input,
    }: {
      design: DesignRows;
      writer: DesignWriter;
      saved: Row | null;
      input: Change<Input>;
    },
    row: Row,
  ): Promise<Entity> {
    const faults = kind.faults(row, saved, design, input);
    if (faults.length > 0) {
      throw new Problem(
        'invalid_campaign',
        'The settings do not fit the campaign. Each fault is listed under errors.',
        { faults },
      );
    }
    await kind.put(writer, row, input);
    return kind.entity(row, design);
  }

  return {
    async list(organization, campaign) {
      const design = await read(organization, campaign);
      return rowsOf(design).map((row) => kind.entity(row, design));
    },

    async get(organization, campaign, id) {
      const design = await read(organization, campaign);
      return kind.entity(find(design, id), design);
    },

    create: (organization, campaign, input) =>
      change(organization, campaign, async (design, writer) => {
        const rows = rowsOf(design);
        if (rows.length >= kind.limit) {
          throw new Problem(
            'conflict',
            `This campaign has ${rows.length} ${kind.table}, as many as a campaign can have. Delete one first, or make another campaign.`,
          );
        }
        const place = 1 + Math.max(-1, ...rows.map((row) => row.position ?? 0));
        const base = { id: uuidOf(newId(kind.prefix)), createdAt: new Date(clock.now()), place };
        return put({ design, writer, saved: null, input }, kind.row(base, null, input));
      }),

    update: (organization, campaign, id, input) =>
      change(organization, campaign, async (design, writer) => {
        const saved = find(design, id);
        const base = { id: saved.id, createdAt: saved.created_at, place: saved.position ?? 0 };
        return put({ design, writer, saved, input }, kind.row(base, saved, input));
      }),

    delete: (organization, campaign, id) =>
      change(organization, campaign, async (design, writer) => {
        const row = find(design, id);
        const use = await kind.use(row, design, writer);
        if (use !== null) throw new Problem('conflict', use);
        await writer.delete(kind.table, row.id);
      }),
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

/** ChainVine's page: cryptocurrencies have 18 decimal places, everything else has 4. */
const cryptoDecimals = 18;
const plainDecimals = 4;
/** Digits before the point that the column holds. */
const maxStockDigits = 20;

const rewardsPaidBy = (formats: readonly string[]): Kind<'rwd', RewardRow, Reward, ResolvedRewardInput> => ({
  prefix: 'rwd',
  table: 'rewards',
  limit: 200,
  row: ({ id, createdAt }, saved, input) => ({
    id,
    name: input.name ?? saved?.name ?? '',
    kind: input.kind ?? saved?.kind ?? 'custom',
    unit: input.unit ?? saved?.unit ?? '',
    decimals: input.decimals ?? saved?.decimals ?? (input.kind === 'token' ? cryptoDecimals : plainDecimals),
    stock: input.stock === undefined ? (saved?.stock ?? null) : input.stock,
    ...payoutColumns(input.payout, saved),
    created_at: createdAt,
  }),
  faults(row, saved, _design, input) {
    const faults: Fault[] = payoutFaults(row, input.payout, formats);
    const fixed = 'Amounts that were given count in it, so it cannot change. Make another reward.';
    if (saved !== null && row.kind !== saved.kind) {
      faults.push({
        pointer: '/kind',
        detail: `Found ${row.kind}, but this reward is of kind ${saved.kind}. ${fixed}`,
      });
    }
    const expected = saved?.decimals ?? (row.kind === 'token' ? cryptoDecimals : plainDecimals);
    if (row.decimals !== expected && (saved !== null || row.kind !== 'custom')) {
      const reason =
        saved === null
          ? 'A token has 18 decimal places, every other kind has 4; kind "custom" may choose.'
          : fixed;
      faults.push({ pointer: '/decimals', detail: `Found ${row.decimals}, expected ${expected}. ${reason}` });
    }
    const stock =
      row.stock === null || row.stock === saved?.stock ? null : stockFault(row.stock, row.decimals);
    if (stock !== null) faults.push({ pointer: '/stock', detail: stock });
    return faults;
  },
  // Earnings take from the stock meanwhile: what was read is written back only when the owner sets it.
  async put(writer, { stock, ...row }, input) {
    if (input.payout === null && (await writer.hasOpenPayouts(row.id))) {
      throw new Problem(
        'conflict',
        'Payouts of this reward are not paid yet, so a webhook must go on paying it. Name another webhook, or settle them first.',
      );
    }
    await writer.putReward(input.stock === undefined ? row : { ...row, stock });
  },
  async use(row, design, writer) {
    const by = [...design.quests, ...design.tasks].filter((one) => one.reward_id === row.id);
    if (by.length > 0) {
      return `This reward is given by ${counted(by, 'quest or task', 'quests and tasks')}. Change them first.`;
    }
    if (await writer.isEarned(row.id)) {
      return 'Somebody earned this reward. Keep it; a stock of "0" stops it.';
    }
    return null;
  },
  entity: (row) => ({
    id: idFromUuid('rwd', row.id),
    name: row.name,
    kind: row.kind,
    unit: row.unit,
    decimals: row.decimals,
    stock: row.stock === null ? null : exactAmount(row.stock, row.decimals),
    payout:
      row.payout_webhook_id === null
        ? { mode: 'internal' }
        : { mode: 'webhook', webhookId: row.payout_webhook_id, automatic: row.automatic_payout },
    createdAt: row.created_at,
  }),
});

function payoutColumns(
  payout: ResolvedRewardInput['payout'],
  saved: RewardRow | null,
): Pick<RewardRow, 'payout_webhook_uid' | 'payout_webhook_id' | 'automatic_payout'> {
  if (payout === undefined) {
    return {
      payout_webhook_uid: saved?.payout_webhook_uid ?? null,
      payout_webhook_id: saved?.payout_webhook_id ?? null,
      automatic_payout: saved?.automatic_payout ?? false,
    };
  }
  return {
    payout_webhook_uid: payout?.uid ?? null,
    payout_webhook_id: payout?.id ?? null,
    automatic_payout: payout?.automatic ?? false,
  };
}

function payoutFaults(
  row: RewardRow,
  payout: ResolvedRewardInput['payout'],
  formats: readonly string[],
): Fault[] {
  if (payout === undefined || payout === null) return [];
  if (row.kind === 'points') {
    const detail =
      'Points are in the ledger as soon as they are earned, so nothing is left to pay. Use mode "internal".';
    return [{ pointer: '/payout/mode', detail }];
  }
  const pointer = '/payout/webhook_id';
  if (payout.uid === null) {
    const detail = `Found "${payout.id.slice(0, 80)}", expected the id of a webhook of this organization.`;
    return [{ pointer, detail }];
  }
  if (formats.includes(payout.format)) return [];
  const detail = `The webhook "${payout.id}" has the format ${payout.format}, which has no payment request; expected one of ${formats.join(', ')}. Name another webhook.`;
  return [{ pointer, detail }];
}

function stockFault(stock: string, decimals: number): string | null {
  // Nothing left is a stock, though it is no amount that anybody could earn.
  if (/^0(?:\.0{1,38})?$/.test(stock)) return null;
  return amountFault(stock, decimals) ?? sizeFault(stock);
}

function sizeFault(amount: string): string | null {
  const [whole = ''] = amount.split('.');
  if (whole.length <= maxStockDigits) return null;
  return `Found ${whole.length} digits before the point, expected at most ${maxStockDigits}.`;
}

interface RewardColumns {
  readonly reward_id: Uuid | null;
  readonly reward_amount: string | null;
}

function rewardColumns(input: RewardShare | null | undefined, saved: RewardColumns | null): RewardColumns {
  if (input === undefined) {
    return { reward_id: saved?.reward_id ?? null, reward_amount: saved?.reward_amount ?? null };
  }
  return { reward_id: input && uuidIn('rwd', input.id), reward_amount: input?.amount ?? null };
}

function rewardFaults({ reward_id, reward_amount }: RewardColumns, design: DesignRows): Fault[] {
  if (reward_id === null || reward_amount === null) return [];
  const reward = design.rewards.find((one) => one.id === reward_id);
  if (reward === undefined) {
    return [
      { pointer: '/reward/id', detail: 'This campaign has no reward of this id. Name one of its rewards.' },
    ];
  }
  const detail = amountFault(reward_amount, reward.decimals) ?? sizeFault(reward_amount);
  return detail === null ? [] : [{ pointer: '/reward/amount', detail }];
}

function rewardOf(row: RewardColumns, design: DesignRows): Quest['reward'] {
  const reward = design.rewards.find((one) => one.id === row.reward_id);
  if (reward === undefined || row.reward_amount === null) return null;
  return { id: idFromUuid('rwd', reward.id), amount: exactAmount(row.reward_amount, reward.decimals) };
}

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

/** A malformed id stays what it is: nothing has it. */
function uuidIn(prefix: 'grp' | 'qst' | 'tsk' | 'rwd', text: string): string {
  const id = parseId(prefix, text);
  return id === null ? text : uuidOf(id);
}

/** How many, and which: `2 tasks ("Follow us", "Join")`. */
function counted(things: readonly { readonly name: string }[], one: string, many: string): string {
  const names = things.slice(0, 3).map(({ name }) => `"${name}"`);
  const shown = things.length > names.length ? [...names, '…'] : names;
  return `${things.length} ${things.length === 1 ? one : many} (${shown.join(', ')})`;
}
