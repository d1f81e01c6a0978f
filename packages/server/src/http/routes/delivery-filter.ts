import { z } from 'zod';
import { failureKinds } from '../../delivery/index.ts';
import type { HistoryFilter } from '../../webhooks/index.ts';
import { timeInputSchema } from '../api.ts';

export const deliveryStates = [
  'pending',
  'retrying',
  'parked',
  'delivered',
  'exhausted',
  'cancelled',
] as const;

const expectedStatus = 'expected an HTTP status, such as 503, or a class of them, such as 5xx';

/** By which deliveries are chosen, but for their webhook. */
export const deliveryFilterShape = {
  campaign_id: z.string().max(100).optional(),
  event_id: z.string().max(100).optional(),
  event_type: z.string().max(200).optional(),
  participant_id: z
    .string()
    .max(300)
    .optional()
    .meta({ description: "Ours (`usr_…`) or the organization's own id" }),
  state: z.enum(deliveryStates).optional(),
  status: z
    .string()
    .regex(/^[1-5](?:\d\d|xx)$/, expectedStatus)
    .optional()
    .meta({
      description: 'HTTP status of the answer to `last_attempt`: one, or a class of them',
      examples: ['503', '5xx'],
    }),
  failure: z.enum(failureKinds).optional().meta({ description: 'Why `last_attempt` got no complete answer' }),
  error: z
    .string()
    .min(1, 'expected some text')
    .max(200, 'expected at most 200 characters')
    .regex(/^[^\0]*$/, 'expected text without a zero character')
    .optional()
    .meta({
      description:
        'Part of what went wrong with `last_attempt`, or of what the receiver answered to it, where that failed. A to Z are the same as a to z. Answers are searched as long as they are kept.',
    }),
  since: timeInputSchema.optional().meta({ description: 'Made at or after this time' }),
  until: timeInputSchema.optional().meta({ description: 'Made before this time' }),
};

export const webhookFilterShape = { webhook_id: z.string().max(100).optional() };

export const deliveryFilterSchema = z
  .strictObject({ ...webhookFilterShape, ...deliveryFilterShape })
  .meta({ id: 'DeliveryFilter' });

export function historyFilter(asked: z.output<typeof deliveryFilterSchema>): HistoryFilter {
  const { status, state, failure, error } = asked;
  return {
    webhookId: asked.webhook_id,
    campaignId: asked.campaign_id,
    eventId: asked.event_id,
    eventType: asked.event_type,
    participantId: asked.participant_id,
    state,
    status,
    failure,
    error,
    since: asked.since === undefined ? undefined : new Date(asked.since),
    until: asked.until === undefined ? undefined : new Date(asked.until),
  };
}
