import { type AuditEntry, hashOf, noHash } from './entry.ts';

/** What came of following the hashes from the first entry to the last. */
export interface ChainReport {
  readonly whole: boolean;
  /** Entries that hold together, from the first on. */
  readonly entries: number;
  /** The last of them; null: there is none. */
  readonly head: { readonly number: number; readonly hash: string } | null;
  /** The first entry that does not fit, and why; null: all do. */
  readonly broken: { readonly number: number; readonly reason: string } | null;
}

/** Follows the hashes of entries that come in order, and stops at the first that does not fit. */
export class Chain {
  #head: { readonly number: number; readonly hash: string } | null = null;
  #broken: ChainReport['broken'] = null;

  /** False: this entry, or one before it, does not fit. */
  add(entry: AuditEntry): boolean {
    if (this.#broken !== null) return false;
    const number = (this.#head?.number ?? 0) + 1;
    const reason = this.#faultOf(entry, number);
    if (reason === null) this.#head = { number, hash: entry.hash };
    else this.#broken = { number, reason };
    return reason === null;
  }

  /** The chain was expected to end with this entry; null: to have none. */
  endWith(expected: { readonly number: number; readonly hash: string } | null): void {
    if (this.#broken !== null) return;
    const found = this.#head;
    if (found?.number === expected?.number && found?.hash === expected?.hash) return;
    const last = expected?.number ?? 0;
    this.#broken =
      found !== null && found.number >= last
        ? { number: found.number, reason: 'This is not the entry that the head of the log names.' }
        : {
            number: (found?.number ?? 0) + 1,
            reason: `The log ends before this entry, expected entries up to number ${last}.`,
          };
  }

  report(): ChainReport {
    return {
      whole: this.#broken === null,
      entries: this.#head?.number ?? 0,
      head: this.#head,
      broken: this.#broken,
    };
  }

  #faultOf(entry: AuditEntry, number: number): string | null {
    if (entry.number !== number) {
      return `Found number ${entry.number}, expected ${number}: entries are missing, or not in order.`;
    }
    if (entry.previous_hash !== (this.#head?.hash ?? noHash)) {
      return 'previous_hash is not the hash of the entry before.';
    }
    if (entry.hash !== hashOf(entry)) return 'The content was changed: it does not have this hash.';
    return null;
  }
}
