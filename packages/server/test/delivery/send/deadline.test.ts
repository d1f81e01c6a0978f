import {
  createTestAuthority,
  dripBody,
  dripHead,
  hang,
  hangAfterHeaders,
  startDeafPort,
  waitFor,
} from '@fanfare/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failedWith, gate, post, receiverFor, senderFor } from './sending.ts';

const timeoutMs = 150;
/** A busy machine may fire a timer late, but nothing may wait for a second limit. */
const latestMs = 2_000;

function expectInTime(totalMs: number): void {
  expect(totalMs).toBeGreaterThanOrEqual(timeoutMs - 5);
  expect(totalMs).toBeLessThan(latestMs);
}

describe('the one deadline', () => {
  it('covers DNS', async () => {
    const never = gate<readonly string[]>();
    const failed = failedWith(
      await senderFor({ resolve: () => never.promise }).send(
        post('http://hooks.example.test/', { timeoutMs }),
      ),
    );
    expect(failed.failure).toBe('dns_timeout');
    expect(failed.timings.dnsMs).toBeGreaterThan(0);
    expect(failed.timings.connectMs).toBeNull();
    expectInTime(failed.timings.totalMs);
  });

  it('covers connecting', async () => {
    const deaf = await startDeafPort();
    onTestFinished(() => deaf.close());
    const failed = failedWith(await senderFor().send(post(`http://127.0.0.1:${deaf.port}/`, { timeoutMs })));
    expect(failed).toMatchObject({ failure: 'connect_timeout', address: '127.0.0.1' });
    expect(failed.timings.connectMs).toBeGreaterThan(0);
    expect(failed.timings.waitMs).toBeNull();
    expectInTime(failed.timings.totalMs);
  });

  it('covers the TLS handshake', async () => {
    const receiver = await receiverFor({ connections: ['hang'], tls: createTestAuthority().issue() });
    const failed = failedWith(await senderFor().send(post(receiver.url, { timeoutMs })));
    expect(failed.failure).toBe('connect_timeout');
    expect(failed.message).toContain('TLS handshake within 0.15 s');
    expect(failed.timings.connectMs).toBeGreaterThan(0);
    expect(failed.timings.tlsMs).toBeGreaterThan(0);
    expectInTime(failed.timings.totalMs);
    await waitFor(() => receiver.connections.open === 0, { what: 'the connection to be given up' });
  });

  it.each([
    ['a receiver that says nothing', hang()],
    ['a head that drips', dripHead(10)],
  ])('covers the head of the answer: %s', async (_, step) => {
    const receiver = await receiverFor({ script: [step] });
    const failed = failedWith(await senderFor().send(post(receiver.url, { timeoutMs })));
    expect(failed).toMatchObject({ failure: 'header_timeout', answer: null });
    expect(failed.timings.waitMs).toBeGreaterThan(0);
    expect(failed.timings.readMs).toBeNull();
    expectInTime(failed.timings.totalMs);
    await waitFor(() => receiver.connections.open === 0, { what: 'the connection to be given up' });
  });

  it.each([
    ['one that stops', hangAfterHeaders(200, 'hal')],
    ['one that drips', dripBody(10)],
  ])('covers the body of a 2xx answer: %s', async (_, step) => {
    const receiver = await receiverFor({ script: [step] });
    const failed = failedWith(await senderFor().send(post(receiver.url, { timeoutMs })));
    expect(failed.failure).toBe('body_timeout');
    expect(failed.answer?.status).toBe(200);
    expect(failed.answer?.body.length).toBeGreaterThan(0);
    expectInTime(failed.timings.totalMs);
    await waitFor(() => receiver.connections.open === 0, { what: 'the connection to be given up' });
  });

  it('is one for all stages: slow DNS leaves less time for the answer', async () => {
    const receiver = await receiverFor({ otherwise: hang() });
    const resolve = () =>
      new Promise<readonly string[]>((done) => setTimeout(() => done(['127.0.0.1']), 100));
    const failed = failedWith(
      await senderFor({ resolve }).send(
        post(`http://hooks.example.test:${receiver.port}/`, { timeoutMs: 200 }),
      ),
    );
    expect(failed.failure).toBe('header_timeout');
    expect(failed.timings.dnsMs).toBeGreaterThanOrEqual(95);
    expect(failed.timings.waitMs).toBeLessThan(150);
  });

  it('that passed during DNS leaves no late connection behind', async () => {
    const receiver = await receiverFor();
    const late = gate<readonly string[]>();
    const sender = senderFor({ resolve: () => late.promise });
    failedWith(await sender.send(post(`http://hooks.example.test:${receiver.port}/`, { timeoutMs })));
    late.open(['127.0.0.1']);
    // A request to the same receiver by another way comes after anything the late answer could start.
    await sender.send(post(receiver.url));
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.connections.accepted).toBe(1);
  });
});
