/** Remembers the entries added last, up to a number; the oldest makes room. */
export class Recent<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #largest: number;

  constructor(largest: number) {
    this.#largest = largest;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    if (this.#entries.size >= this.#largest && !this.#entries.has(key)) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(key, value);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Looks at every entry: for what happens rarely. */
  deleteValue(value: V): void {
    for (const [key, one] of this.#entries) if (one === value) this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
