import { z } from 'zod';
import { formatNames } from '../../formats/index.ts';
import { type WebhookFilter, webhookStates } from '../../webhooks/index.ts';
import { idInputSchema } from '../api.ts';
import { commaSeparated } from '../comma-separated.ts';

const mostIds = 100;
const mostEvents = 20;

export const webhookIdsSchema = commaSeparated('webhook id', mostIds)
  .optional()
  .meta({ type: 'string', description: `These, separated by commas; at most ${mostIds}` });

export const stateMeaning =
  'The gravest that can be said. failing: its receiver is down; parked: deliveries wait for somebody to decide; refused: more than a tenth of at least 20 attempts in this hour and the one before were not acknowledged; healthy: none of these';

/** Which webhooks are listed. */
export const webhookFilterShape = {
  ids: webhookIdsSchema,
  search: z
    .string()
    .trim()
    .min(1, 'expected some text')
    .max(200, 'expected at most 200 characters')
    .regex(/^[^\0]*$/, 'expected text without a zero character')
    .optional()
    .meta({ description: 'Part of the name, the id, the URL or the description. Case does not matter.' }),
  format: commaSeparated('format', formatNames.length)
    .pipe(z.array(z.enum(formatNames, { error: `expected some of ${formatNames.join(', ')}` })))
    .optional()
    .meta({ type: 'string', description: 'One, or several separated by commas', examples: ['claimr'] }),
  campaign_id: idInputSchema('cmp', 'a campaign')
    .optional()
    .meta({ description: 'Those that get its events: for this campaign, or for all' }),
  exclusive: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({
      description:
        'With `campaign_id`. true: those for this campaign alone; false: those that are for others, too',
    }),
  events: commaSeparated('event', mostEvents)
    .optional()
    .meta({
      type: 'string',
      description: `Event types, or scopes of claimr, separated by commas; at most ${mostEvents}. Those that are sent any of them: who name it, and who take everything. A campaign or a test participant of an event may still keep it from them.`,
      examples: ['user_activity', 'trigger.fired,reward.claimed'],
    }),
  state: z
    .enum([...webhookStates, 'active'])
    .optional()
    .meta({ description: `${stateMeaning}. active: all but inactive and disabled` }),
};

const filterSchema = z.object(webhookFilterShape);

export function webhookFilterOf({
  campaign_id: campaignId,
  ids,
  search,
  format: formats,
  exclusive,
  events,
  state,
}: z.output<typeof filterSchema>): WebhookFilter {
  return { ids, search, formats, campaignId, exclusive, events, state };
}
