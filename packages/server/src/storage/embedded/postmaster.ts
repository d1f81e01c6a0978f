import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a running server writes into `postmaster.pid` of its directory. */
export interface PostmasterFile {
  readonly pid: number;
  /** It takes connections. */
  readonly ready: boolean;
}

/** Null when there is no such file, or not a whole one yet. */
export function readPostmasterFile(clusterDir: string): PostmasterFile | null {
  let text: string;
  try {
    text = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  // Lines: pid, data directory, start time, port, socket directory, listen address, shared memory key, status.
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Makes way for a start after the server before it was killed. PostgreSQL takes a leftover file for a running server's
 * when the process number in it is in use again, by whatever program of the same user; but it knows that its own
 * parent is no server. So our number is put in that place. The file itself must stay: by the rest of it PostgreSQL
 * finds out whether processes of the killed server still live, and two servers on one directory would destroy it.
 * Must not be called while a server may run on the directory.
 */
export function disarmLeftovers(clusterDir: string, sockets: string): void {
  if (readPostmasterFile(clusterDir) !== null) {
    const path = join(clusterDir, 'postmaster.pid');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [String(process.pid), ...lines.slice(1)].join('\n'));
  }
  for (const name of readdirSync(sockets)) rmSync(join(sockets, name), { force: true });
}

/** Whether this process is a PostgreSQL server on this directory, and not another one that was given a used number. */
export function isPostmasterOf(pid: number, clusterDir: string): boolean {
  const command = readCommand(pid);
  return /(?:^|\/)postgres$/.test(command[0] ?? '') && command.includes(clusterDir);
}

/** The process's program and arguments; empty when it has ended (also while nobody has collected its exit status). */
function readCommand(pid: number): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // Without the separators; a directory with spaces is pieced together again.
    const line = execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).trim();
    const [program = '', directory = ''] = line.split(/ -D | -c /);
    return [program, directory];
  } catch {
    return [];
  }
}

const pollMs = 10;

/**
 * Stops a server that is not our child: asks it to end its sessions and write a checkpoint, then to end at once (the
 * next start replays its log), then ends it.
 */
export async function stopOrphan(
  pid: number,
  clusterDir: string,
  log: (message: string) => void,
): Promise<void> {
  for (const { signal, patienceMs } of shutdownSteps) {
    log(`Sending ${signal} to process ${pid}, the PostgreSQL that an earlier Fanfare left running`);
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw new Error(
        `The PostgreSQL process ${pid} of an earlier Fanfare still runs on "${clusterDir}" and cannot be stopped from here: ${error instanceof Error ? error.message : String(error)}. Stop it yourself (kill -INT ${pid}) and start again.`,
        { cause: error },
      );
    }
    for (let waited = 0; waited < patienceMs; waited += pollMs) {
      if (!isPostmasterOf(pid, clusterDir)) return;
      await pause(pollMs);
    }
  }
  throw new Error(
    `Process ${pid}, PostgreSQL on "${clusterDir}", does not end even when killed. Restart the machine.`,
  );
}

/** From polite to final (https://www.postgresql.org/docs/18/server-shutdown.html), each with the time it is given. */
export const shutdownSteps = [
  { signal: 'SIGINT', patienceMs: 10_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
] as const;
