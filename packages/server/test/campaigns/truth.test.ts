import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { idFromUuid, newId, parseId, uuidOf } from '../../src/ids.ts';
import type { Answer } from '../http/harness.ts';
import { ApiHarness } from '../http/harness.ts';
import { type Node, type Outcome, outcome, Season } from '../http/season.ts';
import { inboxAt, type Json, type Message } from './inboxes.ts';
import { type Behaviour, behaviours, PaymentProvider } from './payment-provider.ts';
import { exact, got, listed, paymentsHold, payoutsOf, rewardsAddUp } from './payment-truths.ts';

/**
 * What the whole system says about itself must add up for those who only receive webhooks: several callers act at
 * once over HTTP, on two nodes of one database, and the messages of all formats are summed up as a receiver would.
 */
let api: ApiHarness;
let other: ApiHarness;
let nodes: readonly Node[];
let receiver: Receiver;
let provider: PaymentProvider;
beforeAll(async () => {
  provider = new PaymentProvider();
  receiver = await startReceiver({ handler: (request) => provider.step(request) ?? answer(200) });
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
  other = await ApiHarness.open({
    webhooks: { dispatch: true, keyring: api.webhookParts.keyring },
    test: { database: api.database, drop: async () => {} },
  });
  nodes = [api, { call: (method, path, call) => other.call(method, path, { token: api.token, ...call }) }];
});
afterAll(async () => {
  await other.close();
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
  readonly rewards: readonly string[];
  /** Of a reward of which there is little. */
  readonly scarce: string;
}

/** Of the reward of which there is little, in whole ones. */
const stock = 4;

let seasons = 0;

async function openWorld(): Promise<World> {
  const n = ++seasons;
  const season = await Season.open(api, {
    initial_points: initialPoints,
    referral_bonus: { percent: 10 },
    referral_rule: { min_points: 20 },
  });
  const treasury = await webhook(season, 'treasury', { format: 'chainvine', timeout_ms: 1_000 });
  const desk = await webhook(season, 'desk', {
    format: 'standard',
    timeout_ms: 1_000,
    payout_processing: true,
    include_test_participants: true,
  });
  const claimed = { mode: 'webhook', webhook_id: treasury };
  const token = await season.reward({ payout: claimed });
  const bonus = await season.reward({ name: 'Extra', kind: 'points', unit: 'Points' });
  const badge = await season.reward({ name: 'Badge', kind: 'badge', unit: 'Badges' });
  const scarce = await season.reward({
    name: 'Pearl',
    kind: 'nft',
    unit: 'Pearls',
    stock: String(stock),
    payout: claimed,
  });
  const box = await season.reward({
    name: 'Box',
    kind: 'loot_box',
    unit: 'Boxes',
    payout: { mode: 'webhook', webhook_id: desk, automatic: true },
  });
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
  const mine = await season.task({
    recurrence: 'unlimited',
    points: 2,
    reward: { id: token, amount: '0.000000000000000007' },
  });
  const dig = await season.task({
    recurrence: 'unlimited',
    points: 0,
    reward: { id: box, amount: '1.0001' },
  });
  const wave = await season.task({ recurrence: 'unlimited', points: 1, reward: { id: badge, amount: '1' } });
  const dive = await season.task({ recurrence: 'unlimited', points: 1, reward: { id: scarce, amount: '1' } });
  const triggers = [
    await season.trigger(`purchase-${n}`, { credit: { rate: 10 } }),
    await season.trigger(`visit-${n}`, { credit: { amount: 3 } }),
    await season.trigger(`review-${n}`, { credit: { amount: 8.25 }, task_id: credited }),
    await season.trigger(`noted-${n}`, { credit: { amount: 0 } }),
  ];
  for (const format of formats) {
    await webhook(season, format, {
      format,
      ...(format === 'claimr' && { events: ['user_activity', 'user_login', 'user_reward', 'referral'] }),
    });
  }
  await webhook(season, 'everybody', { format: 'standard', include_test_participants: true });
  await knownEverywhere(season);
  const tester = { external_id: nameOf(season, testParticipant), test: true };
  expect((await api.call('POST', '/v1/participants', { body: tester })).status).toBe(201);
  return {
    season,
    tasks: [once, after, game, posts, mine, dig, wave, dive],
    triggers,
    rewards: [token, box, badge, scarce],
    scarce,
  };
}

async function webhook(
  season: Season,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  const url = `${receiver.url}/${season.campaign}/${name}`;
  const body = { name, url, campaigns: [season.campaign], ...settings };
  const made = await api.call('POST', '/v1/webhooks', { body });
  expect(made.status, made.text).toBe(201);
  return (made.body as { id: string }).id;
}

/** What one node accepts goes to the webhooks it knows of. */
async function knownEverywhere({ campaign }: Season): Promise<void> {
  const { rows } = await api.database.pool.query<{ uid: string }>(
    'select uid from webhooks where url like $1',
    [`${receiver.url}/${campaign}/%`],
  );
  await waitFor(
    () => rows.every(({ uid }) => other.webhookParts.routing.webhook(idFromUuid('whk', uid)) !== undefined),
    { what: 'the other node to know of the webhooks' },
  );
}

const population = 6;
/** Does what the others do, and counts nowhere. */
const testParticipant = population;
const live = Array.from({ length: population }, (_, person) => person);
const everybody = [...live, testParticipant];
const who = fc.nat(testParticipant);
const which = fc.nat(20);
const task = fc.nat(7);
const cents = fc.integer({ min: 1, max: 9_999 }).map((amount) => amount / 100);
const step = fc.oneof(
  fc.record({ kind: fc.constant('join'), who, referrer: fc.option(who) }),
  fc.record({ kind: fc.constant('complete'), who, task }),
  fc.record({ kind: fc.constant('complete'), who, task }),
  fc.record({ kind: fc.constant('complete'), who, task }),
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
  fc.record({ kind: fc.constant('sign in'), who }),
  fc.record({
    kind: fc.constant('play'),
    who,
    score: fc.option(fc.nat(500)),
    level: fc.boolean(),
    city: fc.option(fc.constantFrom('Oslo', 'Lima')),
  }),
  fc.record({ kind: fc.constant('claim'), who, reward: fc.option(fc.nat(3)) }),
  // What is paid is asked for by several at once, and there is always more to pay.
  fc.record({ kind: fc.constant('complete'), who, task: fc.constantFrom(4, 5) }),
  fc.record({ kind: fc.constant('complete'), who, task: fc.constantFrom(4, 5) }),
  fc.record({ kind: fc.constant('claim'), who, reward: fc.constant(null) }),
  fc.record({ kind: fc.constant('claim'), who, reward: fc.constant(null) }),
  fc.record({ kind: fc.constant('retry'), which }),
  fc.record({ kind: fc.constant('retry'), which }),
  fc.record({ kind: fc.constant('settle'), which, paid: fc.boolean() }),
  fc.record({ kind: fc.constant('tend') }),
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
  | { readonly kind: 'sign in'; readonly who: number }
  | {
      readonly kind: 'play';
      readonly who: number;
      readonly score: number | null;
      readonly level: boolean;
      readonly city: string | null;
    }
  | { readonly kind: 'claim'; readonly who: number; readonly reward: number | null }
  /** One of the payouts there are. */
  | { readonly kind: 'retry'; readonly which: number }
  | { readonly kind: 'settle'; readonly which: number; readonly paid: boolean }
  /** The pauses of automatic payouts are over, and both nodes look after them. */
  | { readonly kind: 'tend' };

/** Who refers the first participants: each one somebody before them, or nobody. */
const referrers = fc.tuple(fc.constant(0), fc.option(fc.nat(1)), fc.option(fc.nat(2)));
const steps = (least: number, most: number) =>
  fc.array(step as fc.Arbitrary<Step>, { minLength: least, maxLength: most });
/** Several callers, each with a list of things that people do. */
const histories = fc.array(steps(12, 24), { minLength: 3, maxLength: 5 });
/** What those who pay do with the first requests; waiting for them in vain takes a second each time. */
const behaviour = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...behaviours.filter((one) => one !== 'hang')) },
  { weight: 1, arbitrary: fc.constant<Behaviour>('hang') },
);
const plans = fc.array(behaviour, { minLength: 20, maxLength: 40 });

interface Done {
  readonly step: Step;
  readonly outcome: Outcome;
}

/** Null when there is nothing that it could be about. */
async function take(step: Step, { season, tasks, triggers, rewards }: World): Promise<Answer | null> {
  const node = season.api;
  switch (step.kind) {
    case 'join': {
      const { referrer } = step;
      const named = referrer === null ? {} : { referrer: { external_id: nameOf(season, referrer) } };
      return season.join(nameOf(season, step.who), named);
    }
    case 'complete':
      return season.complete(tasks[step.task] ?? '', nameOf(season, step.who));
    case 'fire': {
      const key = step.key === null ? {} : { key: `key ${step.key}` };
      const trigger = triggers[step.trigger] ?? '';
      return season.fire(trigger, nameOf(season, step.who), { value: step.value, ...key });
    }
    case 'book':
      return season.book(nameOf(season, step.who), step.amount, `booking ${step.reference}`, step.cause);
    case 'sign in':
      return season.signIn(nameOf(season, step.who));
    case 'play': {
      const { score, level, city } = step;
      if (score === null && !level && city === null) return null;
      return season.play(nameOf(season, step.who), {
        ...(score !== null && { score }),
        ...(level && { level: 'l1' }),
        ...(city !== null && { fields: { city } }),
      });
    }
    case 'claim': {
      const named = step.reward === null ? {} : { reward_id: rewards[step.reward] };
      return season.claim(nameOf(season, step.who), named);
    }
    case 'retry': {
      const payout = await anyPayout(season, step.which);
      return payout === null ? null : node.call('POST', `/v1/payouts/${payout}/retry`);
    }
    case 'settle': {
      const payout = await anyPayout(season, step.which);
      const body = { outcome: step.paid ? 'paid' : 'failed', reason: 'Seen in the books.' };
      return payout === null ? null : node.call('POST', `/v1/payouts/${payout}/settlement`, { body });
    }
    case 'tend':
      await api.database.pool.query(
        `update payouts set next_attempt_at = now() - interval '1 second' where next_attempt_at is not null`,
      );
      await Promise.all([api.payouts.tend(), other.payouts.tend()]);
      return null;
  }
}

async function anyPayout({ api: node, campaign }: Season, nth: number): Promise<string | null> {
  const listed = await node.call('GET', `/v1/payouts?campaign_id=${campaign}&limit=200`);
  const { data } = listed.body as { data: { id: string }[] };
  return data[nth % Math.max(1, data.length)]?.id ?? null;
}

function nameOf(season: Season, person: number): string {
  return person === testParticipant ? `tester of ${season.campaign}` : `${season.campaign}-${person}`;
}

function inboxOf(season: Season, name: FormatName | 'everybody'): Message[] {
  return inboxAt(receiver, `/${season.campaign}/${name}`);
}

const sum = (amounts: readonly (number | string)[]) =>
  amounts.reduce((total, amount) => total.plus(amount), new Decimal(0));

it('adds up for receivers, whatever several callers do at once', async () => {
  await fc.assert(
    fc.asyncProperty(referrers, histories, plans, async (referredBy, history, plan) => {
      const world = await openWorld();
      const { season } = world;
      provider.plan(season.campaign, plan);
      const done: Done[] = [];
      const mustDo = async (one: Step) => {
        const answered = await take(one, world);
        if (answered !== null) done.push({ step: one, outcome: await outcome(answered) });
      };
      for (const [index, referrer] of [null, ...referredBy].entries()) {
        await mustDo({ kind: 'join', who: index, referrer });
      }
      for (const person of everybody) {
        for (const task of [4, 5]) await mustDo({ kind: 'complete', who: person, task });
      }
      const mayDo = async (one: Step, where: World) => {
        const answered = await take(one, where);
        if (answered === null) return;
        // Anything else would be a fault of ours.
        expect([200, 400, 409, 422], answered.text).toContain(answered.status);
        if (answered.status !== 200) return;
        done.push({ step: one, outcome: answered.body as Outcome });
      };
      await Promise.all(
        history.map(async (list, caller) => {
          const node = nodes[caller % nodes.length] ?? api;
          for (const one of list) await mayDo(one, { ...world, season: season.at(node) });
        }),
      );
      for (const person of everybody) {
        await mustDo({ kind: 'fire', who: person, trigger: 0, value: 5, key: null });
        await mustDo({ kind: 'complete', who: person, task: 3 });
      }
      // From here on those who pay do: everything that can be claimed is, until it is paid.
      provider.plan(season.campaign, []);
      await everythingPaid(season, (one) => mayDo(one, world));
      // One more thing that every format's counters see, so that the last message shows all that came before.
      for (const person of everybody) {
        await mustDo({ kind: 'fire', who: person, trigger: 1, value: 1, key: null });
      }
      await everythingDelivered(season);
      await check(world, done);
    }),
    { numRuns: 6, endOnFailure: true },
  );
  // Otherwise the histories were too tame.
  for (const one of ['pay', 'take', 'refuse', 'fail', 'close'] as const) {
    expect(provider.count(one), one).toBeGreaterThan(0);
  }
}, 180_000);

it('is for everybody else as if test participants were not there', async () => {
  const first = fc.constant<Step>({ kind: 'complete', who: testParticipant, task: 7 });
  await fc.assert(
    fc.asyncProperty(first, steps(15, 30), async (one, others) => {
      const history = [one, ...others.filter(({ kind }) => !['retry', 'settle', 'tend'].includes(kind))];
      const seen = [];
      for (const people of [everybody, live]) {
        const world = await openWorld();
        const answers: unknown[] = [];
        for (const step of history) {
          if (!('who' in step) || !people.includes(step.who)) continue;
          const answered = await take(step, world);
          await nothingBeingPaid(world.season);
          if (step.who !== testParticipant && answered !== null) answers.push(shownWithoutIds(answered));
        }
        await everythingDelivered(world.season);
        seen.push({ answers, ...(await publicViews(world)) });
      }
      expect(seen[0]).toEqual(seen[1]);
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);

/** What whoever acts is told, apart from ids, which are never the same. */
function shownWithoutIds({ status, body }: Answer): unknown {
  const told = body as Outcome & { readonly code?: string };
  return {
    status,
    code: told.code,
    repeated: told.repeated,
    joined: told.joined,
    total: told.total_points,
    rank: told.rank,
    points: told.completion?.points,
    earnings: told.earnings?.map(({ amount }) => amount),
    events: told.events?.map(({ type }) => type),
  };
}

/** What everybody may see of a campaign, and what its webhooks were told, without ids. */
async function publicViews({ season, scarce }: World) {
  const at = `/v1/campaigns/${season.campaign}`;
  const nameless = (person: string | null) => person?.replace(season.campaign, '');
  const leaderboard = await listed<{ external_id: string; total_points: number; rank: number }>(
    api,
    `${at}/leaderboard`,
  );
  const scores = await listed<{ external_id: string; best_score: number; rank: number }>(
    api,
    `${at}/high-scores`,
  );
  const totals = await got<{
    data: { reward_name: string; state: string; amount: string; earnings: number }[];
  }>(api, `${at}/reward-totals`);
  const { stock: left } = await got<{ stock: string }>(api, `${at}/rewards/${scarce}`);
  return {
    leaderboard: leaderboard
      .map((one) => `${one.rank} ${nameless(one.external_id)} ${one.total_points}`)
      .sort(),
    scores: scores.map((one) => `${nameless(one.external_id)} ${one.best_score}`).sort(),
    totals: totals.data.map((one) => `${one.reward_name} ${one.state} ${one.earnings} ${one.amount}`).sort(),
    left,
    told: inboxOf(season, 'standard')
      .map(({ seq, body }) => {
        const { external_id, total_points, rank } = body['data']?.['participant'] as Json;
        return [nameless(String(external_id)), seq, body['type'], total_points, rank].join(' ');
      })
      .sort(),
  };
}

async function nothingBeingPaid(season: Season): Promise<void> {
  await waitFor(
    async () => {
      const payouts = await payoutsOf(api, season.campaign);
      return payouts.every(({ state }) => state !== 'requested' && state !== 'sending');
    },
    { what: 'payments to be answered' },
  );
}

async function everythingPaid(season: Season, mayDo: (step: Step) => Promise<void>): Promise<void> {
  await waitFor(
    async () => {
      const payouts = await payoutsOf(api, season.campaign);
      if (payouts.some(({ state }) => state === 'requested' || state === 'sending')) return false;
      for (const [nth, { state }] of payouts.entries()) {
        if (state === 'processing') await mayDo({ kind: 'settle', which: nth, paid: true });
      }
      for (const person of everybody) await mayDo({ kind: 'claim', who: person, reward: null });
      return payouts.every(({ state }) => state === 'paid') && (await claimable(season)) === 0;
    },
    { what: 'every payout', timeoutMs: 30_000 },
  );
}
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

async function claimable(season: Season): Promise<number> {
  const { rows } = await api.database.pool.query<{ count: number }>(
    `select count(*)::int as count from earnings e join participants p on p.id = e.participant_id
      where e.campaign_id = $1 and e.state = 'claimable' and not p.test`,
    [uuidOf(parseId('cmp', season.campaign) ?? newId('cmp'))],
  );
  return rows[0]?.count ?? 0;
}

async function check({ season, scarce }: World, done: readonly Done[]): Promise<void> {
  const { rows: ledger } = await api.database.pool.query<{ amount: string; bucket: string; person: string }>(
    `select l.amount::text, l.bucket, p.external_id as person
       from ledger l join participants p on p.id = l.participant_id
      where p.external_id like $1`,
    [`%${season.campaign}%`],
  );
  const standard = inboxOf(season, 'standard');
  const all = inboxOf(season, 'everybody');
  const tested = all.filter(({ body }) => body['data']?.['participant']?.['test'] === true);
  const people = new Map<string, Message[]>();
  for (const message of [...standard, ...tested]) {
    const person = personIn(message);
    people.set(person, [...(people.get(person) ?? []), message]);
  }

  eventsAreThoseOfTheChanges(all, done);
  expect(
    all
      .filter((message) => !tested.includes(message))
      .map(({ eventId }) => eventId)
      .sort(),
  ).toEqual(standard.map(({ eventId }) => eventId).sort());
  const livePeople = live.map((person) => nameOf(season, person));
  for (const [person, messages] of people) {
    const own = ledger.filter((row) => row.person === person).map(({ amount }) => amount);
    sequencesAreConsecutive(messages);
    countersFollowTheLedger(messages, own);
    if (livePeople.includes(person)) claimrAddsUp(season, person, messages, done);
  }
  const byLive = done.filter(({ step: one }) => !('who' in one) || one.who !== testParticipant);
  triggersAreWorthOneNumber(season, byLive);
  conversionsFollowJoining(season);
  await earningsAddUp(season);
  await rowsMatchEvents(season, standard);
  allFormatsTellTheSame(season, standard);
  await paymentsHold({
    node: nodes[1] ?? api,
    campaign: season.campaign,
    provider,
    told: all,
    settled: new Set(
      done.flatMap(({ step: one, outcome: told }) => (one.kind === 'settle' ? [told.payout?.id ?? ''] : [])),
    ),
  });
  await rewardsAddUp(api, season.campaign, standard);
  await testParticipantsCountNowhere(season, scarce, people, tested);
  await storedEventsGiveTheSameBytes(season);
}

function personIn({ body }: Message): string {
  return String(body['data']?.['participant']?.['external_id']);
}

/** Truth 6: what live participants see is made of what live participants did. */
async function testParticipantsCountNowhere(
  { campaign }: Season,
  scarce: string,
  people: ReadonlyMap<string, readonly Message[]>,
  tested: readonly Message[],
): Promise<void> {
  expect(tested.length).toBeGreaterThan(0);
  for (const { body } of tested) expect(body['data']?.['participant']?.['rank']).toBeNull();
  for (const format of [...formats, 'treasury'] as const) {
    const told = receiver.requests.filter(({ path }) => path === `/${campaign}/${format}`);
    const aboutTests = new Set(tested.map(({ eventId }) => eventId));
    expect(told.filter(({ headers }) => aboutTests.has(headers['webhook-event-id'] ?? ''))).toEqual([]);
  }
  const totals = [...people].flatMap(([person, messages]) => {
    const total = Number(messages.at(-1)?.body['data']?.['participant']?.['total_points']);
    return person.startsWith('tester') || total === 0 ? [] : [{ external_id: person, total_points: total }];
  });
  const leaderboard = await listed<{ external_id: string; total_points: number; rank: number }>(
    api,
    `/v1/campaigns/${campaign}/leaderboard`,
  );
  const byName = (a: { external_id: string }, b: { external_id: string }) =>
    a.external_id < b.external_id ? -1 : 1;
  expect(leaderboard.toSorted(byName)).toMatchObject(
    totals
      .map((one) => ({
        ...one,
        rank: 1 + totals.filter(({ total_points }) => total_points > one.total_points).length,
      }))
      .sort(byName),
  );
  const scores = await listed<{ external_id: string }>(api, `/v1/campaigns/${campaign}/high-scores`);
  expect(scores.filter(({ external_id }) => external_id.startsWith('tester'))).toEqual([]);

  const earned = inboxAt(receiver, `/${campaign}/standard`).filter(
    ({ body }) =>
      String(body['type']) === 'earning.created' &&
      String(body['data']?.['details']?.['reward']?.['id']) === scarce,
  );
  const left = await got<{ stock: string }>(api, `/v1/campaigns/${campaign}/rewards/${scarce}`);
  expect(Number(left.stock)).toBe(stock - earned.length);
}

/** As many of the requests as are looked up again; payment requests all are. */
const renderedAgain = 120;

/** Truth 7: what the API renders from the stored event is what the receiver got, byte for byte. */
async function storedEventsGiveTheSameBytes({ campaign }: Season): Promise<void> {
  const requests = receiver.requests.filter(({ path }) => path.startsWith(`/${campaign}/`));
  const every = Math.ceil(requests.length / renderedAgain);
  const some = requests.filter(
    ({ headers }, n) => n % every === 0 || headers['idempotency-key'] !== undefined,
  );
  for (const { headers, body, method } of some) {
    const { request } = await got<{
      request: { method: string; body: string; headers: Readonly<Record<string, string>> };
    }>(api, `/v1/deliveries/${headers['webhook-id']}`);
    expect(request.method).toBe(method);
    expect(request.body).toBe(body.toString('utf8'));
    for (const [name, value] of Object.entries(request.headers))
      expect(headers[name.toLowerCase()]).toBe(value);
  }
}

/**
 * Truth 8: what was answered as written arrives; a repetition or refusal wrote nothing. Payments go on without a
 * caller: their events are checked by themselves.
 */
function eventsAreThoseOfTheChanges(told: readonly Message[], done: readonly Done[]): void {
  const byItself = /^(rank\.changed|payout\..*)$/;
  const arrived = told
    .filter(({ body }) => !byItself.test(String(body['type'])))
    .map(({ eventId }) => eventId)
    .sort();
  const answered = done
    .flatMap(({ outcome: { events } }) =>
      events.filter(({ type }) => !byItself.test(type)).map(({ id }) => id),
    )
    .sort();
  expect(arrived).toEqual(answered);
  const known = new Set(told.map(({ eventId }) => eventId));
  for (const {
    outcome: one,
    step: { kind },
  } of done) {
    for (const { id } of one.events) expect(known.has(id)).toBe(true);
    // A round that is nobody's best is kept, and there is nothing to tell.
    if (kind === 'claim' || kind === 'settle' || (kind === 'play' && !one.repeated)) continue;
    expect(one.events.length > 0).toBe(!one.repeated);
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
