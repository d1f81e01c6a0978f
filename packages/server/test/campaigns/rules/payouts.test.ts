import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterStep,
  type PayoutState,
  payoutStates,
  payoutSteps,
} from '../../../src/campaigns/rules/payout-states.ts';
import { automaticPauseMs } from '../../../src/campaigns/rules/payouts.ts';
import { newId } from '../../../src/ids.ts';
import { codeOf, eventOf, idOf, reward, rewardId, Season, task, told } from './season.ts';

const webhook = idOf('whk', 'provider');
const always = { recurrence: 'unlimited' } as const;
const ether = reward('ether', {
  kind: 'token',
  unit: 'ETH',
  decimals: 18,
  payout: { mode: 'webhook', webhook, automatic: false },
});
const auto = reward('auto', { payout: { mode: 'webhook', webhook, automatic: true } });
const badge = reward('badge');

function open(stock: Record<string, string> = {}): Season {
  const season = new Season({
    tasks: [
      task('mine', { ...always, reward: { id: rewardId('ether'), amount: '0.1' } }),
      task('dig', { ...always, reward: { id: rewardId('auto'), amount: '2' } }),
      task('wave', { ...always, reward: { id: rewardId('badge'), amount: '1' } }),
    ],
    rewards: [ether, auto, badge],
    stock,
  });
  season.join('ada');
  return season;
}

function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  return list[0] as T;
}

describe('the states of a payout', () => {
  it('leave out whatever would pay twice or ask while somebody is asked', () => {
    const reached = payoutStates.flatMap((state) =>
      payoutSteps.flatMap((step) => {
        const next = afterStep(state, step);
        return next === null ? [] : [`${state} ${step} ${next}`];
      }),
    );
    expect(reached).toEqual([
      'requested send sending',
      'requested fail failed',
      'sending process processing',
      'sending pay paid',
      'sending fail failed',
      'processing pay paid',
      'processing fail failed',
      'failed request requested',
      'failed pay paid',
    ]);
  });
});

describe('a claim', () => {
  it('of what Fanfare only keeps is paid by it, and told once', () => {
    const season = open();
    season.complete('ada', 'wave');
    season.complete('ada', 'wave');
    const decision = season.claim('ada');
    expect(told(decision)).toEqual(['reward.claimed', 'reward.claimed']);
    expect(decision).toMatchObject({
      result: { claim: { earnings: [{ state: 'paid' }, { state: 'paid' }], payouts: [], more: false } },
    });
    expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
  });

  it('asks the webhook for the exact sum of a reward, in one payment', () => {
    const season = open();
    for (let n = 0; n < 3; n++) season.complete('ada', 'mine');
    const decision = season.claim('ada');
    expect(told(decision)).toEqual([
      'reward.claimed',
      'reward.claimed',
      'reward.claimed',
      'payout.requested',
    ]);
    const payout = only(season.payouts('ada'));
    expect(eventOf(decision, 'payout.requested').data).toMatchObject({
      payment_id: payout.id,
      earning_ids: payout.earnings.map(({ id }) => id),
      attempt: 1,
      amount: '0.300000000000000000',
      requested_by: 'claim',
      created_at: season.at.toISOString(),
    });
    expect(decision).toMatchObject({
      events: expect.arrayContaining([expect.objectContaining({ provider: webhook })]),
    });
    expect(payout).toMatchObject({ state: 'requested', origin: 'claim', webhook });
    expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
  });

  it('asks again for what failed under its own id, and for what came since under a new one', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const first = only(season.payouts('ada'));
    season.send(first);
    season.answer(first, 500);
    season.complete('ada', 'mine');
    season.complete('ada', 'wave');
    const decision = season.claim('ada', 'ether');
    expect(told(decision)).toEqual(['reward.claimed', 'payout.requested', 'payout.requested']);
    const [again, fresh] = season.payouts('ada');
    expect(again).toMatchObject({ id: first.id, attempt: 2, amount: '0.100000000000000000' });
    expect(fresh).toMatchObject({ attempt: 1, amount: '0.100000000000000000' });
    // The badge was not asked for.
    expect(season.claim('ada')).toMatchObject({ result: { claim: { earnings: [{ state: 'paid' }] } } });
  });

  it('is refused when the webhook cannot be asked, and what was earned stays', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.payoutObstacle = 'The webhook is off.';
    expect(season.claim('ada')).toMatchObject({ code: 'payout_unavailable', detail: 'The webhook is off.' });
    season.complete('ada', 'wave');
    expect(season.claim('ada')).toMatchObject({
      result: {
        claim: { earnings: [{ reward: rewardId('badge') }], unavailable: [{ reward: rewardId('ether') }] },
      },
    });
    season.payoutObstacle = null;
    expect(told(season.claim('ada'))).toEqual(['reward.claimed', 'payout.requested']);
  });

  it('needs a participant, and a reward of the campaign', () => {
    const season = open();
    expect(codeOf(season.claim('bob'))).toBe('not_joined');
    expect(codeOf(season.claim('ada', 'nothing'))).toBe('unknown_reward');
    expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
  });

  it('names at most 1,000 earnings in one payment', () => {
    const season = open();
    for (let n = 0; n < 1_001; n++) season.complete('ada', 'mine');
    season.claim('ada');
    expect(season.payouts('ada').map(({ amount }) => amount)).toEqual([
      '100.000000000000000000',
      '0.100000000000000000',
    ]);
  });
});

describe('an attempt to pay', () => {
  it('completes the payment by any 2xx, once', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    season.send(payout);
    const decision = season.answer(payout, 204);
    expect(eventOf(decision, 'payout.paid').data).toMatchObject({ settled_by: 'webhook', attempt: 1 });
    expect(payout.earnings.map(({ state }) => state)).toEqual(['paid']);
    expect(season.answer(payout, 200)).toMatchObject({ kind: 'repeated' });
    expect(season.answer(payout, 500)).toMatchObject({ kind: 'repeated' });
    expect(codeOf(season.retry(payout))).toBe('payout_state');
  });

  it('gives the earnings back when it fails, without limit on how often', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    for (let attempt = 1; attempt <= 30; attempt++) {
      season.send(payout);
      const decision = season.answer(payout, attempt % 2 === 0 ? 503 : null);
      expect(eventOf(decision, 'payout.failed').data).toMatchObject({ attempt, payment_id: payout.id });
      expect(payout.earnings[0]?.state).toBe('claimable');
      expect(payout.nextAttemptAt).toBeNull();
      season.retry(payout);
    }
    expect(payout).toMatchObject({ attempt: 31, requestedBy: 'operator' });
  });

  it('of before changes nothing while a newer one is under way', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    season.send(payout);
    season.answer(payout, null);
    season.retry(payout);
    expect(season.answer(payout, 200, 1)).toMatchObject({ kind: 'repeated' });
    expect(payout.state).toBe('requested');
  });

  it('that counted as failed is paid after all by the answer that was long on its way', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    season.send(payout);
    season.answer(payout, null);
    expect(told(season.answer(payout, 200))).toEqual(['payout.paid']);
  });

  it('that is processing is settled by a call, as paid or failed', () => {
    for (const outcome of ['paid', 'failed'] as const) {
      const season = open();
      season.complete('ada', 'mine');
      season.claim('ada');
      const payout = only(season.payouts('ada'));
      season.send(payout);
      const processing = {
        by: 'webhook',
        attempt: 1,
        outcome: 'processing',
        status: 202,
        reason: null,
      } as const;
      expect(told(season.settle(payout, processing))).toEqual([]);
      expect(payout).toMatchObject({ state: 'processing', settledAt: null });
      expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
      const decision = season.settle(payout, {
        by: 'caller',
        outcome,
        reference: '0xabc',
        reason: 'As said.',
      });
      expect(told(decision)).toEqual([`payout.${outcome}`]);
      expect(payout).toMatchObject({ state: outcome, settledBy: 'api', reference: '0xabc' });
    }
  });

  it('that is processing stays so when another node took it for unanswered', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    season.send(payout);
    season.settle(payout, { by: 'webhook', attempt: 1, outcome: 'processing', status: 202, reason: null });
    expect(season.answer(payout, null)).toMatchObject({ kind: 'repeated' });
    expect(payout).toMatchObject({ state: 'processing', status: 202 });
    expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
  });

  it('of a reward that Fanfare only keeps by now is not tried again, and may be settled by hand', () => {
    const coin = { ...ether };
    const mine = task('mine', { ...always, reward: { id: coin.id, amount: '0.1' } });
    const season = new Season({ tasks: [mine], rewards: [coin] });
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    season.send(payout);
    season.answer(payout, 500);
    Object.assign(coin, { payout: { mode: 'internal' } });
    expect(codeOf(season.retry(payout))).toBe('payout_unavailable');
    expect(codeOf(season.claim('ada'))).toBe('payout_unavailable');
    const byHand = { by: 'caller', outcome: 'paid', reference: null, reason: 'In cash.' } as const;
    expect(told(season.settle(payout, byHand))).toEqual(['payout.paid']);
  });

  it('that failed is settled by hand as paid, and not while it is under way', () => {
    const season = open();
    season.complete('ada', 'mine');
    season.claim('ada');
    const payout = only(season.payouts('ada'));
    const byHand = { by: 'caller', outcome: 'paid', reference: null, reason: 'In cash.' } as const;
    expect(codeOf(season.settle(payout, byHand))).toBe('payout_state');
    season.send(payout);
    expect(codeOf(season.settle(payout, byHand))).toBe('payout_state');
    season.answer(payout, 500);
    expect(codeOf(season.settle(payout, { ...byHand, outcome: 'failed' }))).toBe('payout_state');
    expect(eventOf(season.settle(payout, byHand), 'payout.paid').data).toMatchObject({
      settled_by: 'operator',
    });
    expect(season.settle(payout, byHand)).toMatchObject({ kind: 'repeated' });
    // What the webhook answered is still on record.
    expect(payout.status).toBe(500);
  });
});

describe('an automatic payout', () => {
  it('is asked for by what earned it, after everything else that it tells', () => {
    const season = open();
    const decision = season.complete('ada', 'dig');
    expect(told(decision)).toEqual([
      'task.completed',
      'points.issued',
      'earning.created',
      'payout.requested',
    ]);
    expect(eventOf(decision, 'payout.requested').data).toMatchObject({
      requested_by: 'auto',
      amount: '2.0000',
    });
    expect(codeOf(season.claim('ada'))).toBe('nothing_to_claim');
  });

  it('is asked for again when its pause is over, not before', () => {
    const season = open();
    season.complete('ada', 'dig');
    const payout = only(season.payouts('ada'));
    for (let attempt = 1; attempt <= 8; attempt++) {
      season.send(payout);
      season.answer(payout, 500);
      const pause = automaticPauseMs(attempt, payout.id);
      expect(payout.nextAttemptAt).toEqual(new Date(season.at.getTime() + pause));
      season.pass(pause - 1);
      expect(season.retry(payout, 'auto')).toMatchObject({ kind: 'repeated' });
      season.pass(1);
      expect(told(season.retry(payout, 'auto'))).toEqual(['payout.requested']);
    }
    expect(payout).toMatchObject({ attempt: 9, requestedBy: 'auto', nextAttemptAt: null });
  });

  it('waits for a webhook that cannot be asked, and can be claimed meanwhile', () => {
    const season = open();
    season.payoutObstacle = 'The webhook is off.';
    expect(told(season.complete('ada', 'dig'))).not.toContain('payout.requested');
    const payout = only(season.payouts('ada'));
    expect(payout).toMatchObject({ state: 'failed', attempt: 0, reason: 'The webhook is off.' });
    const first = payout.nextAttemptAt;
    season.at = first ?? season.at;
    expect(told(season.retry(payout, 'auto'))).toEqual([]);
    expect(payout.nextAttemptAt?.getTime()).toBeGreaterThan(first?.getTime() ?? 0);
    season.payoutObstacle = null;
    expect(told(season.claim('ada'))).toEqual(['reward.claimed', 'payout.requested']);
    expect(payout).toMatchObject({ attempt: 1, requestedBy: 'claim', nextAttemptAt: null });
  });

  it('is none for test participants of a webhook that is not for them', () => {
    const season = open();
    season.person('eve', { test: true });
    season.join('eve');
    season.payoutObstacle = 'Not for test participants.';
    season.complete('eve', 'dig');
    expect(season.payouts('eve')).toEqual([]);
  });

  it('pauses longer each time, up to 6 hours, and not all for the same time', () => {
    const ids = Array.from({ length: 200 }, () => newId('pay'));
    for (const [attempts, middle] of [
      [1, 60_000],
      [2, 240_000],
      [3, 960_000],
      [9, 21_600_000],
      [1_000_000, 21_600_000],
    ] as const) {
      const pauses = ids.map((id) => automaticPauseMs(attempts, id));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(middle * 0.8);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(middle * 1.2);
      expect(new Set(pauses).size).toBeGreaterThan(50);
    }
  });
});

interface Payment {
  readonly payment_id: string;
  readonly attempt: number;
  readonly amount: string;
}

describe('whatever happens', () => {
  type Command =
    | { readonly kind: 'complete'; readonly who: string; readonly task: string }
    | { readonly kind: 'claim'; readonly who: string }
    | { readonly kind: 'send' | 'retry' | 'late' | 'hand'; readonly which: number }
    | { readonly kind: 'answer'; readonly which: number; readonly status: number | null }
    | { readonly kind: 'switch' };
  const who = fc.constantFrom('ada', 'bob');
  const which = fc.nat(5);
  const commands = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('complete'), who, task: fc.constantFrom('mine', 'dig', 'wave') }),
      fc.record({ kind: fc.constant('claim'), who }),
      fc.record({ kind: fc.constantFrom('send', 'send', 'retry', 'late', 'hand'), which }),
      fc.record({ kind: fc.constant('answer'), which, status: fc.constantFrom(200, 204, 400, 503, null) }),
      fc.record({ kind: fc.constant('switch') }),
    ) as fc.Arbitrary<Command>,
    { minLength: 20, maxLength: 60 },
  );

  it('a payout is paid at most once, only by a 2xx or by hand, for what it was asked for, and earnings are in one place', () => {
    let paid = 0;
    fc.assert(
      fc.property(commands, (history) => {
        const season = open({ ether: '2', auto: '20' });
        const answered = new Set<string>();
        const byHand = new Set<string>();
        for (const one of history) {
          const all = [...season.payouts('ada'), ...season.payouts('bob')];
          const payout = 'which' in one ? all[one.which % Math.max(1, all.length)] : undefined;
          if (one.kind === 'complete') season.complete(one.who, one.task);
          if (one.kind === 'claim') season.claim(one.who);
          if (one.kind === 'switch') season.payoutObstacle = season.payoutObstacle === null ? 'Off.' : null;
          if (payout === undefined) continue;
          if (one.kind === 'send' && payout.state === 'requested') season.send(payout);
          if (one.kind === 'retry') season.retry(payout);
          if (one.kind === 'answer' && payout.state === 'sending') {
            season.answer(payout, one.status);
            if (one.status !== null && one.status < 300) answered.add(payout.id);
          }
          if (one.kind === 'late' && payout.state === 'failed' && payout.attempt > 0) {
            season.answer(payout, 200);
            answered.add(payout.id);
          }
          if (one.kind === 'hand') {
            const settlement = { by: 'caller', outcome: 'paid', reference: null, reason: 'Cash.' } as const;
            if (season.settle(payout, settlement).kind === 'done') byHand.add(payout.id);
          }
        }

        const dataOf = (type: string) =>
          season.events.filter((event) => event.type === type).map(({ data }) => data as Payment);
        const requests = dataOf('payout.requested');
        const ids = dataOf('payout.paid').map((data) => data.payment_id);
        expect(new Set(ids).size).toBe(ids.length);
        paid += ids.length;
        for (const id of ids) expect(answered.has(id) || byHand.has(id)).toBe(true);

        const payouts = [...season.payouts('ada'), ...season.payouts('bob')];
        const named = payouts.flatMap(({ earnings }) => earnings.map(({ id }) => id));
        expect(new Set(named).size).toBe(named.length);
        for (const payout of payouts) {
          const asked = requests.filter((data) => data.payment_id === payout.id);
          expect(asked.map(({ attempt }) => attempt)).toEqual(asked.map((_, n) => n + 1));
          expect(asked).toHaveLength(payout.attempt);
          const amounts = new Set(asked.map(({ amount }) => amount));
          expect(amounts.size).toBeLessThanOrEqual(1);
          const sum = payout.earnings.reduce((total, { amount }) => total.plus(amount), new Decimal(0));
          expect(sum.eq(payout.amount)).toBe(true);
          const stateOf: Record<PayoutState, string> = {
            requested: 'requested',
            sending: 'requested',
            processing: 'requested',
            failed: 'claimable',
            paid: 'paid',
          };
          for (const { state } of payout.earnings) expect(state).toBe(stateOf[payout.state]);
        }
      }),
      { numRuns: 150 },
    );
    expect(paid).toBeGreaterThan(0);
  });
});
