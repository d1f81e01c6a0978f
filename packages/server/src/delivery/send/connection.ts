import type { Dispatcher } from 'undici';
import { Client } from 'undici';
import type { OpeningSettings, Origin } from './opening.ts';
import { Opening } from './opening.ts';

/** How long an idle connection is kept when the receiver does not say, ms. Most servers close theirs after 5 s. */
const keepAliveMs = 4_000;
/** The longest an idle connection is kept when the receiver offers more, ms. */
const keepAliveMaxMs = 10_000;
/** Kept that much shorter than the receiver's own limit, so that we are the one who closes, ms. */
const keepAliveMarginMs = 1_000;
const maxResponseHeadBytes = 16_384;

/**
 * One connection to one origin, carrying one request at a time. Undici's client under it speaks HTTP/1.1;
 * how the socket comes about, and which address it goes to, is `Opening`'s.
 */
export class Connection {
  readonly origin: Origin;
  /** The socket opened for the request now under way; null when that request uses a kept socket. */
  opening: Opening | null = null;
  /** The address the last socket went to. */
  address: string | null = null;
  /** On `performance.now()`'s clock; of the first socket. */
  readonly createdAt = performance.now();
  busy = true;

  readonly #client: Client;
  #deadlineAt = 0;

  constructor(origin: Origin, settings: OpeningSettings, onGone: (connection: Connection) => void) {
    this.origin = origin;
    this.#client = new Client(origin.key, {
      pipelining: 1,
      // One deadline of our own covers every phase.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: maxResponseHeadBytes,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      keepAliveTimeoutThreshold: keepAliveMarginMs,
      connect: (_options, callback) => {
        const opening = new Opening(origin, settings, this.#deadlineAt, (failure, socket) => {
          if (failure !== null || socket === null) {
            callback(failure ?? new Error('no socket'), null);
          } else {
            this.address = opening.address;
            callback(null, socket);
          }
        });
        this.opening = opening;
        opening.start();
      },
    });
    // A client busy with a request reports its end through the handler; it may also open a new socket.
    this.#client.on('disconnect', () => {
      if (!this.busy) onGone(this);
    });
  }

  /** @param deadlineAt on `performance.now()`'s clock */
  dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    deadlineAt: number,
  ): void {
    this.busy = true;
    this.opening = null;
    this.#deadlineAt = deadlineAt;
    this.#client.dispatch(options, handler);
  }

  /** Ends the connection at once, whatever it is doing. */
  async destroy(reason: Error): Promise<void> {
    this.opening?.cancel(reason);
    await this.#client.destroy(reason);
  }
}
