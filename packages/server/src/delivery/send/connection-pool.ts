import { Connection } from './connection.ts';
import type { OpeningSettings, Origin } from './opening.ts';

export interface PoolLimits {
  /** Idle connections kept over all origins; the one idle for longest gives way. */
  readonly maxIdle: number;
  /**
   * A connection is not used again after this age, ms. Bounds how long traffic keeps going to an address
   * that DNS no longer gives, or would now be refused.
   */
  readonly maxAgeMs: number;
}

/**
 * Idle connections by origin, the youngest first, and every connection there is. Opens without limit: how
 * many requests one receiver gets at a time is decided before they come here.
 */
export class ConnectionPool {
  readonly #settings: OpeningSettings;
  readonly #limits: PoolLimits;
  readonly #idle = new Map<string, Connection[]>();
  /** The same connections as in `#idle`, in the order in which they fell idle. */
  readonly #idleSince = new Set<Connection>();
  readonly #all = new Set<Connection>();

  constructor(settings: OpeningSettings, limits: PoolLimits) {
    this.#settings = settings;
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  /** An idle connection to this origin, or a new one. */
  take(origin: Origin): Connection {
    const waiting = this.#idle.get(origin.key);
    const connection = waiting?.pop();
    if (connection === undefined) return this.open(origin);
    if (waiting?.length === 0) this.#idle.delete(origin.key);
    this.#idleSince.delete(connection);
    if (performance.now() - connection.createdAt > this.#limits.maxAgeMs) {
      this.discard(connection);
      return this.take(origin);
    }
    return connection;
  }

  open(origin: Origin): Connection {
    const connection = new Connection(origin, this.#settings, (gone) => this.discard(gone));
    this.#all.add(connection);
    return connection;
  }

  /** Keeps a connection whose round trip ended well for the next one. */
  release(connection: Connection): void {
    connection.busy = false;
    const { key } = connection.origin;
    const waiting = this.#idle.get(key);
    if (waiting === undefined) this.#idle.set(key, [connection]);
    else waiting.push(connection);
    this.#idleSince.add(connection);
    if (this.#idleSince.size > this.#limits.maxIdle) {
      const [oldest] = this.#idleSince;
      if (oldest !== undefined) this.discard(oldest);
    }
  }

  /** Ends a connection at once; a round trip still on it has been settled before. */
  discard(connection: Connection, reason: Error = new Error('connection given up')): void {
    if (!this.#all.delete(connection)) return;
    if (this.#idleSince.delete(connection)) {
      const { key } = connection.origin;
      const left = this.#idle.get(key)?.filter((other) => other !== connection) ?? [];
      if (left.length === 0) this.#idle.delete(key);
      else this.#idle.set(key, left);
    }
    void connection.destroy(reason);
  }

  async close(reason: Error): Promise<void> {
    const open = [...this.#all];
    this.#all.clear();
    this.#idle.clear();
    this.#idleSince.clear();
    await Promise.all(open.map((connection) => connection.destroy(reason)));
  }
}
