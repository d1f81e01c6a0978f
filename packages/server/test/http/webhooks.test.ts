import { verify } from '@fanfare/signature/node';
import { answer, hangAfterHeaders, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleEvent } from '../../src/catalog/index.ts';
import { idFromUuid, newId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
let receiver: Receiver;
beforeAll(async () => {
  api = await ApiHarness.open();
  receiver = await startReceiver({ otherwise: answer(200, { body: 'thanks' }) });
});
afterAll(async () => {
  await receiver.close();
  await api.close();
});

interface ShownWebhook {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly status: string;
  readonly disabled_reason: string | null;
  readonly headers: Record<string, string | null>;
  readonly secrets: { signature_version: string; public_key: string | null; expires_at: string | null }[];
  readonly retry_policy: { delays_seconds: number[] };
  readonly timeout_ms: number;
  readonly method: string;
  readonly events: string[];
  readonly campaigns: string[];
}

const valid = () => ({ name: 'CRM', url: `${receiver.url}/hook`, format: 'standard' });

async function create(settings: object = {}): Promise<ShownWebhook> {
  const created = await api.call('POST', '/v1/webhooks', { body: { ...valid(), ...settings } });
  expect(created.status, created.text).toBe(201);
  return created.body as ShownWebhook;
}

function faults(body: unknown): Record<string, string> {
  const { errors } = body as { errors: { pointer: string; detail: string }[] };
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]));
}

function event(more: object = {}) {
  const { data } = exampleEvent('user.signed_in');
  return { type: 'user.signed_in', participant: { external_id: 'ada' }, data, ...more };
}

describe('creating a webhook', () => {
  it('fills in what is left out and gives the secret out once', async () => {
    const webhook = await create();
    expect(webhook).toMatchObject({
      method: 'POST',
      status: 'active',
      disabled_reason: null,
      retry_policy: { delays_seconds: [10, 60, 360, 2160, 12960] },
      timeout_ms: 15_000,
      events: [],
      campaigns: [],
      secrets: [{ signature_version: 'v1', public_key: null, expires_at: null }],
    });
    expect(webhook.id).toMatch(/^whk_/);
    expect(webhook.secret).toMatch(/^whsec_/);
    const read = await api.call('GET', `/v1/webhooks/${webhook.id}`);
    expect(read.text).not.toContain(webhook.secret.slice(6));
    expect(read.body).not.toHaveProperty('secret');
    const list = await api.call('GET', '/v1/webhooks');
    expect(list.text).not.toContain(webhook.secret.slice(6));
  });

  it("keeps the secret unreadable in the database, also the owner's own", async () => {
    const secret = 'correct horse battery staple';
    const webhook = await create({ secret });
    expect(webhook.secret).toBe(secret);
    const { rows } = await api.database.pool.query<{ ciphertext: Buffer }>(
      'select ciphertext from webhook_secrets',
    );
    for (const { ciphertext } of rows) expect(ciphertext.includes(Buffer.from(secret))).toBe(false);
  });

  it('makes an Ed25519 secret on request and shows its public half', async () => {
    const webhook = await create({ signature_version: 'v1a' });
    expect(webhook.secret).toMatch(/^whsk_/);
    expect(webhook.secrets[0]?.public_key).toMatch(/^whpk_/);
  });

  it('is in force on this node before the answer', async () => {
    const webhook = await create({ name: 'At once' });
    const names = api.webhookParts.routing.webhooksOf(api.organization.id).map(({ id }) => id);
    expect(names).toContain(webhook.id);
  });

  it('reports every fault at once, each with its place', async () => {
    const answered = await api.call('POST', '/v1/webhooks', {
      body: {
        id: 'a b',
        name: ' ',
        url: 'ftp://example.com/',
        format: 'claimr',
        method: 'GET',
        events: ['user_activity', 'task.completed'],
        campaigns: ['cmp_nonsense', newId('cmp')],
        headers: { 'webhook-id': 'forged', 'x-ok': 'yes', 'x-split': 'a\r\nb: c' },
        retry_policy: { delays_seconds: [0.5, 10, 1_000_000] },
        timeout_ms: 60_000,
        mode: 'binary',
        secret: 'short',
      },
    });
    expect(answered.status).toBe(422);
    expect(answered.body).toMatchObject({ code: 'invalid_webhook' });
    const found = faults(answered.body);
    expect(Object.keys(found).sort()).toEqual(
      [
        '/campaigns/0',
        '/campaigns/1',
        '/events/1',
        '/headers/webhook-id',
        '/headers/x-split',
        '/id',
        '/method',
        '/mode',
        '/name',
        '/retry_policy/delays_seconds/0',
        '/retry_policy/delays_seconds/2',
        '/secret',
        '/timeout_ms',
        '/url',
      ].sort(),
    );
    expect(found['/events/1']).toContain('user_activity, user_login, user_reward, referral');
    expect(found['/method']).toContain('POST');
    expect(answered.text).not.toContain('short"');
  });

  it.each([
    ['has credentials', 'https://ada:secret@example.com/', 'user name or password'],
    ['is 10 kB long', `https://example.com/${'a'.repeat(10_000)}`, '10020 characters'],
    ['is no URL', 'hooks.example.com', 'cannot be read'],
    ['has a fragment', 'https://example.com/#part', 'fragment'],
  ])('refuses a URL that %s', async (_, url, reason) => {
    const answered = await api.call('POST', '/v1/webhooks', { body: { ...valid(), url } });
    expect(answered.status).toBe(422);
    expect(faults(answered.body)['/url']).toContain(reason);
  });

  it('refuses more than 20 retries, and types that are wrong', async () => {
    const many = await api.call('POST', '/v1/webhooks', {
      body: { ...valid(), retry_policy: { delays_seconds: Array(21).fill(10) } },
    });
    expect(faults(many.body)['/retry_policy/delays_seconds']).toContain('at most 20');
    const wrong = await api.call('POST', '/v1/webhooks', {
      body: { ...valid(), timeout_ms: '15', events: 'task.completed', colour: 'blue' },
    });
    expect(wrong.status).toBe(400);
    expect(Object.keys(faults(wrong.body)).sort()).toEqual(['/colour', '/events', '/timeout_ms']);
  });

  it('lists the event types of the organization in the refusal of an unknown one', async () => {
    const put = await api.call('PUT', '/v1/event-types/order.placed', {
      body: { description: 'An order', schema: { type: 'object' }, example: {} },
    });
    expect(put.status, put.text).toBeLessThan(300);
    const refused = await api.call('POST', '/v1/webhooks', { body: { ...valid(), events: ['order.paid'] } });
    expect(faults(refused.body)['/events/0']).toMatch(/task\.completed.*order\.placed/);
    await create({ events: ['order.placed'] });
  });

  it.each([
    'gamify-route',
    'standard',
    'cloudevents',
  ])('lets a webhook in the format %s ask for an event type of the organization, and shows its example', async (format) => {
    await api.call('PUT', '/v1/event-types/vip.level_up', {
      body: { description: 'Levels', schema: { type: 'object' }, example: { level: 3 } },
    });
    const { id } = await create({ format, events: ['vip.level_up'] });
    const { body } = await api.call('GET', `/v1/webhooks/${id}/examples`);
    const [example] = (body as { data: { event_type: string; request: { body: string } }[] }).data;
    expect(example?.event_type).toBe('vip.level_up');
    expect(example?.request.body).toContain('"level":3');
    const everything = await create({ format });
    const all = await api.call('GET', `/v1/webhooks/${everything.id}/examples`);
    expect(all.text).toContain('vip.level_up');
  });

  it.each([
    'claimr',
    'chainvine',
    'reward',
  ])('refuses an event type of the organization in the format %s, which has no place for it', async (format) => {
    await api.call('PUT', '/v1/event-types/vip.level_up', {
      body: { description: 'Levels', schema: { type: 'object' }, example: { level: 3 } },
    });
    const refused = await api.call('POST', '/v1/webhooks', {
      body: { ...valid(), format, events: ['vip.level_up'] },
    });
    expect(faults(refused.body)).toHaveProperty('/events/0');
  });

  it('gives an id to one webhook only', async () => {
    await create({ id: 'user-activity' });
    const second = await api.call('POST', '/v1/webhooks', { body: { ...valid(), id: 'user-activity' } });
    expect(second).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const { token } = await api.otherOrganization();
    const elsewhere = await api.call('POST', '/v1/webhooks', {
      token,
      body: { ...valid(), id: 'user-activity' },
    });
    expect(elsewhere.status).toBe(201);
  });

  it('refuses a campaign of another organization like one that does not exist', async () => {
    const { token } = await api.otherOrganization();
    const foreign = await api.call('POST', '/v1/campaigns', { token, body: { name: 'Theirs' } });
    const { id } = foreign.body as { id: string };
    const refused = await api.call('POST', '/v1/webhooks', { body: { ...valid(), campaigns: [id] } });
    expect(faults(refused.body)).toEqual({ '/campaigns/0': expect.stringContaining('of this organization') });
    expect(
      (await api.call('POST', '/v1/webhooks', { token, body: { ...valid(), campaigns: [id] } })).status,
    ).toBe(201);
  });
});

describe('with the address guard on', () => {
  let guarded: ApiHarness;
  beforeAll(async () => {
    guarded = await ApiHarness.open({
      webhooks: { targets: { allowPrivateTargets: false, requireHttps: true } },
    });
  });
  afterAll(() => guarded.close());

  it.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://10.1.2.3/',
    'https://169.254.169.254/',
  ])('refuses the internal URL %s', async (url) => {
    const refused = await guarded.call('POST', '/v1/webhooks', { body: { ...valid(), url } });
    expect(refused.status).toBe(422);
    expect(faults(refused.body)).toHaveProperty('/url');
  });

  it('refuses plain http, also in an edit and in a test', async () => {
    const created = await guarded.call('POST', '/v1/webhooks', {
      body: { ...valid(), url: 'https://example.com/a' },
    });
    const { id } = created.body as ShownWebhook;
    const url = 'http://example.com/a';
    expect((await guarded.call('PATCH', `/v1/webhooks/${id}`, { body: { url } })).status).toBe(422);
    const test = await guarded.call('POST', `/v1/webhooks/${id}/test`, { body: { settings: { url } } });
    expect(faults(test.body)['/url']).toContain('https');
  });
});

describe('changing a webhook', () => {
  it('keeps what is left out, and header values that are null', async () => {
    const webhook = await create({
      headers: { Authorization: 'Bearer s3cret', 'Content-Type': 'application/json' },
    });
    expect(webhook.headers).toEqual({ Authorization: null, 'Content-Type': 'application/json' });
    const changed = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, {
      body: { name: 'Renamed', headers: { ...webhook.headers, 'X-New': 'one' } },
    });
    expect(changed.body).toMatchObject({
      name: 'Renamed',
      headers: { Authorization: null, 'Content-Type': 'application/json', 'X-New': null },
    });
    const live = api.webhookParts.routing.webhooksOf(api.organization.id).find(({ id }) => id === webhook.id);
    expect(live?.headers).toEqual({
      Authorization: 'Bearer s3cret',
      'Content-Type': 'application/json',
      'X-New': 'one',
    });
    const unknown = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, {
      body: { headers: { 'X-Other': null } },
    });
    expect(faults(unknown.body)['/headers/X-Other']).toContain('none is saved');
  });

  it('lets the id be edited until the first delivery', async () => {
    const webhook = await create({ events: ['user.signed_in'] });
    const renamed = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { id: 'logins' } });
    expect(renamed.body).toMatchObject({ id: 'logins' });
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}`)).status).toBe(404);
    const published = await api.call('POST', '/v1/events', { body: event() });
    expect(published.status, published.text).toBe(202);
    const refused = await api.call('PATCH', '/v1/webhooks/logins', { body: { id: 'sign-ins' } });
    expect(faults(refused.body)['/id']).toContain('Deliveries were made under');
    expect(
      (await api.call('PATCH', '/v1/webhooks/logins', { body: { id: 'logins', name: 'Same' } })).status,
    ).toBe(200);
  });

  it('checks the format, the method and the events together', async () => {
    const webhook = await create({ events: ['task.completed'], method: 'PUT' });
    const refused = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { format: 'reward' } });
    expect(Object.keys(faults(refused.body)).sort()).toEqual(['/events/0', '/method']);
    const changed = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, {
      body: { format: 'reward', method: 'POST', events: ['trigger.fired'] },
    });
    expect(changed.body).toMatchObject({ format: 'reward', method: 'POST', events: ['trigger.fired'] });
  });

  it('clears the reason of a disabled one when it is enabled again', async () => {
    const webhook = await create();
    const live = api.webhookParts.routing.webhooksOf(api.organization.id).find(({ id }) => id === webhook.id);
    if (live === undefined) throw new Error('The webhook is not in the routing table');
    api.webhookParts.health.disable(live.uid, 'It answered 410 Gone.');
    api.webhookParts.health.disable(live.uid, 'Again.');
    const changes = `/v1/webhooks/${webhook.id}/health-changes`;
    await waitFor(
      async () => ((await api.call('GET', changes)).body as { data: unknown[] }).data.length > 0,
      {
        what: 'the webhook to be disabled',
      },
    );
    const disabled = await api.call('GET', `/v1/webhooks/${webhook.id}`);
    expect(disabled.body).toMatchObject({ status: 'disabled', disabled_reason: 'It answered 410 Gone.' });
    const renamed = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { name: 'Still off' } });
    expect(renamed.body).toMatchObject({ status: 'disabled', disabled_reason: 'It answered 410 Gone.' });
    const enabled = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { status: 'active' } });
    expect(enabled.body).toMatchObject({ status: 'active', disabled_reason: null });
    const byHand = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { body: { status: 'disabled' } });
    expect(faults(byHand.body)['/status']).toContain('"active" or "inactive"');
  });
});

describe('rotating the secret', () => {
  it('signs with both until the overlap ends', async () => {
    const webhook = await create();
    const rotated = await api.call('POST', `/v1/webhooks/${webhook.id}/rotate-secret`, {
      body: { overlap_seconds: 3_600 },
    });
    const { secret, secrets } = rotated.body as ShownWebhook;
    expect(secret).not.toBe(webhook.secret);
    expect(secrets.map(({ expires_at }) => expires_at === null)).toEqual([true, false]);
    await api.call('POST', `/v1/webhooks/${webhook.id}/test`, { body: {} });
    const sent = receiver.requests.at(-1);
    for (const one of [secret, webhook.secret]) {
      expect(verify(sent?.body ?? '', sent?.headers ?? {}, one)).toMatchObject({ ok: true });
    }
  });

  it('ends the old one at once without overlap', async () => {
    const webhook = await create();
    const rotated = await api.call('POST', `/v1/webhooks/${webhook.id}/rotate-secret`, {
      body: { overlap_seconds: 0 },
    });
    expect((rotated.body as ShownWebhook).secrets).toHaveLength(1);
    await api.call('POST', `/v1/webhooks/${webhook.id}/test`, { body: {} });
    const sent = receiver.requests.at(-1);
    expect(verify(sent?.body ?? '', sent?.headers ?? {}, webhook.secret)).toMatchObject({ ok: false });
  });

  it('lets at most five secrets sign at a time, the newest', async () => {
    const webhook = await create();
    let last: ShownWebhook | undefined;
    for (let turn = 0; turn < 6; turn += 1) {
      last = (await api.call('POST', `/v1/webhooks/${webhook.id}/rotate-secret`, { body: {} }))
        .body as ShownWebhook;
    }
    expect(last?.secrets).toHaveLength(5);
  });

  it('needs no body when everything is to be as usual', async () => {
    const { id, secret } = await create();
    const rotated = await api.call('POST', `/v1/webhooks/${id}/rotate-secret`);
    expect(rotated.status, rotated.text).toBe(200);
    expect((rotated.body as ShownWebhook).secret).not.toBe(secret);
    expect((await api.call('POST', `/v1/webhooks/${id}/test`)).status).toBe(200);
  });

  it.each([-1, 604_801])('refuses an overlap of %d seconds', async (overlap_seconds) => {
    const webhook = await create();
    const refused = await api.call('POST', `/v1/webhooks/${webhook.id}/rotate-secret`, {
      body: { overlap_seconds },
    });
    expect(faults(refused.body)).toHaveProperty('/overlap_seconds');
  });
});

describe('deleting a webhook', () => {
  it('cancels what is open, also its resends, and frees the id', async () => {
    const webhook = await create({ id: 'to-delete', events: ['user.signed_in'] });
    await api.call('POST', '/v1/events', { body: event() });
    const open = await api.call('GET', '/v1/webhooks/to-delete/deliveries');
    const [delivery] = (open.body as { data: { id: string; state: string }[] }).data;
    expect(delivery?.state).toBe('pending');
    expect((await api.call('POST', `/v1/deliveries/${delivery?.id}/resend`)).status).toBe(202);
    expect((await api.call('DELETE', `/v1/webhooks/${webhook.id}`)).status).toBe(204);
    expect((await api.call('GET', '/v1/webhooks/to-delete')).status).toBe(404);
    expect((await api.call('DELETE', '/v1/webhooks/to-delete')).status).toBe(404);
    const after = await api.call('GET', `/v1/deliveries/${delivery?.id}`);
    expect(after.body).toMatchObject({
      state: 'cancelled',
      resend_queued: false,
      webhook: { id: 'to-delete', deleted: true },
    });
    await create({ id: 'to-delete' });
  });

  it('cancels what another node accepted for it afterwards', async () => {
    const webhook = await create({ events: ['user.signed_in'] });
    await api.call('POST', '/v1/events', { body: event() });
    // As a node that has not heard of the deletion leaves it.
    await api.database.pool.query(
      `update webhooks set deleted_at = now(), status = 'inactive' where id = $1`,
      [webhook.id],
    );
    expect(await api.webhookParts.parts.webhooks.cancelLeftovers()).toBe(1);
    expect(await api.webhookParts.parts.webhooks.cancelLeftovers()).toBe(0);
  });
});

describe('the examples of a webhook', () => {
  it('show every scope of a claimr webhook as it would be sent, with a signature that verifies', async () => {
    const webhook = await create({ format: 'claimr', headers: { authorization: 'Bearer s3cret' } });
    const shown = await api.call('GET', `/v1/webhooks/${webhook.id}/examples`);
    expect(shown.status, shown.text).toBe(200);
    expect(shown.text).not.toContain('s3cret');
    const { data, verification } = shown.body as {
      data: {
        event_type: string;
        scope: string;
        curl: string;
        schema: { type: string };
        request: { headers: Record<string, string>; body: string };
      }[];
      verification: Record<string, string>;
    };
    expect(new Set(data.map(({ scope }) => scope))).toEqual(
      new Set(['user_activity', 'user_login', 'user_reward', 'referral']),
    );
    for (const example of data) {
      expect(JSON.parse(example.request.body)).toMatchObject({ scope: example.scope });
      expect(verify(example.request.body, example.request.headers, webhook.secret)).toMatchObject({
        ok: true,
      });
      expect(example.request.headers).not.toHaveProperty('webhook-test');
      expect(example.curl).toContain('[your value]');
      expect(example.schema.type).toBe('object');
    }
    expect(Object.keys(verification)).toEqual(['signature_version', 'typescript', 'python', 'go', 'php']);
  });

  it('can be asked for one event type, and refuse an unknown one', async () => {
    const webhook = await create({ events: ['task.completed'] });
    const path = `/v1/webhooks/${webhook.id}/examples`;
    const own = await api.call('GET', path);
    expect((own.body as { data: { event_type: string }[] }).data.map((one) => one.event_type)).toEqual([
      'task.completed',
    ]);
    const other = await api.call('GET', `${path}?event_type=quest.completed`);
    expect((other.body as { data: { event_type: string }[] }).data.map((one) => one.event_type)).toEqual([
      'quest.completed',
    ]);
    expect(await api.call('GET', `${path}?event_type=nothing.known`)).toMatchObject({
      status: 422,
      body: { code: 'unknown_event_type' },
    });
    expect(await api.call('GET', `${path}?participant_id=${newId('usr')}`)).toMatchObject({
      status: 404,
      body: {
        code: 'not_found',
        detail: expect.stringMatching(/^No event about this participant .* a sample\.$/),
      },
    });
  });
});

interface TestAnswer {
  readonly event_type: string;
  readonly scope: string | null;
  readonly signed: boolean;
  readonly response_body: string;
  readonly response_result: {
    success: boolean;
    status: number | null;
    data: string;
    acknowledged: boolean;
    summary: string;
  };
  readonly timings: { total_ms: number };
}

describe('testing a webhook', () => {
  async function test(id: string, body: object = {}): Promise<TestAnswer> {
    const answered = await api.call('POST', `/v1/webhooks/${id}/test`, { body });
    expect(answered.status, answered.text).toBe(200);
    return answered.body as TestAnswer;
  }

  it("sends the participant's real current counters under the webhook's own scope, and shows what went and what came", async () => {
    const webhook = await create({
      format: 'claimr',
      events: ['user_reward'],
      headers: { 'X-Api-Key': 's3cret' },
    });
    const campaign = (await api.call('POST', '/v1/campaigns', { body: { name: 'Spring' } })).body as {
      id: string;
    };
    await api.call('POST', '/v1/events', {
      body: event({
        type: 'points.deducted',
        campaign_id: campaign.id,
        participant: { external_id: 'grace', total_points: 1_234.5, rank: 3 },
        data: { amount: 5, cause: 'withdrawal', transaction: { id: 'txn_1' } },
      }),
    });
    const { rows } = await api.database.pool.query<{ id: string }>(
      `select id from participants where external_id = 'grace'`,
    );
    const eventsBefore = await api.countEvents();
    const before = receiver.requests.length;
    const result = await test(webhook.id, {
      participant_id: idFromUuid('usr', rows[0]?.id ?? ''),
    });
    const sent = receiver.requests[before];
    expect(result.response_body).toBe(sent?.body.toString('utf8'));
    expect(JSON.parse(result.response_body)).toMatchObject({
      scope: 'user_reward',
      user_id: 'grace',
      total_xp: 1_234.5,
      rank: 3,
      campaign: { id: campaign.id, name: 'Spring' },
    });
    expect(result).toMatchObject({
      scope: 'user_reward',
      signed: true,
      response_result: { success: true, status: 200, data: 'thanks', acknowledged: true },
    });
    expect(result.timings.total_ms).toBeGreaterThan(0);
    expect(sent?.headers).toMatchObject({ 'webhook-test': '1', 'x-api-key': 's3cret' });
    expect(verify(sent?.body ?? '', sent?.headers ?? {}, webhook.secret)).toMatchObject({ ok: true });
    expect(await api.countEvents()).toBe(eventsBefore);
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}/deliveries`)).body).toMatchObject({ data: [] });
  });

  it.each([
    [[], undefined, 'user_activity', 'task.completed'],
    [['referral', 'user_login'], undefined, 'referral', 'referral.joined'],
    [['user_reward'], 'reward.claimed', 'user_reward', 'reward.claimed'],
    [['user_login'], 'reward.claimed', 'user_activity', 'reward.claimed'],
  ])('of claimr scopes %j, with the event %s chosen, is tested under %s by %s', async (events, event_type, scope, type) => {
    const webhook = await create({ format: 'claimr', events });
    expect(await test(webhook.id, { event_type })).toMatchObject({ scope, event_type: type });
  });

  it('sends header values that may hold credentials and shows them to nobody', async () => {
    const { id } = await create({ headers: { Authorization: 'Bearer of-the-owner', 'Content-Type': 'a/b' } });
    const before = receiver.requests.length;
    const { text, body } = await api.call('POST', `/v1/webhooks/${id}/test`, { body: {} });
    expect(receiver.requests[before]?.headers['authorization']).toBe('Bearer of-the-owner');
    expect(text).not.toContain('of-the-owner');
    const { headers } = (body as { request: { headers: Record<string, string> } }).request;
    expect(headers['authorization']).toBe('[your value]');
    expect(headers['webhook-test']).toBe('1');
  });

  it('withholds secrets and saved headers from an edited URL, and only from that', async () => {
    const webhook = await create({ headers: { 'X-Api-Key': 's3cret' } });
    const edited = await test(webhook.id, {
      settings: { url: `${receiver.url}/elsewhere`, headers: { 'X-Given': 'yes', 'X-Api-Key': null } },
    });
    const away = receiver.requests.at(-1);
    expect(away?.path).toBe('/elsewhere');
    expect(edited.signed).toBe(false);
    expect(away?.headers).toMatchObject({ 'webhook-test': '1', 'x-given': 'yes' });
    expect(away?.headers).not.toHaveProperty('webhook-signature');
    expect(away?.headers).not.toHaveProperty('x-api-key');
    const same = await test(webhook.id, { settings: { method: 'PUT', url: `${receiver.url}/hook` } });
    const home = receiver.requests.at(-1);
    expect(same.signed).toBe(true);
    expect(home).toMatchObject({ method: 'PUT', headers: { 'x-api-key': 's3cret' } });
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}`)).body).toMatchObject({ method: 'POST' });
  });

  it('says in words what came of it', async () => {
    const failing = await startReceiver({
      script: [answer(500, { body: 'broken' }), answer(301), answer(410)],
    });
    const webhook = await create({ url: `${failing.url}/` });
    const broken = await test(webhook.id);
    expect(broken.response_result).toMatchObject({
      success: true,
      status: 500,
      data: 'broken',
      acknowledged: false,
    });
    expect(broken.response_result.summary).toContain('would be tried again');
    expect((await test(webhook.id)).response_result.summary).toContain('Redirects are not followed');
    expect((await test(webhook.id)).response_result.summary).toContain('would disable');
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}`)).body).toMatchObject({ status: 'active' });
    await failing.close();
    const refused = await test(webhook.id);
    expect(refused.response_result).toMatchObject({ success: false, status: null, acknowledged: false });
    expect(refused.response_result.data).not.toBe('');
  });

  it('counts an answer that broke off as one that came, though not as an acknowledgement', async () => {
    const stalling = await startReceiver({ otherwise: hangAfterHeaders(200, 'half') });
    const webhook = await create({ url: `${stalling.url}/`, timeout_ms: 1_000 });
    const { response_result: result } = await test(webhook.id);
    expect(result).toMatchObject({ success: true, status: 200, acknowledged: false });
    expect(result.summary).toContain('no complete answer');
    await stalling.close();
  });

  it('says why a payload is too long for a URL, and what to do', async () => {
    await api.call('PUT', '/v1/event-types/vip.letter', {
      body: {
        description: 'A letter',
        schema: { type: 'object' },
        example: { text: 'x'.repeat(8_000) },
      },
    });
    const webhook = await create({ format: 'gamify-route', method: 'GET', events: ['vip.letter'] });
    const before = receiver.requests.length;
    const { response_result: result } = await test(webhook.id);
    expect(result).toMatchObject({ success: false, status: null, acknowledged: false });
    expect(result.data).toContain('let the webhook use POST');
    expect(receiver.requests).toHaveLength(before);
    const { response_result: posted } = await test(webhook.id, { settings: { method: 'POST' } });
    expect(posted).toMatchObject({ success: true, acknowledged: true });
  });

  it('shows the address line of a request that has no body', async () => {
    const webhook = await create({ format: 'gamify-route', method: 'GET', events: ['user.joined_campaign'] });
    const result = await test(webhook.id);
    expect(result.response_body).toMatch(/^GET http.*player\.email=/);
  });

  it('tests settings that were never saved, unsigned', async () => {
    const answered = await api.call('POST', '/v1/webhook-tests', {
      body: { settings: { ...valid(), headers: { 'X-Own': 'given' } }, event_type: 'task.completed' },
    });
    expect(answered.body).toMatchObject({
      event_type: 'task.completed',
      signed: false,
      response_result: { status: 200 },
    });
    expect(receiver.requests.at(-1)?.headers).toMatchObject({ 'x-own': 'given', 'webhook-test': '1' });
    const invalid = await api.call('POST', '/v1/webhook-tests', {
      body: { settings: { name: 'x', format: 'standard' } },
    });
    expect(faults(invalid.body)).toHaveProperty('/url');
  });

  it('refuses events that the format does not carry, and participants of others', async () => {
    const webhook = await create({ format: 'reward' });
    const uncarried = await api.call('POST', `/v1/webhooks/${webhook.id}/test`, {
      body: { event_type: 'task.completed' },
    });
    expect(uncarried).toMatchObject({ status: 422, body: { code: 'invalid_webhook' } });
    const stranger = await api.call('POST', `/v1/webhooks/${webhook.id}/test`, {
      body: { participant_id: newId('usr') },
    });
    expect(stranger.status).toBe(404);
  });
});

it("answers another organization's ids exactly like unknown ones, on every route", async () => {
  const webhook = await create();
  const { token } = await api.otherOrganization();
  const calls: [string, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', ''],
    ['POST', '/rotate-secret', {}],
    ['GET', '/examples'],
    ['POST', '/test', {}],
    ['GET', '/deliveries'],
  ];
  for (const [method, path, body] of calls) {
    const call = { token, ...(body && { body }) };
    const foreign = await api.call(method, `/v1/webhooks/${webhook.id}${path}`, call);
    const unknown = await api.call(method, `/v1/webhooks/whk_unknown${path}`, call);
    expect(foreign.status, `${method} ${path}`).toBe(404);
    const { instance: _, request_id: __, ...shown } = foreign.body as Record<string, unknown>;
    expect(unknown.body).toMatchObject(shown);
  }
  expect((await api.call('GET', '/v1/webhooks', { token })).body).toEqual({ data: [], next_cursor: null });
  expect((await api.call('GET', `/v1/webhooks/${webhook.id}`)).body).toMatchObject({ name: 'CRM' });
});

it('lists webhooks newest first, page by page', async () => {
  const { token } = await api.otherOrganization();
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const created = await api.call('POST', '/v1/webhooks', { token, body: valid() });
    ids.unshift((created.body as ShownWebhook).id);
  }
  interface ListAnswer {
    data: ShownWebhook[];
    next_cursor: string | null;
  }
  const first = (await api.call('GET', '/v1/webhooks?limit=2', { token })).body as ListAnswer;
  const second = (await api.call('GET', `/v1/webhooks?limit=2&cursor=${first.next_cursor}`, { token }))
    .body as ListAnswer;
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
  expect(second.next_cursor).toBeNull();
  expect((await api.call('GET', '/v1/webhooks?cursor=AAAA', { token })).body).toMatchObject({
    code: 'invalid_cursor',
  });
});
