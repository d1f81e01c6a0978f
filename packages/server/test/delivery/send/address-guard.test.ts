import { startDeafPort } from '@fanfare/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAddressGuard } from '../../../src/delivery/send/address-guard.ts';
import { createResolver } from '../../../src/delivery/send/resolver.ts';
import { answeredBy, failedWith, post, receiverFor, senderFor } from './sending.ts';

describe('the address guard', () => {
  it.each([
    'http://127.0.0.1',
    'http://0x7f.1',
    'http://017700000001',
    'http://2130706433',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://localhost',
    'http://localhost.',
    'http://hooks.localhost',
  ])('refuses %s before anything connects', async (origin) => {
    const receiver = await receiverFor();
    const sender = senderFor({ allowPrivateTargets: false });
    const failed = failedWith(await sender.send(post(`${origin}:${receiver.port}/`)));
    expect(failed).toMatchObject({ failure: 'blocked_address', address: null, answer: null });
    expect(receiver.connections.accepted).toBe(0);
  });

  it.each([
    ['127.0.0.1'],
    ['10.0.0.8'],
    ['169.254.169.254'],
    ['::1'],
    ['fd00::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
  ])('refuses a name that resolves to %s, and does not tell the owner which address it was', async (address) => {
    const receiver = await receiverFor();
    const sender = senderFor({ allowPrivateTargets: false, resolve: async () => [address] });
    const failed = failedWith(await sender.send(post(`http://hooks.example.test:${receiver.port}/`)));
    expect(failed).toMatchObject({ failure: 'blocked_address', address: null });
    expect(failed.message).toMatch(/^hooks\.example\.test leads to an address that is not public\./);
    expect(failed.message).not.toContain(address);
    expect(failed.detail).toContain(address);
    expect(receiver.connections.accepted).toBe(0);
  });

  it('refuses the metadata service even where private targets are allowed', async () => {
    const sender = senderFor({
      resolve: async () => ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200'],
    });
    expect(failedWith(await sender.send(post('http://hooks.example.test/')))).toMatchObject({
      failure: 'blocked_address',
    });
    expect(failedWith(await sender.send(post('http://169.254.169.254/latest')))).toMatchObject({
      failure: 'blocked_address',
    });
  });

  it('takes no address from a resolver that gives nonsense', async () => {
    const sender = senderFor({ resolve: async () => ['localhost', '127.1', ''], allowPrivateTargets: false });
    expect(failedWith(await sender.send(post('http://hooks.example.test/')))).toMatchObject({
      failure: 'blocked_address',
    });
  });

  it('resolves a name once per connection and dials what it checked: an answer that changes changes nothing', async () => {
    const first = await receiverFor({ host: '127.0.0.1' });
    const lookups: string[] = [];
    const sender = senderFor({
      resolve: async (name) => {
        lookups.push(name);
        return lookups.length === 1 ? ['127.0.0.1'] : ['169.254.169.254'];
      },
    });
    const url = `http://rebinding.example.test:${first.port}/`;
    expect(answeredBy(await sender.send(post(url))).address).toBe('127.0.0.1');
    expect(lookups).toEqual(['rebinding.example.test']);
    // A new connection asks again, and the guard judges the new answer.
    const failed = failedWith(await sender.send(post(url, { oneRequestOnly: true })));
    expect(failed.failure).toBe('blocked_address');
    expect(lookups).toHaveLength(2);
    expect(first.requests).toHaveLength(1);
  });

  it('hands the connector the public address it checked, not the private one that DNS gives a moment later', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    let lookups = 0;
    const guard = createAddressGuard({
      allowPrivateTargets: false,
      resolve: async () => answers[lookups++] ?? [],
    });
    expect(await guard.lookUp('rebinding.example.test')).toEqual(['93.184.216.34']);
    expect(lookups).toBe(1);
    await expect(guard.lookUp('rebinding.example.test')).rejects.toMatchObject({
      failure: 'blocked_address',
    });
  });

  it('leaves out the refused addresses of a name that has others too', async () => {
    const guard = createAddressGuard({
      allowPrivateTargets: false,
      resolve: async () => ['127.0.0.1', '93.184.216.34', '::1', '2606:4700::1111'],
    });
    expect(await guard.lookUp('mixed.example.test')).toEqual(['93.184.216.34', '2606:4700::1111']);

    const receiver = await receiverFor();
    const sender = senderFor({ resolve: async () => ['169.254.169.254', '127.0.0.1'] });
    expect(answeredBy(await sender.send(post(`http://mixed.example.test:${receiver.port}/`))).address).toBe(
      '127.0.0.1',
    );
  });

  it('tries no more than eight addresses of one name', async () => {
    const many = Array.from({ length: 50 }, (_, i) => `127.0.0.${i + 1}`);
    const guard = createAddressGuard({ allowPrivateTargets: true, resolve: async () => many });
    expect(await guard.lookUp('many.example.test')).toEqual(many.slice(0, 8));
  });
});

describe('the resolver of its own', () => {
  it('knows localhost, which DNS does not', async () => {
    const receiver = await receiverFor();
    const sender = senderFor();
    expect(answeredBy(await sender.send(post(`http://localhost:${receiver.port}/`))).address).toBe(
      '127.0.0.1',
    );
    expect(answeredBy(await sender.send(post(`http://a.localhost:${receiver.port}/`))).address).toBe(
      '127.0.0.1',
    );
  });

  it('answers a burst for one name with one lookup', async () => {
    const resolve = createResolver();
    const lookups = Array.from({ length: 100 }, () => resolve('localhost'));
    expect(new Set(lookups).size).toBe(1);
    expect(await lookups[0]).toEqual(['127.0.0.1', '::1']);
    expect(resolve('localhost')).not.toBe(lookups[0]);
  });
});

describe('a name with several addresses', () => {
  it('is tried on the next when one refuses, and keeps its name in the Host header', async () => {
    const receiver = await receiverFor();
    const sender = senderFor({ resolve: async () => ['127.0.0.2', '127.0.0.3', '127.0.0.1'] });
    const got = answeredBy(await sender.send(post(`http://hooks.example.test:${receiver.port}/`)));
    expect(got.address).toBe('127.0.0.1');
    const [request] = await receiver.received(1);
    expect(request?.headers['host']).toBe(`hooks.example.test:${receiver.port}`);
  });

  it('is tried on the next when one does not answer, within the same deadline', async () => {
    const receiver = await receiverFor();
    const deaf = await startDeafPort({ host: '127.0.0.2', port: receiver.port });
    onTestFinished(() => deaf.close());
    const sender = senderFor({ resolve: async () => ['127.0.0.2', '127.0.0.1'] });
    const got = answeredBy(
      await sender.send(post(`http://hooks.example.test:${receiver.port}/`, { timeoutMs: 2_000 })),
    );
    expect(got.address).toBe('127.0.0.1');
    expect(got.timings.connectMs).toBeGreaterThanOrEqual(900);
  });

  it('fails with the failure of the last when none takes the connection', async () => {
    const receiver = await receiverFor();
    const { port } = receiver;
    await receiver.close();
    const sender = senderFor({ resolve: async () => ['127.0.0.2', '127.0.0.1'] });
    const failed = failedWith(await sender.send(post(`http://hooks.example.test:${port}/`)));
    expect(failed).toMatchObject({ failure: 'connection_refused', address: '127.0.0.1' });
  });
});
