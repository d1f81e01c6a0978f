import { z } from 'zod';
import type { Participant, Participants } from '../../campaigns/index.ts';
import { uuidOf } from '../../ids.ts';
import { notFound } from '../../problems.ts';
import { type Api, idSchema, pathId, problems, timeSchema, tokenSecurity } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { snapshotSchema } from './event-schemas.ts';

const participantSchema = z
  .object({
    id: idSchema('usr', 'The participant'),
    external_id: z.string().nullable().meta({
      description: "The organization's own id for the person; null for who is known only by an account",
    }),
    created_at: timeSchema.meta({ description: 'When Fanfare first saw them' }),
  })
  .meta({ id: 'Participant' });

const participantDetailSchema = participantSchema
  .extend({
    latest: snapshotSchema.nullable().meta({
      description: 'As the newest event about them shows them; null when there is none within retention',
    }),
  })
  .meta({ id: 'ParticipantDetail' });

export interface ParticipantParts {
  readonly participants: Participants;
}

export function participantRoutes(app: Api, { participants }: ParticipantParts): void {
  app.get(
    '/v1/participants',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'listParticipants',
        summary: 'The participants, newest first',
        description: 'Participants are made by the first event about them.',
        security: tokenSecurity,
        querystring: pageQuerySchema.extend({
          external_id: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .meta({ description: "Exactly this id of the organization's own" }),
          search: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .meta({ description: "A part of the organization's own id" }),
        }),
        response: { 200: pageSchema(participantSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { external_id, search } = request.query;
      if (external_id !== undefined) {
        const found = await participants.findByExternalId(organizationId, external_id);
        return { data: found === null ? [] : [shownParticipant(found)], next_cursor: null };
      }
      return readPage({
        name: 'participants',
        query: request.query,
        read: (after, limit) => participants.list(organizationId, search ?? null, after, limit),
        uuid: (participant) => uuidOf(participant.id),
        show: shownParticipant,
      });
    },
  );

  app.get(
    '/v1/participants/:id',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'getParticipant',
        summary: 'One participant, with their latest counters',
        security: tokenSecurity,
        params: z.object({ id: z.string() }),
        response: { 200: participantDetailSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const id = pathId('usr', request.params.id);
      const participant = await participants.find(organizationId, id);
      if (participant === null) throw notFound();
      return {
        ...shownParticipant(participant),
        latest: await participants.latestSnapshot(organizationId, id),
      };
    },
  );
}

function shownParticipant(participant: Participant) {
  return {
    id: participant.id,
    external_id: participant.externalId,
    created_at: participant.createdAt.toISOString(),
  };
}
