import type { MessagesOf } from '@fanfare/client';

/**
 * One stream of what happens in the organization (`GET /v1/stream`), shared by everything on the page. `EventSource`
 * comes back by itself when a connection breaks, and not when it is refused; then this asks again.
 */

/** `lost`: what is shown may be out of date. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

type Told = MessagesOf<'watchOrganization'>;
type ToldName = Exclude<keyof Told, 'ready'>;

export type LiveMessage =
  | { readonly [Name in ToldName]: { readonly kind: Name; readonly data: Told[Name] } }[ToldName]
  /** The stream is not given any more: the session may have ended. */
  | { readonly kind: 'refused' };

/** All that is listened to; `ready` is for the connection alone. */
const told: Readonly<Record<ToldName, true>> = {
  activity: true,
  inbox: true,
  change: true,
  webhook: true,
  job: true,
  refresh: true,
};

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
      const { resumed } = JSON.parse(data) as Told['ready'];
      if (this.#everOpen && !resumed) this.#tell({ kind: 'refresh', data: {} });
      this.#everOpen = true;
    });
    for (const kind of Object.keys(told)) {
      source.addEventListener(kind, ({ data }) =>
        this.#tell({ kind, data: JSON.parse(data) } as LiveMessage),
      );
    }
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
