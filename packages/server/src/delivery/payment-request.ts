import type { FrozenEvent } from '../catalog/index.ts';
import type { DeliveryId, EventId, PayoutId, Uuid } from '../ids.ts';
import type { Queryable } from '../storage/index.ts';
import type { Webhook } from '../webhooks/index.ts';
import { type AttemptParts, applyEffect, factsOf, reportOf } from './attempt.ts';
import type { ExchangeResult, Prepare } from './exchange.ts';
import { judge, type Settled } from './judge.ts';
import { type LeasedDelivery, leaseOutlasts } from './leased-delivery.ts';
import type { Outcome } from './outcome.ts';

/** Keeps the payouts. Whoever does so registers with `Delivery.registerPayments`; delivery knows nothing of campaigns. */
export interface PaymentDesk {
  /**
   * Notes that the request is about to leave, committed before it does.
   * - `begun`: it may leave;
   * - `interrupted`: somebody had begun before and never wrote what came of it, so it may have left already;
   * - `over`: the payout is about another attempt by now, or the lease was lost.
   */
  begin(request: {
    readonly payout: PayoutId;
    readonly event: EventId;
    readonly delivery: DeliveryId;
    readonly lease: Uuid;
  }): Promise<'begun' | 'interrupted' | 'over'>;
  /** Moves the payout by what came of the attempt, in one transaction with `beside`. */
  settle(
    result: {
      readonly payout: PayoutId;
      readonly attempt: number;
      readonly outcome: 'paid' | 'processing' | 'failed';
      readonly status: number | null;
      readonly reason: string | null;
    },
    beside: (transaction: Queryable) => Promise<void>,
  ): Promise<void>;
}

/** What a payment request needs from its surroundings. */
export interface PaymentParts extends AttemptParts {
  readonly prepare: Prepare;
  /** Null until somebody keeps payouts. */
  readonly payments: PaymentDesk | null;
}

/** How long a delivery waits that was leased for a webhook this node does not know yet. */
const unknownWebhookDelayMs = 1_000;
const noRetries = { delaysMs: [] };

/**
 * The one HTTP request of one attempt to pay (ChainVine's page: any 2xx completes the payment, anything else fails it).
 * That it leaves is written down before, so that a process that dies in between never makes it leave twice: the attempt
 * then counts as failed, as its answer is unknown. What the webhook answers moves the payout in the same transaction as
 * it records the attempt. Never rejects.
 */
export async function requestPayment(delivery: LeasedDelivery, parts: PaymentParts): Promise<void> {
  const { payments, settle, observer } = parts;
  const webhook = parts.webhooks.webhook(delivery.webhookUid);
  const payment = paymentOf(delivery.event);
  if (webhook === undefined || payments === null || payment === null) {
    settle.release(delivery, unknownWebhookDelayMs);
    return;
  }
  // Its payout is ended by whoever tends to payouts, as are those that nobody holds.
  if (webhook.status !== 'active' || !leaseOutlasts(delivery, webhook.timeoutMs, parts.clock.monotonic())) {
    settle.release(delivery, 0);
    return;
  }

  const input = {
    event: delivery.event,
    webhook,
    delivery: factsOf(delivery),
    test: false,
    paymentId: payment.id,
  };
  let made: ExchangeResult;
  try {
    const begun = await payments.begin({
      payout: payment.id,
      event: delivery.event.id,
      delivery: delivery.id,
      lease: delivery.lease,
    });
    if (begun === 'over') {
      settle.cancel(delivery);
      return;
    }
    // Noting it may have taken long, when the database was away: another node may soon take this one for dead.
    const late = !leaseOutlasts(delivery, webhook.timeoutMs, parts.clock.monotonic());
    made =
      begun === 'interrupted' || late
        ? { ...parts.prepare(input), outcome: { kind: 'aborted' } }
        : await parts.exchange(input);
  } catch (error) {
    observer.troubled({ step: 'attempt', error });
    settle.release(delivery, unknownWebhookDelayMs);
    return;
  }

  const answered = { ...made, outcome: unlessAborted(made.outcome) };
  const verdict = judge({
    outcome: answered.outcome,
    policy: noRetries,
    retries: 0,
    random: 0,
    nowMs: parts.clock.now(),
  });
  observer.attempted(reportOf(delivery, webhook, answered, verdict));
  if (verdict.kind === 'released') throw new Error('an exchange that was not aborted is never released');
  // What our own end cut off says nothing of the receiver.
  if (isRefusal(made.outcome)) parts.lanes.succeeded(webhook.uid);
  else if (made.outcome.kind !== 'aborted') applyEffect(webhook.uid, verdict, answered.outcome, parts);
  const status = answered.outcome.answer?.status ?? null;
  await settle.recordPayment(delivery, answered, verdict, (beside) =>
    payments.settle(
      {
        payout: payment.id,
        attempt: payment.attempt,
        outcome: outcomeOf(verdict, status, webhook),
        status,
        reason: verdict.message,
      },
      beside,
    ),
  );
}

function paymentOf(event: FrozenEvent): { readonly id: PayoutId; readonly attempt: number } | null {
  if (event.type !== 'payout.requested') return null;
  const { payment_id, attempt } = event.data as { payment_id: PayoutId; attempt: number };
  return { id: payment_id, attempt };
}

/**
 * Statuses that say no to this payment (an account that is closed, an amount that is too high) and nothing bad of the
 * receiver: some people's failures must not make the payments of all others wait, or turn their webhook off.
 */
const refusals: ReadonlySet<number> = new Set([400, 402, 409, 422]);

function isRefusal(outcome: Outcome): boolean {
  return outcome.kind === 'answered' && refusals.has(outcome.answer.status);
}

function outcomeOf(
  verdict: Settled,
  status: number | null,
  webhook: Webhook,
): 'paid' | 'processing' | 'failed' {
  if (verdict.kind !== 'delivered') return 'failed';
  return status === 202 && webhook.payoutProcessing ? 'processing' : 'paid';
}

/** A request that was cut off by our own end may have arrived: it counts as one that was not answered. */
function unlessAborted(outcome: Outcome): Exclude<Outcome, { kind: 'aborted' }> {
  if (outcome.kind !== 'aborted') return outcome;
  return {
    kind: 'failed',
    failure: 'interrupted',
    message:
      'Fanfare was stopped before the answer came, so it is unknown whether it was paid. Ask again: the next attempt has the same payment id, by which the receiver knows it.',
    detail: 'interrupted',
    answer: null,
    timings: { dnsMs: null, connectMs: null, tlsMs: null, waitMs: null, readMs: null, totalMs: 0 },
    address: null,
  };
}
