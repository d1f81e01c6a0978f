import { openDatabase } from '@fanfare/server/storage';
import { createTestDatabase } from '@fanfare/testkit';
import { describe, expect, it } from 'vitest';

describe('a test database', () => {
  it('is migrated, empty and its test file’s own', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await one.database.kysely
      .insertInto('organizations')
      .values({ id: '0198c0de-0000-7000-8000-000000000001', name: 'One' })
      .execute();
    expect(await other.database.kysely.selectFrom('organizations').selectAll().execute()).toEqual([]);
    await one.drop();
    await other.drop();
  });

  it('does not go quietly while somebody is still connected', async () => {
    const test = await createTestDatabase();
    const forgotten = openDatabase({ connectionString: test.connectionString, applicationName: 'forgotten' });
    await forgotten.pool.query('select 1 as leak');
    await expect(test.drop()).rejects.toThrow(
      'Connections leaked: "forgotten" is idle, last statement: select 1 as leak',
    );
    await forgotten.close();
  });

  it('does not go quietly while a borrowed connection has not been given back', async () => {
    const test = await createTestDatabase();
    const client = await test.database.pool.connect();
    await expect(test.drop()).rejects.toThrow('a connection that was borrowed and not given back');
    client.release(true);
  });
});
