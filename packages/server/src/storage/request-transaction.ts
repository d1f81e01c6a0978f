import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import type { Queryable } from './database.ts';

/**
 * One transaction around everything that a request does through the general pool: whoever asks the pool for a connection
 * within `inRequestTransaction` gets the one of the request, and what they begin there becomes a savepoint. So stores
 * need not know whether they run alone or as a part of something larger. The hot pool has no part in it.
 */
interface RequestTransaction {
  readonly connection: Queryable;
  /** The same, in whichever way the driver takes statements. */
  readonly query: Ask;
  readonly afterwards: ((committed: boolean) => unknown)[];
  /** Open ones, the innermost last. */
  readonly savepoints: string[];
  made: number;
  open: boolean;
}

type Ask = (...args: unknown[]) => unknown;

const requests = new AsyncLocalStorage<RequestTransaction>();
let running = 0;

/** The transaction that work of this request belongs to; null when there is none. */
function current(): RequestTransaction | null {
  const request = requests.getStore();
  return request?.open === true ? request : null;
}

async function within<T>(request: RequestTransaction, work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await requests.run(request, work);
  } finally {
    request.open = false;
    running -= 1;
    // Before Node 24 every promise of the process pays for it as long as it is on.
    if (running === 0) requests.disable();
  }
}

function requestOf(connection: Queryable): RequestTransaction {
  const query = connection.query.bind(connection) as Ask;
  return { connection, query, afterwards: [], savepoints: [], made: 0, open: true };
}

/** Runs the work in one transaction of this pool, which must have gone through `letRequestsJoin`. */
export async function inRequestTransaction<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  if (current() !== null) return work();
  const client = await pool.connect();
  const request = requestOf(client);
  let broken: Error | undefined;
  let committed = false;
  try {
    await client.query('begin');
    const result = await within(request, work);
    if (request.savepoints.length > 0) throw new Error('Something of the request is still under way');
    await client.query('commit');
    committed = true;
    return result;
  } catch (error) {
    await client.query('rollback').catch((reason: unknown) => {
      broken = reason instanceof Error ? reason : new Error(String(reason));
    });
    throw error;
  } finally {
    client.release(broken);
    for (const follow of request.afterwards) await follow(committed);
  }
}

/** Lets what the work asks of the general pool see what this transaction, of whichever pool, has written so far. */
export function withinTransaction<T>(connection: Queryable, work: () => Promise<T>): Promise<T> {
  return within(requestOf(connection), work);
}

/**
 * For what is kept in memory and must follow the database: done at once, or after the end of the request's transaction
 * and before its answer, whatever the end is.
 */
export async function afterRequestTransaction(follow: (committed: boolean) => unknown): Promise<void> {
  const request = current();
  if (request === null) await follow(true);
  else request.afterwards.push(follow);
}

/** The connection of the request's transaction, for what would otherwise begin one in another pool. */
export function connectionOfRequest(): Queryable | null {
  return current()?.connection ?? null;
}

/** Makes the pool give out the connection of the request's transaction within one. */
export function letRequestsJoin(pool: pg.Pool): pg.Pool {
  const connect = pool.connect.bind(pool) as Ask;
  const query = pool.query.bind(pool) as Ask;
  const connectOrJoin: Ask = (...args) => {
    const request = current();
    if (request === null) return connect(...args);
    const [callback] = args;
    if (typeof callback !== 'function') return Promise.resolve(guestOf(request));
    return callback(undefined, guestOf(request), () => {});
  };
  const queryOrJoin: Ask = (...args) => (current()?.query ?? query)(...args);
  return Object.defineProperties(pool, {
    connect: { value: connectOrJoin },
    query: { value: queryOrJoin },
  });
}

/** As a connection of its own looks to whoever borrows it. */
function guestOf(request: RequestTransaction) {
  const query: Ask = (statement, ...rest) => {
    if (!request.open) throw new Error('The transaction of the request has ended');
    const text = textOf(statement)?.trim().toLowerCase() ?? '';
    if (text === 'begin' || text.startsWith('start transaction')) {
      request.made += 1;
      const name = `request_${request.made}`;
      request.savepoints.push(name);
      return request.query(`savepoint ${name}`);
    }
    if (text !== 'commit' && text !== 'rollback') return request.query(statement, ...rest);
    const name = request.savepoints.at(-1);
    if (name === undefined) throw new Error(`Found ${text} without a transaction`);
    if (text === 'commit') return releaseSavepoint(request, name);
    request.savepoints.pop();
    return request.query(`rollback to savepoint ${name}; release savepoint ${name}`);
  };
  return { query, release() {} };
}

/** It is there until it is gone: who cannot release it, as when the connection broke, goes on to roll it back. */
async function releaseSavepoint(request: RequestTransaction, name: string): Promise<unknown> {
  const result = await request.query(`release savepoint ${name}`);
  request.savepoints.splice(request.savepoints.indexOf(name), 1);
  return result;
}

function textOf(statement: unknown): string | null {
  if (typeof statement === 'string') return statement;
  if (typeof statement !== 'object' || statement === null || !('text' in statement)) return null;
  return typeof statement.text === 'string' ? statement.text : null;
}
