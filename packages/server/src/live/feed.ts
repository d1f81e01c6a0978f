import { randomBytes } from 'node:crypto';

import type { Change } from './changes.ts';
import type { MessageName, StreamMessages } from './messages.ts';

/** A message as server-sent events write it (HTML standard, 9.2.6): one line each of id, event and data. */
export type MessageText = string;

export interface Watcher {
  /** Must not throw and must not wait. */
  send(text: MessageText): void;
  /** Whether they are told of this. Must not throw. */
  mayHear(change: Change): boolean;
}

/** Null in `change`: for everybody who watches. */
interface Told {
  readonly text: MessageText;
  readonly change: Change | null;
}

/** Messages that whoever comes back soon can be given. */
const kept = 500;

/** What one organization is told on this node, by all who watch it. */
export class Feed {
  readonly watchers = new Set<Watcher>();
  /** Since when nobody watches; null while somebody does. Monotonic ms. */
  unwatchedSince: number | null = null;
  /** Ids of another one mean nothing here. */
  #epoch = randomBytes(6).toString('base64url');
  #count = 0;
  #last: Told[] = [];

  publish<Name extends MessageName>(name: Name, message: StreamMessages[Name]): void {
    this.publishJson(name, JSON.stringify(message));
  }

  publishJson(name: MessageName, json: string): void {
    this.#publish(name, json, null);
  }

  /** To those who may hear of it. */
  publishChange(change: Change): void {
    const { kind, action, id } = change;
    const message: StreamMessages['change'] = { kind, action, id };
    this.#publish('change', JSON.stringify(message), change);
  }

  #publish(name: MessageName, json: string, change: Change | null): void {
    this.#count += 1;
    const told = { text: this.#text(name, json), change };
    this.#last.push(told);
    if (this.#last.length > kept) this.#last.shift();
    for (const watcher of this.watchers) tell(watcher, told);
  }

  /** Something was missed: nobody can go on where they were, and all are told. */
  interrupt(): void {
    this.#epoch = randomBytes(6).toString('base64url');
    this.#count = 0;
    this.#last = [];
    this.publish('refresh', {});
  }

  /** Tells whoever comes whether they missed something, and what they missed as far as it is kept. */
  welcome(watcher: Watcher, lastEventId: string | null): void {
    const missed = this.#after(lastEventId);
    const ready: StreamMessages['ready'] = { resumed: missed !== null };
    watcher.send(this.#text('ready', JSON.stringify(ready)));
    for (const told of missed ?? []) tell(watcher, told);
    this.watchers.add(watcher);
    this.unwatchedSince = null;
  }

  /** Null: not known. */
  #after(lastEventId: string | null): readonly Told[] | null {
    const [, epoch, number] = /^([\w-]{8})\.(\d{1,15})$/.exec(lastEventId ?? '') ?? [];
    if (epoch !== this.#epoch || number === undefined) return null;
    const missed = this.#count - Number(number);
    if (missed < 0 || missed > this.#last.length) return null;
    return missed === 0 ? [] : this.#last.slice(-missed);
  }

  #text(name: MessageName, json: string): MessageText {
    return `id: ${this.#epoch}.${this.#count}\nevent: ${name}\ndata: ${json}\n\n`;
  }
}

function tell(watcher: Watcher, { text, change }: Told): void {
  if (change === null || watcher.mayHear(change)) watcher.send(text);
}
