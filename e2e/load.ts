import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@fanfare/testkit';
import type { FanfareProcess } from './fanfare-process.ts';

const publishers = 4;
const eventsPerRequest = 5;
/** A call that is not answered by then has been left hanging. */
const answerWithinMs = 45_000;
const acceptedWithinMs = 30_000;

/** Callers that go on without a break, whatever the answer: publishers, and whoever else is given. */
export class Load {
  /** Ids of the events that were answered with 202. */
  readonly acknowledged = new Set<string>();
  /** Answers that were neither a success nor a 503 in order. */
  readonly others = new Set<string>();
  turnedAway = 0;
  /** The longest that a caller waited, ms. */
  longestMs = 0;
  readonly #origin: string;
  readonly #token: string;
  readonly #running: Promise<unknown>;
  #stopped = false;
  #calls = 0;

  constructor(fanfare: FanfareProcess, visits: readonly ((n: number) => Visit)[] = []) {
    this.#origin = fanfare.origin;
    this.#token = fanfare.token;
    const callers = Array.from({ length: publishers }, () => () => this.#publish());
    for (const visit of visits) callers.push(async () => void (await this.#call(visit(this.#calls))));
    this.#running = Promise.all(
      callers.map(async (call) => {
        while (!this.#stopped) {
          await call();
          await pause(5);
        }
      }),
    );
  }

  async #publish(): Promise<void> {
    const body = Array.from({ length: eventsPerRequest }, () => ({
      type: 'trigger.fired',
      participant: { external_id: `customer-${this.#calls}` },
      data: { trigger: { id: 'successful_payment' }, value: 2.99 },
    }));
    const text = await this.#call({ method: 'POST', path: '/v1/events', body });
    if (text === null) return;
    const { results } = JSON.parse(text) as { results: { status: string; id: string }[] };
    for (const { status, id } of results) {
      if (status === 'accepted') this.acknowledged.add(id);
      else this.others.add(text);
    }
  }

  /** The body of a success; null of anything else. */
  async #call({ method, path, body }: Visit): Promise<string | null> {
    this.#calls += 1;
    const begun = performance.now();
    try {
      const response = await fetch(`${this.#origin}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(answerWithinMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return text;
      const inOrder =
        response.status === 503 &&
        Number(response.headers.get('retry-after')) > 0 &&
        response.headers.get('content-type')?.startsWith('application/problem+json');
      if (inOrder) this.turnedAway += 1;
      else this.others.add(`${method} ${path}: ${response.status} ${text}`);
    } catch (error) {
      this.others.add(`${method} ${path}: ${String(error)}`);
    } finally {
      this.longestMs = Math.max(this.longestMs, performance.now() - begun);
    }
    return null;
  }

  /** Until this many more events were acknowledged. */
  async untilAccepted(more: number): Promise<void> {
    const enough = this.acknowledged.size + more;
    await waitFor(() => this.acknowledged.size >= enough, {
      timeoutMs: acceptedWithinMs,
      what: 'events to be accepted',
    });
  }

  /** Until this many more calls were answered with 503. */
  async untilTurnedAway(more: number): Promise<void> {
    const enough = this.turnedAway + more;
    await waitFor(() => this.turnedAway >= enough, {
      timeoutMs: acceptedWithinMs,
      what: 'calls to be turned away',
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}

/** One call of the API. */
export interface Visit {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}
