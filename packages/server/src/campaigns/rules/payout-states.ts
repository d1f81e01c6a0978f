/** What can be done with an earning: claimed, while it is asked for, no more; or it was taken back before. */
export const earningStates = ['claimable', 'requested', 'paid', 'revoked'] as const;
export type EarningState = (typeof earningStates)[number];

/**
 * - `requested`: an attempt to pay was asked for; nothing has left yet;
 * - `sending`: its one request is on the way, or its answer is not written yet;
 * - `processing`: the paying system took it and will say later what came of it (202, where the webhook allows it);
 * - `failed`: the newest attempt failed or was not answered; the earnings can be claimed again;
 * - `paid`: for good.
 */
export const payoutStates = ['requested', 'sending', 'processing', 'failed', 'paid'] as const;
export type PayoutState = (typeof payoutStates)[number];

export const payoutSteps = ['request', 'send', 'process', 'pay', 'fail'] as const;
export type PayoutStep = (typeof payoutSteps)[number];

/**
 * Every step there is. What is missing cannot happen: a request while another one is under way, a second payment, a
 * failure after the payment. `failed` may still become `paid`: by hand, or by an answer that was long on its way.
 */
const transitions: Readonly<Record<PayoutState, Readonly<Partial<Record<PayoutStep, PayoutState>>>>> = {
  requested: { send: 'sending', fail: 'failed' },
  sending: { process: 'processing', pay: 'paid', fail: 'failed' },
  processing: { pay: 'paid', fail: 'failed' },
  failed: { request: 'requested', pay: 'paid' },
  paid: {},
};

/** Null when the step cannot be taken. */
export function afterStep(state: PayoutState, step: PayoutStep): PayoutState | null {
  return transitions[state][step] ?? null;
}

/** What the earnings of a payout in this state can be used for. */
export const earningStateOf: Readonly<Record<PayoutState, EarningState>> = {
  requested: 'requested',
  sending: 'requested',
  processing: 'requested',
  failed: 'claimable',
  paid: 'paid',
};
