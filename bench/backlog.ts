/**
 * What does it cost to know the backlogs of many organizations that all publish? 1,000 organizations with 1,000 waiting
 * deliveries each, asked about five times a second, two events of each counted; processor time of PostgreSQL.
 *
 *   npm run bench:backlog -- [--organizations 1000] [--deliveries 1000] [--seconds 10]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { idFromUuid, type OrganizationId } from '../packages/server/src/ids.ts';
import { openAdmission, openQuotas, quotaDefinitions } from '../packages/server/src/quotas/index.ts';
import {
  countBacklog,
  migrate,
  openDatabase,
  startEmbeddedServer,
} from '../packages/server/src/storage/index.ts';
import { machine } from './machine.ts';
import { processorMs } from './processor-time.ts';

const { values: flags } = parseArgs({
  options: {
    organizations: { type: 'string', default: '1000' },
    deliveries: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
  },
});
const organizations = Number(flags.organizations);
const deliveries = Number(flags.deliveries);
const seconds = Number(flags.seconds);
const askedPerSecond = 5;
const eventsPerSecond = 2;

console.log(machine());
const dataDir = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
const server = await startEmbeddedServer({ dataDir, log: () => {} });
const database = openDatabase({ connectionString: server.connectionString });
await migrate(database);
const ids = await fill();
const [first] = ids;
if (first === undefined) throw new Error('There is no organization');

const quiet = await processorShare(async () => {
  await sleep(seconds * 1_000);
});
console.log(`nothing is asked${' '.repeat(46)} ${shown(quiet)}`);

const begun = performance.now();
await countBacklog(database, first, deliveries * 2);
console.log(
  `one count of ${deliveries.toLocaleString('en')} deliveries: ${(performance.now() - begun).toFixed(1)} ms`,
);

const everyTwoSeconds = await processorShare(async () => {
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const round = performance.now();
    for (const id of ids) await countBacklog(database, id, quotaDefinitions.backlog.otherwise);
    await sleep(Math.max(0, 2_000 - (performance.now() - round)));
  }
});
console.log(`each counted every two seconds${' '.repeat(32)} ${shown(everyTwoSeconds)}`);

for (const { what, limit } of [
  { what: 'far below their limit', limit: deliveries * 1_000 },
  { what: 'a tenth below their limit', limit: Math.ceil(deliveries / 0.9) },
  { what: 'all at their limit, all refused', limit: deliveries },
]) {
  const { share, refused, asked } = await admit(limit);
  console.log(
    `by admission, ${what.padEnd(34)} ${shown(share)}; ${refused.toLocaleString('en')} of ${asked.toLocaleString('en')} refused`,
  );
}
await database.close();
await server.stop();
rmSync(dataDir, { recursive: true, force: true });

/** What admission costs with its counts and its usage. */
async function admit(backlog: number) {
  const defaults = { ...allOtherwise(), backlog };
  const fail = (error: unknown) => {
    throw error;
  };
  const quotas = await openQuotas({ database, defaults, onTrouble: fail });
  const admission = openAdmission({
    database,
    quotas,
    limits: { requestsUnderWay: 2_000, memoryBytes: Number.POSITIVE_INFINITY },
    clock: { now: () => Date.now() },
    now: () => performance.now(),
    residentBytes: () => 0,
    onTrouble: fail,
  });
  let asked = 0;
  let refused = 0;
  const ask = async (forSeconds: number) => {
    const until = performance.now() + forSeconds * 1_000;
    for (let round = 0; performance.now() < until; round++) {
      const at = performance.now();
      for (const id of ids) {
        const full = admission.isFull(id);
        asked += 1;
        if (full) refused += 1;
        else if (round % askedPerSecond < eventsPerSecond) admission.count(id, 1);
      }
      await sleep(Math.max(0, 1_000 / askedPerSecond - (performance.now() - at)));
    }
  };
  // The first counts, which every organization needs, belong to the start of a node.
  await ask(seconds);
  asked = 0;
  refused = 0;
  const share = await processorShare(() => ask(seconds));
  await admission.close();
  await quotas.close();
  return { share, refused, asked };
}

/** Processor time of PostgreSQL for each second of the work. */
async function processorShare(work: () => Promise<void>): Promise<number> {
  const [before, beganAt] = [processorMs(server.pid), performance.now()];
  await work();
  return (processorMs(server.pid) - before) / (performance.now() - beganAt);
}

function shown(share: number): string {
  return `${(share * 1_000).toFixed(0).padStart(5)} ms of processor time a second`;
}

function allOtherwise() {
  const { requests_per_second, events_per_day, events_per_month } = quotaDefinitions;
  const { webhooks, inboxes, campaigns, communities, tokens } = quotaDefinitions;
  return {
    requests_per_second: requests_per_second.otherwise,
    events_per_day: events_per_day.otherwise,
    events_per_month: events_per_month.otherwise,
    webhooks: webhooks.otherwise,
    inboxes: inboxes.otherwise,
    campaigns: campaigns.otherwise,
    communities: communities.otherwise,
    tokens: tokens.otherwise,
  };
}

/** Deliveries of all organizations lie mixed, as they come. */
async function fill(): Promise<readonly OrganizationId[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into organizations (id, name) select gen_random_uuid(), 'Organization ' || n from generate_series(1, $1) n
     returning id`,
    [organizations],
  );
  const uuids = rows.map(({ id }) => id);
  const perStatement = 100;
  for (let made = 0; made < deliveries; made += perStatement) {
    await database.pool.query(
      `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, due_at)
       select gen_random_uuid(), o, o, gen_random_uuid(), 'standard', 1, 'CRM', now(), now()
         from generate_series(1, $2) n, unnest($1::uuid[]) o`,
      [uuids, Math.min(perStatement, deliveries - made)],
    );
  }
  await database.pool.query('vacuum analyze open_deliveries');
  return uuids.map((uuid) => idFromUuid('org', uuid));
}
