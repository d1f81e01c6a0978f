import { z } from 'zod';
import type { CustomType, CustomTypes } from '../../campaigns/index.ts';
import {
  dataSchema,
  definitionOf,
  draftFaults,
  type EventType,
  eventTypes,
  isEventType,
  typeNameFault,
} from '../../catalog/index.ts';
import { formatNames, formatsByName } from '../../formats/index.ts';
import { notFound, Problem } from '../../problems.ts';
import { type Api, bodyProblems, problems, timeSchema } from '../api.ts';

const jsonObject = z.record(z.string(), z.unknown());

const eventTypeSchema = z
  .object({
    type: z.string().meta({ examples: ['task.completed'] }),
    origin: z.enum(['catalogue', 'organization']).meta({ description: 'Whether it is yours to change' }),
    title: z.string(),
    description: z.string(),
    campaign: z
      .enum(['required', 'optional', 'none'])
      .meta({ description: 'Whether its events belong to a campaign' }),
    participant: z
      .enum(['required', 'optional', 'none'])
      .meta({ description: 'Whether its events are about a person' }),
    schema: jsonObject.meta({ description: 'JSON Schema (2020-12) of `data` as it is published' }),
    example: jsonObject.meta({ description: 'An example of `data`' }),
    formats: z.array(z.enum(formatNames)).meta({ description: 'The payload formats that carry it' }),
    created_at: timeSchema.nullable().meta({ description: 'Null for the catalogue' }),
    updated_at: timeSchema.nullable(),
  })
  .meta({ id: 'EventType' });

const eventTypeInputSchema = z
  .strictObject({
    description: z.string().trim().min(1).max(2_000),
    schema: jsonObject.meta({
      description: 'JSON Schema (2020-12) of `data`: self-contained, at most 64 KiB',
    }),
    example: jsonObject.meta({ description: 'Must satisfy the schema' }),
  })
  .meta({
    id: 'EventTypeSettings',
    examples: [
      {
        description: 'A member reached a new VIP level.',
        schema: {
          type: 'object',
          required: ['level'],
          properties: { level: { type: 'integer', minimum: 1 } },
        },
        example: { level: 3 },
      },
    ],
  });

const params = z.object({ type: z.string() });

export interface EventTypeParts {
  readonly customTypes: CustomTypes;
}

export function eventTypeRoutes(app: Api, { customTypes }: EventTypeParts): void {
  app.get(
    '/v1/event-types',
    {
      schema: {
        tags: ['Event types'],
        operationId: 'listEventTypes',
        summary: 'The catalogue, then your own types by name',
        response: { 200: z.object({ data: z.array(eventTypeSchema) }), ...problems() },
      },
    },
    async (request) => {
      const own = await customTypes.list(request.principal.organizationId);
      return { data: [...eventTypes.map(shownCatalogueType), ...own.map(shownCustomType)] };
    },
  );

  app.get(
    '/v1/event-types/:type',
    {
      schema: {
        tags: ['Event types'],
        operationId: 'getEventType',
        summary: 'One event type',
        params,
        response: { 200: eventTypeSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { type } = request.params;
      if (isEventType(type)) return shownCatalogueType(type);
      const own = await customTypes.find(request.principal.organizationId, type);
      if (own === null) throw notFound();
      return shownCustomType(own);
    },
  );

  app.put(
    '/v1/event-types/:type',
    {
      schema: {
        tags: ['Event types'],
        operationId: 'putEventType',
        summary: 'Register or replace an event type of your own',
        description: [
          'Its name is made of letters, digits and underscores with full stops between the segments (Standard Webhooks), and does not begin like one of the catalogue.',
          'Events are checked by the new schema from the answer on; those accepted before stay as they are.',
        ].join('\n\n'),
        params,
        body: eventTypeInputSchema,
        response: { 200: eventTypeSchema, 201: eventTypeSchema, ...problems('conflict', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const { type } = request.params;
      const nameFault = typeNameFault(type);
      if (nameFault !== null) {
        throw new Problem('invalid_request', nameFault, {
          faults: [{ pointer: '', parameter: 'type', detail: nameFault }],
        });
      }
      const { created, customType } = await customTypes.put(request.principal.organizationId, {
        type,
        ...request.body,
      });
      reply.code(created ? 201 : 200);
      return shownCustomType(customType);
    },
  );

  app.post(
    '/v1/event-type-checks',
    {
      schema: {
        tags: ['Event types'],
        operationId: 'checkEventType',
        summary: 'Check an event type of your own before it is registered',
        description:
          'The rules of `PUT /v1/event-types/{type}`, and nothing is saved. The name and the example may be missing. An example is held against the schema once nothing is wrong with the schema itself.',
        body: z.strictObject({
          type: z.string().max(1_000).optional(),
          schema: jsonObject,
          example: jsonObject.optional(),
        }),
        response: {
          200: z
            .object({
              ok: z.boolean(),
              errors: z.array(
                z.object({
                  pointer: z.string().meta({ description: 'Where: JSON Pointer (RFC 6901)' }),
                  detail: z.string(),
                }),
              ),
            })
            .meta({ id: 'EventTypeCheck' }),
          ...problems(...bodyProblems),
        },
      },
    },
    async (request) => {
      const { type = null, schema, example } = request.body;
      const faults = draftFaults({ type, schema, example });
      return { ok: faults.length === 0, errors: faults.map(({ pointer, detail }) => ({ pointer, detail })) };
    },
  );

  app.delete(
    '/v1/event-types/:type',
    {
      schema: {
        tags: ['Event types'],
        operationId: 'deleteEventType',
        summary: 'Delete an event type of your own',
        description:
          'Refused while webhooks ask for it by name. Its events stay in the log and are still delivered.',
        params,
        response: { 204: z.null().meta({ description: 'Deleted' }), ...problems('not_found', 'conflict') },
      },
    },
    async (request, reply) => {
      const { type } = request.params;
      if (isEventType(type)) {
        throw new Problem('conflict', `${type} is an event type of the catalogue, which cannot be deleted.`);
      }
      await customTypes.delete(request.principal.organizationId, type);
      reply.code(204);
      return null;
    },
  );
}

function shownCatalogueType(type: EventType) {
  const { title, description, campaign, participant, example } = definitionOf(type);
  return {
    type,
    origin: 'catalogue' as const,
    title,
    description,
    campaign,
    participant,
    schema: { ...dataSchema(type, 'published') },
    example: jsonObject.parse(example),
    formats: formatNames.filter((name) => {
      const carried = formatsByName[name].eventTypes;
      return carried === '*' || carried.includes(type);
    }),
    created_at: null,
    updated_at: null,
  };
}

function shownCustomType(customType: CustomType) {
  return {
    type: customType.type,
    origin: 'organization' as const,
    title: customType.type,
    description: customType.description,
    campaign: 'optional' as const,
    participant: 'optional' as const,
    schema: { ...customType.schema },
    example: { ...customType.example },
    formats: formatNames.filter((name) => formatsByName[name].carriesCustomTypes),
    created_at: customType.createdAt.toISOString(),
    updated_at: customType.updatedAt.toISOString(),
  };
}
