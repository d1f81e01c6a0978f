import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { ownProcessorMs, processorMs, residentMiB } from './processor-time.ts';

export const program = fileURLToPath(new URL('../packages/server/dist/main.js', import.meta.url));
const loadGenerator = fileURLToPath(new URL('./http-load.ts', import.meta.url));

export interface Load {
  readonly perSecond: number;
  /** Of Fanfare and PostgreSQL together, and PostgreSQL's part of it. */
  readonly cpuPerRequestUs: number;
  readonly postgresPerRequestUs: number;
  readonly residentMiB: number;
}

/** A Fanfare of its own, as `npm start` runs it. */
export interface FanfareProcess {
  readonly origin: string;
  readonly token: string;
  /** Calls the API; throws when it refuses. */
  call<T>(method: 'GET' | 'POST', path: string, body?: string): Promise<T>;
  /** Sends a CSV file as it is made. */
  upload<T>(path: string, file: Readable): Promise<T>;
  /** One request per body, in turn, as many as it takes, for this long; measured until the last delivery is settled. */
  load(path: string, bodies: readonly string[], seconds: number): Promise<Load>;
  readonly residentMiB: number;
  readonly dataDir: string;
  /** Processor time since its start, ms: its own, and with PostgreSQL's. */
  processorMs(): { readonly own: number; readonly all: number };
  stop(): Promise<void>;
}

export async function spawnFanfare(): Promise<FanfareProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
  const port = 7_900 + Math.floor(Math.random() * 90);
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      FANFARE_DATA_DIR: dataDir,
      FANFARE_DEMO: 'off',
      FANFARE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('Fanfare could not be started');
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 32 });
  await until(async () => (await pool.request({ path: '/readyz', method: 'GET' })).statusCode === 200);
  const tokenFile = join(dataDir, 'api-token');
  await until(async () => existsSync(tokenFile));
  const token = readFileSync(tokenFile, 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  async function call<T>(method: 'GET' | 'POST', path: string, body?: string): Promise<T> {
    const answer = await pool.request({ path, method, headers, ...(body !== undefined && { body }) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as T;
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    token,
    call,
    async upload<T>(path: string, file: Readable) {
      const answer = await pool.request({
        path,
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/csv' },
        body: file,
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`POST ${path}: ${answer.statusCode} ${text}`);
      return JSON.parse(text) as T;
    },
    async load(path, bodies, seconds) {
      const cpuBefore = processorMs(pid);
      const ownBefore = ownProcessorMs(pid);
      const start = performance.now();
      const load = spawn(process.execPath, ['--import', 'tsx', loadGenerator], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      load.stdin.end(JSON.stringify({ port, token, path, bodies, seconds }));
      let output = '';
      for await (const chunk of load.stdout) output += String(chunk);
      const { accepted, startedAfterMs } = JSON.parse(output) as { accepted: number; startedAfterMs: number };
      await until(async () => {
        const waiting = await call<{ data: unknown[] }>('GET', '/v1/deliveries?state=pending&limit=1');
        return waiting.data.length === 0;
      });
      const ms = performance.now() - start - startedAfterMs;
      const cpuMs = processorMs(pid) - cpuBefore;
      const ownMs = ownProcessorMs(pid) - ownBefore;
      return {
        perSecond: (accepted / ms) * 1_000,
        cpuPerRequestUs: (cpuMs * 1_000) / accepted,
        postgresPerRequestUs: ((cpuMs - ownMs) * 1_000) / accepted,
        residentMiB: residentMiB(pid),
      };
    },
    get residentMiB() {
      return residentMiB(pid);
    },
    dataDir,
    processorMs: () => ({ own: ownProcessorMs(pid), all: processorMs(pid) }),
    async stop() {
      await pool.close();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A Fanfare that events are published to, with webhooks that point at the receiver. */
export interface FanfareUnderLoad {
  /** One request per event, as many as it takes, for this long; measured until the last is settled. */
  saturate(seconds: number): Promise<{ perSecond: number; cpuPerEventUs: number; residentMiB: number }>;
  /** Publishes one event; gives its id. */
  publish(n: number): Promise<string>;
  readonly residentMiB: number;
  stop(): Promise<void>;
}

export async function startFanfareProcess(receiverUrl: string, lanes: number): Promise<FanfareUnderLoad> {
  const fanfare = await spawnFanfare();
  const campaigns: string[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const campaign = await fanfare.call<{ id: string }>(
      'POST',
      '/v1/campaigns',
      JSON.stringify({ name: `Season ${lane}` }),
    );
    campaigns.push(campaign.id);
    await fanfare.call(
      'POST',
      '/v1/webhooks',
      JSON.stringify({
        name: `lane ${lane}`,
        url: `${receiverUrl}/${lane}`,
        format: 'standard',
        campaigns: [campaign.id],
      }),
    );
  }
  const bodies = Array.from({ length: 1_000 }, (_, n) => eventBody(n, campaigns[n % lanes] ?? ''));

  return {
    async saturate(seconds) {
      const {
        cpuPerRequestUs,
        postgresPerRequestUs: _,
        ...rest
      } = await fanfare.load('/v1/events', bodies, seconds);
      return { ...rest, cpuPerEventUs: cpuPerRequestUs };
    },
    async publish(n) {
      const { id } = await fanfare.call<{ id: string }>(
        'POST',
        '/v1/events',
        bodies[n % bodies.length] ?? '',
      );
      return id;
    },
    get residentMiB() {
      return fanfare.residentMiB;
    },
    stop: () => fanfare.stop(),
  };
}

function eventBody(n: number, campaignId: string): string {
  return JSON.stringify({
    type: 'trigger.fired',
    campaign_id: campaignId,
    participant: {
      external_id: `customer-${n}`,
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      fields: { plan: 'pro' },
      total_points: n,
      rank: 1,
    },
    seq: n,
    data: { trigger: { id: 'successful_payment', name: 'Successful payment' }, value: 2.99 },
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 120_000;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    if (performance.now() > giveUpAt) throw new Error('waited two minutes in vain');
    await sleep(50);
  }
}
