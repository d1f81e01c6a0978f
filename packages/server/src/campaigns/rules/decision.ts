import type { Decimal } from 'decimal.js';
import type { FrozenEvent } from '../../catalog/index.ts';
import type {
  CompletionId,
  EarningId,
  JobId,
  ParticipantId,
  PayoutId,
  PlayId,
  QuestId,
  ReferralId,
  RewardId,
  TaskId,
  TransactionId,
  TriggerEventId,
  WebhookUid,
} from '../../ids.ts';
import type { ClaimResult, Earning } from './payment.ts';
import type { PayoutState } from './payout-states.ts';
import type { Account, Form, Participation, PastCompletion } from './state.ts';

/** What the rules decide: rows to write, events to tell, answers to callers. */

/** Rows that a decision adds. Counters of participations are written from the participations themselves. */
export type Change =
  | {
      readonly kind: 'completion';
      readonly id: CompletionId;
      readonly subject: TaskId | QuestId;
      readonly participation: Participation;
      readonly period: string;
      readonly account: Account | null;
      readonly points: Decimal;
      /** What the points were raised by; null for those of a trigger. */
      readonly multiplierPercent: Decimal | null;
      /** What it added to the multiplier of what comes after it: the first completion of a task only. */
      readonly multiplierRaise: Decimal | null;
      readonly triggerEvent: TriggerEventId | null;
      /** What it brought the referrer; null where none was due. */
      readonly bonus: Decimal | null;
      readonly at: Date;
    }
  | {
      readonly kind: 'revocation';
      readonly completion: PastCompletion;
      readonly reason: string;
      readonly at: Date;
    }
  | { readonly kind: 'revaluation'; readonly completion: PastCompletion }
  | {
      readonly kind: 'recalculation';
      readonly recalculation: JobId;
      readonly participation: Participation;
      readonly difference: Difference;
    }
  | {
      readonly kind: 'play';
      readonly id: PlayId;
      readonly participation: Participation;
      readonly task: TaskId | null;
      readonly completion: CompletionId | null;
      readonly score: Decimal | null;
      /** The best of this participant so far. */
      readonly highScore: boolean;
      /** Only a form that differs from the one before. */
      readonly fields: Form | null;
      readonly account: Account | null;
      readonly key: string | null;
      readonly at: Date;
    }
  | {
      readonly kind: 'ledger';
      readonly id: TransactionId;
      readonly participation: Participation;
      readonly amount: Decimal;
      readonly bucket: LedgerBucket;
      readonly cause: string;
      readonly at: Date;
    }
  | {
      readonly kind: 'referral';
      readonly id: ReferralId;
      readonly claimer: Participation;
      readonly referrer: ParticipantId;
      readonly state: 'linked' | 'qualified' | 'converted';
      readonly at: Date;
    }
  | {
      /** What a referral brought its referrer, beside the entry in the ledger. */
      readonly kind: 'referral_bonus';
      readonly claimer: Participation;
      readonly amount: Decimal;
    }
  | { readonly kind: 'referral_dropped'; readonly id: ReferralId }
  | {
      readonly kind: 'trigger_event';
      readonly id: TriggerEventId;
      readonly trigger: string;
      readonly participation: Participation;
      readonly value: string | null;
      readonly key: string | null;
      readonly at: Date;
    }
  | {
      readonly kind: 'earning';
      readonly participation: Participation;
      readonly earning: Earning;
      readonly cause: string;
      readonly at: Date;
    };

export type LedgerBucket =
  | 'task'
  | 'quest'
  | 'referral'
  | 'ugc'
  | 'initial'
  | 'custom'
  | 'game'
  | 'withdrawal'
  | 'correction';

/** What an action does, or why not. A refusal changed nothing; a repetition neither, and says so. */
export type Decision =
  | {
      readonly kind: 'done';
      readonly changes: readonly Change[];
      readonly events: readonly DecidedEvent[];
      readonly result: ActionResult;
    }
  | {
      readonly kind: 'repeated';
      readonly detail: string;
      readonly result: ActionResult;
      /** Set when the completion of this period is there already: whoever answers may look it up. */
      readonly completed: { readonly task: TaskId; readonly period: string } | null;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string };

/**
 * What an action gave the one who acted, for the answer to its caller. For a repetition all null and empty, but for
 * what the first one made.
 */
export type ActionResult = {
  /** Whether it made them a participant. */
  readonly joined: boolean;
  readonly completion: {
    readonly id: CompletionId;
    readonly task: TaskId;
    readonly period: string;
    readonly points: number;
  } | null;
  readonly quests: readonly { readonly id: QuestId; readonly points: number }[];
  readonly play: { readonly id: PlayId } | null;
  readonly revocation: Revocation | null;
  readonly difference: Difference | null;
  readonly trigger_event: { readonly id: TriggerEventId } | null;
  /** The ledger entry that the action itself is worth; a deduction's amount is negative. */
  readonly transaction: { readonly id: TransactionId; readonly amount: number } | null;
  readonly earnings: readonly {
    readonly id: EarningId;
    readonly reward: RewardId;
    readonly amount: string;
  }[];
  /** What a claim came to. */
  readonly claim: ClaimResult | null;
  /** The payout that was asked for again or settled, as it stands now. */
  readonly payout: { readonly id: PayoutId; readonly state: PayoutState; readonly attempt: number } | null;
};

/** What was taken back with a completion, and what could not be, for want of points. */
export type Revocation = {
  readonly completion: CompletionId;
  /** The quest that no longer holds without it. */
  readonly quest: QuestId | null;
  readonly taken: Decimal;
  readonly missing: Decimal;
  readonly referrer: {
    readonly id: ParticipantId;
    readonly taken: Decimal;
    readonly missing: Decimal;
  } | null;
  /** Rewards that are no points stay with the participant. */
  readonly revokedEarnings: readonly EarningId[];
  readonly keptEarnings: readonly EarningId[];
};

/** What a recalculation gives (or takes, where negative), and what could not be taken for want of points. */
export type Difference = {
  /** Worth something else than before. */
  readonly completions: number;
  readonly points: Decimal;
  readonly missing: Decimal;
  readonly referrer: ParticipantId | null;
  readonly bonus: Decimal;
  readonly bonusMissing: Decimal;
};

export type RefusalCode =
  | 'forbidden'
  | 'unknown_participant'
  | 'campaign_not_active'
  | 'unknown_task'
  | 'not_joined'
  | 'prerequisite_missing'
  | 'self_referral'
  | 'unknown_referrer'
  | 'referral_too_late'
  | 'amount_out_of_range'
  | 'insufficient_points'
  | 'out_of_stock'
  | 'reference_reused'
  | 'invalid_participant'
  | 'unknown_reward'
  | 'nothing_to_claim'
  | 'payout_unavailable'
  | 'payout_state';

/**
 * An event without its rank: the leaderboard position is read after the batch is written, as the committing
 * transaction sees it, and filled into the snapshot before the event is frozen for good.
 */
export interface DecidedEvent {
  readonly event: FrozenEvent;
  /** Whose snapshot the event shows: the rank to fill in is that of this total in this campaign. */
  readonly participation: Participation;
  /** The webhook that is asked to pay by it: it gets the event whatever it subscribed to, and its answer counts. */
  readonly provider: WebhookUid | null;
}
