import { connect, type Socket } from 'node:net';
import { waitFor } from '@fanfare/testkit';
import fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type EventStream, openEventStream } from '../../src/http/event-stream.ts';

const app = { close: async () => {} };
afterEach(() => app.close());

async function open(): Promise<{ stream: EventStream; socket: Socket; closed: () => boolean }> {
  const server = fastify();
  app.close = () => server.close();
  let stream: EventStream | null = null;
  let closed = false;
  server.get('/', (_request, reply) => {
    stream = openEventStream(reply, {
      isAllowed: () => true,
      onClose() {
        closed = true;
      },
    });
    return reply;
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  const socket = connect({ host: '127.0.0.1', port: address.port });
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await waitFor(() => stream !== null, { what: 'the request' });
  return { stream: stream as unknown as EventStream, socket, closed: () => closed };
}

const line = `data: ${'x'.repeat(64 * 1024)}\n\n`;
/** More than the sockets of both ends take. */
const lines = 400;

describe('a stream of events', () => {
  it('is cut for a reader who does not read, before much is kept for them', async () => {
    const { stream, socket, closed } = await open();
    socket.pause();
    let sent = 0;
    await waitFor(
      () => {
        for (let n = 0; n < 2 && !closed(); n++) {
          stream.send(line);
          sent += 1;
        }
        return closed();
      },
      { what: 'the connection to be cut', timeoutMs: 20_000 },
    );
    expect(sent).toBeLessThan(lines);
    socket.destroy();
  }, 30_000);

  it('reaches a reader who does, however much it is', async () => {
    const { stream, socket, closed } = await open();
    let read = 0;
    socket.on('data', (chunk) => {
      read += chunk.byteLength;
    });
    for (let n = 1; n <= lines; n++) {
      stream.send(line);
      await waitFor(() => read >= n * line.length, { what: `line ${n}` });
    }
    expect(closed()).toBe(false);
    stream.end();
    await waitFor(closed, { what: 'the end' });
    socket.destroy();
  }, 30_000);

  it('is over when its reader leaves', async () => {
    const { socket, closed } = await open();
    socket.destroy();
    await waitFor(closed, { what: 'the end' });
  });
});
