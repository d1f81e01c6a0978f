import { quickDirectory } from '@fanfare/testkit';
import type { TestProject } from 'vitest/node';
import { loadDemo, readCast } from '../../../packages/server/src/demo/index.ts';
import { cleanUp, makeDataDirectory, startFanfare } from '../../fanfare-process.ts';
import { freePort } from './free-port.ts';
import { makeAccounts } from './people.ts';

/** A stopped Fanfare with the demo's season and an account for each role. */
export interface Template {
  readonly dataDir: string;
  /** Its webhooks point at inboxes there, so copies listen there too. */
  readonly port: number;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** One for each worker: at its port one copy can listen at a time. */
    readonly templates: readonly Template[];
  }
}

/** Plays the season once for all files of a worker: a copy of what it leaves is there in a moment. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const workers = Array.from({ length: project.vitest.config.maxWorkers });
  project.provide('templates', await Promise.all(workers.map(makeSeason)));
  return cleanUp;
}

/** A Fanfare that has seen a season, stopped. */
export async function makeSeason(): Promise<Template> {
  const template = { dataDir: await makeDataDirectory(quickDirectory()), port: await freePort() };
  try {
    const fanfare = startFanfare({
      FANFARE_DATA_DIR: template.dataDir,
      PORT: String(template.port),
      FANFARE_DEMO: 'off',
    });
    await fanfare.ready();
    const { origin, token, api } = fanfare;
    await api.patch('/v1/organization', { body: { name: (await readCast()).organization } });
    await makeAccounts(origin, fanfare.ownerToken);
    await loadDemo({ origin, token, signal: AbortSignal.timeout(60_000), showMs: 0 });
    await fanfare.end('SIGTERM');
  } catch (error) {
    await cleanUp();
    throw error;
  }
  return template;
}
