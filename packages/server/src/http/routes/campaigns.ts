import { z } from 'zod';
import type { Campaign, Campaigns } from '../../campaigns/index.ts';
import { uuidOf } from '../../ids.ts';
import {
  type Api,
  bodyProblems,
  idSchema,
  nameSchema,
  pathId,
  problems,
  timeSchema,
  tokenSecurity,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';

const campaignSchema = z
  .object({
    id: idSchema('cmp', 'The campaign'),
    name: z.string(),
    community_id: idSchema('com', 'The community it belongs to'),
    created_at: timeSchema,
  })
  .meta({ id: 'Campaign' });

const campaignInputSchema = z.strictObject({ name: nameSchema.meta({ examples: ['Spring Quest'] }) });
const params = z.object({ id: z.string() });

export interface CampaignParts {
  readonly campaigns: Campaigns;
}

export function campaignRoutes(app: Api, { campaigns }: CampaignParts): void {
  app.get(
    '/v1/campaigns',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'listCampaigns',
        summary: 'The campaigns, newest first',
        security: tokenSecurity,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(campaignSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'campaigns',
        query: request.query,
        read: (after, limit) => campaigns.list(request.principal.organizationId, after, limit),
        uuid: (campaign) => uuidOf(campaign.id),
        show: shownCampaign,
      }),
  );

  app.post(
    '/v1/campaigns',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'createCampaign',
        summary: 'A new campaign',
        description: "It belongs to the organization's default community.",
        security: tokenSecurity,
        body: campaignInputSchema,
        response: { 201: campaignSchema, ...problems(...bodyProblems) },
      },
    },
    async (request, reply) => {
      const campaign = await campaigns.create(request.principal.organizationId, request.body.name);
      reply.code(201).header('location', `/v1/campaigns/${campaign.id}`);
      return shownCampaign(campaign);
    },
  );

  app.get(
    '/v1/campaigns/:id',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'getCampaign',
        summary: 'One campaign',
        security: tokenSecurity,
        params,
        response: { 200: campaignSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownCampaign(await campaigns.get(request.principal.organizationId, pathId('cmp', request.params.id))),
  );

  app.patch(
    '/v1/campaigns/:id',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'renameCampaign',
        summary: 'Rename a campaign',
        description: 'Events that were accepted before keep the name they were accepted with.',
        security: tokenSecurity,
        params,
        body: campaignInputSchema,
        response: { 200: campaignSchema, ...problems('not_found', ...bodyProblems) },
      },
    },
    async (request) => {
      const id = pathId('cmp', request.params.id);
      return shownCampaign(await campaigns.rename(request.principal.organizationId, id, request.body.name));
    },
  );
}

function shownCampaign(campaign: Campaign) {
  return {
    id: campaign.id,
    name: campaign.name,
    community_id: campaign.communityId,
    created_at: campaign.createdAt.toISOString(),
  };
}
