import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

export interface DeafPort {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens with the shortest queue there is, tells its port, and then stands still for ever. */
const listener = `
  const server = require('node:net').createServer();
  server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
/** A connection that is not there after this time will not come: loopback takes microseconds, ms. */
const silenceMs = 200;
const mostConnections = 64;

/**
 * A port that neither takes nor refuses a connection, as behind a firewall that drops packets: its process
 * stands still and its queue is full, so the kernel leaves further attempts without an answer.
 */
export async function startDeafPort({ host = '127.0.0.1', port = 0 } = {}): Promise<DeafPort> {
  const child = spawn(process.execPath, ['-e', listener, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  const listening = Number(String(said));
  const queue: Socket[] = [];
  const close = async (): Promise<void> => {
    for (const socket of queue) socket.destroy();
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  for (let full = false; !full; ) {
    if (queue.length >= mostConnections) {
      await close();
      throw new Error(
        `The queue of ${host}:${listening} took ${mostConnections} connections and is still not full.`,
      );
    }
    const socket = connect({ host, port: listening });
    socket.on('error', () => socket.destroy());
    queue.push(socket);
    full = !(await connects(socket));
  }
  return { host, port: listening, close };
}

function connects(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), silenceMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
