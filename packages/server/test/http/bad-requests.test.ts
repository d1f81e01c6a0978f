import { connect } from 'node:net';
import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { problemRegistry } from '../../src/problems.ts';
import { triggerFired } from './events.ts';
import { type Answer, ApiHarness, type Call } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

/** What every problem document must be. */
function expectProblem(answer: Answer, code: keyof typeof problemRegistry, path: string): void {
  const { status, title } = problemRegistry[code];
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: `/docs/problems#${code}`, title, status, code, instance: path });
  expect((answer.body as { detail: string }).detail.length).toBeGreaterThan(20);
  expect((answer.body as { request_id: string }).request_id).toBe(answer.headers.get('x-request-id'));
}

describe('a body that is not what was asked for', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const cases: [
    what: string,
    raw: string | Uint8Array,
    code: keyof typeof problemRegistry,
    detail: RegExp,
  ][] = [
    ['text that is not JSON', '{"name":nope}', 'malformed_json', /unexpected "n?o?"|line 1, column/],
    ['JSON that ends too early', '{"name":"a"', 'malformed_json', /too early/],
    ['white space', '   ', 'malformed_json', /empty/],
    ['bytes that are not UTF-8', Uint8Array.from([0x22, 0xff, 0xfe, 0x22]), 'malformed_json', /UTF-8/],
    ['single quotes', "{'name':'a'}", 'malformed_json', /line 1, column 2/],
    ['NaN', '{"name":NaN}', 'malformed_json', /column/],
    ['10,000 levels', deep(10_000), 'invalid_request', /errors/],
    ['100,000 levels', `{"a":${deep(100_000)}}`, 'invalid_request', /deeper than 20,000 levels; at most 64/],
    ['__proto__', '{"__proto__":{"admin":true},"name":"a"}', 'invalid_request', /errors/],
    ['__proto__ in escapes', '{"\\u005f_proto__":{"admin":true},"name":"a"}', 'invalid_request', /errors/],
    ['a repeated name', '{"name":"a","name":"b"}', 'invalid_request', /errors/],
    ['a NUL', '{"name":"a\\u0000b"}', 'invalid_request', /errors/],
    ['half a surrogate pair', '{"name":"\\udc00"}', 'invalid_request', /errors/],
    ['half a surrogate pair as a name', '{"name":"a","\\ud800":1}', 'invalid_request', /errors/],
    ['a number beyond a double', '{"name":1e400}', 'invalid_request', /errors/],
    ['a wrong type', '{"name":7}', 'invalid_request', /\/name: Found 7, expected a text/],
    ['nothing in it', '{}', 'invalid_request', /\/name/],
    ['an empty name', '{"name":"  "}', 'invalid_request', /\/name/],
    ['an unknown name', '{"name":"a","nmae":"b"}', 'invalid_request', /\/nmae/],
    ['null', 'null', 'invalid_request', /Found null/],
  ];

  it.each(cases)('with %s is refused', async (_what, raw, code, detail) => {
    const answer = await api.call('POST', '/v1/campaigns', { raw });
    expectProblem(answer, code, '/v1/campaigns');
    expect((answer.body as { detail: string }).detail).toMatch(detail);
  });

  it('names each place by its JSON Pointer', async () => {
    const answer = await api.call('POST', '/v1/tokens', { raw: '{"name":"","a/b~c":1}' });
    const { errors } = answer.body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/a~1b~0c', '/name']);
  });

  it('is needed, which is said as such', async () => {
    for (const path of ['/v1/campaigns', '/v1/events', '/v1/webhooks']) {
      for (const call of [{}, { raw: '' }]) {
        const answer = await api.call('POST', path, call);
        expectProblem(answer, 'invalid_request', path);
        expect((answer.body as { detail: string }).detail).toMatch(/^The request has no body; /);
      }
    }
  });

  it('must be announced as JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense']) {
      const answer = await api.call('POST', '/v1/events', { raw: 'a=b', headers: { 'content-type': type } });
      expectProblem(answer, 'unsupported_media_type', '/v1/events');
      expect((answer.body as { detail: string }).detail).toContain(type);
    }
  });

  it('may name its character set', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await api.call('POST', '/v1/events', { body: triggerFired, headers })).status).toBe(202);
  });

  it('over the limit of its route is refused with both sizes', async () => {
    const answer = await api.call('POST', '/v1/campaigns', {
      raw: JSON.stringify({ name: 'x'.repeat(262_144) }),
    });
    expectProblem(answer, 'payload_too_large', '/v1/campaigns');
    expect((answer.body as { detail: string }).detail).toMatch(
      /262,155 bytes; at most 262,144 bytes \(256 KiB\)/,
    );
  });

  it('over the limit is refused also when its size was not announced', async () => {
    const parts = Array.from({ length: 5 }, () => Buffer.alloc(65_536, 0x20));
    const response = await fetch(`${api.url}/v1/campaigns`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: ReadableStream.from(parts),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('more than 262,144 bytes');
  });
});

describe('addresses', () => {
  it('that nobody has are not found, with or without a token', async () => {
    for (const call of [{}, { token: null }] satisfies Call[]) {
      expectProblem(await api.call('GET', '/v1/nothing', call), 'not_found', '/v1/nothing');
    }
  });

  it('with another method say which ones they take', async () => {
    const answer = await api.call('PUT', '/v1/events');
    expectProblem(answer, 'method_not_allowed', '/v1/events');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expectProblem(
      await api.call('POST', `/v1/campaigns/${newId('cmp')}`),
      'method_not_allowed',
      expect.any(String),
    );
  });

  it.each([['/v1/events/%zz'], ['/%']])('with a broken escape (%s) are refused', async (path) => {
    const answer = await api.call('GET', path);
    expectProblem(answer, 'invalid_request', path);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['events', 'we'],
    ['campaigns', 'cmp'],
    ['participants', 'usr'],
  ] as const)('of unknown, malformed and foreign %s are answered alike', async (list, prefix) => {
    const other = await api.otherOrganization(`With ${list}`);
    const campaign = await api.campaigns.create(other.organization.id, 'Theirs');
    const event = await api.publish({ ...triggerFired, campaign_id: campaign.id }, { token: other.token });
    const shown = (await api.call('GET', `/v1/events/${event}`, { token: other.token })).body as {
      participant: { id: string };
    };
    const theirs = { events: event, campaigns: campaign.id, participants: shown.participant.id }[list];
    const seen = await api.call('GET', `/v1/${list}/${theirs}`, { token: other.token });
    expect(seen.status).toBe(200);
    const ids = [
      theirs,
      newId(prefix),
      'x',
      `${prefix}_`,
      `${prefix}_zzz`,
      `${'a'.repeat(190)}`,
      "' or 1=1 --",
      '..%2f..',
    ];
    const bodies = await Promise.all(
      ids.map(async (id) => {
        const answer = await api.call('GET', `/v1/${list}/${encodeURIComponent(id)}`);
        expect(answer.status, id).toBe(404);
        const { instance: _, request_id: __, ...rest } = answer.body as Record<string, unknown>;
        return JSON.stringify(rest);
      }),
    );
    expect(new Set(bodies).size).toBe(1);
  });

  it('that are far too long do not exist', async () => {
    expect((await api.call('GET', `/v1/events/${'a'.repeat(1_000)}`)).status).toBe(404);
  });
});

describe('query parameters', () => {
  it.each([
    ['/v1/events?limit=0', 'limit'],
    ['/v1/events?limit=251', 'limit'],
    ['/v1/events?limit=ten', 'limit'],
    ['/v1/events?limit=1&limit=2', 'limit'],
    ['/v1/events?since=yesterday', 'since'],
    ['/v1/events?until=9999-01-01T00:00:00Z', 'until'],
    ['/v1/events?colour=red', 'colour'],
    ['/v1/campaigns?offset=3', 'offset'],
  ])('%s is refused and the parameter named', async (path, parameter) => {
    const answer = await api.call('GET', path);
    expectProblem(answer, 'invalid_request', path.slice(0, path.indexOf('?')));
    expect((answer.body as { errors: { parameter: string }[] }).errors[0]?.parameter).toBe(parameter);
  });

  it('with a cursor of another list, or one changed by hand, are refused', async () => {
    for (let index = 0; index < 3; index += 1) {
      await api.call('POST', '/v1/campaigns', { body: { name: `C${index}` } });
    }
    const { next_cursor } = (await api.call('GET', '/v1/campaigns?limit=1')).body as { next_cursor: string };
    expect((await api.call('GET', `/v1/campaigns?limit=1&cursor=${next_cursor}`)).status).toBe(200);
    const changed = (next_cursor.startsWith('A') ? 'B' : 'A') + next_cursor.slice(1);
    for (const path of [
      `/v1/events?cursor=${next_cursor}`,
      `/v1/campaigns?cursor=${changed}`,
      `/v1/campaigns?cursor=${next_cursor}A`,
      '/v1/campaigns?cursor=',
      '/v1/campaigns?cursor=%00',
    ]) {
      expectProblem(await api.call('GET', path), 'invalid_cursor', path.slice(0, path.indexOf('?')));
    }
  });
});

describe('what is not HTTP', () => {
  async function raw(text: string): Promise<string> {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    let ended = false;
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => {
      ended = true;
    });
    socket.on('error', () => {});
    socket.write(text);
    await waitFor(() => ended, { timeoutMs: 5_000, what: 'the connection to be closed' });
    return answer;
  }

  it('is answered with a problem document and the connection closed', async () => {
    const answer = await raw('HELLO\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toContain('"code":"invalid_request"');
  });

  it('and headers over 16 KiB are refused', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"headers_too_large"');
  });

  it('and two lengths for one body are refused', async () => {
    const answer = await raw(
      'POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('every answer', () => {
  it.each([
    ['/v1/organization'],
    ['/v1/nothing'],
    ['/healthz'],
    ['/docs/api'],
    ['/openapi.json'],
  ])('of %s carries the security headers', async (path) => {
    const { headers } = await api.call('GET', path);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-request-id')).toMatch(/^[\w-]+$/);
  });

  it("takes the caller's x-request-id over when it is harmless", async () => {
    const id = async (given: string) =>
      (await api.call('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('trace-7/a')).toBe('trace-7/a');
    expect(await id('a b<script>')).not.toContain('script');
    expect((await id('x'.repeat(500)))?.length).toBeLessThan(100);
  });
});
