import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './browser.ts';
import { type Answer, ApiHarness } from './harness.ts';
import { refusal, Season } from './season.ts';

const page = 'https://play.example.com';
const theirPage = 'https://their.example.com';
const nobodysPage = 'https://nobody.example.com';

let api: ApiHarness;
let season: Season;
let campaign: string;
let theirs: { token: string };
beforeAll(async () => {
  api = await ApiHarness.open();
  season = await Season.open(api);
  campaign = `/v1/campaigns/${season.campaign}`;
  theirs = await api.otherOrganization();
  expect((await allow([page])).status).toBe(200);
  expect((await allow([theirPage], theirs.token)).status).toBe(200);
});
afterAll(() => api.close());

const allow = (origins: readonly unknown[], token = api.token) =>
  api.call('PUT', '/v1/organization/allowed-origins', { body: { origins }, token });
const corsHeaders = ({ headers }: Answer) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

/** `fetch` does not let a program set these headers. */
const preflight = (path: string, origin: string, method: string): Promise<Answer> =>
  raw(
    `OPTIONS ${path} HTTP/1.1\r\nhost: x\r\norigin: ${origin}\r\naccess-control-request-method: ${method}\r\naccess-control-request-headers: authorization\r\nconnection: close\r\n\r\n`,
  );

function raw(request: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      const [head = '', text = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      const [status = '', ...lines] = head.split('\r\n');
      const headers = new Headers(
        lines.map((line): [string, string] => [
          line.slice(0, line.indexOf(':')),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
      );
      resolve({ status: Number(status.split(' ')[1]), headers, text, body: text && JSON.parse(text) });
    });
  });
}

describe('the origins that an organization allows', () => {
  it('are none at first, and then exactly what it says', async () => {
    const { token } = await api.otherOrganization('Fresh');
    const list = async () =>
      (await api.call('GET', '/v1/organization/allowed-origins', { token })).body as unknown;
    expect(await list()).toEqual({ origins: [] });
    const answer = await allow(['http://localhost:5173', page, page], token);
    expect(answer.body).toEqual({ origins: ['http://localhost:5173', page] });
    expect(await list()).toEqual(answer.body);
    expect((await allow([], token)).body).toEqual({ origins: [] });
  });

  it.each([
    ['a path', 'https://play.example.com/', 'https://play.example.com'],
    ['a default port', 'https://play.example.com:443', 'https://play.example.com'],
    ['capitals', 'https://Play.Example.com', 'https://play.example.com'],
    ['a user', 'https://ada@play.example.com', 'https://play.example.com'],
    ['letters that no host has', 'https://plaß.example', 'https://xn--pla-7ka.example'],
    ['a wildcard', '*', 'wildcards'],
    ['a wildcard within', 'https://*.example.com', 'wildcards'],
    ['no scheme', 'play.example.com', 'expected http'],
    ['another scheme', 'ftp://play.example.com', 'expected http'],
    ['the origin of nothing', 'null', 'expected http'],
    ['nothing', '', 'expected http'],
    ['no text', 7, 'expected a text'],
    ['a very long one', `https://${'a'.repeat(300)}.example`, 'at most 300'],
  ])('are refused with %s', async (_what, origin, why) => {
    const answer = await allow([page, origin]);
    expect(answer.status, answer.text).toBe(400);
    const { errors } = answer.body as { errors: { pointer: string; detail: string }[] };
    expect(errors).toEqual([{ pointer: '/origins/1', detail: expect.stringContaining(why) }]);
  });

  it('are at most 50', async () => {
    const origins = Array.from({ length: 51 }, (_, index) => `https://p${index}.example.com`);
    expect((await allow(origins)).status).toBe(400);
  });
});

describe('a preflight', () => {
  it('is answered for what participants may do, to a page that somebody allows', async () => {
    for (const origin of [page, theirPage]) {
      const answer = await preflight(`${campaign}/participants`, origin, 'POST');
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-methods')).toBe('POST');
      expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toMatch(/^Origin/);
    }
  });

  it('is refused to a page that nobody allows', async () => {
    const answer = await preflight(`${campaign}/participants`, nobodysPage, 'POST');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining(nobodysPage) });
    expect(corsHeaders(answer)).toEqual([]);
  });

  it.each([
    ['POST', '/v1/participant-tokens'],
    ['GET', '/v1/participants'],
    ['PATCH', '/v1/campaigns/cmp_01jf2wkmvcfw6ts1qmgzya291c'],
    ['GET', '/v1/nowhere'],
    ['GET', '/docs/api'],
  ])('is not answered for %s %s', async (method, path) => {
    const answer = await preflight(path, page, method);
    expect([404, 405]).toContain(answer.status);
    expect(corsHeaders(answer)).toEqual([]);
  });

  it('follows the list at once', async () => {
    const late = 'https://late.example.com';
    const status = async () => (await preflight(campaign, late, 'GET')).status;
    expect(await status()).toBe(403);
    await allow([page, late]);
    expect(await status()).toBe(204);
    await allow([page]);
    expect(await status()).toBe(403);
  });
});

describe('a request from a page', () => {
  it('is answered so that the page can read it when its organization allows the page', async () => {
    const ada = await Browser.open(api, 'ada', { origin: page });
    const answer = await ada.call('GET', campaign);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(answer.headers.get('vary')).toBe('Origin');
    // Refusals too: a page has to know why.
    const missing = await ada.call('GET', `${campaign}/tasks/${season.group}`);
    expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, page]);
  });

  it.each([
    ['another organization allows', theirPage],
    ['nobody allows', nobodysPage],
    ['has no origin of its own', 'null'],
  ])('is refused when the page is one that %s, and the page cannot read why', async (_what, origin) => {
    const ada = await Browser.open(api, 'ada', { origin });
    const joining = ada.call('POST', `${campaign}/participants`, { body: {} });
    expect(await refusal(joining)).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: expect.stringContaining(JSON.stringify(origin)),
    });
    expect(corsHeaders(await joining)).toEqual([]);
  });

  it('without an origin is no page: apps use participant tokens too', async () => {
    const ada = await Browser.open(api, 'ada');
    const answer = await ada.call('GET', campaign);
    expect(answer.status).toBe(200);
    expect(corsHeaders(answer)).toEqual([]);
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  it('learns that its token has expired', async () => {
    const answer = await api.call('GET', campaign, { token: 'a.b.c', headers: { origin: page } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
    const elsewhere = await api.call('GET', campaign, { token: 'a.b.c', headers: { origin: nobodysPage } });
    expect([elsewhere.status, corsHeaders(elsewhere)]).toEqual([401, []]);
  });

  it('with an API token gets an answer that no page can read', async () => {
    for (const token of [api.token, `fan_${'A'.repeat(43)}`]) {
      const answer = await api.call('GET', campaign, { token, headers: { origin: page } });
      expect(corsHeaders(answer)).toEqual([]);
    }
  });

  it('to what is for servers alone shows nothing to any page', async () => {
    const ada = await Browser.open(api, 'ada', { origin: page });
    const answer = await ada.call('GET', '/v1/participants');
    expect([answer.status, corsHeaders(answer)]).toEqual([403, []]);
  });
});
