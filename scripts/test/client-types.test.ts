import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type ApiDocument, clientTypes } from '../client-types.ts';

const problem = { description: 'No', content: { 'application/problem+json': {} } };

/** A document with one operation, and what else it holds. */
function documentWith(
  operation: Record<string, unknown>,
  { path = '/v1/things', method = 'get', schemas = {} } = {},
): ApiDocument {
  const whole = { operationId: 'theOne', responses: { 204: {}, 400: problem }, ...operation };
  return { paths: { [path]: { [method]: whole } }, components: { schemas } } as ApiDocument;
}

/** The type of a schema, on one line. */
function typeOf(schema: Record<string, unknown>): string {
  const text = clientTypes(documentWith({}, { schemas: { Thing: schema } }));
  const found = /export type Thing = ([\s\S]*?);\n\n/.exec(text)?.[1] ?? '';
  return found.replaceAll(/\s+/g, ' ');
}

describe('the types of the client', () => {
  it('in packages/client are current', async () => {
    const [document, committed] = await Promise.all(
      ['../../spec/openapi.json', '../../packages/client/src/api.generated.ts'].map((path) =>
        readFile(new URL(path, import.meta.url), 'utf8'),
      ),
    );
    const current = clientTypes(JSON.parse(document ?? '') as ApiDocument);
    expect(committed === current, 'Run: npm run openapi').toBe(true);
  });

  it.each([
    [{ type: 'string', format: 'date-time', maxLength: 3 }, 'string'],
    [{ type: ['integer', 'null'] }, 'number | null'],
    [{ const: "it's" }, "'it\\'s'"],
    [{ enum: ['a', 1, null] }, "'a' | 1 | null"],
    [{ anyOf: [{ type: 'number' }, { type: 'integer' }, { type: 'null' }] }, 'number | null'],
    [{ $ref: '#/components/schemas/Other' }, 'Other'],
    [{}, 'unknown'],
    [{ type: 'array', items: { type: 'boolean' } }, 'readonly boolean[]'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, "ReadonlyArray<'a' | 'b'>"],
    [{ type: 'array', prefixItems: [{ type: 'string' }, {}], items: false }, 'readonly [string, unknown]'],
    [{ type: 'object' }, 'Readonly<Record<string, unknown>>'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'Readonly<Record<string, string>>'],
    [
      { type: 'object', properties: { 'a-b': { type: 'null' }, c: {} }, required: ['c'] },
      "{ 'a-b'?: null; c: unknown; }",
    ],
  ])('say %j', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  it('say what a stream tells', () => {
    const operation = {
      responses: { 200: { content: { 'text/event-stream': { schema: { type: 'string' } } } } },
      'x-messages': { ready: { $ref: '#/components/schemas/Ready' }, 'not-yet': { type: 'null' } },
    };
    const text = clientTypes(documentWith(operation, { schemas: { Ready: { type: 'boolean' } } }));
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      "streams: true; messages: { ready: Ready; 'not-yet': null; };",
    );
  });

  it('say what an operation takes and answers', () => {
    const operation = {
      summary: 'Makes one */',
      parameters: [
        { in: 'path', name: 'id', required: true, schema: { type: 'string' } },
        { in: 'query', name: 'dry', schema: { type: 'boolean', default: false } },
        { in: 'header', name: 'Idempotency-Key', schema: { type: 'string' } },
      ],
      requestBody: { required: true, content: { 'text/csv': {} } },
      responses: {
        201: { content: { 'application/json': { schema: { type: 'string' } } } },
        204: {},
        422: { content: { ...problem.content, 'application/json': { schema: { type: 'null' } } } },
      },
    };
    const text = clientTypes(documentWith(operation, { path: '/v1/things/{id}', method: 'post' }));
    expect(text.slice(text.indexOf('export interface Operations'))).toBe(`export interface Operations {
  /** Makes one *\\/ */
  theOne: {
    method: 'POST';
    path: '/v1/things/{id}';
    input: {
      path: {
        id: string;
      };
      query?: {
        /** Default: false */
        dry?: boolean | undefined;
      };
      idempotencyKey?: string | undefined;
      csv: string | Blob;
    };
    answers: {
      201: string;
      204: undefined;
      422: null;
    };
  };
}

/** The same operations by method and path. */
export interface Routes {
  GET: {
  };
  POST: {
    '/v1/things/{id}': Operations['theOne'];
  };
  PUT: {
  };
  PATCH: {
  };
  DELETE: {
  };
}

/** Statuses of no success whose answer is no problem document. */
export const answersBesideSuccess: Readonly<Record<string, readonly number[]>> = {
  'POST /v1/things/{id}': [422],
};
`);
  });

  it.each([
    ['a keyword', { schemas: { Thing: { allOf: [] } } }, {}, 'Thing: no type is known for the keyword allOf'],
    ['a type', { schemas: { Thing: { type: 'date' } } }, {}, 'Thing: "date" is not a type'],
    ['a place', { schemas: { Thing: { $ref: '#/elsewhere' } } }, {}, '#/elsewhere is not a schema'],
    [
      'an open object',
      { schemas: { Thing: { type: 'object', properties: { a: {} }, additionalProperties: {} } } },
      {},
      'no exact type',
    ],
    ['a method', { method: 'trace' }, {}, 'TRACE /v1/things: the client has no such method'],
    ['a path parameter', { path: '/v1/things/{id}' }, {}, 'not those that are described'],
    [
      'a cookie',
      {},
      { parameters: [{ in: 'cookie', name: 'x', schema: {} }] },
      'cannot send the cookie parameter x',
    ],
    [
      'a header',
      {},
      { parameters: [{ in: 'header', name: 'x', schema: {} }] },
      'cannot send the header parameter x',
    ],
    ['a body', {}, { requestBody: { content: { 'image/png': {} } } }, 'cannot send image/png'],
    ['an answer', {}, { responses: { 200: { content: { 'image/png': {} } } } }, 'cannot read image/png'],
  ])('refuse %s that the client does not know', (_name, about, operation, complaint) => {
    expect(() => clientTypes(documentWith(operation, about))).toThrow(complaint);
  });
});
