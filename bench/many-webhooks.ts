/**
 * What do ten thousand webhooks cost? Three Fanfares: `few` has ten webhooks, `one` has ten thousand in one organization,
 * `spread` has them in a thousand organizations. Measured are the start, memory, how long a publisher waits for its 202 and how long
 * a changed setting takes to be followed, here and on a second node; then, where half of the ten thousand want the
 * same event: how long it takes to be accepted and to reach all of them, with what memory, and what another
 * organization notices of it.
 *
 *   npm run bench:many-webhooks -- [--webhooks 10000] [--organizations 1000] [--fan-out 5000] [--rounds 5] [--rate 100]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openAccounts } from '../packages/server/src/accounts/index.ts';
import { eventBody, type FanfareProcess, spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { type MeasuredReceiver, startMeasuredReceiver } from './measured-receiver.ts';
import { median, percentile } from './percentile.ts';
import { type Delays, delaysOf, publishSteadily, together } from './steady-load.ts';
import { until } from './until.ts';

const { values: flags } = parseArgs({
  options: {
    webhooks: { type: 'string', default: '10000' },
    organizations: { type: 'string', default: '1000' },
    'fan-out': { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '100' },
  },
});
const webhooks = Number(flags.webhooks);
const fanOut = Number(flags['fan-out']);
const rounds = Number(flags.rounds);
const rate = Number(flags.rate);
const few = 10;

interface Tenant {
  readonly token: string;
  readonly campaign: string;
  /** The webhook for that campaign alone. */
  readonly webhook: string;
}

interface Side {
  readonly name: string;
  readonly fanfare: FanfareProcess;
  readonly tenant: Tenant;
  /** Of another organization. */
  readonly other: Tenant;
  /** In this one's campaign something goes to many webhooks. */
  readonly crowded: string;
}

/** Webhooks of one organization: one for a campaign of its own, `crowd` for another campaign, the rest for a third. */
async function fill(
  fanfare: FanfareProcess,
  token: string,
  counts: { readonly all: number; readonly crowd: number },
  url: string,
): Promise<Tenant & { readonly crowded: string }> {
  const make = async (path: string, settings: object) =>
    (await fanfare.call<{ id: string }>('POST', path, JSON.stringify(settings), token)).id;
  const [campaign, crowded, quiet] = [
    await make('/v1/campaigns', { name: 'Season' }),
    await make('/v1/campaigns', { name: 'Crowded' }),
    await make('/v1/campaigns', { name: 'Quiet' }),
  ];
  const webhook = await make('/v1/webhooks', {
    name: 'own',
    url: `${url}/own`,
    format: 'standard',
    campaigns: [campaign],
  });
  let next = 1;
  const worker = async () => {
    while (next < counts.all) {
      const n = next++;
      const wanted = n <= counts.crowd ? crowded : quiet;
      const settings = {
        name: `webhook ${n}`,
        url: `${url}/crowd/${n}`,
        format: 'standard',
        campaigns: [wanted],
      };
      await make('/v1/webhooks', settings);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return { token, campaign, webhook, crowded };
}

/** A Fanfare with webhooks, started again when all of them are there. */
async function prepare(
  name: string,
  receiver: MeasuredReceiver,
  sizes: { readonly organizations: number; readonly webhooks: number; readonly crowd: number },
): Promise<Side> {
  const first = await spawnFanfare();
  const database = first.openDatabase();
  const accounts = await openAccounts({ database, mostTokens: () => null, clock: { now: () => Date.now() } });
  const tokens: string[] = [];
  for (let n = 0; n < Math.max(2, sizes.organizations); n++) {
    const { id } = await accounts.createOrganization(`Organization ${n}`);
    tokens.push((await accounts.createToken(id, { name: 'bench', expiresAt: null })).text);
  }
  const startedAt = performance.now();
  const url = `${receiver.url}/${name}`;
  const [tenantToken = '', otherToken = '', ...others] = tokens;
  const each = Math.floor(sizes.webhooks / sizes.organizations);
  const tenant = await fill(first, tenantToken, { all: each, crowd: sizes.crowd }, url);
  const other = await fill(
    first,
    otherToken,
    { all: sizes.organizations > 1 ? each : 1, crowd: 0 },
    `${url}-other`,
  );
  for (const token of others) await fill(first, token, { all: each, crowd: 0 }, url);
  const madeMs = performance.now() - startedAt;
  await accounts.close();
  await database.close();
  await first.stop('keep');
  const fanfare = await spawnFanfare({ dataDir: first.dataDir });
  console.log(
    `${name.padEnd(7)} ${sizes.webhooks} webhooks made in ${(madeMs / 1_000).toFixed(1)} s; then ready after ${fanfare.readyAfterMs.toFixed(0)} ms, ${fanfare.residentMiB.toFixed(0)} MiB`,
  );
  return { name, fanfare, tenant, other, crowded: tenant.crowded };
}

const publishTo =
  (fanfare: FanfareProcess, { token, campaign }: Tenant) =>
  async (n: number) =>
    (await fanfare.call<{ id: string }>('POST', '/v1/events', eventBody(n, campaign), token)).id;

/** How long a publisher waits for its answer, and until the receiver has the event. */
async function measurePublishing(
  side: Side,
  receiver: MeasuredReceiver,
): Promise<{ answers: number[]; arrivals: Delays }> {
  const answers: number[] = [];
  const publish = publishTo(side.fanfare, side.tenant);
  receiver.record(true);
  const published = await publishSteadily({ perSecond: rate, seconds: 5 }, async (n) => {
    const startedAt = performance.now();
    const id = await publish(n);
    answers.push(performance.now() - startedAt);
    return id;
  });
  await receiver.quiet(`/${side.name}`);
  const arrivals = delaysOf((await receiver.report()).arrivals, published);
  receiver.record(false);
  return { answers, arrivals };
}

/** From the answer to the change until an event goes to the new address, published at this node again and again, ms. */
async function measureChange(
  side: Side,
  at: FanfareProcess,
  receiver: MeasuredReceiver,
  round: string,
): Promise<{ readonly patchMs: number; readonly followedMs: number }> {
  const { tenant } = side;
  const part = `/moved-${side.name}-${round}`;
  const askedAt = performance.now();
  const settings = JSON.stringify({ url: `${receiver.url}${part}` });
  await side.fanfare.call('PATCH', `/v1/webhooks/${tenant.webhook}`, settings, tenant.token);
  const answeredAt = performance.now();
  await until(async () => {
    await at.call('POST', '/v1/events', eventBody(0, tenant.campaign), tenant.token);
    return (await receiver.received(part)).count > 0;
  }, 2);
  return { patchMs: answeredAt - askedAt, followedMs: performance.now() - answeredAt };
}

/** Published by one organization for many webhooks, while another one publishes at its usual rate. */
async function measureFanOut(side: Side, receiver: MeasuredReceiver): Promise<void> {
  const { fanfare, tenant, other } = side;
  const crowd = `/${side.name}`;
  const calm: Delays[] = [];
  const beside: Delays[] = [];
  const accepted: number[] = [];
  const reached: number[] = [];
  let highestMiB = 0;
  const publishOther = publishTo(fanfare, other);
  for (let round = 0; round < rounds; round++) {
    for (const crowded of [false, true]) {
      receiver.record(true);
      const publishing = publishSteadily({ perSecond: rate, seconds: 4 }, publishOther);
      if (crowded) {
        await sleep(1_000);
        const before = await receiver.received(crowd);
        const startedAt = process.hrtime.bigint();
        await fanfare.call('POST', '/v1/events', eventBody(round, side.crowded), tenant.token);
        accepted.push(Number(process.hrtime.bigint() - startedAt) / 1e6);
        let now = before;
        await until(async () => {
          highestMiB = Math.max(highestMiB, fanfare.residentMiB);
          now = await receiver.received(crowd);
          return now.count - before.count >= fanOut;
        }, 20);
        reached.push(Number(now.lastAt - startedAt) / 1e6);
      }
      const published = await publishing;
      await receiver.quiet(`/${side.name}-other`);
      (crowded ? beside : calm).push(delaysOf((await receiver.report()).arrivals, published));
      receiver.record(false);
    }
  }
  const [without, during] = [together(calm), together(beside)];
  const worst = (delays: Delays) => Math.max(...delays.all);
  console.log(
    `one event to ${fanOut} webhooks: accepted after ${median(accepted).toFixed(0)} ms, the last request arrived after ${median(reached).toFixed(0)} ms (${Math.round((fanOut / median(reached)) * 1_000).toLocaleString('en')}/s); ${highestMiB.toFixed(0)} MiB at most\n` +
      `another organization, ${rate} events/s over 4 s: p50 ${without.p50.toFixed(1)}, p99 ${without.p99.toFixed(1)}, worst ${worst(without).toFixed(0)} ms without it; p50 ${during.p50.toFixed(1)}, p99 ${during.p99.toFixed(1)}, worst ${worst(during).toFixed(0)} ms beside it`,
  );
}

console.log(machine());
const receiver = await startMeasuredReceiver();
const small = await prepare('few', receiver, { organizations: 1, webhooks: few, crowd: 0 });
const one = await prepare('one', receiver, { organizations: 1, webhooks, crowd: fanOut });
const spread = await prepare('spread', receiver, {
  organizations: Number(flags.organizations),
  webhooks,
  crowd: 0,
});
const sides = [small, one, spread];

const publishing = new Map(
  sides.map((side) => [side, { answers: [] as number[], arrivals: [] as Delays[] }]),
);
for (let round = 0; round < rounds; round++) {
  for (const [side, all] of publishing) {
    const { answers, arrivals } = await measurePublishing(side, receiver);
    all.answers.push(...answers);
    all.arrivals.push(arrivals);
  }
}
for (const [side, { answers, arrivals }] of publishing) {
  const arrived = together(arrivals);
  console.log(
    `${side.name.padEnd(7)} at ${rate}/s: answer p50 ${median(answers).toFixed(1)} ms, p99 ${(percentile(answers, 0.99) ?? Number.NaN).toFixed(1)} ms; arrival p50 ${arrived.p50.toFixed(1)} ms, p99 ${arrived.p99.toFixed(1)} ms; ${side.fanfare.residentMiB.toFixed(0)} MiB`,
  );
}

await measureFanOut(one, receiver);

for (const side of sides) {
  const second = await spawnFanfare({ database: side.fanfare });
  const here: number[] = [];
  const there: number[] = [];
  const patches: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const own = await measureChange(side, side.fanfare, receiver, `here-${round}`);
    patches.push(own.patchMs);
    here.push(own.followedMs);
    there.push((await measureChange(side, second, receiver, `there-${round}`)).followedMs);
  }
  console.log(
    `${side.name.padEnd(7)} a changed address: answered after ${median(patches).toFixed(1)} ms; followed after ${median(here).toFixed(1)} ms here, ${median(there).toFixed(1)} ms on another node (worst ${Math.max(...there).toFixed(1)} ms)`,
  );
  await second.stop();
}
for (const { fanfare } of sides) await fanfare.stop();
receiver.stop();
