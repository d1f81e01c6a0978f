/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values as sent, in order. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Milliseconds since 1970 at which it was complete. */
  readonly at: number;
  /** Number of the connection it came on, from 1. */
  readonly connection: number;
}

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** Reads requests from the bytes of one connection. Trusts its peer: for tests only. */
export class RequestReader {
  readonly #connection: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(connection: number) {
    this.#connection = connection;
  }

  /** Takes what arrived and gives the requests that are complete with it. */
  push(chunk: Buffer): ReceivedRequest[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const complete: ReceivedRequest[] = [];
    for (let next = this.#read(); next !== null; next = this.#read()) complete.push(next);
    return complete;
  }

  #read(): ReceivedRequest | null {
    const end = this.#bytes.indexOf(headEnd);
    if (end < 0) return null;
    const [requestLine = '', ...lines] = this.#bytes.toString('latin1', 0, end).split('\r\n');
    const [method = '', target = ''] = requestLine.split(' ');
    const rawHeaders = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of rawHeaders) {
      const lower = name.toLowerCase();
      const before = headers[lower];
      headers[lower] = before === undefined ? value : `${before}, ${value}`;
    }
    const start = end + headEnd.length;
    const content =
      headers['transfer-encoding'] === 'chunked'
        ? readChunks(this.#bytes, start)
        : readLength(this.#bytes, start, Number(headers['content-length'] ?? 0));
    if (content === null) return null;
    this.#bytes = this.#bytes.subarray(content.end);
    const url = new URL(target, 'http://receiver');
    return {
      method,
      target,
      path: url.pathname,
      query: url.searchParams,
      headers,
      rawHeaders,
      body: content.body,
      at: Date.now(),
      connection: this.#connection,
    };
  }
}

interface Content {
  readonly body: Buffer;
  readonly end: number;
}

function readLength(bytes: Buffer, start: number, length: number): Content | null {
  const end = start + length;
  return bytes.length < end ? null : { body: Buffer.from(bytes.subarray(start, end)), end };
}

function readChunks(bytes: Buffer, start: number): Content | null {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf(lineEnd, at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    const end = line + 2 + size + 2;
    if (bytes.length < end) return null;
    if (size === 0) return { body: Buffer.concat(parts), end };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = end;
  }
}
