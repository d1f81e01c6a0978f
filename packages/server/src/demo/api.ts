/** The part of the public API that the demo uses. It has no other way in. */
export interface DemoApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
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
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${parts.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${parts.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: parts.signal,
    });
    const text = await response.text();
    if (!response.ok) throw new DemoRefused(method, path, response.status, text);
    return (text === '' ? null : JSON.parse(text)) as T;
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
  };
}
