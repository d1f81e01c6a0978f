import { z } from 'zod';
import { idSchema, problemSchema, timeSchema } from '../api.ts';
import { deliveryStates } from './delivery-filter.ts';

/** A participant inside an event. Written from the catalogue's frozen form, so it shows and does not check. */
export const snapshotSchema = z
  .object({
    id: idSchema('usr', 'The participant'),
    external_id: z.string().nullable(),
    email: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    phone: z.string().nullable(),
    wallet: z.string().nullable(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    test: z.boolean(),
    total_points: z.number(),
    referral_points: z.number(),
    ugc_points: z.number(),
    multiplier_percent: z.number(),
    rank: z.int().nullable(),
    team: z.string().nullable(),
  })
  .meta({
    id: 'ParticipantSnapshot',
    description: 'A participant with every counter, as it stood at an event',
  });

const frozenEventSchema = z.object({
  id: idSchema('we', 'The event'),
  type: z.string().meta({ examples: ['task.completed'] }),
  occurred_at: timeSchema,
  accepted_at: timeSchema.meta({ description: 'When Fanfare accepted it' }),
  trust: z.enum(['server', 'browser']),
  community: z.object({ id: idSchema('com', 'The community'), name: z.string() }).nullable(),
  campaign: z
    .object({ id: idSchema('cmp', 'The campaign'), name: z.string(), created_at: timeSchema })
    .nullable(),
  participant: snapshotSchema.nullable(),
  seq: z.int().nullable(),
  data: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What happened; its schema is that of the event type' }),
});

export const eventSchema = frozenEventSchema
  .extend({
    delivery_count: z
      .int()
      .meta({ description: 'How many deliveries were made of it; 0: no webhook took it' }),
  })
  .meta({ id: 'Event', description: 'An event as it was accepted: it never changes' });

export const eventDetailSchema = frozenEventSchema
  .extend({
    deliveries: z.array(
      z.object({
        id: idSchema('dlv', 'The delivery'),
        webhook: z.object({
          id: z.string(),
          name: z.string().meta({ description: "The webhook's name at the time" }),
        }),
        state: z.enum(deliveryStates),
        attempts: z.int(),
      }),
    ),
  })
  .meta({ id: 'EventDetail' });

const acceptedSchema = z
  .object({ status: z.literal('accepted'), id: idSchema('we', 'The event') })
  .meta({ id: 'AcceptedEvent' });

const refusedSchema = z
  .object({ status: z.literal('refused'), problem: problemSchema })
  .meta({ id: 'RefusedEvent' });

export const publishedManySchema = z
  .object({ results: z.array(z.union([acceptedSchema, refusedSchema])) })
  .meta({ id: 'PublishResults', description: 'One result per event, in the order of the request' });

export const publishedSchema = z.union([acceptedSchema, publishedManySchema]);

/**
 * What callers may send, for the documentation. The catalogue checks it, by the rules of each type.
 */
const publishedEventSchema = z
  .object({
    type: z.string().meta({ description: 'A type of the catalogue, or one of your own' }),
    occurred_at: z.string().nullable().optional().meta({
      format: 'date-time',
      description: 'ISO 8601 with a zone; left out: the time of receipt',
    }),
    campaign_id: idSchema('cmp', 'The campaign; most types need one').nullable().optional(),
    trust: z.enum(['server', 'browser']).optional().meta({
      description: 'How the action itself was authenticated. Default: server',
    }),
    participant: z
      .object({
        id: idSchema('usr', 'Our id of a known participant').nullable().optional(),
        external_id: z
          .string()
          .nullable()
          .optional()
          .meta({ description: 'Your own id; a new participant is made of it' }),
        email: z.string().nullable().optional(),
        first_name: z.string().nullable().optional(),
        last_name: z.string().nullable().optional(),
        phone: z.string().nullable().optional(),
        wallet: z.string().nullable().optional(),
        fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
        test: z.boolean().optional(),
        total_points: z.number().optional(),
        referral_points: z.number().optional(),
        ugc_points: z.number().optional(),
        multiplier_percent: z.number().optional(),
        rank: z.int().nullable().optional(),
        team: z.string().nullable().optional(),
      })
      .nullable()
      .optional()
      .meta({
        description:
          'Whom it is about, with the counters as they stand after it. At least one of id and external_id',
      }),
    seq: z.int().nullable().optional(),
    data: z.record(z.string(), z.unknown()).meta({
      description: 'By the schema of the type: GET /v1/event-types/{type}',
    }),
  })
  .meta({
    id: 'PublishedEvent',
    examples: [
      {
        type: 'trigger.fired',
        participant: { external_id: 'ca9bb5c2-25a6-43e9-972e-862d28241a47', total_points: 120 },
        data: { trigger: { id: 'successful_payment' }, value: 2.99 },
      },
    ],
  });

export const publishBodySchema = z.union([
  publishedEventSchema,
  z.array(publishedEventSchema).min(1).max(1_000),
]);
