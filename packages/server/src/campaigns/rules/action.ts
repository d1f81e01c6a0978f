import type { Decimal } from 'decimal.js';
import type {
  CampaignId,
  CompletionId,
  JobId,
  ParticipantId,
  PayoutId,
  QuestId,
  RewardId,
  TaskId,
} from '../../ids.ts';
import type { LedgerBucket } from './decision.ts';
import type { PayoutSettlement } from './payment.ts';
import type { Account, Form, TriggerRules } from './state.ts';

/** What people, operators and clocks ask of a campaign. */

/**
 * What somebody wants to do. Everything that is looked up by name is resolved before. A `reference` names a booking
 * once and for all in its participation and is shown as its note: 1 to 200 characters.
 */
export type Action =
  | {
      readonly kind: 'sign_in';
      readonly method: string;
      readonly account: Account | null;
      readonly sessionId: string;
    }
  | {
      readonly kind: 'join';
      readonly referrer: ParticipantId | null;
      readonly code: string | null;
      readonly account: Account | null;
      readonly team: string | null;
    }
  | {
      readonly kind: 'complete_task';
      readonly taskId: TaskId;
      readonly account: Account | null;
      readonly score: Decimal | null;
    }
  | {
      readonly kind: 'play';
      /** The opt-in form. */
      readonly fields: Form | null;
      readonly score: Decimal | null;
      /** The task of the campaign that was played, by its id or as the level it is. */
      readonly round: { readonly task: TaskId } | { readonly level: string } | null;
      readonly account: Account | null;
      /** The caller's name for this play. */
      readonly key: string | null;
    }
  | {
      readonly kind: 'fire_trigger';
      readonly trigger: TriggerRules;
      readonly value: number | null;
      readonly key: string | null;
      readonly account: Account | null;
    }
  | {
      readonly kind: 'issue_points';
      readonly amount: Decimal;
      readonly cause: 'custom' | 'csv' | 'api' | 'correction';
      readonly reference: string;
      /** Shown instead of the reference. */
      readonly note?: string;
    }
  | {
      readonly kind: 'deduct_points';
      readonly amount: Decimal;
      readonly cause: 'withdrawal' | 'custom' | 'csv' | 'api' | 'correction';
      readonly reference: string;
      /** Shown instead of the reference. */
      readonly note?: string;
    }
  | {
      /** The one who acts takes in somebody who is the same person. */
      readonly kind: 'merge';
      readonly absorbed: ParticipantId;
      readonly doubled: Doubled;
    }
  | {
      readonly kind: 'claim';
      /** Null: everything that can be claimed. */
      readonly reward: RewardId | null;
      /** Where it should be paid to. */
      readonly account: Account | null;
    }
  | {
      readonly kind: 'request_payout';
      readonly payout: PayoutId;
      readonly by: 'auto' | 'operator';
    }
  | {
      readonly kind: 'settle_payout';
      readonly payout: PayoutId;
      readonly settlement: PayoutSettlement;
    }
  | {
      readonly kind: 'revoke_completion';
      /** Of the one whose intent it is. */
      readonly completion: CompletionId;
      /** Shown as the note: 1 to 200 characters. */
      readonly reason: string;
    }
  | {
      readonly kind: 'recalculate';
      readonly recalculation: JobId;
      /** Only completions of these; null: of all. */
      readonly subjects: ReadonlySet<TaskId | QuestId> | null;
      /** Says what would come of it and changes nothing. */
      readonly dryRun: boolean;
    };

/** What may happen once and two participants both did, before they were found to be one person. */
export interface Doubled {
  /** What was given to the absorbed one for it; and what one of them got for having referred the other. */
  readonly entries: readonly { readonly bucket: LedgerBucket; readonly amount: Decimal }[];
  /** The task or quest of each completion of the absorbed one that the survivor has in the same period. */
  readonly completions: readonly (TaskId | QuestId)[];
}

/** Who acts, where, and by what credential. */
export interface Intent {
  readonly action: Action;
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
  readonly trust: 'server' | 'browser';
  readonly occurredAt: Date;
}
