import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, openDatabase, startEmbeddedServer, stopLeftoverServer } from '@fanfare/server/storage';
import type { TestProject } from 'vitest/node';
import { quickDirectory } from '../quick-directory.ts';
import { onDatabase, testDatabasePrefix } from './test-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the migrated database that every test file's own is a copy of. */
    readonly templateDatabase: string;
  }
}

const directory = quickDirectory();
const directoryPrefix = 'fanfare-test-';

/** Vitest's `globalSetup`: one PostgreSQL for the run, its schema migrated once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await clearEarlierRuns();
  const dataDir = mkdtempSync(join(directory, `${directoryPrefix}${process.pid}-`));
  const server = await startEmbeddedServer({
    dataDir,
    // Nothing here outlives the run, so nothing has to survive a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
    log: () => {},
  });
  const template = openDatabase({ connectionString: server.connectionString });
  await migrate(template);
  // A database can be copied only while nobody is connected to it.
  await template.close();
  project.provide('templateDatabase', server.connectionString);

  return async () => {
    const admin = openDatabase({ connectionString: onDatabase(server.connectionString, 'postgres') });
    const { rows } = await admin.pool.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [testDatabasePrefix],
    );
    await admin.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    if (rows.length > 0) {
      // Vitest prints what a teardown throws, but still ends with success.
      process.exitCode = 1;
      throw new Error(`${rows.length} test databases were not dropped: call drop() in afterAll`);
    }
  };
}

/** A run that was killed leaves its server running and its directory behind. */
async function clearEarlierRuns(): Promise<void> {
  for (const name of readdirSync(directory)) {
    const owner = new RegExp(`^${directoryPrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    const dataDir = join(directory, name);
    await stopLeftoverServer(dataDir, () => {});
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is running too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
