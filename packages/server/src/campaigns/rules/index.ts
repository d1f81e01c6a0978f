export type { Action, Doubled, Intent } from './action.ts';
export { bookingCause, bookingKey } from './bookings.ts';
export { decide } from './decide.ts';
export type {
  ActionResult,
  Change,
  DecidedEvent,
  Decision,
  Difference,
  LedgerBucket,
  RefusalCode,
  Revocation,
} from './decision.ts';
export { type CounterKey, counterDeltas } from './leaderboard.ts';
export type { Earning, Payout, PayoutSettlement } from './payment.ts';
export { type EarningState, earningStates, type PayoutState, payoutStates } from './payout-states.ts';
export { longestAutomaticPauseMs } from './payouts.ts';
export { participationKey, playKey } from './plays.ts';
export { recalculationKey } from './recalculation.ts';
export { snapshotOf } from './snapshot.ts';
export { type Move, Standings } from './standings.ts';
export type {
  Account,
  CampaignRules,
  CampaignStatus,
  Claimable,
  Corrections,
  Form,
  Games,
  Participation,
  PastCompletion,
  Person,
  QuestRules,
  Recurrence,
  RewardKind,
  RewardPayout,
  RewardRules,
  TaskRules,
  TriggerRules,
  World,
} from './state.ts';
export { mostTiers, repeatedTiers, sortedTiers, standingOf, type Tier } from './tiers.ts';
export { triggerKey } from './triggers.ts';
