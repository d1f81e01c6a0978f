import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCampaignRules } from '../../src/campaigns/index.ts';
import { type CampaignId, newId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

async function campaign(): Promise<CampaignId> {
  return (await api.campaigns.create(api.organization.id, 'Season')).id;
}

async function person(name: string, details: object = {}): Promise<string> {
  const answer = await api.call('POST', '/v1/participants', { body: { external_id: name, ...details } });
  return (answer.body as { id: string }).id;
}

async function pages(path: string, limit: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await api.call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${more}`);
    expect(answer.status, answer.text).toBe(200);
    const page = answer.body as { data: unknown[]; next_cursor: string | null };
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
}

async function book(participant: string, id: CampaignId, amount: number): Promise<void> {
  const answer = await api.call('POST', `/v1/campaigns/${id}/points`, {
    body: { participant: { id: participant }, amount, cause: 'api', reference: newId('txn') },
  });
  expect(answer.status, answer.text).toBe(200);
}

describe('the leaderboard', () => {
  it('shows those with points, most first, in pages, and equal totals share a rank', async () => {
    const id = await campaign();
    const tester = await api.call('POST', '/v1/participants', {
      body: { external_id: 'board-test', test: true },
    });
    const testerId = (tester.body as { id: string }).id;
    await book(testerId, id, 50);
    expect((await api.call('GET', `/v1/campaigns/${id}/participants/${testerId}`)).body).toMatchObject({
      total_points: 50,
      rank: null,
    });
    const totals = [5, 0.5, 100, 5, 0, 5, 0.5001, 99_999_999_999];
    const people: string[] = [];
    for (const [index, total] of totals.entries()) {
      const participant = await person(`board-${index}`);
      people.push(participant);
      if (total > 0) await book(participant, id, total);
    }
    const expected = [
      [7, 99_999_999_999, 1],
      [2, 100, 2],
      [0, 5, 3],
      [3, 5, 3],
      [5, 5, 3],
      [6, 0.5001, 6],
      [1, 0.5, 7],
    ].map(([index = 0, total_points, rank]) => ({
      participant_id: people[index],
      external_id: `board-${index}`,
      total_points,
      rank,
    }));
    for (const limit of [1, 2, 3, 250]) {
      expect(await pages(`/v1/campaigns/${id}/leaderboard`, limit)).toMatchObject(expected);
    }
  });

  it('is empty without points, and takes no cursor of another campaign', async () => {
    const [one, other] = [await campaign(), await campaign()];
    expect((await api.call('GET', `/v1/campaigns/${one}/leaderboard`)).body).toEqual({
      data: [],
      next_cursor: null,
    });
    for (const name of ['a', 'b']) await book(await person(name), other, 1);
    const page = await api.call('GET', `/v1/campaigns/${other}/leaderboard?limit=1`);
    const { next_cursor } = page.body as { next_cursor: string };
    const refused = await api.call('GET', `/v1/campaigns/${one}/leaderboard?cursor=${next_cursor}`);
    expect(refused.body).toMatchObject({ code: 'invalid_cursor' });
    const short = await api.call(
      'GET',
      `/v1/campaigns/${other}/leaderboard?cursor=${next_cursor.slice(0, -8)}`,
    );
    expect(short.body).toMatchObject({ code: 'invalid_cursor' });
  });
});

describe('what a participant did in a campaign', () => {
  it('shows in counters, progress and activity, newest first', async () => {
    const id = await campaign();
    const create = async (path: string, body: unknown) => {
      const answer = await api.call('POST', `/v1/campaigns/${id}/${path}`, { body });
      expect(answer.status, answer.text).toBe(201);
      return (answer.body as { id: string }).id;
    };
    const group = await create('groups', { name: 'G' });
    const quest = await create('quests', { name: 'Q', group_id: group, points: 100 });
    const task = await create('tasks', { name: 'T', quest_id: quest, type: 'x_follow', points: 10.5 });
    const participant = await person('doer');
    const done = await api.call('POST', `/v1/campaigns/${id}/tasks/${task}/completions`, {
      body: { participant: { id: participant }, account: { platform: 'x', name: 'doer' } },
    });
    expect(done.status, done.text).toBe(200);
    await book(await person('bystander'), id, 7);

    const counters = { campaign_id: id, participant_id: participant, total_points: 110.5, rank: 1 };
    expect((await api.call('GET', `/v1/campaigns/${id}/participants/${participant}`)).body).toMatchObject({
      ...counters,
      referrer_id: null,
      referral: null,
      tasks: [{ id: task, count: 1 }],
      quests: [quest],
    });
    expect((await api.call('GET', `/v1/participants/${participant}`)).body).toMatchObject({
      participations: [counters],
    });

    const path = `/v1/campaigns/${id}/activity?participant_id=${participant}`;
    const items = (await pages(path, 1)) as Record<string, unknown>[];
    expect(items).toEqual(await pages(path, 250));
    const ids = items.map((item) => uuidIn(String(item['id'])));
    expect(ids).toEqual([...ids].sort().reverse());
    expect(items).toHaveLength(4);
    expect(items).toContainEqual(
      expect.objectContaining({
        kind: 'completion',
        subject_id: task,
        account: { platform: 'x', name: 'doer' },
      }),
    );
    expect(items).toContainEqual(expect.objectContaining({ kind: 'completion', subject_id: quest }));
    expect(items).toContainEqual(expect.objectContaining({ kind: 'points', bucket: 'task', points: 10.5 }));
    expect(items).toContainEqual(expect.objectContaining({ kind: 'points', bucket: 'quest', points: 100 }));
    expect(await pages(`/v1/campaigns/${id}/activity`, 2)).toHaveLength(5);

    const deleted = await api.call('DELETE', `/v1/campaigns/${id}/quests/${quest}`);
    expect(deleted.status).toBe(409);
  });

  it('is not found for who never acted, and malformed filters are refused', async () => {
    const id = await campaign();
    const idler = await person('idler');
    expect((await api.call('GET', `/v1/campaigns/${id}/participants/${idler}`)).status).toBe(404);
    expect((await api.call('GET', `/v1/campaigns/${id}/activity?participant_id=ada`)).status).toBe(404);
    expect((await api.call('GET', `/v1/campaigns/${id}/activity?limit=0`)).status).toBe(400);
  });
});

describe('the participants of a campaign', () => {
  it('are everybody who joined or acted in it, newest participant first, in pages', async () => {
    const id = await campaign();
    const elsewhere = await campaign();
    const people = [
      await person('member-1', { test: true, first_name: 'Tess' }),
      await person('member-2'),
      await person('member-3'),
    ];
    for (const participant of people) {
      await api.call('POST', `/v1/campaigns/${id}/participants`, {
        body: { participant: { id: participant } },
      });
    }
    await book(people[1] ?? '', id, 5);
    await book(await person('somebody else'), elsewhere, 5);
    expect(await pages(`/v1/campaigns/${id}/participants`, 2)).toMatchObject([
      { participant_id: people[2], external_id: 'member-3', total_points: 0, rank: null, test: false },
      { participant_id: people[1], external_id: 'member-2', total_points: 5, rank: 1, test: false },
      {
        participant_id: people[0],
        first_name: 'Tess',
        joined_at: expect.any(String),
        rank: null,
        test: true,
      },
    ]);
  });

  it('are no concern of other organizations', async () => {
    const answer = await api.call('GET', `/v1/campaigns/${newId('cmp')}/participants`);
    expect(answer.status).toBe(404);
  });
});

describe('the rules that actions are decided by', () => {
  it('follow every change at once here, and soon on other nodes', async () => {
    const id = await campaign();
    const elsewhere = await openCampaignRules({ database: api.database });
    expect((await elsewhere.rulesOf(id))?.status).toBe('active');
    const before = await api.rules.rulesOf(id);
    expect(before).toMatchObject({
      name: 'Season',
      status: 'active',
      organization: { id: api.organization.id },
    });
    expect(await api.rules.rulesOf(id)).toBe(before);
    await api.call('PATCH', `/v1/campaigns/${id}`, { body: { status: 'paused', initial_points: 2.5 } });
    const after = await api.rules.rulesOf(id);
    expect(after?.status).toBe('paused');
    expect(after?.initialPoints.toString()).toBe('2.5');
    expect(await api.rules.rulesOf(newId('cmp'))).toBeNull();
    const put = (amount: number) =>
      api.call('PUT', '/v1/triggers/rules', { body: { name: 'R', campaign_id: id, credit: { amount } } });
    await put(1);
    expect((await api.rules.trigger(api.organization.id, 'rules'))?.credit).toMatchObject({ kind: 'fixed' });
    await put(3);
    const trigger = await api.rules.trigger(api.organization.id, 'rules');
    expect(trigger?.credit.kind === 'fixed' && trigger.credit.amount.toNumber()).toBe(3);
    const { organization } = await api.otherOrganization();
    expect(await api.rules.trigger(organization.id, 'rules')).toBeNull();
    await waitFor(async () => (await elsewhere.rulesOf(id))?.status === 'paused', {
      what: 'the other node to hear of it',
    });
    await elsewhere.close();
  });
});
