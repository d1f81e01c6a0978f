import { type DatabaseFault, databaseFaultOf, databaseFaults } from '../storage/index.ts';

/** What is known of the database's health, from the errors that everybody else got. */
export interface DatabaseCondition {
  /**
   * Takes note of an error. True when it says something about the database: then the log tells of it, once for as long
   * as it lasts, and no line of its own is needed.
   */
  saw(error: unknown): boolean;
  /** What keeps the database from serving now, for the log; null when nothing does. Answers within seconds. */
  obstacle(): Promise<string | null>;
  close(): void;
}

export interface DatabaseConditionParts {
  /** Resolves when the database answers and takes writes. */
  readonly ping: () => Promise<void>;
  readonly log: { warn(details: object, message: string): void };
  /** Monotonic ms. */
  readonly now: () => number;
}

interface Outage {
  readonly since: number;
  /** When each fault was last seen, in the order in which they were first seen. */
  readonly seen: Map<DatabaseFault, number>;
  failures: number;
  toldAt: number;
}

const probeEveryMs = 1_000;
const pingWithinMs = 2_000;
/** Nothing may have failed for so long before an outage is called over. */
const quietMs = 3_000;
const remindEveryMs = 60_000;

/** Not seen by a ping: reading goes on, and so does what needs no more room. */
const hidden: ReadonlySet<DatabaseFault> = new Set(['disk_full', 'out_of_memory', 'broken_files']);

/** Of some statements, while others succeed: not the beginning of an outage, so there is no end to tell. */
const partial: ReadonlySet<DatabaseFault> = new Set([
  'locked',
  'too_slow',
  'over_a_limit',
  'partition_missing',
]);

export function createDatabaseCondition({ ping, log, now }: DatabaseConditionParts): DatabaseCondition {
  let outage: Outage | null = null;
  let probe: NodeJS.Timeout | null = null;

  function saw(error: unknown): boolean {
    const noted = note(error);
    if (noted !== null) noted.failures += 1;
    return noted !== null;
  }

  function note(error: unknown): Outage | null {
    const fault = databaseFaultOf(error);
    if (fault === null) return null;
    const at = now();
    outage ??= { since: at, seen: new Map(), failures: 0, toldAt: at };
    if (!outage.seen.has(fault)) {
      log.warn(
        { fault, error },
        `${inWords(fault)} Callers get 503, and everything is tried again by itself.`,
      );
    }
    outage.seen.set(fault, at);
    watch();
    return outage;
  }

  function watch(): void {
    if (probe !== null) return;
    probe = setTimeout(() => {
      pinged().then((error) => {
        probe = null;
        if (outage === null) return;
        if (error !== null) note(error);
        if (isOver(outage)) tellEnd(outage);
        else {
          remind(outage);
          watch();
        }
      });
    }, probeEveryMs);
    probe.unref();
  }

  function isOver({ seen }: Outage): boolean {
    const at = now();
    return [...seen.values()].every((last) => at - last > quietMs);
  }

  function tellEnd({ since, seen, failures }: Outage): void {
    outage = null;
    if ([...seen.keys()].every((fault) => partial.has(fault))) return;
    const last = Math.max(...seen.values());
    const facts = { faults: [...seen.keys()], failures, seconds: secondsBetween(since, last) };
    log.warn(facts, 'PostgreSQL serves again.');
  }

  function remind(current: Outage): void {
    const at = now();
    if (at - current.toldAt < remindEveryMs) return;
    current.toldAt = at;
    const faults = [...current.seen.keys()];
    const facts = { faults, failures: current.failures, seconds: secondsBetween(current.since, at) };
    log.warn(facts, 'PostgreSQL still cannot serve; the first line about it says what to do.');
  }

  /** Null when the database answered in time. */
  async function pinged(): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      // In the words of the driver, so that it counts as the same fault.
      timer = setTimeout(() => reject(new Error('Query read timeout')), pingWithinMs);
      timer.unref();
    });
    try {
      await Promise.race([ping(), late]);
      return null;
    } catch (error) {
      return error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    saw,
    async obstacle() {
      const error = await pinged();
      if (error !== null) {
        const fault = databaseFaultOf(error);
        if (fault === null) return `PostgreSQL cannot be used: ${String(error)}`;
        return inWords(fault);
      }
      const at = now();
      for (const [fault, last] of outage?.seen ?? []) {
        if (hidden.has(fault) && at - last <= quietMs) return inWords(fault);
      }
      return null;
    },
    close() {
      if (probe !== null) clearTimeout(probe);
    },
  };
}

function secondsBetween(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

function inWords(fault: DatabaseFault): string {
  const { what, remedy } = databaseFaults[fault];
  return `${what}. ${remedy}`;
}
