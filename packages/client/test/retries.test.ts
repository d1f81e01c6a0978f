import { answer, hang, type Receiver, reset, type Step, startReceiver, waitFor } from '@fanfare/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiHarness, type ApiSettings } from '../../server/test/http/harness.ts';
import { ApiProblem, createClient, type FetchRequest, NoAnswer, UnexpectedAnswer } from '../src/index.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(settings: ApiSettings): Promise<ApiHarness> {
  const api = await ApiHarness.open(settings);
  closing.push(() => api.close());
  return api;
}

/** What stands between a client and Fanfare, and answers by itself. */
async function between(...script: Step[]): Promise<Receiver> {
  const receiver = await startReceiver({ script, otherwise: answer(500) });
  closing.push(() => receiver.close());
  return receiver;
}

function counted() {
  const requests: FetchRequest[] = [];
  return {
    requests,
    fetch: (url: string, request: FetchRequest) => {
      requests.push(request);
      return fetch(url, request);
    },
  };
}

const fired = {
  type: 'trigger.fired',
  participant: { external_id: 'ada' },
  data: { trigger: { id: 'successful_payment' }, value: 2.99 },
};
const json = { 'content-type': 'application/json' };
const ok = answer(200, { headers: json, body: '{"status":"ok"}' });
const busy = (headers: Readonly<Record<string, string>>) => answer(503, { headers, body: 'busy' });

describe('429 with Retry-After', () => {
  it('is waited out by a call with an Idempotency-Key', async () => {
    const api = await open({ quotas: { requests_per_second: 1 } });
    const { requests, fetch } = counted();
    const fanfare = createClient({ baseUrl: api.url, token: api.token, fetch });
    for (const idempotencyKey of ['one', 'two', 'three']) {
      await fanfare.post('/v1/events', { body: fired, idempotencyKey });
    }
    expect(await api.countEvents()).toBe(3);
    expect(requests.length).toBeGreaterThan(3);
  });

  it('rejects a call without one, and says when to come again', async () => {
    const api = await open({ quotas: { requests_per_second: 1 } });
    const { requests, fetch } = counted();
    const fanfare = createClient({ baseUrl: api.url, token: api.token, fetch });
    const refused = await Promise.allSettled(
      Array.from({ length: 5 }, () => fanfare.post('/v1/events', { body: fired })),
    );
    const reasons = refused.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) {
      expect(reason).toBeInstanceOf(ApiProblem);
      expect(reason).toMatchObject({ code: 'too_many_requests', status: 429 });
      expect((reason as ApiProblem).retryAfterMs).toBeGreaterThan(0);
      expect((reason as ApiProblem).document.quota).toMatchObject({ name: 'requests_per_second', limit: 1 });
    }
    expect(requests).toHaveLength(5);
  });
});

describe('503 with Retry-After', () => {
  it('is waited out by a GET', async () => {
    let asked = 0;
    const api = await open({ obstacles: async () => (asked++ === 0 ? ['starting'] : []) });
    expect(await createClient({ baseUrl: api.url }).get('/readyz')).toEqual({ status: 'ok' });
    expect(asked).toBe(2);
  });

  it('may be a date, and may come from something in between', async () => {
    const proxy = await between(busy({ 'retry-after': new Date(Date.now() - 1_000).toUTCString() }), ok);
    expect(await createClient({ baseUrl: proxy.url }).get('/healthz')).toEqual({ status: 'ok' });
    expect(proxy.requests).toHaveLength(2);
  });

  it.each([
    ['says nothing of when', {}, {}],
    ['says later than one wants to wait', { 'retry-after': '3' }, { longestWaitMs: 2_900 }],
    ['is not to be waited out', { 'retry-after': '0' }, false as const],
    ['has used up the attempts', { 'retry-after': '0' }, { attempts: 1 }],
  ])('rejects at once when it %s', async (_name, headers, retry) => {
    const proxy = await between(busy(headers), ok);
    const failure = createClient({ baseUrl: proxy.url, retry }).get('/healthz');
    await expect(failure).rejects.toBeInstanceOf(UnexpectedAnswer);
    await expect(failure).rejects.toMatchObject({ status: 503 });
    expect(proxy.requests).toHaveLength(1);
  });

  it('is asked again as often as the call says, which wins', async () => {
    const proxy = await between(...Array.from({ length: 4 }, () => busy({ 'retry-after': '0' })));
    const fanfare = createClient({ baseUrl: proxy.url, retry: false });
    await expect(fanfare.get('/healthz', { retry: { attempts: 3 } })).rejects.toMatchObject({ status: 503 });
    expect(proxy.requests).toHaveLength(3);
  });
});

describe('no answer', () => {
  it('is asked for again where that is safe', async () => {
    const proxy = await between(reset('request'), reset('body'), ok);
    expect(await createClient({ baseUrl: proxy.url }).get('/healthz')).toEqual({ status: 'ok' });
    expect(proxy.requests).toHaveLength(3);
  });

  it('rejects a call that may have been carried out', async () => {
    const proxy = await between(reset('request'), ok);
    const made = createClient({ baseUrl: proxy.url }).post('/v1/campaigns', { body: { name: 'Once' } });
    await expect(made).rejects.toBeInstanceOf(NoAnswer);
    expect(proxy.requests).toHaveLength(1);
  });

  it('says who was not there', async () => {
    const gone = await startReceiver();
    await gone.close();
    const nobody = createClient({ baseUrl: gone.url, retry: false });
    await expect(nobody.get('/healthz')).rejects.toThrow(
      `GET ${gone.url}/healthz: no answer came: connect ECONNREFUSED 127.0.0.1:${gone.port}`,
    );
  });
});

describe('an answer that Fanfare does not give', () => {
  it.each([
    ['a page', answer(200, { headers: { 'content-type': 'text/html' }, body: '<p>Welcome</p>' })],
    ['JSON of a proxy', answer(502, { headers: json, body: '{"error":"bad gateway"}' })],
    ['broken JSON', answer(200, { headers: json, body: '{"status":' })],
    [
      'a problem without a code',
      answer(404, { headers: { 'content-type': 'application/problem+json' }, body: '{}' }),
    ],
    ['nothing', answer(200)],
  ])('is told apart: %s', async (_name, step) => {
    const proxy = await between(step);
    await expect(createClient({ baseUrl: proxy.url }).get('/healthz')).rejects.toBeInstanceOf(
      UnexpectedAnswer,
    );
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('an AbortSignal', () => {
  it('ends a request under way', async () => {
    const api = await open({ accept: () => new Promise(() => {}), drainDeadlineMs: 100 });
    const { requests, fetch } = counted();
    const fanfare = createClient({ baseUrl: api.url, token: api.token, fetch });
    const ending = new AbortController();
    const call = fanfare.post('/v1/events', { body: fired, idempotencyKey: 'one', signal: ending.signal });
    const outcome = expect(call).rejects.toThrow('Enough');
    await waitFor(() => requests.length === 1, { what: 'the request' });
    ending.abort(new Error('Enough'));
    await outcome;
    expect(requests).toHaveLength(1);
  });

  it('ends a wait for the next attempt, and a list between two pages', async () => {
    const proxy = await between(busy({ 'retry-after': '15' }));
    const ending = new AbortController();
    const call = createClient({ baseUrl: proxy.url }).get('/healthz', { signal: ending.signal });
    const outcome = expect(call).rejects.toThrow('Enough');
    await proxy.received(1);
    ending.abort(new Error('Enough'));
    await outcome;

    const page = answer(200, { headers: json, body: '{"data":[{"id":"we_1"}],"next_cursor":"x"}' });
    const endless = await between(page, hang());
    const reading = new AbortController();
    const read: string[] = [];
    const reader = async () => {
      const events = createClient({ baseUrl: endless.url }).items('/v1/events', { signal: reading.signal });
      for await (const { id } of events) {
        read.push(id);
        reading.abort();
      }
    };
    await expect(reader()).rejects.toMatchObject({ name: 'AbortError' });
    expect(read).toEqual(['we_1']);
    expect(endless.requests).toHaveLength(1);
  });

  it('of a client ends every call of it, whatever signal a call has of its own', async () => {
    const proxy = await between(hang(), hang());
    const ending = new AbortController();
    const fanfare = createClient({ baseUrl: proxy.url, signal: ending.signal });
    const { signal } = new AbortController();
    const calls = [fanfare.get('/healthz'), fanfare.get('/healthz', { signal })];
    const outcomes = calls.map((call) => expect(call).rejects.toThrow('Enough'));
    await proxy.received(2);
    ending.abort(new Error('Enough'));
    await Promise.all(outcomes);
  });

  it('that has ended already lets nothing out', async () => {
    const proxy = await between(ok);
    const call = createClient({ baseUrl: proxy.url }).get('/healthz', { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(proxy.requests).toHaveLength(0);
  });
});
