import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Fault } from '../problems.ts';
import { allDistinct } from './distinct.ts';
import { Effort, TooMuchEffort } from './effort.ts';
import { eventTypes, isEventType } from './event-types.ts';
import { jsonPointer } from './faults.ts';
import { freeFormFault } from './free-form.ts';
import { linearRegExp, maxPatternLength } from './linear-regexp.ts';

/** A type that an organization registered, ready to check events. Made once, kept by the caller. */
export interface CompiledCustomType {
  readonly type: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: Readonly<Record<string, unknown>>;
  /** What is wrong with an event's data; pointers begin with `/data`. */
  faults(data: Readonly<Record<string, unknown>>): readonly Fault[];
}

/** An organization's event type as it registers it. `schema` and `example` are for the event's `data`. */
export interface CustomTypeInput {
  readonly type: string;
  readonly description: string;
  readonly schema: unknown;
  readonly example: unknown;
}

export type Compilation =
  | { readonly ok: true; readonly customType: CompiledCustomType }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const maxTypeNameLength = 128;
const maxSchemaBytes = 64 * 1024;
/** A schema spends two levels of nesting on each level of the data. */
const maxSchemaDepth = 40;
/** Subschemas, counted as often as they are referred to: what one value may have to be compared with. */
const maxSubschemas = 1_000;

/** A step of a regular expression takes 4 to 30 ns, so checking one event stays under half a second at the worst. */
const maxSteps = 10_000_000;

const draft = 'https://json-schema.org/draft/2020-12/schema';

/** First segments kept for the catalogue, so that it can grow without taking an organization's names. */
const reservedSegments = new Set(['fanfare', ...eventTypes.map((type) => type.slice(0, type.indexOf('.')))]);

/**
 * What is wrong with a name for a type of one's own, or null. Standard Webhooks: segments of letters,
 * digits and underscores, with full stops between them.
 */
export function typeNameFault(type: string): string | null {
  if (type.length > maxTypeNameLength) {
    return `Found a name of ${type.length} characters, expected at most ${maxTypeNameLength}. Shorten it.`;
  }
  if (!/^[a-zA-Z0-9_]+(?:\.[a-zA-Z0-9_]+)*$/.test(type)) {
    return `Found ${JSON.stringify(type)}, expected letters, digits and underscores, with full stops between the segments, such as vip.upgraded.`;
  }
  if (isEventType(type)) return `${type} is an event type of the catalogue. Choose another name.`;
  const [first = ''] = type.split('.');
  if (reservedSegments.has(first)) {
    return `Names that begin with "${first}" are kept for the catalogue. Begin with a word of your own.`;
  }
  return null;
}

/**
 * Checks a type that an organization registers and compiles its JSON Schema (2020-12). The schema must be
 * self-contained, must not refer to itself, and is bounded in size, so that checking an event takes a
 * bounded time whatever was registered.
 */
export function compileCustomType(input: CustomTypeInput): Compilation {
  const faults: Fault[] = [];
  const nameFault = typeNameFault(input.type);
  if (nameFault !== null) faults.push({ pointer: '/type', detail: nameFault });

  const { schema, example } = input;
  if (!isObject(schema)) {
    faults.push({ pointer: '/schema', detail: 'Expected a JSON Schema (2020-12): an object.' });
    return { ok: false, faults };
  }
  faults.push(...schemaFaults(schema));
  if (!isObject(example)) {
    faults.push({ pointer: '/example', detail: "Expected an example of the event's data: an object." });
    return { ok: false, faults };
  }
  const shapeFault = freeFormFault(example);
  if (shapeFault !== null) {
    faults.push({ pointer: `/example${jsonPointer(shapeFault.path)}`, detail: shapeFault.detail });
  }
  if (faults.length > 0) return { ok: false, faults };

  const compiled = compile(schema);
  if ('fault' in compiled) return { ok: false, faults: [{ pointer: '/schema', detail: compiled.fault }] };
  const exampleFaults = compiled.check(example, '/example');
  if (exampleFaults.length > 0) return { ok: false, faults: exampleFaults };

  const { type, description } = input;
  const check = (data: Readonly<Record<string, unknown>>) => compiled.check(data, '/data');
  return { ok: true, customType: { type, description, schema, example, faults: check } };
}

/** Everything that is wrong with a type that is being written: without a name, or an example, nothing is said of it. */
export function draftFaults(draft: {
  readonly type: string | null;
  readonly schema: unknown;
  readonly example: unknown;
}): readonly Fault[] {
  const { type, schema, example = {} } = draft;
  const nameFault = type === null ? null : typeNameFault(type);
  const compilation = compileCustomType({ type: 'a.name', description: '', schema, example });
  const faults = compilation.ok ? [] : compilation.faults;
  const ofExample = ({ pointer }: Fault) => pointer === '/example' || pointer.startsWith('/example/');
  return [
    ...(nameFault === null ? [] : [{ pointer: '/type', detail: nameFault }]),
    ...faults.filter((fault) => draft.example !== undefined || !ofExample(fault)),
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const options = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  // Inherited names such as toString are not fields of an event.
  ownProperties: true,
  logger: false,
} as const;

// The CommonJS module's default export is both the function and an object that holds it.
const addFormats = addFormatsModule.default;

function compile(
  schema: Record<string, unknown>,
): { check(data: unknown, root: string): readonly Fault[] } | { fault: string } {
  const effort = new Effort();
  const regExp = Object.assign((pattern: string) => linearRegExp(pattern, effort), { code: 'linearRegExp' });
  const ajv = new Ajv2020({ ...options, code: { regExp } });
  addFormats(ajv);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not hold the same item twice' },
    validate: (wanted: boolean, items: readonly unknown[]) => !wanted || allDistinct(items, effort),
  });
  // Compiling checks the schema by the meta-schema, whose expressions are harmless.
  effort.begin(Number.POSITIVE_INFINITY);
  try {
    const validate = ajv.compile(schema);
    return {
      check: (data, root) => {
        effort.begin(maxSteps);
        try {
          return validate(data) ? [] : (validate.errors ?? []).map((error) => faultOf(error, root));
        } catch (error) {
          if (error instanceof TooMuchEffort) return [{ pointer: root, detail: tooMuch }];
          throw error;
        }
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { fault: `This is not a valid JSON Schema (2020-12): ${reason}. Correct it.` };
  }
}

const tooMuch =
  'Checking this against the registered schema takes too long: its texts and lists are too long for the regular expressions and uniqueItems that they are compared with. Send less, or simplify the schema.';

function faultOf(error: ErrorObject, root: string): Fault {
  const pointer = root + error.instancePath;
  const params: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case 'required':
      return {
        pointer: pointer + jsonPointer([String(params['missingProperty'])]),
        detail: 'Nothing is here; the registered schema requires this field.',
      };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = params['additionalProperty'] ?? params['unevaluatedProperty'];
      return {
        pointer: pointer + jsonPointer([String(name)]),
        detail: 'The registered schema has no such field. Correct its name, or leave it out.',
      };
    }
    case 'enum':
      return { pointer, detail: `The registered schema expects one of ${listed(params['allowedValues'])}.` };
    default:
      return { pointer, detail: `The registered schema says: ${error.message ?? error.keyword}.` };
  }
}

function listed(values: unknown): string {
  return Array.isArray(values)
    ? values
        .slice(0, 20)
        .map((value) => JSON.stringify(value))
        .join(', ')
    : 'its values';
}

/** Keywords that change what a schema means from outside it, or let it describe itself without end. */
const refusedKeywords: Readonly<Record<string, string>> = {
  $id: 'A registered schema has no address of its own. Leave $id out.',
  $anchor: 'Refer to a definition by its place, such as #/$defs/name.',
  $dynamicAnchor: 'Refer to a definition by its place, such as #/$defs/name.',
  $dynamicRef: 'Use $ref with a place in this schema, such as #/$defs/name.',
  $recursiveRef: 'Use $ref with a place in this schema, such as #/$defs/name.',
  $vocabulary: 'Vocabularies are not supported. Leave it out.',
  $async: 'Schemas are checked at once. Leave $async out.',
};

const schemaMaps = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);
const schemaLists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const plainSchemas = new Set([
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'if',
  'then',
  'else',
  'not',
]);

/** Everything that a schema may not be, whether or not it is valid JSON Schema. */
function schemaFaults(schema: Record<string, unknown>): Fault[] {
  const shapeFault = freeFormFault(schema, maxSchemaDepth);
  if (shapeFault !== null) {
    return [{ pointer: `/schema${jsonPointer(shapeFault.path)}`, detail: shapeFault.detail }];
  }
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > maxSchemaBytes) {
    const detail = `Found a schema of ${bytes} bytes, expected at most ${maxSchemaBytes}. Shorten it.`;
    return [{ pointer: '/schema', detail }];
  }
  const { $schema } = schema;
  if ($schema !== undefined && $schema !== draft) {
    return [{ pointer: '/schema/$schema', detail: `Expected ${draft}, or nothing.` }];
  }

  const faults: Fault[] = [];
  const weights = new Map<object, number>();
  const open = new Set<object>();
  const report = (path: readonly string[], detail: string) => {
    faults.push({ pointer: `/schema${jsonPointer(path)}`, detail });
  };

  /** Number of subschemas below this one, each counted as often as it is referred to. */
  function weigh(node: unknown, path: readonly string[]): number {
    if (!isObject(node)) return 1;
    const known = weights.get(node);
    if (known !== undefined) return known;
    open.add(node);
    let weight = 1;
    for (const [keyword, value] of Object.entries(node)) {
      const here = [...path, keyword];
      if (Object.hasOwn(refusedKeywords, keyword)) report(here, refusedKeywords[keyword] ?? '');
      else if (keyword === '$ref') weight += weighReference(value, here);
      else if (keyword === 'pattern') checkPattern(value, here);
      else if (schemaMaps.has(keyword) && isObject(value)) {
        for (const [name, inner] of Object.entries(value)) {
          if (keyword === 'patternProperties') checkPattern(name, [...here, name]);
          const innerWeight = weigh(inner, [...here, name]);
          if (keyword !== '$defs' && keyword !== 'definitions') weight += innerWeight;
        }
      } else if (schemaLists.has(keyword) && Array.isArray(value)) {
        value.forEach((inner, index) => {
          weight += weigh(inner, [...here, String(index)]);
        });
      } else if (plainSchemas.has(keyword)) weight += weigh(value, here);
    }
    open.delete(node);
    weights.set(node, weight);
    return weight;
  }

  function weighReference(reference: unknown, path: readonly string[]): number {
    if (typeof reference !== 'string') return 1;
    if (!reference.startsWith('#/')) {
      report(
        path,
        `Found ${JSON.stringify(reference.slice(0, 100))}; expected a place in this schema, such as #/$defs/name. Nothing is fetched.`,
      );
      return 1;
    }
    const target = lookUp(schema, reference);
    if (target === undefined) {
      report(path, `There is nothing at ${reference.slice(0, 100)} in this schema.`);
      return 1;
    }
    if (open.has(target)) {
      report(
        path,
        'This refers to a schema that it is part of. Events are at most 16 levels deep: write the levels out.',
      );
      return 1;
    }
    return weigh(target, reference.slice(2).split('/'));
  }

  function checkPattern(pattern: unknown, path: readonly string[]): void {
    if (typeof pattern !== 'string') return;
    if (pattern.length > maxPatternLength) {
      report(
        path,
        `Found a regular expression of ${pattern.length} characters, expected at most ${maxPatternLength}. Shorten it.`,
      );
      return;
    }
    try {
      linearRegExp(pattern);
    } catch {
      report(
        path,
        'This is not a regular expression that runs in linear time (RE2: no look-around, no back-references). Rewrite it.',
      );
    }
  }

  const weight = weigh(schema, []);
  if (weight > maxSubschemas) {
    report(
      [],
      `Found ${weight} subschemas, counted as often as they are referred to; expected at most ${maxSubschemas}. Simplify it.`,
    );
  }
  return faults.slice(0, 20);
}

/** What a `#/…` reference points to; undefined if nothing that could be a schema. */
function lookUp(schema: Record<string, unknown>, reference: string): object | undefined {
  let node: unknown = schema;
  for (const step of reference.slice(2).split('/')) {
    const key = decodeStep(step);
    if (key === null || typeof node !== 'object' || node === null || !Object.hasOwn(node, key))
      return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return isObject(node) ? node : undefined;
}

function decodeStep(step: string): string | null {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}
