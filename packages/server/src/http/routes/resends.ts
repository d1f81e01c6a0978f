import { z } from 'zod';
import { uuidOf } from '../../ids.ts';
import {
  defaultReplayRate,
  mostNamed,
  mostReplayRate,
  mostResent,
  type Resend,
  type Resends,
  shownFilter,
} from '../../replays/index.ts';
import { type Api, bodyProblems, idInputSchema, idSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { deliveryFilterSchema, historyFilter } from './delivery-filter.ts';
import { sendingControlRoutes } from './sending-controls.ts';

const choiceShape = {
  filter: deliveryFilterSchema
    .extend({ failure: z.string().optional() })
    .nullable()
    .meta({ description: 'As it was asked for, until that moment; null: deliveries were named one by one' }),
  rate_per_second: z.int(),
};
const skippedShape = {
  skipped_payments: z.int().meta({ description: 'Requests for payments, which are never sent again' }),
  skipped: z.int().meta({
    description:
      'Their webhook is off or deleted, their event is no longer kept, or they wait to be sent again already',
  }),
};

const resendSchema = z
  .object({
    id: idSchema('job', 'The resend, which is a job'),
    state: z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']),
    cancelling: z.boolean().meta({ description: 'It was cancelled, and a step is still under way' }),
    ...choiceShape,
    progress: z
      .object({
        total: z.int().nullable().meta({ description: 'How many are sent again; null until all were found' }),
        chosen: z.int().meta({ description: 'Found so far' }),
        sent: z.int().meta({ description: 'Extra attempts that were made or are due' }),
        acknowledged: z.int(),
        failed: z.int(),
        waiting: z.int().meta({ description: 'Due, and not made yet' }),
        cancelled: z
          .int()
          .meta({ description: 'Ended before their attempt: with the resend or the webhook' }),
        ...skippedShape,
      })
      .meta({ id: 'ResendProgress' }),
    error: z.string().nullable().meta({ description: 'Why it failed' }),
    created_at: timeSchema,
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
  })
  .meta({ id: 'Resend' });

const forecastSchema = z
  .object({
    dry_run: z.literal(true),
    ...choiceShape,
    deliveries: z.int().meta({ description: 'How many would be sent again' }),
    ...skippedShape,
    complete: z.boolean().meta({ description: 'False: there are more, only so many were counted' }),
  })
  .meta({ id: 'ResendForecast' });

const wholeRate = `expected a whole number from 1 to ${mostReplayRate}`;
const bodySchema = z
  .strictObject({
    filter: deliveryFilterSchema
      .optional()
      .meta({ description: 'All that `GET /v1/deliveries` finds with it; `{}` is every delivery' }),
    delivery_ids: z
      .array(idInputSchema('dlv', 'a delivery'))
      .min(1, 'expected at least one delivery')
      .max(mostNamed, `expected at most ${mostNamed} deliveries; choose more by a filter`)
      .optional(),
    rate_per_second: z
      .number({ error: wholeRate })
      .int(wholeRate)
      .min(1, wholeRate)
      .max(mostReplayRate, wholeRate)
      .default(defaultReplayRate),
    dry_run: z.boolean().default(false).meta({ description: 'Count, and send nothing' }),
  })
  .refine(({ filter, delivery_ids }) => (filter === undefined) !== (delivery_ids === undefined), {
    message: 'expected either filter or delivery_ids',
  });

const params = z.object({ id: z.string() });
const tags = ['Deliveries'];

export interface ResendParts {
  readonly resends: Resends;
}

/** Sending many deliveries once more. */
export function resendRoutes(app: Api, { resends }: ResendParts): void {
  app.post(
    '/v1/resends',
    {
      schema: {
        tags,
        operationId: 'createResend',
        summary: 'Send many deliveries once more',
        description: [
          'One extra attempt of each, under its own id and whatever became of it before, as `POST /v1/deliveries/{id}/resend` makes of one; the automatic schedules go on as if nothing had happened. First all that match are found, so that the choice does not change while it is worked off; then they are sent, the oldest first.',
          'What is new and what is tried again goes first, and each webhook keeps its own rate and its turn: at most 100 of one webhook wait at a time, so a receiver that is away does not hold up the others. Requests for payments are never sent again.',
          `Answered with 202 and the resend, which goes on by itself, also after a restart; with \`dry_run\` it is answered with 200 and how many there are. One by a filter is open at a time, of at most ${mostResent.toLocaleString('en-US')} deliveries. To send events that a webhook never got there is \`POST /v1/webhooks/{id}/replays\`.`,
        ].join('\n\n'),
        body: bodySchema,
        response: {
          200: forecastSchema,
          202: resendSchema,
          ...problems('conflict', 'unknown_delivery', 'unknown_participant', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { filter, delivery_ids, rate_per_second: ratePerSecond, dry_run } = request.body;
      const { organizationId } = request.principal;
      const choice =
        filter === undefined
          ? { filter: null, deliveryIds: [...new Set(delivery_ids)] }
          : { filter: historyFilter(filter), deliveryIds: null };
      const asked = { organizationId, choice, ratePerSecond };
      if (!dry_run) {
        reply.code(202);
        return shownResend(await resends.start(asked));
      }
      const { deliveries, skippedPayments, skipped, complete, ...counted } = await resends.forecast(asked);
      return {
        dry_run: true as const,
        ...shownOrder(counted),
        deliveries,
        skipped_payments: skippedPayments,
        skipped,
        complete,
      };
    },
  );

  app.get(
    '/v1/resends',
    {
      schema: {
        tags,
        operationId: 'listResends',
        summary: 'Resends, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(resendSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'resends',
        query: request.query,
        read: (before, limit) => resends.list(request.principal.organizationId, before, limit),
        uuid: (resend) => uuidOf(resend.id),
        show: shownResend,
      }),
  );

  app.get(
    '/v1/resends/:id',
    {
      schema: {
        tags,
        operationId: 'getResend',
        summary: 'One resend, and how far it is',
        params,
        response: { 200: resendSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownResend(await resends.get(request.principal.organizationId, pathId('job', request.params.id))),
  );

  sendingControlRoutes(app, {
    path: '/v1/resends',
    tags,
    controls: resends,
    schema: resendSchema,
    show: shownResend,
    operations: {
      pause: {
        operationId: 'pauseResend',
        summary: 'Pause a resend',
        description: 'It sends no more. What is due, at most two seconds of its rate, still arrives.',
      },
      resume: {
        operationId: 'resumeResend',
        summary: 'Go on with a resend that was paused',
        description: 'It goes on where it stopped, under its rate.',
      },
      cancel: {
        operationId: 'cancelResend',
        summary: 'Cancel a resend',
        description: 'What waits is not sent; what is under way ends as it will.',
      },
    },
  });
}

function shownOrder({ choice, ratePerSecond }: Pick<Resend, 'choice' | 'ratePerSecond'>) {
  return { filter: choice.filter && shownFilter(choice.filter), rate_per_second: ratePerSecond };
}

function shownResend(resend: Resend) {
  const { progress } = resend;
  return {
    id: resend.id,
    state: resend.state,
    cancelling: resend.cancelling,
    ...shownOrder(resend),
    progress: {
      total: progress.total,
      chosen: progress.chosen,
      sent: progress.sent,
      acknowledged: progress.acknowledged,
      failed: progress.failed,
      waiting: progress.waiting,
      cancelled: progress.cancelled,
      skipped_payments: progress.skippedPayments,
      skipped: progress.skipped,
    },
    error: resend.error,
    created_at: resend.createdAt.toISOString(),
    started_at: resend.startedAt?.toISOString() ?? null,
    finished_at: resend.finishedAt?.toISOString() ?? null,
  };
}
