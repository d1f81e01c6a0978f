import { expect, it } from 'vitest';
import type { FrozenEvent } from '../../src/catalog/index.ts';
import type { LeasedDelivery } from '../../src/delivery/leased-delivery.ts';
import { type PaymentParts, requestPayment } from '../../src/delivery/payment-request.ts';
import { newId, uuidOf } from '../../src/ids.ts';
import { defaultRetryPolicy, type Webhook } from '../../src/webhooks/index.ts';

const webhook: Webhook = {
  uid: newId('whk'),
  id: 'treasury',
  organizationId: newId('org'),
  name: 'Treasury',
  description: '',
  url: 'https://example.com/pay',
  method: 'POST',
  headers: {},
  format: 'chainvine',
  formatVersion: 1,
  mode: null,
  events: [],
  campaigns: [],
  includeTestParticipants: false,
  rateLimit: null,
  ordering: null,
  payoutProcessing: false,
  status: 'active',
  disabledReason: null,
  retryPolicy: defaultRetryPolicy,
  timeoutMs: 1_000,
  secrets: [],
  createdAt: new Date(),
  updatedAt: new Date(),
};

/** What became of a request that took this long to be noted, with a lease of half a minute. */
async function requested(
  notedAfterMs: number,
  status = 200,
): Promise<{ left: number; blamed: number; outcomes: unknown[] }> {
  const seen = { left: 0, blamed: 0, outcomes: [] as unknown[] };
  let now = 0;
  const payment = newId('pay');
  const event = { id: newId('we'), type: 'payout.requested', data: { payment_id: payment, attempt: 1 } };
  const delivery: LeasedDelivery = {
    id: newId('dlv'),
    resend: false,
    replay: false,
    organizationId: webhook.organizationId,
    webhookUid: webhook.uid,
    event: event as unknown as FrozenEvent,
    format: 'chainvine',
    formatVersion: 1,
    scope: 'payout',
    line: null,
    webhookName: webhook.name,
    createdAt: new Date(),
    attempts: 0,
    retries: 0,
    lease: uuidOf(newId('dlv')),
    leaseEndsAt: 31_000,
  };
  const prepared = {
    request: { method: 'POST', url: webhook.url, headers: {}, body: null, timeoutMs: 1_000 },
    signature: '',
    startedAt: new Date(),
  } as unknown as ReturnType<PaymentParts['prepare']>;
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, waitMs: null, readMs: null, totalMs: 1 };
  await requestPayment(delivery, {
    webhooks: { webhook: () => webhook },
    payments: {
      async begin() {
        now += notedAfterMs;
        return 'begun';
      },
      async settle({ outcome }) {
        seen.outcomes.push(outcome);
      },
    },
    prepare: () => prepared,
    async exchange() {
      seen.left += 1;
      const answer = { status, headers: {}, body: Buffer.alloc(0), bodyCut: false };
      return { ...prepared, outcome: { kind: 'answered', answer, timings, address: null } };
    },
    settle: {
      record() {},
      release() {},
      cancel() {},
      park() {},
      recordPayment: (_delivery, _made, _verdict, within) => within(async () => {}),
      async drain() {},
    },
    lanes: {
      pause() {},
      probing: () => false,
      answered() {},
      succeeded() {},
      failed() {
        seen.blamed += 1;
        return null;
      },
    },
    disableWebhook() {},
    observer: { accepted() {}, attempted() {}, troubled() {} },
    clock: { now: () => Date.now(), monotonic: () => now },
    random: () => 0,
  });
  return seen;
}

it('lets a payment request leave that was noted in time', async () => {
  expect(await requested(50)).toEqual({ left: 1, blamed: 0, outcomes: ['paid'] });
});

it('keeps back a payment request that was noted when its lease was nearly over: another node may soon take it for unanswered', async () => {
  expect(await requested(26_000)).toEqual({ left: 0, blamed: 0, outcomes: ['failed'] });
});

it('does not take a receiver for one that is down because it says no to a payment', async () => {
  for (const status of [400, 402, 409, 422]) {
    expect(await requested(50, status)).toEqual({ left: 1, blamed: 0, outcomes: ['failed'] });
  }
  for (const status of [401, 404, 500, 503]) {
    expect(await requested(50, status)).toEqual({ left: 1, blamed: 1, outcomes: ['failed'] });
  }
});
