import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, Season } from './season.ts';

/** What becomes of payments when two participants become one. */
let api: ApiHarness;
let provider: Receiver;
let status = 200;
let wait: Promise<void> | null = null;
beforeAll(async () => {
  provider = await startReceiver({
    handler: () => async (conversation) => {
      await wait;
      await answer(status)(conversation);
    },
  });
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

async function open() {
  const season = await Season.open(api);
  const made = await api.call('POST', '/v1/webhooks', {
    body: {
      name: 'Treasury',
      url: `${provider.url}/pay`,
      format: 'chainvine',
      campaigns: [season.campaign],
    },
  });
  expect(made.status, made.text).toBe(201);
  const reward = await season.reward({
    payout: { mode: 'webhook', webhook_id: (made.body as { id: string }).id },
  });
  const task = await season.task({
    recurrence: 'unlimited',
    reward: { id: reward, amount: '0.000000000000000003' },
  });
  return { season, task };
}

async function idOf(external_id: string): Promise<string> {
  return ((await api.call('POST', '/v1/participants', { body: { external_id } })).body as { id: string }).id;
}

async function claim(season: Season, who: string): Promise<string> {
  const { payouts } = (await outcome(season.claim(who))) as unknown as { payouts: { id: string }[] };
  return payouts[0]?.id ?? '';
}

async function until(payout: string, state: string): Promise<Record<string, unknown>> {
  return waitFor(
    async () => {
      const body = (await api.call('GET', `/v1/payouts/${payout}`)).body as Record<string, unknown>;
      return body['state'] === state ? body : undefined;
    },
    { what: `the payout to be ${state}` },
  );
}

const merge = (into: string, from: string) =>
  api.call('POST', `/v1/participants/${into}/merge`, { body: { from } });

it('what was earned and paid is the survivor’s, and a failed payment goes on under its own id', async () => {
  const { season, task } = await open();
  const [ada, ida] = [await idOf('ada'), await idOf('ida')];
  await outcome(season.complete(task, 'ida'));
  const paid = await claim(season, 'ida');
  await until(paid, 'paid');
  status = 500;
  await outcome(season.complete(task, 'ida'));
  const failed = await claim(season, 'ida');
  await until(failed, 'failed');
  for (const who of ['ada', 'ida']) await outcome(season.complete(task, who));

  expect((await merge(ada, ida)).status).toBe(200);
  const listed = async (what: string, name: string) =>
    ((await api.call('GET', `${what}?participant_id=${name}`)).body as { data: Record<string, unknown>[] })
      .data;
  for (const name of [ada, ida]) {
    const payouts = await listed('/v1/payouts', name);
    expect(payouts).toMatchObject([
      { id: failed, participant_id: ada, state: 'failed' },
      { id: paid, participant_id: ada, state: 'paid' },
    ]);
    expect(await listed(`/v1/campaigns/${season.campaign}/earnings`, name)).toHaveLength(4);
  }

  status = 200;
  const retried = await api.call('POST', `/v1/payouts/${failed}/retry`);
  expect(retried.status, retried.text).toBe(200);
  expect(await until(failed, 'paid')).toMatchObject({ participant_id: ada, attempt: 2 });
  // What neither had claimed is claimed together, by either name.
  expect(await until(await claim(season, 'ida'), 'paid')).toMatchObject({
    participant_id: ada,
    amount: '0.000000000000000006',
  });
});

it('while the absorbed one is being paid they stay two, and both as they are', async () => {
  const { season, task } = await open();
  const [ada, ida] = [await idOf('busy-ada'), await idOf('busy-ida')];
  await outcome(season.complete(task, 'busy-ida'));
  let release = () => {};
  wait = new Promise((resolve) => {
    release = resolve;
  });
  const payout = await claim(season, 'busy-ida');
  const refused = await merge(ada, ida);
  expect(refused.status, refused.text).toBe(409);
  expect(refused.body).toMatchObject({ code: 'conflict', detail: expect.stringContaining(payout) });
  const { body } = await api.call('GET', `/v1/participants/${ida}`);
  expect(body).toMatchObject({ id: ida, absorbed: [], participations: [{ total_points: 100 }] });

  // The survivor may be paid meanwhile: their payment keeps its name.
  expect((await merge(ida, ada)).status).toBe(200);
  release();
  wait = null;
  expect(await until(payout, 'paid')).toMatchObject({ participant_id: ida });
});

it('every table that names a participant is decided on: moved with them, or left as it was', async () => {
  const { rows } = await api.database.pool.query<{ place: string }>(
    `select distinct case when c.relispartition then (select i.inhparent::regclass::text from pg_inherits i
                                                       where i.inhrelid = c.oid) else c.relname::text end
            || '.' || a.attname as place
       from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
        and not a.attisdropped and (a.attname in ('participant_id', 'claimer_id', 'referrer_id', 'bonus_referrer_id', 'merged_into'))
      order by 1`,
  );
  const moved = [
    'accounts.participant_id',
    'completions.participant_id',
    'earnings.participant_id',
    'ledger.participant_id',
    'participants.merged_into',
    'participations.participant_id',
    'participations.referrer_id',
    'payouts.participant_id',
    'plays.participant_id',
    'progress.participant_id',
    'referrals.claimer_id',
    'referrals.referrer_id',
    'trigger_events.participant_id',
  ];
  // Events are frozen, and so are reports of recalculations; what waits in order keeps its line; who was erased stays
  // erased; tokens of the absorbed one end, by their number here; the referrer of a bonus is looked up under the name of
  // then.
  const left = [
    'completions.bonus_referrer_id',
    'events.participant_id',
    'open_deliveries.participant_id',
    'participant_erasures.participant_id',
    'participant_token_generations.participant_id',
    'recalculation_differences.participant_id',
    'recalculation_differences.referrer_id',
  ];
  expect(rows.map(({ place }) => place)).toEqual([...moved, ...left].sort());

  const { season, task } = await open();
  const [ada, ida] = [await idOf('all-ada'), await idOf('all-ida')];
  await outcome(season.complete(task, 'all-ida'));
  await outcome(season.join('all-friend', { referrer: { id: ida } }));
  expect((await merge(ada, ida)).status).toBe(200);
  for (const place of moved) {
    const [table, column] = place.split('.');
    const found = await api.database.pool.query(`select from ${table} where ${column} = $1`, [uuidIn(ida)]);
    expect(found.rowCount, place).toBe(0);
  }
});
