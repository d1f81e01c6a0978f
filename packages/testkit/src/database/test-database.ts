import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, type DatabaseSettings, openDatabase } from '@fanfare/server/storage';
import { onDatabase, testDatabasePrefix } from './test-server.ts';

export interface TestDatabase {
  readonly connectionString: string;
  readonly database: Database;
  /**
   * Closes `database` and drops it. Throws when a connection to it was left open or borrowed and not given back:
   * what leaks in a test leaks in production.
   */
  drop(): Promise<void>;
}

const patienceMs = 3_000;
const pollMs = 10;

/** A migrated, empty database of this test file's own. Needs `database/global-setup.ts` as Vitest's `globalSetup`. */
export async function createTestDatabase(
  settings: Omit<DatabaseSettings, 'connectionString'> = {},
): Promise<TestDatabase> {
  // Imported when needed: benchmarks use this package outside Vitest.
  const { inject } = await import('vitest');
  const template = inject('templateDatabase');
  const name = `${testDatabasePrefix}${randomBytes(6).toString('hex')}`;
  // Copying files is several times faster than logging every page, and its checkpoint costs nothing without fsync.
  await administer(template, (admin) =>
    admin.pool.query(
      `create database ${name} template ${new URL(template).pathname.slice(1)} strategy file_copy`,
    ),
  );
  const connectionString = onDatabase(template, name);
  const database = openDatabase({ ...settings, connectionString });
  return {
    connectionString,
    database,
    async drop() {
      const closed = await Promise.race([
        database.close().then(() => true),
        pause(patienceMs, false, { ref: false }),
      ]);
      const leaks = closed ? [] : ['a pool waits for a connection that was borrowed and not given back'];
      await administer(template, async (admin) => {
        leaks.push(...(await openConnections(admin, name)));
        await admin.pool.query(`drop database ${name} with (force)`);
      });
      if (leaks.length > 0) throw new Error(`Connections leaked: ${leaks.join('; ')}`);
    },
  };
}

/** What is still connected once everything has had time to close. */
async function openConnections(admin: Database, name: string): Promise<string[]> {
  for (let waited = 0; ; waited += pollMs) {
    const { rows } = await admin.pool.query<{ application_name: string; state: string; query: string }>(
      `select application_name, coalesce(state, '') as state, left(query, 80) as query from pg_stat_activity
        where datname = $1 and backend_type = 'client backend'`,
      [name],
    );
    if (rows.length === 0 || waited >= patienceMs) {
      return rows.map((row) => `"${row.application_name}" is ${row.state}, last statement: ${row.query}`);
    }
    await pause(pollMs);
  }
}

async function administer(template: string, work: (admin: Database) => Promise<unknown>): Promise<void> {
  const admin = openDatabase({
    connectionString: onDatabase(template, 'postgres'),
    applicationName: 'testkit',
  });
  try {
    await work(admin);
  } finally {
    await admin.close();
  }
}
