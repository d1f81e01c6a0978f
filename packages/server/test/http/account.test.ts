import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts } from '../../src/accounts/index.ts';
import { ApiHarness } from './harness.ts';

let nowMs = Date.UTC(2026, 5, 1);
let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open({ clock: { now: () => nowMs } });
});
afterAll(() => api.close());

const create = async (body: unknown) => {
  const answer = await api.call('POST', '/v1/tokens', { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body as { id: string; token: string; name: string; expires_at: string | null };
};
const statusWith = async (token: string | null, headers: Record<string, string> = {}) =>
  (await api.call('GET', '/v1/organization', { token, headers })).status;

describe('the API token', () => {
  it('opens its organization', async () => {
    const answer = await api.call('GET', '/v1/organization');
    expect(answer.body).toEqual({
      id: api.organization.id,
      name: 'Aurora Games',
      created_at: new Date(nowMs).toISOString(),
      retention: { events_days: 30, attempts_days: 14, bodies_days: 7 },
    });
  });

  it.each([
    ['missing', null, {}],
    ['unknown', `fan_${'a'.repeat(43)}`, {}],
    ['malformed', 'fan_short', {}],
    ['not a bearer token', null, { authorization: 'Basic dXNlcjpwYXNz' }],
    ['empty', null, { authorization: 'Bearer ' }],
  ])('that is %s is refused with the way to send one', async (_what, token, headers) => {
    const answer = await api.call('GET', '/v1/organization', { token, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.body).toMatchObject({
      code: 'unauthenticated',
      detail: expect.stringContaining('Bearer fan_'),
    });
  });

  it('may be written with any case of "bearer"', async () => {
    expect(await statusWith(null, { authorization: `bearer ${api.token}` })).toBe(200);
  });

  it('is checked before the body is read', async () => {
    const answer = await api.call('POST', '/v1/events', { raw: '{nonsense', token: null });
    expect(answer.status).toBe(401);
  });

  it('is listed with the time of its last use, to the minute', async () => {
    const made = await create({ name: 'Seldom used' });
    const used = async () => {
      const { body } = await api.call('GET', '/v1/tokens', { token: api.token });
      const { data } = body as { data: { id: string; last_used_at: string | null }[] };
      return data.find(({ id }) => id === made.id)?.last_used_at;
    };
    expect(made).toMatchObject({ last_used_at: null });
    expect(await used()).toBeNull();
    const firstMs = nowMs;
    expect(await statusWith(made.token)).toBe(200);
    expect(await used()).toBe(new Date(firstMs).toISOString());
    nowMs += 59_000;
    await statusWith(made.token);
    expect(await used()).toBe(new Date(firstMs).toISOString());
    nowMs += 2_000;
    await statusWith(made.token);
    expect(await used()).toBe(new Date(nowMs).toISOString());
  });

  it('that has expired is not used any more', async () => {
    const expiresAt = new Date(nowMs + 60_000).toISOString();
    const made = await create({ name: 'Short', expires_at: expiresAt });
    nowMs += 61_000;
    expect(await statusWith(made.token)).toBe(401);
    const { rows } = await api.database.pool.query(
      "select used_at from api_tokens where name = 'Short' and used_at is not null",
    );
    expect(rows).toEqual([]);
  });

  it('is shown once, listed without its text, and stored only as a hash', async () => {
    const made = await create({ name: 'Quest backend' });
    expect(made.token).toMatch(/^fan_[\w-]{43}$/);
    expect(await statusWith(made.token)).toBe(200);
    const list = await api.call('GET', '/v1/tokens');
    expect(list.text).toContain(made.id);
    expect(list.text).not.toContain(made.token);
    const { rows } = await api.database.pool.query('select * from api_tokens');
    expect(JSON.stringify(rows)).not.toContain(made.token.slice(4));
  });

  it('expires at its time, also when it was used just before', async () => {
    const { token } = await create({ name: 'Short', expires_at: new Date(nowMs + 1_000).toISOString() });
    expect(await statusWith(token)).toBe(200);
    nowMs += 999;
    expect(await statusWith(token)).toBe(200);
    nowMs += 1;
    expect(await statusWith(token)).toBe(401);
  });

  it('cannot be made already expired', async () => {
    const answer = await api.call('POST', '/v1/tokens', {
      body: { name: 'Late', expires_at: new Date(nowMs).toISOString() },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/expires_at' }] });
  });

  it('is refused from the moment its deletion is answered', async () => {
    const { id, token } = await create({ name: 'Leaked' });
    expect(await statusWith(token)).toBe(200);
    expect((await api.call('DELETE', `/v1/tokens/${id}`)).status).toBe(204);
    expect(await statusWith(token)).toBe(401);
    expect((await api.call('DELETE', `/v1/tokens/${id}`)).status).toBe(404);
  });

  it('that was revoked on one node is refused by the others, which had it in memory', async () => {
    const { id, token } = await create({ name: 'Everywhere' });
    const otherNode = await openAccounts({
      database: api.database,
      mostTokens: () => null,
      clock: { now: () => nowMs },
    });
    expect(await otherNode.authenticate(token)).toMatchObject({ organizationName: 'Aurora Games' });
    expect(otherNode.authenticate(token)).not.toBeInstanceOf(Promise);
    await api.call('DELETE', `/v1/tokens/${id}`);
    await waitFor(async () => (await otherNode.authenticate(token)) === null, {
      timeoutMs: 5_000,
      what: 'the other node to refuse the token',
    });
    await otherNode.close();
  });

  it('of another organization can neither be listed nor deleted', async () => {
    const other = await api.otherOrganization();
    const { text } = await api.accounts.createToken(other.organization.id, {
      name: 'Theirs',
      expiresAt: null,
    });
    const [theirs] = await api.accounts.listTokens(other.organization.id, null, 1);
    expect((await api.call('GET', '/v1/tokens')).text).not.toContain(theirs?.id);
    expect((await api.call('DELETE', `/v1/tokens/${theirs?.id}`)).status).toBe(404);
    expect(await statusWith(text)).toBe(200);
  });

  it('lists are paged without gaps or repeats', async () => {
    for (let index = 0; index < 5; index += 1) await create({ name: `Page ${index}` });
    const all = (await api.call('GET', '/v1/tokens?limit=250')).body as { data: { id: string }[] };
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const path = `/v1/tokens?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await api.call('GET', path)).body as {
        data: { id: string }[];
        next_cursor: string | null;
      };
      expect(page.data.length).toBeGreaterThan(0);
      paged.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(paged).toEqual(all.data.map(({ id }) => id));
  });
});
