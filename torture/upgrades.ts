import { randomBytes } from 'node:crypto';
import { openDatabase, startEmbeddedServer } from '@fanfare/server/storage';
import { makeDataDirectory, type StartedBy, startFanfare } from '../e2e/fanfare-process.ts';
import { givingWay } from '../packages/server/src/storage/migrate.ts';
import { type Installation, Nodes, quietly, type Target, timed } from './installation.ts';
import { type Trial, tryOut } from './trial.ts';

interface UpgradeParts {
  readonly seed: number;
  readonly say: (line: string) => void;
}

const ailsMs = 4_000;

/**
 * Two nodes of this version go on after a newer one has migrated the database they share, as the rules of upgrades
 * allow it to; one that starts after that refuses.
 */
export function newerMigratesBeside(parts: UpgradeParts): Promise<Trial> {
  return tryUpgrade(parts, {
    name: 'two nodes, beside which a newer version migrates',
    targets: ['nothing, but a newer version migrated'],
    startedBy: 'node',
    strike: async ({ databaseUrl }) => migrateAsNewer(databaseUrl),
    inTheEnd: refusesToStart,
  });
}

/** Two nodes of an older version, which are upgraded to this one, one after the other. */
export function upgradeNodes(parts: UpgradeParts & { readonly old: string }): Promise<Trial> {
  let upgraded = 0;
  return tryUpgrade(parts, {
    name: 'two nodes of the version before the last migration, upgraded one after the other',
    targets: ['one of two nodes, to upgrade it', 'one of two nodes, to upgrade it'],
    startedBy: { program: parts.old },
    strike: async ({ nodes }) => {
      const which = upgraded++;
      await nodes.kill(which);
      await nodes.start(which, 'node');
    },
    inTheEnd: async () => {},
  });
}

interface Upgrade {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly startedBy: StartedBy;
  readonly strike: (at: { readonly nodes: Nodes; readonly databaseUrl: string }) => Promise<void>;
  readonly inTheEnd: (settings: Readonly<Record<string, string>>) => Promise<void>;
}

async function tryUpgrade({ seed, say }: UpgradeParts, upgrade: Upgrade): Promise<Trial> {
  const server = await startEmbeddedServer({ dataDir: await makeDataDirectory(), log: () => {} });
  const { connectionString: databaseUrl } = server;
  const settings = {
    ...quietly,
    DATABASE_URL: databaseUrl,
    FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
  const nodes = new Nodes([
    { ...settings, FANFARE_DATA_DIR: await makeDataDirectory() },
    { ...settings, FANFARE_DATA_DIR: await makeDataDirectory() },
  ]);
  await nodes.start(0, upgrade.startedBy);
  await nodes.start(1, upgrade.startedBy);
  const installation: Installation = {
    name: upgrade.name,
    targets: upgrade.targets,
    get origins() {
      return nodes.origins;
    },
    get token() {
      return nodes.token;
    },
    databaseUrl,
    kill: (target) =>
      timed(target, async (struck) => {
        struck();
        await upgrade.strike({ nodes, databaseUrl });
      }),
    faults: () => nodes.faults(),
    async stop() {
      await nodes.stop();
      await server.stop();
    },
  };
  const third = { ...settings, FANFARE_DATA_DIR: await makeDataDirectory() };
  return tryOut(installation, { seed, ailsMs, withReplay: true, say }, () => upgrade.inTheEnd(third));
}

/** What a release may do to the tables of the one before it: add to them, and beside them. */
const additions = [
  `alter table open_deliveries add column added_later integer not null default 7, add column added_too text`,
  `alter table events add column added_later text`,
  `alter table attempts add column added_later jsonb not null default '{}'`,
  `alter table participations add column added_later numeric not null default 0`,
  `alter table payouts add column added_later boolean not null default false`,
  `alter table webhooks add column added_later text[] not null default '{}'`,
  `alter table jobs add column added_later timestamptz`,
  `create table made_later (id uuid primary key, organization_id uuid references organizations on delete cascade)`,
  `create index later_events_index on events (type, id)`,
  `create index later_ledger_index on ledger (created_at)`,
  `insert into schema_migrations (name, timestamp) values ('9999-made-later', now()::text)`,
];

/** Each in a transaction of its own, as migrations are that keep to one table. */
async function migrateAsNewer(databaseUrl: string): Promise<void> {
  const database = openDatabase({ connectionString: databaseUrl });
  try {
    for (const text of additions) {
      // Two statements in one string are one transaction.
      await givingWay(async (lockTimeoutMs) => {
        await database.pool.query(`set local lock_timeout = ${lockTimeoutMs}; ${text}`);
      });
    }
  } finally {
    await database.close();
  }
}

async function refusesToStart(settings: Readonly<Record<string, string>>): Promise<void> {
  const late = startFanfare(settings);
  const { code } = await late.ended;
  if (code === 0 || !late.output.includes('The database has been changed by a newer Fanfare')) {
    throw new Error(`A node that is older than its database ended with ${code}, and said: ${late.output}`);
  }
}
