import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Account, databaseAccount, launchAs } from './embedded/account.ts';
import { findBinaries } from './embedded/binaries.ts';
import { databaseName, ensureCluster, programEnvironment, superuser } from './embedded/cluster.ts';
import {
  disarmLeftovers,
  isPostmasterOf,
  readPostmasterFile,
  shutdownSteps,
  stopOrphan,
} from './embedded/postmaster.ts';
import { openServerLog, readServerLogSince, serverLogSize } from './embedded/server-log.ts';
import { openSocketDirectory } from './socket-directory.ts';

export interface EmbeddedServerSettings {
  /** Exists and is locked by this process (`lockDataDirectory`): nobody else starts a server on it meanwhile. */
  readonly dataDir: string;
  /** Server settings on top of ours, as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For the server process, which gets nothing else of our environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** One line for the operator at a time. */
  readonly log: (message: string) => void;
  /** As `log`, for what the operator may have to do something about. Default: `log`. */
  readonly onTrouble?: (message: string) => void;
}

export interface EmbeddedServer {
  readonly connectionString: string;
  /** Of the server process as it is now: it is started again when it dies. */
  readonly pid: number;
  /** Ends sessions, writes everything down and stops; within 20 s in any case. May be called again. */
  stop(): Promise<void>;
}

/**
 * For one machine that does everything: most of the memory is left to the program itself and to the file cache.
 * Durability is never traded for speed here.
 */
const tuning: Readonly<Record<string, string>> = {
  max_connections: '60',
  shared_buffers: '192MB',
  effective_cache_size: '1GB',
  random_page_cost: '1.1',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_wal_size: '2GB',
  // What a checkpoint sets free of the log is kept for the next burst, instead of being made anew under it.
  min_wal_size: '512MB',
  checkpoint_timeout: '15min',
  autovacuum_naptime: '15s',
  jit: 'off',
  // Parallel workers talk through /dev/shm, of which containers get 64 MB; our statements are short.
  max_parallel_workers_per_gather: '0',
  // Reading ahead through worker processes gains nothing where the working set is in memory: batches of events were
  // written at 44,000–70,000 rows/s without them, 25,000–49,000 with them (18.4, two cores).
  io_method: 'sync',
  // After a crash every file is made durable before the log is replayed: in one call instead of thousands.
  ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
};

const readyWithinMs = 60_000;
const readyPollMs = 2;
/** Processes of a server that was killed hold its memory until they notice; a new server must wait for them. */
const remainsWithinMs = 10_000;
const remainsPauseMs = 100;
const longestRestartPauseMs = 10_000;

/** Of the server that another process runs on this data directory; null when none does. */
export function runningServerAddress(dataDir: string): string | null {
  if (!existsSync(dataDir)) return null;
  const real = realpathSync(dataDir);
  const clusterDir = join(real, 'postgres');
  const running = readPostmasterFile(clusterDir);
  if (running === null || !running.ready || !isPostmasterOf(running.pid, clusterDir)) return null;
  return addressOf(openSocketDirectory(real, 'sockets', databaseAccount()));
}

function addressOf(sockets: string): string {
  return `postgresql://${superuser}@localhost/${databaseName}?host=${encodeURIComponent(sockets)}`;
}

/**
 * Starts PostgreSQL 18 on `<dataDir>/postgres`, made on first use, and keeps it running until `stop`. A server left
 * over from an earlier process is stopped first. Its log is `<dataDir>/postgres.log`; it writes there by itself, so it
 * survives us, and it is in a process group of its own, so Ctrl-C in a terminal reaches us alone and we stop it last.
 *
 * Nobody is asked for a password (`trust`): the server listens on no network address, only on a Unix socket in a
 * directory that this user (and root) alone can enter, which says as much as a password in a file beside it would.
 */
export async function startEmbeddedServer(given: EmbeddedServerSettings): Promise<EmbeddedServer> {
  const { log, onTrouble = log } = given;
  const dataDir = realpathSync(given.dataDir);
  const clusterDir = join(dataDir, 'postgres');
  const logPath = join(dataDir, 'postgres.log');
  const binaries = await findBinaries();
  const account = databaseAccount();
  await stopLeftoverServer(dataDir, log);
  await ensureCluster({ clusterDir, binaries, account, log });
  const sockets = openSocketDirectory(dataDir, 'sockets', account);
  const settings = {
    ...tuning,
    ...given.settings,
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
  };
  const start = () =>
    startPostmaster({
      postgres: binaries.postgres,
      clusterDir,
      logPath,
      sockets,
      account,
      settings,
      environment: { ...programEnvironment, ...given.environment },
    });

  let stopping: Promise<void> | null = null;
  let stopRequested = false;
  let child = await start();
  watch(child);

  function watch(current: ChildProcess): void {
    current.once('exit', (code, signal) => {
      if (stopRequested) return;
      onTrouble(
        `PostgreSQL ended unexpectedly (${signal ?? `code ${code}`}); starting it again. Its log: "${logPath}"`,
      );
      restarting = restart();
    });
  }

  let restarting: Promise<void> = Promise.resolve();
  async function restart(): Promise<void> {
    for (let pauseMs = 50; !stopRequested; pauseMs = Math.min(pauseMs * 2, longestRestartPauseMs)) {
      try {
        child = await start();
        watch(child);
        onTrouble(`PostgreSQL runs again (pid ${child.pid})`);
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        onTrouble(`PostgreSQL does not start, which is tried again: ${whatToDo(reason, dataDir)}${reason}`);
        await pause(pauseMs);
      }
    }
  }

  return {
    connectionString: addressOf(sockets),
    get pid() {
      return pidOf(child);
    },
    stop() {
      stopRequested = true;
      stopping ??= restarting.then(() => stopChild(child, log));
      return stopping;
    },
  };
}

/** In words of ours what may stand somewhere in a log of many lines. */
function whatToDo(reason: string, dataDir: string): string {
  return /No space left on device|Disk quota exceeded/.test(reason)
    ? `there is no room left on the disk of "${dataDir}". Free some; the rest happens by itself. `
    : '';
}

/** Stops the server that a killed process has left running on the data directory, if there is one. */
export async function stopLeftoverServer(dataDir: string, log: (message: string) => void): Promise<void> {
  const clusterDir = join(realpathSync(dataDir), 'postgres');
  const left = readPostmasterFile(clusterDir);
  if (left === null) return;
  // Otherwise the file is stale, or its number belongs to another program by now.
  if (isPostmasterOf(left.pid, clusterDir)) await stopOrphan(left.pid, clusterDir, log);
}

interface PostmasterParts {
  readonly postgres: string;
  readonly clusterDir: string;
  readonly logPath: string;
  readonly sockets: string;
  readonly account: Account | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Resolves when the server takes connections. */
async function startPostmaster(parts: PostmasterParts): Promise<ChildProcess> {
  const giveUpAt = performance.now() + remainsWithinMs;
  for (;;) {
    const started = await tryStart(parts);
    if (started.child !== null) return started.child;
    const remains = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(
      started.log,
    );
    if (!remains || performance.now() > giveUpAt) {
      throw new Error(
        `PostgreSQL did not start (${started.how}). Its log "${parts.logPath}" says:\n${started.log}`,
      );
    }
    await pause(remainsPauseMs);
  }
}

type Started =
  | { readonly child: ChildProcess }
  | { readonly child: null; readonly how: string; readonly log: string };

async function tryStart(parts: PostmasterParts): Promise<Started> {
  const { clusterDir, logPath } = parts;
  disarmLeftovers(clusterDir, parts.sockets);
  const logFile = openServerLog(logPath);
  const logStart = serverLogSize(logPath);
  const args = ['-D', clusterDir];
  for (const [name, value] of Object.entries(parts.settings)) args.push('-c', `${name}=${value}`);
  const launch = launchAs(parts.account, parts.postgres, args, [clusterDir, parts.sockets]);
  const child = spawn(launch.command, launch.args, {
    ...launch.identity,
    cwd: '/',
    env: { ...parts.environment },
    detached: true,
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  let ended: string | null = null;
  child.once('exit', (code, signal) => {
    ended = signal ?? `code ${code}`;
  });
  child.once('error', (error) => {
    ended = error.message;
  });
  const giveUpAt = performance.now() + readyWithinMs;
  while (performance.now() < giveUpAt) {
    if (ended !== null)
      return { child: null, how: `it ended with ${ended}`, log: readServerLogSince(logPath, logStart) };
    const file = readPostmasterFile(clusterDir);
    if (file?.ready === true && file.pid === child.pid) return { child };
    await pause(readyPollMs);
  }
  child.kill('SIGQUIT');
  return {
    child: null,
    how: `it was not ready within ${readyWithinMs / 1000} s`,
    log: readServerLogSince(logPath, logStart),
  };
}

async function stopChild(child: ChildProcess, log: (message: string) => void): Promise<void> {
  const ended = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
  for (const { signal, patienceMs } of shutdownSteps) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (signal !== 'SIGINT') log(`PostgreSQL has not stopped yet; sending ${signal}`);
    child.kill(signal);
    const patience = new AbortController();
    const late = pause(patienceMs, false, { signal: patience.signal }).catch(() => false);
    const done = await Promise.race([ended, late]);
    patience.abort();
    if (done) return;
  }
  throw new Error(`PostgreSQL (pid ${pidOf(child)}) does not end even when killed`);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('PostgreSQL has not been started');
  return child.pid;
}
