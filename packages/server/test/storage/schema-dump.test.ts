import { readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePartitions } from '../../src/storage/partitions.ts';
import { dumpSchema } from '../../src/storage/schema-dump.ts';

const committed = readFileSync(new URL('../../../../spec/schema.sql', import.meta.url), 'utf8');

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

describe('spec/schema.sql', () => {
  it('is what the migrations make (otherwise run "npm run schema")', async () => {
    expect(await dumpSchema(test.database)).toBe(committed);
  });

  it('does not change with the days that have partitions', async () => {
    await ensurePartitions(test.database, new Date('2020-03-01'));
    expect(await dumpSchema(test.database)).toBe(committed);
  });

  it.each([
    ['a column', 'alter table events add column extra text'],
    ['a default', `alter table campaigns alter column name set default 'x'`],
    ['not null', 'alter table campaigns alter column name drop not null'],
    ['an index', 'create index late on open_deliveries (due_at)'],
    ['a constraint', 'alter table campaigns add check (length(name) < 200)'],
    ['a setting of a table', 'alter table open_deliveries set (fillfactor = 50)'],
    ['a view', 'create view late as select 1 as one'],
  ])('shows a change of %s', async (_, change) => {
    await test.database.pool.query(change);
    expect(await dumpSchema(test.database)).not.toBe(committed);
  });

  it('refuses to leave out what it cannot show', async () => {
    await test.database.pool.query('create materialized view numbers as select 1 as number');
    await expect(dumpSchema(test.database)).rejects.toThrow('relation numbers');
  });
});
