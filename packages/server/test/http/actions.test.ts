import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { ApiHarness, type Call } from './harness.ts';
import { type Outcome, outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
let clockMs = Date.UTC(2026, 4, 4, 12);
beforeAll(async () => {
  api = await ApiHarness.open({ clock: { now: () => clockMs } });
});
beforeEach(async () => {
  season = await Season.open(api);
});
afterAll(() => api.close());

const types = ({ events }: Outcome) => events.map(({ type }) => type);
const ledger = async (participant: string) => {
  const { rows } = await api.database.pool.query<{ amount: number; bucket: string }>(
    `select l.amount::float8 as amount, l.bucket from ledger l join participants p on p.id = l.participant_id
      where p.external_id = $1 order by l.id`,
    [participant],
  );
  return rows;
};
/** Events about somebody but those of the leaderboard, which follow from what others do, too. */
const countOf = async (participant: string) => {
  const answer = await api.call('GET', `/v1/events?participant_id=${participant}&limit=100`);
  return (answer.body as { data: { type: string }[] }).data.filter(({ type }) => type !== 'rank.changed')
    .length;
};
let names = 0;
const somebody = () => `person-${++names}`;

describe('the account of an action', () => {
  const address = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F';

  it('is kept in the form in which accounts are looked up', async () => {
    const task = await season.task({ points: 5 });
    const account = { platform: ' Ethereum', name: address.toLowerCase() };
    await outcome(season.complete(task, somebody(), { account }));
    const { rows } = await api.database.pool.query<{ platform: string; account: string }>(
      'select platform, account from completions order by id desc limit 1',
    );
    expect(rows).toEqual([{ platform: 'ethereum', account: address }]);
  });

  it('is refused when it cannot be one, and nothing is done', async () => {
    const task = await season.task({ points: 5 });
    const before = await api.countEvents();
    const account = { platform: 'ethereum', name: '0x12' };
    expect(await refusal(season.complete(task, somebody(), { account }))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect(await api.countEvents()).toBe(before);
  });
});

describe('joining', () => {
  it('gives the initial points, once, and tells of it', async () => {
    await season.change({ initial_points: 20.5 });
    const ada = somebody();
    const first = await outcome(season.join(ada, { team: 'Red' }));
    expect(first).toMatchObject({ repeated: false, joined: true, total_points: 20.5, rank: 1 });
    expect(types(first)).toEqual(['user.joined_campaign', 'points.issued']);
    const again = await outcome(season.join(ada));
    expect(again).toMatchObject({ repeated: true, joined: false, total_points: 20.5, rank: 1, events: [] });
    expect(again.detail).toMatch(/joined this campaign .* already/);
    expect(await ledger(ada)).toEqual([{ amount: 20.5, bucket: 'initial' }]);
  });

  it('links the referrer by any of their names, and counts the first one only', async () => {
    const [ada, grace, alan] = [somebody(), somebody(), somebody()];
    const { participant_id } = await outcome(season.join(ada));
    await outcome(season.join(alan));
    const joined = await outcome(season.join(grace, { referrer: { id: participant_id } }));
    expect(types(joined)).toEqual(['user.joined_campaign', 'referral.joined']);
    expect((await outcome(season.join(grace, { referrer: { external_id: ada } }))).repeated).toBe(true);
    expect(await refusal(season.join(grace, { referrer: { external_id: alan } }))).toMatchObject({
      status: 409,
      code: 'referral_too_late',
      detail: expect.stringContaining(participant_id),
    });
    const [code] = (
      await api.database.pool.query<{ id: string }>(
        `update participants set referral_code = 'ADA-1815' where external_id = $1 returning id`,
        [ada],
      )
    ).rows;
    expect(code).toBeDefined();
    const byCode = await outcome(season.join(somebody(), { referrer: { code: 'ADA-1815' } }));
    expect(types(byCode)).toContain('referral.joined');
  });

  it('refuses oneself, strangers and those who come too late as referrers, and writes nothing', async () => {
    const [ada, grace] = [somebody(), somebody()];
    await outcome(season.join(ada));
    const before = await api.countEvents();
    expect(await refusal(season.join(grace, { referrer: { external_id: grace } }))).toMatchObject({
      status: 422,
      code: 'unknown_referrer',
    });
    const { participant_id } = await outcome(season.signIn(grace));
    expect(await refusal(season.join(grace, { referrer: { id: participant_id } }))).toMatchObject({
      status: 422,
      code: 'self_referral',
    });
    expect(await refusal(season.join(grace, { referrer: { code: 'NOBODY' } }))).toMatchObject({
      status: 422,
      code: 'unknown_referrer',
      detail: expect.stringContaining('NOBODY'),
    });
    expect(await refusal(season.join(ada, { referrer: { id: participant_id } }))).toMatchObject({
      status: 409,
      code: 'referral_too_late',
    });
    expect(await api.countEvents()).toBe(before + 1);
  });
});

describe('completing a task', () => {
  it('gives points, quest and reward, says so, and is on the leaderboard at once', async () => {
    const reward = await season.reward();
    const quest = await season.quest({ points: 50, reward: { id: reward, amount: '0.25' } });
    const task = await season.task({ quest_id: quest, points: 500, multiplier_percent: 10 });
    const ada = somebody();
    const done = await outcome(season.complete(task, ada, { account: { platform: 'x', name: '@ada' } }));
    expect(done).toMatchObject({
      repeated: false,
      joined: true,
      completion: { task_id: task, period: 'once', points: 500 },
      quests: [{ id: quest, points: 55 }],
      transaction: { amount: 500 },
      earnings: [{ reward_id: reward, amount: '0.250000000000000000' }],
      total_points: 555,
      rank: 1,
    });
    expect(types(done)).toEqual([
      'user.joined_campaign',
      'task.completed',
      'points.issued',
      'quest.completed',
      'points.issued',
      'earning.created',
    ]);
    const stored = (await api.call('GET', `/v1/events/${done.events[1]?.id}`)).body;
    expect(stored).toMatchObject({
      trust: 'server',
      seq: 2,
      participant: { external_id: ada, total_points: 500, rank: 1 },
      data: { account: { platform: 'x', name: '@ada' }, points: 500 },
    });
  });

  it('gives the points of a task that may be completed once to one of 50 simultaneous requests', async () => {
    const task = await season.task({ points: 7.25 });
    const ada = somebody();
    const answers = await Promise.all(Array.from({ length: 50 }, () => outcome(season.complete(task, ada))));
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(answers.map(({ total_points }) => total_points))).toEqual(new Set([7.25]));
    expect(await ledger(ada)).toEqual([{ amount: 7.25, bucket: 'task' }]);
    const events = (await api.call('GET', `/v1/events?participant_id=${ada}&type=task.completed`)).body;
    expect(events).toMatchObject({ data: [{ type: 'task.completed' }] });
  });

  it('counts every one of 100 simultaneous completions of one hot participant', async () => {
    const task = await season.task({ recurrence: 'unlimited', points: 3 });
    const ada = somebody();
    const answers = await Promise.all(Array.from({ length: 100 }, () => outcome(season.complete(task, ada))));
    expect(answers.filter(({ joined }) => joined)).toHaveLength(1);
    expect(Math.max(...answers.map(({ total_points }) => total_points))).toBe(300);
    const seqs = (
      await api.database.pool.query<{ seq: number; total: number }>(
        `select (body::jsonb ->> 'seq')::int as seq, (body::jsonb -> 'participant' ->> 'total_points')::float8 as total
           from events where body::jsonb -> 'participant' ->> 'external_id' = $1 order by 1`,
        [ada],
      )
    ).rows;
    expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, index) => index + 1));
    expect(seqs.at(-1)?.total).toBe(300);
  });

  it('is possible again in the next period', async () => {
    const task = await season.task({ recurrence: 'daily', points: 1 });
    const ada = somebody();
    const today = await outcome(season.complete(task, ada));
    expect((await outcome(season.complete(task, ada))).repeated).toBe(true);
    clockMs += 86_400_000;
    const tomorrow = await outcome(season.complete(task, ada));
    expect([today.total_points, tomorrow.total_points]).toEqual([1, 2]);
    expect(tomorrow.completion?.period).not.toBe(today.completion?.period);
  });

  it('brings the one who referred them a bonus, and converts the referral once', async () => {
    await season.change({ referral_bonus: { percent: 10 } });
    const task = await season.task({ recurrence: 'unlimited', points: 50 });
    const [ada, grace] = [somebody(), somebody()];
    await outcome(season.join(ada));
    await outcome(season.join(grace, { referrer: { external_id: ada } }));
    const [first, second] = [
      await outcome(season.complete(task, grace)),
      await outcome(season.complete(task, grace)),
    ];
    expect(types(first)).toEqual(expect.arrayContaining(['referral.action', 'referral.converted']));
    expect(types(second)).toContain('referral.action');
    expect(types(second)).not.toContain('referral.converted');
    expect(await ledger(ada)).toEqual([
      { amount: 5, bucket: 'referral' },
      { amount: 5, bucket: 'referral' },
    ]);
  });

  it('is refused without a trace: another campaign’s task, a missing prerequisite, an inactive campaign', async () => {
    const other = await Season.open(api);
    const theirs = await other.task();
    const first = await season.task({ name: 'First' });
    const second = await season.task({ name: 'Second', prerequisites: [first] });
    const ada = somebody();
    const before = await countOf(ada);
    expect(await refusal(season.complete(theirs, ada))).toMatchObject({ status: 404, code: 'unknown_task' });
    expect(await refusal(season.complete(newId('tsk'), ada))).toMatchObject({
      status: 404,
      code: 'unknown_task',
    });
    expect(await refusal(season.complete('tsk_1', ada))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusal(season.complete(second, ada))).toMatchObject({
      status: 409,
      code: 'prerequisite_missing',
      detail: expect.stringContaining('"First"'),
    });
    await season.change({ status: 'paused' });
    expect(await refusal(season.complete(first, ada))).toMatchObject({
      status: 409,
      code: 'campaign_not_active',
    });
    await season.change({ status: 'active', starts_at: new Date(clockMs + 1).toISOString() });
    expect(await refusal(season.complete(first, ada))).toMatchObject({
      status: 409,
      code: 'campaign_not_active',
    });
    clockMs += 1;
    await season.change({ ends_at: new Date(clockMs + 1).toISOString() });
    const written = await outcome(season.complete(first, ada));
    expect(written.total_points).toBe(100);
    clockMs += 1;
    expect(await refusal(season.complete(second, ada))).toMatchObject({
      status: 409,
      code: 'campaign_not_active',
    });
    expect(before).toBe(0);
    expect(await countOf(ada)).toBe(written.events.length);
    expect(await ledger(ada)).toHaveLength(1);
  });

  it('gives no more of a reward than there is', async () => {
    const reward = await season.reward({ stock: '1' });
    const task = await season.task({ reward: { id: reward, amount: '0.4' } });
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => (await season.complete(task, somebody())).status),
    );
    expect(answers.sort()).toEqual([200, 200, 409, 409, 409]);
    const { rows } = await api.database.pool.query(
      'select sum(amount)::text as earned, min(stock)::text as left from earnings e join rewards r on r.id = e.reward_id where r.id is not null and e.campaign_id = r.campaign_id and e.participant_id is not null and r.name = $1 and r.stock is not null',
      ['Doubloon'],
    );
    expect(rows).toEqual([{ earned: '0.800000000000000000', left: '0.200000000000000000' }]);
  });
});

describe('firing a trigger', () => {
  it('takes any user id, gives what its rule says, and keeps the value as it was sent', async () => {
    await season.trigger('purchase', { credit: { rate: 10 } });
    const odd = `käufer/№ 7?#${somebody()}`;
    const fired = await outcome(season.fire('purchase', odd, { value: 2.99 }));
    expect(fired).toMatchObject({
      repeated: false,
      joined: true,
      trigger_event: { id: expect.stringMatching(/^tre_/) },
      transaction: { id: expect.stringMatching(/^txn_/), amount: 29.9 },
      total_points: 29.9,
    });
    const event = fired.events.find(({ type }) => type === 'trigger.fired');
    expect((await api.call('GET', `/v1/events/${event?.id}`)).body).toMatchObject({
      participant: { external_id: odd },
      data: { trigger: { id: 'purchase' }, value: 2.99 },
    });
  });

  it('needs no body where its credit is fixed', async () => {
    await season.trigger('visit', { credit: { amount: 5 } });
    expect((await outcome(season.fire('visit', somebody()))).transaction?.amount).toBe(5);
    await season.trigger('noted', { credit: { amount: 0 } });
    expect((await outcome(season.fire('noted', somebody()))).transaction).toBeNull();
  });

  it('completes its task', async () => {
    const task = await season.task({ points: 100 });
    await season.trigger('review', { credit: { amount: 8 }, task_id: task });
    const ada = somebody();
    const fired = await outcome(season.fire('review', ada));
    expect(fired).toMatchObject({ completion: { task_id: task, points: 8 }, total_points: 8 });
    expect((await outcome(season.complete(task, ada))).repeated).toBe(true);
  });

  it('counts racing firings with one key once, for each user', async () => {
    await season.trigger('order', { credit: { amount: 2 } });
    const [ada, grace] = [somebody(), somebody()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        outcome(season.fire('order', n % 2 === 0 ? ada : grace, { key: `order-${n % 4 < 2 ? 1 : 2}` })),
      ),
    );
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(4);
    expect([await ledger(ada), await ledger(grace)].map((rows) => rows.map(({ amount }) => amount))).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  const misfirings: readonly [string, Call, number, string][] = [
    ['a rate without a value', { body: {} }, 422, 'amount_out_of_range'],
    ['a negative value', { body: { value: -1 } }, 422, 'amount_out_of_range'],
    ['a value of 40 digits', { raw: `{"value":${'1234567890'.repeat(4)}}` }, 422, 'amount_out_of_range'],
    ['40 decimal places', { raw: `{"value":0.${'1234567890'.repeat(4)}}` }, 422, 'amount_out_of_range'],
    ['a value beyond doubles', { raw: '{"value":1e999}' }, 400, 'invalid_request'],
    ['NaN', { raw: '{"value":NaN}' }, 400, 'malformed_json'],
    ['a value as text', { body: { value: '2.99' } }, 400, 'invalid_request'],
    ['an empty key', { body: { value: 1, key: '' } }, 400, 'invalid_request'],
    ['a key of 201 characters', { body: { value: 1, key: 'k'.repeat(201) } }, 400, 'invalid_request'],
    ['more than points can hold', { body: { value: 99_999_999_999 } }, 422, 'amount_out_of_range'],
  ];
  it.each(misfirings)('refuses %s, and writes nothing', async (_what, call, status, code) => {
    await season.trigger('rated', { credit: { rate: 10 } });
    const before = await api.countEvents();
    const path = `/v1/triggers/rated/users/${somebody()}/events`;
    expect(await refusal(api.call('POST', path, call))).toMatchObject({ status, code });
    expect(await api.countEvents()).toBe(before);
  });

  it('refuses unknown triggers and user ids that no database can hold', async () => {
    await season.trigger('known');
    expect(await refusal(season.fire('unheard-of', 'ada'))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusal(season.fire('%00', 'ada'))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusal(season.fire('known', 'a\u0000b'))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    const tooLong = await season.fire('known', 'x'.repeat(201));
    expect(tooLong.status).toBeGreaterThanOrEqual(400);
    expect(tooLong.status).toBeLessThan(500);
    const { token } = await api.otherOrganization();
    const theirs = await api.call('POST', '/v1/triggers/known/users/ada/events', { token });
    expect(theirs.status).toBe(404);
  });
});

describe('booking points', () => {
  it('gives and takes exactly the amount, once under a reference', async () => {
    const ada = somebody();
    const given = await outcome(season.book(ada, 12.5, 'gift', 'custom'));
    expect(given).toMatchObject({ transaction: { amount: 12.5 }, total_points: 12.5 });
    expect(types(given)).toContain('points.issued');
    const taken = await outcome(season.book(ada, -2.5, 'shop', 'withdrawal'));
    expect(taken).toMatchObject({ transaction: { amount: -2.5 }, total_points: 10 });
    expect(types(taken)).toContain('points.deducted');
    const again = await Promise.all(
      Array.from({ length: 10 }, () => outcome(season.book(ada, 12.5, 'gift', 'custom'))),
    );
    expect(again.every(({ repeated, total_points }) => repeated && total_points === 10)).toBe(true);
    expect(await ledger(ada)).toEqual([
      { amount: 12.5, bucket: 'custom' },
      { amount: -2.5, bucket: 'withdrawal' },
    ]);
  });

  it.each([
    ['zero', 0, 'api', 422, 'amount_out_of_range'],
    ['five decimal places', 0.00001, 'api', 422, 'amount_out_of_range'],
    ['10^11', 1e11, 'api', 422, 'amount_out_of_range'],
    ['10^300', 1e300, 'api', 422, 'amount_out_of_range'],
    ['more than there is', -100.0001, 'withdrawal', 409, 'insufficient_points'],
    ['a withdrawal that gives', 1, 'withdrawal', 400, 'invalid_request'],
    ['a cause that is none', 1, 'csv', 400, 'invalid_request'],
  ])('refuses %s, and writes nothing', async (_what, amount, cause, status, code) => {
    const ada = somebody();
    await outcome(season.book(ada, 100, 'start'));
    const before = await api.countEvents();
    expect(await refusal(season.book(ada, amount, 'odd', cause))).toMatchObject({ status, code });
    expect(await api.countEvents()).toBe(before);
    expect(await ledger(ada)).toEqual([{ amount: 100, bucket: 'custom' }]);
  });

  it('takes nothing from those who never joined', async () => {
    expect(await refusal(season.book(somebody(), -1, 'x'))).toMatchObject({
      status: 409,
      code: 'not_joined',
    });
  });

  it('never lets racing withdrawals take more than there is', async () => {
    const ada = somebody();
    await outcome(season.book(ada, 100, 'start'));
    const statuses = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, n) => (await season.book(ada, -30, `w-${n}`, 'withdrawal')).status,
      ),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect((await ledger(ada)).reduce((sum, { amount }) => sum + amount, 0)).toBe(10);
  });
});

describe('signing in', () => {
  it('is listed by participant and campaign, whoever asks only their own', async () => {
    const who = somebody();
    const { participant_id } = await outcome(
      season.signIn(who, { account: { platform: 'google', name: who } }),
    );
    await outcome(
      api.call('POST', '/v1/sign-ins', { body: { participant: { external_id: who }, method: 'email' } }),
    );
    const list = async (query: string, token = api.token) =>
      ((await api.call('GET', `/v1/sign-ins?${query}`, { token })).body as { data: unknown[] }).data;
    expect(await list(`participant_id=${participant_id}`)).toMatchObject([
      {
        id: expect.stringMatching(/^ses_/),
        participant_id,
        campaign_id: null,
        method: 'email',
        account: null,
      },
      { campaign_id: season.campaign, method: 'google', account: { platform: 'google', name: who } },
    ]);
    expect(await list(`participant_id=${participant_id}&campaign_id=${season.campaign}`)).toHaveLength(1);
    const { token } = await api.otherOrganization();
    expect(await list(`participant_id=${participant_id}`, token)).toEqual([]);
  });

  it('is told with the counters of the campaign, and makes nobody a participant of it', async () => {
    const ada = somebody();
    await outcome(season.book(ada, 9, 'start'));
    const signedIn = await outcome(
      season.signIn(ada, { account: { platform: 'google', name: 'ada@x.org' } }),
    );
    expect(signedIn).toMatchObject({ repeated: false, joined: false, total_points: 9, rank: 1 });
    expect((await api.call('GET', `/v1/events/${signedIn.events[0]?.id}`)).body).toMatchObject({
      type: 'user.signed_in',
      participant: { total_points: 9, rank: 1 },
      data: { method: 'google', account: { name: 'ada@x.org' } },
    });
    const { joined, events } = await outcome(season.signIn(somebody()));
    expect([joined, events.map(({ type }) => type)]).toEqual([false, ['user.signed_in']]);
  });

  it("refuses a campaign that is another organization's as one that does not exist", async () => {
    const { token } = await api.otherOrganization();
    const body = { participant: { external_id: 'eve' }, campaign_id: season.campaign, method: 'google' };
    expect(await refusal(api.call('POST', '/v1/sign-ins', { token, body }))).toMatchObject({
      status: 422,
      code: 'unknown_campaign',
    });
    const people = await api.call('GET', '/v1/participants?external_id=eve', { token });
    expect(people.body).toMatchObject({ data: [] });
  });
});

describe('naming who acts', () => {
  it('works by our id, their own id and an account, which is then the account of the action', async () => {
    const ada = somebody();
    const { participant_id } = await outcome(season.join(ada));
    await api.database.pool.query(
      `insert into accounts (organization_id, platform, name, participant_id)
       select organization_id, 'telegram', $2, id from participants where external_id = $1`,
      [ada, `@${ada}`],
    );
    const task = await season.task({ recurrence: 'unlimited', points: 1 });
    const path = `/v1/campaigns/${season.campaign}/tasks/${task}/completions`;
    const account = { platform: 'telegram', name: `@${ada}` };
    for (const participant of [{ id: participant_id }, { external_id: ada }, { account }]) {
      const done = await outcome(api.call('POST', path, { body: { participant } }));
      expect(done.participant_id).toBe(participant_id);
      const event = (await api.call('GET', `/v1/events/${done.events[0]?.id}`)).body;
      expect(event).toMatchObject({ data: { account: 'account' in participant ? account : null } });
    }
  });

  it('refuses people whom nobody knows, and those of others', async () => {
    const { token } = await api.otherOrganization();
    const theirs = await api.publish({
      type: 'trigger.fired',
      participant: { external_id: 'theirs' },
      data: { trigger: { id: 'x' } },
    });
    const stranger = ((await api.call('GET', `/v1/events/${theirs}`)).body as { participant: { id: string } })
      .participant.id;
    const own = await api.call('POST', '/v1/campaigns', { token, body: { name: 'Theirs' } });
    const campaign = (own.body as { id: string }).id;
    const path = `/v1/campaigns/${campaign}/participants`;
    for (const participant of [
      { id: stranger },
      { id: newId('usr') },
      { account: { platform: 'x', name: '@nobody' } },
    ]) {
      expect(await refusal(api.call('POST', path, { token, body: { participant } }))).toMatchObject({
        status: 422,
        code: 'unknown_participant',
      });
    }
  });

  it.each([
    ['nobody', {}],
    ['two ways at once', { id: newId('usr'), external_id: 'ada' }],
    ['an id that is none', { id: 'ada' }],
    ['an empty external_id', { external_id: '' }],
    ['an account without a platform', { account: { name: '@ada' } }],
    ['text', 'ada'],
  ])('refuses %s', async (_what, participant) => {
    const body = { participant };
    const path = `/v1/campaigns/${season.campaign}/participants`;
    expect(await refusal(api.call('POST', path, { body }))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('answers a campaign of others exactly as one that nobody has', async () => {
    const { token } = await api.otherOrganization();
    const body = { participant: { external_id: 'ada' } };
    for (const campaign of [season.campaign, newId('cmp'), 'nonsense']) {
      const asked = api.call('POST', `/v1/campaigns/${campaign}/participants`, { token, body });
      expect(await refusal(asked)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });
});
