import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, type OrganizationId, uuidOf, type WebhookUid } from '../../src/ids.ts';
import { type ClaimRequest, claimDue } from '../../src/storage/index.ts';

let test: TestDatabase;
const organization: OrganizationId = newId('org');
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.pool.query('insert into organizations (id, name) values ($1, $2)', [
    uuidOf(organization),
    'Harbour',
  ]);
});
afterAll(() => test.drop());

async function webhook(): Promise<WebhookUid> {
  const uid = newId('whk');
  await test.database.pool.query(
    `insert into webhooks (uid, organization_id, id, name, url, method, format, format_version, retry_delays_ms, timeout_ms)
     values ($1, $2, $3, 'CRM', 'https://example.com', 'POST', 'standard', 1, '{}', 1000)`,
    [uuidOf(uid), uuidOf(organization), uid],
  );
  return uid;
}

/** Due so many seconds from now. */
async function delivery(uid: WebhookUid, kind: number, inSeconds = -1): Promise<string> {
  const id = uuidOf(newId('dlv'));
  await test.database.pool.query(
    `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                  created_at, kind, due_at)
     values ($1, $2, $3, $4, 'standard', 1, 'CRM', now(), $5, now() + $6 * interval '1 second')`,
    [id, uuidOf(organization), uuidOf(uid), uuidOf(newId('we')), kind, inSeconds],
  );
  return id;
}

async function claim(more: Partial<ClaimRequest> = {}): Promise<string[]> {
  const rows = await claimDue(test.database.hotPool, {
    lease: uuidOf(newId('att')),
    leaseMarginMs: 30_000,
    perLane: 10,
    rooms: new Map(),
    perLaneReplays: 10,
    replayRooms: new Map(),
    limit: 100,
    where: { after: '00000000-0000-0000-0000-000000000000' },
    ...more,
  });
  return rows.map(({ id }) => id).sort();
}

it.each([
  ['a new delivery', 0],
  ['a retry', 1],
  ['a resend by hand', 2],
])('deliveries of replays wait until %s of their webhook is claimed, and hold up no other webhook', async (_what, kind) => {
  const [busy, idle] = [await webhook(), await webhook()];
  const waits = [await delivery(busy, 3, -10), await delivery(busy, 3, -5)];
  const live = await delivery(busy, kind);
  const other = await delivery(idle, 3);
  expect(await claim()).toEqual([live, other].sort());
  // Leased by now, it is not due.
  expect(await claim()).toEqual(waits.sort());
});

it('a retry that is due later lets deliveries of replays go', async () => {
  const uid = await webhook();
  await delivery(uid, 1, 3_600);
  const replayed = await delivery(uid, 3);
  expect(await claim()).toEqual([replayed]);
});

it('deliveries of replays have limits of their own', async () => {
  const [named, usual, out] = [await webhook(), await webhook(), await webhook()];
  const made: Record<string, string[]> = { [named]: [], [usual]: [], [out]: [] };
  for (const uid of [named, usual, out]) {
    for (let n = 0; n < 5; n++) made[uid]?.push(await delivery(uid, 3, n - 10));
  }
  const claimed = await claim({
    perLaneReplays: 2,
    rooms: new Map([[named, 0]]),
    replayRooms: new Map([
      [named, 3],
      [out, 0],
    ]),
  });
  expect(claimed).toEqual([...(made[named] ?? []).slice(0, 3), ...(made[usual] ?? []).slice(0, 2)].sort());
});

it('takes of the lanes that are named, each kind, and of no others', async () => {
  const [named, other] = [await webhook(), await webhook()];
  const wanted = [await delivery(named, 0), await delivery(named, 1), await delivery(named, 2)];
  await delivery(named, 0, 60);
  const left = await delivery(other, 0);
  expect(await claim({ where: { lanes: [named, newId('whk')] } })).toEqual(wanted.sort());
  expect(await claim({ where: { lanes: [named] } })).toEqual([]);
  expect(await claim()).toContain(left);
});
