import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@fanfare/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseAccount } from '../../src/storage/embedded/account.ts';
import { findBinaries } from '../../src/storage/embedded/binaries.ts';
import { ensureCluster } from '../../src/storage/embedded/cluster.ts';
import {
  type EmbeddedServer,
  startEmbeddedServer,
  stopLeftoverServer,
} from '../../src/storage/embedded-server.ts';
import { openSocketDirectory } from '../../src/storage/socket-directory.ts';
import { spawnOwner, startOwner } from './owner-process.ts';

const isRoot = process.getuid?.() === 0;

let home: string;
let dir: string;
let lines: string[];
let servers: EmbeddedServer[];

/** An initialised cluster, copied for each test: making one takes most of a second. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'fanfare-embedded-'));
  const pristine = join(home, 'pristine');
  mkdirSync(pristine);
  await ensureCluster({
    clusterDir: join(pristine, 'postgres'),
    binaries: await findBinaries(),
    account: databaseAccount(),
    log: () => {},
  });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeEach(() => {
  dir = join(home, 'data');
  execFileSync('cp', ['-a', join(home, 'pristine'), dir]);
  lines = [];
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  await stopLeftoverServer(dir, () => {});
  rmSync(dir, { recursive: true, force: true });
});

async function start(settings: Record<string, string> = {}): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataDir: dir, settings, log: (line) => lines.push(line) });
  servers.push(server);
  return server;
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const serverLog = () => readFileSync(join(dir, 'postgres.log'), 'utf8');
const clusterPath = (...names: string[]) => join(dir, 'postgres', ...names);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the embedded server', () => {
  it('makes its database on first use, in UTF-8 sorted by code point, with checksums and fsync', async () => {
    rmSync(clusterPath(), { recursive: true });
    const server = await start();
    expect(lines).toEqual([`Making a new database in "${clusterPath()}"`]);
    expect(
      await query(
        server.connectionString,
        `select current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums,
                current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous,
                array(select * from unnest(array['b', 'a', 'B', 'é']) as t order by t) as sorted,
                current_database() as name`,
      ),
    ).toEqual([
      {
        encoding: 'UTF8',
        checksums: 'on',
        fsync: 'on',
        synchronous: 'on',
        sorted: ['B', 'a', 'b', 'é'],
        name: 'fanfare',
      },
    ]);
  });

  it('finds after a stop what was there before, without recovery', async () => {
    const first = await start();
    await query(first.connectionString, 'create table kept as select 42 as value');
    await first.stop();
    await first.stop();
    const before = serverLog().length;
    const second = await start();
    expect(await query(second.connectionString, 'select value from kept')).toEqual([{ value: 42 }]);
    expect(serverLog().slice(before)).not.toMatch(/recovery|not properly shut down|interrupted/);
  });

  it('stops while clients are connected', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.connectionString });
    const lost = new Promise<Error>((resolve) => client.on('error', resolve));
    await client.connect();
    await server.stop();
    expect(await lost).toBeInstanceOf(Error);
    expect(isAlive(server.pid)).toBe(false);
    expect(lines).toEqual([]);
  });

  it('listens on a Unix socket that others cannot reach, and on no network address', async () => {
    const server = await start();
    const sockets = join(dir, 'sockets');
    expect(statSync(sockets).mode & 0o077).toBe(0);
    expect(readdirSync(sockets)).toContain('.s.PGSQL.5432');
    expect(await query(server.connectionString, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  });

  it.runIf(process.platform === 'linux')(
    'is in a process group of its own, out of reach of Ctrl-C',
    async () => {
      const server = await start();
      // Fields after the name: state, parent, process group.
      const group = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
      expect(group).toBe(String(server.pid));
    },
  );

  it('gets no secret of the environment', async () => {
    process.env['FANFARE_TEST_SECRET'] = 'whsec_hidden';
    try {
      const server = await start();
      const environment =
        process.platform === 'linux'
          ? readFileSync(`/proc/${server.pid}/environ`, 'utf8')
          : execFileSync('ps', ['-E', '-p', String(server.pid)], { encoding: 'utf8' });
      expect(environment).toContain('LC_ALL=C');
      expect(environment).not.toContain('whsec_hidden');
    } finally {
      delete process.env['FANFARE_TEST_SECRET'];
    }
  });

  it('takes a server over that a killed Fanfare left running, with all that was committed', async () => {
    const owner = await startOwner('serve', dir);
    const { pid, connectionString } = owner.said;
    if (typeof pid !== 'number' || typeof connectionString !== 'string')
      throw new Error(JSON.stringify(owner.said));
    await query(connectionString, 'create table kept as select 42 as value');
    await owner.kill('SIGKILL');
    expect(isAlive(pid)).toBe(true);

    const server = await start();
    expect(server.pid).not.toBe(pid);
    expect(lines).toEqual([
      `Sending SIGINT to process ${pid}, the PostgreSQL that an earlier Fanfare left running`,
    ]);
    expect(await query(server.connectionString, 'select value from kept')).toEqual([{ value: 42 }]);
  });

  it('starts after the server itself was killed, with all that was committed', async () => {
    const owner = await startOwner('serve', dir);
    const { pid, connectionString } = owner.said;
    if (typeof pid !== 'number' || typeof connectionString !== 'string')
      throw new Error(JSON.stringify(owner.said));
    await query(connectionString, 'create table kept as select 42 as value');
    await owner.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');

    const server = await start();
    expect(await query(server.connectionString, 'select value from kept')).toEqual([{ value: 42 }]);
    expect(serverLog()).toContain('automatic recovery in progress');
  });

  it('is not held up by a leftover file whose process number belongs to another program', async () => {
    const account = databaseAccount();
    const stranger = spawn('sleep', ['60'], { cwd: '/', ...account });
    try {
      const text = [stranger.pid, clusterPath(), 1, 5432, join(dir, 'sockets'), '', '', 'ready', ''].join(
        '\n',
      );
      writeFileSync(clusterPath('postmaster.pid'), text, { mode: 0o600 });
      writeFileSync(join(openSocketDirectory(dir, 'sockets', account), '.s.PGSQL.5432.lock'), text);
      const server = await start();
      expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('starts itself again when its process is killed', async () => {
    const server = await start();
    const killed = server.pid;
    process.kill(killed, 'SIGKILL');
    await waitFor(() => lines.some((line) => line.startsWith('PostgreSQL runs again')), {
      what: 'a new server',
    });
    expect(server.pid).not.toBe(killed);
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(lines[0]).toMatch(/^PostgreSQL ended unexpectedly \(SIGKILL\); starting it again/);
  });

  it('makes the database anew when a kill interrupted it', async () => {
    rmSync(clusterPath(), { recursive: true });
    const owner = spawnOwner('serve', dir);
    await waitFor(() => readdirSync(dir).some((name) => name.startsWith('postgres.making-')), {
      what: 'the making of the database to begin',
    });
    owner.kill('SIGKILL');
    expect(existsSync(clusterPath())).toBe(false);
    const server = await start();
    expect(lines[0]).toMatch(/^Removing "postgres\.making-\d+": a start was interrupted/);
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dir).filter((name) => name.startsWith('postgres.making-'))).toEqual([]);
  });

  it('works where the path is too long for a socket', async () => {
    const long = join(dir, 'a'.repeat(100));
    mkdirSync(long);
    execFileSync('cp', ['-a', clusterPath(), join(long, 'postgres')]);
    const server = await startEmbeddedServer({ dataDir: long, log: () => {} });
    try {
      expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
      rmSync(openSocketDirectory(long, 'sockets', databaseAccount()), { recursive: true });
    }
  });

  it('moves a log aside that has grown large', async () => {
    appendFileSync(join(dir, 'postgres.log'), '');
    truncateSync(join(dir, 'postgres.log'), 11 * 1024 * 1024);
    await start();
    expect(statSync(join(dir, 'postgres.log.1')).size).toBe(11 * 1024 * 1024);
    expect(serverLog()).toMatch(/^\d{4}-.*starting PostgreSQL 18/);
  });

  it('says why it does not start', async () => {
    await expect(start({ shared_buffers: '1 parsec' })).rejects.toThrow(
      /^PostgreSQL did not start \(it ended with code 1\)\. Its log "[^"]+" says:\n.*invalid value for parameter "shared_buffers"/s,
    );
  });

  it('refuses database files of another version', async () => {
    writeFileSync(clusterPath('PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(
      /was made by PostgreSQL 17, but this Fanfare brings PostgreSQL 18\. Dump it/,
    );
  });

  it('refuses a directory that holds something else, and leaves it alone', async () => {
    rmSync(clusterPath(), { recursive: true });
    mkdirSync(clusterPath());
    writeFileSync(clusterPath('thesis.txt'), 'mine');
    await expect(start()).rejects.toThrow(/holds files that are not a PostgreSQL database \(thesis\.txt\)/);
    expect(readFileSync(clusterPath('thesis.txt'), 'utf8')).toBe('mine');
  });
});

describe.runIf(isRoot)('as root, the embedded server', () => {
  it.each([
    ['that only root may enter', 0o700, '00000000'],
    ['that everybody may pass', 0o711, '00000000'],
  ])('runs as a user of its own on a directory %s', async (_, mode) => {
    chmodSync(home, mode);
    chmodSync(dir, mode);
    const server = await start();
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\t${databaseAccount()?.uid}\t`, 'm'));
    // Bits 1 and 2: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, only where a directory is in the way.
    expect(/^CapEff:\t(\w+)$/m.exec(status)?.[1]).toBe(
      mode === 0o700 ? '0000000000000006' : '0000000000000000',
    );
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe.runIf(isRoot)('as an ordinary user, the embedded server', () => {
  it('runs as that user', async () => {
    const nobody = 65_534;
    chmodSync(home, 0o711);
    const own = join(home, 'own');
    mkdirSync(own, { mode: 0o700 });
    execFileSync('chown', [String(nobody), own]);
    const owner = await startOwner('serve', own, nobody);
    try {
      const { pid } = owner.said;
      expect(readFileSync(`/proc/${String(pid)}/status`, 'utf8')).toMatch(
        new RegExp(`^Uid:\t${nobody}\t`, 'm'),
      );
    } finally {
      await owner.kill('SIGTERM');
    }
    expect(owner.child.exitCode).toBe(0);
  });
});
