import { z } from 'zod';
import type { UrlChecks } from '../../delivery/index.ts';
import { type Api, bodyProblems, problems } from '../api.ts';

const resultSchema = z
  .object({
    ok: z.boolean().meta({ description: 'There are no problems' }),
    problems: z.array(z.string()).meta({
      description: 'Why the URL would be refused, or why nothing sent to it would arrive as things stand now',
    }),
    advice: z.array(z.string()).meta({ description: 'What may be better' }),
  })
  .meta({ id: 'WebhookUrlCheck' });

export interface WebhookUrlCheckParts {
  readonly urlChecks: UrlChecks;
}

export function webhookUrlCheckRoutes(app: Api, { urlChecks }: WebhookUrlCheckParts): void {
  app.post(
    '/v1/webhook-url-checks',
    {
      schema: {
        tags: ['Webhooks'],
        operationId: 'checkWebhookUrl',
        summary: 'Check a URL before a webhook has it',
        description:
          'Whether webhooks may point there, and whether the name of the host can be looked up now. Nothing is sent to it. A URL whose name is not known yet can be saved all the same. Each organization may check 60 in a minute.',
        body: z.strictObject({ url: z.string().max(10_000, 'expected at most 10,000 characters') }),
        response: { 200: resultSchema, ...problems(...bodyProblems) },
      },
    },
    async (request) => {
      const found = await urlChecks.check(request.principal.organizationId, request.body.url);
      return { ok: found.problems.length === 0, problems: [...found.problems], advice: [...found.advice] };
    },
  );
}
