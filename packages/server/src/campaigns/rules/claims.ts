import type { EventData } from '../../catalog/index.ts';
import type { RewardId } from '../../ids.ts';
import type { Action } from './action.ts';
import { tell } from './events.ts';
import { requireJoined } from './joining.ts';
import type { Earning, Payout } from './payment.ts';
import { editEarning, leftOpen, requestPayout, shownReward, startPayouts } from './payouts.ts';
import type { Account } from './state.ts';
import { refuse, type Turn } from './turn.ts';

/**
 * Somebody claims what they earned, also after the campaign: earnings of rewards that Fanfare only keeps are paid by it;
 * the others are asked of the payout webhook. What failed before is asked again as the payment it was, with the same
 * id, earnings and amount; what was never asked for becomes a payment of its own, one for each reward.
 */
export function claim(turn: Turn, action: Extract<Action, { kind: 'claim' }>): void {
  requireJoined(turn);
  const { campaign, actor, world } = turn;
  if (action.reward !== null && !campaign.rewards.has(action.reward)) {
    refuse(
      'unknown_reward',
      `The reward ${action.reward} is not one of the campaign "${campaign.name}". Check both ids.`,
    );
  }
  const claimable = world.claimable.get(actor);
  if (claimable === undefined) throw new Error(`what ${actor.person.id} can claim was not loaded`);
  const wanted = claimable.earnings.filter(
    (one) => one.state === 'claimable' && (action.reward === null || one.reward === action.reward),
  );
  if (wanted.length === 0) {
    refuse(
      'nothing_to_claim',
      'Nothing waits to be claimed. What is being paid already, or was, is in the list of earnings.',
    );
  }

  const claimed: Earning[] = [];
  const payouts: Payout[] = [];
  const unavailable: { reward: RewardId; detail: string }[] = [];
  for (const [reward, earnings] of byReward(wanted)) {
    const { payout } = shownReward(turn, reward);
    const obstacle =
      payout.mode === 'webhook'
        ? world.payoutObstacle(payout.webhook, actor.person)
        : earnings.some((one) => one.payout !== null)
          ? leftOpen
          : null;
    if (obstacle !== null) {
      unavailable.push({ reward, detail: obstacle });
      continue;
    }
    claimed.push(...earnings);
    for (const earning of earnings) tellClaimed(turn, earning, action.account);
    if (payout.mode === 'internal') {
      for (const earning of earnings) editEarning(turn, earning).state = 'paid';
    } else {
      payouts.push(...askFor(turn, reward, earnings, action.account));
    }
  }
  const [first] = unavailable;
  if (claimed.length === 0 && first !== undefined) refuse('payout_unavailable', first.detail);

  turn.claim = {
    earnings: claimed.map(({ id, reward, amount, state }) => ({ id, reward, amount, state })),
    payouts: payouts.map(({ id, reward, amount, state, attempt }) => ({
      id,
      reward,
      amount,
      state,
      attempt,
    })),
    unavailable,
    more: claimable.more,
  };
}

function byReward(earnings: readonly Earning[]): ReadonlyMap<RewardId, readonly Earning[]> {
  const groups = new Map<RewardId, Earning[]>();
  for (const earning of earnings) {
    const group = groups.get(earning.reward);
    if (group === undefined) groups.set(earning.reward, [earning]);
    else group.push(earning);
  }
  return groups;
}

/** Each earning is told of as claimed once, however often its payment is tried. */
function tellClaimed(turn: Turn, earning: Earning, account: Account | null): void {
  if (earning.claimedAt !== null) return;
  editEarning(turn, earning).claimedAt = turn.at;
  const data: EventData['reward.claimed'] = {
    earning_id: earning.id,
    reward: shownReward(turn, earning.reward).shown,
    amount: earning.amount,
    points: 0,
    code: null,
    account,
  };
  tell(turn, turn.actor, 'reward.claimed', data);
}

function askFor(
  turn: Turn,
  reward: RewardId,
  earnings: readonly Earning[],
  account: Account | null,
): Payout[] {
  const failed = new Set<Payout>();
  const fresh: Earning[] = [];
  for (const earning of earnings) {
    if (earning.payout === null) {
      fresh.push(earning);
      continue;
    }
    const payout = turn.world.payouts.get(earning.payout);
    if (payout === undefined) throw new Error(`the payout ${earning.payout} was not loaded`);
    failed.add(payout);
  }
  for (const payout of failed) requestPayout(turn, payout, 'claim');
  return [...failed, ...startPayouts(turn, reward, fresh, { by: 'claim', account })];
}
