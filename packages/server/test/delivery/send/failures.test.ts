import { createServer } from 'node:net';
import {
  answer,
  brokenChunks,
  compressionBomb,
  dripBody,
  endlessBody,
  garbage,
  halfClose,
  hang,
  hugeBody,
  hugeHeaders,
  informational,
  notUtf8,
  raw,
  reset,
  waitFor,
  wrongLength,
} from '@fanfare/testkit';
import { describe, expect, it } from 'vitest';
import { answeredBy, failedWith, gate, post, receiverFor, senderFor } from './sending.ts';

const dnsError = (code: string): Error => Object.assign(new Error(`query ${code}`), { code });

/** A port on which nobody listens. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('no connection', () => {
  it.each(['ENOTFOUND', 'ENODATA'])('because the name does not exist (%s) is dns_failed', async (code) => {
    const sender = senderFor({ resolve: () => Promise.reject(dnsError(code)) });
    const failed = failedWith(await sender.send(post('http://hooks.example.test/x')));
    expect(failed).toMatchObject({ failure: 'dns_failed', answer: null, address: null });
    expect(failed.message).toBe(
      'The name hooks.example.test has no address in DNS. Check the URL for typing errors, or add the DNS record.',
    );
    expect(failed.detail).toContain(code);
    expect(failed.timings.dnsMs).toBeGreaterThanOrEqual(0);
    expect(failed.timings.connectMs).toBeNull();
  });

  it.each([
    'ESERVFAIL',
    'EAI_AGAIN',
    'EREFUSED',
  ])('because the name server fails (%s) is dns_failed in other words', async (code) => {
    const sender = senderFor({ resolve: () => Promise.reject(dnsError(code)) });
    const failed = failedWith(await sender.send(post('http://hooks.example.test/x')));
    expect(failed.failure).toBe('dns_failed');
    expect(failed.message).toContain('gave no usable answer');
  });

  it('because a name has no address at all is dns_failed', async () => {
    const sender = senderFor({ resolve: async () => [] });
    expect(failedWith(await sender.send(post('http://hooks.example.test/x'))).failure).toBe('dns_failed');
  });

  it('because no name server answered in its own time is dns_timeout', async () => {
    const sender = senderFor({ resolve: () => Promise.reject(dnsError('ETIMEOUT')) });
    expect(failedWith(await sender.send(post('http://hooks.example.test/x'))).failure).toBe('dns_timeout');
  });

  it('of a name that the real resolver does not know is dns_failed', async () => {
    const failed = failedWith(await senderFor().send(post('http://no-such-host.invalid/x')));
    expect(failed.failure).toBe('dns_failed');
  });

  it('because nobody listens is connection_refused, and names the port', async () => {
    const port = await unusedPort();
    const failed = failedWith(await senderFor().send(post(`http://127.0.0.1:${port}/`)));
    expect(failed).toMatchObject({ failure: 'connection_refused', address: '127.0.0.1', answer: null });
    expect(failed.message).toContain(`port ${port}`);
    expect(failed.timings.connectMs).toBeGreaterThan(0);
    expect(failed.timings.waitMs).toBeNull();
  });

  it('because there is no route is network_unreachable', async () => {
    // No kernel opens a TCP connection to the broadcast address.
    const sender = senderFor({ resolve: async () => ['255.255.255.255'] });
    const failed = failedWith(await sender.send(post('http://hooks.example.test/', { timeoutMs: 1_000 })));
    expect(failed.failure).toBe('network_unreachable');
  });
});

describe('a broken connection', () => {
  it.each([
    ['reset at once', { connections: ['reset'] as const }],
    ['closed at once', { connections: ['end'] as const }],
    ['reset while the request was sent', { connections: ['reset on data'] as const }],
    ['reset after the request', { script: [reset('request')] }],
    ['half closed after the request', { script: [halfClose()] }],
  ])('that was %s is connection_reset, and not repeated', async (_, options) => {
    const receiver = await receiverFor(options);
    const failed = failedWith(await senderFor().send(post(receiver.url, { body: 'b'.repeat(4_000_000) })));
    expect(failed).toMatchObject({ failure: 'connection_reset', answer: null, address: '127.0.0.1' });
    expect(receiver.connections.accepted).toBe(1);
  });

  it('reset within the head of the answer is connection_reset', async () => {
    const receiver = await receiverFor({ script: [reset('head')] });
    const failed = failedWith(await senderFor().send(post(receiver.url)));
    expect(failed).toMatchObject({ failure: 'connection_reset', answer: null });
  });

  it('reset after the head of the answer is connection_reset, with what had come', async () => {
    const receiver = await receiverFor({ script: [reset('headers')] });
    const failed = failedWith(await senderFor().send(post(receiver.url)));
    expect(failed).toMatchObject({ failure: 'connection_reset', answer: { status: 200, bodyCut: false } });
  });

  it('reset within the body is connection_reset, with what had come', async () => {
    const receiver = await receiverFor({ script: [reset('body')] });
    const failed = failedWith(await senderFor().send(post(receiver.url)));
    expect(failed.failure).toBe('connection_reset');
    expect(Buffer.from(failed.answer?.body ?? []).toString()).toBe('the beginning of ');
  });

  it.each([
    ['shorter than its Content-Length', wrongLength({ declared: 100, sent: 40 }), 40],
    ['cut within a chunk', brokenChunks('cut short'), 8],
  ])('with a body %s is truncated_response', async (_, step, length) => {
    const receiver = await receiverFor({ script: [step] });
    const failed = failedWith(await senderFor().send(post(receiver.url)));
    expect(failed).toMatchObject({ failure: 'truncated_response', answer: { status: 200 } });
    expect(failed.answer?.body).toHaveLength(length);
  });

  it('closed within the head of the answer is truncated_response', async () => {
    const receiver = await receiverFor({ script: [raw('HTTP/1.1 200 OK\r\ncontent-le', 'close')] });
    expect(failedWith(await senderFor().send(post(receiver.url)))).toMatchObject({
      failure: 'truncated_response',
      answer: null,
    });
  });
});

describe('an answer that is not HTTP/1.1', () => {
  it.each([
    ['another protocol', garbage()],
    ['random bytes', garbage(Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x80]))],
    ['a page without a head', garbage('<html>hello</html>\r\n\r\n')],
    ['a status that is no number', raw('HTTP/1.1 abc OK\r\n\r\n')],
    ['a status below 100', raw('HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n')],
    ['a header without a name', raw('HTTP/1.1 200 OK\r\n: x\r\n\r\n')],
    ['a NUL in a header', raw('HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n')],
    ['two lengths that differ', raw('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
    [
      'a length and chunks at once',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
    ],
    ['chunk sizes that are not hexadecimal', brokenChunks('not hexadecimal')],
    ['headers beyond 16 KiB', hugeHeaders(20_000)],
    [
      'a change of protocol',
      raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    ],
    ['101 without an upgrade', raw('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
    ['100 Continue that nobody expected', raw('HTTP/1.1 100 Continue\r\n\r\n')],
    ['1xx answers without end', informational(1_000_000, null)],
  ])('such as %s is malformed_response', async (_, step) => {
    const receiver = await receiverFor({ script: [step] });
    const failed = failedWith(await senderFor().send(post(receiver.url)));
    expect(failed.failure).toBe('malformed_response');
    await waitFor(() => receiver.connections.open === 0, { what: 'the connection to be given up' });
  });

  it('of many headers says that they are too large', async () => {
    const receiver = await receiverFor({ script: [hugeHeaders(20_000)] });
    expect(failedWith(await senderFor().send(post(receiver.url))).message).toContain('larger than 16 KiB');
  });

  it('never harms a later request', async () => {
    const receiver = await receiverFor({
      script: [garbage(), hugeHeaders(20_000), brokenChunks('not hexadecimal'), answer(200)],
    });
    const sender = senderFor();
    for (let i = 0; i < 3; i += 1) failedWith(await sender.send(post(receiver.url)));
    expect(answeredBy(await sender.send(post(receiver.url))).status).toBe(200);
  });
});

describe('an odd answer that is an answer all the same', () => {
  it('may be preceded by a few 1xx answers, which are ignored', async () => {
    const receiver = await receiverFor({
      script: [informational(5, answer(201, { body: 'done' })), informational(2, answer(200), 102)],
    });
    const sender = senderFor();
    expect(answeredBy(await sender.send(post(receiver.url)))).toMatchObject({ status: 201, text: 'done' });
    expect(answeredBy(await sender.send(post(receiver.url))).status).toBe(200);
  });

  it('of exactly the greatest size is read in full and its connection kept', async () => {
    const receiver = await receiverFor({ otherwise: hugeBody(16_384) });
    const sender = senderFor();
    for (let i = 0; i < 2; i += 1) {
      const got = answeredBy(await sender.send(post(receiver.url)));
      expect([got.body.length, got.bodyCut]).toEqual([16_384, false]);
    }
    expect(receiver.connections.accepted).toBe(1);
  });

  it.each([
    ['one byte too large', hugeBody(16_385)],
    ['huge', hugeBody(20_000_000)],
    ['endless', endlessBody()],
  ])('with a body that is %s is cut at 16 KiB, and the connection given up', async (_, step) => {
    const receiver = await receiverFor({ script: [step] });
    const got = answeredBy(await senderFor().send(post(receiver.url)));
    expect([got.status, got.body.length, got.bodyCut]).toEqual([200, 16_384, true]);
    await waitFor(() => receiver.connections.open === 0, { what: 'the connection to be given up' });
  });

  it('is cut where the sender was told to', async () => {
    const receiver = await receiverFor({ otherwise: answer(200, { body: 'abcdef' }) });
    const got = answeredBy(await senderFor({ maxBodyBytes: 4 }).send(post(receiver.url)));
    expect([got.text, got.bodyCut]).toEqual(['abcd', true]);
  });

  it('that is compressed is kept as it came, not unfolded', async () => {
    const receiver = await receiverFor({ script: [compressionBomb(10_000_000)] });
    const got = answeredBy(await senderFor().send(post(receiver.url)));
    expect(got.headers['content-encoding']).toBe('gzip');
    expect([...got.body.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect(got.body.length).toBeLessThanOrEqual(16_384);
  });

  it('with bytes that are not UTF-8 in headers and body loses none of them', async () => {
    const receiver = await receiverFor({ script: [notUtf8()] });
    const got = answeredBy(await senderFor().send(post(receiver.url)));
    expect(got.headers['x-name']).toBe('M\u00fcl');
    expect([...got.body]).toEqual([0xff, 0xfe, 0x00, 0x80]);
  });

  it('longer than its Content-Length ends there; the rest spoils no later answer', async () => {
    const receiver = await receiverFor({ script: [wrongLength({ declared: 4, sent: 40 }), answer(201)] });
    const sender = senderFor();
    expect(answeredBy(await sender.send(post(receiver.url)))).toMatchObject({ status: 200, text: 'xxxx' });
    expect(answeredBy(await sender.send(post(receiver.url))).status).toBe(201);
  });

  it('without any length ends with the connection', async () => {
    const receiver = await receiverFor({ script: [raw('HTTP/1.1 200 OK\r\n\r\nto the end', 'close')] });
    expect(answeredBy(await senderFor().send(post(receiver.url)))).toMatchObject({
      text: 'to the end',
      bodyCut: false,
    });
  });
});

describe('one slow receiver', () => {
  it.each([
    ['hangs', { otherwise: hang() }],
    ['drips', { otherwise: dripBody(10) }],
    ['takes no connection', { connections: Array.from({ length: 30 }, () => 'hang' as const) }],
  ])('that %s does not hold up another', async (_, options) => {
    const slow = await receiverFor(options);
    const healthy = await receiverFor();
    const sender = senderFor();
    const waiting = Array.from({ length: 30 }, () => sender.send(post(slow.url)));
    await waitFor(() => slow.connections.open === 30, { what: 'all of them to be under way' });
    expect(answeredBy(await sender.send(post(healthy.url))).status).toBe(200);
    await sender.close();
    expect((await Promise.all(waiting)).every(({ kind }) => kind === 'aborted')).toBe(true);
  });

  it('whose name does not resolve does not hold up the lookup of another', async () => {
    const healthy = await receiverFor();
    const never = gate<readonly string[]>();
    const sender = senderFor({
      resolve: (name) => (name === 'dead.example.test' ? never.promise : Promise.resolve(['127.0.0.1'])),
    });
    const waiting = sender.send(post('http://dead.example.test/'));
    expect(answeredBy(await sender.send(post(`http://alive.example.test:${healthy.port}/`))).status).toBe(
      200,
    );
    await sender.close();
    expect((await waiting).kind).toBe('aborted');
  });
});
