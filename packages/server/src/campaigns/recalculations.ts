import { z } from 'zod';
import {
  type CampaignId,
  idFromUuid,
  type JobId,
  type OrganizationId,
  type ParticipantId,
  parseId,
  type QuestId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import type { Job, JobAtWork, JobRefusal, JobStep, Jobs } from '../jobs/index.ts';
import { type Fault, notFound, Problem } from '../problems.ts';
import { createCorrectionsStore, type Database, type DifferenceRow } from '../storage/index.ts';
import type { Actions } from './actions/index.ts';
import type { CampaignRulesSource } from './design.ts';

/** What is recalculated. Null: every task, every quest; only one of them null: none of its kind. */
export interface RecalculationInput {
  readonly taskIds: readonly TaskId[] | null;
  readonly questIds: readonly QuestId[] | null;
  /** Says what would come of it and changes nothing. */
  readonly dryRun: boolean;
}

export interface Recalculation {
  readonly job: Job;
  readonly dryRun: boolean;
  /** So far, for participants and their referrers together. Points have at most 4 places. */
  readonly totals: {
    readonly participants: number;
    readonly completions: number;
    readonly given: string;
    readonly taken: string;
    /** What could not be taken, for want of points. */
    readonly missing: string;
  };
}

/** What it came to for one participant. Negative points were taken. */
export interface RecalculationDifference {
  readonly participantId: ParticipantId;
  readonly uuid: Uuid;
  readonly completions: number;
  readonly points: number;
  readonly missing: number;
  readonly referrerId: ParticipantId | null;
  readonly bonus: number;
  readonly bonusMissing: number;
}

/** Points set right after the design of a campaign was changed. */
export interface Recalculations {
  /** Begins a job. Throws `not_found`, and `invalid_request` for tasks and quests that are not the campaign's. */
  begin(
    organization: OrganizationId,
    campaign: CampaignId,
    input: RecalculationInput,
  ): Promise<Recalculation>;
  /** Throws `not_found`. */
  get(organization: OrganizationId, campaign: CampaignId, id: JobId): Promise<Recalculation>;
  /** For whom something differs, in the order of participants. Throws `not_found`. */
  differences(
    organization: OrganizationId,
    campaign: CampaignId,
    id: JobId,
    after: Uuid | null,
    limit: number,
  ): Promise<readonly RecalculationDifference[]>;
}

const kind = 'recalculate';
/** As many as join one batch of actions beside those of live callers. */
const participantsPerStep = 50;

const idText = <P extends 'cmp' | 'tsk' | 'qst'>(prefix: P) =>
  z.string().transform((text, context) => {
    const id = parseId(prefix, text);
    if (id === null) context.addIssue(`expected an id that begins with ${prefix}_`);
    return id ?? z.NEVER;
  });
const paramsSchema = z.object({
  campaign_id: idText('cmp'),
  task_ids: z.array(idText('tsk')).nullable(),
  quest_ids: z.array(idText('qst')).nullable(),
  dry_run: z.boolean(),
});
type Params = z.output<typeof paramsSchema>;
/** The last participant of the step before. */
const cursorSchema = z.string().nullable();

/** Also makes this node carry out recalculations: before the jobs start. */
export function createRecalculations(parts: {
  readonly database: Pick<Database, 'kysely'>;
  readonly jobs: Jobs;
  readonly rules: Pick<CampaignRulesSource, 'rulesOf'>;
  readonly actions: Actions;
  readonly clock: { now(): number };
}): Recalculations {
  const { jobs, rules } = parts;
  const store = createCorrectionsStore(parts.database);

  async function existing(organization: OrganizationId, campaign: CampaignId, id: JobId) {
    const job = await jobs.get(organization, id);
    const params = job.kind === kind ? paramsSchema.parse(job.params) : null;
    if (params?.campaign_id !== campaign) throw notFound();
    return { job, params };
  }

  async function shown(job: Job, { dry_run }: Params): Promise<Recalculation> {
    return { job, dryRun: dry_run, totals: await store.totals(uuidOf(job.id)) };
  }

  async function recalculateOne(id: JobId, params: Params, participantId: ParticipantId): Promise<boolean> {
    const { repeated, result } = await parts.actions.act({
      action: {
        kind: 'recalculate',
        recalculation: id,
        subjects: subjectsOf(params),
        dryRun: params.dry_run,
      },
      campaignId: params.campaign_id,
      participantId,
      trust: 'server',
      occurredAt: new Date(parts.clock.now()),
    });
    return repeated || result.difference !== null;
  }

  async function step(job: JobAtWork): Promise<JobStep> {
    const params = paramsSchema.parse(job.params);
    const campaign = uuidOf(params.campaign_id);
    const after = cursorSchema.parse(job.cursor);
    const found = await store.joinedAfter(campaign, after, participantsPerStep);
    const people = found.map((uuid) => idFromUuid('usr', uuid));
    const outcomes = await Promise.allSettled(people.map((one) => recalculateOne(job.id, params, one)));
    const refusals: JobRefusal[] = [];
    let changed = 0;
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') {
        if (outcome.value) changed += 1;
        continue;
      }
      const reason: unknown = outcome.reason;
      if (!(reason instanceof Problem) || reason.code !== 'amount_out_of_range') throw reason;
      const line = job.done + n + 1;
      refusals.push({ line, field: null, reason: reason.message, excerpt: people[n] ?? '' });
    }
    return {
      cursor: found.at(-1) ?? after,
      done: found.length,
      counts: { changed },
      refusals,
      ...(job.total === null && { total: await store.countJoined(campaign) }),
      finished: found.length < participantsPerStep,
    };
  }

  jobs.register(kind, { step });

  return {
    async begin(organization, campaign, input) {
      const campaignRules = await rules.rulesOf(campaign);
      if (campaignRules?.organization.id !== organization) throw notFound();
      const faults = [
        ...foreign('/task_ids', input.taskIds, campaignRules.tasks),
        ...foreign('/quest_ids', input.questIds, campaignRules.quests),
      ];
      if (faults.length > 0) {
        throw new Problem(
          'invalid_request',
          'Some ids are not of this campaign. Each is listed under errors.',
          {
            faults,
          },
        );
      }
      const params = {
        campaign_id: campaign,
        task_ids: input.taskIds && [...input.taskIds],
        quest_ids: input.questIds && [...input.questIds],
        dry_run: input.dryRun,
      };
      const { job } = await jobs.enqueue({ organizationId: organization, kind, params });
      return shown(job, params);
    },

    async get(organization, campaign, id) {
      const { job, params } = await existing(organization, campaign, id);
      return shown(job, params);
    },

    async differences(organization, campaign, id, after, limit) {
      await existing(organization, campaign, id);
      return (await store.differences(uuidOf(id), after, limit)).map(differenceFrom);
    },
  };
}

function subjectsOf({ task_ids, quest_ids }: Params): ReadonlySet<TaskId | QuestId> | null {
  if (task_ids === null && quest_ids === null) return null;
  return new Set([...(task_ids ?? []), ...(quest_ids ?? [])]);
}

function foreign(
  pointer: string,
  ids: readonly (TaskId | QuestId)[] | null,
  known: { has(id: TaskId | QuestId): boolean },
): Fault[] {
  return (ids ?? []).flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            pointer: `${pointer}/${index}`,
            detail: `Found ${id}, which is not of this campaign. Check both ids.`,
          },
        ],
  );
}

function differenceFrom(row: DifferenceRow): RecalculationDifference {
  return {
    participantId: idFromUuid('usr', row.participant_id),
    uuid: row.participant_id,
    completions: row.completions,
    points: Number(row.points),
    missing: Number(row.missing),
    referrerId: row.referrer_id === null ? null : idFromUuid('usr', row.referrer_id),
    bonus: Number(row.bonus),
    bonusMissing: Number(row.bonus_missing),
  };
}
