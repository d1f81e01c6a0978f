import { z } from 'zod';
import { definitionOf, type EventType } from './event-types.ts';

const cache = new Map<string, Readonly<Record<string, unknown>>>();

/**
 * JSON Schema (2020-12) of one type's `data`. `published`: as the API takes it, where what may be unknown
 * can be left out. `stored`: as it is frozen and as the formats standard and cloudevents send it.
 */
export function dataSchema(type: EventType, as: 'published' | 'stored'): Readonly<Record<string, unknown>> {
  const key = `${as} ${type}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(definitionOf(type).data, {
    target: 'draft-2020-12',
    io: as === 'published' ? 'input' : 'output',
    // Free-form objects are custom checks; what a schema can say of them is in their metadata.
    unrepresentable: 'any',
  });
  cache.set(key, schema);
  return schema;
}
