import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParticipants } from '../../src/campaigns/index.ts';
import { parseId } from '../../src/ids.ts';
import { triggerFired, triggerFiredBy } from './events.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Page {
  data: {
    id: string;
    type: string;
    delivery_count: number;
    participant: { external_id: string };
    accepted_at: string;
  }[];
  next_cursor: string | null;
}
const list = async (query: string, token = api.token) => {
  const answer = await api.call('GET', `/v1/events?${query}`, { token });
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Page;
};

describe('the event log', () => {
  it('is read newest first, page by page, without gaps or repeats', async () => {
    const { organization, token } = await api.otherOrganization();
    expect(organization.id).not.toBe(api.organization.id);
    const published: string[] = [];
    for (let index = 0; index < 7; index += 1)
      published.push(await api.publish(triggerFiredBy(`p${index}`), { token }));
    const read: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`, token);
      read.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(read).toEqual(published.reverse());
  });

  it('can be narrowed by type, campaign, participant and time', async () => {
    const campaign = await api.campaigns.create(api.organization.id, 'Filters');
    const inCampaign = await api.publish({ ...triggerFiredBy('ada'), campaign_id: campaign.id });
    const joined = await api.publish({
      type: 'user.joined_campaign',
      campaign_id: campaign.id,
      participant: { external_id: 'ada' },
      data: {},
    });
    const outside = await api.publish(triggerFiredBy('grace'));
    const ids = async (query: string) => (await list(query)).data.map(({ id }) => id);
    expect(await ids(`campaign_id=${campaign.id}`)).toEqual([joined, inCampaign]);
    expect(await ids(`campaign_id=${campaign.id}&type=trigger.fired`)).toEqual([inCampaign]);
    expect(await ids('participant_id=grace')).toEqual([outside]);
    const [ada] = (await list('participant_id=ada&limit=1')).data as unknown as {
      participant: { id: string };
    }[];
    expect(await ids(`participant_id=${ada?.participant.id}`)).toEqual([joined, inCampaign]);
    expect(await ids('until=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await ids('since=2090-01-01T00:00:00Z')).toEqual([]);
    const { accepted_at } = (await api.call('GET', `/v1/events/${joined}`)).body as { accepted_at: string };
    expect(await ids(`since=${accepted_at}`)).toContain(joined);
    expect(await ids(`until=${accepted_at}`)).not.toContain(joined);
  });

  it('tells how many deliveries were made of each, and finds those that no webhook took', async () => {
    const { token } = await api.otherOrganization();
    const untaken = await api.publish(triggerFiredBy('ada'), { token });
    const created = await api.call('POST', '/v1/webhooks', {
      token,
      body: { name: 'CRM', url: 'https://crm.example.com/', format: 'standard', events: ['trigger.fired'] },
    });
    expect(created.status, created.text).toBe(201);
    const taken = await api.publish(triggerFiredBy('ada'), { token });
    const signedIn = await api.publish(
      {
        type: 'user.signed_in',
        participant: { external_id: 'grace' },
        data: { session: { id: 'ses_1' }, method: 'email' },
      },
      { token },
    );
    const counts = (await list('', token)).data.map(({ id, delivery_count }) => [id, delivery_count]);
    expect(counts).toEqual([
      [signedIn, 0],
      [taken, 1],
      [untaken, 0],
    ]);
    const ids = async (query: string) => (await list(query, token)).data.map(({ id }) => id);
    expect(await ids('deliveries=none')).toEqual([signedIn, untaken]);
    expect(await ids('deliveries=none&type=trigger.fired')).toEqual([untaken]);
    expect(await ids('deliveries=none&participant_id=ada')).toEqual([untaken]);
    expect(await ids('deliveries=none&participant_id=ada&type=trigger.fired&limit=1')).toEqual([untaken]);
  });

  it('shows nothing of other organizations, whatever is asked for', async () => {
    const { token } = await api.otherOrganization();
    const campaign = await api.campaigns.create(api.organization.id, 'Private');
    await api.publish({ ...triggerFiredBy('secret'), campaign_id: campaign.id });
    expect((await list('', token)).data).toEqual([]);
    expect((await list(`campaign_id=${campaign.id}`, token)).data).toEqual([]);
    expect((await list('participant_id=secret', token)).data).toEqual([]);
    expect(((await api.call('GET', '/v1/participants', { token })).body as { data: unknown[] }).data).toEqual(
      [],
    );
    expect(((await api.call('GET', '/v1/campaigns', { token })).body as { data: unknown[] }).data).toEqual(
      [],
    );
  });

  it("lists an event's deliveries with their states", async () => {
    const webhook = await api.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: 'https://crm.example.com/hook', format: 'standard' },
    });
    expect(webhook.status, webhook.text).toBe(201);
    const id = await api.publish(triggerFired);
    expect((await api.call('GET', `/v1/events/${id}`)).body).toMatchObject({
      deliveries: [
        { id: expect.stringMatching(/^dlv_/), webhook: { name: 'CRM' }, state: 'pending', attempts: 0 },
      ],
    });
  });
});

describe('participants', () => {
  it('are shown with the counters of the newest event about them', async () => {
    await api.publish({ ...triggerFired, participant: { external_id: 'counted', total_points: 10 } });
    await api.publish({
      ...triggerFired,
      participant: { external_id: 'counted', total_points: 25, rank: 2 },
    });
    const found = (await api.call('GET', '/v1/participants?external_id=counted')).body as {
      data: { id: string }[];
    };
    expect(found.data).toHaveLength(1);
    const shown = await api.call('GET', `/v1/participants/${found.data[0]?.id}`);
    expect(shown.body).toMatchObject({ external_id: 'counted', latest: { total_points: 25, rank: 2 } });
  });

  it('are found by a part of their id, in which nothing is special', async () => {
    await api.publish(triggerFiredBy('100%_sure'));
    const search = async (text: string) =>
      (
        (await api.call('GET', `/v1/participants?search=${encodeURIComponent(text)}`)).body as {
          data: unknown[];
        }
      ).data;
    expect(await search('%_s')).toHaveLength(1);
    expect(await search('%x')).toHaveLength(0);
  });

  it('are made once, however many nodes see them first at the same time', async () => {
    const nodes = Array.from({ length: 4 }, () =>
      createParticipants({ database: api.database, clock: Date }),
    );
    const names = Array.from({ length: 50 }, (_, index) => `crowd-${index}`);
    const ids = await Promise.all(
      nodes.map((node, index) =>
        Promise.all(
          (index % 2 ? names : [...names].reverse()).map((name) => node.identify(api.organization.id, name)),
        ),
      ),
    );
    expect(new Set(ids.flat()).size).toBe(50);
    const [node] = nodes;
    expect(node?.identify(api.organization.id, 'crowd-0')).not.toBeInstanceOf(Promise);
  });

  it('that could not be looked up are asked for again by the next event', async () => {
    let down = true;
    const participants = createParticipants({
      clock: Date,
      database: {
        ...api.database,
        hotPool: Object.create(api.database.hotPool, {
          query: {
            value: (query: never) =>
              down ? Promise.reject(new Error('down')) : api.database.hotPool.query(query),
          },
        }),
      },
    });
    await expect(Promise.resolve(participants.identify(api.organization.id, 'patient'))).rejects.toThrow(
      'down',
    );
    down = false;
    await turn();
    expect(parseId('usr', await participants.identify(api.organization.id, 'patient'))).not.toBeNull();
  });
});

describe('campaigns', () => {
  it('are made, listed newest first and renamed', async () => {
    const made = await api.call('POST', '/v1/campaigns', { body: { name: '  Autumn  ' } });
    expect(made.status).toBe(201);
    const { id } = made.body as { id: string };
    expect(made.headers.get('location')).toBe(`/v1/campaigns/${id}`);
    expect(made.body).toMatchObject({ name: 'Autumn', community_id: expect.stringMatching(/^com_/) });
    expect((await api.call('PATCH', `/v1/campaigns/${id}`, { body: { name: 'Winter' } })).body).toMatchObject(
      {
        id,
        name: 'Winter',
      },
    );
    const { data } = (await api.call('GET', '/v1/campaigns')).body as {
      data: { id: string; name: string }[];
    };
    expect(data[0]).toMatchObject({ id, name: 'Winter' });
  });

  it('of others cannot be renamed', async () => {
    const { token } = await api.otherOrganization();
    const campaign = await api.campaigns.create(api.organization.id, 'Ours');
    const answer = await api.call('PATCH', `/v1/campaigns/${campaign.id}`, {
      body: { name: 'Theirs' },
      token,
    });
    expect(answer.status).toBe(404);
    expect((await api.campaigns.get(api.organization.id, campaign.id)).name).toBe('Ours');
  });
});
