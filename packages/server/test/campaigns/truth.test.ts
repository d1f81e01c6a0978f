import { type ReceivedRequest, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from '../http/harness.ts';
import { ApiHarness } from '../http/harness.ts';
import { type Outcome, outcome, Season } from '../http/season.ts';

/**
 * What the whole system says about itself must add up for those who only receive webhooks: several callers act at
 * once over HTTP, and the messages of all formats are summed up as a receiver would.
 */
let api: ApiHarness;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
});
afterAll(async () => {
  await api.close();
  await receiver.close();
});

const formats = ['claimr', 'chainvine', 'gamify-route', 'reward', 'standard', 'cloudevents'] as const;
type FormatName = (typeof formats)[number];
const initialPoints = 10;

interface World {
  readonly season: Season;
  readonly tasks: readonly string[];
  readonly triggers: readonly string[];
}

let seasons = 0;

async function openWorld(): Promise<World> {
  const n = ++seasons;
  const season = await Season.open(api, {
    initial_points: initialPoints,
    referral_bonus: { percent: 10 },
    referral_rule: { min_points: 20 },
  });
  const token = await season.reward();
  const bonus = await season.reward({ name: 'Extra', kind: 'points', unit: 'Points' });
  const quest = await season.quest({ points: 50, reward: { id: token, amount: '0.000000000000000001' } });
  const once = await season.task({ quest_id: quest, points: 33.3333, multiplier_percent: 10 });
  const after = await season.task({
    quest_id: quest,
    points: 20,
    prerequisites: [once],
    reward: { id: bonus, amount: '2.5' },
  });
  const level = { id: 'l1', number: 1, name: 'One', last: true };
  const game = await season.task({ recurrence: 'daily', points: 15, level });
  const posts = await season.task({ recurrence: 'unlimited', points: 7.5, ugc: true });
  const credited = await season.task({ points: 1, reward: { id: token, amount: '12.3' } });
  const triggers = [
    await season.trigger(`purchase-${n}`, { credit: { rate: 10 } }),
    await season.trigger(`visit-${n}`, { credit: { amount: 3 } }),
    await season.trigger(`review-${n}`, { credit: { amount: 8.25 }, task_id: credited }),
    await season.trigger(`noted-${n}`, { credit: { amount: 0 } }),
  ];
  for (const format of formats) {
    const body = {
      name: format,
      url: `${receiver.url}/${season.campaign}/${format}`,
      format,
      campaigns: [season.campaign],
      ...(format === 'claimr' && { events: ['user_activity', 'user_login', 'user_reward', 'referral'] }),
    };
    const made = await api.call('POST', '/v1/webhooks', { body });
    expect(made.status, made.text).toBe(201);
  }
  return { season, tasks: [once, after, game, posts], triggers };
}

const population = 6;
const who = fc.nat(population - 1);
const cents = fc.integer({ min: 1, max: 9_999 }).map((amount) => amount / 100);
const step = fc.oneof(
  fc.record({ kind: fc.constant('join'), who, referrer: fc.option(who) }),
  fc.record({ kind: fc.constant('complete'), who, task: fc.nat(3) }),
  fc.record({ kind: fc.constant('complete'), who, task: fc.nat(3) }),
  fc.record({ kind: fc.constant('fire'), who, trigger: fc.nat(3), value: cents, key: fc.option(fc.nat(3)) }),
  fc.record({
    kind: fc.constant('book'),
    who,
    amount: fc.oneof(
      cents,
      cents.map((amount) => -amount),
    ),
    cause: fc.constantFrom('api', 'custom', 'correction', 'withdrawal'),
    reference: fc.nat(9),
  }),
  fc.record({
    kind: fc.constant('play'),
    who,
    score: fc.nat(30),
    city: fc.option(fc.constantFrom('Bern', 'Basel')),
    level: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('sign in'), who }),
);
type Step =
  | { readonly kind: 'join'; readonly who: number; readonly referrer: number | null }
  | { readonly kind: 'complete'; readonly who: number; readonly task: number }
  | {
      readonly kind: 'fire';
      readonly who: number;
      readonly trigger: number;
      readonly value: number;
      readonly key: number | null;
    }
  | {
      readonly kind: 'book';
      readonly who: number;
      readonly amount: number;
      readonly cause: string;
      readonly reference: number;
    }
  | {
      readonly kind: 'play';
      readonly who: number;
      readonly score: number;
      readonly city: string | null;
      readonly level: boolean;
    }
  | { readonly kind: 'sign in'; readonly who: number };

/** Who refers the first participants: each one somebody before them, or nobody. */
const referrers = fc.tuple(fc.constant(0), fc.option(fc.nat(1)), fc.option(fc.nat(2)));
/** Several callers, each with a list of things that people do. */
const histories = fc.array(fc.array(step as fc.Arbitrary<Step>, { minLength: 6, maxLength: 14 }), {
  minLength: 3,
  maxLength: 5,
});

const everybody = Array.from({ length: population }, (_, person) => person);

interface Done {
  readonly step: Step;
  readonly outcome: Outcome;
}

function take(step: Step, { season, tasks, triggers }: World): Promise<Answer> {
  const person = nameOf(season, step.who);
  switch (step.kind) {
    case 'join': {
      const { referrer } = step;
      const named = referrer === null ? {} : { referrer: { external_id: nameOf(season, referrer) } };
      return season.join(person, named);
    }
    case 'complete':
      return season.complete(tasks[step.task] ?? '', person);
    case 'fire': {
      const key = step.key === null ? {} : { key: `key ${step.key}` };
      return season.fire(triggers[step.trigger] ?? '', person, { value: step.value, ...key });
    }
    case 'book':
      return season.book(person, step.amount, `booking ${step.reference}`, step.cause);
    case 'play': {
      const { score, city, level } = step;
      return season.play(person, {
        score,
        ...(city !== null && { fields: { city } }),
        ...(level && { level: 'l1' }),
      });
    }
    case 'sign in':
      return season.signIn(person);
  }
}

function nameOf(season: Season, person: number): string {
  return `${season.campaign}-${person}`;
}

/** A message as a receiver has it. */
interface Message {
  readonly eventId: string;
  readonly seq: number;
  readonly body: Json;
}
type Json = { readonly [name: string]: Json } & (string | number | boolean | null | undefined | object);

function inboxOf(season: Season, format: FormatName): Message[] {
  const seen = new Set<string>();
  const messages: Message[] = [];
  for (const request of receiver.requests) {
    if (request.path !== `/${season.campaign}/${format}`) continue;
    const message = messageOf(request);
    if (seen.has(message.eventId)) continue;
    seen.add(message.eventId);
    messages.push(message);
  }
  return messages.sort((a, b) => a.seq - b.seq);
}

function messageOf({ headers, body }: ReceivedRequest): Message {
  return {
    eventId: headers['webhook-event-id'] ?? '',
    seq: Number(headers['webhook-sequence']),
    body: JSON.parse(body.toString('utf8')) as Json,
  };
}

const sum = (amounts: readonly (number | string)[]) =>
  amounts.reduce((total, amount) => total.plus(amount), new Decimal(0));

it('adds up for receivers, whatever several callers do at once', async () => {
  await fc.assert(
    fc.asyncProperty(referrers, histories, async (referredBy, history) => {
      const world = await openWorld();
      const done: Done[] = [];
      const mustDo = async (one: Step) => {
        done.push({ step: one, outcome: await outcome(take(one, world)) });
      };
      for (const [index, referrer] of [null, ...referredBy].entries()) {
        await mustDo({ kind: 'join', who: index, referrer });
      }
      await Promise.all(
        history.map(async (steps) => {
          for (const one of steps) {
            const answer = await take(one, world);
            // Anything else would be a fault of ours.
            expect([200, 400, 409, 422], answer.text).toContain(answer.status);
            if (answer.status === 200) done.push({ step: one, outcome: answer.body as unknown as Outcome });
          }
        }),
      );
      for (const person of everybody) {
        await mustDo({ kind: 'fire', who: person, trigger: 0, value: 5, key: null });
        await mustDo({ kind: 'complete', who: person, task: 3 });
      }
      // One more thing that every format's counters see, so that the last message shows all that came before.
      for (const person of everybody) {
        await mustDo({ kind: 'fire', who: person, trigger: 1, value: 1, key: null });
      }
      await everythingDelivered(world.season);
      await check(world.season, done);
    }),
    { numRuns: 5, endOnFailure: true },
  );
}, 120_000);

async function everythingDelivered(season: Season): Promise<void> {
  await waitFor(
    async () => {
      for (const state of ['pending', 'retrying']) {
        const path = `/v1/deliveries?campaign_id=${season.campaign}&state=${state}&limit=1`;
        const { data } = (await api.call('GET', path)).body as { data: unknown[] };
        if (data.length > 0) return false;
      }
      return true;
    },
    { what: 'every delivery', timeoutMs: 20_000 },
  );
}

async function check(season: Season, done: readonly Done[]): Promise<void> {
  const { rows: ledger } = await api.database.pool.query<{ amount: string; bucket: string; person: string }>(
    `select l.amount::text, l.bucket, p.external_id as person
       from ledger l join participants p on p.id = l.participant_id
      where p.external_id like $1`,
    [`${season.campaign}-%`],
  );
  const standard = inboxOf(season, 'standard');
  const people = new Map<string, Message[]>();
  for (const message of standard) {
    const person = String(message.body['data']?.['participant']?.['external_id']);
    people.set(person, [...(people.get(person) ?? []), message]);
  }

  eventsAreThoseOfTheChanges(standard, done);
  for (const [person, messages] of people) {
    const own = ledger.filter((row) => row.person === person).map(({ amount }) => amount);
    sequencesAreConsecutive(messages);
    countersFollowTheLedger(messages, own);
    claimrAddsUp(season, person, messages, done);
  }
  triggersAreWorthOneNumber(season, done);
  conversionsFollowJoining(season);
  await earningsAddUp(season);
  await rowsMatchEvents(season, standard);
  allFormatsTellTheSame(season, standard);
}

/** Truth 8: what was answered as written arrives; a repetition or refusal wrote nothing. */
function eventsAreThoseOfTheChanges(standard: readonly Message[], done: readonly Done[]): void {
  const arrived = standard
    .filter(({ body }) => String(body['type']) !== 'rank.changed')
    .map(({ eventId }) => eventId)
    .sort();
  const answered = done.flatMap(({ outcome: { events } }) => events.map(({ id }) => id)).sort();
  expect(arrived).toEqual(answered);
  for (const { step: one, outcome: told } of done) {
    // A round that is nobody's best is kept, and there is nothing to tell.
    if (one.kind === 'play' && !told.repeated) continue;
    expect(told.events.length > 0).toBe(!told.repeated);
  }
}

function sequencesAreConsecutive(messages: readonly Message[]): void {
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1));
}

/** Truth 1, second half: what a points event shows is the sum of all points events so far. */
function countersFollowTheLedger(messages: readonly Message[], ledger: readonly string[]): void {
  let total = new Decimal(0);
  for (const { body } of messages) {
    const type = String(body['type']);
    const { details, participant } = body['data'] as Json;
    if (type === 'points.issued') total = total.plus(Number(details?.['amount']));
    if (type === 'points.deducted') total = total.minus(Number(details?.['amount']));
    if (type.startsWith('points.')) expect(Number(participant?.['total_points'])).toBe(total.toNumber());
  }
  expect(total.toFixed()).toBe(sum(ledger).toFixed());
}

/** Truth 1: a claimr receiver's own sum is the last total that it was shown. */
function claimrAddsUp(
  season: Season,
  person: string,
  standard: readonly Message[],
  done: readonly Done[],
): void {
  const all = inboxOf(season, 'claimr');
  const own = all.filter(({ body }) => String(body['user_id']) === person);
  const last = own.at(-1);
  const gained = own
    .filter(({ body }) => ['user_activity', 'user_reward'].includes(String(body['scope'])))
    .map(({ body }) => Number(body['event']?.['data']?.['xp']));
  const bonuses = all
    .filter(({ body }) => String(body['event']?.['type']) === 'referral_action')
    .map(({ body }) => body['event']?.['data'] as Json)
    .filter((data) => String(data['action']?.['meta']?.['referrer']) === String(last?.body['user']))
    .map((data) => Number(data['xp']));
  const corrections = done
    .filter(({ step: one, outcome: told }) => {
      if (one.kind !== 'book' || nameOf(season, one.who) !== person || told.repeated) return false;
      return one.amount < 0 || one.cause === 'correction';
    })
    .map(({ outcome: told }) => told.transaction?.amount ?? 0);
  expect(Number(last?.body['total_xp'])).toBe(
    sum([initialPoints, ...gained, ...bonuses, ...corrections]).toNumber(),
  );

  // And each one on the way shows the ledger as it stood, its own points included.
  const pointsUpTo = (seq: number) =>
    sum(
      standard
        .filter((message) => message.seq <= seq && /^points\./.test(String(message.body['type'])))
        .map(({ body }) => {
          const amount = Number(body['data']?.['details']?.['amount']);
          return String(body['type']) === 'points.issued' ? amount : -amount;
        }),
    );
  for (const { seq, body } of own) {
    const { type, data } = body['event'] as Json;
    const told = ['action_completed', 'quest_completed'].includes(String(type)) || isEarning(body);
    const expected = pointsUpTo(seq).plus(told ? Number(data?.['xp']) : 0);
    expect(Number(body['total_xp']), JSON.stringify(body)).toBe(expected.toNumber());
  }
}

/** Told before the `points.issued` of its points, unlike points given by themselves. */
function isEarning(body: Json): boolean {
  return String(body['event']?.['data']?.['action']?.['type']) === 'reward';
}

/** Truth 2. */
function triggersAreWorthOneNumber(season: Season, done: readonly Done[]): void {
  const reward = inboxOf(season, 'reward');
  const claimr = inboxOf(season, 'claimr');
  for (const { step: one, outcome: told } of done) {
    if (one.kind !== 'fire' || told.repeated) continue;
    const fired = told.events.find(({ type }) => type === 'trigger.fired');
    const trigger = reward.find(({ eventId }) => eventId === fired?.id);
    expect(Number(trigger?.body['data']?.['value'])).toBe(one.value);
    const { transaction } = told;
    const issued = reward
      .map(({ body }) => body['data']?.['transaction'])
      .filter((shown) => shown !== undefined && String(shown['id']) === transaction?.id);
    expect(issued.map((shown) => Number(shown?.['amount']))).toEqual(
      transaction === null ? [] : [transaction.amount],
    );
    if (transaction === null) continue;
    const { completion } = told;
    const shown = claimr
      .filter(({ eventId }) => told.events.some(({ id }) => id === eventId))
      .map(({ body }) => body['event']?.['data'] as Json)
      .find((data) => String(data['action']?.['id']) === (completion?.task_id ?? transaction.id));
    expect(Number(shown?.['xp'])).toBe(transaction.amount);
  }
}

/** Truth 3. */
function conversionsFollowJoining(season: Season): void {
  const messages = inboxOf(season, 'chainvine');
  const named = (name: string) =>
    messages.flatMap(({ seq, body }) =>
      String(body['event']?.['name']) === name ? [{ seq, data: body['event']?.['data'] as Json }] : [],
    );
  const joins = new Map(named('USER_JOINED_CAMPAIGN').map((one) => [String(one.data['user_id']), one]));
  const conversions = named('REFERRAL_CONVERSION');
  expect(conversions.length).toBeGreaterThan(0);
  expect(new Set(conversions.map(({ data }) => String(data['claimer']))).size).toBe(conversions.length);
  for (const { seq, data } of conversions) {
    const joined = joins.get(String(data['claimer']));
    expect(joined?.seq).toBeLessThan(seq);
    expect(String(joined?.data['referrer'])).toBe(String(data['referrer']));
  }
}

/** Truth 4. */
async function earningsAddUp(season: Season): Promise<void> {
  const told = new Map<string, Decimal>();
  for (const { body } of inboxOf(season, 'chainvine')) {
    if (String(body['event']?.['name']) !== 'EARNING_CREATED') continue;
    const data = body['event']?.['data'] as Json;
    const name = String(data['reward']?.['name']);
    told.set(name, exact(told.get(name) ?? 0).plus(String(data['amount'])));
  }
  const { rows } = await api.database.pool.query<{ name: string; total: string }>(
    `select r.name, sum(e.amount)::text as total
       from earnings e join rewards r on r.id = e.reward_id join participants p on p.id = e.participant_id
      where p.external_id like $1 group by r.name`,
    [`${season.campaign}-%`],
  );
  expect([...told].map(([name, total]) => [name, total.toFixed(18)]).sort()).toEqual(
    rows.map(({ name, total }) => [name, exact(total).toFixed(18)]).sort(),
  );
}

const Exact = Decimal.clone({ precision: 60 });
function exact(amount: Decimal | string | number): Decimal {
  return new Exact(amount);
}

/** Truth 8, from the other side: every row of what happened has its event, and every event its row. */
async function rowsMatchEvents(season: Season, standard: readonly Message[]): Promise<void> {
  const count = (...types: string[]) =>
    standard.filter(({ body }) => types.includes(String(body['type']))).length;
  const { rows } = await api.database.pool.query(
    `with people as (select id from participants where external_id like $1)
     select (select count(*)::int from ledger where participant_id in (table people)) as ledger,
            (select count(*)::int from completions where participant_id in (table people)) as completions,
            (select count(*)::int from trigger_events where participant_id in (table people)) as fired,
            (select count(*)::int from referrals where claimer_id in (table people)) as referrals,
            (select count(*)::int from referrals where claimer_id in (table people) and state = 'converted') as converted,
            (select count(*)::int from earnings where participant_id in (table people)) as earnings,
            (select count(*)::int from participations where participant_id in (table people)
                and joined_at is not null) as joined,
            (select count(*)::int from plays where participant_id in (table people) and fields is not null) as forms,
            (select count(*)::int from plays where participant_id in (table people) and high_score) as high_scores,
            (select sum(seq)::int from participations where participant_id in (table people)) as events`,
    [`${season.campaign}-%`],
  );
  expect(rows).toEqual([
    {
      ledger: count('points.issued', 'points.deducted'),
      completions: count('task.completed', 'quest.completed'),
      fired: count('trigger.fired'),
      referrals: count('referral.joined'),
      converted: count('referral.converted'),
      earnings: count('earning.created'),
      joined: count('user.joined_campaign'),
      forms: count('game.optin_submitted'),
      high_scores: count('game.high_score'),
      events: standard.length,
    },
  ]);
}

function allFormatsTellTheSame(season: Season, standard: readonly Message[]): void {
  const totals = new Map(
    standard.map(({ eventId, body }) => [eventId, Number(body['data']?.['participant']?.['total_points'])]),
  );
  const cloudevents = inboxOf(season, 'cloudevents');
  expect(cloudevents.map(({ eventId }) => eventId).sort()).toEqual([...totals.keys()].sort());
  const shownTotal: Partial<Record<FormatName, (body: Json) => unknown>> = {
    cloudevents: (body) => body['data']?.['participant']?.['total_points'],
    claimr: (body) => body['total_xp'],
    'gamify-route': (body) => body['points']?.['total'],
  };
  for (const [format, total] of Object.entries(shownTotal)) {
    const messages = inboxOf(season, format as FormatName);
    expect(messages.length, format).toBeGreaterThan(0);
    for (const { eventId, body } of messages) expect(Number(total(body))).toBe(totals.get(eventId));
  }
}
