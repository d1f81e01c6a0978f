/**
 * One stream of what happens in the organization (`GET /v1/stream`), shared by everything on the page. `EventSource`
 * comes back by itself when a connection breaks, and not when it is refused; then this asks again.
 */

/** `lost`: what is shown may be out of date. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

export type ActivityItem =
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly type: string;
      readonly deliveries: number;
      readonly test: boolean;
    }
  | {
      readonly kind: 'attempt';
      readonly delivery_id: string;
      readonly event_id: string;
      readonly event_type: string;
      readonly webhook_id: string;
      readonly attempt: number;
      readonly resend: boolean;
      readonly state: 'delivered' | 'retrying' | 'exhausted' | 'parked';
      readonly status: number | null;
      readonly failure: string | null;
      readonly duration_ms: number;
      readonly test: boolean;
    };

export interface Activity {
  readonly at: string;
  readonly events: number;
  readonly attempts: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly items: readonly ActivityItem[];
  readonly omitted: number;
}

export type LiveMessage =
  | { readonly kind: 'activity'; readonly activity: Activity }
  | { readonly kind: 'webhook'; readonly webhookId: string; readonly changed: 'settings' | 'health' }
  /** The stream is not given any more: the session may have ended. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'job'; readonly jobId: string }
  /** Something was missed: what is shown has to be read anew. */
  | { readonly kind: 'refresh' };

type Listener = (message: LiveMessage) => void;

const firstPauseMs = 500;
const longestPauseMs = 10_000;

export class LiveConnection {
  readonly #listeners = new Set<Listener>();
  readonly #stateListeners = new Set<() => void>();
  #source: EventSource | null = null;
  #state: ConnectionState = 'connecting';
  #again: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = firstPauseMs;
  #everOpen = false;

  get state(): ConnectionState {
    return this.#state;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  open(): void {
    const source = new EventSource('/v1/stream');
    this.#source = source;
    source.addEventListener('ready', ({ data }) => {
      this.#pauseMs = firstPauseMs;
      this.#enter('open');
      const { resumed } = JSON.parse(data) as { resumed: boolean };
      if (this.#everOpen && !resumed) this.#tell({ kind: 'refresh' });
      this.#everOpen = true;
    });
    source.addEventListener('activity', ({ data }) =>
      this.#tell({ kind: 'activity', activity: JSON.parse(data) as Activity }),
    );
    source.addEventListener('webhook', ({ data }) => {
      const { webhook_id, changed } = JSON.parse(data) as {
        webhook_id: string;
        changed: 'settings' | 'health';
      };
      this.#tell({ kind: 'webhook', webhookId: webhook_id, changed });
    });
    source.addEventListener('job', ({ data }) => {
      const { job_id } = JSON.parse(data) as { job_id: string };
      this.#tell({ kind: 'job', jobId: job_id });
    });
    source.addEventListener('refresh', () => this.#tell({ kind: 'refresh' }));
    source.addEventListener('error', () => {
      this.#enter('lost');
      if (source.readyState !== EventSource.CLOSED) return;
      this.#tell({ kind: 'refused' });
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.open(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    });
  }

  close(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = null;
  }

  #enter(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }

  #tell(message: LiveMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}
