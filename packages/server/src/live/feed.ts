import { randomBytes } from 'node:crypto';

export type MessageName = 'ready' | 'activity' | 'webhook' | 'job' | 'refresh';

/** A message as server-sent events write it (HTML standard, 9.2.6): one line each of id, event and data. */
export type MessageText = string;

export interface Watcher {
  /** Must not throw and must not wait. */
  send(text: MessageText): void;
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
  #last: MessageText[] = [];

  publish(name: MessageName, json: string): void {
    this.#count += 1;
    const text = this.#text(name, json);
    this.#last.push(text);
    if (this.#last.length > kept) this.#last.shift();
    for (const watcher of this.watchers) watcher.send(text);
  }

  /** Something was missed: nobody can go on where they were, and all are told. */
  interrupt(): void {
    this.#epoch = randomBytes(6).toString('base64url');
    this.#count = 0;
    this.#last = [];
    this.publish('refresh', '{}');
  }

  /** Tells whoever comes whether they missed something, and what they missed as far as it is kept. */
  welcome(watcher: Watcher, lastEventId: string | null): void {
    const missed = this.#after(lastEventId);
    watcher.send(this.#text('ready', JSON.stringify({ resumed: missed !== null })));
    for (const text of missed ?? []) watcher.send(text);
    this.watchers.add(watcher);
    this.unwatchedSince = null;
  }

  /** Null: not known. */
  #after(lastEventId: string | null): readonly MessageText[] | null {
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
