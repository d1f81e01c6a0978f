import type { FrozenEvent } from '../catalog/index.ts';
import { type FormatName, formatOf } from '../formats/index.ts';
import type { DeliveryId, PayoutId } from '../ids.ts';
import { signingKeys, type Webhook } from '../webhooks/index.ts';
import type { Outcome, OutgoingRequest, Sender } from './outcome.ts';
import { signRequest } from './sign.ts';

/** What one exchange carries: an event, in a format, for a delivery. */
export interface ExchangeInput {
  readonly event: FrozenEvent;
  /** Where it goes, and how: the settings as they are now. */
  readonly webhook: Webhook;
  readonly delivery: {
    readonly id: DeliveryId;
    readonly format: FormatName;
    readonly formatVersion: number;
    readonly scope: string | null;
    readonly createdAt: string;
    readonly webhookName: string;
    /** Of this attempt, from 1. */
    readonly attempt: number;
  };
  readonly test: boolean;
  /** The payment that it asks for: it leaves once, and the receiver can tell a second attempt by the same key. */
  readonly paymentId?: PayoutId;
}

/** A request as it leaves now, signed. */
export interface PreparedRequest {
  readonly request: OutgoingRequest;
  /** Value of `webhook-signature`; empty without a secret. */
  readonly signature: string;
  readonly startedAt: Date;
}

export interface ExchangeResult extends PreparedRequest {
  readonly outcome: Outcome;
}

export type Prepare = (input: ExchangeInput) => PreparedRequest;
export type Exchange = (input: ExchangeInput) => Promise<ExchangeResult>;

/** Render and sign: also what the examples of a webhook show. */
export function createPrepare(parts: {
  readonly userAgent: string;
  /** Wall clock. */
  readonly now: () => number;
}): Prepare {
  return ({ event, webhook, delivery, test, paymentId }) => {
    const rendered = formatOf(delivery.format, delivery.formatVersion).render({
      event,
      delivery: { id: delivery.id, scope: delivery.scope, createdAt: delivery.createdAt },
      webhook: { id: webhook.id, name: delivery.webhookName },
      request: webhook,
    });

    const startedAt = new Date(parts.now());
    const { headers, signature } = signRequest(
      rendered,
      webhook.headers,
      signingKeys(webhook, startedAt.getTime()),
      {
        deliveryId: delivery.id,
        eventId: event.id,
        timestamp: Math.floor(startedAt.getTime() / 1_000),
        attempt: delivery.attempt,
        sequence: event.seq,
        test,
        userAgent: parts.userAgent,
      },
    );

    if (paymentId !== undefined) headers['idempotency-key'] = paymentId;

    const request: OutgoingRequest = {
      method: rendered.method,
      url: rendered.url,
      headers,
      body: rendered.body,
      timeoutMs: webhook.timeoutMs,
      ...(paymentId !== undefined && { oneRequestOnly: true }),
    };
    return { request, signature, startedAt };
  };
}

/** Render, sign, send: the part of an attempt that a test of a webhook shares with a real delivery. */
export function createExchange(parts: {
  readonly sender: Sender;
  readonly userAgent: string;
  /** Wall clock. */
  readonly now: () => number;
}): Exchange {
  const prepare = createPrepare(parts);
  return async (input) => {
    const { request, signature, startedAt } = prepare(input);
    return { request, signature, startedAt, outcome: await parts.sender.send(request) };
  };
}
