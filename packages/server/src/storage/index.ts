export { type CampaignRow, type CampaignsStore, createCampaignsStore } from './campaigns-store.ts';
export {
  type DataDirectoryLock,
  lockDataDirectory,
  makeDataDirectory,
  UnusableDataDirectory,
} from './data-directory.ts';
export { type Database, type DatabaseSettings, openDatabase, type Queryable } from './database.ts';
export {
  type EmbeddedServer,
  type EmbeddedServerSettings,
  startEmbeddedServer,
  stopLeftoverServer,
} from './embedded-server.ts';
export { createEventTypesStore, type EventTypeRow, type EventTypesStore } from './event-types-store.ts';
export {
  createEventsStore,
  type EventDeliveryRow,
  type EventFilter,
  type EventsStore,
  type StoredEvent,
} from './events-store.ts';
export {
  type AttemptDetailRow,
  createHistoryStore,
  type DeliveryDetailRow,
  type DeliveryFilter,
  type DeliveryRow,
  type DeliveryState,
  type HistoryStore,
  type ResendRow,
} from './history-store.ts';
export { createInboxStore, type InboxRequestRow, type InboxRow, type InboxStore } from './inbox-store.ts';
export type { StopListening } from './listener.ts';
export { migrate, UnsuitableDatabase } from './migrate.ts';
export {
  createOrganizationsStore,
  type OrganizationRow,
  type OrganizationsStore,
} from './organizations-store.ts';
export {
  createParticipantsStore,
  type ParticipantKey,
  type ParticipantRow,
  type ParticipantsStore,
} from './participants-store.ts';
export {
  type Dropped,
  defaultRetentionDays,
  dropPartitionsBefore,
  ensurePartitions,
  listPartitions,
  type Partition,
  type PartitionedTable,
} from './partitions.ts';
export type { Schema } from './schema.ts';
export { dumpSchema } from './schema-dump.ts';
export {
  type AcceptBatch,
  type EventRow,
  type IdempotencyKeyRow,
  type NewDeliveryRow,
  readIdempotencyKey,
  writeAccepted,
} from './statements/accept.ts';
export { type ClaimedRow, type ClaimRequest, claimDue } from './statements/claim.ts';
export { type ReleasedRow, releaseEveryLease, writeReleased } from './statements/release.ts';
export {
  type AttemptRow,
  type SettledRow,
  writeCancelled,
  writeSettled,
  writeSettledResend,
} from './statements/settle.ts';
export { createTokensStore, type TokenOwner, type TokenRow, type TokensStore } from './tokens-store.ts';
export { isPartitionMissing, isUnavailable } from './unavailable.ts';
export { createUpkeepStore, type SealedRow, type SecretTable, type UpkeepStore } from './upkeep-store.ts';
export {
  createWebhooksStore,
  type NewSecret,
  type WebhookChange,
  type WebhookRow,
  type WebhooksStore,
  type WebhookWithSecrets,
} from './webhooks-store.ts';
