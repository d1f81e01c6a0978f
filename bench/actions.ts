/**
 * How many actions a second does Fanfare carry out over HTTP, and how long does one take? Somebody completes a task:
 * read and locked, decided, ledger and counters written, ranked, two events with their snapshots and two deliveries
 * made, committed, sent to claimr's and Reward's receiver. Measurements in one run, on one receiver:
 *
 * - across 10,000 participants, and all on one hot participant: as many as it takes, until the last is delivered;
 * - at 500 a second across all of them: how long a caller waits for the answer, before the others and right after them;
 * - beside it, on the same process, publishing one event per request, which changes no state.
 *
 * PostgreSQL runs with fsync on. Load generator, receiver and database share the machine.
 *
 *   npm run bench:actions -- [--participants 10000] [--rounds 3] [--seconds 10]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type FanfareProcess, type Load, spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { startMeasuredReceiver } from './measured-receiver.ts';
import { median, percentile } from './percentile.ts';

const { values: flags } = parseArgs({
  options: {
    participants: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
  },
});
const participants = Number(flags.participants);
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
const steadyRate = 500;

interface Season {
  readonly campaign: string;
  readonly completions: string;
}

/** A campaign with a task that can be completed again and again, and two webhooks that each carry one of its events. */
async function openSeason(fanfare: FanfareProcess, receiverUrl: string): Promise<Season> {
  const make = async (path: string, settings: object) =>
    (await fanfare.call<{ id: string }>('POST', path, JSON.stringify(settings))).id;
  const campaign = await make('/v1/campaigns', { name: 'Season' });
  const inCampaign = `/v1/campaigns/${campaign}`;
  const group_id = await make(`${inCampaign}/groups`, { name: 'Week one' });
  const quest_id = await make(`${inCampaign}/quests`, { name: 'Posting', group_id });
  const task = await make(`${inCampaign}/tasks`, {
    name: 'Post',
    type: 'post',
    quest_id,
    points: 10,
    recurrence: 'unlimited',
  });
  const webhook = { campaigns: [campaign] };
  const activity = { ...webhook, name: 'Activity', format: 'claimr', events: ['user_activity'] };
  const credits = { ...webhook, name: 'Credits', format: 'reward' };
  await make('/v1/webhooks', { ...activity, url: `${receiverUrl}/activity` });
  await make('/v1/webhooks', { ...credits, url: `${receiverUrl}/credits` });
  return { campaign, completions: `${inCampaign}/tasks/${task}/completions` };
}

const bodyOf = (n: number) => JSON.stringify({ participant: { external_id: `customer-${n}` } });

async function repeat(count: number, parallel: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

/** From the call to the answer, at a steady rate, ms. */
async function latency(perform: (n: number) => Promise<unknown>): Promise<number[]> {
  const delays: number[] = [];
  const calls: Promise<unknown>[] = [];
  const start = performance.now();
  for (let n = 0; n < steadyRate * seconds; n++) {
    const due = start + (n * 1_000) / steadyRate;
    while (performance.now() < due) await sleep(1);
    const calledAt = performance.now();
    calls.push(perform(n).then(() => delays.push(performance.now() - calledAt)));
  }
  await Promise.all(calls);
  return delays;
}

function line(name: string, loads: readonly Load[], published: readonly Load[]): string {
  const rate = median(loads.map((one) => one.perSecond));
  const ratio = rate / median(published.map((one) => one.perSecond));
  const cpu = median(loads.map((one) => one.cpuPerRequestUs)).toFixed(0);
  const postgres = median(loads.map((one) => one.postgresPerRequestUs)).toFixed(0);
  const memory = Math.max(...loads.map((one) => one.residentMiB)).toFixed(0);
  return `${name.padEnd(24)} ${Math.round(rate).toLocaleString('en').padStart(7)} /s = ${ratio.toFixed(2)} × publishing; ${cpu} µs processor each, PostgreSQL ${postgres}; ${memory} MiB`;
}

console.log(machine());
const receiver = await startMeasuredReceiver();
const fanfare = await spawnFanfare();
const { campaign, completions } = await openSeason(fanfare, receiver.url);
const everybody = Array.from({ length: participants }, (_, n) => bodyOf(n));
const event = JSON.stringify({
  type: 'points.issued',
  campaign_id: campaign,
  participant: { external_id: 'published', total_points: 10 },
  data: { transaction: { id: 'txn-1' }, amount: 10, cause: 'api' },
});

// Everybody joins by their first completion, which writes more than the ones that are measured.
await repeat(participants, 128, (n) => fanfare.call('POST', completions, everybody[n]));

async function steadily(when: string): Promise<void> {
  const delays = await latency((n) => fanfare.call('POST', completions, everybody[(n * 7) % participants]));
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  console.log(
    `${steadyRate} tasks/s ${when}, request to answer: p50 ${p50?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms (${delays.length} tasks)`,
  );
}
await steadily('to begin with');

const names = { published: 'publishing one event', spread: 'tasks of everybody', hot: 'tasks of one person' };
const loads: Record<keyof typeof names, Load[]> = { published: [], spread: [], hot: [] };
for (let round = 1; round <= rounds; round++) {
  loads.published.push(await fanfare.load('/v1/events', [event], seconds));
  loads.spread.push(await fanfare.load(completions, everybody, seconds));
  loads.hot.push(await fanfare.load(completions, [bodyOf(0)], seconds));
  for (const kind of ['published', 'spread', 'hot'] as const) {
    console.log(`  round ${round}  ${line(names[kind], loads[kind].slice(-1), loads.published.slice(-1))}`);
  }
}

console.log(`\nmedians of the rounds, ${participants.toLocaleString('en')} participants`);
for (const kind of ['published', 'spread', 'hot'] as const) {
  console.log(line(names[kind], loads[kind], loads.published));
}
await steadily('after all that');
await fanfare.stop();
receiver.stop();
