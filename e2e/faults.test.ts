import { chownSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Taking } from '@fanfare/client';
import {
  type Database,
  type EmbeddedServer,
  openDatabase,
  runningServerAddress,
  startEmbeddedServer,
} from '@fanfare/server/storage';
import {
  answer,
  type FaultProxy,
  type Receiver,
  startFaultProxy,
  startReceiver,
  waitFor,
} from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, type FanfareProcess, makeDataDirectory, startFanfare } from './fanfare-process.ts';
import { Load } from './load.ts';
import { mountSmallVolume, type SmallVolume } from './small-volume.ts';

/** Shorter than its lease by half a minute, which is what a claim costs whose answer was lost with the connection. */
const timeoutMs = 1_000;
const leaseMs = 31_000;
const connections = 40;
/** Of the process as a whole. Measured: docs/faults.md. */
const mostMemoryMib = 512;

/** For the tables of a PostgreSQL elsewhere, and for all of an embedded one. */
const volume = await volumeOf(64);
const cluster = await volumeOf(192);

async function volumeOf(mebibytes: number): Promise<SmallVolume | null> {
  const mounted = await mountSmallVolume(mebibytes);
  if (!('whyNot' in mounted)) return mounted;
  console.warn(`SKIPPED: a test of a disk that is full, because ${mounted.whyNot}. Run it as root.`);
  return null;
}

/** How often each event arrived. */
const arrived = new Map<string, number>();
let receiver: Receiver;
let dataDir: string;
let server: EmbeddedServer;
let direct: Database;
let proxy: FaultProxy;
let fanfare: FanfareProcess;
let load: Load;
/** The one whose PostgreSQL is its own. */
let embedded: FanfareProcess | null = null;

const startServer = () =>
  startEmbeddedServer({ dataDir, settings: { max_connections: String(connections) }, log: () => {} });

beforeAll(async () => {
  receiver = await startReceiver({
    // Now and then one fails, so that there are retries to claim.
    handler: ({ headers }, index) => {
      const id = headers['webhook-event-id'] ?? '';
      if (index % 20 === 0) return answer(500);
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
      return answer(204);
    },
  });
  dataDir = await makeDataDirectory();
  server = await startServer();
  if (volume !== null) await moveTo(volume);
  direct = openDatabase({ connectionString: server.connectionString });
  proxy = await startFaultProxy(server.connectionString);
  fanfare = startFanfare({
    DATABASE_URL: proxy.connectionString,
    FANFARE_DATA_DIR: await makeDataDirectory(),
    FANFARE_DEMO: 'off',
    FANFARE_LOG_LEVEL: 'warn',
  });
  await fanfare.ready();
  const campaign = await fanfare.api.post('/v1/campaigns', { body: { name: 'Spring' } });
  await fanfare.api.put('/v1/triggers/{trigger_id}', {
    path: { trigger_id: 'purchase' },
    body: { name: 'Purchase', campaign_id: campaign.id, credit: { rate: 10 } },
  });
  await fanfare.api.post('/v1/webhooks', { body: webhook() });
  load = new Load(fanfare, [
    (n) => ({
      method: 'POST',
      path: `/v1/triggers/purchase/users/ada/events`,
      body: { value: 1, key: `order-${n}` },
    }),
    (n) => ({ method: 'PATCH', path: `/v1/campaigns/${campaign.id}`, body: { name: `Spring ${n}` } }),
    () => ({ method: 'GET', path: '/v1/deliveries' }),
  ]);
});

afterAll(async () => {
  await load.stop();
  await receiver.close();
  await direct.close();
  await proxy.close();
  await server.stop();
  await cleanUp();
  volume?.unmount();
  cluster?.unmount();
});

/** Tries again soon, and for long enough. */
const webhook = (): Taking<'createWebhook'>['body'] => ({
  name: 'CRM',
  url: receiver.url,
  format: 'standard',
  timeout_ms: timeoutMs,
  retry_policy: { delays_seconds: Array.from({ length: 10 }, () => 1) },
});

/** The tables, and nothing else: a server whose log has no room left as well does not only refuse, it ends. */
async function moveTo({ path }: SmallVolume): Promise<void> {
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  chownSync(path, uid, gid);
  const url = new URL(server.connectionString);
  url.pathname = '/postgres';
  const admin = openDatabase({ connectionString: url.href });
  await admin.pool.query(`create tablespace small location '${path}'`);
  await admin.pool.query('alter database fanfare set tablespace small');
  await admin.close();
}

const ready = async () => (await fetch(`${fanfare.origin}/readyz`)).status;
const residentMib = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${fanfare.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

/** While the fault lasts it is told in the log and to those who ask whether the node is ready, and the process lives on. */
async function isTold(words: string): Promise<void> {
  await load.untilTurnedAway(3);
  expect(await ready()).toBe(503);
  expect((await fetch(`${fanfare.origin}/healthz`)).status).toBe(200);
  await waitFor(() => fanfare.output.includes(words), { what: `the log to say "${words}"` });
}

async function recovers(): Promise<void> {
  await load.untilAccepted(50);
  await waitFor(async () => (await ready()) === 200, { timeoutMs: 20_000, what: 'the node to be ready' });
}

describe('PostgreSQL under load', () => {
  it.concurrent('that stops answering keeps nobody waiting for ever, and goes on where it was', async () => {
    proxy.stall();
    await isTold('PostgreSQL takes connections but does not answer in time');
    proxy.heal();
    await recovers();
    proxy.stall();
    await waitFor(async () => (await ready()) === 503, { what: 'the node to notice' });
    proxy.cut();
    proxy.heal();
    await recovers();
  });

  it.concurrent('that does not answer does not keep a Fanfare from stopping that has work under way', async () => {
    await direct.pool.query('create database stopping');
    const url = new URL(server.connectionString);
    url.pathname = '/stopping';
    const between = await startFaultProxy(url.href);
    const doomed = startFanfare({
      DATABASE_URL: between.connectionString,
      FANFARE_DATA_DIR: await makeDataDirectory(),
      FANFARE_DEMO: 'off',
      FANFARE_LOG_LEVEL: 'warn',
      FANFARE_SHUTDOWN_SECONDS: '1',
    });
    await doomed.ready();
    await doomed.api.post('/v1/webhooks', { body: webhook() });
    const publishing = new Load(doomed);
    await publishing.untilAccepted(50);
    between.stall();
    const stopping = publishing.stop();
    expect(await doomed.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await stopping;
    await between.close();
  });

  it.skipIf(cluster === null).concurrent(
    'of Fanfare’s own whose disk is full ends, and runs again when there is room',
    async () => {
      if (cluster === null) return;
      const own = startFanfare({
        FANFARE_DATA_DIR: cluster.path,
        FANFARE_DEMO: 'off',
        FANFARE_LOG_LEVEL: 'warn',
      });
      await own.ready();
      await own.api.post('/v1/webhooks', { body: webhook() });
      const publishing = new Load(own);
      await publishing.untilAccepted(50);
      cluster.fill();
      await publishing.untilTurnedAway(3);
      await waitFor(() => own.output.includes('PostgreSQL has no room left'), { what: 'the log to say so' });
      // Tables that do not grow are refused; a log that does not ends the server.
      const inside = openDatabase({ connectionString: runningServerAddress(cluster.path) ?? '' });
      const ends = async () => {
        await inside.pool.query('select pg_switch_wal()').catch(() => undefined);
        return own.output.includes('PostgreSQL ended unexpectedly');
      };
      await waitFor(ends, { timeoutMs: 20_000, what: 'PostgreSQL to end' });
      await inside.close();
      cluster.free();
      await publishing.untilAccepted(50);
      await publishing.stop();
      expect([...publishing.others]).toEqual([]);
      // Whether they arrive is looked at last: what was claimed and lost waits for the end of its lease.
      for (const id of publishing.acknowledged) load.acknowledged.add(id);
      embedded = own;
    },
  );

  it.each([
    'accept',
    'settle',
    'claim',
  ])('whose answer to "%s" is lost has done it all the same', async (name) => {
    // The name of the prepared statement, as it stands in a request.
    await proxy.loseAnswerTo(`\0${name}\0`);
    await recovers();
  });

  it('that is cut off again and again is connected to anew', async () => {
    for (let n = 0; n < 5; n += 1) {
      await load.untilAccepted(20);
      expect(proxy.cut()).toBeGreaterThan(0);
    }
    await waitFor(() => fanfare.output.includes('its connections break off'), { what: 'the log to say so' });
    await recovers();
  });

  it('that breaks off in the middle of its answers is asked again', async () => {
    proxy.cutAnswersAfter(3_000);
    await load.untilTurnedAway(5);
    proxy.heal();
    await recovers();
  });

  it('that is far away is waited for', async () => {
    proxy.slow(40);
    await load.untilAccepted(30);
    expect(await ready()).toBe(200);
    proxy.heal();
    await recovers();
  });

  it('that refuses connections is told so, and asked until it takes them', async () => {
    proxy.refuse();
    proxy.cut();
    await isTold('PostgreSQL cannot be reached');
    proxy.heal();
    await recovers();
  });

  it('that restarts is waited for', async () => {
    await server.stop();
    await isTold('PostgreSQL is stopping, starting or recovering');
    server = await startServer();
    await recovers();
  });

  it('that has no connection left is told so, and asked until it has', async () => {
    const hog = openDatabase({ connectionString: server.connectionString, poolSize: connections + 1 });
    proxy.refuse();
    proxy.cut();
    const held: { release(destroy: boolean): void }[] = [];
    // Those that were cut may count for a moment.
    const nothingLeft = async () => {
      const one = await hog.pool.connect().catch(() => null);
      if (one !== null) held.push(one);
      return one === null && held.length > connections / 2;
    };
    await waitFor(nothingLeft, { timeoutMs: 10_000, what: 'the last connection' });
    proxy.heal();
    await isTold('PostgreSQL gives out no more connections');
    for (const one of held) one.release(true);
    await hog.close();
    await recovers();
  });

  it('that is read-only is told so, and written to when it is not', async () => {
    await direct.pool.query('alter system set default_transaction_read_only = on');
    await direct.pool.query('select pg_reload_conf()');
    await isTold('PostgreSQL takes no writes');
    await direct.pool.query('alter system reset default_transaction_read_only');
    await direct.pool.query('select pg_reload_conf()');
    await recovers();
  });

  it.skipIf(volume === null)('whose disk is full is told so, and written to when there is room', async () => {
    volume?.fill();
    await isTold('PostgreSQL has no room left on its disk');
    volume?.free();
    await recovers();
  });

  it('has lost nothing that was acknowledged, and nothing is left under way', async () => {
    await load.stop();
    expect([...load.others]).toEqual([]);
    await waitFor(() => [...load.acknowledged].every((id) => arrived.has(id)), {
      timeoutMs: leaseMs + 10_000,
      what: 'every acknowledged event at the receiver',
    });
    const open = async () => {
      const { rows } = await direct.pool.query<{ open: string }>(
        'select count(*) as open from open_deliveries',
      );
      return Number(rows[0]?.open);
    };
    await waitFor(async () => (await open()) === 0, {
      timeoutMs: leaseMs + 10_000,
      what: 'no open delivery',
    });
    if (embedded !== null) expect(await embedded.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(fanfare.output).toContain('PostgreSQL serves again');
    expect(fanfare.output).not.toContain('A fault of Fanfare itself');
    if (process.platform === 'linux') expect(residentMib()).toBeLessThan(mostMemoryMib);
  });
});
