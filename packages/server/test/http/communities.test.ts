import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCampaignRules, openCampaigns } from '../../src/campaigns/index.ts';
import { exampleEvent } from '../../src/catalog/index.ts';
import { type CampaignId, newId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';
import { outcome, refusal, Season } from './season.ts';

interface Community {
  readonly id: string;
  readonly name: string;
  readonly default: boolean;
}

let api: ApiHarness;
let theirs: { token: string };
beforeAll(async () => {
  api = await ApiHarness.open();
  theirs = await api.otherOrganization();
});
afterAll(() => api.close());

const create = async (name: string, token = api.token): Promise<Community> => {
  const answer = await api.call('POST', '/v1/communities', { body: { name }, token });
  expect(answer.status, answer.text).toBe(201);
  expect(answer.headers.get('location')).toBe(`/v1/communities/${(answer.body as Community).id}`);
  return answer.body as Community;
};
const change = (id: string, body: unknown) => api.call('PATCH', `/v1/communities/${id}`, { body });
const list = async (query = '') =>
  (await api.call('GET', `/v1/communities${query}`)).body as {
    data: Community[];
    next_cursor: string | null;
  };
const theDefault = async () => (await list()).data.filter((community) => community.default);
/** The community and organization that the events of an action name: as they are kept, and so as they are sent. */
const namesIn = async (event: string | undefined) => {
  const { rows } = await api.database.pool.query<{ body: string }>(
    'select body from events where id = any (select id from events order by id desc limit 50)',
  );
  const found = rows
    .map(({ body }) => JSON.parse(body) as { id: string; community: Community; organization: Community })
    .find(({ id }) => id === event);
  return found && { community: found.community, organization: found.organization.name };
};
const joining = async (season: Season) => {
  const { events } = await outcome(season.join(newId('usr')));
  return namesIn(events[0]?.id);
};
const publishing = async (campaign?: string) =>
  namesIn(
    await api.publish({
      type: 'user.signed_in',
      ...(campaign !== undefined && { campaign_id: campaign }),
      participant: { external_id: 'ada' },
      data: exampleEvent('user.signed_in').data,
    }),
  );

describe('communities', () => {
  it('are one at first, the default one, and then those that are made', async () => {
    const [first, ...others] = await theDefault();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ name: 'Aurora Games' });
    const made = await create('North');
    expect(made).toMatchObject({ name: 'North', default: false });
    expect((await api.call('GET', `/v1/communities/${made.id}`)).body).toEqual(made);
    expect((await list()).data[0]).toEqual(made);
    const page = await list('?limit=1');
    expect(page.data).toEqual([made]);
    const next = await list(`?limit=1&cursor=${page.next_cursor}`);
    expect(next.data).toEqual([first]);
  });

  it('can be renamed, and events say so from then on', async () => {
    const { id } = await create('East');
    const season = await Season.open(api, { community_id: id });
    expect((await joining(season))?.community).toEqual({ id, name: 'East' });
    expect((await publishing(season.campaign))?.community).toEqual({ id, name: 'East' });
    expect((await change(id, { name: 'Far East' })).body).toMatchObject({ id, name: 'Far East' });
    expect((await joining(season))?.community).toEqual({ id, name: 'Far East' });
    expect((await publishing(season.campaign))?.community).toEqual({ id, name: 'Far East' });
  });

  it('have one default, also when several are made it at once', async () => {
    const [before] = await theDefault();
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(name)));
    const answers = await Promise.all(made.map(({ id }) => change(id, { default: true })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const [now, ...others] = await theDefault();
    expect(others).toEqual([]);
    expect(made.map(({ id }) => id)).toContain(now?.id);
    const campaign = await api.call('POST', '/v1/campaigns', { body: { name: 'Late' } });
    expect(campaign.body).toMatchObject({ community_id: now?.id });
    expect((await publishing())?.community.id).toBe(now?.id);
    expect((await change(before?.id ?? '', { default: true })).body).toMatchObject({ default: true });
    expect((await publishing())?.community.id).toBe(before?.id);
  });

  it('are deleted when they are empty and not the default', async () => {
    const [first] = await theDefault();
    const refusedDefault = await refusal(api.call('DELETE', `/v1/communities/${first?.id}`));
    expect(refusedDefault).toMatchObject({ status: 409, code: 'conflict' });
    const made = await create('Empty');
    const season = await Season.open(api, { community_id: made.id });
    expect(await refusal(api.call('DELETE', `/v1/communities/${made.id}`))).toMatchObject({
      status: 409,
      detail: expect.stringContaining('1 campaign.'),
    });
    await season.change({ community_id: first?.id });
    expect((await api.call('DELETE', `/v1/communities/${made.id}`)).status).toBe(204);
    expect((await api.call('GET', `/v1/communities/${made.id}`)).status).toBe(404);
    expect((await api.call('DELETE', `/v1/communities/${made.id}`)).status).toBe(404);
  });

  it('cannot go while campaigns are moved into them', async () => {
    const [made, season] = [await create('Contested'), await Season.open(api)];
    const [moved, deleted] = await Promise.all([
      api.call('PATCH', `/v1/campaigns/${season.campaign}`, { body: { community_id: made.id } }),
      api.call('DELETE', `/v1/communities/${made.id}`),
    ]);
    expect([
      [200, 409],
      [422, 204],
    ]).toContainEqual([moved.status, deleted.status]);
  });

  it.each([
    ['no name', {}],
    ['an empty name', { name: '  ' }],
    ['a very long name', { name: 'a'.repeat(201) }],
    ['being the default', { name: 'Grab', default: true }],
  ])('are not made with %s', async (_what, body) => {
    expect((await api.call('POST', '/v1/communities', { body })).status).toBe(400);
  });

  it('cannot be made not the default: another one has to be', async () => {
    const [first] = await theDefault();
    const answer = await change(first?.id ?? '', { default: false });
    expect([answer.status, (await theDefault())[0]]).toEqual([400, first]);
  });
});

describe('a campaign', () => {
  it('that is moved names the new community from then on', async () => {
    const season = await Season.open(api);
    const before = (await joining(season))?.community.id;
    const made = await create('West');
    expect((await season.change({ community_id: made.id })).body).toMatchObject({ community_id: made.id });
    const here = { id: made.id, name: 'West' };
    expect((await joining(season))?.community).toEqual(here);
    expect((await publishing(season.campaign))?.community).toEqual(here);
    expect(before).not.toBe(made.id);
    // What is not about the community leaves it.
    expect((await season.change({ name: 'Still west' })).body).toMatchObject({ community_id: made.id });
  });

  it("cannot belong to a community that is unknown or another organization's", async () => {
    const foreign = await create('Theirs', theirs.token);
    const { campaign } = await Season.open(api);
    for (const community_id of [foreign.id, newId('com')]) {
      for (const [method, path] of [
        ['POST', '/v1/campaigns'],
        ['PATCH', `/v1/campaigns/${campaign}`],
      ] as const) {
        const answer = await api.call(method, path, { body: { name: 'Lost', community_id } });
        expect([answer.status, answer.body]).toMatchObject([
          422,
          { code: 'invalid_campaign', errors: [{ pointer: '/community_id' }] },
        ]);
      }
    }
    const malformed = { body: { name: 'Lost', community_id: 'com_nonsense' } };
    expect((await api.call('POST', '/v1/campaigns', malformed)).status).toBe(400);
  });
});

describe('another node', () => {
  it('hears that a community was renamed, another became the default, and a campaign was moved', async () => {
    const { database } = api;
    const clock = { now: () => Date.now() };
    const rules = await openCampaignRules({ database });
    const there = await openCampaigns({ database, rules, mostCampaigns: () => null, clock });
    try {
      const [first, made] = [(await theDefault())[0], await create('Far')];
      const season = await Season.open(api);
      const campaign = season.campaign as CampaignId;
      const organization = api.organization.id;
      const seen = async () => ({
        rules: (await rules.rulesOf(campaign))?.community.name,
        context: (await there.contextOf(organization, campaign))?.community.name,
        default: (await there.defaultCommunity(organization)).name,
      });
      const become = (expected: object) =>
        waitFor(async () => JSON.stringify(await seen()) === JSON.stringify(expected), {
          what: JSON.stringify(expected),
        });
      const name = first?.name;
      await become({ rules: name, context: name, default: name });
      await season.change({ community_id: made.id });
      await become({ rules: 'Far', context: 'Far', default: name });
      await change(made.id, { name: 'Farther', default: true });
      await become({ rules: 'Farther', context: 'Farther', default: 'Farther' });
      await change(first?.id ?? '', { default: true });
      await become({ rules: 'Farther', context: 'Farther', default: name });
    } finally {
      await there.close();
      await rules.close();
    }
  });
});

describe('the organization', () => {
  let season: Season;
  beforeEach(async () => {
    season = await Season.open(api);
  });

  it('can be renamed, and events say so', async () => {
    expect((await publishing())?.organization).toBe('Aurora Games');
    expect((await joining(season))?.organization).toBe('Aurora Games');
    const answer = await api.call('PATCH', '/v1/organization', { body: { name: ' Aurora Worlds ' } });
    expect(answer.body).toMatchObject({ id: api.organization.id, name: 'Aurora Worlds' });
    expect((await api.call('GET', '/v1/organization')).body).toEqual(answer.body);
    expect((await publishing())?.organization).toBe('Aurora Worlds');
    await waitFor(async () => (await joining(season))?.organization === 'Aurora Worlds', {
      what: 'actions to name the organization anew',
    });
    await api.call('PATCH', '/v1/organization', { body: { name: 'Aurora Games' } });
  });

  it.each([
    ['no name', { name: '' }],
    ['NUL in it', { name: 'a\u0000b' }],
    ['an id', { id: newId('org') }],
    ['no object', []],
  ])('is not changed by %s', async (_what, body) => {
    expect((await api.call('PATCH', '/v1/organization', { body })).status).toBe(400);
    expect((await api.call('PATCH', '/v1/organization', { body: {} })).body).toMatchObject({
      name: 'Aurora Games',
    });
  });
});
