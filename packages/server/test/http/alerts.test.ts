import type { AddressInfo } from 'node:net';
import { answer, startReceiver, waitFor } from '@fanfare/testkit';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMailer } from '../../src/alerts/index.ts';
import { triggerFired } from './events.ts';
import { ApiHarness } from './harness.ts';

interface Received {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real mail server on a real socket. */
let inbox: Received[] = [];
let refusing = false;
let server: SMTPServer;
let api: ApiHarness;
beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(refusing ? new Error('Mailbox full') : null),
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        inbox.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  api = await ApiHarness.open({
    mailer: createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'Fanfare <alerts@example.com>' }),
    webhooks: {
      dispatch: true,
      circuitPolicy: { failures: 2, overMs: 50, firstProbeMs: 100, longestProbeMs: 200 },
    },
  });
});
afterAll(async () => {
  await api.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
afterEach(() => {
  inbox = [];
  refusing = false;
});

const put = (emails: unknown) => api.call('PUT', '/v1/organization/alerts', { body: { emails } });

async function breakAndMend(name: string): Promise<{ mend: () => void; close: () => Promise<void> }> {
  let down = true;
  const receiver = await startReceiver({ handler: () => answer(down ? 500 : 200) });
  const body = {
    name,
    url: receiver.url,
    format: 'standard',
    events: ['trigger.fired'],
    retry_policy: { delays_seconds: [1, 1, 1, 1] },
  };
  const made = await api.call('POST', '/v1/webhooks', { body });
  expect(made.status, made.text).toBe(201);
  for (let n = 0; n < 3; n++) await api.publish(triggerFired);
  return {
    mend: () => {
      down = false;
    },
    async close() {
      await api.call('DELETE', `/v1/webhooks/${(made.body as { id: string }).id}`);
      await receiver.close();
    },
  };
}

async function mails(count: number): Promise<readonly Received[]> {
  await waitFor(
    async () => {
      await api.alerts.tend();
      return inbox.length >= count;
    },
    { what: `${count} e-mails`, timeoutMs: 15_000 },
  );
  return inbox;
}

describe('whoever is to be told', () => {
  it('gets an e-mail when a webhook fails and when it is back, each of them their own', async () => {
    expect((await put(['ada@example.com', 'bob@example.com', 'ada@example.com'])).body).toEqual({
      emails: ['ada@example.com', 'bob@example.com'],
    });
    expect((await api.call('GET', '/v1/organization/alerts')).body).toEqual({
      emails: ['ada@example.com', 'bob@example.com'],
    });
    const hooked = await breakAndMend('CRM\r\nBcc: eve@example.com'.replaceAll(/[\r\n]+/g, ' '));
    const failing = await mails(2);
    expect(failing.map(({ to }) => to)).toEqual([['ada@example.com'], ['bob@example.com']]);
    expect(failing[0]?.text).toContain('is failing');
    expect(failing[0]?.text).toContain('From: Fanfare <alerts@example.com>');
    expect(failing[0]?.text).not.toContain('bob@example.com');
    expect(failing[0]?.text).not.toMatch(/^Bcc:/m);
    inbox = [];
    hooked.mend();
    const recovered = await mails(2);
    expect(recovered[0]?.text).toContain('is back');
    await hooked.close();
  }, 30_000);

  it('gets it later when the mail server did not take it', async () => {
    await put(['ada@example.com']);
    refusing = true;
    const hooked = await breakAndMend('Shop');
    await waitFor(async () => (await api.alerts.tend()).failed > 0, { what: 'a refusal', timeoutMs: 15_000 });
    refusing = false;
    expect(await api.alerts.tend()).toEqual({ sent: 0, failed: 0 });
    await api.database.pool.query(
      `update webhook_health_changes set mail_at = now() where mail_at is not null`,
    );
    expect((await mails(1))[0]?.text).toContain('Shop');
    await hooked.close();
  }, 30_000);

  it('is nobody unless somebody is named, and must be addresses', async () => {
    expect((await put([])).body).toEqual({ emails: [] });
    for (const emails of [
      ['ada'],
      ['ada@example.com\nBcc: eve@example.com'],
      'ada@example.com',
      Array.from({ length: 21 }, (_, n) => `a${n}@example.com`),
    ]) {
      expect((await put(emails)).status).toBe(400);
    }
    const hooked = await breakAndMend('Quiet');
    await waitFor(
      async () =>
        ((await api.call('GET', '/v1/failing-webhooks')).body as { data: { name: string }[] }).data.some(
          ({ name }) => name === 'Quiet',
        ),
      { what: 'the webhook to be failing', timeoutMs: 15_000 },
    );
    expect(await api.alerts.tend()).toEqual({ sent: 0, failed: 0 });
    expect(inbox).toEqual([]);
    await hooked.close();
  }, 30_000);
});
