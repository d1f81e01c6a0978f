import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How often it answers 500: having paid, or not. */
const shareOfErrors = 0.15;
const slowestAnswerMs = 400;

/**
 * A slow system that pays what it is asked for by `PAYMENT_REQUEST`, each payment once however often it is asked, as
 * its key tells. It pays whether or not somebody still waits for the answer.
 */
export class PayingSystem {
  /** What was paid, by payment id. */
  readonly paid = new Map<string, string>();
  /** Payments that were asked for a second time while a request for them was open. */
  readonly overlaps: string[] = [];
  /** Payments that were asked for with another amount than before. */
  readonly changed: string[] = [];
  /** Attempts whose one request came a second time. */
  readonly repeated: string[] = [];
  readonly #attempts = new Set<string>();
  readonly #open = new Map<string, number>();
  readonly #server: Server;
  readonly #random: () => number;
  #healthy = false;

  private constructor(random: () => number) {
    this.#random = random;
    this.#server = createServer((request, response) => {
      const payment = request.headers['idempotency-key'];
      if (typeof payment !== 'string') {
        request.resume().on('end', () => response.writeHead(204).end());
        return;
      }
      const open = (this.#open.get(payment) ?? 0) + 1;
      this.#open.set(payment, open);
      if (open > 1) this.overlaps.push(payment);
      response.once('close', () => {
        const left = (this.#open.get(payment) ?? 1) - 1;
        if (left === 0) this.#open.delete(payment);
        else this.#open.set(payment, left);
      });
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', async () => {
        this.#noteAttempt(payment, body);
        await pause(slowestAnswerMs * this.#random());
        const luck = this.#healthy ? 1 : this.#random();
        if (luck > shareOfErrors / 2) this.#pay(payment, body);
        response.writeHead(luck > shareOfErrors ? 200 : 500).end();
      });
    });
  }

  /** `random` is uniform in [0, 1). */
  static async start(random: () => number = Math.random): Promise<PayingSystem> {
    const system = new PayingSystem(random);
    await new Promise<void>((resolve) => system.#server.listen(0, '127.0.0.1', resolve));
    return system;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Requests that are waiting for their answer. */
  get open(): number {
    return this.#open.size;
  }

  /** From now on every answer is a 200. */
  recover(): void {
    this.#healthy = true;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #noteAttempt(payment: string, body: string): void {
    const attempt = `${payment} ${dataOf(body).attempt}`;
    if (this.#attempts.has(attempt)) this.repeated.push(attempt);
    this.#attempts.add(attempt);
  }

  #pay(payment: string, body: string): void {
    const { paymentId, amount } = dataOf(body);
    const before = this.paid.get(payment);
    if (paymentId !== payment || (before !== undefined && before !== amount)) this.changed.push(payment);
    this.paid.set(payment, amount);
  }
}

interface PaymentData {
  readonly paymentId: string;
  readonly amount: string;
  readonly attempt: number;
}

function dataOf(body: string): PaymentData {
  return (JSON.parse(body) as { event: { data: PaymentData } }).event.data;
}
