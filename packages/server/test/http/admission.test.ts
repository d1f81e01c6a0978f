import { hang, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { uuidOf } from '../../src/ids.ts';
import { createQuotasStore } from '../../src/storage/index.ts';
import { triggerFired } from './events.ts';
import { type Answer, ApiHarness, type ApiSettings } from './harness.ts';
import { jobEnd, send } from './imports.ts';

const nodes: ApiHarness[] = [];
let receiver: Receiver | null = null;
afterEach(async () => {
  for (const node of nodes.splice(0).reverse()) await node.close();
  await receiver?.close();
  receiver = null;
});

async function open(settings: ApiSettings): Promise<ApiHarness> {
  const node = await ApiHarness.open(settings);
  nodes.push(node);
  return node;
}

/** Two nodes on one database; the token of the first is good for both. */
async function openTwo(settings: ApiSettings): Promise<[ApiHarness, ApiHarness]> {
  const first = await open(settings);
  const second = await open({
    ...settings,
    webhooks: { ...settings.webhooks, keyring: first.webhookParts.keyring },
    test: { database: first.database, drop: async () => {} },
  });
  return [first, second];
}

/** What an operator sets, until this node knows it. */
async function setQuota(
  node: ApiHarness,
  quota: 'backlog' | 'events_per_day' | 'webhooks',
  amount: number | null,
) {
  const { id } = node.organization;
  await createQuotasStore(node.database).change(uuidOf(id), new Map([[quota, amount]]));
  await waitFor(() => node.quotas.limitOf(id, quota) === amount, { what: 'the quota to be heard of' });
}

const publish = (node: ApiHarness, body: unknown = triggerFired, token = nodes[0]?.token ?? null) =>
  node.call('POST', '/v1/events', { body, token });

function expectTurnedAway(answer: Answer, why: RegExp, quota?: Readonly<Record<string, unknown>>): void {
  expect(answer.status, answer.text).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.body).toMatchObject({
    code: 'too_many_requests',
    detail: expect.stringMatching(why),
    ...(quota !== undefined && { quota }),
  });
}

async function untilRefused(node: ApiHarness): Promise<Answer> {
  return waitFor(
    async () => {
      const answer = await publish(node);
      return answer.status === 429 ? answer : undefined;
    },
    { what: 'a refusal', timeoutMs: 10_000 },
  );
}

async function used(node: ApiHarness, name: string): Promise<number | null | undefined> {
  const { body } = await node.call('GET', '/v1/quotas', { token: nodes[0]?.token ?? null });
  return (body as { data: { name: string; used: number | null }[] }).data.find((one) => one.name === name)
    ?.used;
}

describe('whatever makes events is turned away', () => {
  it('while the deliveries of its organization that wait are as many as may, and taken when they are fewer', async () => {
    const harness = await open({ quotas: { backlog: 20 } });
    receiver = await startReceiver({ otherwise: hang() });
    const webhook = await harness.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: receiver.url, format: 'standard' },
    });
    await publish(
      harness,
      Array.from({ length: 20 }, () => triggerFired),
    );
    const refused = await untilRefused(harness);
    expectTurnedAway(refused, /20 deliveries of this organization wait/, {
      name: 'backlog',
      limit: 20,
      used: 20,
      resets_at: null,
    });
    expect(await used(harness, 'backlog')).toBe(20);
    // Reading goes on, and so does everybody else.
    expect((await harness.call('GET', '/v1/events')).status).toBe(200);
    const { token } = await harness.otherOrganization();
    expect((await publish(harness, triggerFired, token)).status).toBe(202);
    // More room is room at once.
    await setQuota(harness, 'backlog', 1_000);
    expect((await publish(harness)).status).toBe(202);
    await setQuota(harness, 'backlog', 20);
    await untilRefused(harness);
    // What waits for a webhook that is gone is ended.
    await harness.call('DELETE', `/v1/webhooks/${(webhook.body as { id: string }).id}`);
    await waitFor(async () => (await publish(harness)).status === 202, {
      what: 'room again',
      timeoutMs: 10_000,
    });
  }, 40_000);

  it('by a node that hears of the backlog from others alone', async () => {
    const [first, second] = await openTwo({ quotas: { backlog: 50 } });
    receiver = await startReceiver({ otherwise: hang() });
    await first.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: receiver.url, format: 'standard' },
    });
    // The second has counted while there was nothing.
    expect((await publish(second)).status).toBe(202);
    expect(await used(second, 'backlog')).toBeLessThan(50);
    await publish(
      first,
      Array.from({ length: 60 }, () => triggerFired),
    );
    // It makes nothing itself: a sign-in without a name is refused for that.
    const refused = await waitFor(
      async () => {
        const answer = await second.call('POST', '/v1/sign-ins', { body: {}, token: first.token });
        return answer.status === 429 ? answer : undefined;
      },
      { what: 'the other node to know', timeoutMs: 10_000 },
    );
    expectTurnedAway(refused, /50 deliveries of this organization wait/);
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
    const all = Array.from({ length: 4 }, () => publish(harness));
    // The others wait for their commit.
    const first = await Promise.race(all);
    expectTurnedAway(first, /3 requests of this organization are under way/);
    release();
    expect((await Promise.all(all)).map(({ status }) => status).sort()).toEqual([202, 202, 202, 429]);
    expect((await publish(harness)).status).toBe(202);
  });

  it('when more come in a second than are allowed at all nodes together, also what people do in campaigns', async () => {
    const perSecond = 20;
    const [first, second] = await openTwo({ quotas: { requests_per_second: perSecond } });
    const signIn = (node: ApiHarness) => node.call('POST', '/v1/sign-ins', { body: {}, token: first.token });
    const began = performance.now();
    const answers: Answer[] = [];
    while (performance.now() - began < 3_000) {
      answers.push(...(await Promise.all([first, second, first, second].map(signIn))));
    }
    const seconds = (performance.now() - began) / 1_000;
    const taken = answers.filter(({ status }) => status === 400);
    const refused = answers.filter(({ status }) => status === 429);
    expect(taken.length + refused.length).toBe(answers.length);
    // A second's worth may come at once, and each node may let go what it took ahead.
    expect(taken.length).toBeLessThanOrEqual(perSecond * (seconds + 1) + 1);
    expect(taken.length).toBeGreaterThanOrEqual(perSecond * seconds * 0.7);
    const [some] = refused;
    if (some === undefined) throw new Error('Nothing was refused');
    expectTurnedAway(some, /more than 20 requests a second, to all nodes/, {
      name: 'requests_per_second',
      limit: perSecond,
      used: perSecond,
      resets_at: expect.any(String),
    });
    expect(taken[0]?.headers.get('ratelimit-policy')).toBe('"requests_per_second";q=20;w=1');
    expect(taken[0]?.headers.get('ratelimit')).toMatch(/^"requests_per_second";r=\d+;t=1$/);
  }, 30_000);

  it('when its organization has published as many events today as it may, at whichever node', async () => {
    const [first, second] = await openTwo({ quotas: { events_per_day: 1_000, events_per_month: 5_000 } });
    await setQuota(first, 'events_per_day', 10);
    await waitFor(() => second.quotas.limitOf(first.organization.id, 'events_per_day') === 10, {
      what: 'the other node to hear of it',
    });
    const one = await publish(first);
    expect(one.status, one.text).toBe(202);
    expect(one.headers.get('ratelimit-policy')).toMatch(
      /^"events_per_day";q=10;w=86400, "events_per_month";q=5000;w=\d+$/,
    );
    expect(
      (
        await publish(
          first,
          Array.from({ length: 6 }, () => triggerFired),
        )
      ).status,
    ).toBe(202);
    // Ten are not left, and part of a request is not taken.
    const many = await publish(
      first,
      Array.from({ length: 4 }, () => triggerFired),
    );
    expectTurnedAway(many, /may publish 3 more events today, of 10; this request has 4/, {
      name: 'events_per_day',
      limit: 10,
      used: 7,
      resets_at: expect.stringMatching(/T00:00:00\.000Z$/),
    });
    await waitFor(async () => (await used(second, 'events_per_day')) === 7, { what: 'the count to arrive' });
    expect(
      (
        await publish(
          second,
          Array.from({ length: 3 }, () => triggerFired),
        )
      ).status,
    ).toBe(202);
    expectTurnedAway(await publish(second), /has published 10 events today, as many as it may/);
    await waitFor(async () => (await publish(first)).status === 429, { what: 'the first node to know' });
    expect(await used(first, 'events_per_day')).toBe(10);
    expect(await used(first, 'events_per_month')).toBe(10);
    await setQuota(first, 'events_per_day', null);
    expect((await publish(first)).status).toBe(202);
  }, 30_000);

  it('never for what many send at once beyond the last event', async () => {
    const harness = await open({ quotas: { events_per_day: 25 } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => publish(harness)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(25);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
    expect(await harness.countEvents()).toBe(25);
  });

  it('while the node uses more memory than it may', async () => {
    let resident = 2 * 1024 ** 3;
    const harness = await open({ limits: { memoryBytes: 1024 ** 3 }, residentBytes: () => resident });
    expectTurnedAway(
      await publish(harness),
      /uses 2,048 MiB of memory, and takes nothing more on above 1,024/,
    );
    resident = 1024 ** 2;
    await waitFor(async () => (await publish(harness)).status === 202, { what: 'room again' });
  });
});

describe('events of test participants', () => {
  it('are taken and not counted', async () => {
    const harness = await open({ quotas: { events_per_day: 1 } });
    const saved = await harness.call('POST', '/v1/participants', {
      body: { external_id: 'tester', test: true },
    });
    expect(saved.status, saved.text).toBeLessThan(300);
    const test = { ...triggerFired, participant: { external_id: 'tester', test: true } };
    for (let n = 0; n < 3; n++) expect((await publish(harness, test)).status).toBe(202);
    expect((await publish(harness)).status).toBe(202);
    expect((await publish(harness)).status).toBe(429);
    expect(await used(harness, 'events_per_day')).toBe(1);
  });
});

describe('an import of points', () => {
  it('waits while the deliveries of its organization are as many as may wait', async () => {
    const harness = await open({ quotas: { backlog: 20 }, jobs: { run: false, pollMs: 100 } });
    receiver = await startReceiver({ otherwise: hang() });
    const campaign = await harness.call('POST', '/v1/campaigns', { body: { name: 'Spring' } });
    const webhook = await harness.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: receiver.url, format: 'standard' },
    });
    const query = `?campaign_id=${(campaign.body as { id: string }).id}`;
    const job = await send(harness, 'points', ['external_id;amount;reference', 'kate;5;r-1'], { query });
    expect(job.status, job.text).toBe(202);
    await publish(
      harness,
      Array.from({ length: 20 }, () => triggerFired),
    );
    await untilRefused(harness);
    const before = await harness.countEvents();
    await harness.jobs.start();
    const { id } = job.body as { id: string };
    await waitFor(
      async () => {
        const { rows } = await harness.database.pool.query<{ put_off: boolean }>(
          `select lease is null and started_at is not null and due_at > now() + interval '500 ms' as put_off from jobs`,
        );
        return rows[0]?.put_off;
      },
      { what: 'the import to be put off' },
    );
    expect(await harness.countEvents()).toBe(before);
    await harness.call('DELETE', `/v1/webhooks/${(webhook.body as { id: string }).id}`);
    expect(await jobEnd(harness, id)).toMatchObject({ state: 'done', counts: { booked: 1 } });
  }, 30_000);
});
