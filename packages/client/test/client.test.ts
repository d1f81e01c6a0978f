import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { ApiHarness } from '../../server/test/http/harness.ts';
import {
  ApiProblem,
  type Campaign,
  createClient,
  type Event,
  type FanfareClient,
  type Fetch,
  type FetchRequest,
  type Resulting,
  type Taking,
} from '../src/index.ts';

let api: ApiHarness;
let fanfare: FanfareClient;
beforeAll(async () => {
  api = await ApiHarness.open();
  fanfare = createClient({ baseUrl: api.url, token: api.token });
});
afterAll(() => api.close());

const fired = {
  type: 'trigger.fired',
  participant: { external_id: 'ada' },
  data: { trigger: { id: 'successful_payment' }, value: 2.99 },
};

/** Sends by the platform's `fetch`, and keeps what was asked. */
function recorded() {
  const requests: (FetchRequest & { url: string })[] = [];
  const send = (url: string, request: FetchRequest) => {
    requests.push({ url, ...request });
    return fetch(url, request);
  };
  return { requests, fetch: send };
}

/** What the browser does for a page of this origin: keeps the cookies of answers, and sends them where it is told to. */
function pageOf(origin: string): Fetch {
  const cookies = new Map<string, string>();
  return async (url, request) => {
    const together = request.credentials !== 'omit';
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...request.headers, origin, ...(together && cookies.size > 0 && { cookie }) };
    const answer = await fetch(url, { ...request, headers });
    for (const text of together ? answer.headers.getSetCookie() : []) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(text) ?? [];
      if (/; *max-age=0/i.test(text)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
}

describe('a call', () => {
  it('gives the body of the answer, in its type', async () => {
    const made = await fanfare.post('/v1/campaigns', { body: { name: 'Spring', initial_points: 100 } });
    expectTypeOf(made).toEqualTypeOf<Campaign>();
    expectTypeOf<Resulting<'createCampaign'>>().toEqualTypeOf<Campaign>();
    const found = await fanfare.get('/v1/campaigns/{id}', { path: { id: made.id } });
    expect(found).toEqual(made);
    const paused = await fanfare.patch('/v1/campaigns/{id}', {
      path: { id: made.id },
      body: { status: 'paused' },
    });
    expect(paused).toMatchObject({ id: made.id, name: 'Spring', status: 'paused' });
  });

  it('sends path, query, JSON and CSV as Fanfare reads them', async () => {
    const name = 'ada/../lovelace?&#é';
    const body = { external_id: name, first_name: 'Ada' };
    const { id } = await fanfare.post('/v1/participants', { body });
    const named = await fanfare.get('/v1/participants', { query: { external_id: name } });
    expect(named.data).toMatchObject([{ id, external_id: name }]);
    const campaign = await fanfare.post('/v1/campaigns', { body: { name: 'Escapes' } });
    await fanfare.put('/v1/triggers/{trigger_id}', {
      path: { trigger_id: 'escape' },
      body: { name: 'Escape', campaign_id: campaign.id, credit: { amount: 1 } },
    });
    const outcome = await fanfare.post('/v1/triggers/{trigger_id}/users/{user_id}/events', {
      path: { trigger_id: 'escape', user_id: name },
      body: { key: 'one' },
    });
    expect(outcome).toMatchObject({ participant_id: id, joined: true });
    const query = { participant_id: name, type: 'trigger.fired', limit: 10, since: undefined };
    expect((await fanfare.get('/v1/events', { query })).data).toHaveLength(1);
    const job = await fanfare.post('/v1/imports/participants', {
      query: { name: 'A list' },
      csv: 'external_id,first_name\nbob,Bob\n',
    });
    expect(job).toMatchObject({ kind: 'import_participants' });
  });

  it('is refused by the types where the document does not describe it', () => {
    const calls = () => {
      // @ts-expect-error no such path
      void fanfare.get('/v1/campaign');
      // @ts-expect-error no such method on it
      void fanfare.delete('/v1/campaigns/{id}', { path: { id: 'x' } });
      // @ts-expect-error no id
      void fanfare.get('/v1/campaigns/{id}');
      // @ts-expect-error no such filter
      void fanfare.get('/v1/events', { query: { kind: 'x' } });
      // @ts-expect-error no such status
      void fanfare.patch('/v1/campaigns/{id}', { path: { id: 'x' }, body: { status: 'asleep' } });
      // @ts-expect-error this one takes no key
      void fanfare.post('/v1/campaigns', { body: { name: 'x' }, idempotencyKey: 'k' });
      // @ts-expect-error not a list
      void fanfare.items('/v1/organization');
      // @ts-expect-error not a text
      void fanfare.stream('/v1/events');
    };
    expect(calls).toBeTypeOf('function');
    expectTypeOf<Taking<'listEvents'>['query']>().not.toBeAny();
    expectTypeOf<Resulting<'deleteWebhook'>>().toEqualTypeOf<undefined>();
    expectTypeOf<Resulting<'exportParticipants'>>().toEqualTypeOf<string>();
  });

  it('gives undefined for no content, and text for CSV, whole or as it comes', async () => {
    const { id } = await fanfare.post('/v1/inboxes', { body: { name: 'Echo' } });
    expect(await fanfare.delete('/v1/inboxes/{id}', { path: { id } })).toBeUndefined();
    await fanfare.post('/v1/participants', { body: { external_id: 'carol' } });
    const whole = await fanfare.get('/v1/participants.csv');
    expect(whole).toContain('carol');
    let streamed = '';
    const decoder = new TextDecoder();
    for await (const part of await fanfare.stream('/v1/participants.csv')) {
      streamed += decoder.decode(part, { stream: true });
    }
    expect(streamed).toBe(whole);
  });

  it('tells answers apart by their status, also those of no success', async () => {
    const path = { trigger_id: 'purchase' };
    const { id } = await fanfare.post('/v1/campaigns', { body: { name: 'Triggers' } });
    const body = { name: 'Purchase', campaign_id: id, credit: { rate: 10 } };
    const first = await fanfare.send('PUT', '/v1/triggers/{trigger_id}', { path, body });
    const second = await fanfare.send('PUT', '/v1/triggers/{trigger_id}', { path, body });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.headers.get('x-request-id')).toMatch(/./);

    const refused = await fanfare.send('POST', '/v1/events', { body: [{ ...fired, type: 'no.such' }] });
    expect(refused.status).toBe(422);
    if (refused.status !== 422) return;
    expect(refused.body.results).toMatchObject([{ status: 'refused' }]);
  });

  it('repeats nothing under the same Idempotency-Key', async () => {
    const input = { body: fired, idempotencyKey: randomBytes(8).toString('hex') };
    const before = await api.countEvents();
    const first = await fanfare.post('/v1/events', input);
    const again = await fanfare.send('POST', '/v1/events', input);
    expect(again.body).toEqual(first);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await api.countEvents()).toBe(before + 1);
  });
});

describe('a problem', () => {
  it('is an error with its code, its text and the places that are wrong', async () => {
    const body = { name: '', url: 'nowhere', format: 'standard' } as const;
    const problem = await fanfare.post('/v1/webhooks', { body }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ApiProblem);
    if (!(problem instanceof ApiProblem)) return;
    expect(problem).toMatchObject({ status: 422, code: 'invalid_webhook', retryAfterMs: null });
    expect(problem.errors).toContainEqual(expect.objectContaining({ pointer: '/name' }));
    expect(problem.document.request_id).toMatch(/./);
    expect(problem.message).toContain(`POST ${api.url}/v1/webhooks: 422 invalid_webhook: ${problem.detail}`);
    expect(problem.message).toContain('\n  /name: ');
  });

  it('comes of a token that is none, of somebody else’s things, and of a path that leads elsewhere', async () => {
    const stranger = createClient({ baseUrl: api.url, token: 'fan_nobody' });
    await expect(stranger.get('/v1/events')).rejects.toMatchObject({ code: 'unauthenticated' });
    const { id } = await fanfare.post('/v1/inboxes', { body: { name: 'Mine' } });
    const { token } = await api.otherOrganization();
    const other = createClient({ baseUrl: `${api.url}/`, token: async () => token });
    await expect(other.get('/v1/inboxes/{id}', { path: { id } })).rejects.toMatchObject({ status: 404 });
    for (const wrong of ['', '.', '..']) {
      await expect(fanfare.get('/v1/inboxes/{id}', { path: { id: wrong } })).rejects.toThrow(
        `/v1/inboxes/{id}: path.id is "${wrong}"; it must be an id or a name.`,
      );
    }
  });

  it('of streams is one as well', async () => {
    const stranger = createClient({ baseUrl: api.url, token: 'fan_nobody' });
    await expect(stranger.stream('/v1/participants.csv')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a list', () => {
  it('gives every item, page by page, and no page more than was read', async () => {
    const { token } = await api.otherOrganization();
    const { requests, fetch } = recorded();
    const theirs = createClient({ baseUrl: api.url, token, fetch });
    const published = await theirs.post('/v1/events', { body: Array.from({ length: 7 }, () => fired) });
    if (!('results' in published)) throw new Error('Not an array of results');
    const ids = published.results.map((result) => ('id' in result ? result.id : null)).reverse();

    const found: Event[] = [];
    for await (const event of theirs.items('/v1/events', { query: { limit: 3, type: 'trigger.fired' } })) {
      found.push(event);
    }
    expect(found.map(({ id }) => id)).toEqual(ids);
    const pages = () => requests.filter(({ method }) => method === 'GET').map(({ url }) => new URL(url));
    expect(pages()).toHaveLength(3);
    expect(pages().every(({ searchParams }) => searchParams.get('type') === 'trigger.fired')).toBe(true);

    for await (const { id } of theirs.items('/v1/events', { query: { limit: 3 } })) {
      expect(id).toBe(ids[0]);
      break;
    }
    expect(pages()).toHaveLength(4);

    const cursor = pages()[2]?.searchParams.get('cursor') ?? undefined;
    const last: string[] = [];
    for await (const { id } of theirs.items('/v1/events', { query: { cursor } })) last.push(id);
    expect(last).toEqual(ids.slice(6));
  });

  it('takes pages of 250, whichever list it is', async () => {
    const answer = await api.call('GET', '/openapi.json');
    const { paths } = answer.body as {
      paths: Record<string, { get?: { parameters?: { name: string; schema: { maximum?: number } }[] } }>;
    };
    const lists = Object.entries(paths).flatMap(([path, { get }]) =>
      get?.parameters?.some(({ name }) => name === 'cursor') ? [{ path, parameters: get.parameters }] : [],
    );
    expect(lists.length).toBeGreaterThan(20);
    for (const { path, parameters } of lists) {
      expect(parameters.find(({ name }) => name === 'limit')?.schema.maximum, path).toBe(250);
    }
  });
});

describe('credentials', () => {
  it('are the token and no cookie, or cookies and no token', async () => {
    const withToken = recorded();
    await createClient({ baseUrl: api.url, token: api.token, fetch: withToken.fetch }).get('/v1/quotas');
    expect(withToken.requests).toMatchObject([
      { credentials: 'omit', headers: { authorization: `Bearer ${api.token}` } },
    ]);

    const withCookies = recorded();
    const visitor = createClient({ baseUrl: api.url, fetch: withCookies.fetch });
    await visitor.get('/healthz');
    await expect(visitor.get('/v1/quotas')).rejects.toMatchObject({ code: 'unauthenticated' });
    const abroad = createClient({ baseUrl: api.url, credentials: 'include', fetch: withCookies.fetch });
    await abroad.get('/healthz');
    expect(withCookies.requests.map(({ credentials }) => credentials)).toEqual([
      'same-origin',
      'same-origin',
      'include',
    ]);
    for (const { headers } of withCookies.requests) expect(headers).not.toHaveProperty('authorization');
  });

  it('may be the cookie of somebody who signed in on the page', async () => {
    const page = createClient({ baseUrl: api.url, fetch: pageOf('https://hooks.example.com') });
    await expect(page.get('/v1/session')).rejects.toMatchObject({ code: 'unauthenticated' });
    const token = (await api.sessions.ownerToken(api.organization.id)) ?? '';
    const owner = { name: 'Olive', email: 'olive@example.com', password: 'correct horse battery' };
    await page.post('/v1/owner', { body: { ...owner, token } });
    expect(await page.get('/v1/session')).toMatchObject({ role: 'owner', person: { name: 'Olive' } });
    const made = await page.post('/v1/inboxes', { body: { name: 'Of the dashboard' } });
    expect(await fanfare.get('/v1/inboxes/{id}', { path: { id: made.id } })).toEqual(made);
    await page.delete('/v1/session');
    await expect(page.get('/v1/session')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('may be asked for before each request', async () => {
    const tokens = ['fan_ended', api.token];
    const renewing = createClient({ baseUrl: api.url, token: () => tokens.shift() ?? '' });
    await expect(renewing.get('/v1/quotas')).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await renewing.get('/v1/quotas')).data.length).toBeGreaterThan(0);
  });
});
