import type { FormatName, Method } from '../formats/index.ts';
import type { CampaignId, OrganizationId, WebhookUid } from '../ids.ts';
import type { SecretText } from './secret-text.ts';

/** When the attempts after the first are made. */
export interface RetryPolicy {
  /** Pause before each retry, counted from the failure before. Its length is the number of retries. */
  readonly delaysMs: readonly number[];
}

/** Reward's documentation: "up to 5 times with exponential backoff". 10 s, 1 min, 6 min, 36 min, 3.6 h. */
export const defaultRetryPolicy: RetryPolicy = { delaysMs: [10_000, 60_000, 360_000, 2_160_000, 12_960_000] };
/** Each pause is stretched or shortened by up to this share, so that a mended receiver is not hit by all at once. */
export const retryJitter = 0.2;
export const maxRetries = 20;
export const minRetryDelayMs = 1_000;
export const maxRetryDelayMs = 7 * 24 * 3_600_000;

export const defaultTimeoutMs = 15_000;
export const minTimeoutMs = 1_000;
export const maxTimeoutMs = 30_000;
/** A lease outlives the attempt's deadline by this much: the time left to write down what came of it. */
export const leaseMarginMs = 30_000;
export const longestLeaseMs = maxTimeoutMs + leaseMarginMs;

/** A signing secret, decrypted. Lives in memory only; the database holds it encrypted (`keyring.ts`). */
export interface WebhookSecret {
  /** `whsec_…` (HMAC-SHA256, `v1`) or `whsk_…` (Ed25519, `v1a`), or the owner's own text (HMAC over its UTF-8 bytes). */
  readonly value: SecretText;
  readonly createdAt: Date;
  /** While a secret rotates the old one signs too, until then. Null: current. */
  readonly expiresAt: Date | null;
}

export type WebhookStatus = 'active' | 'inactive' | 'disabled';

/**
 * How fast its requests may leave. `fixed`: so many a second from all nodes together. `adaptive`: as fast as the
 * receiver takes them, at most `perSecond` from each node if that is given.
 */
export type RateLimit =
  | { readonly kind: 'fixed'; readonly perSecond: number }
  | { readonly kind: 'adaptive'; readonly perSecond: number | null };

/**
 * In what order its deliveries are made, where its owner asked for one: all of them one after the other, or those about
 * the same participant. What happens while the first of a line is not acknowledged:
 *
 * - `wait`: it is tried until it is, and everything behind it waits;
 * - `park`: once its attempts are used up, it and its participant's deliveries wait until somebody decides, and all
 *   others go on;
 * - `skip`: once its attempts are used up, it is given up and the next one follows.
 */
export interface Ordering {
  readonly by: OrderBy;
  readonly onFailure: OrderOnFailure;
}
export const orderBys = ['participant', 'webhook'] as const;
export type OrderBy = (typeof orderBys)[number];
export const orderOnFailures = ['wait', 'park', 'skip'] as const;
export type OrderOnFailure = (typeof orderOnFailures)[number];

export const minPerSecond = 0.01;
export const maxPerSecond = 10_000;

/** A webhook's settings as delivery needs them. */
export interface Webhook {
  readonly uid: WebhookUid;
  /** The public id: generated, editable until used, unique per organization. */
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly format: FormatName;
  readonly formatVersion: number;
  /** CloudEvents only. */
  readonly mode: 'structured' | 'binary' | null;
  /** Event types; for claimr the scopes. Empty: every type the format carries. */
  readonly events: readonly string[];
  /** Empty: all campaigns, new ones included. */
  readonly campaigns: readonly CampaignId[];
  readonly includeTestParticipants: boolean;
  /** Asked to pay, its answer 202 means that the payment is being processed and will be settled by a call. */
  readonly payoutProcessing: boolean;
  readonly status: WebhookStatus;
  /** Why it is disabled, in words for its owner. */
  readonly disabledReason: string | null;
  readonly retryPolicy: RetryPolicy;
  readonly timeoutMs: number;
  /** Null: as many as its lane has room for. */
  readonly rateLimit: RateLimit | null;
  /** Null: in any order, as fast as they come. */
  readonly ordering: Ordering | null;
  readonly secrets: readonly WebhookSecret[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
