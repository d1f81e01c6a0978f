import { expect, test } from 'vitest';
import { expiryTime, isoDay } from '../src/api-access/expiry.ts';

const now = new Date('2026-11-21T12:34:56.789Z');

test('ends so many days from now', () => {
  expect(expiryTime('30', '', now)).toBe('2026-12-21T12:34:56.789Z');
});

test('never ends', () => {
  expect(expiryTime('never', '2026-12-01', now)).toBeNull();
});

test('is good until the chosen day is over where the reader is', () => {
  const ends = new Date(expiryTime('date', '2026-12-31', now) ?? '');
  expect([ends.getFullYear(), ends.getMonth(), ends.getDate(), ends.getHours()]).toEqual([2027, 0, 1, 0]);
  expect(isoDay(new Date(ends.getTime() - 1))).toBe('2026-12-31');
});
