import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Account, launchAs } from './account.ts';
import type { Binaries } from './binaries.ts';

/** The major version whose files the binaries read and write. */
const majorVersion = '18';
export const superuser = 'fanfare';
export const databaseName = 'fanfare';

/** What the database programs get of the environment: nothing of ours, secrets least of all. */
export const programEnvironment = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };

/**
 * Makes the database files in `clusterDir` unless they are there. They are made beside it and moved into place when
 * they are whole, so a kill at any moment leaves either nothing or all of them; leftovers are cleared away.
 */
export async function ensureCluster(parts: {
  readonly clusterDir: string;
  readonly binaries: Binaries;
  readonly account: Account | null;
  readonly log: (message: string) => void;
}): Promise<void> {
  const { clusterDir, binaries, account, log } = parts;
  const parent = dirname(clusterDir);
  const draftPrefix = `${basename(clusterDir)}.making-`;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(draftPrefix)) continue;
    log(`Removing "${name}": a start was interrupted while it made the database`);
    // The interrupted program may live on for a moment and still write there.
    rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
  if (isCluster(clusterDir)) return;

  log(`Making a new database in "${clusterDir}"`);
  const draft = join(parent, `${draftPrefix}${process.pid}`);
  mkdirSync(draft, { mode: 0o700 });
  if (account !== null) chownSync(draft, account.uid, account.gid);
  // Text sorts by code point, the same on every machine, whatever its locale library does after an upgrade.
  // `trust` is safe because of where it listens: see embedded-server.ts.
  const initArguments = [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    // Everybody who commits waits while a new segment of the log is filled with zeros and synced: 8 to 100 ms for one
    // of the usual 16 MB on a busy disk.
    '--wal-segsize=4',
    '--no-instructions',
  ];
  await run(account, binaries.initdb, initArguments, [draft, binaries.postgres], '');
  await run(
    account,
    binaries.postgres,
    ['--single', '-j', '-D', draft, '-c', 'log_checkpoints=off', 'postgres'],
    [draft],
    `create database ${databaseName};\n`,
  );
  renameSync(draft, clusterDir);
  const directory = openSync(parent, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Throws when the directory holds something else, or the files of another version. */
function isCluster(clusterDir: string): boolean {
  let names: string[];
  try {
    names = readdirSync(clusterDir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  if (names.length === 0) return false;
  if (!names.includes('PG_VERSION')) {
    throw new Error(
      `"${clusterDir}" holds files that are not a PostgreSQL database (${names.slice(0, 3).join(', ')}). Move them away, or choose another data directory.`,
    );
  }
  const version = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  if (version === majorVersion) return true;
  throw new Error(
    `The database in "${clusterDir}" was made by PostgreSQL ${version}, but this Fanfare brings PostgreSQL ${majorVersion}. Dump it with the Fanfare that made it and load the dump here, or choose another data directory.`,
  );
}

function run(
  account: Account | null,
  program: string,
  args: readonly string[],
  paths: readonly string[],
  input: string,
): Promise<void> {
  const launch = launchAs(account, program, args, paths);
  return new Promise((resolve, reject) => {
    const child = spawn(launch.command, launch.args, {
      ...launch.identity,
      cwd: '/',
      env: programEnvironment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    // A program that failed at once reads no input; how it ended says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // The single-user server ends with 0 even when a statement failed.
      if (code === 0 && !/^.*\b(?:ERROR|FATAL|PANIC): /m.test(said)) resolve();
      else reject(new Error(`${basename(program)} ended with ${signal ?? `code ${code}`}:\n${said.trim()}`));
    });
  });
}
