import { Pool } from 'undici';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** The part of the public API that the demo uses. It has no other way in. */
export interface DemoApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  /** For a call that may be refused. Throws only when no answer comes. */
  ask(method: Method, path: string, body: unknown): Promise<DemoAnswer>;
  /** When no call is under way any more. */
  close(): Promise<void>;
}

export interface DemoAnswer {
  readonly status: number;
  /** The JSON of the answer; null when it is empty. */
  readonly body: unknown;
}

/** An answer that the demo did not expect, with what the API says is wrong. */
export class DemoRefused extends Error {
  constructor(method: string, path: string, status: number, answer: string) {
    super(`${method} ${path} was answered with ${status}: ${answer.slice(0, 500)}`);
    this.name = 'DemoRefused';
  }
}

/** No answer came: nobody is there, or the connection broke. */
export class NoAnswer extends Error {
  constructor(origin: string, cause: unknown) {
    super(`No answer from ${origin}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'NoAnswer';
  }
}

/** By `undici`: with `fetch` each call takes five times the processor time, 0.5 ms, and a season is also a load. */
export function createDemoApi(parts: {
  /** Where this server listens, without a slash at the end. */
  readonly origin: string;
  readonly token: string;
  /** Calls at once; more of them wait. */
  readonly connections: number;
  /** Ends the calls under way and refuses new ones. */
  readonly signal: AbortSignal;
}): DemoApi {
  const { origin, token, connections, signal } = parts;
  const pool = new Pool(origin, { connections });
  signal.addEventListener('abort', () => void pool.destroy());
  const authorization = `Bearer ${token}`;

  async function send(
    method: Method,
    path: string,
    body: unknown,
  ): Promise<{ status: number; text: string }> {
    signal.throwIfAborted();
    try {
      const response = await pool.request({
        method,
        path,
        headers:
          body === undefined ? { authorization } : { authorization, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.statusCode, text: await response.body.text() };
    } catch (error) {
      signal.throwIfAborted();
      throw new NoAnswer(origin, error);
    }
  }

  async function must<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const { status, text } = await send(method, path, body);
    if (status >= 300) throw new DemoRefused(method, path, status, text);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  return {
    get: (path) => must('GET', path),
    post: (path, body) => must('POST', path, body),
    put: (path, body) => must('PUT', path, body),
    patch: (path, body) => must('PATCH', path, body),
    async ask(method, path, body) {
      const { status, text } = await send(method, path, body);
      try {
        return { status, body: text === '' ? null : JSON.parse(text) };
      } catch {
        throw new DemoRefused(method, path, status, text);
      }
    },
    async close() {
      if (!pool.destroyed) await pool.close();
    },
  };
}

/** Every item of a list, in its order, page by page. */
export async function* everyItem<T>(api: DemoApi, path: string): AsyncGenerator<T, void> {
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: T[]; next_cursor: string | null } = await api.get(
      `${path}${path.includes('?') ? '&' : '?'}limit=250${after}`,
    );
    yield* page.data;
    cursor = page.next_cursor;
  } while (cursor !== null);
}
