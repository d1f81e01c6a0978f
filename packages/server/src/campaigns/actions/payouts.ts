import { exactAmount } from '../../catalog/index.ts';
import { type CampaignId, idFromUuid, type PayoutId, type RewardId, uuidOf } from '../../ids.ts';
import {
  type ClaimantKey,
  type EarningStateRow,
  lockPayouts,
  type PayoutRow,
  type Queryable,
  readClaimable,
  writePayouts,
} from '../../storage/index.ts';
import type { Change, Claimable, Earning, Intent, Participation, Payout, World } from '../rules/index.ts';
import { ownerOf } from './changes.ts';
import type { LoadedWorld } from './world.ts';

/** Earnings that one claim looks at: what a claim pays is told event by event, in one transaction. */
const largestClaim = 1_000;

type Loaded = Pick<World, 'claimable' | 'payouts'>;

/** What these intents claim, ask for again or settle. Their participations are locked. */
export async function loadPayouts(
  transaction: Queryable,
  intents: readonly Intent[],
  known: Pick<World, 'campaigns' | 'participation' | 'corrections'>,
): Promise<Loaded> {
  const claimants = new Map<string, ClaimantKey>();
  const wanted = new Set<PayoutId>();
  for (const { action, campaignId, participantId } of intents) {
    if (action.kind === 'claim') claimants.set(campaignId + participantId, { campaignId, participantId });
    if (action.kind === 'request_payout' || action.kind === 'settle_payout') wanted.add(action.payout);
  }
  const claimable = new Map<Participation, Claimable>();
  const payouts = new Map<PayoutId, Payout>();
  if (claimants.size === 0 && wanted.size === 0) return { claimable, payouts };

  const rows =
    claimants.size === 0 ? [] : await readClaimable(transaction, [...claimants.values()], largestClaim + 1);
  const placesOf = (campaign: CampaignId, reward: RewardId) =>
    known.campaigns.get(campaign)?.rewards.get(reward)?.decimals;
  // What is claimed and taken back in one batch must be one object.
  const earnings = new Map<string, Earning>();
  for (const { earnings: brought } of known.corrections.completions.values()) {
    for (const one of brought) earnings.set(uuidOf(one.id), one);
  }
  const earningFrom = (campaign: CampaignId, row: EarningStateRow) => {
    const loaded = earnings.get(row.id);
    if (loaded !== undefined) return loaded;
    const reward: RewardId = idFromUuid('rwd', row.reward_id);
    const places = placesOf(campaign, reward);
    if (places === undefined) throw new Error(`the reward ${reward} of an earning was not loaded`);
    const earning = earningOf(row, places);
    earnings.set(row.id, earning);
    return earning;
  };

  for (const { campaignId, participantId } of claimants.values()) {
    const one = known.participation(campaignId, participantId);
    if (one !== undefined) claimable.set(one, { earnings: [], more: false });
  }
  for (const row of rows) {
    const campaign = idFromUuid('cmp', row.campaign_id);
    const one = known.participation(campaign, idFromUuid('usr', row.participant_id));
    const list = one && claimable.get(one);
    if (one === undefined || list === undefined) continue;
    if (list.earnings.length === largestClaim) {
      claimable.set(one, { ...list, more: true });
      continue;
    }
    const earning = earningFrom(campaign, row);
    list.earnings.push(earning);
    if (earning.payout !== null) wanted.add(earning.payout);
  }

  if (wanted.size === 0) return { claimable, payouts };
  const locked = await lockPayouts(
    transaction,
    [...wanted].map((id) => uuidOf(id)),
  );
  for (const row of locked.payouts) {
    const campaign = idFromUuid('cmp', row.campaign_id);
    const participation = known.participation(campaign, idFromUuid('usr', row.participant_id));
    if (participation === undefined) continue;
    const paid = locked.earnings.filter((one) => one.payout_id === row.id);
    const payout = payoutFrom(
      row,
      participation,
      paid.map((one) => earningFrom(campaign, one)),
      placesOf(campaign, idFromUuid('rwd', row.reward_id)) ?? 0,
    );
    payouts.set(payout.id, payout);
  }
  return { claimable, payouts };
}

export function earningOf(row: EarningStateRow, places: number): Earning {
  return {
    id: idFromUuid('ern', row.id),
    reward: idFromUuid('rwd', row.reward_id),
    amount: exactAmount(row.amount, places),
    state: row.state,
    payout: row.payout_id === null ? null : idFromUuid('pay', row.payout_id),
    claimedAt: row.claimed_at,
    changed: false,
  };
}

function payoutFrom(
  row: PayoutRow,
  participation: Participation,
  earnings: readonly Earning[],
  places: number,
): Payout {
  return {
    id: idFromUuid('pay', row.id),
    participation,
    reward: idFromUuid('rwd', row.reward_id),
    amount: exactAmount(row.amount, places),
    account:
      row.platform === null || row.account === null ? null : { platform: row.platform, name: row.account },
    origin: row.origin,
    createdAt: row.created_at,
    earnings,
    state: row.state,
    attempt: row.attempt,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    event: row.event_id === null ? null : idFromUuid('we', row.event_id),
    webhook: row.webhook_uid === null ? null : idFromUuid('whk', row.webhook_uid),
    status: row.status,
    reason: row.reason,
    settledBy: row.settled_by,
    reference: row.reference,
    settledAt: row.settled_at,
    nextAttemptAt: row.next_attempt_at,
    previous: null,
    changed: false,
  };
}

/** Writes what the batch changed of payouts and earnings; earnings of this batch are written already. */
export async function savePayouts(
  transaction: Queryable,
  world: LoadedWorld,
  changes: readonly Change[],
): Promise<void> {
  const payouts = [...world.payouts.values()].filter((one) => one.changed);
  const earnings = new Set<Earning>();
  for (const change of changes) if (change.kind === 'earning') earnings.add(change.earning);
  for (const list of world.claimable.values()) for (const one of list.earnings) earnings.add(one);
  for (const payout of payouts) for (const one of payout.earnings) earnings.add(one);
  for (const { earnings: brought } of world.corrections.completions.values()) {
    for (const one of brought) earnings.add(one);
  }
  const changed = [...earnings].filter((one) => one.changed);
  if (payouts.length + changed.length === 0) return;
  await writePayouts(transaction, {
    earnings: changed.map(({ id, state, payout, claimedAt }) => ({ id, state, payoutId: payout, claimedAt })),
    payouts: payouts.map((one) => ({
      ...ownerOf(world, one.participation),
      id: one.id,
      rewardId: one.reward,
      amount: one.amount,
      platform: one.account?.platform ?? null,
      account: one.account?.name ?? null,
      origin: one.origin,
      state: one.state,
      attempt: one.attempt,
      requestedBy: one.requestedBy,
      eventId: one.event,
      webhookUid: one.webhook,
      nextAttemptAt: one.nextAttemptAt,
      status: one.status,
      reason: one.reason,
      settledBy: one.settledBy,
      reference: one.reference,
      createdAt: one.createdAt,
      requestedAt: one.requestedAt,
      settledAt: one.settledAt,
      previous: one.previous,
    })),
  });
}
