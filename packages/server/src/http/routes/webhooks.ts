import { z } from 'zod';
import { formatNames, methods } from '../../formats/index.ts';
import { parseId } from '../../ids.ts';
import type { SecretText } from '../../webhooks/index.ts';
import {
  isHidden,
  orderBys,
  orderOnFailures,
  signingKeys,
  type Webhook,
  type WebhookExamples,
  type Webhooks,
} from '../../webhooks/index.ts';
import { type Api, bodyProblems, idSchema, notFound, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, partialPages, readPageToUuid } from '../pagination.ts';
import { webhookFilterOf, webhookFilterShape } from './webhook-filter.ts';

/**
 * Types alone: whether the values may be saved is for `webhooks/settings.ts` to say, all faults at once.
 */
export const settingsShape = {
  id: z.string().optional().meta({
    description:
      '3 to 64 letters, digits, "_" or "-", unique in the organization; generated unless given. Fixed once a delivery was made.',
  }),
  name: z
    .string()
    .optional()
    .meta({ examples: ['User activity hook'] }),
  description: z.string().optional(),
  url: z
    .string()
    .optional()
    .meta({ examples: ['https://hooks.example.com/fanfare'] }),
  method: z
    .string()
    .optional()
    .meta({
      enum: [...methods],
      description:
        'One that the format allows; POST unless given. GET and DELETE carry the payload in the query, in a URL of at most 8,000 bytes',
    }),
  headers: z.record(z.string(), z.string().nullable()).optional().meta({
    description: 'Sent with every request. Null keeps the saved value of a header.',
  }),
  format: z
    .string()
    .optional()
    .meta({ enum: [...formatNames] }),
  mode: z
    .string()
    .nullable()
    .optional()
    .meta({
      enum: ['structured', 'binary', null],
      description: 'CloudEvents only; structured unless given',
    }),
  events: z.array(z.string()).optional().meta({
    description:
      'Event types, for claimr scopes. Empty: everything that the format carries, but for webhook.failing, webhook.disabled, webhook.recovered and webhook.parked, which go to those who name them.',
  }),
  campaigns: z.array(z.string()).optional().meta({
    description:
      'Empty: all campaigns, new ones included. Otherwise events outside any campaign are not sent.',
  }),
  status: z
    .string()
    .optional()
    .meta({ enum: ['active', 'inactive'] }),
  retry_policy: z
    .strictObject({
      delays_seconds: z.array(z.number()).meta({
        description:
          'Pause before each retry, from the failure before: 0 to 20 of them, 1 second to 7 days each',
        examples: [[10, 60, 360, 2160, 12960]],
      }),
    })
    .optional(),
  timeout_ms: z
    .number()
    .optional()
    .meta({ description: '1,000 to 30,000, over the whole exchange; 15,000 unless given' }),
  include_test_participants: z.boolean().optional(),
  rate_limit: z
    .strictObject({
      per_second: z.number().optional().meta({ description: '0.01 to 10,000' }),
      adaptive: z.boolean().optional(),
    })
    .nullable()
    .optional()
    .meta({
      description:
        'So many requests a second from all nodes together; or adaptive: rising while answers are quick and good, halved when the receiver asks for less or slows down, never above per_second from one node. Null: no limit',
      examples: [{ per_second: 20 }],
    }),
  ordering: z
    .strictObject({
      by: z
        .string()
        .optional()
        .meta({ enum: [...orderBys] }),
      on_failure: z
        .string()
        .optional()
        .meta({
          enum: [...orderOnFailures],
          description:
            'While the first of a line is not acknowledged: wait (it is tried until it is, and what is behind it waits), park (once its attempts are used up, its participant waits until somebody decides, and all others go on; unless given), skip (once its attempts are used up, the next one follows)',
        }),
    })
    .nullable()
    .optional()
    .meta({
      description:
        'Deliveries about one participant, or all of the webhook, one after the other. Null: in any order, as fast as they come',
      examples: [{ by: 'participant', on_failure: 'park' }],
    }),
  payout_processing: z.boolean().optional().meta({
    description:
      'For a webhook that pays out rewards: its answer 202 means that the payment is being processed and will be settled by POST /v1/payouts/{id}/settlement',
  }),
};

const secretShape = {
  secret: z.string().optional().meta({
    description: 'Your own: whsec_…, whsk_…, or a text of 16 to 256 characters. Generated unless given.',
  }),
  signature_version: z.enum(['v1', 'v1a']).optional().meta({
    description: 'Of a generated secret: v1 is HMAC-SHA256 (default), v1a is Ed25519',
  }),
};

const webhookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    url: z.string(),
    method: z.enum(methods),
    headers: z.record(z.string(), z.string().nullable()).meta({
      description: 'Null where the value may hold credentials: those are never shown again',
    }),
    format: z.enum(formatNames),
    format_version: z.int(),
    mode: z.enum(['structured', 'binary']).nullable(),
    events: z.array(z.string()),
    campaigns: z.array(idSchema('cmp', 'A campaign')),
    status: z.enum(['active', 'inactive', 'disabled']),
    disabled_reason: z.string().nullable(),
    retry_policy: z.object({ delays_seconds: z.array(z.number()) }),
    timeout_ms: z.int(),
    include_test_participants: z.boolean(),
    payout_processing: z.boolean(),
    rate_limit: z.object({ per_second: z.number().nullable(), adaptive: z.boolean() }).nullable(),
    ordering: z.object({ by: z.enum(orderBys), on_failure: z.enum(orderOnFailures) }).nullable(),
    secrets: z.array(
      z.object({
        signature_version: z.enum(['v1', 'v1a']),
        public_key: z.string().nullable().meta({ description: 'whpk_…, for v1a' }),
        created_at: timeSchema,
        expires_at: timeSchema
          .nullable()
          .meta({ description: 'When it stops signing; null for the current one' }),
      }),
    ),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Webhook' });

const secretGivenOut = z.string().meta({ description: 'Shown this once and never again' });
const webhookWithSecretSchema = webhookSchema
  .extend({ secret: secretGivenOut })
  .meta({ id: 'WebhookWithSecret' });

const exampleSchema = z
  .object({
    event_type: z.string(),
    scope: z.string().nullable(),
    title: z.string(),
    description: z.string(),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.string().nullable(),
    }),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema (2020-12) of the body' }),
    curl: z.string().meta({ description: 'Sends the same request; its signature holds for five minutes' }),
  })
  .meta({ id: 'WebhookExample' });

const examplesSchema = z.object({
  data: z.array(exampleSchema),
  verification: z.object({
    signature_version: z.enum(['v1', 'v1a']),
    typescript: z.string(),
    python: z.string(),
    go: z.string(),
    php: z.string(),
  }),
});

const params = z.object({ id: z.string() });
const tags = ['Webhooks'];

export interface WebhookParts {
  readonly webhooks: Webhooks;
  readonly webhookExamples: WebhookExamples;
}

export function webhookRoutes(app: Api, { webhooks, webhookExamples }: WebhookParts): void {
  app.get(
    '/v1/webhooks',
    {
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'The webhooks, newest first',
        description: partialPages,
        querystring: pageQuerySchema.extend(webhookFilterShape),
        response: {
          200: pageSchema(webhookSchema),
          ...problems('invalid_request', 'invalid_cursor', 'unknown_event_type'),
        },
      },
    },
    async ({ principal, query }) =>
      readPageToUuid({
        name: 'webhooks',
        query,
        read: (before, limit) =>
          webhooks.list(principal.organizationId, webhookFilterOf(query), { before, limit }),
        show: shownWebhook,
      }),
  );

  app.post(
    '/v1/webhooks',
    {
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'A new webhook',
        description:
          'It receives events that are accepted after this was answered; other nodes on the same database know of it a moment later.',
        body: z.strictObject({ ...settingsShape, ...secretShape }),
        response: {
          201: webhookWithSecretSchema,
          ...problems('conflict', 'quota_reached', 'invalid_webhook', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { webhook, secret } = await webhooks.create(request.principal.organizationId, request.body);
      reply.code(201).header('location', `/v1/webhooks/${webhook.id}`);
      return withSecret(webhook, secret);
    },
  );

  app.get(
    '/v1/webhooks/:id',
    {
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'One webhook',
        params,
        response: { 200: webhookSchema, ...problems('not_found') },
      },
    },
    async (request) => shownWebhook(await webhooks.get(request.principal.organizationId, request.params.id)),
  );

  app.patch(
    '/v1/webhooks/:id',
    {
      schema: {
        tags,
        operationId: 'updateWebhook',
        summary: 'Change a webhook',
        description:
          'What is left out stays. Deliveries that wait are sent with the new settings, in the format they were made in. ' +
          'While inactive nothing is sent and nothing is queued; queued retries go on when it is active again.',
        params,
        body: z.strictObject(settingsShape),
        response: {
          200: webhookSchema,
          ...problems('not_found', 'conflict', 'invalid_webhook', ...bodyProblems),
        },
      },
    },
    async (request) =>
      shownWebhook(await webhooks.update(request.principal.organizationId, request.params.id, request.body)),
  );

  app.delete(
    '/v1/webhooks/:id',
    {
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook',
        description: 'Its open deliveries are cancelled. Its history stays as long as history is kept.',
        params,
        response: { 204: z.null(), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      await webhooks.delete(request.principal.organizationId, request.params.id);
      reply.code(204);
      return null;
    },
  );

  app.post(
    '/v1/webhooks/:id/rotate-secret',
    {
      schema: {
        tags,
        operationId: 'rotateWebhookSecret',
        summary: 'Give a webhook a new secret',
        description:
          'The secrets before it go on signing beside it until the overlap ends, so a receiver can change over in its own time.',
        params,
        body: z
          .strictObject({
            ...secretShape,
            overlap_seconds: z
              .number()
              .optional()
              .meta({ description: '0 to 604,800 (7 days); 86,400 (a day) unless given' }),
          })
          .optional(),
        response: {
          200: webhookWithSecretSchema,
          ...problems('not_found', 'invalid_webhook', ...bodyProblems),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { webhook, secret } = await webhooks.rotateSecret(
        organizationId,
        request.params.id,
        request.body ?? {},
      );
      return withSecret(webhook, secret);
    },
  );

  app.get(
    '/v1/webhooks/:id/examples',
    {
      schema: {
        tags,
        operationId: 'listWebhookExamples',
        summary: 'What a webhook would send',
        description:
          'For every event it subscribes to: the request, the schema of its body, a curl command, and code that verifies it.',
        params,
        querystring: z.strictObject({
          event_type: z.string().max(200).optional(),
          participant_id: z.string().max(200).optional().meta({
            description: 'A participant (`usr_…`) whose counters to show; a sample unless given',
          }),
        }),
        response: { 200: examplesSchema, ...problems('not_found', 'invalid_request', 'unknown_event_type') },
      },
    },
    async (request) => {
      const { principal, query } = request;
      const { examples, verification } = await webhookExamples.of(
        { id: principal.organizationId, name: principal.organizationName },
        request.params.id,
        { eventType: query.event_type ?? null, participantId: participantIn(query.participant_id) },
      );
      return {
        data: examples.map(({ eventType, request: shown, ...example }) => ({
          event_type: eventType,
          ...example,
          request: { ...shown, headers: { ...shown.headers } },
          schema: { ...example.schema },
        })),
        verification,
      };
    },
  );
}

/** A participant named in a request; null when none is. Malformed ids get the answer of unknown ones. */
export function participantIn(text: string | undefined) {
  if (text === undefined) return null;
  const id = parseId('usr', text);
  if (id === null) throw notFound();
  return id;
}

function withSecret(webhook: Webhook, secret: SecretText) {
  return { ...shownWebhook(webhook), secret: secret.reveal() };
}

function shownWebhook(webhook: Webhook) {
  return {
    id: webhook.id,
    name: webhook.name,
    description: webhook.description,
    url: webhook.url,
    method: webhook.method,
    headers: Object.fromEntries(
      Object.entries(webhook.headers).map(([name, value]) => [name, isHidden(name) ? null : value]),
    ),
    format: webhook.format,
    format_version: webhook.formatVersion,
    mode: webhook.mode,
    events: [...webhook.events],
    campaigns: [...webhook.campaigns],
    status: webhook.status,
    disabled_reason: webhook.disabledReason,
    retry_policy: { delays_seconds: webhook.retryPolicy.delaysMs.map((delayMs) => delayMs / 1_000) },
    timeout_ms: webhook.timeoutMs,
    include_test_participants: webhook.includeTestParticipants,
    payout_processing: webhook.payoutProcessing,
    ordering: webhook.ordering && { by: webhook.ordering.by, on_failure: webhook.ordering.onFailure },
    rate_limit: webhook.rateLimit && {
      per_second: webhook.rateLimit.perSecond,
      adaptive: webhook.rateLimit.kind === 'adaptive',
    },
    secrets: webhook.secrets
      .filter(({ value }) => value.readable)
      .map((secret) => {
        const [key] = signingKeys({ secrets: [{ ...secret, expiresAt: null }] }, 0);
        return {
          signature_version: key?.version ?? 'v1',
          public_key: key?.publicKey ?? null,
          created_at: secret.createdAt.toISOString(),
          expires_at: secret.expiresAt?.toISOString() ?? null,
        };
      }),
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  };
}
