import { createHmac } from 'node:crypto';
import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserAccess, openBrowserAccess } from '../../src/accounts/index.ts';
import { newId } from '../../src/ids.ts';
import { Browser } from './browser.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { outcome, refusal, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
let campaign: string;
let theirs: { token: string };
let nowMs = Date.UTC(2026, 5, 1);
beforeAll(async () => {
  api = await ApiHarness.open({ clock: { now: () => nowMs } });
  theirs = await api.otherOrganization();
});
beforeEach(async () => {
  season = await Season.open(api);
  campaign = `/v1/campaigns/${season.campaign}`;
});
afterAll(() => api.close());

let names = 0;
const somebody = () => `person-${++names}`;
const issue = (body: unknown) => api.call('POST', '/v1/participant-tokens', { body });
const revoke = (body: unknown = {}, token = api.token) =>
  api.call('POST', '/v1/participant-tokens/revocation', { body, token });
const statusWith = async (token: string) => (await api.call('GET', campaign, { token })).status;

type Json = Record<string, unknown>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
/** Signs what it is given with the organization's own key, as only somebody could who has it. */
async function forged(token: string, change: { header?: Json; claims?: Json }): Promise<string> {
  const [header, claims] = token.split('.');
  const [newHeader, newClaims] = [
    { ...decode(header), ...change.header },
    { ...decode(claims), ...change.claims },
  ];
  const { rows } = await api.database.pool.query<{ id: string; ciphertext: Buffer; key_id: string }>(
    'select id, ciphertext, key_id from participant_token_keys where organization_id = $1 order by id desc limit 1',
    [uuidIn(api.organization.id)],
  );
  const [key] = rows;
  if (key === undefined) throw new Error('There is no key');
  const secret = api.webhookParts.keyring
    .decrypt({ ciphertext: key.ciphertext, keyId: key.key_id }, decode(header)['kid'] as `ptk_${string}`)
    .reveal();
  const text = `${encode(newHeader)}.${encode(newClaims)}`;
  return `${text}.${createHmac('sha256', Buffer.from(secret, 'base64')).update(text).digest('base64url')}`;
}

describe('making a participant token', () => {
  it('gives one that is valid for 15 minutes, for whoever is named', async () => {
    const who = somebody();
    const answer = await issue({ participant: { external_id: who } });
    expect(answer.status).toBe(201);
    const body = answer.body as { token: string; expires_at: string; participant_id: string };
    expect(body.expires_at).toBe(new Date(nowMs + 900_000).toISOString());
    const [header, claims] = body.token.split('.').map((part, index) => (index < 2 ? decode(part) : {}));
    expect(header).toEqual({
      alg: 'HS256',
      typ: 'fanfare-participant+jwt',
      kid: expect.stringMatching(/^ptk_/),
    });
    expect(claims).toMatchObject({ iss: 'fanfare', aud: api.organization.id, sub: body.participant_id });
    const found = await api.call('GET', `/v1/participants?external_id=${who}`);
    expect((found.body as { data: { id: string }[] }).data[0]?.id).toBe(body.participant_id);
  });

  it('keeps the key encrypted, and for no other row', async () => {
    const { keyring } = api.webhookParts;
    const { token } = await Browser.open(api, somebody());
    const kid = decode(token.split('.')[0])['kid'] as `ptk_${string}`;
    const { rows } = await api.database.pool.query<{ ciphertext: Buffer; key_id: string }>(
      'select ciphertext, key_id from participant_token_keys where id = $1',
      [uuidIn(kid)],
    );
    const sealed = { ciphertext: rows[0]?.ciphertext ?? Buffer.alloc(0), keyId: rows[0]?.key_id ?? '' };
    const secret = keyring.decrypt(sealed, kid).reveal();
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(sealed.ciphertext.includes(Buffer.from(secret, 'base64'))).toBe(false);
    expect(sealed.ciphertext.toString('latin1')).not.toContain(secret);
    expect(() => keyring.decrypt(sealed, newId('ptk'))).toThrow('changed after it was encrypted');
  });

  it.each([
    ['nobody', {}, 400, '/participant'],
    ['an unknown participant', { participant: { id: newId('usr') } }, 422, '/participant'],
    ['no lifetime', { participant: { external_id: 'a' }, ttl_seconds: 0 }, 400, '/ttl_seconds'],
    ['too short a lifetime', { participant: { external_id: 'a' }, ttl_seconds: 59 }, 400, '/ttl_seconds'],
    ['too long a lifetime', { participant: { external_id: 'a' }, ttl_seconds: 3_601 }, 400, '/ttl_seconds'],
    ['half a second', { participant: { external_id: 'a' }, ttl_seconds: 60.5 }, 400, '/ttl_seconds'],
    ['a lifetime in words', { participant: { external_id: 'a' }, ttl_seconds: '1h' }, 400, '/ttl_seconds'],
    ['no campaigns', { participant: { external_id: 'a' }, campaign_ids: [] }, 400, '/campaign_ids'],
    [
      'an unknown campaign',
      { participant: { external_id: 'a' }, campaign_ids: [newId('cmp')] },
      422,
      '/campaign_ids/0',
    ],
    [
      'too many campaigns',
      { participant: { external_id: 'a' }, campaign_ids: Array.from({ length: 21 }, () => newId('cmp')) },
      400,
      '/campaign_ids',
    ],
    ['claims of one’s own', { participant: { external_id: 'a' }, trust: 'server' }, 400, '/trust'],
  ])('is refused for %s', async (_what, body, status, pointer) => {
    const answer = await issue(body);
    expect(answer.status, answer.text).toBe(status);
    const { errors } = answer.body as { errors: { pointer: string }[] };
    expect(errors.map((fault) => fault.pointer)).toContain(pointer);
  });

  it("is refused for another organization's participant and campaign", async () => {
    const ada = await Browser.open(api, somebody());
    const call = (body: unknown) => api.call('POST', '/v1/participant-tokens', { token: theirs.token, body });
    expect((await call({ participant: { id: ada.participant } })).status).toBe(422);
    const body = { participant: { external_id: 'a' }, campaign_ids: [season.campaign] };
    expect((await call(body)).status).toBe(422);
  });

  it('signs with one key, however many ask for the first token at once', async () => {
    const { token } = await api.otherOrganization('Crowd');
    const browsers = await Promise.all(
      Array.from({ length: 20 }, () => Browser.open(api, somebody(), { token })),
    );
    const kids = new Set(browsers.map((browser) => decode(browser.token.split('.')[0])['kid']));
    expect(kids.size).toBe(1);
  });
});

describe('a participant token is refused', () => {
  const browser = () => Browser.open(api, somebody());

  it('when it has expired, to the second', async () => {
    const ada = await Browser.open(api, somebody(), { ttlSeconds: 60 });
    nowMs += 59_999;
    expect(await statusWith(ada.token)).toBe(200);
    nowMs += 1;
    expect(await statusWith(ada.token)).toBe(401);
    nowMs += 1_000;
    expect(await statusWith(ada.token)).toBe(401);
  });

  it('before its time, but for a node whose clock is a little behind', async () => {
    const ada = await browser();
    nowMs -= 5_000;
    expect(await statusWith(ada.token)).toBe(200);
    nowMs -= 1_000;
    expect(await statusWith(ada.token)).toBe(401);
    nowMs += 6_000;
  });

  it('when a letter of any of its parts was changed', async () => {
    const { token } = await browser();
    expect(await statusWith(token)).toBe(200);
    for (let at = 3; at < token.length - 1; at += 17) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await statusWith(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toBe(401);
    }
  });

  it.each(['none', 'None', 'HS512', 'HS384', 'RS256', 'EdDSA'])('when it says alg %s', async (alg) => {
    const { token } = await browser();
    const [, claims, signature] = token.split('.');
    const header = { ...decode(token.split('.')[0]), alg };
    for (const end of ['', signature])
      expect(await statusWith(`${encode(header)}.${claims}.${end}`)).toBe(401);
    expect(await statusWith(await forged(token, { header: { alg } }))).toBe(401);
  });

  it.each<[string, { header?: Json; claims?: Json }]>([
    ['is meant for another organization', { claims: { aud: newId('org') } }],
    ['is meant for nobody', { claims: { aud: undefined } }],
    ['comes from somebody else', { claims: { iss: 'https://accounts.example.com' } }],
    ['is a JWT of another kind', { header: { typ: 'JWT' } }],
    [
      'names a critical extension',
      { header: { crit: ['https://example.com/x'], 'https://example.com/x': 1 } },
    ],
    ['never expires', { claims: { exp: undefined } }],
    ['says no time from which it is valid', { claims: { nbf: undefined } }],
    ['has a time that is no number', { claims: { exp: '9999999999' } }],
    ['is about nobody', { claims: { sub: undefined } }],
    ['is about something else', { claims: { sub: newId('cmp') } }],
    ['has no generation', { claims: { gen: undefined } }],
    ['has a generation that is no number', { claims: { gen: '7' } }],
    ['names campaigns that are none', { claims: { cmp: ['everything'] } }],
    ['names campaigns in no list', { claims: { cmp: 'cmp_01jf2wkmvcfw6ts1qmgzya291c' } }],
  ])('when it %s, though it is signed with the right key', async (_what, change) => {
    const { token } = await browser();
    expect(await statusWith(await forged(token, {}))).toBe(200);
    expect(await statusWith(await forged(token, change))).toBe(401);
  });

  it('when its key belongs to another organization, whatever it says of itself', async () => {
    const ours = await browser();
    const their = await Browser.open(api, somebody(), { token: theirs.token });
    const kid = decode(their.token.split('.')[0])['kid'];
    expect(await statusWith(await forged(ours.token, { header: { kid } }))).toBe(401);
    // And a valid one of theirs finds nothing here.
    expect(await statusWith(their.token)).toBe(404);
  });

  it.each([
    ['an unknown key', () => encode({ alg: 'HS256', typ: 'fanfare-participant+jwt', kid: newId('ptk') })],
    ['a key of another kind of id', () => encode({ alg: 'HS256', kid: newId('org') })],
    ['a key that is no text', () => encode({ alg: 'HS256', kid: { $ne: null } })],
    ['no key', () => encode({ alg: 'HS256' })],
    ['a header that is no object', () => encode('HS256')],
    ['NUL in its header', () => Buffer.from('{"alg":"HS256","kid":"\u0000"}').toString('base64url')],
    ['what is no base64', () => '%%%'],
    ['nothing', () => ''],
  ])('with %s', async (_what, header) => {
    const [, claims, signature] = (await browser()).token.split('.');
    expect(await statusWith(`${header()}.${claims}.${signature}`)).toBe(401);
  });

  it('when it is huge, has too many parts or too few', async () => {
    const { token } = await browser();
    for (const text of [`${token}.`, `${token}.${token}`, 'a.b', '.', '..', `${'a'.repeat(12_000)}.b.c`]) {
      expect(await statusWith(text), text.slice(0, 40)).toBe(401);
    }
    const padded = await forged(token, { claims: { padding: 'x'.repeat(3_000) } });
    expect(await statusWith(padded)).toBe(401);
  });

  it('when its participant is gone: nothing can be done for nobody', async () => {
    const task = await season.task({ browser: true });
    const [fresh, known] = [await browser(), await browser()];
    await outcome(known.call('POST', `${campaign}/participants`, { body: {} }));
    for (const { participant } of [fresh, known]) {
      const uuid = uuidIn(participant);
      await api.database.pool.query('delete from participations where participant_id = $1', [uuid]);
      await api.database.pool.query('delete from participants where id = $1', [uuid]);
    }
    for (const gone of [fresh, known]) {
      const body = {};
      expect((await gone.call('GET', `${campaign}/participants/${gone.participant}`)).status).toBe(404);
      for (const path of ['participants', `tasks/${task}/completions`]) {
        expect(await refusal(gone.call('POST', `${campaign}/${path}`, { body }))).toMatchObject({
          status: 422,
          code: 'unknown_participant',
        });
      }
      expect((await issue({ participant: { id: gone.participant } })).status).toBe(422);
    }
  });
});

describe('revoking', () => {
  it('one participant ends every token of theirs at once, and of nobody else', async () => {
    const who = somebody();
    const [first, second] = [await Browser.open(api, who), await Browser.open(api, who)];
    const other = await Browser.open(api, somebody());
    expect(await Promise.all([first, second, other].map(({ token }) => statusWith(token)))).toEqual([
      200, 200, 200,
    ]);
    expect((await revoke({ participant_id: first.participant })).status).toBe(204);
    expect(await Promise.all([first, second, other].map(({ token }) => statusWith(token)))).toEqual([
      401, 401, 200,
    ]);
    // The next one, of the same second, is good; and can be revoked as well.
    const next = await Browser.open(api, who);
    expect(await statusWith(next.token)).toBe(200);
    await revoke({ participant_id: first.participant });
    expect(await statusWith(next.token)).toBe(401);
  });

  it('all of them ends every token of the organization, and of no other', async () => {
    const ada = await Browser.open(api, somebody());
    const their = await Browser.open(api, somebody(), { token: theirs.token });
    expect((await revoke()).status).toBe(204);
    expect(await statusWith(ada.token)).toBe(401);
    expect(await statusWith(their.token)).toBe(404);
    expect(await statusWith((await Browser.open(api, somebody())).token)).toBe(200);
    expect((await api.call('GET', '/v1/organization')).status).toBe(200);
  });

  it("cannot end the tokens of another organization's participant", async () => {
    const ada = await Browser.open(api, somebody());
    expect((await revoke({ participant_id: ada.participant }, theirs.token)).status).toBe(404);
    expect((await revoke({ participant_id: newId('usr') })).status).toBe(404);
    expect(await statusWith(ada.token)).toBe(200);
  });

  describe('on another node', () => {
    let there: BrowserAccess;
    beforeAll(async () => {
      const { keyring } = api.webhookParts;
      there = await openBrowserAccess({ database: api.database, keyring, clock: { now: () => nowMs } });
    });
    afterAll(() => there.close());

    it.each([
      ['one participant', (participant: string) => revoke({ participant_id: participant })],
      ['all', () => revoke()],
    ])('counts as soon as it hears of it: %s', async (_what, revoking) => {
      const ada = await Browser.open(api, somebody());
      expect(await there.authenticate(ada.token)).toMatchObject({ participantId: ada.participant });
      await revoking(ada.participant);
      await waitFor(async () => (await there.authenticate(ada.token)) === null, {
        what: 'the other node to refuse the token',
      });
    });
  });
});

describe('the key that signs', () => {
  it('is replaced after 30 days, and what the former one signed stays valid', async () => {
    const kidOf = ({ token }: Browser) => decode(token.split('.')[0])['kid'];
    await revoke();
    const first = await Browser.open(api, somebody());
    nowMs += 30 * 86_400_000 - 1_000;
    const last = await Browser.open(api, somebody());
    expect(kidOf(last)).toBe(kidOf(first));
    nowMs += 1_000;
    const next = await Browser.open(api, somebody());
    expect(kidOf(next)).not.toBe(kidOf(first));
    expect([await statusWith(last.token), await statusWith(next.token)]).toEqual([200, 200]);
    nowMs += 30 * 86_400_000;
    await Browser.open(api, somebody());
    const { rows } = await api.database.pool.query(
      'select 1 from participant_token_keys where organization_id = $1',
      [uuidIn(api.organization.id)],
    );
    expect(rows).toHaveLength(2);
  });
});
