import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './database.ts';

/**
 * Everything that waits is due by the database's clock, which may jump: somebody sets it, or the machine slept. What was
 * due by the old time is then brought along, as if no time had passed.
 *
 * - Ahead: leases would end at once, and what their holders have under way would be sent a second time.
 * - Back: whatever is due by the old time would wait until that comes again.
 *
 * A jump ahead is told from time that passed by the monotonic clock of a process that saw both sides of it. A jump back
 * is told from the latest time that the database has shown, which is kept in it: so it is also noticed by a process
 * that starts after it. Whoever is first, of all nodes, brings things along.
 */
export interface ClockWatch {
  /** Notices a jump since the last call, and deals with it. Returns its milliseconds, positive ahead; 0: there was none. */
  look(): Promise<number>;
  /** The same, and notes the time that was seen. To be called every few seconds by one node at least. */
  note(): Promise<number>;
}

/** Smaller jumps ahead are nothing to a lease. */
const aheadToleranceMs = 10_000;
/** A time that was noted longer ago than this was noted before a jump, or before everything stood still. */
const noteLastsMs = 30_000;

/** A transaction that takes a lease is short. */
const commitsWithinMs = 1_000;

const millisecondsOfNow = `(extract(epoch from clock_timestamp()) * 1000)::float8`;

/** The database's time, and the monotonic times between which it was read. */
interface Seen {
  readonly databaseMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export function createClockWatch(parts: {
  readonly database: Pick<Database, 'hotPool' | 'pool'>;
  readonly monotonic: () => number;
  /** No lease lasts longer. */
  readonly longestLeaseMs: number;
}): ClockWatch {
  const { database, monotonic, longestLeaseMs } = parts;
  // So far that a lease of the old time is told from one that was taken after the jump.
  const backToleranceMs = 2 * longestLeaseMs;
  let seen: Seen | null = null;

  /** By how much the database's clock has gone ahead of ours, or back, since the last call, for certain. */
  function jumpSince(now: Seen): number {
    const before = seen;
    seen = now;
    if (before === null) return 0;
    const passedMs = now.databaseMs - before.databaseMs;
    const aheadMs = passedMs - (now.untilMs - before.fromMs);
    const backMs = passedMs - (now.fromMs - before.untilMs);
    return aheadMs > 0 ? aheadMs : Math.min(0, backMs);
  }

  async function deal(jumpMs: number): Promise<number> {
    const gate = await database.pool.connect();
    try {
      await gate.query('begin');
      const { rows } = await gate.query<{ since_ms: number }>(
        `select (extract(epoch from clock_timestamp() - seen_at) * 1000)::float8 as since_ms
           from database_clock for update`,
      );
      const moving = movementFor(jumpMs, rows[0]?.since_ms ?? 0, backToleranceMs);
      if (moving !== null) {
        await move(moving, longestLeaseMs);
        // Rows of transactions that began before the jump and were not committed yet. Leases that were moved are not
        // moved again, as they do not seem to have ended any more; meanwhile nobody who looked at the clock claims.
        if (moving.jumpMs > 0) {
          await pause(commitsWithinMs);
          await move(moving, longestLeaseMs);
        }
      }
      await gate.query('update database_clock set seen_at = clock_timestamp()');
      await gate.query('commit');
      return moving?.jumpMs ?? 0;
    } catch (error) {
      await gate.query('rollback').catch(() => {});
      throw error;
    } finally {
      gate.release();
    }
  }

  /**
   * Table by table, each in a transaction of its own, so that it never holds rows of one while it waits for another:
   * PostgreSQL finds deadlocks by its own clock, and may not find them for as long as that was set back.
   */
  async function move({ jumpMs, statements }: Movement, leaseMs: number): Promise<void> {
    const client = await database.pool.connect();
    try {
      // As many rows as there are may wait.
      await client.query('set statement_timeout = 0');
      for (const text of statements) {
        await client.query(text, [`${Math.abs(jumpMs)} milliseconds`, `${leaseMs} milliseconds`]);
      }
    } finally {
      client.release(true);
    }
  }

  const isJump = (jumpMs: number) => jumpMs > aheadToleranceMs || jumpMs < -backToleranceMs;

  return {
    async look() {
      const fromMs = monotonic();
      const { rows } = await database.hotPool.query<{ now_ms: number }>({
        name: 'look_at_clock',
        text: `select ${millisecondsOfNow} as now_ms`,
      });
      const jumpMs = jumpSince({ databaseMs: nowOf(rows), fromMs, untilMs: monotonic() });
      return isJump(jumpMs) ? deal(jumpMs) : 0;
    },

    async note() {
      const fromMs = monotonic();
      const { rows } = await database.pool.query<{ now_ms: number; noted: boolean }>({
        name: 'note_time',
        text: `with noted as (
                 update database_clock set seen_at = clock_timestamp()
                  where seen_at between clock_timestamp() - $1 * interval '1 millisecond'
                                    and clock_timestamp() + $2 * interval '1 millisecond'
                 returning true)
               select ${millisecondsOfNow} as now_ms, exists (select from noted) as noted`,
        values: [noteLastsMs, backToleranceMs],
      });
      const jumpMs = jumpSince({ databaseMs: nowOf(rows), fromMs, untilMs: monotonic() });
      return isJump(jumpMs) || rows[0]?.noted !== true ? deal(jumpMs) : 0;
    },
  };
}

function nowOf(rows: readonly { readonly now_ms: number }[]): number {
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL did not tell its time');
  return row.now_ms;
}

interface Movement {
  /** Positive ahead. */
  readonly jumpMs: number;
  /** Their parameters: how far, and the longest lease. */
  readonly statements: readonly string[];
}

/** `sinceMs`: how long ago time was noted. Null: there was no jump, or another node has dealt with it and noted that. */
function movementFor(jumpMs: number, sinceMs: number, backToleranceMs: number): Movement | null {
  if (sinceMs < -backToleranceMs) return { jumpMs: sinceMs, statements: backwards };
  if (jumpMs <= aheadToleranceMs || sinceMs <= jumpMs - aheadToleranceMs) return null;
  return { jumpMs, statements: forwards };
}

/**
 * Leases that had not ended when the clock jumped, and none that was taken since. A row that somebody has locked is being
 * settled, and its lease over.
 */
const prolong = (table: string, condition: string) => `
  update ${table} set due_at = due_at + $1::interval
   where ctid = any (array(
     select ctid from ${table}
      where ${condition} and due_at between clock_timestamp() - $1::interval
                                        and clock_timestamp() - $1::interval + $2::interval
        for update skip locked))`;

/** Retries that come early do no harm; leases that end early do. */
const forwards: readonly string[] = [
  prolong('open_deliveries', 'lease is not null'),
  prolong('jobs', `state = 'running' and lease is not null`),
  `update payouts set sent_at = sent_at + $1::interval
    where state = 'sending' and sent_at < clock_timestamp() - $1::interval + $2::interval`,
];

/** A time of the old clock, and of no lease that was taken since the jump. */
const ahead = (column: string) =>
  `${column} > clock_timestamp() + case when lease is null then interval '0' else $2::interval end`;
const farAhead = (column: string) => `${column} > clock_timestamp() + $2::interval`;

/** Everything due at a time of the database, or that nodes show each other as one. */
const backwards: readonly string[] = [
  `update open_deliveries set due_at = due_at - $1::interval where ${ahead('due_at')}`,
  `update jobs set due_at = due_at - $1::interval where state in ('queued', 'running') and ${ahead('due_at')}`,
  `update request_permits set full_at = full_at - $1::interval where ${farAhead('full_at')}`,
  `update webhook_rates set next_at = next_at - $1::interval where ${farAhead('next_at')}`,
  `update webhook_health set probe_at = probe_at - $1::interval where ${farAhead('probe_at')}`,
  `update webhook_health_changes set mail_at = mail_at - $1::interval where ${farAhead('mail_at')}`,
  `update payouts set next_attempt_at = next_attempt_at - $1::interval where ${farAhead('next_attempt_at')}`,
  `update payouts set sent_at = sent_at - $1::interval where state = 'sending' and ${farAhead('sent_at')}`,
];
