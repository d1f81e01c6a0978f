import { startDeafPort } from '@fanfare/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answeredBy, failedWith, post, receiverFor, senderFor } from './sending.ts';

/** A public address on which nothing of these tests ever connects. */
const publicAddress = '192.0.1.1';

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

  it('resolves a name once and dials what it checked: an answer that changes afterwards changes nothing', async () => {
    const receiver = await receiverFor();
    const lookups: string[] = [];
    const sender = senderFor({
      allowPrivateTargets: false,
      resolve: async (name) => {
        lookups.push(name);
        return lookups.length === 1 ? [publicAddress] : ['127.0.0.1'];
      },
    });
    const failed = failedWith(
      await sender.send(post(`http://rebinding.example.test:${receiver.port}/`, { timeoutMs: 300 })),
    );
    // The public address does not answer here; what matters is that nothing fell back to the private one.
    expect(['connect_timeout', 'network_unreachable', 'connection_refused']).toContain(failed.failure);
    expect(failed.address).toBe(publicAddress);
    expect(lookups).toEqual(['rebinding.example.test']);
    expect(receiver.connections.accepted).toBe(0);

    const again = failedWith(
      await sender.send(post(`http://rebinding.example.test:${receiver.port}/`, { timeoutMs: 300 })),
    );
    expect(again.failure).toBe('blocked_address');
    expect(receiver.connections.accepted).toBe(0);
  });

  it('leaves out the private addresses of a name that has public ones too', async () => {
    const receiver = await receiverFor();
    const sender = senderFor({
      allowPrivateTargets: false,
      resolve: async () => ['127.0.0.1', publicAddress, '::1'],
    });
    const failed = failedWith(
      await sender.send(post(`http://mixed.example.test:${receiver.port}/`, { timeoutMs: 300 })),
    );
    expect(failed.address).toBe(publicAddress);
    expect(receiver.connections.accepted).toBe(0);
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
