import type { Decimal } from 'decimal.js';
import type { ParticipantSnapshot } from '../../catalog/index.ts';
import type {
  CampaignId,
  CommunityId,
  CompletionId,
  GroupId,
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
import type { Earning, Payout } from './payment.ts';

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

export interface Account {
  readonly platform: string;
  readonly name: string;
}

/** A form as it was filled in: one plain value for each field. */
export type Form = ParticipantSnapshot['fields'];

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
