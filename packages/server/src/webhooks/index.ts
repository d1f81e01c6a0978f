export { formatsThatCarry } from './carried-types.ts';
export { createWebhookExamples, type Examples, type Prepare, type WebhookExamples } from './examples.ts';
export { isHidden } from './header-privacy.ts';
export { createHealthKeeper, type HealthKeeper, type ParkedDelivery, type ReceiverDown } from './health.ts';
export {
  createHistory,
  type DeliveryDetail,
  type History,
  type HistoryFilter,
  type SentHeaders,
} from './history.ts';
export {
  Keyring,
  keyFileName,
  loadOrCreateKeyFile,
  MalformedKeyring,
  parseKeyring,
  UnreadableSecret,
} from './keyring.ts';
export { createParkedDeliveries, type ParkedDeliveries } from './parked.ts';
export { paymentObstacle } from './payment-obstacle.ts';
export type { Match, RoutingTable } from './routing.ts';
export { type LiveRoutingTable, openRoutingTable, type WebhookSource, wantedBy } from './routing-table.ts';
export { createWebhookSource } from './saved-webhook.ts';
export { SecretText } from './secret-text.ts';
export { parseStoredSecret, secretFault, signingKeys } from './secrets.ts';
export type { SettingsInput } from './settings.ts';
export { createSampleSource, type EventOwner, type SampleSource } from './simulated-event.ts';
export {
  checkHeaders,
  checkTargetUrl,
  isAllowedAddress,
  isFramingHeader,
  isLocalName,
  isPublicAddress,
  literalAddress,
  parseTarget,
  type TargetPolicy,
  withoutTrailingDot,
} from './target-rules.ts';
export {
  createWebhookTests,
  type Exchange,
  type TestInput,
  type TestResult,
  type WebhookTests,
} from './test.ts';
export {
  defaultRetryPolicy,
  leaseMarginMs,
  longestLeaseMs,
  type Ordering,
  orderBys,
  orderOnFailures,
  type RateLimit,
  type RetryPolicy,
  retryJitter,
  type Webhook,
  type WebhookSecret,
  type WebhookStatus,
} from './webhook.ts';
export { type WebhookFilter, webhookStates } from './webhook-filter.ts';
export {
  createWebhooks,
  type RotationInput,
  type SecretInput,
  type Webhooks,
} from './webhooks.ts';
