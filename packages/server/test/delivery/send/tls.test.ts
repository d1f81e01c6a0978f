import { answer, createTestAuthority, reset } from '@fanfare/testkit';
import { describe, expect, it } from 'vitest';
import { answeredBy, failedWith, post, receiverFor, senderFor } from './sending.ts';

const authority = createTestAuthority();
const name = 'hooks.example.test';
const toLoopback = { ca: [authority.ca], resolve: async () => ['127.0.0.1'] };
const on = (port: number) => post(`https://${name}:${port}/x`);

describe('TLS', () => {
  it('with a good certificate works by name and by address, and tells its time', async () => {
    const receiver = await receiverFor({ tls: authority.issue({ names: [name, '127.0.0.1'] }) });
    const sender = senderFor(toLoopback);
    const got = answeredBy(await sender.send(on(receiver.port)));
    expect(got.status).toBe(200);
    expect(got.timings.tlsMs).toBeGreaterThan(0);
    expect(got.timings.connectMs).toBeGreaterThan(0);
    expect(got.timings.dnsMs).toBeGreaterThanOrEqual(0);
    expect(answeredBy(await sender.send(post(receiver.url))).status).toBe(200);
  });

  it('connections are used again', async () => {
    const receiver = await receiverFor({ tls: authority.issue({ names: [name] }) });
    const sender = senderFor(toLoopback);
    answeredBy(await sender.send(on(receiver.port)));
    expect(answeredBy(await sender.send(on(receiver.port))).timings.tlsMs).toBeNull();
    expect(receiver.connections.accepted).toBe(1);
  });

  it('of a host with a trailing dot asks for the name without it', async () => {
    const receiver = await receiverFor({ tls: authority.issue({ names: [name] }) });
    expect(
      answeredBy(await senderFor(toLoopback).send(post(`https://${name}.:${receiver.port}/`))).status,
    ).toBe(200);
  });

  it('refuses an expired certificate and says since when', async () => {
    const expired = authority.issue({
      names: [name],
      notBefore: new Date('2025-01-01'),
      notAfter: new Date('2026-01-02'),
    });
    const receiver = await receiverFor({ tls: expired });
    const failed = failedWith(await senderFor(toLoopback).send(on(receiver.port)));
    expect(failed).toMatchObject({ failure: 'tls_expired', address: '127.0.0.1', answer: null });
    expect(failed.message).toBe(`The certificate of ${name} expired on 2026-01-02. Renew it.`);
    expect(failed.timings.tlsMs).toBeGreaterThan(0);
    expect(receiver.requests).toHaveLength(0);
  });

  it('refuses a certificate that is not valid yet and says from when it is', async () => {
    const early = authority.issue({
      names: [name],
      notBefore: new Date('2090-05-06'),
      notAfter: new Date('2091-01-01'),
    });
    const receiver = await receiverFor({ tls: early });
    const failed = failedWith(await senderFor(toLoopback).send(on(receiver.port)));
    expect(failed.failure).toBe('tls_expired');
    expect(failed.message).toContain('valid only from 2090-05-06 on');
  });

  it.each([
    ['self-signed', authority.issue({ names: [name], selfSigned: true })],
    ['of an authority nobody trusts', createTestAuthority().issue({ names: [name] })],
  ])('refuses a certificate that is %s', async (_, tls) => {
    const receiver = await receiverFor({ tls });
    expect(failedWith(await senderFor(toLoopback).send(on(receiver.port))).failure).toBe('tls_self_signed');
    expect(receiver.requests).toHaveLength(0);
  });

  it('trusts no test authority unless told to', async () => {
    const receiver = await receiverFor({ tls: authority.issue({ names: [name] }) });
    const sender = senderFor({ resolve: toLoopback.resolve });
    expect(failedWith(await sender.send(on(receiver.port))).failure).toBe('tls_self_signed');
  });

  it.each([
    ['a name', ['other.example.test'], (port: number) => `https://${name}:${port}/`],
    ['an address', [name], (port: number) => `https://127.0.0.1:${port}/`],
  ])('refuses a certificate of another host than %s', async (_, names, url) => {
    const receiver = await receiverFor({ tls: authority.issue({ names }) });
    const failed = failedWith(await senderFor(toLoopback).send(post(url(receiver.port))));
    expect(failed.failure).toBe('tls_wrong_host');
    expect(receiver.requests).toHaveLength(0);
  });

  it('fails against a server that knows only versions nobody should use', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const receiver = await receiverFor({ tls: { ...authority.issue({ names: [name] }), ...old } });
    expect(failedWith(await senderFor(toLoopback).send(on(receiver.port))).failure).toBe('tls_failed');
    expect(receiver.requests).toHaveLength(0);
  });

  it('that breaks off within the answer is connection_reset, with what had come', async () => {
    const receiver = await receiverFor({
      tls: authority.issue({ names: [name] }),
      script: [reset('body'), answer(200)],
    });
    const sender = senderFor(toLoopback);
    const failed = failedWith(await sender.send(on(receiver.port)));
    expect(failed).toMatchObject({ failure: 'connection_reset', answer: { status: 200 } });
    expect(answeredBy(await sender.send(on(receiver.port))).status).toBe(200);
  });

  it('fails against a port that speaks something else', async () => {
    const receiver = await receiverFor({ connections: ['greet'] });
    const failed = failedWith(await senderFor(toLoopback).send(on(receiver.port)));
    expect(failed.failure).toBe('tls_failed');
    expect(failed.message).toContain('speaks TLS');
  });

  it.each([
    'reset',
    'end',
  ] as const)('that meets a %s instead of a handshake is a TLS or connection failure', async (step) => {
    const receiver = await receiverFor({ connections: [step], tls: authority.issue({ names: [name] }) });
    const failed = failedWith(await senderFor(toLoopback).send(on(receiver.port)));
    // A reset can be noticed before the connection counts as open.
    expect(['tls_failed', 'connection_reset']).toContain(failed.failure);
  });
});
