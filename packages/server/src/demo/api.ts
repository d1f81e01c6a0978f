/** The part of the public API that the demo uses. It has no other way in. */
export interface DemoApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  /** For a call that may be refused. Throws only when no answer comes. */
  ask(method: string, path: string, body: unknown): Promise<DemoAnswer>;
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

export function createDemoApi(parts: {
  /** Where this server listens, without a slash at the end. */
  readonly origin: string;
  readonly token: string;
  readonly signal: AbortSignal;
}): DemoApi {
  async function send(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${parts.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${parts.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: parts.signal,
    });
    return { status: response.status, text: await response.text() };
  }

  async function must<T>(method: string, path: string, body?: unknown): Promise<T> {
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
