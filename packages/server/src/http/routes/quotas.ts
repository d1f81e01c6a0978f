import { z } from 'zod';
import type { OrganizationId } from '../../ids.ts';
import { type QuotaUse, quotaDefinitions, quotaNames } from '../../quotas/index.ts';
import { type Api, problems, timeSchema } from '../api.ts';

export interface QuotaParts {
  readonly quotaUse: (organization: OrganizationId) => Promise<readonly QuotaUse[]>;
}

const quotaSchema = z
  .object({
    name: z.enum(quotaNames).meta({
      description: quotaNames.map((name) => `\`${name}\`: ${quotaDefinitions[name].about}.`).join('\n\n'),
    }),
    limit: z.int().nullable().meta({ description: 'Null: no limit' }),
    own: z.boolean().meta({
      description: 'Set for this organization; otherwise it is what this Fanfare gives everybody',
    }),
    used: z.int().nullable().meta({
      description:
        'Now. A backlog is counted no further than its limit, and between two counts may be told too high. Null for what flows too fast to be told.',
    }),
    resets_at: timeSchema.nullable().meta({ description: 'Null: does not begin anew by itself' }),
  })
  .meta({ id: 'Quota' });

/** What the organization may use, and what it does. */
export function quotaRoutes(app: Api, { quotaUse }: QuotaParts): void {
  app.get(
    '/v1/quotas',
    {
      schema: {
        tags: ['Account'],
        operationId: 'listQuotas',
        summary: 'What the organization may use, and what it does',
        description: [
          'Whoever operates this Fanfare sets quotas; an organization can read them.',
          'Beyond a quota of requests, events or deliveries, whatever makes events is answered with 429 (`too_many_requests`) and `Retry-After`; beyond one of things, whatever makes another is answered with 409 (`quota_reached`). The problem names the quota. Answers to requests that make events carry the fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) for the quotas of requests and events that the organization has.',
          'Events of test participants are not counted.',
        ].join('\n\n'),
        response: { 200: z.object({ data: z.array(quotaSchema) }).meta({ id: 'Quotas' }), ...problems() },
      },
    },
    async (request) => ({
      data: (await quotaUse(request.principal.organizationId)).map(({ resetsAt, ...quota }) => ({
        ...quota,
        resets_at: resetsAt?.toISOString() ?? null,
      })),
    }),
  );
}
