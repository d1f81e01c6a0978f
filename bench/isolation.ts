/**
 * What do a dead and a hanging receiver cost the others? A hundred webhooks, each with a campaign of its own; events go
 * to them in turn. Rounds alternate: in one all receivers answer; in the other one of them refuses connections
 * (`--dead fail`: answers 500) and one never answers. Measured are the other 98: how long events take from the HTTP request to their
 * receiver at a steady rate, and how many a second reach them when as many are published as are taken. Before the next
 * round everything that waits is delivered and the circuits close.
 *
 *   npm run bench:isolation -- [--webhooks 100] [--rounds 3] [--seconds 20] [--rate 300] [--dead refuse|fail]
 */
import { parseArgs } from 'node:util';
import { eventBody, spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { startMeasuredReceiver } from './measured-receiver.ts';
import { median } from './percentile.ts';
import { type Delays, delaysOf, publishSteadily, together } from './steady-load.ts';
import { until } from './until.ts';

const { values: flags } = parseArgs({
  options: {
    webhooks: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '300' },
    dead: { type: 'string', default: 'refuse' },
  },
});
const webhooks = Number(flags.webhooks);
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
const rate = Number(flags.rate);
const others = webhooks - 2;

interface Measured {
  readonly steady: Delays;
  /** Events that reached the other receivers, per second, published as fast as they were taken. */
  readonly perSecond: number;
  /** Of events at 20 per second beside that load. */
  readonly loaded: Delays;
}

console.log(machine());
const receiver = await startMeasuredReceiver();
const fanfare = await spawnFanfare();
const database = fanfare.openDatabase();

const ids: string[] = [];
const campaigns: string[] = [];
for (let n = 0; n < webhooks; n++) {
  const make = async (path: string, settings: object) =>
    (await fanfare.call<{ id: string }>('POST', path, JSON.stringify(settings))).id;
  const campaign = await make('/v1/campaigns', { name: `Season ${n}` });
  campaigns.push(campaign);
  ids.push(
    await make('/v1/webhooks', {
      name: `lane ${n}`,
      url: urlOf(n),
      format: 'standard',
      campaigns: [campaign],
    }),
  );
}

function urlOf(n: number): string {
  if (n < others) return `${receiver.url}/healthy/${n}`;
  return n === others ? `${receiver.secondUrl}/dead` : `${receiver.url}/hanging`;
}

const bodies = Array.from({ length: 1_000 }, (_, n) => eventBody(n, campaigns[n % webhooks] ?? ''));
const publish = async (n: number) =>
  (await fanfare.call<{ id: string }>('POST', '/v1/events', bodies[n % bodies.length])).id;

async function round(): Promise<Measured> {
  receiver.record(true);
  const steadyAt = await publishSteadily({ perSecond: rate, seconds }, publish);
  await receiver.quiet('/healthy');
  const steady = delaysOf((await receiver.report()).arrivals, steadyAt, toOthers);

  receiver.record(true);
  const before = await receiver.received('/healthy');
  const startedAt = process.hrtime.bigint();
  const pressing = fanfare.press('/v1/events', bodies, seconds);
  const besideAt = await publishSteadily({ perSecond: 20, seconds }, publish);
  await pressing;
  await receiver.quiet('/healthy');
  const after = await receiver.received('/healthy');
  const loaded = delaysOf((await receiver.report()).arrivals, besideAt, toOthers);
  receiver.record(false);
  return {
    steady,
    perSecond: (after.count - before.count) / (Number(after.lastAt - startedAt) / 1e9),
    loaded,
  };
}

const toOthers = (n: number) => n % webhooks < others;

async function openDeliveries(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>('select count(*)::int as n from open_deliveries');
  return rows[0]?.n ?? 0;
}

function breakTwo(): void {
  if (flags.dead === 'fail') receiver.behave('/dead', 'fail');
  else receiver.behaveOnSecond('refuse');
  receiver.behave('/hanging', 'hang');
}

/** Back to a state in which nobody waits and nobody is known to be down. */
async function mend(): Promise<void> {
  receiver.behave('/dead', 'answer');
  if (flags.dead !== 'fail') receiver.behaveOnSecond('answer');
  receiver.behave('/hanging', 'answer');
  await database.pool.query('update open_deliveries set due_at = now() where lease is null');
  await until(async () => {
    for (const id of ids.slice(others)) {
      await fanfare.call(
        'PATCH',
        `/v1/webhooks/${id}`,
        JSON.stringify({ description: `mended ${Date.now()}` }),
      );
    }
    return (await openDeliveries()) === 0;
  }, 1_000);
}

const all: Measured[] = [];
const without: Measured[] = [];
for (let n = 1; n <= rounds; n++) {
  all.push(await round());
  console.log(`  round ${n}  ${line('all answer', all.slice(-1))}`);
  breakTwo();
  without.push(await round());
  console.log(
    `  round ${n}  ${line('one dead, one hanging', without.slice(-1))}; ${await openDeliveries()} wait`,
  );
  await mend();
}

console.log('\ndelays of all rounds, medians of the others');
console.log(line('all answer', all));
console.log(line('one dead, one hanging', without));
const steadyP99 = (measured: readonly Measured[]) => together(measured.map((one) => one.steady)).p99;
const loadedP99 = (measured: readonly Measured[]) => together(measured.map((one) => one.loaded)).p99;
const perSecond = (measured: readonly Measured[]) => median(measured.map((one) => one.perSecond));
const ratio = (of: (measured: readonly Measured[]) => number) => (of(without) / of(all)).toFixed(2);
console.log(
  `ratio: p99 ${ratio(steadyP99)} ×, p99 beside the load ${ratio(loadedP99)} ×, throughput ${ratio(perSecond)} ×; ${fanfare.residentMiB.toFixed(0)} MiB`,
);
await database.close();
await fanfare.stop();
receiver.stop();

function line(name: string, measured: readonly Measured[]): string {
  const steady = together(measured.map((one) => one.steady));
  const loaded = together(measured.map((one) => one.loaded));
  const fast = median(measured.map((one) => one.perSecond)).toFixed(0);
  return `${name.padEnd(22)} at ${rate}/s p50 ${ms(steady.p50)}, p99 ${ms(steady.p99)}; as fast as it goes ${fast}/s, p50 ${ms(loaded.p50)}, p99 ${ms(loaded.p99)}`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
