/**
 * The receiver that every measurement of one run sends to: its own process, raw sockets, the cheapest
 * correct HTTP answer, so that it takes as little of the machine as a receiver can.
 *
 * Started with `fork`. Tells its ports once it listens. On `{ record: true }` it notes when each event
 * arrives (`process.hrtime`, comparable between processes of one machine) and answers `{ arrivals }` on
 * `{ report: true }`, with how many requests each first part of a path had got so far, and when the last of them came.
 *
 * `{ fault: { path: '/slow', does: 'hang' } }` changes how paths that begin so are answered; requests that hung
 * before are cut off. A second port takes
 * connections or refuses them, as `{ second: … }` says.
 */
import { createServer, type Server, type Socket } from 'node:net';

export type Behaviour = 'answer' | 'hang' | 'fail';

export interface Order {
  readonly record?: boolean;
  readonly report?: boolean;
  readonly fault?: { readonly path: string; readonly does: Behaviour };
  readonly second?: 'answer' | 'refuse';
}

const answer = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');
const failure = Buffer.from('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n');
const headEnd = Buffer.from('\r\n\r\n');

let received = 0;
let recording = false;
let arrivals: [eventId: string, nanoseconds: string][] = [];
const behaviours = new Map<string, Behaviour>();
/** Connections whose request got no answer, by the part of the path that hangs. */
const hung = new Map<string, Set<Socket>>();
const parts = new Map<string, { count: number; lastAt: bigint }>();

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  let rest: Buffer | null = null;
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const sockets of hung.values()) sockets.delete(socket);
  });
  socket.on('data', (chunk) => {
    let data = rest === null ? chunk : Buffer.concat([rest, chunk]);
    rest = null;
    for (;;) {
      const end = data.indexOf(headEnd);
      if (end < 0) break;
      const head = data.toString('latin1', 0, end);
      const length = Number(/content-length: ?(\d+)/i.exec(head)?.[1] ?? 0);
      const next = end + 4 + length;
      if (data.length < next) break;
      received += 1;
      const part = head.slice(head.indexOf('/'), firstPartEnd(head));
      count(part);
      if (recording) note(head);
      const behaviour = behaviours.size === 0 ? undefined : behaviours.get(part);
      if (behaviour === 'hang') hung.get(part)?.add(socket);
      else socket.write(behaviour === 'fail' ? failure : answer);
      data = data.subarray(next);
      if (data.length === 0) return;
    }
    rest = data;
  });
}

function firstPartEnd(head: string): number {
  const start = head.indexOf('/') + 1;
  const slash = head.indexOf('/', start);
  const space = head.indexOf(' ', start);
  return slash >= 0 && slash < space ? slash : space;
}

function count(part: string): void {
  const known = parts.get(part);
  if (known === undefined) {
    parts.set(part, { count: 1, lastAt: process.hrtime.bigint() });
    return;
  }
  known.count += 1;
  known.lastAt = process.hrtime.bigint();
}

function behave(path: string, does: Behaviour): void {
  behaviours.set(path, does);
  for (const socket of hung.get(path) ?? []) socket.destroy();
  hung.set(path, new Set());
}

function note(head: string): void {
  const eventId = /webhook-event-id: ?(\S+)/i.exec(head)?.[1];
  if (eventId !== undefined) arrivals.push([eventId, String(process.hrtime.bigint())]);
}

process.on('message', (order: Order) => {
  if (order.record !== undefined) {
    recording = order.record;
    arrivals = [];
  }
  if (order.fault !== undefined) behave(order.fault.path, order.fault.does);
  if (order.second !== undefined) setSecond(order.second);
  if (order.report) {
    const byPart = [...parts].map(([part, { count, lastAt }]) => [part, count, String(lastAt)]);
    process.send?.({ received, arrivals, byPart, cpuMs: cpuMs() });
  }
});
process.on('disconnect', () => process.exit());

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const secondSockets = new Set<Socket>();

function setSecond(state: 'answer' | 'refuse'): void {
  if (state === 'answer') {
    second.listen(secondPort, '127.0.0.1');
    return;
  }
  second.close();
  for (const socket of secondSockets) socket.destroy();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
}

const server = createServer(serve);
const second = createServer((socket) => {
  secondSockets.add(socket);
  socket.on('close', () => secondSockets.delete(socket));
  serve(socket);
});
const port = await listen(server);
const secondPort = await listen(second);
process.send?.({ port, secondPort });
