import type { ReadPath } from '../api/index.ts';

/** Often enough to watch, seldom enough for a busy organization. */
const pauseMs = 2_000;

/** Reads paths anew: at once, and while more keeps coming no more often than every two seconds, all that came together. */
export class Reader {
  readonly #read: (...paths: readonly ReadPath[]) => unknown;
  readonly #waiting = new Set<ReadPath>();
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(read: (...paths: readonly ReadPath[]) => unknown) {
    this.#read = read;
  }

  add(...paths: readonly ReadPath[]): void {
    for (const path of paths) this.#waiting.add(path);
    if (this.#pause === undefined) this.#readAll();
  }

  /** Not at once. */
  addLater(...paths: readonly ReadPath[]): void {
    for (const path of paths) this.#waiting.add(path);
    this.#pause ??= setTimeout(() => this.#readAll(), pauseMs);
  }

  stop(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#waiting.clear();
  }

  #readAll(): void {
    this.#pause = undefined;
    if (this.#waiting.size === 0) return;
    this.#read(...this.#waiting);
    this.#waiting.clear();
    this.#pause = setTimeout(() => this.#readAll(), pauseMs);
  }
}
