import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';

const script = 'export const answer = 42;';
const html = { accept: 'text/html,application/xhtml+xml' };

let directory: string;
let api: ApiHarness;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fanfare-dashboard-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(
    join(directory, 'index.html'),
    '<!doctype html><meta name="style-nonce" content="" /><title>A dashboard</title>',
  );
  await writeFile(join(directory, 'fanfare.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(directory, 'assets/index-abc.js'), script);
  await writeFile(join(directory, 'assets/index-abc.js.gz'), gzipSync(script));
  await writeFile(join(directory, '.secret'), 'not for anybody');
  api = await ApiHarness.open({ dashboard: directory });
});
afterAll(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  api.call('GET', path, { token: null, headers });

describe('the dashboard', () => {
  it('is the page at / and at every address of its own', async () => {
    for (const path of ['/', '/webhooks', '/webhooks/whk_1/settings?range=7d', '/sign-in']) {
      const { status, headers, text } = await get(path, html);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(text).toContain('<title>A dashboard</title>');
    }
  });

  it('gives its styles a new nonce each time, and allows no script but files of its own', async () => {
    const seen = new Set<string>();
    for (let time = 0; time < 3; time++) {
      const { headers, text } = await get('/', html);
      const nonce = /content="([^"]+)"/.exec(text)?.[1] ?? '';
      expect(nonce).toMatch(/^[\w+/]{22}==$/);
      seen.add(nonce);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
    }
    expect(seen.size).toBe(3);
  });

  it('has files that browsers keep, compressed where they take that', async () => {
    const plain = await get('/assets/index-abc.js', { 'accept-encoding': 'identity' });
    expect(plain.text).toBe(script);
    expect(plain.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
    const compressed = await api.app.inject({
      url: '/assets/index-abc.js',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.rawPayload).toString()).toBe(script);
    expect((await get('/fanfare.svg')).headers.get('content-type')).toBe('image/svg+xml');
  });

  it.each([
    '/assets/none.js',
    '/assets/../.secret',
    '/assets/..%2f.secret',
    '/.secret',
    '/index.html',
    '/v1/nothing',
    '/docs/nothing',
  ])('does not take the place of what is not there: %s', async (path) => {
    const { status, headers, text } = await get(path, path.startsWith('/v1') ? html : {});
    expect([400, 403, 404]).toContain(status);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(text).not.toContain('not for anybody');
  });

  it('answers programs that look for an address with a problem', async () => {
    expect((await get('/webhooks')).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await api.call('POST', '/webhooks', { token: null })).status).toBe(404);
    expect((await api.call('POST', '/v1/session', { token: null, body: {} })).status).toBe(400);
  });
});

describe('without a dashboard', () => {
  it('/ leads to the reference', async () => {
    const bare = await ApiHarness.open();
    try {
      const answer = await bare.app.inject('/');
      expect(answer.statusCode).toBe(302);
      expect(answer.headers.location).toBe('/docs/api');
    } finally {
      await bare.close();
    }
  });
});
