import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldParticipantCounts } from '../../src/storage/index.ts';
import { participantCountsTask } from '../../src/upkeep/participant-counts.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Summary {
  readonly campaign_id: string;
  readonly participants: number;
  readonly webhooks: number;
  readonly last_activity_at: string | null;
}

async function call(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
  const answer = await api.call(method, path, {
    ...(body !== undefined && { body }),
    ...(token !== undefined && { token }),
  });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

async function campaign(name: string): Promise<string> {
  return ((await call('POST', '/v1/campaigns', { name })) as { id: string }).id;
}

async function summary(id: string): Promise<Summary> {
  const { data } = (await call('GET', `/v1/statistics/campaigns?ids=${id}`)) as { data: Summary[] };
  const [found] = data;
  if (found === undefined) throw new Error(`${id} has no summary`);
  return found;
}

const join = (id: string, who: string) =>
  call('POST', `/v1/campaigns/${id}/participants`, { participant: { external_id: who } });

/** How many the list of participants has: what the summary has to say. */
async function listed(id: string): Promise<number> {
  const { data } = (await call('GET', `/v1/campaigns/${id}/participants?limit=250`)) as { data: unknown[] };
  return data.length;
}

async function rowsOf(id: string): Promise<number> {
  const { rowCount } = await api.database.pool.query(
    'select from participant_counts where campaign_id = $1',
    [uuidIn(id)],
  );
  return rowCount ?? 0;
}

describe('what goes on in a campaign', () => {
  it('is nothing at first', async () => {
    const id = await campaign('Quiet');
    expect(await summary(id)).toEqual({
      campaign_id: id,
      participants: 0,
      webhooks: 0,
      last_activity_at: null,
    });
  });

  it('is told with as many participants as are listed, whoever comes at the same time', async () => {
    const id = await campaign('Crowd');
    await Promise.all(Array.from({ length: 40 }, (_, n) => join(id, `crowd-${n % 25}`)));
    expect(await listed(id)).toBe(25);
    expect((await summary(id)).participants).toBe(25);
    await call('POST', `/v1/campaigns/${id}/points`, {
      participant: { external_id: 'crowd-3' },
      amount: 5,
      cause: 'api',
      reference: 'crowd-points',
    });
    const { participants, last_activity_at } = await summary(id);
    expect(participants).toBe(25);
    expect(Date.now() - Date.parse(last_activity_at ?? '')).toBeLessThan(60_000);
  });

  it('knows who is gone', async () => {
    const id = await campaign('Leaving');
    for (const who of ['leaving-a', 'leaving-b', 'leaving-c']) await join(id, who);
    await api.database.pool.query(
      `delete from participations p using participants q
        where q.id = p.participant_id and q.external_id = 'leaving-c' and p.campaign_id = $1`,
      [uuidIn(id)],
    );
    expect((await summary(id)).participants).toBe(2);
    expect(await listed(id)).toBe(2);
  });

  it('is put together now and then, and stays the same', async () => {
    const id = await campaign('Folding');
    for (let n = 0; n < 5; n++) await join(id, `folding-${n}`);
    expect(await rowsOf(id)).toBe(5);
    const task = participantCountsTask((limit) => foldParticipantCounts(api.database, limit));
    expect(await task.run(new Date())).toMatch(/^Put \d+ counts/);
    expect(await rowsOf(id)).toBe(1);
    expect((await summary(id)).participants).toBe(5);
    expect(await task.run(new Date())).toBeNull();
    await join(id, 'folding-6');
    expect((await summary(id)).participants).toBe(6);
  });

  it('counts the webhooks that name it', async () => {
    const [id, other] = [await campaign('Pinned'), await campaign('Other')];
    for (const campaigns of [[id], [id, other], [], [other]]) {
      await call('POST', '/v1/webhooks', {
        name: 'CRM',
        format: 'standard',
        url: 'https://crm.example.com',
        campaigns,
      });
    }
    expect((await summary(id)).webhooks).toBe(2);
    const { data } = (await call('GET', `/v1/webhooks?campaign_id=${id}&exclusive=true`)) as {
      data: { id: string }[];
    };
    await call('DELETE', `/v1/webhooks/${data[0]?.id}`);
    expect((await summary(id)).webhooks).toBe(1);
  });

  it('is listed in pages, the newest first, of the own organization alone', async () => {
    const first = (await call('GET', '/v1/statistics/campaigns?limit=2')) as {
      data: Summary[];
      next_cursor: string;
    };
    const { data } = (await call('GET', '/v1/campaigns?limit=3')) as { data: { id: string }[] };
    const second = (await call('GET', `/v1/statistics/campaigns?limit=1&cursor=${first.next_cursor}`)) as {
      data: Summary[];
    };
    expect([...first.data, ...second.data].map((one) => one.campaign_id)).toEqual(data.map(({ id }) => id));
    const foreign = await api.accounts.createOrganization('Foreign');
    const { text: token } = await api.accounts.createToken(foreign.id, { name: 'Test', expiresAt: null });
    expect(await call('GET', `/v1/statistics/campaigns?ids=${data[0]?.id}`, undefined, token)).toMatchObject({
      data: [],
    });
    expect((await api.call('GET', '/v1/statistics/campaigns?ids=spring')).status).toBe(400);
  });

  it('goes with the campaign, whose participations go with it', async () => {
    const id = await campaign('Deleted');
    await join(id, 'deleted-a');
    await api.database.pool.query('delete from campaigns where id = $1', [uuidIn(id)]);
    expect(await rowsOf(id)).toBe(0);
  });
});
