/** What keeps a database from serving, as its operator would name it. */
export type DatabaseFault =
  | 'unreachable'
  | 'not_answering'
  | 'stopping_or_starting'
  | 'read_only'
  | 'disk_full'
  | 'out_of_connections'
  | 'out_of_memory'
  | 'over_a_limit'
  | 'broken_files'
  | 'access_refused'
  | 'locked'
  | 'too_slow'
  | 'partition_missing';

/** For the operator's log: what is wrong, and what ends it. Never for callers of the API. */
export const databaseFaults: Readonly<
  Record<DatabaseFault, { readonly what: string; readonly remedy: string }>
> = {
  unreachable: {
    what: 'PostgreSQL cannot be reached, or its connections break off',
    remedy: 'Check that it runs and that the network to it works.',
  },
  not_answering: {
    what: 'PostgreSQL takes connections but does not answer in time',
    remedy: 'Check the load of its machine, its disk, and the network to it.',
  },
  stopping_or_starting: {
    what: 'PostgreSQL is stopping, starting or recovering',
    remedy: 'Wait for it; if it does not come back, its own log says why.',
  },
  read_only: {
    what: 'PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on',
    remedy: 'Point DATABASE_URL at the primary, or turn that setting off.',
  },
  disk_full: {
    what: 'PostgreSQL has no room left on its disk',
    remedy:
      'Make the volume of its data directory larger, or free room on it; `fanfare storage` tells what its tables hold.',
  },
  out_of_connections: {
    what: 'PostgreSQL gives out no more connections',
    remedy:
      'Raise max_connections or the limit of the role or database, or close what holds them (pg_stat_activity). A Fanfare needs up to 20.',
  },
  out_of_memory: {
    what: 'PostgreSQL is out of memory',
    remedy: 'Give its machine more, or lower shared_buffers, work_mem or max_connections.',
  },
  over_a_limit: {
    what: 'PostgreSQL refuses what goes over one of its configured limits',
    remedy: 'The error beside this names the limit; raise it.',
  },
  broken_files: {
    what: 'PostgreSQL cannot read or write its files',
    remedy: 'Look into its log and at the health of its disk before anything else is done.',
  },
  access_refused: {
    what: 'PostgreSQL does not let Fanfare in: user, password or database are not, or no longer, right',
    remedy: 'Check DATABASE_URL and pg_hba.conf, and that the database takes connections.',
  },
  locked: {
    what: 'Statements wait too long for locks that others hold in PostgreSQL',
    remedy: 'Look for long transactions in pg_stat_activity, and for maintenance that locks tables.',
  },
  too_slow: {
    what: 'Statements take too long in PostgreSQL and are cancelled',
    remedy: 'Check the load of its machine and its disk, and that autovacuum keeps up.',
  },
  partition_missing: {
    what: 'Tables have no partition for the day of a row',
    remedy:
      'It is made at once. If this comes again, check that a node with the role upkeep runs, and the clocks.',
  },
};

/** SQLSTATE codes that mean "not now" rather than "not like this" (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const faultsByState: Readonly<Partial<Record<string, DatabaseFault>>> = {
  '25006': 'read_only', // read_only_sql_transaction
  '25P03': 'too_slow', // idle_in_transaction_session_timeout: it was we who stood still, or the network
  '3D000': 'access_refused', // invalid_catalog_name: the database is gone
  '40P01': 'locked', // deadlock_detected: a migration of a newer version is under way, or maintenance by hand
  '53100': 'disk_full',
  '53200': 'out_of_memory',
  '53300': 'out_of_connections',
  '55000': 'access_refused', // object_not_in_prerequisite_state: the database takes no connections
  '55P03': 'locked', // lock_not_available: our lock_timeout
  '57014': 'too_slow', // query_canceled: our statement_timeout
  '57P04': 'access_refused', // database_dropped
  '57P05': 'unreachable', // idle_session_timeout
  '58030': 'broken_files', // io_error
};

/** SQLSTATE classes whose other members all mean that. */
const faultsByClass: Readonly<Partial<Record<string, DatabaseFault>>> = {
  '08': 'unreachable', // connection exceptions
  '28': 'access_refused', // invalid authorization: wrong password, no entry in pg_hba.conf
  '53': 'over_a_limit', // insufficient resources
  '57': 'stopping_or_starting', // operator intervention
};

const systemErrors = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE', // this process has no socket left
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOENT', // the server's Unix socket is gone
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The calls of a connection; the same codes from others are about files. */
const connectionCalls = new Set(['connect', 'getaddrinfo', 'read', 'write']);

/** How messages of the driver begin, which gives them no code. */
const faultsByMessage: readonly (readonly [beginning: string, fault: DatabaseFault])[] = [
  ['Connection terminated due to connection timeout', 'not_answering'],
  ['Connection terminated', 'unreachable'],
  ['timeout exceeded when trying to connect', 'not_answering'],
  ['timeout expired', 'not_answering'],
  ['Client has encountered a connection error and is not queryable', 'unreachable'],
  ['Client was closed and is not queryable', 'unreachable'],
  ['Query read timeout', 'not_answering'],
  ['Cannot use a pool after calling end on the pool', 'unreachable'],
];

/**
 * What an error of a statement says about the database; null when it says something about the statement. The same call
 * may succeed later.
 */
export function databaseFaultOf(error: unknown): DatabaseFault | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof AggregateError) {
    for (const one of error.errors) {
      const fault = databaseFaultOf(one);
      if (fault !== null) return fault;
    }
  }
  return ownFault(error) ?? (error.cause === undefined ? null : databaseFaultOf(error.cause));
}

/** Faults that may come between a commit and word of it. */
const silencing: ReadonlySet<DatabaseFault> = new Set([
  'unreachable',
  'not_answering',
  'stopping_or_starting',
]);

/** Whether what failed may have been committed all the same. */
export function mayHaveHappened(error: unknown): boolean {
  const fault = databaseFaultOf(error);
  return fault !== null && silencing.has(fault);
}

/** Whether it took as long as anything may to fail: what waits behind it would only wait as long again. */
export function timedOut(error: unknown): boolean {
  const fault = databaseFaultOf(error);
  return fault === 'not_answering' || fault === 'too_slow';
}

/** Whether an error of a statement says that the database cannot serve just now. */
export function isUnavailable(error: unknown): boolean {
  return databaseFaultOf(error) !== null;
}

function ownFault(error: Error): DatabaseFault | null {
  if ('code' in error && typeof error.code === 'string') {
    const { code } = error;
    if ('syscall' in error && systemErrors.has(code)) {
      return connectionCalls.has(String(error.syscall)) ? 'unreachable' : null;
    }
    if (hasNoPartition(error)) return 'partition_missing';
    // Anywhere else the same state says that a statement came at the wrong time.
    if (code === '55000' && routineOf(error) !== 'CheckMyDatabase') return null;
    const fault = code.length === 5 ? (faultsByState[code] ?? faultsByClass[code.slice(0, 2)]) : undefined;
    if (fault !== undefined) return fault;
  }
  return faultsByMessage.find(([beginning]) => error.message.startsWith(beginning))?.[1] ?? null;
}

/**
 * Whether a row found no partition for its day: upkeep has not run for two weeks, or the clock that made its id is far
 * off. `ensurePartitions` mends it.
 */
export function isPartitionMissing(error: unknown): boolean {
  return databaseFaultOf(error) === 'partition_missing';
}

function hasNoPartition(error: Error): boolean {
  return 'code' in error && error.code === '23514' && routineOf(error) === 'ExecFindPartition';
}

/** The function of PostgreSQL that complained. The message is in the server's language and cannot be told by. */
function routineOf(error: Error): unknown {
  return 'routine' in error ? error.routine : null;
}
