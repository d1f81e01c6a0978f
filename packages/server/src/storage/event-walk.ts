import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Schema } from './schema.ts';

/** Which events are meant. Everything that is given must hold. */
export interface EventConditions {
  readonly organizationId: Uuid;
  readonly type: string | null;
  readonly campaignId: Uuid | null;
  /** Any of these people; null: whoever it is about. */
  readonly participants: readonly Uuid[] | null;
  /** Only events that no delivery was made of. */
  readonly withoutDeliveries: boolean;
  /** Bounds over ids, which begin with the time of acceptance: from this one on, and before that one. */
  readonly from: Uuid | null;
  readonly until: Uuid | null;
}

/** Part of the event log, looked through. */
export interface EventsLooked {
  /** Those that are meant, newest first. */
  readonly found: readonly Uuid[];
  /** Everything newer was looked at, and this one; null: down to the oldest. */
  readonly lookedTo: Uuid | null;
}

/** A walk through the events that are meant. Null as an id: from the newest on. */
export interface EventWalk {
  /** Looks at so many below an id. */
  look(below: Uuid | null, many: number): Promise<EventsLooked>;
  /** Below this id no event that is meant is newer than this one, which need not be one. Null: there is none. */
  newestBelow(below: Uuid | null): Promise<Uuid | null>;
}

/** How one walk reads: along one index, whose entries are the events that one condition picks. */
interface Way {
  /** Newest first, below an id: of at most so many, these columns of `events e`. */
  readonly along: (columns: RawBuilder<unknown>, below: Uuid | null, limit: number) => RawBuilder<unknown>;
  /** What the index does not know; null: every entry is meant. */
  readonly rest: RawBuilder<unknown> | null;
}

const idAlone = sql`e.id`;
const whatIsAsked = sql`e.id, e.organization_id, e.type, e.campaign_id, e.participant_id`;
/** With several ways to choose from: how far each is counted to find the shortest. */
const countedEvents = 2_000;

/**
 * Walks the events that are meant, newest first, from below an id on. The walk goes along the index with the fewest entries:
 * `events_by_participant`, `…_campaign`, `…_type`, or `…_organization` where nothing is asked for. Where two conditions
 * are met at different times, as by a campaign that ended and a person who still plays, it leaps over what only one
 * of them meets. What the other conditions leave out is read for nothing otherwise, so whoever calls decides how much of
 * that there may be.
 */
export async function openEventWalk(
  kysely: Kysely<Schema>,
  conditions: EventConditions,
  start: Uuid | null,
): Promise<EventWalk> {
  const ways = waysOf(conditions);
  const way = await shortest(kysely, ways, start);

  async function newestBelow(below: Uuid | null): Promise<Uuid | null> {
    const newest = ways.map((one) => sql`(${one.along(idAlone, below, 1)})`);
    const { rows } = await sql<{ newest: (Uuid | null)[] }>`
      select array[${sql.join(newest)}] as newest`.execute(kysely);
    let lowest: Uuid | null = null;
    for (const id of rows[0]?.newest ?? []) {
      if (id === null) return null;
      if (lowest === null || id < lowest) lowest = id;
    }
    return lowest;
  }

  return {
    newestBelow,
    async look(below, many) {
      let from = below;
      if (ways.length > 1) {
        const newest = await newestBelow(below);
        if (newest === null) return { found: [], lookedTo: null };
        from = following(newest);
      }
      const { rows } = await sql<{ looked: number; last: Uuid | null; found: Uuid[] }>`
        with looked as materialized (
          select e.id, ${way.rest ?? sql`true`} as wanted
            from (${way.along(way.rest === null ? idAlone : whatIsAsked, from, many)}) e
        )
        select (select count(*) from looked)::int as looked,
               (select id from looked order by id limit 1) as last,
               array(select id from looked where wanted order by id desc) as found`.execute(kysely);
      const row = rows[0];
      if (row === undefined) throw new Error('A walk through the events returned nothing');
      return { found: row.found, lookedTo: row.looked < many ? null : row.last };
    },
  };
}

/** The next higher UUID: what lies below it includes this one. */
function following(id: Uuid): Uuid {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

async function shortest(kysely: Kysely<Schema>, ways: readonly Way[], start: Uuid | null): Promise<Way> {
  let [best] = ways;
  if (best === undefined) throw new Error('There is always the way through everything');
  if (ways.length === 1) return best;
  const counts = ways.map(
    (way) => sql`(select count(*)::int from (${way.along(idAlone, start, countedEvents)}) counted)`,
  );
  const { rows } = await sql<{ counts: number[] }>`select array[${sql.join(counts)}] as counts`.execute(
    kysely,
  );
  let fewest = Number.POSITIVE_INFINITY;
  for (const [n, way] of ways.entries()) {
    const count = rows[0]?.counts[n] ?? 0;
    if (count >= fewest) continue;
    best = way;
    fewest = count;
  }
  return best;
}

/** The one that usually has the fewest entries first. */
function waysOf(conditions: EventConditions): Way[] {
  const { organizationId, type, campaignId, participants, withoutDeliveries, from, until } = conditions;
  const ofOrganization = sql`e.organization_id = ${organizationId}`;
  const byParticipant = participants === null ? null : sql`e.participant_id = any (${participants}::uuid[])`;
  const byCampaign = campaignId === null ? null : sql`e.campaign_id = ${campaignId}`;
  const byType = type === null ? null : sql`e.type = ${type}`;
  // Deliveries are never older than their event; saying so also keeps this from being answered out of all of them.
  const undelivered = withoutDeliveries
    ? sql`not exists (select from deliveries d where d.event_id = e.id and d.id >= e.id)`
    : null;
  const bounds = [
    ...(from === null ? [] : [sql`e.id >= ${from}`]),
    ...(until === null ? [] : [sql`e.id < ${until}`]),
  ];
  const along =
    (...picked: RawBuilder<unknown>[]): Way['along'] =>
    (columns, below, limit) => {
      const all = [...picked, ...bounds, ...(below === null ? [] : [sql`e.id < ${below}`])];
      return sql`select ${columns} from events e where ${sql.join(all, sql` and `)} order by e.id desc limit ${limit}`;
    };
  const rest = (...left: (RawBuilder<unknown> | null)[]) => {
    const conditionsLeft = left.filter((one) => one !== null);
    return conditionsLeft.length === 0 ? null : sql.join(conditionsLeft, sql` and `);
  };

  const ways: Way[] = [];
  if (participants !== null) {
    // The index gives the newest of one person; those of several are put together.
    const each = participants.map((id) => along(sql`e.participant_id = ${id}`));
    ways.push({
      along: (columns, below, limit) =>
        sql`select * from (${sql.join(
          each.map((one) => sql`(${one(columns, below, limit)})`),
          sql` union all `,
        )}) e order by e.id desc limit ${limit}`,
      rest: rest(ofOrganization, byCampaign, byType, undelivered),
    });
  }
  if (byCampaign !== null) {
    ways.push({ along: along(byCampaign), rest: rest(ofOrganization, byParticipant, byType, undelivered) });
  }
  if (byType !== null) {
    ways.push({ along: along(ofOrganization, byType), rest: rest(byParticipant, byCampaign, undelivered) });
  }
  if (ways.length === 0) ways.push({ along: along(ofOrganization), rest: rest(undelivered) });
  return ways;
}

/**
 * How many to look at next, after so many that so many were meant of, when so many more are wanted: as many as should
 * hold them, half as many again to be safe, and not many times what was looked at before.
 */
export function nextLook(looked: number, found: number, missing: number): number {
  const most = looked * 8;
  return found === 0 ? most : Math.min(most, Math.ceil((1.5 * missing * looked) / found));
}
