import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { openGate, shutGate } from './gate.ts';
import { serverIsDone, socketOf } from './postgres-connection.ts';

/** A TCP proxy before a PostgreSQL that breaks what goes through it, as told, while it goes through. */
export interface FaultProxy {
  /** The database it stands before, reached through it. */
  readonly connectionString: string;
  /** Connections taken so far, and those open now. */
  readonly connections: { readonly accepted: number; readonly open: number };
  /** Breaks off (RST) every connection there is now, and says how many there were. New ones are served. */
  cut(): number;
  /** New connections are broken off at once. Those that are open stay. */
  refuse(): void;
  /** Takes connections and bytes and passes nothing on, in either direction. What it holds goes on with `heal`. */
  stall(): void;
  /** Stalls as soon as a request holds these bytes. Resolves then. */
  stallAt(bytes: string): Promise<void>;
  /** What is said in either direction comes this much later, ms. */
  slow(latencyMs: number): void;
  /** Breaks off every connection, now open or later, on which the server says this many bytes more. */
  cutAnswersAfter(bytes: number): void;
  /**
   * The next request with these bytes in it reaches the server, which carries it out and answers; the answer is lost
   * with the connection. Resolves when it is. The name of a prepared statement is in every request that uses it.
   */
  loseAnswerTo(bytes: string): Promise<void>;
  /** Ends every fault. What was cut stays cut. */
  heal(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** What the server may still say before the connection is broken off. */
  allowance: number;
  /** Set once the request came whose answer is to be lost. */
  doomed: (() => void) | null;
}

/** A request to wait for, and what to do when it comes. */
interface Wanted {
  readonly bytes: string;
  found(link: Link): void;
}

/** `connectionString` names the server as it is reached without the proxy, by TCP or by a Unix socket. */
export async function startFaultProxy(connectionString: string): Promise<FaultProxy> {
  const target = socketOf(connectionString);
  const links = new Set<Link>();
  let accepted = 0;
  let refusing = false;
  let latencyMs = 0;
  let allowance = Number.POSITIVE_INFINITY;
  let gate = openGate;
  let wanted: Wanted | null = null;

  function breakOff(link: Link): void {
    links.delete(link);
    link.client.resetAndDestroy();
    link.server.destroy();
  }

  function lookAt(link: Link, request: Buffer): void {
    if (wanted === null || !request.includes(wanted.bytes)) return;
    const { found } = wanted;
    wanted = null;
    found(link);
  }

  function stall(): void {
    if (gate === openGate) gate = shutGate();
  }

  /** What the client is to get of this piece of an answer: null when the connection ends with it. */
  function judge(link: Link, chunk: Buffer): Buffer | null {
    if (link.doomed !== null) {
      if (!serverIsDone(chunk)) return chunk.subarray(0, 0);
      link.doomed();
      return null;
    }
    if (chunk.length > link.allowance) return null;
    link.allowance -= chunk.length;
    return chunk;
  }

  function forward(link: Link, from: Socket, to: Socket): void {
    // Pieces follow each other: a socket is read again when the piece before has been passed on.
    from.on('data', async (chunk: Buffer) => {
      from.pause();
      if (latencyMs > 0) await pause(latencyMs);
      if (from === link.client) lookAt(link, chunk);
      await gate.passed;
      const rest = from === link.client ? chunk : judge(link, chunk);
      if (rest === null) {
        breakOff(link);
        return;
      }
      if (!to.destroyed && !to.write(rest)) {
        // An error comes before the end, which is enough to know.
        await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined);
      }
      from.resume();
    });
    from.on('end', async () => {
      await gate.passed;
      to.end();
    });
    from.on('error', () => {});
    from.on('close', async () => {
      await gate.passed;
      links.delete(link);
      to.destroy();
    });
  }

  const proxy = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    accepted += 1;
    if (refusing) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...target, noDelay: true, allowHalfOpen: true });
    const link: Link = { client, server, allowance, doomed: null };
    links.add(link);
    forward(link, client, server);
    forward(link, server, client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy did not get a port.');
  const url = new URL(connectionString);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);

  function cut(): number {
    const open = [...links];
    for (const link of open) breakOff(link);
    return open.length;
  }

  function heal(): void {
    refusing = false;
    latencyMs = 0;
    allowance = Number.POSITIVE_INFINITY;
    for (const link of links) link.allowance = allowance;
    wanted = null;
    gate.open();
    gate = openGate;
  }

  return {
    connectionString: url.href,
    connections: {
      get accepted() {
        return accepted;
      },
      get open() {
        return links.size;
      },
    },
    cut,
    refuse() {
      refusing = true;
    },
    stall,
    stallAt: (bytes) =>
      new Promise((stalled) => {
        const found = () => {
          stall();
          stalled();
        };
        wanted = { bytes, found };
      }),
    slow(ms) {
      latencyMs = ms;
    },
    cutAnswersAfter(bytes) {
      allowance = bytes;
      for (const link of links) link.allowance = bytes;
    },
    loseAnswerTo: (bytes) =>
      new Promise((lost) => {
        const found = (link: Link) => {
          link.doomed = lost;
        };
        wanted = { bytes, found };
      }),
    heal,
    async close() {
      heal();
      cut();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}
