import { inTenThousandths } from '../packages/server/src/demo/books.ts';
import type { Caller } from './caller.ts';
import type { Ledger } from './load.ts';
import { detailsOf, type Inbox, type Json, type Message, personIn, places, typeOf } from './messages.ts';
import { differences, type Verdicts } from './verdicts.ts';
import { initialPoints, pointsPerUnit, type World } from './world.ts';

/**
 * What must be true of the messages of a campaign that is at rest, for those who only receive them: nothing is asked of
 * Fanfare here but its lists.
 */
export interface TruthParts {
  readonly caller: Caller;
  readonly world: World;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly verdicts: Verdicts;
}

const numeric = (value: Json | undefined) => inTenThousandths(Number(value));

/** Everything that happened, by person. */
function byPerson(messages: readonly Message[]): ReadonlyMap<string, readonly Message[]> {
  const people = new Map<string, Message[]>();
  for (const message of messages) {
    const known = people.get(personIn(message));
    if (known === undefined) people.set(personIn(message), [message]);
    else known.push(message);
  }
  return people;
}

export function pointsAddUp({ world, inbox, verdicts }: TruthParts): void {
  const wrong: string[] = [];
  let checked = 0;
  for (const [person, messages] of byPerson(inbox('everybody'))) {
    let total = 0n;
    /** The ledger after each number. */
    const totals = new Map<number, bigint>();
    for (const [index, message] of messages.entries()) {
      checked += 1;
      if (message.seq !== index + 1) wrong.push(`${person}: number ${message.seq} comes after ${index}`);
      const amount = detailsOf(message)?.['amount'];
      if (typeOf(message) === 'points.issued') total += numeric(amount);
      if (typeOf(message) === 'points.deducted') total -= numeric(amount);
      totals.set(message.seq, total);
      const shown = numeric(message.body['data']?.['participant']?.['total_points']);
      if (typeOf(message).startsWith('points.') && shown !== total) {
        wrong.push(`${person}: number ${message.seq} shows ${shown}, the messages so far give ${total}`);
      }
    }
    if (person !== world.tester) wrong.push(...claimrAddsUp(person, messages, inbox('claimr'), totals));
  }
  verdicts.add('truth1', checked, wrong);
}

/** A claimr receiver's own sum is the last total that it was shown, and each one on the way is the ledger's. */
function claimrAddsUp(
  person: string,
  standard: readonly Message[],
  all: readonly Message[],
  totals: ReadonlyMap<number, bigint>,
): string[] {
  const own = all.filter(({ body }) => String(body['user_id']) === person);
  const last = own.at(-1);
  if (last === undefined) return [`${person}: claimr was told nothing`];
  const wrong: string[] = [];
  let sum = inTenThousandths(initialPoints);
  for (const { body } of own) {
    if (['user_activity', 'user_reward'].includes(String(body['scope'])))
      sum += numeric(body['event']?.['data']?.['xp']);
  }
  // The counters of a bonus stand in the message of the one who was referred, and in its last one.
  for (const { body } of all) {
    const data = body['event']?.['data'];
    if (String(body['event']?.['type']) !== 'referral_action') continue;
    if (String(data?.['action']?.['meta']?.['referrer']) === String(last.body['user']))
      sum += numeric(data?.['xp']);
  }
  for (const message of standard) {
    if (typeOf(message) === 'points.deducted' && message.seq < last.seq)
      sum -= numeric(detailsOf(message)['amount']);
  }
  if (numeric(last.body['total_xp']) !== sum) {
    wrong.push(
      `${person}: claimr shows ${String(last.body['total_xp'])} in the end, its messages give ${sum}`,
    );
  }
  for (const { seq, body } of own) {
    const { type, data } = body['event'] as Json;
    const beforehand = ['action_completed', 'quest_completed'].includes(String(type)) || isEarning(data);
    const expected = (totals.get(seq) ?? 0n) + (beforehand ? numeric(data?.['xp']) : 0n);
    if (numeric(body['total_xp']) !== expected) {
      wrong.push(`${person}: claimr shows ${String(body['total_xp'])} at ${seq}, the ledger ${expected}`);
    }
  }
  return wrong;
}

/** Told before the `points.issued` of its points, unlike points given by themselves. */
function isEarning(data: Json | undefined): boolean {
  return String(data?.['action']?.['type']) === 'reward';
}

export function triggersAreWorthOneNumber({ world, ledger, inbox, verdicts }: TruthParts): void {
  const wrong: string[] = [];
  const reward = inbox('reward');
  const values = countBy(reward, ({ body }) => body['data']?.['value']);
  const credits = countBy(reward, ({ body }) => body['data']?.['transaction']?.['amount']);
  const claimr = countBy(inbox('claimr'), ({ body }) => body['event']?.['data']?.['xp']);
  const everybody = inbox('everybody').filter((message) => typeOf(message) === 'points.issued');
  const issued = countBy(everybody, (message) => detailsOf(message)['amount']);
  const live = ledger.fired.filter(({ who }) => who !== world.tester);
  for (const { who, value } of live) {
    const amount = inTenThousandths(value) * BigInt(pointsPerUnit);
    const found = [
      ['trigger events with its value', values.get(inTenThousandths(value)) ?? 0],
      ['credits', credits.get(amount) ?? 0],
      ['claimr messages', claimr.get(amount) ?? 0],
      ['issues of points', issued.get(amount) ?? 0],
    ] as const;
    for (const [what, count] of found) {
      if (count !== 1) wrong.push(`${value} by ${who}: ${count} ${what}`);
    }
  }
  verdicts.add('truth2', live.length, wrong);
}

/** How many messages show each number. */
function countBy(
  messages: readonly Message[],
  shown: (message: Message) => Json | undefined,
): ReadonlyMap<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const message of messages) {
    const value = shown(message);
    if (value == null) continue;
    counts.set(numeric(value), (counts.get(numeric(value)) ?? 0) + 1);
  }
  return counts;
}

export function conversionsFollowJoining({ inbox, verdicts }: TruthParts): void {
  const wrong: string[] = [];
  const named = (name: string) =>
    inbox('chainvine').flatMap(({ seq, body }) =>
      String(body['event']?.['name']) === name ? [{ seq, data: body['event']?.['data'] as Json }] : [],
    );
  const joins = new Map(named('USER_JOINED_CAMPAIGN').map((one) => [String(one.data['user_id']), one]));
  const conversions = named('REFERRAL_CONVERSION');
  const claimers = new Set<string>();
  for (const { seq, data } of conversions) {
    const claimer = String(data['claimer']);
    const joined = joins.get(claimer);
    if (claimers.has(claimer)) wrong.push(`${claimer} was converted twice`);
    claimers.add(claimer);
    if (joined === undefined || joined.seq >= seq)
      wrong.push(`${claimer} was converted without having joined`);
    else if (String(joined.data['referrer']) !== String(data['referrer']))
      wrong.push(`${claimer} has two referrers`);
  }
  verdicts.add('truth3', conversions.length, wrong);
}

interface Earning {
  readonly id: string;
  readonly reward_id: string;
  readonly amount: string;
}

export async function earningsAddUp({ caller, world, inbox, verdicts }: TruthParts): Promise<void> {
  const sums = new Map<string, bigint>();
  const add = (reward: string, amount: bigint) => sums.set(reward, (sums.get(reward) ?? 0n) + amount);
  let checked = 0;
  for (const message of inbox('everybody')) {
    if (typeOf(message) !== 'earning.created') continue;
    const details = detailsOf(message);
    add(String(details['reward']?.['id']), places(details['amount']));
  }
  for (const { reward_id, amount } of await caller.list<Earning>(
    `/v1/campaigns/${world.campaign}/earnings`,
  )) {
    checked += 1;
    add(reward_id, -places(amount));
  }
  const wrong = [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([reward, sum]) => `${reward}: messages tell ${sum} of its last place more than there is`);
  verdicts.add('truth4', checked, wrong);
}

export async function testsCountNowhere({ caller, world, inbox, verdicts }: TruthParts): Promise<void> {
  const wrong: string[] = [];
  const tests = new Set<string>();
  const totals = new Map<string, bigint>();
  for (const message of inbox('everybody')) {
    const person = personIn(message);
    if (person === world.tester) tests.add(message.eventId);
    else totals.set(person, numeric(message.body['data']?.['participant']?.['total_points']));
  }
  for (const name of ['claimr', 'chainvine', 'reward'] as const) {
    for (const { eventId } of inbox(name))
      if (tests.has(eventId)) wrong.push(`${name} was told of the test ${eventId}`);
  }
  const leaderboard = await caller.list<{ external_id: string; total_points: number; rank: number }>(
    `/v1/campaigns/${world.campaign}/leaderboard`,
  );
  const sums = [...totals.values()];
  for (const { external_id, total_points, rank } of leaderboard) {
    const total = totals.get(external_id);
    if (total !== numeric(total_points as unknown as Json)) {
      wrong.push(`${external_id} has ${total_points} points, messages tell ${total}`);
      continue;
    }
    const place = 1 + sums.filter((other) => other > total).length;
    if (rank !== place) wrong.push(`${external_id} is said to be ${rank}, and stands at ${place}`);
  }
  const shown = new Set(leaderboard.map(({ external_id }) => external_id));
  wrong.push(
    ...differences(new Set(totals.keys()), shown, { missing: 'has no place', extra: 'has a place' }),
  );
  verdicts.add('truth6', tests.size + leaderboard.length, wrong);
}

/** As many of the requests as are looked up again. */
const renderedAgain = 60;

export async function storedEventsGiveTheSameBytes({ caller, inbox, verdicts }: TruthParts): Promise<void> {
  const wrong: string[] = [];
  let checked = 0;
  for (const name of ['everybody', 'claimr', 'chainvine', 'reward'] as const) {
    const messages = inbox(name);
    const every = Math.ceil((4 * messages.length) / renderedAgain);
    for (const { deliveryId, text } of messages.filter((_, n) => n % every === 0)) {
      checked += 1;
      const { request } = await caller.must<{ request: { body: string } }>(
        'GET',
        `/v1/deliveries/${deliveryId}`,
      );
      if (request.body !== text)
        wrong.push(`${deliveryId} was sent as ${text}, and is rendered as ${request.body}`);
    }
  }
  verdicts.add('truth7', checked, wrong);
}
