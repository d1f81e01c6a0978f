import { z } from 'zod';
import { define } from '../definition.ts';
import { named, text } from '../text.ts';
import { timestamp } from '../timestamp.ts';

const webhook = named;
const example = { webhook: { id: 'crm', name: 'CRM' } };
const since = timestamp.describe('Time of the first failure in the present row.');
const failures = z.int().min(1).describe('Attempts that failed in a row.');

export const operationalEvents = {
  'webhook.failing': define({
    family: 'operational',
    title: 'Webhook failing',
    description: 'A webhook has not been acknowledged for a while. Deliveries are still tried.',
    campaign: 'none',
    participant: 'none',
    data: z.strictObject({
      webhook,
      reason: text(500),
      since,
      failures,
      disables_at: timestamp
        .nullable()
        .default(null)
        .describe('When it is turned off unless it acknowledges before; null until a day before that.'),
    }),
    example: {
      ...example,
      reason: 'The receiver answered 503 Service Unavailable.',
      since: '2024-12-14T14:55:02.000Z',
      failures: 24,
      disables_at: null,
    },
  }),
  'webhook.disabled': define({
    family: 'operational',
    title: 'Webhook disabled',
    description: 'A webhook was switched off because its receiver is gone or failed for too long.',
    campaign: 'none',
    participant: 'none',
    data: z.strictObject({ webhook, reason: text(500), since: since.nullable().default(null) }),
    example: {
      ...example,
      reason: 'The receiver answered 410 Gone: it asks for no more deliveries.',
      since: '2024-12-14T14:55:02.000Z',
    },
  }),
  'webhook.recovered': define({
    family: 'operational',
    title: 'Webhook recovered',
    description: 'A failing webhook was acknowledged again.',
    campaign: 'none',
    participant: 'none',
    data: z.strictObject({ webhook, since, failures }),
    example: { ...example, since: '2024-12-14T14:55:02.000Z', failures: 24 },
  }),
};
