export { bookingCause, bookingKey } from './bookings.ts';
export { decide } from './decide.ts';
export { type CounterKey, counterDeltas } from './leaderboard.ts';
export { type EarningState, earningStates, type PayoutState, payoutStates } from './payout-states.ts';
export { participationKey, playKey } from './plays.ts';
export { recalculationKey } from './recalculation.ts';
export { snapshotOf } from './snapshot.ts';
export { type Move, Standings } from './standings.ts';
export type {
  Account,
  Action,
  ActionResult,
  CampaignRules,
  CampaignStatus,
  Change,
  Claimable,
  Corrections,
  DecidedEvent,
  Decision,
  Difference,
  Doubled,
  Earning,
  Form,
  Games,
  Intent,
  LedgerBucket,
  Participation,
  PastCompletion,
  Payout,
  PayoutSettlement,
  Person,
  QuestRules,
  Recurrence,
  RefusalCode,
  Revocation,
  RewardKind,
  RewardPayout,
  RewardRules,
  TaskRules,
  TriggerRules,
  World,
} from './state.ts';
export { mostTiers, repeatedTiers, sortedTiers, standingOf, type Tier } from './tiers.ts';
export { triggerKey } from './triggers.ts';
