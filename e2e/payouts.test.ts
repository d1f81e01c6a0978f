import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedServer } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  type FanfareProcess,
  makeDataDirectory,
  postgresPid,
  startFanfare,
} from './fanfare-process.ts';
import { Payday } from './payday.ts';
import { PayingSystem } from './paying-system.ts';

const quiet = { FANFARE_DEMO: 'off', FANFARE_LOG_LEVEL: 'warn' };
/** A lease of the shortest timeout, and what it takes to find that it has ended. */
const leaseMs = 45_000;
const kills = 3;

afterAll(cleanUp);

/** They wait for leases and restarts most of the time, so they wait together. */
describe.concurrent('payouts are made once, each to the last decimal', () => {
  it('whenever Fanfare is killed', async () => {
    const paying = await PayingSystem.start();
    const settings = { ...quiet, FANFARE_DATA_DIR: await makeDataDirectory() };
    let fanfare = await started(settings);
    const payday = await Payday.open(fanfare, paying);
    for (let round = 1; round <= kills; round++) {
      await payday.work(fanfare);
      const claims = payday.claim(fanfare);
      await inTheMiddle(paying);
      await fanfare.end('SIGKILL');
      await claims;
      fanfare = await started(settings);
      // Alone on its database, it knows at once that nobody else holds what the dead one held.
      await payday.settled(fanfare, 10_000);
    }
    await payday.finish(fanfare);
    expect(await payday.verify(fanfare)).toBeGreaterThan(0);
    expect(await fanfare.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(fanfare.output).not.toContain('A fault of Fanfare itself');
    paying.close();
  });

  it('when one of two nodes is killed', async () => {
    const paying = await PayingSystem.start();
    const server = await startEmbeddedServer({ dataDir: await makeDataDirectory(), log: () => {} });
    const shared = {
      ...quiet,
      DATABASE_URL: server.connectionString,
      FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    const doomed = await started({ ...shared, FANFARE_DATA_DIR: await makeDataDirectory() });
    const { token } = doomed;
    const survivor = await started({ ...shared, FANFARE_DATA_DIR: await makeDataDirectory() });
    const other = { origin: survivor.origin, token };
    const payday = await Payday.open(doomed, paying);
    await payday.work(doomed);
    const claims = payday.claim(doomed);
    await inTheMiddle(paying);
    const more = payday.work(other).then(() => payday.claim(other));
    await doomed.end('SIGKILL');
    await Promise.all([claims, more]);
    await payday.settled(other, leaseMs);
    await payday.finish(other);
    expect(await payday.verify(other)).toBeGreaterThan(0);
    expect(await survivor.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(survivor.output).not.toContain('A fault of Fanfare itself');
    await server.stop();
    paying.close();
  });

  it('whenever PostgreSQL is killed', async () => {
    const paying = await PayingSystem.start();
    const dataDir = await makeDataDirectory();
    const fanfare = await started({ ...quiet, FANFARE_DATA_DIR: dataDir });
    const payday = await Payday.open(fanfare, paying);
    for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
      await payday.work(fanfare);
      const claims = payday.claim(fanfare);
      await inTheMiddle(paying);
      const pid = postgresPid(dataDir);
      if (pid === null) throw new Error('PostgreSQL does not run');
      process.kill(pid, signal);
      await claims;
      await waitFor(() => ![null, pid].includes(postgresPid(dataDir)), {
        timeoutMs: 15_000,
        what: 'another PostgreSQL',
      });
      await waitFor(() => ready(fanfare), { timeoutMs: 15_000, what: 'the database to be back' });
    }
    await payday.settled(fanfare, leaseMs);
    await payday.finish(fanfare);
    await payday.verify(fanfare);
    expect(await fanfare.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(fanfare.output).not.toContain('A fault of Fanfare itself');
    paying.close();
  });
});

async function started(settings: Readonly<Record<string, string>>): Promise<FanfareProcess> {
  const fanfare = startFanfare(settings);
  await fanfare.ready();
  return fanfare;
}

/** Some requests wait for their answer, and some claims are not decided yet. */
async function inTheMiddle(paying: PayingSystem): Promise<void> {
  const open = 1 + Math.floor(12 * Math.random());
  await waitFor(() => paying.open >= open, { timeoutMs: 10_000, what: `${open} requests to pay` });
  await pause(100 * Math.random());
}

async function ready({ origin, token }: FanfareProcess): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${origin}/v1/payouts?limit=1`, { headers })).ok;
}
