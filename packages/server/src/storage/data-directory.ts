import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSocketDirectory } from './socket-directory.ts';

/** The data directory cannot be used. The message says why and what to do. */
export class UnusableDataDirectory extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableDataDirectory';
  }
}

/** The data directory is this process's own until `release`, or until the process ends in whatever way. */
export interface DataDirectoryLock {
  /** Absolute. */
  readonly path: string;
  release(): Promise<void>;
}

/** What the owner of a data directory answers to whoever asks. */
interface Owner {
  readonly pid: number;
  readonly since: string;
  readonly owns: boolean;
}

const socketPattern = /^claim-(\d+)-[0-9a-f]{8}\.sock$/;
const answerWithinMs = 2_000;
const pollMs = 20;
/** Cleaners of temporary directories spare what was touched lately. */
const touchEveryMs = 3_600_000;

/**
 * Makes the data directory if it is missing and takes it for this process. Throws `UnusableDataDirectory` when another
 * Fanfare has it, or when it cannot be written to.
 *
 * Every contender listens on a Unix socket of its own name in the directory, and only then looks for others. A socket
 * dies with its process, so one that refuses is stale and is removed: names are never used twice, so nobody else's can
 * be removed by mistake. Of contenders that see each other the one with the lower name waits for the higher, which
 * steps back if it has seen the lower and otherwise owns the directory. So one of them gets it, and never two.
 */
export async function lockDataDirectory(dataDir: string): Promise<DataDirectoryLock> {
  const path = makeDataDirectory(dataDir);
  const sockets = openSocketDirectory(path, 'claims', null);
  const name = `claim-${process.pid}-${randomBytes(4).toString('hex')}.sock`;
  const socket = join(sockets, name);
  const state = { pid: process.pid, since: new Date().toISOString(), owns: false };
  const server = await listen(`${socket}.new`, state);
  // Seen only once it listens: between being bound and listening a socket looks dead.
  renameSync(`${socket}.new`, socket);
  const release = async () => {
    clearInterval(touching);
    rmSync(socket, { force: true });
    await new Promise<void>((done) => server.close(() => done()));
  };
  const touching = setInterval(() => utimesSync(socket, new Date(), new Date()), touchEveryMs);
  touching.unref();
  try {
    await outlastOthers(path, sockets, name);
  } catch (error) {
    await release();
    throw error;
  }
  state.owns = true;
  return { path, release };
}

async function outlastOthers(path: string, sockets: string, name: string): Promise<void> {
  const rivals = readdirSync(sockets).filter((other) => other !== name && socketPattern.test(other));
  for (const rival of rivals) {
    for (;;) {
      const owner = await ask(join(sockets, rival));
      if (owner === null) {
        rmSync(join(sockets, rival), { force: true });
        break;
      }
      if (owner !== 'interrupted' && (owner.owns || rival < name)) {
        throw new UnusableDataDirectory(
          `Another Fanfare (pid ${owner.pid}, since ${owner.since}) already runs on this data directory, "${path}". Stop it, or give this one another FANFARE_DATA_DIR.`,
        );
      }
      await pause(pollMs);
    }
  }
}

/**
 * Makes the data directory if it is missing and returns its absolute path. Throws `UnusableDataDirectory` when this user
 * cannot write to it.
 */
export function makeDataDirectory(dataDir: string): string {
  const path = resolve(dataDir);
  const what = `The data directory "${path}"`;
  const instead = 'or set FANFARE_DATA_DIR to a directory that this user can write to';
  try {
    makeDirectories(path);
    if (!statSync(path).isDirectory()) {
      throw new UnusableDataDirectory(`${what} is not a directory. Move what is there away, ${instead}.`);
    }
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    if (error instanceof UnusableDataDirectory) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : null;
    switch (code) {
      case 'EEXIST':
      case 'ENOTDIR':
        throw new UnusableDataDirectory(
          `${what} is not a directory, or lies below something that is not one. Move that away, ${instead}.`,
          { cause: error },
        );
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
      case 'ENOENT':
        throw new UnusableDataDirectory(
          `${what} cannot be written to by this user (${code}). Change its owner or mode, ${instead}.`,
          { cause: error },
        );
      default:
        throw new UnusableDataDirectory(
          `${what} cannot be used: ${error instanceof Error ? error.message : String(error)}. Repair that, ${instead}.`,
          { cause: error },
        );
    }
  }
}

/** Not by `recursive`: where nothing can be made although nothing is in the way, as below /proc, that never returns. */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeDirectories(dirname(path));
  try {
    // What root makes must let the database's own user pass to its files; the files guard themselves.
    mkdirSync(path, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (error) {
    // Another process made it a moment ago.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function listen(path: string, state: Owner): Promise<Server> {
  const server = createServer((asker) => {
    asker.on('error', () => {});
    asker.end(JSON.stringify(state));
  });
  server.unref();
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => done(server));
  });
}

/** Null when nobody listens on the socket any more; `interrupted` when it fell silent in the middle of its answer. */
function ask(path: string): Promise<Owner | 'interrupted' | null> {
  return new Promise((done, fail) => {
    const asking = connect(path);
    const pid = Number(socketPattern.exec(path.slice(path.lastIndexOf('/') + 1))?.[1]);
    // Somebody who takes the call and says nothing (a stopped process, a busy one) is alive all the same.
    const silent = { pid, since: 'an unknown time', owns: true };
    let heard = '';
    asking.setTimeout(answerWithinMs, () => {
      asking.destroy();
      done(silent);
    });
    asking.on('data', (chunk) => {
      heard += chunk.toString();
    });
    asking.on('end', () => done(readOwner(heard) ?? 'interrupted'));
    asking.on('error', (error) => {
      if ('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')) done(null);
      // Its process ended while it was being asked.
      else if ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) done(null);
      else fail(error);
    });
  });
}

function readOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    if (!('pid' in value) || typeof value.pid !== 'number') return null;
    if (!('since' in value) || typeof value.since !== 'string') return null;
    if (!('owns' in value) || typeof value.owns !== 'boolean') return null;
    return { pid: value.pid, since: value.since, owns: value.owns };
  } catch {
    return null;
  }
}
