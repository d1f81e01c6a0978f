import fc from 'fast-check';
import { z } from 'zod';
import {
  type EventType,
  type FrozenEvent,
  freezeEvent,
  parsePublished,
  publishedEventSchema,
} from '../../src/catalog/index.ts';
import { idFromUuid } from '../../src/ids.ts';

type Schema = Record<string, unknown>;

const name = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .filter((text) => !text.includes('\u0000'));
const key = name.filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
const plain = fc.oneof(name, fc.integer(), fc.boolean(), fc.constant(null));
const time = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const pointsOf = (least: number) =>
  fc.integer({ min: least * 10_000, max: 10_000_000_000 }).map((units) => units / 10_000);
const tenThousandths = fc.integer({ min: 1, max: 10_000_000_000 });

const reward = fc.record({
  id: name,
  name,
  kind: fc.constantFrom('points', 'token', 'nft', 'loot_box', 'role', 'badge', 'code', 'custom'),
  unit: name,
});

const amounts = fc.oneof(
  fc.constantFrom('1', '15.000', '0.0001', '123456789012345678901234567890'),
  tenThousandths.map((units) => (units / 10_000).toFixed(4)),
);

/** Values that satisfy a JSON Schema of the kind that the catalogue's schemas give. */
function satisfying(schema: Schema, field: string): fc.Arbitrary<unknown> {
  if (field === 'reward') {
    return reward.map((made) => ({ ...made, decimals: made.kind === 'token' ? 18 : 4 }));
  }
  if (field === 'amount' && schema['type'] === 'string') return amounts;
  if (field === 'fields') return fc.dictionary(key, plain, { maxKeys: 5 });
  if (field === 'email') return fc.emailAddress();
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  if (Array.isArray(schema['anyOf'])) {
    return fc.oneof(...(schema['anyOf'] as Schema[]).map((option) => satisfying(option, field)));
  }
  if (Array.isArray(schema['type'])) {
    return fc.oneof(...(schema['type'] as string[]).map((type) => satisfying({ ...schema, type }, field)));
  }
  switch (schema['type']) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer': {
      const min = Number(schema['minimum'] ?? 0);
      return fc.integer({ min, max: Math.min(Number(schema['maximum'] ?? 1_000_000), 1_000_000) });
    }
    case 'number':
      return schema['exclusiveMinimum'] === undefined
        ? pointsOf(0)
        : tenThousandths.map((units) => units / 10_000);
    case 'array':
      return fc.array(satisfying(schema['items'] as Schema, ''), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 4,
      });
    case 'string': {
      if (schema['format'] === 'date-time') return time;
      const pattern = String(schema['pattern'] ?? '');
      const prefix = /^\^(usr|cmp)_/.exec(pattern)?.[1];
      if (prefix !== undefined)
        return fc.uuid({ version: 7 }).map((uuid) => idFromUuid(prefix as 'usr' | 'cmp', uuid));
      return name;
    }
    default:
      return objectOf(schema);
  }
}

function objectOf(schema: Schema): fc.Arbitrary<unknown> {
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  if (properties === undefined) {
    return fc.dictionary(
      key,
      fc.oneof(plain, fc.array(plain, { maxLength: 3 }), fc.dictionary(key, plain, { maxKeys: 3 })),
      {
        maxKeys: 4,
      },
    );
  }
  const fields = Object.fromEntries(
    Object.entries(properties).map(([field, inner]) => [field, satisfying(inner, field)]),
  );
  return fc.record(fields, { requiredKeys: (schema['required'] as string[] | undefined) ?? [] });
}

/** Inputs of this type as a caller may publish them, all valid. */
export function arbitraryPublished(type: EventType): fc.Arbitrary<unknown> {
  const schema = publishedEventSchema(type);
  if (schema === null) throw new Error(`${type} has no schema`);
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  // An object that names nobody is refused; what is left after that must parse.
  return objectOf(json).filter((input) => namesEverybody(input));
}

function namesEverybody(input: unknown): boolean {
  const { participant, data } = input as { participant?: Person | null; data: { referrer?: Person | null } };
  return named(participant) && named(data.referrer);
}

interface Person {
  id?: string | null;
  external_id?: string | null;
}

function named(person: Person | null | undefined): boolean {
  return person == null || person.id != null || person.external_id != null;
}

/** Frozen events of this type, made through the front door. */
export function arbitraryEvent(type: EventType): fc.Arbitrary<FrozenEvent> {
  return arbitraryPublished(type).map((input) => {
    const parsed = parsePublished(input, () => undefined);
    if (!parsed.ok) throw new Error(`${JSON.stringify(input)}: ${JSON.stringify(parsed.faults)}`);
    const { event } = parsed;
    return freezeEvent(event, {
      id: 'we_01jf2wkmvcfw6ts1qmgzya291c',
      receivedAt: '2026-01-01T00:00:00.000Z',
      organization: { id: 'org_01jf2wkmvcfw6ts1qmgzya291c', name: 'Aurora "Games"' },
      community: event.campaign_id === null ? null : { id: 'com_01jf2wkmvcfw6ts1qmgzya291c', name: 'Aurora' },
      campaign:
        event.campaign_id === null
          ? null
          : { id: event.campaign_id, name: 'Ödyssee', created_at: '2024-11-01T09:00:00.000Z' },
      participantId:
        event.participant === null ? null : (event.participant.id ?? 'usr_01jf2wkmvcfw6ts1qmgzya291c'),
    });
  });
}
