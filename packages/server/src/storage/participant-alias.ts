import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Schema } from './schema.ts';

/** The participant who answers for this id: themselves, or who took them in. Null when there is no such participant. */
export function survivorOf(id: Uuid): RawBuilder<Uuid> {
  return sql<Uuid>`(select coalesce(alias.merged_into, alias.id) from participants alias where alias.id = ${id})`;
}

/**
 * Every id under which events tell of this person, in the organization: their own, and those of everybody who was
 * merged into them. Empty when there is no such participant. Read before the events are: almost everybody has one,
 * and the index gives the newest of one id without sorting.
 */
export async function namesOf(
  kysely: Kysely<Schema>,
  organizationId: Uuid,
  id: Uuid,
): Promise<readonly Uuid[]> {
  const rows = await kysely
    .selectFrom('participants')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(({ eb, or }) => or([eb('id', '=', survivorOf(id)), eb('merged_into', '=', survivorOf(id))]))
    .execute();
  return rows.map((row) => row.id);
}
