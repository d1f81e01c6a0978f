import type { Database } from '@fanfare/server/storage';
import { type DeliveryId, idFromUuid, uuidOf } from '../packages/server/src/ids.ts';
import type { Kill, Target } from './installation.ts';
import type { Ledger } from './load.ts';
import { type Inbox, personIn } from './messages.ts';
import type { Arrival, Receivers } from './receivers.ts';
import { differences, type Verdicts } from './verdicts.ts';
import { receiverNames, type World } from './world.ts';

export interface DeliveryParts {
  readonly database: Database;
  readonly receivers: Receivers;
  readonly world: World;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly kills: readonly Kill[];
  readonly verdicts: Verdicts;
}

/** Every event that was acknowledged arrived, and nothing else did. */
export function everythingArrived(
  { receivers, world, ledger, inbox, verdicts }: DeliveryParts,
  names: readonly ('log' | 'late')[],
): void {
  const own = new Set(inbox('everybody').map(({ eventId }) => eventId));
  const eventsAt = (name: 'log' | 'late') =>
    new Set(receivers.arrivals(world.receivers[name]).map(({ eventId }) => eventId));
  const published = new Set(ledger.published.keys());
  for (const name of names) {
    const found = new Set([...eventsAt(name)].filter((id) => !own.has(id)));
    const wrong = differences(published, found, {
      missing: `was acknowledged, and did not arrive at "${name}"`,
      extra: `arrived at "${name}", and no answer named it`,
    });
    const lost = wrong.filter((text) => text.includes('did not arrive'));
    verdicts.add(name === 'log' ? 'arrived' : 'replay', published.size, lost);
    // What was asked for under a key until it was answered has the id that the answer named, and no other.
    verdicts.add(
      'once',
      published.size,
      wrong.filter((text) => !lost.includes(text)),
    );
  }
  // `slow` wants everything that happens to live participants; the others of the campaign are held against the ledger.
  const slow = new Set(receivers.arrivals(world.receivers.slow).map(({ eventId }) => eventId));
  const live = inbox('everybody').filter((message) => personIn(message) !== world.tester);
  verdicts.add(
    'arrived',
    live.length,
    differences(new Set(live.map(({ eventId }) => eventId)), slow, {
      missing: 'did not arrive at "slow"',
      extra: 'arrived at "slow", and belongs to no live participant',
    }),
  );
}

/** What a receiver turned away came again until it was acknowledged. */
export function everythingWasAcknowledged({ receivers, world, verdicts }: DeliveryParts): void {
  for (const name of receiverNames) {
    const acknowledged = new Map<string, boolean>();
    for (const { deliveryId, status } of receivers.arrivals(world.receivers[name])) {
      acknowledged.set(deliveryId, acknowledged.get(deliveryId) === true || status === 204);
    }
    const wrong = [...acknowledged].filter(([, one]) => !one);
    verdicts.add(
      'arrived',
      acknowledged.size,
      wrong.map(([id]) => `${id} arrived at "${name}" and was never acknowledged`),
    );
  }
}

/** Of requests that came again although they had been acknowledged. */
export interface Duplicates {
  /** How many, by what was killed while the acknowledged one was in flight. */
  readonly explained: ReadonlyMap<Target, number>;
  readonly unexplained: number;
  /** The longest that an acknowledged request had been answered at that kill, ms. */
  readonly latestAnswerMs: number;
}

/**
 * From the answer until its outcome is committed. Outcomes are gathered for some milliseconds and written in batches,
 * which takes longer while everything on a small machine starts anew.
 */
const settlesWithinMs = 2_000;

/** Each request for what had been acknowledged is explained by a kill at which the acknowledged one was in flight. */
export async function duplicatesAreExplained({
  database,
  receivers,
  world,
  kills,
  verdicts,
}: DeliveryParts): Promise<Duplicates> {
  const late: LateDuplicate[] = [];
  const explained = new Map<Target, number>();
  let latestAnswerMs = 0;
  let requests = 0;
  for (const name of receiverNames) {
    const acknowledged = new Map<string, Arrival>();
    for (const arrival of receivers.arrivals(world.receivers[name])) {
      requests += 1;
      const before = acknowledged.get(arrival.deliveryId);
      if (before !== undefined) {
        const kill = killThatExplains(before, kills);
        if (kill === null) late.push({ name, before, again: arrival });
        else {
          explained.set(kill.target, (explained.get(kill.target) ?? 0) + 1);
          latestAnswerMs = Math.max(latestAnswerMs, kill.atMs - (before.answeredAtMs ?? kill.atMs));
        }
      }
      if (arrival.status === 204) acknowledged.set(arrival.deliveryId, arrival);
    }
  }
  const wrong: string[] = [];
  const onRecord = await acknowledgedOnRecord(database, late);
  for (const { name, before, again } of late) {
    const kill = onRecord.has(before.deliveryId) ? null : killBetween(before, again, kills);
    if (kill === null) wrong.push(`${again.deliveryId} to "${name}": ${story(before, again, kills)}`);
    else {
      explained.set(kill.target, (explained.get(kill.target) ?? 0) + 1);
      latestAnswerMs = Math.max(latestAnswerMs, kill.atMs - (before.answeredAtMs ?? kill.atMs));
    }
  }
  verdicts.add('duplicates', requests, wrong);
  return { explained, unexplained: wrong.length, latestAnswerMs };
}

/** Acknowledged longer before the next kill than settling takes. */
interface LateDuplicate {
  readonly name: string;
  readonly before: Arrival;
  readonly again: Arrival;
}

/**
 * Those of which two acknowledgements are on record: the first was committed, so nothing excuses the second. While
 * PostgreSQL recovers, outcomes wait in memory for as long as that takes; one that a kill took with it is on no record.
 */
async function acknowledgedOnRecord(
  database: Database,
  late: readonly LateDuplicate[],
): Promise<ReadonlySet<string>> {
  if (late.length === 0) return new Set();
  const { rows } = await database.pool.query<{ delivery_id: string }>(
    `select delivery_id from attempts where delivery_id = any ($1::uuid[]) and acknowledged
      group by delivery_id having count(*) > 1`,
    [late.map(({ before }) => uuidOf(before.deliveryId as DeliveryId))],
  );
  return new Set(rows.map(({ delivery_id }) => idFromUuid('dlv', delivery_id)));
}

/** One of Fanfare after the first was answered and before it came again. */
function killBetween(
  { answeredAtMs }: Arrival,
  { arrivedAtMs }: Arrival,
  kills: readonly Kill[],
): Kill | null {
  return (
    kills.find(
      ({ target, atMs }) => takesFanfare(target) && atMs >= (answeredAtMs ?? atMs) && atMs <= arrivedAtMs,
    ) ?? null
  );
}

/** One that took the outcome with it before it was committed. */
function killThatExplains({ arrivedAtMs, answeredAtMs }: Arrival, kills: readonly Kill[]): Kill | null {
  const possible = kills.filter(
    ({ atMs, upAtMs }) =>
      arrivedAtMs <= upAtMs && (answeredAtMs === null || answeredAtMs >= atMs - settlesWithinMs),
  );
  // PostgreSQL alone takes no outcome with it: Fanfare keeps them until it is back. So a kill of Fanfare comes first.
  return possible.find(({ target }) => takesFanfare(target)) ?? possible[0] ?? null;
}

function takesFanfare(target: Target): boolean {
  return target !== 'PostgreSQL' && target !== 'a backend of PostgreSQL';
}

function story(before: Arrival, after: Arrival, kills: readonly Kill[]): string {
  const at = (ms: number | null) => (ms === null ? 'never' : `${(ms / 1_000).toFixed(3)} s`);
  const killed = kills.map(({ target, atMs }) => `${target} at ${at(atMs)}`).join(', ');
  return `acknowledged at ${at(before.answeredAtMs)}, again at ${at(after.arrivedAtMs)}; killed: ${killed}`;
}

/** Nothing is open any more. To be called when the API says so. */
export async function nothingInFlight({ database, verdicts }: DeliveryParts): Promise<void> {
  const { rows } = await database.pool.query<{ id: string; due_at: Date; lease: string | null }>(
    'select id, due_at, lease from open_deliveries limit 20',
  );
  const { rows: counted } = await database.pool.query<{ count: number; given_up: number }>(
    `select count(*)::int as count, count(*) filter (where state = 'exhausted' and scope is distinct from 'payout')::int
              as given_up from closed_deliveries`,
  );
  const wrong = rows.map(
    ({ id, due_at, lease }) =>
      `${idFromUuid('dlv', id)} is ${lease === null ? 'open' : 'leased'} until ${due_at.toISOString()}`,
  );
  if ((counted[0]?.given_up ?? 0) > 0) wrong.push(`${counted[0]?.given_up} deliveries were given up`);
  verdicts.add('flight', counted[0]?.count ?? 0, wrong);
}

/** Per kill, how long until something arrived that was asked for after it, ms. */
export function recoveries({ receivers, world, ledger, kills }: DeliveryParts): readonly number[] {
  const arrivals = receivers.arrivals(world.receivers.log);
  return kills.flatMap(({ atMs }) => {
    const first = arrivals.find(
      ({ eventId, arrivedAtMs }) => arrivedAtMs > atMs && (ledger.published.get(eventId) ?? 0) > atMs,
    );
    return first === undefined ? [] : [first.arrivedAtMs - atMs];
  });
}
