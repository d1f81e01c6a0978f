import type { FrozenEvent } from '../catalog/index.ts';
import type { Format } from './format.ts';
import { fullData, fullDataSchema } from './full-data.ts';
import { headerValue } from './header-value.ts';
import { object, oneOf, schemaDocument, text, time } from './json-schema.ts';
import { ownId } from './person.ts';

const specVersion = '1.0';
const structuredHeaders = { 'content-type': 'application/cloudevents+json' } as const;
const once: readonly null[] = [null];

/** The context attributes, in the order in which they are sent; what is unknown is left out. */
interface Attributes {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: string;
  readonly datacontenttype: string;
  /** Extension "sequence" of the CloudEvents documented extensions: a string. */
  readonly sequence: string | undefined;
  readonly campaign: string | undefined;
}

function attributesOf(event: FrozenEvent): Attributes {
  return {
    specversion: specVersion,
    id: event.id,
    source: `/organizations/${event.organization.id}`,
    type: event.type,
    subject: event.participant === null ? undefined : ownId(event.participant),
    time: event.occurred_at,
    datacontenttype: 'application/json',
    sequence: event.seq === null ? undefined : String(event.seq),
    campaign: event.campaign?.id,
  };
}

function binaryHeaders(attributes: Attributes): Record<string, string> {
  const { datacontenttype, ...rest } = attributes;
  const headers: Record<string, string> = { 'content-type': datacontenttype };
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined) headers[`ce-${name}`] = headerValue(value);
  }
  return headers;
}

/**
 * CloudEvents 1.0 over HTTP. Structured mode sends one JSON document; binary mode sends the attributes
 * as `ce-` headers and the data as the body. `subject` is the organization's own id of the participant,
 * else ours; `id` is unique within `source`, so every webhook of an organization sees the same pair.
 */
export const cloudevents: Format = {
  name: 'cloudevents',
  version: 1,
  title: 'CloudEvents',
  description: 'Every event with its whole context as a CloudEvent 1.0, in structured or binary mode.',
  methods: ['POST', 'PUT', 'PATCH'],
  scopes: [],
  predefined: [],
  eventTypes: '*',
  carriesCustomTypes: true,
  carriedAs: (type) => ({ name: type, scopes: [] }),

  carries: () => once,

  render({ event, request: { method, url, mode } }) {
    const attributes = attributesOf(event);
    const data = fullData(event);
    return mode === 'binary'
      ? { method, url, headers: binaryHeaders(attributes), body: JSON.stringify(data) }
      : { method, url, headers: structuredHeaders, body: JSON.stringify({ ...attributes, data }) };
  },

  bodySchema: (eventType) =>
    schemaDocument(
      `CloudEvents 1.0 (structured): ${eventType}`,
      object(
        {
          specversion: oneOf([specVersion]),
          id: text,
          source: { type: 'string', format: 'uri-reference' },
          type: oneOf([eventType]),
          subject: text,
          time,
          datacontenttype: oneOf(['application/json']),
          sequence: { type: 'string', pattern: '^\\d+$' },
          campaign: text,
          data: fullDataSchema(eventType),
        },
        ['subject', 'sequence', 'campaign'],
      ),
    ),
};
