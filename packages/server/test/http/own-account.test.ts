import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { PersonBrowser, password } from './person.ts';

let api: ApiHarness;
let olive: PersonBrowser;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  api = await ApiHarness.open({ clock: { now: () => nowMs } });
  olive = await PersonBrowser.owner(api);
});
afterEach(() => api.close());

interface Shown {
  readonly id: string;
  readonly current: boolean;
  readonly last_used_at: string;
  readonly address: string | null;
  readonly user_agent: string | null;
}

async function signedIn(): Promise<PersonBrowser> {
  const browser = new PersonBrowser(api);
  expect((await browser.signIn('owner@example.com')).status).toBe(201);
  return browser;
}

async function sessionsOf(browser: PersonBrowser, headers: Record<string, string> = {}): Promise<Shown[]> {
  const answer = await browser.call('GET', '/v1/sessions', { headers });
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { data: Shown[] }).data;
}

const isSignedIn = async (browser: PersonBrowser) =>
  (await browser.call('GET', '/v1/session')).status === 200;

describe("one's own sessions", () => {
  it('are shown with where and with what they were used last, and which of them asks', async () => {
    const phone = await signedIn();
    await phone.call('GET', '/v1/session', { headers: { 'user-agent': 'Phone/1.0' } });
    const laptop = { 'user-agent': 'Laptop/2.0' };
    expect(await sessionsOf(olive, laptop)).toMatchObject([
      { id: expect.stringMatching(/^pss_/), current: false, address: '127.0.0.1', user_agent: 'Phone/1.0' },
      { current: true, address: '127.0.0.1', user_agent: 'Laptop/2.0', last_used_at: shown(nowMs) },
    ]);
    nowMs += 59_000;
    expect((await sessionsOf(olive, laptop))[1]?.last_used_at).toBe(shown(nowMs - 59_000));
    nowMs += 2_000;
    expect((await sessionsOf(olive, laptop))[1]?.last_used_at).toBe(shown(nowMs));
  });

  it('are those of nobody else', async () => {
    const admin = await PersonBrowser.withRole(api, api.organization.id, 'admin');
    const [theirs] = await sessionsOf(admin);
    expect(await sessionsOf(olive)).toHaveLength(1);
    expect((await olive.call('DELETE', `/v1/sessions/${theirs?.id}`)).status).toBe(404);
    expect((await olive.call('DELETE', '/v1/sessions')).status).toBe(204);
    expect(await isSignedIn(admin)).toBe(true);
  });

  it('end one by one or all others at once, for whoever has their cookies', async () => {
    const [phone, tablet, lost] = [await signedIn(), await signedIn(), await signedIn()];
    const [last] = await sessionsOf(olive);
    expect((await olive.call('DELETE', `/v1/sessions/${last?.id}`)).status).toBe(204);
    expect([await isSignedIn(lost), await isSignedIn(tablet)]).toEqual([false, true]);
    expect((await olive.call('DELETE', `/v1/sessions/${last?.id}`)).status).toBe(404);
    expect((await olive.call('DELETE', '/v1/sessions')).status).toBe(204);
    expect([await isSignedIn(phone), await isSignedIn(tablet), await isSignedIn(olive)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('can be read in pages', async () => {
    await signedIn();
    const first = await olive.call('GET', '/v1/sessions?limit=1');
    const { next_cursor, data } = first.body as { next_cursor: string; data: Shown[] };
    const second = await olive.call('GET', `/v1/sessions?limit=1&cursor=${next_cursor}`);
    expect(data).toMatchObject([{ current: false }]);
    expect(second.body).toMatchObject({ data: [{ current: true }], next_cursor: null });
  });
});

describe("one's own password", () => {
  const next = 'another horse battery';
  const change = (browser: PersonBrowser, current_password: string, to = next) =>
    browser.call('PUT', '/v1/person/password', { body: { current_password, password: to } });

  it('is changed with the present one, and ends every other session and link', async () => {
    const other = await signedIn();
    await api.database.pool.query(
      `insert into person_verifications (id, identifier, value, expires_at)
       select gen_random_uuid(), 'a link', id::text, now() + interval '1 h' from persons`,
    );
    expect((await change(olive, password)).status).toBe(204);
    expect([await isSignedIn(olive), await isSignedIn(other)]).toEqual([true, false]);
    expect((await new PersonBrowser(api).signIn('owner@example.com', password)).status).toBe(401);
    expect((await new PersonBrowser(api).signIn('owner@example.com', next)).status).toBe(201);
    expect((await api.database.pool.query('select 1 from person_verifications')).rowCount).toBe(0);
  });

  it('stays as it is without the present one, which the answer points at', async () => {
    const answer = await change(olive, 'wrong horse battery');
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '/current_password' }] });
    expect((await change(olive, password, 'short')).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/password' }],
    });
    expect((await new PersonBrowser(api).signIn('owner@example.com', password)).status).toBe(201);
  });

  it('cannot be guessed by whoever found an open session', async () => {
    const tries = await Promise.all(Array.from({ length: 12 }, (_, n) => change(olive, `wrong horse ${n}`)));
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(10).fill(400), 429, 429]);
    expect((await change(olive, password)).status).toBe(429);
    nowMs += 900_000;
    expect((await change(olive, password)).status).toBe(204);
  });

  it('is changed by one of two at the same time', async () => {
    const both = await Promise.all([change(olive, password, 'the first battery'), change(olive, password)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 400]);
  });
});

it("one's name is another from then on", async () => {
  const renamed = await olive.call('PATCH', '/v1/person', { body: { name: ' Olive Branch ' } });
  expect(renamed.body).toMatchObject({ name: 'Olive Branch', email: 'owner@example.com' });
  expect((await olive.call('GET', '/v1/session')).body).toMatchObject({ person: { name: 'Olive Branch' } });
});

describe('another organization', () => {
  const make = (browser: PersonBrowser) =>
    browser.call('POST', '/v1/organizations', { body: { name: 'Borealis' } });

  it('is made by an owner, who owns it and can work in it', async () => {
    const made = await make(olive);
    expect([made.status, made.body]).toEqual([201, expect.objectContaining({ name: 'Borealis' })]);
    const organization_id = (made.body as { id: string }).id;
    const switched = await olive.call('PATCH', '/v1/session', { body: { organization_id } });
    expect(switched.body).toMatchObject({
      organization: { id: organization_id, name: 'Borealis' },
      role: 'owner',
      organizations: [{ name: 'Aurora Games' }, { name: 'Borealis' }],
    });
    expect((await olive.call('GET', '/v1/communities')).body).toMatchObject({ data: [{ name: 'Borealis' }] });
    expect((await olive.call('GET', '/v1/members')).body).toMatchObject({ data: [{ role: 'owner' }] });
    const campaign = await olive.call('POST', '/v1/campaigns', { body: { name: 'Spring' } });
    expect(campaign.status).toBe(201);
  });

  it('is made by nobody where there are to be none', async () => {
    const closed = await ApiHarness.open({ newOrganizations: 'off' });
    const answer = await make(await PersonBrowser.owner(closed));
    expect(answer.body).toMatchObject({
      status: 403,
      detail: expect.stringContaining('FANFARE_NEW_ORGANIZATIONS'),
    });
    const { rows } = await closed.database.pool.query('select name from organizations');
    expect(rows).toEqual([{ name: 'Aurora Games' }]);
    await closed.close();
  });
});

describe('where a request comes from', () => {
  const seenBy = async (harness: ApiHarness, forwarded: string) => {
    const browser = new PersonBrowser(harness);
    await browser.signIn('owner@example.com');
    return (await sessionsOf(browser, { 'x-forwarded-for': forwarded })).find(({ current }) => current)
      ?.address;
  };

  it('is who opened the connection, whatever the request says', async () => {
    expect(await seenBy(api, '203.0.113.7')).toBe('127.0.0.1');
  });

  it('is what trusted proxies say, and nothing that was there before them', async () => {
    const behind = await ApiHarness.open({ trustedProxies: ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8'] });
    await PersonBrowser.owner(behind);
    expect(await seenBy(behind, '203.0.113.7')).toBe('203.0.113.7');
    expect(await seenBy(behind, '198.51.100.1, 203.0.113.7, 10.1.2.3')).toBe('203.0.113.7');
    expect(await seenBy(behind, '203.0.113.7, fd00::1')).toBe('203.0.113.7');
    await behind.close();
  });

  it('counts for tries to sign in: one address behind a proxy does not lock out all others', async () => {
    const behind = await ApiHarness.open({ trustedProxies: ['127.0.0.1'] });
    await PersonBrowser.owner(behind);
    const guess = async (n: number, from: string) =>
      (
        await new PersonBrowser(behind).call('POST', '/v1/session', {
          body: { email: `guess${n}@example.com`, password: 'wrong horse battery' },
          headers: { 'x-forwarded-for': from },
        })
      ).status;
    const tries = await Promise.all(Array.from({ length: 51 }, (_, n) => guess(n, '203.0.113.7')));
    expect(tries.filter((status) => status === 429)).toHaveLength(1);
    expect(await guess(51, '203.0.113.8')).toBe(401);
    await behind.close();
  });
});

function shown(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
