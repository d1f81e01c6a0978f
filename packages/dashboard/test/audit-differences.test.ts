import { expect, test } from 'vitest';
import { differencesOf } from '../src/audit-log/differences.ts';

test('names each value that differs, down to the last, and none that is the same', () => {
  expect(
    differencesOf(
      { name: 'Shop', retry_policy: { delays_seconds: [10, 60], jitter: true } },
      { name: 'Shop', retry_policy: { delays_seconds: [10], jitter: true } },
    ),
  ).toEqual([{ path: 'retry_policy.delays_seconds', before: [10, 60], after: [10] }]);
});

test('shows what was made and what was deleted', () => {
  expect(differencesOf(null, { emails: [] })).toEqual([{ path: 'emails', before: undefined, after: [] }]);
  expect(differencesOf({ reward: { id: 'rwd_1' } }, null)).toEqual([
    { path: 'reward.id', before: 'rwd_1', after: undefined },
  ]);
});

test('tells null, nothing and an empty text apart', () => {
  expect(differencesOf({ a: null, b: '' }, { a: '', c: null })).toEqual([
    { path: 'a', before: null, after: '' },
    { path: 'b', before: '', after: undefined },
    { path: 'c', before: undefined, after: null },
  ]);
});

test('follows objects in lists by their place', () => {
  expect(
    differencesOf(
      { tiers: [{ from: 1 }, { from: 5 }] },
      { tiers: [{ from: 1 }, { from: 6 }, { from: 9, unit: { places: 2 } }] },
    ),
  ).toEqual([
    { path: 'tiers.1.from', before: 5, after: 6 },
    { path: 'tiers.2.from', before: undefined, after: 9 },
    { path: 'tiers.2.unit.places', before: undefined, after: 2 },
  ]);
});

test('shows a thing that became a plain value as that', () => {
  expect(differencesOf({ reward: { id: 'rwd_1' } }, { reward: null })).toEqual([
    { path: 'reward.id', before: 'rwd_1', after: undefined },
    { path: 'reward', before: undefined, after: null },
  ]);
});
