import { z } from 'zod';
import { type BrowserAccess, mostTokenCampaigns, tokenLifetime } from '../../accounts/index.ts';
import type { CampaignRulesSource, PersonReferences } from '../../campaigns/index.ts';
import type { CampaignId } from '../../ids.ts';
import { type Fault, notFound, Problem } from '../../problems.ts';
import { canSee } from '../access.ts';
import { type Api, bodyProblems, idInputSchema, idSchema, problems, timeSchema } from '../api.ts';
import { originFault } from '../origin.ts';
import { actorSchema, personReference } from './action-schemas.ts';

const tags = ['Browsers'];

const { default: usualSeconds, least, most } = tokenLifetime;
const lifetimeFault = `expected a whole number of seconds from ${least} to ${most}`;
const newTokenSchema = z
  .strictObject({
    participant: actorSchema,
    campaign_ids: z
      .array(idInputSchema('cmp', 'a campaign'))
      .min(1, 'expected at least one campaign; leave it out for all of them')
      .max(
        mostTokenCampaigns,
        `expected at most ${mostTokenCampaigns} campaigns; leave it out for all of them`,
      )
      .optional()
      .meta({ description: 'The only campaigns the token is good for; left out: all of the organization' }),
    ttl_seconds: z
      .int(lifetimeFault)
      .min(least, lifetimeFault)
      .max(most, lifetimeFault)
      .default(usualSeconds)
      .meta({ description: 'How long it is valid. Short, because whoever has the token is the participant' }),
  })
  .meta({
    id: 'NewParticipantToken',
    examples: [{ participant: { external_id: 'customer-4711' }, ttl_seconds: 900 }],
  });

const tokenSchema = z
  .object({
    token: z.string().meta({
      description:
        'For `Authorization: Bearer …` in the browser. What is in it is nobody else’s business and may change',
    }),
    expires_at: timeSchema,
    participant_id: idSchema('usr', 'Whom it is for'),
  })
  .meta({ id: 'ParticipantToken' });

const mostOrigins = 50;
const originsSchema = z
  .object({ origins: z.array(z.string()).meta({ examples: [['https://play.example.com']] }) })
  .meta({ id: 'AllowedOrigins' });
const originsInputSchema = z
  .strictObject({
    origins: z
      .array(
        z
          .string()
          .max(300, 'expected at most 300 characters')
          .superRefine((text, context) => {
            const fault = originFault(text);
            if (fault !== null) context.addIssue({ code: 'custom', message: fault });
          }),
      )
      .max(mostOrigins, `expected at most ${mostOrigins} origins`),
  })
  .meta({ id: 'NewAllowedOrigins', examples: [{ origins: ['https://play.example.com'] }] });

export interface BrowserAccessParts {
  readonly browserAccess: BrowserAccess;
  readonly people: PersonReferences;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
}

/** What servers arrange for the browsers of their participants. */
export function browserAccessRoutes(app: Api, parts: BrowserAccessParts): void {
  app.post(
    '/v1/participant-tokens',
    {
      schema: {
        tags,
        operationId: 'createParticipantToken',
        summary: "A token for one participant's browser",
        description:
          'With it the browser acts for this participant alone: joins, signs in, completes tasks that are marked `browser`, reads the public parts of campaigns and what is their own. Your own id makes a participant of whoever is new. Give it out only to whom you know to be this person.',
        body: newTokenSchema,
        response: {
          201: tokenSchema,
          ...problems('unknown_campaign', 'unknown_participant', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { participant, campaign_ids, ttl_seconds } = request.body;
      const campaignIds = campaign_ids === undefined ? null : [...new Set(campaign_ids)];
      const faults: Fault[] = [];
      for (const [index, id] of (campaign_ids ?? []).entries()) {
        if (!(await canSee(principal, id, parts.campaignRules))) faults.push(unknownCampaign(id, index));
      }
      const [first] = faults;
      if (first !== undefined) throw new Problem('unknown_campaign', first.detail, { faults });
      const token = await parts.browserAccess.issue(principal.organizationId, {
        participantId: await parts.people.actor(principal.organizationId, personReference(participant)),
        campaignIds,
        ttlSeconds: ttl_seconds,
      });
      reply.code(201);
      return {
        token: token.text,
        expires_at: token.expiresAt.toISOString(),
        participant_id: token.participantId,
      };
    },
  );

  app.post(
    '/v1/participant-tokens/revocation',
    {
      schema: {
        tags,
        operationId: 'revokeParticipantTokens',
        summary: 'Revoke participant tokens',
        description:
          'All that were made for one participant so far, or, when none is named, for anybody in the organization. They are refused from now on, by every node. API tokens stay.',
        body: z
          .strictObject({ participant_id: idInputSchema('usr', 'a participant').optional() })
          .meta({ id: 'ParticipantTokenRevocation' }),
        response: {
          204: z.null().meta({ description: 'Revoked' }),
          ...problems('not_found', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.principal;
      const { participant_id } = request.body;
      if (participant_id === undefined) await parts.browserAccess.revokeAll(organizationId);
      else if (!(await parts.browserAccess.revoke(organizationId, participant_id))) throw notFound();
      reply.code(204);
      return null;
    },
  );

  app.get(
    '/v1/organization/allowed-origins',
    {
      schema: {
        tags,
        operationId: 'getAllowedOrigins',
        summary: 'From whose pages browsers may call',
        description: 'Of participants, that is: an API token does not belong into a browser.',
        response: { 200: originsSchema, ...problems() },
      },
    },
    async (request) => ({
      origins: [...(await parts.browserAccess.allowedOrigins(request.principal.organizationId))],
    }),
  );

  app.put(
    '/v1/organization/allowed-origins',
    {
      schema: {
        tags,
        operationId: 'putAllowedOrigins',
        summary: 'Say from whose pages browsers may call',
        description:
          'Replaces the list. An origin is scheme, host and port exactly as browsers write them: `https://play.example.com`, `http://localhost:5173`. There is no wildcard: a participant token that leaks must not work in the pages of just anybody.',
        body: originsInputSchema,
        response: { 200: originsSchema, ...problems(...bodyProblems) },
      },
    },
    async (request) => {
      const origins = [...new Set(request.body.origins)].sort();
      await parts.browserAccess.replaceAllowedOrigins(request.principal.organizationId, origins);
      return { origins };
    },
  );
}

function unknownCampaign(id: CampaignId, index: number): Fault {
  return {
    pointer: `/campaign_ids/${index}`,
    detail: `Campaign ${id} does not exist in this organization. GET /v1/campaigns lists those that do.`,
  };
}
