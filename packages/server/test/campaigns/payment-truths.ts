import { Decimal } from 'decimal.js';
import { expect } from 'vitest';
import type { Node } from '../http/season.ts';
import { type Json, type Message, messageOf } from './inboxes.ts';
import type { PaymentProvider } from './payment-provider.ts';

interface PayoutRow {
  readonly id: string;
  readonly reward_id: string;
  readonly state: 'requested' | 'sending' | 'processing' | 'failed' | 'paid';
  readonly attempt: number;
  readonly amount: string;
  readonly earning_ids: readonly string[];
  readonly settled_by: string | null;
}
interface PayoutDetail extends PayoutRow {
  readonly attempts: readonly {
    readonly number: number;
    readonly event_id: string;
    readonly delivery_id: string | null;
    readonly outcome: string | null;
    readonly settled_by: string | null;
  }[];
}
interface EarningRow {
  readonly id: string;
  readonly reward_id: string;
  readonly amount: string;
  readonly state: 'claimable' | 'requested' | 'paid';
  readonly payout_id: string | null;
}

const Exact = Decimal.clone({ precision: 60 });
export const exact = (amount: Decimal | string | number) => new Exact(amount);
const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total.plus(amount), exact(0));

/** Newest first. */
export function payoutsOf(node: Node, campaign: string): Promise<readonly PayoutRow[]> {
  return listed(node, `/v1/payouts?campaign_id=${campaign}`);
}

/**
 * Truths 4, 5 and 8 of payments, of a campaign in which everything is paid by now: a payment is made at most once, by
 * a 2xx that is on record or by a settlement that was asked for; every attempt asks for the same; and the events tell
 * each of its steps.
 */
export async function paymentsHold(of: {
  readonly node: Node;
  readonly campaign: string;
  readonly provider: PaymentProvider;
  /** All events of the campaign, those of test participants included. */
  readonly told: readonly Message[];
  /** Payouts that callers settled as paid. */
  readonly settled: ReadonlySet<string>;
}): Promise<void> {
  const { node, campaign, provider, told, settled } = of;
  expect(provider.overlaps).toEqual([]);
  const payouts = await payoutsOf(node, campaign);
  const earnings = await listed<EarningRow>(node, `/v1/campaigns/${campaign}/earnings`);
  const byId = new Map(earnings.map((one) => [one.id, one]));
  const requestEvents: string[] = [];

  for (const { id } of payouts) {
    const payout = await got<PayoutDetail>(node, `/v1/payouts/${id}`);
    const asked = provider
      .asked(campaign)
      .filter(({ request }) => request.headers['idempotency-key'] === id)
      .map(({ request, behaviour }) => ({ ...paymentOf(messageOf(request).body), behaviour }));
    expect(asked.map(({ attempt }) => attempt)).toEqual(asked.map((_, n) => n + 1));
    expect(payout).toMatchObject({ state: 'paid', attempt: asked.length });
    for (const one of asked) {
      expect(one).toMatchObject({ id, amount: payout.amount });
      expect([...one.earnings].sort()).toEqual([...payout.earning_ids].sort());
    }
    // Whoever has paid is not asked again.
    const paid = asked.findIndex(({ behaviour }) => behaviour === 'pay');
    if (paid >= 0) expect(paid).toBe(asked.length - 1);

    const attempts = payout.attempts;
    expect(attempts.map(({ number }) => number)).toEqual(asked.map(({ attempt }) => attempt));
    for (const { number, outcome } of attempts)
      expect(outcome).toBe(number === payout.attempt ? 'paid' : 'failed');
    await paidForAReason(node, payout, settled);
    requestEvents.push(...attempts.map(({ event_id }) => event_id));
    stepsAreTold(payout, told);

    const own = payout.earning_ids.map((earning) => byId.get(earning));
    for (const one of own)
      expect(one).toMatchObject({ state: 'paid', payout_id: id, reward_id: payout.reward_id });
    expect(sum(own.map((one) => one?.amount ?? '0')).eq(payout.amount), `the earnings of ${id}`).toBe(true);
  }

  const named = payouts.flatMap(({ earning_ids }) => earning_ids);
  expect(new Set(named).size).toBe(named.length);
  expect(earnings.flatMap(({ id, payout_id }) => (payout_id === null ? [] : [id])).sort()).toEqual(
    named.toSorted(),
  );
  const eventsOf = (type: string) => told.filter(({ body }) => String(body['type']) === type);
  expect(
    eventsOf('payout.requested')
      .map(({ eventId }) => eventId)
      .sort(),
  ).toEqual(requestEvents.sort());
  expect(eventsOf('payout.paid')).toHaveLength(payouts.length);
}

/** A 2xx of the webhook that is on record, or a call that settled it. */
async function paidForAReason(node: Node, payout: PayoutDetail, settled: ReadonlySet<string>): Promise<void> {
  const last = payout.attempts.at(-1);
  if (last?.settled_by !== 'webhook') {
    expect(settled.has(payout.id), `${payout.id}, settled by ${last?.settled_by}`).toBe(true);
    return;
  }
  const path = `/v1/deliveries/${last.delivery_id}/attempts`;
  const { data: made } = await got<{
    data: { acknowledged: boolean; response: { status: number } | null }[];
  }>(node, path);
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({ acknowledged: true });
  expect([200, 202]).toContain(made[0]?.response?.status);
}

/** Truth 8: requested → failed → requested … → paid, each told once. */
function stepsAreTold(payout: PayoutDetail, told: readonly Message[]): void {
  const own = told
    .filter(({ body }) => String(body['type']).startsWith('payout.'))
    .filter(({ body }) => String(body['data']?.['details']?.['payment_id']) === payout.id)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ body }) => `${String(body['type'])} ${String(body['data']?.['details']?.['attempt'])}`);
  let step = 0;
  for (let attempt = 1; attempt <= payout.attempt; attempt++) {
    expect(own[step++]).toBe(`payout.requested ${attempt}`);
    if (own[step] === `payout.failed ${attempt}`) step++;
    // Nothing else ends an attempt but the payment, which is the end.
    else expect(attempt).toBe(payout.attempt);
  }
  expect(own.slice(step)).toEqual([`payout.paid ${payout.attempt}`]);
}

/** What a request asks for, in the format of ChainVine or the standard one. */
function paymentOf(body: Json) {
  const chainvine = body['event']?.['data'];
  const data = (chainvine ?? body['data']?.['details']) as Json;
  const of = (camel: string, snake: string) => data[chainvine === undefined ? snake : camel];
  return {
    id: String(of('paymentId', 'payment_id')),
    attempt: Number(of('attempt', 'attempt')),
    amount: String(of('amount', 'amount')),
    earnings: (of('earningIds', 'earning_ids') as unknown as string[]).map(String),
  };
}

/**
 * Truths 4 and 6: what is told of each reward is what the totals say, for live participants; `told` are their events.
 */
export async function rewardsAddUp(node: Node, campaign: string, told: readonly Message[]): Promise<void> {
  const sums = new Map<string, Decimal>();
  for (const { body } of told) {
    if (String(body['type']) !== 'earning.created') continue;
    const details = body['data']?.['details'] as Json;
    const id = String(details['reward']?.['id']);
    sums.set(id, (sums.get(id) ?? exact(0)).plus(String(details['amount'])));
  }
  const { data } = await got<{ data: { reward_id: string; amount: string; state: string }[] }>(
    node,
    `/v1/campaigns/${campaign}/reward-totals`,
  );
  expect(data.map(({ reward_id, amount }) => [reward_id, exact(amount).toFixed(18)]).sort()).toEqual(
    [...sums].map(([id, total]) => [id, total.toFixed(18)]).sort(),
  );
  for (const { state } of data) expect(state).toBe('paid');
}

export async function got<T>(node: Node, path: string): Promise<T> {
  const { status, text, body } = await node.call('GET', path);
  expect(status, `${path}: ${text}`).toBe(200);
  return body as T;
}

export async function listed<T>(node: Node, path: string): Promise<readonly T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor !== null && { cursor }) });
    const page: { data: T[]; next_cursor: string | null } = await got(
      node,
      `${path}${path.includes('?') ? '&' : '?'}${query}`,
    );
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return rows;
}
