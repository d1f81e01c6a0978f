import { z } from 'zod';
import { type DeliveryId, firstUuidAt, type JobId, type OrganizationId, parseId, type Uuid } from '../ids.ts';
import type { Job } from '../jobs/index.ts';
import type { ResentRow } from '../storage/index.ts';
import type { HistoryFilter } from '../webhooks/index.ts';

export const resendJobKind = 'resend';
/** Deliveries that one job sends again. */
export const mostResent = 500_000;
/** Deliveries that are named one by one. */
export const mostNamed = 1_000;

/** What to send again: what was found by a filter when it was asked for, or what is named. */
export type ResendChoice =
  | { readonly filter: HistoryFilter; readonly deliveryIds: null }
  | { readonly filter: null; readonly deliveryIds: readonly DeliveryId[] };

export interface ResendRequest {
  readonly organizationId: OrganizationId;
  readonly choice: ResendChoice;
  readonly ratePerSecond: number;
}

/** Deliveries that are sent again, and how far that is. */
export interface Resend {
  readonly id: JobId;
  readonly choice: ResendChoice;
  readonly ratePerSecond: number;
  readonly state: Job['state'] | 'paused';
  /** It was cancelled, and a step is still under way. */
  readonly cancelling: boolean;
  readonly progress: {
    /** Deliveries to be sent again; null until all were found. */
    readonly total: number | null;
    /** Found so far. */
    readonly chosen: number;
    /** Extra attempts made, or due. */
    readonly sent: number;
    readonly acknowledged: number;
    readonly failed: number;
    readonly waiting: number;
    /** Their attempt was cancelled, with the job or with their webhook. */
    readonly cancelled: number;
    /** Requests for payments, which are never sent again. */
    readonly skippedPayments: number;
    /** Off or deleted is their webhook, gone is their event, or they wait to be sent again already. */
    readonly skipped: number;
  };
  readonly error: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const text = z.string().optional();
const storedSchema = z.object({
  filter: z
    .object({
      webhook_id: text,
      campaign_id: text,
      event_id: text,
      event_type: text,
      participant_id: text,
      state: z.enum(['pending', 'retrying', 'parked', 'delivered', 'exhausted', 'cancelled']).optional(),
      status: text,
      failure: text,
      error: text,
      since: text,
      until: text,
    })
    .nullable(),
  delivery_ids: z.array(z.string()).nullable(),
  rate_per_second: z.number(),
});

/** As a job keeps it, and as its owner sees it. */
export function paramsOf({
  choice,
  ratePerSecond,
}: Omit<ResendRequest, 'organizationId'>): z.output<typeof storedSchema> {
  return {
    filter: choice.filter && shownFilter(choice.filter),
    delivery_ids: choice.deliveryIds && [...choice.deliveryIds],
    rate_per_second: ratePerSecond,
  };
}

export function shownFilter(filter: HistoryFilter) {
  return {
    webhook_id: filter.webhookId,
    campaign_id: filter.campaignId,
    event_id: filter.eventId,
    event_type: filter.eventType,
    participant_id: filter.participantId,
    state: filter.state,
    status: filter.status,
    failure: filter.failure,
    error: filter.error,
    since: filter.since?.toISOString(),
    until: filter.until?.toISOString(),
  };
}

/** Reads what `paramsOf` wrote. */
export function orderOf({ params }: Pick<Job, 'params'>): Omit<ResendRequest, 'organizationId'> {
  const { filter, delivery_ids, rate_per_second: ratePerSecond } = storedSchema.parse(params);
  if (filter === null) {
    const deliveryIds = (delivery_ids ?? []).flatMap((id) => parseId('dlv', id) ?? []);
    return { choice: { filter: null, deliveryIds }, ratePerSecond };
  }
  const { state, status, failure, error } = filter;
  const time = (asked: string | undefined) => (asked === undefined ? undefined : new Date(asked));
  return {
    choice: {
      filter: {
        webhookId: filter.webhook_id,
        campaignId: filter.campaign_id,
        eventId: filter.event_id,
        eventType: filter.event_type,
        participantId: filter.participant_id,
        state,
        status,
        failure,
        error,
        since: time(filter.since),
        until: time(filter.until),
      },
      deliveryIds: null,
    },
    ratePerSecond,
  };
}

/** Of extra attempts that are not counted yet. */
export interface ResendStanding {
  readonly acknowledged: number;
  readonly failed: number;
  /** How many wait, by webhook. */
  readonly waiting: ReadonlyMap<Uuid, number>;
  /** Those that are over. */
  readonly over: readonly Uuid[];
}

export function standingOf(rows: readonly ResentRow[]): ResendStanding {
  const waiting = new Map<Uuid, number>();
  for (const { webhook_uid } of rows) {
    if (webhook_uid !== null) waiting.set(webhook_uid, (waiting.get(webhook_uid) ?? 0) + 1);
  }
  const over = rows.filter(({ webhook_uid }) => webhook_uid === null);
  return {
    acknowledged: over.filter(({ acknowledged }) => acknowledged === true).length,
    failed: over.filter(({ acknowledged }) => acknowledged === false).length,
    waiting,
    over: over.map(({ delivery_id }) => delivery_id),
  };
}

export function waitingIn({ waiting }: ResendStanding): number {
  return [...waiting.values()].reduce((sum, count) => sum + count, 0);
}

const dayMs = 86_400_000;

/** Ids of attempts that a job asked for are not before this one, whichever clock made them. */
export function attemptsSince(job: Pick<Job, 'createdAt'>): Uuid {
  return firstUuidAt(job.createdAt.getTime() - dayMs);
}

export function resendFrom(job: Job, rows: readonly ResentRow[]): Resend {
  const standing = standingOf(rows);
  const count = (name: string) => job.counts[name] ?? 0;
  const sent = count('sent');
  const acknowledged = count('acknowledged') + standing.acknowledged;
  const failed = count('failed') + standing.failed;
  const waiting = waitingIn(standing);
  return {
    id: job.id,
    ...orderOf(job),
    state: job.paused ? 'paused' : job.state,
    cancelling: job.cancelling,
    progress: {
      total: job.total,
      chosen: count('chosen'),
      sent,
      acknowledged,
      failed,
      waiting,
      // Between two readings an attempt may have been made.
      cancelled: Math.max(0, sent - acknowledged - failed - waiting),
      skippedPayments: count('skipped_payments'),
      skipped: count('skipped'),
    },
    error: job.error,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}
