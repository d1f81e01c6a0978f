import { waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mail } from '../../src/alerts/mailer.ts';
import { ApiHarness } from './harness.ts';
import { PersonBrowser, password } from './person.ts';

let nowMs: number;
let api: ApiHarness;
let owner: PersonBrowser;
beforeEach(async () => {
  nowMs = Date.now();
  api = await ApiHarness.open({ clock: { now: () => nowMs } });
  owner = await PersonBrowser.owner(api);
});
afterEach(() => api.close());

const idOf = async (browser: PersonBrowser) =>
  ((await browser.call('GET', '/v1/session')).body as { person: { id: string } }).person.id;
const tokenIn = (link: string) => link.split('#')[1] ?? '';
const invite = async (email: string, role = 'manager', by = owner) => {
  const answer = await by.call('POST', '/v1/invitations', { body: { email, role } });
  expect(answer.status, answer.text).toBe(201);
  const { id, link } = answer.body as { id: string; link: string };
  return { id, token: tokenIn(link), link };
};
const accept = (token: string, more: object = {}, browser = new PersonBrowser(api)) =>
  browser.call('POST', '/v1/invitations/acceptance', { body: { token, name: 'Mia', password, ...more } });

describe('an invitation', () => {
  it('makes an account with its role, signed in', async () => {
    const { token, link } = await invite('Mia@Example.com');
    expect(link).toMatch(/^https:\/\/hooks\.example\.com\/invitation#inv_/);
    const mia = new PersonBrowser(api);
    const answer = await accept(token, {}, mia);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({ role: 'manager', person: { name: 'Mia', email: 'mia@example.com' } });
    expect((await mia.call('POST', '/v1/campaigns', { body: { name: 'Spring' } })).status).toBe(201);
    expect((await mia.call('GET', '/v1/members')).status).toBe(403);
    const members = (await owner.call('GET', '/v1/members')).body;
    expect(members).toMatchObject({
      data: [{ email: 'mia@example.com', role: 'manager' }, { role: 'owner' }],
    });
    expect((await owner.call('GET', '/v1/invitations')).body).toMatchObject({ data: [] });
  });

  it('is accepted once, however many try at the same time', async () => {
    const { token } = await invite('mia@example.com');
    const answers = await Promise.all([1, 2, 3].map((n) => accept(token, { password: `${password} ${n}` })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const { rows } = await api.database.pool.query("select from persons where email = 'mia@example.com'");
    expect(rows).toHaveLength(1);
    expect((await accept(token)).body).toMatchObject({ code: 'invalid_link' });
  });

  it('that was taken back, replaced, changed or has expired is not accepted', async () => {
    const first = await invite('mia@example.com');
    const second = await invite('mia@example.com', 'viewer');
    expect((await accept(first.token)).body).toMatchObject({ code: 'invalid_link' });
    expect((await owner.call('DELETE', `/v1/invitations/${second.id}`)).status).toBe(204);
    expect((await accept(second.token)).body).toMatchObject({ code: 'invalid_link' });
    const third = await invite('mia@example.com');
    const fourth = await invite('noa@example.com');
    const swapped = `${third.id}.${fourth.token.split('.')[1]}`;
    for (const token of [swapped, third.id, `${third.id}.`, 'nonsense']) {
      expect((await accept(token)).body, token).toMatchObject({ code: 'invalid_link' });
    }
    nowMs += 7 * 86_400_000;
    expect((await accept(third.token)).body).toMatchObject({ code: 'invalid_link' });
  });

  it('adds to the account that is there, for whoever knows its password', async () => {
    const { organization } = await api.otherOrganization();
    const theirs = await PersonBrowser.withRole(api, organization.id, 'owner');
    const { token } = await invite('owner@example.com', 'viewer', theirs);
    const stranger = new PersonBrowser(api);
    expect((await accept(token, { password: 'not her password' }, stranger)).status).toBe(401);
    expect(stranger.cookie).toBe('');
    const again = new PersonBrowser(api);
    const answer = await accept(token, {}, again);
    expect(answer.body).toMatchObject({
      person: { name: 'Olive Owner' },
      organization: { id: organization.id },
      role: 'viewer',
      organizations: [
        { name: 'Aurora Games', role: 'owner' },
        { name: 'Borealis', role: 'viewer' },
      ],
    });
    expect((await again.call('GET', '/v1/organization')).body).toMatchObject({ name: 'Borealis' });
  });

  it('tells whoever has its link what it leads to, and whether they have an account', async () => {
    const preview = async (token: string) =>
      new PersonBrowser(api).call('POST', '/v1/invitations/preview', { body: { token } });
    const { token } = await invite('mia@example.com');
    const seen = await preview(token);
    expect(seen.status, seen.text).toBe(200);
    expect(seen.body).toEqual({
      email: 'mia@example.com',
      role: 'manager',
      organization: { name: 'Aurora Games' },
      invited_by: { name: 'Olive Owner' },
      has_account: false,
      expires_at: new Date(nowMs + 7 * 86_400_000).toISOString(),
    });
    const { organization } = await api.otherOrganization();
    const theirs = await PersonBrowser.withRole(api, organization.id, 'owner');
    const known = await invite('owner@example.com', 'viewer', theirs);
    expect((await preview(known.token)).body).toMatchObject({
      organization: { name: 'Borealis' },
      has_account: true,
    });
    expect((await preview(token)).status).toBe(200);
    await accept(token);
    for (const spent of [token, `${token}x`, 'nonsense']) {
      expect((await preview(spent)).body, spent).toMatchObject({ code: 'invalid_link' });
    }
  });

  it('asks for a name only where there is no account yet', async () => {
    const { token } = await invite('mia@example.com');
    expect(await accept(token, { name: undefined })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/name' }] },
    });
    expect((await accept(token)).status).toBe(201);
    const { organization } = await api.otherOrganization();
    const theirs = await PersonBrowser.withRole(api, organization.id, 'owner');
    const known = await invite('mia@example.com', 'viewer', theirs);
    expect((await accept(known.token, { name: undefined })).body).toMatchObject({ person: { name: 'Mia' } });
  });

  it('is for who does not belong yet; only owners invite owners', async () => {
    const body = { email: 'owner@example.com', role: 'viewer' };
    expect((await owner.call('POST', '/v1/invitations', { body })).status).toBe(409);
    const admin = await PersonBrowser.withRole(api, api.organization.id, 'admin');
    const toOwner = { email: 'mia@example.com', role: 'owner' };
    expect((await admin.call('POST', '/v1/invitations', { body: toOwner })).status).toBe(403);
    expect((await owner.call('POST', '/v1/invitations', { body: toOwner })).status).toBe(201);
  });
});

describe('a session', () => {
  it('switches between the organizations of its person, and to no other', async () => {
    const { organization } = await api.otherOrganization();
    const theirs = await PersonBrowser.withRole(api, organization.id, 'owner');
    const switchTo = (id: string) => owner.call('PATCH', '/v1/session', { body: { organization_id: id } });
    expect((await switchTo(organization.id)).status).toBe(404);
    expect((await owner.call('GET', '/v1/organization')).body).toMatchObject({ name: 'Aurora Games' });
    const { token } = await invite('owner@example.com', 'viewer', theirs);
    await accept(token);
    expect((await switchTo(organization.id)).body).toMatchObject({ role: 'viewer' });
    expect((await owner.call('GET', '/v1/organization')).body).toMatchObject({ name: 'Borealis' });
    expect((await owner.call('PATCH', '/v1/organization', { body: { name: 'Mine' } })).status).toBe(403);
    expect((await switchTo(api.organization.id)).body).toMatchObject({ role: 'owner' });
    expect((await owner.call('GET', '/v1/organization')).body).toMatchObject({ name: 'Aurora Games' });
  });
});

describe('members', () => {
  it('may do at once what their new role says', async () => {
    const mia = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const create = () => mia.call('POST', '/v1/campaigns', { body: { name: 'Spring' } });
    expect((await create()).status).toBe(403);
    const path = `/v1/members/${await idOf(mia)}`;
    const changed = await owner.call('PATCH', path, { body: { role: 'manager' } });
    expect(changed.body).toMatchObject({ role: 'manager' });
    expect((await create()).status).toBe(201);
  });

  it('are signed out when they are removed, and forgotten when they belong to nothing else', async () => {
    const mia = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const path = `/v1/members/${await idOf(mia)}`;
    expect((await owner.call('DELETE', path)).status).toBe(204);
    expect((await mia.call('GET', '/v1/session')).status).toBe(401);
    expect((await owner.call('DELETE', path)).status).toBe(404);
    const { rows } = await api.database.pool.query<{ email: string }>('select email from persons');
    expect(rows).toEqual([{ email: 'owner@example.com' }]);
  });

  it('keep their account while they belong to another organization', async () => {
    const { organization } = await api.otherOrganization();
    const theirs = await PersonBrowser.withRole(api, organization.id, 'owner');
    const { token } = await invite('owner@example.com', 'viewer', theirs);
    const there = new PersonBrowser(api);
    await accept(token, {}, there);
    const path = `/v1/members/${await idOf(there)}`;
    expect((await theirs.call('DELETE', path)).status).toBe(204);
    expect((await there.call('GET', '/v1/session')).status).toBe(401);
    expect((await owner.call('GET', '/v1/session')).body).toMatchObject({
      organizations: [{ role: 'owner' }],
    });
  });

  it('keep one owner, also when two leave at the same time', async () => {
    const second = await PersonBrowser.withRole(api, api.organization.id, 'owner');
    const both = [owner, second];
    const paths = await Promise.all(both.map(async (one) => `/v1/members/${await idOf(one)}`));
    const demote = (by: PersonBrowser, path: string) => by.call('PATCH', path, { body: { role: 'admin' } });
    // Both are held up where they write, so each has looked before the other wrote.
    const holder = await api.database.pool.connect();
    await holder.query('begin');
    await holder.query('select from members for update');
    const demotions = Promise.all(both.map((one, n) => demote(one, paths[n] ?? '')));
    await waitFor(
      async () => {
        const waiting = await api.database.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return waiting.rowCount === 2;
      },
      { what: 'both to wait' },
    );
    await holder.query('rollback');
    holder.release();
    const answers = await demotions;
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const left = both[answers.findIndex(({ status }) => status === 409)] ?? owner;
    const path = `/v1/members/${await idOf(left)}`;
    expect((await left.call('DELETE', path)).body).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('are owners by the word of owners alone', async () => {
    const admin = await PersonBrowser.withRole(api, api.organization.id, 'admin');
    const viewer = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const [ownersPath, viewersPath] = [
      `/v1/members/${await idOf(owner)}`,
      `/v1/members/${await idOf(viewer)}`,
    ];
    await PersonBrowser.withRole(api, api.organization.id, 'owner');
    const toOwner = { body: { role: 'owner' } };
    expect((await admin.call('PATCH', viewersPath, toOwner)).status).toBe(403);
    expect((await admin.call('PATCH', ownersPath, { body: { role: 'viewer' } })).status).toBe(403);
    expect((await admin.call('DELETE', ownersPath)).status).toBe(403);
    expect((await owner.call('PATCH', viewersPath, toOwner)).body).toMatchObject({ role: 'owner' });
  });
});

describe('with a mail server', () => {
  it('an invitation and a link for a new password are mailed, and shown to nobody else', async () => {
    const mails: Mail[] = [];
    const mailer = { send: async (mail: Mail) => void mails.push(mail), close: () => {} };
    const mailing = await ApiHarness.open({ mailer });
    const boss = await PersonBrowser.owner(mailing);
    const invited = await boss.call('POST', '/v1/invitations', {
      body: { email: 'mia@example.com', role: 'viewer' },
    });
    expect(invited.body).toMatchObject({ link: null });
    const linkIn = (mail: Mail | undefined) => tokenIn(/https:\S+#\S+/.exec(mail?.text ?? '')?.[0] ?? '');
    expect(mails).toMatchObject([{ to: ['mia@example.com'] }]);
    const accepted = await new PersonBrowser(mailing).call('POST', '/v1/invitations/acceptance', {
      body: { token: linkIn(mails[0]), name: 'Mia', password },
    });
    expect(accepted.status, accepted.text).toBe(201);

    const ask = (email: string) =>
      new PersonBrowser(mailing).call('POST', '/v1/password-resets', { body: { email } });
    const [known, unknown] = [await ask('mia@example.com'), await ask('nobody@example.com')];
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    expect(known.status).toBe(202);
    expect(mails.slice(1)).toMatchObject([{ to: ['mia@example.com'] }]);
    const { rows } = await mailing.database.pool.query('select * from person_verifications');
    expect(JSON.stringify(rows)).not.toContain(linkIn(mails[1]));

    const mia = new PersonBrowser(mailing);
    expect((await mia.signIn('mia@example.com')).status).toBe(201);
    const set = (token: string, secret: string) =>
      new PersonBrowser(mailing).call('PUT', '/v1/password', { body: { token, password: secret } });
    expect((await set('nonsense', 'new horse battery')).body).toMatchObject({ code: 'invalid_link' });
    expect((await set(linkIn(mails[1]), 'new horse battery')).status).toBe(204);
    expect((await set(linkIn(mails[1]), 'other horse battery')).body).toMatchObject({ code: 'invalid_link' });
    expect((await mia.call('GET', '/v1/session')).status).toBe(401);
    expect((await mia.signIn('mia@example.com')).status).toBe(401);
    expect((await mia.signIn('mia@example.com', 'new horse battery')).status).toBe(201);

    for (let n = 0; n < 2; n += 1) expect((await ask('mia@example.com')).status).toBe(202);
    expect((await ask('mia@example.com')).status).toBe(429);
    await mailing.close();
  });
});
