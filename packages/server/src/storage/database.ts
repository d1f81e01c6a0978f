import { Socket } from 'node:net';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { createListener, type StopListening } from './listener.ts';
import { inRequestTransaction, letRequestsJoin } from './request-transaction.ts';
import type { Schema } from './schema.ts';

export interface DatabaseSettings {
  /** `postgresql://user@host/name`, or with a Unix socket `postgresql://user@localhost/name?host=/directory`. */
  readonly connectionString: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Connections of the general pool. */
  readonly poolSize?: number;
  /**
   * Connections of the pool for hot statements: two batches of actions, one of events, the outcomes of attempts, a
   * claim and a look-up at a time. More only queue inside PostgreSQL.
   */
  readonly hotPoolSize?: number;
  /**
   * Told of connections lost while nobody was using them and of listening that had to start over. They are replaced
   * by themselves, so nothing needs to be done but to log it.
   */
  readonly onTrouble?: (error: Error) => void;
}

/** What a statement needs: a pool, or a connection inside a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

/** One PostgreSQL database, and the ways Fanfare talks to it. */
export interface Database {
  readonly connectionString: string;
  /** For everything that is not hot. */
  readonly pool: pg.Pool;
  /**
   * For the few statements of the hot path: prepared once, planned once, and only ever through indexes. A statement
   * sent here without a matching index is planned as if sequential scans cost the world: slow, never wrong.
   *
   * What is asked of one connection without waiting in between travels together and is answered in turn. In a
   * transaction the first failure fails everything behind it; so ask for the commit only when all has been answered.
   */
  readonly hotPool: pg.Pool;
  /** Queries of `pool`, typed. */
  readonly kysely: Kysely<Schema>;
  /** Runs the work in one transaction of `pool`; what it throws rolls everything back and is thrown on. */
  transaction<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
  /**
   * Makes one transaction of all that the work asks of `pool` and `kysely`, wherever it asks: their own transactions
   * become savepoints of it. What it throws rolls everything back and is thrown on.
   */
  together<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Hears every `notify` on the channel that is committed after this resolves. The connection is watched and made anew
   * when it is lost; `onReconnected` then says that messages may have been missed, so whatever they keep fresh must
   * be read again. Throws when the database cannot be reached at first.
   */
  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnected: () => void,
  ): Promise<StopListening>;
  /** The payload is text of less than 8,000 bytes. */
  notify(channel: string, payload: string): Promise<void>;
  /** Resolves when the database answers and takes writes; throws when it does not. Room for a write it does not try. */
  ping(): Promise<void>;
  /**
   * Waits for what is under way, then closes every connection; within 5 s in any case, for a server that does not answer
   * says no goodbye either. May be called again.
   */
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;
const hotStatementTimeoutMs = 10_000;
const lockTimeoutMs = 5_000;
/** How much later than the server the driver gives up: for a network that is gone, where no answer will come. */
const answerGraceMs = 5_000;

const closeWithinMs = 5_000;

const generalOptions = '-c jit=off';
const hotOptions =
  '-c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** Opens no connection yet: the first statement does. */
export function openDatabase(settings: DatabaseSettings): Database {
  const { connectionString } = settings;
  const onTrouble = settings.onTrouble ?? (() => {});
  const sockets = new Set<Socket>();
  const openSocket = () => {
    const socket = new Socket();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const shared = {
    stream: openSocket,
    // Without it a statement that gets no answer in time keeps its connection, and whatever is asked of that next, the
    // rollback first of all, waits behind it. With it the connection ends.
    pipeline: true,
    application_name: settings.applicationName ?? 'fanfare',
    connectionTimeoutMillis: connectTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
  };
  const pool = letRequestsJoin(
    openPool(
      {
        ...shared,
        connectionString: withOptions(connectionString, generalOptions),
        max: settings.poolSize ?? 10,
        idleTimeoutMillis: 30_000,
        statement_timeout: statementTimeoutMs,
        query_timeout: statementTimeoutMs + answerGraceMs,
      },
      onTrouble,
    ),
  );
  const hotPool = openPool(
    {
      ...shared,
      connectionString: withOptions(connectionString, hotOptions),
      max: settings.hotPoolSize ?? 6,
      // Prepared statements live as long as their connection.
      idleTimeoutMillis: 0,
      statement_timeout: hotStatementTimeoutMs,
      query_timeout: hotStatementTimeoutMs + answerGraceMs,
    },
    onTrouble,
  );
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const listener = createListener({
    connect: () =>
      new pg.Client({
        connectionString,
        stream: openSocket,
        application_name: shared.application_name,
        connectionTimeoutMillis: connectTimeoutMs,
        query_timeout: connectTimeoutMs,
        keepAlive: true,
      }),
    onTrouble,
  });
  let closing: Promise<void> | null = null;

  async function closeInTime(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
        resolve();
      }, closeWithinMs);
    });
    const inOrder = listener.close().then(async () => {
      await Promise.all([pool.end(), hotPool.end()]);
    });
    await Promise.race([inOrder, late]);
    clearTimeout(timer);
  }

  return {
    connectionString,
    pool,
    hotPool,
    kysely,
    transaction: (work) => kysely.transaction().execute(work),
    together: (work) => inRequestTransaction(pool, work),
    listen: listener.listen,
    async notify(channel, payload) {
      await pool.query('select pg_notify($1, $2)', [channel, payload]);
    },
    async ping() {
      const { rows } = await pool.query<{ read_only: boolean }>(
        `select current_setting('transaction_read_only')::boolean as read_only`,
      );
      if (rows[0]?.read_only === true) throw new ReadOnlyDatabase();
    },
    close() {
      closing ??= closeInTime();
      return closing;
    },
  };
}

/** As if a write had been tried. */
class ReadOnlyDatabase extends Error {
  readonly code = '25006';

  constructor() {
    super('transactions are read-only');
    this.name = 'ReadOnlyDatabase';
  }
}

interface ConnectionSettings extends pg.PoolConfig {
  /** Statements are sent without waiting for the answer to the one before. */
  readonly pipeline?: boolean;
}

function openPool(config: ConnectionSettings, onTrouble: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', onTrouble);
  // A connection that dies while borrowed but idle, between two statements of a transaction, reports to no query:
  // without a listener of its own it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Adds server settings to those the connection string may already carry; on the same setting ours win. */
function withOptions(connectionString: string, options: string): string {
  const [address = '', query = ''] = connectionString.split('?', 2);
  const parameters = new URLSearchParams(query);
  const given = parameters.get('options');
  parameters.set('options', given === null ? options : `${given} ${options}`);
  // URLSearchParams writes spaces as '+', which the driver does not read back.
  return `${address}?${parameters.toString().replaceAll('+', '%20')}`;
}
