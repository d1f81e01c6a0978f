import { paymentScope } from '../delivery/index.ts';
import { formatNames, formatsByName, isOrder } from '../formats/index.ts';

/** Sent to a webhook that pays, it may be taken for a request to pay again. */
export function asksForPayment(type: string): boolean {
  return type === 'payout.requested';
}

/** Whether this delivery asked its receiver to pay: such are never sent again. `pays`: its webhook was asked at some time. */
export function isPayment(delivery: {
  readonly scope: string | null;
  readonly format: string;
  readonly type: string;
  readonly pays: boolean;
}): boolean {
  const { scope, format, type, pays } = delivery;
  const name = formatNames.find((one) => one === format);
  const orders = name !== undefined && isOrder(formatsByName[name], type);
  return scope === paymentScope || orders || (pays && asksForPayment(type));
}
