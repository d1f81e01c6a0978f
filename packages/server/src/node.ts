import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureFirstOrganization } from './accounts/index.ts';
import { createMailer } from './alerts/index.ts';
import { composeApi } from './api-composition.ts';
import { type Closing, createClosing } from './closing.ts';
import { compose, type Trouble } from './composition.ts';
import type { Config } from './config.ts';
import { loadDemo, readCast } from './demo/index.ts';
import type { createHttpServer } from './http/index.ts';
import {
  createDatabaseCondition,
  createDeliveryLog,
  type DatabaseCondition,
  type Log,
} from './observe/index.ts';
import {
  createUpkeepStore,
  type Database,
  ensurePartitions,
  isPartitionMissing,
  lockDataDirectory,
  makeDataDirectory,
  migrate,
  openDatabase,
  startEmbeddedServer,
} from './storage/index.ts';
import { startUpkeep } from './upkeep/index.ts';
import {
  type Keyring,
  keyFileName,
  loadOrCreateKeyFile,
  parseKeyring,
  type UnreadableSecret,
} from './webhooks/index.ts';

/** Why Fanfare cannot start, in words for the operator; there is nothing else to know about it. */
export class CannotStart extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CannotStart';
  }
}

/** A running Fanfare. */
export interface Node {
  /** Where it is reached from this machine and with which token; null without the role api. */
  readonly api: {
    readonly origin: string;
    /** Where browsers reach it. */
    readonly dashboard: string;
    readonly token: string;
    readonly tokenFile: string;
    /** Makes the first owner's account; null once there is one. */
    readonly welcome: string | null;
  } | null;
  /** Finishes what is under way, gives back what is not done by the deadline, closes everything. */
  stop(): Promise<void>;
}

export interface NodeParts {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
}

const tokenFileName = 'api-token';

/**
 * Puts the parts together, each handed to those that need it. When something fails, what was opened before
 * is closed again.
 */
export async function startNode(parts: NodeParts): Promise<Node> {
  const closing = createClosing((name, error) =>
    parts.log.error({ error }, `The ${name} did not close cleanly`),
  );
  try {
    return await start(parts, closing);
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
}

async function start({ config, log, version }: NodeParts, closing: Closing): Promise<Node> {
  const clock = { now: () => Date.now() };

  const { database, condition } = await openStorage(config, log, closing);
  /** What still waits for a database that no longer answers is given up, so that the end comes in any case. */
  const stop = async () => {
    const patience = setTimeout(async () => {
      const obstacle = await condition.obstacle();
      if (obstacle === null) return;
      log.warn(`Stopping without the database, as it does not serve. ${obstacle}`);
      await database.close();
    }, config.shutdownSeconds * 1_000);
    await closing.closeAll();
    clearTimeout(patience);
  };
  const keyring = await openKeyring(config, database);

  const makePartitions = partitionMaker(database, log);
  const observer = createDeliveryLog({ log, format: config.logFormat, colours: config.colours });
  closing.add('delivery log', () => observer.flush());
  const mailer = config.mail === null ? null : createMailer(config.mail);
  if (mailer !== null) closing.add('mailer', () => mailer.close());
  const onUnreadable = (error: UnreadableSecret) =>
    log.error({ owner: error.owner, key: error.keyId }, error.message);
  const onTrouble = (trouble: Trouble, error: unknown) => {
    if (!condition.saw(error)) log.warn({ error }, troubles[trouble]);
  };
  const origin = originOfConfig(config);
  const node = await compose(
    {
      database,
      keyring,
      clock,
      quotas: config.quotas,
      limits: {
        requestsUnderWay: config.requestsUnderWay,
        memoryBytes: config.memoryLimitMib * 1_048_576,
      },
      residentBytes: () => process.memoryUsage.rss(),
      targets: { allowPrivateTargets: config.allowPrivateTargets, requireHttps: config.requireHttps },
      userAgent: `Fanfare/${version}`,
      observer: {
        ...observer,
        troubled(trouble) {
          if (!condition.saw(trouble.error)) observer.troubled(trouble);
          if (isPartitionMissing(trouble.error)) makePartitions();
        },
      },
      dispatch: config.roles.has('dispatch'),
      // The lock on the data directory says so.
      alone: config.databaseUrl === null,
      laneConcurrency: config.laneConcurrency,
      globalConcurrency: config.globalConcurrency,
      disableAfterDays: config.disableAfterDays,
      retentionDays: config.retention.eventDays,
      mailer,
      origin,
      log,
      onTrouble,
      onUnreadable,
    },
    closing,
  );
  const { accounts, delivery, jobs } = node;

  if (config.roles.has('upkeep')) {
    const upkeep = startUpkeep({
      database,
      keyring,
      cancelLeftovers: () => node.webhooks.cancelLeftovers(),
      tendPayouts: () => node.payouts.tend(),
      tendWebhookHealth: () => node.health.tend(),
      tendAlerts: () => node.alerts.tend(),
      resumeErasures: async () => (await node.erasures.resume()) + (await node.organizationDeletion.resume()),
      retention: config.retention,
      log,
    });
    closing.add('upkeep', () => upkeep.stop());
  }
  const startWork = async () => {
    await delivery.start();
    closing.add('delivery', () => delivery.stop(config.shutdownSeconds * 1000));
    if (!config.roles.has('upkeep')) return;
    await jobs.start();
    closing.add('jobs', () => jobs.stop());
  };

  if (!config.roles.has('api')) {
    await startWork();
    return { api: null, stop };
  }

  const { http, sessions } = await composeApi(
    node,
    {
      database,
      keyring,
      clock,
      origin,
      mailer,
      onTrouble,
      onUnreadable,
      retention: config.retention,
      newOrganizations: config.newOrganizations,
      trustedProxies: config.trustedProxies,
      // Of requests only what went wrong is worth a line; where the server listens, the banner says.
      logger: log.child(
        {},
        { level: log.isLevelEnabled('warn') && !log.isLevelEnabled('debug') ? 'warn' : log.level },
      ),
      obstacles: async () => {
        const obstacle = await condition.obstacle();
        return obstacle === null ? [] : [obstacle];
      },
      noteUnavailable: condition.saw,
      ...dashboardFiles(log),
    },
    closing,
  );
  await listen(http, config);
  // After the server, so that it stops first: an attempt under way may be to an inbox of this very server.
  await startWork();

  const tokenFile = join(config.dataDir, tokenFileName);
  const { organization, token } = await ensureFirstOrganization(accounts, {
    name: await organizationName(config),
    tokenFile,
  });
  const local = originOf(http.server.address(), config.host);
  if (config.demo) playDemo({ origin: local, token, log, closing });
  const dashboard = config.publicUrl === null ? local : origin;
  const ownerToken = await sessions.ownerToken(organization.id);
  const welcome = ownerToken === null ? null : welcomeLink(dashboard, ownerToken, config.demo);
  return { api: { origin: local, dashboard, token, tokenFile, welcome }, stop };
}

/** The dashboard as it was built; the API does without. */
function dashboardFiles(log: Log): { dashboard?: string } {
  const page = fileURLToPath(import.meta.resolve('@fanfare/dashboard/index.html'));
  if (existsSync(page)) return { dashboard: dirname(page) };
  log.warn('The dashboard is not built, so there is none at /; `npm run build` builds it');
  return {};
}

const troubles: Readonly<Record<Trouble, string>> = {
  quotas: 'Quotas could not be read again; those read before stay in force',
  usage: 'What an organization uses could not be counted',
  routing: 'Webhooks could not be read again; the settings read before stay in force',
  'webhook health': 'The health of a webhook could not be written down',
  statistics: 'What was counted could not be written; it is kept and written later',
  live: 'Streams could not be told what happens',
  alerts: 'The mail server did not take an alert; it is tried again',
  sessions: 'Somebody could not be authenticated',
  mail: 'The mail server did not take a link for a new password',
};

/** The database, migrated. Without DATABASE_URL that is a PostgreSQL of our own, with its data in our directory. */
async function openStorage(
  config: Config,
  log: Log,
  closing: Closing,
): Promise<{ database: Database; condition: DatabaseCondition }> {
  let connectionString = config.databaseUrl;
  if (connectionString === null) {
    const lock = await lockDataDirectory(config.dataDir);
    closing.add('data directory', () => lock.release());
    const server = await startEmbeddedServer({
      dataDir: lock.path,
      log: (message) => log.info(message),
      onTrouble: (message) => log.warn(message),
    });
    closing.add('PostgreSQL', () => server.stop());
    connectionString = server.connectionString;
  } else {
    // The API token is kept there, and the encryption key unless it is given.
    makeDataDirectory(config.dataDir);
  }
  let closed = false;
  const database = openDatabase({
    connectionString,
    onTrouble: (error) => {
      // PostgreSQL may be gone before the last of our sockets is.
      if (closed || condition.saw(error)) return;
      log.warn({ error }, 'A database connection was lost; it is replaced');
    },
  });
  const condition = createDatabaseCondition({ ping: database.ping, log, now: () => performance.now() });
  closing.add('database', () => {
    closed = true;
    condition.close();
    return database.close();
  });
  try {
    await migrate(database);
  } catch (error) {
    if (config.databaseUrl !== null) throw explained(error, config.databaseUrl);
    throw error;
  }
  return { database, condition };
}

/** What the network or PostgreSQL itself says of an address that does not work, with the address but without its password. */
function explained(error: unknown, databaseUrl: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const { host, pathname } = new URL(databaseUrl);
  return new CannotStart(
    `The PostgreSQL of DATABASE_URL (${host}${pathname}) cannot be used: ${error.message}. Check that it runs, that this machine may connect to it, and that user, password and database are right.`,
    { cause: error },
  );
}

/**
 * Makes the partitions of the coming days at once, when a row has found none: whoever sleeps for weeks or sets their
 * clock should not wait for upkeep.
 */
function partitionMaker(database: Database, log: Log): () => void {
  let making = false;
  return () => {
    if (making) return;
    making = true;
    ensurePartitions(database, new Date())
      .then(
        (made) => log.warn({ made }, 'Partitions for today were missing and have been made'),
        (error: unknown) => log.warn({ error }, 'Partitions for today are missing and could not be made'),
      )
      .finally(() => {
        making = false;
      });
  };
}

/** Secrets that cannot be decrypted are found now, not at the first delivery. */
export async function openKeyring(config: Config, database: Database): Promise<Keyring> {
  const keyring =
    config.encryptionKey === null
      ? await loadOrCreateKeyFile(config.dataDir)
      : parseKeyring(config.encryptionKey);
  const used = await createUpkeepStore(database).readSecretKeyIds();
  const lost = used.filter((keyId) => !keyring.keyIds.includes(keyId));
  if (lost.length === 0) return keyring;
  const source =
    config.encryptionKey === null
      ? join(config.dataDir, keyFileName)
      : 'the environment variable FANFARE_ENCRYPTION_KEY';
  throw new CannotStart(
    `Secrets in the database are encrypted with ${lost.length === 1 ? 'the key' : 'the keys'} ${lost.join(', ')}, but ${source} holds ${keyring.keyIds.join(', ')}. ` +
      `Put the missing key back: as the ${keyFileName} of the data directory it came from, or in FANFARE_ENCRYPTION_KEY behind the current one, after a comma. ` +
      `If it is lost for good, so are these secrets: delete the rows of webhook_secrets, inboxes and participant_token_keys with that key_id, and give their webhooks new secrets.`,
  );
}

async function listen(http: ReturnType<typeof createHttpServer>, config: Config): Promise<void> {
  try {
    await http.listen({ host: config.host, port: config.port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const place = `${config.host}:${config.port}`;
    if (code === 'EADDRINUSE') {
      throw new CannotStart(
        `Something else listens on ${place} already, perhaps another Fanfare. Stop it, or set PORT to a free port (0 chooses one).`,
        { cause: error },
      );
    }
    if (code === 'EACCES') {
      throw new CannotStart(`This user may not listen on ${place}. Set PORT to a port above 1023.`, {
        cause: error,
      });
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new CannotStart(
        `This machine has no address "${config.host}". Set HOST to one of its addresses, or to 0.0.0.0.`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

/** Where people reach this Fanfare. */
export function originOfConfig({ publicUrl, host, port }: Config): string {
  return publicUrl === null
    ? originOf({ port, family: 'IPv4', address: host }, host)
    : new URL(publicUrl).origin;
}

/** The page where the first owner makes their account; on a demo it asks them nothing. */
export function welcomeLink(origin: string, ownerToken: string, demo: boolean): string {
  return `${origin}/welcome${demo ? '?demo' : ''}#${ownerToken}`;
}

/** How this machine reaches its own server. */
function originOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('The HTTP server listens on no port');
  const name =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}

async function organizationName(config: Config): Promise<string> {
  return config.demo ? (await readCast()).organization : 'My organization';
}

/** The demo goes on beside everything else and ends with it. */
function playDemo(parts: { origin: string; token: string; log: Log; closing: Closing }): void {
  const { origin, token, log, closing } = parts;
  const abort = new AbortController();
  const season = loadDemo({ origin, token, signal: abort.signal }).then(
    (loaded) => {
      if (loaded !== null) {
        log.info(
          `The demo season is over: ${loaded.actions} actions of ${loaded.people} people and ${loaded.examples} example events, for ${loaded.webhooks} webhooks. FANFARE_DEMO=off starts without it.`,
        );
      }
    },
    (error: unknown) => {
      if (!abort.signal.aborted) log.warn({ error }, 'The demo ended early');
    },
  );
  closing.add('demo', async () => {
    abort.abort();
    await season;
  });
}
