/**
 * A program that does with a data directory what Fanfare does, for tests that kill it: takes the lock and, asked for
 * `serve`, starts the embedded server. Prints one line of JSON when it has them, or its refusal.
 *   tsx server-owner.ts lock|serve <data directory>
 */
import { lockDataDirectory } from '../../src/storage/data-directory.ts';
import { startEmbeddedServer } from '../../src/storage/embedded-server.ts';

const [task, dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('No data directory was given');
try {
  const lock = await lockDataDirectory(dataDir);
  if (task === 'serve') {
    const server = await startEmbeddedServer({ dataDir, log: () => {} });
    process.once('SIGTERM', async () => {
      await server.stop();
      await lock.release();
      process.exit(0);
    });
    console.log(JSON.stringify({ connectionString: server.connectionString, pid: server.pid }));
  } else {
    console.log(JSON.stringify({ path: lock.path }));
  }
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log(JSON.stringify({ refusal: error instanceof Error ? error.message : String(error) }));
  process.exitCode = 1;
}
