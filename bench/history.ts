/**
 * How long does a list take when there is much of everything? Makes up a past of ten million attempts, eight million
 * deliveries and five million events of one organization, over seven days, and asks the HTTP API for every list
 * and filter of events, deliveries and attempts: first pages, pages from the middle, what matches often, seldom, long ago and never.
 * Each is asked several times, one after the other; the first may find nothing in memory. The target is 100 ms.
 *
 *   npm run bench:history -- [--attempts 10000000] [--days 7] [--webhooks 300] [--participants 200000] [--times 20]
 *                            [--data <directory>]
 *
 * With `--data` the past is kept there, and found there by the next run.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { idFromUuid } from '../packages/server/src/ids.ts';
import { spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { median } from './percentile.ts';
import { type SeededHistory, seedHistory } from './seeded-history.ts';

const { values: flags } = parseArgs({
  options: {
    attempts: { type: 'string', default: '10000000' },
    days: { type: 'string', default: '7' },
    webhooks: { type: 'string', default: '300' },
    participants: { type: 'string', default: '200000' },
    times: { type: 'string', default: '20' },
    data: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const times = Number(flags.times);
const targetMs = 100;

/** So that nothing is sent and nothing is dropped while lists are timed. */
const environment = { FANFARE_ROLES: 'api' };

console.log(machine());
const fanfare = await spawnFanfare({ environment, ...(flags.data !== undefined && { dataDir: flags.data }) });
const history = await pastOf();

async function pastOf(): Promise<SeededHistory> {
  const file = join(fanfare.dataDir, 'bench-history.json');
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Omit<SeededHistory, 'firstDay'> & {
      firstDay: string;
    };
    return { ...known, firstDay: new Date(known.firstDay) };
  }
  const startedAt = performance.now();
  const made = await seedHistory(fanfare, {
    attempts: Number(flags.attempts),
    days: Number(flags.days),
    webhooks: Number(flags.webhooks),
    participants: Number(flags.participants),
  });
  writeFileSync(file, JSON.stringify(made));
  console.log(`made up in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  return made;
}

const database = fanfare.openDatabase();
for (const table of ['events', 'open_deliveries', 'closed_deliveries', 'attempts']) {
  const { rows } = await database.pool.query<{ n: string; bytes: string }>(
    `select sum(reltuples)::bigint as n, sum(pg_total_relation_size(oid))::bigint as bytes from pg_class
      where relkind = 'r' and (relname = $1 or relname like $1 || '\\_p%')`,
    [table],
  );
  const [size] = rows;
  console.log(
    `${table.padEnd(18)} ${Number(size?.n).toLocaleString('en').padStart(11)} rows, ${(Number(size?.bytes) / 2 ** 30).toFixed(1)} GiB`,
  );
}
await database.close();

const day = (n: number) => new Date(history.firstDay.getTime() + n * 86_400_000).toISOString();
const days = Number(flags.days);
const middle = day(Math.floor(days / 2));
const [type = '', second = '', ...more] = history.types;
const seldom = more.at(-1) ?? '';
const [campaign = '', ...campaigns] = history.campaigns;
const small = campaigns.at(-1) ?? '';
const [webhook = '', , usualWebhook = ''] = history.webhooks;
const { busy, usual, idle } = history.participants;
const event = idFromUuid('we', history.eventId);
const delivery = idFromUuid('dlv', history.deliveryId);

/** Filters on the event; lists of deliveries take them as well. */
const byEvent: Readonly<Record<string, Record<string, string>>> = {
  nothing: {},
  'frequent type': { type },
  'seldom type': { type: seldom },
  'type of long ago': { type: history.rareType },
  'type nobody has': { type: 'nothing.happened' },
  'large campaign': { campaign_id: campaign },
  'small campaign': { campaign_id: small },
  'campaign that ended': { campaign_id: history.endedCampaign },
  'campaign of long ago': { campaign_id: history.rareCampaign },
  'usual participant': { participant_id: usual },
  'busy participant': { participant_id: busy },
  'idle participant': { participant_id: idle },
  'unknown participant': { participant_id: 'not-there' },
  'one hour': { since: middle, until: new Date(Date.parse(middle) + 3_600_000).toISOString() },
  'before anything': { until: day(-30) },
  'campaign and type': { campaign_id: campaign, type: second },
  'small campaign, seldom type': { campaign_id: small, type: seldom },
  'ended campaign, seldom type': { campaign_id: history.endedCampaign, type: seldom },
  'campaign, type of long ago': { campaign_id: campaign, type: history.rareType },
  'ended campaign, since': { campaign_id: history.endedCampaign, since: middle },
  'usual participant, type': { participant_id: usual, type },
  'busy participant, seldom type': { participant_id: busy, type: seldom },
  'busy participant, ended campaign': { participant_id: busy, campaign_id: history.endedCampaign },
  'busy participant, type of long ago': { participant_id: busy, type: history.rareType },
  'type, one hour': { type, since: middle, until: new Date(Date.parse(middle) + 3_600_000).toISOString() },
  'type of long ago, since': { type: history.rareType, since: middle },
};
const byDelivery: Readonly<Record<string, Record<string, string>>> = {
  'busiest webhook': { webhook_id: webhook },
  'usual webhook': { webhook_id: usualWebhook },
  'webhook of long ago': { webhook_id: history.rareWebhook },
  'dead webhook': { webhook_id: history.deadWebhook },
  'unknown webhook': { webhook_id: 'not-there' },
  ...Object.fromEntries(
    ['pending', 'retrying', 'delivered', 'exhausted', 'cancelled'].map((state) => [state, { state }]),
  ),
  'one event': { event_id: event },
  'busiest webhook, exhausted': { webhook_id: webhook, state: 'exhausted' },
  'busiest webhook, cancelled': { webhook_id: webhook, state: 'cancelled' },
  'busiest webhook, retrying': { webhook_id: webhook, state: 'retrying' },
  'faultless webhook, exhausted': { webhook_id: history.faultlessWebhook, state: 'exhausted' },
  'webhook of long ago, exhausted': { webhook_id: history.rareWebhook, state: 'exhausted' },
  'dead webhook, retrying': { webhook_id: history.deadWebhook, state: 'retrying' },
  'dead webhook, delivered': { webhook_id: history.deadWebhook, state: 'delivered' },
  'busiest webhook, seldom type': { webhook_id: webhook, type: seldom },
  'usual webhook, frequent type': { webhook_id: usualWebhook, type },
  'usual webhook, seldom type': { webhook_id: usualWebhook, type: seldom },
  'usual webhook, type of long ago': { webhook_id: usualWebhook, type: history.rareType },
  'usual webhook, ended campaign': { webhook_id: usualWebhook, campaign_id: history.endedCampaign },
  'usual webhook, busy participant': { webhook_id: usualWebhook, participant_id: busy },
  'webhook of long ago, type': { webhook_id: history.rareWebhook, type },
  'exhausted, seldom type': { state: 'exhausted', type: seldom },
  'exhausted, type of long ago': { state: 'exhausted', type: history.rareType },
  'exhausted, ended campaign': { state: 'exhausted', campaign_id: history.endedCampaign },
  'exhausted, busy participant': { state: 'exhausted', participant_id: busy },
  'cancelled, type': { state: 'cancelled', type },
  'pending, ended campaign': { state: 'pending', campaign_id: history.endedCampaign },
  'exhausted, one hour': {
    state: 'exhausted',
    since: middle,
    until: new Date(Date.parse(middle) + 3_600_000).toISOString(),
  },
  '5xx': { status: '5xx' },
  'a status that is never': { status: '404' },
  'a failure that is never': { failure: 'dns_failed' },
  'a failure of a webhook': { webhook_id: webhook, status: '5xx' },
  'text that is nowhere': { error: 'nowhere to be found' },
};

interface Page {
  readonly data: readonly unknown[];
  readonly next_cursor: string | null;
}

interface Timed {
  readonly name: string;
  readonly firstMs: number;
  readonly p50: number;
  readonly max: number;
  readonly rows: number | null;
  /** Whether there is a next page. */
  readonly more: boolean;
}

async function time(name: string, path: string): Promise<Timed> {
  const all: number[] = [];
  let page: Page | null = null;
  for (let n = 0; n < times; n++) {
    const startedAt = performance.now();
    page = await fanfare.call<Page>('GET', path);
    all.push(performance.now() - startedAt);
    // What is this slow needs no second opinion.
    if (performance.now() - startedAt > 5_000) break;
  }
  return {
    name,
    firstMs: all[0] ?? Number.NaN,
    p50: median(all),
    max: Math.max(...all),
    rows: page?.data?.length ?? null,
    more: typeof page?.next_cursor === 'string',
  };
}

async function timeList(
  path: string,
  filters: Readonly<Record<string, Record<string, string>>>,
): Promise<void> {
  for (const [name, filter] of Object.entries(filters)) {
    if (!`${path} ${name}`.includes(flags.only)) continue;
    const query = new URLSearchParams(filter);
    const type = query.get('type');
    if (path === '/v1/deliveries' && type !== null) {
      query.delete('type');
      query.set('event_type', type);
    }
    show(await time(`${path} ${name}`, `${path}?${query}`));
    if (query.has('until')) continue;
    // A cursor from the middle: of the first page of what was there until then.
    const { next_cursor } = await fanfare.call<Page>('GET', `${path}?${query}&until=${middle}&limit=1`);
    if (next_cursor === null) continue;
    query.set('cursor', next_cursor);
    show(await time(`${path} ${name}, middle`, `${path}?${query}`));
  }
}

const missed: Timed[] = [];

function show(timed: Timed): void {
  if (timed.max > targetMs) missed.push(timed);
  console.log(
    `${timed.name.padEnd(60)} p50 ${timed.p50.toFixed(1).padStart(7)} ms, max ${timed.max.toFixed(1).padStart(7)} ms, first ${timed.firstMs.toFixed(1).padStart(7)} ms; ${timed.rows ?? '–'} rows${timed.more ? ' and more' : ''}`,
  );
}

await timeList('/v1/events', byEvent);
await timeList('/v1/deliveries', { ...byEvent, ...byDelivery });
await timeList(`/v1/webhooks/${webhook}/deliveries`, { nothing: {}, exhausted: { state: 'exhausted' } });
for (const path of [
  `/v1/events/${event}`,
  `/v1/deliveries/${delivery}`,
  `/v1/deliveries/${delivery}/attempts`,
]) {
  show(await time(path.replace(/_\w{26}/, '_…'), path));
}
console.log(
  `\n${missed.length} took longer than ${targetMs} ms: ${missed.map(({ name }) => name).join('; ')}`,
);
await fanfare.stop(flags.data === undefined ? undefined : 'keep');
