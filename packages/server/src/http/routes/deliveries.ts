import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { idFromUuid, type OrganizationId } from '../../ids.ts';
import type { DeliveryDetail, History, Webhooks } from '../../webhooks/index.ts';
import { type Api, idSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, partialPages, readPageTo, uuidAt, uuidBytes } from '../pagination.ts';
import { deliveryFilterShape, deliveryStates, historyFilter, webhookFilterShape } from './delivery-filter.ts';

const deliverySchema = z
  .object({
    id: idSchema('dlv', 'The delivery; also the `webhook-id` of its requests'),
    state: z.enum(deliveryStates).meta({
      description:
        'parked: its webhook asks for order, its attempts are used up, and what stands behind it waits until somebody resends, retries or skips it',
    }),
    webhook: z.object({
      id: z.string(),
      name: z.string().meta({ description: 'As it was when the delivery was made' }),
      deleted: z.boolean(),
    }),
    event: z.object({
      id: idSchema('we', 'The event'),
      type: z
        .string()
        .nullable()
        .meta({ description: 'This and what follows is null when the event is no longer kept' }),
      occurred_at: timeSchema.nullable(),
      campaign_id: idSchema('cmp', 'Its campaign').nullable(),
      campaign_name: z.string().nullable().meta({ description: 'As it is now' }),
      participant_id: idSchema('usr', 'Whom it is about').nullable(),
      participant_external_id: z.string().nullable().meta({ description: "The organization's own id" }),
      participant_email: z.string().nullable().meta({ description: 'As it is now' }),
    }),
    format: z.string(),
    format_version: z.int(),
    scope: z.string().nullable(),
    attempts: z.int().meta({ description: 'Those the schedule counts' }),
    created_at: timeSchema,
    next_attempt_at: timeSchema.nullable().meta({
      description:
        'Null while an attempt is under way, while it waits for its turn in a line, and when it has ended',
    }),
    closed_at: timeSchema.nullable(),
    last_attempt: z
      .object({
        started_at: timeSchema,
        outcome: z.string().meta({ description: '`answered`, or the kind of failure' }),
        acknowledged: z.boolean(),
        status: z.int().nullable().meta({ description: 'HTTP status of the answer' }),
        message: z.string().nullable().meta({ description: 'What went wrong and what to do about it' }),
        total_ms: z.number(),
      })
      .nullable()
      .meta({
        description:
          'The last one, resends included; of what was delivered the last that was acknowledged. Null while there is none, and when it is older than attempts are kept',
      }),
  })
  .meta({ id: 'Delivery' });

const deliveryDetailSchema = deliverySchema
  .extend({
    resend_queued: z.boolean(),
    waits_for: idSchema('dlv', 'The delivery that has to be over before its turn comes').nullable(),
    request: z
      .object({
        method: z.string(),
        url: z.string(),
        headers: z.record(z.string(), z.string()).meta({ description: 'Those that the format sets' }),
        body: z.string().nullable(),
      })
      .nullable()
      .meta({
        description:
          'Rendered again from the event, with the settings of now; null when the event is no longer kept',
      }),
  })
  .meta({ id: 'DeliveryDetail' });

const attemptSchema = z
  .object({
    id: idSchema('att', 'The attempt'),
    number: z.int(),
    resend: z.boolean().meta({ description: 'Asked for by hand, beside the schedule' }),
    started_at: timeSchema,
    outcome: z
      .string()
      .meta({ description: '`answered`, or the kind of failure', examples: ['answered', 'dns_failed'] }),
    acknowledged: z.boolean().meta({ description: 'A 2xx answer came' }),
    message: z.string().nullable().meta({ description: 'What went wrong and what to do about it' }),
    request: z.object({
      method: z.string(),
      url: z.string(),
      signature: z.string(),
      headers: z.record(z.string(), z.string()).nullable().meta({
        description:
          "Laid out again with the settings of now; values of the webhook's own headers that may hold credentials are not shown. Null when the event is no longer kept",
      }),
      body: z
        .string()
        .nullable()
        .meta({ description: 'Rendered again from the event; null for a request without one, too' }),
    }),
    response: z
      .object({
        status: z.int(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        body_encoding: z.enum(['utf-8', 'base64']),
        body_cut: z.boolean().meta({ description: 'The receiver said more than is kept' }),
      })
      .nullable(),
    address: z.string().nullable().meta({ description: 'The IP address it went to' }),
    timings: z.object({
      dns_ms: z.number().nullable(),
      connect_ms: z.number().nullable(),
      tls_ms: z.number().nullable(),
      wait_ms: z.number().nullable(),
      read_ms: z.number().nullable(),
      total_ms: z.number(),
    }),
  })
  .meta({ id: 'Attempt' });

const listQuerySchema = pageQuerySchema.extend({ ...webhookFilterShape, ...deliveryFilterShape });
type ListQuery = z.output<typeof listQuerySchema>;

const params = z.object({ id: z.string() });
const tags = ['Deliveries'];

export interface DeliveryParts {
  readonly history: History;
  readonly webhooks: Webhooks;
}

export function deliveryRoutes(app: Api, { history, webhooks }: DeliveryParts): void {
  const page = (organizationId: OrganizationId, query: ListQuery) => {
    const filter = historyFilter(query);
    return readPageTo({
      // Two orders: a position in one means nothing in the other.
      name: history.isByEvent(filter) ? 'deliveries by event' : 'deliveries',
      query,
      positionBytes: 32,
      async read(after, limit) {
        const position = after && { event_id: uuidAt(after), id: uuidAt(after.subarray(16)) };
        const { rows, next } = await history.list(organizationId, filter, { after: position, limit });
        return { rows, next: next && Buffer.concat([uuidBytes(next.event_id), uuidBytes(next.id)]) };
      },
      show: shownDelivery,
    });
  };

  app.get(
    '/v1/deliveries',
    {
      schema: {
        tags,
        operationId: 'listDeliveries',
        summary: 'Deliveries, newest first',
        description: `Filters narrow each other down; one that names something unknown finds nothing. By campaign, type or participant alone, deliveries of the newest events come first, which is the same unless a replay sent an old event again. ${partialPages}`,
        querystring: listQuerySchema,
        response: { 200: pageSchema(deliverySchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) => page(request.principal.organizationId, request.query),
  );

  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      schema: {
        tags,
        operationId: 'listWebhookDeliveries',
        summary: 'Deliveries of one webhook, newest first',
        description: `As \`GET /v1/deliveries\` with \`webhook_id\`. ${partialPages}`,
        params,
        querystring: pageQuerySchema.extend(deliveryFilterShape),
        response: {
          200: pageSchema(deliverySchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const webhook = await webhooks.get(organizationId, request.params.id);
      return page(organizationId, { ...request.query, webhook_id: webhook.id });
    },
  );

  app.get(
    '/v1/deliveries/:id',
    {
      schema: {
        tags,
        operationId: 'getDelivery',
        summary: 'One delivery, with the request it makes',
        params,
        response: { 200: deliveryDetailSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { delivery, request: sent } = await history.get(
        request.principal.organizationId,
        pathId('dlv', request.params.id),
      );
      const shown = shownDelivery(delivery);
      return {
        ...shown,
        next_attempt_at: delivery.waits_for === null ? shown.next_attempt_at : null,
        resend_queued: delivery.resend_queued,
        waits_for: delivery.waits_for === null ? null : idFromUuid('dlv', delivery.waits_for),
        request: sent === null ? null : { ...sent, headers: { ...sent.headers } },
      };
    },
  );

  app.get(
    '/v1/deliveries/:id/attempts',
    {
      schema: {
        tags,
        operationId: 'listAttempts',
        summary: 'The attempts of a delivery, in the order they were made',
        params,
        response: { 200: z.object({ data: z.array(attemptSchema) }), ...problems('not_found') },
      },
    },
    async (request) => {
      const id = pathId('dlv', request.params.id);
      const attempts = await history.attempts(request.principal.organizationId, id);
      return { data: attempts.map(shownAttempt) };
    },
  );

  app.post(
    '/v1/deliveries/:id/resend',
    {
      schema: {
        tags,
        operationId: 'resendDelivery',
        summary: 'Send a delivery once more',
        description:
          'One extra attempt, at once, whatever became of the others; the automatic schedule goes on as if nothing had happened. For many there is `POST /v1/resends`.',
        params,
        response: {
          202: z.object({ id: idSchema('dlv', 'The delivery'), resend_queued: z.literal(true) }),
          ...problems('not_found', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const id = pathId('dlv', request.params.id);
      await history.resend(request.principal.organizationId, id);
      reply.code(202);
      return { id, resend_queued: true as const };
    },
  );
}

type ShownRow = DeliveryDetail['delivery'] | Awaited<ReturnType<History['list']>>['rows'][number];

function shownDelivery(row: ShownRow) {
  return {
    id: idFromUuid('dlv', row.id),
    state: row.state,
    webhook: { id: row.webhook_id, name: row.webhook_name, deleted: row.webhook_deleted },
    event: {
      id: idFromUuid('we', row.event_id),
      type: row.event_type,
      occurred_at: row.occurred_at?.toISOString() ?? null,
      campaign_id: row.campaign_id === null ? null : idFromUuid('cmp', row.campaign_id),
      campaign_name: row.campaign_name,
      participant_id: row.participant_id === null ? null : idFromUuid('usr', row.participant_id),
      participant_external_id: row.participant_external_id,
      participant_email: row.participant_email,
    },
    format: row.format,
    format_version: row.format_version,
    scope: row.scope,
    attempts: row.attempts,
    created_at: row.created_at.toISOString(),
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    closed_at: row.closed_at?.toISOString() ?? null,
    last_attempt: shownLastAttempt(row),
  };
}

function shownLastAttempt(row: ShownRow) {
  const { attempt_at, attempt_outcome, attempt_acknowledged, attempt_total_ms } = row;
  const hasNone =
    attempt_at === null ||
    attempt_outcome === null ||
    attempt_acknowledged === null ||
    attempt_total_ms === null;
  if (hasNone) return null;
  return {
    started_at: attempt_at.toISOString(),
    outcome: attempt_outcome,
    acknowledged: attempt_acknowledged,
    status: row.attempt_status,
    message: row.attempt_message,
    total_ms: attempt_total_ms,
  };
}

function shownAttempt(row: Awaited<ReturnType<History['attempts']>>[number]) {
  const body = row.response_body ?? Buffer.alloc(0);
  // Where the body was cut, a character may have been cut too.
  const isText =
    isUtf8(body) || (row.response_cut && [1, 2, 3].some((cut) => isUtf8(body.subarray(0, -cut))));
  return {
    id: idFromUuid('att', row.id),
    number: row.number,
    resend: row.resend,
    started_at: row.started_at.toISOString(),
    outcome: row.outcome,
    acknowledged: row.acknowledged,
    message: row.message,
    request: {
      method: row.method,
      url: row.url,
      signature: row.signature,
      headers: row.sent && { ...row.sent.headers },
      body: row.sent?.body ?? null,
    },
    response:
      row.status === null
        ? null
        : {
            status: row.status,
            headers: readHeaders(row.response_headers),
            body: body.toString(isText ? 'utf8' : 'base64'),
            body_encoding: isText ? ('utf-8' as const) : ('base64' as const),
            body_cut: row.response_cut,
          },
    address: row.address,
    timings: {
      dns_ms: row.dns_ms,
      connect_ms: row.connect_ms,
      tls_ms: row.tls_ms,
      wait_ms: row.wait_ms,
      read_ms: row.read_ms,
      total_ms: row.total_ms,
    },
  };
}

/** Written by `settle` as the JSON of a record of strings. */
function readHeaders(text: string | null): Record<string, string> {
  return text === null ? {} : (JSON.parse(text) as Record<string, string>);
}
