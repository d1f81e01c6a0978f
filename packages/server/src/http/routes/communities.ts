import { z } from 'zod';
import type { Communities, CommunityDetail } from '../../campaigns/index.ts';
import { uuidOf } from '../../ids.ts';
import { type Api, bodyProblems, idSchema, nameSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';

const tags = ['Communities'];

const communitySchema = z
  .object({
    id: idSchema('com', 'The community'),
    name: z.string(),
    default: z.boolean().meta({
      description: 'New campaigns and events without a campaign belong to it. Exactly one is',
    }),
    created_at: timeSchema,
  })
  .meta({ id: 'Community' });
const newCommunitySchema = z
  .strictObject({ name: nameSchema })
  .meta({ id: 'NewCommunity', examples: [{ name: 'Harbour Lights Europe' }] });
const communityChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    default: z
      .literal(true, 'expected true: to make another one the default, say so of that one')
      .optional()
      .meta({ description: 'Makes it the default one, in the place of the one that is' }),
  })
  .meta({ id: 'CommunityChange', description: 'What is left out stays as it is' });
const params = z.object({ id: z.string() });

export interface CommunityParts {
  readonly communities: Communities;
}

/** What campaigns belong to, and events name as their source. */
export function communityRoutes(app: Api, parts: CommunityParts): void {
  app.get(
    '/v1/communities',
    {
      schema: {
        tags,
        operationId: 'listCommunities',
        summary: 'The communities, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(communitySchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'communities',
        query: request.query,
        read: (after, limit) => parts.communities.list(request.principal.organizationId, after, limit),
        uuid: (community) => uuidOf(community.id),
        show: shownCommunity,
      }),
  );

  app.post(
    '/v1/communities',
    {
      schema: {
        tags,
        operationId: 'createCommunity',
        summary: 'A new community',
        body: newCommunitySchema,
        response: { 201: communitySchema, ...problems('quota_reached', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const community = await parts.communities.create(request.principal.organizationId, request.body.name);
      reply.code(201).header('location', `/v1/communities/${community.id}`);
      return shownCommunity(community);
    },
  );

  app.get(
    '/v1/communities/:id',
    {
      schema: {
        tags,
        operationId: 'getCommunity',
        summary: 'One community',
        params,
        response: { 200: communitySchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const id = pathId('com', request.params.id);
      return shownCommunity(await parts.communities.get(request.principal.organizationId, id));
    },
  );

  app.patch(
    '/v1/communities/:id',
    {
      schema: {
        tags,
        operationId: 'updateCommunity',
        summary: 'Rename a community, or make it the default one',
        description: 'Events that were accepted before keep the name it had.',
        params,
        body: communityChangeSchema,
        response: { 200: communitySchema, ...problems('not_found', ...bodyProblems) },
      },
    },
    async (request) => {
      const id = pathId('com', request.params.id);
      const { name, default: makeDefault = false } = request.body;
      const change = { name, makeDefault };
      return shownCommunity(await parts.communities.update(request.principal.organizationId, id, change));
    },
  );

  app.delete(
    '/v1/communities/:id',
    {
      schema: {
        tags,
        operationId: 'deleteCommunity',
        summary: 'Delete a community',
        description: 'Refused for the default one, and while it has campaigns.',
        params,
        response: { 204: z.null().meta({ description: 'Deleted' }), ...problems('not_found', 'conflict') },
      },
    },
    async (request, reply) => {
      await parts.communities.delete(request.principal.organizationId, pathId('com', request.params.id));
      reply.code(204);
      return null;
    },
  );
}

function shownCommunity(community: CommunityDetail) {
  return {
    id: community.id,
    name: community.name,
    default: community.isDefault,
    created_at: community.createdAt.toISOString(),
  };
}
