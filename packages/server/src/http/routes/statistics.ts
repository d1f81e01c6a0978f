import { z } from 'zod';
import {
  type AskedRange,
  type AttemptFigures,
  type Series,
  type Statistics,
  type StepName,
  stepNames,
  type Times,
} from '../../statistics/index.ts';
import { webhookStates } from '../../webhooks/index.ts';
import { type Api, problems, timeInputSchema, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { stateMeaning, webhookIdsSchema } from './webhook-filter.ts';

export interface StatisticsParts {
  readonly statistics: Statistics;
}

const tags = ['Statistics'];
const counted =
  'Counted by the nodes and written every five seconds, less often under much load; events and attempts of test participants, and tests of webhooks, are not in it.';

const rangeShape = {
  since: timeInputSchema
    .optional()
    .meta({ description: 'A day before `until` unless given; at most 35 days ago' }),
  until: timeInputSchema.optional().meta({ description: 'Now unless given' }),
  step: z
    .enum(stepNames as [StepName, ...StepName[]], { error: `expected one of ${stepNames.join(', ')}` })
    .optional()
    .meta({
      description:
        'How long one interval is, beginning at multiples of it (UTC). The shortest that makes a chart unless given. Below an hour it reaches back two days. At most 1,500 intervals.',
    }),
};
const rangeQuery = z.strictObject(rangeShape);

const count = (description?: string) => z.int().meta(description === undefined ? {} : { description });
const rateSchema = z
  .number()
  .nullable()
  .meta({ description: 'Acknowledged attempts of all, from 0 to 1; null: none was made' });

const timesSchema = (description: string) =>
  z
    .object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() })
    .meta({ description: `${description}. Milliseconds, at most 9.1 % off; null: nothing was timed` });

const figuresShape = {
  attempts: count('Requests to receivers'),
  acknowledged: count('Answered with 2xx'),
  failed: count('All others'),
  exhausted: count('Deliveries that were given up'),
  success_rate: rateSchema,
  response_ms: timesSchema('How long complete answers took'),
  delivery_ms: timesSchema(
    'From the event to its acknowledgement, waiting and retries included, without what was sent again by hand',
  ),
  statuses: z
    .record(z.string(), z.int())
    .meta({ description: 'Complete answers by HTTP status', examples: [{ '200': 412, '503': 3 }] }),
  failures: z.record(z.string(), z.int()).meta({
    description: 'Attempts without a complete answer, by kind',
    examples: [{ connect_timeout: 2 }],
  }),
};

const rangeAnswer = {
  since: timeSchema.meta({ description: 'When the first interval begins' }),
  until: timeSchema.meta({ description: 'When the last one ends' }),
  step_seconds: z.int(),
};

const webhookSeriesSchema = z
  .object({
    ...rangeAnswer,
    totals: z.object(figuresShape),
    intervals: z
      .array(z.object({ at: timeSchema, ...figuresShape }))
      .meta({ description: 'In the order of time, without gaps' }),
  })
  .meta({ id: 'WebhookStatistics' });

const events = count('Events accepted');
const organizationSeriesSchema = z
  .object({
    ...rangeAnswer,
    totals: z.object({
      events,
      events_by_type: z.record(z.string(), z.int()).meta({ description: 'The most frequent first' }),
      ...figuresShape,
    }),
    now: z.object({
      events_per_second: z.number(),
      attempts_per_second: z.number().meta({ description: 'Both over the last one to two minutes' }),
      waiting: z
        .object({
          pending: count('Waiting for the first attempt, or in it'),
          retrying: count('Waiting for a retry, or in it'),
          parked: count('Waiting for somebody to decide'),
          complete: z.boolean().meta({ description: 'False: more than 10,000 wait, and those were counted' }),
        })
        .meta({ description: 'Deliveries that are open now' }),
    }),
    intervals: z
      .array(z.object({ at: timeSchema, events, ...figuresShape }))
      .meta({ description: 'In the order of time, without gaps' }),
  })
  .meta({ id: 'Statistics' });

const listedSchema = z
  .object({
    webhook_id: z.string(),
    name: z.string(),
    state: z.enum(webhookStates).meta({ description: stateMeaning }),
    last_delivery_at: timeSchema
      .nullable()
      .meta({ description: 'Of the last attempt; null: none in 35 days' }),
    attempts: count(),
    acknowledged: count(),
    success_rate: rateSchema,
    sparkline: z
      .array(z.object({ attempts: z.int(), acknowledged: z.int() }))
      .meta({ description: 'One of each interval, in the order of time, without gaps' }),
  })
  .meta({ id: 'WebhookSummary' });

const concernSchema = z
  .object({
    webhook_id: z.string(),
    name: z.string(),
    kind: z.enum(['disabled', 'failing', 'parked', 'refused']).meta({
      description:
        'disabled: it is sent nothing. failing: its receiver is down. parked: deliveries wait for somebody to decide. refused: more than a tenth of at least 20 attempts in the last two hours were not acknowledged',
    }),
    reason: z.string().meta({ description: 'What is the matter and what to do about it' }),
    since: timeSchema.nullable(),
  })
  .meta({ id: 'WebhookConcern' });

/** What was counted, and who needs attention. */
export function statisticsRoutes(app: Api, { statistics }: StatisticsParts): void {
  app.get(
    '/v1/statistics',
    {
      schema: {
        tags,
        operationId: 'getStatistics',
        summary: 'Events and attempts of the organization over time',
        description: counted,
        querystring: rangeQuery,
        response: { 200: organizationSeriesSchema, ...problems('invalid_request') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const asked = askedOf(request.query);
      const [series, now] = await Promise.all([
        statistics.organization(organizationId, asked),
        statistics.now(organizationId),
      ]);
      return {
        ...rangeShown(series),
        totals: {
          events: series.events.reduce((total, one) => total + one, 0),
          events_by_type: series.eventsByType,
          ...figuresShown(series.totals),
        },
        now: {
          events_per_second: now.eventsPerSecond,
          attempts_per_second: now.attemptsPerSecond,
          waiting: now.waiting,
        },
        intervals: series.intervals.map(({ at, ...figures }, n) => ({
          at: at.toISOString(),
          events: series.events[n] ?? 0,
          ...figuresShown(figures),
        })),
      };
    },
  );

  app.get(
    '/v1/webhooks/:id/statistics',
    {
      schema: {
        tags,
        operationId: 'getWebhookStatistics',
        summary: 'Attempts of one webhook over time',
        description: counted,
        params: z.object({ id: z.string() }),
        querystring: rangeQuery,
        response: { 200: webhookSeriesSchema, ...problems('not_found', 'invalid_request') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const series = await statistics.webhook(organizationId, request.params.id, askedOf(request.query));
      return {
        ...rangeShown(series),
        totals: figuresShown(series.totals),
        intervals: series.intervals.map(({ at, ...figures }) => ({
          at: at.toISOString(),
          ...figuresShown(figures),
        })),
      };
    },
  );

  app.get(
    '/v1/statistics/webhooks',
    {
      schema: {
        tags,
        operationId: 'listWebhookStatistics',
        summary: 'How each webhook is doing, in a line',
        description: `Newest first. ${counted}`,
        querystring: pageQuerySchema.extend({ ...rangeShape, ids: webhookIdsSchema }),
        response: {
          200: pageSchema(listedSchema).extend(rangeAnswer),
          ...problems('invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const range = statistics.range(askedOf(request.query));
      const page = await readPage({
        name: 'webhook statistics',
        query: request.query,
        read: (before, limit) =>
          statistics.webhooks(organizationId, range, request.query.ids ?? null, before, limit),
        uuid: ({ webhook }) => webhook.uid,
        show: ({ webhook, attempts, acknowledged, successRate, sparkline }) => ({
          webhook_id: webhook.id,
          name: webhook.name,
          state: webhook.state,
          last_delivery_at: webhook.last_at?.toISOString() ?? null,
          attempts,
          acknowledged,
          success_rate: successRate,
          sparkline: [...sparkline],
        }),
      });
      return { ...rangeShown({ range }), ...page };
    },
  );

  app.get(
    '/v1/statistics/concerns',
    {
      schema: {
        tags,
        operationId: 'listConcerns',
        summary: 'Webhooks that somebody should look at, and why',
        description:
          'The gravest first, at most 50. A webhook that was turned off by its owner is not among them.',
        response: { 200: z.object({ data: z.array(concernSchema) }).meta({ id: 'Concerns' }), ...problems() },
      },
    },
    async (request) => ({
      data: (await statistics.concerns(request.principal.organizationId)).map(
        ({ webhookId, name, kind, reason, since }) => ({
          webhook_id: webhookId,
          name,
          kind,
          reason,
          since: since?.toISOString() ?? null,
        }),
      ),
    }),
  );
}

function askedOf({ since, until, step }: z.infer<typeof rangeQuery>): AskedRange {
  return {
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    step,
  };
}

function rangeShown({ range: { since, until, stepMs } }: Pick<Series, 'range'>) {
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    step_seconds: stepMs / 1_000,
  };
}

function figuresShown({ successRate, responseMs, deliveryMs, ...figures }: AttemptFigures) {
  return {
    ...figures,
    success_rate: successRate,
    response_ms: responseMs satisfies Times,
    delivery_ms: deliveryMs satisfies Times,
  };
}
