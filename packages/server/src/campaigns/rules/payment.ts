import type { EarningId, EventId, PayoutId, RewardId, WebhookUid } from '../../ids.ts';
import type { EarningState, PayoutState } from './payout-states.ts';
import type { Account, Participation } from './state.ts';

/** What people earn that is no points, and what is paid of it. Part of what the rules see and change (state.ts). */

/** Who asked for an attempt to pay: the participant, the clock, or somebody who keeps the campaign. */
export type PayoutRequester = 'claim' | 'auto' | 'operator';

/** A reward that somebody has to get. Changed in place by the rules. */
export interface Earning {
  readonly id: EarningId;
  readonly reward: RewardId;
  /** With exactly the places of the reward's unit. */
  readonly amount: string;
  state: EarningState;
  payout: PayoutId | null;
  claimedAt: Date | null;
  changed: boolean;
}

/** One payment of one reward. What it pays never changes, however often it is tried. Changed in place by the rules. */
export interface Payout {
  readonly id: PayoutId;
  readonly participation: Participation;
  readonly reward: RewardId;
  readonly amount: string;
  readonly account: Account | null;
  readonly origin: PayoutRequester;
  readonly createdAt: Date;
  readonly earnings: readonly Earning[];
  state: PayoutState;
  /** Of the newest attempt, from 1; 0 before the first. So are the fields below. */
  attempt: number;
  requestedBy: PayoutRequester;
  requestedAt: Date | null;
  /** The event that asks for it. */
  event: EventId | null;
  /** Where it was sent. */
  webhook: WebhookUid | null;
  /** HTTP status of the answer. */
  status: number | null;
  reason: string | null;
  settledBy: 'webhook' | 'api' | 'operator' | null;
  reference: string | null;
  settledAt: Date | null;
  /** When an automatic payout is asked for again. */
  nextAttemptAt: Date | null;
  /** The attempt before the newest one, when that began in this batch: it may have ended in the same one. */
  previous: FailedAttempt | null;
  changed: boolean;
}

/** How an attempt to pay ended that another one followed. */
export type FailedAttempt = Readonly<
  Pick<Payout, 'attempt' | 'status' | 'reason' | 'settledBy' | 'reference' | 'settledAt'>
>;

/** What is known of an attempt to pay. */
export type PayoutSettlement =
  /** The payout webhook's answer to this attempt, or that none came or will come. */
  | {
      readonly by: 'webhook';
      readonly attempt: number;
      readonly outcome: 'paid' | 'processing' | 'failed';
      readonly status: number | null;
      readonly reason: string | null;
    }
  /** Somebody says so: the paying system after it was processing, or an operator. */
  | {
      readonly by: 'caller';
      readonly outcome: 'paid' | 'failed';
      readonly reference: string | null;
      readonly reason: string | null;
    };

export type ClaimResult = {
  readonly earnings: readonly {
    readonly id: EarningId;
    readonly reward: RewardId;
    readonly amount: string;
    readonly state: EarningState;
  }[];
  readonly payouts: readonly {
    readonly id: PayoutId;
    readonly reward: RewardId;
    readonly amount: string;
    readonly state: PayoutState;
    readonly attempt: number;
  }[];
  /** Rewards that could not be asked for now, and why. */
  readonly unavailable: readonly { readonly reward: RewardId; readonly detail: string }[];
  /** There is more to claim: claim again. */
  readonly more: boolean;
};
