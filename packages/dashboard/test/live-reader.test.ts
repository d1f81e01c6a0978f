import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Reader } from '../src/live/reader.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function readerWithRecord() {
  const reads: (readonly string[])[] = [];
  return { reads, reader: new Reader((...paths) => reads.push(paths)) };
}

it('reads at once, and what comes afterwards together after two seconds, each path once', () => {
  const { reader, reads } = readerWithRecord();
  reader.add('/v1/tokens');
  expect(reads).toEqual([['/v1/tokens']]);
  reader.add('/v1/webhooks');
  reader.add('/v1/tokens', '/v1/webhooks');
  vi.advanceTimersByTime(1_999);
  expect(reads).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(reads.slice(1)).toEqual([['/v1/webhooks', '/v1/tokens']]);
});

it('never reads more often than every two seconds, and at once again when nothing came for as long', () => {
  const { reader, reads } = readerWithRecord();
  for (let ms = 0; ms < 10_000; ms += 50) {
    reader.add('/v1/jobs');
    vi.advanceTimersByTime(50);
  }
  expect(reads).toHaveLength(6);
  vi.advanceTimersByTime(2_000);
  reader.add('/v1/jobs');
  expect(reads).toHaveLength(7);
});

it('puts off what cannot be read yet, and forgets what waits when it is stopped', () => {
  const { reader, reads } = readerWithRecord();
  reader.addLater('/v1/inboxes');
  reader.add('/v1/inboxes');
  expect(reads).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(reads).toEqual([['/v1/inboxes']]);
  reader.add('/v1/tokens');
  reader.stop();
  vi.advanceTimersByTime(10_000);
  expect(reads).toHaveLength(1);
});
