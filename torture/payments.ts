import { waitFor } from '@fanfare/testkit';
import type { PayingSystem } from '../e2e/paying-system.ts';
import type { Caller } from './caller.ts';
import { places } from './messages.ts';
import type { Verdicts } from './verdicts.ts';
import type { World } from './world.ts';

interface Payout {
  readonly id: string;
  readonly state: string;
  readonly amount: string;
  readonly attempt: number;
  readonly earning_ids: readonly string[];
  readonly attempts: readonly {
    readonly outcome: string | null;
    readonly reason: string | null;
    readonly settled_by: string | null;
    readonly delivery_id: string | null;
  }[];
}

interface Earning {
  readonly id: string;
  readonly state: string;
  readonly amount: string;
  readonly payout_id: string | null;
}

interface Parts {
  readonly caller: Caller;
  readonly world: World;
  readonly paying: PayingSystem;
}

const paidWithinMs = 120_000;

/** Claims and asks again, as participants and operators do, until everything that was earned is paid. */
export async function payEverything({ caller, world, paying }: Parts): Promise<void> {
  const { campaign, people } = world;
  paying.recover();
  await waitFor(
    async () => {
      for (const { id } of await caller.list<Payout>(`/v1/payouts?campaign_id=${campaign}&state=failed`)) {
        await caller.ask('POST', `/v1/payouts/${id}/retry`);
      }
      for (const who of people) {
        await caller.ask('POST', `/v1/campaigns/${campaign}/claims`, { participant: { external_id: who } });
      }
      await nothingBeingPaid(caller, campaign);
      const earnings = await caller.list<Earning>(`/v1/campaigns/${campaign}/earnings`);
      return earnings.every(({ state }) => state === 'paid');
    },
    { timeoutMs: paidWithinMs, what: 'everything to be paid' },
  );
}

async function nothingBeingPaid(caller: Caller, campaign: string): Promise<void> {
  await waitFor(
    async () => {
      for (const state of ['requested', 'sending']) {
        const { data } = await caller.must<{ data: unknown[] }>(
          'GET',
          `/v1/payouts?campaign_id=${campaign}&state=${state}&limit=1`,
        );
        if (data.length > 0) return false;
      }
      return true;
    },
    { timeoutMs: paidWithinMs, what: 'every attempt to pay to be settled' },
  );
}

export interface Paid {
  readonly payouts: number;
  readonly attempts: number;
  /** Attempts whose answer was lost in a kill, and which were therefore taken for failed. */
  readonly unanswered: number;
}

/** Everything was paid exactly once, for a reason that is on record. */
export async function paymentsHold(parts: Parts & { readonly verdicts: Verdicts }): Promise<Paid> {
  const { caller, world, paying, verdicts } = parts;
  const wrong = [
    ...paying.overlaps.map((id) => `${id} was asked for while a request for it was open`),
    ...paying.repeated.map((attempt) => `the attempt ${attempt} was made twice`),
    ...paying.changed.map((id) => `${id} was asked for with another amount`),
  ];
  const unfounded: string[] = [];
  const earnings = new Map(
    (await caller.list<Earning>(`/v1/campaigns/${world.campaign}/earnings`)).map((one) => [one.id, one]),
  );
  const payouts = await caller.list<{ id: string }>(`/v1/payouts?campaign_id=${world.campaign}`);
  const named = new Set<string>();
  let attempts = 0;
  let unanswered = 0;
  for (const { id } of payouts) {
    const payout = await caller.must<Payout>('GET', `/v1/payouts/${id}`);
    attempts += payout.attempt;
    unanswered += payout.attempts.filter(({ reason }) => reason?.includes('unknown')).length;
    if (paying.paid.get(id) !== payout.amount) {
      wrong.push(`${id} of ${payout.amount} was paid with ${paying.paid.get(id) ?? 'nothing'}`);
    }
    let sum = 0n;
    for (const earning of payout.earning_ids) {
      if (named.has(earning)) wrong.push(`${earning} is paid by two payouts, ${id} among them`);
      named.add(earning);
      const known = earnings.get(earning);
      if (known?.payout_id !== id) wrong.push(`${earning} does not say that ${id} pays it`);
      else sum += places(known.amount);
    }
    if (sum !== places(payout.amount)) wrong.push(`${id} is not the sum of its earnings`);

    const outcomes = payout.attempts.map(({ outcome }) => outcome);
    const expected = [...Array<string>(payout.attempt - 1).fill('failed'), 'paid'];
    if (payout.state !== 'paid' || outcomes.join() !== expected.join()) {
      unfounded.push(`${id} is ${payout.state} after ${outcomes.join(', ')}`);
      continue;
    }
    const last = payout.attempts.at(-1);
    const { data: made } = await caller.must<{
      data: { acknowledged: boolean; response: { status: number } | null }[];
    }>('GET', `/v1/deliveries/${last?.delivery_id}/attempts`);
    const stored = made.filter(({ acknowledged, response }) => acknowledged && response?.status === 200);
    if (last?.settled_by !== 'webhook' || stored.length !== 1) {
      unfounded.push(
        `${id} is paid by ${last?.settled_by}, with ${stored.length} acknowledgements on record`,
      );
    }
  }
  const unpaid = [...earnings.values()].filter(({ id }) => !named.has(id));
  wrong.push(...unpaid.map(({ id }) => `${id} was never paid`));
  for (const id of paying.paid.keys()) {
    if (!payouts.some((one) => one.id === id)) wrong.push(`${id} was paid, and nobody knows of it`);
  }
  verdicts.add('payouts', payouts.length, wrong);
  verdicts.add('truth5', attempts, unfounded);
  return { payouts: payouts.length, attempts, unanswered };
}
