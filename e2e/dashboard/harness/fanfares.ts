import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cleanUp, type FanfareProcess, makeDataDirectory, startFanfare } from '../../fanfare-process.ts';
import type { Template } from './template.ts';

/** A Fanfare of a test file. */
export interface TestedFanfare
  extends Pick<FanfareProcess, 'origin' | 'token' | 'ownerToken' | 'api' | 'output'> {
  /** Stops it, and starts it again at the same address when told to. */
  stop(): Promise<{ start(): Promise<void> }>;
}

/** One with the season of the demo. */
export async function startSeason({ dataDir, port }: Template): Promise<TestedFanfare> {
  const copy = await makeDataDirectory();
  // With owners and modes: as root the database runs as somebody else, who must own its files.
  await promisify(execFile)('cp', ['-a', `${dataDir}/.`, copy]);
  return startTested({ FANFARE_DATA_DIR: copy, PORT: String(port), FANFARE_DEMO: 'off' });
}

/** An empty one that nobody has signed up to. */
export async function startEmpty(): Promise<TestedFanfare> {
  return startTested({ FANFARE_DATA_DIR: await makeDataDirectory(), FANFARE_DEMO: 'off' });
}

/** Stops all of them, and removes what they wrote. */
export const endFanfares = cleanUp;

async function startTested(settings: Readonly<Record<string, string>>): Promise<TestedFanfare> {
  let fanfare = startFanfare(settings);
  await fanfare.ready();
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
