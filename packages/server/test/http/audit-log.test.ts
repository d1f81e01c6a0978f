import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditOf, auditTable } from '../../src/http/audit-table.ts';
import { openApiDocument } from '../../src/http/index.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { PersonBrowser, password } from './person.ts';

interface Entry {
  readonly organization_id: string;
  readonly number: number;
  readonly at: string;
  readonly actor: Readonly<Record<string, string | null>>;
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly origin: Readonly<Record<string, string | null>>;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly previous_hash: string;
  readonly hash: string;
}

let api: ApiHarness;
beforeEach(async () => {
  api = await ApiHarness.open({ jobs: { run: false } });
});
afterEach(() => api.close());

async function entries(query = '', token = api.token): Promise<readonly Entry[]> {
  const answer = await api.call('GET', `/v1/audit-log?limit=100${query}`, { token });
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { data: readonly Entry[] }).data;
}

async function made(path: string, body: object, token = api.token): Promise<{ id: string }> {
  const answer = await api.call('POST', path, { body, token });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body as { id: string };
}

const verification = async (token = api.token) =>
  (await api.call('GET', '/v1/audit-log/verification', { token })).body;

const settings = { name: 'CRM', url: 'http://127.0.0.1:9/hook', format: 'standard' };

/** Changes what is recorded, as whoever owns the database can. */
async function tamper(statement: string, ...values: unknown[]): Promise<void> {
  const { pool } = api.database;
  await pool.query('alter table audit_entries disable trigger all');
  await pool.query(statement, values);
  await pool.query('alter table audit_entries enable trigger all');
}

describe('the table of operations', () => {
  it('says of each operation that changes something what goes on record, or why nothing does', async () => {
    const document = (await openApiDocument()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const changing = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { operationId }]) =>
        path.startsWith('/v1/') && method !== 'get' ? [operationId] : [],
      ),
    );
    expect(changing.filter((operation) => auditOf(operation) === undefined)).toEqual([]);
    expect(Object.keys(auditTable).sort()).toEqual(changing.sort());
  });

  it('names no action that docs/audit-log.md does not list', async () => {
    const page = await readFile(new URL('../../../../docs/audit-log.md', import.meta.url), 'utf8');
    const actions = Object.values(auditTable).flatMap((audited) => {
      if (typeof audited === 'string') return [];
      const verbs = audited.does === 'put' ? ['created', 'updated'] : [audited.does];
      return verbs.map((verb) => `${audited.kind}.${verb}`);
    });
    expect(actions.filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
  });
});

describe('an entry', () => {
  it('tells who changed what, from where, before and after', async () => {
    const { id } = await made('/v1/webhooks', settings);
    const changed = await api.call('PATCH', `/v1/webhooks/${id}`, {
      body: { name: 'Shop', timeout_ms: 2_000 },
      headers: { 'user-agent': 'curl/8', 'x-request-id': 'order-66' },
    });
    expect(changed.status, changed.text).toBe(200);
    expect((await api.call('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    const [deletion, update, creation, ...others] = await entries();
    expect(others).toEqual([]);
    expect(creation).toMatchObject({
      organization_id: api.organization.id,
      number: 1,
      actor: { kind: 'token', name: 'Tests', email: null },
      action: 'webhook.created',
      target: { kind: 'webhook', id, name: 'CRM' },
      before: null,
      after: { name: 'CRM', url: settings.url, format: 'standard' },
      previous_hash: '0'.repeat(64),
    });
    expect(update).toMatchObject({
      number: 2,
      action: 'webhook.updated',
      target: { kind: 'webhook', id, name: 'Shop' },
      origin: { address: '127.0.0.1', user_agent: 'curl/8', request_id: 'order-66' },
      previous_hash: creation?.hash,
    });
    expect(update?.before).toEqual({ name: 'CRM', timeout_ms: 15_000 });
    expect(update?.after).toEqual({ name: 'Shop', timeout_ms: 2_000 });
    expect(deletion).toMatchObject({ action: 'webhook.deleted', before: { name: 'Shop' }, after: null });
  });

  it('is hashed as docs/audit-log.md says', async () => {
    await made('/v1/campaigns', { name: 'Frühling €', initial_points: 0.1 });
    const [entry] = await entries();
    const { hash, ...content } = entry ?? { hash: '' };
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([name, member]) => [name, sorted(member)]),
            )
          : value;
    expect(
      createHash('sha256')
        .update(JSON.stringify(sorted(content)))
        .digest('hex'),
    ).toBe(hash);
  });

  it('is not made by what was refused, repeated or only tried', async () => {
    const { id } = await made('/v1/webhooks', settings);
    expect((await api.call('PATCH', `/v1/webhooks/${id}`, { body: { timeout_ms: -1 } })).status).toBe(422);
    expect((await api.call('PATCH', '/v1/webhooks/unknown', { body: { name: 'X' } })).status).toBe(404);
    const replay = { only: 'all', since: new Date(Date.now() - 60_000).toISOString(), dry_run: true };
    expect((await api.call('POST', `/v1/webhooks/${id}/replays`, { body: replay })).status).toBe(200);
    expect(await entries()).toHaveLength(1);
  });

  it('never holds secrets, tokens, passwords, values of headers, or what belongs to participants', async () => {
    const secret = `whsec_${Buffer.from('a secret of thirty-two bytes.....').toString('base64')}`;
    const { id } = await made('/v1/webhooks', { ...settings, secret, headers: { 'x-key': 'key-4711' } });
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { headers: { 'x-key': 'key-4712' } } });
    const rotated = (await made(`/v1/webhooks/${id}/rotate-secret`, {})) as unknown as { secret: string };
    const inbox = await made('/v1/inboxes', { name: 'Mine', secret });
    const other = `whsec_${Buffer.from('another secret of thirty-two byt').toString('base64')}`;
    expect((await api.call('PATCH', `/v1/inboxes/${inbox.id}`, { body: { secret: other } })).status).toBe(
      200,
    );
    const token = (await made('/v1/tokens', { name: 'Deploy' })) as unknown as { token: string };
    const person = { external_id: 'ext-4713', email: 'ada@lovelace.example', first_name: 'Augusta' };
    const participant = await made('/v1/participants', person);
    const path = `/v1/participants/${participant.id}`;
    expect((await api.call('PATCH', path, { body: { last_name: 'Lovelace', test: true } })).status).toBe(200);
    const owner = await PersonBrowser.owner(api);
    const invitation = await owner.call('POST', '/v1/invitations', {
      body: { email: 'mia@example.com', role: 'viewer' },
    });
    const { link } = invitation.body as { link: string };

    const { rows } = await api.database.pool.query<{ text: string }>(
      `select coalesce(string_agg(e::text, ' '), '') as text from audit_entries e`,
    );
    const stored = rows[0]?.text ?? '';
    for (const kept of [
      secret,
      other,
      rotated.secret,
      token.token,
      password,
      link,
      link.split('#')[1] ?? link,
    ]) {
      expect(stored).not.toContain(kept);
    }
    for (const kept of ['key-4711', 'key-4712', 'ext-4713', 'lovelace', 'Augusta', 'Lovelace']) {
      expect(stored).not.toContain(kept);
    }
    const [update] = await entries('&action=participant.updated');
    expect(update).toMatchObject({
      target: { id: participant.id, name: null },
      before: { last_name: null, test: false },
      after: { last_name: '(changed)', test: true },
    });
    expect((await entries('&action=webhook.updated'))[0]).toMatchObject({ after: { headers: '(redacted)' } });
    expect((await entries('&action=inbox.updated'))[0]).toMatchObject({ after: { secret: '(redacted)' } });
    expect(await entries('&action=webhook.secret_rotated')).toHaveLength(1);
  });
});

describe('what people do', () => {
  it('is on record under their names: signing in and out, the team, passwords', async () => {
    const owner = await PersonBrowser.owner(api);
    const wrong = await new PersonBrowser(api).signIn('owner@example.com', 'not the password');
    expect(wrong.status).toBe(401);
    await waitFor(async () => (await entries('&action=session.refused')).length === 1, {
      what: 'the refused sign-in',
    });
    expect((await new PersonBrowser(api).signIn('nobody@example.com')).status).toBe(401);

    const invite = async (email: string) =>
      (await owner.call('POST', '/v1/invitations', { body: { email, role: 'viewer' } })).body as {
        id: string;
        link: string;
      };
    const { link } = await invite('mia@example.com');
    const mia = new PersonBrowser(api);
    const accepted = await mia.call('POST', '/v1/invitations/acceptance', {
      body: { token: link.split('#')[1], name: 'Mia', password },
    });
    expect(accepted.status, accepted.text).toBe(201);
    const miaId = (accepted.body as { person: { id: string } }).person.id;
    await owner.call('PATCH', `/v1/members/${miaId}`, { body: { role: 'manager' } });
    expect((await mia.call('DELETE', '/v1/session')).status).toBe(204);
    await owner.call('DELETE', `/v1/members/${miaId}`);
    const late = await invite('late@example.com');
    await owner.call('DELETE', `/v1/invitations/${late.id}`);
    const switched = await owner.call('PATCH', '/v1/session', {
      body: { organization_id: api.organization.id },
    });
    expect(switched.status, switched.text).toBe(200);

    const all = [...(await entries())].reverse();
    expect(all.map(({ actor, action }) => [actor['email'], action])).toEqual([
      ['owner@example.com', 'member.became_owner'],
      ['owner@example.com', 'session.created'],
      [null, 'session.refused'],
      ['owner@example.com', 'invitation.created'],
      ['mia@example.com', 'invitation.accepted'],
      ['mia@example.com', 'session.created'],
      ['owner@example.com', 'member.updated'],
      ['mia@example.com', 'session.ended'],
      ['owner@example.com', 'member.removed'],
      ['owner@example.com', 'invitation.created'],
      ['owner@example.com', 'invitation.deleted'],
      ['owner@example.com', 'session.switched'],
    ]);
    expect(all[6]).toMatchObject({
      target: { kind: 'member', id: miaId, name: 'Mia' },
      before: { role: 'viewer' },
      after: { role: 'manager' },
    });
    expect(all[8]).toMatchObject({ before: { role: 'manager', email: 'mia@example.com' }, after: null });
    expect(await verification()).toMatchObject({ whole: true, entries: 12 });
  });

  it('a new password is on record in every organization they belong to', async () => {
    const mails: string[] = [];
    await api.close();
    api = await ApiHarness.open({
      mailer: { send: async ({ text }) => void mails.push(text), close: async () => {} },
    });
    await PersonBrowser.owner(api);
    const browser = new PersonBrowser(api);
    await browser.call('POST', '/v1/password-resets', { body: { email: 'owner@example.com' } });
    await waitFor(() => mails.length === 1, { what: 'the mail' });
    const token = /new-password#(\S+)/.exec(mails[0] ?? '')?.[1];
    const set = await browser.call('PUT', '/v1/password', { body: { token, password: `${password} 2` } });
    expect(set.status, set.text).toBe(204);
    const [entry] = await entries();
    expect(entry).toMatchObject({ actor: { email: 'owner@example.com' }, action: 'person.password_set' });
    const again = await browser.call('PUT', '/v1/password', { body: { token, password: `${password} 3` } });
    expect(again.body).toMatchObject({ code: 'invalid_link' });
  });
});

it('what takes long, and what is decided about deliveries, is on record when it is asked for', async () => {
  const { id: campaign } = await made('/v1/campaigns', { name: 'Spring' });
  const webhook = await made('/v1/webhooks', {
    ...settings,
    ordering: { by: 'webhook', on_failure: 'wait' },
  });
  const since = new Date(Date.now() - 60_000).toISOString();
  const replay = await made(`/v1/webhooks/${webhook.id}/replays`, { only: 'all', since });
  for (const does of ['pause', 'resume', 'cancel']) await made(`/v1/replays/${replay.id}/${does}`, {});
  const recalculation = await api.call('POST', `/v1/campaigns/${campaign}/recalculations`, { body: {} });
  expect(recalculation.status, recalculation.text).toBe(202);
  const imported = await api.call('POST', '/v1/imports/participants', {
    raw: 'external_id,first_name\r\ngrace,Grace\r\n',
    headers: { 'content-type': 'text/csv', 'idempotency-key': 'file-1' },
  });
  expect(imported.status, imported.text).toBe(202);
  const again = await api.call('POST', '/v1/imports/participants', {
    raw: 'external_id,first_name\r\ngrace,Grace\r\n',
    headers: { 'content-type': 'text/csv', 'idempotency-key': 'file-1' },
  });
  expect(again.status, again.text).toBeLessThan(300);
  const { id: job } = imported.body as { id: string };
  await made(`/v1/jobs/${job}/cancel`, {});
  const all = [...(await entries())].reverse();
  expect(all.map(({ action, target }) => [action, target.id])).toEqual([
    ['campaign.created', campaign],
    ['webhook.created', webhook.id],
    ['replay.created', replay.id],
    ['replay.paused', replay.id],
    ['replay.resumed', replay.id],
    ['replay.cancelled', replay.id],
    ['campaign.recalculated', campaign],
    ['job.created', job],
    ['job.cancelled', job],
  ]);
});

it('what people do with their account is on record', async () => {
  const owner = await PersonBrowser.owner(api);
  const call = async (method: string, path: string, body: object) => {
    const answer = await owner.call(method, path, { body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body as { id: string };
  };
  await call('PATCH', '/v1/person', { name: 'Olivia' });
  const wrong = await owner.call('PUT', '/v1/person/password', {
    body: { current_password: 'wrong', password: `${password} 2` },
  });
  expect(wrong.status).toBe(400);
  await call('PUT', '/v1/person/password', { current_password: password, password: `${password} 2` });
  expect((await owner.call('DELETE', '/v1/sessions')).status).toBe(204);
  const made = await call('POST', '/v1/organizations', { name: 'Second' });
  const actions = async () =>
    ((await owner.call('GET', '/v1/audit-log')).body as { data: readonly Entry[] }).data.map(
      ({ action }) => action,
    );
  expect((await actions()).slice(0, 3)).toEqual([
    'session.others_ended',
    'person.password_set',
    'person.updated',
  ]);
  await call('PATCH', '/v1/session', { organization_id: made.id });
  expect(await actions()).toEqual(['session.switched', 'organization.created']);
});

describe('a change and its entry', () => {
  const breakTheLog = () =>
    api.database.pool.query('alter table audit_entries add constraint broken check (number < 0) not valid');

  it('are kept together or not at all', async () => {
    const campaign = await made('/v1/campaigns', { name: 'Spring' });
    const webhook = await made('/v1/webhooks', settings);
    const person = { participant: { external_id: 'ada' } };
    await made(`/v1/campaigns/${campaign.id}/participants`, person);
    await breakTheLog();
    const points = { ...person, amount: 5, cause: 'api', reference: 'a' };
    const tries = [
      api.call('POST', '/v1/campaigns', { body: { name: 'Autumn' } }),
      api.call('PATCH', `/v1/campaigns/${campaign.id}`, { body: { name: 'Winter' } }),
      api.call('DELETE', `/v1/webhooks/${webhook.id}`),
      api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { status: 'inactive' } }),
      api.call('POST', `/v1/campaigns/${campaign.id}/points`, { body: points }),
      api.call('PUT', '/v1/triggers/sale', {
        body: { name: 'Sale', campaign_id: campaign.id, credit: { rate: 1 } },
      }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status, answer.text).toBe(500);
    expect((await api.call('GET', '/v1/campaigns')).body).toMatchObject({
      data: [{ id: campaign.id, name: 'Spring' }],
    });
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}`)).body).toMatchObject({ status: 'active' });
    expect((await api.call('GET', '/v1/triggers')).body).toMatchObject({ data: [] });
    const board = await api.call('GET', `/v1/campaigns/${campaign.id}/leaderboard`);
    expect(board.text).not.toContain('"total_points":5');
    // What is kept in memory is as before too.
    expect(api.webhookParts.routing.webhooksOf(api.organization.id)).toMatchObject([{ status: 'active' }]);

    await api.database.pool.query('alter table audit_entries drop constraint broken');
    expect((await api.call('POST', `/v1/campaigns/${campaign.id}/points`, { body: points })).status).toBe(
      200,
    );
    expect((await entries())[0]).toMatchObject({
      action: 'participant.points_booked',
      target: { kind: 'participant', name: null },
      after: { campaign_id: campaign.id, amount: 5, cause: 'api' },
    });
    // Once more changes nothing.
    await api.call('POST', `/v1/campaigns/${campaign.id}/points`, { body: points });
    expect(await entries('&action=participant.points_booked')).toHaveLength(1);
  });

  it('count on this node as soon as they are answered', async () => {
    const { token } = (await made('/v1/tokens', { name: 'Short' })) as unknown as { token: string };
    expect((await api.call('GET', '/v1/campaigns', { token })).status).toBe(200);
    const tokens = (await api.call('GET', '/v1/tokens')).body as { data: readonly { id: string }[] };
    expect((await api.call('DELETE', `/v1/tokens/${tokens.data[0]?.id}`)).status).toBe(204);
    expect((await api.call('GET', '/v1/campaigns', { token })).status).toBe(401);
  });

  it('of many at once make one chain without gaps', async () => {
    const { id } = await made('/v1/campaigns', { name: 'Spring' });
    await made(`/v1/campaigns/${id}/participants`, { participant: { external_id: 'ada' } });
    const work = Array.from({ length: 60 }, (_, n) =>
      n % 3 === 0
        ? api.call('PATCH', `/v1/campaigns/${id}`, { body: { name: `Name ${n}` } })
        : n % 3 === 1
          ? api.call('POST', '/v1/inboxes', { body: { name: `Inbox ${n}` } })
          : api.call('POST', `/v1/campaigns/${id}/points`, {
              body: { participant: { external_id: 'ada' }, amount: 1, cause: 'api', reference: `r${n}` },
            }),
    );
    for (const answer of await Promise.all(work)) expect(answer.status, answer.text).toBeLessThan(300);
    expect(await verification()).toMatchObject({ whole: true, entries: 61, head: { number: 61 } });
    // Each has what it changed itself: one's after is the next one's before.
    const renamed = [...(await entries('&action=campaign.updated'))].reverse();
    expect(renamed).toHaveLength(20);
    let name: unknown = 'Spring';
    for (const { before, after } of renamed) {
      expect(before).toEqual({ name });
      name = after?.['name'];
    }
  });
});

describe('the log', () => {
  it('refuses to be changed', async () => {
    await made('/v1/campaigns', { name: 'Spring' });
    const { pool } = api.database;
    await expect(pool.query(`update audit_entries set action = 'x'`)).rejects.toThrow(/neither changed/);
    await expect(pool.query('delete from audit_entries')).rejects.toThrow(/neither changed/);
    await expect(pool.query('truncate audit_entries')).rejects.toThrow(/neither changed/);
  });

  it.each([
    [`update audit_entries set after = '{"name":"Other"}' where number = 2`, 2],
    [`update audit_entries set actor = actor || '{"name":"Somebody"}' where number = 3`, 3],
    [`update audit_entries set at = at - interval '1 day' where number = 1`, 1],
    [`update audit_entries set origin = origin || '{"address":"10.0.0.1"}' where number = 4`, 4],
    ['delete from audit_entries where number = 2', 2],
    ['delete from audit_entries where number = 4', 4],
    ['delete from audit_heads', 4],
    [
      `insert into audit_entries select organization_id, 5, at, actor, action, target, origin, before, after, hash, hash
         from audit_entries where number = 4`,
      5,
    ],
  ])('shows that somebody did: %s', async (statement, broken) => {
    for (const name of ['One', 'Two', 'Three', 'Four']) await made('/v1/campaigns', { name });
    expect(await verification()).toMatchObject({ whole: true, entries: 4, broken: null });
    await tamper(statement);
    const found = await verification();
    expect(found).toMatchObject({ whole: false, broken: { number: broken } });
  });

  it('is each organization’s own', async () => {
    const theirs = await api.otherOrganization();
    await made('/v1/campaigns', { name: 'Ours' });
    await made('/v1/inboxes', { name: 'Theirs' }, theirs.token);
    expect((await entries()).map(({ action, number }) => [action, number])).toEqual([
      ['campaign.created', 1],
    ]);
    expect((await entries('', theirs.token)).map(({ action, number }) => [action, number])).toEqual([
      ['inbox.created', 1],
    ]);
    await tamper('delete from audit_entries where organization_id = $1', uuidIn(theirs.organization.id));
    expect(await verification()).toMatchObject({ whole: true });
    expect(await verification(theirs.token)).toMatchObject({ whole: false });
  });

  it('is looked through by pages and filters', async () => {
    const ids: string[] = [];
    for (const name of ['One', 'Two', 'Three']) ids.push((await made('/v1/campaigns', { name })).id);
    await api.call('PATCH', `/v1/campaigns/${ids[0]}`, { body: { name: 'First' } });
    const [newest] = await entries();
    const page = async (query: string) =>
      (await api.call('GET', `/v1/audit-log?limit=3${query}`)).body as {
        data: readonly Entry[];
        next_cursor: string | null;
      };
    const first = await page('');
    expect(first.data.map(({ number }) => number)).toEqual([4, 3, 2]);
    const second = await page(`&cursor=${first.next_cursor}`);
    expect(second).toMatchObject({ data: [{ number: 1 }], next_cursor: null });
    expect((await entries(`&target=${ids[0]}`)).map(({ number }) => number)).toEqual([4, 1]);
    expect(await entries('&action=campaign.updated')).toHaveLength(1);
    expect(await entries(`&actor=${newest?.actor['id']}`)).toHaveLength(4);
    expect(await entries('&actor=operator')).toHaveLength(0);
    const at = (await entries())[1]?.at ?? '';
    expect((await entries(`&until=${at}`)).every((entry) => entry.at < at)).toBe(true);
    expect((await entries(`&since=${at}`)).every((entry) => entry.at >= at)).toBe(true);
  });

  it('goes with its organization, and not before', async () => {
    await made('/v1/campaigns', { name: 'Spring' });
    const { pool } = api.database;
    const id = uuidIn(api.organization.id);
    await expect(pool.query('delete from audit_entries where organization_id = $1', [id])).rejects.toThrow();
    await pool.query('update organizations set deleting_at = now() where id = $1', [id]);
    const { rowCount } = await pool.query('delete from audit_entries where organization_id = $1', [id]);
    expect(rowCount).toBe(1);
  });
});
