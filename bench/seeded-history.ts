import { newId, type Uuid, uuidOf } from '../packages/server/src/ids.ts';
import { type Database, ensurePartitions } from '../packages/server/src/storage/index.ts';
import type { FanfareProcess } from './fanfare-process.ts';

/** How much of a past to make up. */
export interface HistorySize {
  readonly attempts: number;
  readonly days: number;
  readonly webhooks: number;
  readonly participants: number;
}

/** What the queries may ask for; all of them belong to one organization. */
export interface SeededHistory {
  /** Event types, the most frequent first; each is a fraction as frequent as the one before. */
  readonly types: readonly string[];
  /** A type of which there are 50, all on the first day. */
  readonly rareType: string;
  /** The first has about a third of all events. */
  readonly campaigns: readonly string[];
  /** Ended on the second day, with a fifth of the events until then. */
  readonly endedCampaign: string;
  /** Has 40 events, all on the first day. */
  readonly rareCampaign: string;
  /** Public ids. The first gets about half of all deliveries. */
  readonly webhooks: readonly string[];
  /** Got 50 deliveries, on the first day, and since then nothing. */
  readonly rareWebhook: string;
  /** Got a twentieth of all, and each was delivered. */
  readonly faultlessWebhook: string;
  /** 25,000 deliveries wait for it, a fifth of them after a first attempt. */
  readonly deadWebhook: string;
  /** External ids: one who did a hundredth of everything, one as most people are, one who did nothing. */
  readonly participants: { readonly busy: string; readonly usual: string; readonly idle: string };
  readonly firstDay: Date;
  /** An event and a delivery from the middle. */
  readonly eventId: Uuid;
  readonly deliveryId: Uuid;
}

const dayMs = 86_400_000;
const types = [
  'trigger.fired',
  'task.completed',
  'points.issued',
  'user.signed_in',
  'rank.changed',
  'user.joined_campaign',
  'quest.completed',
  'reward.earned',
  'reward.claimed',
  'referral.created',
  'referral.converted',
  'game.played',
];
const rareType = 'payout.failed';
const openDeliveries = 25_000;

/** Half as many events as attempts, 1.6 deliveries for each, and a second attempt for every fourth of those. */
export async function seedHistory(fanfare: FanfareProcess, size: HistorySize): Promise<SeededHistory> {
  const database = fanfare.openDatabase();
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const firstDay = new Date(today - size.days * dayMs);
  for (let day = 0; day < size.days; day += 7) {
    await ensurePartitions(database, new Date(firstDay.getTime() + day * dayMs));
  }
  const webhooks: string[] = [];
  for (let n = 0; n < size.webhooks; n++) {
    const settings = { name: `Webhook ${n}`, url: 'http://127.0.0.1:9/', format: 'standard' };
    webhooks.push((await fanfare.call<{ id: string }>('POST', '/v1/webhooks', JSON.stringify(settings))).id);
  }
  const model = await fanfare.call<{ id: string }>(
    'POST',
    '/v1/events',
    JSON.stringify({
      type: 'trigger.fired',
      participant: {
        external_id: 'model',
        email: 'ada@example.com',
        first_name: 'Ada',
        last_name: 'Lovelace',
      },
      data: { trigger: { id: 'successful_payment', name: 'Successful payment' }, value: 2.99 },
    }),
  );
  await database.pool.query('delete from open_deliveries');
  await insertParticipants(database, size.participants);
  const campaigns = Array.from({ length: 40 }, () => newId('cmp'));
  const [endedCampaign, rareCampaign] = [newId('cmp'), newId('cmp')];
  const uids = await uidsOf(database, webhooks);
  const perDay = Math.ceil(size.attempts / 2 / size.days);
  for (let day = 0; day < size.days; day++) {
    await insertDay(database, {
      model: uuidOf(model.id as `we_${string}`),
      from: new Date(firstDay.getTime() + day * dayMs),
      count: perDay,
      first: day === 0,
      campaigns: (day < 2 ? [...campaigns.slice(0, 20), ...Array(5).fill(endedCampaign)] : campaigns).map(
        uuidOf,
      ),
      rareCampaign: uuidOf(rareCampaign),
      webhooks: uids,
      participants: size.participants,
    });
  }
  await insertOpen(database, uids[1] ?? '');
  const client = await database.pool.connect();
  await client.query('set statement_timeout = 0');
  await client.query('vacuum analyze');
  const middle = await client.query<{ id: Uuid; event_id: Uuid }>(
    'select id, event_id from closed_deliveries where id >= uuidv7($1::timestamptz - now()) order by id limit 1',
    [new Date(firstDay.getTime() + (size.days * dayMs) / 2)],
  );
  client.release(true);
  await database.close();
  return {
    types,
    rareType,
    campaigns,
    endedCampaign,
    rareCampaign,
    webhooks,
    rareWebhook: webhooks.at(-1) ?? '',
    faultlessWebhook: webhooks.at(-2) ?? '',
    deadWebhook: webhooks[1] ?? '',
    participants: {
      busy: 'customer-1',
      usual: `customer-${Math.floor(size.participants / 2)}`,
      idle: 'nobody',
    },
    firstDay,
    eventId: middle.rows[0]?.event_id ?? '',
    deliveryId: middle.rows[0]?.id ?? '',
  };
}

async function uidsOf(database: Database, ids: readonly string[]): Promise<Uuid[]> {
  const { rows } = await database.pool.query<{ uid: Uuid }>(
    'select uid from webhooks order by array_position($1::text[], id)',
    [ids],
  );
  return rows.map(({ uid }) => uid);
}

async function insertParticipants(database: Database, count: number): Promise<void> {
  await database.pool.query(
    `insert into participants (id, organization_id, external_id)
     select uuidv7(), o.id, external_id
       from organizations o, (select 'customer-' || n as external_id from generate_series(1, $1) n
                              union all select 'nobody') people`,
    [count],
  );
}

interface Day {
  readonly model: Uuid;
  readonly from: Date;
  readonly count: number;
  readonly first: boolean;
  readonly campaigns: readonly Uuid[];
  readonly rareCampaign: Uuid;
  readonly webhooks: readonly Uuid[];
  readonly participants: number;
}

/** Skewed choices: `floor(n * random() ^ k)` takes low numbers more often, the more so the larger k. */
async function insertDay(database: Database, day: Day): Promise<void> {
  const client = await database.pool.connect();
  await client.query('set statement_timeout = 0');
  await client.query('set synchronous_commit = off');
  await client.query(`set work_mem = '256MB'`);
  await client.query('create temporary table people (n int primary key, id uuid)');
  await client.query(
    `insert into people select split_part(external_id, '-', 2)::int, id from participants where external_id like 'customer-%'`,
  );
  const from = day.from.toISOString();
  await client.query(
    `create temporary table made as
     select n, uuidv7($1::timestamptz + (n * 86400.0 / $2) * interval '1 second' - now()) as id,
            case when $3 and n % ($2 / 50) = 0 then $4
                 else ($5::text[])[1 + floor(array_length($5::text[], 1) * random() ^ 2)::int] end as type,
            case when $3 and n % ($2 / 40) = 1 then $6::uuid
                 else ($7::uuid[])[1 + floor(array_length($7::uuid[], 1) * random() ^ 3)::int] end as campaign_id,
            case when random() < 0.01 then 1 else 2 + floor(($8 - 2) * random())::int end as person,
            random() as chance
       from generate_series(1, $2::int) n`,
    [from, day.count, day.first, rareType, types, day.rareCampaign, day.campaigns, day.participants],
  );
  await client.query(
    `insert into events (id, organization_id, type, occurred_at, campaign_id, participant_id, seq, body)
     select m.id, e.organization_id, m.type, $2::timestamptz, m.campaign_id, p.id, m.n,
            replace(e.body, '"trigger.fired"', '"' || m.type || '"')
       from made m join people p on p.n = m.person cross join (select * from events where id = $1) e
      order by m.id`,
    [day.model, from],
  );
  // The first delivery of an event goes to the busiest webhook or a random one, the second to a random one.
  await client.query(
    `create temporary table sent as
     select uuidv7($1::timestamptz + (n * 86400.0 / $2 + 0.001) * interval '1 second' - now()) as id, event_id, webhook,
            case when webhook = $3 - 1 then 0 else random() end as chance, n
       from (select m.n, m.id as event_id,
                    case when $4 and m.n % ($2 / 50) = 2 then $3
                         when which = 1 and chance < 0.72 then 1
                         when random() < 0.1 then $3 - 1
                         else 1 + floor(($3 - 2) * random())::int end as webhook
               from made m cross join generate_series(1, 2) which
              where which = 1 or m.chance > 0.4) d`,
    [from, day.count, day.webhooks.length, day.first],
  );
  await client.query(
    `insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, attempts, retries, state, closed_at)
     select s.id, o.id, ($1::uuid[])[s.webhook], s.event_id, 'standard', 1, 'Webhook ' || s.webhook, $2::timestamptz,
            case when s.chance > 0.75 then 2 else 1 end, 0,
            case when $3 and s.n % 2000 = 3 and s.chance > 0.5 then 'cancelled' when s.chance > 0.98 then 'exhausted' else 'delivered' end,
            $2::timestamptz
       from sent s cross join organizations o order by s.id`,
    [day.webhooks, from, day.first],
  );
  await client.query(
    `insert into attempts (id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome,
                           acknowledged, status, method, url, signature, address, message, response_headers,
                           response_cut, connect_ms, wait_ms, read_ms, total_ms)
     select uuidv7($2::timestamptz + (s.n * 86400.0 / $3 + a.number * 0.01) * interval '1 second' - now()), o.id, s.id,
            ($1::uuid[])[s.webhook], a.number, false, $2::timestamptz, 'answered', not failed,
            case when failed then 503 else 204 end, 'POST', 'https://crm.example.com/hooks/fanfare',
            'v1,Zk1vHc2Q0m3dM2x1YkZkQ3l2b2VnN2xkQ0pGQ2t6cUE9', '203.0.113.7',
            case when failed then 'The receiver answered 503: it is overloaded or down.' end,
            '{"content-type":"application/json","date":"Sat, 21 Nov 2026 10:00:00 GMT"}', false, 1, 20, 1, 22
       from sent s cross join organizations o cross join generate_series(1, 2) a(number)
            cross join lateral (select a.number < case when s.chance > 0.75 then 2 else 1 end or s.chance > 0.98 as failed) f
      where a.number = 1 or s.chance > 0.75
      order by 1`,
    [day.webhooks, from, day.count],
  );
  client.release(true);
}

async function insertOpen(database: Database, deadWebhook: Uuid): Promise<void> {
  await database.pool.query(
    `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                  created_at, attempts, retries, kind, due_at)
     select uuidv7(), organization_id, $1, id, 'standard', 1, 'Webhook 1', now(), (n % 5 = 0)::int, (n % 5 = 0)::int,
            (n % 5 = 0)::int, now()
       from (select *, row_number() over () as n from events order by id desc limit $2) e`,
    [deadWebhook, openDeliveries],
  );
}
