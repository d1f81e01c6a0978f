import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EmbeddedServer, openDatabase, startEmbeddedServer } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanUp, makeDataDirectory, publishAll, startFanfare } from './fanfare-process.ts';

const answerAfterMs = 300;
/** The shortest there is; the lease lasts it and 30 s. */
const timeoutMs = 1_000;
const leaseMs = 31_000;
const events = 400;

const arrivedAt = new Map<string, number>();
let receiver: Server;
let url: string;
let server: EmbeddedServer;
let shared: Record<string, string>;

beforeEach(async () => {
  arrivedAt.clear();
  receiver = createServer((request, response) => {
    const id = String(request.headers['webhook-event-id']);
    if (!arrivedAt.has(id)) arrivedAt.set(id, performance.now());
    request.resume().on('end', () => setTimeout(() => response.writeHead(204).end(), answerAfterMs));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  server = await startEmbeddedServer({ dataDir: await makeDataDirectory(), log: () => {} });
  shared = {
    FANFARE_DEMO: 'off',
    FANFARE_LOG_LEVEL: 'warn',
    DATABASE_URL: server.connectionString,
    FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
});

afterEach(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await server.stop();
  await cleanUp();
});

describe('two nodes on one database', () => {
  it('when one is killed, the other makes its deliveries once their leases end, and not before', async () => {
    const doomed = startFanfare({ ...shared, FANFARE_DATA_DIR: await makeDataDirectory() });
    await doomed.ready();
    await doomed.api.post('/v1/webhooks', {
      body: { name: 'CRM', url, format: 'standard', timeout_ms: timeoutMs },
    });
    const survivor = startFanfare({
      ...shared,
      FANFARE_DATA_DIR: await makeDataDirectory(),
      // It has no token file of its own, and needs none.
      FANFARE_ROLES: 'dispatch,upkeep',
      FANFARE_LOG_FORMAT: 'json',
      FANFARE_LOG_LEVEL: 'info',
    });
    await waitFor(() => survivor.output.includes('Fanfare is ready'), {
      timeoutMs: 20_000,
      what: 'the second node',
    });

    const results = await publishAll(
      doomed.api,
      Array.from({ length: events }, (_, n) => ({
        type: 'trigger.fired',
        participant: { external_id: `customer-${n}` },
        data: { trigger: { id: 'successful_payment' }, value: 2.99 },
      })),
    );
    const leasedAt = performance.now();
    await waitFor(() => arrivedAt.size > 0, { what: 'the first request' });
    await doomed.end('SIGKILL');
    const killedAt = performance.now();

    const missing = () =>
      results.filter((result) => result.status !== 'accepted' || !arrivedAt.has(result.id));
    expect(missing().length, 'deliveries that the killed node held').toBeGreaterThan(100);
    await waitFor(() => missing().length === 0, {
      timeoutMs: leaseMs + 20_000,
      what: 'every event at the receiver',
    });
    const early = [...arrivedAt.values()].filter(
      (at) => at > killedAt + timeoutMs && at < leasedAt + leaseMs - 1_000,
    );
    expect(early).toEqual([]);
    expect(await survivor.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

describe('a day without partitions', () => {
  it('turns events away with 503 until the node has made them, which it does at once', async () => {
    const fanfare = startFanfare({
      ...shared,
      FANFARE_DATA_DIR: await makeDataDirectory(),
      FANFARE_ROLES: 'api,dispatch',
    });
    await fanfare.ready();
    const database = openDatabase({ connectionString: server.connectionString });
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    await database.pool.query(`drop table events_p${day}, attempts_p${day}`);
    await database.close();

    const publish = () =>
      fetch(`${fanfare.origin}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${fanfare.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'user.signed_in', participant: { external_id: 'ada' }, data: signIn }),
      });
    const first = await publish();
    expect(first.status, await first.text()).toBe(503);
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    await waitFor(async () => (await publish()).status === 202, {
      timeoutMs: 10_000,
      what: 'an event to be accepted',
    });
    expect(fanfare.output).toContain('Partitions for today were missing');
    expect(await fanfare.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

const signIn = { session: { id: 'ses_1' }, method: 'email' };
