import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { asCurl } from '../src/history/curl.ts';
import { deliveryQuery, readDeliverySearch } from '../src/history/delivery-search.ts';
import { phasesOf } from '../src/history/phases.ts';

test('a command for the shell says nothing but the request, whatever is in it', () => {
  const hostile = `it's "$(id)" \`id\` \\ @/etc/passwd \n{"a": 1}`;
  const command = asCurl({
    method: 'POST',
    url: "https://example.com/?q='; id '",
    headers: { 'x-note': hostile.replaceAll('\n', ' ') },
    body: hostile,
  });
  const words = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`]).toString();
  expect(words.split('\0').slice(0, -1)).toEqual([
    '-X',
    'POST',
    "https://example.com/?q='; id '",
    '-H',
    `x-note: ${hostile.replaceAll('\n', ' ')}`,
    '--data-raw',
    hostile,
  ]);
});

test('an address is read without what is no filter', () => {
  expect(
    readDeliverySearch({
      state: 'exhausted',
      status: 503,
      failure: 'no_such_failure',
      error: 'x'.repeat(300),
      since: 'yesterday',
      until: '2026-03-14T09:00:00Z',
      webhook: '',
      colour: 'red',
    }),
  ).toEqual({
    state: 'exhausted',
    status: '503',
    error: 'x'.repeat(200),
    until: '2026-03-14T09:00:00Z',
  });
  expect(readDeliverySearch({ state: 'toString', status: '6xx', failure: 'constructor' })).toEqual({});
});

test('what a page is about cannot be chosen otherwise', () => {
  const search = readDeliverySearch({ webhook: 'whk_2', type: 'task.completed' });
  expect(deliveryQuery(search, { webhookId: 'whk_1' })).toEqual({
    webhook_id: 'whk_1',
    event_type: 'task.completed',
  });
});

test('phases follow each other and end within the whole', () => {
  const timings = { dns_ms: null, connect_ms: 2, tls_ms: 3, wait_ms: 4, read_ms: 1, total_ms: 20 };
  expect(phasesOf(timings)).toEqual([
    { name: 'connect', ms: 2, from: 0, share: 0.1 },
    { name: 'tls', ms: 3, from: 0.1, share: 0.15 },
    { name: 'wait', ms: 4, from: 0.25, share: 0.2 },
    { name: 'read', ms: 1, from: 0.45, share: 0.05 },
  ]);
  const rounded = phasesOf({ ...timings, total_ms: 9.9 });
  expect(rounded.at(-1)).toMatchObject({ from: 0.9, share: 0.1 });
  const nothing = { dns_ms: null, connect_ms: null, tls_ms: null, wait_ms: null, read_ms: null, total_ms: 0 };
  expect(phasesOf(nothing)).toEqual([]);
});
