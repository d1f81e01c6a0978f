import { exactAmount } from '../../catalog/index.ts';
import type { EarningId, RewardId } from '../../ids.ts';
import type { LedgerBucket } from './decision.ts';
import { tell } from './events.ts';
import { book, tellIssued } from './ledger.ts';
import type { Earning } from './payment.ts';
import { shownReward } from './payouts.ts';
import { exact } from './points.ts';
import type { Account, Participation, RewardRules } from './state.ts';
import { refuse, type Turn } from './turn.ts';

/**
 * Attributes a reward to the one who acts, in exactly the decimal places of its unit. Points are credited at once,
 * as there is one ledger, without a multiplier; everything else waits to be claimed. Stock is taken now, so that
 * nothing is promised that is not there; test participants take none.
 */
export function earn(
  turn: Turn,
  reward: { readonly id: RewardId; readonly amount: string } | null,
  by: { readonly cause: string; readonly bucket: LedgerBucket; readonly account: Account | null },
): void {
  if (reward === null) return;
  const rules = turn.campaign.rewards.get(reward.id);
  if (rules === undefined) throw new Error(`the reward ${reward.id} was not loaded`);
  const amount = exactAmount(reward.amount, rules.decimals);
  takeFromStock(turn, rules, amount);

  const participation = turn.edit(turn.actor);
  const id: EarningId = turn.newId('ern');
  const inPoints = rules.kind === 'points';
  const booking = inPoints
    ? book(turn, participation, { amount: exact(amount), bucket: by.bucket, cause: id })
    : null;
  const earning: Earning = {
    id,
    reward: rules.id,
    amount,
    state: inPoints ? 'paid' : 'claimable',
    payout: null,
    claimedAt: null,
    changed: false,
  };
  turn.changes.push({ kind: 'earning', earning, participation, cause: by.cause, at: turn.at });
  const { payout, shown } = shownReward(turn, rules.id);
  tell(turn, participation, 'earning.created', {
    earning_id: id,
    reward: shown,
    amount,
    points: booking?.amount.toNumber() ?? 0,
    code: null,
    account: by.account,
  });
  tellIssued(turn, participation, booking, { cause: 'reward', note: rules.name, account: by.account });
  if (inPoints) return;
  noteClaimable(turn, participation, earning);
  if (payout.mode === 'webhook' && payout.automatic) turn.toPay.push(earning);
}

/** A claim later in this batch sees it. */
function noteClaimable(turn: Turn, participation: Participation, earning: Earning): void {
  const earnings = turn.world.claimable.get(participation)?.earnings;
  if (earnings === undefined) return;
  earnings.push(earning);
  turn.onUndo(() => earnings.splice(earnings.indexOf(earning), 1));
}

function takeFromStock(turn: Turn, reward: RewardRules, amount: string): void {
  const { stock } = turn.world;
  const left = stock.get(reward.id);
  if (left === undefined || turn.actor.person.test) return;
  const after = exact(left).minus(amount);
  if (after.lt(0)) {
    refuse(
      'out_of_stock',
      `The reward "${reward.name}" has ${left.toFixed()} ${reward.unit} left, and this gives ${amount}. Raise its stock, or take the reward off.`,
    );
  }
  turn.onUndo(() => stock.set(reward.id, left));
  stock.set(reward.id, after);
}

/** What was taken for it is there for others again. */
export function returnToStock(turn: Turn, { reward, amount }: Earning): void {
  const { stock } = turn.world;
  const left = stock.get(reward);
  if (left === undefined || turn.actor.person.test) return;
  turn.onUndo(() => stock.set(reward, left));
  stock.set(reward, exact(left).plus(amount));
}
