/** One kind of slow work. Runs on one node at a time, and may be run again at any moment. */
export interface Task {
  /** Names the log lines and the lock. */
  readonly name: string;
  readonly everyMs: number;
  /** Returns what it did, in words for the log; null when there was nothing to do. */
  run(now: Date): Promise<string | null>;
}
