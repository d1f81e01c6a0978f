import { type Database, openDatabase } from '@fanfare/server/storage';
import {
  createTestDatabase,
  type FaultProxy,
  startFaultProxy,
  type TestDatabase,
  waitFor,
} from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('the fault proxy', () => {
  let test: TestDatabase;
  let proxy: FaultProxy;
  let database: Database;
  beforeEach(async () => {
    test = await createTestDatabase();
    proxy = await startFaultProxy(test.connectionString);
    database = openDatabase({ connectionString: proxy.connectionString });
  });
  afterEach(async () => {
    proxy.heal();
    await database.close();
    await proxy.close();
    await test.drop();
  });

  const ask = () => database.pool.query('select 1 as one');
  const settled = (work: Promise<unknown>) => {
    const state = { done: false };
    const note = () => {
      state.done = true;
    };
    work.then(note, note);
    return state;
  };

  it('passes everything on as long as nothing is asked of it', async () => {
    const { rows } = await database.pool.query<{ length: number }>(
      `select length(string_agg(repeat('x', 1000), '')) as length from generate_series(1, 2000)`,
    );
    expect(rows).toEqual([{ length: 2_000_000 }]);
    const big = await database.pool.query<{ text: string }>('select $1::text as text', [
      'y'.repeat(3_000_000),
    ]);
    expect(big.rows[0]?.text).toHaveLength(3_000_000);
    expect(proxy.connections.open).toBe(1);
  });

  it('cuts what is under way, and serves whoever comes again', async () => {
    const sleeping = database.pool.query('select pg_sleep(60)');
    await waitFor(() => proxy.connections.open === 1, { what: 'the connection' });
    const outcome = expect(sleeping).rejects.toThrow(/ECONNRESET|Connection terminated/);
    await waitFor(() => proxy.cut() > 0, { what: 'a connection to cut' });
    await outcome;
    expect((await ask()).rows).toEqual([{ one: 1 }]);
    // The server notices nothing while it sleeps.
    await test.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(60)'`,
    );
  });

  it('refuses new connections and leaves those that are open', async () => {
    const open = await database.pool.connect();
    proxy.refuse();
    await expect(ask()).rejects.toThrow(/ECONNRESET|Connection terminated/);
    expect((await open.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
    open.release();
    proxy.heal();
    expect((await ask()).rows).toEqual([{ one: 1 }]);
  });

  it('holds everything while it stalls, new connections too, and goes on as if nothing had been', async () => {
    const open = await database.pool.connect();
    proxy.stall();
    const answers = Promise.all([open.query('select 2 as two'), ask()]);
    const state = settled(answers);
    // Whatever is going to come through has come through when another server has answered this often.
    for (let n = 0; n < 50; n += 1) await test.database.pool.query('select 1');
    expect(state.done).toBe(false);
    proxy.heal();
    expect((await answers).map(({ rows }) => rows)).toEqual([[{ two: 2 }], [{ one: 1 }]]);
    open.release();
  });

  it('may cut what it has stalled', async () => {
    const open = await database.pool.connect();
    proxy.stall();
    const outcome = expect(open.query('select 1')).rejects.toThrow(/ECONNRESET|Connection terminated/);
    expect(proxy.cut()).toBe(1);
    await outcome;
    open.release(true);
  });

  it('makes everything later when it is slow', async () => {
    await ask();
    proxy.slow(60);
    const begun = performance.now();
    await ask();
    // There and back.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(115);
  });

  it('cuts in the middle of an answer', async () => {
    await ask();
    proxy.cutAnswersAfter(100_000);
    const outcome = expect(
      database.pool.query(`select repeat('x', 1000) from generate_series(1, 1000)`),
    ).rejects.toThrow(/ECONNRESET|Connection terminated/);
    await outcome;
    proxy.heal();
    expect((await ask()).rows).toEqual([{ one: 1 }]);
  });

  it('loses the answer to one request, which has been carried out', async () => {
    await database.pool.query('create table written (n integer)');
    const lost = proxy.loseAnswerTo('write_it_down');
    await expect(
      database.pool.query({ name: 'write_it_down', text: 'insert into written values ($1)', values: [7] }),
    ).rejects.toThrow(/ECONNRESET|Connection terminated/);
    await lost;
    expect((await database.pool.query('select n from written')).rows).toEqual([{ n: 7 }]);
  });
});
