import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { textArray, uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';
import { type Countable, countables, countThings } from './quota-room.ts';

/** Carries the UUID of each organization whose quotas changed. */
export const quotasChannel = 'fanfare_quotas';

export interface QuotaRow {
  readonly organizationId: Uuid;
  readonly quota: string;
  /** Null: no limit. */
  readonly amount: number | null;
}

export interface QuotaHolder {
  readonly id: Uuid;
  readonly name: string;
}

/** What operators allow single organizations, where that is not what the node says. */
export interface QuotasStore {
  /** Of these organizations, or of all. */
  read(organizationIds: readonly Uuid[] | null): Promise<readonly QuotaRow[]>;
  /**
   * `undefined` as an amount takes the quota away, so that what the node says holds again. Every node hears of it. False,
   * and nothing is written, when there is no such organization.
   */
  change(organizationId: Uuid, amounts: ReadonlyMap<string, number | null | undefined>): Promise<boolean>;
  /** This organization, or all of them by name. Those that are being deleted are left out. */
  holders(organizationId: Uuid | null): Promise<readonly QuotaHolder[]>;
  count(organizationId: Uuid): Promise<Readonly<Record<Countable, number>>>;
  listen(onChange: (organizationId: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

export function createQuotasStore(database: Database): QuotasStore {
  const { kysely } = database;
  return {
    async read(organizationIds) {
      let query = kysely.selectFrom('organization_quotas').selectAll();
      if (organizationIds !== null) {
        query = query.where('organization_id', '=', sql<Uuid>`any(${[...organizationIds]}::uuid[])`);
      }
      const rows = await query.execute();
      return rows.map((row) => ({
        organizationId: row.organization_id,
        quota: row.quota,
        amount: row.amount === null ? null : Number(row.amount),
      }));
    },

    change: (organizationId, amounts) =>
      database.transaction(async (transaction) => {
        const found = await transaction
          .selectFrom('organizations')
          .select('id')
          .where('id', '=', organizationId)
          .where('deleting_at', 'is', null)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (found === undefined) return false;
        for (const [quota, amount] of amounts) {
          if (amount === undefined) {
            await transaction
              .deleteFrom('organization_quotas')
              .where('organization_id', '=', organizationId)
              .where('quota', '=', quota)
              .execute();
            continue;
          }
          const value = amount === null ? null : String(amount);
          await transaction
            .insertInto('organization_quotas')
            .values({ organization_id: organizationId, quota, amount: value })
            .onConflict((conflict) =>
              conflict.columns(['organization_id', 'quota']).doUpdateSet({ amount: value }),
            )
            .execute();
        }
        await sql`select pg_notify(${quotasChannel}, ${organizationId})`.execute(transaction);
        return true;
      }),

    async holders(organizationId) {
      let query = kysely
        .selectFrom('organizations')
        .select(['id', 'name'])
        .where('deleting_at', 'is', null)
        .orderBy('name')
        .orderBy('id');
      if (organizationId !== null) query = query.where('id', '=', organizationId);
      return query.execute();
    },

    async count(organizationId) {
      const counts = { webhooks: 0, inboxes: 0, campaigns: 0, communities: 0, tokens: 0 };
      for (const thing of countables) counts[thing] = await countThings(kysely, thing, organizationId);
      return counts;
    },

    listen: (onChange, onMissed) => database.listen(quotasChannel, onChange, onMissed),
  };
}

/** Events accepted and deliveries made, by day (UTC). */
export interface UsageRow {
  readonly organizationId: Uuid;
  /** As `2026-03-14`. */
  readonly day: string;
  readonly events: number;
  readonly deliveries: number;
}

export interface UsageTotals {
  readonly organizationId: Uuid;
  readonly eventsOfDay: number;
  readonly eventsOfMonth: number;
  readonly deliveriesOfMonth: number;
}

/** Adds what a node counted. In the order of the organizations, so that nodes never deadlock. */
export async function addUsage(database: Pick<Database, 'pool'>, rows: readonly UsageRow[]): Promise<void> {
  await database.pool.query({
    name: 'add_usage',
    text: `insert into organization_usage as u (organization_id, day, events, deliveries)
           select g.organization_id, g.day, g.events, g.deliveries
             from unnest($1::uuid[], $2::text[]::date[], $3::text[]::bigint[], $4::text[]::bigint[])
                    as g (organization_id, day, events, deliveries)
             join organizations o on o.id = g.organization_id
            order by g.organization_id, g.day
           on conflict (organization_id, day) do update
              set events = u.events + excluded.events, deliveries = u.deliveries + excluded.deliveries`,
    values: [
      uuidArray(rows.map((row) => row.organizationId)),
      textArray(rows.map((row) => row.day)),
      textArray(rows.map((row) => String(row.events))),
      textArray(rows.map((row) => String(row.deliveries))),
    ],
  });
}

/** What all nodes added for these organizations, on this day and in its month until then; each is answered for. */
export async function readUsage(
  database: Pick<Database, 'pool'>,
  organizationIds: readonly Uuid[],
  day: string,
): Promise<readonly UsageTotals[]> {
  const { rows } = await database.pool.query<{
    organization_id: Uuid;
    events_of_day: string;
    events_of_month: string;
    deliveries_of_month: string;
  }>({
    name: 'read_usage',
    text: `select g.organization_id, t.*
             from unnest($1::uuid[]) as g (organization_id)
            cross join lateral (
              select coalesce(sum(events) filter (where day = $2::text::date), 0)::text as events_of_day,
                     coalesce(sum(events), 0)::text as events_of_month,
                     coalesce(sum(deliveries), 0)::text as deliveries_of_month
                from organization_usage u
               where u.organization_id = g.organization_id
                 and u.day between date_trunc('month', $2::text::date)::date and $2::text::date) t`,
    values: [uuidArray(organizationIds), day],
  });
  return rows.map((row) => ({
    organizationId: row.organization_id,
    eventsOfDay: Number(row.events_of_day),
    eventsOfMonth: Number(row.events_of_month),
    deliveriesOfMonth: Number(row.deliveries_of_month),
  }));
}

/** Of days before this one. Returns how many rows there were. */
export async function deleteUsageBefore(database: Pick<Database, 'pool'>, day: Date): Promise<number> {
  const { rowCount } = await database.pool.query('delete from organization_usage where day < $1::date', [
    day.toISOString().slice(0, 10),
  ]);
  return rowCount ?? 0;
}
