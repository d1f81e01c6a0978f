import { expect, test } from 'vitest';
import { schemaFields } from '../src/event-types/schema-fields.ts';

const inWords = (schema: Record<string, unknown>) =>
  schemaFields(schema).map(({ path, type, required, limits }) =>
    [path.join('.'), required ? `${type}!` : type, ...limits].join(' | '),
  );

test('lists fields in their order, those of an object below it, with their limits in words', () => {
  expect(
    inWords({
      type: 'object',
      properties: {
        level: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z]+$' },
        reward: {
          type: 'object',
          properties: { amount: { type: 'number', exclusiveMinimum: 0 }, kind: { enum: ['points', 4] } },
          required: ['amount'],
        },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        at: { type: 'string', format: 'date-time' },
        free: {},
      },
      required: ['level'],
    }),
  ).toEqual([
    'level | string! | at least 1 character | at most 50 characters | matches ^[a-z]+$',
    'reward | object',
    'reward.amount | number! | more than 0',
    'reward.kind | one of "points", 4',
    'tags | list of string | at most 3 items',
    'at | string | date-time',
    'free | anything',
  ]);
});

test('says of a field that may be null what it is otherwise, and shows what stands in it', () => {
  expect(
    inWords({
      properties: {
        account: {
          default: null,
          anyOf: [{ properties: { name: { type: 'string' } }, required: ['name'] }, { type: 'null' }],
        },
        value: { type: ['number', 'null'], minimum: 0 },
        points: { type: 'integer', default: 0, maximum: Number.MAX_SAFE_INTEGER },
      },
    }),
  ).toEqual([
    'account | object or null',
    'account.name | string!',
    'value | number or null | at least 0',
    'points | integer | 0 when left out',
  ]);
});

test('follows references, also those that lead in a circle, and names that the schema leaves open', () => {
  expect(
    inWords({
      properties: { player: { $ref: '#/$defs/player' } },
      additionalProperties: { type: 'boolean' },
      $defs: { player: { type: 'object', properties: { 'e/mail': { type: 'string' } } } },
    }),
  ).toEqual(['player | object', 'player.e/mail | string', '* | boolean']);
  const circle = inWords({
    properties: { child: { $ref: '#' } },
    type: 'object',
  });
  expect(circle.length).toBeGreaterThan(2);
  expect(circle.length).toBeLessThan(20);
  expect(schemaFields({ $ref: '#/$defs/nowhere' })).toEqual([]);
});
