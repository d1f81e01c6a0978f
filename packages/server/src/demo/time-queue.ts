/** What is next by time: a binary heap. Of two at the same time, the one with the lower index comes first. */
export class TimeQueue<T extends { readonly at: number; readonly index: number }> {
  readonly #heap: T[] = [];

  get first(): T | undefined {
    return this.#heap[0];
  }

  add(item: T): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !before(item, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = item;
  }

  take(): T | undefined {
    const heap = this.#heap;
    const taken = heap[0];
    const last = heap.pop();
    if (taken === undefined || last === undefined || heap.length === 0) return taken;
    let place = 0;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      if (left === undefined) break;
      const rightFirst = right !== undefined && before(right, left);
      const child = rightFirst ? right : left;
      if (!before(child, last)) break;
      heap[place] = child;
      place = 2 * place + (rightFirst ? 2 : 1);
    }
    heap[place] = last;
    return taken;
  }
}

type Timed = { readonly at: number; readonly index: number };

function before(one: Timed, other: Timed): boolean {
  return one.at < other.at || (one.at === other.at && one.index < other.index);
}
