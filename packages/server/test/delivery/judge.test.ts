import { describe, expect, it } from 'vitest';
import { judge } from '../../src/delivery/judge.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';

const timings = { dnsMs: 1, connectMs: 1, tlsMs: null, waitMs: 1, readMs: 1, totalMs: 4 };
const policy = { delaysMs: [10_000, 60_000] };
const nowMs = Date.UTC(2026, 10, 21);

function answered(status: number, headers: Record<string, string> = {}): Outcome {
  return {
    kind: 'answered',
    answer: { status, headers, body: new Uint8Array(), bodyCut: false },
    timings,
    address: '192.0.2.1',
  };
}

function verdictOn(outcome: Outcome, retries = 0) {
  return judge({ outcome, policy, retries, random: 0.5, nowMs });
}

describe('judging an outcome', () => {
  it.each([200, 201, 202, 204, 299])('takes %i as an acknowledgement', (status) => {
    expect(verdictOn(answered(status)).kind).toBe('delivered');
  });

  it.each([300, 301, 304, 308, 400, 401, 404, 409, 418, 500, 501])('retries after %i', (status) => {
    const verdict = verdictOn(answered(status));
    expect(verdict).toMatchObject({ kind: 'retry', delayMs: 10_000, effect: { kind: 'none' } });
  });

  it('names where a redirect leads', () => {
    const verdict = verdictOn(answered(302, { location: 'https://elsewhere.example/hook' }));
    expect(verdict).toMatchObject({ message: expect.stringContaining('https://elsewhere.example/hook') });
  });

  it.each([429, 502, 503, 504])('slows the whole lane down on %i', (status) => {
    expect(verdictOn(answered(status))).toMatchObject({ effect: { kind: 'slow_down', atLeastMs: 0 } });
    expect(verdictOn(answered(status, { 'retry-after': '30' }))).toMatchObject({
      kind: 'retry',
      delayMs: 30_000,
      effect: { kind: 'slow_down', atLeastMs: 30_000 },
    });
  });

  it('bounds Retry-After by the longest pause of the policy', () => {
    expect(verdictOn(answered(503, { 'retry-after': '86400' }))).toMatchObject({
      delayMs: 60_000,
      effect: { atLeastMs: 60_000 },
    });
  });

  it('does not honour Retry-After on a status that does not speak of load', () => {
    expect(verdictOn(answered(400, { 'retry-after': '3600' }))).toMatchObject({ delayMs: 10_000 });
  });

  it('disables the webhook on 410 and keeps the delivery', () => {
    expect(verdictOn(answered(410))).toMatchObject({
      kind: 'retry',
      effect: { kind: 'disable_webhook', reason: expect.stringContaining('410') },
    });
  });

  it('is exhausted once the policy has no more pauses', () => {
    expect(verdictOn(answered(500), 1).kind).toBe('retry');
    expect(verdictOn(answered(500), 2).kind).toBe('exhausted');
  });

  it('passes on the owner message of a failure', () => {
    const outcome: Outcome = {
      kind: 'failed',
      failure: 'connection_refused',
      message: 'Nothing listens at hooks.example.com port 443.',
      detail: 'ECONNREFUSED',
      answer: null,
      timings,
      address: null,
    };
    expect(verdictOn(outcome)).toMatchObject({ kind: 'retry', message: outcome.message });
  });

  it('does not take a 2xx whose body never ended as an acknowledgement', () => {
    const outcome: Outcome = {
      kind: 'failed',
      failure: 'body_timeout',
      message: 'The answer did not end in time.',
      detail: '',
      answer: { status: 200, headers: {}, body: new Uint8Array(), bodyCut: true },
      timings,
      address: null,
    };
    expect(verdictOn(outcome).kind).toBe('retry');
  });

  it('counts nothing when we stopped it ourselves', () => {
    expect(verdictOn({ kind: 'aborted' })).toEqual({ kind: 'released' });
  });
});
