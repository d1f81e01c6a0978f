import { type Kysely, sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Schema } from './schema.ts';

/** What organizations make one by one and may have only so many of. */
export const countables = ['webhooks', 'inboxes', 'campaigns', 'communities', 'tokens'] as const;
export type Countable = (typeof countables)[number];

/** Which rows of which table count; each is found by an index that begins with the organization. */
const rowsOf = {
  webhooks: sql`webhooks where deleted_at is null and organization_id =`,
  inboxes: sql`inboxes where organization_id =`,
  campaigns: sql`campaigns where organization_id =`,
  communities: sql`communities where organization_id =`,
  tokens: sql`api_tokens where revoked_at is null and organization_id =`,
} as const satisfies Readonly<Record<Countable, unknown>>;

/** Counted no further than `most`, where one is given. */
export async function countThings(
  connection: Kysely<Schema>,
  thing: Countable,
  organizationId: Uuid,
  most: number | null = null,
): Promise<number> {
  const result = await sql<{ n: number }>`
    select count(*)::int as n from (select from ${rowsOf[thing]} ${organizationId} limit ${most}) t`.execute(
    connection,
  );
  return result.rows[0]?.n ?? 0;
}

/**
 * Whether the organization may have one more; null: as many as it likes. Until the transaction ends nobody else adds
 * anything that is counted, so that two at once do not both take the last place.
 */
export async function hasRoom(
  transaction: Transaction<Schema>,
  thing: Countable,
  organizationId: Uuid,
  most: number | null,
): Promise<boolean> {
  if (most === null) return true;
  await transaction
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organizationId)
    .forNoKeyUpdate()
    .execute();
  return (await countThings(transaction, thing, organizationId, most)) < most;
}
