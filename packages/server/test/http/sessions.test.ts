import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { PersonBrowser, password } from './person.ts';

let nowMs: number;
let api: ApiHarness;
beforeEach(async () => {
  nowMs = Date.now();
  api = await ApiHarness.open({ clock: { now: () => nowMs } });
});
afterEach(() => api.close());

const ownerToken = async () => (await api.sessions.ownerToken(api.organization.id)) ?? '';
const createOwner = (body: object, browser = new PersonBrowser(api)) =>
  browser.call('POST', '/v1/owner', {
    body: { name: 'Olive', email: 'olive@example.com', password, ...body },
  });

describe("the first owner's account", () => {
  it('is made with the token that the server shows, and is signed in', async () => {
    const browser = new PersonBrowser(api);
    const answer = await createOwner({ token: await ownerToken(), email: 'Olive@Example.com' }, browser);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      person: { name: 'Olive', email: 'olive@example.com' },
      organization: { id: api.organization.id, name: 'Aurora Games' },
      role: 'owner',
    });
    expect((await browser.call('GET', '/v1/session')).body).toEqual(answer.body);
    expect((await browser.call('GET', '/v1/organization')).body).toMatchObject({ id: api.organization.id });
  });

  it('is made once, however many try at the same time', async () => {
    const token = await ownerToken();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => createOwner({ token, email: `olive${n}@example.com` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
    expect(await api.sessions.ownerToken(api.organization.id)).toBeNull();
    const late = await createOwner({ token, email: 'late@example.com' });
    expect(late.body).toMatchObject({ status: 403, code: 'invalid_link' });
    const { rows } = await api.database.pool.query('select email from persons');
    expect(rows).toHaveLength(1);
  });

  it('is not made with another token, or a short password', async () => {
    const token = await ownerToken();
    expect((await createOwner({ token: `${token.slice(0, -1)}_` })).body).toMatchObject({
      code: 'invalid_link',
    });
    expect((await createOwner({ token: '' })).body).toMatchObject({ code: 'invalid_link' });
    const short = await createOwner({ token, password: 'elevenchars' });
    expect(short.body).toMatchObject({ status: 400, errors: [{ pointer: '/password' }] });
    expect(await ownerToken()).toBe(token);
  });
});

describe('a session', () => {
  it('has a cookie that scripts cannot read and other sites do not send, by https alone', async () => {
    const browser = await PersonBrowser.owner(api);
    expect(browser.setCookies).toHaveLength(1);
    expect(browser.setCookies[0]).toMatch(/^__Secure-fanfare\.session_token=[^;]+;/);
    for (const attribute of [/; *HttpOnly/i, /; *Secure/i, /; *SameSite=Lax/i, /; *Path=\//i]) {
      expect(browser.setCookies[0]).toMatch(attribute);
    }
  });

  it('is refused when its cookie was changed, copied in part, or never given out', async () => {
    const { cookie } = await PersonBrowser.owner(api);
    const withCookie = async (text: string) =>
      (await api.call('GET', '/v1/session', { token: null, headers: { cookie: text } })).status;
    expect(await withCookie(cookie)).toBe(200);
    const [name = '', value = ''] = cookie.split(/=(.*)/s);
    const [token = ''] = decodeURIComponent(value).split('.');
    for (const forged of [token, `${token}.`, `${token}.${'A'.repeat(43)}=`, `x${value}`, '']) {
      expect(await withCookie(`${name}=${encodeURIComponent(forged)}`), forged).toBe(401);
    }
  });

  it('ends with signing out, for whoever kept the cookie too', async () => {
    const browser = await PersonBrowser.owner(api);
    const { cookie } = browser;
    expect((await browser.call('DELETE', '/v1/session')).status).toBe(204);
    expect(browser.cookie).toBe('');
    const kept = await api.call('GET', '/v1/session', { token: null, headers: { cookie } });
    expect(kept.body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('ends when its time is over', async () => {
    const browser = await PersonBrowser.owner(api);
    await api.database.pool.query("update person_sessions set expires_at = now() - interval '1 h'");
    expect((await browser.call('GET', '/v1/session')).status).toBe(401);
  });

  it('is renewed once a day while it is used', async () => {
    const browser = await PersonBrowser.owner(api);
    await browser.call('GET', '/v1/session');
    expect(browser.setCookies).toEqual([]);
    await api.database.pool.query("update person_sessions set expires_at = now() + interval '12 days'");
    expect((await browser.call('GET', '/v1/session')).status).toBe(200);
    expect(browser.setCookies).toHaveLength(1);
    const { rows } = await api.database.pool.query<{ renewed: boolean }>(
      "select expires_at > now() + interval '13 days' as renewed from person_sessions",
    );
    expect(rows).toEqual([{ renewed: true }]);
  });

  it('does not survive that its person leaves the organization', async () => {
    const browser = await PersonBrowser.owner(api);
    await api.database.pool.query('delete from members');
    expect((await browser.call('GET', '/v1/organization')).status).toBe(401);
  });

  it('makes tokens with all that the role may do, and no more', async () => {
    const browser = await PersonBrowser.owner(api);
    const make = async () => (await browser.call('POST', '/v1/tokens', { body: { name: 'Mine' } })).body;
    expect(await make()).toMatchObject({ scopes: null });
    await api.database.pool.query("update members set role = 'developer'");
    expect(await make()).toMatchObject({ scopes: ['read', 'publish', 'webhooks', 'tokens'] });
  });

  it('gives way to a token that comes with it', async () => {
    const browser = await PersonBrowser.owner(api);
    const { token } = await api.otherOrganization();
    const headers = { authorization: `Bearer ${token}` };
    expect((await browser.call('GET', '/v1/organization', { headers })).body).toMatchObject({
      name: 'Borealis',
    });
    const wrong = { authorization: `Bearer fan_${'A'.repeat(43)}` };
    expect((await browser.call('GET', '/v1/organization', { headers: wrong })).status).toBe(401);
  });
});

describe('a request that another page had a browser make', () => {
  it.each([
    'https://evil.example.com',
    'http://hooks.example.com',
    'https://hooks.example.com:444',
    'null',
  ])('from %s changes nothing', async (origin) => {
    const browser = await PersonBrowser.owner(api);
    const rename = (headers: Record<string, string>) =>
      browser.call('PATCH', '/v1/organization', { body: { name: 'Taken' }, headers });
    const refused = await rename({ origin });
    expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await browser.call('GET', '/v1/organization')).body).toMatchObject({ name: 'Aurora Games' });
    expect((await rename({})).status).toBe(200);
  });

  it('without an origin changes nothing either', async () => {
    const { cookie } = await PersonBrowser.owner(api);
    const answer = await api.call('DELETE', '/v1/session', { token: null, headers: { cookie } });
    expect(answer.body).toMatchObject({ status: 403, detail: expect.stringContaining('Origin') });
    expect((await api.call('GET', '/v1/session', { token: null, headers: { cookie } })).status).toBe(200);
  });

  it('does not sign anybody in', async () => {
    await PersonBrowser.owner(api);
    const browser = new PersonBrowser(api, 'https://evil.example.com');
    expect((await browser.signIn('owner@example.com')).status).toBe(403);
    expect(browser.cookie).toBe('');
  });

  it('is told from one of our own by the host where there is no TLS', async () => {
    const local = await ApiHarness.open({ origin: 'http://127.0.0.1:7070' });
    const token = await local.sessions.ownerToken(local.organization.id);
    const owner = { token, name: 'Olive', email: 'olive@example.com', password };
    const browser = new PersonBrowser(local, local.url);
    expect((await browser.call('POST', '/v1/owner', { body: owner })).status).toBe(201);
    expect(browser.setCookies[0]).toMatch(/^fanfare\.session_token=/);
    expect(browser.setCookies[0]).not.toMatch(/Secure/i);
    const sent = (origin: string) => browser.call('DELETE', '/v1/session', { headers: { origin } });
    expect((await sent('http://127.0.0.1:1')).status).toBe(403);
    expect((await sent('http://127.0.0.1:7070')).status).toBe(204);
    await local.close();
  });
});

describe('signing in', () => {
  it('takes the address in any case, and the right password', async () => {
    await PersonBrowser.owner(api);
    const browser = new PersonBrowser(api);
    expect((await browser.signIn('OWNER@example.com')).status).toBe(201);
    expect((await browser.call('GET', '/v1/session')).status).toBe(200);
  });

  it('does not tell whether an account exists', async () => {
    await PersonBrowser.owner(api);
    const [wrong, unknown] = [
      await new PersonBrowser(api).signIn('owner@example.com', 'wrong horse battery'),
      await new PersonBrowser(api).signIn('nobody@example.com', 'wrong horse battery'),
    ];
    const said = ({ body }: { body: unknown }) => ({ ...(body as object), request_id: null });
    expect(said(wrong)).toEqual(said(unknown));
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_password' } });
  });

  it('is refused after too many wrong passwords for an account, on every node, until the time is over', async () => {
    await PersonBrowser.owner(api);
    const other = await ApiHarness.open({
      clock: { now: () => nowMs },
      webhooks: { keyring: api.webhookParts.keyring },
      test: { database: api.database, drop: async () => {} },
    });
    const nodes = [api, other];
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        new PersonBrowser(nodes[n % 2] ?? api).signIn('owner@example.com', `wrong password ${n}`),
      ),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
    const right = await new PersonBrowser(other).signIn('Owner@example.com');
    expect(right.body).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(right.headers.get('retry-after')).toBe('900');
    expect((await new PersonBrowser(api).signIn('somebody@example.com')).status).toBe(401);
    nowMs += 900_000;
    expect((await new PersonBrowser(other).signIn('owner@example.com')).status).toBe(201);
    await other.close();
  });

  it('counts from the beginning after the right password', async () => {
    await PersonBrowser.owner(api);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 9; n += 1) {
        expect((await new PersonBrowser(api).signIn('owner@example.com', 'wrong horse')).status).toBe(401);
      }
      expect((await new PersonBrowser(api).signIn('owner@example.com')).status).toBe(201);
    }
  });

  it('is refused after too many from one address, whatever the account', async () => {
    await PersonBrowser.owner(api);
    const tries = await Promise.all(
      Array.from({ length: 52 }, (_, n) =>
        new PersonBrowser(api).signIn(`guess${n}@example.com`, 'wrong horse'),
      ),
    );
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(2);
    expect((await new PersonBrowser(api).signIn('owner@example.com')).status).toBe(429);
    const { rows } = await api.database.pool.query('select * from sign_in_attempts');
    expect(JSON.stringify(rows)).not.toContain('127.0.0.1');
  });
});

it('keeps passwords only as hashes, and nothing that opens a session without the key', async () => {
  const { cookie } = await PersonBrowser.owner(api);
  const { rows: credentials } = await api.database.pool.query('select * from person_credentials');
  expect(JSON.stringify(credentials)).not.toContain(password);
  const { rows } = await api.database.pool.query<{ token: string }>('select token from person_sessions');
  const [name = ''] = cookie.split('=');
  const stolen = `${name}=${rows[0]?.token}`;
  expect((await api.call('GET', '/v1/session', { token: null, headers: { cookie: stolen } })).status).toBe(
    401,
  );
});
