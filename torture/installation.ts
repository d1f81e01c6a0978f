import { randomBytes } from 'node:crypto';
import {
  type EmbeddedServer,
  openDatabase,
  runningServerAddress,
  startEmbeddedServer,
} from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import {
  type FanfareProcess,
  makeDataDirectory,
  postgresPid,
  type StartedBy,
  startFanfare,
} from '../e2e/fanfare-process.ts';
import { oneOf, type Random } from '../packages/server/src/demo/random.ts';

/** What dies of a kill -9, or jumps. `backend`: one process of PostgreSQL that serves a connection, which ends all of them. */
export type Target =
  | 'Fanfare'
  | 'PostgreSQL'
  | 'a backend of PostgreSQL'
  | 'Fanfare and PostgreSQL'
  | 'one of two nodes'
  | 'both nodes'
  | 'one of two nodes, to upgrade it'
  | 'nothing, but a newer version migrated'
  | 'a clock, by a day ahead'
  | 'a clock, by a day back';

export interface Kill {
  readonly target: Target;
  /** By `performance.now()`. */
  readonly atMs: number;
  /** When everything that died was started again and takes requests. */
  readonly upAtMs: number;
}

/** A Fanfare to be tortured: its processes, which come back after each kill as under a supervisor. */
export interface Installation {
  readonly name: string;
  readonly targets: readonly Target[];
  /** Where it answers now; none while everything is dead. */
  readonly origins: readonly string[];
  readonly token: string;
  readonly databaseUrl: string;
  /** What the clocks of its nodes show, where that is not the time: more than one around a jump. */
  readonly clocks?: () => readonly Date[];
  /** Resolves when everything runs again. */
  kill(target: Target, random: Random): Promise<Kill>;
  /** What its processes wrote that no kill explains: faults of Fanfare itself. */
  faults(): readonly string[];
  stop(): Promise<void>;
}

export const quietly = { FANFARE_DEMO: 'off', FANFARE_LOG_LEVEL: 'warn' };
const readyWithinMs = 60_000;

/** The nodes, each with its settings, so that it can be started again. */
export class Nodes {
  readonly #settings: readonly Readonly<Record<string, string>>[];
  readonly #running: (FanfareProcess | null)[] = [];
  readonly #faults: string[] = [];
  #token: string | null = null;

  constructor(settings: readonly Readonly<Record<string, string>>[]) {
    this.#settings = settings;
  }

  get origins(): readonly string[] {
    return this.#running.flatMap((node) => (node === null ? [] : [node.origin]));
  }

  get token(): string {
    if (this.#token === null) throw new Error('No node has started yet');
    return this.#token;
  }

  async start(which: number, by: StartedBy = 'node'): Promise<void> {
    const settings = this.#settings[which];
    if (settings === undefined) throw new Error(`There is no node ${which}`);
    const node = startFanfare(settings, by);
    await node.ready();
    // The first node that ever starts makes the organization; others that share its database have no token to show.
    this.#token ??= node.token;
    this.#running[which] = node;
  }

  async kill(which: number): Promise<void> {
    const node = this.#running[which];
    this.#running[which] = null;
    if (node == null) throw new Error(`Node ${which} does not run`);
    await node.end('SIGKILL');
    this.#note(node);
  }

  async ready(): Promise<void> {
    for (const node of this.#running) {
      if (node == null) continue;
      await waitFor(async () => (await fetch(`${node.origin}/readyz`)).ok, {
        timeoutMs: readyWithinMs,
        what: `${node.origin} to be ready`,
      });
    }
  }

  async stop(): Promise<void> {
    for (const node of this.#running.splice(0)) {
      if (node === null) continue;
      const { code } = await node.end('SIGTERM');
      if (code !== 0) this.#faults.push(`A node that was asked to stop ended with ${code}: ${node.output}`);
      this.#note(node);
    }
  }

  faults(): readonly string[] {
    for (const node of this.#running) if (node !== null) this.#note(node);
    return [...new Set(this.#faults)];
  }

  #note({ output }: FanfareProcess): void {
    for (const line of output.split('\n')) {
      if (line.includes('A fault of Fanfare itself')) this.#faults.push(line);
    }
  }
}

/** One process with a PostgreSQL of its own, as `npm start` makes it. */
export async function startEmbedded(): Promise<Installation> {
  const dataDir = await makeDataDirectory();
  const nodes = new Nodes([{ ...quietly, FANFARE_DATA_DIR: dataDir }]);
  await nodes.start(0);
  const addressNow = () => {
    const address = runningServerAddress(dataDir);
    if (address === null) throw new Error('PostgreSQL does not run');
    return address;
  };
  const killPostgres = () => {
    const pid = postgresPid(dataDir);
    if (pid === null) throw new Error('PostgreSQL does not run');
    process.kill(pid, 'SIGKILL');
    return pid;
  };
  const again = async (pid: number) => {
    await waitFor(() => ![null, pid].includes(postgresPid(dataDir)), {
      timeoutMs: readyWithinMs,
      what: 'another PostgreSQL',
    });
  };
  return {
    name: 'one process with its embedded PostgreSQL',
    targets: ['Fanfare', 'PostgreSQL', 'Fanfare', 'a backend of PostgreSQL', 'Fanfare and PostgreSQL'],
    get origins() {
      return nodes.origins;
    },
    get token() {
      return nodes.token;
    },
    get databaseUrl() {
      return addressNow();
    },
    kill: (target, random) =>
      timed(target, async (struck) => {
        switch (target) {
          case 'Fanfare':
            struck();
            await nodes.kill(0);
            return nodes.start(0);
          case 'Fanfare and PostgreSQL':
            struck();
            killPostgres();
            await nodes.kill(0);
            return nodes.start(0);
          case 'PostgreSQL': {
            struck();
            await again(killPostgres());
            return nodes.ready();
          }
          case 'a backend of PostgreSQL':
            await killBackend(addressNow(), random, struck);
            return nodes.ready();
          default:
            throw new Error(`There is no ${target} here`);
        }
      }),
    faults: () => nodes.faults(),
    stop: () => nodes.stop(),
  };
}

/** Two nodes that share a PostgreSQL by its address. */
export async function startTwoNodes(): Promise<Installation> {
  const server: EmbeddedServer = await startEmbeddedServer({
    dataDir: await makeDataDirectory(),
    log: () => {},
  });
  const shared = {
    ...quietly,
    DATABASE_URL: server.connectionString,
    FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
  const nodes = new Nodes([
    { ...shared, FANFARE_DATA_DIR: await makeDataDirectory() },
    { ...shared, FANFARE_DATA_DIR: await makeDataDirectory() },
  ]);
  await nodes.start(0);
  await nodes.start(1);
  return {
    name: 'two nodes on one PostgreSQL',
    targets: [
      'one of two nodes',
      'PostgreSQL',
      'one of two nodes',
      'both nodes',
      'one of two nodes',
      'a backend of PostgreSQL',
    ],
    get origins() {
      return nodes.origins;
    },
    get token() {
      return nodes.token;
    },
    databaseUrl: server.connectionString,
    kill: (target, random) =>
      timed(target, async (struck) => {
        switch (target) {
          case 'one of two nodes': {
            const which = oneOf(random, [0, 1]);
            struck();
            await nodes.kill(which);
            return nodes.start(which);
          }
          case 'both nodes':
            struck();
            await Promise.all([nodes.kill(0), nodes.kill(1)]);
            await Promise.all([nodes.start(0), nodes.start(1)]);
            return;
          case 'PostgreSQL': {
            const { pid } = server;
            struck();
            process.kill(pid, 'SIGKILL');
            await waitFor(() => server.pid !== pid, {
              timeoutMs: readyWithinMs,
              what: 'another PostgreSQL',
            });
            return nodes.ready();
          }
          case 'a backend of PostgreSQL':
            await killBackend(server.connectionString, random, struck);
            return nodes.ready();
          default:
            throw new Error(`There is no ${target} here`);
        }
      }),
    faults: () => nodes.faults(),
    async stop() {
      await nodes.stop();
      await server.stop();
    },
  };
}

export async function timed(target: Target, strike: (struck: () => void) => Promise<void>): Promise<Kill> {
  let atMs = performance.now();
  await strike(() => {
    atMs = performance.now();
  });
  return { target, atMs, upAtMs: performance.now() };
}

/** When one dies by force, the others may have seen memory in disorder: PostgreSQL ends them all and recovers. */
async function killBackend(databaseUrl: string, random: Random, struck: () => void): Promise<void> {
  const database = openDatabase({ connectionString: databaseUrl });
  try {
    const { rows } = await database.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid() order by pid`,
    );
    struck();
    process.kill(oneOf(random, rows).pid, 'SIGKILL');
    await waitFor(
      async () => {
        const { rows: alive } = await database.pool.query<{ fresh: boolean }>(
          'select pg_postmaster_start_time() is not null as fresh',
        );
        return alive[0]?.fresh;
      },
      { timeoutMs: readyWithinMs, what: 'PostgreSQL to recover' },
    );
  } finally {
    await database.close();
  }
}
