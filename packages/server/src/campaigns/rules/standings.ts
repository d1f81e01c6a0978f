/** Somebody's total before and after a batch of actions. */
export interface Move {
  readonly before: number;
  readonly after: number;
}

/**
 * Leaderboard positions after a batch, from positions counted before anything of it was written: whoever moves leaves
 * one total and takes another, so those ahead of a total are those who were, without the moved ones that were ahead,
 * and with the moved ones that are.
 *
 * Totals are doubles: points have at most 15 digits, which a double tells apart in their order.
 */
export class Standings {
  readonly #left: Float64Array;
  readonly #taken: Float64Array;

  /** The moves of all who count on one leaderboard; a total of 0 is none. */
  constructor(moves: readonly Move[]) {
    this.#left = Float64Array.from(moves, (move) => move.before).sort();
    this.#taken = Float64Array.from(moves, (move) => move.after).sort();
  }

  /** The position of a total after the moves; `before` is the one it had, one more than the number of those ahead. */
  position(total: number, before: number): number {
    return before - countAbove(this.#left, total) + countAbove(this.#taken, total);
  }
}

/** How many of these, in ascending order, are above the total. */
function countAbove(sorted: Float64Array, total: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) > total) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}
