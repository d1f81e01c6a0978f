import { setTimeout as sleep } from 'node:timers/promises';
import { createClockWatch, type Database, releaseEveryLease, takePermits } from '../storage/index.ts';
import { longestLeaseMs, type ReceiverDown, type RoutingTable, type Webhook } from '../webhooks/index.ts';
import {
  type Accept,
  type AcceptParts,
  type AcceptWithin,
  createAccept,
  createAcceptWithin,
} from './accept.ts';
import { attempt } from './attempt.ts';
import { type CircuitPolicy, closedCircuit, defaultCircuitPolicy, heardCircuit } from './circuit.ts';
import { type Claimer, createClaimer } from './claim.ts';
import { createExchange, createPrepare, type Exchange, type Prepare } from './exchange.ts';
import { type CircuitChange, Lanes } from './lanes.ts';
import type { DeliveryObserver } from './observer.ts';
import type { Sender } from './outcome.ts';
import { type PaymentDesk, type PaymentParts, requestPayment } from './payment-request.ts';
import { paymentScope } from './payment-scope.ts';
import { createSettle, type ParkWithin } from './settle.ts';

export type { Accept, Acceptance, AcceptWithin, Receipt, Submission } from './accept.ts';
export type { CircuitPolicy } from './circuit.ts';
export type { Exchange, ExchangeInput, ExchangeResult, Prepare, PreparedRequest } from './exchange.ts';
export type { CircuitChange } from './lanes.ts';
export type { AcceptReport, AttemptReport, DeliveryObserver } from './observer.ts';
export { lineOf } from './order.ts';
export {
  type Answer,
  type FailureKind,
  failureKinds,
  type Outcome,
  type OutgoingRequest,
  type Sender,
  type Timings,
} from './outcome.ts';
export type { PaymentDesk } from './payment-request.ts';
export { paymentScope } from './payment-scope.ts';
export { createSender, createUrlCheck } from './send/index.ts';
export { createSentHeaders } from './sent-headers.ts';
export type { ParkWithin } from './settle.ts';
export { createUrlChecks, type UrlChecks } from './url-checks.ts';

export interface DeliveryOptions {
  readonly database: Database;
  readonly webhooks: RoutingTable;
  readonly sender: Sender;
  readonly observer: DeliveryObserver;
  /** Called after a 410, once per answer. */
  readonly disableWebhook: (uid: Webhook['uid'], reason: string) => void;
  readonly userAgent: string;
  /** A receiver went down, was probed in vain, or is back. Must not throw and must not wait. */
  readonly onCircuit: (change: CircuitChange) => void;
  readonly circuitPolicy?: CircuitPolicy;
  /** Sets the first of a line aside whose attempts are used up, and tells of it, in one transaction. */
  readonly parkWithin: ParkWithin;
  /** Whether this node sends; otherwise it only accepts, and other nodes claim what it wrote. */
  readonly dispatch: boolean;
  /** No other node works on this database: leases found at the start are those of a process that died. */
  readonly alone: boolean;
  readonly laneConcurrency: number;
  readonly globalConcurrency: number;
}

/** The way of an event: accept, claim, attempt, settle. */
export interface Delivery {
  readonly accept: Accept;
  /** The same door for callers that bring a transaction of their own. */
  readonly acceptWithin: AcceptWithin;
  readonly exchange: Exchange;
  /** The request that `exchange` would send, not sent. */
  readonly prepare: Prepare;
  /** What another node, or this one before it was started anew, found out about a receiver. */
  hearReceiver(uid: Webhook['uid'], down: ReceiverDown | null): void;
  /** Payment requests wait until somebody keeps payouts. Once, before `start`. */
  registerPayments(desk: PaymentDesk): void;
  start(): Promise<void>;
  /**
   * Starts nothing more; what is under way may end until the deadline, then it is aborted and its lease
   * given back. Resolves when everything is written.
   */
  stop(deadlineMs: number): Promise<void>;
}

/** Deliveries held in memory in all: about 4 KiB each. */
const globalRoom = 8_192;
/** Channel on which a delivery that became due out of turn is told (a resend, a webhook enabled again). */
export const dueChannel = 'fanfare_due';

const settleDeadlineMs = 5_000;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { database, webhooks, sender, observer } = options;
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const prepare = createPrepare({ userAgent: options.userAgent, now: clock.now });
  const exchange = createExchange({ sender, userAgent: options.userAgent, now: clock.now });

  const circuitPolicy = options.circuitPolicy ?? defaultCircuitPolicy;
  const pause = (ms: number) => sleep<void>(ms, undefined, { ref: false });
  const settle = createSettle({
    database,
    observer,
    onSettled: (delivery) => lanes.settled(delivery),
    parkWithin: options.parkWithin,
    sleep: pause,
  });
  const lanes: Lanes = new Lanes({
    laneConcurrency: options.laneConcurrency,
    globalConcurrency: options.globalConcurrency,
    globalRoom: options.dispatch ? globalRoom : 0,
    attempt: async (delivery) => {
      if (delivery.scope !== paymentScope) return attempt(delivery, attemptParts);
      await requestPayment(delivery, attemptParts);
      return true;
    },
    release: (deliveries, delayMs) => {
      for (const delivery of deliveries) settle.release(delivery, delayMs);
    },
    onRoom: () => claimer.nudge(),
    onLineGone: ({ webhookUid, replay, line }) => {
      if (line !== null) claimer.hint([{ webhookUid, replay, line }]);
    },
    onCircuit: (change) => options.onCircuit(change),
    circuitPolicy,
    rateOf: (uid) => webhooks.webhook(uid)?.rateLimit ?? null,
    takePermits: (uid, permits) => takePermits(database.hotPool, uid, permits),
    sleep: pause,
    wallNow: clock.now,
    random: Math.random,
    now: clock.monotonic,
  });
  const attemptParts: { -readonly [K in keyof PaymentParts]: PaymentParts[K] } = {
    payments: null,
    prepare,
    webhooks,
    exchange,
    settle,
    lanes,
    disableWebhook: options.disableWebhook,
    observer,
    clock,
    random: Math.random,
  };
  const watch = createClockWatch({ database, monotonic: clock.monotonic, longestLeaseMs });
  const claimer: Claimer = createClaimer({
    database,
    lanes,
    observer,
    monotonic: clock.monotonic,
    lookAtClock: watch.look,
  });
  const acceptParts: AcceptParts = {
    database,
    webhooks,
    lanes,
    observer,
    onLines: (lines) => claimer.hint(lines),
    clock,
    sleep: pause,
  };
  const stops: (() => Promise<void> | void)[] = [];

  return {
    accept: createAccept(acceptParts),
    acceptWithin: createAcceptWithin(acceptParts),
    exchange,
    prepare,
    hearReceiver: (uid, down) =>
      lanes.hear(
        uid,
        down === null ? closedCircuit : heardCircuit(down, { policy: circuitPolicy, now: clock.now() }),
      ),
    registerPayments(desk) {
      attemptParts.payments = desk;
    },
    async start() {
      if (!options.dispatch) return;
      if (options.alone) await releaseEveryLease(database.pool);
      stops.push(
        await database.listen(
          dueChannel,
          () => claimer.look(),
          () => claimer.look(),
        ),
      );
      // A webhook made active again has rows waiting.
      stops.push(
        webhooks.onChange((uid) => {
          lanes.reconsider(uid);
          claimer.look();
        }),
      );
      claimer.start();
    },
    async stop(deadlineMs) {
      for (const stop of stops) await stop();
      if (options.dispatch) await claimer.stop();
      const idle = lanes.stop();
      await Promise.race([idle, pause(deadlineMs)]);
      await sender.close();
      await idle;
      await settle.drain(settleDeadlineMs);
    },
  };
}
