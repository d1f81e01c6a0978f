import { verify } from '@fanfare/signature/node';
import { answer, hang, type ReceivedRequest, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Actions, createPayouts } from '../../src/campaigns/index.ts';
import type { CampaignId, ParticipantId, PayoutId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';
import { outcome, refusal, Season } from './season.ts';

/** Claims and payouts over HTTP, with a real receiver as the one that pays. */
let api: ApiHarness;
let provider: Receiver;
let steps: ReturnType<typeof answer>[] = [];
let otherwise: ReturnType<typeof answer>;
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
});
afterAll(async () => {
  await api.close();
});
beforeEach(async () => {
  steps = [];
  otherwise = answer(200);
  provider = await startReceiver({
    handler: ({ headers }) =>
      headers['idempotency-key'] === undefined ? answer(200) : (steps.shift() ?? otherwise),
  });
});
afterEach(async () => {
  await provider.close();
});

interface Webhook {
  readonly id: string;
  readonly secret: string;
}

async function webhook(settings: Readonly<Record<string, unknown>> = {}): Promise<Webhook> {
  const made = await api.call('POST', '/v1/webhooks', {
    body: { name: 'Treasury', url: `${provider.url}/pay`, format: 'chainvine', ...settings },
  });
  expect(made.status, made.text).toBe(201);
  return made.body as Webhook;
}

interface Till {
  readonly season: Season;
  readonly webhook: Webhook;
  readonly reward: string;
  readonly task: string;
}

/** A campaign in which one task earns a token that the provider pays. */
async function open(
  settings: { automatic?: boolean; webhook?: Readonly<Record<string, unknown>>; stock?: string } = {},
): Promise<Till> {
  const season = await Season.open(api);
  const provides = await webhook({ campaigns: [season.campaign], ...settings.webhook });
  const reward = await season.reward({
    payout: { mode: 'webhook', webhook_id: provides.id, automatic: settings.automatic ?? false },
    ...(settings.stock !== undefined && { stock: settings.stock }),
  });
  const task = await season.task({
    recurrence: 'unlimited',
    reward: { id: reward, amount: '0.000000000000000003' },
  });
  return { season, webhook: provides, reward, task };
}

interface Payout {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly amount: string;
  readonly earning_ids: readonly string[];
  readonly status: number | null;
  readonly reason: string | null;
  readonly settled_by: string | null;
  readonly reference: string | null;
  readonly next_attempt_at: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly outcome: string | null;
    readonly delivery_id: string | null;
    readonly status: number | null;
  }[];
}

async function payoutOf(id: string): Promise<Payout> {
  const { body, status, text } = await api.call('GET', `/v1/payouts/${id}`);
  expect(status, text).toBe(200);
  return body as Payout;
}

async function until(id: string, state: string): Promise<Payout> {
  let payout = await payoutOf(id);
  await waitFor(
    async () => {
      payout = await payoutOf(id);
      return payout.state === state;
    },
    { what: `the payout to be ${state}, which is ${payout.state}` },
  );
  return payout;
}

async function claimed(season: Season, who: string): Promise<string> {
  const { payouts } = (await outcome(season.claim(who))) as unknown as { payouts: { id: string }[] };
  expect(payouts).toHaveLength(1);
  return payouts[0]?.id ?? '';
}

async function earnings(season: Season): Promise<{ state: string; payout_id: string | null }[]> {
  const { body } = await api.call('GET', `/v1/campaigns/${season.campaign}/earnings?limit=200`);
  return (body as { data: { state: string; payout_id: string | null }[] }).data;
}

async function everySettled(season: Season): Promise<void> {
  const open = async (state: string) => {
    const path = `/v1/deliveries?campaign_id=${season.campaign}&state=${state}&limit=1`;
    return ((await api.call('GET', path)).body as { data: unknown[] }).data.length;
  };
  await waitFor(async () => (await open('pending')) + (await open('retrying')) === 0, {
    what: 'every delivery',
  });
}

/** Requests for one payment. */
function asked(id: string): readonly ReceivedRequest[] {
  return provider.requests.filter(({ headers }) => headers['idempotency-key'] === id);
}

const textOf = (request: ReceivedRequest | undefined) => Buffer.from(request?.body ?? '').toString();

describe('a claimed reward', () => {
  it('is asked of the webhook in the documented format, signed, once, and paid by its 2xx', async () => {
    const { season, webhook: provides, task, reward } = await open();
    await outcome(season.complete(task, 'ada'));
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    const payout = await until(id, 'paid');
    expect(payout).toMatchObject({
      amount: '0.000000000000000006',
      attempt: 1,
      status: 200,
      settled_by: 'webhook',
      attempts: [{ number: 1, outcome: 'paid', status: 200 }],
    });
    const [request, ...more] = asked(id);
    expect(more).toEqual([]);
    const body = JSON.parse(textOf(request)) as { event: { name: string; data: Record<string, unknown> } };
    expect(body.event.name).toBe('PAYMENT_REQUEST');
    expect(body.event.data).toMatchObject({
      paymentId: id,
      earningIds: payout.earning_ids,
      attempt: 1,
      amount: '0.000000000000000006',
      requestedBy: 'claim',
    });
    expect(verify(textOf(request), request?.headers ?? {}, provides.secret)).toMatchObject({ ok: true });
    expect((await earnings(season)).map(({ state }) => state)).toEqual(['paid', 'paid']);
    expect(await refusal(season.claim('ada'))).toMatchObject({ status: 409, code: 'nothing_to_claim' });
    const { body: totals } = await api.call('GET', `/v1/campaigns/${season.campaign}/reward-totals`);
    expect(totals).toMatchObject({
      data: [{ reward_id: reward, state: 'paid', earnings: 2, amount: '0.000000000000000006' }],
    });
  });

  it('goes back to claimable when the webhook refuses, and is asked again under the same id', async () => {
    const { season, task } = await open();
    steps = [answer(422), answer(503)];
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    const failed = await until(id, 'failed');
    expect(failed).toMatchObject({ status: 422, settled_by: 'webhook', next_attempt_at: null });
    expect(await earnings(season)).toMatchObject([{ state: 'claimable', payout_id: id }]);
    // 503 slows the lane down, so the third attempt waits a moment.
    await outcome(season.claim('ada'));
    await until(id, 'failed');
    await waitFor(async () => asked(id).length === 2, { what: 'the second request' });
    await until(id, 'failed');
    const retried = await api.call('POST', `/v1/payouts/${id}/retry`);
    expect(retried, retried.text).toMatchObject({ status: 200, body: { payout: { id, attempt: 3 } } });
    const paid = await until(id, 'paid');
    expect(paid.attempts.map(({ outcome: what, status }) => [what, status])).toEqual([
      ['failed', 422],
      ['failed', 503],
      ['paid', 200],
    ]);
    expect(
      asked(id).map((request) => (JSON.parse(textOf(request)) as { event: { data: object } }).event.data),
    ).toMatchObject([
      { attempt: 1, requestedBy: 'claim' },
      { attempt: 2, requestedBy: 'claim' },
      { attempt: 3, requestedBy: 'operator' },
    ]);
  });

  it('counts as failed when no answer comes', async () => {
    const { season, task } = await open({ webhook: { timeout_ms: 1_000 } });
    otherwise = hang();
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    expect(await until(id, 'failed')).toMatchObject({
      status: null,
      reason: expect.stringContaining('did not answer'),
    });
    expect(asked(id)).toHaveLength(1);
  });

  it('is told to other webhooks as events, and the one that pays gets it once', async () => {
    const { season, task } = await open();
    const observer = await startReceiver();
    await webhook({
      url: observer.url,
      format: 'standard',
      events: ['payout.requested', 'payout.paid'],
      campaigns: [season.campaign],
    });
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    await until(id, 'paid');
    await observer.received(2);
    expect(
      observer.requests.map((request) => (JSON.parse(textOf(request)) as { type: string }).type).sort(),
    ).toEqual(['payout.paid', 'payout.requested']);
    for (const request of observer.requests) expect(request.headers['idempotency-key']).toBeUndefined();
    // What else it subscribed to went there too, as ordinary events.
    const names = () =>
      provider.requests.map(
        (request) => (JSON.parse(textOf(request)) as { event: { name: string } }).event.name,
      );
    await waitFor(() => names().length >= 3, { what: 'what else it subscribed to' });
    expect(names().sort()).toEqual(['EARNING_CREATED', 'PAYMENT_REQUEST', 'USER_JOINED_CAMPAIGN']);
    await observer.close();
  });

  it('is asked in a format that means "pay" of the one that pays it, and of no other that pays something', async () => {
    const { season, task } = await open();
    const second = await startReceiver();
    const others = await webhook({ url: second.url, campaigns: [season.campaign] });
    const gem = await season.reward({ name: 'Gem', payout: { mode: 'webhook', webhook_id: others.id } });
    const dig = await season.task({ reward: { id: gem, amount: '1' } });
    await outcome(season.complete(task, 'ada'));
    await outcome(season.complete(dig, 'ada'));
    const answered = await outcome(season.claim('ada'));
    const { payouts } = answered as unknown as { payouts: { id: string; reward_id: string }[] };
    for (const { id, reward_id } of payouts) {
      await until(id, 'paid');
      const asks = (receiver: Receiver) =>
        receiver.requests.filter((request) => textOf(request).includes(id)).length;
      await everySettled(season);
      expect([asks(provider), asks(second)]).toEqual(reward_id === gem ? [0, 1] : [1, 0]);
    }
    await second.close();
  });

  it('of a kind that Fanfare only keeps is paid by the claim', async () => {
    const season = await Season.open(api);
    const badge = await season.reward({ kind: 'badge', unit: 'Badges' });
    const task = await season.task({ reward: { id: badge, amount: '1' } });
    await outcome(season.complete(task, 'ada'));
    const answered = await outcome(season.claim('ada', { reward_id: badge }));
    expect(answered).toMatchObject({
      earnings: [{ reward_id: badge, amount: '1.0000', state: 'paid' }],
      payouts: [],
      unavailable: [],
      more: false,
    });
    expect(answered.events.map(({ type }) => type)).toEqual(['reward.claimed']);
  });
});

describe('claims', () => {
  it('racing each other over two nodes ask once, and every earning is in one payout', async () => {
    const { season, task } = await open();
    const other = await ApiHarness.open({
      webhooks: { dispatch: true, keyring: api.webhookParts.keyring },
      test: { database: api.database, drop: async () => {} },
    });
    for (let n = 0; n < 5; n++) await outcome(season.complete(task, 'ada'));
    const path = `/v1/campaigns/${season.campaign}/claims`;
    const body = { participant: { external_id: 'ada' } };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        n % 2 === 0 ? api.call('POST', path, { body }) : other.call('POST', path, { body, token: api.token }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ status }) => status !== 200);
    for (const one of lost) expect(one.body).toMatchObject({ code: 'nothing_to_claim' });
    const [payout] = (won[0]?.body as { payouts: { id: string }[] }).payouts;
    await until(payout?.id ?? '', 'paid');
    expect(provider.requests.filter(({ headers }) => headers['idempotency-key'] !== undefined)).toHaveLength(
      1,
    );
    expect(new Set((await earnings(season)).map(({ payout_id }) => payout_id)).size).toBe(1);
    await other.close();
  });

  it('with nothing earned, by a stranger, or of another campaign are refused', async () => {
    const { season } = await open();
    const elsewhere = await open();
    await outcome(season.join('ada'));
    expect(await refusal(season.claim('ada'))).toMatchObject({ status: 409, code: 'nothing_to_claim' });
    expect(await refusal(season.claim('nobody'))).toMatchObject({ status: 409, code: 'not_joined' });
    expect(await refusal(season.claim('ada', { reward_id: elsewhere.reward }))).toMatchObject({
      status: 422,
      code: 'unknown_reward',
    });
    expect(await refusal(season.claim('ada', { reward_id: 'rwd_x' }))).toMatchObject({ status: 400 });
    expect(
      await refusal(season.claim('ada', { account: { platform: 'ethereum', name: '0x12' } })),
    ).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('are possible after the campaign, and not in a draft', async () => {
    const { season, task } = await open();
    await outcome(season.complete(task, 'ada'));
    await season.change({ status: 'ended' });
    await until(await claimed(season, 'ada'), 'paid');
    await season.change({ status: 'draft' });
    expect(await refusal(season.claim('ada'))).toMatchObject({ code: 'campaign_not_active' });
  });
});

describe('the webhook that pays', () => {
  it('turned off or deleted before anything left fails the payment, and what was earned can be claimed again', async () => {
    for (const off of ['inactive', 'deleted'] as const) {
      const { season, webhook: provides, task } = await open();
      await outcome(season.complete(task, 'ada'));
      // While its lane pauses, the request waits.
      steps = [answer(429, { headers: { 'retry-after': '3600' } })];
      const id = await claimed(season, 'ada');
      await until(id, 'failed');
      await outcome(season.claim('ada'));
      if (off === 'deleted') await api.call('DELETE', `/v1/webhooks/${provides.id}`);
      else await api.call('PATCH', `/v1/webhooks/${provides.id}`, { body: { status: 'inactive' } });
      await waitFor(
        async () => (await api.payouts.tend()).failed > 0 || (await payoutOf(id)).state === 'failed',
        {
          what: 'the payment to be given up',
        },
      );
      const failed = await payoutOf(id);
      expect(failed).toMatchObject({ state: 'failed', attempt: 2, reason: expect.stringContaining(off) });
      expect(asked(id)).toHaveLength(1);
      expect(await earnings(season)).toMatchObject([{ state: 'claimable' }]);
      expect(await refusal(season.claim('ada'))).toMatchObject({ status: 409, code: 'payout_unavailable' });
      expect(await refusal(api.call('POST', `/v1/payouts/${id}/retry`))).toMatchObject({
        code: 'payout_unavailable',
      });
    }
  });

  it('turned off while its answer is on the way settles by that answer all the same', async () => {
    const { season, webhook: provides, task } = await open();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    steps = [
      async (conversation) => {
        await held;
        await answer(200)(conversation);
      },
    ];
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    await waitFor(() => asked(id).length === 1, { what: 'the request' });
    expect((await payoutOf(id)).state).toBe('sending');
    await api.call('DELETE', `/v1/webhooks/${provides.id}`);
    await api.payouts.tend();
    expect((await payoutOf(id)).state).toBe('sending');
    release();
    await until(id, 'paid');
  });

  it('that says 410 is disabled, and the payment fails', async () => {
    const { season, webhook: provides, task } = await open();
    otherwise = answer(410);
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    expect(await until(id, 'failed')).toMatchObject({ status: 410 });
    await waitFor(
      async () =>
        ((await api.call('GET', `/v1/webhooks/${provides.id}`)).body as { status: string }).status ===
        'disabled',
      { what: 'the webhook to be disabled' },
    );
    expect(await refusal(season.claim('ada'))).toMatchObject({ code: 'payout_unavailable' });
  });

  it('may answer 202 where that is allowed, and says later what came of it', async () => {
    const { season, task } = await open({ webhook: { payout_processing: true } });
    otherwise = answer(202);
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    await until(id, 'processing');
    expect(await refusal(season.claim('ada'))).toMatchObject({ code: 'nothing_to_claim' });
    const settle = (body: object) => api.call('POST', `/v1/payouts/${id}/settlement`, { body });
    expect(await settle({ outcome: 'failed', reason: 'The account is closed.' })).toMatchObject({
      status: 200,
    });
    expect(await payoutOf(id)).toMatchObject({
      state: 'failed',
      settled_by: 'api',
      reason: 'The account is closed.',
    });
    await outcome(season.claim('ada'));
    await until(id, 'processing');
    const settled = await settle({ outcome: 'paid', reference: '0xfeed' });
    expect(settled).toMatchObject({ status: 200, body: { repeated: false, payout: { state: 'paid' } } });
    expect(await settle({ outcome: 'paid' })).toMatchObject({
      status: 200,
      body: { repeated: true, events: [] },
    });
    expect(await refusal(settle({ outcome: 'failed' }))).toMatchObject({ status: 409, code: 'payout_state' });
    expect(await payoutOf(id)).toMatchObject({ reference: '0xfeed', settled_by: 'api' });
  });

  it('completes the payment by a 202 where nothing else was said', async () => {
    const { season, task } = await open();
    otherwise = answer(202);
    await outcome(season.complete(task, 'ada'));
    await until(await claimed(season, 'ada'), 'paid');
  });

  it('must have a format with payment requests, and belong to the organization', async () => {
    const season = await Season.open(api);
    const plain = await webhook({ format: 'reward' });
    const theirs = await api.otherOrganization();
    const foreign = await api.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: provider.url, format: 'standard' },
      token: theirs.token,
    });
    for (const webhook_id of [plain.id, (foreign.body as Webhook).id, 'nobody']) {
      const made = await api.call('POST', `/v1/campaigns/${season.campaign}/rewards`, {
        body: { name: 'Coin', kind: 'token', unit: 'C', payout: { mode: 'webhook', webhook_id } },
      });
      expect(made, made.text).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/payout/webhook_id' }] },
      });
    }
    const points = await api.call('POST', `/v1/campaigns/${season.campaign}/rewards`, {
      body: { name: 'Bonus', kind: 'points', unit: 'P', payout: { mode: 'webhook', webhook_id: plain.id } },
    });
    expect(points).toMatchObject({ status: 422, body: { errors: [{ pointer: '/payout/mode' }] } });
  });

  it('stays the one while payments are open, and another may take its place', async () => {
    const { season, task, reward } = await open();
    otherwise = answer(500);
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    await until(id, 'failed');
    const path = `/v1/campaigns/${season.campaign}/rewards/${reward}`;
    const kept = await api.call('PATCH', path, { body: { payout: { mode: 'internal' } } });
    expect(kept).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const substitute = await startReceiver();
    const { id: webhook_id } = await webhook({
      url: substitute.url,
      format: 'cloudevents',
      campaigns: [season.campaign],
    });
    await api.call('PATCH', path, { body: { payout: { mode: 'webhook', webhook_id } } });
    await outcome(season.claim('ada'));
    await until(id, 'paid');
    expect(substitute.requests.filter(({ headers }) => headers['idempotency-key'] === id)).toHaveLength(1);
    await substitute.close();
    expect((await api.call('PATCH', path, { body: { payout: { mode: 'internal' } } })).status).toBe(200);
  });
});

describe('an automatic payout', () => {
  it('is asked for when it is earned and again when its pause is over, until it is paid', async () => {
    const { season, task } = await open({ automatic: true });
    steps = [answer(500), answer(200), answer(500)];
    const done = await outcome(season.complete(task, 'ada'));
    expect(done.events.at(-1)?.type).toBe('payout.requested');
    const [row] = await earnings(season);
    const id = row?.payout_id ?? '';
    const failed = await until(id, 'failed');
    const pauseMs = Date.parse(failed.next_attempt_at ?? '') - Date.now();
    expect(pauseMs).toBeGreaterThan(40_000);
    expect(pauseMs).toBeLessThan(80_000);
    expect(await api.payouts.tend()).toMatchObject({ asked: 0 });
    await api.database.pool.query(`update payouts set next_attempt_at = now() - interval '1 second'`);
    // Two nodes look after payouts at the same moment.
    const tended = await Promise.all([api.payouts.tend(), api.payouts.tend()]);
    expect(tended[0].asked + tended[1].asked).toBe(1);
    await waitFor(
      async () => (await payoutOf(id)).attempt === 2 && (await payoutOf(id)).state !== 'requested',
      { what: 'the second attempt' },
    );
    expect(asked(id).length).toBe(2);
  });
});

describe('tending to payouts', () => {
  it('leaves what came of an attempt on record while its webhook cannot be asked', async () => {
    const { season, webhook: provides, task } = await open({ automatic: true });
    otherwise = answer(500);
    await outcome(season.complete(task, 'ada'));
    const [row] = await earnings(season);
    const id = row?.payout_id ?? '';
    const failed = await until(id, 'failed');
    await api.call('PATCH', `/v1/webhooks/${provides.id}`, { body: { status: 'inactive' } });
    await api.database.pool.query(
      `update payouts set next_attempt_at = now() - interval '1 second' where state = 'failed' and next_attempt_at is not null`,
    );
    await api.payouts.tend();
    const waiting = await payoutOf(id);
    expect(waiting).toMatchObject({
      state: 'failed',
      attempt: 1,
      reason: expect.stringContaining('inactive'),
    });
    expect(waiting.next_attempt_at).not.toBeNull();
    expect(failed.attempts).toMatchObject([{ outcome: 'failed', status: 500 }]);
    expect(waiting.attempts).toEqual(failed.attempts);
  });

  it('fails what nobody will send, also when one that is due cannot be helped', async () => {
    const { season, webhook: provides, task } = await open({ automatic: true });
    otherwise = answer(500);
    await outcome(season.complete(task, 'ada'));
    await waitFor(async () => (await earnings(season))[0]?.state === 'claimable', {
      what: 'a failed payout',
    });
    await api.database.pool.query(
      `update payouts set next_attempt_at = now() - interval '1 second' where next_attempt_at is not null`,
    );
    // The lane pauses, and the webhook is deleted with a request waiting in it.
    otherwise = answer(429, { headers: { 'retry-after': '3600' } });
    const till = await open();
    await outcome(till.season.complete(till.task, 'ada'));
    const id = await claimed(till.season, 'ada');
    await until(id, 'failed');
    await outcome(till.season.claim('ada'));
    await api.call('DELETE', `/v1/webhooks/${till.webhook.id}`);
    const settled: unknown[] = [];
    const payouts = createPayouts({
      database: api.database,
      clock: { now: () => Date.now() },
      actions: {
        async act({ action }) {
          if (action.kind === 'settle_payout') settled.push(action.payout);
          throw new Error('The database has a bad day.');
        },
      },
    });
    await waitFor(
      async () => {
        await expect(payouts.tend()).rejects.toThrow('a bad day');
        return settled.includes(id);
      },
      { what: 'the payment that nobody will send to be failed' },
    );
    await api.database.pool.query('update payouts set next_attempt_at = null');
    await api.call('DELETE', `/v1/webhooks/${provides.id}`);
  });
});

describe('a payment that was under way', () => {
  it('when its node died is not sent again: it counts as failed, and the next attempt has the same id', async () => {
    // Accepts without sending: the request waits as a row.
    const idle = await ApiHarness.open();
    const token = idle.token;
    const previous = api;
    api = idle;
    const { season, task } = await open();
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    // What the dead node wrote before it let the request go.
    await idle.database.pool.query(`update payouts set state = 'sending'`);
    const next = await ApiHarness.open({
      webhooks: { dispatch: true, keyring: idle.webhookParts.keyring },
      test: { database: idle.database, drop: async () => {} },
    });
    const failed = await until(id, 'failed');
    expect(failed).toMatchObject({ attempt: 1, status: null, reason: expect.stringContaining('unknown') });
    expect(asked(id)).toEqual([]);
    expect(failed.attempts[0]?.delivery_id).not.toBeNull();
    const again = await next.call('POST', `/v1/payouts/${id}/retry`, { token });
    expect(again.status, again.text).toBe(200);
    await until(id, 'paid');
    expect(asked(id)).toHaveLength(1);
    await next.close();
    api = previous;
    await idle.close();
  });

  it('when its node stops is written down as unanswered before the node is gone', async () => {
    const stopping = await ApiHarness.open({ webhooks: { dispatch: true } });
    const previous = api;
    api = stopping;
    const { season, task } = await open();
    otherwise = hang();
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    await waitFor(() => asked(id).length === 1, { what: 'the request' });
    await stopping.webhookParts.delivery.stop(50);
    expect(await payoutOf(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('stopped') });
    const { body } = await stopping.call(
      'GET',
      `/v1/deliveries/${(await payoutOf(id)).attempts[0]?.delivery_id}/attempts`,
    );
    expect(body).toMatchObject({ data: [{ number: 1, outcome: 'interrupted' }] });
    api = previous;
    await stopping.close();
  });

  it('and fails in the moment in which it is asked for again is on record as failed', async () => {
    const { season, task } = await open();
    otherwise = hang();
    await outcome(season.complete(task, 'ada'));
    const payout = (await claimed(season, 'ada')) as PayoutId;
    await waitFor(() => asked(payout).length === 1, { what: 'the request' });
    const { body } = await api.call('GET', `/v1/payouts/${payout}`);
    const { participant_id } = body as { participant_id: ParticipantId };
    const act = (action: Parameters<Actions['act']>[0]['action']) =>
      api.actions.act({
        action,
        campaignId: season.campaign as CampaignId,
        participantId: participant_id,
        trust: 'server',
        occurredAt: new Date(),
      });
    otherwise = answer(200);
    // Called in one go, they are one batch.
    await Promise.all([
      act({
        kind: 'settle_payout',
        payout,
        settlement: { by: 'webhook', attempt: 1, outcome: 'failed', status: 500, reason: 'It said 500.' },
      }),
      act({ kind: 'request_payout', payout, by: 'operator' }),
    ]);
    const paid = await until(payout, 'paid');
    expect(paid.attempts).toMatchObject([
      { number: 1, outcome: 'failed', status: 500, reason: 'It said 500.', settled_by: 'webhook' },
      { number: 2, outcome: 'paid', status: 200 },
    ]);
    provider.closeConnections();
  });

  it('cannot be sent again by resending its delivery', async () => {
    const { season, task } = await open();
    otherwise = answer(500);
    await outcome(season.complete(task, 'ada'));
    const { attempts } = await until(await claimed(season, 'ada'), 'failed');
    const resent = await api.call('POST', `/v1/deliveries/${attempts[0]?.delivery_id}/resend`);
    expect(resent).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('never sent twice') },
    });
  });

  it('cannot be settled by hand, and one that failed only with a reason', async () => {
    const { season, task } = await open();
    otherwise = hang();
    await outcome(season.complete(task, 'ada'));
    const id = await claimed(season, 'ada');
    await waitFor(() => asked(id).length === 1, { what: 'the request' });
    const settle = (body: object) => api.call('POST', `/v1/payouts/${id}/settlement`, { body });
    expect(await refusal(settle({ outcome: 'paid', reason: 'In cash.' }))).toMatchObject({
      code: 'payout_state',
    });
    expect(await refusal(api.call('POST', `/v1/payouts/${id}/retry`))).toMatchObject({
      code: 'payout_state',
    });
    provider.closeConnections();
    await until(id, 'failed');
    expect(await settle({ outcome: 'paid' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/reason' }] },
    });
    expect(await settle({ outcome: 'paid', reason: 'In cash.' })).toMatchObject({ status: 200 });
    expect(await payoutOf(id)).toMatchObject({ state: 'paid', settled_by: 'operator', reason: 'In cash.' });
    expect(await earnings(season)).toMatchObject([{ state: 'paid' }]);
  });
});

describe('lists of payouts', () => {
  it('are filtered by state, campaign, participant and reward', async () => {
    const { season, task, reward } = await open();
    const { participant_id } = await outcome(season.complete(task, 'grace'));
    const id = await claimed(season, 'grace');
    await until(id, 'paid');
    const list = async (query: string) =>
      ((await api.call('GET', `/v1/payouts?${query}`)).body as { data: { id: string }[] }).data.map(
        (one) => one.id,
      );
    expect(await list(`campaign_id=${season.campaign}`)).toEqual([id]);
    expect(await payoutOf(id)).toMatchObject({
      participant_external_id: 'grace',
      participant_email: null,
      campaign_name: expect.any(String),
      reward_name: expect.any(String),
      unit: expect.any(String),
    });
    expect(await list(`participant_id=${participant_id}&state=paid`)).toEqual([id]);
    expect(await list(`reward_id=${reward}&state=failed`)).toEqual([]);
    expect((await api.call('GET', '/v1/payouts?state=gone')).status).toBe(400);
    expect((await api.call('GET', '/v1/payouts?campaign_id=nothing')).status).toBe(404);
  });
});
