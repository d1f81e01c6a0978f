import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstUuidAt } from '../../src/ids.ts';
import {
  dropPartitionsBefore,
  ensurePartitions,
  listPartitions,
  partitionedTables,
} from '../../src/storage/partitions.ts';

const day = 86_400_000;
const at = (iso: string) => new Date(iso);
/** Long past, so that none of its partitions has been made by the migration. */
const then = at('2020-03-01T15:00:00Z');

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

async function listed(from: Date, until: Date) {
  return (await listPartitions(test.database)).filter((p) => p.from >= from && p.until <= until);
}

function insertEvent(id: string) {
  return test.database.pool.query(
    `insert into events (id, organization_id, type, occurred_at, body) values ($1, gen_random_uuid(), 'test', now(), '{}')`,
    [id],
  );
}

function insertOpen(id: string, eventId: string, extra = false) {
  return test.database.pool.query(
    `insert into open_deliveries (id, extra, organization_id, webhook_uid, event_id, format, format_version,
                                  webhook_name, created_at, attempts, retries, due_at)
     values ($1, $3, gen_random_uuid(), gen_random_uuid(), $2, 'standard', 1, 'Name', now(), 3, 2, now())`,
    [id, eventId, extra],
  );
}

describe('partitions', () => {
  it('are made from one day back to fourteen days ahead, a day each, in UTC, for every table', async () => {
    const made = await ensurePartitions(test.database, then);
    expect(made).toHaveLength(16 * partitionedTables.length);
    for (const table of partitionedTables) {
      const own = (await listed(at('2020-01-01'), at('2021-01-01'))).filter((p) => p.table === table);
      expect(own[0]).toMatchObject({
        name: `${table}_p20200229`,
        from: at('2020-02-29'),
        until: at('2020-03-01'),
      });
      expect(own.at(-1)).toMatchObject({
        name: `${table}_p20200315`,
        from: at('2020-03-15'),
        until: at('2020-03-16'),
      });
      for (const [index, partition] of own.entries()) {
        expect(partition.from.getTime()).toBe(at('2020-02-29').getTime() + index * day);
      }
    }
  });

  it('take rows of every table from clocks that are a day off, in either direction', async () => {
    for (const days of [-1, 0, 1]) {
      const id = firstUuidAt(Date.now() + days * day);
      await insertEvent(id);
      await test.database.pool.query(
        `insert into response_bodies (id, organization_id, body) values ($1, gen_random_uuid(), '')`,
        [id],
      );
      await test.database.pool.query(
        `insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                        created_at, attempts, retries, state, closed_at)
         values ($1, gen_random_uuid(), gen_random_uuid(), $1, 'standard', 1, 'Name', now(), 1, 0, 'delivered', now())`,
        [id],
      );
      await test.database.pool.query(
        `insert into attempts (id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome,
                               acknowledged, method, url, signature, response_cut, total_ms)
         values ($1, gen_random_uuid(), $1, $1, 1, false, now(), 'answered', true, 'POST', '', '', false, 1)`,
        [id],
      );
      await test.database.pool.query(
        `insert into inbox_requests (id, inbox_id, received_at, method, target, headers, body, body_cut, verification,
                                     answered)
         values ($1, $1, now(), 'POST', '/', '[]', '', false, '{}', '{}')`,
        [id],
      );
    }
  });

  it('drops each kind by its own bound', async () => {
    await ensurePartitions(test.database, then);
    const until = at('2020-03-05');
    const never = at('2000-01-01');
    const { partitions } = await dropPartitionsBefore(test.database, {
      events: never,
      closed_deliveries: never,
      attempts: at('2020-03-02'),
      response_bodies: until,
      inbox_requests: until,
    });
    const dropped = (table: string) => partitions.filter((one) => one.table === table).length;
    expect([
      dropped('events'),
      dropped('attempts'),
      dropped('response_bodies'),
      dropped('inbox_requests'),
    ]).toEqual([0, 2, 5, 5]);
  });

  it('are made once, whoever asks and however often', async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensurePartitions(test.database, then)));
    expect(made.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([
      0,
      0,
      16 * partitionedTables.length,
    ]);
    expect(await ensurePartitions(test.database, then)).toEqual([]);
  });

  it('are made only where they are missing', async () => {
    await ensurePartitions(test.database, then);
    const made = await ensurePartitions(test.database, new Date(then.getTime() + day));
    expect(made.toSorted()).toEqual(partitionedTables.map((table) => `${table}_p20200316`).toSorted());
  });

  it('are made beside a writer that has not committed', async () => {
    const client = await test.database.pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `insert into events (id, organization_id, type, occurred_at, body) values ($1, gen_random_uuid(), 'test', now(), '{}')`,
        [firstUuidAt(Date.now())],
      );
      expect(await ensurePartitions(test.database, then)).toHaveLength(16 * partitionedTables.length);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('hold the first and the last id of their day', async () => {
    await ensurePartitions(test.database, then);
    const first = firstUuidAt(at('2020-03-01').getTime());
    const last = `${firstUuidAt(at('2020-03-02').getTime() - 1).slice(0, 14)}7fff-bfff-ffffffffffff`;
    await insertEvent(first);
    await insertEvent(last);
    const { rows } = await test.database.pool.query('select id from events_p20200301 order by id');
    expect(rows).toEqual([{ id: first }, { id: last }]);
  });

  it('are listed with their sizes', async () => {
    await ensurePartitions(test.database, then);
    const size = async () =>
      (await listPartitions(test.database)).find((p) => p.name === 'events_p20200301')?.bytes;
    const empty = await size();
    for (let index = 0; index < 200; index += 1)
      await insertEvent(firstUuidAt(at('2020-03-01T12:00:00Z').getTime() + index));
    expect(await size()).toBeGreaterThan(empty ?? Number.POSITIVE_INFINITY);
  });
});

describe('dropping partitions', () => {
  it('drops those that lie wholly before the date, and no others', async () => {
    await ensurePartitions(test.database, then);
    const { partitions } = await dropPartitionsBefore(test.database, at('2020-03-03T12:00:00Z'));
    expect(partitions.map((p) => p.name).toSorted()).toEqual(
      partitionedTables
        .flatMap((table) => [`${table}_p20200229`, `${table}_p20200301`, `${table}_p20200302`])
        .toSorted(),
    );
    const left = await listed(at('2020-01-01'), at('2021-01-01'));
    expect(left.filter((p) => p.until <= at('2020-03-03'))).toEqual([]);
    expect(left.filter((p) => p.from.getTime() === at('2020-03-03').getTime())).toHaveLength(
      partitionedTables.length,
    );
    await expect(insertEvent(firstUuidAt(at('2020-03-01').getTime()))).rejects.toThrow(
      'no partition of relation',
    );
  });

  it('closes open deliveries of the events that go as cancelled, and keeps the others open', async () => {
    await ensurePartitions(test.database, then);
    const oldEvent = firstUuidAt(at('2020-03-01T10:00:00Z').getTime());
    const newEvent = firstUuidAt(at('2020-03-05T10:00:00Z').getTime());
    const sameDay = firstUuidAt(at('2020-03-01T10:00:01Z').getTime());
    const replayed = firstUuidAt(at('2020-03-06T10:00:00Z').getTime());
    const current = firstUuidAt(at('2020-03-05T10:00:01Z').getTime());
    await insertEvent(oldEvent);
    await insertEvent(newEvent);
    await insertOpen(sameDay, oldEvent);
    await insertOpen(replayed, oldEvent);
    await insertOpen(replayed, oldEvent, true);
    await insertOpen(current, newEvent);

    const dropped = await dropPartitionsBefore(test.database, at('2020-03-02'));
    expect(dropped.cancelledDeliveries).toBe(2);
    const open = await test.database.pool.query('select id from open_deliveries');
    expect(open.rows).toEqual([{ id: current }]);
    const closed = await test.database.pool.query(
      'select id, state, attempts, retries from closed_deliveries',
    );
    expect(closed.rows).toEqual([{ id: replayed, state: 'cancelled', attempts: 3, retries: 2 }]);
  });

  it('does nothing when nothing is old enough', async () => {
    expect(await dropPartitionsBefore(test.database, then)).toEqual({
      partitions: [],
      cancelledDeliveries: 0,
    });
  });

  it('finishes what a killed process has begun', async () => {
    await ensurePartitions(test.database, then);
    await test.database.pool.query('alter table events detach partition events_p20200301');
    // A detach that waits for a reader and is cancelled stays pending.
    const reader = await test.database.pool.connect();
    const detacher = await test.database.pool.connect();
    try {
      await reader.query('begin');
      await reader.query('select count(*) from attempts');
      await detacher.query(`set statement_timeout = 300`);
      await expect(
        detacher.query('alter table attempts detach partition attempts_p20200301 concurrently'),
      ).rejects.toThrow('statement timeout');
    } finally {
      await reader.query('rollback');
      reader.release();
      detacher.release(true);
    }
    await dropPartitionsBefore(test.database, at('2020-03-02'));
    const { rows } = await test.database.pool.query(
      `select relname from pg_class where relname ~ '_p20200(229|301)$'`,
    );
    expect(rows).toEqual([]);
  });

  it('is left to the process that is already at it', async () => {
    await ensurePartitions(test.database, then);
    const [first, second] = await Promise.all([
      dropPartitionsBefore(test.database, at('2020-03-02')),
      dropPartitionsBefore(test.database, at('2020-03-02')),
    ]);
    expect(first.partitions.length + second.partitions.length).toBe(2 * partitionedTables.length);
    expect(Math.min(first.partitions.length, second.partitions.length)).toBe(0);
  });
});
