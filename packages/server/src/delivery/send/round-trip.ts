import type { Dispatcher } from 'undici';
import type { Answer, Outcome, SendFailure, Timings } from '../outcome.ts';
import type { Connection } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { MessageVariant } from './failures.ts';
import { describe, isLostConnection, OpeningFailure, ownerMessage, roundTripFailure } from './failures.ts';
import type { Origin } from './opening.ts';
import { readResponseHeaders } from './response-headers.ts';

export interface RoundTripOrder {
  readonly origin: Origin;
  readonly options: Dispatcher.DispatchOptions;
  readonly timeoutMs: number;
  readonly oneRequestOnly: boolean;
  readonly maxBodyBytes: number;
}

/** More 1xx answers than this before the final one is an attack or a loop. */
const maxInformational = 16;
const noBytes = new Uint8Array(0);

/**
 * One request and what comes back: undici's handler, the one deadline over all phases, and the outcome.
 * Made to be cheap: one object, one timer and one promise per request.
 */
export class RoundTrip implements Dispatcher.DispatchHandler {
  readonly #order: RoundTripOrder;
  readonly #pool: ConnectionPool;
  readonly #settled: (trip: RoundTrip, outcome: Outcome) => void;

  #connection: Connection | null = null;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #ended = false;
  #repeated = false;

  /** The request was written, on `performance.now()`'s clock; 0 before. */
  #sentAt = 0;
  /** The head of the final answer was read; 0 before. */
  #headAt = 0;
  /** Some bytes of an answer came on this connection. */
  #heard = false;
  #onKeptSocket = false;
  #informational = 0;

  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #chunks: Buffer[] | null = null;
  #bodyBytes = 0;
  #bodyCut = false;

  constructor(
    order: RoundTripOrder,
    pool: ConnectionPool,
    settled: (trip: RoundTrip, outcome: Outcome) => void,
  ) {
    this.#order = order;
    this.#pool = pool;
    this.#settled = settled;
    this.#timer = setTimeout(expire, order.timeoutMs, this);
  }

  start(): void {
    const { origin, oneRequestOnly } = this.#order;
    // A kept connection may die under the request, and then nobody knows whether it was seen.
    this.#sendOn(oneRequestOnly ? this.#pool.open(origin) : this.#pool.take(origin));
  }

  #sendOn(connection: Connection): void {
    this.#connection = connection;
    connection.dispatch(this.#order.options, this, this.#startedAt + this.#order.timeoutMs);
  }

  /** Called when the request is about to be written, with its connection open. */
  onConnect(): void {
    this.#sentAt = performance.now();
    this.#onKeptSocket = this.#connection?.opening === null;
  }

  onResponseStarted(): void {
    this.#heard = true;
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    if (this.#ended) return true;
    if (status < 200) {
      this.#informational += 1;
      if (status === 101) this.#failOpen('malformed_response', 'upgrade', 'status 101 without an upgrade');
      else if (this.#informational > maxInformational) {
        this.#failOpen('malformed_response', 'informational', `${this.#informational} informational answers`);
      }
      return true;
    }
    this.#headAt = performance.now();
    this.#status = status;
    this.#headers = readResponseHeaders(rawHeaders);
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#ended) return true;
    const room = this.#order.maxBodyBytes - this.#bodyBytes;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks ??= [];
    if (kept.length > 0) this.#chunks.push(kept);
    this.#bodyBytes += kept.length;
    if (chunk.length > room) {
      this.#bodyCut = true;
      this.#end(this.#answered());
      this.#giveUp();
    }
    return true;
  }

  onComplete(): void {
    if (this.#ended) return;
    const connection = this.#connection;
    this.#end(this.#answered());
    if (connection !== null) this.#pool.release(connection);
  }

  onError(error: Error): void {
    if (this.#ended) return;
    if (this.#mayRepeat(error)) {
      this.#repeated = true;
      this.#sentAt = 0;
      this.#giveUp();
      this.#sendOn(this.#pool.open(this.#order.origin));
      return;
    }
    if (error instanceof OpeningFailure) {
      this.#failOpen(error.failure, error.variant, error.message, error.certificateDate);
      return;
    }
    const headRead = this.#headAt > 0;
    const { failure, variant } = roundTripFailure(error, { heard: this.#heard, headRead });
    this.#failOpen(failure, variant, describe(error));
  }

  /**
   * A receiver may close a kept connection at the very moment we write to it; that is no failure of its own
   * (RFC 9112 section 9.3.1). Only when not a byte came back, only once, and only with the deadline still ahead.
   */
  #mayRepeat(error: Error): boolean {
    return (
      !this.#repeated &&
      !this.#order.oneRequestOnly &&
      this.#onKeptSocket &&
      !this.#heard &&
      isLostConnection(error)
    );
  }

  expire(): void {
    if (this.#ended) return;
    const opening = this.#connection?.opening ?? null;
    const detail = `deadline of ${this.#order.timeoutMs} ms`;
    if (this.#headAt > 0) this.#failOpen('body_timeout', null, detail);
    else if (opening === null || opening.stage === 'open') this.#failOpen('header_timeout', null, detail);
    else if (opening.stage === 'dns') this.#failOpen('dns_timeout', null, detail);
    else this.#failOpen('connect_timeout', opening.stage === 'tls' ? 'tls_handshake' : null, detail);
  }

  /** Ends the round trip because we are shutting down. */
  abort(): void {
    if (this.#ended) return;
    this.#end({ kind: 'aborted' });
    this.#giveUp();
  }

  #giveUp(): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) this.#pool.discard(connection);
  }

  /** Fails with the connection still held: takes the facts from it first, then ends it. */
  #failOpen(
    failure: SendFailure,
    variant: MessageVariant | null,
    detail: string,
    certificateDate: string | null = null,
  ): void {
    // Stops the phase that was under way, so that its time is known. Undici reports that back at once.
    this.#ended = true;
    this.#connection?.opening?.cancel(new Error(detail));
    const { origin, timeoutMs } = this.#order;
    this.#end({
      kind: 'failed',
      failure,
      message:
        failure === 'invalid_request'
          ? 'The request cannot be sent as it is. Check the method, the URL and the headers of the webhook.'
          : ownerMessage(
              failure,
              { host: origin.hostname, port: origin.port, timeoutMs },
              variant,
              certificateDate,
            ),
      detail,
      answer: this.#headAt > 0 ? this.#answer() : null,
      timings: this.#timings(),
      // The owner learns nothing of an address that was refused.
      address: failure === 'blocked_address' ? null : this.#address(),
    });
    this.#giveUp();
  }

  #end(outcome: Outcome): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#settled(this, outcome);
  }

  #answered(): Outcome {
    return { kind: 'answered', answer: this.#answer(), timings: this.#timings(), address: this.#address() };
  }

  #answer(): Answer {
    return {
      status: this.#status,
      headers: this.#headers,
      // Copied: the chunks are windows on large socket buffers.
      body: this.#chunks === null ? noBytes : Buffer.concat(this.#chunks, this.#bodyBytes),
      bodyCut: this.#bodyCut,
    };
  }

  #address(): string | null {
    const connection = this.#connection;
    return connection?.opening?.address ?? connection?.address ?? null;
  }

  #timings(): Timings {
    const now = performance.now();
    const opening = this.#connection?.opening ?? null;
    return {
      dnsMs: rounded(opening?.dnsMs ?? null),
      connectMs: rounded(opening?.connectMs ?? null),
      tlsMs: rounded(opening?.tlsMs ?? null),
      waitMs: this.#sentAt === 0 ? null : rounded((this.#headAt === 0 ? now : this.#headAt) - this.#sentAt),
      readMs: this.#headAt === 0 ? null : rounded(now - this.#headAt),
      totalMs: rounded(now - this.#startedAt),
    };
  }
}

function expire(trip: RoundTrip): void {
  trip.expire();
}

/** To a hundredth of a millisecond. */
function rounded(ms: number): number;
function rounded(ms: number | null): number | null;
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 100) / 100;
}
