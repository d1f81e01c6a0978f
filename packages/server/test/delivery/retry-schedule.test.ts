import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelayMs, parseRetryAfter } from '../../src/delivery/retry-schedule.ts';
import { defaultRetryPolicy, retryJitter } from '../../src/webhooks/index.ts';

const policy = defaultRetryPolicy;

describe('the retry schedule', () => {
  it('is 10 s, 1 min, 6 min, 36 min and 3.6 h by default, then ends', () => {
    const delays = [0, 1, 2, 3, 4, 5].map((retries) =>
      nextDelayMs({ policy, jitter: 0, retries, random: 0.5, retryAfterMs: null }),
    );
    expect(delays).toEqual([10_000, 60_000, 360_000, 2_160_000, 12_960_000, null]);
  });

  it('stretches or shortens each pause by at most a fifth', () => {
    const delay = (random: number) =>
      nextDelayMs({ policy, jitter: retryJitter, retries: 0, random, retryAfterMs: null });
    expect(delay(0)).toBe(8_000);
    expect(delay(0.5)).toBe(10_000);
    expect(delay(1)).toBe(12_000);
  });

  it('has no retry in an empty policy', () => {
    const none = nextDelayMs({
      policy: { delaysMs: [] },
      jitter: 0.2,
      retries: 0,
      random: 0,
      retryAfterMs: 1_000,
    });
    expect(none).toBeNull();
  });

  it('lets Retry-After only ever delay, and never past the longest pause of the policy', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1_000, max: 10_000_000 }), { minLength: 1, maxLength: 20 }),
        fc.nat(19),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(1_000_000_000),
        (delaysMs, retries, random, retryAfterMs) => {
          const input = { policy: { delaysMs }, jitter: 0.2, retries, random };
          const plain = nextDelayMs({ ...input, retryAfterMs: null });
          const asked = nextDelayMs({ ...input, retryAfterMs });
          if (plain === null || asked === null) {
            expect(asked).toBe(plain);
            return;
          }
          expect(asked).toBeGreaterThanOrEqual(plain);
          expect(asked).toBeLessThanOrEqual(Math.max(plain, Math.max(...delaysMs)));
          expect(asked).toBeGreaterThanOrEqual(Math.min(retryAfterMs, Math.max(...delaysMs)));
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 21, 12, 0, 0);

  it('is seconds or an HTTP date', () => {
    expect(parseRetryAfter('120', now)).toBe(120_000);
    expect(parseRetryAfter(' 0 ', now)).toBe(0);
    expect(parseRetryAfter('Sat, 21 Nov 2026 12:00:30 GMT', now)).toBe(30_000);
  });

  it('is no pause when the date has gone by', () => {
    expect(parseRetryAfter('Sat, 21 Nov 2026 11:00:00 GMT', now)).toBe(0);
  });

  it.each([
    undefined,
    '',
    'soon',
    '-5',
    '1.5',
    '1e3',
    '99999999999',
    'Foo, bar',
    '2026-11-21',
  ])('is passed over when it reads %s', (value) => {
    expect(parseRetryAfter(value, now)).toBeNull();
  });
});
