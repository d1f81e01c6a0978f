import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileCustomType,
  exampleOfCustomType,
  parsePublished,
  typeNameFault,
} from '../../src/catalog/index.ts';

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    tier: { enum: ['silver', 'gold'] },
    since: { type: 'string', format: 'date-time' },
    badge: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' },
    perks: { type: 'array', items: { $ref: '#/$defs/perk' }, maxItems: 3 },
  },
  required: ['tier'],
  additionalProperties: false,
  $defs: { perk: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
};
const vip = {
  type: 'vip.upgraded',
  description: 'Somebody became a VIP.',
  schema,
  example: { tier: 'gold' },
};

function compiled(input = vip) {
  const result = compileCustomType(input);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.customType;
}

/** Faults of registering this schema, with an example that would satisfy anything. */
function schemaFaults(spoilt: unknown) {
  const result = compileCustomType({ ...vip, schema: spoilt, example: {} });
  return result.ok ? [] : result.faults;
}

describe('checking events', () => {
  const publish = (data: unknown) => {
    const customType = compiled();
    return parsePublished({ type: 'vip.upgraded', participant: { external_id: 'u1' }, data }, (type) =>
      type === 'vip.upgraded' ? customType : undefined,
    );
  };

  test('an event that satisfies the registered schema is accepted as it came', () => {
    const data = { tier: 'gold', since: '2026-01-01T00:00:00Z', badge: 'VI-7', perks: [{ name: 'lounge' }] };
    expect(publish(data)).toMatchObject({ ok: true, event: { type: 'vip.upgraded', data } });
  });

  test.each([
    [{}, '/data/tier', 'Nothing is here; the registered schema requires this field.'],
    [{ tier: 'iron' }, '/data/tier', 'The registered schema expects one of "silver", "gold".'],
    [
      { tier: 'gold', 'a/b': 1 },
      '/data/a~1b',
      'The registered schema has no such field. Correct its name, or leave it out.',
    ],
    [
      { tier: 'gold', since: 'today' },
      '/data/since',
      'The registered schema says: must match format "date-time".',
    ],
    [
      { tier: 'gold', badge: 'x' },
      '/data/badge',
      'The registered schema says: must match pattern "^[A-Z]{2}-\\d+$".',
    ],
    [
      { tier: 'gold', perks: [{}] },
      '/data/perks/0/name',
      'Nothing is here; the registered schema requires this field.',
    ],
  ])('%j is refused at %s', (data, pointer, detail) => {
    expect(publish(data)).toMatchObject({ ok: false, code: 'invalid_event', faults: [{ pointer, detail }] });
  });

  test('rules for free-form JSON hold whatever the schema allows', () => {
    const anything = compiled({ ...vip, schema: {} as typeof schema });
    const parse = (json: string) =>
      parsePublished(JSON.parse(`{"type":"vip.upgraded","data":${json}}`), () => anything);
    expect(parse('{"a":{"__proto__":1}}')).toMatchObject({
      ok: false,
      faults: [{ pointer: '/data/a/__proto__' }],
    });
    expect(parse(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toMatchObject({ ok: false });
    expect(parse('{"a":"\\ud800"}')).toMatchObject({ ok: false, faults: [{ pointer: '/data/a' }] });
    expect(parse('[]')).toMatchObject({ ok: false, faults: [{ pointer: '/data' }] });
    expect(parse('{"toString":1}')).toMatchObject({ ok: true });
  });

  test('a field that every object inherits is still missing', () => {
    const demanding = compiled({
      ...vip,
      schema: { type: 'object', required: ['toString'] } as unknown as typeof schema,
      example: { toString: 'x' } as never,
    });
    expect(demanding.faults({})).toMatchObject([{ pointer: '/data/toString' }]);
  });

  test('two patterns of one schema are told apart', () => {
    const both = compiled({
      ...vip,
      schema: {
        type: 'object',
        properties: { a: { type: 'string', pattern: '^a+$' }, b: { type: 'string', pattern: '^b+$' } },
      } as unknown as typeof schema,
      example: { a: 'aa', b: 'bb' } as never,
    });
    expect(both.faults({ a: 'aaa', b: 'bbb' })).toEqual([]);
    expect(both.faults({ a: 'b' })).toMatchObject([{ pointer: '/data/a' }]);
    expect(both.faults({ b: 'a' })).toMatchObject([{ pointer: '/data/b' }]);
  });

  test('its example is a whole event around the registered data', () => {
    expect(exampleOfCustomType(compiled())).toMatchObject({ type: 'vip.upgraded', data: { tier: 'gold' } });
  });
});

describe('names', () => {
  test.each(['vip', 'vip.upgraded', 'shop.order_paid.v2', 'X.1'])('%s is a name', (type) => {
    expect(typeNameFault(type)).toBeNull();
  });

  test.each([
    '',
    '.',
    'vip.',
    '.vip',
    'vip..up',
    'vip up',
    'vip-up',
    'víp',
    'vip/up',
    'vip.\u0000',
    'a'.repeat(129),
  ])('%j is not', (type) => {
    expect(typeNameFault(type)).not.toBeNull();
    expect(compileCustomType({ ...vip, type })).toMatchObject({ ok: false, faults: [{ pointer: '/type' }] });
  });

  test('names of the catalogue and their families are taken', () => {
    expect(typeNameFault('task.completed')).toContain('Choose another name');
    for (const type of ['task.undone', 'webhook.deleted', 'fanfare.started', 'user']) {
      expect(typeNameFault(type), type).toContain('kept for the catalogue');
    }
    expect(typeNameFault('tasks.done')).toBeNull();
  });
});

describe('schemas that cannot be registered', () => {
  test.each([null, true, 'x', 7, []])('%j is not a schema', (spoilt) => {
    expect(schemaFaults(spoilt)).toMatchObject([{ pointer: '/schema' }]);
  });

  test('an invalid schema is refused with the reason', () => {
    expect(schemaFaults({ type: 'strnig' })[0]?.detail).toMatch(
      /^This is not a valid JSON Schema \(2020-12\): .*type/,
    );
    expect(schemaFaults({ propertees: {} })[0]?.detail).toContain('unknown keyword: "propertees"');
    expect(
      schemaFaults({ properties: { a: { type: 'string', format: 'moon-phase' } } })[0]?.detail,
    ).toContain('moon-phase');
    expect(schemaFaults({ $schema: 'http://json-schema.org/draft-07/schema#' })).toMatchObject([
      { pointer: '/schema/$schema' },
    ]);
  });

  test.each([
    'https://example.com/schema.json',
    'file:///etc/passwd',
    'other.json#/$defs/a',
    '//example.com',
    '#anchor',
    '#',
    'https://json-schema.org/draft/2020-12/schema',
  ])('a reference to %s is refused and nothing is fetched', ($ref) => {
    expect(schemaFaults({ properties: { a: { $ref } } })).toMatchObject([
      { pointer: '/schema/properties/a/$ref' },
    ]);
  });

  test('a reference to nothing, or to what is no schema, is refused', () => {
    for (const $ref of ['#/$defs/none', '#/properties/a/$ref', '#/__proto__', '#/%E0%A4%A']) {
      expect(schemaFaults({ properties: { a: { $ref } } })).toMatchObject([
        { pointer: '/schema/properties/a/$ref' },
      ]);
    }
  });

  test('a schema that refers to itself is refused, by whatever way round', () => {
    expect(
      schemaFaults({
        $defs: { tree: { properties: { next: { $ref: '#/$defs/tree' } } } },
        $ref: '#/$defs/tree',
      })[0]?.detail,
    ).toContain('part of');
    expect(
      schemaFaults({ $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { items: { $ref: '#/$defs/a' } } } })[0]
        ?.detail,
    ).toContain('part of');
  });

  test('definitions that multiply are refused by what they come to, at once', () => {
    const $defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let level = 1; level <= 40; level += 1) {
      $defs[`d${level}`] = { allOf: [{ $ref: `#/$defs/d${level - 1}` }, { $ref: `#/$defs/d${level - 1}` }] };
    }
    expect(schemaFaults({ $defs, $ref: '#/$defs/d40' })[0]?.detail).toMatch(/^Found \d+ subschemas/);
  });

  test.each([
    '$id',
    '$anchor',
    '$dynamicRef',
    '$dynamicAnchor',
    '$async',
    '$vocabulary',
  ])('%s is refused', (keyword) => {
    expect(schemaFaults({ [keyword]: keyword === '$async' ? true : '#x' })).toMatchObject([
      { pointer: `/schema/${keyword}` },
    ]);
  });

  test('a property may be called like a keyword', () => {
    expect(
      schemaFaults({ properties: { $ref: { type: 'string' }, pattern: { type: 'number' }, $id: {} } }),
    ).toEqual([]);
  });

  test('a schema that is too large or too deep is refused with both sizes', () => {
    const wide = { description: 'x'.repeat(9_000) };
    const list = Array.from({ length: 8 }, () => wide);
    expect(schemaFaults({ anyOf: list })[0]?.detail).toMatch(
      /^Found a schema of \d+ bytes, expected at most 65536/,
    );
    const deep = JSON.parse(`${'{"not":'.repeat(10_000)}{}${'}'.repeat(10_000)}`);
    expect(schemaFaults(deep)[0]?.detail).toContain('40 levels');
  });

  test('a pattern that is too long, or that only backtracking could match, is refused', () => {
    const faultOf = (pattern: string) => schemaFaults({ properties: { a: { type: 'string', pattern } } })[0];
    expect(faultOf('a'.repeat(257))?.detail).toContain('257 characters, expected at most 256');
    for (const pattern of ['(?=a)a', '(a)\\1', '(?<!b)a', '(']) {
      expect(faultOf(pattern), pattern).toMatchObject({ pointer: '/schema/properties/a/pattern' });
    }
    expect(schemaFaults({ patternProperties: { '(a)\\1': {} } })).toMatchObject([
      { pointer: '/schema/patternProperties/(a)\\1' },
    ]);
  });

  test('a pattern that would take JavaScript centuries is matched in a moment', () => {
    const slow = compiled({
      ...vip,
      schema: {
        type: 'object',
        properties: { a: { type: 'string', pattern: '^(a+)+$' } },
      } as unknown as typeof schema,
      example: { a: 'aaa' } as never,
    });
    const startedAt = performance.now();
    expect(slow.faults({ a: `${'a'.repeat(5_000)}!` })).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('names that would change a prototype are refused', () => {
    expect(schemaFaults(JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'))).toMatchObject([
      { pointer: '/schema/properties/__proto__' },
    ]);
  });

  test('an example that does not satisfy its own schema is refused at its own place', () => {
    expect(compileCustomType({ ...vip, example: { tier: 'iron' } })).toMatchObject({
      ok: false,
      faults: [{ pointer: '/example/tier' }],
    });
    expect(compileCustomType({ ...vip, example: 'gold' })).toMatchObject({
      ok: false,
      faults: [{ pointer: '/example' }],
    });
  });
});

test('any JSON at all is either compiled or refused with a reason, never a crash', () => {
  const keyword = fc.constantFrom(
    'type',
    'properties',
    '$ref',
    'allOf',
    'items',
    'pattern',
    '$defs',
    'enum',
    'not',
    'required',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(true, 'string', '#/$defs/a', '(', 7, null),
      fc.dictionary(fc.oneof(keyword, fc.constantFrom('a', 'b')), tie('tree'), { maxKeys: 4 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (candidate) => {
      const result = compileCustomType({ ...vip, schema: candidate, example: {} });
      if (!result.ok) expect(result.faults.every((fault) => fault.detail.length > 10)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

describe('schemas that are costly to check', () => {
  const withData = (properties: Record<string, unknown>, data: Record<string, unknown>) => {
    const type = compiled({ ...vip, schema: { type: 'object', properties } as never, example: {} as never });
    const began = performance.now();
    const faults = type.faults(data);
    // Far above what it takes on a busy machine, far below the minutes it would take unbounded.
    expect(performance.now() - began).toBeLessThan(5_000);
    return faults;
  };

  test('are given up when regular expressions take too many steps', () => {
    const tangled = { pattern: '^(([ax]?){30}){30}$' };
    const faults = withData({ a: { allOf: Array(100).fill(tangled) } }, { a: 'ax'.repeat(5_000) });
    expect(faults).toEqual([{ pointer: '/data', detail: expect.stringContaining('takes too long') }]);
  });

  test('are given up when the same list is compared again and again', () => {
    const list = Array.from({ length: 4_000 }, (_, index) => ({ index, text: 'x'.repeat(40) }));
    const faults = withData({ a: { allOf: Array(900).fill({ uniqueItems: true }) } }, { a: list });
    expect(faults).toEqual([{ pointer: '/data', detail: expect.stringContaining('takes too long') }]);
  });

  test('do not tire from one event to the next', () => {
    const type = compiled({
      ...vip,
      schema: { type: 'object', properties: { a: { pattern: '^(([ax]?){30}){30}$' } } } as never,
      example: {} as never,
    });
    for (let event = 0; event < 20; event += 1) expect(type.faults({ a: 'ax'.repeat(400) })).toEqual([]);
  });

  test('compare items as JSON: whatever the order of names, and without mixing up kinds', () => {
    const unique = (a: unknown[]) => withData({ a: { uniqueItems: true } }, { a });
    const fault = [
      { pointer: '/data/a', detail: 'The registered schema says: must not hold the same item twice.' },
    ];
    expect(
      unique([
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ]),
    ).toEqual(fault);
    expect(unique([0, 1, 0])).toEqual(fault);
    expect(unique(['1', 1, [1], ['1'], { 1: 1 }, null, 'null', true, 'true', [], {}, ''])).toEqual([]);
    expect(withData({ a: { uniqueItems: false } }, { a: [1, 1] })).toEqual([]);
  });
});
