import type { Receiver, ReceiverOptions } from '@fanfare/testkit';
import { startReceiver } from '@fanfare/testkit';
import { onTestFinished } from 'vitest';
import type { Outcome, OutgoingRequest, Sender } from '../../../src/delivery/outcome.ts';
import type { SenderOptions } from '../../../src/delivery/send/index.ts';
import { createSender } from '../../../src/delivery/send/index.ts';

/** A sender that may reach the receivers of these tests, closed when the test ends. */
export function senderFor(options: Partial<SenderOptions> = {}): Sender {
  const sender = createSender({
    allowPrivateTargets: true,
    requireHttps: false,
    userAgent: 'Fanfare/test',
    ...options,
  });
  onTestFinished(() => sender.close());
  return sender;
}

export async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

export function post(url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
    timeoutMs: 5_000,
    ...more,
  };
}

export function answeredBy(outcome: Outcome) {
  if (outcome.kind !== 'answered') throw new Error(`Expected an answer, but: ${JSON.stringify(outcome)}`);
  return {
    ...outcome.answer,
    text: Buffer.from(outcome.answer.body).toString(),
    timings: outcome.timings,
    address: outcome.address,
  };
}

export function failedWith(outcome: Outcome) {
  if (outcome.kind !== 'failed') throw new Error(`Expected a failure, but: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** A promise that a test keeps until it is time. */
export function gate<T>(): { readonly promise: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open: (value) => open(value) };
}
