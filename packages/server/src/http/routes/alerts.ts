import { z } from 'zod';
import type { Alerts } from '../../alerts/index.ts';
import { type Api, bodyProblems, problems } from '../api.ts';

export interface AlertParts {
  readonly alerts: Pick<Alerts, 'emails' | 'putEmails'>;
}

const mostEmails = 20;
const alertsSchema = z
  .object({
    emails: z.array(z.string()).meta({
      description:
        'Who is told by e-mail when a webhook fails, is about to be disabled, is disabled, or is back',
    }),
  })
  .meta({ id: 'Alerts' });

/** Who is told when a webhook is failing. */
export function alertRoutes(app: Api, { alerts }: AlertParts): void {
  app.get(
    '/v1/organization/alerts',
    {
      schema: {
        tags: ['Account'],
        operationId: 'getAlerts',
        summary: 'Who is told of failing webhooks',
        response: { 200: alertsSchema, ...problems() },
      },
    },
    async (request) => ({ emails: [...(await alerts.emails(request.principal.organizationId))] }),
  );

  app.put(
    '/v1/organization/alerts',
    {
      schema: {
        tags: ['Account'],
        operationId: 'putAlerts',
        summary: 'Say who is told of failing webhooks',
        description:
          'Needs a mail server, which the operator names in FANFARE_SMTP_URL; without one nobody is told by e-mail. Webhooks that name webhook.failing, webhook.disabled, webhook.recovered and webhook.parked are told in any case.',
        body: z.strictObject({
          emails: z
            .array(z.email('expected an e-mail address').max(254))
            .max(mostEmails, `expected at most ${mostEmails} addresses`),
        }),
        response: { 200: alertsSchema, ...problems(...bodyProblems) },
      },
    },
    async (request) => {
      const emails = [...new Set(request.body.emails)];
      await alerts.putEmails(request.principal.organizationId, emails);
      return { emails };
    },
  );
}
