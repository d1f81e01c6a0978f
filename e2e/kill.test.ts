import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  type FanfareProcess,
  makeDataDirectory,
  publishAll,
  startFanfare,
} from './fanfare-process.ts';

const eventsPerRound = 20_000;
const rounds = 10;
const eventsPerRequest = 100;
const requestsAtOnce = 8;

/** What came in, by event: how often. Two webhooks, so two paths. */
const arrivals = new Map<string, Map<string, number>>();
let receiver: Server;
let dataDir: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const path = request.url ?? '';
    const eventId = String(request.headers['webhook-event-id']);
    request.resume().on('end', () => {
      const counts = arrivals.get(path) ?? new Map<string, number>();
      arrivals.set(path, counts.set(eventId, (counts.get(eventId) ?? 0) + 1));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  dataDir = await makeDataDirectory();
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await cleanUp();
});

describe('kill -9 at a random moment', () => {
  it(`loses none of ${eventsPerRound} events, ${rounds} times over`, { timeout: 600_000 }, async () => {
    const { port } = receiver.address() as AddressInfo;
    const formats = ['reward', 'standard'] as const;
    const paths = formats.map((format) => `/${format}`);
    const settings = { FANFARE_DATA_DIR: dataDir, FANFARE_DEMO: 'off', FANFARE_LOG_LEVEL: 'warn' };
    const acknowledged = new Set<string>();
    let fanfare = startFanfare(settings);
    await fanfare.ready();
    for (const format of formats) {
      const url = `http://127.0.0.1:${port}/${format}`;
      await fanfare.api.post('/v1/webhooks', {
        body: { name: format, url, format, retry_policy: { delays_seconds: [1, 1, 1] } },
      });
    }

    let interrupted = 0;
    for (let round = 1; round <= rounds; round++) {
      const killAfterMs = 100 + Math.random() * 1_500;
      const publishing = publish(fanfare, acknowledged);
      await pause(killAfterMs);
      await fanfare.end('SIGKILL');
      const count = await publishing;
      if (count < eventsPerRound) interrupted += 1;

      fanfare = startFanfare(settings);
      await fanfare.ready();
      await settled(fanfare);
      for (const path of paths) {
        const missing = [...acknowledged].filter((id) => !arrivals.get(path)?.has(id));
        expect(missing, `round ${round}, killed after ${killAfterMs} ms, ${count} acknowledged`).toEqual([]);
      }
    }

    // At least once: what was under way at a kill may come twice, and nothing else does.
    for (const path of paths) {
      const twice = [...(arrivals.get(path)?.values() ?? [])].filter((count) => count > 1);
      const atMost = rounds * inFlightAtKill;
      expect(twice.length).toBeLessThanOrEqual(atMost);
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(interrupted, 'kills that came while events were being published').toBeGreaterThan(rounds / 2);
    await fanfare.end('SIGTERM');
  });
});

/** A lane's attempts under way, and those that ended but were not settled yet: a batch being written and one forming. */
const inFlightAtKill = 32 + 2 * 1_000;

/** Publishes until done or refused; gives the number of events acknowledged. */
async function publish(fanfare: FanfareProcess, acknowledged: Set<string>): Promise<number> {
  const events = Array.from({ length: eventsPerRequest }, (_, n) => ({
    type: 'trigger.fired',
    participant: { external_id: `customer-${n}` },
    data: { trigger: { id: 'successful_payment' }, value: 2.99 },
  }));
  const before = acknowledged.size;
  let left = eventsPerRound / eventsPerRequest;
  let dead = false;
  await Promise.all(
    Array.from({ length: requestsAtOnce }, async () => {
      while (!dead && left > 0) {
        left -= 1;
        try {
          for (const result of await publishAll(fanfare.api, events)) {
            if (result.status === 'accepted') acknowledged.add(result.id);
          }
        } catch {
          dead = true;
        }
      }
    }),
  );
  return acknowledged.size - before;
}

/** Waits until nothing is pending or waits for a retry. */
async function settled(fanfare: FanfareProcess): Promise<void> {
  await waitFor(
    async () => {
      const lists = await Promise.all(
        (['pending', 'retrying'] as const).map((state) =>
          fanfare.api.get('/v1/deliveries', { query: { state, limit: 1 } }),
        ),
      );
      return lists.every((list) => list.data.length === 0);
    },
    { timeoutMs: 60_000, what: 'every delivery to be settled' },
  );
}
