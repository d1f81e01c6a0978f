import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Erasure, Erasures, PersonalData } from '../../campaigns/index.ts';
import { authorOf } from '../access.ts';
import { type Api, bodyProblems, idSchema, pathId, problems, timeSchema } from '../api.ts';

const erasureSchema = z
  .object({
    participant_id: idSchema('usr', 'Whose data it is; the id stays, and tells nothing'),
    job_id: idSchema('job', 'Takes it out of the histories; see /v1/jobs'),
    reason: z.string().nullable(),
    asked_by: z.string().meta({
      description: 'The API token it was asked for with (`tok_…`), or the person who asked (`psn_…`)',
      examples: ['tok_01jf2wkmvcfw6ts1qmgzya291c'],
    }),
    asked_at: timeSchema,
    finished_at: timeSchema.nullable().meta({ description: 'Null while the histories are gone through' }),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: 'How much of each kind was changed', examples: [{ events: 40, attempts: 80 }] }),
  })
  .meta({ id: 'Erasure' });

const askedErasureSchema = erasureSchema
  .extend({ repeated: z.boolean().meta({ description: 'It was asked for before: nothing was changed' }) })
  .meta({ id: 'AskedErasure' });

const params = z.object({ id: z.string() });
const tags = ['Participants'];

export interface PersonalDataParts {
  readonly personalData: PersonalData;
  readonly erasures: Erasures;
}

/** What is kept about a person: all of it, for them; and the end of it. */
export function personalDataRoutes(app: Api, { personalData, erasures }: PersonalDataParts): void {
  app.post(
    '/v1/participants/:id/export',
    {
      schema: {
        tags,
        operationId: 'exportParticipant',
        summary: 'Everything kept about a participant',
        description:
          'One JSON object with a list for each kind: profile, merged, accounts, participations, completions, plays, trigger_events, ledger, referred_by, referrals, earnings, payouts, sign_ins and events. It is written while it is read, however large it is; amounts are decimal text. Ask for it before an erasure.',
        params,
        response: {
          200: {
            description: 'Everything, section by section',
            content: { 'application/json': { schema: z.record(z.string(), z.array(z.unknown())) } },
          },
          ...problems('not_found'),
        },
      },
    },
    async (request, reply) => {
      const id = pathId('usr', request.params.id);
      const pieces = await personalData.read(request.principal.organizationId, id);
      return sendPieces(reply, id, pieces);
    },
  );

  app.post(
    '/v1/participants/:id/erasure',
    {
      schema: {
        tags,
        operationId: 'eraseParticipant',
        summary: "Erase a participant's personal data",
        description: [
          'For good. At once the participant is anonymous: name, addresses, accounts, external_id, fields and referral code are gone, nobody can act under the id, and tokens of their browsers end. What they did stays as numbers, so that totals still add up.',
          'A job then takes them out of stored events (theirs, and those of others that name them), answers and addresses of attempts, requests in inboxes, accounts of completions, plays and payouts, keys, forms, and reports of imports. Deliveries of such events show and resend the erased form from then on; what receivers were sent before is theirs to erase.',
          'References of payments that were made stay, as books must. Whoever comes again under the same external_id is somebody new. Asking again changes nothing.',
        ].join(' '),
        params,
        body: z
          .strictObject({
            reason: z
              .string()
              .min(1)
              .max(200)
              .optional()
              .meta({
                description: 'Kept on record: no personal data here',
                examples: ['Request of 3 March'],
              }),
          })
          .optional(),
        response: { 202: askedErasureSchema, ...problems('not_found', 'conflict', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { repeated, erasure } = await erasures.erase(
        principal.organizationId,
        pathId('usr', request.params.id),
        { by: authorOf(principal), reason: request.body?.reason ?? null },
      );
      reply.code(202);
      return { ...shownErasure(erasure), repeated };
    },
  );

  app.get(
    '/v1/participants/:id/erasure',
    {
      schema: {
        tags,
        operationId: 'getErasure',
        summary: 'Who asked for an erasure, when, and what came of it',
        params,
        response: { 200: erasureSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownErasure(await erasures.get(request.principal.organizationId, pathId('usr', request.params.id))),
  );
}

/** Each piece is read when the receiver has room for it. When reading fails, the connection is cut. */
function sendPieces(reply: FastifyReply, name: string, pieces: AsyncIterable<string>): FastifyReply {
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.json"`)
    .send(Readable.from(pieces, { objectMode: true, highWaterMark: 1 }));
}

function shownErasure(erasure: Erasure) {
  return {
    participant_id: erasure.participantId,
    job_id: erasure.jobId,
    reason: erasure.reason,
    asked_by: erasure.askedBy,
    asked_at: erasure.askedAt.toISOString(),
    finished_at: erasure.finishedAt?.toISOString() ?? null,
    counts: { ...erasure.counts },
  };
}
