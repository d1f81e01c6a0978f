import { type Kysely, sql } from 'kysely';

/**
 * Deliveries that ended undelivered, by their state and by webhook. Without these, a list of the few that were cancelled
 * reads all that were exhausted (400 ms of 160,000), and one of a webhook that never failed reads everything it got
 * (500 ms of 400,000). What was delivered is in neither index and pays for neither.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create index closed_deliveries_undelivered_by_state on closed_deliveries (organization_id, state, id)
     where state <> 'delivered'`.execute(db);
  await sql`
    create index closed_deliveries_undelivered_by_webhook on closed_deliveries (webhook_uid, state, id)
     where state <> 'delivered'`.execute(db);
}
