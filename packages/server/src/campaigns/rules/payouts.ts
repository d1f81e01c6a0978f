import type { EventData } from '../../catalog/index.ts';
import type { PayoutId, RewardId } from '../../ids.ts';
import type { Action } from './action.ts';
import { tell } from './events.ts';
import type { Earning, Payout, PayoutRequester } from './payment.ts';
import { afterStep, earningStateOf, type PayoutStep } from './payout-states.ts';
import { exact } from './points.ts';
import type { Account, RewardPayout } from './state.ts';
import { refuse, repeat, type Turn } from './turn.ts';

/** Earnings that one payment can name. */
const largestPayout = 1_000;

const firstPauseMs = 60_000;
const pauseFactor = 4;
const longestPauseMs = 6 * 3_600_000;
/** The longest of all, stretched. */
export const longestAutomaticPauseMs = 1.2 * longestPauseMs;

/**
 * How long an automatic payout waits after this many attempts: 1, 4, 16 minutes, and so on up to 6 hours. Stretched or
 * shortened by up to a fifth, by the payout's own id, so that what failed together is not tried together for ever.
 */
export function automaticPauseMs(attempts: number, id: PayoutId): number {
  const pause = Math.min(
    longestPauseMs,
    firstPauseMs * pauseFactor ** Math.min(20, Math.max(0, attempts - 1)),
  );
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 1_009;
  return Math.round(pause * (0.8 + (0.4 * hash) / 1_008));
}

/** A reward as events show it, and how it is paid. */
export function shownReward(
  turn: Turn,
  id: RewardId,
): { readonly payout: RewardPayout; readonly shown: EventData['earning.created']['reward'] } {
  const rules = turn.campaign.rewards.get(id);
  if (rules === undefined) throw new Error(`the reward ${id} was not loaded`);
  const { name, kind, unit, decimals, payout } = rules;
  // ChainVine's page: 18 places for cryptocurrencies, 4 for everything else.
  if (decimals !== 4 && decimals !== 18) {
    throw new Error(`the reward ${id} has ${decimals} decimal places; a unit has 4 or 18`);
  }
  return { payout, shown: { id, name, kind, unit, decimals } };
}

/** The earning, to be written to. */
export function editEarning(turn: Turn, earning: Earning): Earning {
  return edit(turn, earning);
}

function edit<T extends Earning | Payout>(turn: Turn, one: T): T {
  const before = { ...one };
  turn.onUndo(() => Object.assign(one, before));
  one.changed = true;
  return one;
}

/**
 * Asks for what was earned in this turn of rewards that are paid without being claimed. What a test participant earned
 * of a webhook that is not for them waits to be claimed, as it will never be paid by itself.
 */
export function payAutomatically(turn: Turn): void {
  const rewards = new Set(turn.toPay.map((earning) => earning.reward));
  const { person } = turn.actor;
  for (const reward of rewards) {
    const { payout } = shownReward(turn, reward);
    if (payout.mode === 'internal') continue;
    if (person.test && turn.world.payoutObstacle(payout.webhook, person) !== null) continue;
    const earnings = turn.toPay.filter((earning) => earning.reward === reward);
    startPayouts(turn, reward, earnings, { by: 'auto', account: null });
  }
}

/** New payments of one reward, asked for at once if its webhook can be asked. */
export function startPayouts(
  turn: Turn,
  reward: RewardId,
  earnings: readonly Earning[],
  asked: { readonly by: PayoutRequester; readonly account: Account | null },
): Payout[] {
  const started: Payout[] = [];
  for (let from = 0; from < earnings.length; from += largestPayout) {
    const some = earnings.slice(from, from + largestPayout);
    const { shown } = shownReward(turn, reward);
    const payout: Payout = {
      id: turn.newId('pay'),
      participation: turn.actor,
      reward,
      amount: some.reduce((sum, { amount }) => sum.plus(amount), exact(0)).toFixed(shown.decimals),
      account: asked.account,
      origin: asked.by,
      createdAt: turn.at,
      earnings: some,
      state: 'failed',
      attempt: 0,
      requestedBy: asked.by,
      requestedAt: null,
      event: null,
      webhook: null,
      status: null,
      reason: null,
      settledBy: null,
      reference: null,
      settledAt: null,
      nextAttemptAt: null,
      previous: null,
      changed: true,
    };
    const { payouts } = turn.world;
    payouts.set(payout.id, payout);
    turn.onUndo(() => payouts.delete(payout.id));
    for (const earning of some) edit(turn, earning).payout = payout.id;
    requestPayout(turn, payout, asked.by);
    started.push(payout);
  }
  return started;
}

/**
 * Asks for a payment: one attempt, which is one event and one HTTP request. While its webhook cannot be asked, a
 * payment that was to be automatic waits for a better time; whoever asks by hand is refused before.
 */
export function requestPayout(turn: Turn, payout: Payout, by: PayoutRequester): void {
  const { payout: settings, shown } = shownReward(turn, payout.reward);
  if (settings.mode === 'internal') {
    throw new Error(`the reward ${payout.reward} is no longer paid by a webhook, but ${payout.id} is open`);
  }
  const { person } = payout.participation;
  const obstacle = turn.world.payoutObstacle(settings.webhook, person);
  const one = edit(turn, payout);
  if (obstacle !== null) {
    one.reason = obstacle;
    one.nextAttemptAt = laterAfter(turn, one);
    return;
  }

  take(turn, one, 'request');
  if (one.attempt > 0) {
    const { attempt, status, reason, settledBy, reference, settledAt } = one;
    one.previous = { attempt, status, reason, settledBy, reference, settledAt };
  }
  one.attempt += 1;
  one.requestedBy = by;
  one.requestedAt = turn.at;
  one.webhook = settings.webhook;
  one.nextAttemptAt = null;
  one.status = null;
  one.reason = null;
  one.settledBy = null;
  one.settledAt = null;
  one.event = tell(
    turn,
    one.participation,
    'payout.requested',
    {
      ...factsOf(one, shown),
      requested_by: by,
      created_at: one.createdAt.toISOString(),
    },
    settings.webhook,
  );
}

/** Why a payment cannot be asked for that was begun before its reward was made one that Fanfare keeps. */
export const leftOpen =
  'A payment of this reward by a webhook failed and is still open. Settle it by hand, or let a webhook pay the reward again.';

/** An operator, or the clock, asks again for what failed. */
export function requestAgain(turn: Turn, action: Extract<Action, { kind: 'request_payout' }>): void {
  const payout = payoutOf(turn, action.payout);
  if (payout.state !== 'failed') {
    const detail = `The payout ${payout.id} is ${stateWords[payout.state]}; only one that failed can be tried again.`;
    if (action.by === 'auto') repeat(detail, { payout: shownPayout(payout) });
    refuse('payout_state', `${detail} Nothing was changed.`);
  }
  const { payout: settings } = shownReward(turn, payout.reward);
  if (action.by === 'auto') {
    if (settings.mode !== 'webhook' || !settings.automatic) edit(turn, payout).nextAttemptAt = null;
    else if (!isDue(turn, payout)) {
      repeat('Somebody else asked for it meanwhile.', { payout: shownPayout(payout) });
    } else requestPayout(turn, payout, 'auto');
  } else {
    const obstacle =
      settings.mode === 'webhook'
        ? turn.world.payoutObstacle(settings.webhook, payout.participation.person)
        : leftOpen;
    if (obstacle !== null) refuse('payout_unavailable', obstacle);
    requestPayout(turn, payout, 'operator');
  }
  turn.payout = shownPayout(payout);
}

/**
 * What came of an attempt. The answer of the webhook settles the attempt it answers: one that comes when another attempt
 * has begun, or the payment was made, changes nothing more. Nor does one when the webhook has taken the payment to
 * process it: one request has one answer, so a second outcome is that of a node that took it for unanswered.
 * A caller settles what is processing, or by hand what failed.
 */
export function settlePayout(turn: Turn, action: Extract<Action, { kind: 'settle_payout' }>): void {
  const { settlement } = action;
  const payout = payoutOf(turn, action.payout);
  const step: PayoutStep = stepOf[settlement.outcome];
  if (settlement.by === 'webhook') {
    const answered = payout.state === 'processing' || afterStep(payout.state, step) === null;
    if (settlement.attempt !== payout.attempt || answered) {
      repeat(`The payout ${payout.id} is ${stateWords[payout.state]} already.`, {
        payout: shownPayout(payout),
      });
    }
    settle(turn, payout, step, { ...settlement, reference: null });
    return;
  }
  if (payout.state === 'paid' && step === 'pay') {
    repeat(`The payout ${payout.id} was settled as paid already. Nothing was changed.`, {
      payout: shownPayout(payout),
    });
  }
  if (payout.state !== 'processing' && !(payout.state === 'failed' && step === 'pay')) {
    refuse(
      'payout_state',
      `The payout ${payout.id} is ${stateWords[payout.state]}; one that is processing can be settled as paid or failed, and one that failed as paid.`,
    );
  }
  const by = payout.state === 'processing' ? 'api' : 'operator';
  settle(turn, payout, step, { ...settlement, by, status: null });
}

function settle(
  turn: Turn,
  payout: Payout,
  step: PayoutStep,
  how: {
    readonly by: 'webhook' | 'api' | 'operator';
    readonly status: number | null;
    readonly reason: string | null;
    readonly reference: string | null;
  },
): void {
  const { shown, payout: settings } = shownReward(turn, payout.reward);
  const one = edit(turn, payout);
  take(turn, one, step);
  // What the webhook answered stays on record, whoever settles.
  if (how.by === 'webhook') one.status = how.status;
  one.reason = how.reason?.slice(0, longestReason) ?? null;
  one.reference = how.reference;
  one.nextAttemptAt = null;
  turn.payout = shownPayout(one);
  if (step === 'process') return;
  one.settledBy = how.by;
  one.settledAt = turn.at;
  if (step === 'pay') {
    tell(turn, one.participation, 'payout.paid', {
      ...factsOf(one, shown),
      settled_by: how.by,
      reference: how.reference,
    });
    return;
  }
  if (settings.mode === 'webhook' && settings.automatic) one.nextAttemptAt = laterAfter(turn, one);
  tell(turn, one.participation, 'payout.failed', {
    ...factsOf(one, shown),
    status: how.status,
    reason: one.reason,
  });
}

const longestReason = 500;
const stepOf = { paid: 'pay', processing: 'process', failed: 'fail' } as const;

/** Takes a step that is possible, and the earnings with it. */
function take(turn: Turn, payout: Payout, step: PayoutStep): void {
  const next = afterStep(payout.state, step);
  if (next === null) throw new Error(`the payout ${payout.id} is ${payout.state}, which cannot ${step}`);
  payout.state = next;
  for (const earning of payout.earnings) {
    if (earning.state !== earningStateOf[next]) edit(turn, earning).state = earningStateOf[next];
  }
}

/** A time further away than there are pauses was set by a clock that has been set back since. */
function isDue(turn: Turn, { nextAttemptAt }: Payout): boolean {
  if (nextAttemptAt === null) return false;
  const waitMs = nextAttemptAt.getTime() - turn.at.getTime();
  return waitMs <= 0 || waitMs > longestAutomaticPauseMs;
}

function laterAfter(turn: Turn, payout: Payout): Date {
  return new Date(turn.at.getTime() + automaticPauseMs(payout.attempt, payout.id));
}

function payoutOf(turn: Turn, id: PayoutId): Payout {
  const payout = turn.world.payouts.get(id);
  if (payout === undefined) throw new Error(`the payout ${id} was not loaded`);
  return payout;
}

function shownPayout({ id, state, attempt }: Payout) {
  return { id, state, attempt };
}

function factsOf(payout: Payout, reward: EventData['earning.created']['reward']) {
  return {
    payment_id: payout.id,
    earning_ids: payout.earnings.map((earning) => earning.id),
    attempt: payout.attempt,
    reward,
    amount: payout.amount,
    account: payout.account,
  };
}

const stateWords = {
  requested: 'asked for and about to be sent',
  sending: 'on its way',
  processing: 'being processed by the paying system',
  failed: 'one whose newest attempt failed',
  paid: 'paid',
} as const;
