/**
 * What one check of an event against a registered schema may cost: counted in steps and not in time, so that the
 * same event is always judged alike.
 */
export class Effort {
  #left = 0;

  begin(steps: number): void {
    this.#left = steps;
  }

  /** Throws `TooMuchEffort` when the steps are used up. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchEffort('the steps for one check are used up');
  }
}

export class TooMuchEffort extends Error {}
