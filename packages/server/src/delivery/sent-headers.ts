import type { PayoutId } from '../ids.ts';
import type { SentHeaders } from '../webhooks/index.ts';
import { paymentScope } from './payment-scope.ts';
import { headersOf } from './sign.ts';

/** Lays out once more what an attempt was made with. The connection's own headers (Host, Content-Length) are not in it. */
export function createSentHeaders(userAgent: string): SentHeaders {
  return ({ rendered, ownHeaders, event, deliveryId, scope, attempt }) => {
    const headers = headersOf(rendered, ownHeaders, {
      deliveryId,
      eventId: event.id,
      timestamp: Math.floor(attempt.startedAt.getTime() / 1_000),
      attempt: attempt.number,
      sequence: event.seq,
      test: false,
      userAgent,
    });
    if (attempt.signature !== '') headers['webhook-signature'] = attempt.signature;
    // Validated when the payment was asked for (payment-request.ts).
    if (scope === paymentScope) {
      const { payment_id } = event.data as { readonly payment_id: PayoutId };
      headers['idempotency-key'] = payment_id;
    }
    return headers;
  };
}
