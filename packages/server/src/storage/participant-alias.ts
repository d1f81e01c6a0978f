import { type RawBuilder, sql } from 'kysely';
import type { Uuid } from '../ids.ts';

/** The participant who answers for this id: themselves, or who took them in. Null when there is no such participant. */
export function survivorOf(id: Uuid): RawBuilder<Uuid> {
  return sql<Uuid>`(select coalesce(alias.merged_into, alias.id) from participants alias where alias.id = ${id})`;
}
