import { setTimeout as pause } from 'node:timers/promises';
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { migrations } from './migrations/index.ts';
import { ensurePartitions } from './partitions.ts';

/** The database cannot be used by this program, and no retry will change that. The message says what to do. */
export class UnsuitableDatabase extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsuitableDatabase';
  }
}

const oldestServer = 150_000;
/** Any number, the same in every Fanfare: what processes starting at once queue behind. */
const migrationLock = 7_219_350_014;
const migrationTable = 'schema_migrations';
/**
 * What waits for a lock on a table holds up everybody who comes after it. Shorter than the second after which PostgreSQL
 * looks for a deadlock, so that it is the migration that gives way and no node; then longer, as it is only after that
 * second that autovacuum lets go of a table.
 */
const lockTimeoutsMs = { atFirst: 250, later: 3_000 };
const triesAtFirst = 30;
const mostTries = 40;
const pauseMs = 500;

/**
 * Brings the schema up to this program and makes the partitions of the coming days. Several processes may do it at
 * once: one works, the others wait and then find nothing to do.
 * Throws `UnsuitableDatabase` for a PostgreSQL older than 15, a database that a newer Fanfare has migrated, or one
 * that this user may not change.
 */
export async function migrate(database: Database, now: Date = new Date()): Promise<void> {
  // A pool of its own: a migration may take longer than any statement of the running program should.
  const pool = new pg.Pool({
    connectionString: database.connectionString,
    application_name: 'fanfare migrate',
    connectionTimeoutMillis: 5_000,
    max: 2,
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const gate = await pool.connect();
    try {
      await refuseOldServer(gate);
      // However long another process takes for it.
      await gate.query('set lock_timeout = 0');
      await gate.query('select pg_advisory_lock($1)', [migrationLock]);
      await refuseNewerSchema(gate);
      const migrator = new Migrator({
        db: kysely,
        provider: { getMigrations: async () => ({ ...migrations }) },
        migrationTableName: migrationTable,
        migrationLockTableName: `${migrationTable}_lock`,
      });
      // One at a time, each in a transaction of its own: what is held of one table must not wait for another.
      for (let left = true; left; ) {
        await givingWay(async (lockTimeoutMs) => {
          // The gate has one of two connections, so this is the one that migrates.
          await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, false)`.execute(kysely);
          const { error, results = [] } = await migrator.migrateUp();
          if (error !== undefined)
            throw explained(error, results.find((result) => result.status === 'Error')?.migrationName);
          left = results.length > 0;
        });
      }
      await ensurePartitions(database, now);
    } finally {
      // Closing the session gives the lock back, whatever state the connection is in.
      gate.release(true);
    }
  } finally {
    await pool.end();
  }
}

/**
 * Nodes of the release before go on while a database is migrated. What meets their locks in vain, or in the wrong order,
 * was rolled back and is done again. `work` is told how long to wait for a lock.
 */
export async function givingWay(work: (lockTimeoutMs: number) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work(tries <= triesAtFirst ? lockTimeoutsMs.atFirst : lockTimeoutsMs.later);
    } catch (error) {
      if (tries === mostTries || !isContention(error)) throw error;
      await pause(pauseMs * Math.random());
    }
  }
}

/** lock_not_available and deadlock_detected, perhaps told in other words. */
function isContention(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === '55P03' || error.code === '40P01')) return true;
  return isContention(error.cause);
}

async function refuseOldServer(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string; recovering: boolean }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as version,
            pg_is_in_recovery() as recovering`,
  );
  const server = rows[0];
  if (server === undefined) throw new Error('PostgreSQL did not state its version');
  if (server.number < oldestServer) {
    throw new UnsuitableDatabase(
      `The database server is PostgreSQL ${server.version}; Fanfare needs 15 or later. Upgrade it, or unset DATABASE_URL to use the PostgreSQL that comes with Fanfare.`,
    );
  }
  if (server.recovering) {
    throw new UnsuitableDatabase(
      'The database server is a read-only replica; Fanfare needs the primary. Point DATABASE_URL at the primary.',
    );
  }
}

async function refuseNewerSchema(client: pg.PoolClient): Promise<void> {
  const table = await client.query<{ present: boolean }>('select to_regclass($1) is not null as present', [
    migrationTable,
  ]);
  if (table.rows[0]?.present !== true) return;
  const { rows } = await client.query<{ name: string }>(`select name from ${migrationTable} order by name`);
  const unknown = rows.map((row) => row.name).filter((name) => migrations[name] === undefined);
  if (unknown.length === 0) return;
  throw new UnsuitableDatabase(
    `The database has been changed by a newer Fanfare: it has run ${unknown.map((name) => `"${name}"`).join(', ')}, which this version does not know (its last is "${Object.keys(migrations).at(-1)}"). Start the newer version, or restore a backup made before the upgrade.`,
  );
}

function explained(error: unknown, migration: string | undefined): unknown {
  if (error instanceof Error && 'code' in error && error.code === '42501') {
    return new UnsuitableDatabase(
      `The database user may not change the schema (${error.message}). Grant it CREATE on the database and on the schema "public", or make it their owner.`,
    );
  }
  if (!(error instanceof Error) || migration === undefined) return error;
  return new Error(`Migration "${migration}" failed and was rolled back: ${error.message}`, { cause: error });
}
