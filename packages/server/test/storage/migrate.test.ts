import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { givingWay, migrate, UnsuitableDatabase } from '../../src/storage/migrate.ts';
import { migrations } from '../../src/storage/migrations/index.ts';
import { listPartitions, partitionedTables } from '../../src/storage/partitions.ts';

let test: TestDatabase;
let opened: { name: string; databases: Database[] }[];
beforeAll(async () => {
  opened = [];
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const { name, databases } of opened.splice(0)) {
    for (const database of databases) await database.close();
    await test.database.pool.query(`drop database ${name} with (force)`);
  }
});
afterAll(() => test.drop());

/** Connections to a database in which nothing has been made yet. */
async function openEmpty(count = 1): Promise<Database[]> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await test.database.pool.query(`create database ${name}`);
  const url = new URL(test.connectionString);
  url.pathname = `/${name}`;
  const databases = Array.from({ length: count }, () => openDatabase({ connectionString: url.href }));
  opened.push({ name, databases });
  return databases;
}

async function ran(database: Database): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'select name from schema_migrations order by name',
  );
  return rows.map((row) => row.name);
}

describe('migrate', () => {
  it('makes everything in an empty database, partitions included, and nothing twice', async () => {
    const [database] = await openEmpty();
    if (database === undefined) throw new Error('No database');
    await migrate(database);
    expect(await ran(database)).toEqual(Object.keys(migrations));
    const partitions = await listPartitions(database);
    expect(new Set(partitions.map((partition) => partition.table))).toEqual(new Set(partitionedTables));
    await migrate(database);
    expect(await ran(database)).toEqual(Object.keys(migrations));
    expect(await listPartitions(database)).toHaveLength(partitions.length);
  });

  it('may be done by several processes at once', async () => {
    const databases = await openEmpty(4);
    await Promise.all(databases.map((database) => migrate(database)));
    for (const database of databases) expect(await ran(database)).toEqual(Object.keys(migrations));
  });

  it('refuses a database that a newer program has migrated, and leaves it alone', async () => {
    const [database] = await openEmpty();
    if (database === undefined) throw new Error('No database');
    await migrate(database);
    await database.pool.query(
      `insert into schema_migrations (name, timestamp) values ('9999-tomorrow', now())`,
    );
    await expect(migrate(database)).rejects.toThrow(UnsuitableDatabase);
    await expect(migrate(database)).rejects.toThrow(
      /^The database has been changed by a newer Fanfare: it has run "9999-tomorrow", which this version does not know/,
    );
    expect(await ran(database)).toContain('9999-tomorrow');
  });

  it('gives way to who holds a lock, and is done again', async () => {
    const [database, other] = await openEmpty(2);
    if (database === undefined || other === undefined) throw new Error('No database');
    await migrate(database);
    const holder = await other.pool.connect();
    await holder.query('begin; lock table events in access share mode');
    const failures: unknown[] = [];
    await givingWay(async () => {
      try {
        await database.pool.query(`set lock_timeout = '50ms'; alter table events add column later text`);
      } catch (error) {
        failures.push(error);
        if (failures.length === 2) await holder.query('commit');
        throw error;
      }
    });
    holder.release();
    expect(failures).toHaveLength(2);
    const broken = givingWay(() => Promise.reject(new Error('Syntax')));
    await expect(broken).rejects.toThrow('Syntax');
  });

  it('says what to grant when its user may not change the schema', async () => {
    const [database] = await openEmpty();
    if (database === undefined) throw new Error('No database');
    const role = `test_${randomBytes(6).toString('hex')}`;
    await database.pool.query(`create role ${role} login`);
    const url = new URL(database.connectionString);
    url.username = role;
    const poor = openDatabase({ connectionString: url.href });
    try {
      await expect(migrate(poor)).rejects.toThrow(
        /^The database user may not change the schema \(permission denied/,
      );
    } finally {
      await poor.close();
      await database.pool.query(`drop role ${role}`);
    }
  });

  it('keeps the names of migrations in their order', () => {
    const names = Object.keys(migrations);
    expect(names).toEqual(names.toSorted());
    for (const name of names) expect(name).toMatch(/^\d{4}-[a-z-]+$/);
  });
});
