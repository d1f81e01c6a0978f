import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  dumpSchema,
  migrate,
  openDatabase,
  startEmbeddedServer,
} from '../packages/server/src/storage/index.ts';

/** Writes spec/schema.sql from a database that was migrated a moment ago. A test fails when the file is stale. */
const file = new URL('../spec/schema.sql', import.meta.url);
const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-schema-'));
const server = await startEmbeddedServer({ dataDir, settings: { fsync: 'off' }, log: () => {} });
try {
  const database = openDatabase({ connectionString: server.connectionString });
  try {
    await migrate(database);
    await writeFile(file, await dumpSchema(database));
  } finally {
    await database.close();
  }
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true });
}
console.log(`Wrote ${file.pathname}`);
