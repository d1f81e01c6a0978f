import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, uuidOf } from '../../src/ids.ts';
import { commands, World } from './model/commands.ts';
import { webhookNames } from './model/model.ts';
import { StoreUnderTest } from './model/store.ts';

/**
 * The states of deliveries, their transitions, leases, retries and order, held against the real statements on a real
 * database: whatever two nodes, people and crashes do, in whatever order, with transactions left open in between, the
 * tables hold what the model says, and nothing leaves before its turn.
 *
 * `FANFARE_MODEL_RUNS` and `FANFARE_MODEL_SEED` say how many sequences are tried and which.
 */
const runs = Number(process.env['FANFARE_MODEL_RUNS'] ?? 40);
const seed = process.env['FANFARE_MODEL_SEED'];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('the store does what the model of deliveries says, however things interleave', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const store = await StoreUnderTest.open(test.database);
      const world = new World();
      try {
        await fc.asyncModelRun(() => ({ model: world, real: store }), sequence);
        await expectEverythingEnds(world, store);
      } finally {
        await store.close();
      }
    }),
    { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }) },
  );
}, 600_000);

/** Nothing is for ever in flight: with all nodes dead and everybody acknowledging, every delivery ends. */
async function expectEverythingEnds(world: World, store: StoreUnderTest): Promise<void> {
  for (const { client, rows } of world.accepts.splice(0)) {
    await store.end(client, 'commit');
    for (const row of rows) world.put(row);
  }
  for (const { client } of world.claims.splice(0)) await store.end(client, 'rollback');
  const accepted = new Set([...world.closed.keys(), ...[...world.open.values()].map(({ id }) => id)]);
  for (let round = 0; (await store.openRows()).length > 0; round++) {
    expect(round, 'rounds until everything has ended').toBeLessThan(30);
    await store.pass(600);
    for (const name of webhookNames) await store.decide(name, 'retry');
    const lease = uuidOf(newId('att'));
    const claimed = [
      ...(await store.claim(null, lease)),
      ...(await store.claimLines(null, lease, await store.dueLines(), 128)).map(({ id }) => ({
        id,
        extra: false,
      })),
    ];
    for (const { id, extra } of claimed) {
      if (extra) await store.settleResend('any', id, lease, true);
      else await store.settle('any', id, lease, 'delivered');
    }
  }
  expect(new Set((await store.closedRows()).keys())).toEqual(accepted);
}
