import type { InboxId } from '../ids.ts';

/** What one inbox stores in a minute, on each node. Upkeep trims inboxes every minute; this bounds the time between. */
export const defaultBytesPerMinute = 128 * 1024 * 1024;
/** Headers and the row itself, roughly. */
const requestOverheadBytes = 2_048;
const windowMs = 60_000;

/** Counts what inboxes receive: their addresses are open, so whoever learns one could otherwise fill the disk. */
export class Allowance {
  readonly bytesPerMinute: number;
  #window = 0;
  readonly #spent = new Map<InboxId, number>();

  constructor(bytesPerMinute: number) {
    this.bytesPerMinute = bytesPerMinute;
  }

  /** Seconds until there is room for this request again; null when there is room now, which is then taken. */
  take(id: InboxId, bodyBytes: number, nowMs: number): number | null {
    const window = Math.floor(nowMs / windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#spent.clear();
    }
    const spent = (this.#spent.get(id) ?? 0) + bodyBytes + requestOverheadBytes;
    if (spent > this.bytesPerMinute) return Math.ceil(((window + 1) * windowMs - nowMs) / 1_000);
    this.#spent.set(id, spent);
    return null;
  }
}
