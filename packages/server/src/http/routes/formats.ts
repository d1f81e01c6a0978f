import { z } from 'zod';
import { eventTypes } from '../../catalog/index.ts';
import { formatNames, formatsByName, methods } from '../../formats/index.ts';
import { type Api, problems } from '../api.ts';

const formatSchema = z
  .object({
    name: z.enum(formatNames),
    title: z.string(),
    description: z.string(),
    version: z.int().meta({ description: 'What new webhooks get' }),
    methods: z.array(z.enum(methods)).meta({ description: 'What a webhook of this format may be sent by' }),
    scopes: z.array(z.string()).meta({
      description: 'What its webhooks subscribe to instead of event types; empty where there are none',
    }),
    event_types: z.array(z.string()).meta({ description: "The catalogue's event types that it carries" }),
    event_names: z
      .array(
        z.object({
          event_type: z.string(),
          name: z.string().meta({ examples: ['EARNING_CREATED'] }),
          scopes: z.array(z.string()).meta({ description: 'Under which it may travel' }),
        }),
      )
      .meta({ description: 'What it calls those event types in its body' }),
    carries_custom_types: z
      .boolean()
      .meta({ description: 'Whether event types that your organization registered travel in it too' }),
    predefined_webhooks: z
      .array(
        z.object({
          name: z.string(),
          description: z.string(),
          events: z.array(z.string()).meta({ description: 'For `events` of the new webhook' }),
        }),
      )
      .meta({ description: 'Ready-made settings: a new webhook of these needs no more than a URL' }),
  })
  .meta({ id: 'Format' });

export function formatRoutes(app: Api): void {
  app.get(
    '/v1/formats',
    {
      schema: {
        tags: ['Webhooks'],
        operationId: 'listFormats',
        summary: 'The payload formats, and what a webhook may ask for in each',
        response: { 200: z.object({ data: z.array(formatSchema) }), ...problems() },
      },
    },
    async () => ({ data: formatNames.map(shownFormat) }),
  );
}

function shownFormat(name: (typeof formatNames)[number]) {
  const format = formatsByName[name];
  const types = [...(format.eventTypes === '*' ? eventTypes : format.eventTypes)];
  return {
    name,
    title: format.title,
    description: format.description,
    version: format.version,
    methods: [...format.methods],
    scopes: [...format.scopes],
    event_types: types,
    event_names: types.map((type) => {
      const { name: called, scopes } = format.carriedAs(type);
      return { event_type: type, name: called, scopes: [...scopes] };
    }),
    carries_custom_types: format.carriesCustomTypes,
    predefined_webhooks: format.predefined.map((webhook) => ({ ...webhook, events: [...webhook.events] })),
  };
}
