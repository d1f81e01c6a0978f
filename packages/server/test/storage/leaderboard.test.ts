import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { counterDeltas } from '../../src/campaigns/rules/index.ts';
import { type CampaignId, newId, uuidOf } from '../../src/ids.ts';
import { moveLeaderboardCounts, readRanks } from '../../src/storage/index.ts';
import { up } from '../../src/storage/migrations/0012-leaderboard-fractions.ts';

let test: TestDatabase;
const organization = uuidOf(newId('org'));
const community = uuidOf(newId('com'));
beforeAll(async () => {
  test = await createTestDatabase();
  const { pool } = test.database;
  await pool.query("insert into organizations (id, name) values ($1, 'Aurora')", [organization]);
  await pool.query("insert into communities (id, organization_id, name) values ($1, $2, 'Aurora')", [
    community,
    organization,
  ]);
});
afterAll(() => test.drop());

async function campaignWith(totals: readonly Decimal[]): Promise<CampaignId> {
  const id = newId('cmp');
  const { pool } = test.database;
  await pool.query(
    "insert into campaigns (id, organization_id, community_id, name) values ($1, $2, $3, 'Spring')",
    [uuidOf(id), organization, community],
  );
  for (const total of totals) {
    const participant = uuidOf(newId('usr'));
    await pool.query('insert into participants (id, organization_id) values ($1, $2)', [
      participant,
      organization,
    ]);
    await pool.query(
      'insert into participations (organization_id, campaign_id, participant_id, total) values ($1, $2, $3, $4)',
      [organization, uuidOf(id), participant, total.toFixed()],
    );
  }
  return id;
}

async function count(campaignId: CampaignId, totals: readonly Decimal[]): Promise<void> {
  for (const total of totals) {
    const deltas = counterDeltas(new Decimal(0), total).map((delta) => ({ ...delta, campaignId }));
    if (deltas.length > 0) await moveLeaderboardCounts(test.database.hotPool, deltas);
  }
}

const alike = fc.integer({ min: 0, max: 40_000 }).map((n) => new Decimal(n).div(10_000).plus(30));
const any = fc
  .bigInt({ min: 1n, max: 999_999_999_999_999n })
  .map((n) => new Decimal(n.toString()).div(10_000));
const totals = fc.array(fc.oneof(alike, any), { minLength: 1, maxLength: 30 });

it('reads the positions that counting those ahead gives, to the last decimal place', async () => {
  await fc.assert(
    fc.asyncProperty(totals, async (given) => {
      const id = newId('cmp');
      await test.database.pool.query(
        "insert into campaigns (id, organization_id, community_id, name) values ($1, $2, $3, 'Spring')",
        [uuidOf(id), organization, community],
      );
      await count(id, given);
      const ranks = await readRanks(
        test.database.hotPool,
        given.map((total) => ({ campaignId: id, total: total.toFixed() })),
      );
      expect(ranks).toEqual(given.map((total) => 1 + given.filter((other) => other.gt(total)).length));
    }),
    { numRuns: 25 },
  );
});

it('is brought to fractions by its migration', async () => {
  const given = ['0.0001', '1', '31.9999', '32', '32.5', '1024.25', '99999999999.9999'].map(
    (total) => new Decimal(total),
  );
  const id = await campaignWith(given);
  await count(id, given);
  const read = async () =>
    (
      await test.database.pool.query(
        'select level, prefix, digit, count from leaderboard_counts where campaign_id = $1 order by 1, 2, 3',
        [uuidOf(id)],
      )
    ).rows;
  const expected = await read();
  // As they were: nothing for fractions, and the digit 0 like any other.
  await test.database.pool.query('delete from leaderboard_counts where campaign_id <> $1 or level < 0', [
    uuidOf(id),
  ]);
  await test.database.pool.query('insert into leaderboard_counts values ($1, 0, 1, 0, 1)', [uuidOf(id)]);
  await up(test.database.kysely.withTables<never>());
  expect(await read()).toEqual(expected);
});
