import type { CampaignSnapshot } from '../catalog/index.ts';
import {
  type CampaignId,
  type CommunityId,
  idFromUuid,
  newId,
  type OrganizationId,
  parseId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { type Fault, notFound, Problem, quotaReached } from '../problems.ts';
import {
  afterRequestTransaction,
  type CampaignRow,
  createCampaignDesignStore,
  createCampaignsStore,
  createOrganizationsStore,
  type Database,
} from '../storage/index.ts';
import type { CampaignRulesSource } from './design.ts';
import { Recent } from './recent.ts';
import { type CampaignStatus, repeatedTiers, sortedTiers } from './rules/index.ts';
import { tiersFrom } from './standings.ts';

/** Points are numbers with at most 4 places. */
export interface Campaign {
  readonly id: CampaignId;
  readonly communityId: CommunityId;
  readonly name: string;
  readonly status: CampaignStatus;
  /** Nobody can act before. */
  readonly startsAt: Date | null;
  /** Nobody can act from then on. */
  readonly endsAt: Date | null;
  /** What the points are called where people see them. */
  readonly pointsName: string;
  /** What everybody gets on joining. */
  readonly initialPoints: number;
  readonly referralRule: { readonly minPoints: number | null; readonly anyOfTasks: readonly TaskId[] };
  readonly referralBonus: { readonly percent: number } | { readonly amount: number } | null;
  /** Lowest first. */
  readonly tiers: readonly { readonly name: string; readonly minPoints: number }[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The settings an owner decides, as they come in: each well-formed by itself. What is left out stays as it is. */
export interface CampaignInput {
  readonly name?: string | undefined;
  readonly community_id?: CommunityId | undefined;
  readonly status?: CampaignStatus | undefined;
  readonly starts_at?: string | null | undefined;
  readonly ends_at?: string | null | undefined;
  readonly points_name?: string | undefined;
  readonly initial_points?: number | undefined;
  readonly referral_rule?:
    | {
        readonly min_points?: number | null | undefined;
        readonly any_of_task_ids?: readonly string[] | undefined;
      }
    | undefined;
  readonly referral_bonus?: { readonly percent: number } | { readonly amount: number } | null | undefined;
  /** In any order. */
  readonly tiers?: readonly { readonly name: string; readonly min_points: number }[] | undefined;
}

export interface Community {
  readonly id: CommunityId;
  readonly name: string;
}

/** What an event says of its campaign, and of the community that the campaign belongs to. */
export interface CampaignContext {
  readonly campaign: CampaignSnapshot;
  readonly community: Community;
}

export interface Campaigns {
  /** Belongs to the organization's default community unless another is named. Throws `invalid_campaign` with every fault, and `quota_reached`. */
  create(organization: OrganizationId, name: string, settings?: CampaignInput): Promise<Campaign>;
  /** Throws `not_found`. */
  get(organization: OrganizationId, id: CampaignId): Promise<Campaign>;
  /** Newest first; `before` is the last one of the page before. */
  list(organization: OrganizationId, before: Uuid | null, limit: number): Promise<readonly Campaign[]>;
  /** Counts from the answer on; events that were accepted before stay as they are. Throws `not_found` and `invalid_campaign`. */
  update(organization: OrganizationId, id: CampaignId, settings: CampaignInput): Promise<Campaign>;
  /** For every event: at once for a campaign seen lately. Null when the organization has no such campaign. */
  contextOf(
    organization: OrganizationId,
    id: CampaignId,
  ): CampaignContext | null | Promise<CampaignContext | null>;
  /** For events without a campaign. */
  defaultCommunity(organization: OrganizationId): Community | Promise<Community>;
  /** Whoever asks from now on gets what is committed by now. Other nodes hear of it by themselves. */
  forgetContexts(): void;
  close(): Promise<void>;
}

/** Kept in memory, at about 500 bytes each. */
const largestCache = 10_000;

/** Listens for changes by other nodes until `close`. Throws when the database cannot be reached. */
export async function openCampaigns(parts: {
  readonly database: Database;
  readonly rules: Pick<CampaignRulesSource, 'forgetCampaign'>;
  /** How many an organization may have; null: as many as it likes. */
  readonly mostCampaigns: (organization: OrganizationId) => number | null;
  readonly clock: { now(): number };
}): Promise<Campaigns> {
  const campaigns = createCampaignsStore(parts.database);
  const designs = createCampaignDesignStore(parts.database);
  const organizations = createOrganizationsStore(parts.database);
  const contexts = new Recent<CampaignId, { owner: OrganizationId; context: CampaignContext }>(largestCache);
  const communities = new Recent<OrganizationId, Community>(largestCache);
  const reading = new Map<string, Promise<CampaignContext | null>>();
  let changes = 0;
  const forget = () => {
    changes += 1;
    contexts.clear();
    communities.clear();
    // What is being read may be older than the change.
    reading.clear();
  };
  // Campaigns are renamed rarely, so forgetting all of them costs less than keeping track of whose they are.
  const stopListening = await campaigns.listen(forget, forget);

  async function readContext(organization: OrganizationId, id: CampaignId): Promise<CampaignContext | null> {
    const changesBefore = changes;
    const row = await campaigns.find(uuidOf(organization), uuidOf(id));
    if (row === null) return null;
    const context = contextFrom(row);
    if (changes === changesBefore) contexts.set(id, { owner: organization, context });
    return context;
  }

  async function readDefaultCommunity(organization: OrganizationId): Promise<Community> {
    const changesBefore = changes;
    const row = await organizations.defaultCommunity(uuidOf(organization));
    if (row === null) throw new Error(`Organization ${organization} has no default community`);
    const community: Community = { id: idFromUuid('com', row.id), name: row.name };
    if (changes === changesBefore) communities.set(organization, community);
    return community;
  }

  function defaultCommunity(organization: OrganizationId): Community | Promise<Community> {
    return communities.get(organization) ?? readDefaultCommunity(organization);
  }

  return {
    async create(organization, name, settings = {}) {
      const community = await defaultCommunity(organization);
      const now = new Date(parts.clock.now());
      const blank: SettingsRow = {
        ...unsetSettings,
        id: uuidOf(newId('cmp')),
        organization_id: uuidOf(organization),
        community_id: uuidOf(community.id),
        name,
        created_at: now,
        updated_at: now,
      };
      const row = changed(blank, settings, now);
      refuse([...tierFaults(settings), ...faultsOf(row, new Set())]);
      const most = parts.mostCampaigns(organization);
      const inserted = await campaigns.insert(row, most);
      if (inserted === 'full') throw quotaReached('campaigns', most);
      if (inserted === 'no_community') refuse([noSuchCommunity]);
      return campaignFrom(row);
    },

    async get(organization, id) {
      const row = await campaigns.find(uuidOf(organization), uuidOf(id));
      if (row === null) throw notFound();
      return campaignFrom(row);
    },

    async list(organization, before, limit) {
      return (await campaigns.list(uuidOf(organization), before, limit)).map(campaignFrom);
    },

    async update(organization, id, settings) {
      const row = await designs.change(uuidOf(organization), uuidOf(id), async (design, writer) => {
        const next = changed(design.campaign, settings, new Date(parts.clock.now()));
        refuse([...tierFaults(settings), ...faultsOf(next, new Set(design.tasks.map((task) => task.id)))]);
        if (!(await writer.keepCommunity(next.community_id))) refuse([noSuchCommunity]);
        await writer.putSettings(next);
        return next;
      });
      if (row === null) throw notFound();
      // The notification comes back to this node too, but after the answer to the caller.
      await afterRequestTransaction(() => {
        forget();
        parts.rules.forgetCampaign(id);
      });
      return campaignFrom(row);
    },

    contextOf(organization, id) {
      const known = contexts.get(id);
      if (known !== undefined) return known.owner === organization ? known.context : null;
      // The events of one request mostly name one campaign: they share one look-up.
      const key = organization + id;
      const running = reading.get(key);
      if (running !== undefined) return running;
      const answer = readContext(organization, id).finally(() => {
        if (reading.get(key) === answer) reading.delete(key);
      });
      reading.set(key, answer);
      return answer;
    },

    defaultCommunity,
    forgetContexts: forget,
    close: stopListening,
  };
}

type SettingsRow = Omit<CampaignRow, 'organization_name' | 'community_name'>;

const unsetSettings = {
  status: 'active',
  starts_at: null,
  ends_at: null,
  points_name: 'Points',
  initial_points: '0',
  referral_min_points: null,
  referral_any_of_tasks: [],
  referral_bonus_percent: null,
  referral_bonus_amount: null,
  tiers: [],
} as const satisfies Partial<SettingsRow>;

/** A malformed task id stays what it is: no task has it. */
function taskUuid(text: string): string {
  const id = parseId('tsk', text);
  return id === null ? text : uuidOf(id);
}

function changed<Row extends SettingsRow>(row: Row, input: CampaignInput, now: Date): Row {
  const { referral_rule: rule, referral_bonus: bonus } = input;
  const minPoints = rule?.min_points;
  return {
    ...row,
    community_id: input.community_id === undefined ? row.community_id : uuidOf(input.community_id),
    name: input.name ?? row.name,
    status: input.status ?? row.status,
    starts_at: input.starts_at === undefined ? row.starts_at : timeFrom(input.starts_at),
    ends_at: input.ends_at === undefined ? row.ends_at : timeFrom(input.ends_at),
    points_name: input.points_name ?? row.points_name,
    initial_points: String(input.initial_points ?? row.initial_points),
    referral_min_points:
      minPoints === undefined ? row.referral_min_points : minPoints === null ? null : String(minPoints),
    referral_any_of_tasks: rule?.any_of_task_ids
      ? [...new Set(rule.any_of_task_ids.map(taskUuid))]
      : row.referral_any_of_tasks,
    ...(bonus !== undefined && {
      referral_bonus_percent: bonus !== null && 'percent' in bonus ? String(bonus.percent) : null,
      referral_bonus_amount: bonus !== null && 'amount' in bonus ? String(bonus.amount) : null,
    }),
    ...(input.tiers !== undefined && { tiers: tierRows(input.tiers) }),
    updated_at: now,
  };
}

function tierRows(tiers: NonNullable<CampaignInput['tiers']>): SettingsRow['tiers'] {
  return sortedTiers(tiersFrom(tiers)).map(({ name, minPoints }) => ({
    name,
    min_points: minPoints.toFixed(),
  }));
}

function timeFrom(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function faultsOf(row: SettingsRow, tasks: ReadonlySet<Uuid>): Fault[] {
  const faults: Fault[] = [];
  if (row.starts_at !== null && row.ends_at !== null && row.ends_at <= row.starts_at) {
    faults.push({
      pointer: '/ends_at',
      detail: `Found ${row.ends_at.toISOString()}, expected a time after starts_at, which is ${row.starts_at.toISOString()}.`,
    });
  }
  row.referral_any_of_tasks.forEach((task, index) => {
    if (tasks.has(task)) return;
    faults.push({
      pointer: `/referral_rule/any_of_task_ids/${index}`,
      detail:
        'No task of this campaign has this id. Name tasks of this campaign; a new campaign has none yet.',
    });
  });
  return faults;
}

function tierFaults({ tiers }: CampaignInput): Fault[] {
  return repeatedTiers(tiersFrom(tiers ?? [])).map(({ index, field, detail }) => ({
    pointer: `/tiers/${index}/${field}`,
    detail,
  }));
}

const noSuchCommunity: Fault = {
  pointer: '/community_id',
  detail: 'The organization has no community of this id. GET /v1/communities lists those it has.',
};

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  throw new Problem(
    'invalid_campaign',
    'The settings do not fit the campaign. Each fault is listed under errors.',
    {
      faults,
    },
  );
}

function campaignFrom(row: SettingsRow): Campaign {
  const { referral_min_points, referral_bonus_percent, referral_bonus_amount } = row;
  return {
    id: idFromUuid('cmp', row.id),
    communityId: idFromUuid('com', row.community_id),
    name: row.name,
    status: row.status,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    pointsName: row.points_name,
    initialPoints: Number(row.initial_points),
    referralRule: {
      minPoints: referral_min_points === null ? null : Number(referral_min_points),
      anyOfTasks: row.referral_any_of_tasks.map((uuid) => idFromUuid('tsk', uuid)),
    },
    referralBonus:
      referral_bonus_percent !== null
        ? { percent: Number(referral_bonus_percent) }
        : referral_bonus_amount !== null
          ? { amount: Number(referral_bonus_amount) }
          : null,
    tiers: row.tiers.map(({ name, min_points }) => ({ name, minPoints: Number(min_points) })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function contextFrom(row: CampaignRow): CampaignContext {
  return {
    campaign: { id: idFromUuid('cmp', row.id), name: row.name, created_at: row.created_at.toISOString() },
    community: { id: idFromUuid('com', row.community_id), name: row.community_name },
  };
}
