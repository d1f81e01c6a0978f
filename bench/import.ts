/**
 * How many lines of a CSV file does Fanfare import a second? From the first byte of the upload to the end of the job,
 * over HTTP, into a database of its own:
 *
 * - participants with external id, e-mail address, name, two fields of their own, and an account each;
 * - the same file again, which changes nothing;
 * - points for those participants, each with its event and one delivery.
 *
 * PostgreSQL runs with fsync on, and shares the machine with Fanfare and the sender.
 *
 *   npm run bench:import -- [--rows 1000000] [--points 50000]
 */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { startMeasuredReceiver } from './measured-receiver.ts';

const { values: flags } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, points: { type: 'string', default: '50000' } },
});
const rows = Number(flags.rows);
const points = Number(flags.points);
const linesPerPiece = 1_000;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly progress: { readonly done: number; readonly refused: number };
  readonly counts: Readonly<Record<string, number>>;
}

function* file(header: string, count: number, line: (n: number) => string): Generator<string> {
  yield `${header}\r\n`;
  for (let n = 0; n < count; n += linesPerPiece) {
    let piece = '';
    for (let at = n; at < Math.min(n + linesPerPiece, count); at++) piece += `${line(at)}\r\n`;
    yield piece;
  }
}

const people = () =>
  file(
    'external_id,email,first_name,last_name,field:plan,field:city,account:discord',
    rows,
    (n) => `customer-${n},person${n}@example.com,Ada,"Lovelace, ${n}",pro,Porto,ada.${n}`,
  );
const bonuses = () =>
  file('external_id,amount,reference', points, (n) => `customer-${n % rows},12.5,bonus-${n}`);

console.log(machine());
const receiver = await startMeasuredReceiver();
const fanfare = await spawnFanfare();

async function measure(what: string, count: number, path: string, lines: Generator<string>): Promise<void> {
  const processorBefore = fanfare.processorMs();
  const start = performance.now();
  let job = await fanfare.upload<Job>(path, Readable.from(lines));
  const received = performance.now() - start;
  while (job.state === 'queued' || job.state === 'running') {
    await sleep(50);
    job = await fanfare.call<Job>('GET', `/v1/jobs/${job.id}`);
  }
  const ms = performance.now() - start;
  if (job.state !== 'done' || job.progress.refused > 0) throw new Error(`${what}: ${JSON.stringify(job)}`);
  const processor = fanfare.processorMs();
  const own = ((processor.own - processorBefore.own) * 1_000) / count;
  const all = ((processor.all - processorBefore.all) * 1_000) / count;
  const rate = Math.round((count / ms) * 1_000).toLocaleString('en');
  console.log(
    `${what.padEnd(26)} ${rate.padStart(7)} lines/s: ${count.toLocaleString('en')} in ${(ms / 1_000).toFixed(1)} s, stored after ${(received / 1_000).toFixed(1)} s; ${own.toFixed(0)} µs of processor time each, with PostgreSQL ${all.toFixed(0)}; ${JSON.stringify(job.counts)}; ${fanfare.residentMiB.toFixed(0)} MiB`,
  );
}

await measure('participants', rows, '/v1/imports/participants', people());
await measure('the same file again', rows, '/v1/imports/participants', people());
const { id: campaign } = await fanfare.call<{ id: string }>(
  'POST',
  '/v1/campaigns',
  JSON.stringify({ name: 'Season' }),
);
const webhook = { name: 'Credits', format: 'reward', url: `${receiver.url}/credits` };
await fanfare.call('POST', '/v1/webhooks', JSON.stringify(webhook));
await measure('points, who is new joins', points, `/v1/imports/points?campaign_id=${campaign}`, bonuses());
await measure('the same points again', points, `/v1/imports/points?campaign_id=${campaign}`, bonuses());
await fanfare.stop();
receiver.stop();
