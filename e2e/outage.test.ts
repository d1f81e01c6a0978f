import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, makeDataDirectory, postgresPid, startFanfare } from './fanfare-process.ts';
import { Load } from './load.ts';

/** How a database ends: at once without a word to anybody (a crash), in order, and by force from outside. */
const endings: readonly NodeJS.Signals[] = ['SIGQUIT', 'SIGINT', 'SIGKILL', 'SIGINT', 'SIGQUIT'];
/** Shorter than its lease by half a minute, which is what a claim costs whose answer was lost with the connection. */
const timeoutMs = 1_000;

const arrived = new Set<string>();
let receiver: Server;
let url: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    arrived.add(String(request.headers['webhook-event-id']));
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await cleanUp();
});

describe('PostgreSQL that ends under load', () => {
  it('costs callers a 503 with Retry-After at most, and nothing that was acknowledged', async () => {
    const dataDir = await makeDataDirectory();
    const fanfare = startFanfare({
      FANFARE_DATA_DIR: dataDir,
      FANFARE_DEMO: 'off',
      FANFARE_LOG_LEVEL: 'warn',
    });
    await fanfare.ready();
    await fanfare.api.post('/v1/webhooks', {
      body: { name: 'CRM', url, format: 'standard', timeout_ms: timeoutMs },
    });

    const load = new Load(fanfare);
    for (const signal of endings) {
      await load.untilAccepted(50);
      const pid = postgresPid(dataDir);
      expect(pid).not.toBeNull();
      if (pid !== null) process.kill(pid, signal);
      await waitFor(() => postgresPid(dataDir) !== pid, { timeoutMs: 15_000, what: `the end by ${signal}` });
      await load.untilAccepted(50);
    }
    await load.stop();

    expect([...load.others]).toEqual([]);
    expect(load.turnedAway).toBeGreaterThan(0);
    await waitFor(() => [...load.acknowledged].every((id) => arrived.has(id)), {
      timeoutMs: 50_000,
      what: 'every acknowledged event at the receiver',
    });
    expect(await fanfare.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(fanfare.output).not.toContain('A fault of Fanfare itself');
  });
});
