import { z } from 'zod';
import { type Campaign, type CampaignRulesSource, type Campaigns, mostTiers } from '../../campaigns/index.ts';
import { uuidOf } from '../../ids.ts';
import { requireVisible } from '../access.ts';
import {
  type Api,
  bodyProblems,
  idInputSchema,
  idSchema,
  nameSchema,
  pathId,
  pointsInputSchema,
  problems,
  timeInputSchema,
  timeSchema,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';

const statusSchema = z.enum(['draft', 'active', 'paused', 'ended']).meta({
  description: 'Only in an active campaign can anybody act',
});

const campaignSchema = z
  .object({
    id: idSchema('cmp', 'The campaign'),
    name: z.string(),
    community_id: idSchema('com', 'The community it belongs to'),
    status: statusSchema,
    starts_at: timeSchema.nullable().meta({ description: 'Nobody can act before; null: at once' }),
    ends_at: timeSchema.nullable().meta({ description: 'Nobody can act from then on; null: never' }),
    points_name: z.string().meta({ description: 'What points are called where people see them' }),
    initial_points: z.number().meta({ description: 'What everybody gets on joining' }),
    referral_rule: z
      .object({
        min_points: z.number().nullable(),
        any_of_task_ids: z.array(idSchema('tsk', 'A task of the campaign')),
      })
      .meta({
        description:
          'A referred participant qualifies by reaching the points or completing any of the tasks; with neither, by joining',
      }),
    referral_bonus: z
      .union([z.object({ percent: z.number() }), z.object({ amount: z.number() })])
      .nullable()
      .meta({
        description:
          'What the referrer gets for each task that a qualified participant completes: a part of its points, or the same each time',
      }),
    tiers: z
      .array(z.object({ name: z.string(), min_points: z.number() }))
      .meta({ description: 'Lowest first; a total that equals the points has reached the tier' }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Campaign' });

/** Column `numeric(9, 4)`; more than a hundredfold is a slip. */
const percentSchema = pointsInputSchema.gt(0).max(10_000);

const settings = {
  community_id: idInputSchema('com', 'a community')
    .optional()
    .meta({ description: 'Events that are accepted from then on name this community as their source' }),
  status: statusSchema.optional(),
  starts_at: timeInputSchema.nullable().optional(),
  ends_at: timeInputSchema.nullable().optional(),
  points_name: nameSchema.max(32, 'expected at most 32 characters').optional(),
  initial_points: pointsInputSchema.optional(),
  referral_rule: z
    .strictObject({
      min_points: pointsInputSchema.nullable().optional(),
      any_of_task_ids: z.array(idInputSchema('tsk', 'a task')).max(100).optional(),
    })
    .optional(),
  referral_bonus: z
    .union(
      [z.strictObject({ percent: percentSchema }), z.strictObject({ amount: pointsInputSchema.gt(0) })],
      {
        error:
          'expected {"percent": …} up to 10,000 or {"amount": …}, more than zero with at most 4 decimal places, or null',
      },
    )
    .nullable()
    .optional(),
  tiers: z
    .array(
      z.strictObject({
        name: nameSchema.max(100, 'expected at most 100 characters'),
        min_points: pointsInputSchema,
      }),
    )
    .max(mostTiers, `expected at most ${mostTiers} tiers`)
    .optional()
    .meta({
      description: 'Replaces the tiers there are. In any order; each with a name and points of its own',
      examples: [
        [
          { name: 'Bronze', min_points: 100 },
          { name: 'Silver', min_points: 1_000 },
        ],
      ],
    }),
};
const newCampaignSchema = z
  .strictObject({ name: nameSchema, ...settings })
  .meta({ id: 'NewCampaign', examples: [{ name: 'Spring Quest', initial_points: 100 }] });
const campaignChangeSchema = z
  .strictObject({ name: nameSchema.optional(), ...settings })
  .meta({ id: 'CampaignChange', description: 'What is left out stays as it is' });
const params = z.object({ id: z.string() });

export interface CampaignParts {
  readonly campaigns: Campaigns;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
}

export function campaignRoutes(app: Api, { campaigns, campaignRules }: CampaignParts): void {
  app.get(
    '/v1/campaigns',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'listCampaigns',
        summary: 'The campaigns, newest first',
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
        description:
          "It belongs to the organization's default community and is active, unless you say otherwise.",
        body: newCampaignSchema,
        response: { 201: campaignSchema, ...problems('quota_reached', 'invalid_campaign', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const { name, ...given } = request.body;
      const campaign = await campaigns.create(request.principal.organizationId, name, given);
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
        params,
        response: { 200: campaignSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { principal } = request;
      const id = pathId('cmp', request.params.id);
      await requireVisible(principal, id, campaignRules);
      return shownCampaign(await campaigns.get(principal.organizationId, id));
    },
  );

  app.patch(
    '/v1/campaigns/:id',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'updateCampaign',
        summary: 'Change the settings of a campaign',
        description:
          'They count for what people do from the answer on. Events that were accepted before stay as they are, with the name the campaign had.',
        params,
        body: campaignChangeSchema,
        response: { 200: campaignSchema, ...problems('not_found', 'invalid_campaign', ...bodyProblems) },
      },
    },
    async (request) => {
      const id = pathId('cmp', request.params.id);
      return shownCampaign(await campaigns.update(request.principal.organizationId, id, request.body));
    },
  );
}

function shownCampaign(campaign: Campaign) {
  return {
    id: campaign.id,
    name: campaign.name,
    community_id: campaign.communityId,
    status: campaign.status,
    starts_at: campaign.startsAt?.toISOString() ?? null,
    ends_at: campaign.endsAt?.toISOString() ?? null,
    points_name: campaign.pointsName,
    initial_points: campaign.initialPoints,
    referral_rule: {
      min_points: campaign.referralRule.minPoints,
      any_of_task_ids: [...campaign.referralRule.anyOfTasks],
    },
    referral_bonus: campaign.referralBonus,
    tiers: campaign.tiers.map(({ name, minPoints }) => ({ name, min_points: minPoints })),
    created_at: campaign.createdAt.toISOString(),
    updated_at: campaign.updatedAt.toISOString(),
  };
}
