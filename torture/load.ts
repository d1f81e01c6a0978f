import { setTimeout as pause } from 'node:timers/promises';
import { oneOf, type Random, seededRandom, whole } from '../packages/server/src/demo/random.ts';
import type { Caller } from './caller.ts';
import type { World } from './world.ts';

/** What those who asked for it were told: the ledger that everything is held against. */
export interface Ledger {
  /** Events that were published and acknowledged: when the request began, by `performance.now()`. */
  readonly published: Map<string, number>;
  /** Events that answers to actions named. */
  readonly told: Set<string>;
  /** Trigger events that were acknowledged: who, and a value that no other one has. */
  readonly fired: { readonly who: string; readonly value: number; readonly events: readonly string[] }[];
  /** Completions that were acknowledged: how many, by task and person. */
  readonly completed: Map<string, number>;
  /** Bookings that were acknowledged: their references with the amounts. */
  readonly booked: Map<string, number>;
  /** Answers that nothing explains. */
  readonly surprises: string[];
  actions: number;
}

const publishers = 3;
const actors = 4;
const eventsPerRequest = 10;
const buyers = 200;
const publishPauseMs = 60;
const actPauseMs = 15;

interface ActionAnswer {
  readonly repeated: boolean;
  readonly events: readonly { readonly id: string; readonly type: string }[];
  readonly code?: string;
}

/** Streams of random numbers, by what they decide. */
const streams = { publisher: 11, actor: 12 } as const;

export class Load {
  readonly ledger: Ledger = {
    published: new Map(),
    told: new Set(),
    fired: [],
    completed: new Map(),
    booked: new Map(),
    surprises: [],
    actions: 0,
  };
  readonly #caller: Caller;
  readonly #world: World;
  readonly #seed: number;
  readonly #running: Promise<unknown>[] = [];
  #stopped = false;
  #counter = 0;

  constructor(parts: { readonly caller: Caller; readonly world: World; readonly seed: number }) {
    this.#caller = parts.caller;
    this.#world = parts.world;
    this.#seed = parts.seed;
  }

  /** Everybody joins, most of them brought by somebody before. */
  async gather(): Promise<void> {
    const random = seededRandom(this.#seed, streams.actor, this.#world.round, 0);
    const { people, tester } = this.#world;
    for (const [index, who] of people.entries()) {
      const referrer = index > 0 && random() < 0.7 ? people[whole(random, index)] : undefined;
      await this.#act(who, 'participants', {
        ...(referrer !== undefined && { referrer: { external_id: referrer } }),
      });
    }
    await this.#act(tester, 'participants', {});
  }

  start(): void {
    const { round } = this.#world;
    for (let lane = 0; lane < publishers; lane++) {
      const random = seededRandom(this.#seed, streams.publisher, round, lane);
      this.#running.push(this.#repeat(random, publishPauseMs, (n) => this.#publish(`${round}-${lane}-${n}`)));
    }
    for (let lane = 1; lane <= actors; lane++) {
      const random = seededRandom(this.#seed, streams.actor, round, lane);
      this.#running.push(this.#repeat(random, actPauseMs, () => this.#actAtRandom(random)));
    }
  }

  /** Asks for nothing more, and waits for nothing. */
  abandon(): void {
    this.#stopped = true;
  }

  /** Resolves when what was asked for is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** One more thing for everybody that all formats' counters see: their last message shows all that came before. */
  async sayGoodbye(): Promise<void> {
    const { people, tester } = this.#world;
    for (const who of [...people, tester]) await this.#fire(who);
  }

  async #repeat(random: Random, pauseMs: number, once: (n: number) => Promise<void>): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      try {
        await once(n);
      } catch (error) {
        this.ledger.surprises.push(error instanceof Error ? error.message : String(error));
        return;
      }
      await pause(2 * pauseMs * random());
    }
  }

  /** One event through each node. An id that a node did not give at once may be of another one's event. */
  async publishAtEach(
    origins: readonly string[],
  ): Promise<readonly { readonly origin: string; readonly eventId: string }[]> {
    const made: { origin: string; eventId: string }[] = [];
    for (const origin of origins) {
      const key = `probe-${this.#world.round}-${this.#counter++}`;
      const { body, askedAtMs, unanswered, ...answered } = await this.#caller.ask<{
        results: { id: string }[];
      }>('POST', '/v1/events', [this.#event(0)], { key, origin });
      for (const { id } of body.results) {
        this.ledger.published.set(id, askedAtMs);
        if (unanswered === 0) made.push({ origin: answered.origin, eventId: id });
      }
    }
    return made;
  }

  #event(index: number): object {
    return {
      type: 'trigger.fired',
      participant: { external_id: `buyer-${(this.#counter + index) % buyers}` },
      data: { trigger: { id: 'till' }, value: this.#counter + index },
    };
  }

  async #publish(key: string): Promise<void> {
    const events = Array.from({ length: eventsPerRequest }, (_, index) => this.#event(index));
    this.#counter += eventsPerRequest;
    const { status, body, askedAtMs } = await this.#caller.ask<{
      results: { status: string; id: string }[];
    }>('POST', '/v1/events', events, { key: `publish-${key}` });
    if (status !== 202) {
      this.ledger.surprises.push(`Events were answered with ${status}: ${JSON.stringify(body)}`);
      return;
    }
    for (const result of body.results) {
      if (result.status === 'accepted') this.ledger.published.set(result.id, askedAtMs);
      else this.ledger.surprises.push(`An event was not accepted: ${JSON.stringify(result)}`);
    }
  }

  async #actAtRandom(random: Random): Promise<void> {
    const { people, tester, tasks, game } = this.#world;
    const n = this.#counter++;
    // Nobody pays test participants, so that they earn nothing here.
    if (random() < 0.05) return this.#fire(tester);
    const who = oneOf(random, people);
    const chance = random();
    if (chance < 0.2) await this.#complete(tasks.mine, who);
    else if (chance < 0.3) await this.#complete(tasks.dig, who);
    else if (chance < 0.35) await this.#complete(tasks.once, who);
    else if (chance < 0.4) await this.#complete(tasks.after, who);
    else if (chance < 0.6) await this.#fire(who);
    else if (chance < 0.7) await this.#book(who, (100 + whole(random, 999)) / 100, `booking ${n}`, 'api');
    else if (chance < 0.75) await this.#book(who, -0.01, `withdrawal ${n}`, 'withdrawal');
    else if (chance < 0.85) {
      await this.#act(who, 'plays', { score: whole(random, 500), task_id: game, key: `round ${n}` });
    } else await this.#act(who, 'claims', {});
  }

  async #complete(task: string, who: string): Promise<void> {
    const answer = await this.#act(who, `tasks/${task}/completions`, {});
    if (answer === null || answer.repeated) return;
    const key = `${task} ${who}`;
    this.ledger.completed.set(key, (this.ledger.completed.get(key) ?? 0) + 1);
  }

  async #book(who: string, amount: number, reference: string, cause: string): Promise<void> {
    const answer = await this.#act(who, 'points', { amount, reference, cause });
    if (answer !== null) this.ledger.booked.set(reference, amount);
  }

  async #fire(who: string): Promise<void> {
    // No other one has this value, and nothing else gives as many points.
    const value = (100_000 + this.#counter++) / 100;
    const path = `/v1/triggers/${this.#world.trigger}/users/${encodeURIComponent(who)}/events`;
    const answer = await this.#ask(path, { value, key: `order ${value}` });
    if (answer === null) return;
    this.ledger.fired.push({ who, value, events: answer.events.map(({ id }) => id) });
  }

  #act(who: string, what: string, body: object): Promise<ActionAnswer | null> {
    return this.#ask(`/v1/campaigns/${this.#world.campaign}/${what}`, {
      participant: { external_id: who },
      ...body,
    });
  }

  /** Null: refused, for a reason that the rules of the campaign give. */
  async #ask(path: string, body: object): Promise<ActionAnswer | null> {
    const answered = await this.#caller.ask<ActionAnswer>('POST', path, body);
    this.ledger.actions += 1;
    if (answered.status === 200) {
      for (const { id } of answered.body.events) this.ledger.told.add(id);
      return answered.body;
    }
    const planned = ['nothing_to_claim', 'prerequisite_missing', 'insufficient_points', 'payout_under_way'];
    if (!planned.includes(answered.body.code ?? '')) {
      this.ledger.surprises.push(`POST ${path}: ${answered.status} ${JSON.stringify(answered.body)}`);
    }
    return null;
  }
}
