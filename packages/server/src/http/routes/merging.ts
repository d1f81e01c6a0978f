import { z } from 'zod';
import type { MergeOutcome, Merging, Participants } from '../../campaigns/index.ts';
import { notFound } from '../../problems.ts';
import { type Api, bodyProblems, idInputSchema, idSchema, pathId, problems } from '../api.ts';
import { participantSchema, shownParticipant } from './participants.ts';

const mergeSchema = z
  .object({
    repeated: z.boolean().meta({
      description: 'The two had been merged before: nothing was changed and no event written',
    }),
    participant: participantSchema.meta({ description: 'Who answers for both from now on' }),
    absorbed_id: idSchema('usr', 'Who was taken in'),
    campaigns: z
      .array(
        z.object({
          campaign_id: idSchema('cmp', 'A campaign in which the absorbed one took part'),
          total_points: z.number().meta({ description: 'Of both together' }),
          deducted_points: z.number().meta({
            description: 'Taken back, because both had been given them for what may happen once',
          }),
        }),
      )
      .meta({ description: 'What became of the counters' }),
    events: z.array(z.object({ id: idSchema('we', 'The event'), type: z.string() })).meta({
      description: 'The events that this wrote, about the participant who stays',
    }),
  })
  .meta({ id: 'Merge' });

export interface MergingParts {
  readonly merging: Merging;
  readonly participants: Participants;
}

export function mergingRoutes(app: Api, { merging, participants }: MergingParts): void {
  app.post(
    '/v1/participants/:id/merge',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'mergeParticipants',
        summary: 'Two participants are one person',
        description: [
          'The participant of the path takes in the one named by `from`, for good: accounts, points, progress, rewards and referrals of both count together, and what the profile lacks is taken over.',
          'What may happen once and both did counts once: the points that the absorbed one got for it are taken back as a correction, as far as there are any. Of two referrers the one of the earlier join stays.',
          "From then on the absorbed one's id, external_id and referral code are other names of the participant. Events that were accepted before stay as they are. Asking again changes nothing and answers with `repeated: true`.",
        ].join(' '),
        params: z.object({ id: z.string() }),
        body: z.strictObject({
          from: idInputSchema('usr', 'the participant to take in'),
          reason: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .meta({
              description: 'Kept with the absorbed one',
              examples: ['Signed up twice'],
            }),
        }),
        response: {
          200: mergeSchema,
          ...problems('not_found', 'unknown_participant', 'conflict', 'amount_out_of_range', ...bodyProblems),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { from, reason } = request.body;
      const people = { into: pathId('usr', request.params.id), from };
      const outcome = await merging.merge(organizationId, people, reason ?? null);
      const participant = await participants.find(organizationId, outcome.survivor);
      if (participant === null) throw notFound();
      return { ...shownMerge(outcome), participant: shownParticipant(participant) };
    },
  );
}

function shownMerge(outcome: MergeOutcome) {
  return {
    repeated: outcome.repeated,
    absorbed_id: outcome.absorbed,
    campaigns: outcome.campaigns.map(({ id, totalPoints, deductedPoints }) => ({
      campaign_id: id,
      total_points: totalPoints,
      deducted_points: deductedPoints,
    })),
    events: outcome.events.map(({ id, type }) => ({ id, type })),
  };
}
