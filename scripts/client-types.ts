/**
 * The types of the API client, from the OpenAPI document. `scripts/openapi.ts` writes them beside the document.
 *
 * Strict on purpose: a keyword, parameter or media type that it does not know is an error, never `unknown`.
 */

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  /** Of an answer of server-sent events: the data of each message, by its name. */
  readonly 'x-messages'?: Readonly<Record<string, Schema>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

/** The part of JSON Schema 2020-12 that the document uses; `unchecked` says nothing about the type. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
}

const unchecked = [
  'title',
  'examples',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];
const known = new Set([
  ...unchecked,
  '$ref',
  'type',
  'const',
  'enum',
  'anyOf',
  'oneOf',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'items',
  'prefixItems',
  'description',
  'default',
]);

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The text of packages/client/src/api.generated.ts. Throws for what it cannot express, naming the place. */
export function clientTypes(document: ApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  for (const { path, method } of operations) {
    if (!methods.some((one) => one === method)) {
      throw new Error(`${method.toUpperCase()} ${path}: the client has no such method`);
    }
  }
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `${doc(schema)}export type ${name} = ${typeOf(schema, name)};\n`,
  );
  const shapes = operations.map(({ path, method, operation }) => operationType(path, method, operation));
  const routes = methods.map((method) => {
    const lines = operations
      .filter((one) => one.method === method)
      .map(({ path, operation }) => `'${path}': Operations['${operation.operationId}'];\n`);
    return `${method.toUpperCase()}: {\n${lines.join('')}};\n`;
  });
  const beside = operations.flatMap(({ path, method, operation }) => {
    const statuses = answersOf(operation)
      .map(({ status }) => status)
      .filter((status) => status >= 300);
    return statuses.length === 0 ? [] : [`'${method.toUpperCase()} ${path}': [${statuses.join(', ')}],\n`];
  });
  return indent(
    [
      '// Generated from spec/openapi.json by scripts/openapi.ts (npm run openapi). Do not edit.\n',
      ...schemas,
      `/** Every operation by its operationId: what it takes and what it answers, by status. */\nexport interface Operations {\n${shapes.join('')}}\n`,
      `/** The same operations by method and path. */\nexport interface Routes {\n${routes.join('')}}\n`,
      `/** Statuses of no success whose answer is no problem document. */\nexport const answersBesideSuccess: Readonly<Record<string, readonly number[]>> = {\n${beside.join('')}};\n`,
    ].join('\n'),
  );
}

function operationType(path: string, method: string, operation: Operation): string {
  const { operationId, summary, description } = operation;
  const where = `${method.toUpperCase()} ${path}`;
  const text = [summary, description].filter((part) => part !== undefined).join('\n\n');
  const answers = answersOf(operation).map(({ status, content }) => {
    const { type } = answerType(content, `${where} ${status}`);
    return `${status}: ${type};\n`;
  });
  const streams = answersOf(operation).some(({ content }) =>
    Object.keys(content ?? {})[0]?.startsWith('text/'),
  );
  return [
    comment(text),
    `${operationId}: {\n`,
    `method: '${method.toUpperCase()}';\npath: '${path}';\n`,
    `input: {\n${inputOf(path, operation, where)}};\n`,
    `answers: {\n${answers.join('')}};\n`,
    streams ? 'streams: true;\n' : '',
    messagesOf(operation, where),
    '};\n',
  ].join('');
}

function messagesOf({ 'x-messages': messages }: Operation, where: string): string {
  if (messages === undefined) return '';
  const lines = Object.entries(messages).map(
    ([name, schema]) => `${propertyName(name)}: ${typeOf(schema, `${where} ${name}`)};\n`,
  );
  return `messages: {\n${lines.join('')}};\n`;
}

/** Whatever is not a problem document, by status. */
function answersOf({ responses }: Operation): { status: number; content: Content | undefined }[] {
  return Object.entries(responses).flatMap(([status, { content }]) => {
    const bodies = Object.entries(content ?? {}).filter(([type]) => type !== 'application/problem+json');
    const empty = content === undefined && Number(status) < 300;
    if (bodies.length === 0 && !empty) return [];
    return [{ status: Number(status), content: empty ? undefined : Object.fromEntries(bodies) }];
  });
}

function answerType(content: Content | undefined, where: string): { type: string } {
  if (content === undefined) return { type: 'undefined' };
  const types = Object.entries(content).map(([mediaType, { schema }]) => {
    switch (mediaType) {
      case 'application/json':
        return typeOf(schema ?? {}, where);
      case 'text/csv':
      case 'application/jsonl':
        return 'string';
      case 'text/event-stream':
        // It has no end, so nobody can be given the whole of it.
        return 'never';
      default:
        throw new Error(`${where}: the client cannot read ${mediaType}`);
    }
  });
  return { type: union(types) };
}

function inputOf(path: string, { parameters = [], requestBody }: Operation, where: string): string {
  const fields: string[] = [];
  const inPath = parameters.filter((one) => one.in === 'path');
  const named = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]).sort();
  if (
    named.join() !==
    inPath
      .map(({ name }) => name)
      .sort()
      .join()
  ) {
    throw new Error(`${where}: the parameters in the path are not those that are described`);
  }
  if (inPath.length > 0) fields.push(`path: {\n${inPath.map((one) => parameter(one, where)).join('')}};\n`);
  const inQuery = parameters.filter((one) => one.in === 'query');
  if (inQuery.length > 0) {
    const optional = inQuery.some(({ required }) => required === true) ? '' : '?';
    fields.push(`query${optional}: {\n${inQuery.map((one) => parameter(one, where)).join('')}};\n`);
  }
  for (const one of parameters) {
    if (one.in === 'path' || one.in === 'query') continue;
    if (one.in !== 'header' || one.name.toLowerCase() !== 'idempotency-key') {
      throw new Error(`${where}: the client cannot send the ${one.in} parameter ${one.name}`);
    }
    fields.push(`${comment(one.description ?? '')}idempotencyKey?: string | undefined;\n`);
  }
  for (const [mediaType, { schema }] of Object.entries(requestBody?.content ?? {})) {
    const optional = requestBody?.required === true ? '' : '?';
    switch (mediaType) {
      case 'application/json':
        fields.push(`body${optional}: ${typeOf(schema ?? {}, `${where} body`)};\n`);
        break;
      case 'text/csv':
        fields.push(`csv${optional}: string | Blob;\n`);
        break;
      default:
        throw new Error(`${where}: the client cannot send ${mediaType}`);
    }
  }
  return fields.join('');
}

function parameter({ name, required, description, schema }: Parameter, where: string): string {
  const type = typeOf(schema, `${where} ${name}`);
  const text = comment(withDefault(description ?? schema.description, schema));
  return `${text}${propertyName(name)}${required === true ? `: ${type}` : `?: ${type} | undefined`};\n`;
}

/** The TypeScript for a schema; `where` is for complaints. */
function typeOf(schema: Schema, where: string): string {
  const strange = Object.keys(schema).filter((keyword) => !known.has(keyword));
  if (strange.length > 0) throw new Error(`${where}: no type is known for the keyword ${strange.join(', ')}`);
  if (schema.$ref !== undefined) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(schema.$ref)?.[1];
    if (name === undefined) throw new Error(`${where}: ${schema.$ref} is not a schema of the components`);
    return name;
  }
  if (schema.const !== undefined) return literal(schema.const, where);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => literal(value, where)));
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return union(either.map((one, index) => typeOf(one, `${where}/${index}`)));
  if (schema.type === undefined) {
    if (schema.properties !== undefined || schema.items !== undefined) {
      throw new Error(`${where}: a schema with properties or items must say its type`);
    }
    return 'unknown';
  }
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return union(types.map((type) => typeNamed(type, schema, where)));
}

function typeNamed(type: string, schema: Schema, where: string): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return arrayType(schema, where);
    case 'object':
      return objectType(schema, where);
    default:
      throw new Error(`${where}: "${type}" is not a type of JSON Schema`);
  }
}

function arrayType({ items, prefixItems }: Schema, where: string): string {
  if (prefixItems !== undefined) {
    if (items !== false) throw new Error(`${where}: a tuple must end with its prefixItems`);
    return `readonly [${prefixItems.map((one, index) => typeOf(one, `${where}/${index}`)).join(', ')}]`;
  }
  if (items === undefined || typeof items === 'boolean') return 'readonly unknown[]';
  const type = typeOf(items, `${where}/items`);
  return /^\w+$/.test(type) ? `readonly ${type}[]` : `ReadonlyArray<${type}>`;
}

function objectType({ properties, required = [], additionalProperties }: Schema, where: string): string {
  const entries = Object.entries(properties ?? {});
  const rest =
    typeof additionalProperties === 'object' ? typeOf(additionalProperties, `${where}/*`) : 'unknown';
  if (entries.length === 0) {
    return additionalProperties === false
      ? 'Readonly<Record<string, never>>'
      : `Readonly<Record<string, ${rest}>>`;
  }
  if (additionalProperties !== undefined && additionalProperties !== false) {
    throw new Error(`${where}: properties beside additionalProperties have no exact type`);
  }
  const lines = entries.map(([name, property]) => {
    const optional = required.includes(name) ? '' : '?';
    return `${doc(property)}${propertyName(name)}${optional}: ${typeOf(property, `${where}/${name}`)};\n`;
  });
  return `{\n${lines.join('')}}`;
}

function literal(value: unknown, where: string): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where}: ${JSON.stringify(value)} has no literal type`);
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
}

function doc(schema: Schema): string {
  return comment(withDefault(schema.description, schema));
}

function withDefault(text: string | undefined, schema: Schema): string {
  const said = schema.default === undefined ? '' : `Default: ${JSON.stringify(schema.default)}`;
  return [text ?? '', said].filter((part) => part !== '').join('. ');
}

function comment(text: string): string {
  if (text === '') return '';
  const safe = text.replaceAll('*/', '*\\/');
  if (!safe.includes('\n')) return `/** ${safe} */\n`;
  const lines = safe.split('\n').map((line) => ` * ${line}`.trimEnd());
  return `/**\n${lines.join('\n')}\n */\n`;
}

/** Two spaces for each bracket that is open. Lines of comments do not count. */
function indent(text: string): string {
  let depth = 0;
  let commented = false;
  return text
    .split('\n')
    .map((line) => {
      const isComment = commented || line.startsWith('/**');
      commented = isComment && !line.endsWith('*/');
      if (isComment) return line === '' ? '' : `${'  '.repeat(depth)}${line}`;
      if (line.startsWith('}')) depth -= 1;
      const indented = line === '' ? '' : `${'  '.repeat(depth)}${line}`;
      if (line.endsWith('{')) depth += 1;
      return indented;
    })
    .join('\n');
}
