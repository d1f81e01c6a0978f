import { createTestDatabase, type TestDatabase, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  afterRequestTransaction,
  type Database,
  isUnavailable,
  withinTransaction,
} from '../../src/storage/index.ts';

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  ({ database } = test);
  await database.pool.query('create table notes (id integer primary key)');
});
afterAll(() => test.drop());
beforeEach(() => database.pool.query('truncate notes'));

const write = (id: number) => database.pool.query('insert into notes values ($1)', [id]);
const read = async (from = database.pool) => {
  const { rows } = await from.query<{ id: number }>('select id from notes order by id');
  return rows.map(({ id }) => id);
};
const alone = (id: number, fail = false) =>
  database.transaction(async () => {
    await write(id);
    if (fail) throw new Error('not this one');
  });

it('everything that is asked of the pool is one transaction, seen by others when it has ended', async () => {
  await database.together(async () => {
    await write(1);
    await alone(2);
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query('insert into notes values (3)');
    await client.query('commit');
    client.release();
    expect(await read()).toEqual([1, 2, 3]);
    expect(await read(database.hotPool)).toEqual([]);
  });
  expect(await read(database.hotPool)).toEqual([1, 2, 3]);
});

it('what a transaction within it takes back does not take the rest along', async () => {
  await database.together(async () => {
    await write(1);
    await expect(alone(2, true)).rejects.toThrow('not this one');
    const duplicate = database.transaction(async () => write(1));
    await expect(duplicate).rejects.toThrow(/duplicate key/);
    await alone(3);
  });
  expect(await read()).toEqual([1, 3]);
});

it('is taken back as a whole by what it throws', async () => {
  const failed = database.together(async () => {
    await alone(1);
    throw new Error('at last');
  });
  await expect(failed).rejects.toThrow('at last');
  expect(await read()).toEqual([]);
});

it('says that the database is away when its connection ends before a transaction within it is committed', async () => {
  const isOver = async (pid: number) => {
    const { rows } = await database.hotPool.query('select from pg_stat_activity where pid = $1', [pid]);
    return rows.length === 0;
  };
  const cut = database.together(() =>
    database.transaction(async () => {
      await write(1);
      const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
      const pid = rows[0]?.pid ?? 0;
      await database.hotPool.query('select pg_terminate_backend($1)', [pid]);
      await waitFor(() => isOver(pid), { what: 'the end of the connection' });
    }),
  );
  await expect(cut).rejects.toSatisfy(isUnavailable);
  expect(await read()).toEqual([]);
});

it('many at once stay apart, and nothing outside takes part', async () => {
  await Promise.all(
    Array.from({ length: 25 }, (_, n) =>
      database
        .together(async () => {
          await alone(n);
          await write(100 + n);
          if (n % 2 === 1) throw new Error('odd');
        })
        .catch(() => {}),
    ),
  );
  await write(1_000);
  const even = Array.from({ length: 13 }, (_, n) => 2 * n);
  expect(await read()).toEqual([...even, ...even.map((n) => 100 + n), 1_000]);
});

it('tells what is kept in memory of its end, before it is answered and outside of it', async () => {
  const told: unknown[] = [];
  const follow = () =>
    afterRequestTransaction(async (committed) => {
      told.push(committed, await read());
    });
  await database.together(async () => {
    await write(1);
    await follow();
    expect(told).toEqual([]);
  });
  expect(told).toEqual([true, [1]]);
  await database
    .together(async () => {
      await write(2);
      await follow();
      throw new Error('no');
    })
    .catch(() => {});
  expect(told).toEqual([true, [1], false, [1]]);
  await follow();
  expect(told).toEqual([true, [1], false, [1], true, [1]]);
});

it('lets the pool look into a transaction of another pool', async () => {
  const client = await database.hotPool.connect();
  await client.query('begin');
  await client.query('insert into notes values (7)');
  expect(await read()).toEqual([]);
  expect(await withinTransaction(client, () => read())).toEqual([7]);
  expect(await read()).toEqual([]);
  await client.query('rollback');
  client.release();
});
