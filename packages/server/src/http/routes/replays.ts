import { z } from 'zod';
import { uuidOf } from '../../ids.ts';
import {
  defaultReplayRate,
  mostReplayRate,
  type Replay,
  type ReplayForecast,
  type Replays,
  replayChoices,
} from '../../replays/index.ts';
import {
  type Api,
  bodyProblems,
  idInputSchema,
  idSchema,
  pathId,
  problems,
  timeInputSchema,
  timeSchema,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { sendingControlRoutes } from './sending-controls.ts';

const orderShape = {
  webhook_id: z.string(),
  only: z.enum(replayChoices),
  since: timeSchema,
  until: timeSchema,
  event_types: z.array(z.string()).nullable(),
  campaign_id: idSchema('cmp', 'The campaign').nullable(),
  participant_id: idSchema('usr', 'The participant').nullable(),
  rate_per_second: z.int(),
};

const lookedAt = z.int().meta({
  description: 'Events that were looked at; for `failed` deliveries of the organization that did not arrive',
});
const skippedPayments = z.int().meta({
  description: 'Requests for payments, which are never sent again',
});

const replaySchema = z
  .object({
    id: idSchema('job', 'The replay, which is a job'),
    state: z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']),
    cancelling: z.boolean().meta({ description: 'It was cancelled, and a step is still under way' }),
    ...orderShape,
    progress: z
      .object({
        looked_at: lookedAt,
        made: z.int().meta({ description: 'Deliveries made; for `failed` those sent again' }),
        delivered: z.int(),
        failed: z.int().meta({ description: 'No attempt is left' }),
        waiting: z.int().meta({ description: 'No attempt was made yet' }),
        retrying: z.int().meta({ description: 'The next attempt is a retry' }),
        cancelled: z
          .int()
          .meta({ description: 'Ended before they arrived: with the replay, the webhook or the event' }),
        skipped_payments: skippedPayments,
      })
      .meta({ id: 'ReplayProgress' }),
    error: z.string().nullable().meta({ description: 'Why it failed' }),
    created_at: timeSchema,
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
  })
  .meta({ id: 'Replay' });

const eventSchema = z
  .object({ id: idSchema('we', 'The event'), type: z.string(), occurred_at: timeSchema })
  .nullable();
const forecastSchema = z
  .object({
    dry_run: z.literal(true),
    ...orderShape,
    looked_at: lookedAt,
    deliveries: z.int().meta({ description: 'How many would be made, or sent again' }),
    skipped_payments: skippedPayments,
    first_event: eventSchema,
    last_event: eventSchema,
  })
  .meta({ id: 'ReplayForecast' });

const wholeRate = `expected a whole number from 1 to ${mostReplayRate}`;
const bodySchema = z.strictObject({
  only: z.enum(replayChoices).meta({
    description:
      '`missing`: events that no delivery to this webhook was made for, as from before it existed or while it was inactive. `failed`: deliveries that ended undelivered and have none newer of the same event; they are sent again as they are, under the same id, as `POST /v1/deliveries/{id}/resend` does. `all`: every event.',
  }),
  since: timeInputSchema.meta({ description: 'Events accepted at or after this time' }),
  until: timeInputSchema
    .optional()
    .meta({ description: 'Events accepted before this time; now unless given' }),
  event_types: z
    .array(z.string().max(200))
    .min(1, 'expected at least one event type; leave it out for all')
    .max(100, 'expected at most 100 event types')
    .optional(),
  campaign_id: idInputSchema('cmp', 'a campaign').optional(),
  participant_id: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta({ description: "Ours (`usr_…`) or the organization's own id" }),
  rate_per_second: z
    .number({ error: wholeRate })
    .int(wholeRate)
    .min(1, wholeRate)
    .max(mostReplayRate, wholeRate)
    .default(defaultReplayRate),
  dry_run: z.boolean().default(false).meta({ description: 'Count, and send nothing' }),
});

const params = z.object({ id: z.string() });
const tags = ['Replays'];

export interface ReplayParts {
  readonly replays: Replays;
}

/** Sending what the event log holds to a webhook, once more or for the first time. */
export function replayRoutes(app: Api, { replays }: ReplayParts): void {
  app.post(
    '/v1/webhooks/:id/replays',
    {
      schema: {
        tags,
        operationId: 'createReplay',
        summary: 'Replay events of the log to a webhook',
        description: [
          "Each event that the webhook's settings of now ask for gets a new delivery: another `webhook-id`, the same event id. `failed` sends deliveries again under their own ids, whatever the webhook asks for now.",
          'What is new and what is tried again goes first: a lane takes a delivery of a replay when it has nothing else due. At most two seconds of the rate are made ahead, and at most 1,000 deliveries of a replay are open; retries follow the policy of the webhook. No schedule of another delivery is touched.',
          'Requests for payments are never sent again: `payout.requested` is left out for a webhook that pays rewards or was ever asked to, and in the ChainVine format, and counted as skipped. Ask for a new attempt with `POST /v1/payouts/{id}/retry`.',
          'Answered with 202 and the replay, which goes on by itself, also after a restart; with `dry_run` it is answered with 200 and what it would do. One replay to a webhook is open at a time. Events younger than about 15 seconds are looked at once they are that old, so that none is passed over.',
        ].join('\n\n'),
        params,
        body: bodySchema,
        response: {
          200: forecastSchema,
          202: replaySchema,
          ...problems(
            'not_found',
            'conflict',
            'invalid_replay',
            'unknown_event_type',
            'unknown_campaign',
            'unknown_participant',
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const asked = {
        organizationId: request.principal.organizationId,
        webhookId: request.params.id,
        only: body.only,
        since: new Date(body.since),
        until: body.until === undefined ? null : new Date(body.until),
        eventTypes: body.event_types ?? null,
        campaignId: body.campaign_id ?? null,
        participant: body.participant_id ?? null,
        ratePerSecond: body.rate_per_second,
      };
      if (body.dry_run) return shownForecast(await replays.forecast(asked));
      reply.code(202);
      return shownReplay(await replays.start(asked));
    },
  );

  app.get(
    '/v1/webhooks/:id/replays',
    {
      schema: {
        tags,
        operationId: 'listReplays',
        summary: 'Replays to a webhook, newest first',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(replaySchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) =>
      readPage({
        name: `replays ${request.params.id}`,
        query: request.query,
        read: (before, limit) =>
          replays.list(request.principal.organizationId, request.params.id, before, limit),
        uuid: (replay) => uuidOf(replay.id),
        show: shownReplay,
      }),
  );

  app.get(
    '/v1/replays/:id',
    {
      schema: {
        tags,
        operationId: 'getReplay',
        summary: 'One replay, and how far it is',
        description:
          'It is done when everything made was attempted; what fails goes on by the retry policy and is counted here.',
        params,
        response: { 200: replaySchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownReplay(await replays.get(request.principal.organizationId, pathId('job', request.params.id))),
  );

  sendingControlRoutes(app, {
    path: '/v1/replays',
    tags,
    controls: replays,
    schema: replaySchema,
    show: shownReplay,
    operations: {
      pause: {
        operationId: 'pauseReplay',
        summary: 'Pause a replay',
        description:
          'It makes no more deliveries. What was made, at most two seconds of its rate, still arrives.',
      },
      resume: {
        operationId: 'resumeReplay',
        summary: 'Go on with a replay that was paused',
        description: 'It goes on where it stopped, under its rate.',
      },
      cancel: {
        operationId: 'cancelReplay',
        summary: 'Cancel a replay',
        description:
          'What waits for an attempt ends as cancelled; what is under way ends as it will. For `missing`, events whose delivery was never attempted are missing still.',
      },
    },
  });
}

function shownReplay(replay: Replay) {
  const { progress } = replay;
  return {
    id: replay.id,
    state: replay.state,
    cancelling: replay.cancelling,
    ...shownOrder(replay.order),
    progress: {
      looked_at: progress.lookedAt,
      made: progress.made,
      delivered: progress.delivered,
      failed: progress.failed,
      waiting: progress.waiting,
      retrying: progress.retrying,
      cancelled: progress.cancelled,
      skipped_payments: progress.skippedPayments,
    },
    error: replay.error,
    created_at: replay.createdAt.toISOString(),
    started_at: replay.startedAt?.toISOString() ?? null,
    finished_at: replay.finishedAt?.toISOString() ?? null,
  };
}

function shownForecast({ order, lookedAt, deliveries, skippedPayments, first, last }: ReplayForecast) {
  return {
    dry_run: true as const,
    ...shownOrder(order),
    looked_at: lookedAt,
    deliveries,
    skipped_payments: skippedPayments,
    first_event: shownEvent(first),
    last_event: shownEvent(last),
  };
}

function shownEvent(event: ReplayForecast['first']) {
  return event && { id: event.id, type: event.type, occurred_at: event.occurredAt };
}

function shownOrder(order: Replay['order']) {
  return {
    webhook_id: order.webhookId,
    only: order.only,
    since: order.since.toISOString(),
    until: order.until.toISOString(),
    event_types: order.eventTypes === null ? null : [...order.eventTypes],
    campaign_id: order.campaignId,
    participant_id: order.participantId,
    rate_per_second: order.ratePerSecond,
  };
}
