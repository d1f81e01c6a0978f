import { z } from 'zod';
import { auditedKinds } from '../audit/index.ts';

const id = (what: string) => z.string().meta({ description: what });
const time = z.string().meta({
  format: 'date-time',
  description: 'ISO 8601 in UTC with milliseconds',
  examples: ['2026-03-14T09:26:53.589Z'],
});
const test = z.boolean().meta({ description: 'Of a test participant' });

const activityItem = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('event'),
      id: id('The event (`we_…`)'),
      type: z.string(),
      deliveries: z.int(),
      test,
    }),
    z.object({
      kind: z.literal('attempt'),
      delivery_id: id('The delivery (`dlv_…`)'),
      event_id: id('The event (`we_…`)'),
      event_type: z.string(),
      webhook_id: id('The webhook'),
      attempt: z.int().meta({ description: 'From 1' }),
      resend: z.boolean().meta({ description: 'Somebody asked for it' }),
      state: z
        .enum(['delivered', 'retrying', 'exhausted', 'parked'])
        .meta({ description: 'Of the delivery, after it' }),
      status: z.int().nullable().meta({ description: 'That was answered; null: there was no answer' }),
      failure: z.string().nullable().meta({ description: 'Why there was no answer' }),
      duration_ms: z.number(),
      test,
    }),
  ])
  .meta({ id: 'StreamActivityItem' });

/** What the stream tells, by the name of the message: the only place that says so. */
export const streamMessages = {
  ready: z
    .object({
      resumed: z.boolean().meta({
        description:
          'True after a reconnection with `Last-Event-ID`: what was missed follows. False: something may have been missed, so load what you show',
      }),
    })
    .meta({ id: 'StreamReady', description: 'The first message' }),
  activity: z
    .object({
      at: time,
      events: z.int().meta({ description: 'That were accepted. All counts leave out test participants' }),
      attempts: z.int(),
      acknowledged: z.int(),
      failed: z.int(),
      items: z.array(activityItem).meta({ description: 'The last of it, in the order in which it happened' }),
      omitted: z.int().meta({ description: 'Earlier ones that are only counted' }),
    })
    .meta({
      id: 'StreamActivity',
      description: 'What happened on one node since its message before, at most four a second',
    }),
  inbox: z
    .object({
      inbox_id: id('The inbox (`inb_…`)'),
      requests: z.int().meta({ description: 'How many arrived' }),
    })
    .meta({
      id: 'StreamInbox',
      description: 'What an inbox received at one node since the message before, at most four a second',
    }),
  change: z
    .object({
      kind: z.enum(auditedKinds).meta({ description: 'Of the thing that was changed' }),
      action: z
        .string()
        .meta({ description: 'What was done, as the audit log has it', examples: ['webhook.updated'] }),
      id: id('Of the thing that was changed').nullable().meta({
        description: 'Of the thing that was changed; null: of several, or there is no one thing',
      }),
    })
    .meta({
      id: 'StreamChange',
      description:
        'Somebody changed something. Told to those who may see what it was, and to those who did it or whom it is about',
    }),
  webhook: z
    .object({
      webhook_id: id('The webhook'),
      changed: z
        .enum(['settings', 'health'])
        .meta({ description: '`settings`: made, changed or deleted, by somebody or by itself' }),
    })
    .meta({ id: 'StreamWebhook', description: 'A webhook is not what it was' }),
  job: z
    .object({
      job_id: id('The job (`job_…`)'),
      kind: z.string(),
      state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
      done: z.int(),
      total: z.int().nullable(),
      refused: z.int(),
      paused: z.boolean(),
    })
    .meta({ id: 'StreamJob', description: 'How far a job is, at most once a second' }),
  refresh: z
    .object({})
    .meta({ id: 'StreamRefresh', description: 'Something was missed; load what you show again' }),
} as const;

export type MessageName = keyof typeof streamMessages;
export type StreamMessages = { readonly [Name in MessageName]: z.infer<(typeof streamMessages)[Name]> };
export type ActivityItem = z.infer<typeof activityItem>;
