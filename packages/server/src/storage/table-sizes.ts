import type { Database } from './database.ts';
import { listPartitions, type PartitionedTable, partitionedTables } from './partitions.ts';

/** How much one table holds. Rows are estimates of the last vacuum or analysis, as counting takes as long as reading. */
export interface TableSize {
  readonly table: string;
  readonly rows: number;
  /** Versions of rows that nobody sees any more and that no vacuum has made room of. */
  readonly deadRows: number;
  /** With indexes and out-of-line values. */
  readonly bytes: number;
  readonly indexBytes: number;
  readonly lastVacuum: Date | null;
  /** Null for a table that is not cut into days. */
  readonly partitions: {
    readonly table: PartitionedTable;
    readonly count: number;
    /** The first and the last day that holds a row. Null when none does. */
    readonly oldest: Date | null;
    readonly newest: Date | null;
    /** The first of all: dropped as a whole when every row in it is older than what is kept. */
    readonly first: { readonly name: string; readonly until: Date; readonly bytes: number } | null;
  } | null;
}

/** Every table of Fanfare, the largest first. */
export async function readTableSizes(database: Database): Promise<readonly TableSize[]> {
  const { rows } = await database.pool.query<{
    table: string;
    rows: string;
    dead: string;
    bytes: string;
    index_bytes: string;
    last_vacuum: Date | null;
  }>(
    `select coalesce(parent.relname, c.relname) as table,
            sum(greatest(c.reltuples, s.n_live_tup, 0))::bigint as rows,
            sum(s.n_dead_tup)::bigint as dead,
            sum(pg_total_relation_size(c.oid))::bigint as bytes,
            sum(pg_indexes_size(c.oid))::bigint as index_bytes,
            max(greatest(s.last_vacuum, s.last_autovacuum)) as last_vacuum
       from pg_stat_user_tables s
       join pg_class c on c.oid = s.relid and c.relkind = 'r'
       left join pg_inherits i on i.inhrelid = c.oid
       left join pg_class parent on parent.oid = i.inhparent
      where s.schemaname = current_schema()
      group by 1
      order by bytes desc, 1`,
  );
  const partitions = await listPartitions(database);
  const filled = await filledPartitions(database);
  return rows.map((row) => ({
    table: row.table,
    rows: Number(row.rows),
    deadRows: Number(row.dead),
    bytes: Number(row.bytes),
    indexBytes: Number(row.index_bytes),
    lastVacuum: row.last_vacuum,
    partitions: partitionsOf(row.table, partitions, filled),
  }));
}

function partitionsOf(
  table: string,
  all: Awaited<ReturnType<typeof listPartitions>>,
  filled: ReadonlySet<string>,
): TableSize['partitions'] {
  const known = partitionedTables.find((one) => one === table);
  if (known === undefined) return null;
  const own = all.filter((partition) => partition.table === known);
  const withRows = own.filter(({ name }) => filled.has(name));
  const first = own[0];
  return {
    table: known,
    count: own.length,
    oldest: withRows[0]?.from ?? null,
    newest: withRows.at(-1)?.from ?? null,
    first: first === undefined ? null : { name: first.name, until: first.until, bytes: first.bytes },
  };
}

/** A table without a block has never held a row, or has been emptied by a vacuum. */
async function filledPartitions({ pool }: Database): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
      where inhparent = any ($1::regclass[]) and pg_relation_size(c.oid) > 0`,
    [partitionedTables],
  );
  return new Set(rows.map(({ name }) => name));
}
