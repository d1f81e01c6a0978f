import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ReceivedRequest } from './request-reader.ts';

/** What a step works with: the request, and the connection it came on. */
export interface Conversation {
  readonly request: ReceivedRequest;
  /** The connection; the one inside TLS where there is TLS. */
  readonly socket: Socket;
  /** Resolves once the bytes were handed to the operating system; false when the connection is gone. */
  write(bytes: string | Uint8Array): Promise<boolean>;
  /** Ends our side of the connection (FIN). */
  end(): void;
  /** Breaks the connection off (RST). */
  reset(): void;
}

/** What the receiver does with one request. */
export type Step = (conversation: Conversation) => void | Promise<void>;

export interface AnswerParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Pause before the answer, ms. */
  readonly delayMs?: number;
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  410: 'Gone',
  500: 'Internal Server Error',
};

/** The head of an answer; without a length unless the headers give one. */
function head(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reasons[status] ?? 'Scripted'}\r\n${lines.join('')}\r\n`;
}

/** A proper answer on a connection that stays open. */
export function answer(status: number, { headers = {}, body = '', delayMs = 0 }: AnswerParts = {}): Step {
  return async ({ write }) => {
    if (delayMs > 0) await pause(delayMs);
    const bytes = Buffer.from(body);
    const length = status === 204 || status === 304 ? {} : { 'content-length': String(bytes.length) };
    await write(Buffer.concat([Buffer.from(head(status, { ...length, ...headers }), 'latin1'), bytes]));
  };
}

/** Points to another place, or to itself. */
export function redirect(location: string, status = 302): Step {
  return answer(status, { headers: { location } });
}

/** A proper answer after which the connection is closed without having said so. */
export function answerAndClose(status: number, parts: AnswerParts = {}): Step {
  return async (conversation) => {
    await answer(status, parts)(conversation);
    conversation.end();
  };
}

/** Reads the request and never says anything. */
export function hang(): Step {
  return () => undefined;
}

/** Sends the head of an answer with a body to come, and stops there. */
export function hangAfterHeaders(status = 200, sent = ''): Step {
  return async ({ write }) => {
    await write(head(status, { 'content-length': '1000' }) + sent);
  };
}

/**
 * Breaks the connection off: once the request is read, within the head of the answer, after it, or within the body.
 * `after` is waited for before the break, since a break may overtake bytes that the peer has not read yet.
 */
export function reset(
  at: 'request' | 'head' | 'headers' | 'body',
  after: () => Promise<unknown> = () => pause(30),
): Step {
  return async ({ write, reset: breakOff }) => {
    if (at !== 'request') {
      const whole = head(200, { 'content-length': '1000' });
      const sent = { head: whole.slice(0, 20), headers: whole, body: `${whole}the beginning of ` };
      await write(sent[at]);
      await after();
    }
    breakOff();
  };
}

/** Closes our side without an answer and keeps reading. */
export function halfClose(): Step {
  return ({ end }) => end();
}

/** Sends an answer's body in small pieces for ever. */
export function dripBody(everyMs: number, piece = '.'): Step {
  return async ({ write }) => {
    await write(head(200, { 'content-length': '1000000' }));
    while (await write(piece)) await pause(everyMs);
  };
}

/** Sends an answer's head byte by byte. */
export function dripHead(everyMs: number): Step {
  return async ({ write }) => {
    for (const byte of head(200, { 'x-slow': 'a'.repeat(1_000), 'content-length': '0' })) {
      if (!(await write(byte))) return;
      await pause(everyMs);
    }
  };
}

/** Sends an answer that never ends, as fast as it is taken. */
export function endlessBody(): Step {
  return async ({ write }) => {
    await write(head(200, { 'transfer-encoding': 'chunked' }));
    const chunk = Buffer.concat([Buffer.from('4000\r\n'), Buffer.alloc(0x4000, 'e'), Buffer.from('\r\n')]);
    while (await write(chunk));
  };
}

/** A complete answer of this many bytes. */
export function hugeBody(bytes: number): Step {
  return answer(200, { body: Buffer.alloc(bytes, 'h') });
}

/** A small body that unfolds into `bytes` zeros when it is decompressed. */
export function compressionBomb(bytes: number): Step {
  return answer(200, {
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(bytes), { level: 9 }),
  });
}

/** Declares one length and sends another, then closes. */
export function wrongLength({ declared, sent }: { declared: number; sent: number }): Step {
  return async ({ write, end }) => {
    await write(head(200, { 'content-length': String(declared) }) + 'x'.repeat(sent));
    end();
  };
}

/** A body of chunks that is not what chunks look like, or one that stops within a chunk. */
export function brokenChunks(how: 'not hexadecimal' | 'cut short'): Step {
  return async ({ write, end }) => {
    const body =
      how === 'not hexadecimal' ? '5\r\nhello\r\nzz\r\nworld\r\n0\r\n\r\n' : '5\r\nhello\r\n10\r\nwor';
    await write(head(200, { 'transfer-encoding': 'chunked' }) + body);
    end();
  };
}

/** Bytes that are no HTTP. */
export function garbage(bytes: string | Uint8Array = 'SSH-2.0-OpenSSH_9.2\r\n'): Step {
  return async ({ write }) => {
    await write(bytes);
  };
}

/** Interim answers before the final one; without end when `final` is null. */
export function informational(count: number, final: Step | null, status = 103): Step {
  return async (conversation) => {
    for (let sent = 0; sent < count; sent += 1) {
      if (!(await conversation.write(head(status, { link: '</style.css>; rel=preload' })))) return;
    }
    await final?.(conversation);
  };
}

/** An answer whose headers have this many bytes. */
export function hugeHeaders(bytes: number): Step {
  return answer(200, { headers: { 'x-huge': 'h'.repeat(bytes) } });
}

/** Headers and body with bytes that are not UTF-8. */
export function notUtf8(): Step {
  return async ({ write }) => {
    const start = Buffer.from('HTTP/1.1 200 OK\r\nx-name: ', 'latin1');
    const rest = Buffer.from('\r\ncontent-length: 4\r\n\r\n', 'latin1');
    await write(
      Buffer.concat([start, Buffer.from([0x4d, 0xfc, 0x6c]), rest, Buffer.from([0xff, 0xfe, 0x00, 0x80])]),
    );
  };
}

/** Exactly these bytes, then nothing. */
export function raw(bytes: string | Uint8Array, then: 'keep' | 'close' = 'keep'): Step {
  return async ({ write, end }) => {
    await write(bytes);
    if (then === 'close') end();
  };
}

export function conversation(request: ReceivedRequest, socket: Socket, breakOff: () => void): Conversation {
  return {
    request,
    socket,
    async write(bytes) {
      if (socket.destroyed || socket.writableEnded) return false;
      if (!socket.write(bytes))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
      return !socket.destroyed;
    },
    end: () => void socket.end(),
    reset: breakOff,
  };
}
