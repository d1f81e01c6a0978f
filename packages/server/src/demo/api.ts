import { Readable } from 'node:stream';
import { createClient, type FanfareClient, type Fetch } from '@fanfare/client';
import { Pool } from 'undici';

/** The public API. The demo has no other way in. */
export interface DemoApi extends FanfareClient {
  /** When no call is under way any more. */
  close(): Promise<void>;
}

/**
 * Each call is made once: a season counts what was turned away. By `undici`: with `fetch` each call takes five times
 * the processor time, 0.5 ms, and a season is also a load.
 */
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
  const client = createClient({ baseUrl: origin, token, retry: false, signal, fetch: through(pool, origin) });
  return {
    ...client,
    async close() {
      if (!pool.destroyed) await pool.close();
    },
  };
}

function through(pool: Pool, origin: string): Fetch {
  return async (url, { method, headers, body }) => {
    if (body !== undefined && typeof body !== 'string') throw new TypeError('The demo sends JSON alone');
    const answer = await pool.request({
      method,
      path: url.slice(origin.length),
      headers,
      ...(body !== undefined && { body }),
    });
    return {
      status: answer.statusCode,
      headers: {
        get(name) {
          const value = answer.headers[name];
          return (Array.isArray(value) ? value.join(', ') : value) ?? null;
        },
      },
      text: () => answer.body.text(),
      get body() {
        return Readable.toWeb(answer.body);
      },
    };
  };
}
