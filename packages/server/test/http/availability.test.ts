import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@fanfare/testkit';
import { describe, expect, it } from 'vitest';
import { migrate, openDatabase, startEmbeddedServer } from '../../src/storage/index.ts';
import { triggerFired } from './events.ts';
import { ApiHarness } from './harness.ts';
import { PersonBrowser } from './person.ts';

describe('without its database', () => {
  it('the API answers 503 with Retry-After, promises nothing, and works again when it is back', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-http-'));
    const settings = { dataDir, log: () => {}, settings: { fsync: 'off' } };
    let server = await startEmbeddedServer(settings);
    const database = openDatabase({ connectionString: server.connectionString });
    await migrate(database);
    const api = await ApiHarness.open({ test: { database, drop: () => database.close() } });
    try {
      await api.publish(triggerFired);
      const olive = await PersonBrowser.owner(api);
      await server.stop();

      const calls = [
        api.call('POST', '/v1/events', { body: triggerFired }),
        api.call('POST', '/v1/events', { body: [triggerFired], headers: { 'idempotency-key': 'k' } }),
        api.call('GET', '/v1/events'),
        olive.call('GET', '/v1/session'),
        new PersonBrowser(api).signIn('owner@example.com'),
        api.call('GET', '/v1/tokens', { token: `fan_${'b'.repeat(43)}` }),
        api.call('PATCH', '/v1/campaigns/cmp_01jf2wkmvcfw6ts1qmgzya291c', { body: { name: 'x' } }),
      ];
      for (const answer of await Promise.all(calls)) {
        expect(answer.status, answer.text).toBe(503);
        expect(answer.body).toMatchObject({ code: 'unavailable' });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(answer.text).not.toMatch(/postgres|socket|\/tmp|ECONN|ENOENT/i);
      }
      expect((await api.call('GET', '/healthz')).status).toBe(200);

      server = await startEmbeddedServer(settings);
      await waitFor(
        async () => (await api.call('POST', '/v1/events', { body: triggerFired })).status === 202,
        {
          timeoutMs: 15_000,
          what: 'an event to be accepted again',
        },
      );
      expect(await api.countEvents()).toBe(2);
      expect((await olive.call('GET', '/v1/session')).status).toBe(200);
    } finally {
      await api.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('readiness', () => {
  it('is told apart from being alive, and its reasons stay in the log', async () => {
    let obstacles: string[] = [];
    const api = await ApiHarness.open({ obstacles: async () => obstacles });
    expect((await api.call('GET', '/readyz', { token: null })).status).toBe(200);
    obstacles = ['The schema in /secret/place is older than this program.'];
    const answer = await api.call('GET', '/readyz', { token: null });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.text).not.toContain('secret');
    expect((await api.call('GET', '/healthz', { token: null })).status).toBe(200);
    await api.close();
  });
});

describe('draining', () => {
  it('answers what is under way, turns new requests on open connections away, and ends', async () => {
    let accepted: () => void = () => {};
    let arrived = false;
    const api = await ApiHarness.open({
      accept: () =>
        new Promise((resolve) => {
          arrived = true;
          accepted = () => resolve({ kind: 'accepted' });
        }),
    });
    const underWay = api.call('POST', '/v1/events', { body: triggerFired });
    await waitFor(() => arrived, { timeoutMs: 5_000, what: 'the event to reach accept' });
    // A connection of its own whose first request has not ended when the shutdown begins, so it stays open.
    const second = await openRequest(api.url);
    const closing = api.close();
    await waitFor(() => !api.app.server.listening, {
      timeoutMs: 5_000,
      what: 'the server to stop listening',
    });

    second.socket.write('\r\n');
    await waitFor(() => second.text().includes('\r\n\r\n'), {
      timeoutMs: 5_000,
      what: 'the second request to be answered',
    });
    expect(second.text()).toMatch(/^HTTP\/1\.1 503 /);
    expect(second.text()).toMatch(/retry-after: \d+/i);
    expect(second.text()).toContain('"code":"unavailable"');

    accepted();
    expect((await underWay).status).toBe(202);
    await closing;
    await expect(fetch(`${api.url}/healthz`)).rejects.toThrow();
  });

  it('cuts off whoever has not sent their request by the deadline', async () => {
    const api = await ApiHarness.open({ drainDeadlineMs: 100 });
    const { socket, text } = await openRequest(api.url);
    let ended = false;
    socket.on('close', () => {
      ended = true;
    });
    const begun = performance.now();
    await api.close();
    // Long before the timeouts for slow clients, which would end it too.
    expect(performance.now() - begun).toBeLessThan(5_000);
    await waitFor(() => ended, { timeoutMs: 5_000, what: 'the connection to be cut' });
    expect(text()).toBe('');
  });

  it('is not held up by idle keep-alive connections', async () => {
    const api = await ApiHarness.open();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      get(`${api.url}/healthz`, { agent }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    });
    await api.close();
    agent.destroy();
  });
});

describe('a client that dawdles', () => {
  it('over its headers is turned away with 408', { timeout: 40_000 }, async () => {
    const api = await ApiHarness.open();
    const { socket, text } = await openRequest(api.url);
    let ended = false;
    socket.on('close', () => {
      ended = true;
    });
    await waitFor(() => ended, { timeoutMs: 20_000, what: 'the connection to be closed' });
    expect(text()).toMatch(/^HTTP\/1\.1 408 /);
    expect(text()).toContain('"code":"request_timeout"');
    await api.close();
  });
});

/** A request whose head lacks only its last line. */
async function openRequest(url: string): Promise<{ socket: Socket; text: () => string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  await new Promise<void>((resolve) =>
    socket.write('GET /v1/organization HTTP/1.1\r\nhost: a\r\n', () => resolve()),
  );
  return { socket, text: () => received };
}
