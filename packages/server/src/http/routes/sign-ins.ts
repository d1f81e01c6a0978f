import { z } from 'zod';
import type { SignIns } from '../../campaigns/index.ts';
import { idFromUuid, parseId } from '../../ids.ts';
import { notFound } from '../../problems.ts';
import { type Api, idSchema, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, partialPages, readPageToUuid } from '../pagination.ts';

export interface SignInParts {
  readonly signIns: Pick<SignIns, 'list'>;
}

const signInSchema = z
  .object({
    id: z.string().meta({ description: 'The sign-in (`ses_…`), or what whoever published it called it' }),
    event_id: idSchema('we', 'Its event'),
    participant_id: idSchema('usr', 'Who signed in').nullable(),
    campaign_id: idSchema('cmp', 'Where').nullable(),
    method: z.string().nullable(),
    account: z.object({ platform: z.string(), name: z.string() }).nullable(),
    at: timeSchema,
  })
  .meta({ id: 'SignIn' });

/** What is read of the event's data; the catalogue has checked it. */
const dataSchema = z.object({
  session: z.object({ id: z.string() }),
  method: z.string().nullable().optional(),
  account: z.object({ platform: z.string(), name: z.string() }).nullable().optional(),
});

export function signInRoutes(app: Api, { signIns }: SignInParts): void {
  app.get(
    '/v1/sign-ins',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'listSignIns',
        summary: 'Who signed in, newest first',
        description: `In campaigns and outside of them, for as long as events are kept. ${partialPages}`,
        querystring: pageQuerySchema.extend({
          participant_id: z.string().max(200).optional(),
          campaign_id: z.string().max(200).optional(),
        }),
        response: {
          200: pageSchema(signInSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { participant_id, campaign_id } = request.query;
      const participant = participant_id === undefined ? null : parseId('usr', participant_id);
      const campaign = campaign_id === undefined ? null : parseId('cmp', campaign_id);
      if (participant_id !== undefined && participant === null) throw notFound();
      if (campaign_id !== undefined && campaign === null) throw notFound();
      return readPageToUuid({
        name: 'sign-ins',
        query: request.query,
        async read(before, limit) {
          const page = await signIns.list(organizationId, { participant, campaign }, before, limit);
          return { rows: page.signIns, next: page.next };
        },
        show: ({ uuid, event }) => {
          const { session, method = null, account = null } = dataSchema.parse(event.data);
          return {
            id: session.id,
            event_id: idFromUuid('we', uuid),
            participant_id: event.participant?.id ?? null,
            campaign_id: event.campaign?.id ?? null,
            method,
            account,
            at: event.occurred_at,
          };
        },
      });
    },
  );
}
