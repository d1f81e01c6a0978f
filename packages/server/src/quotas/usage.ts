import { idFromUuid, type OrganizationId, uuidOf } from '../ids.ts';
import { addUsage, type Database, readUsage, type UsageRow } from '../storage/index.ts';

/** What an organization used: on all nodes as of the last second, and on this one until now. */
export interface UsageTotals {
  readonly eventsToday: number;
  readonly eventsThisMonth: number;
  readonly deliveriesThisMonth: number;
}

/**
 * Counts events and deliveries by organization and day (UTC). A node adds what it counted to the database once a second,
 * and reads there what the others did for the organizations it is asked about. A node that is killed loses what it
 * counted in that second.
 */
export interface Usage {
  /** One event was accepted. Called on the hot path. */
  count(organization: OrganizationId, deliveries: number): void;
  /** Null until `read` has answered for the organization once. */
  totals(organization: OrganizationId): UsageTotals | null;
  /** Asks the database; from then on `totals` is kept current for as long as it is asked for. */
  read(organization: OrganizationId): Promise<UsageTotals>;
  /** Writes what was counted. */
  close(): Promise<void>;
}

const everyMs = 1_000;
const dayMs = 86_400_000;
/** Whoever was not asked about for so long is forgotten. */
const forgetAfterMs = 60_000;

interface Counted {
  events: number;
  deliveries: number;
}

interface Known {
  readonly day: string;
  readonly eventsOfDay: number;
  readonly eventsOfMonth: number;
  readonly deliveriesOfMonth: number;
  askedAt: number;
}

export function createUsage(parts: {
  readonly database: Pick<Database, 'pool'>;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly onTrouble: (error: unknown) => void;
}): Usage {
  const { database } = parts;
  const known = new Map<OrganizationId, Known>();
  /** By day. What is being written is in `flying`, and comes back when that fails. */
  let pending = new Map<string, Map<OrganizationId, Counted>>();
  let flying: typeof pending = new Map();
  let turn: Promise<void> = Promise.resolve();

  let dayNumber = 0;
  let dayText = '';
  /** As `2026-03-14`. */
  function today(): string {
    const number = Math.floor(parts.now() / dayMs);
    if (number !== dayNumber || dayText === '') {
      dayNumber = number;
      dayText = new Date(number * dayMs).toISOString().slice(0, 10);
    }
    return dayText;
  }

  function countedOn(day: string, organization: OrganizationId): Counted {
    let ofDay = pending.get(day);
    if (ofDay === undefined) {
      ofDay = new Map();
      pending.set(day, ofDay);
    }
    let counted = ofDay.get(organization);
    if (counted === undefined) {
      counted = { events: 0, deliveries: 0 };
      ofDay.set(organization, counted);
    }
    return counted;
  }

  async function write(): Promise<void> {
    if (pending.size === 0) return;
    flying = pending;
    pending = new Map();
    const rows: UsageRow[] = [...flying].flatMap(([day, ofDay]) =>
      [...ofDay].map(([id, counted]) => ({ organizationId: uuidOf(id), day, ...counted })),
    );
    try {
      await addUsage(database, rows);
      // What was written is in what is known, until that is read again.
      for (const [day, ofDay] of flying) for (const [id, counted] of ofDay) remember(id, day, counted);
    } catch (error) {
      for (const [day, ofDay] of flying) {
        for (const [id, lost] of ofDay) {
          const counted = countedOn(day, id);
          counted.events += lost.events;
          counted.deliveries += lost.deliveries;
        }
      }
      throw error;
    } finally {
      flying = new Map();
    }
  }

  function remember(id: OrganizationId, day: string, counted: Counted): void {
    const before = known.get(id);
    if (before === undefined || before.day.slice(0, 7) !== day.slice(0, 7)) return;
    known.set(id, {
      ...before,
      eventsOfDay: before.eventsOfDay + (before.day === day ? counted.events : 0),
      eventsOfMonth: before.eventsOfMonth + counted.events,
      deliveriesOfMonth: before.deliveriesOfMonth + counted.deliveries,
    });
  }

  /** Nothing of this node's is being written meanwhile, so that nothing is seen twice. */
  async function readKnown(ids: readonly OrganizationId[]): Promise<void> {
    if (ids.length === 0) return;
    const day = today();
    for (const row of await readUsage(database, ids.map(uuidOf), day)) {
      const id = idFromUuid('org', row.organizationId);
      known.set(id, { day, ...row, askedAt: known.get(id)?.askedAt ?? parts.now() });
    }
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function tick(): Promise<void> {
    await write();
    const forgotten = parts.now() - forgetAfterMs;
    for (const [id, { askedAt }] of known) if (askedAt < forgotten) known.delete(id);
    await readKnown([...known.keys()]);
  }

  let ticking = false;
  const timer = setInterval(() => {
    if (ticking) return;
    ticking = true;
    inTurn(tick)
      .catch(parts.onTrouble)
      .finally(() => {
        ticking = false;
      });
  }, everyMs);
  timer.unref();

  function totals(organization: OrganizationId): UsageTotals | null {
    const found = known.get(organization);
    if (found === undefined) return null;
    found.askedAt = parts.now();
    const day = today();
    const sameMonth = found.day.slice(0, 7) === day.slice(0, 7);
    let eventsToday = found.day === day ? found.eventsOfDay : 0;
    let eventsThisMonth = sameMonth ? found.eventsOfMonth : 0;
    let deliveriesThisMonth = sameMonth ? found.deliveriesOfMonth : 0;
    for (const counted of [flying, pending]) {
      for (const [countedDay, ofDay] of counted) {
        const mine = ofDay.get(organization);
        if (mine === undefined || countedDay.slice(0, 7) !== day.slice(0, 7)) continue;
        if (countedDay === day) eventsToday += mine.events;
        eventsThisMonth += mine.events;
        deliveriesThisMonth += mine.deliveries;
      }
    }
    return { eventsToday, eventsThisMonth, deliveriesThisMonth };
  }

  return {
    count(organization, deliveries) {
      const counted = countedOn(today(), organization);
      counted.events += 1;
      counted.deliveries += deliveries;
    },
    totals,
    async read(organization) {
      if (!known.has(organization)) await inTurn(() => readKnown([organization]));
      const found = totals(organization);
      if (found === null) throw new Error(`The usage of ${organization} was read and is not known`);
      return found;
    },
    async close() {
      clearInterval(timer);
      await inTurn(write);
    },
  };
}
