import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { type Answer, ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Merge {
  readonly repeated: boolean;
  readonly participant: { readonly id: string; readonly external_id: string | null };
  readonly absorbed_id: string;
  readonly campaigns: readonly { campaign_id: string; total_points: number; deducted_points: number }[];
  readonly events: readonly { id: string; type: string }[];
}

async function person(external_id: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const answer = await api.call('POST', '/v1/participants', { body: { external_id, ...more } });
  expect(answer.status, answer.text).toBeLessThan(300);
  return (answer.body as { id: string }).id;
}

function ask(into: string, from: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return api.call('POST', `/v1/participants/${into}/merge`, { body: { from, ...more } });
}

async function merge(into: string, from: string, reason?: string): Promise<Merge> {
  const answer = await ask(into, from, reason === undefined ? {} : { reason });
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Merge;
}

async function read(path: string): Promise<Record<string, unknown>> {
  const answer = await api.call('GET', path);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Record<string, unknown>;
}

/** Every truth that the tables must keep, for one campaign. */
async function audit(season: Season): Promise<void> {
  const campaign = uuidIn(season.campaign);
  const wrong = await api.database.pool.query(
    `select p.participant_id, p.total, p.referral_points, p.ugc_points, l.* from participations p
      cross join lateral (
        select coalesce(sum(amount), 0) as sum,
               coalesce(sum(amount) filter (where bucket = 'referral'), 0) as referral,
               coalesce(sum(amount) filter (where bucket = 'ugc'), 0) as ugc
          from ledger where campaign_id = p.campaign_id and participant_id = p.participant_id) l
      where p.campaign_id = $1 and (p.total <> l.sum or p.referral_points <> l.referral or p.ugc_points <> l.ugc)`,
    [campaign],
  );
  expect(wrong.rows).toEqual([]);
  const strays = await api.database.pool.query(
    `select 'ledger' as what from ledger l where campaign_id = $1 and not exists (
        select from participations p where p.campaign_id = $1 and p.participant_id = l.participant_id)
     union all select 'absorbed' from participations p join participants q on q.id = p.participant_id
        where p.campaign_id = $1 and q.merged_into is not null
     union all select 'referrer' from participations p where p.campaign_id = $1 and p.referrer_id is distinct from (
        select r.referrer_id from referrals r where r.campaign_id = $1 and r.claimer_id = p.participant_id)
     union all select 'referral count' from participations p where p.campaign_id = $1 and p.referral_count <> (
        select count(*) from referrals r where r.campaign_id = $1 and r.referrer_id = p.participant_id)
     union all select 'participant count' where (select sum(count) from participant_counts where campaign_id = $1) <> (
        select count(*) from participations where campaign_id = $1)`,
    [campaign],
  );
  expect(strays.rows).toEqual([]);
  // The last counts are those of the whole parts themselves.
  const counts = await api.database.pool.query(
    `select prefix * 32 + digit as whole, count from leaderboard_counts
      where campaign_id = $1 and level = 0 and count <> 0
     except select floor(p.total)::bigint, count(*)::int from participations p
              join participants q on q.id = p.participant_id
             where p.campaign_id = $1 and p.total > 0 and not q.test group by 1`,
    [campaign],
  );
  expect(counts.rows).toEqual([]);
}

describe('two who both have points', () => {
  it('count together, and what both were given for the same is taken back', async () => {
    const season = await Season.open(api, { initial_points: 100 });
    const once = await season.task({ points: 30, multiplier_percent: 10 });
    const often = await season.task({ points: 7, recurrence: 'unlimited' });
    const [ada, ida] = [await person('ada'), await person('ida')];
    for (const who of ['ada', 'ida']) {
      await season.complete(once, who);
      await season.complete(often, who);
      await season.book(who, 5, 'welcome');
    }
    await season.book('ida', 1_000, 'prize');
    await season.book('rival', 1_200, 'prize');
    // Each has 100 + 30 + 7.7 + 5; ida 1000 more.
    expect(await read(`/v1/campaigns/${season.campaign}/participants/${ada}`)).toMatchObject({
      total_points: 142.7,
      rank: 3,
    });

    const merged = await merge(ada, ida);
    expect(merged).toMatchObject({
      repeated: false,
      participant: { id: ada, external_id: 'ada' },
      absorbed_id: ida,
      campaigns: [{ campaign_id: season.campaign, total_points: 1_150.4, deducted_points: 135 }],
    });
    expect(merged.events.map(({ type }) => type)).toEqual(['points.deducted', 'rank.changed']);
    expect(await read(`/v1/campaigns/${season.campaign}/participants/${ada}`)).toMatchObject({
      total_points: 1_150.4,
      rank: 2,
      multiplier_percent: 10,
      tasks: [
        { id: once, period: 'once', count: 1 },
        { id: often, count: 2 },
      ],
    });
    const board = (await read(`/v1/campaigns/${season.campaign}/leaderboard`))['data'];
    expect(board).toMatchObject([{ external_id: 'rival' }, { external_id: 'ada', total_points: 1_150.4 }]);
    await audit(season);

    // What was done stays done, whoever of the two did it.
    for (const who of ['ada', 'ida']) {
      expect((await outcome(season.complete(once, who))).repeated).toBe(true);
      expect((await outcome(season.book(who, 5, 'welcome'))).repeated).toBe(true);
      expect((await outcome(season.book(who, 1_000, 'prize'))).repeated).toBe(true);
    }
    await audit(season);
  });

  it('tell their total as the ledger has it, numbered on from where either of them was', async () => {
    const season = await Season.open(api, { initial_points: 10 });
    const [ada, ida] = [await person('seq-ada'), await person('seq-ida')];
    await season.join('seq-ada');
    for (let n = 0; n < 5; n++) await season.book('seq-ida', 1, `${n}`);
    const { events } = await merge(ada, ida);
    await season.book('seq-ada', 2, 'after');
    const told = (await read(`/v1/events?participant_id=${ada}&limit=50`))['data'] as {
      id: string;
      type: string;
      seq: number;
      participant: { id: string; total_points: number };
    }[];
    const later = told.filter(({ participant }) => participant.id === ada).reverse();
    // seq-ida had 7 events: joined, initial, 5 bookings, and as many changes of rank as there were.
    const [{ seq: highest = 0 } = {}] = told.filter(({ participant }) => participant.id === ida);
    const after = later.slice(later.findIndex(({ id }) => id === events[0]?.id));
    expect(after.map(({ seq }) => seq)).toEqual(after.map((_, n) => highest + 1 + n));
    expect(after[0]).toMatchObject({ type: 'points.deducted', participant: { total_points: 15 } });
    expect(after.find(({ type }) => type === 'points.issued')?.participant.total_points).toBe(17);
  });

  it('tell a new rank also when nothing was taken back', async () => {
    const season = await Season.open(api);
    const [ada, ida] = [await person('rank-ada'), await person('rank-ida')];
    await season.book('rank-ada', 10, 'a');
    await season.book('rank-ida', 20, 'a1');
    await season.book('rank-rival', 25, 'a');
    const { events } = await merge(ada, ida);
    expect(events.map(({ type }) => type)).toEqual(['rank.changed']);
    const event = await read(`/v1/events/${events[0]?.id}`);
    expect(event).toMatchObject({
      participant: { id: ada, total_points: 30, rank: 1 },
      data: { rank: 1, previous_rank: 3 },
    });
    await audit(season);
  });

  it('take the participation of the absorbed one over where only they took part', async () => {
    const season = await Season.open(api, { initial_points: 10 });
    const [ada, ida] = [await person('only-ada'), await person('only-ida')];
    await outcome(season.join('only-ida'));
    await merge(ada, ida);
    const detail = await read(`/v1/participants/${ada}`);
    expect(detail['participations']).toMatchObject([{ total_points: 10, rank: 1 }]);
    expect((await outcome(season.join('only-ada'))).repeated).toBe(true);
    await audit(season);
  });

  it('fire a trigger with a key that both have used once, and again with none', async () => {
    const season = await Season.open(api);
    const trigger = await season.trigger('merged-purchase', { credit: { amount: 5 } });
    const [ada, ida] = [await person('fire-ada'), await person('fire-ida')];
    for (const who of ['fire-ada', 'fire-ida']) await season.fire(trigger, who, { key: 'same' });
    await season.fire(trigger, 'fire-ida', { key: 'other' });
    expect((await merge(ada, ida)).campaigns).toMatchObject([{ total_points: 10, deducted_points: 5 }]);
    for (const key of ['same', 'other']) {
      expect((await outcome(season.fire(trigger, 'fire-ida', { key }))).repeated).toBe(true);
    }
    expect((await outcome(season.fire(trigger, 'fire-ida', { key: 'third' }))).total_points).toBe(15);
    await audit(season);
  });

  it('keep the rewards of both, but not points that were the reward of a task done twice', async () => {
    const season = await Season.open(api);
    const gold = await season.reward({ name: 'Gold', kind: 'points', unit: 'Points' });
    const token = await season.reward();
    const task = await season.task({ points: 0, reward: { id: gold, amount: '40' } });
    const other = await season.task({ points: 1, reward: { id: token, amount: '0.5' } });
    const [ada, ida] = [await person('ern-ada'), await person('ern-ida')];
    for (const who of ['ern-ada', 'ern-ida']) {
      await season.complete(task, who);
      await season.complete(other, who);
    }
    expect((await merge(ada, ida)).campaigns).toMatchObject([{ total_points: 41, deducted_points: 41 }]);
    const { rows } = await api.database.pool.query(
      'select participant_id, count(*)::int from earnings where campaign_id = $1 group by 1',
      [uuidIn(season.campaign)],
    );
    expect(rows).toEqual([{ participant_id: uuidIn(ada), count: 4 }]);
    await audit(season);
  });
});

describe('referrals', () => {
  it('name the survivor, on both sides', async () => {
    const season = await Season.open(api, { referral_bonus: { amount: 5 } });
    const task = await season.task({ recurrence: 'unlimited', points: 1 });
    const [ada, ida] = [await person('ref-ada'), await person('ref-ida')];
    await season.join('ref-ann');
    await season.join('ref-ida', { referrer: { external_id: 'ref-ann' } });
    await season.join('ref-new', { referrer: { id: ida } });
    await merge(ada, ida);
    await audit(season);
    expect((await outcome(season.complete(task, 'ref-new'))).total_points).toBe(1);
    expect((await outcome(season.complete(task, 'ref-ada'))).total_points).toBe(6);
    const listed = (await read(`/v1/campaigns/${season.campaign}/referrals?referrer=${ida}`))['data'];
    expect(listed).toMatchObject([
      { referrer: { id: ada }, claimer: { external_id: 'ref-new' }, bonus_points: 5 },
    ]);
    expect((await read(`/v1/campaigns/${season.campaign}/referrals`))['data']).toMatchObject([
      {},
      { referrer: { external_id: 'ref-ann' }, claimer: { id: ada }, bonus_points: 5 },
    ]);
    await audit(season);
  });

  it('to oneself go, with the points they brought', async () => {
    const season = await Season.open(api, { referral_bonus: { amount: 5 } });
    const task = await season.task({ points: 1 });
    const [ada, ida] = [await person('self-ada'), await person('self-ida')];
    await season.join('self-ida');
    await season.join('self-ada', { referrer: { id: ida } });
    await season.complete(task, 'self-ada');
    expect((await merge(ada, ida)).campaigns).toMatchObject([{ total_points: 1, deducted_points: 5 }]);
    expect((await read(`/v1/campaigns/${season.campaign}/referrals`))['data']).toEqual([]);
    await audit(season);
  });
});

describe('the absorbed one', () => {
  it('is another name of the survivor, wherever a participant is named', async () => {
    const season = await Season.open(api);
    const task = await season.task({ points: 1, recurrence: 'unlimited' });
    const ada = await person('alias-ada', { first_name: 'Ada', accounts: [] });
    const ida = await person('alias-ida', {
      first_name: 'Ida',
      email: 'ida@example.com',
      fields: { city: 'London' },
      accounts: [{ platform: 'discord', name: 'ida' }],
      referral_code: 'IDA-CODE',
    });
    await season.complete(task, 'alias-ida');
    await merge(ada, ida, 'Signed up twice');

    const shown = await read(`/v1/participants/${ida}`);
    expect(shown).toMatchObject({
      id: ada,
      external_id: 'alias-ada',
      first_name: 'Ada',
      email: 'ida@example.com',
      fields: { city: 'London' },
      accounts: [{ platform: 'discord', name: 'ida' }],
      participations: [{ participant_id: ada, total_points: 1 }],
      absorbed: [{ id: ida, external_id: 'alias-ida', reason: 'Signed up twice' }],
    });
    expect(await read(`/v1/participants/${ada}`)).toEqual(shown);
    for (const query of ['external_id=alias-ida', 'search=alias-ida', 'search=ida@example']) {
      expect((await read(`/v1/participants?${query}`))['data'], query).toMatchObject([{ id: ada }]);
    }
    const changed = await api.call('PATCH', `/v1/participants/${ida}`, { body: { last_name: 'Lovelace' } });
    expect(changed.body).toMatchObject({ id: ada, last_name: 'Lovelace' });
    const put = await api.call('POST', '/v1/participants', {
      body: { external_id: 'alias-ida', accounts: [{ platform: 'x', name: 'ida' }] },
    });
    expect(put.status, put.text).toBe(200);
    expect(put.body).toMatchObject({ id: ada, external_id: 'alias-ada' });

    let total = 1;
    for (const participant of [
      { id: ida },
      { external_id: 'alias-ida' },
      { account: { platform: 'discord', name: 'ida' } },
      { account: { platform: 'x', name: 'ida' } },
    ]) {
      const done = await api.call('POST', `/v1/campaigns/${season.campaign}/tasks/${task}/completions`, {
        body: { participant },
      });
      total += 1;
      expect(done.body, JSON.stringify(participant)).toMatchObject({
        participant_id: ada,
        total_points: total,
      });
    }
    const trigger = await season.trigger('alias-visit', { credit: { amount: 1 } });
    expect((await outcome(season.fire(trigger, 'alias-ida'))).participant_id).toBe(ada);
    await outcome(season.join('alias-friend', { referrer: { code: 'ida-code' } }));
    const friends = await read(`/v1/campaigns/${season.campaign}/referrals?referrer=${ida}`);
    expect(friends['data']).toMatchObject([{ referrer: { id: ada } }]);
    expect(await read(`/v1/campaigns/${season.campaign}/participants/${ida}`)).toMatchObject({
      participant_id: ada,
    });
    for (const name of [ada, ida, 'alias-ida', 'alias-ada']) {
      const events = (await read(`/v1/events?participant_id=${name}&limit=250`))['data'] as {
        participant: { id: string };
      }[];
      expect(new Set(events.map(({ participant }) => participant.id)), name).toEqual(new Set([ada, ida]));
    }
    const activity = await read(`/v1/campaigns/${season.campaign}/activity?participant_id=${ida}`);
    // Five tasks and a quest; points for each task, and for the trigger.
    expect(activity['data']).toHaveLength(12);
    const published = await api.publish({
      type: 'user.joined_campaign',
      campaign_id: season.campaign,
      participant: { id: ida, external_id: 'alias-ida' },
      data: { referrer: null },
    });
    expect(await read(`/v1/events/${published}`)).toMatchObject({ participant: { id: ada } });
    await audit(season);
  });

  it('gives the survivor an id of the organization when they had none', async () => {
    const made = await api.call('POST', '/v1/participants', {
      body: { accounts: [{ platform: 'discord', name: 'nameless' }] },
    });
    const nameless = (made.body as { id: string }).id;
    const ida = await person('named-ida');
    expect((await merge(nameless, ida)).participant).toMatchObject({ external_id: 'named-ida' });
    expect(await read(`/v1/participants/${ida}`)).toMatchObject({
      id: nameless,
      external_id: 'named-ida',
      absorbed: [{ id: ida, external_id: null }],
    });
  });

  it('stays a name through further merges, and can be neither side of another one', async () => {
    const season = await Season.open(api);
    const people = await Promise.all(['chain-a', 'chain-b', 'chain-c'].map((name) => person(name)));
    for (const name of ['chain-a', 'chain-b', 'chain-c']) await season.book(name, 10, `${name} once`);
    const [a = '', b = '', c = ''] = people;
    await merge(b, a);
    await merge(c, a);
    for (const one of people) expect(await read(`/v1/participants/${one}`)).toMatchObject({ id: c });
    for (const [into, from] of [
      [a, b],
      [b, a],
      [c, a],
      [a, c],
    ] as const) {
      expect(await merge(into, from)).toMatchObject({ repeated: true, participant: { id: c }, events: [] });
    }
    expect(await read(`/v1/participants/${c}`)).toMatchObject({
      participations: [{ total_points: 30 }],
      absorbed: [{ id: b }, { id: a }],
    });
    await audit(season);
  });

  it('is the survivor on every other node too, also where they were seen before', async () => {
    const season = await Season.open(api);
    const task = await season.task({ recurrence: 'unlimited' });
    const [ada, ida] = [await person('node-ada'), await person('node-ida')];
    const other = await ApiHarness.open({ test: { database: api.database, drop: async () => {} } });
    const published = async (participant: unknown) => {
      const event = { type: 'user.joined_campaign', campaign_id: season.campaign, participant };
      const id = await other.publish({ ...event, data: { referrer: null } }, { token: api.token });
      return ((await read(`/v1/events/${id}`))['participant'] as { id: string }).id;
    };
    const completed = async (participant: unknown) => {
      const path = `/v1/campaigns/${season.campaign}/tasks/${task}/completions`;
      const answer = await other.call('POST', path, { body: { participant }, token: api.token });
      return (await outcome(answer)).participant_id;
    };
    const names = [{ id: ida }, { external_id: 'node-ida' }];
    for (const name of names) {
      expect(await published(name)).toBe(ida);
      expect(await completed(name)).toBe(ida);
    }
    await merge(ada, ida);
    // Actions at once, whatever the other node remembers; events as soon as it has heard of the merge.
    for (const name of names) expect(await completed(name)).toBe(ada);
    for (const name of names) {
      await waitFor(async () => (await published(name)) === ada, { what: 'the other node to hear of it' });
    }
    await other.close();
    await audit(season);
  });

  it('is the survivor for an action that waited while they were merged', async () => {
    const season = await Season.open(api);
    const task = await season.task({ points: 1, recurrence: 'unlimited' });
    const [ada, ida] = [await person('wait-ada'), await person('wait-ida')];
    await outcome(season.complete(task, 'wait-ida'));
    await outcome(season.join('wait-friend', { referrer: { id: ida } }));
    const client = await api.database.pool.connect();
    await client.query('begin');
    await client.query('select from participations where participant_id = $1 for update', [uuidIn(ida)]);
    const waiting = (count: number) =>
      waitFor(
        async () => {
          const { rows } = await client.query<{ count: number }>(
            `select count(*)::int as count from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return rows[0]?.count === count;
        },
        { what: `${count} to wait` },
      );
    const merging = merge(ada, ida);
    await waiting(1);
    // Of the absorbed one, and of somebody they referred, whose referrer is another one by then.
    const actions = Promise.all([
      outcome(season.complete(task, 'wait-ida')),
      outcome(season.complete(task, 'wait-friend')),
      outcome(season.join('wait-late', { referrer: { id: ida } })),
    ]);
    await waiting(2);
    await client.query('commit');
    client.release();
    expect((await merging).repeated).toBe(false);
    expect((await actions)[0]).toMatchObject({ participant_id: ada, total_points: 2 });
    const referrals = (await read(`/v1/campaigns/${season.campaign}/referrals?referrer=${ada}`))['data'];
    expect(referrals).toMatchObject([
      { claimer: { external_id: 'wait-late' } },
      { claimer: { external_id: 'wait-friend' }, state: 'converted' },
    ]);
    await audit(season);
  });
});

describe('is refused', () => {
  it('for a test participant and a live one, for nobody, and for somebody with themselves', async () => {
    const [live, tester] = [await person('bad-live'), await person('bad-test', { test: true })];
    for (const [into, from] of [
      [live, tester],
      [tester, live],
    ] as const) {
      const { status, code, detail } = await refusal(ask(into, from));
      expect([status, code]).toEqual([409, 'conflict']);
      expect(detail).toContain(`${tester} is a test participant`);
    }
    expect(await refusal(ask(live, newId('usr')))).toMatchObject({
      status: 422,
      code: 'unknown_participant',
    });
    expect((await ask(newId('usr'), live)).status).toBe(404);
    expect(await refusal(ask(live, live))).toMatchObject({ status: 400, code: 'invalid_request' });
    for (const body of [
      {},
      { from: 'ada' },
      { from: newId('cmp') },
      { from: live, reason: 'x'.repeat(201) },
    ]) {
      expect((await api.call('POST', `/v1/participants/${live}/merge`, { body })).status).toBe(400);
    }
    const other = await person('bad-other');
    const theirs = await api.otherOrganization();
    const foreign = await api.call('POST', `/v1/participants/${live}/merge`, {
      body: { from: other },
      token: theirs.token,
    });
    expect(foreign.status).toBe(404);
    const made = await api.call('POST', '/v1/participants', {
      body: { external_id: 'theirs' },
      token: theirs.token,
    });
    const foreigner = (made.body as { id: string }).id;
    expect(await refusal(ask(live, foreigner))).toMatchObject({ code: 'unknown_participant' });
  });

  it('when both together would have more points than anybody can, and leaves both as they are', async () => {
    const season = await Season.open(api);
    const [ada, ida] = [await person('big-ada'), await person('big-ida')];
    await season.book('big-ada', 60_000_000_000, 'a');
    await season.book('big-ida', 40_000_000_000, 'b');
    expect(await refusal(ask(ada, ida))).toMatchObject({ status: 422, code: 'amount_out_of_range' });
    for (const [id, total_points] of [
      [ada, 60_000_000_000],
      [ida, 40_000_000_000],
    ] as const) {
      expect(await read(`/v1/participants/${id}`)).toMatchObject({ id, participations: [{ total_points }] });
    }
    await audit(season);
  });
});

describe('beside everything else', () => {
  it('loses nothing of what either of them does meanwhile, from many connections', async () => {
    const season = await Season.open(api, { initial_points: 10, referral_bonus: { amount: 1 } });
    const task = await season.task({ points: 1, recurrence: 'unlimited' });
    for (let round = 0; round < 5; round++) {
      const names = [`race-${round}-a`, `race-${round}-b`] as const;
      const [ada, ida] = [await person(names[0]), await person(names[1])];
      for (const name of names) await outcome(season.join(name));
      const done = { completions: 0, bookings: 0, bonuses: 0 };
      const actions = Array.from({ length: 60 }, async (_, n) => {
        const who = names[n % 2] ?? '';
        if (n % 10 === 9) {
          const friend = `race-${round}-friend-${n}`;
          await outcome(season.join(friend, { referrer: { external_id: who } }));
          await outcome(season.complete(task, friend));
          done.bonuses += 1;
        } else if (n % 3 === 0) {
          await outcome(season.book(who, 2, `booking ${n}`));
          done.bookings += 1;
        } else {
          await outcome(season.complete(task, who));
          done.completions += 1;
        }
      });
      const merges = [merge(ada, ida), merge(ada, ida), merge(ida, ada)];
      await Promise.all([...actions, ...merges]);
      const results = await Promise.all(merges);
      expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
      const { id, participations } = (await read(`/v1/participants/${ada}`)) as {
        id: string;
        participations: { total_points: number; referral_count: number }[];
      };
      expect([ada, ida]).toContain(id);
      expect((await read(`/v1/participants/${ida}`))['id']).toBe(id);
      const expected = 10 + done.completions + 2 * done.bookings + done.bonuses;
      expect(participations).toMatchObject([{ total_points: expected, referral_count: done.bonuses }]);
      await audit(season);
    }
  });

  it('merges many pairs that refer each other, all at once', async () => {
    const season = await Season.open(api, { referral_bonus: { amount: 1 } });
    const task = await season.task({ points: 1, recurrence: 'unlimited' });
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) {
      ids.push(await person(`ring-${n}`));
      await outcome(season.join(`ring-${n}`, n === 0 ? {} : { referrer: { external_id: `ring-${n - 1}` } }));
    }
    const work = Array.from({ length: 40 }, (_, n) => outcome(season.complete(task, `ring-${n % 10}`)));
    await Promise.all([...work, ...ids.slice(1).map((id) => merge(ids[0] ?? '', id))]);
    const detail = await read(`/v1/participants/${ids[9]}`);
    expect(detail).toMatchObject({ id: ids[0], participations: [{ total_points: 40, referral_count: 0 }] });
    await audit(season);
  });
});

it('leaves events under the name under which they happened', async () => {
  const { rows: before } = await api.database.pool.query<{ id: string; body: string }>(
    'select id, body from events order by id',
  );
  const [ada, ida] = [await person('frozen-ada'), await person('frozen-ida')];
  const season = await Season.open(api);
  await season.book('frozen-ida', 5, 'a');
  await merge(ada, ida);
  const { rows: after } = await api.database.pool.query<{ id: string; body: string }>(
    'select id, body from events order by id',
  );
  expect(after.slice(0, before.length)).toEqual(before);
  const about = after.slice(before.length).map(({ body }) => JSON.parse(body).participant.id);
  expect(about.filter((id) => id === ida).length).toBeGreaterThan(0);
});
