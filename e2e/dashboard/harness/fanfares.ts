import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { quickDirectory } from '@fanfare/testkit';
import {
  type Database,
  openDatabase,
  runningServerAddress,
} from '../../../packages/server/src/storage/index.ts';
import { cleanUp, type FanfareProcess, makeDataDirectory, startFanfare } from '../../fanfare-process.ts';
import type { Template } from './template.ts';

const program = fileURLToPath(new URL('../../../packages/server/dist/main.js', import.meta.url));

/** A Fanfare of a test file. */
export interface TestedFanfare
  extends Pick<FanfareProcess, 'origin' | 'token' | 'ownerToken' | 'api' | 'output'> {
  /** Stops it, and starts it again at the same address when told to. */
  stop(): Promise<{ start(): Promise<void> }>;
  /** What a command of it prints: `run('people', 'reset', 'olive@example.com')`. */
  run(...args: string[]): Promise<string>;
  /** Its database, while it runs: for what nobody can do by API. */
  openDatabase(): Database;
  /** Stops it for good, and removes what it wrote. */
  end(): Promise<void>;
}

/** One with the season of the demo. */
export async function startSeason({ dataDir, port }: Template): Promise<TestedFanfare> {
  const copy = await makeDataDirectory(quickDirectory());
  // With owners and modes: as root the database runs as somebody else, who must own its files.
  await promisify(execFile)('cp', ['-a', `${dataDir}/.`, copy]);
  return startTested(copy, { PORT: String(port) });
}

/** An empty one that nobody has signed up to. */
export async function startEmpty(): Promise<TestedFanfare> {
  return startTested(await makeDataDirectory(quickDirectory()), {});
}

/** Ends all of them at once, and removes what they wrote. */
export const endFanfares = cleanUp;

async function startTested(dataDir: string, more: Readonly<Record<string, string>>): Promise<TestedFanfare> {
  const settings = { FANFARE_DATA_DIR: dataDir, FANFARE_DEMO: 'off', ...more };
  let fanfare = startFanfare(settings);
  try {
    await fanfare.ready();
  } catch (error) {
    await cleanUp();
    throw error;
  }
  const { origin } = fanfare;
  return {
    origin,
    get token() {
      return fanfare.token;
    },
    get ownerToken() {
      return fanfare.ownerToken;
    },
    get api() {
      return fanfare.api;
    },
    get output() {
      return fanfare.output;
    },
    async run(...args) {
      const env = { PATH: process.env['PATH'] ?? '', ...settings, PORT: new URL(origin).port };
      return (await promisify(execFile)(process.execPath, [program, ...args], { env })).stdout.trim();
    },
    openDatabase() {
      const connectionString = runningServerAddress(dataDir);
      if (connectionString === null) throw new Error(`No PostgreSQL runs on ${dataDir}`);
      return openDatabase({ connectionString, poolSize: 1 });
    },
    async end() {
      await fanfare.end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
    async stop() {
      await fanfare.end('SIGTERM');
      return {
        async start() {
          fanfare = startFanfare({ ...settings, PORT: new URL(origin).port });
          await fanfare.ready();
        },
      };
    },
  };
}
