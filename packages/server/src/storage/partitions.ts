import type { PoolClient } from 'pg';
import { firstUuidAt, uuidTimeMs } from '../ids.ts';
import type { Database } from './database.ts';

/** Tables cut into days (UTC) by the time inside their UUIDv7 ids. */
export const partitionedTables = [
  'events',
  'closed_deliveries',
  'attempts',
  'response_bodies',
  'inbox_requests',
] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

export interface Partition {
  readonly table: PartitionedTable;
  readonly name: string;
  /** Ids made at or after this time. */
  readonly from: Date;
  /** Ids made before this time. */
  readonly until: Date;
  /** With indexes and out-of-line values. */
  readonly bytes: number;
}

const dayMs = 86_400_000;

/** For how many days rows are kept, by what they are. No kind is kept longer than the one before it. */
export interface Retention {
  /** Events and deliveries. */
  readonly eventDays: number;
  readonly attemptDays: number;
  /** What receivers answered, and what inboxes received. */
  readonly bodyDays: number;
}

const daysKept: Readonly<Record<PartitionedTable, (retention: Retention) => number>> = {
  events: ({ eventDays }) => eventDays,
  closed_deliveries: ({ eventDays }) => eventDays,
  attempts: ({ attemptDays }) => attemptDays,
  response_bodies: ({ bodyDays }) => bodyDays,
  inbox_requests: ({ bodyDays }) => bodyDays,
};

/** Before when rows of each table are older than what is kept. */
export type RetentionBounds = Readonly<Record<PartitionedTable, Date>>;

export function retentionBounds(retention: Retention, now: Date): RetentionBounds {
  const bound = (table: PartitionedTable) => new Date(now.getTime() - daysKept[table](retention) * dayMs);
  return {
    events: bound('events'),
    closed_deliveries: bound('closed_deliveries'),
    attempts: bound('attempts'),
    response_bodies: bound('response_bodies'),
    inbox_requests: bound('inbox_requests'),
  };
}
/** Ids are made by many clocks: one that is slow around midnight still finds its day. */
const daysBack = 1;
/** Two weeks without upkeep do no harm. */
const daysAhead = 14;
const makingLock = 7_219_350_015;
const droppingLock = 7_219_350_016;
/** Open deliveries that one statement cancels: bounds its locks and its time. */
const cancelBatch = 5_000;

/**
 * Makes the partitions from yesterday to two weeks ahead that are missing. May run at any time, in several processes
 * at once, beside writers: a partition is made as a table of its own and then attached, which blocks nobody.
 * Returns the names of those it made.
 */
export async function ensurePartitions(database: Database, now: Date): Promise<string[]> {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  const days = Array.from(
    { length: daysBack + 1 + daysAhead },
    (_, index) => today + (index - daysBack) * dayMs,
  );
  return withClient(database, async (client) => {
    await client.query('begin');
    try {
      await client.query('select pg_advisory_xact_lock($1)', [makingLock]);
      const present = new Set((await readPartitions(client)).map((partition) => partition.name));
      const made: string[] = [];
      const statements: string[] = [];
      for (const table of partitionedTables) {
        for (const day of days) {
          const name = partitionName(table, day);
          if (present.has(name)) continue;
          made.push(name);
          statements.push(
            `create table ${name} (like ${table} including defaults including constraints including storage)`,
            `alter table ${table} attach partition ${name} for values from ('${firstUuidAt(day)}') to ('${firstUuidAt(day + dayMs)}')`,
          );
        }
      }
      if (statements.length > 0) await client.query(statements.join(';\n'));
      await client.query('commit');
      return made;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    }
  });
}

/** Every partition, by table and time. */
export async function listPartitions(database: Database): Promise<Partition[]> {
  return withClient(database, readPartitions);
}

export interface Dropped {
  readonly partitions: readonly Partition[];
  /** Deliveries that were still open although their event is older than the retention. */
  readonly cancelledDeliveries: number;
}

/**
 * Drops the partitions whose every row is older than the date, or than the bound of its table. First ends what would be left hanging: open deliveries
 * of events that go away are closed as cancelled. Writers are not blocked: partitions are detached concurrently.
 * Does nothing while another process is at it.
 */
export async function dropPartitionsBefore(
  database: Database,
  before: Date | RetentionBounds,
): Promise<Dropped> {
  const boundOf = (table: PartitionedTable) => (before instanceof Date ? before : before[table]);
  // With the connection go the lock and the settings.
  return withClient(database, (client) => dropOn(client, boundOf), 'close');
}

async function dropOn(client: PoolClient, boundOf: (table: PartitionedTable) => Date): Promise<Dropped> {
  const lock = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
    droppingLock,
  ]);
  if (lock.rows[0]?.held !== true) return { partitions: [], cancelledDeliveries: 0 };
  // A detach waits for every transaction that may still see the partition.
  await client.query('set statement_timeout = 0');
  await client.query('set lock_timeout = 0');
  await finishDetaching(client);
  const old = (await readPartitions(client)).filter(
    (partition) => partition.until <= boundOf(partition.table),
  );
  const lastEvents = old.filter((partition) => partition.table === 'events').at(-1);
  const cancelledDeliveries =
    lastEvents === undefined ? 0 : await cancelDeliveriesOfEventsBefore(client, lastEvents.until);
  for (const partition of old) await dropPartition(client, partition);
  for (const table of partitionedTables) {
    for (const name of await readDetached(client, table, boundOf(table)))
      await client.query(`drop table ${name}`);
  }
  return { partitions: old, cancelledDeliveries };
}

/** Partitions that a process killed between detaching and dropping has left behind. */
async function readDetached(client: PoolClient, table: PartitionedTable, date: Date): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
      where relkind = 'r' and not relispartition and pg_table_is_visible(oid)
        and relname ~ ('^' || $1 || '_p[0-9]{8}$') and right(relname, 8) < $2`,
    [table, compactDay(date.getTime())],
  );
  return rows.map((row) => row.name);
}

async function readPartitions(client: PoolClient): Promise<Partition[]> {
  const { rows } = await client.query<{
    table: PartitionedTable;
    name: string;
    bounds: string;
    bytes: string;
  }>(
    `select parent.relname as table, child.relname as name, pg_get_expr(child.relpartbound, child.oid) as bounds,
            pg_total_relation_size(child.oid) as bytes
       from pg_inherits
       join pg_class parent on parent.oid = inhparent
       join pg_class child on child.oid = inhrelid
      where parent.oid = any ($1::regclass[]) and child.relkind = 'r'
      order by parent.relname, child.relname`,
    [partitionedTables],
  );
  return rows.map(({ table, name, bounds, bytes }) => {
    const [from, until] = bounds.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    if (from === undefined || until === undefined) {
      throw new Error(
        `The partition "${name}" has the bounds ${bounds}; expected FROM and TO a UUID. Detach it: Fanfare did not make it.`,
      );
    }
    return {
      table,
      name,
      from: new Date(uuidTimeMs(from)),
      until: new Date(uuidTimeMs(until)),
      bytes: Number(bytes),
    };
  });
}

async function cancelDeliveriesOfEventsBefore(client: PoolClient, until: Date): Promise<number> {
  const bound = firstUuidAt(until.getTime());
  let cancelled = 0;
  for (;;) {
    // A delivery older than the bound gets no closed row: the partition for it goes away, or went before.
    // A resend by hand (extra) stands beside a row that tells how the delivery ended.
    const { rows } = await client.query<{ taken: number; cancelled: number }>(
      `with taken as (
         delete from open_deliveries
          where (id, extra) in (select id, extra from open_deliveries where event_id < $1::uuid limit $2)
         returning *
       ), closed as (
         insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                        webhook_name, created_at, attempts, retries, state, closed_at)
         select id, organization_id, webhook_uid, event_id, format, format_version, scope,
                webhook_name, created_at, attempts, retries, 'cancelled', now()
           from taken
          where not extra and id >= $1::uuid
         on conflict do nothing
       )
       select count(*)::integer as taken, count(*) filter (where not extra)::integer as cancelled from taken`,
      [bound, cancelBatch],
    );
    const batch = rows[0];
    if (batch === undefined) throw new Error('Cancelling deliveries returned no count');
    cancelled += batch.cancelled;
    if (batch.taken < cancelBatch) return cancelled;
  }
}

async function dropPartition(client: PoolClient, partition: Partition): Promise<void> {
  await client.query(`alter table ${partition.table} detach partition ${partition.name} concurrently`);
  await client.query(`drop table ${partition.name}`);
}

/** A detach that was interrupted can only be finished, and keeps every other partition of its table from being detached. */
async function finishDetaching(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `select inhparent::regclass::text as table, inhrelid::regclass::text as name from pg_inherits
      where inhdetachpending and inhparent = any ($1::regclass[])`,
    [partitionedTables],
  );
  for (const { table, name } of rows) {
    await client.query(`alter table ${table} detach partition ${name} finalize`);
  }
}

/** `events_p20261121`: the day (UTC) whose ids it holds. */
function partitionName(table: PartitionedTable, startMs: number): string {
  return `${table}_p${compactDay(startMs)}`;
}

function compactDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Work on one connection of the general pool. `close`: end the connection afterwards, and its session state with it. */
async function withClient<T>(
  database: Database,
  work: (client: PoolClient) => Promise<T>,
  afterwards: 'keep' | 'close' = 'keep',
): Promise<T> {
  const client = await database.pool.connect();
  try {
    return await work(client);
  } finally {
    client.release(afterwards === 'close');
  }
}
