/**
 * SQLSTATE codes that mean "not now" rather than "not like this"
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const unavailableStates = new Set([
  '25006', // read_only_sql_transaction: a failover is under way, or this is a replica
  '55P03', // lock_not_available: our lock_timeout
  '57014', // query_canceled: our statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up, recovering or stopping
  '57P05', // idle_session_timeout
  '58030', // io_error
]);

/** SQLSTATE classes whose every member means that: connection exceptions and insufficient resources (disk full, too many connections). */
const unavailableClasses = new Set(['08', '53']);

const unavailableSystemErrors = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // the server's Unix socket is gone
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The calls of a connection; the same codes from others are about files. */
const connectionCalls = new Set(['connect', 'getaddrinfo', 'read', 'write']);

/** The driver gives these no code. */
const unavailableMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
  'Cannot use a pool after calling end on the pool',
];

/**
 * Whether an error of a statement says that the database cannot serve just now: refused, terminated, starting up,
 * stopping, read-only, full, out of connections, too slow, or without a partition for the day. The same call may
 * succeed later; whether the failed one was committed is unknown when the connection broke during it.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  if ('code' in error && typeof error.code === 'string') {
    const code = error.code;
    if (unavailableSystemErrors.has(code) && 'syscall' in error)
      return connectionCalls.has(String(error.syscall));
    if (isPartitionMissing(error)) return true;
    if (code.length === 5 && (unavailableStates.has(code) || unavailableClasses.has(code.slice(0, 2))))
      return true;
  }
  if (unavailableMessages.some((message) => error.message.startsWith(message))) return true;
  return error.cause !== undefined && isUnavailable(error.cause);
}

/**
 * Whether a row found no partition for its day: upkeep has not run for two weeks, or the clock that made its id is far
 * off. `ensurePartitions` mends it. Told by the routine, since the message is in the server's language.
 */
export function isPartitionMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === '23514' && 'routine' in error) {
    return error.routine === 'ExecFindPartition';
  }
  return error.cause !== undefined && isPartitionMissing(error.cause);
}
