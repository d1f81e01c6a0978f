/**
 * The receiver that every measurement of one run sends to: its own process, raw sockets, the cheapest
 * correct HTTP answer, so that it takes as little of the machine as a receiver can.
 *
 * Started with `fork`. Tells its port once it listens. On `{ record: true }` it notes when each event
 * arrives (`process.hrtime`, comparable between processes of one machine) and answers `{ arrivals }` on
 * `{ report: true }`.
 */
import { createServer } from 'node:net';

const answer = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');
const headEnd = Buffer.from('\r\n\r\n');

let received = 0;
let recording = false;
let arrivals: [eventId: string, nanoseconds: string][] = [];

const server = createServer((socket) => {
  socket.setNoDelay(true);
  let rest: Buffer | null = null;
  socket.on('error', () => socket.destroy());
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
      if (recording) note(head);
      socket.write(answer);
      data = data.subarray(next);
      if (data.length === 0) return;
    }
    rest = data;
  });
});

function note(head: string): void {
  const eventId = /webhook-event-id: ?(\S+)/i.exec(head)?.[1];
  if (eventId !== undefined) arrivals.push([eventId, String(process.hrtime.bigint())]);
}

process.on('message', (message: { record?: boolean; report?: boolean }) => {
  if (message.record !== undefined) {
    recording = message.record;
    arrivals = [];
  }
  if (message.report) process.send?.({ received, arrivals, cpuMs: cpuMs() });
});
process.on('disconnect', () => process.exit());

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
