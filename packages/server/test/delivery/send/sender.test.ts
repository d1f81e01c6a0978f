import { answer, answerAndClose, hang, raw, redirect, reset, waitFor } from '@fanfare/testkit';
import { describe, expect, it } from 'vitest';
import { answeredBy, failedWith, gate, post, receiverFor, senderFor } from './sending.ts';

describe('a request', () => {
  it('arrives with its method, target, headers and body exactly as given', async () => {
    const receiver = await receiverFor();
    const sender = senderFor();
    const body = JSON.stringify({ text: 'Grüße, 世界 \u0000 \u{1f389}' });
    const headers = {
      'Content-Type': 'application/json',
      'X-Mixed-Case': 'a,  b\tc',
      'x-empty': '',
      'webhook-id': 'dlv_1',
    };
    answeredBy(await sender.send(post(`${receiver.url}/in/%7Ex?a=1&b=%20c&a=2`, { headers, body })));

    const [request] = await receiver.received(1);
    expect(request?.method).toBe('POST');
    expect(request?.target).toBe('/in/%7Ex?a=1&b=%20c&a=2');
    expect(request?.rawHeaders).toEqual([
      ['host', `127.0.0.1:${receiver.port}`],
      ['connection', 'keep-alive'],
      ['Content-Type', 'application/json'],
      ['X-Mixed-Case', 'a,  b\tc'],
      ['x-empty', ''],
      ['webhook-id', 'dlv_1'],
      ['user-agent', 'Fanfare/test'],
      ['content-length', String(Buffer.byteLength(body))],
    ]);
    expect(request?.body.toString()).toBe(body);
  });

  it.each(['GET', 'DELETE'])('of method %s without a body says nothing about a length', async (method) => {
    const receiver = await receiverFor();
    answeredBy(
      await senderFor().send(
        post(`${receiver.url}/x?player.email=a%40b.c`, { method, headers: {}, body: null }),
      ),
    );
    const [request] = await receiver.received(1);
    expect(request?.method).toBe(method);
    expect(request?.target).toBe('/x?player.email=a%40b.c');
    expect(Object.keys(request?.headers ?? {})).toEqual(['host', 'connection', 'user-agent']);
  });

  it.each([
    'POST',
    'PUT',
    'PATCH',
  ])('of method %s with an empty body says that it has none', async (method) => {
    const receiver = await receiverFor();
    answeredBy(await senderFor().send(post(receiver.url, { method, body: '' })));
    const [request] = await receiver.received(1);
    expect(request?.headers).toMatchObject({ 'content-length': '0' });
  });

  it('has a URL of 8,000 bytes at most, also when the payload makes it longer', async () => {
    const receiver = await receiverFor();
    const sender = senderFor();
    const bodyless = { method: 'GET', headers: {}, body: null };
    const longest = `${receiver.url}/?a=`.padEnd(8_000, 'x');
    answeredBy(await sender.send(post(longest, bodyless)));
    const [request] = await receiver.received(1);
    expect(receiver.url + request?.target).toBe(longest);

    const failed = failedWith(await sender.send(post(`${longest}x`, bodyless)));
    expect(failed).toMatchObject({ failure: 'invalid_request', answer: null, address: null });
    expect(failed.message).toMatch(/8001 bytes; at most 8000 .* let the webhook use POST/);
    // Three characters on the wire for each byte of a letter outside ASCII.
    const foreign = failedWith(await sender.send(post(`${receiver.url}/${'ü'.repeat(1_500)}`)));
    expect(foreign.message).toContain("Shorten the webhook's URL");
    expect(receiver.requests).toHaveLength(1);
  });

  it('keeps a user agent of the owner', async () => {
    const receiver = await receiverFor();
    answeredBy(await senderFor().send(post(receiver.url, { headers: { 'User-Agent': 'Mine/1' } })));
    const [request] = await receiver.received(1);
    expect(request?.rawHeaders.filter(([name]) => /user-agent/i.test(name))).toEqual([
      ['User-Agent', 'Mine/1'],
    ]);
  });

  it.each([
    ['a framing header', { headers: { 'Content-Length': '3' } }, 'Content-Length'],
    ['a host header', { headers: { Host: 'other.example' } }, 'Host'],
    ['a line break in a header', { headers: { 'x-a': 'b\r\nx-c: d' } }, 'headers'],
    ['a name that is no token', { headers: { 'a b': 'c' } }, 'headers'],
    ['a method that is no token', { method: 'PO ST' }, 'method'],
    ['a URL that cannot be read', { url: 'nonsense' }, 'URL'],
    ['credentials in the URL', { url: 'http://a:b@127.0.0.1/' }, 'user name'],
    ['another scheme', { url: 'ftp://127.0.0.1/' }, 'ftp:'],
  ])('with %s is not sent', async (_, more, words) => {
    const receiver = await receiverFor();
    const failed = failedWith(await senderFor().send(post(receiver.url, more)));
    expect(failed).toMatchObject({ failure: 'invalid_request', answer: null, address: null });
    expect(failed.message).toContain(words);
    expect(receiver.connections.accepted).toBe(0);
  });

  it('over http is not sent where https is required', async () => {
    const receiver = await receiverFor();
    const sender = senderFor({ requireHttps: true });
    expect(failedWith(await sender.send(post(receiver.url)))).toMatchObject({ failure: 'invalid_request' });
    expect(receiver.connections.accepted).toBe(0);
  });
});

describe('an answer', () => {
  it('is given with status, lower-case headers, body, address and the time of each phase', async () => {
    const receiver = await receiverFor({
      script: [answer(202, { headers: { 'X-Trace': 'abc' }, body: 'thanks', delayMs: 30 })],
    });
    const got = answeredBy(await senderFor().send(post(receiver.url)));
    expect(got).toMatchObject({ status: 202, text: 'thanks', bodyCut: false, address: '127.0.0.1' });
    expect(got.headers['x-trace']).toBe('abc');
    expect(got.timings).toMatchObject({ dnsMs: null, tlsMs: null });
    expect(got.timings.connectMs).toBeGreaterThan(0);
    expect(got.timings.waitMs).toBeGreaterThanOrEqual(25);
    expect(got.timings.readMs).toBeGreaterThanOrEqual(0);
    expect(got.timings.totalMs).toBeGreaterThanOrEqual(got.timings.waitMs ?? Number.POSITIVE_INFINITY);
  });

  it.each([
    204, 304, 400, 410, 429, 500, 503,
  ])('of status %i is an answer, whatever it means', async (status) => {
    const receiver = await receiverFor({ otherwise: answer(status) });
    expect(answeredBy(await senderFor().send(post(receiver.url))).status).toBe(status);
  });

  it('that redirects is not followed', async () => {
    const receiver = await receiverFor({ handler: () => redirect('/again', 307) });
    const got = answeredBy(await senderFor().send(post(`${receiver.url}/again`)));
    expect(got.status).toBe(307);
    expect(got.headers['location']).toBe('/again');
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    301, 302, 303, 307, 308,
  ])('that redirects (%i) to somebody who redirects back ends at the first', async (status) => {
    const there = await receiverFor();
    const here = await receiverFor({ otherwise: redirect(there.url, status) });
    const got = answeredBy(await senderFor().send(post(here.url)));
    expect(got.status).toBe(status);
    expect([here.requests.length, there.connections.accepted]).toEqual([1, 0]);
  });

  it('may be another one each time, and later each time', async () => {
    const statuses = [500, 503, 429, 200];
    const receiver = await receiverFor({
      script: statuses.map((status, n) => answer(status, { delayMs: n * 20 })),
      otherwise: answer(410),
    });
    const sender = senderFor();
    const got = [];
    for (let n = 0; n < 5; n += 1) got.push(answeredBy(await sender.send(post(receiver.url))));
    expect(got.map(({ status }) => status)).toEqual([...statuses, 410]);
    expect(got[3]?.timings.waitMs).toBeGreaterThanOrEqual(55);
  });

  it('joins repeated headers and survives one named __proto__', async () => {
    const receiver = await receiverFor({
      script: [
        raw('HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\n__proto__: polluted\r\ncontent-length: 0\r\n\r\n'),
      ],
    });
    const got = answeredBy(await senderFor().send(post(receiver.url)));
    expect(got.headers['x-a']).toBe('1, 2');
    expect(Object.keys(got.headers)).toContain('__proto__');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('connections', () => {
  it('are used again by later requests to the same origin, and then tell no connecting time', async () => {
    const receiver = await receiverFor();
    const sender = senderFor();
    const first = answeredBy(await sender.send(post(receiver.url)));
    const later = [];
    for (let i = 0; i < 9; i += 1) later.push(answeredBy(await sender.send(post(receiver.url))));
    expect(receiver.connections.accepted).toBe(1);
    expect(first.timings.connectMs).not.toBeNull();
    expect(later.map(({ timings }) => timings.connectMs)).toEqual(Array(9).fill(null));
    expect(later.every(({ address }) => address === '127.0.0.1')).toBe(true);
  });

  it('carry 200 parallel requests at once and are not opened again for the next 200', async () => {
    const held = gate<void>();
    const receiver = await receiverFor({
      handler: () => async (conversation) => {
        await held.promise;
        await answer(200, { body: conversation.request.body })(conversation);
      },
    });
    const sender = senderFor();
    const burst = () =>
      Promise.all(Array.from({ length: 200 }, (_, i) => sender.send(post(receiver.url, { body: `n${i}` }))));
    const first = burst();
    await receiver.received(200);
    held.open();
    expect((await first).map((outcome) => answeredBy(outcome).text)).toEqual(
      Array.from({ length: 200 }, (_, i) => `n${i}`),
    );
    expect((await burst()).every((outcome) => outcome.kind === 'answered')).toBe(true);
    expect(receiver.connections.accepted).toBe(200);
  });

  it('are not used again after their greatest age', async () => {
    const receiver = await receiverFor();
    const sender = senderFor({ pool: { maxAgeMs: 0 } });
    answeredBy(await sender.send(post(receiver.url)));
    answeredBy(await sender.send(post(receiver.url)));
    expect(receiver.connections.accepted).toBe(2);
  });

  it('idle beyond the limit over all origins are closed, the longest idle first', async () => {
    const receivers = await Promise.all(Array.from({ length: 3 }, () => receiverFor()));
    const sender = senderFor({ pool: { maxIdle: 2 } });
    for (const { url } of receivers) answeredBy(await sender.send(post(url)));
    await waitFor(() => receivers[0]?.connections.open === 0, { what: 'the first connection to be closed' });
    expect(receivers.map(({ connections }) => connections.open)).toEqual([0, 1, 1]);
  });

  it.each([
    'end',
    'reset',
  ] as const)('cut by the receiver between two requests (%s) are forgotten', async (how) => {
    const receiver = await receiverFor();
    const sender = senderFor();
    answeredBy(await sender.send(post(receiver.url)));
    receiver.closeConnections(how);
    await waitFor(() => receiver.connections.open === 0, { what: 'the connection to be closed' });
    answeredBy(await sender.send(post(receiver.url)));
    expect(receiver.connections.accepted).toBe(2);
  });

  it('closed by the receiver right after each answer, without a word, are no failure', async () => {
    const receiver = await receiverFor({ otherwise: answerAndClose(200) });
    const sender = senderFor();
    for (let i = 0; i < 20; i += 1)
      expect(answeredBy(await sender.send(post(receiver.url))).status).toBe(200);
  });

  it('that announce their closing are not used again', async () => {
    const receiver = await receiverFor({
      otherwise: answerAndClose(200, { headers: { connection: 'close' } }),
    });
    const sender = senderFor();
    for (let i = 0; i < 5; i += 1) answeredBy(await sender.send(post(receiver.url)));
    expect(receiver.connections.accepted).toBe(5);
  });

  it('are opened without limit when nothing comes back', async () => {
    const receiver = await receiverFor({ otherwise: hang() });
    const sender = senderFor();
    const pending = Array.from({ length: 20 }, () => sender.send(post(receiver.url)));
    await receiver.received(20);
    await sender.close();
    expect((await Promise.all(pending)).every(({ kind }) => kind === 'aborted')).toBe(true);
  });
});

describe('a kept connection that breaks under a request', () => {
  it('is no failure: the request is repeated once on a fresh connection', async () => {
    const receiver = await receiverFor({ script: [answer(200), reset('request'), answer(201)] });
    const sender = senderFor();
    answeredBy(await sender.send(post(receiver.url)));
    const got = answeredBy(await sender.send(post(receiver.url, { body: 'second' })));
    expect(got.status).toBe(201);
    expect(got.timings.connectMs).not.toBeNull();
    expect(receiver.requests.map(({ body, connection }) => [body.toString(), connection])).toEqual([
      ['{"a":1}', 1],
      ['second', 1],
      ['second', 2],
    ]);
  });

  it('is a failure when the fresh connection breaks too', async () => {
    const receiver = await receiverFor({
      script: [answer(200), reset('request'), reset('request'), answer(200)],
    });
    const sender = senderFor();
    answeredBy(await sender.send(post(receiver.url)));
    expect(failedWith(await sender.send(post(receiver.url)))).toMatchObject({ failure: 'connection_reset' });
    expect(receiver.requests).toHaveLength(3);
  });

  it('is a failure once a part of the answer had come', async () => {
    const receiver = await receiverFor({ script: [answer(200), raw('HTTP/1.1 200', 'close'), answer(200)] });
    const sender = senderFor();
    answeredBy(await sender.send(post(receiver.url)));
    expect(failedWith(await sender.send(post(receiver.url)))).toMatchObject({
      failure: 'truncated_response',
    });
    expect(receiver.requests).toHaveLength(2);
  });

  it('shares one deadline with the repetition', async () => {
    const receiver = await receiverFor({ script: [answer(200), reset('request'), hang()] });
    const sender = senderFor();
    answeredBy(await sender.send(post(receiver.url)));
    const failed = failedWith(await sender.send(post(receiver.url, { timeoutMs: 200 })));
    expect(failed.failure).toBe('header_timeout');
    expect(failed.timings.totalMs).toBeLessThan(1_000);
  });

  it('cannot happen to a request that must be seen once: it gets a connection of its own and is not repeated', async () => {
    const receiver = await receiverFor({ script: [answer(200), reset('request'), answer(200)] });
    const sender = senderFor();
    answeredBy(await sender.send(post(receiver.url)));
    const failed = failedWith(await sender.send(post(receiver.url, { oneRequestOnly: true })));
    expect(failed.failure).toBe('connection_reset');
    expect(receiver.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });
});

describe('closing the sender', () => {
  it('ends what is under way as aborted, whatever its stage, and closes every connection', async () => {
    const silent = await receiverFor({ otherwise: hang() });
    const slow = await receiverFor({ script: [raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')] });
    const unresolved = gate<readonly string[]>();
    const sender = senderFor({ resolve: () => unresolved.promise });
    const pending = [
      sender.send(post(silent.url)),
      sender.send(post(slow.url)),
      sender.send(post('http://hooks.example.test/')),
    ];
    await Promise.all([silent.received(1), slow.received(1)]);
    await sender.close();
    expect(await Promise.all(pending)).toEqual([
      { kind: 'aborted' },
      { kind: 'aborted' },
      { kind: 'aborted' },
    ]);
    await waitFor(() => silent.connections.open + slow.connections.open === 0, {
      what: 'all connections to be closed',
    });
    unresolved.open(['127.0.0.1']);
  });

  it('makes later requests end as aborted without a connection', async () => {
    const receiver = await receiverFor();
    const sender = senderFor();
    await sender.close();
    expect(await sender.send(post(receiver.url))).toEqual({ kind: 'aborted' });
    expect(receiver.connections.accepted).toBe(0);
  });
});
