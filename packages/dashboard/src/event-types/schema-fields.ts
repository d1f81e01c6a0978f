import { eventTypes } from '#strings/event-types.ts';

const { schema: words } = eventTypes;

type Schema = Readonly<Record<string, unknown>>;

/** One field of a JSON Schema, as it is read: in the order of the document, those below it after it. */
export interface SchemaField {
  /** Of the names above it and its own; unique. */
  readonly path: readonly string[];
  /** Null for names that the schema leaves open. */
  readonly name: string | null;
  readonly type: string;
  readonly required: boolean;
  readonly description: string | null;
  /** What a value has to keep to, each in words. */
  readonly limits: readonly string[];
}

/** Schemas may refer to themselves. */
const deepest = 8;

/** What the schema of an object asks for, field by field. Follows references within the document. */
export function schemaFields(document: Schema): readonly SchemaField[] {
  return fieldsBelow(document, document, []);
}

function fieldsBelow(document: Schema, given: Schema, path: readonly string[]): readonly SchemaField[] {
  if (path.length > deepest) return [];
  const schema = withoutNull(document, given);
  const items = isSchema(schema['items']) ? schema['items'] : null;
  if (items !== null) return fieldsBelow(document, items, path);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const named = isSchema(schema['properties']) ? Object.entries(schema['properties']) : [];
  const open = isSchema(schema['additionalProperties']) ? schema['additionalProperties'] : null;
  return [
    ...named.flatMap(([name, field]) =>
      isSchema(field) ? [...fieldRows(document, field, [...path, name], name, required.includes(name))] : [],
    ),
    ...(open === null || Object.keys(open).length === 0
      ? []
      : fieldRows(document, open, [...path, '*'], null, false)),
  ];
}

function fieldRows(
  document: Schema,
  field: Schema,
  path: readonly string[],
  name: string | null,
  required: boolean,
): readonly SchemaField[] {
  const plain = withoutNull(document, field);
  const description = field['description'] ?? plain['description'];
  const own: SchemaField = {
    path,
    name,
    type: typeOf(document, field),
    required,
    description: typeof description === 'string' ? description : null,
    limits: limitsOf({ ...plain, ...(field['default'] !== undefined && { default: field['default'] }) }),
  };
  return [own, ...fieldsBelow(document, field, path)];
}

function typeOf(document: Schema, given: Schema): string {
  const schema = resolved(document, given);
  const choices = choicesOf(schema);
  if (choices !== null) {
    return [...new Set(choices.map((choice) => typeOf(document, choice)))].join(words.or);
  }
  if (schema['const'] !== undefined) return words.exactly(JSON.stringify(schema['const']));
  if (Array.isArray(schema['enum'])) {
    return words.oneOf(schema['enum'].map((value) => JSON.stringify(value)).join(', '));
  }
  const types = typeof schema['type'] === 'string' ? [schema['type']] : schema['type'];
  if (!Array.isArray(types)) return isSchema(schema['properties']) ? 'object' : words.anything;
  return types
    .map((type) =>
      type === 'array' && isSchema(schema['items'])
        ? words.listOf(typeOf(document, schema['items']))
        : String(type),
    )
    .join(words.or);
}

const limitWords: Readonly<Record<string, (value: never) => string>> = {
  minLength: words.lengthAtLeast,
  maxLength: words.lengthAtMost,
  minimum: words.atLeast,
  maximum: words.atMost,
  exclusiveMinimum: words.moreThan,
  exclusiveMaximum: words.lessThan,
  multipleOf: words.multipleOf,
  minItems: words.itemsAtLeast,
  maxItems: words.itemsAtMost,
  pattern: words.matches,
};

function limitsOf(schema: Schema): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === 'format') return [String(value)];
    if (keyword === 'default') return value === null ? [] : [words.otherwise(JSON.stringify(value))];
    const inWords = limitWords[keyword];
    // What every number of JavaScript keeps to says nothing.
    if (inWords === undefined || Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER) return [];
    return [inWords(value as never)];
  });
}

/** The one schema that is left when null is not among the choices; the schema itself when there are several. */
function withoutNull(document: Schema, given: Schema): Schema {
  const schema = resolved(document, given);
  const choices = choicesOf(schema)?.filter((choice) => resolved(document, choice)['type'] !== 'null');
  const [only, ...more] = choices ?? [];
  return only === undefined || more.length > 0 ? schema : withoutNull(document, only);
}

function choicesOf(schema: Schema): readonly Schema[] | null {
  const choices = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(choices) ? choices.filter(isSchema) : null;
}

function resolved(document: Schema, schema: Schema, followed = 0): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || followed > deepest) return schema;
  let target: unknown = document;
  for (const step of reference.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    target = isSchema(target) ? target[name] : undefined;
  }
  return isSchema(target) ? resolved(document, target, followed + 1) : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
