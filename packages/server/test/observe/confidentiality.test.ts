import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answer,
  createTestDatabase,
  type Receiver,
  startReceiver,
  type TestDatabase,
  waitFor,
} from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Node, startNode } from '../../src/node.ts';
import { createLogger, type LogFormat } from '../../src/observe/index.ts';

/**
 * A whole node at its most talkative, through success, failure and refusal; afterwards everything that it printed and
 * everything that it answered is searched for what nobody may read there.
 */
describe.each(['json', 'pretty'] satisfies LogFormat[])('a node that logs everything as %s', (format) => {
  let test: TestDatabase;
  let node: Node;
  let receiver: Receiver;
  let dataDir: string;
  let origin: string;
  let token: string;
  const printed: string[] = [];
  const answers: string[] = [];

  const encryptionKey = randomBytes(32).toString('base64');
  const own = `whsec_${randomBytes(24).toString('base64')}`;
  const plain = 'correct horse battery staple';
  const rotated = 'another text as a secret';
  const inboxSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const header = `Bearer ${randomBytes(12).toString('hex')}`;
  const editedHeader = `Bearer ${randomBytes(12).toString('hex')}`;
  /** Given out by the API, each in the one answer that made it. */
  const givenOut: { readonly secret: string; readonly in: string }[] = [];

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    answers.push(text);
    const json: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, text, body: json as Record<string, unknown> };
  }

  async function create(path: string, body: unknown): Promise<Record<string, unknown>> {
    const created = await call('POST', path, body);
    expect(created.status, created.text).toBeLessThan(300);
    for (const name of ['secret', 'token']) {
      const secret = created.body[name];
      if (typeof secret === 'string') givenOut.push({ secret, in: created.text });
    }
    return created.body;
  }

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        printed.push(String(text));
        return true;
      });
    }
    test = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'fanfare-confidential-'));
    receiver = await startReceiver({
      handler: ({ path }) => (path.startsWith('/good') ? answer(200) : answer(path === '/gone' ? 410 : 500)),
    });
    const config = readConfig({
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: test.connectionString,
      FANFARE_DATA_DIR: dataDir,
      FANFARE_DEMO: 'off',
      FANFARE_ENCRYPTION_KEY: encryptionKey,
      FANFARE_LOG_FORMAT: format,
      FANFARE_LOG_LEVEL: 'trace',
    });
    const log = createLogger({ level: 'trace', format, colours: false });
    node = await startNode({ config, log, version: '0.0.0' });
    if (node.api === null) throw new Error('The node has no API');
    ({ origin, token } = node.api);
    await useEverything();
    await node.stop();
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    await receiver.close();
    await test.drop();
    await rm(dataDir, { recursive: true });
  });

  async function useEverything(): Promise<void> {
    const settings = (path: string) => ({
      name: path,
      url: receiver.url + path,
      format: 'standard',
      headers: { Authorization: header, 'X-Api-Key': header },
      retry_policy: { delays_seconds: [1] },
    });
    const inbox = await create('/v1/inboxes', { name: 'Inbox', secret: inboxSecret });
    const good = await create('/v1/webhooks', { ...settings('/good'), secret: own });
    await create('/v1/webhooks', { ...settings('/bad'), secret: plain });
    await create('/v1/webhooks', { ...settings('/gone'), signature_version: 'v1a' });
    await create('/v1/webhooks', { ...settings('/refused'), url: 'http://127.0.0.1:1/' });
    await create('/v1/webhooks', { ...settings('/inbox'), url: `${origin}${String(inbox['path'])}` });
    const extra = await create('/v1/tokens', { name: 'Extra' });
    await create(`/v1/webhooks/${String(good['id'])}/rotate-secret`, { secret: rotated });
    await create(`/v1/webhooks/${String(good['id'])}/rotate-secret`, {});

    const event = {
      type: 'user.signed_in',
      participant: { external_id: 'ada' },
      data: { session: { id: 's' }, method: 'email' },
    };
    await create('/v1/events', event);
    const exhausted = await waitFor(
      async () => {
        const { body } = await call('GET', '/v1/deliveries?state=exhausted');
        const { data } = body as { data: { id: string }[] };
        return data.length === 2 ? data : undefined;
      },
      { timeoutMs: 15_000, what: 'two deliveries to be given up' },
    );
    for (const { id } of exhausted) {
      await call('GET', `/v1/deliveries/${id}`);
      await call('GET', `/v1/deliveries/${id}/attempts`);
      await call('POST', `/v1/deliveries/${id}/resend`);
    }

    const webhook = `/v1/webhooks/${String(good['id'])}`;
    await call('GET', '/v1/webhooks');
    await call('GET', webhook);
    await call('PATCH', webhook, { headers: { Authorization: null, 'X-Api-Key': null } });
    await call('GET', `${webhook}/examples`);
    await call('POST', `${webhook}/test`, {});
    await call('POST', `${webhook}/test`, { settings: { headers: { Authorization: editedHeader } } });
    await call('POST', `${webhook}/test`, {
      settings: { url: `${receiver.url}/bad`, headers: { Authorization: editedHeader } },
    });
    for (const list of ['/v1/tokens', '/v1/inboxes', '/v1/deliveries', '/v1/events', '/v1/organization']) {
      await call('GET', list);
    }

    // Refusals of requests that hold secrets.
    const refused = [
      await call('POST', '/v1/webhooks', { ...settings('/x'), secret: own, format: 'nonsense' }),
      await call('POST', '/v1/webhooks', { ...settings('/x'), secret: own, headers: { 'bad name': header } }),
      await call('POST', '/v1/webhooks', {
        ...settings('/x'),
        secret: own,
        headers: { Authorization: `${header}\nX: y` },
      }),
      await call('POST', '/v1/webhooks', { ...settings('/x'), secret: own, signature_version: 'v1a' }),
      await call('POST', '/v1/webhooks', { ...settings('/x'), secrets: own }),
      await call('POST', '/v1/webhooks', `{"secret":"${own}"`),
      await call('POST', '/v1/webhooks', { ...settings('/x'), secret: [own] }),
      await call('POST', '/v1/inboxes', { name: 'x', secret: `${inboxSecret}!!` }),
      await call('POST', webhook.replace('/v1', '/v2'), { secret: own }),
      await call('GET', '/v1/webhooks', undefined, { authorization: `Bearer ${token}x` }),
      await call('DELETE', `/v1/tokens/${String(extra['id'])}`),
      await call('GET', '/v1/webhooks', undefined, { authorization: `Bearer ${String(extra['token'])}` }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([
      422, 422, 422, 422, 400, 400, 400, 400, 404, 401, 204, 401,
    ]);

    // A fault of ours in the middle of requests that hold secrets.
    await test.database.pool.query('alter table webhooks rename to webhooks_away');
    const broken = await call('POST', '/v1/webhooks', { ...settings('/x'), secret: own });
    expect(broken.body).toMatchObject({ code: 'internal' });
    const brokenChange = await call('PATCH', webhook, { headers: { Authorization: header } });
    expect(brokenChange.body).toMatchObject({ code: 'internal' });
    await test.database.pool.query('alter table webhooks_away rename to webhooks');
  }

  const secrets = () => [
    encryptionKey,
    own,
    plain,
    rotated,
    inboxSecret,
    header,
    editedHeader,
    token,
    ...givenOut.map(({ secret }) => secret),
  ];
  const bare = (text: string) => text.replace(/^(whsec_|whsk_|fan_|Bearer )/, '');

  it('prints none of its secrets', () => {
    const all = printed.join('');
    expect(all).toContain('request failed');
    expect(all).toMatch(format === 'json' ? /"msg":"attempt"/ : /→ \/bad/);
    for (const secret of secrets())
      expect(all.includes(bare(secret)), `${secret.slice(0, 9)}… was printed`).toBe(false);
  });

  it('answers with none of them but once, where they are made', () => {
    expect(givenOut.length).toBeGreaterThan(7);
    const mayShow = new Map(givenOut.map((one) => [one.in, one.secret]));
    for (const secret of secrets()) {
      for (const text of answers) {
        if (mayShow.get(text) === secret) continue;
        expect(text.includes(bare(secret)), `${secret.slice(0, 9)}… stands in ${text.slice(0, 300)}`).toBe(
          false,
        );
      }
    }
  });

  it('did use them: they reached the receiver and signed', () => {
    const [first] = receiver.requests;
    expect(first?.headers['authorization']).toBe(header);
    expect(
      receiver.requests.every(
        ({ headers }) => headers['webhook-signature'] !== undefined || headers['webhook-test'] === '1',
      ),
    ).toBe(true);
  });

  it('keeps them out of the database, too, but for the header values that it has to send', async () => {
    const { rows } = await test.database.pool.query<{ table_name: string }>(
      "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    let text = '';
    for (const { table_name } of rows) {
      const dump = await test.database.pool.query<{ row: string }>(
        `select t::text as row from "${table_name}" t`,
      );
      text += dump.rows.map(({ row }) => row).join('\n');
    }
    expect(text).toContain('/good');
    for (const secret of [
      encryptionKey,
      own,
      plain,
      rotated,
      inboxSecret,
      editedHeader,
      ...givenOut.map((one) => one.secret),
    ]) {
      expect(text.includes(bare(secret)), `${secret.slice(0, 9)}… is in the database`).toBe(false);
    }
    expect(await readFile(join(dataDir, 'api-token'), 'utf8')).toContain(token);
  });
});
