import { type NameServer, startNameServer } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAddressGuard } from '../../../src/delivery/send/address-guard.ts';
import { createResolver } from '../../../src/delivery/send/resolver.ts';
import { answeredBy, failedWith, post, receiverFor, senderFor } from './sending.ts';

describe('a name server', () => {
  const name = 'hooks.example.test';
  let dns: NameServer;
  beforeEach(async () => {
    dns = await startNameServer();
  });
  afterEach(() => dns.close());

  const senderThatAsks = (more: { allowPrivateTargets?: boolean } = {}) =>
    senderFor({ resolve: createResolver({ servers: [dns.address] }), ...more });

  it('that changes its answer between check and use changes nothing: what was checked is dialled', async () => {
    const receiver = await receiverFor();
    dns.answer(name, ['127.0.0.1'], ['169.254.169.254']);
    const url = `http://${name}:${receiver.port}/`;
    const sender = senderThatAsks();
    expect(answeredBy(await sender.send(post(url))).address).toBe('127.0.0.1');
    expect(dns.questions.filter(({ type }) => type === 'A')).toHaveLength(1);
    // The next connection asks again and is judged by what it hears then.
    const failed = failedWith(await sender.send(post(url, { oneRequestOnly: true })));
    expect(failed).toMatchObject({ failure: 'blocked_address', address: null });
    expect(receiver.requests).toHaveLength(1);
  });

  it('that turns from a public address to a private one is judged each time, by the address that is dialled', async () => {
    dns.answer(name, ['93.184.216.34'], ['127.0.0.1']);
    // No sender: nothing here leaves this machine.
    const guard = createAddressGuard({
      allowPrivateTargets: false,
      resolve: createResolver({ servers: [dns.address] }),
    });
    expect(await guard.lookUp(name)).toEqual(['93.184.216.34']);
    await expect(guard.lookUp(name)).rejects.toMatchObject({ failure: 'blocked_address' });
    expect(dns.questions.filter(({ type }) => type === 'A')).toHaveLength(2);
  });

  it('whose IPv6 answer is private is not believed either', async () => {
    const receiver = await receiverFor();
    dns.answer(name, ['::1', 'fd00::7', '::ffff:7f00:1']);
    const failed = failedWith(
      await senderThatAsks({ allowPrivateTargets: false }).send(post(`http://${name}:${receiver.port}/`)),
    );
    expect(failed.failure).toBe('blocked_address');
    expect(receiver.connections.accepted).toBe(0);
  });

  it('that moves a receiver is followed', async () => {
    const before = await receiverFor({ host: '127.0.0.1' });
    dns.answer(name, ['127.0.0.2'], ['127.0.0.1']);
    const sender = senderThatAsks();
    const url = `http://${name}:${before.port}/`;
    expect(failedWith(await sender.send(post(url)))).toMatchObject({
      failure: 'connection_refused',
      address: '127.0.0.2',
    });
    expect(answeredBy(await sender.send(post(url))).address).toBe('127.0.0.1');
  });

  it.each([
    'NXDOMAIN',
    'SERVFAIL',
    'REFUSED',
  ] as const)('that says %s is asked again for the next attempt', async (code) => {
    const receiver = await receiverFor();
    // A resolver may ask twice before it believes that a server fails.
    dns.answer(name, code);
    const sender = senderThatAsks();
    const url = `http://${name}:${receiver.port}/`;
    expect(failedWith(await sender.send(post(url))).failure).toBe('dns_failed');
    dns.answer(name, ['127.0.0.1']);
    expect(answeredBy(await sender.send(post(url))).status).toBe(200);
  });

  it('that says nothing costs no more than the attempt has, and nobody else anything', async () => {
    const receiver = await receiverFor();
    dns.answer(name, 'silence');
    dns.answer('neighbour.example.test', ['127.0.0.1']);
    const sender = senderThatAsks();
    const waiting = sender.send(post(`http://${name}:${receiver.port}/`, { timeoutMs: 300 }));
    const neighbour = await sender.send(post(`http://neighbour.example.test:${receiver.port}/`));
    expect(answeredBy(neighbour).status).toBe(200);
    const failed = failedWith(await waiting);
    expect(failed.failure).toBe('dns_timeout');
    expect(failed.timings.totalMs).toBeLessThan(2_000);
  });
});
