import { STATUS_CODES } from 'node:http';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const schemaPrefix = '#/components/schemas/';

/**
 * The generated OpenAPI document without what the generator could not know to leave out: every schema is written
 * twice, as input (`NameInput`) and as output, whichever is used; times carry their format and a long pattern that
 * says the same; whole numbers carry the bounds of a double; successful answers are called "Default Response".
 */
export function tidyDocument(document: unknown): Json {
  const draft = toJson(document);
  const used = new Set<string>();
  collect(memberOf(draft, 'paths'));
  function collect(node: Json): void {
    const reference = referenceOf(node);
    if (reference !== null && !used.has(reference)) {
      used.add(reference);
      collect(schemasOf(draft)[reference] ?? null);
    }
    for (const child of childrenOf(node)) collect(child);
  }

  const names = new Map<string, string>();
  for (const name of used) {
    const plain = name.replace(/Input$/, '');
    names.set(name, plain !== name && !used.has(plain) ? plain : name);
  }
  const tidied = rewrite(draft);
  const components = memberOf(tidied, 'components');
  if (isObject(components)) {
    const schemas = schemasOf(tidied);
    components['schemas'] = Object.fromEntries(
      [...names]
        .map(([name, shown]): [string, Json] => [shown, schemas[name] ?? {}])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  return tidied;

  function rewrite(node: Json): Json {
    if (Array.isArray(node)) return node.map(rewrite);
    if (!isObject(node)) return node;
    const reference = referenceOf(node);
    if (reference !== null) return { ...node, $ref: schemaPrefix + (names.get(reference) ?? reference) };
    const entries = Object.entries(node).filter(
      ([name, value]) =>
        !(name === 'pattern' && node['format'] === 'date-time') &&
        !(name === 'maximum' && value === Number.MAX_SAFE_INTEGER) &&
        !(name === 'minimum' && value === Number.MIN_SAFE_INTEGER),
    );
    return Object.fromEntries(
      entries.map(([name, value]) => {
        if (isObject(value) && value['description'] === 'Default Response') {
          return [name, rewrite({ ...value, description: STATUS_CODES[name] ?? 'Answer' })];
        }
        return [name, rewrite(value)];
      }),
    );
  }
}

function toJson(value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(value));
  return copy;
}

function isObject(node: Json): node is { [name: string]: Json } {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function childrenOf(node: Json): Json[] {
  if (Array.isArray(node)) return node;
  return isObject(node) ? Object.values(node) : [];
}

function referenceOf(node: Json): string | null {
  const reference = isObject(node) ? node['$ref'] : undefined;
  return typeof reference === 'string' && reference.startsWith(schemaPrefix)
    ? reference.slice(schemaPrefix.length)
    : null;
}

/** A member of an object; null when there is none. */
function memberOf(node: Json, name: string): Json {
  return (isObject(node) ? node[name] : undefined) ?? null;
}

function schemasOf(document: Json): { [name: string]: Json } {
  const schemas = memberOf(memberOf(document, 'components'), 'schemas');
  return isObject(schemas) ? schemas : {};
}
