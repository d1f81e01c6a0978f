import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDatabaseCondition } from '../../src/observe/index.ts';

const failing = (code: string) => Object.assign(new Error(`error ${code}`), { code });

describe('the condition of the database', () => {
  /** What a ping meets; null: an answer. */
  let met: Error | 'silence' | null;
  let lines: { details: Record<string, unknown>; message: string }[];
  const open = () =>
    createDatabaseCondition({
      ping: async () => {
        if (met === 'silence') return new Promise<never>(() => {});
        if (met !== null) throw met;
      },
      log: {
        warn: (details, message) => lines.push({ details: details as Record<string, unknown>, message }),
      },
      now: () => performance.now(),
    });

  beforeEach(() => {
    vi.useFakeTimers();
    met = null;
    lines = [];
  });
  afterEach(() => vi.useRealTimers());

  it('is told once with its remedy, however many statements fail, and its end with how many there were', async () => {
    const condition = open();
    met = failing('53100');
    for (let n = 0; n < 1_000; n += 1) expect(condition.saw(failing('53100'))).toBe(true);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.message).toMatch(/^PostgreSQL has no room left on its disk\. Make the volume /);
    expect(lines[0]?.details).toMatchObject({ fault: 'disk_full' });

    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toHaveLength(1);
    met = null;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.message).toBe('PostgreSQL serves again.');
    expect(lines[1]?.details).toMatchObject({ faults: ['disk_full'], failures: 1_000, seconds: 10 });

    condition.saw(failing('53100'));
    expect(lines).toHaveLength(3);
  });

  it('tells every other fault that shows up meanwhile, and reminds once a minute', async () => {
    const condition = open();
    met = failing('57P03');
    condition.saw(failing('57P01'));
    condition.saw(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }));
    condition.saw(failing('57P02'));
    expect(lines.map(({ details }) => details['fault'])).toEqual(['stopping_or_starting', 'unreachable']);
    await vi.advanceTimersByTimeAsync(61_500);
    expect(lines.at(-1)?.message).toMatch(/still cannot serve/);
    expect(lines).toHaveLength(3);
  });

  it('says nothing of an error that is about something else', () => {
    const condition = open();
    expect(condition.saw(new Error('no'))).toBe(false);
    expect(condition.saw(failing('23505'))).toBe(false);
    expect(lines).toEqual([]);
  });

  it('tells of single statements that waited too long, but of no outage that ends', async () => {
    const condition = open();
    condition.saw(failing('55P03'));
    expect(await condition.obstacle()).toBeNull();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toHaveLength(1);
  });

  it('is an obstacle while a ping fails, while none comes back, and for a moment after a write found no room', async () => {
    const condition = open();
    expect(await condition.obstacle()).toBeNull();
    met = failing('53300');
    expect(await condition.obstacle()).toMatch(/gives out no more connections\. Raise max_connections/);
    met = 'silence';
    const late = condition.obstacle();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await late).toMatch(/does not answer in time/);

    met = null;
    condition.saw(failing('53100'));
    expect(await condition.obstacle()).toMatch(/no room left/);
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await condition.obstacle()).toBeNull();
  });
});
