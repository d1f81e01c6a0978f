import { Problem } from '../problems.ts';
import type { InboxRequestRow } from '../storage/index.ts';

/** Requests that may wait to be written; beyond it senders are told to come again. */
const maxWaitingBytes = 64 * 1024 * 1024;
const maxBatch = 500;
/** Headers and the row itself, roughly. */
const rowOverheadBytes = 2_048;

interface Waiting {
  readonly request: InboxRequestRow;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes what inboxes receive. What arrives while one batch is being written forms the next, so a busy
 * inbox costs a few statements a second and a quiet one no waiting.
 */
export class Recorder {
  readonly #write: (requests: readonly InboxRequestRow[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #writing = false;

  constructor(write: (requests: readonly InboxRequestRow[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when the request is committed. */
  record(request: InboxRequestRow): Promise<void> {
    const bytes = request.body.length + rowOverheadBytes;
    if (this.#waitingBytes + bytes > maxWaitingBytes) {
      throw new Problem(
        'unavailable',
        'The inbox receives faster than it can store. Send again in a moment.',
        {
          retryAfterSeconds: 1,
        },
      );
    }
    this.#waitingBytes += bytes;
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (!this.#writing) void this.#writeAll();
    }).finally(() => {
      this.#waitingBytes -= bytes;
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, maxBatch);
      try {
        await this.#write(batch.map(({ request }) => request));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }
}
