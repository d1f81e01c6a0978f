import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttemptReport } from '../packages/server/src/delivery/index.ts';
import { newId, uuidOf } from '../packages/server/src/ids.ts';
import { createLive } from '../packages/server/src/live/index.ts';
import { createStatistics, createStatisticsCounter } from '../packages/server/src/statistics/index.ts';
import {
  createLiveStore,
  createStatisticsStore,
  migrate,
  openDatabase,
  startEmbeddedServer,
} from '../packages/server/src/storage/index.ts';

/** What counting costs the hot path, what writing and reading statistics cost, and what telling whoever watches costs. */
const dataDir = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
const server = await startEmbeddedServer({ dataDir, log: () => {} });
const database = openDatabase({ connectionString: server.connectionString });
await migrate(database);
const organization = newId('org');
const organizationId = uuidOf(organization);
await database.pool.query('insert into organizations (id, name) values ($1, $2)', [organizationId, 'Aurora']);
const store = createStatisticsStore(database);
const webhooks = Array.from({ length: 10_000 }, () => newId('whk'));
const onTrouble = (error: unknown) => {
  throw error;
};

const reports = Array.from(
  { length: 1_000 },
  (_, n): AttemptReport => ({
    deliveryId: newId('dlv'),
    eventId: newId('we'),
    eventType: 'trigger.fired',
    organizationId: organization,
    webhookUid: webhooks[n % 20] ?? newId('whk'),
    webhookId: 'crm',
    webhookName: 'CRM',
    attempt: 1,
    resend: false,
    test: false,
    outcome: 'answered',
    status: 200,
    totalMs: (n % 97) + 0.5,
    sinceAcceptedMs: n % 31,
    verdict: 'delivered',
    nextAttemptAt: null,
    message: null,
    detail: null,
  }),
);
const accepted = reports.map((report) => ({ ...report, deliveries: 1 }));

function hot(what: string, one: (n: number) => void): void {
  const times = 1_000_000;
  for (let n = 0; n < 100_000; n++) one(n % 1_000);
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) one(n % 1_000);
  const { user, system } = process.cpuUsage(before);
  console.log(`${what}: ${((user + system) / times).toFixed(2)} µs processor per event`);
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  console.log(`${what}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
}

const discarded = createStatisticsCounter({ store: { add: async () => {} }, now: Date.now, onTrouble });
hot('counting', (n) => {
  discarded.accepted(accepted[n] as (typeof accepted)[number]);
  discarded.attempted(reports[n] as AttemptReport);
});
await discarded.close();
const live = createLive({
  store: createLiveStore(database),
  clock: { now: Date.now },
  now: () => performance.now(),
  onTrouble,
});
await live.start();
const tell = (n: number) => {
  live.accepted(accepted[n] as (typeof accepted)[number]);
  live.attempted(reports[n] as AttemptReport);
};
hot('telling nobody', tell);
const leave = await live.watch(organization, { send: () => {}, mayHear: () => false }, null);
hot('telling one who watches', tell);
leave();
await live.close();

const tallies = new Map([
  ...Array.from({ length: 10 }, (_, n): [number, number] => [20 + n, 5]),
  ...Array.from({ length: 10 }, (_, n): [number, number] => [150 + n, 5]),
  [1_200, 50] as [number, number],
]);
const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const figures = { attempts: 50, acknowledged: 50, exhausted: 0, lastAt: hour, tallies };
const rowsOf = (count: number, step: 1 | 60, at: number) =>
  [null, ...webhooks.slice(0, count).map(uuidOf)].map((webhookUid) => ({
    organizationId,
    webhookUid,
    step,
    at,
    ...figures,
  }));
for (const count of [100, 1_000, 10_000]) {
  const rows = [...rowsOf(count, 1, hour), ...rowsOf(count, 60, hour)];
  await timed(`writing what came of ${count} webhooks`, () => store.add(rows, []));
}
for (const [step, count] of [
  [60, 840],
  [1, 2_880],
] as const) {
  for (let n = 1; n <= count; n++) await store.add(rowsOf(20, step, hour - n * step * 60_000), []);
}
const statistics = createStatistics({ store, webhookOf: () => undefined, now: Date.now });
const month = new Date(Date.now() - 30 * 86_400_000);
await timed('reading 30 days', () => statistics.organization(organization, { since: month }));
await timed('reading a day of minutes', () => statistics.organization(organization, { step: '1m' }));

await database.close();
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
