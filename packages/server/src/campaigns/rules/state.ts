import type { Decimal } from 'decimal.js';
import type { FrozenEvent, ParticipantSnapshot } from '../../catalog/index.ts';
import type {
  CampaignId,
  CommunityId,
  CompletionId,
  EarningId,
  EventId,
  GroupId,
  JobId,
  OrganizationId,
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
import type { EarningState, PayoutState } from './payout-states.ts';

/**
 * What the rules of a campaign see and change. Pure data: loaded by one read, changed in memory by one action
 * after the other, written by one write. Points are exact decimals with at most 4 places.
 */

export type CampaignStatus = 'draft' | 'active' | 'paused' | 'ended';
export type Recurrence = 'once' | 'every_8_hours' | 'daily' | 'weekly' | 'unlimited';
export type RewardKind = 'points' | 'token' | 'nft' | 'loot_box' | 'role' | 'badge' | 'code' | 'custom';

/** A campaign with everything its rules need. The same object for every action until somebody edits it. */
export interface CampaignRules {
  readonly organization: { readonly id: OrganizationId; readonly name: string };
  readonly community: { readonly id: CommunityId; readonly name: string };
  readonly id: CampaignId;
  readonly name: string;
  readonly createdAt: Date;
  readonly status: CampaignStatus;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly initialPoints: Decimal;
  /** A referred participant qualifies by reaching the points or completing any of the tasks; neither set: by joining. */
  readonly referralRule: { readonly minPoints: Decimal | null; readonly anyOfTasks: ReadonlySet<TaskId> };
  /** What the referrer gets for each task the referred participant completes. */
  readonly referralBonus:
    | { readonly kind: 'percent'; readonly percent: Decimal }
    | { readonly kind: 'fixed'; readonly amount: Decimal }
    | null;
  readonly groups: ReadonlyMap<GroupId, { readonly id: GroupId; readonly name: string }>;
  readonly quests: ReadonlyMap<QuestId, QuestRules>;
  readonly tasks: ReadonlyMap<TaskId, TaskRules>;
  readonly rewards: ReadonlyMap<RewardId, RewardRules>;
}

export interface QuestRules {
  readonly id: QuestId;
  readonly groupId: GroupId;
  readonly name: string;
  /** All of them complete it. Never empty here: a quest without tasks cannot be completed. */
  readonly tasks: readonly TaskId[];
  readonly points: Decimal;
  readonly reward: { readonly id: RewardId; readonly amount: string } | null;
}

export interface TaskRules {
  readonly id: TaskId;
  readonly questId: QuestId;
  readonly name: string;
  readonly type: string;
  readonly meta: Readonly<Record<string, unknown>> | null;
  readonly points: Decimal;
  /** Added to the participant's multiplier by the first completion; counts from the next completion on. */
  readonly multiplierPercent: Decimal;
  readonly recurrence: Recurrence;
  readonly prerequisites: readonly TaskId[];
  /** Its points count as user-generated content. */
  readonly ugc: boolean;
  /** A participant's own browser may report it. Otherwise nobody but the organization's servers. */
  readonly browser: boolean;
  readonly level: {
    readonly id: string;
    readonly number: number;
    readonly name: string;
    readonly last: boolean;
  } | null;
  readonly reward: { readonly id: RewardId; readonly amount: string } | null;
}

export interface RewardRules {
  readonly id: RewardId;
  readonly name: string;
  readonly kind: RewardKind;
  readonly unit: string;
  readonly decimals: number;
  readonly payout: RewardPayout;
}

/** How a claimed reward is paid: by being written down as paid, or by a system of the organization's own. */
export type RewardPayout =
  | { readonly mode: 'internal' }
  | {
      readonly mode: 'webhook';
      readonly webhook: WebhookUid;
      /** Asked for as soon as it is earned, and again until it is paid. */
      readonly automatic: boolean;
    };

export interface TriggerRules {
  readonly id: string;
  readonly name: string;
  /** Where the points go. */
  readonly campaignId: CampaignId;
  readonly credit:
    | { readonly kind: 'fixed'; readonly amount: Decimal }
    | { readonly kind: 'rate'; readonly rate: Decimal };
  readonly taskId: TaskId | null;
}

/** The person, whatever the campaign. */
export interface Person {
  readonly id: ParticipantId;
  readonly externalId: string | null;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  readonly fields: ParticipantSnapshot['fields'];
  readonly test: boolean;
  /** Their personal data was erased: what they have stays, and they do nothing any more. */
  readonly erased?: boolean;
}

/** One participant in one campaign. Changed in place by the rules; `version` tells whether it must be written. */
export interface Participation {
  readonly campaignId: CampaignId;
  /** Replaced when a form tells more of them. */
  person: Person;
  joinedAt: Date | null;
  referrer: ParticipantId | null;
  team: string | null;
  multiplierPercent: Decimal;
  total: Decimal;
  referralPoints: Decimal;
  ugcPoints: Decimal;
  referralCount: number;
  bestScore: Decimal | null;
  seq: number;
  /** The referral by which this participant came, as claimer. */
  referral: { readonly id: ReferralId; state: 'linked' | 'qualified' | 'converted' } | null;
  /** Completions by task, newest period each; and quests completed. */
  readonly completedTasks: Map<TaskId, { period: string; count: number }>;
  readonly completedQuests: Set<QuestId>;
  /** Some fields were changed by an action of this batch. */
  changed: boolean;
}

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

export interface Account {
  readonly platform: string;
  readonly name: string;
}

/** A form as it was filled in: one plain value for each field. */
export type Form = ParticipantSnapshot['fields'];

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

/** Everything loaded for a batch of intents. */
export interface World {
  readonly campaigns: ReadonlyMap<CampaignId, CampaignRules>;
  participation(campaign: CampaignId, participant: ParticipantId): Participation | undefined;
  /** Trigger events that exist, as `triggerKey` names them. The rules add those of this batch. */
  readonly triggerKeys: Map<string, TriggerEventId>;
  /** Issues and deductions that exist, as `bookingKey` names them. The rules add those of this batch. */
  readonly bookingKeys: Map<string, { readonly id: TransactionId; readonly amount: Decimal }>;
  readonly games: Games;
  /** What can be claimed by those who claim in this batch, oldest first. The rules add what is earned in it. */
  readonly claimable: ReadonlyMap<Participation, Claimable>;
  /** The payouts that this batch is about, with what they pay. The rules add new ones. */
  readonly payouts: Map<PayoutId, Payout>;
  /** Why this webhook cannot be asked to pay this person now, in words; null: it can. */
  payoutObstacle(webhook: WebhookUid, person: Person): string | null;
  readonly corrections: Corrections;
  /** Unused stock by reward; absent: unlimited. Reduced by the rules. */
  readonly stock: Map<RewardId, Decimal>;
}

/** What the rules of games see beside the participations. Loaded for who plays; the rules add what this batch did. */
export interface Games {
  /** Plays that exist, as `playKey` names them. */
  readonly playKeys: Map<string, PlayId>;
  /** The newest form that somebody submitted in a campaign, by `participationKey`. */
  readonly forms: Map<string, Form>;
  /** The best score of a campaign, test participants apart; absent: nobody has one. */
  readonly bestScores: Map<CampaignId, Decimal>;
}

export interface Claimable {
  readonly earnings: Earning[];
  /** There is more than was loaded. */
  readonly more: boolean;
}

/** What corrections see beside the participations. Loaded for who is corrected. */
export interface Corrections {
  readonly completions: ReadonlyMap<CompletionId, PastCompletion>;
  /** Participations that were recalculated already, as `recalculationKey` names them. */
  readonly recalculated: Set<string>;
}

/** A completion that corrections may change. Changed in place by the rules. */
export interface PastCompletion {
  readonly id: CompletionId;
  readonly participation: Participation;
  readonly subject: TaskId | QuestId;
  readonly period: string;
  /** What its points were raised by; null: not known. */
  readonly multiplierPercent: Decimal | null;
  /** It is worth what the trigger says. */
  readonly byTrigger: boolean;
  /** Its points count as user-generated content. */
  readonly ugc: boolean;
  /** Its points, earlier corrections included. */
  worth: Decimal;
  /** The referrer's, earlier corrections included; null: none was due. */
  bonus: Decimal | null;
  /** Points that its reward gave. */
  readonly rewardPoints: Decimal;
  /** Rewards it brought that are no points. */
  readonly earnings: readonly Earning[];
  /** What the subject's first completion added to the multiplier; null: not known. */
  readonly multiplierRaise: Decimal | null;
  /** The newest period before this one in which the subject was completed. */
  earlierPeriod: string | null;
  revokedAt: Date | null;
}

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
