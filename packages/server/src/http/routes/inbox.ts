import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idFromUuid, uuidOf } from '../../ids.ts';
import {
  type Inbox,
  type Inboxes,
  type InboxRequest,
  maxDelayMs,
  maxInboxBodyBytes,
} from '../../inbox/index.ts';
import {
  type Api,
  bodyProblems,
  idSchema,
  nameSchema,
  notFound,
  pathId,
  problems,
  timeSchema,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';

const answerShape = {
  status: z.int().meta({ description: '200 to 599; 204 unless given' }),
  headers: z.record(z.string(), z.string()),
  body: z.string().meta({ description: 'At most 64 KiB' }),
  delay_ms: z.int().meta({ description: `Waited before answering; at most ${maxDelayMs}` }),
  reset: z.boolean().meta({ description: 'Cut the connection instead of answering' }),
};

const inboxSchema = z
  .object({
    id: idSchema('inb', 'The inbox'),
    name: z.string(),
    path: z
      .string()
      .meta({ description: 'Where to send: any method, any path below it', examples: ['/inbox/inb_…'] }),
    answer: z.object(answerShape),
    has_secret: z.boolean(),
    created_at: timeSchema,
  })
  .meta({ id: 'Inbox' });

const inboxInputShape = {
  secret: z.string().nullable().optional().meta({
    description:
      "Of a sender other than this organization's webhooks, to check its signatures with; those of webhooks that point here are known",
  }),
  answer: z.strictObject(answerShape).partial().optional(),
};

const inboxRequestSchema = z
  .object({
    id: idSchema('req', 'The request'),
    received_at: timeSchema,
    method: z.string(),
    target: z.string().meta({ description: 'Path and query as they stood in the request line' }),
    headers: z.array(z.tuple([z.string(), z.string()])).meta({ description: 'Name and value, as they came' }),
    body: z.string(),
    body_encoding: z.enum(['utf-8', 'base64']),
    body_cut: z.boolean().meta({ description: 'It was longer than 256 KiB, of which the start is kept' }),
    verification: z.object({
      verified: z.boolean(),
      by: z.union([z.literal('inbox'), z.object({ webhook_id: z.string() })]).nullable(),
      reason: z.string().nullable(),
      message: z.string().nullable(),
    }),
    answered: z.object({
      status: z.int().nullable().meta({ description: 'Null: the connection was cut' }),
      delay_ms: z.int(),
    }),
  })
  .meta({ id: 'InboxRequest' });

const params = z.object({ id: z.string() });
const tags = ['Inboxes'];

export interface InboxParts {
  readonly inboxes: Inboxes;
}

export function inboxRoutes(app: Api, { inboxes }: InboxParts): void {
  manageInboxes(app, inboxes);
  app.register(async (scope: Api) => receiveRequests(scope, inboxes));
}

function manageInboxes(app: Api, inboxes: Inboxes): void {
  app.get(
    '/v1/inboxes',
    {
      schema: {
        tags,
        operationId: 'listInboxes',
        summary: 'The inboxes, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(inboxSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'inboxes',
        query: request.query,
        read: (after, limit) =>
          inboxes.list(request.principal.organizationId, {
            before: after === null ? null : idFromUuid('inb', after),
            limit,
          }),
        uuid: (inbox) => uuidOf(inbox.id),
        show: shownInbox,
      }),
  );

  app.post(
    '/v1/inboxes',
    {
      schema: {
        tags,
        operationId: 'createInbox',
        summary: 'A new inbox',
        description:
          'It stores whatever is sent to its path, says whether the signature verifies, and answers as it is told.',
        body: z.strictObject({ name: nameSchema, ...inboxInputShape }),
        response: { 201: inboxSchema, ...problems('quota_reached', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const inbox = await inboxes.create(request.principal.organizationId, request.body);
      reply.code(201).header('location', `/v1/inboxes/${inbox.id}`);
      return shownInbox(inbox);
    },
  );

  app.get(
    '/v1/inboxes/:id',
    {
      schema: {
        tags,
        operationId: 'getInbox',
        summary: 'One inbox',
        params,
        response: { 200: inboxSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownInbox(await inboxes.get(request.principal.organizationId, pathId('inb', request.params.id))),
  );

  app.patch(
    '/v1/inboxes/:id',
    {
      schema: {
        tags,
        operationId: 'updateInbox',
        summary: 'Change an inbox or how it answers',
        description: 'What is left out stays, also within the answer.',
        params,
        body: z.strictObject({ name: nameSchema.optional(), ...inboxInputShape }),
        response: { 200: inboxSchema, ...problems('not_found', ...bodyProblems) },
      },
    },
    async (request) => {
      const id = pathId('inb', request.params.id);
      return shownInbox(await inboxes.update(request.principal.organizationId, id, request.body));
    },
  );

  app.delete(
    '/v1/inboxes/:id',
    {
      schema: {
        tags,
        operationId: 'deleteInbox',
        summary: 'Delete an inbox and everything it received',
        params,
        response: { 204: z.null(), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      await inboxes.delete(request.principal.organizationId, pathId('inb', request.params.id));
      reply.code(204);
      return null;
    },
  );

  app.get(
    '/v1/inboxes/:id/requests',
    {
      schema: {
        tags,
        operationId: 'listInboxRequests',
        summary: 'What an inbox received, newest first',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(inboxRequestSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const id = pathId('inb', request.params.id);
      return readPage({
        name: 'inbox-requests',
        query: request.query,
        read: (after, limit) =>
          inboxes.requests(request.principal.organizationId, id, {
            before: after === null ? null : idFromUuid('req', after),
            limit,
          }),
        uuid: (received) => uuidOf(received.id),
        show: shownRequest,
      });
    },
  );

  app.get(
    '/v1/inboxes/:id/requests/:request_id',
    {
      schema: {
        tags,
        operationId: 'getInboxRequest',
        summary: 'One request that an inbox received',
        params: z.object({ id: z.string(), request_id: z.string() }),
        response: { 200: inboxRequestSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownRequest(
        await inboxes.request(
          request.principal.organizationId,
          pathId('inb', request.params.id),
          pathId('req', request.params.request_id),
        ),
      ),
  );

  app.delete(
    '/v1/inboxes/:id/requests',
    {
      schema: {
        tags,
        operationId: 'deleteInboxRequests',
        summary: 'Empty an inbox',
        params,
        response: { 200: z.object({ deleted: z.int() }), ...problems('not_found') },
      },
    },
    async (request) => ({
      deleted: await inboxes.deleteRequests(
        request.principal.organizationId,
        pathId('inb', request.params.id),
      ),
    }),
  );
}

/** A body that is still arriving at this size is not waited for. */
const maxReadBytes = 8 * 1024 * 1024;

/** The open side: no token, any method, any content type, the raw bytes. */
function receiveRequests(app: Api, inboxes: Inboxes): void {
  app.removeAllContentTypeParsers();
  // Nothing is parsed: the handler reads the bytes, whatever they claim to be.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  const closing = new AbortController();
  app.addHook('preClose', (done) => {
    closing.abort();
    done();
  });

  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const { id } = request.params as { id: string };
    const inboxId = pathId('inb', id);
    const { body, cut } = await readBody(request.raw);
    const answer = await inboxes.receive(inboxId, {
      method: request.method,
      target: request.raw.url ?? '/',
      headers: request.raw.headers,
      rawHeaders: pairs(request.raw.rawHeaders),
      body,
      bodyCut: cut,
    });
    if (answer === null) throw notFound();
    // A shutdown does not wait for slow answers: they come early.
    if (answer.delay_ms > 0) {
      await pause(answer.delay_ms, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    if (answer.reset) {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    }
    reply.code(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    if (answer.body !== '' && !reply.hasHeader('content-type')) reply.type('text/plain; charset=utf-8');
    return reply.serializer((body: string) => body).send(answer.body === '' ? undefined : answer.body);
  };
  const options = { schema: { hide: true }, config: { public: true as const } };
  app.all('/inbox/:id', options, handler);
  app.all('/inbox/:id/*', options, handler);
}

async function readBody(request: IncomingMessage): Promise<{ body: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let kept = 0;
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (kept < maxInboxBodyBytes) {
      const part = chunk.subarray(0, maxInboxBodyBytes - kept);
      chunks.push(part);
      kept += part.length;
    }
    // The rest is read and dropped, because a sender still writing would not see the answer.
    if (length > maxReadBytes) break;
  }
  return { body: Buffer.concat(chunks, kept), cut: length > kept };
}

function pairs(rawHeaders: readonly string[]): (readonly [string, string])[] {
  const list: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    list.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return list;
}

function shownInbox(inbox: Inbox) {
  return {
    id: inbox.id,
    name: inbox.name,
    path: `/inbox/${inbox.id}`,
    answer: { ...inbox.answer, headers: { ...inbox.answer.headers } },
    has_secret: inbox.hasSecret,
    created_at: inbox.createdAt.toISOString(),
  };
}

function shownRequest(received: InboxRequest) {
  const { verification } = received;
  const isText = isUtf8(received.body);
  return {
    id: received.id,
    received_at: received.receivedAt.toISOString(),
    method: received.method,
    target: received.target,
    headers: received.headers.map(([name, value]): [string, string] => [name, value]),
    body: received.body.toString(isText ? 'utf8' : 'base64'),
    body_encoding: isText ? ('utf-8' as const) : ('base64' as const),
    body_cut: received.bodyCut,
    verification: {
      verified: verification.verified,
      by: verification.verified ? verification.by : null,
      reason: verification.verified ? null : verification.reason,
      message: verification.verified ? null : verification.message,
    },
    answered: received.answered,
  };
}
