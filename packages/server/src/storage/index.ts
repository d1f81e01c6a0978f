export {
  type ActivityRow,
  type ActivityStore,
  type CountersRow,
  createActivityStore,
  type LeaderboardPosition,
  type LeaderboardRow,
} from './activity-store.ts';
export { type AlertRow, createAlertsStore } from './alerts-store.ts';
export {
  type AuditFilter,
  type AuditRow,
  appendAuditEntries,
  createAuditStore,
  type NewAuditEntry,
  type ToldChange,
} from './audit-store.ts';
export { authSchema } from './auth-schema.ts';
export { countBacklog } from './backlog-store.ts';
export {
  type BrowserAccessStore,
  createBrowserAccessStore,
  type TokenKeyContext,
  type TokenKeyRow,
} from './browser-access-store.ts';
export {
  type CampaignDesignStore,
  createCampaignDesignStore,
  type DesignRows,
  type DesignTable,
  type DesignWriter,
  type GroupRow,
  type QuestRow,
  type RewardRow,
  type TaskRow,
  type TriggerRow,
} from './campaign-design-store.ts';
export { foldParticipantCounts, readCampaignSummaries } from './campaign-summaries.ts';
export { type CampaignRow, type CampaignsStore, createCampaignsStore } from './campaigns-store.ts';
export { type ClockWatch, createClockWatch } from './clock-watch.ts';
export {
  type CommunitiesStore,
  type CommunityDeletion,
  type CommunityDetailRow,
  createCommunitiesStore,
} from './communities-store.ts';
export {
  createCorrectionsStore,
  type DifferenceRow,
  type DifferenceTotals,
} from './corrections-store.ts';
export {
  type DataDirectoryLock,
  lockDataDirectory,
  makeDataDirectory,
  UnusableDataDirectory,
} from './data-directory.ts';
export { type Database, type DatabaseSettings, openDatabase, type Queryable } from './database.ts';
export type { AttemptFilter } from './deciding-attempts.ts';
export { type DeliveryKey, type DeliveryKeys, isByEvent } from './delivery-lists.ts';
export {
  type EmbeddedServer,
  type EmbeddedServerSettings,
  runningServerAddress,
  startEmbeddedServer,
  stopLeftoverServer,
} from './embedded-server.ts';
export { createEventTypesStore, type EventTypeRow, type EventTypesStore } from './event-types-store.ts';
export {
  createEventsStore,
  type EventDeliveryRow,
  type EventFilter,
  type EventsPage,
  type EventsStore,
  type StoredEvent,
} from './events-store.ts';
export { createExportsStore, type ExportedParticipantRow, type ExportsStore } from './exports-store.ts';
export {
  type AttemptDetailRow,
  createHistoryStore,
  type DeliveryDetailRow,
  type DeliveryFilter,
  type DeliveryPage,
  type DeliveryRow,
  type DeliveryState,
  type HistoryStore,
  type ResendRow,
} from './history-store.ts';
export {
  createImportChunksStore,
  type ImportChunkRow,
  type ImportChunksStore,
} from './import-chunks-store.ts';
export { createInboxStore, type InboxRequestRow, type InboxRow, type InboxStore } from './inbox-store.ts';
export {
  createJobsStore,
  type JobAdvance,
  type JobFilter,
  type JobRefusalRow,
  type JobRow,
  type JobsStore,
  type NewJobRow,
} from './jobs-store.ts';
export type { StopListening } from './listener.ts';
export {
  createLiveStore,
  type LiveStore,
  largestLiveMessageBytes,
  type ToldName,
  type WatchedJobRow,
} from './live-store.ts';
export { migrate, UnsuitableDatabase } from './migrate.ts';
export {
  createOrganizationDeleting,
  type DeletedPart,
  deletedParts,
  type OrganizationDeleting,
} from './organization-deleting.ts';
export {
  createOrganizationsStore,
  type OrganizationRow,
  type OrganizationsStore,
} from './organizations-store.ts';
export { createParkedStore, type ParkedStore } from './parked-store.ts';
export {
  createParticipantErasing,
  type ErasureRow,
  type ParticipantErasing,
  type RecordKind,
  recordKinds,
  type StoredText,
  type Traces,
} from './participant-erasing.ts';
export {
  bonusesOf,
  completionsAmong,
  doubledCompletions,
  doubledEntries,
  doubledTriggerEvents,
  earningsBy,
  endAbsorbed,
  listenForMerges,
  lockPeople,
  type MergedProgress,
  type MergeKey,
  type MergingPerson,
  mergedAmong,
  moveActivity,
  openPayouts,
  readMergeKeys,
  survivorsOf,
} from './participant-merging.ts';
export {
  type AccountRow,
  createParticipantsStore,
  type NewParticipant,
  type ParticipantKey,
  type ParticipantRow,
  type ParticipantSaving,
  type ParticipantsStore,
} from './participants-store.ts';
export {
  type Dropped,
  dropPartitionsBefore,
  ensurePartitions,
  listPartitions,
  type Partition,
  type PartitionedTable,
  type Retention,
  type RetentionBounds,
  retentionBounds,
} from './partitions.ts';
export {
  createPayoutsStore,
  type EarningListRow,
  type PayoutAttemptRow,
  type PayoutListRow,
  type PayoutOwner,
  type StuckPayout,
  type TotalRow,
} from './payouts-store.ts';
export { createPeopleStore, type NewPerson } from './people-store.ts';
export { createPersonLookup, type PersonLookup } from './person-lookup.ts';
export {
  createPersonalRecords,
  type PersonalRecord,
  type PersonalRecords,
  type PersonalSection,
  personalSections,
} from './personal-records.ts';
export {
  createPlaysStore,
  type HighScorePosition,
  type HighScoreRow,
  type PlayRow,
} from './plays-store.ts';
export { type Countable, countables } from './quota-room.ts';
export {
  addUsage,
  createQuotasStore,
  deleteUsageBefore,
  type QuotaHolder,
  type QuotasStore,
  readUsage,
  type UsageRow,
} from './quotas-store.ts';
export {
  createReferralsStore,
  type ReferralListRow,
  type ReferralState,
  type ReferralsStore,
} from './referrals-store.ts';
export { afterRequestTransaction, withinTransaction } from './request-transaction.ts';
export type { AuditActor, AuditOrigin, AuditTarget, JobState, Schema } from './schema.ts';
export { dumpSchema } from './schema-dump.ts';
export { deleteEndedSessions } from './session-expiry.ts';
export { createSessionsStore, type SessionRow } from './sessions-store.ts';
export { createSignInAttemptsStore } from './sign-in-attempts-store.ts';
export {
  type AcceptBatch,
  type EventRow,
  type IdempotencyKeyRow,
  type NewDeliveryRow,
  readIdempotencyKey,
  writeAccepted,
} from './statements/accept.ts';
export {
  type ClaimedRow,
  type ClaimRequest,
  type ClaimWhere,
  claimDue,
  replayKind,
} from './statements/claim.ts';
export { type CompletionKey, findCompletions } from './statements/completions.ts';
export {
  type CausedEarning,
  type CorrectionChanges,
  findQuestCompletions,
  knownRecalculations,
  type PastCompletionRow,
  type RevocableRow,
  readEarningsOf,
  readLedgerOf,
  readRevocable,
  readStandingCompletions,
  writeCorrections,
} from './statements/corrections.ts';
export {
  type CompletionChange,
  type DecidedChanges,
  type EarningChange,
  type LedgerChange,
  type ParticipationChange,
  type ReferralChange,
  type TriggerEventChange,
  writeDecisions,
} from './statements/decisions.ts';
export { type CounterDelta, moveLeaderboardCounts, readRanks } from './statements/leaderboard.ts';
export {
  claimLines,
  findLines,
  hasParked,
  type LineClaim,
  type LineCursor,
  type LineKey,
  orderedReplayKind,
  type SeenLineRow,
  writeParked,
} from './statements/lines.ts';
export {
  type BatchNames,
  lockNamedParticipants,
  type NamedParticipants,
  type ParticipantBatchRow,
  whoTookPart,
  writeParticipants,
} from './statements/participant-batches.ts';
export {
  type BookingName,
  createParticipations,
  knownBookings,
  knownTriggerKeys,
  lockParticipations,
  lockStock,
  type ParticipationKey,
  type ParticipationRow,
  type ProgressRow,
  type ReferralRow,
  readProgress,
  type TriggerKey,
} from './statements/participations.ts';
export {
  beginSending,
  type ClaimantKey,
  cancelUnheld,
  type EarningStateChange,
  type EarningStateRow,
  lockPayouts,
  type PayoutChange,
  type PayoutRow,
  readClaimable,
  writePayouts,
} from './statements/payouts.ts';
export {
  type FormRow,
  type InCampaign,
  knownPlays,
  lockBestScores,
  newestForms,
  type PlayChange,
  writePlays,
} from './statements/plays.ts';
export { takePermits } from './statements/rates.ts';
export { type ReleasedRow, releaseEveryLease, writeReleased } from './statements/release.ts';
export {
  countReplayed,
  endReplayed,
  eventsDelivered,
  type LookedAtEvent,
  notifyDue,
  type ReplayedRow,
  type ReplayFilter,
  type ReplayStanding,
  type ReplayTarget,
  readLog,
  readReplayStandings,
  readReplayTarget,
  readUndelivered,
  type UndeliveredRow,
  writeReplayed,
  writeReplayResends,
} from './statements/replays.ts';
export { type RequestPermits, takeRequestPermits } from './statements/request-permits.ts';
export {
  forgetResent,
  forgetSelected,
  type ResendableRow,
  type ResentRow,
  readResendable,
  readResent,
  readTransactionTime,
  sendSelected,
  writeSelected,
} from './statements/resends.ts';
export {
  type AttemptRow,
  type SettledRow,
  writeCancelled,
  writeSettled,
  writeSettledResends,
} from './statements/settle.ts';
export {
  type AttemptStatistics,
  type AttemptStatisticsRow,
  type ConcernRow,
  createStatisticsStore,
  type EventStatisticsRow,
  type ListedWebhookRow,
  type StatisticsStep,
  type StatisticsStore,
} from './statistics-store.ts';
export { readTableSizes, type TableSize } from './table-sizes.ts';
export {
  createTeamStore,
  type InvitationRow,
  type MemberRow,
  type OfferedInvitation,
  type TeamChange,
} from './team-store.ts';
export { createTokensStore, type TokenOwner, type TokenRow, type TokensStore } from './tokens-store.ts';
export type { DatabaseFault } from './unavailable.ts';
export {
  databaseFaultOf,
  databaseFaults,
  isPartitionMissing,
  isUnavailable,
  timedOut,
} from './unavailable.ts';
export { unavailableProblem } from './unavailable-problem.ts';
export { createUpkeepStore, type SealedRow, type SecretTable, type UpkeepStore } from './upkeep-store.ts';
export {
  announceHealth,
  concernedWebhook,
  createWebhookHealthStore,
  noteDisabled,
  noteFailing,
  noteRecovered,
  noteWarned,
  recordHealthChange,
  type WebhookHealthChangeRow,
  type WebhookHealthRow,
} from './webhook-health-store.ts';
export type { Subscribers, WebhookListFilter } from './webhook-list.ts';
export type { WebhookRow } from './webhook-row.ts';
export { type WebhookState, webhookStates } from './webhook-state.ts';
export {
  createWebhooksStore,
  type NewSecret,
  type WebhookChange,
  type WebhooksStore,
  type WebhookWithSecrets,
} from './webhooks-store.ts';
