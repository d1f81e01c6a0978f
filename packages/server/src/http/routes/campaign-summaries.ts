import { z } from 'zod';
import type { Activity } from '../../campaigns/index.ts';
import { uuidOf } from '../../ids.ts';
import { type Api, idInputSchema, idSchema, problems, timeSchema } from '../api.ts';
import { commaSeparated } from '../comma-separated.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';

const mostIds = 100;

const summarySchema = z
  .object({
    campaign_id: idSchema('cmp', 'The campaign'),
    participants: z.int().meta({
      description:
        'Everybody who joined or acted, test participants too: as many as `GET /v1/campaigns/{id}/participants` lists',
    }),
    webhooks: z.int().meta({ description: 'That name it. Those for all campaigns are not counted' }),
    last_activity_at: timeSchema
      .nullable()
      .meta({ description: 'Of the last completion, play, referral or entry of points; null: none yet' }),
  })
  .meta({ id: 'CampaignSummary' });

export interface CampaignSummaryParts {
  readonly activity: Activity;
}

export function campaignSummaryRoutes(app: Api, { activity }: CampaignSummaryParts): void {
  app.get(
    '/v1/statistics/campaigns',
    {
      schema: {
        tags: ['Statistics'],
        operationId: 'listCampaignStatistics',
        summary: 'How much goes on in each campaign, in a line',
        description: 'Newest first, as of now.',
        querystring: pageQuerySchema.extend({
          ids: commaSeparated('campaign id', mostIds)
            .pipe(z.array(idInputSchema('cmp', 'a campaign')))
            .optional()
            .meta({ type: 'string', description: `These, separated by commas; at most ${mostIds}` }),
        }),
        response: { 200: pageSchema(summarySchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async ({ principal, query }) =>
      readPage({
        name: 'campaign statistics',
        query,
        read: (before, limit) =>
          activity.summaries(principal.organizationId, { ids: query.ids ?? null, before, limit }),
        uuid: ({ campaignId }) => uuidOf(campaignId),
        show: ({ campaignId, participants, webhooks, lastActivityAt }) => ({
          campaign_id: campaignId,
          participants,
          webhooks,
          last_activity_at: lastActivityAt?.toISOString() ?? null,
        }),
      }),
  );
}
