import { hang, startReceiver, waitFor } from '@fanfare/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { triggerFired } from './events.ts';
import { type Answer, ApiHarness, type ApiSettings } from './harness.ts';

let api: ApiHarness | null = null;
afterEach(async () => {
  await api?.close();
  api = null;
});

async function open(settings: ApiSettings): Promise<ApiHarness> {
  api = await ApiHarness.open(settings);
  return api;
}

function expectTurnedAway(answer: Answer, why: RegExp): void {
  expect(answer.status, answer.text).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.body).toMatchObject({ code: 'too_many_requests', detail: expect.stringMatching(why) });
}

describe('whatever makes events is turned away', () => {
  it('while the deliveries of its organization that wait are as many as may, and taken when they are fewer', async () => {
    const harness = await open({ limits: { backlog: 20 } });
    const receiver = await startReceiver({ otherwise: hang() });
    const webhook = await harness.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: receiver.url, format: 'standard' },
    });
    await harness.call('POST', '/v1/events', { body: Array.from({ length: 20 }, () => triggerFired) });
    const refused = await waitFor(
      async () => {
        const answer = await harness.call('POST', '/v1/events', { body: triggerFired });
        return answer.status === 429 ? answer : undefined;
      },
      { what: 'the backlog to be noticed', timeoutMs: 10_000 },
    );
    expectTurnedAway(refused, /20 deliveries of this organization wait/);
    // Reading goes on, and so does everybody else.
    expect((await harness.call('GET', '/v1/events')).status).toBe(200);
    const { token } = await harness.otherOrganization();
    expect((await harness.call('POST', '/v1/events', { token, body: triggerFired })).status).toBe(202);
    // What waits for a webhook that is gone is ended.
    await harness.call('DELETE', `/v1/webhooks/${(webhook.body as { id: string }).id}`);
    await waitFor(
      async () => (await harness.call('POST', '/v1/events', { body: triggerFired })).status === 202,
      { what: 'room again', timeoutMs: 10_000 },
    );
    await receiver.close();
  }, 30_000);

  it('while too many requests of its organization are under way', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const harness = await open({
      limits: { requestsUnderWay: 3 },
      accept: async () => {
        await held;
        return { kind: 'accepted' };
      },
    });
    const all = Array.from({ length: 4 }, () => harness.call('POST', '/v1/events', { body: triggerFired }));
    // The others wait for their commit.
    const first = await Promise.race(all);
    expectTurnedAway(first, /3 requests of this organization are under way/);
    release();
    expect((await Promise.all(all)).map(({ status }) => status).sort()).toEqual([202, 202, 202, 429]);
    expect((await harness.call('POST', '/v1/events', { body: triggerFired })).status).toBe(202);
  });

  it('when more come in a second than are allowed, and also what people do in campaigns', async () => {
    const harness = await open({ limits: { requestsPerSecond: 5 } });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => harness.call('POST', '/v1/sign-ins', { body: {} })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThanOrEqual(5);
    for (const one of refused) expectTurnedAway(one, /more than 5 requests a second/);
  });

  it('while the node uses more memory than it may', async () => {
    let resident = 2 * 1024 ** 3;
    const harness = await open({ limits: { memoryBytes: 1024 ** 3 }, residentBytes: () => resident });
    expectTurnedAway(
      await harness.call('POST', '/v1/events', { body: triggerFired }),
      /uses 2,048 MiB of memory, and takes nothing more on above 1,024/,
    );
    resident = 1024 ** 2;
    await waitFor(
      async () => (await harness.call('POST', '/v1/events', { body: triggerFired })).status === 202,
      { what: 'room again' },
    );
  });
});
