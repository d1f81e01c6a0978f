import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Decision } from '../../../src/campaigns/rules/index.ts';
import { formatsByName } from '../../../src/formats/index.ts';
import {
  codeOf,
  eventOf,
  hourMs,
  personId,
  points,
  questId,
  render,
  reward,
  rewardId,
  Season,
  start,
  task,
  taskId,
  trigger,
} from './season.ts';

/*
 * Random histories of actions, held against a small model of the rules in whole ten-thousandths of a point, and
 * against what receivers of the webhooks could sum up from the rendered messages alone.
 */

const people = ['ada', 'bob', 'cy', 'dee'] as const;
type Name = (typeof people)[number];
const initial = 100;
const bonusPercent = 12.5;
const minPoints = 650;
const rate = 33.3333;

/** What the season and the model are both made from. */
const tasks = {
  follow: { quest: 'sail', points: 500, multiplier: 10, recurrence: 'once', needs: [], ugc: false },
  level: { quest: 'sail', points: 99.9999, multiplier: 0, recurrence: 'once', needs: ['follow'], ugc: false },
  check: {
    quest: 'daily',
    points: 0.0005,
    multiplier: 0,
    recurrence: 'every_8_hours',
    needs: [],
    ugc: false,
  },
  daily: { quest: 'daily', points: 10.5, multiplier: 5, recurrence: 'daily', needs: [], ugc: false },
  post: { quest: 'daily', points: 33.3333, multiplier: 0, recurrence: 'weekly', needs: [], ugc: true },
  wave: { quest: 'wave', points: 0, multiplier: 0, recurrence: 'unlimited', needs: ['daily'], ugc: false },
} as const;
type TaskName = keyof typeof tasks;
const taskNames = Object.keys(tasks) as TaskName[];
const quests = {
  sail: { points: 1000, reward: 'bonus', amount: '15.25' },
  daily: { points: 7, reward: 'box', amount: '1' },
  wave: { points: 0, reward: 'ether', amount: '0.003988888890000039' },
} as const;
const boxes = 2;

const design = {
  initialPoints: points(initial),
  referralRule: { minPoints: points(minPoints), anyOfTasks: new Set([taskId('post')]) },
  referralBonus: { kind: 'percent', percent: points(bonusPercent) },
  tasks: taskNames.map((name) => {
    const { quest, points: worth, multiplier, recurrence, needs, ugc } = tasks[name];
    return task(name, {
      questId: questId(quest),
      points: points(worth),
      multiplierPercent: points(multiplier),
      recurrence,
      prerequisites: needs.map(taskId),
      ugc,
      level: name === 'level' ? { id: 'light', number: 1, name: 'Light', last: true } : null,
    });
  }),
  quests: Object.entries(quests).map(([name, quest]) => ({
    id: questId(name),
    points: points(quest.points),
    reward: { id: rewardId(quest.reward), amount: quest.amount },
  })),
  rewards: [
    reward('bonus', { kind: 'points', unit: 'Points' }),
    reward('box'),
    reward('ether', { kind: 'token', unit: 'ETH', decimals: 18 }),
  ],
  stock: { box: String(boxes), ether: '20' },
} as const;

const triggers = {
  pay: trigger({ id: 'pay', credit: { kind: 'rate', rate: points(rate) } }),
  visit: trigger({ id: 'visit', credit: { kind: 'fixed', amount: points(3) }, taskId: taskId('daily') }),
} as const;
const worthOfVisit = 3;

type Command =
  | { readonly do: 'join'; readonly who: Name; readonly referrer: Name | null }
  | { readonly do: 'complete'; readonly who: Name; readonly task: TaskName }
  | {
      readonly do: 'fire';
      readonly who: Name;
      readonly trigger: keyof typeof triggers;
      readonly cents: number;
      readonly key: string | null;
    }
  | {
      readonly do: 'issue' | 'deduct';
      readonly who: Name;
      readonly units: number;
      readonly reference: string;
    }
  | {
      readonly do: 'play';
      readonly who: Name;
      readonly city: string | null;
      readonly score: number | null;
      readonly level: boolean;
      readonly key: string | null;
    }
  | { readonly do: 'sign_in'; readonly who: Name }
  | { readonly do: 'pass'; readonly hours: number };

const who = fc.constantFrom(...people);
const key = fc.constantFrom('1', '2', '3');
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), who, referrer: fc.option(who) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('complete' as const), who, task: fc.constantFrom(...taskNames) }),
  },
  fc.record({
    do: fc.constant('fire' as const),
    who,
    trigger: fc.constantFrom('pay' as const, 'visit' as const),
    cents: fc.integer({ min: -100, max: 100_000 }),
    key: fc.option(key),
  }),
  fc.record({
    do: fc.constantFrom('issue' as const, 'deduct' as const),
    who,
    units: fc.oneof(fc.integer({ min: -10, max: 5_000_000 }), fc.constant(70_000)),
    reference: key,
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('play' as const),
      who,
      city: fc.option(fc.constantFrom('Bern', 'Basel')),
      score: fc.option(fc.integer({ min: -3, max: 40 })),
      level: fc.boolean(),
      key: fc.option(key),
    }),
  },
  fc.record({ do: fc.constant('sign_in' as const), who }),
  fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 30 }) }),
);
/** Long enough that people refer each other and finish quests. */
const history = fc.array(command, { minLength: 20, maxLength: 80, size: 'max' });

function obey(season: Season, one: Exclude<Command, { do: 'pass' }>): Decision {
  switch (one.do) {
    case 'join':
      return season.join(one.who, one.referrer);
    case 'complete':
      return season.complete(one.who, one.task);
    case 'fire':
      return season.fire(one.who, triggers[one.trigger], one.cents / 100, one.key);
    case 'issue':
      return season.issue(one.who, new Decimal(one.units).div(10_000).toFixed(), one.reference);
    case 'deduct':
      return season.deduct(one.who, new Decimal(one.units).div(10_000).toFixed(), one.reference);
    case 'play': {
      const { city, score, level, key } = one;
      return season.play(one.who, {
        ...(city !== null && { fields: { city } }),
        ...(score !== null && { score }),
        ...(level && { level: 'light' }),
        ...(key !== null && { key }),
      });
    }
    case 'sign_in':
      return season.act(one.who, { kind: 'sign_in', method: 'email', account: null, sessionId: 'ses_1' });
  }
}

/** Plays a history; after each action the caller may look. */
function play(
  commands: readonly Command[],
  look: (season: Season, decision: Decision, one: Command) => void,
) {
  const season = new Season(design);
  for (const name of people) season.person(name);
  for (const one of commands) {
    if (one.do === 'pass') season.pass(one.hours * hourMs);
    else look(season, obey(season, one), one);
  }
  return season;
}

const units = (amount: number) => Math.round(amount * 10_000);
/** Half a unit up. */
const percentOf = (amount: number, percent: number) => Math.floor((amount * percent * 10 + 500) / 1000);

class Somebody {
  joined = false;
  referrer: Name | null = null;
  state: 'linked' | 'qualified' | 'converted' | null = null;
  multiplier = 0;
  total = 0;
  referral = 0;
  ugc = 0;
  done = new Map<TaskName, number>();
  quests = new Set<string>();
  city: string | null = null;
  best: number | null = null;
}

class Refused extends Error {}
class Repeated extends Error {}

/** The rules once more, as plainly as can be. */
class Model {
  everybody = new Map<Name, Somebody>(people.map((name) => [name, new Somebody()]));
  /** What each name of a caller's stands for, in units where it is points. */
  keys = new Map<string, number>();
  boxes = boxes;
  atMs = start.getTime();

  one(name: Name): Somebody {
    return this.everybody.get(name) ?? new Somebody();
  }

  /** The outcome's word; all or nothing. */
  obey(command: Command): string {
    const before = structuredClone([this.keys, this.boxes] as const);
    const people = new Map([...this.everybody].map(([name, one]) => [name, copyOf(one)]));
    try {
      this.#carryOut(command);
      return 'done';
    } catch (reason) {
      [this.keys, this.boxes] = before;
      this.everybody = people;
      if (reason instanceof Refused) return 'refused';
      if (reason instanceof Repeated) return 'repeated';
      throw reason;
    }
  }

  #carryOut(command: Command): void {
    switch (command.do) {
      case 'pass':
        this.atMs += command.hours * hourMs;
        return;
      case 'sign_in':
        return;
      case 'join': {
        const person = this.one(command.who);
        if (command.referrer === command.who) throw new Refused();
        if (!person.joined) {
          this.#enter(person, command.referrer);
          return;
        }
        if (command.referrer !== null && command.referrer !== person.referrer) throw new Refused();
        throw new Repeated();
      }
      case 'complete': {
        const person = this.one(command.who);
        if (!this.#open(person, command.task)) throw new Repeated();
        if (!person.joined) this.#enter(person, null);
        if (!this.#ready(person, command.task)) throw new Refused();
        const worth = units(tasks[command.task].points);
        this.#complete(person, command.task, percentOf(worth, 100 + person.multiplier));
        return;
      }
      case 'fire': {
        const person = this.one(command.who);
        if (command.key !== null) this.#once(`${command.who} ${command.trigger} ${command.key}`, 0);
        if (command.trigger === 'pay' && command.cents < 0) throw new Refused();
        if (!person.joined) this.#enter(person, null);
        if (command.trigger === 'pay') {
          this.#credit(person, Math.floor((command.cents * units(rate) + 50) / 100));
          return;
        }
        const worth = units(worthOfVisit);
        if (this.#open(person, 'daily')) this.#complete(person, 'daily', worth);
        else this.#credit(person, worth);
        return;
      }
      case 'issue':
      case 'deduct': {
        const person = this.one(command.who);
        this.#once(`${command.who} ${command.do} ${command.reference}`, command.units);
        if (command.units <= 0) throw new Refused();
        if (command.do === 'issue') {
          if (!person.joined) this.#enter(person, null);
          this.#credit(person, command.units);
          return;
        }
        if (person.total < command.units) throw new Refused();
        person.total -= command.units;
        return;
      }
      case 'play':
        this.#play(this.one(command.who), command);
    }
  }

  #once(key: string, stands: number): void {
    const before = this.keys.get(key);
    if (before === stands) throw new Repeated();
    if (before !== undefined) throw new Refused();
    this.keys.set(key, stands);
  }

  #play(person: Somebody, round: Extract<Command, { do: 'play' }>): void {
    if (round.key !== null) this.#once(`${round.who} play ${round.key}`, 0);
    const opens = round.level && this.#open(person, 'level');
    const submits = round.city !== null && round.city !== person.city;
    if (!opens && !submits && round.score === null) throw new Repeated();
    if (!person.joined) this.#enter(person, null);
    if (round.level && !this.#ready(person, 'level')) throw new Refused();
    if (submits) person.city = round.city;
    if (opens) this.#complete(person, 'level', percentOf(units(tasks.level.points), 100 + person.multiplier));
    if (round.score !== null) person.best = Math.max(round.score, person.best ?? round.score);
  }

  #enter(person: Somebody, referrer: Name | null): void {
    if (referrer !== null && !this.one(referrer).joined) throw new Refused();
    person.joined = true;
    person.referrer = referrer;
    person.state = referrer === null ? null : 'linked';
    this.#credit(person, units(initial));
  }

  #credit(person: Somebody, amount: number): void {
    person.total += amount;
    if (person.state === 'linked' && (person.total >= units(minPoints) || person.done.has('post'))) {
      person.state = 'qualified';
    }
  }

  #open(person: Somebody, name: TaskName): boolean {
    const last = person.done.get(name);
    if (last === undefined) return true;
    switch (tasks[name].recurrence) {
      case 'once':
        return false;
      case 'unlimited':
        return true;
      case 'every_8_hours':
        return Math.floor(last / (8 * hourMs)) < Math.floor(this.atMs / (8 * hourMs));
      case 'daily':
        return dayOf(last) !== dayOf(this.atMs);
      case 'weekly':
        return mondayOf(last) !== mondayOf(this.atMs);
    }
  }

  #ready(person: Somebody, name: TaskName): boolean {
    return tasks[name].needs.every((need: TaskName) => person.done.has(need));
  }

  #complete(person: Somebody, name: TaskName, worth: number): void {
    const { multiplier, ugc, quest } = tasks[name];
    if (!person.done.has(name)) person.multiplier += multiplier;
    person.done.set(name, this.atMs);
    if (ugc) person.ugc += worth;
    this.#credit(person, worth);
    const all = taskNames.filter((other) => tasks[other].quest === quest);
    if (!person.quests.has(quest) && all.every((other) => person.done.has(other))) {
      person.quests.add(quest);
      this.#credit(person, percentOf(units(quests[quest].points), 100 + person.multiplier));
      if (quest === 'sail') this.#credit(person, units(15.25));
      if (quest === 'daily') this.boxes -= 1;
      if (this.boxes < 0) throw new Refused();
    }
    this.#rewardReferrer(person, worth);
  }

  #rewardReferrer(person: Somebody, worth: number): void {
    if (person.referrer === null || person.state === 'linked') return;
    const referrer = this.one(person.referrer);
    const bonus = percentOf(worth, bonusPercent);
    referrer.referral += bonus;
    this.#credit(referrer, bonus);
    person.state = 'converted';
  }
}

function copyOf(one: Somebody): Somebody {
  return Object.assign(new Somebody(), one, { done: new Map(one.done), quests: new Set(one.quests) });
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function mondayOf(ms: number): string {
  const day = new Date(ms);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return dayOf(day.getTime());
}

const sum = (amounts: readonly Decimal[]) =>
  amounts.reduce((total, amount) => total.plus(amount), new Decimal(0));
const changesOf = (decision: Decision): readonly Change[] =>
  decision.kind === 'done' ? decision.changes : [];

/** All messages of a format, in the order of their events. */
function messages(format: 'claimr' | 'chainvine' | 'reward', season: Season) {
  return season.events.flatMap((event) =>
    formatsByName[format]
      .carries(event)
      .map((scope) => ({ event, scope, body: render(format, event, scope) })),
  );
}

interface Claimr {
  readonly user: string;
  readonly total_xp: number;
  readonly ref_xp: number;
  readonly event: {
    readonly type: string;
    readonly data: {
      readonly xp: number;
      readonly action: { readonly meta: { referrer: string; total_xp: number } };
    };
  };
}

describe('any history of actions', () => {
  it('comes out as a plain model of the rules says', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const model = new Model();
        const season = new Season(design);
        for (const name of people) season.person(name);
        for (const one of commands) {
          const expected = model.obey(one);
          if (one.do === 'pass') {
            season.pass(one.hours * hourMs);
            continue;
          }
          expect(obey(season, one).kind, JSON.stringify(one)).toBe(expected);
          for (const name of people) {
            const { total, referralPoints, ugcPoints, multiplierPercent, referral } = season.person(name);
            const { total: t, referral: r, ugc: u, multiplier: m, state } = model.one(name);
            expect(
              [total, referralPoints, ugcPoints].map((amount) => amount.times(10_000).toNumber()),
            ).toEqual([t, r, u]);
            expect([multiplierPercent.toNumber(), referral?.state ?? null]).toEqual([m, state]);
            const { bestScore, person: told } = season.person(name);
            const { best, city } = model.one(name);
            expect([bestScore?.toNumber() ?? null, told.fields['city'] ?? null]).toEqual([best, city]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leaves counters that are the sums of the ledger, entry by entry as the events tell it', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const ledger: Extract<Change, { kind: 'ledger' }>[] = [];
        const season = play(commands, (_, decision) => {
          ledger.push(...changesOf(decision).filter((change) => change.kind === 'ledger'));
        });
        const sumOf = (name: Name, buckets: readonly string[] | null) =>
          sum(
            ledger
              .filter((row) => row.participation.person.id === personId(name))
              .filter((row) => buckets === null || buckets.includes(row.bucket))
              .map((row) => row.amount),
          ).toFixed();
        for (const name of people) {
          const { total, referralPoints, ugcPoints, seq } = season.person(name);
          expect([total, referralPoints, ugcPoints].map((amount) => amount.toFixed())).toEqual([
            sumOf(name, null),
            sumOf(name, ['referral']),
            sumOf(name, ['ugc']),
          ]);
          const own = season.events.filter(({ participant }) => participant?.id === personId(name));
          expect(own.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
          let running = new Decimal(0);
          for (const { type, data, participant } of own) {
            if (type !== 'points.issued' && type !== 'points.deducted') continue;
            const { transaction, amount } = data as { transaction: { id: string }; amount: number };
            const row = ledger.find(({ id }) => id === transaction.id);
            expect(row?.amount.abs().toNumber()).toBe(amount);
            running = running.plus(row?.amount ?? 0);
            expect(participant?.total_points).toBe(running.toNumber());
          }
        }
        const causes = ledger.map((row) => `${row.participation.person.id} ${row.bucket} ${row.cause}`);
        expect(new Set(causes).size).toBe(causes.length);
      }),
      { numRuns: 100 },
    );
  });

  it('adds up for a receiver of claimr’s messages, at every message', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const season = play(commands, () => {});
        const totals = new Map<string, Decimal>();
        const add = (user: string, amount: number) =>
          totals.set(user, (totals.get(user) ?? new Decimal(0)).plus(amount));
        for (const event of season.events) {
          const user = event.participant?.id ?? '';
          // What claimr has no message for: joining and what was taken.
          if (event.type === 'user.joined_campaign') add(user, initial);
          if (event.type === 'points.deducted') add(user, -(event.data as { amount: number }).amount);
          for (const scope of formatsByName.claimr.carries(event)) {
            const message = render('claimr', event, scope) as unknown as Claimr;
            const { xp, action } = message.event.data;
            if (scope === 'user_activity' || scope === 'user_reward') add(user, xp);
            if (message.event.type === 'referral_action') {
              add(action.meta.referrer, xp);
              expect(action.meta.total_xp).toBe(totals.get(action.meta.referrer)?.toNumber());
            }
            expect(message.total_xp).toBe(totals.get(user)?.toNumber() ?? 0);
          }
        }
        for (const name of people) {
          expect(season.person(name).total.toNumber()).toBe(totals.get(personId(name))?.toNumber() ?? 0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('tells a high score exactly when it is one, and whether anybody is ahead of it', () => {
    let told = 0;
    fc.assert(
      fc.property(history, (commands) => {
        const best = new Map<string, number>();
        const season = play(commands, () => {});
        for (const { type, participant, data } of season.events) {
          if (type !== 'game.high_score') continue;
          const who = participant?.id ?? '';
          const { score, previous_high_score, is_campaign_best } = data as Record<string, unknown>;
          expect(previous_high_score).toBe(best.get(who) ?? null);
          best.set(who, score as number);
          expect(score).toBeGreaterThan((previous_high_score as number | null) ?? -Infinity);
          expect(is_campaign_best).toBe([...best.values()].every((other) => other <= (score as number)));
          told += 1;
        }
        for (const name of people) {
          expect(season.person(name).bestScore?.toNumber()).toBe(best.get(personId(name)));
        }
      }),
      { numRuns: 50 },
    );
    expect(told).toBeGreaterThan(0);
  });

  it('shows one number for a trigger’s worth: in the ledger, to claimr and to Reward', () => {
    fc.assert(
      fc.property(history, (commands) => {
        play(commands, (_, decision, one) => {
          if (one.do !== 'fire' || decision.kind !== 'done') return;
          const fired = eventOf(decision, 'trigger.fired');
          expect(render('reward', fired, null)).toMatchObject({ data: { value: one.cents / 100 } });
          const { transaction } = decision.result;
          if (transaction === null) return;
          const row = decision.changes.find((change) => 'id' in change && change.id === transaction.id);
          const issued = decision.events.find(
            ({ event }) =>
              event.type === 'points.issued' &&
              (event.data as { transaction: { id: string } }).transaction.id === transaction.id,
          );
          const carrier =
            decision.result.completion === null ? issued?.event : eventOf(decision, 'task.completed');
          if (row?.kind !== 'ledger' || issued === undefined || carrier === undefined)
            throw new Error('missing');
          const [scope] = formatsByName.claimr.carries(carrier);
          const claimr = render('claimr', carrier, scope ?? null) as unknown as Claimr;
          const toReward = render('reward', issued.event, null) as {
            data: { transaction: { amount: number } };
          };
          expect([toReward.data.transaction.amount, claimr.event.data.xp]).toEqual([
            row.amount.toNumber(),
            transaction.amount,
          ]);
          expect(transaction.amount).toBe(row.amount.toNumber());
        });
      }),
      { numRuns: 50 },
    );
  });

  it('converts only who joined through the same referrer before, and each once', () => {
    let conversions = 0;
    fc.assert(
      fc.property(history, (commands) => {
        const joined = new Map<string, string | undefined>();
        const converted = new Set<string>();
        for (const { body } of messages(
          'chainvine',
          play(commands, () => {}),
        )) {
          const { name, data } = body['event'] as { name: string; data: Record<string, string> };
          if (name === 'USER_JOINED_CAMPAIGN') {
            expect(joined.has(String(data['user_id']))).toBe(false);
            joined.set(String(data['user_id']), data['referrer']);
          }
          if (name !== 'REFERRAL_CONVERSION') continue;
          const claimer = String(data['claimer']);
          expect(data['referrer']).toBeDefined();
          expect(joined.get(claimer)).toBe(data['referrer']);
          expect(converted.has(claimer)).toBe(false);
          converted.add(claimer);
          conversions += 1;
        }
      }),
      { numRuns: 100 },
    );
    expect(conversions).toBeGreaterThan(0);
  });

  it('tells each earning to the last decimal, and takes as much from the stock', () => {
    let earnings = 0;
    fc.assert(
      fc.property(history, (commands) => {
        const written: Extract<Change, { kind: 'earning' }>[] = [];
        const season = play(commands, (_, decision) => {
          written.push(...changesOf(decision).filter((change) => change.kind === 'earning'));
        });
        for (const { id, name } of design.rewards) {
          const told = messages('chainvine', season).flatMap(({ body }) => {
            const { name: event, data } = body['event'] as {
              name: string;
              data: { reward: { name: string }; amount: string };
            };
            return event === 'EARNING_CREATED' && data.reward.name === name ? [new Decimal(data.amount)] : [];
          });
          const rows = written
            .filter(({ earning }) => earning.reward === id)
            .map(({ earning }) => new Decimal(earning.amount));
          earnings += rows.length;
          expect(sum(told).toFixed()).toBe(sum(rows).toFixed());
          const left = season.world.stock.get(id);
          if (left === undefined) continue;
          const stock = design.stock[name as keyof typeof design.stock];
          expect(left.plus(sum(rows)).toFixed()).toBe(stock);
        }
      }),
      { numRuns: 50 },
    );
    expect(earnings).toBeGreaterThan(0);
  });
});

describe('the histories', () => {
  it('hold every outcome, so that what is said of them is said of something', () => {
    const codes = new Set<string>();
    for (const commands of fc.sample(history, 200))
      play(commands, (_, decision) => codes.add(codeOf(decision)));
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'done',
        'repeated',
        'self_referral',
        'unknown_referrer',
        'referral_too_late',
        'prerequisite_missing',
        'amount_out_of_range',
        'insufficient_points',
        'not_joined',
        'out_of_stock',
        'reference_reused',
      ]),
    );
  });
});
