import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleEvent } from '../../src/catalog/index.ts';
import { newId } from '../../src/ids.ts';
import { type Answer, ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';

const wallet = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const otherWallet = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

const put = (body: unknown, token = api.token) => api.call('POST', '/v1/participants', { body, token });
const read = (id: string) => api.call('GET', `/v1/participants/${id}`);
const change = (id: string, body: unknown) => api.call('PATCH', `/v1/participants/${id}`, { body });
const idOf = (answer: Answer) => (answer.body as { id: string }).id;
const discord = (name: string) => ({ platform: 'discord', name });

describe('putting a participant', () => {
  it('makes them with all that is known, a wallet in its checksum form and a code that reads well', async () => {
    const known = {
      external_id: 'ada',
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      phone: '+44 20 7946 0000',
      fields: { vip: true, level: 3, city: 'London', left: null },
      test: false,
    };
    const answer = await put({
      ...known,
      accounts: [discord('ada.lovelace'), { platform: 'Ethereum', name: wallet.toLowerCase() }],
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      ...known,
      wallet,
      referral_code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/),
    });
    expect(answer.headers.get('location')).toBe(`/v1/participants/${idOf(answer)}`);
    expect((await read(idOf(answer))).body).toMatchObject({
      ...known,
      accounts: [discord('ada.lovelace'), { platform: 'ethereum', name: wallet }],
      participations: [],
      latest: null,
    });
  });

  it('again by external id or by any account changes the same person and leaves what is not given', async () => {
    const first = await put({ external_id: 'grace', first_name: 'Grace', accounts: [discord('grace')] });
    const second = await put({
      external_id: 'grace',
      email: 'grace@example.com',
      accounts: [discord('hopper')],
    });
    const third = await put({ accounts: [discord('hopper')], last_name: 'Hopper', first_name: null });
    expect([first.status, second.status, third.status]).toEqual([201, 200, 200]);
    expect(new Set([first, second, third].map(idOf)).size).toBe(1);
    expect((await read(idOf(first))).body).toMatchObject({
      external_id: 'grace',
      email: 'grace@example.com',
      first_name: null,
      last_name: 'Hopper',
      accounts: [discord('grace'), discord('hopper')],
    });
  });

  it('by an account alone makes somebody without external id, who may get one later, for good', async () => {
    const made = await put({ accounts: [discord('linus')] });
    expect(made.body).toMatchObject({ external_id: null });
    const named = await put({ external_id: 'linus', accounts: [discord('linus')] });
    expect(named.body).toMatchObject({ id: idOf(made), external_id: 'linus' });
    const renamed = await put({ external_id: 'torvalds', accounts: [discord('linus')] });
    expect(renamed.status).toBe(409);
    expect(renamed.text).toContain('stays for good');
    expect((await change(idOf(made), { external_id: 'torvalds' })).status).toBe(409);
    expect((await change(idOf(made), { external_id: 'linus' })).status).toBe(200);
  });

  it('with what belongs to two people is refused and names them', async () => {
    const [a, b] = [
      await put({ external_id: 'left', accounts: [discord('left')] }),
      await put({ external_id: 'right', accounts: [discord('right')] }),
    ];
    const both = await put({ external_id: 'left', accounts: [discord('right')] });
    expect(both.status).toBe(409);
    expect(both.text).toContain(idOf(a));
    expect(both.text).toContain(`\\"right\\" on discord is ${idOf(b)}`);
    expect((await change(idOf(a), { accounts: [discord('right')] })).status).toBe(409);
    expect((await read(idOf(a))).body).toMatchObject({ accounts: [discord('left')] });
  });

  it('of one new person from many callers at once makes one person', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        put({
          ...(index % 2 === 0 && { external_id: 'crowded' }),
          accounts: [discord('crowded'), { platform: 'ethereum', name: otherWallet }],
        }),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    expect(answers.every(({ status }) => status < 300)).toBe(true);
    expect(new Set(answers.map(idOf)).size).toBe(1);
  });

  it('finds whoever an event made first', async () => {
    const campaign = await api.campaigns.create(api.organization.id, 'Spring');
    await api.publish({
      type: 'user.joined_campaign',
      campaign_id: campaign.id,
      participant: { external_id: 'by-event' },
      data: exampleEvent('user.joined_campaign').data,
    });
    const answer = await put({ external_id: 'by-event', first_name: 'Eve' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ referral_code: expect.stringMatching(/^.{8}$/) });
    expect((await read(idOf(answer))).body).toMatchObject({
      first_name: 'Eve',
      latest: { external_id: 'by-event' },
    });
  });

  it('that is wrong is refused with every fault at once', async () => {
    const answer = await put({
      external_id: '',
      accounts: [{ platform: '', name: 'x' }, discord('x'.repeat(201))],
      email: 'nobody',
      first_name: 5,
      phone: 'x'.repeat(51),
      fields: { nested: {} },
      test: 'yes',
      referral_code: 'a b',
      wallet,
    });
    expect(answer.status).toBe(400);
    const pointers = (answer.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual([
      '/accounts/0/platform',
      '/accounts/1/name',
      '/email',
      '/external_id',
      '/fields/nested',
      '/first_name',
      '/phone',
      '/referral_code',
      '/test',
      '/wallet',
    ]);
    expect((await put({ email: 'a@example.com' })).body).toMatchObject({
      code: 'invalid_participant',
      errors: [{ pointer: '', detail: expect.stringContaining('neither external_id nor an account') }],
    });
    const slips = await put({
      accounts: [
        { platform: 'ethereum', name: wallet.replace('aA', 'aa') },
        { platform: 'base', name: '0x12' },
      ],
    });
    expect(slips.status).toBe(422);
    expect((slips.body as { errors: unknown[] }).errors).toHaveLength(2);
  });
});

describe('changing a participant', () => {
  it('replaces the accounts, and the wallet goes with its account', async () => {
    const made = await put({
      external_id: 'mover',
      accounts: [
        { platform: 'solana', name: '7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU' },
        { platform: 'polygon', name: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB' },
      ],
    });
    expect(made.body).toMatchObject({ wallet: '7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU' });
    const moved = await change(idOf(made), {
      accounts: [{ platform: 'polygon', name: '0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb' }],
    });
    expect(moved.body).toMatchObject({ wallet: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB' });
    expect((await change(idOf(made), { accounts: [] })).body).toMatchObject({ wallet: null });
    expect((await read(idOf(made))).body).toMatchObject({ accounts: [] });
    const freed = await put({
      external_id: 'heir',
      accounts: [{ platform: 'polygon', name: '0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb' }],
    });
    expect(freed.status).toBe(201);
  });

  it('lets them be named by their wallet and their code however these are written', async () => {
    const campaign = await api.campaigns.create(api.organization.id, 'Named');
    const address = '0x52908400098527886E0F7030069857D2E4169EE7';
    const referrer = await put({
      external_id: 'inviter',
      accounts: [{ platform: 'ethereum', name: address }],
    });
    const join = (body: unknown) => api.call('POST', `/v1/campaigns/${campaign.id}/participants`, { body });
    const byWallet = { account: { platform: 'Ethereum', name: address.toLowerCase() } };
    const joined = await join({ participant: byWallet });
    expect(joined.body, joined.text).toMatchObject({ participant_id: idOf(referrer), joined: true });
    const { referral_code } = referrer.body as { referral_code: string };
    const referred = await join({
      participant: { external_id: 'invited' },
      referrer: { code: referral_code.toLowerCase() },
    });
    const { participant_id } = referred.body as { participant_id: string };
    const path = `/v1/campaigns/${campaign.id}/participants/${participant_id}`;
    expect((await api.call('GET', path)).body).toMatchObject({
      referrer_id: idOf(referrer),
      referral: { id: expect.stringMatching(/^ref_/) },
    });
  });

  it('sets a referral code of its own, in capitals, that nobody else has', async () => {
    const [a, b] = [await put({ external_id: 'coder' }), await put({ external_id: 'copier' })];
    expect((await change(idOf(a), { referral_code: 'join-ada' })).body).toMatchObject({
      referral_code: 'JOIN-ADA',
    });
    const taken = await change(idOf(b), { referral_code: 'Join-Ada' });
    expect(taken.status).toBe(409);
    expect(taken.text).toContain('referral code');
    expect((await put({ external_id: 'fresh', referral_code: 'JOIN-ADA' })).status).toBe(409);
  });

  it('can make them a test participant only before they took part', async () => {
    const made = await put({ external_id: 'tester' });
    expect((await change(idOf(made), { test: true })).body).toMatchObject({ test: true });
    const campaign = await api.campaigns.create(api.organization.id, 'Tried');
    await api.database.pool.query(
      'insert into participations (organization_id, campaign_id, participant_id) values ($1, $2, $3)',
      [api.organization.id, campaign.id, idOf(made)].map(uuidIn),
    );
    const flipped = await change(idOf(made), { test: false });
    expect(flipped.status).toBe(409);
    expect((await change(idOf(made), { test: true, first_name: 'Tess' })).status).toBe(200);
  });

  it('of another organization, or of nobody, finds nothing', async () => {
    const { token } = await api.otherOrganization();
    const made = await put({ external_id: 'ours', accounts: [discord('ours')] });
    const foreign = await api.call('PATCH', `/v1/participants/${idOf(made)}`, {
      token,
      body: { test: true },
    });
    expect(foreign.status).toBe(404);
    expect((await change(newId('usr'), { test: true })).status).toBe(404);
    const theirs = await put({ external_id: 'ours', accounts: [discord('ours')] }, token);
    expect(theirs.status).toBe(201);
    expect(idOf(theirs)).not.toBe(idOf(made));
  });
});

describe('searching participants', () => {
  it('looks into the name, the external id, the e-mail address, the wallet and the accounts, in capitals or not', async () => {
    const made = await put({
      external_id: 'needle-1',
      first_name: 'Wanda',
      last_name: 'Barnowl',
      email: 'Haystack@Example.com',
      accounts: [
        discord('Straw.Man'),
        { platform: 'base', name: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb' },
      ],
    });
    const wallet = '0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb';
    for (const part of ['EEDLE-', 'haystack@', 'straw.man', 'wanda barn', wallet, ` ${idOf(made)}`]) {
      const answer = await api.call('GET', `/v1/participants?search=${encodeURIComponent(part)}`);
      expect(
        (answer.body as { data: { id: string }[] }).data.map(({ id }) => id),
        part,
      ).toEqual([idOf(made)]);
    }
    const none = await api.call('GET', `/v1/participants?search=${encodeURIComponent('%_')}`);
    expect(none.body).toEqual({ data: [], next_cursor: null });
  });
});
