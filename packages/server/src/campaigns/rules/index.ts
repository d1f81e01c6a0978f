export { bookingCause, bookingKey } from './bookings.ts';
export { decide } from './decide.ts';
export { type CounterKey, counterDeltas } from './leaderboard.ts';
export { participationKey, playKey } from './plays.ts';
export { type Move, Standings } from './standings.ts';
export type {
  Account,
  Action,
  ActionResult,
  CampaignRules,
  CampaignStatus,
  Change,
  DecidedEvent,
  Decision,
  Form,
  Games,
  Intent,
  LedgerBucket,
  Participation,
  Person,
  QuestRules,
  Recurrence,
  RefusalCode,
  RewardKind,
  RewardRules,
  TaskRules,
  TriggerRules,
  World,
} from './state.ts';
export { mostTiers, repeatedTiers, sortedTiers, standingOf, type Tier } from './tiers.ts';
export { triggerKey } from './triggers.ts';
