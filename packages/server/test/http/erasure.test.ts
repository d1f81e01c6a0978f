import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, refusal, Season } from './season.ts';

const wallet = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F';
/** Whatever could tell who Ada is. */
const traces = [
  'customer-4711',
  'ada@example.com',
  'Ada Lovelace',
  wallet,
  'ada.lovelace',
  '+4412345',
  'ADA-CODE',
  'Zürich',
];

let api: ApiHarness;
let season: Season;
let ada: string;
let inbox: string;

interface Erasure {
  readonly repeated: boolean;
  readonly job_id: string;
  readonly finished_at: string | null;
  readonly counts: Record<string, number>;
}

async function personOf(external_id: string, more: object = {}): Promise<string> {
  const answer = await api.call('POST', '/v1/participants', { body: { external_id, ...more } });
  expect(answer.status, answer.text).toBeLessThan(300);
  return (answer.body as { id: string }).id;
}

async function erase(id: string, body?: object): Promise<Erasure> {
  const answer = await api.call('POST', `/v1/participants/${id}/erasure`, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBe(202);
  return answer.body as Erasure;
}

function finished(id: string): Promise<Erasure> {
  return waitFor(
    async () => {
      const { body } = await api.call('GET', `/v1/participants/${id}/erasure`);
      return (body as Erasure).finished_at === null ? undefined : (body as Erasure);
    },
    { what: 'the erasure to finish' },
  );
}

/** The whole database as text, table by table, to look for what must not be in it. */
async function everythingKept(): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await api.database.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const kept = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await api.database.pool.query<{ text: string }>(
      name === 'inbox_requests' || name === 'response_bodies'
        ? `select to_jsonb(t)::text || convert_from(body, 'UTF8') as text from ${name} t`
        : `select to_jsonb(t)::text as text from ${name} t`,
    );
    kept.set(name, rows.map(({ text }) => text).join('\n'));
  }
  return kept;
}

function holdingTraces(kept: ReadonlyMap<string, string>): string[] {
  return [...kept].flatMap(([table, text]) =>
    [...traces, ...traces.map(encodeURIComponent)]
      .filter((trace) => text.toLowerCase().includes(trace.toLowerCase()))
      .map((trace) => `${table}: ${trace}`),
  );
}

beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true }, jobs: { pollMs: 50 } });
  season = await Season.open(api, { referral_bonus: { percent: 10 } });
  inbox = ((await api.call('POST', '/v1/inboxes', { body: { name: 'Echo' } })).body as { id: string }).id;
  for (const [format, method] of [
    ['standard', 'POST'],
    ['gamify-route', 'GET'],
  ]) {
    const body = { name: format, url: `${api.url}/inbox/${inbox}`, format, method };
    expect((await api.call('POST', '/v1/webhooks', { body })).status).toBe(201);
  }
  ada = await personOf('customer-4711', {
    email: 'ada@example.com',
    first_name: 'Ada',
    last_name: 'Lovelace',
    phone: '+4412345',
    referral_code: 'ADA-CODE',
    fields: { city: 'Zürich' },
    accounts: [
      { platform: 'ethereum', name: wallet },
      { platform: 'discord', name: 'ada.lovelace' },
    ],
  });
  const task = await season.task({ points: 100 });
  const trigger = await season.trigger('bought');
  await season.join('grace');
  await season.join('customer-4711', { referrer: { external_id: 'grace' } });
  await season.join('bob', { referrer: { code: 'ADA-CODE' } });
  await season.complete(task, 'customer-4711', { account: { platform: 'discord', name: 'ada.lovelace' } });
  await season.complete(task, 'bob');
  await season.play('customer-4711', {
    fields: { mail: 'ada@example.com' },
    score: 5,
    key: 'ada.lovelace-1',
  });
  await season.fire(trigger, 'customer-4711', { value: 2, key: 'order of ada@example.com' });
  await season.book('customer-4711', 7, 'for ada@example.com');
  await season.signIn('customer-4711', { account: { platform: 'discord', name: 'ada.lovelace' } });
  await api.publish({
    type: 'user.joined_campaign',
    campaign_id: season.campaign,
    participant: { external_id: 'carol' },
    data: { referrer: { external_id: 'customer-4711' } },
  });
  await waitFor(async () => (await api.database.pool.query('select from open_deliveries')).rowCount === 0, {
    what: 'everything to be delivered',
  });
  // A receiver that answers with what it was sent.
  await api.database.pool.query(
    `insert into response_bodies (id, organization_id, body)
     select id, organization_id, convert_to('{"email":"ada@example.com"}', 'UTF8') from attempts a
      where exists (select from closed_deliveries d join events e on e.id = d.event_id
                     where d.id = a.delivery_id and e.participant_id = $1)
     on conflict (id) do update set body = excluded.body`,
    [uuidIn(ada)],
  );
  await api.database.pool.query(
    `insert into jobs (id, organization_id, kind, params, state, created_at, finished_at)
     values ($1, $2, 'old', '{}', 'done', now(), now())`,
    [uuidIn(newId('job')), uuidIn(api.organization.id)],
  );
  await api.database.pool.query(
    `insert into job_refusals (job_id, line, number, reason, excerpt)
     select id, 2, 0, 'ada@example.com is taken', 'customer-4711,ada@example.com' from jobs where kind = 'old'`,
  );
});
afterAll(() => api.close());

describe('the export of a participant', () => {
  it('holds everything that is kept about them, and nothing about others', async () => {
    const answer = await api.call('POST', `/v1/participants/${ada}/export`);
    expect(answer.status, answer.text).toBe(200);
    const data = answer.body as Record<string, Record<string, unknown>[]>;
    expect(data['profile']).toMatchObject([{ participant_id: ada, email: 'ada@example.com' }]);
    expect(data['accounts']?.map(({ name }) => name).sort()).toEqual([wallet, 'ada.lovelace'].sort());
    expect(data['participations']).toMatchObject([{ campaign_id: season.campaign }]);
    expect(data['completions']).toMatchObject([{ account: 'ada.lovelace', points: '100.0000' }, {}]);
    expect(data['plays']).toMatchObject([{ fields: { mail: 'ada@example.com' } }]);
    expect(data['trigger_events']).toMatchObject([{ trigger: 'bought', value: '2' }]);
    expect(data['ledger']?.map(({ amount }) => amount)).toContain('7.0000');
    expect(data['referred_by']).toHaveLength(1);
    expect(data['referrals']).toMatchObject([{ bonus_points: '10.0000' }]);
    expect(data['sign_ins']).toHaveLength(1);
    const events = (data['events'] ?? []).map(({ event }) => event as { participant: { id: string } });
    expect(events.length).toBeGreaterThan(5);
    expect(new Set(events.map(({ participant }) => participant.id))).toEqual(new Set([ada]));
    expect(traces.filter((trace) => !answer.text.includes(trace))).toEqual(['Ada Lovelace']);
  });

  it('is nothing for who is not there', async () => {
    const nobody = await refusal(api.call('POST', `/v1/participants/${newId('usr')}/export`));
    expect(nobody).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('the erasure of a participant', () => {
  it('waits until what they are being paid is settled', async () => {
    const paid = await personOf('being-paid');
    await season.join('being-paid');
    const reward = await season.reward();
    const payout = newId('pay');
    await api.database.pool.query(
      `insert into payouts (id, organization_id, campaign_id, participant_id, reward_id, amount, origin, state, attempt,
                            requested_by, created_at)
       select $1, organization_id, campaign_id, $2, id, 1, 'claim', 'sending', 1, 'claim', now() from rewards where id = $3`,
      [uuidIn(payout), uuidIn(paid), uuidIn(reward)],
    );
    const refused = await refusal(api.call('POST', `/v1/participants/${paid}/erasure`));
    expect(refused).toMatchObject({ status: 409, code: 'conflict' });
    expect(refused.detail).toContain(payout);
    expect((await api.call('GET', `/v1/participants/${paid}`)).body).toMatchObject({
      external_id: 'being-paid',
      erased_at: null,
    });
    await api.database.pool.query(`update payouts set state = 'failed' where id = $1`, [uuidIn(payout)]);
    await erase(paid);
  });

  it('takes them out of everything that is kept, and leaves what adds up', async () => {
    const before = await everythingKept();
    // Else there would be nothing to find.
    for (const table of [
      'participants',
      'events',
      'attempts',
      'response_bodies',
      'inbox_requests',
      'job_refusals',
    ]) {
      expect(holdingTraces(new Map([[table, before.get(table) ?? '']])), table).not.toEqual([]);
    }
    const countersBefore = (await api.call('GET', `/v1/campaigns/${season.campaign}/participants/${ada}`))
      .body;
    const total = async () =>
      (
        await api.database.pool.query<{ sum: string }>(
          'select sum(amount)::text as sum from ledger where participant_id = $1',
          [uuidIn(ada)],
        )
      ).rows[0]?.sum;
    const totalBefore = await total();

    const asked = await erase(ada, { reason: 'Request of 3 March' });
    expect(asked.repeated).toBe(false);
    const done = await finished(ada);
    expect(done.counts).toMatchObject({
      completions: 2,
      plays: 1,
      trigger_events: 1,
      ledger: 1,
      job_refusals: 1,
    });
    expect(done.counts['events']).toBeGreaterThan(5);
    expect(done.counts['inbox_requests']).toBeGreaterThan(5);

    expect(holdingTraces(await everythingKept())).toEqual([]);
    expect(await total()).toBe(totalBefore);
    expect((await api.call('GET', `/v1/campaigns/${season.campaign}/participants/${ada}`)).body).toEqual(
      countersBefore,
    );
  });

  it('leaves the events of others as they were, but for the name', async () => {
    const { body } = await api.call('GET', '/v1/events?type=user.joined_campaign');
    const events = (body as { data: { participant: { external_id: string | null }; data: unknown }[] }).data;
    const of = (name: string) => events.find(({ participant }) => participant.external_id === name);
    expect(of('bob')?.data).toEqual({ referrer: { id: ada, external_id: null } });
    expect(of('carol')?.data).toEqual({ referrer: { id: ada, external_id: null } });
    expect(of('bob')?.participant).toMatchObject({ external_id: 'bob' });
  });

  it('renders a delivery of theirs again without them', async () => {
    const { body } = await api.call('GET', `/v1/deliveries?participant_id=${ada}`);
    const [delivery] = (body as { data: { id: string }[] }).data;
    const shown = await api.call('GET', `/v1/deliveries/${delivery?.id}`);
    expect(shown.status, shown.text).toBe(200);
    expect(traces.filter((trace) => shown.text.includes(trace))).toEqual([]);
  });

  it('is done once, however often it is asked for, and says who asked', async () => {
    const again = await erase(ada, { reason: 'Another one' });
    expect(again).toMatchObject({ repeated: true, reason: 'Request of 3 March' });
    expect((await api.call('GET', `/v1/participants/${ada}`)).body).toMatchObject({
      email: null,
      accounts: [],
      erased_at: expect.any(String) as string,
    });
  });

  it('is the end of what they can do: nobody acts, is changed, merged or given a token under the id', async () => {
    const self = { participant: { id: ada } };
    const inCampaign = `/v1/campaigns/${season.campaign}`;
    const refusals = await Promise.all([
      refusal(api.call('POST', `${inCampaign}/participants`, { body: self })),
      refusal(
        api.call('POST', `${inCampaign}/points`, {
          body: { ...self, amount: 1, cause: 'api', reference: 'x' },
        }),
      ),
      refusal(api.call('POST', '/v1/sign-ins', { body: { ...self, method: 'google' } })),
      refusal(api.call('POST', '/v1/participant-tokens', { body: self })),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual(Array(4).fill('unknown_participant'));
    const changed = await refusal(
      api.call('PATCH', `/v1/participants/${ada}`, { body: { email: 'ada@example.com' } }),
    );
    expect(changed).toMatchObject({ status: 409, code: 'conflict' });
    const double = await personOf('double');
    expect(
      await refusal(api.call('POST', `/v1/participants/${ada}/merge`, { body: { from: double } })),
    ).toMatchObject({ code: 'not_found' });
    expect(
      await refusal(api.call('POST', `/v1/participants/${double}/merge`, { body: { from: ada } })),
    ).toMatchObject({ code: 'unknown_participant' });
    const published = await api.call('POST', '/v1/events', {
      body: {
        type: 'rank.changed',
        campaign_id: season.campaign,
        participant: { id: ada },
        data: { rank: 1 },
      },
    });
    expect(published.status).toBe(422);
  });

  it('makes somebody new of whoever comes under the same name', async () => {
    const fresh = await outcome(season.join('customer-4711'));
    expect(fresh.participant_id).not.toBe(ada);
    expect(fresh.total_points).toBe(0);
  });

  it('takes those who were merged into them along', async () => {
    const kept = await personOf('kept-name');
    const absorbed = await personOf('other-name', { email: 'second@example.com' });
    await season.join('other-name');
    const body = { from: absorbed, reason: 'second@example.com again' };
    expect((await api.call('POST', `/v1/participants/${kept}/merge`, { body })).status).toBe(200);
    const asked = await erase(absorbed);
    expect(asked).toMatchObject({ participant_id: kept });
    await finished(kept);
    const everything = [...(await everythingKept())].filter(([, text]) =>
      /second@example|other-name|kept-name/.test(text),
    );
    expect(everything.map(([table]) => table)).toEqual([]);
  });

  it('is finished although its job was cancelled half way', async () => {
    const person = await personOf('half-way', { email: 'half-way@example.com' });
    await season.join('half-way');
    const { job_id } = await erase(person);
    // Whether it was cancelled in time or not: as if it had been, before anything was done.
    await finished(person);
    await api.database.pool.query(
      `update participant_erasures set finished_at = null, asked_at = now() - interval '5 minutes',
              traces = jsonb_build_object('participants', jsonb_build_array(participant_id), 'texts', '["half-way@example.com"]'::jsonb)
        where participant_id = $1`,
      [uuidIn(person)],
    );
    await api.database.pool.query(
      `update events set body = replace(body, '"email":null', '"email":"half-way@example.com"') where participant_id = $1`,
      [uuidIn(person)],
    );
    expect([...(await everythingKept())].some(([, text]) => text.includes('half-way@example.com'))).toBe(
      true,
    );
    expect(await api.erasures.resume()).toBe(1);
    expect((await finished(person)).job_id).not.toBe(job_id);
    expect([...(await everythingKept())].some(([, text]) => text.includes('half-way@example.com'))).toBe(
      false,
    );
    expect(await api.erasures.resume()).toBe(0);
  });

  it('refuses what it cannot use', async () => {
    const path = `/v1/participants/${ada}/erasure`;
    expect(await refusal(api.call('POST', path, { body: { reason: '' } }))).toMatchObject({ status: 400 });
    expect(await refusal(api.call('POST', path, { body: { why: 'x' } }))).toMatchObject({ status: 400 });
    const bob = await personOf('bob');
    expect(await refusal(api.call('GET', `/v1/participants/${bob}/erasure`))).toMatchObject({ status: 404 });
    const nobody = await refusal(api.call('POST', `/v1/participants/${newId('usr')}/erasure`));
    expect(nobody).toMatchObject({ status: 404, code: 'not_found' });
  });
});
