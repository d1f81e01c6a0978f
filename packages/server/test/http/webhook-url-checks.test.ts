import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
let nowMs = Date.now();
beforeAll(async () => {
  api = await ApiHarness.open({ clock: { now: () => nowMs } });
});
afterAll(() => api.close());

const check = (url: string, token?: string) =>
  api.call('POST', '/v1/webhook-url-checks', { body: { url }, ...(token !== undefined && { token }) });

it('says in words what speaks against a URL', async () => {
  expect(await check('http://127.0.0.1:9/')).toMatchObject({
    status: 200,
    body: { ok: true, problems: [], advice: [expect.stringContaining('Plain http'), expect.any(String)] },
  });
  expect((await check('http://ada@127.0.0.1/')).body).toMatchObject({
    ok: false,
    problems: [expect.stringContaining('user name')],
  });
});

it('is made so often in a minute and no more, for each organization', async () => {
  nowMs = (Math.floor(nowMs / 60_000) + 1) * 60_000;
  for (let n = 0; n < 60; n += 1) expect((await check('nonsense')).status).toBe(200);
  const refused = await check('nonsense');
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  expect(Number(refused.headers.get('retry-after'))).toBe(60);
  const { token } = await api.otherOrganization();
  expect((await check('nonsense', token)).status).toBe(200);
  nowMs += 60_000;
  expect((await check('nonsense')).status).toBe(200);
});
