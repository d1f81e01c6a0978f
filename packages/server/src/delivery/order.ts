import { type ParticipantId, type Uuid, uuidOf } from '../ids.ts';
import type { Ordering, RetryPolicy, Webhook } from '../webhooks/index.ts';
import type { Settled } from './judge.ts';
import type { LeasedDelivery } from './leased-delivery.ts';
import { paymentScope } from './payment-scope.ts';

/**
 * The line in which a delivery waits for its turn: that of its participant, or of the whole webhook; null where its
 * webhook asks for no order. So do events about nobody where the order is by participant, and payment requests, each
 * of which is a matter of its own.
 */
export function lineOf(
  { uid, ordering }: Pick<Webhook, 'uid' | 'ordering'>,
  participantId: ParticipantId | null,
  scope: string | null,
): Uuid | null {
  if (ordering === null || scope === paymentScope) return null;
  if (ordering.by === 'webhook') return uuidOf(uid);
  return participantId && uuidOf(participantId);
}

/** Between tries of a delivery that waits for as long as it takes, where its policy has no pause. */
const waitMs = 60_000;

/**
 * What becomes of the first of a line when its attempts are used up: it goes on at the longest pause of its policy, is
 * parked, or is given up. Deliveries that stand in no line are not concerned.
 */
export function keepingOrder(
  verdict: Settled,
  { line, resend }: LeasedDelivery,
  { ordering, retryPolicy }: { readonly ordering: Ordering | null; readonly retryPolicy: RetryPolicy },
): Settled {
  if (verdict.kind !== 'exhausted' || line === null || resend) return verdict;
  const { message, effect } = verdict;
  switch (ordering?.onFailure) {
    case 'wait': {
      const delayMs = retryPolicy.delaysMs.length === 0 ? waitMs : Math.max(...retryPolicy.delaysMs);
      return { kind: 'retry', delayMs, counted: false, message, effect };
    }
    case 'park':
      return { kind: 'parked', message, effect };
    case 'skip':
    case undefined:
      return verdict;
  }
}

/** Whether what stands behind a delivery may follow it. */
export function isOver(verdict: Settled): boolean {
  return verdict.kind === 'delivered' || verdict.kind === 'exhausted';
}
