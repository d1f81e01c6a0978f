import { request as httpRequest } from 'node:http';
import { parseSecret, sign } from '@fanfare/signature/node';
import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleEvent } from '../../src/catalog/index.ts';
import { newId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
});
afterAll(() => api.close());

interface ShownInbox {
  readonly id: string;
  readonly path: string;
  readonly has_secret: boolean;
  readonly answer: object;
}

interface ShownRequest {
  readonly id: string;
  readonly method: string;
  readonly target: string;
  readonly headers: [string, string][];
  readonly body: string;
  readonly body_encoding: string;
  readonly body_cut: boolean;
  readonly verification: { verified: boolean; by: unknown; reason: string | null; message: string | null };
  readonly answered: { status: number | null; delay_ms: number };
}

async function create(settings: object = {}): Promise<ShownInbox> {
  const created = await api.call('POST', '/v1/inboxes', { body: { name: 'Receiver', ...settings } });
  expect(created.status, created.text).toBe(201);
  return created.body as ShownInbox;
}

async function requestsOf(inbox: ShownInbox): Promise<ShownRequest[]> {
  const listed = await api.call('GET', `/v1/inboxes/${inbox.id}/requests`);
  return (listed.body as { data: ShownRequest[] }).data;
}

it('stores any method, path, query, headers and bytes exactly as they came', async () => {
  const inbox = await create();
  const bytes = Buffer.from([0, 255, 254, 10, 13, 0, 128]);
  const sent = await fetch(`${api.url}${inbox.path}/deep/er?a=1&a=%20b`, {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': 'application/json; charset=nonsense', 'X-Mixed-Case': 'Kept' },
  });
  expect(sent.status).toBe(204);
  const [stored] = await requestsOf(inbox);
  expect(stored).toMatchObject({
    method: 'PUT',
    target: `${inbox.path}/deep/er?a=1&a=%20b`,
    body: bytes.toString('base64'),
    body_encoding: 'base64',
    body_cut: false,
    answered: { status: 204, delay_ms: 0 },
  });
  expect(stored?.headers).toContainEqual(['X-Mixed-Case', 'Kept']);
  const one = await api.call('GET', `/v1/inboxes/${inbox.id}/requests/${stored?.id}`);
  expect(one.body).toEqual(stored);
});

it.each([
  'GET',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'POST',
])('takes %s without a body and without a content type', async (method) => {
  const inbox = await create();
  expect((await fetch(`${api.url}${inbox.path}`, { method })).status).toBe(204);
  expect(await requestsOf(inbox)).toMatchObject([{ method, body: '', body_encoding: 'utf-8' }]);
});

it('takes malformed JSON and __proto__ as the bytes they are', async () => {
  const inbox = await create();
  const body = '{"__proto__": {"a": 1}, "open": [';
  await fetch(`${api.url}${inbox.path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(await requestsOf(inbox)).toMatchObject([{ body, body_encoding: 'utf-8' }]);
});

it('keeps the first 256 KiB of a longer body and says so', async () => {
  const inbox = await create();
  const body = 'x'.repeat(300 * 1024);
  expect((await fetch(`${api.url}${inbox.path}`, { method: 'POST', body })).status).toBe(204);
  const [stored] = await requestsOf(inbox);
  expect(stored?.body).toBe(body.slice(0, 256 * 1024));
  expect(stored).toMatchObject({ body_cut: true, verification: { verified: false, reason: 'body_cut' } });
});

it('answers with the status, headers and body it was told, at once on this node', async () => {
  const inbox = await create({
    answer: { status: 503, headers: { 'Retry-After': '7' }, body: '{"busy":true}' },
  });
  const busy = await fetch(`${api.url}${inbox.path}`, { method: 'POST', body: 'a' });
  expect(busy.status).toBe(503);
  expect(busy.headers.get('retry-after')).toBe('7');
  expect(await busy.text()).toBe('{"busy":true}');
  const changed = await api.call('PATCH', `/v1/inboxes/${inbox.id}`, { body: { answer: { status: 201 } } });
  expect(changed.body).toMatchObject({
    answer: { status: 201, headers: { 'Retry-After': '7' }, body: '{"busy":true}' },
  });
  expect((await fetch(`${api.url}${inbox.path}`, { method: 'POST', body: 'b' })).status).toBe(201);
  expect((await requestsOf(inbox)).map(({ answered }) => answered.status)).toEqual([201, 503]);
});

it('hears of a change that another node made', async () => {
  const inbox = await create();
  await fetch(`${api.url}${inbox.path}`);
  await api.database.pool.query(`update inboxes set answer = '{"status": 418}' where name = 'Receiver'`);
  const { rows } = await api.database.pool.query<{ id: string }>('select id from inboxes');
  for (const { id } of rows) await api.database.notify('fanfare_inboxes', id);
  await waitFor(async () => (await fetch(`${api.url}${inbox.path}`)).status === 418, {
    what: 'the new answer',
  });
});

it('waits before it answers', async () => {
  const inbox = await create({ answer: { delay_ms: 120 } });
  const began = performance.now();
  expect((await fetch(`${api.url}${inbox.path}`)).status).toBe(204);
  expect(performance.now() - began).toBeGreaterThanOrEqual(115);
  expect(await requestsOf(inbox)).toMatchObject([{ answered: { status: 204, delay_ms: 120 } }]);
});

it('cuts the connection instead of answering, and stores the request all the same', async () => {
  const inbox = await create({ answer: { reset: true } });
  const error = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
    const request = httpRequest(`${api.url}${inbox.path}`, { method: 'POST' }, (response) =>
      reject(new Error(`answered ${response.statusCode}`)),
    );
    request.on('error', resolve);
    request.end('body');
  });
  expect(error.code).toBe('ECONNRESET');
  expect(await requestsOf(inbox)).toMatchObject([{ body: 'body', answered: { status: null } }]);
});

it.each([
  ['status', { status: 101 }, '/answer/status'],
  ['status', { status: 700 }, '/answer/status'],
  ['delay', { delay_ms: 200_000 }, '/answer/delay_ms'],
  ['body', { status: 200, body: 'x'.repeat(70_000) }, '/answer/body'],
  ['body without a place', { status: 204, body: 'x' }, '/answer/body'],
  ['header value', { headers: { 'x-split': 'a\r\nb: c' } }, '/answer/headers/x-split'],
  ['header name', { headers: { 'a b': 'c' } }, '/answer/headers/a b'],
  ['framing header', { headers: { 'Content-Length': '3' } }, '/answer/headers/Content-Length'],
])('refuses an answer with a bad %s', async (_, answer, pointer) => {
  const refused = await api.call('POST', '/v1/inboxes', { body: { name: 'Receiver', answer } });
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({ errors: [{ pointer }] });
});

it('verifies deliveries of the webhooks that point at it, in every way of sending, and of nobody else', async () => {
  const inbox = await create();
  const create2 = async (settings: object) => {
    const created = await api.call('POST', '/v1/webhooks', {
      body: {
        name: 'To the inbox',
        url: `${api.url}${inbox.path}/hook?x=1`,
        events: ['user.joined_campaign'],
        ...settings,
      },
    });
    expect(created.status, created.text).toBe(201);
    return (created.body as { id: string }).id;
  };
  const ids = [
    await create2({ format: 'standard' }),
    await create2({ format: 'gamify-route', method: 'GET' }),
    await create2({ format: 'chainvine', signature_version: 'v1a' }),
  ];
  const campaign = (await api.call('POST', '/v1/campaigns', { body: { name: 'Spring' } })).body as {
    id: string;
  };
  const { data } = exampleEvent('user.joined_campaign');
  const published = await api.call('POST', '/v1/events', {
    body: {
      type: 'user.joined_campaign',
      campaign_id: campaign.id,
      participant: { external_id: 'ada', email: 'ada@example.com', first_name: 'Zoë' },
      data,
    },
  });
  expect(published.status, published.text).toBe(202);
  const stored = await waitFor(
    async () => {
      const requests = await requestsOf(inbox);
      return requests.length === 3 && requests;
    },
    { what: 'three deliveries in the inbox' },
  );
  for (const { verification } of stored) expect(verification).toMatchObject({ verified: true, reason: null });
  expect(
    stored.map(({ verification }) => (verification.by as { webhook_id: string }).webhook_id).sort(),
  ).toEqual(ids.sort());
  expect(stored.find(({ method }) => method === 'GET')?.body).toBe('');

  const forged = parseSecret({ raw: 'some other secret' });
  const timestamp = Math.floor(Date.now() / 1000);
  await fetch(`${api.url}${inbox.path}`, {
    method: 'POST',
    body: '{}',
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(forged, { id: 'msg_1', timestamp, payload: '{}' }),
    },
  });
  expect((await requestsOf(inbox))[0]?.verification).toMatchObject({
    verified: false,
    by: null,
    reason: 'no_matching_signature',
  });
});

it('verifies other senders with a secret of its own, and says why it does not', async () => {
  const secret = 'the words we agreed on';
  const inbox = await create({ secret });
  expect(inbox.has_secret).toBe(true);
  const send = (payload: string, at: number) =>
    fetch(`${api.url}${inbox.path}`, {
      method: 'POST',
      body: '{"a":1}',
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(at),
        'webhook-signature': sign(parseSecret({ raw: secret }), { id: 'msg_1', timestamp: at, payload }),
      },
    });
  const now = Math.floor(Date.now() / 1000);
  await send('{"a":1}', now);
  await send('{"a":2}', now);
  await send('{"a":1}', now - 4_000);
  await fetch(`${api.url}${inbox.path}`, { method: 'POST', body: '{"a":1}' });
  await api.call('PATCH', `/v1/inboxes/${inbox.id}`, { body: { secret: null } });
  await send('{"a":1}', now);
  const stored = (await requestsOf(inbox)).reverse();
  expect(stored.map(({ verification }) => verification.reason)).toEqual([
    null,
    'no_matching_signature',
    'timestamp_too_old',
    'missing_headers',
    'no_secret',
  ]);
  expect(stored[0]?.verification).toMatchObject({ verified: true, by: 'inbox' });
  expect(stored[2]?.verification.message).toContain('older than the tolerance');
  const { rows } = await api.database.pool.query<{ ciphertext: Buffer | null }>(
    'select ciphertext from inboxes',
  );
  for (const { ciphertext } of rows) expect(ciphertext?.includes(Buffer.from(secret)) ?? false).toBe(false);
});

it('stores hundreds of requests that arrive at once, each exactly once', async () => {
  const inbox = await create();
  const count = 400;
  const answers = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      fetch(`${api.url}${inbox.path}?n=${n}`, { method: 'POST', body: `${n}` }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { data: ShownRequest[]; next_cursor: string | null } = (
      await api.call(
        'GET',
        `/v1/inboxes/${inbox.id}/requests?limit=150${cursor === null ? '' : `&cursor=${cursor}`}`,
      )
    ).body as never;
    seen.push(...page.data.map(({ body }) => body));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
  const emptied = await api.call('DELETE', `/v1/inboxes/${inbox.id}/requests`);
  expect(emptied.body).toEqual({ deleted: count });
  expect(await requestsOf(inbox)).toEqual([]);
});

it('is gone once deleted, and unknown ids get one answer', async () => {
  const inbox = await create();
  await fetch(`${api.url}${inbox.path}`);
  expect((await api.call('DELETE', `/v1/inboxes/${inbox.id}`)).status).toBe(204);
  for (const path of [inbox.path, `/inbox/${newId('inb')}`, '/inbox/nonsense', `${inbox.path}/below`]) {
    const gone = await fetch(api.url + path, { method: 'POST', body: '{' });
    expect(gone.status, path).toBe(404);
    expect(await gone.json()).toMatchObject({ code: 'not_found' });
  }
});

it("answers another organization's ids exactly like unknown ones", async () => {
  const inbox = await create();
  await fetch(`${api.url}${inbox.path}`);
  const [stored] = await requestsOf(inbox);
  const { token } = await api.otherOrganization();
  const calls: [string, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'Mine' }],
    ['GET', '/requests'],
    ['GET', `/requests/${stored?.id}`],
    ['DELETE', '/requests'],
    ['DELETE', ''],
  ];
  for (const [method, path, body] of calls) {
    const call = { token, ...(body && { body }) };
    const foreign = await api.call(method, `/v1/inboxes/${inbox.id}${path}`, call);
    const unknown = await api.call(method, `/v1/inboxes/${newId('inb')}${path}`, call);
    expect([foreign.status, unknown.status], `${method} ${path}`).toEqual([404, 404]);
    const { instance: _, request_id: __, ...shown } = foreign.body as Record<string, unknown>;
    expect(unknown.body).toMatchObject(shown);
  }
  expect(await requestsOf(inbox)).toHaveLength(1);
  expect((await api.call('GET', '/v1/inboxes', { token })).body).toEqual({ data: [], next_cursor: null });
});

it('stores no more in a minute than it is given, and says when there is room again', async () => {
  let nowMs = Date.parse('2026-03-14T09:26:30Z');
  const bytesPerMinute = 4 * 1024 * 1024;
  const quiet = await ApiHarness.open({
    clock: { now: () => nowMs },
    webhooks: { inboxBytesPerMinute: bytesPerMinute },
  });
  try {
    const path = async () =>
      ((await quiet.call('POST', '/v1/inboxes', { body: { name: 'Flooded' } })).body as ShownInbox).path;
    const [flooded, other] = [await path(), await path()];
    const send = (to: string) => fetch(quiet.url + to, { method: 'POST', body: Buffer.alloc(256 * 1024) });
    for (let stored = 0; stored < 15; stored += 1) expect((await send(flooded)).status).toBe(204);
    const refused = await send(flooded);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toMatchObject({
      code: 'too_many_requests',
      detail: expect.stringContaining('4 MiB'),
    });
    expect((await send(other)).status).toBe(204);
    nowMs += 30_000;
    expect((await send(flooded)).status).toBe(204);
  } finally {
    await quiet.close();
  }
});
