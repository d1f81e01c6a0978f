export { canonicalAccount } from './account-names.ts';
export { type ActionReceipt, type Actions, type ActionsParts, createActions } from './actions/index.ts';
export {
  type Activity,
  type ActivityItem,
  type Counters,
  createActivity,
  type LeaderboardEntry,
} from './activity.ts';
export { type Campaign, type CampaignInput, type Campaigns, openCampaigns } from './campaigns.ts';
export { type Communities, type CommunityDetail, createCommunities } from './communities.ts';
export { type Corrections, createCorrections } from './corrections.ts';
export { type CustomType, type CustomTypes, openCustomTypes } from './custom-types.ts';
export { type CampaignRulesSource, openCampaignRules } from './design.ts';
export {
  createDesignEditor,
  type DesignEditor,
  type Group,
  type Quest,
  type Task,
} from './design-editor.ts';
export type { Reward } from './design-rewards.ts';
export type { Change, Shelf } from './design-shelf.ts';
export { createErasures, type Erasure, type Erasures } from './erasures.ts';
export { type MergeOutcome, type Merging, openMerging } from './merging.ts';
export {
  type BatchedOutcome,
  type BatchedParticipant,
  upsertParticipants,
} from './participant-batch.ts';
export { createParticipants, type Participant, type Participants } from './participants.ts';
export { createPayouts, type Payouts } from './payouts.ts';
export {
  createPersonReferences,
  type PersonReference,
  type PersonReferences,
  type ReferrerReference,
} from './person-references.ts';
export { createPersonalData, type PersonalData } from './personal-data.ts';
export { createPlays, type HighScore, type Play, type Plays } from './plays.ts';
export {
  type AcceptEvents,
  createPublisher,
  type Publish,
  type PublisherParts,
  type PublishResult,
} from './publisher.ts';
export {
  createRecalculations,
  type Recalculation,
  type RecalculationDifference,
  type Recalculations,
} from './recalculations.ts';
export { createReferrals, type Referral, type Referrals } from './referrals.ts';
export { type Account, type Action, earningStates, mostTiers, payoutStates } from './rules/index.ts';
export { createSignIns, type SignIns } from './sign-ins.ts';
export { createTriggers, type Trigger, type Triggers, triggerIdFault } from './triggers.ts';
