import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { waitFor } from '../wait-for.ts';
import type { ReceivedRequest } from './request-reader.ts';
import { RequestReader } from './request-reader.ts';
import type { Step } from './steps.ts';
import { answer, conversation } from './steps.ts';

/**
 * What happens to a connection before any request; all but `serve` come before TLS. `greet` says what an SSH server
 * says; `reset on data` breaks off at the first bytes, which leaves the rest of a request that is still being sent.
 */
export type ConnectionStep = 'serve' | 'reset' | 'reset on data' | 'hang' | 'end' | 'greet';

export interface ReceiverOptions {
  /** One step per request in the order of arrival; afterwards `otherwise`. */
  readonly script?: readonly Step[];
  /** Chooses the step by the request, instead of a script. */
  readonly handler?: (request: ReceivedRequest, index: number) => Step;
  /** Default: 200 with an empty body. */
  readonly otherwise?: Step;
  /** One per connection in the order of arrival; afterwards `serve`. */
  readonly connections?: readonly ConnectionStep[];
  /** PEM; serves HTTPS with them. With other versions of TLS and other ciphers, if given. */
  readonly tls?: { readonly key: string; readonly cert: string } & Pick<
    SecureContextOptions,
    'minVersion' | 'maxVersion' | 'ciphers'
  >;
  readonly host?: string;
}

export interface Receiver {
  /** Scheme, address and port, without a path. */
  readonly url: string;
  readonly port: number;
  /** Complete requests, in order of arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections accepted so far, and those open now. */
  readonly connections: { readonly accepted: number; readonly open: number };
  /** Waits until that many requests have come, and gives them. */
  received(count: number, timeoutMs?: number): Promise<readonly ReceivedRequest[]>;
  /** Closes every idle and busy connection from this side: in an orderly way (FIN), or not (RST). */
  closeConnections(how?: 'end' | 'reset'): void;
  close(): Promise<void>;
}

/** A server on a real socket that answers as scripted, well or badly. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { script = [], otherwise = answer(200), connections = [], host = '127.0.0.1' } = options;
  const requests: ReceivedRequest[] = [];
  const open = new Set<Socket>();
  let accepted = 0;

  const stepFor = (request: ReceivedRequest, index: number): Step =>
    options.handler?.(request, index) ?? script[index] ?? otherwise;

  const serve = (tcp: Socket, number: number): void => {
    const socket =
      options.tls === undefined
        ? tcp
        : new TLSSocket(tcp, { isServer: true, secureContext: createSecureContext(options.tls) });
    const reader = new RequestReader(number);
    // Steps of one connection follow each other; a step that never ends holds only its own connection.
    let turn = Promise.resolve();
    socket.on('error', () => tcp.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const request of reader.push(chunk)) {
        const step = stepFor(request, requests.length);
        requests.push(request);
        turn = turn.then(() => step(conversation(request, socket, () => tcp.resetAndDestroy())));
      }
    });
    // A half-closing peer is answered all the same; it is for the step to close.
    socket.on('end', () => socket.end());
  };

  const server = createServer({ noDelay: true }, (tcp) => {
    const step = connections[accepted] ?? 'serve';
    accepted += 1;
    open.add(tcp);
    tcp.on('close', () => open.delete(tcp));
    tcp.on('error', () => tcp.destroy());
    if (step === 'serve') {
      serve(tcp, accepted);
      return;
    }
    // What comes is read and dropped: without reading, the peer's end would go unnoticed.
    tcp.resume();
    if (step === 'reset') tcp.resetAndDestroy();
    else if (step === 'reset on data') tcp.once('data', () => tcp.resetAndDestroy());
    else if (step === 'end') tcp.end();
    else if (step === 'greet') tcp.write('SSH-2.0-OpenSSH_9.2\r\n');
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver did not get a port.');
  const { port } = address;
  const shown = host.includes(':') ? `[${host}]` : host;

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${shown}:${port}`,
    port,
    requests,
    connections: {
      get accepted() {
        return accepted;
      },
      get open() {
        return open.size;
      },
    },
    async received(count, timeoutMs = 5_000) {
      await waitFor(() => requests.length >= count, {
        timeoutMs,
        what: `${count} requests, of which ${requests.length} came`,
      });
      return requests;
    },
    closeConnections(how = 'end') {
      for (const socket of open) {
        if (how === 'end') socket.end();
        else socket.resetAndDestroy();
      }
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
