import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { verify } from '@fanfare/signature/node';
import type { Random } from '../packages/server/src/demo/random.ts';

/** One request that came in. Times by `performance.now()`. */
export interface Arrival {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly sequence: number;
  readonly arrivedAtMs: number;
  /** Empty where bodies are not kept. */
  readonly body: string;
  /** Null: not yet, or never, since the one who asked was gone. */
  answeredAtMs: number | null;
  status: number | null;
}

export interface Manners {
  /** The longest it takes to answer, evenly spread from nothing. */
  readonly slowestMs?: number;
  readonly keepBodies?: boolean;
}

interface Receiver {
  readonly manners: Manners;
  readonly arrivals: Arrival[];
  ailingUntilMs: number;
  secret: string | null;
}

/** Those who receive webhooks, told apart by their paths: quick, slow, and ailing for a while now and then. */
export class Receivers {
  readonly #random: Random;
  readonly #clocks: () => readonly Date[];
  readonly #server: Server;
  readonly #receivers = new Map<string, Receiver>();
  /** Requests whose signature does not verify, and such that nobody expects. */
  readonly faults: string[] = [];
  /** Requests of all time. */
  received = 0;

  private constructor(random: Random, clocks: () => readonly Date[]) {
    this.#random = random;
    this.#clocks = clocks;
    this.#server = createServer((request, response) => void this.#receive(request, response));
    // A keep-alive that ends by itself may end while a request is on its way, which looks like a failing receiver.
    this.#server.keepAliveTimeout = 0;
  }

  /** `clocks`: the times that those who send may show now; more than one around a jump. */
  static async open(random: Random, clocks = (): readonly Date[] => [new Date()]): Promise<Receivers> {
    const receivers = new Receivers(random, clocks);
    await new Promise<void>((resolve) => receivers.#server.listen(0, '127.0.0.1', resolve));
    return receivers;
  }

  /** The address of a new receiver. */
  add(name: string, manners: Manners = {}): string {
    this.#receivers.set(`/${name}`, { manners, arrivals: [], ailingUntilMs: 0, secret: null });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  /** From now on signatures are verified with it. */
  expectSignedBy(name: string, secret: string): void {
    this.#of(name).secret = secret;
  }

  /** Answers 500 to everything for so long. */
  ail(name: string, ms: number): void {
    this.#of(name).ailingUntilMs = performance.now() + ms;
  }

  arrivals(name: string): readonly Arrival[] {
    return this.#of(name).arrivals;
  }

  /** What they got is not needed any more. */
  forget(): void {
    this.#receivers.clear();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #of(name: string): Receiver {
    const receiver = this.#receivers.get(`/${name}`);
    if (receiver === undefined) throw new Error(`There is no receiver "${name}"`);
    return receiver;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAtMs = performance.now();
    const path = request.url ?? '';
    const receiver = this.#receivers.get(path);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Whoever sent it died in the middle of it: nothing was received.
      return;
    }
    if (receiver === undefined) {
      this.faults.push(`A request came for ${path}, which belongs to no webhook any more`);
      response.writeHead(410).end();
      return;
    }
    this.received += 1;
    const raw = Buffer.concat(chunks);
    const { headers } = request;
    const arrival: Arrival = {
      deliveryId: String(headers['webhook-id']),
      eventId: String(headers['webhook-event-id']),
      sequence: Number(headers['webhook-sequence'] ?? 0),
      arrivedAtMs,
      body: receiver.manners.keepBodies === true ? raw.toString('utf8') : '',
      answeredAtMs: null,
      status: null,
    };
    receiver.arrivals.push(arrival);
    if (receiver.secret !== null) {
      const { secret } = receiver;
      const results = this.#clocks().map((now) =>
        verify(raw, headers as Record<string, string>, secret, { now }),
      );
      const [refused] = results.filter(({ ok }) => !ok);
      if (refused?.ok === false && !results.some(({ ok }) => ok)) {
        this.faults.push(`${arrival.deliveryId} to ${path}: ${refused.message}`);
      }
    }
    const { slowestMs = 0 } = receiver.manners;
    if (slowestMs > 0) await pause(slowestMs * this.#random());
    const status = performance.now() < receiver.ailingUntilMs ? 500 : 204;
    if (response.destroyed) return;
    arrival.status = status;
    arrival.answeredAtMs = performance.now();
    response.writeHead(status).end();
  }
}
