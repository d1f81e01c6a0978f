import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPeriod } from '../../../src/campaigns/rules/recurrence.ts';
import type { Recurrence } from '../../../src/campaigns/rules/state.ts';

const open = (recurrence: Recurrence, at: string, done?: string) =>
  openPeriod(recurrence, new Date(at), done === undefined ? undefined : { period: done, count: 1 });

describe('the periods of a task', () => {
  it('has one period for what may happen once', () => {
    expect(open('once', '2026-03-04T10:00:00Z')).toBe('once');
    expect(open('once', '2030-01-01T00:00:00Z', 'once')).toBeNull();
  });

  it('divides the UTC day at 0, 8 and 16 o’clock', () => {
    expect(open('every_8_hours', '2026-03-04T00:00:00.000Z')).toBe('2026-03-04T00:00Z/PT8H');
    expect(open('every_8_hours', '2026-03-04T07:59:59.999Z')).toBe('2026-03-04T00:00Z/PT8H');
    expect(open('every_8_hours', '2026-03-04T08:00:00.000Z')).toBe('2026-03-04T08:00Z/PT8H');
    expect(open('every_8_hours', '2026-03-04T23:59:59.999Z', '2026-03-04T16:00Z/PT8H')).toBeNull();
    expect(open('every_8_hours', '2026-03-05T00:00:00.000Z', '2026-03-04T16:00Z/PT8H')).not.toBeNull();
  });

  it('takes days from midnight UTC', () => {
    expect(open('daily', '2026-03-04T23:59:59.999Z')).toBe('2026-03-04/P1D');
    expect(open('daily', '2026-03-04T23:59:59.999Z', '2026-03-04/P1D')).toBeNull();
    expect(open('daily', '2026-03-05T00:00:00.000Z', '2026-03-04/P1D')).toBe('2026-03-05/P1D');
    expect(open('daily', '2028-02-29T12:00:00.000Z')).toBe('2028-02-29/P1D');
  });

  it('takes ISO weeks from Monday, across the turn of the year too', () => {
    expect(open('weekly', '2026-03-01T23:59:59.999Z')).toBe('2026-02-23/P1W');
    expect(open('weekly', '2026-03-02T00:00:00.000Z', '2026-02-23/P1W')).toBe('2026-03-02/P1W');
    // Week 1 of 2026 begins in 2025.
    expect(open('weekly', '2026-01-04T12:00:00.000Z')).toBe('2025-12-29/P1W');
    expect(open('weekly', '2025-12-29T00:00:00.000Z', '2025-12-29/P1W')).toBeNull();
  });

  it('numbers what may always happen', () => {
    const at = new Date('2026-03-04T10:00:00Z');
    expect(openPeriod('unlimited', at, undefined)).toBe('2026-03-04T10:00:00.000Z#1');
    expect(openPeriod('unlimited', at, { period: '2026-03-04T10:00:00.000Z#1', count: 1 })).toBe(
      '2026-03-04T10:00:00.000Z#2',
    );
  });

  it('does not open a past period to a clock that goes back', () => {
    expect(open('daily', '2026-03-03T12:00:00Z', '2026-03-04/P1D')).toBeNull();
    expect(open('weekly', '2026-02-25T12:00:00Z', '2026-03-02/P1W')).toBeNull();
  });

  it('lets a task that was to be done once be done again when its owner makes it daily', () => {
    expect(open('daily', '2026-03-04T12:00:00Z', 'once')).toBe('2026-03-04/P1D');
    expect(open('once', '2026-03-05T12:00:00Z', '2026-03-04/P1D')).toBeNull();
  });

  it('never names a period twice, whatever the clock does and however the recurrence is edited', () => {
    const recurrences = fc.constantFrom<Recurrence>('once', 'every_8_hours', 'daily', 'weekly', 'unlimited');
    const hours = fc.integer({ min: 0, max: 24 * 21 });
    fc.assert(
      fc.property(fc.array(fc.tuple(recurrences, hours), { maxLength: 40 }), (history) => {
        const named: string[] = [];
        let done: { period: string; count: number } | undefined;
        for (const [recurrence, hour] of history) {
          const period = openPeriod(recurrence, new Date(Date.UTC(2026, 2, 1, hour)), done);
          if (period === null) continue;
          named.push(period);
          done = { period, count: named.length };
        }
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });
});
