import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Log, type LogPage } from '../src/history/log.ts';

interface Row {
  readonly id: number;
  readonly state: string;
}

/** A list that others write to, newest first, as the API gives it. */
class Written {
  rows: Row[] = [];
  pagesRead = 0;
  rowsRead: string[] = [];
  failure: Error | null = null;

  add(many: number): void {
    for (let n = 0; n < many; n += 1) this.rows.unshift({ id: this.rows.length + 1, state: 'new' });
  }

  change(id: number, state: string): void {
    this.rows = this.rows.map((row) => (row.id === id ? { id, state } : row));
  }

  log(): Log<Row> {
    return new Log<Row>({
      page: async ({ cursor, limit }) => this.page(cursor, limit),
      row: async (id) => {
        this.rowsRead.push(id);
        const row = this.rows.find((one) => String(one.id) === id);
        if (row === undefined) throw new Error(`No row ${id}`);
        return row;
      },
      idOf: ({ id }) => String(id),
      isOver: ({ state }) => state === 'over',
    });
  }

  protected page(cursor: string | null, limit: number): LogPage<Row> {
    if (this.failure !== null) throw this.failure;
    this.pagesRead += 1;
    const below = this.rows.filter(({ id }) => cursor === null || id < Number(cursor));
    const data = below.slice(0, limit);
    return { data, next_cursor: data.length < below.length ? String(data.at(-1)?.id) : null };
  }
}

let written: Written;
beforeEach(() => {
  vi.useFakeTimers();
  written = new Written();
});
afterEach(() => {
  vi.useRealTimers();
});

const ids = (log: Log<Row>) => log.state().rows?.map(({ id }) => id);
const tick = () => vi.advanceTimersByTimeAsync(1_000);

test('reads page after page until there is no more', async () => {
  written.add(400);
  const log = written.log();
  expect(log.state().rows).toBeUndefined();
  while (log.state().hasMore) await log.more();
  expect(ids(log)).toEqual(Array.from({ length: 400 }, (_, n) => 400 - n));
  expect(written.pagesRead).toBe(3);
});

test('shows what is new at its top, without reading older pages again', async () => {
  written.add(300);
  const log = written.log();
  await log.more();
  await log.more();
  written.add(3);
  log.touch([]);
  await tick();
  expect(ids(log)?.slice(0, 4)).toEqual([303, 302, 301, 300]);
  expect(log.state().rows).toHaveLength(303);
  expect(written.pagesRead).toBe(3);
});

test('holds back what is new while nobody follows, and says how much', async () => {
  written.add(5);
  const log = written.log();
  await log.more();
  log.follow(false);
  written.add(2);
  log.touch([]);
  await tick();
  written.add(1);
  log.touch([]);
  await tick();
  expect(ids(log)).toEqual([5, 4, 3, 2, 1]);
  expect(log.state()).toMatchObject({ waiting: 3, waitingMore: false });
  log.showWaiting();
  expect(ids(log)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  expect(log.state().waiting).toBe(0);
});

test('begins anew where more came than it can connect to what it has', async () => {
  written.add(5);
  const log = written.log();
  await log.more();
  log.follow(false);
  written.add(200);
  log.touch([]);
  await tick();
  expect(log.state()).toMatchObject({ waitingMore: true });
  log.follow(true);
  await tick();
  expect(ids(log)?.[0]).toBe(205);
  while (log.state().hasMore) await log.more();
  expect(ids(log)).toEqual(Array.from({ length: 205 }, (_, n) => 205 - n));
});

test('reads changed rows one by one, and only those in view', async () => {
  written.add(200);
  const log = written.log();
  while (log.state().hasMore) await log.more();
  log.follow(false);
  log.view(['20', '19']);
  written.change(20, 'over');
  written.change(10, 'over');
  log.touch(['20', '10', 'unknown']);
  await tick();
  expect(written.rowsRead).toEqual(['20']);
  log.view(['11', '10']);
  await tick();
  expect(written.rowsRead).toEqual(['20', '10']);
  expect(
    log
      .state()
      .rows?.filter(({ state }) => state === 'over')
      .map(({ id }) => id),
  ).toEqual([20, 10]);
});

test('does not ask again for what is over when it was away', async () => {
  written.add(200);
  const log = written.log();
  while (log.state().hasMore) await log.more();
  written.change(20, 'over');
  log.view(['20', '19']);
  log.touch(['20']);
  await tick();
  written.rowsRead = [];
  log.touchAll();
  await tick();
  expect(written.rowsRead).toEqual(['19']);
});

test('keeps what it has when a reading fails, and goes on with the next', async () => {
  written.add(300);
  const log = written.log();
  await log.more();
  written.failure = new Error('Away');
  await log.more();
  expect(log.state().error).toBe(written.failure);
  expect(log.state().rows).toHaveLength(100);
  written.failure = null;
  while (log.state().hasMore) await log.more();
  expect(log.state()).toMatchObject({ error: null });
  expect(log.state().rows).toHaveLength(300);
});

test('asks somebody before it looks through ever more that does not match', async () => {
  let read = 0;
  const log = new Log<Row>({
    page: async () => {
      read += 1;
      return { data: [], next_cursor: String(read) };
    },
    row: async (id) => Promise.reject(new Error(id)),
    idOf: ({ id }) => String(id),
    isOver: () => true,
  });
  while (!log.state().sparse) await log.more();
  const before = read;
  expect(before).toBeGreaterThan(5);
  await log.more();
  expect(read).toBe(before + 1);
  expect(log.state().sparse).toBe(false);
});
