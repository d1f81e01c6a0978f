/**
 * Do the tables whose rows change all the time stay as large as their rows are? People complete a task again and again,
 * two webhooks get what comes of it, one of them answering 503 now and then; points are imported; rewards are earned and
 * claimed. After every round: size, live and dead rows of each hot table, and how many of its updates stayed on
 * their page (HOT), which leave nothing for a vacuum in the indexes. A table that grows from round to round although
 * its rows are as many as before is the finding.
 *
 *   npm run bench:bloat -- [--participants 2000] [--rounds 4] [--seconds 20]
 */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { startMeasuredReceiver } from './measured-receiver.ts';

const { values: flags } = parseArgs({
  options: {
    participants: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '20' },
  },
});
const participants = Number(flags.participants);
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
/** Longer than the pause of autovacuum. */
const restMs = 20_000;

const hot = [
  'open_deliveries',
  'participations',
  'leaderboard_counts',
  'progress',
  'payouts',
  'earnings',
  'rewards',
  'jobs',
  'webhook_health',
  'idempotency_keys',
];

console.log(machine());
const receiver = await startMeasuredReceiver();
const fanfare = await spawnFanfare();
const database = fanfare.openDatabase();

const make = async (path: string, settings: object) =>
  (await fanfare.call<{ id: string }>('POST', path, JSON.stringify(settings))).id;
const campaign = await make('/v1/campaigns', { name: 'Season' });
const inCampaign = `/v1/campaigns/${campaign}`;
const group_id = await make(`${inCampaign}/groups`, { name: 'Week one' });
const quest_id = await make(`${inCampaign}/quests`, { name: 'Posting', group_id });
const reward = await make(`${inCampaign}/rewards`, {
  name: 'Badge',
  kind: 'badge',
  unit: 'Badges',
  stock: '100000000',
});
const recurring = { quest_id, type: 'post', points: 10, recurrence: 'unlimited' };
const task = await make(`${inCampaign}/tasks`, { ...recurring, name: 'Post' });
const rewarded = await make(`${inCampaign}/tasks`, {
  ...recurring,
  name: 'Win',
  reward: { id: reward, amount: '1' },
});
await make('/v1/webhooks', { name: 'All', format: 'standard', url: `${receiver.url}/all` });

const bodyOf = (n: number) => JSON.stringify({ participant: { external_id: `customer-${n}` } });
const everybody = Array.from({ length: participants }, (_, n) => bodyOf(n));

async function show(round: number, perSecond: number): Promise<void> {
  const { rows } = await database.pool.query<{
    name: string;
    kib: number;
    index_kib: number;
    live: string;
    dead: string;
    hot: number | null;
    vacuums: string;
  }>(
    `select relname as name, (pg_table_size(relid) / 1024)::int as kib, (pg_indexes_size(relid) / 1024)::int as index_kib,
            n_live_tup as live, n_dead_tup as dead, round(100.0 * n_tup_hot_upd / nullif(n_tup_upd, 0))::int as hot,
            autovacuum_count as vacuums
       from pg_stat_user_tables where relname = any ($1) order by array_position($1, relname::text)`,
    [hot],
  );
  console.log(`\nround ${round}: ${Math.round(perSecond)} actions/s`);
  console.log('table                  table KiB  index KiB      live      dead  HOT %  vacuums');
  for (const row of rows) {
    console.log(
      [
        row.name.padEnd(22),
        String(row.kib).padStart(9),
        String(row.index_kib).padStart(10),
        row.live.padStart(9),
        row.dead.padStart(9),
        String(row.hot ?? '–').padStart(6),
        row.vacuums.padStart(8),
      ].join(' '),
    );
  }
}

function nothingToClaim(error: unknown): void {
  if (!String(error).includes('nothing_to_claim')) throw error;
}

for (let round = 1; round <= rounds; round++) {
  const load = await fanfare.load(`${inCampaign}/tasks/${task}/completions`, everybody, seconds);
  await fanfare.load(`${inCampaign}/tasks/${rewarded}/completions`, everybody, seconds / 4);
  for (let n = 0; n < participants; n += 32) {
    await Promise.all(
      everybody
        .slice(n, n + 32)
        .map((body) => fanfare.call('POST', `${inCampaign}/claims`, body).catch(nothingToClaim)),
    );
  }
  for (let n = 0; n < 20; n++) {
    const line = `customer-${n},5,${round}-${n}\r\n`;
    await fanfare.upload(
      `/v1/imports/points?campaign_id=${campaign}`,
      Readable.from([`external_id,amount,reference\r\n${line}`]),
    );
  }
  await sleep(restMs);
  await show(round, load.perSecond);
}
await database.close();
await fanfare.stop();
receiver.stop();
