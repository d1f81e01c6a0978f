import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase, startEmbeddedServer } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { cleanUp, makeDataDirectory, startFanfare } from '../e2e/fanfare-process.ts';
import { type Random, seededRandom } from '../packages/server/src/demo/random.ts';
import { migrations } from '../packages/server/src/storage/migrations/index.ts';
import { dumpSchema } from '../packages/server/src/storage/schema-dump.ts';
import { makeOlderSchema } from '../packages/server/test/storage/older-schema.ts';
import { quietly } from './installation.ts';

export interface MigrationsTried {
  /** Starts that were killed, and of those how many while they migrated. */
  readonly killed: number;
  readonly migrating: number;
  readonly evidence: readonly string[];
}

const streams = { kills: 51 } as const;
/** About as long as migrating an empty database takes on a small machine. */
const migratingMs = 300;
const startsWithinMs = 30_000;
const older = { events: 50_000, participants: 20_000 };

/**
 * Fanfare is killed while it migrates, again and again, from an empty database and from an older schema with data; then
 * two start at once. After that the schema is the one that is expected, and the data are there.
 */
export async function killWhileMigrating(parts: {
  readonly seed: number;
  /** Of each of the two. */
  readonly kills: number;
  readonly say: (line: string) => void;
}): Promise<MigrationsTried> {
  const random = seededRandom(parts.seed, streams.kills);
  const evidence: string[] = [];
  let killed = 0;
  let migrating = 0;
  const server = await startEmbeddedServer({ dataDir: await makeDataDirectory(), log: () => {} });
  try {
    for (const from of ['nothing', 'an older schema'] as const) {
      const databaseUrl = await makeDatabase(server.connectionString);
      const data = { organization: randomUUID(), ...older };
      if (from === 'an older schema') await makeOlderSchema(databaseUrl, data);
      const settings = {
        ...quietly,
        DATABASE_URL: databaseUrl,
        FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      };
      for (let n = 0; n < parts.kills; n++) {
        const caught = await killAtStart(
          { ...settings, FANFARE_DATA_DIR: await makeDataDirectory() },
          databaseUrl,
          random,
        );
        killed += 1;
        if (caught) migrating += 1;
        // What was done so far may have been all of it.
        if (from === 'nothing' && !caught) await emptyAgain(databaseUrl);
      }
      parts.say(`from ${from}: ${parts.kills} starts killed`);
      const nodes = [
        startFanfare({ ...settings, FANFARE_DATA_DIR: await makeDataDirectory() }),
        startFanfare({
          ...settings,
          FANFARE_DATA_DIR: await makeDataDirectory(),
          FANFARE_ROLES: 'dispatch,upkeep',
          FANFARE_LOG_FORMAT: 'json',
          FANFARE_LOG_LEVEL: 'info',
        }),
      ] as const;
      await nodes[0].ready();
      await waitFor(() => nodes[1].output.includes('Fanfare is ready'), {
        timeoutMs: startsWithinMs,
        what: 'the other node',
      });
      const found = await differences(databaseUrl, from === 'nothing' ? null : data);
      evidence.push(...found.map((one) => `from ${from}: ${one}`));
      for (const node of nodes) {
        const { code } = await node.end('SIGTERM');
        if (code !== 0) evidence.push(`from ${from}: a node ended with ${code}: ${node.output}`);
      }
    }
  } finally {
    await server.stop();
    await cleanUp();
  }
  return { killed, migrating, evidence };
}

async function makeDatabase(connectionString: string): Promise<string> {
  const name = `torture_${randomBytes(6).toString('hex')}`;
  await using(connectionString, (database) => database.pool.query(`create database ${name}`));
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.href;
}

/** Kills it soon after it has begun to look at the schema. Whether that was before it had migrated. */
async function killAtStart(
  settings: Readonly<Record<string, string>>,
  databaseUrl: string,
  random: Random,
): Promise<boolean> {
  return using(databaseUrl, async (database) => {
    const fanfare = startFanfare(settings);
    await waitFor(
      async () =>
        (
          await database.pool.query(
            `select from pg_stat_activity
              where datname = current_database() and application_name = 'fanfare migrate'`,
          )
        ).rowCount,
      { timeoutMs: startsWithinMs, what: 'the node to look at the schema' },
    );
    await pause(migratingMs * random());
    const before = await migrated(database);
    await fanfare.end('SIGKILL');
    await waitFor(
      async () =>
        (
          await database.pool.query(
            `select from pg_stat_activity
              where datname = current_database() and application_name like 'fanfare%'`,
          )
        ).rowCount === 0,
      { timeoutMs: startsWithinMs, what: 'PostgreSQL to notice that the node is dead' },
    );
    return before < Object.keys(migrations).length;
  });
}

/** How many have run. */
async function migrated(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ present: boolean }>(
    `select to_regclass('schema_migrations') is not null as present`,
  );
  if (rows[0]?.present !== true) return 0;
  const { rows: counted } = await database.pool.query<{ count: number }>(
    'select count(*)::int as count from schema_migrations',
  );
  return counted[0]?.count ?? 0;
}

async function emptyAgain(databaseUrl: string): Promise<void> {
  await using(databaseUrl, (database) =>
    database.pool.query('drop schema public cascade; create schema public'),
  );
}

async function differences(
  databaseUrl: string,
  data: { readonly events: number; readonly participants: number } | null,
): Promise<string[]> {
  return using(databaseUrl, async (database) => {
    const found: string[] = [];
    const expected = readFileSync(new URL('../spec/schema.sql', import.meta.url), 'utf8');
    if ((await dumpSchema(database)) !== expected) found.push('the schema is not that of spec/schema.sql');
    if (data === null) return found;
    const { rows } = await database.pool.query<{ events: number; participants: number; deliveries: number }>(
      `select (select count(*)::int from events where type = 'user.signed_in') as events,
              (select count(*)::int from participants) as participants,
              (select count(*)::int from open_deliveries) as deliveries`,
    );
    const left = rows[0];
    if (
      left?.events !== data.events ||
      left.participants !== data.participants ||
      left.deliveries !== data.events
    ) {
      found.push(`expected ${JSON.stringify(data)}, found ${JSON.stringify(left)}`);
    }
    return found;
  });
}

async function using<T>(connectionString: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({ connectionString, applicationName: 'torture' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
