/**
 * How many events a second does Fanfare take in, store, sign, deliver and record, beside a loop that only
 * sends? Three measurements in one run, on one receiver:
 *
 * - bare loop: what one would write without Fanfare: build the payload, sign it, `undici.request`, 64 at a time;
 *   it stores nothing and forgets what failed;
 * - in process: the pipeline from accept to settled, fed by function calls;
 * - over HTTP: a Fanfare process of its own, one HTTP request per event.
 *
 * PostgreSQL runs with fsync on; every event, delivery and attempt is stored. Load generator, receiver and
 * database share the machine.
 *
 *   npm run bench:throughput -- [--events 100000] [--rounds 3] [--seconds 10] [--only bare,in-process,http]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { generateSecret, parseSecret, sign } from '@fanfare/signature/node';
import { request } from 'undici';
import { startFanfareProcess } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { type MeasuredReceiver, startMeasuredReceiver } from './measured-receiver.ts';
import { median } from './percentile.ts';
import { type Pipeline, startPipeline } from './pipeline.ts';
import { processorMs, residentMiB } from './processor-time.ts';
import { repeat } from './repeat.ts';
import { measureDelays } from './steady-load.ts';

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: 'bare,in-process,http' },
  },
});
const events = Number(flags.events);
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
const wanted = new Set(flags.only.split(','));

/** Webhooks that share the load, and callers that each have one event under way. */
const lanes = 8;
const callers = 512;
/** For delays from accept to the receiver. */
const steady = { perSecond: 500, seconds };

interface Measured {
  readonly perSecond: number;
  /** Processor time per event of everything but the receiver, µs. */
  readonly cpuPerEventUs: number;
  readonly residentMiB: number;
}

async function bareLoop(receiver: MeasuredReceiver): Promise<Measured> {
  const key = parseSecret(generateSecret('v1'));
  const id = 'dlv_01jf2wkmvcfw6ts1qmgzya291c';
  const data = { trigger: { id: 'successful_payment' }, value: 2.99, more: 'x'.repeat(600) };
  const send = async (n: number) => {
    const payload = JSON.stringify({ type: 'trigger.fired', timestamp: new Date().toISOString(), data, n });
    const timestamp = Math.floor(Date.now() / 1_000);
    const answer = await request(receiver.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(key, { id, timestamp, payload }),
      },
      body: payload,
    });
    await answer.body.dump();
  };
  await repeat(5_000, 64, send);
  const before = process.cpuUsage();
  const start = performance.now();
  await repeat(events, 64, send);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (events / ms) * 1_000,
    cpuPerEventUs: (user + system) / events,
    residentMiB: residentMiB(process.pid),
  };
}

async function inProcess(pipeline: Pipeline): Promise<Measured> {
  const feed = (n: number) => {
    const event = pipeline.event(n);
    return pipeline.delivery.accept({
      organizationId: event.organization.id,
      events: [event],
      idempotency: null,
    });
  };
  const attemptsBefore = await pipeline.attempts();
  const cpuBefore = process.cpuUsage();
  const postgresBefore = processorMs(pipeline.postgresPid);
  const start = performance.now();
  await repeat(events, callers, feed);
  const accepted = performance.now();
  while ((await pipeline.openDeliveries()) > 0) await sleep(20);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  const postgresMs = processorMs(pipeline.postgresPid) - postgresBefore;
  const attempts = (await pipeline.attempts()) - attemptsBefore;
  if (attempts !== events) throw new Error(`${events} events made ${attempts} attempts`);
  console.log(
    `    accepted in ${Math.round(accepted - start)} ms, settled in ${Math.round(ms)} ms; processor per event: node ${((user + system) / events).toFixed(0)} µs, postgres ${((postgresMs * 1_000) / events).toFixed(0)} µs`,
  );
  return {
    perSecond: (events / ms) * 1_000,
    cpuPerEventUs: (user + system + postgresMs * 1_000) / events,
    residentMiB: residentMiB(process.pid),
  };
}

function line(name: string, measured: readonly Measured[], bare: readonly Measured[] | null): string {
  const rate = median(measured.map((one) => one.perSecond));
  const ratio = bare ? ` = ${(rate / median(bare.map((one) => one.perSecond))).toFixed(2)} × bare loop` : '';
  const cpu = median(measured.map((one) => one.cpuPerEventUs)).toFixed(0);
  const memory = Math.max(...measured.map((one) => one.residentMiB)).toFixed(0);
  return `${name.padEnd(12)} ${Math.round(rate).toLocaleString('en').padStart(7)} events/s${ratio}; ${cpu} µs processor per event; ${memory} MiB`;
}

console.log(machine());
const receiver = await startMeasuredReceiver();
const bare: Measured[] = [];
const inside: Measured[] = [];
const http: Measured[] = [];
const pipeline = wanted.has('in-process') ? await startPipeline(receiver.url, lanes) : null;
const fanfare = wanted.has('http') ? await startFanfareProcess(receiver.url, lanes) : null;

for (let round = 1; round <= rounds; round++) {
  if (wanted.has('bare')) {
    bare.push(await bareLoop(receiver));
    console.log(`  round ${round}  ${line('bare loop', bare.slice(-1), null)}`);
  }
  if (pipeline) {
    inside.push(await inProcess(pipeline));
    console.log(`  round ${round}  ${line('in process', inside.slice(-1), bare.slice(-1))}`);
  }
  if (fanfare) {
    http.push(await fanfare.saturate(seconds));
    console.log(`  round ${round}  ${line('over HTTP', http.slice(-1), bare.slice(-1))}`);
  }
}

console.log('\nmedians of the rounds');
if (bare.length > 0) console.log(line('bare loop', bare, null));
if (inside.length > 0) console.log(line('in process', inside, bare));
if (http.length > 0) console.log(line('over HTTP', http, bare));

if (pipeline) {
  const { p50, p99, all } = await measureDelays(receiver, steady, async (n) => {
    const event = pipeline.event(n);
    await pipeline.delivery.accept({
      organizationId: event.organization.id,
      events: [event],
      idempotency: null,
    });
    return event.id;
  });
  console.log(
    `in process, 500 events/s, accept to receiver: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${all.length} events)`,
  );
}
if (fanfare) {
  const { p50, p99, all } = await measureDelays(receiver, steady, fanfare.publish);
  console.log(
    `over HTTP, 500 events/s, request to receiver: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${all.length} events)`,
  );
}
await fanfare?.stop();
await pipeline?.stop();
receiver.stop();
