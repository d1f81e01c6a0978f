/** A JSON Schema (2020-12), as the Example tab and the documentation show it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const text: JsonSchema = { type: 'string' };
export const textOrNull: JsonSchema = { type: ['string', 'null'] };
export const number: JsonSchema = { type: 'number' };
export const integerOrNull: JsonSchema = { type: ['integer', 'null'] };
export const flag: JsonSchema = { type: 'boolean' };
export const time: JsonSchema = { type: 'string', format: 'date-time' };
export const anyObject: JsonSchema = { type: 'object' };

/** A decimal string with exactly so many places. */
export function decimal(places: readonly number[]): JsonSchema {
  return { type: 'string', pattern: `^\\d+\\.(?:${places.map((count) => `\\d{${count}}`).join('|')})$` };
}

export function oneOf(values: readonly unknown[]): JsonSchema {
  return values.length === 1 ? { const: values[0] } : { enum: values };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

/** An object with these properties and no others; all there unless named as optional. */
export function object(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

export function schemaDocument(title: string, schema: JsonSchema): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
}
