import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mail } from '../../src/alerts/mailer.ts';
import { ApiHarness } from './harness.ts';
import { PersonBrowser, password } from './person.ts';

let api: ApiHarness;
let olive: PersonBrowser;
let nowMs: number;
let mails: Mail[];
let refusesMail: boolean;
beforeEach(async () => {
  nowMs = Date.now();
  mails = [];
  refusesMail = false;
  const send = async (mail: Mail) => {
    if (refusesMail) throw new Error('mailbox unavailable');
    mails.push(mail);
  };
  api = await ApiHarness.open({ clock: { now: () => nowMs }, mailer: { send, close: () => {} } });
  olive = await PersonBrowser.owner(api);
});
afterEach(() => api.close());

const next = 'olive@new.example.com';
const ask = (browser: PersonBrowser, email = next, current_password = password) =>
  browser.call('POST', '/v1/person/email-changes', { body: { email, current_password } });
const confirm = (browser: PersonBrowser, token: string) =>
  browser.call('PUT', '/v1/person/email', { body: { token } });

/** What stands behind the `#` of the link in the last mail. */
function tokenMailed(): string {
  const token = /\/new-address#(\S+)/.exec(mails.at(-1)?.text ?? '')?.[1];
  if (token === undefined) throw new Error('No link was mailed');
  return token;
}

async function entriesOf(action: string): Promise<readonly { before: unknown; after: unknown }[]> {
  const log = await olive.call('GET', `/v1/audit-log?action=${action}`);
  expect(log.status, log.text).toBe(200);
  return (log.body as { data: readonly { before: unknown; after: unknown }[] }).data;
}

describe("one's own e-mail address", () => {
  it('is changed by a link to the new one, on record, and the one before is told', async () => {
    const asked = await ask(olive, 'Olive@New.example.com');
    expect(asked.status, asked.text).toBe(202);
    expect(asked.body).toEqual({ email: next, expires_at: new Date(nowMs + 3_600_000).toISOString() });
    expect(mails).toMatchObject([{ to: [next] }]);
    expect((await olive.call('GET', '/v1/session')).body).toMatchObject({
      person: { email: 'owner@example.com' },
    });
    const token = tokenMailed();
    const confirmed = await confirm(olive, token);
    expect(confirmed.body).toMatchObject({ email: next });
    expect(mails.at(-1)).toMatchObject({ to: ['owner@example.com'], text: expect.stringContaining(next) });
    expect((await new PersonBrowser(api).signIn('owner@example.com')).status).toBe(401);
    expect((await new PersonBrowser(api).signIn(next)).status).toBe(201);
    expect((await confirm(olive, token)).body).toMatchObject({ code: 'invalid_link' });
    for (const action of ['person.email_change_requested', 'person.email_changed']) {
      expect(await entriesOf(action)).toMatchObject([
        { before: { email: 'owner@example.com' }, after: { email: next } },
      ]);
    }
  });

  it('stays without the present password, or when it is the same, which the answer points at', async () => {
    expect((await ask(olive, next, 'wrong horse battery')).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/current_password' }],
    });
    expect((await ask(olive, 'OWNER@example.com')).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/email' }],
    });
    expect(mails).toEqual([]);
  });

  it('is confirmed by nobody else, not later than in an hour, and not once the password is another', async () => {
    await ask(olive);
    const token = tokenMailed();
    const admin = await PersonBrowser.withRole(api, api.organization.id, 'admin');
    expect((await confirm(admin, token)).body).toMatchObject({ code: 'invalid_link' });
    expect((await confirm(new PersonBrowser(api), token)).status).toBe(401);
    for (const bad of ['', 'x', `${token}x`, token.replace(/^\d+/, String(nowMs + 9_000_000))]) {
      expect((await confirm(olive, bad)).body).toMatchObject({ code: 'invalid_link' });
    }
    nowMs += 3_600_000;
    expect((await confirm(olive, token)).body).toMatchObject({ code: 'invalid_link' });

    await ask(olive);
    const changed = await olive.call('PUT', '/v1/person/password', {
      body: { current_password: password, password: 'another horse battery' },
    });
    expect(changed.status).toBe(204);
    expect((await confirm(olive, tokenMailed())).body).toMatchObject({ code: 'invalid_link' });
  });

  it('cannot be that of somebody else, which only the link tells', async () => {
    const admin = await PersonBrowser.withRole(api, api.organization.id, 'admin');
    const { body } = await admin.call('GET', '/v1/session');
    const theirs = (body as { person: { email: string } }).person.email;
    expect((await ask(olive, theirs)).status).toBe(202);
    const answer = await confirm(olive, tokenMailed());
    expect(answer.body).toMatchObject({ code: 'conflict', detail: expect.stringContaining(theirs) });
    expect(await entriesOf('person.email_changed')).toEqual([]);
  });

  it('ends links that set a new password', async () => {
    await api.database.pool.query(
      `insert into person_verifications (id, identifier, value, expires_at)
       select gen_random_uuid(), 'a link', id::text, now() + interval '1 h' from persons`,
    );
    await ask(olive);
    expect((await confirm(olive, tokenMailed())).status).toBe(200);
    expect((await api.database.pool.query('select 1 from person_verifications')).rowCount).toBe(0);
  });

  it('is asked for three times an hour', async () => {
    const answers = [await ask(olive), await ask(olive), await ask(olive), await ask(olive)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 429]);
    nowMs += 3_600_000;
    expect((await ask(olive)).status).toBe(202);
  });

  it('says so when the mail server does not take the mail, or there is none', async () => {
    refusesMail = true;
    expect((await ask(olive)).body).toMatchObject({ code: 'unavailable' });
    expect(await entriesOf('person.email_change_requested')).toEqual([]);
    const silent = await ApiHarness.open();
    try {
      const owner = await PersonBrowser.owner(silent);
      expect((await ask(owner)).body).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('fanfare people address'),
      });
    } finally {
      await silent.close();
    }
  });
});

describe('when a member was seen last', () => {
  interface Shown {
    readonly role: string;
    readonly last_seen_at: string | null;
  }
  async function seen(role: string): Promise<string | null | undefined> {
    const { body } = await olive.call('GET', '/v1/members');
    return (body as { data: readonly Shown[] }).data.find((member) => member.role === role)?.last_seen_at;
  }

  it('is known to the minute, and stays when their sessions end', async () => {
    const viewer = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    await viewer.call('GET', '/v1/session');
    const first = new Date(nowMs).toISOString();
    expect(await seen('viewer')).toBe(first);
    nowMs += 30_000;
    await viewer.call('GET', '/v1/webhooks');
    expect(await seen('viewer')).toBe(first);
    nowMs += 31_000;
    await viewer.call('GET', '/v1/webhooks');
    expect(await seen('viewer')).toBe(new Date(nowMs).toISOString());
    const last = new Date(nowMs).toISOString();
    expect((await viewer.call('DELETE', '/v1/session')).status).toBe(204);
    nowMs += 120_000;
    expect(await seen('viewer')).toBe(last);
    expect(await seen('owner')).toBe(new Date(nowMs).toISOString());
  });
});
