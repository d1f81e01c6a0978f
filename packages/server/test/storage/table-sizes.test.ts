import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, uuidOf } from '../../src/ids.ts';
import { readTableSizes } from '../../src/storage/index.ts';
import { runStorageCommand } from '../../src/storage-command.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.pool.query(
    `insert into events (id, organization_id, type, occurred_at, body)
     values ($1, gen_random_uuid(), 'test', now(), repeat('x', 1000))`,
    [uuidOf(newId('we'))],
  );
  await test.database.pool.query('vacuum analyze events');
});
afterAll(() => test.drop());

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  let out = '';
  let complaint = '';
  const code = await runStorageCommand({
    args,
    write: (text) => {
      out += text;
    },
    complain: (text) => {
      complaint += text;
    },
    now: () => new Date(),
    environment: { DATABASE_URL: test.database.connectionString, ...environment },
  });
  return { code, out, complaint };
}

describe('the sizes of tables', () => {
  it('are told of every table, partitioned ones as one, with the days they hold', async () => {
    const tables = await readTableSizes(test.database);
    const events = tables.find(({ table }) => table === 'events');
    const today = new Date(new Date().toISOString().slice(0, 10));
    expect(events).toMatchObject({
      rows: 1,
      lastVacuum: expect.any(Date) as Date,
      partitions: { count: 16, oldest: today, newest: today },
    });
    expect(events?.bytes).toBeGreaterThan(8_192);
    expect(tables.filter(({ table }) => /_p\d{8}$/.test(table))).toEqual([]);
    expect(tables.find(({ table }) => table === 'participants')).toMatchObject({ partitions: null });
    const sizes = tables.map(({ bytes }) => bytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });
});

describe('fanfare storage', () => {
  it('tells them with what retention drops next', async () => {
    const { code, out } = await run([], { FANFARE_RETENTION_DAYS: '10', FANFARE_BODY_RETENTION_DAYS: '2' });
    expect(code).toBe(0);
    expect(out).toMatch(/^table +rows +dead +size/);
    expect(out).toMatch(/^events +1 /m);
    expect(out).toMatch(/^events_p\d{8} .* 10 days$/m);
    expect(out).toMatch(/^response_bodies_p\d{8} .* 2 days$/m);
    const tables = JSON.parse((await run(['--json'])).out) as { table: string }[];
    expect(tables.map(({ table }) => table)).toContain('ledger');
  });

  it('says what is wrong with how it was asked', async () => {
    expect(await run(['--xml'])).toMatchObject({
      code: 2,
      complaint: expect.stringContaining('"--xml"') as string,
    });
    expect(await run([], { FANFARE_RETENTION_DAYS: 'ever' })).toMatchObject({
      code: 1,
      complaint: expect.stringContaining('FANFARE_RETENTION_DAYS') as string,
    });
    const nowhere = await run([], { DATABASE_URL: '', FANFARE_DATA_DIR: '/nonexistent/fanfare' });
    expect(nowhere).toMatchObject({
      code: 1,
      complaint: expect.stringContaining('No embedded PostgreSQL') as string,
    });
    const gone = await run([], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
    expect(gone).toMatchObject({ code: 1, complaint: expect.stringContaining('cannot be asked') as string });
  });
});
