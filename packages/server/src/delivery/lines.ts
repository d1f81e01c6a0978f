import type { Uuid } from '../ids.ts';
import { Fifo } from './fifo.ts';
import type { LeasedDelivery } from './leased-delivery.ts';

/**
 * Deliveries that must be made in order, by line: at most one of a line is under way, and the next one starts after
 * it was acknowledged or given up. Lines take turns.
 */
export class Lines {
  readonly #lines = new Map<Uuid, Line>();
  /** Lines with a delivery that may start, in the order of their turns. */
  readonly #ready = new Set<Line>();
  #waiting = 0;

  /** Deliveries that wait, those behind one under way included. */
  get size(): number {
    return this.#waiting;
  }

  /** Whether one may start now. */
  get ready(): boolean {
    return this.#ready.size > 0;
  }

  /** Whether any of this line is here, waiting or under way. */
  holds(id: Uuid): boolean {
    return this.#lines.has(id);
  }

  push(id: Uuid, delivery: LeasedDelivery): void {
    let line = this.#lines.get(id);
    if (line === undefined) {
      line = { id, waiting: new Fifo(), underWay: false };
      this.#lines.set(id, line);
    }
    line.waiting.push(delivery);
    this.#waiting += 1;
    if (!line.underWay) this.#ready.add(line);
  }

  shift(): LeasedDelivery | undefined {
    for (const line of this.#ready) {
      this.#ready.delete(line);
      const delivery = line.waiting.shift();
      if (delivery === undefined) continue;
      line.underWay = true;
      this.#waiting -= 1;
      return delivery;
    }
    return undefined;
  }

  /**
   * The one under way has ended. When it is over and done with, the next of its line may start; otherwise it is still
   * the first, and returned is all that stood behind it here.
   */
  ended(id: Uuid, over: boolean): readonly LeasedDelivery[] {
    const line = this.#lines.get(id);
    if (line === undefined) return [];
    line.underWay = false;
    if (over && line.waiting.size > 0) {
      this.#ready.add(line);
      return [];
    }
    this.#lines.delete(id);
    const behind = line.waiting.drain();
    this.#waiting -= behind.length;
    return behind;
  }

  /** All that wait. What is under way stays known until it has ended. */
  drain(): LeasedDelivery[] {
    const rest: LeasedDelivery[] = [];
    for (const line of this.#lines.values()) {
      rest.push(...line.waiting.drain());
      if (!line.underWay) this.#lines.delete(line.id);
    }
    this.#ready.clear();
    this.#waiting = 0;
    return rest;
  }
}

interface Line {
  readonly id: Uuid;
  readonly waiting: Fifo<LeasedDelivery>;
  underWay: boolean;
}
