import { type OrganizationId, uuidOf } from '../ids.ts';
import type { Database } from './database.ts';

/**
 * How many deliveries of an organization wait or are under way, counted no further than `limit`. Through the index by
 * organization: 1,000,000 take some tenths of a second.
 */
export async function countBacklog(
  database: Pick<Database, 'pool'>,
  organization: OrganizationId,
  limit: number,
): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>({
    name: 'count_backlog',
    text: `select count(*)::int as n
             from (select from open_deliveries where organization_id = $1 limit $2) o`,
    values: [uuidOf(organization), limit],
  });
  return rows[0]?.n ?? 0;
}
