/**
 * What does a million deliveries that wait for dead receivers cost everybody else? Two Fanfares side by side, with the
 * same webhooks; one has the backlog, in one of these shapes:
 *
 * - `one`: all of it waits for one webhook;
 * - `many`: it waits for a thousand webhooks (`--webhooks`), the same number for each.
 *
 * Their receivers refuse connections, or never answer (`--dead hang`). First the start, while nobody knows that they are
 * down. Then, in rounds that alternate between the two: throughput, delays and memory of eight healthy webhooks; once
 * right after the start and once when all circuits are open. Claims are timed alone: the statement, for 100 deliveries that
 * are due to healthy webhooks, in a transaction that is rolled back.
 *
 *   npm run bench:dead-receivers -- [--deliveries 1000000] [--shapes one,many] [--webhooks 1000] [--dead refuse|hang]
 *                            [--rounds 3] [--seconds 10] [--rate 300]
 */
import { parseArgs } from 'node:util';
import { idFromUuid, newId, type Uuid, uuidOf, type WebhookUid } from '../packages/server/src/ids.ts';
import { type ClaimWhere, claimDue, type Database } from '../packages/server/src/storage/index.ts';
import { leaseMarginMs } from '../packages/server/src/webhooks/index.ts';
import { eventBody, type FanfareProcess, spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { type MeasuredReceiver, startMeasuredReceiver } from './measured-receiver.ts';
import { median, percentile } from './percentile.ts';
import { type Delays, delaysOf, publishSteadily, together } from './steady-load.ts';
import { until } from './until.ts';

const { values: flags } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '1000000' },
    shapes: { type: 'string', default: 'one,many' },
    webhooks: { type: 'string', default: '1000' },
    dead: { type: 'string', default: 'refuse' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '300' },
  },
});
const deliveries = Number(flags.deliveries);
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
const rate = Number(flags.rate);
const healthyWebhooks = 8;

/** One of the two Fanfares. */
interface Side {
  readonly name: 'empty' | 'backlog';
  readonly fanfare: FanfareProcess;
  readonly bodies: readonly string[];
  readonly healthy: readonly WebhookUid[];
  readonly dead: readonly WebhookUid[];
}

interface Measured {
  readonly steady: Delays;
  readonly perSecond: number;
  readonly residentMiB: number;
}

async function prepare(
  name: Side['name'],
  dead: number,
  receiver: MeasuredReceiver,
): Promise<Omit<Side, 'fanfare'> & { readonly dataDir: string }> {
  const fanfare = await spawnFanfare({ environment: { FANFARE_ROLES: 'api' } });
  const make = async (path: string, settings: object) =>
    (await fanfare.call<{ id: string }>('POST', path, JSON.stringify(settings))).id;
  const campaigns: string[] = [];
  for (let n = 0; n < healthyWebhooks; n++) {
    const campaign = await make('/v1/campaigns', { name: `Season ${n}` });
    campaigns.push(campaign);
    const url = `${receiver.url}/${name}/${n}`;
    await make('/v1/webhooks', { name: 'healthy', url, format: 'standard', campaigns: [campaign] });
  }
  const lost = await make('/v1/campaigns', { name: 'Lost' });
  const url = flags.dead === 'hang' ? `${receiver.url}/hanging` : `${receiver.secondUrl}/dead`;
  for (let n = 0; n < dead; n++) {
    await make('/v1/webhooks', { name: 'dead', url, format: 'standard', campaigns: [lost] });
  }
  const database = fanfare.openDatabase();
  const uids = async (webhook: string) => {
    const { rows } = await database.pool.query<{ uid: Uuid }>('select uid from webhooks where name = $1', [
      webhook,
    ]);
    return rows.map(({ uid }) => idFromUuid('whk', uid));
  };
  const sides = { healthy: await uids('healthy'), dead: await uids('dead') };
  if (name === 'backlog') {
    await fanfare.call('POST', '/v1/events', eventBody(0, lost));
    await seed(database, dead);
  }
  await database.close();
  await fanfare.stop('keep');
  const bodies = Array.from({ length: 1_000 }, (_, n) => eventBody(n, campaigns[n % healthyWebhooks] ?? ''));
  return { name, dataDir: fanfare.dataDir, bodies, ...sides };
}

/** The deliveries of one published event are the model of all that wait; they came in over the last hour. */
async function seed(database: Database, dead: number): Promise<void> {
  const client = await database.pool.connect();
  await client.query('set statement_timeout = 0');
  const events = Math.ceil(deliveries / dead);
  await client.query(
    `insert into events (id, organization_id, type, occurred_at, campaign_id, participant_id, seq, body)
     select uuidv7(-interval '1 hour' + n * interval '3 ms'), organization_id, type, occurred_at, campaign_id,
            participant_id, seq, body
       from events cross join generate_series(1, $1) n`,
    [events],
  );
  await client.query(
    `with model as (select * from open_deliveries limit 1)
     insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, scope,
                                  webhook_name, created_at, due_at)
     select uuidv7(-interval '1 hour'), m.organization_id, w.uid, e.id, m.format, m.format_version, m.scope,
            w.name, now() - interval '1 hour', now() - interval '1 hour'
       from model m, events e, webhooks w where w.name = 'dead'`,
  );
  await client.query('vacuum analyze events');
  await client.query('vacuum analyze open_deliveries');
  client.release(true);
}

/** From the start of the process until it is ready, and until its first event has reached a receiver, ms. */
async function start(
  prepared: Awaited<ReturnType<typeof prepare>>,
  receiver: MeasuredReceiver,
): Promise<{ readonly side: Side; readonly readyMs: number; readonly firstMs: number }> {
  const { dataDir, ...rest } = prepared;
  const spawnedAt = performance.now();
  const fanfare = await spawnFanfare({ dataDir });
  const before = await receiver.received(`/${rest.name}`);
  await fanfare.call('POST', '/v1/events', rest.bodies[0]);
  await until(async () => (await receiver.received(`/${rest.name}`)).count > before.count, 5);
  return {
    side: { fanfare, ...rest },
    readyMs: fanfare.readyAfterMs,
    firstMs: performance.now() - spawnedAt,
  };
}

async function measure({ name, fanfare, bodies }: Side, receiver: MeasuredReceiver): Promise<Measured> {
  const part = `/${name}`;
  receiver.record(true);
  const published = await publishSteadily({ perSecond: rate, seconds }, async (n) => {
    return (await fanfare.call<{ id: string }>('POST', '/v1/events', bodies[n % bodies.length])).id;
  });
  await receiver.quiet(part);
  const steady = delaysOf((await receiver.report()).arrivals, published);
  receiver.record(false);

  const before = await receiver.received(part);
  const startedAt = process.hrtime.bigint();
  await fanfare.press('/v1/events', bodies, seconds);
  await receiver.quiet(part);
  const after = await receiver.received(part);
  return {
    steady,
    perSecond: (after.count - before.count) / (Number(after.lastAt - startedAt) / 1e9),
    residentMiB: fanfare.residentMiB,
  };
}

/** The claim of a node that knows which receivers are down; ms. */
async function timeClaims({ fanfare, healthy, dead }: Side, where: ClaimWhere): Promise<Claims> {
  const database = fanfare.openDatabase();
  const client = await database.hotPool.connect();
  const none = new Map(dead.map((uid) => [uid, 0] as const));
  const times: number[] = [];
  for (let n = 0; n < 50; n++) {
    await client.query('begin');
    await client.query(
      `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, due_at)
       select uuidv7(), w.organization_id, w.uid, (select id from events order by id desc limit 1), 'standard', 1, w.name, now(), now()
         from webhooks w, generate_series(1, $2) where w.uid = any ($1)`,
      [healthy.map(uuidOf), Math.ceil(100 / healthy.length)],
    );
    const startedAt = performance.now();
    await claimDue(client, {
      lease: uuidOf(newId('att')),
      leaseMarginMs,
      perLane: 32,
      rooms: 'lanes' in where ? new Map() : none,
      perLaneReplays: 32,
      replayRooms: 'lanes' in where ? new Map() : none,
      limit: 1_000,
      where,
    });
    times.push(performance.now() - startedAt);
    await client.query('rollback');
  }
  client.release();
  await database.close();
  // The first calls of a connection plan the statement.
  const warm = times.slice(5);
  return { p50: median(warm), p99: percentile(warm, 0.99) ?? Number.NaN };
}

interface Claims {
  readonly p50: number;
  readonly p99: number;
}

async function openCircuits({ fanfare, dead }: Side): Promise<number> {
  const database = fanfare.openDatabase();
  let open = 0;
  const giveUpAt = performance.now() + 110_000;
  await until(async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      'select count(*)::int as n from webhook_health',
    );
    open = rows[0]?.n ?? 0;
    return open === dead.length || performance.now() > giveUpAt;
  }, 1_000);
  await database.close();
  return open;
}

async function compare(phase: string, sides: readonly Side[], receiver: MeasuredReceiver): Promise<void> {
  const results = new Map<Side['name'], Measured[]>(sides.map(({ name }) => [name, []]));
  for (let n = 1; n <= rounds; n++) {
    for (const side of sides) {
      const measured = await measure(side, receiver);
      results.get(side.name)?.push(measured);
      console.log(`    round ${n}  ${line(side.name, [measured])}`);
    }
  }
  const empty = results.get('empty') ?? [];
  const backlog = results.get('backlog') ?? [];
  const perSecond = (measured: readonly Measured[]) => median(measured.map((one) => one.perSecond));
  const p99 = (measured: readonly Measured[]) => together(measured.map((one) => one.steady)).p99;
  console.log(`  ${phase}\n  ${line('empty', empty)}\n  ${line('backlog', backlog)}`);
  console.log(
    `  ratio: throughput ${ratio(perSecond(backlog), perSecond(empty))} ×, p99 ${ratio(p99(backlog), p99(empty))} ×`,
  );
}

function line(name: string, measured: readonly Measured[]): string {
  const { p50, p99 } = together(measured.map((one) => one.steady));
  const perSecond = median(measured.map((one) => one.perSecond));
  const mib = Math.max(...measured.map((one) => one.residentMiB));
  return `${name.padEnd(8)} ${perSecond.toFixed(0)}/s; at ${rate}/s p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${mib.toFixed(0)} MiB`;
}

function ratio(one: number, other: number): string {
  return (one / other).toFixed(2);
}

async function claims(sides: readonly Side[]): Promise<void> {
  const [empty, backlog] = [side(sides, 'empty'), side(sides, 'backlog')];
  const ways: readonly [string, (one: Side) => ClaimWhere][] = [
    ['of lanes that have room and rows', ({ healthy }) => ({ lanes: healthy })],
    ['of all lanes', () => ({ after: '00000000-0000-0000-0000-000000000000' })],
  ];
  for (const [name, where] of ways) {
    const without = await timeClaims(empty, where(empty));
    const beside = await timeClaims(backlog, where(backlog));
    console.log(
      `  claim ${name}: empty p50 ${without.p50.toFixed(1)} ms, p99 ${without.p99.toFixed(1)} ms; backlog p50 ${beside.p50.toFixed(1)} ms, p99 ${beside.p99.toFixed(1)} ms; ratio ${ratio(beside.p50, without.p50)} ×`,
    );
  }
}

function side(sides: readonly Side[], name: Side['name']): Side {
  const found = sides.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no side "${name}"`);
  return found;
}

console.log(machine());
for (const shape of flags.shapes.split(',')) {
  const dead = shape === 'one' ? 1 : Number(flags.webhooks);
  const receiver = await startMeasuredReceiver();
  receiver.behaveOnSecond('refuse');
  receiver.behave('/hanging', 'hang');
  console.log(`\n${deliveries.toLocaleString('en')} deliveries for ${dead} webhooks (${flags.dead})`);
  const prepared = [await prepare('empty', dead, receiver), await prepare('backlog', dead, receiver)];
  const sides: Side[] = [];
  for (const one of prepared) {
    const { side: started, readyMs, firstMs } = await start(one, receiver);
    sides.push(started);
    console.log(
      `  start, ${one.name.padEnd(7)}: ready after ${readyMs.toFixed(0)} ms, first delivery after ${firstMs.toFixed(0)} ms, ${started.fanfare.residentMiB.toFixed(0)} MiB`,
    );
  }
  await compare('right after the start', sides, receiver);
  const waitedFrom = performance.now();
  const open = await openCircuits(side(sides, 'backlog'));
  console.log(
    `  ${open} circuits open, waited ${((performance.now() - waitedFrom) / 1_000).toFixed(0)} s for them`,
  );
  await compare('circuits open', sides, receiver);
  await claims(sides);
  for (const { fanfare } of sides) await fanfare.stop();
  receiver.stop();
}
