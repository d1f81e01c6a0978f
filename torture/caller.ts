import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { oneOf, type Random } from '../packages/server/src/demo/random.ts';
import type { Installation } from './installation.ts';

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
  /** When the request that was answered began, by `performance.now()`. */
  readonly askedAtMs: number;
  /** Requests before it that nobody answered: each of them may have been carried out. */
  readonly unanswered: number;
  /** The node that answered. */
  readonly origin: string;
}

interface Call {
  /** Which node is asked at first; any of them otherwise. */
  readonly origin?: string;
  readonly key?: string;
  /** In place of JSON. */
  readonly csv?: string;
  readonly token?: string;
}

const givesUpAfterMs = 90_000;
const longestPauseMs = 250;

/** A client as it should be: what was not answered, or turned away for now, is asked again until it is. */
export class Caller {
  readonly #installation: Installation;
  readonly #random: Random;
  #closed = false;
  readonly #agent = new Agent({ headersTimeout: 20_000, bodyTimeout: 20_000, connections: 64 });
  /** Requests that nobody answered, and answers that told to come again. */
  unanswered = 0;
  turnedAway = 0;

  constructor(installation: Installation, random: Random) {
    this.#installation = installation;
    this.#random = random;
  }

  async ask<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    call: Call = {},
  ): Promise<Answered<T>> {
    const begun = performance.now();
    let unanswered = 0;
    let first = call.origin;
    for (let pauseMs = 10; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      const { origins } = this.#installation;
      if (origins.length > 0) {
        const askedAtMs = performance.now();
        try {
          const origin = first ?? oneOf(this.#random, origins);
          first = undefined;
          const { status, text } = await this.#once(origin, method, path, body, call);
          if (status !== 503 && status !== 429) {
            return {
              status,
              body: (text === '' ? null : JSON.parse(text)) as T,
              askedAtMs,
              unanswered,
              origin,
            };
          }
          this.turnedAway += 1;
        } catch {
          // Nobody there, or gone before the answer was whole.
          unanswered += 1;
          this.unanswered += 1;
        }
      }
      if (this.#closed) throw new Error(`${method} ${path} was given up`);
      if (performance.now() - begun > givesUpAfterMs) {
        throw new Error(`${method} ${path} was not answered for ${givesUpAfterMs / 1_000} s`);
      }
      await pause(pauseMs);
    }
  }

  /** What must be answered with success. */
  async must<T>(...asked: Parameters<Caller['ask']>): Promise<T> {
    const { status, body } = await this.ask<T>(...asked);
    if (status >= 300) throw new Error(`${asked[0]} ${asked[1]}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Every item of a list. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = null; ; ) {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { data: T[]; next_cursor: string | null } = await this.must(
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}limit=200${after}`,
      );
      items.push(...page.data);
      cursor = page.next_cursor;
      if (cursor === null) return items;
    }
  }

  async #once(origin: string, method: string, path: string, body: unknown, { key, csv, token }: Call) {
    const response = await request(`${origin}${path}`, {
      dispatcher: this.#agent,
      method,
      headers: {
        authorization: `Bearer ${token ?? this.#installation.token}`,
        ...(csv !== undefined && { 'content-type': 'text/csv' }),
        ...(csv === undefined && body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(csv !== undefined ? { body: csv } : body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  /** Whoever still waits for an answer waits in vain. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent.destroy();
  }
}
