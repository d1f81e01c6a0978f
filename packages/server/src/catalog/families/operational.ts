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
  'webhook.parked': define({
    family: 'operational',
    title: 'Delivery parked',
    description:
      'The attempts of a delivery that is sent in order are used up. It and what stands behind it wait until somebody resends it or gives it up; all others go on.',
    campaign: 'none',
    participant: 'none',
    data: z.strictObject({
      webhook,
      delivery_id: text(100).describe('The delivery that waits (dlv_…).'),
      event: z.strictObject({ id: text(100), type: text(200) }).describe('What it tells of.'),
      participant_id: text(100)
        .nullable()
        .default(null)
        .describe('Whose deliveries wait behind it (usr_…); null: nobody’s.'),
      reason: text(500),
      attempts: z.int().min(1),
    }),
    example: {
      ...example,
      delivery_id: 'dlv_01jf3m8q2te9k9w2v0x5z7c1bd',
      event: { id: 'we_01jf3m8q2te9k9w2v0x5z7c1bc', type: 'points.credited' },
      participant_id: 'usr_01jf3m8q2te9k9w2v0x5z7c1ba',
      reason: 'The receiver answered 500: it failed on its side. Look into its log.',
      attempts: 6,
    },
  }),
};
