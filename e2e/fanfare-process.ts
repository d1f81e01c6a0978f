import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type FanfareClient, type PublishedEvent, type PublishResults } from '@fanfare/client';
import { waitFor } from '@fanfare/testkit';

const root = fileURLToPath(new URL('..', import.meta.url));
const start = join(root, 'scripts', 'start.mjs');
const readyWithinMs = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Fanfare started as a person starts it, in a process of its own. */
export interface FanfareProcess {
  readonly pid: number;
  /** All it wrote until now, both streams. */
  readonly output: string;
  readonly ended: Promise<Ended>;
  /** Resolves when the banner is there. */
  ready(): Promise<void>;
  readonly origin: string;
  readonly token: string;
  /** Makes the first owner's account. */
  readonly ownerToken: string;
  /** Asks once: what is turned away or not answered is for the test to see. */
  readonly api: FanfareClient;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** By `node` or `npm` as in this checkout, or the compiled program of another one. */
export type StartedBy = 'node' | 'npm' | { readonly program: string };

/**
 * Starts Fanfare with these settings alone, on a port that the system chooses unless told otherwise. With
 * `npm`, as a person in a terminal does: by `npm start`, at the head of a process group.
 */
export function startFanfare(
  settings: Readonly<Record<string, string>>,
  by: StartedBy = 'node',
): FanfareProcess {
  const program = typeof by === 'object' ? by.program : start;
  const child = spawn(by === 'npm' ? 'npm' : process.execPath, [by === 'npm' ? 'start' : program], {
    cwd: root,
    detached: by === 'npm',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const said = (pattern: RegExp): string => {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) throw new Error(`Fanfare did not say ${pattern}:\n${output}`);
    return found;
  };

  return {
    get pid() {
      if (child.pid === undefined) throw new Error('Fanfare was not started');
      return child.pid;
    },
    get output() {
      return output;
    },
    ended,
    async ready() {
      const early = ended.then(({ code }) => {
        throw new Error(`Fanfare ended with ${code}:\n${output}`);
      });
      const banner = waitFor(() => output.includes('Ctrl-C stops it'), {
        timeoutMs: readyWithinMs,
        what: 'the banner',
      });
      await Promise.race([banner, early]);
    },
    get origin() {
      return said(/Address {4}(\S+)/);
    },
    get token() {
      return said(/API token {2}(\S+)/);
    },
    get ownerToken() {
      return said(/\/welcome(?:\?demo)?#(\S+)/);
    },
    get api() {
      return createClient({ baseUrl: this.origin, token: this.token, retry: false });
    },
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** What became of each of them. */
export async function publishAll(
  api: FanfareClient,
  events: readonly PublishedEvent[],
): Promise<PublishResults['results']> {
  const answer = await api.post('/v1/events', { body: events });
  if (!('results' in answer)) throw new Error('An array was answered like a single event');
  return answer.results;
}

const running = new Set<ChildProcess>();
const directories: string[] = [];

export async function makeDataDirectory(parent = tmpdir()): Promise<string> {
  const path = await mkdtemp(join(parent, 'fanfare-e2e-'));
  directories.push(path);
  return path;
}

/** Ends what a test left running, and removes what it wrote. */
export async function cleanUp(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories.splice(0)) {
    const pid = postgresPid(directory);
    if (pid !== null) process.kill(pid, 'SIGQUIT');
    await waitFor(() => postgresPid(directory) === null, { timeoutMs: 20_000, what: 'PostgreSQL to end' });
    await rm(directory, { recursive: true, force: true });
  }
}

/** The PostgreSQL that runs on this data directory; null when none does. */
export function postgresPid(dataDir: string): number | null {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}
