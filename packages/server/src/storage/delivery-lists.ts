import { type Kysely, type RawBuilder, sql } from 'kysely';
import { firstUuidAt, type Uuid, uuidTimeMs } from '../ids.ts';
import { type AttemptFilter, asksForFailure, decidedBy } from './deciding-attempts.ts';
import { type EventConditions, type EventWalk, nextLook, openEventWalk } from './event-walk.ts';
import type { DeliveryFilter, DeliveryState } from './history-store.ts';
import type { Schema } from './schema.ts';

/*
 * Lists of deliveries answer at once however many there are and whatever is asked for. What one index answers is read
 * through it. Where conditions that are frequent each are seldom met together, somebody has to look through what meets the
 * first to find what meets the second; then a page looks through so much and no more, shows what it found, and says
 * where the next one goes on.
 */

/** A delivery and its event: where it stands in either order. */
export interface DeliveryKey {
  readonly id: Uuid;
  readonly event_id: Uuid;
}

export interface DeliveryKeys {
  readonly keys: readonly DeliveryKey[];
  /** Where to go on; null: there is nothing more. */
  readonly next: DeliveryKey | null;
}

export interface DeliveryListRequest {
  readonly organizationId: Uuid;
  readonly filter: DeliveryFilter;
  /** The ids of the person asked for, and of everybody who was merged into them; null: anybody. */
  readonly participants: readonly Uuid[] | null;
  /** The last of the page before. */
  readonly after: DeliveryKey | null;
  readonly limit: number;
  readonly now: Date;
}

/** How much one page looks through. */
export interface LookLimits {
  /** Deliveries, for those in a state or of events that are meant. */
  readonly deliveries: number;
  /** Deliveries, for those whose attempts are meant. */
  readonly attempted: number;
  /** Deliveries, for those whose receiver answered with some text. */
  readonly answered: number;
  /** Events, for those that are meant. */
  readonly events: number;
  /** Events that are meant, for their deliveries. */
  readonly fannedOut: number;
  /** So few events are asked for their deliveries in any case. */
  readonly fewEvents: number;
}

/** Some 30 ms of looking, once what is looked at is in memory. */
const usualLookLimits: LookLimits = {
  deliveries: 5_000,
  attempted: 1_000,
  answered: 500,
  events: 5_000,
  fannedOut: 1_000,
  fewEvents: 500,
};

/** How many events are asked for their deliveries at first: one may have thousands. */
const firstFanOut = 8;
/** Nothing is older, in either order. */
const nothingLeft: Uuid = '00000000-0000-0000-0000-000000000000';

type AskedOfEvent = Pick<DeliveryFilter, 'participantId' | 'campaignId' | 'eventType'>;
type AskedOfDelivery = Pick<DeliveryFilter, 'webhookUid' | 'eventId' | 'state' | 'since' | 'attempt'>;

/**
 * Where something is asked of events alone, their index finds them and the list is in their order, the newest events
 * first. Everything else is in the order of the deliveries. The two are the same, unless a replay sent an old event again.
 */
export function isByEvent(filter: AskedOfEvent & Partial<Record<keyof AskedOfDelivery, unknown>>): boolean {
  return asksOfEvent(filter) && !findsDeliveries(filter);
}

function asksOfEvent({ participantId, campaignId, eventType }: AskedOfEvent): boolean {
  return participantId !== undefined || campaignId !== undefined || eventType !== undefined;
}

/** Something by which an index finds deliveries, and not nearly all of them. */
function findsDeliveries({
  webhookUid,
  eventId,
  state,
  since,
  attempt,
}: Partial<Record<keyof AskedOfDelivery, unknown>>): boolean {
  const rareState = state !== undefined && state !== 'delivered';
  const found = [webhookUid, eventId, since, attempt].some((asked) => asked !== undefined);
  return found || rareState;
}

/** Newest first. */
export async function listDeliveryKeys(
  kysely: Kysely<Schema>,
  request: DeliveryListRequest,
  looks: LookLimits = usualLookLimits,
): Promise<DeliveryKeys> {
  return isByEvent(request.filter)
    ? inOrderOfEvents(kysely, request, looks)
    : inOrderOfDeliveries(kysely, request, looks);
}

type Table = 'open_deliveries' | 'closed_deliveries';

/** Where to look: a table and, where an index has its deliveries by state, the state. */
interface Place {
  readonly table: Table;
  readonly state: DeliveryState | undefined;
}

/** Open ones first. Of what may have failed, what arrived is left out. */
function placesOf({ state, attempt }: DeliveryFilter): readonly Place[] {
  if (attempt === undefined || !asksForFailure(attempt)) {
    return tablesOf(state).map((table) => ({ table, state }));
  }
  if (state === 'delivered') return [];
  if (state !== undefined) return tablesOf(state).map((table) => ({ table, state }));
  return [
    { table: 'open_deliveries', state: undefined },
    { table: 'closed_deliveries', state: 'exhausted' },
    { table: 'closed_deliveries', state: 'cancelled' },
  ];
}

/** The tables that hold deliveries in this state. */
function tablesOf(state: DeliveryState | undefined): readonly Table[] {
  if (state === undefined) return ['open_deliveries', 'closed_deliveries'];
  return state === 'pending' || state === 'retrying' || state === 'parked'
    ? ['open_deliveries']
    : ['closed_deliveries'];
}

/** Of one table: what its indexes find, and what each row found must be asked. */
interface Conditions {
  readonly indexed: readonly RawBuilder<unknown>[];
  readonly asked: RawBuilder<unknown> | null;
}

/**
 * `closed_deliveries_by_organization`, `…_by_webhook`, `…_by_event`, and for the rare states `…_undelivered_by_state` and
 * `…_undelivered_by_webhook`; `open_deliveries_by_organization`, `…_by_event`, `…_parked` and `…_parked_by_webhook`.
 */
function conditionsOf({ table, state }: Place, { organizationId, filter }: DeliveryListRequest): Conditions {
  const { webhookUid, eventId, since, until } = filter;
  const indexed: RawBuilder<unknown>[] = [sql`d.organization_id = ${organizationId}`];
  if (webhookUid !== undefined) indexed.push(sql`d.webhook_uid = ${webhookUid}`);
  if (eventId !== undefined) indexed.push(sql`d.event_id = ${eventId}`);
  if (since !== undefined) indexed.push(sql`d.id >= ${firstUuidAt(since.getTime())}`);
  if (until !== undefined) indexed.push(sql`d.id < ${firstUuidAt(until.getTime())}`);
  if (table === 'open_deliveries') {
    indexed.push(sql`not d.extra`);
    if (state === undefined) return { indexed, asked: null };
    if (state === 'parked') return { indexed: [...indexed, sql`d.parked_at is not null`], asked: null };
    const attempted = state === 'pending' ? sql`d.attempts = 0` : sql`d.attempts > 0`;
    return { indexed, asked: sql`(${attempted} and d.parked_at is null)` };
  }
  if (state === undefined) return { indexed, asked: null };
  if (state === 'delivered') return { indexed, asked: sql`d.state = 'delivered'` };
  // Written out, because a parameter would not let the partial index be chosen.
  return { indexed: [...indexed, sql`d.state <> 'delivered'`, sql`d.state = ${state}`], asked: null };
}

function all(conditions: readonly (RawBuilder<unknown> | null)[]): RawBuilder<unknown> {
  return sql.join(
    conditions.filter((one) => one !== null),
    sql` and `,
  );
}

async function inOrderOfDeliveries(
  kysely: Kysely<Schema>,
  request: DeliveryListRequest,
  looks: LookLimits,
): Promise<DeliveryKeys> {
  const { filter, limit } = request;
  let leap: Leap | null = null;
  if (asksOfEvent(filter)) {
    const below = request.after?.id ?? null;
    const walk = await openEventWalk(kysely, eventConditions(request), below);
    const { found, lookedTo } = await walk.look(below, looks.fewEvents);
    if (lookedTo === null) {
      const page = await ofFewEvents(kysely, found, request, looks);
      if (page !== null) return page;
    }
    leap = await openLeap(kysely, request, walk);
  }
  // One after the other, open ones first: what ends meanwhile is found in both, and could be in neither the other way.
  const looked: Looked[] = [];
  for (const place of placesOf(filter)) {
    looked.push(await lookThrough(kysely, place, request, leap, mostLooked(filter, looks)));
  }
  // What is older than where the looking ended in one table would come too early.
  const floor = looked
    .map(({ lookedTo }) => lookedTo)
    .filter((id) => id !== null)
    .reduce<Uuid | null>((newest, id) => (newest === null || id > newest ? id : newest), null);
  const found = new Map(looked.flatMap((one) => one.found).map((key) => [key.id, key]));
  const keys = [...found.values()]
    .filter(({ id }) => floor === null || id >= floor)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  return pageOf(keys, limit, floor === null ? null : { id: floor, event_id: nothingLeft });
}

function mostLooked({ attempt }: DeliveryFilter, looks: LookLimits): number {
  if (attempt === undefined) return looks.deliveries;
  return attempt.error === undefined ? looks.attempted : looks.answered;
}

/** Null: these few events have so many deliveries that their attempts are too many to look at. */
async function ofFewEvents(
  kysely: Kysely<Schema>,
  events: readonly Uuid[],
  request: DeliveryListRequest,
  looks: LookLimits,
): Promise<DeliveryKeys | null> {
  const { filter, limit, now } = request;
  const { attempt } = filter;
  if (attempt === undefined) return pageOf(await deliveriesOf(kysely, events, request, 'id'), limit, null);
  const most = mostLooked(filter, looks);
  const all = await deliveriesOf(kysely, events, { ...request, limit: most }, 'id');
  return all.length > most ? null : pageOf(await meant(kysely, all, attempt, now), limit, null);
}

async function meant(
  kysely: Kysely<Schema>,
  keys: readonly DeliveryKey[],
  attempt: AttemptFilter | undefined,
  now: Date,
): Promise<readonly DeliveryKey[]> {
  if (attempt === undefined) return keys;
  const ids = keys.map(({ id }) => id);
  const decided = await decidedBy(kysely, ids, attempt, now);
  return keys.filter(({ id }) => decided.has(id));
}

interface Looked {
  readonly found: readonly DeliveryKey[];
  /** Everything newer was looked at, and this one; null: down to the oldest. */
  readonly lookedTo: Uuid | null;
}

/** As many as a page shows and one more, from one place, looking at no more than `most`. */
async function lookThrough(
  kysely: Kysely<Schema>,
  place: Place,
  request: DeliveryListRequest,
  leap: Leap | null,
  most: number,
): Promise<Looked> {
  const { filter, limit, now } = request;
  const found: DeliveryKey[] = [];
  let below = request.after?.id ?? null;
  let looked = 0;
  let size = limit + 1;
  for (;;) {
    if (leap !== null) below = await leap(below);
    if (below === nothingLeft) return { found, lookedTo: null };
    const step = await lookAt(kysely, place, request, below, size);
    found.push(...(await meant(kysely, step.found, filter.attempt, now)));
    if (found.length > limit || step.lookedTo === null) return { found, lookedTo: null };
    looked += size;
    if (looked >= most) return { found, lookedTo: step.lookedTo };
    below = step.lookedTo;
    size = Math.min(nextLook(looked, found.length, limit + 1 - found.length), most - looked);
  }
}

async function lookAt(
  kysely: Kysely<Schema>,
  place: Place,
  request: DeliveryListRequest,
  below: Uuid | null,
  look: number,
): Promise<Looked> {
  const { filter, participants } = request;
  const { table } = place;
  const { indexed, asked } = conditionsOf(place, request);
  const before = below === null ? null : sql`d.id < ${below}`;
  const ofEvent = all([
    sql`e.id = l.event_id`,
    filter.campaignId === undefined ? null : sql`e.campaign_id = ${filter.campaignId}`,
    filter.eventType === undefined ? null : sql`e.type = ${filter.eventType}`,
    participants === null ? null : sql`e.participant_id = any (${participants}::uuid[])`,
  ]);
  // The limit keeps events from being joined in a way that statistics suggest and that reads all there are.
  const ofMeantEvents = asksOfEvent(filter)
    ? sql`cross join lateral (select from events e where ${ofEvent} limit 1) e`
    : sql``;
  const { rows } = await sql<{ looked: number; last: Uuid | null; ids: Uuid[]; events: Uuid[] }>`
    with looked as materialized (
      select d.id, d.event_id, ${asked ?? sql`true`} as wanted
        from ${sql.table(table)} d where ${all([...indexed, before])} order by d.id desc limit ${look}
    ), found as materialized (
      select l.id, l.event_id from (select * from looked where wanted) l ${ofMeantEvents}
    )
    select (select count(*) from looked)::int as looked,
           (select id from looked order by id limit 1) as last,
           array(select id from found order by id desc) as ids,
           array(select event_id from found order by id desc) as events`.execute(kysely);
  const row = rows[0];
  if (row === undefined) throw new Error(`Looking through ${table} returned nothing`);
  const found = row.ids.map((id, n) => ({ id, event_id: row.events[n] ?? nothingLeft }));
  return { found, lookedTo: row.looked < look ? null : row.last };
}

/** From below which delivery to look on when the next wanted one is below this; `nothingLeft`: there is none. */
type Leap = (below: Uuid | null) => Promise<Uuid | null>;

/** An event's id is made before its deliveries', by no more than statements and a busy node may take. */
const acceptedWithinMs = 60_000;

/**
 * Leaps over deliveries of events that are not meant, as far as the indexes of events tell: to a campaign that ended a month ago
 * in one step. Deliveries follow their events within a moment, unless a replay made them: where there was one, each
 * delivery is looked at.
 */
async function openLeap(
  kysely: Kysely<Schema>,
  { organizationId }: DeliveryListRequest,
  walk: EventWalk,
): Promise<Leap> {
  const replay = await kysely
    .selectFrom('jobs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('kind', '=', 'replay')
    .limit(1)
    .executeTakeFirst();
  return async (id) => {
    const newest = await walk.newestBelow(id);
    if (newest === null) return nothingLeft;
    if (replay !== undefined) return id;
    const bound = firstUuidAt(uuidTimeMs(newest) + acceptedWithinMs);
    return id === null || bound < id ? bound : id;
  };
}

function eventConditions({ organizationId, filter, participants }: DeliveryListRequest): EventConditions {
  return {
    organizationId,
    type: filter.eventType ?? null,
    campaignId: filter.campaignId ?? null,
    participants,
    withoutDeliveries: false,
    from: null,
    until: filter.until === undefined ? null : firstUuidAt(filter.until.getTime()),
  };
}

/** Events that are meant, a few at a time, with their deliveries. */
async function inOrderOfEvents(
  kysely: Kysely<Schema>,
  request: DeliveryListRequest,
  looks: LookLimits,
): Promise<DeliveryKeys> {
  const { after, limit } = request;
  const keys: DeliveryKey[] = [];
  let below = after?.event_id ?? null;
  // The event of the last delivery shown may have more of them.
  let begun = after === null ? [] : [after.event_id];
  const walk = await openEventWalk(kysely, eventConditions(request), below);
  let looked = 0;
  let fannedOut = 0;
  let size = firstFanOut;
  for (;;) {
    const { found, lookedTo } = await walk.look(below, size);
    const events = [...begun, ...found];
    begun = [];
    if (events.length > 0) keys.push(...(await deliveriesOf(kysely, events, request, 'event_id')));
    if (keys.length > limit) return pageOf(keys, limit, null);
    if (lookedTo === null) return { keys, next: null };
    below = lookedTo;
    looked += size;
    fannedOut += found.length;
    if (looked >= looks.events || fannedOut >= looks.fannedOut) {
      return { keys, next: { event_id: lookedTo, id: nothingLeft } };
    }
    // All of what is looked at next may be meant.
    size = Math.min(
      nextLook(looked, keys.length, limit + 1 - keys.length),
      looks.events - looked,
      looks.fannedOut - fannedOut,
    );
  }
}

/** Of these events, given newest first, what comes after the last delivery shown; as many as a page shows and one more. */
async function deliveriesOf(
  kysely: Kysely<Schema>,
  events: readonly Uuid[],
  request: DeliveryListRequest,
  order: keyof DeliveryKey,
): Promise<readonly DeliveryKey[]> {
  const { filter, after, limit, now } = request;
  // No delivery is older than its event, and no clock is a day ahead: partitions that cannot hold any are left out.
  const within = sql`d.id >= e.id and d.id < ${firstUuidAt(now.getTime() + 86_400_000)}`;
  const sameEvent = order === 'event_id' ? sql`d.event_id <> ${after?.event_id} or` : sql``;
  const rest = after === null ? null : sql`(${sameEvent} d.id < ${after.id})`;
  const places = placesOf(filter);
  if (places.length === 0) return [];
  const branches = places.map((place) => {
    const { table } = place;
    const { indexed, asked } = conditionsOf(place, request);
    const conditions = all([sql`d.event_id = e.id`, within, ...indexed, asked, rest]);
    return sql`(select d.id, d.event_id from ${sql.table(table)} d where ${conditions} order by d.id desc limit ${limit + 1})`;
  });
  const { rows } = await sql<DeliveryKey>`
    select d.id, d.event_id
      from unnest(${events}::uuid[]) with ordinality as e (id, n)
           cross join lateral (${sql.join(branches, sql` union all `)}) d
     order by ${order === 'event_id' ? sql`e.n,` : sql``} d.id desc limit ${limit + 1}`.execute(kysely);
  return rows;
}

/** `end`: how far was looked, when that was not to the end. */
function pageOf(found: readonly DeliveryKey[], limit: number, end: DeliveryKey | null): DeliveryKeys {
  if (found.length <= limit) return { keys: found, next: end };
  const keys = found.slice(0, limit);
  return { keys, next: keys.at(-1) ?? null };
}
