import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignId, newId, parseId, uuidOf } from '../../src/ids.ts';
import { type Answer, ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

async function made(path: string, body: unknown): Promise<string> {
  const answer = await api.call('POST', path, { body });
  expect(answer.status, answer.text).toBe(201);
  const { id } = answer.body as { id: string };
  expect(answer.headers.get('location')).toBe(`${path}/${id}`);
  return id;
}

function faultsOf(answer: Answer): Record<string, string> {
  const { errors = [] } = answer.body as { errors?: { pointer: string; detail: string }[] };
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]));
}

function campaignId(text: string): CampaignId {
  const id = parseId('cmp', text);
  if (id === null) throw new Error(`${text} is no campaign id`);
  return id;
}

/** A campaign with one group, one quest in it and a reward. */
async function season(): Promise<{ path: string; id: string; group: string; quest: string; reward: string }> {
  const id = await made('/v1/campaigns', { name: 'Season' });
  const path = `/v1/campaigns/${id}`;
  const group = await made(`${path}/groups`, { name: 'Harbour' });
  const quest = await made(`${path}/quests`, { name: 'Set sail', group_id: group, points: 1000 });
  const reward = await made(`${path}/rewards`, { name: 'Ether', kind: 'token', unit: 'ETH', stock: '10.5' });
  return { id, path, group, quest, reward };
}

describe('the settings of a campaign', () => {
  it('have defaults, can all be given, changed one by one and read again', async () => {
    const plain = await api.call('POST', '/v1/campaigns', { body: { name: 'Plain' } });
    expect(plain.body).toMatchObject({
      status: 'active',
      starts_at: null,
      ends_at: null,
      points_name: 'Points',
      initial_points: 0,
      referral_rule: { min_points: null, any_of_task_ids: [] },
      referral_bonus: null,
    });
    const given = {
      name: 'Spring Quest',
      status: 'draft',
      starts_at: '2026-03-01T00:00:00.000Z',
      ends_at: '2026-06-01T00:00:00.000Z',
      points_name: 'XP',
      initial_points: 12.5,
      referral_rule: { min_points: 99_999_999_999.9999, any_of_task_ids: [] },
      referral_bonus: { percent: 2.5 },
    };
    const id = await made('/v1/campaigns', given);
    expect((await api.call('GET', `/v1/campaigns/${id}`)).body).toMatchObject(given);
    const changed = await api.call('PATCH', `/v1/campaigns/${id}`, {
      body: {
        status: 'active',
        ends_at: null,
        referral_bonus: { amount: 50 },
        referral_rule: { min_points: null },
      },
    });
    expect(changed.body).toMatchObject({
      ...given,
      status: 'active',
      ends_at: null,
      referral_bonus: { amount: 50 },
      referral_rule: { min_points: null, any_of_task_ids: [] },
    });
    const without = await api.call('PATCH', `/v1/campaigns/${id}`, { body: { referral_bonus: null } });
    expect(without.body).toMatchObject({ referral_bonus: null, initial_points: 12.5 });
    expect((await api.call('GET', `/v1/campaigns/${id}`)).body).toEqual(without.body);
  });

  it('name a referral task only of the same campaign', async () => {
    const { path, quest } = await season();
    const other = await season();
    const task = await made(`${path}/tasks`, { name: 'Follow', quest_id: quest, type: 'x_follow' });
    const rule = (campaign: string) =>
      api.call('PATCH', campaign, { body: { referral_rule: { any_of_task_ids: [task, newId('tsk')] } } });
    expect(Object.keys(faultsOf(await rule(path)))).toEqual(['/referral_rule/any_of_task_ids/1']);
    expect(Object.keys(faultsOf(await rule(other.path)))).toHaveLength(2);
    const fits = await api.call('PATCH', path, { body: { referral_rule: { any_of_task_ids: [task] } } });
    expect(fits.body).toMatchObject({ referral_rule: { any_of_task_ids: [task] } });
    const deleted = await api.call('DELETE', `${path}/tasks/${task}`);
    expect(deleted.status).toBe(409);
    expect(deleted.text).toContain('referral rule');
  });

  it('that are wrong are refused, every fault at once, and nothing changes', async () => {
    const { path } = await season();
    const before = await api.call('GET', path);
    const answer = await api.call('PATCH', path, {
      body: {
        name: '',
        status: 'running',
        starts_at: '1999-01-01T00:00:00Z',
        points_name: 'x'.repeat(33),
        initial_points: -1,
        referral_rule: { min_points: 0.00001, any_of_task_ids: ['tsk_nonsense'] },
        referral_bonus: { percent: 5, amount: 5 },
        colour: 'red',
      },
    });
    expect(answer.status).toBe(400);
    expect(Object.keys(faultsOf(answer)).sort()).toEqual([
      '/colour',
      '/initial_points',
      '/name',
      '/points_name',
      '/referral_bonus',
      '/referral_rule/any_of_task_ids/0',
      '/referral_rule/min_points',
      '/starts_at',
      '/status',
    ]);
    for (const points of [100_000_000_000, 1e300, 0.12345, '5', null, 1e-7]) {
      const refused = await api.call('PATCH', path, { body: { initial_points: points } });
      expect(refused.status, String(points)).toBe(400);
    }
    const backwards = await api.call('PATCH', path, {
      body: { starts_at: '2026-06-01T00:00:00Z', ends_at: '2026-06-01T00:00:00Z' },
    });
    expect(backwards.status).toBe(422);
    expect(Object.keys(faultsOf(backwards))).toEqual(['/ends_at']);
    expect((await api.call('GET', path)).body).toEqual(before.body);
  });
});

describe('groups, quests, tasks and rewards', () => {
  it('are made, listed by position, read, changed and deleted', async () => {
    const { path, group, quest, reward } = await season();
    const second = await made(`${path}/groups`, { name: 'Open sea' });
    await api.call('PATCH', `${path}/groups/${group}`, { body: { position: 5 } });
    const groups = await api.call('GET', `${path}/groups`);
    expect(groups.body).toMatchObject({
      data: [
        { id: second, position: 1 },
        { id: group, position: 5 },
      ],
    });

    const task = {
      name: 'Clear the harbour',
      quest_id: quest,
      type: 'game',
      meta: { difficulty: 'hard', rounds: [1, 2] },
      points: 0.0001,
      multiplier_percent: 2.5,
      recurrence: 'daily',
      prerequisites: [],
      ugc: true,
      level: { id: 'harbour', number: 3, name: 'Harbour', last: true },
      reward: { id: reward, amount: '0.000000000000000001' },
      position: 7,
    };
    const id = await made(`${path}/tasks`, task);
    expect((await api.call('GET', `${path}/tasks/${id}`)).body).toMatchObject({ id, ...task });
    const cleared = await api.call('PATCH', `${path}/tasks/${id}`, {
      body: { level: null, meta: null, reward: null },
    });
    expect(cleared.body).toMatchObject({ ...task, level: null, meta: null, reward: null });

    const moved = await api.call('PATCH', `${path}/quests/${quest}`, {
      body: { group_id: second, reward: { id: reward, amount: '2' } },
    });
    expect(moved.body).toMatchObject({
      group_id: second,
      points: 1000,
      reward: { id: reward, amount: '2.000000000000000000' },
    });
    for (const thing of [`tasks/${id}`, `groups/${group}`]) {
      expect((await api.call('DELETE', `${path}/${thing}`)).status).toBe(204);
      expect((await api.call('GET', `${path}/${thing}`)).status).toBe(404);
    }
  });

  it('are refused when they refer to another campaign, and those of another campaign are not found', async () => {
    const { path, quest, group, reward } = await season();
    const other = await season();
    const theirs = await made(`${other.path}/tasks`, { name: 'Theirs', quest_id: other.quest, type: 'quiz' });
    const answer = await api.call('POST', `${path}/tasks`, {
      body: {
        name: 'Mixed',
        quest_id: other.quest,
        type: 'quiz',
        prerequisites: [theirs],
        reward: { id: other.reward, amount: '1' },
      },
    });
    expect(answer.status).toBe(422);
    expect(Object.keys(faultsOf(answer)).sort()).toEqual(['/prerequisites/0', '/quest_id', '/reward/id']);
    const strayQuest = await api.call('PATCH', `${path}/quests/${quest}`, {
      body: { group_id: other.group },
    });
    expect(Object.keys(faultsOf(strayQuest))).toEqual(['/group_id']);
    for (const thing of [`groups/${group}`, `quests/${quest}`, `rewards/${reward}`]) {
      expect((await api.call('GET', `${other.path}/${thing}`)).status).toBe(404);
      expect((await api.call('PATCH', `${other.path}/${thing}`, { body: { name: 'Taken' } })).status).toBe(
        404,
      );
      expect((await api.call('DELETE', `${other.path}/${thing}`)).status).toBe(404);
    }
  });

  it('prerequisites never lead back to where they began, however long the way', async () => {
    const { path, quest } = await season();
    const task = (name: string, prerequisites: string[]) =>
      made(`${path}/tasks`, { name, quest_id: quest, type: 'quiz', prerequisites });
    const first = await task('First', []);
    const second = await task('Second', [first]);
    const third = await task('Third', [second]);
    const set = (prerequisites: string[]) =>
      api.call('PATCH', `${path}/tasks/${first}`, { body: { prerequisites } });
    for (const [wrong, what] of [
      [first, 'its own prerequisite'],
      [second, '"Second" itself needs this task'],
      [third, '"Third" itself needs this task'],
      [newId('tsk'), 'no task of this id'],
    ] as const) {
      const answer = await set([wrong]);
      expect(answer.status).toBe(422);
      expect(faultsOf(answer)['/prerequisites/0']).toContain(what);
    }
    const needed = await api.call('DELETE', `${path}/tasks/${second}`);
    expect(needed.status).toBe(409);
    expect(needed.text).toContain('1 task (\\"Third\\")');
  });

  it('two changes at once cannot close a circle that neither would close alone', async () => {
    const { path, quest } = await season();
    const [a, b] = [
      await made(`${path}/tasks`, { name: 'A', quest_id: quest, type: 'quiz' }),
      await made(`${path}/tasks`, { name: 'B', quest_id: quest, type: 'quiz' }),
    ];
    const answers = await Promise.all([
      api.call('PATCH', `${path}/tasks/${a}`, { body: { prerequisites: [b] } }),
      api.call('PATCH', `${path}/tasks/${b}`, { body: { prerequisites: [a] } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('what is in use is kept, with the reason', async () => {
    const { path, group, quest, reward } = await season();
    const task = await made(`${path}/tasks`, {
      name: 'Follow',
      quest_id: quest,
      type: 'x_follow',
      reward: { id: reward, amount: '1' },
    });
    const refused = async (thing: string, reason: string) => {
      const answer = await api.call('DELETE', `${path}/${thing}`);
      expect(answer.status, answer.text).toBe(409);
      expect(answer.body).toMatchObject({ code: 'conflict', detail: expect.stringContaining(reason) });
    };
    await refused(`groups/${group}`, 'holds 1 quest ("Set sail")');
    await refused(`quests/${quest}`, 'holds 1 task ("Follow")');
    await refused(`rewards/${reward}`, 'given by 1 quest or task ("Follow")');
    const { body } = await api.call('GET', path);
    const put = await api.call('PUT', '/v1/triggers/follow', {
      body: {
        name: 'Follow',
        campaign_id: (body as { id: string }).id,
        credit: { amount: 0 },
        task_id: task,
      },
    });
    expect(put.status).toBe(201);
    await refused(`tasks/${task}`, 'Triggers complete this task: follow');
    expect((await api.call('DELETE', '/v1/triggers/follow')).status).toBe(204);
    expect((await api.call('DELETE', `${path}/tasks/${task}`)).status).toBe(204);
    expect((await api.call('DELETE', `${path}/rewards/${reward}`)).status).toBe(204);
  });

  it('a task that somebody completed is kept', async () => {
    const { path, id, quest } = await season();
    const task = await made(`${path}/tasks`, { name: 'Follow', quest_id: quest, type: 'x_follow' });
    const taskId = parseId('tsk', task);
    if (taskId === null) throw new Error('No task');
    await api.database.pool.query(
      `insert into completions (id, organization_id, campaign_id, participant_id, subject_id, period, points, completed_at)
       values ($1, $2, $3, $4, $5, '', 5, now())`,
      [newId('cpl'), api.organization.id, campaignId(id), newId('usr'), taskId].map(uuidOf),
    );
    const answer = await api.call('DELETE', `${path}/tasks/${task}`);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Somebody completed this task');
  });

  it('amounts finer than the unit, senseless stocks and kinds that change are refused', async () => {
    const { path, quest, reward } = await season();
    const badge = await made(`${path}/rewards`, { name: 'Badge', kind: 'badge', unit: 'Badges', stock: '0' });
    const give = (id: string, amount: unknown) =>
      api.call('PATCH', `${path}/quests/${quest}`, { body: { reward: { id, amount } } });
    expect((await give(badge, '1.0001')).status).toBe(200);
    expect((await give(badge, '1.00010')).body).toMatchObject({ reward: { amount: '1.0001' } });
    expect((await give(badge, 1)).status).toBe(400);
    for (const amount of ['1.00001', '0', '-1', '1e3', '', `1${'0'.repeat(20)}`]) {
      const answer = await give(badge, amount);
      expect(answer.status, amount).toBe(422);
      expect(Object.keys(faultsOf(answer))).toEqual(['/reward/amount']);
    }
    const post = (body: object) =>
      api.call('POST', `${path}/rewards`, { body: { name: 'R', kind: 'custom', unit: 'U', ...body } });
    expect((await post({ decimals: 18, stock: '0.000000000000000001' })).status).toBe(201);
    expect(faultsOf(await post({ kind: 'token', decimals: 4 }))).toHaveProperty('/decimals');
    expect(faultsOf(await post({ stock: '-5' }))).toHaveProperty('/stock');
    expect(faultsOf(await post({ stock: '1.00001' }))).toHaveProperty('/stock');
    const changed = await api.call('PATCH', `${path}/rewards/${reward}`, {
      body: { kind: 'badge', decimals: 4 },
    });
    expect(Object.keys(faultsOf(changed)).sort()).toEqual(['/decimals', '/kind']);
    const renamed = await api.call('PATCH', `${path}/rewards/${reward}`, {
      body: { name: 'ETH', stock: null },
    });
    expect(renamed.body).toMatchObject({ name: 'ETH', kind: 'token', decimals: 18, stock: null });
  });

  it('renaming a reward does not bring back stock that was taken meanwhile', async () => {
    const { path, reward } = await season();
    const id = parseId('rwd', reward);
    if (id === null) throw new Error('No reward');
    const taking = await api.database.pool.connect();
    await taking.query('begin');
    await taking.query('update rewards set stock = stock - 1 where id = $1', [uuidOf(id)]);
    const renaming = api.call('PATCH', `${path}/rewards/${reward}`, { body: { name: 'Renamed' } });
    await taking.query('commit');
    taking.release();
    expect((await renaming).status).toBe(200);
    expect((await api.call('GET', `${path}/rewards/${reward}`)).body).toMatchObject({
      name: 'Renamed',
      stock: '9.500000000000000000',
    });
  });

  it('meta that is too large and fields of the wrong kind are refused, all at once', async () => {
    const { path, quest } = await season();
    const answer = await api.call('POST', `${path}/tasks`, {
      body: {
        name: 'x'.repeat(201),
        quest_id: quest,
        type: '',
        meta: { text: 'x'.repeat(5_000) },
        points: 1.23456,
        multiplier_percent: 101,
        recurrence: 'hourly',
        prerequisites: 'none',
        level: { id: 'a', number: 1.5, name: 'A' },
        reward: { id: 'rwd_x', amount: '1' },
        position: -1,
      },
    });
    expect(answer.status).toBe(400);
    expect(Object.keys(faultsOf(answer)).sort()).toEqual([
      '/level/number',
      '/meta',
      '/multiplier_percent',
      '/name',
      '/points',
      '/position',
      '/prerequisites',
      '/recurrence',
      '/reward/id',
      '/type',
    ]);
  });
});

describe('triggers', () => {
  it('are made under an id of the owner, replaced, listed and deleted', async () => {
    const { path, id, quest } = await season();
    const task = await made(`${path}/tasks`, { name: 'Buy', quest_id: quest, type: 'api' });
    const settings = { name: 'Purchase', campaign_id: id, credit: { rate: 10 }, task_id: task };
    const first = await api.call('PUT', '/v1/triggers/purchase.v2', { body: settings });
    expect(first.status, first.text).toBe(201);
    expect(first.body).toMatchObject({ id: 'purchase.v2', ...settings });
    const second = await api.call('PUT', '/v1/triggers/purchase.v2', {
      body: { name: 'Sale', campaign_id: id, credit: { amount: 2.5 } },
    });
    expect(second.status).toBe(200);
    expect(second.body).toEqual({
      ...(first.body as object),
      name: 'Sale',
      credit: { amount: 2.5 },
      task_id: null,
    });
    expect((await api.call('GET', '/v1/triggers')).body).toMatchObject({ data: [second.body] });
    expect((await api.call('DELETE', '/v1/triggers/purchase.v2')).status).toBe(204);
    expect((await api.call('GET', '/v1/triggers/purchase.v2')).status).toBe(404);
    expect((await api.call('DELETE', '/v1/triggers/purchase.v2')).status).toBe(404);
  });

  it.each(['-x', 'a b', 'a/b', 'é', 'x'.repeat(101), '.'])('refuse the id %s', async (id) => {
    const { id: campaign } = await season();
    const answer = await api.call('PUT', `/v1/triggers/${encodeURIComponent(id)}`, {
      body: { name: 'X', campaign_id: campaign, credit: { amount: 1 } },
    });
    expect([400, 404]).toContain(answer.status);
  });

  it('refuse a credit that is neither or both, a task of another campaign and an unknown campaign', async () => {
    const { id } = await season();
    const other = await season();
    const task = await made(`${other.path}/tasks`, { name: 'Buy', quest_id: other.quest, type: 'api' });
    const put = (more: object) =>
      api.call('PUT', '/v1/triggers/refused', {
        body: { name: 'X', campaign_id: id, credit: { amount: 1 }, ...more },
      });
    for (const credit of [{}, { amount: 1, rate: 1 }, { rate: 0 }, { amount: -1 }, { rate: 'NaN' }, null]) {
      expect((await put({ credit })).status, JSON.stringify(credit)).toBe(400);
    }
    expect(Object.keys(faultsOf(await put({ task_id: task })))).toEqual(['/task_id']);
    expect((await put({ campaign_id: newId('cmp') })).body).toMatchObject({ code: 'unknown_campaign' });
    expect((await api.call('GET', '/v1/triggers/refused')).status).toBe(404);
  });
});
