/**
 * The scope of a payment request: the delivery of a `payout.requested` to the webhook that is asked to pay. Its answer
 * settles the payout, and it is sent once, whatever the webhook's retry policy.
 */
export const paymentScope = 'payout';
