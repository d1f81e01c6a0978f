/** The part of `fetch` that the client uses, so that another way to send requests is a few lines. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchAnswer>;

export interface FetchRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | Blob;
  signal?: AbortSignal;
  credentials?: Credentials;
}

/** A `Response` is one. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
  /** The whole body; called at most once, and not when `body` is read. */
  text(): Promise<string>;
}

/** Whether cookies go along (Fetch Standard, "credentials mode"). */
export type Credentials = 'omit' | 'same-origin' | 'include';
