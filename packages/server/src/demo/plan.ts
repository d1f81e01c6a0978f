import type { Act, NamedBy, Naming, Step, Verdict } from './acts.ts';
import { type Cast, type CastQuest, type CastTask, type CastTrigger, tasksOf } from './cast.ts';
import type { Membership, Person } from './people.ts';
import { oneOf, type Random, seededRandom, whole } from './random.ts';

/** The stream of a person's random numbers that decides what they do. */
const planStream = 4;
const signInMethods = ['google', 'email', 'discord', 'wallet'] as const;

/** Chances of what happens now and then. */
const chances = {
  signsIn: 0.6,
  callIsRepeated: 0.05,
  namesThemselves: 0.06,
  namesReferrerLate: 0.06,
  skipsAhead: 0.08,
  habit: 0.25,
  playsAgain: 0.4,
  trigger: 0.25,
  isGivenPoints: 0.08,
  spends: 0.06,
  overspends: 0.02,
  claims: 0.5,
  claimsInVain: 0.04,
  namedByAccount: 0.15,
} as const;

/** Less than what everybody has from joining. */
const spending = 60.5;
const moreThanAnybodyHas = 90_000_000;

/** Visits are many for a few and few for most: at least 2, 5 on average, never more than this. */
const mostVisits = 40;

function visitsOf(random: Random): number {
  return Math.min(mostVisits, Math.floor(2 * (1 - random()) ** -0.6));
}

/**
 * What one person does, from their first step to their last; with `endless` they go on for good with what may be
 * done again and again. The same person of the same seed does the same.
 */
export function* planOf(
  person: Person,
  settings: { readonly cast: Cast; readonly seed: number; readonly endless: boolean },
): Generator<Step, void> {
  const random = seededRandom(settings.seed, planStream, person.index);
  const stays = person.memberships.map((membership) => new Stay(person, membership, settings.cast, random));
  const [first] = stays;
  if (first === undefined) return;
  yield first.step({ kind: 'introduce' });
  let joined = 0;
  for (let visits = visitsOf(random); visits > 0 || joined < stays.length || settings.endless; visits--) {
    const next = joined === 0 || random() < 0.5 ? stays[joined] : undefined;
    if (next !== undefined) {
      joined += 1;
      yield* next.arrive();
    }
    yield* oneOf(random, stays.slice(0, joined)).visit();
  }
  for (const stay of stays) if (stay.hasToClaim) yield stay.claim();
}

/** A person in one campaign: what they did there, and what comes next. */
class Stay {
  readonly #person: Person;
  readonly #membership: Membership;
  readonly #cast: Cast;
  readonly #random: Random;
  /** Tasks that are done once, and those that are done again. What only a trigger completes is neither. */
  readonly #path: CastTask[];
  readonly #habits: readonly CastTask[];
  readonly #done = new Set<string>();
  readonly #levels: CastTask[] = [];
  #fired = 0;
  #played = 0;
  #given = 0;
  #hasSpent = false;
  /** Keys of rewards that came since the last claim, and of those that others pay and that were claimed. */
  readonly #fresh = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #finished = new Set<CastQuest>();

  constructor(person: Person, membership: Membership, cast: Cast, random: Random) {
    this.#person = person;
    this.#membership = membership;
    this.#cast = cast;
    this.#random = random;
    const triggered = new Set(cast.triggers.map(({ completes }) => completes));
    const own = tasksOf(cast).filter(({ key }) => !triggered.has(key));
    this.#path = own.filter(({ recurrence }) => recurrence === 'once');
    this.#habits = own.filter(({ recurrence }) => recurrence !== 'once');
  }

  step(act: Act, expected: readonly Verdict[] = ['done'], needs: number | null = null): Step {
    return {
      after: 0.3 + this.#random(),
      campaign: this.#membership.campaign,
      act,
      expected,
      needs,
    };
  }

  *arrive(): Generator<Step, void> {
    const { index } = this.#person;
    const { referrer } = this.#membership;
    yield this.#signIn();
    if (this.#chance('namesThemselves')) {
      yield this.step({ kind: 'join', referrer: { person: index, by: 'code' } }, ['self_referral']);
    }
    const by = oneOf(this.#random, ['code', 'external_id', 'account'] as const);
    const join: Act = { kind: 'join', referrer: referrer === null ? null : { person: referrer, by } };
    yield this.step(join, ['done'], referrer);
    yield* this.#again(join);
    // The first of all takes part everywhere.
    const late: Naming = { person: 0, by: 'external_id' };
    if (index > 0 && referrer !== 0 && this.#chance('namesReferrerLate')) {
      yield this.step({ kind: 'join', referrer: late }, ['referral_too_late'], late.person);
    }
  }

  *visit(): Generator<Step, void> {
    const pause = -Math.log(1 - this.#random()) * 8;
    if (this.#chance('signsIn')) yield { ...this.#signIn(), after: pause };
    for (let acts = 1 + whole(this.#random, 3); acts > 0; acts--) {
      if (this.#chance('trigger')) yield* this.#fire();
      else if (this.#path.length === 0 || this.#chance('habit')) yield* this.#keepHabit();
      else yield* this.#goOn();
    }
    if (this.#chance('isGivenPoints')) yield* this.#beGiven();
    if (this.#chance('spends') && !this.#hasSpent) yield* this.#spend();
    if (this.#chance('overspends')) {
      yield this.step(this.#withdrawal(moreThanAnybodyHas, 'too-much'), ['insufficient_points']);
    }
    const mayGetSomething = this.#fresh.size + this.#asked.size > 0;
    if (this.#chance(mayGetSomething ? 'claims' : 'claimsInVain')) yield this.claim();
  }

  /** What is new can be claimed. What was claimed and failed to be paid can be claimed again, once that is known. */
  claim(): Step {
    const expected: readonly Verdict[] =
      this.#fresh.size > 0
        ? ['done']
        : this.#asked.size > 0
          ? ['nothing_to_claim', 'done']
          : ['nothing_to_claim'];
    for (const key of this.#fresh) {
      if (this.#cast.rewards.some((reward) => reward.key === key && reward.paid_by !== null)) {
        this.#asked.add(key);
      }
    }
    this.#fresh.clear();
    return this.step({ kind: 'claim' }, expected);
  }

  get hasToClaim(): boolean {
    return this.#fresh.size > 0;
  }

  /** A quest is finished by the last of its tasks, and may give a reward. */
  #markDone(key: string): void {
    this.#done.add(key);
    for (const quest of this.#cast.groups.flatMap(({ quests }) => quests)) {
      if (this.#finished.has(quest) || !quest.tasks.every((task) => this.#done.has(task.key))) continue;
      this.#finished.add(quest);
      if (quest.reward !== null) this.#fresh.add(quest.reward.key);
    }
  }

  #signIn(): Step {
    return this.step({ kind: 'sign_in', method: oneOf(this.#random, signInMethods) });
  }

  /** The next task that is done once; or a later one, too early. */
  *#goOn(): Generator<Step, void> {
    const early = this.#path.find(({ after }) => after.some((key) => !this.#done.has(key)));
    if (early !== undefined && this.#chance('skipsAhead')) {
      yield this.step(this.#completion(early), ['prerequisite_missing']);
    }
    const task = this.#path.shift();
    if (task === undefined) return;
    this.#markDone(task.key);
    if (task.level !== null) this.#levels.push(task);
    const act = this.#completion(task);
    yield this.step(act);
    yield* this.#again(act);
  }

  /** What may be done again and again: a level for a better score, the tasks of every day. */
  *#keepHabit(): Generator<Step, void> {
    if (this.#levels.length > 0 && this.#chance('playsAgain')) {
      yield this.step(this.#completion(oneOf(this.#random, this.#levels)));
      return;
    }
    if (this.#habits.length === 0) return;
    const task = oneOf(this.#random, this.#habits);
    // A day or a week may end between two calls, so that either may come of it.
    const mayBeRepeated = task.recurrence !== 'unlimited' && this.#done.has(task.key);
    this.#markDone(task.key);
    yield this.step(this.#completion(task), mayBeRepeated ? ['repeated', 'done'] : ['done']);
  }

  *#fire(): Generator<Step, void> {
    if (this.#cast.triggers.length === 0) return;
    const trigger = oneOf(this.#random, this.#cast.triggers);
    this.#fired += 1;
    if (trigger.completes !== null) this.#markDone(trigger.completes);
    const act: Act = {
      kind: 'fire',
      trigger: trigger.key,
      value: this.#valueFor(trigger),
      key: `${this.#person.externalId}-${this.#fired}`,
    };
    yield this.step(act);
    yield* this.#again(act);
  }

  /** Money, to the cent; nothing where the trigger gives the same each time. */
  #valueFor({ rate }: CastTrigger): number | null {
    return rate === undefined ? null : Math.round(199 + this.#random() ** 3 * 8_000) / 100;
  }

  *#beGiven(): Generator<Step, void> {
    this.#given += 1;
    const reference = `thank-you-${this.#given}`;
    const act: Act = { kind: 'book', amount: 75, cause: 'custom', reference };
    yield this.step(act);
    yield* this.#again(act);
  }

  *#spend(): Generator<Step, void> {
    this.#hasSpent = true;
    const act = this.#withdrawal(spending, 'harbour-shop');
    yield this.step(act);
    yield* this.#again(act);
  }

  #withdrawal(amount: number, reference: string): Act {
    return { kind: 'book', amount: -amount, cause: 'withdrawal', reference };
  }

  /** Forms and levels are played, everything else is completed. */
  #completion(task: CastTask): Act {
    const by: NamedBy = this.#chance('namedByAccount') ? 'account' : 'external_id';
    if (task.level === null && task.type !== 'form') return { kind: 'complete', task: task.key, by };
    this.#played += 1;
    const key = `${this.#person.externalId}-round-${this.#played}`;
    if (task.level === null) {
      const form = {
        newsletter: this.#random() < 0.5,
        boat: `The ${this.#person.lastName}`,
        crew: 1 + whole(this.#random, 6),
      };
      return { kind: 'play', round: { task: task.key }, fields: form, score: null, key, by };
    }
    const score = 1_000 * task.level.number + whole(this.#random, 9_000);
    return { kind: 'play', round: { level: task.level.id }, fields: null, score, key, by };
  }

  /** The caller did not get the answer, say, and asks again for what may happen once. */
  *#again(act: Act): Generator<Step, void> {
    if (this.#chance('callIsRepeated')) yield this.step(act, ['repeated']);
  }

  #chance(of: keyof typeof chances): boolean {
    return this.#random() < chances[of];
  }
}
