import { type Format, methods } from './format.ts';
import { fullData, fullDataSchema } from './full-data.ts';
import { jsonRequest } from './json-request.ts';
import { object, oneOf, schemaDocument, time } from './json-schema.ts';
import { queryRequest } from './leaf-values.ts';

const once: readonly null[] = [null];

/** The payload that the Standard Webhooks specification recommends: `{type, timestamp, data}`. */
export const standard: Format = {
  name: 'standard',
  version: 1,
  title: 'Standard Webhooks',
  description:
    'Every event with its whole context, laid out as the Standard Webhooks specification recommends.',
  methods,
  scopes: [],
  predefined: [],
  eventTypes: '*',
  carriesCustomTypes: true,
  carriedAs: (type) => ({ name: type, scopes: [] }),

  carries: () => once,

  render({ event, request: { method, url } }) {
    const payload = { type: event.type, timestamp: event.occurred_at, data: fullData(event) };
    return method === 'GET' || method === 'DELETE'
      ? queryRequest(method, url, payload)
      : jsonRequest(method, url, payload);
  },

  bodySchema: (eventType) =>
    schemaDocument(
      `Standard Webhooks: ${eventType}`,
      object({ type: oneOf([eventType]), timestamp: time, data: fullDataSchema(eventType) }),
    ),
};
