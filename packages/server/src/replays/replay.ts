import type { CampaignId, JobId, OrganizationId, ParticipantId, WebhookUid } from '../ids.ts';
import { parseId } from '../ids.ts';
import type { Job } from '../jobs/index.ts';
import type { ReplayStanding } from '../storage/index.ts';

export const replayJobKind = 'replay';

/**
 * - `missing`: events that no delivery to the webhook was made for;
 * - `failed`: deliveries that ended undelivered, of which none newer of the same event is there;
 * - `all`: every event that the webhook asks for.
 */
export const replayChoices = ['missing', 'failed', 'all'] as const;
export type ReplayChoice = (typeof replayChoices)[number];

export const defaultReplayRate = 50;
export const mostReplayRate = 1_000;

/** What to replay, checked. Times are those of acceptance. */
export interface ReplayOrder {
  /** Its public id, for the owner. */
  readonly webhookId: string;
  readonly only: ReplayChoice;
  readonly since: Date;
  /** Events before this time. */
  readonly until: Date;
  /** Null: every type. */
  readonly eventTypes: readonly string[] | null;
  readonly campaignId: CampaignId | null;
  readonly participantId: ParticipantId | null;
  readonly ratePerSecond: number;
}

/** A replay and how far it is. */
export interface Replay {
  readonly id: JobId;
  readonly order: ReplayOrder;
  readonly state: Job['state'] | 'paused';
  /** It was cancelled, and a step is still under way. */
  readonly cancelling: boolean;
  readonly progress: {
    /** Events, or for `failed` deliveries, that were looked at. */
    readonly lookedAt: number;
    /** Deliveries made, or sent again. */
    readonly made: number;
    readonly delivered: number;
    /** Attempts were made, and none is left. */
    readonly failed: number;
    readonly waiting: number;
    readonly retrying: number;
    /** Ended before they arrived: with the replay, with their webhook, or with the retention of their event. */
    readonly cancelled: number;
    /** Requests for payments, which are never sent again. */
    readonly skippedPayments: number;
  };
  readonly error: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** The order as a job keeps it, and as its owner sees it. */
export function paramsOf(order: ReplayOrder): Readonly<Record<string, unknown>> {
  return {
    webhook_id: order.webhookId,
    only: order.only,
    since: order.since.toISOString(),
    until: order.until.toISOString(),
    event_types: order.eventTypes,
    campaign_id: order.campaignId,
    participant_id: order.participantId,
    rate_per_second: order.ratePerSecond,
  };
}

/** Reads what `paramsOf` wrote. */
export function orderOf({ params, id }: Pick<Job, 'params' | 'id'>): ReplayOrder {
  const { webhook_id, only, since, until, event_types, campaign_id, participant_id, rate_per_second } =
    params;
  const choice = replayChoices.find((one) => one === only);
  if (
    typeof webhook_id !== 'string' ||
    typeof since !== 'string' ||
    typeof until !== 'string' ||
    typeof rate_per_second !== 'number' ||
    choice === undefined
  ) {
    throw new Error(`the job ${id} does not say what to replay`);
  }
  return {
    webhookId: webhook_id,
    only: choice,
    since: new Date(since),
    until: new Date(until),
    eventTypes: Array.isArray(event_types) ? event_types.map(String) : null,
    campaignId: typeof campaign_id === 'string' ? parseId('cmp', campaign_id) : null,
    participantId: typeof participant_id === 'string' ? parseId('usr', participant_id) : null,
    ratePerSecond: rate_per_second,
  };
}

/** The webhook whose replay this is. */
export function targetOf(job: Pick<Job, 'subject' | 'id'>): WebhookUid {
  const uid = job.subject === null ? null : parseId('whk', job.subject);
  if (uid === null) throw new Error(`the job ${job.id} does not name its webhook`);
  return uid;
}

/** `standing`: of what the job made and has not counted. */
export function replayFrom(job: Job, standing: ReplayStanding | undefined): Replay {
  const made = job.counts['made'] ?? 0;
  const delivered = (job.counts['delivered'] ?? 0) + (standing?.delivered ?? 0);
  const failed = (job.counts['failed'] ?? 0) + (standing?.failed ?? 0);
  const { waiting = 0, retrying = 0 } = standing ?? {};
  return {
    id: job.id,
    order: orderOf(job),
    state: job.paused ? 'paused' : job.state,
    cancelling: job.cancelling,
    progress: {
      lookedAt: job.done,
      made,
      delivered,
      failed,
      waiting,
      retrying,
      // Between two readings a delivery may have moved on.
      cancelled: Math.max(0, made - delivered - failed - waiting - retrying),
      skippedPayments: job.counts['skipped_payments'] ?? 0,
    },
    error: job.error,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}

/** What a replay is asked for with, as the caller wrote it. */
export interface ReplayRequest {
  readonly organizationId: OrganizationId;
  /** The public id. */
  readonly webhookId: string;
  readonly only: ReplayChoice;
  readonly since: Date;
  readonly until: Date | null;
  readonly eventTypes: readonly string[] | null;
  readonly campaignId: CampaignId | null;
  /** Our id or the organization's own. */
  readonly participant: string | null;
  readonly ratePerSecond: number;
}
