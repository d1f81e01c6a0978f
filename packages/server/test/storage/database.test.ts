import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDatabase,
  type FaultProxy,
  startFaultProxy,
  type TestDatabase,
  waitFor,
} from '@fanfare/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/storage/embedded-server.ts';
import { databaseFaultOf, isUnavailable } from '../../src/storage/unavailable.ts';

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => null).catch((error: unknown) => error);

describe('the database', () => {
  let test: TestDatabase;
  let trouble: Error[];
  beforeAll(async () => {
    trouble = [];
    test = await createTestDatabase({ onTrouble: (error) => trouble.push(error) });
  });
  afterAll(() => test.drop());

  async function setting(pool: 'pool' | 'hotPool', name: string): Promise<unknown> {
    const { rows } = await test.database[pool].query<{ value: string }>(
      'select current_setting($1) as value',
      [name],
    );
    return rows[0]?.value;
  }

  it('plans hot statements once and only through indexes', async () => {
    expect(await setting('hotPool', 'plan_cache_mode')).toBe('force_generic_plan');
    expect(await setting('hotPool', 'enable_seqscan')).toBe('off');
    expect(await setting('pool', 'plan_cache_mode')).toBe('auto');
    expect(await setting('pool', 'enable_seqscan')).toBe('on');
    expect(await setting('pool', 'jit')).toBe('off');
  });

  it('lets no statement and no lock wait for ever', async () => {
    expect(await setting('pool', 'statement_timeout')).toBe('30s');
    expect(await setting('hotPool', 'statement_timeout')).toBe('10s');
    expect(await setting('pool', 'lock_timeout')).toBe('5s');
  });

  it('keeps the server options that the connection string carries', async () => {
    const url = new URL(test.connectionString);
    url.searchParams.set('options', '-c work_mem=7MB -c enable_seqscan=on');
    const database = openDatabase({ connectionString: url.href });
    try {
      const { rows } = await database.hotPool.query(
        `select current_setting('work_mem') as memory, current_setting('enable_seqscan') as seqscan`,
      );
      expect(rows).toEqual([{ memory: '7MB', seqscan: 'off' }]);
    } finally {
      await database.close();
    }
  });

  it('reads bigint as text and timestamptz as Date, losing nothing', async () => {
    const { rows } = await test.database.pool.query(
      `select 9007199254740993::bigint as big, '2026-02-03T04:05:06.789Z'::timestamptz as time`,
    );
    expect(rows).toEqual([{ big: '9007199254740993', time: new Date('2026-02-03T04:05:06.789Z') }]);
  });

  it('rolls a transaction back when its work throws, and throws that on', async () => {
    const id = '0198c0de-0000-7000-8000-000000000001';
    const work = test.database.transaction(async (transaction) => {
      await transaction.insertInto('organizations').values({ id, name: 'Gone' }).execute();
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await test.database.kysely.selectFrom('organizations').selectAll().execute()).toEqual([]);
  });

  it('survives the loss of connections, idle or borrowed, and says so', async () => {
    const borrowed = await test.database.pool.connect();
    await test.database.hotPool.query('select 1');
    await test.database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await waitFor(() => trouble.length > 0, { what: 'word of the lost connection' });
    expect(isUnavailable(await caught(borrowed.query('select 1')))).toBe(true);
    borrowed.release(true);
    expect((await test.database.hotPool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('what is unavailable', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ poolSize: 2 });
  });
  afterAll(() => test.drop());

  async function failing(text: string): Promise<unknown> {
    const { database } = test;
    const client = await database.pool.connect();
    try {
      return await caught(client.query(text));
    } finally {
      client.release(true);
    }
  }

  it('is a server that refuses, that is not there and that has no such name', async () => {
    for (const connectionString of [
      'postgresql://fanfare@127.0.0.1:1/fanfare',
      'postgresql://fanfare@localhost/fanfare?host=%2Fnonexistent',
    ]) {
      const database = openDatabase({ connectionString });
      expect(isUnavailable(await caught(database.pool.query('select 1')))).toBe(true);
      await database.close();
    }
  });

  it.each([
    ['08006', 'unreachable'],
    ['25006', 'read_only'],
    ['28P01', 'access_refused'],
    ['3D000', 'access_refused'],
    ['53100', 'disk_full'],
    ['53200', 'out_of_memory'],
    ['53300', 'out_of_connections'],
    ['53400', 'over_a_limit'],
    ['55P03', 'locked'],
    ['57014', 'too_slow'],
    ['57P01', 'stopping_or_starting'],
    ['57P03', 'stopping_or_starting'],
    ['58030', 'broken_files'],
  ] as const)('is SQLSTATE %s, which is called %s', async (state, fault) => {
    const error = await failing(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`);
    expect(error).toMatchObject({ code: state });
    expect(databaseFaultOf(error)).toBe(fault);
    expect(isUnavailable(error)).toBe(true);
    expect(databaseFaultOf(new Error('around it', { cause: error }))).toBe(fault);
  });

  it('is a transaction that stood still for longer than the server waits', async () => {
    const client = await test.database.pool.connect();
    await client.query(`begin; set local idle_in_transaction_session_timeout = '20ms'`);
    const [error] = await once(client, 'error');
    expect(databaseFaultOf(error)).toBe('too_slow');
    expect(databaseFaultOf(await caught(client.query('select 1')))).toBe('unreachable');
    client.release(true);
  });

  it('is a role or a database that lets nobody in', async () => {
    const { database } = test;
    const { rows } = await database.pool.query<{ name: string }>('select current_database() as name');
    const name = rows[0]?.name;
    const fails = async (connectionString: string) => {
      const other = openDatabase({ connectionString });
      const error = await caught(other.pool.query('select 1'));
      await other.close();
      return databaseFaultOf(error);
    };
    await database.pool.query(`create role guest_of_${name} login connection limit 0`);
    const guest = new URL(test.connectionString);
    guest.username = `guest_of_${name}`;
    expect(await fails(guest.href)).toBe('out_of_connections');
    await database.pool.query(`drop role guest_of_${name}`);
    expect(await fails(guest.href)).toBe('access_refused');

    const nowhere = new URL(test.connectionString);
    nowhere.pathname = '/nowhere';
    expect(await fails(nowhere.href)).toBe('access_refused');
    const beside = new URL(test.connectionString);
    beside.pathname = '/postgres';
    const admin = openDatabase({ connectionString: beside.href });
    await admin.pool.query(`alter database ${name} allow_connections false`);
    expect(await fails(test.connectionString)).toBe('access_refused');
    await admin.pool.query(`alter database ${name} allow_connections true`);
    await admin.close();
  });

  it('is not a statement that is wrong or breaks a constraint', async () => {
    for (const text of [
      'select nonsense',
      'select 1 / 0',
      `insert into communities (id, organization_id, name) values (gen_random_uuid(), gen_random_uuid(), 'x')`,
    ]) {
      const error = await failing(text);
      expect(error).toBeInstanceOf(Error);
      expect(isUnavailable(error)).toBe(false);
    }
  });

  it('is no statement that comes at the wrong time', async () => {
    const error = await failing(`create temp sequence unused; select currval('unused')`);
    expect(error).toMatchObject({ code: '55000' });
    expect(isUnavailable(error)).toBe(false);
  });

  it('is not an error of somebody else', () => {
    expect(isUnavailable(new Error('no'))).toBe(false);
    expect(isUnavailable(null)).toBe(false);
    expect(isUnavailable('Connection terminated')).toBe(false);
    // A file that is missing is no database that is missing.
    expect(isUnavailable(Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' }))).toBe(
      false,
    );
  });
});

describe('listening', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  it('hears what is said on its channel and nothing else, until it stops', async () => {
    const heard: string[] = [];
    const stop = await test.database.listen(
      'Some Channel',
      (payload) => heard.push(payload),
      () => {},
    );
    const others: string[] = [];
    await test.database.listen(
      'other',
      (payload) => others.push(payload),
      () => {},
    );
    await test.database.notify('Some Channel', 'häy');
    await test.database.notify('other', 'you');
    await waitFor(() => others.length === 1, { what: 'both messages' });
    expect(heard).toEqual(['häy']);
    await stop();
    await test.database.notify('Some Channel', 'again');
    await test.database.notify('other', 'again');
    await waitFor(() => others.length === 2, { what: 'the message after' });
    expect(heard).toEqual(['häy']);
  });

  it('serves several listeners of one channel', async () => {
    const heard: string[] = [];
    const listen = (name: string) =>
      test.database.listen(
        'shared',
        (payload) => heard.push(`${name} ${payload}`),
        () => {},
      );
    const [stopFirst] = await Promise.all([listen('first'), listen('second')]);
    await test.database.notify('shared', '1');
    await waitFor(() => heard.length === 2, { what: 'both to hear' });
    await stopFirst?.();
    await test.database.notify('shared', '2');
    await waitFor(() => heard.length === 3, { what: 'the one that is left' });
    expect(heard.toSorted()).toEqual(['first 1', 'second 1', 'second 2']);
  });

  it('connects anew when its connection is lost, and says that it may have missed something', async () => {
    const heard: string[] = [];
    let reconnected = 0;
    await test.database.listen(
      'channel',
      (payload) => heard.push(payload),
      () => {
        reconnected += 1;
      },
    );
    await test.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`,
    );
    await waitFor(() => reconnected === 1, { what: 'the new connection' });
    await test.database.notify('channel', 'after');
    await waitFor(() => heard.length === 1, { what: 'the message after' });
    expect(heard).toEqual(['after']);
  });

  it('cannot begin without a server, and says so', async () => {
    const database = openDatabase({ connectionString: 'postgresql://fanfare@127.0.0.1:1/fanfare' });
    const error = await caught(
      database.listen(
        'channel',
        () => {},
        () => {},
      ),
    );
    expect(isUnavailable(error)).toBe(true);
    await database.close();
  });
});

describe('a server that restarts', () => {
  let dir: string;
  let server: EmbeddedServer;
  let database: Database;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'fanfare-restart-'));
    server = await startEmbeddedServer({ dataDir: dir, log: () => {} });
    database = openDatabase({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('fails statements only as unavailable, loses nothing it acknowledged, and is listened to again', async () => {
    await database.pool.query('create table acknowledged (id integer primary key)');
    let reconnected = 0;
    await database.listen(
      'channel',
      () => {},
      () => {
        reconnected += 1;
      },
    );
    const kept: number[] = [];
    const strange: unknown[] = [];
    let failures = 0;
    let next = 0;
    let running = true;
    const writer = async () => {
      while (running) {
        const id = next;
        next += 1;
        try {
          await database.hotPool.query('insert into acknowledged values ($1)', [id]);
          kept.push(id);
        } catch (error) {
          failures += 1;
          if (!isUnavailable(error)) strange.push(error);
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    };
    const writers = [writer(), writer(), writer()];
    await waitFor(() => kept.length > 50, { what: 'writing to begin' });
    process.kill(server.pid, 'SIGKILL');
    await waitFor(() => failures > 0, { what: 'writing to fail' });
    const before = kept.length;
    await waitFor(() => kept.length > before + 50 && reconnected > 0, {
      timeoutMs: 20_000,
      what: 'writing to go on',
    });
    running = false;
    await Promise.all(writers);
    expect(strange).toEqual([]);
    const { rows } = await database.pool.query<{ id: number }>('select id from acknowledged');
    const stored = new Set(rows.map((row) => row.id));
    expect(kept.filter((id) => !stored.has(id))).toEqual([]);
  });
});

describe('a server that no longer answers', () => {
  let test: TestDatabase;
  let proxy: FaultProxy;
  beforeEach(async () => {
    test = await createTestDatabase();
    proxy = await startFaultProxy(test.connectionString);
  });
  afterEach(async () => {
    await proxy.close();
    await test.drop();
  });

  it('holds up nobody who closes the database', async () => {
    const database = openDatabase({ connectionString: proxy.connectionString });
    await database.listen(
      'channel',
      () => {},
      () => {},
    );
    await Promise.all([database.pool.query('select 1'), database.hotPool.query('select 1')]);
    proxy.stall();
    const begun = performance.now();
    await database.close();
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it.each([
    'pool',
    'hotPool',
  ] as const)('ends the connection of %s with the first statement that waited too long: no rollback waits as long again', async (pool) => {
    const database = openDatabase({ connectionString: proxy.connectionString });
    const client = await database[pool].connect();
    await client.query('begin');
    proxy.stall();
    const impatient = { text: 'select 1', query_timeout: 100 };
    expect(databaseFaultOf(await caught(client.query(impatient)))).toBe('not_answering');
    const begun = performance.now();
    expect(isUnavailable(await caught(client.query('rollback')))).toBe(true);
    // A statement that waits for its own timeout waits for 15 s or 35 s.
    expect(performance.now() - begun).toBeLessThan(5_000);
    client.release();
    proxy.heal();
    expect((await database[pool].query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('fails a new connection in time, and a listener that connects anew goes on trying', async () => {
    const trouble: Error[] = [];
    const database = openDatabase({
      connectionString: proxy.connectionString,
      onTrouble: (error) => trouble.push(error),
    });
    let reconnected = 0;
    await database.listen(
      'channel',
      () => {},
      () => {
        reconnected += 1;
      },
    );
    proxy.stall();
    proxy.cut();
    expect(databaseFaultOf(await caught(database.pool.query('select 1')))).toBe('not_answering');
    await waitFor(() => trouble.some((error) => databaseFaultOf(error) === 'not_answering'), {
      timeoutMs: 10_000,
      what: 'the listener to give up an attempt',
    });
    proxy.heal();
    await waitFor(() => reconnected > 0, { timeoutMs: 20_000, what: 'the listener to be back' });
    await database.close();
  });

  it('fails a listener that got as far as connecting', async () => {
    const database = openDatabase({ connectionString: proxy.connectionString });
    const stalled = proxy.stallAt('listen "channel"');
    const error = await caught(
      database.listen(
        'channel',
        () => {},
        () => {},
      ),
    );
    await stalled;
    expect(databaseFaultOf(error)).toBe('not_answering');
    await database.close();
  });
});

describe('a connection over TCP', () => {
  it('works like one over a socket', async () => {
    const test = await createTestDatabase();
    const proxy = await startFaultProxy(test.connectionString);
    const database = openDatabase({ connectionString: proxy.connectionString });
    try {
      const heard: string[] = [];
      await database.listen(
        'channel',
        (payload) => heard.push(payload),
        () => {},
      );
      await database.notify('channel', 'hello');
      await waitFor(() => heard.length === 1, { what: 'the message' });
      expect((await database.hotPool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await database.close();
      await proxy.close();
      await test.drop();
    }
  });
});
