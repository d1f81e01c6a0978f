import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { Browser } from './browser.ts';
import { ApiHarness } from './harness.ts';
import { outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
let campaign: string;
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
});
beforeEach(async () => {
  season = await Season.open(api);
  campaign = `/v1/campaigns/${season.campaign}`;
});
afterAll(() => api.close());

let names = 0;
const somebody = () => `person-${++names}`;
const trustOf = async (event: string | undefined) =>
  ((await api.call('GET', `/v1/events/${event}`)).body as { trust: string }).trust;
const forbidden = { status: 403, code: 'forbidden' };

describe('a browser', () => {
  it('joins, signs in and completes tasks for its participant, who need not be named', async () => {
    const task = await season.task({ points: 40, browser: true });
    const ada = await Browser.open(api, somebody());
    const joined = await outcome(ada.call('POST', `${campaign}/participants`, { body: {} }));
    expect(joined).toMatchObject({ joined: true, participant_id: ada.participant });
    const named = { participant: { id: ada.participant } };
    const done = await outcome(ada.call('POST', `${campaign}/tasks/${task}/completions`, { body: named }));
    expect(done).toMatchObject({ total_points: 40, participant_id: ada.participant });
    const body = { campaign_id: season.campaign, method: 'google' };
    const signedIn = await outcome(ada.call('POST', '/v1/sign-ins', { body }));
    expect(signedIn.events).toEqual([{ id: expect.any(String), type: 'user.signed_in' }]);
  });

  it('is not trusted as a server is, and no body can say otherwise', async () => {
    const who = somebody();
    const ada = await Browser.open(api, who);
    const [task, other] = [await season.task({ browser: true }), await season.task({ browser: true })];
    const path = `${campaign}/tasks/${task}/completions`;
    for (const body of [{ trust: 'server' }, { secure_request: true }]) {
      expect((await ada.call('POST', path, { body })).status).toBe(400);
    }
    const byBrowser = await outcome(ada.call('POST', path, { body: {} }));
    expect(await Promise.all(byBrowser.events.map(({ id }) => trustOf(id)))).toEqual(
      byBrowser.events.map(() => 'browser'),
    );
    const byServer = await outcome(season.complete(other, who));
    expect(await trustOf(byServer.events[0]?.id)).toBe('server');
  });

  it('cannot complete a task that is not marked for browsers, and it stays to be done', async () => {
    const task = await season.task({ points: 40 });
    const who = somebody();
    const ada = await Browser.open(api, who);
    const path = `${campaign}/tasks/${task}/completions`;
    const before = await api.countEvents();
    const refused = await refusal(ada.call('POST', path, { body: {} }));
    expect(refused).toMatchObject({ ...forbidden, detail: expect.stringContaining('"browser": true') });
    expect(await api.countEvents()).toBe(before);
    expect(await outcome(season.complete(task, who))).toMatchObject({ repeated: false, total_points: 40 });

    const change = { body: { browser: true } };
    expect((await api.call('PATCH', `${campaign}/tasks/${task}`, change)).body).toMatchObject({
      browser: true,
    });
    expect(await outcome(ada.call('POST', path, { body: {} }))).toMatchObject({ repeated: true });
  });

  it('cannot act for somebody else, known or not', async () => {
    const task = await season.task({ browser: true });
    const [ada, bea] = [await Browser.open(api, 'ada'), await Browser.open(api, 'bea')];
    const before = await api.countEvents();
    for (const participant of [
      { id: bea.participant },
      { id: newId('usr') },
      { external_id: 'bea' },
      { external_id: 'nobody' },
      { account: { platform: 'x', name: '@bea' } },
    ]) {
      for (const [path, more] of [
        [`${campaign}/participants`, {}],
        [`${campaign}/tasks/${task}/completions`, {}],
        ['/v1/sign-ins', { campaign_id: season.campaign, method: 'google' }],
      ] as const) {
        const call = { body: { ...more, participant } };
        expect(await refusal(ada.call('POST', path, call))).toMatchObject(forbidden);
      }
    }
    expect(await api.countEvents()).toBe(before);
    const answer = await api.call('GET', '/v1/participants?external_id=nobody');
    expect(answer.body).toMatchObject({ data: [] });
  });

  it('names only accounts that are known to be its participant’s', async () => {
    const task = await season.task({ browser: true, recurrence: 'unlimited' });
    const who = somebody();
    const address = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F';
    const accounts = [{ platform: 'ethereum', name: address }];
    await api.call('POST', '/v1/participants', { body: { external_id: who, accounts } });
    const ada = await Browser.open(api, who);
    const complete = (name: string) =>
      ada.call('POST', `${campaign}/tasks/${task}/completions`, {
        body: { account: { platform: 'ethereum', name } },
      });
    expect(await outcome(complete(address.toLowerCase()))).toMatchObject({ repeated: false });
    expect(await refusal(complete(`0x${'0'.repeat(40)}`))).toMatchObject(forbidden);
  });

  it('names referrers by code or by our id, so that it cannot ask who is there', async () => {
    const { participant_id: referrer } = await outcome(season.join(somebody()));
    const detail = await api.call('GET', `/v1/participants/${referrer}`);
    const { referral_code: code } = detail.body as { referral_code: string };
    const join = async (given: unknown) =>
      (await Browser.open(api, somebody())).call('POST', `${campaign}/participants`, {
        body: { referrer: given },
      });
    expect(await outcome(join({ code }))).toMatchObject({ joined: true });
    expect(await outcome(join({ id: referrer }))).toMatchObject({ joined: true });
    for (const given of [
      { external_id: 'nobody' },
      { external_id: `person-${names}` },
      { account: { platform: 'x', name: '@a' } },
    ]) {
      expect(await refusal(join(given))).toMatchObject(forbidden);
    }
  });

  it('sees its own counters and history, and nobody else’s', async () => {
    const [ada, bea] = [await Browser.open(api, somebody()), await Browser.open(api, somebody())];
    await season.change({ initial_points: 10 });
    for (const one of [ada, bea]) await outcome(one.call('POST', `${campaign}/participants`, { body: {} }));
    const own = await ada.call('GET', `${campaign}/participants/${ada.participant}`);
    expect(own.body).toMatchObject({ participant_id: ada.participant, total_points: 10 });
    for (const other of [bea.participant, newId('usr'), 'usr_nonsense']) {
      expect(await refusal(ada.call('GET', `${campaign}/participants/${other}`))).toMatchObject(forbidden);
    }
    const history = async (query = '') =>
      ((await ada.call('GET', `${campaign}/activity${query}`)).body as { data: { participant_id: string }[] })
        .data;
    expect(new Set((await history()).map((item) => item.participant_id))).toEqual(new Set([ada.participant]));
    expect(await history(`?participant_id=${ada.participant}`)).toEqual(await history());
    const others = ada.call('GET', `${campaign}/activity?participant_id=${bea.participant}`);
    expect(await refusal(others)).toMatchObject(forbidden);
  });

  it('sees of others on the leaderboard a first name and points', async () => {
    await season.change({ initial_points: 10 });
    const [mine, other] = [somebody(), somebody()];
    for (const who of [mine, other]) {
      await api.call('POST', '/v1/participants', {
        body: { external_id: who, first_name: 'Ada', last_name: 'Lovelace' },
      });
      await season.join(who);
    }
    const ada = await Browser.open(api, mine);
    const { data } = (await ada.call('GET', `${campaign}/leaderboard`)).body as {
      data: Record<string, unknown>[];
    };
    const hidden = { external_id: null, last_name: null, referrer_id: null };
    for (const entry of data) {
      const self = entry['participant_id'] === ada.participant;
      expect(entry).toMatchObject({
        first_name: 'Ada',
        total_points: 10,
        ...(self ? { external_id: mine, last_name: 'Lovelace' } : hidden),
      });
    }
    expect(data).toHaveLength(2);
    expect(JSON.stringify(data)).not.toContain(other);
  });

  it('sees what can be done and earned, but not how much of it is left', async () => {
    await season.reward({ stock: '7' });
    const ada = await Browser.open(api, somebody());
    const path = `${campaign}/rewards`;
    const [shown] = ((await ada.call('GET', path)).body as { data: object[] }).data;
    expect(shown).toMatchObject({ name: 'Doubloon', unit: 'DBL' });
    expect(shown).not.toHaveProperty('stock');
    expect(((await api.call('GET', path)).body as { data: object[] }).data[0]).toHaveProperty('stock');
  });

  it('finds no draft', async () => {
    const task = await season.task({ browser: true });
    const ada = await Browser.open(api, somebody());
    await season.change({ status: 'draft' });
    for (const path of ['', '/leaderboard', '/activity', '/tasks', `/tasks/${task}`, '/rewards', '/groups']) {
      expect((await ada.call('GET', campaign + path)).status, path).toBe(404);
    }
    for (const path of ['/participants', `/tasks/${task}/completions`]) {
      expect((await ada.call('POST', campaign + path, { body: {} })).status, path).toBe(404);
    }
    const body = { campaign_id: season.campaign, method: 'google' };
    expect((await ada.call('POST', '/v1/sign-ins', { body })).status).toBe(422);
    await season.change({ status: 'active' });
    expect((await ada.call('GET', campaign)).status).toBe(200);
  });

  it('whose token names campaigns finds no door to any other', async () => {
    const other = await Season.open(api);
    const task = await other.task({ browser: true });
    const ada = await Browser.open(api, somebody(), { campaigns: [season.campaign] });
    expect((await ada.call('GET', campaign)).status).toBe(200);
    for (const id of [other.campaign, newId('cmp')]) {
      const path = `/v1/campaigns/${id}`;
      const signIn = { body: { campaign_id: id, method: 'google' } };
      for (const refused of [
        ada.call('GET', `/v1/payouts?campaign_id=${id}`),
        ada.call('GET', path),
        ada.call('GET', `${path}/leaderboard`),
        ada.call('POST', `${path}/participants`, { body: {} }),
        ada.call('POST', `${path}/tasks/${task}/completions`, { body: {} }),
        ada.call('POST', '/v1/sign-ins', signIn),
      ]) {
        expect(await refusal(refused)).toMatchObject(forbidden);
      }
    }
    expect((await ada.call('GET', `/v1/payouts?campaign_id=${season.campaign}`)).status).toBe(200);
    expect(await refusal(ada.call('GET', '/v1/payouts'))).toMatchObject(forbidden);
    const unlimited = await Browser.open(api, somebody());
    expect((await unlimited.call('GET', '/v1/payouts')).status).toBe(200);
  });
});

it('ChainVine’s receivers are told whether a server or a browser spoke, and for which community', async () => {
  const inbox = await api.call('POST', '/v1/inboxes', { body: { name: 'ChainVine' } });
  const { id } = inbox.body as { id: string };
  const community = await api.call('POST', '/v1/communities', { body: { name: 'North' } });
  const { id: community_id } = community.body as { id: string };
  await season.change({ community_id });
  const webhook = await api.call('POST', '/v1/webhooks', {
    body: {
      name: 'ChainVine',
      url: `${api.url}/inbox/${id}`,
      format: 'chainvine',
      campaigns: [season.campaign],
    },
  });
  expect(webhook.status, webhook.text).toBe(201);
  const ada = await Browser.open(api, somebody());
  await outcome(ada.call('POST', `${campaign}/participants`, { body: {} }));
  await outcome(season.join(somebody()));
  const received = await waitFor(
    async () => {
      const list = (await api.call('GET', `/v1/inboxes/${id}/requests`)).body as { data: { id: string }[] };
      return list.data.length === 2 && list.data;
    },
    { what: 'both deliveries' },
  );
  const messages = await Promise.all(
    received.map(async (one) => {
      const { body } = await api.call('GET', `/v1/inboxes/${id}/requests/${one.id}`);
      const sent = (body as { body: string }).body;
      return JSON.parse(sent) as {
        secure_request: boolean;
        source: { community: { name: string } };
        event: { data: { user: { id: string } } };
      };
    }),
  );
  for (const message of messages) {
    expect(message.source.community).toMatchObject({ name: 'North' });
    expect(message.secure_request).toBe(!JSON.stringify(message).includes(ada.participant));
  }
  expect(new Set(messages.map((message) => message.secure_request)).size).toBe(2);
});

it('an API token names whom it acts for', async () => {
  const answer = await api.call('POST', `${campaign}/participants`, { body: {} });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ errors: [{ pointer: '/participant' }] });
});
