import type { RoutingTable, Webhook } from '../webhooks/index.ts';
import type { AnswerSeen } from './adaptive-rate.ts';
import type { Exchange, ExchangeInput, ExchangeResult } from './exchange.ts';
import { judge, type Settled, type Verdict } from './judge.ts';
import { type LeasedDelivery, leaseOutlasts } from './leased-delivery.ts';
import type { AttemptReport, DeliveryObserver } from './observer.ts';
import { isOver, keepingOrder } from './order.ts';
import type { Outcome } from './outcome.ts';
import type { Settle } from './settle.ts';

/** What an attempt needs from its surroundings. */
export interface AttemptParts {
  readonly webhooks: Pick<RoutingTable, 'webhook'>;
  readonly exchange: Exchange;
  readonly settle: Settle;
  readonly lanes: {
    pause(uid: Webhook['uid'], atLeastMs: number): void;
    succeeded(uid: Webhook['uid']): void;
    failed(uid: Webhook['uid'], reason: string): number | null;
    answered(uid: Webhook['uid'], seen: AnswerSeen): void;
    probing(uid: Webhook['uid']): boolean;
  };
  /** The receiver answered 410. */
  readonly disableWebhook: (uid: Webhook['uid'], reason: string) => void;
  readonly observer: DeliveryObserver;
  readonly clock: { now(): number; monotonic(): number };
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** How long a delivery waits that was leased for a webhook this node does not know yet. */
const unknownWebhookDelayMs = 1_000;

/**
 * One attempt of one leased delivery, from lease to settlement. No transaction is open while the request
 * is under way, and the request's deadline ends before the lease does.
 *
 * Before the request: whatever stands in the way gives the lease back, and nothing counts.
 * After it: the attempt is on record, even if the lease was lost meanwhile. Returns whether what stands behind it in
 * its line may follow. Never rejects.
 */
export async function attempt(delivery: LeasedDelivery, parts: AttemptParts): Promise<boolean> {
  const webhook = parts.webhooks.webhook(delivery.webhookUid);
  const obstacle = obstacleTo(delivery, webhook, parts.clock.monotonic());
  if (obstacle !== null || webhook === undefined) {
    parts.settle.release(delivery, obstacle?.delayMs ?? 0);
    return false;
  }

  const probe = parts.lanes.probing(webhook.uid);
  let made: ExchangeResult;
  try {
    made = await parts.exchange({ event: delivery.event, webhook, delivery: factsOf(delivery), test: false });
  } catch (error) {
    parts.observer.troubled({ step: 'attempt', error });
    parts.settle.release(delivery, ourFaultDelayMs);
    return false;
  }

  const judged = judge({
    outcome: made.outcome,
    policy: webhook.retryPolicy,
    retries: delivery.retries,
    random: parts.random(),
    nowMs: parts.clock.now(),
  });
  if (judged.kind === 'released') {
    parts.observer.attempted(reportOf(delivery, webhook, made, judged));
    parts.settle.release(delivery, 0);
    return false;
  }
  const waitMs = applyEffect(webhook.uid, judged, made.outcome, parts);
  const probed = probe && !delivery.resend ? unlessProbe(judged, waitMs) : judged;
  const verdict = keepingOrder(probed, delivery, webhook);
  parts.observer.attempted(reportOf(delivery, webhook, made, verdict));
  if (verdict.kind === 'parked') parts.settle.park(delivery, made, verdict);
  else parts.settle.record(delivery, made, verdict);
  return isOver(verdict);
}

/**
 * While its receiver is known to be down, a delivery only finds out whether it is back: a failure is on record, but uses
 * up none of its attempts, and it waits as long as all the others.
 */
function unlessProbe(verdict: Settled, waitMs: number | null): Settled {
  if (verdict.kind === 'delivered' || waitMs === null) return verdict;
  return { ...verdict, kind: 'retry', delayMs: waitMs, counted: false };
}

/** Why the attempt cannot be made now, and when somebody may look again. */
function obstacleTo(
  delivery: LeasedDelivery,
  webhook: Webhook | undefined,
  now: number,
): { readonly delayMs: number } | null {
  if (webhook === undefined) return { delayMs: unknownWebhookDelayMs };
  if (webhook.status !== 'active') return { delayMs: 0 };
  if (!leaseOutlasts(delivery, webhook.timeoutMs, now)) return { delayMs: 0 };
  return null;
}

export function factsOf(delivery: LeasedDelivery): ExchangeInput['delivery'] {
  return {
    id: delivery.id,
    format: delivery.format,
    formatVersion: delivery.formatVersion,
    scope: delivery.scope,
    createdAt: delivery.createdAt.toISOString(),
    webhookName: delivery.webhookName,
    attempt: delivery.attempts + 1,
  };
}

/** A delivery that we cannot render or sign is our fault; it is tried again once we had time to mend it. */
const ourFaultDelayMs = 60_000;

/** What it means for the others of its lane. Returns how long they all wait, in ms, if the receiver is down. */
export function applyEffect(
  uid: Webhook['uid'],
  verdict: Settled,
  outcome: Outcome,
  parts: AttemptParts,
): number | null {
  if (outcome.kind !== 'aborted') {
    const overloaded =
      outcome.kind === 'failed' || (verdict.kind !== 'delivered' && verdict.effect.kind === 'slow_down');
    parts.lanes.answered(uid, { totalMs: outcome.timings.totalMs, overloaded });
  }
  if (verdict.kind === 'delivered') {
    parts.lanes.succeeded(uid);
    return null;
  }
  switch (verdict.effect.kind) {
    case 'none':
      break;
    case 'slow_down':
      parts.lanes.pause(uid, verdict.effect.atLeastMs);
      break;
    case 'disable_webhook':
      parts.disableWebhook(uid, verdict.effect.reason);
      break;
  }
  return parts.lanes.failed(uid, verdict.message);
}

export function reportOf(
  delivery: LeasedDelivery,
  webhook: Webhook,
  made: ExchangeResult,
  verdict: Verdict,
): AttemptReport {
  const { outcome } = made;
  return {
    deliveryId: delivery.id,
    eventId: delivery.event.id,
    eventType: delivery.event.type,
    organizationId: delivery.organizationId,
    webhookUid: webhook.uid,
    webhookId: webhook.id,
    webhookName: webhook.name,
    attempt: delivery.attempts + 1,
    resend: delivery.resend,
    test: delivery.event.participant?.test === true,
    outcome: outcome.kind === 'failed' ? outcome.failure : outcome.kind,
    status: outcome.kind === 'aborted' ? null : (outcome.answer?.status ?? null),
    totalMs: outcome.kind === 'aborted' ? 0 : outcome.timings.totalMs,
    sinceAcceptedMs: made.startedAt.getTime() - delivery.createdAt.getTime(),
    verdict: verdict.kind,
    nextAttemptAt: verdict.kind === 'retry' ? new Date(made.startedAt.getTime() + verdict.delayMs) : null,
    message: verdict.kind === 'released' ? null : verdict.message,
    detail: outcome.kind === 'failed' ? outcome.detail : null,
  };
}
