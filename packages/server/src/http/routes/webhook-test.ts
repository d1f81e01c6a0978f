import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { TestInput, TestResult, WebhookTests } from '../../webhooks/index.ts';
import { type Api, bodyProblems, problems } from '../api.ts';
import { participantIn, settingsShape } from './webhooks.ts';

const choiceShape = {
  participant_id: z.string().max(200).optional().meta({
    description: 'The participant (`usr_…`) whose current counters are sent; a sample unless given',
  }),
  event_type: z.string().max(200).optional().meta({ description: "The webhook's first event unless given" }),
  scope: z.string().max(200).optional().meta({ description: 'claimr: the scope to send it under' }),
};

const millisecondsSchema = z.number().nullable();

const testResultSchema = z
  .object({
    event_type: z.string(),
    scope: z.string().nullable(),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
    }),
    signed: z.boolean().meta({
      description: 'False for a URL that is not the saved one: it gets neither signature nor saved headers',
    }),
    response_body: z.string().meta({
      description: 'The exact body that was sent; for a request without one, its method and URL',
    }),
    response_result: z.object({
      success: z.boolean().meta({
        description:
          'The request left and an HTTP answer came, even one that broke off. Not that the receiver accepted it: see acknowledged.',
      }),
      status: z.int().nullable(),
      data: z.string().meta({ description: 'The start of the answer, or what went wrong' }),
      acknowledged: z
        .boolean()
        .meta({ description: 'The answer is 2xx: a real delivery would count as delivered' }),
      summary: z.string().meta({ description: 'The same in words' }),
      headers: z.record(z.string(), z.string()),
    }),
    timings: z.object({
      dns_ms: millisecondsSchema,
      connect_ms: millisecondsSchema,
      tls_ms: millisecondsSchema,
      wait_ms: millisecondsSchema,
      read_ms: millisecondsSchema,
      total_ms: z.number(),
    }),
  })
  .meta({ id: 'WebhookTestResult' });

const tags = ['Webhooks'];
const longestDataCharacters = 4_096;

export interface WebhookTestParts {
  readonly webhookTests: WebhookTests;
}

export function webhookTestRoutes(app: Api, { webhookTests }: WebhookTestParts): void {
  app.post(
    '/v1/webhooks/:id/test',
    {
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send a simulated event',
        description:
          'One real request with `webhook-test: 1`, about an event that did not happen. No counter changes and nothing is recorded.',
        params: z.object({ id: z.string() }),
        body: z
          .strictObject({
            ...choiceShape,
            settings: z
              .strictObject(settingsShape)
              .optional()
              .meta({ description: 'Edited settings, not saved' }),
          })
          .optional(),
        response: {
          200: testResultSchema,
          ...problems('not_found', 'invalid_webhook', 'unknown_event_type', ...bodyProblems),
        },
      },
    },
    async (request) =>
      shownResult(
        await webhookTests.test(ownerOf(request.principal), request.params.id, inputFrom(request.body ?? {})),
      ),
  );

  app.post(
    '/v1/webhook-tests',
    {
      schema: {
        tags,
        operationId: 'testUnsavedWebhook',
        summary: 'Send a simulated event to a webhook that is not saved',
        description: 'As for a saved one, but never signed.',
        body: z.strictObject({ ...choiceShape, settings: z.strictObject(settingsShape) }),
        response: {
          200: testResultSchema,
          ...problems('not_found', 'invalid_webhook', 'unknown_event_type', ...bodyProblems),
        },
      },
    },
    async (request) =>
      shownResult(await webhookTests.testUnsaved(ownerOf(request.principal), inputFrom(request.body))),
  );
}

function ownerOf(principal: { organizationId: `org_${string}`; organizationName: string }) {
  return { id: principal.organizationId, name: principal.organizationName };
}

function inputFrom(body: {
  participant_id?: string | undefined;
  event_type?: string | undefined;
  scope?: string | undefined;
  settings?: TestInput['settings'] | undefined;
}): TestInput {
  return {
    participantId: participantIn(body.participant_id),
    eventType: body.event_type ?? null,
    scope: body.scope ?? null,
    settings: body.settings ?? {},
  };
}

function shownResult({ sample, request, outcome, signed }: TestResult) {
  const answer = outcome.answer;
  const { timings } = outcome;
  const acknowledged =
    outcome.kind === 'answered' && outcome.answer.status >= 200 && outcome.answer.status < 300;
  return {
    event_type: sample.event.type,
    scope: sample.scope,
    request: { method: request.method, url: request.url, headers: { ...request.headers } },
    signed,
    response_body: request.body ?? `${request.method} ${request.url}`,
    response_result: {
      success: answer !== null,
      status: answer?.status ?? null,
      data: outcome.kind === 'answered' ? startOf(outcome.answer.body) : outcome.message,
      acknowledged,
      summary: inWords(outcome),
      headers: { ...answer?.headers },
    },
    timings: {
      dns_ms: timings.dnsMs,
      connect_ms: timings.connectMs,
      tls_ms: timings.tlsMs,
      wait_ms: timings.waitMs,
      read_ms: timings.readMs,
      total_ms: timings.totalMs,
    },
  };
}

function inWords(outcome: TestResult['outcome']): string {
  if (outcome.kind === 'failed') return `The request got no complete answer: ${outcome.message}`;
  const { status } = outcome.answer;
  const came = `The request left, and the receiver answered with status ${status}.`;
  if (status >= 200 && status < 300) return `${came} A real delivery would count as delivered.`;
  if (status >= 300 && status < 400) {
    return `${came} Redirects are not followed, so a real delivery would be tried again. Give the final URL.`;
  }
  if (status === 410)
    return `${came} It says that nobody listens there any more: a real delivery would disable the webhook.`;
  return `${came} A real delivery would be tried again until a 2xx status comes.`;
}

function startOf(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isUtf8(bytes) && !isUtf8(bytes.subarray(0, -3))) {
    return `${bytes.length} bytes that are not UTF-8 text, in base64: ${bytes.toString('base64').slice(0, longestDataCharacters)}`;
  }
  return bytes.toString('utf8').slice(0, longestDataCharacters);
}
