import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstUuidAt, newId, type Uuid, uuidOf } from '../../src/ids.ts';
import {
  type DeliveryKey,
  type DeliveryListRequest,
  isByEvent,
  listDeliveryKeys,
} from '../../src/storage/delivery-lists.ts';
import { createEventsStore } from '../../src/storage/index.ts';

/*
 * Every filter and every two of them, page by page, with so little looked through for each page that most pages end before
 * they are full; held against the same list made in memory.
 */

interface Event {
  readonly id: Uuid;
  readonly type: string;
  readonly campaign: Uuid;
  readonly person: Uuid;
}
interface Delivery {
  readonly id: Uuid;
  readonly event: Event;
  readonly webhook: Uuid;
  readonly state: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
  readonly attempts: readonly Attempt[];
}
interface Attempt {
  readonly id: Uuid;
  readonly acknowledged: boolean;
  readonly status: number | null;
  readonly outcome: string;
  readonly message: string | null;
  readonly body: Buffer | null;
}
type Filter = DeliveryListRequest['filter'];

let test: TestDatabase;
const organization = uuidOf(newId('org'));
const now = Date.now();
const hourMs = 3_600_000;
/** The same numbers in each run. */
let seed = 20_261_121;
const random = (below: number) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return Math.floor((seed / 0x80000000) * below);
};
/** An id of this time. */
const at = (ms: number): Uuid =>
  firstUuidAt(ms).replace(/.{12}$/, () =>
    random(2 ** 30)
      .toString(16)
      .padStart(12, '0'),
  );

const campaigns = [0, 1, 2].map(() => uuidOf(newId('cmp')));
const people = [0, 1, 2, 3].map(() => uuidOf(newId('usr')));
const webhooks = [0, 1, 2].map(() => uuidOf(newId('whk')));
const types = ['frequent', 'usual', 'ended'];
const states = [
  'pending',
  'retrying',
  'delivered',
  'delivered',
  'delivered',
  'exhausted',
  'cancelled',
] as const;

/** Over the last 15 hours; the last campaign and the last type are of the first third of it alone. */
const events: Event[] = Array.from({ length: 300 }, (_, n) => {
  const early = n < 100 ? 3 : 2;
  return {
    id: at(now - 15 * hourMs + n * 3 * 60_000),
    type: types[random(early)] ?? '',
    campaign: campaigns[random(early)] ?? '',
    person: people[random(4)] ?? '',
  };
});

function delivered(event: Event, ms: number): Delivery {
  const state = states[random(7)] ?? 'delivered';
  return { id: at(ms), event, webhook: webhooks[random(3)] ?? '', state, attempts: attemptsOf(state, ms) };
}

/** Some failures; before an acknowledgement where it was delivered, and now and then after it. */
function attemptsOf(state: Delivery['state'], ms: number): Attempt[] {
  if (state === 'pending') return [];
  const arrived = { acknowledged: true, status: 200, outcome: 'answered', message: null, body: null };
  const before = Array.from({ length: random(3) }, () => failure());
  const after = random(4) === 0 ? [failure()] : [];
  const made = state === 'delivered' ? [...before, arrived, ...after] : [...before, failure()];
  return made.map((one, n) => ({ ...one, id: at(ms + (n + 1) * 20_000) }));
}

function failure(): Omit<Attempt, 'id'> {
  const answered = { acknowledged: false, outcome: 'answered', message: 'The receiver answered.' };
  switch (random(4)) {
    case 0:
      return { ...answered, status: 500, body: Buffer.from('Überlastet: 100% of \\ is used_up') };
    case 1:
      return { ...answered, status: 503, body: Buffer.from([0xff, 0, 0x55]) };
    case 2:
      return { ...answered, status: 404, body: null };
    default:
      return {
        ...answered,
        outcome: 'dns_failed',
        message: 'No address for Shop.',
        status: null,
        body: null,
      };
  }
}
const timeOf = (event: Event) => now - 15 * hourMs + events.indexOf(event) * 3 * 60_000;
const deliveries: Delivery[] = events.flatMap((event) =>
  Array.from({ length: random(3) }, (_, n) => delivered(event, timeOf(event) + 10 * (n + 1))),
);
/** What a replay made, hours after the events. */
const replayed = events.slice(0, 120).map((event) => delivered(event, now - random(4 * 60) * 60_000));

beforeAll(async () => {
  test = await createTestDatabase();
  const { pool } = test.database;
  await pool.query('insert into organizations (id, name) values ($1, $2)', [organization, 'Harbour']);
  await pool.query(
    `insert into events (id, organization_id, type, occurred_at, campaign_id, participant_id, body)
     select e.id, $1, e.type, now(), e.campaign, e.person, '{}'
       from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[]) as e (id, type, campaign, person)`,
    [
      organization,
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ campaign }) => campaign),
      events.map(({ person }) => person),
    ],
  );
  await insert(deliveries);
});
afterAll(() => test.drop());

async function insert(rows: readonly Delivery[]): Promise<void> {
  const columns = [
    rows.map(({ id }) => id),
    rows.map(({ webhook }) => webhook),
    rows.map(({ event }) => event.id),
    rows.map(({ state }) => state),
  ];
  const given = `unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as d (id, webhook, event, state)`;
  await test.database.pool.query(
    `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                  created_at, attempts, due_at, parked_at)
     select d.id, $1, d.webhook, d.event, 'standard', 1, 'CRM', now(), (d.state = 'retrying')::int, now(),
            case when d.state = 'parked' then now() end
       from ${given} where d.state in ('pending', 'retrying', 'parked')`,
    [organization, ...columns],
  );
  await test.database.pool.query(
    `insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, attempts, retries, state, closed_at)
     select d.id, $1, d.webhook, d.event, 'standard', 1, 'CRM', now(), 1, 0, d.state, now()
       from ${given} where d.state not in ('pending', 'retrying', 'parked')`,
    [organization, ...columns],
  );
  const attempts = rows.flatMap(({ id, webhook, attempts }) =>
    attempts.map((attempt) => ({ ...attempt, delivery: id, webhook })),
  );
  await test.database.pool.query(
    `insert into attempts (id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome,
                           acknowledged, status, method, url, signature, message, response_cut, total_ms)
     select a.id, $1, a.delivery, a.webhook, 1, false, now(), a.outcome, a.acknowledged, a.status, 'POST', '', '',
            a.message, false, 1
       from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bool[], $7::int[], $8::text[])
         as a (id, delivery, webhook, outcome, acknowledged, status, message)`,
    [
      organization,
      attempts.map(({ id }) => id),
      attempts.map(({ delivery }) => delivery),
      attempts.map(({ webhook }) => webhook),
      attempts.map(({ outcome }) => outcome),
      attempts.map(({ acknowledged }) => acknowledged),
      attempts.map(({ status }) => status),
      attempts.map(({ message }) => message),
    ],
  );
  const answered = attempts.filter(({ body }) => body !== null);
  await test.database.pool.query(
    `insert into response_bodies (id, organization_id, body)
     select b.id, $1, b.body from unnest($2::uuid[], $3::bytea[]) as b (id, body)`,
    [organization, answered.map(({ id }) => id), answered.map(({ body }) => body)],
  );
}

const time = (hours: number) => new Date(now - hours * hourMs);
const filters: Filter[] = [
  ...types.map((eventType) => ({ eventType })),
  ...[campaigns[0], campaigns[2]].map((campaignId) => ({ campaignId })),
  { participantId: people[0] },
  { participantId: uuidOf(newId('usr')) },
  { webhookUid: webhooks[0] },
  { eventId: events[40]?.id },
  { eventId: events[200]?.id },
  ...(['pending', 'retrying', 'parked', 'delivered', 'exhausted', 'cancelled'] as const).map((state) => ({
    state,
  })),
  { since: time(6) },
  { until: time(6) },
  { since: time(12), until: time(4) },
  ...[
    { status: { from: 503, to: 503 } },
    { status: { from: 500, to: 599 }, error: '100% OF \\' },
    { status: { from: 200, to: 299 } },
    { failure: 'dns_failed' },
    { error: 'for shop' },
    { error: 'Überlastet' },
  ].map((attempt) => ({ attempt })),
];
const pairs = filters.flatMap((one, n) => filters.slice(n + 1).map((other) => ({ ...one, ...other })));
const combinations: Filter[] = [
  {},
  ...filters,
  ...pairs,
  ...pairs.filter((_, n) => n % 5 === 0).map((pair) => ({ ...pair, webhookUid: webhooks[1] })),
];

function matches({ id, event, webhook, state, attempts }: Delivery, filter: Filter): boolean {
  const { since, until } = filter;
  return (
    (filter.eventType === undefined || event.type === filter.eventType) &&
    (filter.campaignId === undefined || event.campaign === filter.campaignId) &&
    (filter.participantId === undefined || event.person === filter.participantId) &&
    (filter.webhookUid === undefined || webhook === filter.webhookUid) &&
    (filter.eventId === undefined || event.id === filter.eventId) &&
    (filter.state === undefined || state === filter.state) &&
    (filter.attempt === undefined || isDecidedBy(attempts, filter.attempt)) &&
    (since === undefined || id >= firstUuidAt(since.getTime())) &&
    (until === undefined || id < firstUuidAt(until.getTime()))
  );
}

function isDecidedBy(attempts: readonly Attempt[], asked: NonNullable<Filter['attempt']>): boolean {
  const attempt = attempts.findLast(({ acknowledged }) => acknowledged) ?? attempts.at(-1);
  if (attempt === undefined) return false;
  const { status, failure: kind, error } = asked;
  const says = [attempt.message ?? '', attempt.body?.toString('utf8') ?? ''];
  const has = (text: string) => says.some((one) => one.toLowerCase().includes(text.toLowerCase()));
  return (
    (status === undefined ||
      (attempt.status !== null && attempt.status >= status.from && attempt.status <= status.to)) &&
    (kind === undefined || attempt.outcome === kind) &&
    (error === undefined || (!attempt.acknowledged && has(error)))
  );
}

function expected(all: readonly Delivery[], filter: Filter): Uuid[] {
  const key = ({ id, event }: Delivery) => (isByEvent(filter) ? `${event.id} ${id}` : id);
  return all
    .filter((delivery) => matches(delivery, filter))
    .sort((a, b) => (key(a) < key(b) ? 1 : -1))
    .map(({ id }) => id);
}

const looks = { deliveries: 20, attempted: 12, answered: 8, events: 20, fannedOut: 10, fewEvents: 5 };

/** All pages of a list. */
async function listed(filter: Filter): Promise<Uuid[]> {
  const ids: Uuid[] = [];
  let after: DeliveryKey | null = null;
  let pages = 0;
  do {
    const page = await listDeliveryKeys(
      test.database.kysely,
      {
        organizationId: organization,
        filter,
        participants: filter.participantId === undefined ? null : [filter.participantId],
        after,
        limit: 7,
        now: new Date(now),
      },
      looks,
    );
    expect(page.keys.length).toBeLessThanOrEqual(7);
    ids.push(...page.keys.map(({ id }) => id));
    after = page.next;
    pages += 1;
    expect(pages, `pages of ${JSON.stringify(filter)}`).toBeLessThan(200);
  } while (after !== null);
  return ids;
}

async function expectAll(all: readonly Delivery[]): Promise<void> {
  for (const filter of combinations) {
    expect(await listed(filter), JSON.stringify(filter)).toEqual(expected(all, filter));
  }
}

it('lists everything once, in order, whatever is asked for and however little a page looks through', async () => {
  await expectAll(deliveries);
}, 120_000);

it('leaps over what the indexes of events rule out', async () => {
  // The campaign ended ten hours ago; since then the webhook has had many more deliveries than this page looks at.
  const filter = { campaignId: campaigns[2], webhookUid: webhooks[0] };
  const [newest] = expected(deliveries, filter);
  const since = deliveries.filter(({ id, webhook }) => webhook === webhooks[0] && id > (newest ?? ''));
  expect(since.length).toBeGreaterThan(50);
  const request = { organizationId: organization, filter, participants: null, after: null, limit: 7 };
  const { keys } = await listDeliveryKeys(
    test.database.kysely,
    { ...request, now: new Date(now) },
    { ...looks, deliveries: 8 },
  );
  expect(keys[0]?.id).toBe(newest);
}, 30_000);

it('finds what a replay made of old events, in the order of both', async () => {
  await test.database.pool.query(
    `insert into jobs (id, organization_id, kind, state, params, created_at, finished_at)
     values ($1, $2, 'replay', 'done', '{}', now(), now())`,
    [uuidOf(newId('job')), organization],
  );
  await insert(replayed);
  await expectAll([...deliveries, ...replayed]);
}, 120_000);

it('lists events once, in order, by each two conditions', async () => {
  const store = createEventsStore(test.database);
  const made = await test.database.kysely.selectFrom('deliveries').select('event_id').execute();
  const taken = new Set(made.map(({ event_id }) => event_id));
  for (const type of [null, ...types]) {
    for (const campaignId of [null, campaigns[1] ?? '', campaigns[2] ?? '']) {
      for (const [from, withoutDeliveries] of [
        [null, false],
        [firstUuidAt(now - 12 * hourMs), false],
        [null, true],
      ] as const) {
        const read: Uuid[] = [];
        let before: Uuid | null = null;
        do {
          const filter = { type, campaignId, participantId: null, withoutDeliveries, from, until: null };
          const page = await store.list(organization, filter, before, 7);
          read.push(...page.events.map(({ id }) => id));
          before = page.next;
        } while (before !== null);
        const wanted = events
          .filter((event) => type === null || event.type === type)
          .filter((event) => campaignId === null || event.campaign === campaignId)
          .filter((event) => from === null || event.id >= from)
          .filter((event) => !withoutDeliveries || !taken.has(event.id))
          .map(({ id }) => id)
          .sort()
          .reverse();
        expect(read, `${type} ${campaignId} ${from}`).toEqual(wanted);
      }
    }
  }
}, 30_000);

it('lists once what ends while it is read', async () => {
  const [newest] = expected([...deliveries, ...replayed], { state: 'retrying' });
  let reads = 0;
  const endedMeanwhile = test.database.kysely.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      reads += 1;
      if (reads === 1) await end(newest ?? '');
      return result;
    },
  });
  const request = { organizationId: organization, filter: {}, participants: null, after: null, limit: 1_000 };
  const { keys } = await listDeliveryKeys(endedMeanwhile, { ...request, now: new Date(now) });
  expect(reads).toBeGreaterThan(1);
  expect(keys.filter(({ id }) => id === newest)).toHaveLength(1);
  expect(keys).toHaveLength(deliveries.length + replayed.length);
});

async function end(id: Uuid): Promise<void> {
  await test.database.pool.query(
    `with ended as (delete from open_deliveries where id = $1 returning *)
     insert into closed_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, attempts, retries, state, closed_at)
     select id, organization_id, webhook_uid, event_id, format, format_version, webhook_name, created_at, attempts, 0,
            'delivered', now()
       from ended`,
    [id],
  );
}
