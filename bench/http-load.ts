/**
 * The load generator of `throughput.ts`, in a process of its own: autocannon, one event per request. Reads what to
 * do from standard input and writes how many were accepted to standard output.
 */
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';

interface Order {
  readonly port: number;
  readonly token: string;
  readonly bodies: readonly string[];
  readonly seconds: number;
}

const order = JSON.parse(await text(process.stdin)) as Order;
const startedAfterMs = performance.now();
const result = await autocannon({
  url: `http://127.0.0.1:${order.port}/v1/events`,
  connections: 64,
  duration: order.seconds,
  method: 'POST',
  headers: { authorization: `Bearer ${order.token}`, 'content-type': 'application/json' },
  requests: order.bodies.map((body) => ({ body })),
});
if (result.non2xx + result.errors > 0) {
  throw new Error(`${result.non2xx} refusals and ${result.errors} errors`);
}
process.stdout.write(JSON.stringify({ accepted: result['2xx'], startedAfterMs }));
