import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Participants, Publish, PublishResult } from '../../campaigns/index.ts';
import type { FrozenEvent } from '../../catalog/index.ts';
import {
  type EventId,
  firstUuidAt,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  parseId,
  uuidOf,
  uuidTimeMs,
} from '../../ids.ts';
import { type Fault, notFound, Problem } from '../../problems.ts';
import type { EventFilter, EventsStore, StoredEvent } from '../../storage/index.ts';
import { type Api, addingProblems, bytes, pathId, problems, timeInputSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, partialPages, readPageToUuid } from '../pagination.ts';
import { problemDocument } from '../problem-document.ts';
import { sendProblem } from '../problem-replies.ts';
import {
  eventDetailSchema,
  eventSchema,
  publishBodySchema,
  publishedManySchema,
  publishedSchema,
} from './event-schemas.ts';

export interface EventParts {
  readonly publish: Publish;
  readonly participants: Pick<Participants, 'findByExternalId'>;
  readonly events: EventsStore;
}

const maxEventBytes = 256 * 1024;
const maxRequestBytes = 8 * 1024 * 1024;
const maxEventsPerRequest = 1_000;

export function eventRoutes(app: Api, parts: EventParts): void {
  publishRoute(app, parts.publish);
  readingRoutes(app, parts);
}

function publishRoute(app: Api, publish: Publish): void {
  app.route({
    method: 'POST',
    url: '/v1/events',
    bodyLimit: maxRequestBytes,
    config: { itemised: true, adds: true },
    // The catalogue checks the events; the body schema is for the documentation.
    validatorCompiler: () => (data: unknown) => ({ value: data }),
    schema: {
      tags: ['Events'],
      operationId: 'publishEvents',
      summary: 'Publish one event or up to 1,000',
      description: [
        'Answered with 202 once the events are committed, together with a delivery for every webhook that wants them.',
        `An event is at most ${bytes(maxEventBytes)} of JSON, a request ${bytes(maxRequestBytes)}.`,
        'An array is answered with one result per event, in its place; one bad event does not refuse the others. The status is 202 when at least one was accepted and 422 when all were refused.',
        'With an `Idempotency-Key` a request can be repeated safely for 48 hours: the same key with the same body gets the first answer again (header `idempotent-replayed: true`) and changes nothing; with another body it is refused. A request that was refused whole is not kept: it can be repeated under its key once the cause is gone.',
        'Times, ids and counters are those of the moment after the action: a snapshot, shown to receivers as it is.',
      ].join('\n\n'),
      headers: z.object({
        'idempotency-key': z.string().optional().meta({ description: '1 to 255 visible ASCII characters' }),
      }),
      body: publishBodySchema,
      response: {
        202: publishedSchema,
        ...problems('idempotency_key_reused', ...addingProblems),
        422: {
          description:
            'A single event: a problem document (`invalid_event`, `unknown_event_type`, `unknown_campaign`). An array: its results, all of them refused.',
          content: {
            ...problems('invalid_event', 'unknown_event_type', 'unknown_campaign')[422].content,
            'application/json': { schema: publishedManySchema },
          },
        },
      },
    },
    handler: async (request, reply) => {
      await answerPublication(request, reply, publish);
      return reply;
    },
  });
}

async function answerPublication(
  request: FastifyRequest,
  reply: FastifyReply,
  publish: Publish,
): Promise<void> {
  const { body, bodyBytes, principal } = request;
  if (bodyBytes === null) {
    throw new Problem(
      'invalid_request',
      'The request has no body; an event or an array of events was expected, as JSON.',
    );
  }
  const key = idempotencyKey(request.headers['idempotency-key']);
  const many = Array.isArray(body);
  const items = many
    ? itemsOf(body, bodyBytes.length, request.bodyFaults)
    : [itemOf(body, bodyBytes.length, request.bodyFaults)];
  const publishing = await publish({
    organization: { id: principal.organizationId, name: principal.organizationName },
    items,
    idempotency:
      key === null
        ? null
        : {
            key,
            fingerprint: createHash('sha256').update(bodyBytes).digest(),
            answer: (results) => answerText(results, many),
          },
  });
  if (publishing.kind === 'repeated') {
    reply.header('idempotent-replayed', 'true');
    sendJson(reply, 202, publishing.answer);
    return;
  }
  const { results } = publishing;
  const [first] = results;
  if (!many && first?.status === 'refused') {
    sendProblem(request, reply, first.problem);
    return;
  }
  const accepted = results.some(({ status }) => status === 'accepted');
  sendJson(reply, accepted ? 202 : 422, answerText(results, many));
}

function sendJson(reply: FastifyReply, status: number, text: string): void {
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text);
}

/** Written by hand: this is the busiest answer, and it must come out the same when it is given again. */
function answerText(results: readonly PublishResult[], many: boolean): string {
  const texts = results.map((result) =>
    result.status === 'accepted'
      ? `{"status":"accepted","id":"${result.id}"}`
      : JSON.stringify({ status: 'refused', problem: problemDocument(result.problem) }),
  );
  return many ? `{"results":[${texts.join(',')}]}` : texts.join('');
}

function idempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const key = Array.isArray(header) ? header.join(', ') : header;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem(
    'invalid_request',
    `The Idempotency-Key has ${key.length} characters or holds spaces or others that are not visible ASCII; 1 to 255 visible ASCII characters were expected. A UUID is a good one.`,
  );
}

type Item = { readonly input: unknown } | { readonly problem: Problem };

function itemOf(input: unknown, size: number, faults: readonly Fault[] | null): Item {
  if (size > maxEventBytes) return { problem: tooLarge(size) };
  if (faults !== null) return { problem: unacceptable(faults) };
  return { input };
}

function itemsOf(inputs: readonly unknown[], size: number, faults: readonly Fault[] | null): Item[] {
  if (inputs.length === 0 || inputs.length > maxEventsPerRequest) {
    throw new Problem(
      'invalid_request',
      `The array holds ${inputs.length.toLocaleString('en-US')} events; 1 to ${maxEventsPerRequest.toLocaleString('en-US')} were expected.`,
    );
  }
  // Where all of them together are within the limit, each one is.
  const measured = size > maxEventBytes;
  const faultsByIndex = faults === null ? null : byItem(faults);
  return inputs.map((input, index) => {
    const faultsHere = faultsByIndex?.get(index) ?? null;
    // What has faults may be nested too deeply to be written again.
    const ownSize = measured && faultsHere === null ? Buffer.byteLength(JSON.stringify(input)) : 0;
    return itemOf(input, ownSize, faultsHere);
  });
}

/** Faults of the whole array by the event they are in, with pointers into that event. */
function byItem(faults: readonly Fault[]): Map<number, Fault[]> {
  const grouped = new Map<number, Fault[]>();
  for (const fault of faults) {
    const found = /^\/(\d+)(.*)$/s.exec(fault.pointer);
    const index = Number(found?.[1] ?? 0);
    const inside = { ...fault, pointer: found?.[2] ?? '' };
    grouped.set(index, [...(grouped.get(index) ?? []), inside]);
  }
  return grouped;
}

function tooLarge(size: number): Problem {
  return new Problem(
    'payload_too_large',
    `The event is ${bytes(size)} of JSON; at most ${bytes(maxEventBytes)} are accepted. Send what receivers need, and links to the rest.`,
  );
}

function unacceptable(faults: readonly Fault[]): Problem {
  return new Problem(
    'invalid_event',
    'The event is JSON, but holds what is not accepted. Each place is listed under errors.',
    {
      faults,
    },
  );
}

function readingRoutes(app: Api, { events, participants }: EventParts): void {
  async function participantNamed(
    organizationId: OrganizationId,
    text: string,
  ): Promise<ParticipantId | null> {
    return parseId('usr', text) ?? (await participants.findByExternalId(organizationId, text))?.id ?? null;
  }

  app.get(
    '/v1/events',
    {
      schema: {
        tags: ['Events'],
        operationId: 'listEvents',
        summary: 'The events that were accepted, newest first',
        description: `Filters narrow each other down; one that names something unknown finds nothing. ${partialPages}`,
        querystring: pageQuerySchema.extend({
          type: z.string().min(1).max(128).optional(),
          campaign_id: z.string().max(100).optional(),
          participant_id: z.string().min(1).max(300).optional().meta({
            description: "Ours (`usr_…`) or the organization's own id",
          }),
          deliveries: z.enum(['none']).optional().meta({ description: 'Only those that no webhook took' }),
          since: timeInputSchema.optional().meta({ description: 'Accepted at this time or later' }),
          until: timeInputSchema.optional().meta({ description: 'Accepted before this time' }),
        }),
        response: {
          200: pageSchema(eventSchema),
          ...problems('invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { type, campaign_id, participant_id, deliveries, since, until } = request.query;
      const campaign = campaign_id === undefined ? undefined : parseId('cmp', campaign_id);
      const participant =
        participant_id === undefined ? undefined : await participantNamed(organizationId, participant_id);
      const namesUnknown = campaign === null || participant === null;
      const filter: EventFilter = {
        type: type ?? null,
        campaignId: campaign ? uuidOf(campaign) : null,
        participantId: participant ? uuidOf(participant) : null,
        withoutDeliveries: deliveries === 'none',
        from: since === undefined ? null : firstUuidAt(Date.parse(since)),
        until: until === undefined ? null : firstUuidAt(Date.parse(until)),
      };
      return readPageToUuid({
        name: 'events',
        query: request.query,
        async read(before, limit) {
          if (namesUnknown) return { rows: [], next: null };
          const page = await events.list(uuidOf(organizationId), filter, before, limit);
          return { rows: page.events, next: page.next };
        },
        show: (event) => ({ ...shownEvent(event), delivery_count: event.deliveryCount }),
      });
    },
  );

  app.get(
    '/v1/events/:id',
    {
      schema: {
        tags: ['Events'],
        operationId: 'getEvent',
        summary: 'One event and its deliveries',
        params: z.object({ id: z.string() }),
        response: { 200: eventDetailSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const organizationId = uuidOf(request.principal.organizationId);
      const id = uuidOf(pathId('we', request.params.id));
      const event = await events.find(organizationId, id);
      if (event === null) throw notFound();
      const deliveries = await events.deliveriesOf(organizationId, id);
      return {
        ...shownEvent(event),
        deliveries: deliveries.map((delivery) => ({
          id: idFromUuid('dlv', delivery.id),
          webhook: { id: delivery.webhookId, name: delivery.webhookName },
          state: delivery.state,
          attempts: delivery.attempts,
        })),
      };
    },
  );
}

function shownEvent(stored: StoredEvent) {
  const event: FrozenEvent = JSON.parse(stored.body);
  const id: EventId = idFromUuid('we', stored.id);
  return {
    id,
    type: event.type,
    occurred_at: event.occurred_at,
    accepted_at: new Date(uuidTimeMs(stored.id)).toISOString(),
    trust: event.trust,
    community: event.community,
    campaign: event.campaign,
    participant: event.participant && { ...event.participant, fields: { ...event.participant.fields } },
    seq: event.seq,
    data: { ...event.data },
  };
}
