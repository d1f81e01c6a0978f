import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, uuidOf } from '../../src/ids.ts';
import { type ClockWatch, createClockWatch, takePermits } from '../../src/storage/index.ts';
import { clockTask } from '../../src/upkeep/clock.ts';

/**
 * Nothing can set the clock of a test's database. So what it has noted is set ahead, which is a clock that was set back;
 * and the monotonic clock of a process stands still while a day passes, which is one that went ahead.
 */
let test: TestDatabase;
const organization = uuidOf(newId('org'));
const webhook = newId('whk');
const dayMs = 86_400_000;

beforeAll(async () => {
  test = await createTestDatabase();
  await query('insert into organizations (id, name) values ($1, $2)', [organization, 'Harbour']);
  await query(
    `insert into webhooks (uid, organization_id, id, name, url, method, format, format_version, retry_delays_ms, timeout_ms)
     values ($1, $2, 'clock', 'CRM', 'https://example.com', 'POST', 'standard', 1, '{}', 1000)`,
    [uuidOf(webhook), organization],
  );
});
afterAll(async () => {
  await test.drop();
});
beforeEach(async () => {
  await query('delete from open_deliveries');
  await query('update database_clock set seen_at = now()');
});

const query = (text: string, values: unknown[] = []) => test.database.pool.query(text, values);
/** How far the monotonic clocks of processes that are watching are behind. */
let behindMs = 0;
const watch = (): ClockWatch =>
  createClockWatch({
    database: test.database,
    monotonic: () => performance.now() - behindMs,
    longestLeaseMs: 60_000,
  });
const task = (watching = watch()) => clockTask(watching.note).run(new Date());
const seenAhead = (ms: number) =>
  query(`update database_clock set seen_at = now() + $1 * interval '1 millisecond'`, [ms]);

/** An open delivery that is due so long from now. Returns its id. */
async function delivery(dueInMs: number, leased: boolean): Promise<string> {
  const id = uuidOf(newId('dlv'));
  await query(
    `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                  created_at, due_at, lease)
     values ($1, $2, $3, $4, 'standard', 1, 'CRM', now(), now() + $5 * interval '1 millisecond', $6)`,
    [id, organization, uuidOf(webhook), uuidOf(newId('we')), dueInMs, leased ? uuidOf(newId('att')) : null],
  );
  return id;
}

async function dueInMs(id: string): Promise<number> {
  const { rows } = await query(
    'select (extract(epoch from due_at - now()) * 1000)::float8 as ms from open_deliveries where id = $1',
    [id],
  );
  return (rows[0] as { ms: number }).ms;
}

async function expectDueIn(id: string, ms: number): Promise<void> {
  expect(Math.abs((await dueInMs(id)) - ms)).toBeLessThan(5_000);
}

/** As after a jump of the database's clock by a day: so long ago is what was noted, and leases seem to have ended. */
async function goAhead(): Promise<void> {
  behindMs += dayMs;
  await query(`update database_clock set seen_at = seen_at - interval '1 day'`);
}

describe('a clock of the database that is set back', () => {
  it('by a day brings back what is due by the old one, and leaves leases that were taken since', async () => {
    const retry = await delivery(dayMs + 60_000, false);
    const held = await delivery(dayMs + 20_000, true);
    const overdue = await delivery(dayMs - 60_000, false);
    const heldSince = await delivery(31_000, true);
    await seenAhead(dayMs);
    expect(await task()).toContain('set back by 86400 s');
    await expectDueIn(retry, 60_000);
    await expectDueIn(held, 20_000);
    await expectDueIn(overdue, -60_000);
    await expectDueIn(heldSince, 31_000);
    expect(await task()).toBeNull();
    await expectDueIn(retry, 60_000);
  });

  it('by less than two minutes changes nothing, until it has caught up', async () => {
    const retry = await delivery(60_000, false);
    await seenAhead(110_000);
    expect(await task()).toBeNull();
    await expectDueIn(retry, 60_000);
  });

  it('is noticed by one of several nodes', async () => {
    const retry = await delivery(dayMs + 60_000, false);
    await seenAhead(dayMs);
    const told = await Promise.all([task(), task(), task()]);
    expect(told.filter((one) => one !== null)).toHaveLength(1);
    await expectDueIn(retry, 60_000);
  });

  it('does not make a rate wait for the time that was', async () => {
    const permits = { count: 1, perSecond: 1 };
    expect(await takePermits(test.database.pool, webhook, permits)).toBeLessThan(10);
    await query(`update webhook_rates set next_at = next_at + interval '1 day'`);
    expect(await takePermits(test.database.pool, webhook, permits)).toBeLessThan(10);
    expect(await takePermits(test.database.pool, webhook, permits)).toBeGreaterThan(500);
  });
});

describe('a clock of the database that goes ahead', () => {
  it('by a day ends no lease that had not ended, and leaves those that were taken since', async () => {
    const watching = watch();
    await task(watching);
    const held = await delivery(20_000 - dayMs, true);
    const over = await delivery(-20_000 - dayMs, true);
    const heldSince = await delivery(31_000, true);
    const retry = await delivery(60_000, false);
    await goAhead();
    expect(await task(watching)).toContain('went ahead by 86400 s');
    await expectDueIn(held, 20_000);
    await expectDueIn(over, -20_000 - dayMs);
    await expectDueIn(heldSince, 31_000);
    await expectDueIn(retry, 60_000);
    expect(await task(watching)).toBeNull();
    await expectDueIn(held, 20_000);
  });

  it('is dealt with once, by whoever looks first, and not by a process that saw nothing of it', async () => {
    const watches = [watch(), watch(), watch()];
    for (const one of watches) await one.look();
    const held = await delivery(20_000 - dayMs, true);
    await goAhead();
    expect(await watch().look()).toBe(0);
    const moved = await Promise.all(watches.map((one) => one.look()));
    expect(moved.filter((ms) => ms !== 0)).toHaveLength(1);
    await expectDueIn(held, 20_000);
  });
});

describe('a clock that goes on', () => {
  it('changes nothing', async () => {
    const retry = await delivery(60_000, false);
    expect(await task()).toBeNull();
    await expectDueIn(retry, 60_000);
  });
});
