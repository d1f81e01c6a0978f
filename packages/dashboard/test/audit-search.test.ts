import { expect, test } from 'vitest';
import { isoTime, localTime } from '../src/audit-log/local-time.ts';
import { auditSearch, filterOf } from '../src/audit-log/search.ts';

test('takes from the address what it knows, and nothing that could not be asked for', () => {
  expect(
    auditSearch({
      actor: 'psn_1',
      action: '',
      target: 4711,
      since: '2026-11-21T00:00:00Z',
      until: 'tomorrow',
      entry: -1,
      at: '2026-11-21T13:35:39.436Z',
      other: 'thing',
    }),
  ).toEqual({
    actor: 'psn_1',
    target: '4711',
    since: '2026-11-21T00:00:00Z',
    at: '2026-11-21T13:35:39.436Z',
  });
});

test('filters by everything but the entry that is open', () => {
  expect(
    filterOf(auditSearch({ action: 'webhook.updated', entry: 3, at: '2026-11-21T13:35:39.436Z' })),
  ).toEqual({
    action: 'webhook.updated',
  });
});

test('shows a time where the reader is, and gives the same back', () => {
  expect(isoTime(localTime('2026-11-21T13:35:00.000Z'))).toBe('2026-11-21T13:35:00.000Z');
  expect(localTime(isoTime('2026-01-02T03:04') ?? '')).toBe('2026-01-02T03:04');
  expect(isoTime('')).toBeNull();
});
