import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { type Database, openDatabase, runningServerAddress } from '../packages/server/src/storage/index.ts';
import { keyFileName } from '../packages/server/src/webhooks/index.ts';
import { ownProcessorMs, processorMs, residentMiB } from './processor-time.ts';
import { until } from './until.ts';

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
  /** From its start until it says that it is ready, ms. */
  readonly readyAfterMs: number;
  /** Calls the API, with a token of its own organization unless another is given; throws when it refuses. */
  call<T>(method: Method, path: string, body?: string, token?: string): Promise<T>;
  /** Sends a CSV file as it is made. */
  upload<T>(path: string, file: Readable): Promise<T>;
  /** One request per body, in turn, as many as it takes, for this long; measured until the last delivery is settled. */
  load(path: string, bodies: readonly string[], seconds: number): Promise<Load>;
  /** The same without measuring and without waiting for deliveries; how many requests were accepted. */
  press(path: string, bodies: readonly string[], seconds: number): Promise<number>;
  /** A connection to its PostgreSQL. Close it. */
  openDatabase(): Database;
  readonly residentMiB: number;
  readonly dataDir: string;
  /** Processor time since its start, ms: its own, and with PostgreSQL's. */
  processorMs(): { readonly own: number; readonly all: number };
  /** `keep`: leaves its data where they are, for another one to start on. */
  stop(data?: 'keep'): Promise<void>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface SpawnOptions {
  /** Data of one that was stopped; otherwise it begins with nothing. */
  readonly dataDir?: string;
  /** Another node on the database of that one. */
  readonly database?: FanfareProcess;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function spawnFanfare(options: SpawnOptions = {}): Promise<FanfareProcess> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
  const port = await freePort();
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      FANFARE_DATA_DIR: dataDir,
      FANFARE_DEMO: 'off',
      FANFARE_LOG_LEVEL: 'warn',
      // What an organization may have is another question: here nothing is turned away.
      FANFARE_BACKLOG_LIMIT: '100000000',
      FANFARE_WEBHOOK_LIMIT: '100000',
      ...(options.database && sharing(options.database)),
      ...options.environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('Fanfare could not be started');
  // A measurement that breaks off leaves none behind.
  process.once('exit', () => child.kill('SIGTERM'));
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 32 });
  await until(async () => {
    const answer = await pool.request({ path: '/readyz', method: 'GET' });
    await answer.body.dump();
    return answer.statusCode === 200;
  }, 10);
  const readyAfterMs = performance.now() - spawnedAt;
  const tokenFile = join(dataDir, 'api-token');
  await until(async () => existsSync(tokenFile));
  const token = readFileSync(tokenFile, 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  async function call<T>(method: Method, path: string, body?: string, other = token): Promise<T> {
    const answer = await pool.request({
      path,
      method,
      headers: { ...headers, authorization: `Bearer ${other}` },
      ...(body !== undefined && { body }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as T;
  }

  async function press(path: string, bodies: readonly string[], seconds: number) {
    const load = spawn(process.execPath, ['--import', 'tsx', loadGenerator], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    load.stdin.end(JSON.stringify({ port, token, path, bodies, seconds }));
    let output = '';
    for await (const chunk of load.stdout) output += String(chunk);
    return JSON.parse(output) as { accepted: number; startedAfterMs: number };
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    token,
    readyAfterMs,
    call,
    press: async (path, bodies, seconds) => (await press(path, bodies, seconds)).accepted,
    openDatabase: () => openDatabase({ connectionString: addressIn(dataDir), poolSize: 2 }),
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
      const { accepted, startedAfterMs } = await press(path, bodies, seconds);
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
    async stop(data) {
      await pool.close();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
      if (data !== 'keep') rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function addressIn(dataDir: string): string {
  const address = runningServerAddress(dataDir);
  if (address === null) throw new Error('The embedded PostgreSQL is not where it should be');
  return address;
}

/** The database of another node, and the key under which secrets lie in it. */
function sharing({ dataDir }: FanfareProcess): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: addressIn(dataDir),
    FANFARE_ENCRYPTION_KEY: readFileSync(join(dataDir, keyFileName), 'utf8').trim(),
  };
}

/** Nobody listens there; somebody else could take it before it is used, which has not happened yet. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
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

export function eventBody(n: number, campaignId: string): string {
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
