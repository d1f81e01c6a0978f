/** What of a request decides whose place it takes, as it was when it started. */
export interface PlaceTaker {
  readonly failing: boolean;
  readonly replay: boolean;
}

/**
 * The requests this node may have under way in all, and what some kinds may take of them. Half may be of replays, so that
 * what comes meanwhile finds the other half; three quarters to receivers that are slow; few to those that fail quickly, as
 * a thousand of them would keep the process from doing anything else.
 */
export class Places {
  readonly #most: number;
  readonly #replayShare: number;
  readonly #slowShare: number;
  readonly #failingShare: number;
  #underWay = 0;
  #slow = 0;
  #failing = 0;
  #replays = 0;

  constructor(most: number) {
    this.#most = most;
    this.#replayShare = Math.ceil(most / 2);
    this.#slowShare = Math.ceil((most * 3) / 4);
    this.#failingShare = Math.ceil(most / 16);
  }

  started({ failing, replay }: PlaceTaker): void {
    this.#underWay += 1;
    if (failing) this.#failing += 1;
    if (replay) this.#replays += 1;
  }

  ended({ failing, replay }: PlaceTaker): void {
    this.#underWay -= 1;
    if (failing) this.#failing -= 1;
    if (replay) this.#replays -= 1;
  }

  /** So many of the requests under way have become those of a slow receiver, or are it no more. */
  slowed(by: number): void {
    this.#slow += by;
  }

  get idle(): boolean {
    return this.#underWay === 0;
  }

  get replaysUnderWay(): number {
    return this.#replays;
  }

  get replaysFull(): boolean {
    return this.#replays >= this.#replayShare;
  }

  /** Which kinds may still take a place. */
  get open(): { readonly failing: boolean; readonly slow: boolean } {
    return { failing: this.#failing < this.#failingShare, slow: this.#slow < this.#slowShare };
  }

  /** Whether anybody may: what turned slow while it was under way, beyond the share, holds up nobody. */
  get free(): boolean {
    return this.#underWay - this.#slow + Math.min(this.#slow, this.#slowShare) < this.#most;
  }
}
