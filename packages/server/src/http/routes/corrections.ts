import { z } from 'zod';
import type {
  Corrections,
  Recalculation,
  RecalculationDifference,
  Recalculations,
} from '../../campaigns/index.ts';
import { type Api, bodyProblems, idInputSchema, idSchema, pathId, problems } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { jobSchema, shownJob } from './jobs.ts';

export interface CorrectionParts {
  readonly corrections: Corrections;
  readonly recalculations: Recalculations;
}

/** What operators set right: completions that should not have been, points after the design was changed. */
export function correctionRoutes(app: Api, { corrections, recalculations }: CorrectionParts): void {
  revocationRoute(app, corrections);
  recalculationRoutes(app, recalculations);
}

const tags = ['Corrections'];
const exactPoints = z.string().meta({ description: 'Points, exactly', examples: ['1250.5000'] });

const revocationSchema = z
  .object({
    repeated: z.boolean().meta({ description: 'It had been revoked before: nothing was changed' }),
    detail: z.string().nullable().meta({ description: 'Why nothing was changed, when it was repeated' }),
    completion_id: idSchema('cpl', 'The completion'),
    participant_id: idSchema('usr', 'Whose it was'),
    quest_id: idSchema('qst', 'The quest that no longer holds without it').nullable(),
    points_taken: z.number().meta({ description: 'From the participant, those of the quest included' }),
    points_missing: z.number().meta({ description: 'What could not be taken, as there were no points left' }),
    referrer: z
      .object({
        id: idSchema('usr', 'Who had a bonus of it'),
        points_taken: z.number(),
        points_missing: z.number(),
      })
      .nullable(),
    revoked_earnings: z.array(idSchema('ern', 'An earning')).meta({
      description: 'Rewards that it brought and that nobody had claimed: taken back, and in stock again',
    }),
    kept_earnings: z.array(idSchema('ern', 'An earning')).meta({
      description: 'Rewards that it brought and that were claimed already: they stay with the participant',
    }),
    total_points: z.number().meta({ description: 'Of the participant, after it' }),
    events: z.array(z.object({ id: idSchema('we', 'The event'), type: z.string() })),
  })
  .meta({ id: 'Revocation' });

function revocationRoute(app: Api, corrections: Corrections): void {
  app.post(
    '/v1/campaigns/:id/completions/:completion_id/revocation',
    {
      schema: {
        tags,
        operationId: 'revokeCompletion',
        summary: 'Take a completion back',
        description:
          'With it go its points and those of its reward, the quest that no longer holds without it, and the bonus it brought the referrer; never more than there are. The task can be completed again. What was told stays told; `points.deducted` tells what was taken. Also possible in a paused or ended campaign. Revoking again changes nothing.',
        params: z.object({ id: z.string(), completion_id: z.string() }),
        body: z.strictObject({
          reason: z
            .string()
            .trim()
            .min(1)
            .max(200)
            .meta({ description: 'Shown as the note of the correction', examples: ['The post was deleted'] }),
        }),
        response: {
          200: revocationSchema,
          ...problems('not_found', 'campaign_not_active', 'not_joined', ...bodyProblems),
        },
      },
    },
    async (request) => {
      const completion = pathId('cpl', request.params.completion_id);
      const { participantId, receipt } = await corrections.revoke(
        request.principal.organizationId,
        pathId('cmp', request.params.id),
        completion,
        request.body.reason,
      );
      const { revocation } = receipt.result;
      return {
        repeated: receipt.repeated,
        detail: receipt.detail,
        completion_id: completion,
        participant_id: participantId,
        quest_id: revocation?.quest ?? null,
        points_taken: revocation?.taken.toNumber() ?? 0,
        points_missing: revocation?.missing.toNumber() ?? 0,
        referrer:
          revocation?.referrer == null
            ? null
            : {
                id: revocation.referrer.id,
                points_taken: revocation.referrer.taken.toNumber(),
                points_missing: revocation.referrer.missing.toNumber(),
              },
        revoked_earnings: [...(revocation?.revokedEarnings ?? [])],
        kept_earnings: [...(revocation?.keptEarnings ?? [])],
        total_points: Number(receipt.totalPoints),
        events: receipt.events.map(({ id, type }) => ({ id, type })),
      };
    },
  );
}

const recalculationSchema = z
  .object({
    job: jobSchema,
    dry_run: z.boolean(),
    participants: z.int().meta({ description: 'For how many something differs, so far' }),
    completions: z.int().meta({ description: 'How many are worth something else' }),
    points_given: exactPoints,
    points_taken: exactPoints,
    points_missing: exactPoints.meta({
      description: 'What could not be taken, as there were no points left',
    }),
  })
  .meta({
    id: 'Recalculation',
    description: 'Of participants and their referrers together; in a dry run what would come of it',
  });

const differenceSchema = z
  .object({
    participant_id: idSchema('usr', 'Whose completions they are'),
    completions: z.int().meta({ description: 'How many are worth something else' }),
    points: z.number().meta({ description: 'Booked for the participant; negative when taken' }),
    points_missing: z.number().meta({ description: 'What could not be taken' }),
    referrer_id: idSchema('usr', 'Who referred the participant').nullable(),
    bonus: z.number().meta({ description: 'Booked for the referrer; negative when taken' }),
    bonus_missing: z.number().meta({ description: 'What could not be taken' }),
  })
  .meta({ id: 'RecalculationDifference' });

const ids = <P extends 'tsk' | 'qst'>(prefix: P, what: string) =>
  z.array(idInputSchema(prefix, what)).min(1).max(500).optional();

function recalculationRoutes(app: Api, recalculations: Recalculations): void {
  app.post(
    '/v1/campaigns/:id/recalculations',
    {
      schema: {
        tags,
        operationId: 'recalculate',
        summary: 'Recalculate points by the settings of today',
        description:
          'For everybody who joined: what each completion is worth by the points of its task or quest now, with the multiplier of its time, and the bonus of the referrer by the campaign’s rule now. The difference is booked once for each participant and each referral, as a correction; nobody falls below zero. Completions by triggers keep the trigger’s worth, rewards stay as they are. Repeating it gives nothing twice. It is a job: /v1/jobs/{id}/cancel ends it, and what was done stays done.',
        params: z.object({ id: z.string() }),
        body: z
          .strictObject({
            task_ids: ids('tsk', 'a task').meta({ description: 'Only completions of these' }),
            quest_ids: ids('qst', 'a quest').meta({ description: 'Only completions of these' }),
            dry_run: z
              .boolean()
              .default(false)
              .meta({ description: 'Says what would come of it, and changes nothing' }),
          })
          .optional(),
        response: {
          202: recalculationSchema,
          ...problems('not_found', 'conflict', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { task_ids = null, quest_ids = null, dry_run = false } = request.body ?? {};
      const begun = await recalculations.begin(
        request.principal.organizationId,
        pathId('cmp', request.params.id),
        { taskIds: task_ids, questIds: quest_ids, dryRun: dry_run },
      );
      reply.code(202);
      return shownRecalculation(begun);
    },
  );

  const params = z.object({ id: z.string(), job_id: z.string() });
  app.get(
    '/v1/campaigns/:id/recalculations/:job_id',
    {
      schema: {
        tags,
        operationId: 'getRecalculation',
        summary: 'One recalculation, how far it is and what it came to',
        params,
        response: { 200: recalculationSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { id, job_id } = request.params;
      const { organizationId } = request.principal;
      return shownRecalculation(
        await recalculations.get(organizationId, pathId('cmp', id), pathId('job', job_id)),
      );
    },
  );

  app.get(
    '/v1/campaigns/:id/recalculations/:job_id/differences',
    {
      schema: {
        tags,
        operationId: 'listRecalculationDifferences',
        summary: 'For whom a recalculation makes a difference',
        description: 'In the order of participant ids. It grows while the job runs.',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(differenceSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const campaign = pathId('cmp', request.params.id);
      const job = pathId('job', request.params.job_id);
      return readPage({
        name: `differences ${job}`,
        query: request.query,
        read: (after, limit) =>
          recalculations.differences(request.principal.organizationId, campaign, job, after, limit),
        uuid: (one) => one.uuid,
        show: shownDifference,
      });
    },
  );
}

function shownRecalculation({ job, dryRun, totals }: Recalculation) {
  return {
    job: shownJob(job),
    dry_run: dryRun,
    participants: totals.participants,
    completions: totals.completions,
    points_given: totals.given,
    points_taken: totals.taken,
    points_missing: totals.missing,
  };
}

function shownDifference(one: RecalculationDifference) {
  return {
    participant_id: one.participantId,
    completions: one.completions,
    points: one.points,
    points_missing: one.missing,
    referrer_id: one.referrerId,
    bonus: one.bonus,
    bonus_missing: one.bonusMissing,
  };
}
