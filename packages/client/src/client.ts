import { failure, isAnswer, readAnswer } from './answer.ts';
import type { Routes } from './api.generated.ts';
import { NoAnswer } from './failures.ts';
import type {
  AnswerOf,
  BodyOf,
  CallSettings,
  InputOf,
  ItemOf,
  ListPath,
  Method,
  StreamPath,
} from './operations.ts';
import { bodyOf, headersOf, type Input, target } from './request.ts';
import { defaultRetryPolicy, pauseBefore, type RetryPolicy, wait } from './retry.ts';
import type { Credentials, Fetch, FetchAnswer, FetchRequest } from './transport.ts';

export interface ClientSettings {
  /** Where Fanfare is, as `http://127.0.0.1:7070`; empty: where the page came from. */
  readonly baseUrl: string;
  /** An API token, or a participant's; a function is asked before each request. Leave it out to use cookies. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Whether cookies go along. Unless given: to the page's own origin without a token, and not with one. */
  readonly credentials?: Credentials | undefined;
  /** Unless given: 4 attempts, and no wait longer than 20 s. `false`: each call is one request. */
  readonly retry?: Partial<RetryPolicy> | false | undefined;
  /** Ends every call of this client, as a call's own signal ends that one. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the platform's. */
  readonly fetch?: Fetch | undefined;
}

/**
 * Calls by method and path. Each gives the body of the answer and rejects with `ApiProblem` when Fanfare says no,
 * `NoAnswer` when no answer comes, `UnexpectedAnswer` when somebody else answers, and the signal's reason when that
 * ends the call.
 */
export interface FanfareClient {
  get<Path extends keyof Routes['GET']>(
    path: Path,
    ...input: InputOf<Routes['GET'][Path]>
  ): Promise<BodyOf<Routes['GET'][Path]>>;
  post<Path extends keyof Routes['POST']>(
    path: Path,
    ...input: InputOf<Routes['POST'][Path]>
  ): Promise<BodyOf<Routes['POST'][Path]>>;
  put<Path extends keyof Routes['PUT']>(
    path: Path,
    ...input: InputOf<Routes['PUT'][Path]>
  ): Promise<BodyOf<Routes['PUT'][Path]>>;
  patch<Path extends keyof Routes['PATCH']>(
    path: Path,
    ...input: InputOf<Routes['PATCH'][Path]>
  ): Promise<BodyOf<Routes['PATCH'][Path]>>;
  delete<Path extends keyof Routes['DELETE']>(
    path: Path,
    ...input: InputOf<Routes['DELETE'][Path]>
  ): Promise<BodyOf<Routes['DELETE'][Path]>>;
  /** Like those above, with the status and the headers. */
  send<M extends Method, Path extends keyof Routes[M]>(
    method: M,
    path: Path,
    ...input: InputOf<Routes[M][Path]>
  ): Promise<AnswerOf<Routes[M][Path]>>;
  /** Every item of a list, page by page; the next page is asked for when the one before is used up. */
  items<Path extends ListPath>(
    path: Path,
    ...input: InputOf<Routes['GET'][Path]>
  ): AsyncGenerator<ItemOf<Routes['GET'][Path]>, void, undefined>;
  /** Text of any length, as it comes. Once it has begun, nothing is retried. */
  stream<Path extends StreamPath>(
    path: Path,
    ...input: InputOf<Routes['GET'][Path]>
  ): Promise<ReadableStream<Uint8Array>>;
}

/** The most that a list gives at once. */
const largestPage = 250;

type AnyInput = Input & CallSettings;

/** `createClient({ baseUrl: 'http://127.0.0.1:7070', token })` */
export function createClient(settings: ClientSettings): FanfareClient {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  const { token, credentials = token === undefined ? 'same-origin' : 'omit' } = settings;
  const fetch: Fetch = settings.fetch ?? ((url, request) => globalThis.fetch(url, request));

  function signalFor({ signal }: AnyInput): AbortSignal | undefined {
    if (signal === undefined || settings.signal === undefined) return signal ?? settings.signal;
    return AbortSignal.any([signal, settings.signal]);
  }

  async function ask(method: Method, url: string, input: AnyInput): Promise<FetchAnswer> {
    const signal = signalFor(input);
    const shown = typeof token === 'function' ? await token() : token;
    const body = bodyOf(input);
    const request: FetchRequest = { method, headers: headersOf(input, shown ?? null), credentials };
    if (body !== undefined) request.body = body;
    if (signal !== undefined) request.signal = signal;
    return orNoAnswer(`${method} ${url}`, () => fetch(url, request));
  }

  /** Makes one call, and again where that is safe, until `use` has made of an answer what was asked for. */
  async function call<T>(
    method: Method,
    path: string,
    input: AnyInput,
    use: (answer: FetchAnswer, url: string) => Promise<T>,
  ): Promise<T> {
    const policy = policyFor(method, input, settings.retry);
    const url = baseUrl + target(path, input);
    const signal = signalFor(input);
    for (let made = 1; ; made++) {
      try {
        signal?.throwIfAborted();
        return await use(await ask(method, url, input), url);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        const pauseMs = policy && pauseBefore(policy, made, error);
        if (pauseMs === null) throw error;
        await wait(pauseMs, signal);
      }
    }
  }

  function send(method: Method, path: string, input: AnyInput = {}) {
    return call(method, path, input, async (answer, url) => {
      const named = `${method} ${url}`;
      const text = await orNoAnswer(named, () => answer.text());
      const body = readAnswer(`${method} ${path}`, named, answer, text);
      return { status: answer.status, headers: answer.headers, body };
    });
  }

  async function* items(path: string, input: AnyInput = {}): AsyncGenerator<unknown, void, undefined> {
    for (let cursor = input.query?.['cursor']; ; ) {
      const query = { limit: largestPage, ...input.query, cursor };
      const page = (await send('GET', path, { ...input, query })).body as {
        readonly data: readonly unknown[];
        readonly next_cursor: string | null;
      };
      yield* page.data;
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  function stream(path: string, input: AnyInput = {}): Promise<ReadableStream<Uint8Array>> {
    return call('GET', path, input, async (answer, url) => {
      const named = `GET ${url}`;
      if (isAnswer(`GET ${path}`, answer) && answer.body !== null) return answer.body;
      throw failure(named, answer, await orNoAnswer(named, () => answer.text()));
    });
  }

  const bodyOnly = (method: Method) => async (path: string, input?: AnyInput) =>
    (await send(method, path, input)).body;
  const client = {
    get: bodyOnly('GET'),
    post: bodyOnly('POST'),
    put: bodyOnly('PUT'),
    patch: bodyOnly('PATCH'),
    delete: bodyOnly('DELETE'),
    send,
    items,
    stream,
  };
  // What an answer holds is what the document says: it is generated from the routes, and answers are checked there.
  return client as unknown as FanfareClient;
}

/** Null: it is made once. */
function policyFor(
  method: Method,
  { idempotencyKey, retry }: AnyInput,
  settings: ClientSettings['retry'],
): RetryPolicy | null {
  const safe = method === 'GET' || idempotencyKey !== undefined;
  const chosen = retry ?? settings;
  return safe && chosen !== false ? { ...defaultRetryPolicy, ...chosen } : null;
}

async function orNoAnswer<T>(call: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw new NoAnswer(call, error);
  }
}
