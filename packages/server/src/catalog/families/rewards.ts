import { z } from 'zod';
import { amount, amountInUnits, reward } from '../amount.ts';
import { define } from '../definition.ts';
import { points } from '../points.ts';
import { account, identifier, optionalText } from '../text.ts';
import { timestamp } from '../timestamp.ts';

const earningFields = {
  earning_id: identifier,
  reward,
  amount,
  points: points
    .default(0)
    .describe('Points that this itself added to the total; 0 unless the reward is points.'),
  code: optionalText(500).describe('A gift or access code that is the reward.'),
  account,
};

const earning = z.strictObject(earningFields).check(amountInUnits);

const payoutFields = {
  payment_id: identifier,
  earning_ids: z.array(identifier).min(1).max(1000),
  attempt: z.int().min(1).max(1_000_000).describe('1 for the first; the payment_id stays the same.'),
  reward,
  amount: amount.describe('The sum of the earnings.'),
  account,
};

const ether = {
  id: 'rwd_01jf0zq8m4er1tf6y2c5v9d7hk',
  name: 'Ether for explorers',
  kind: 'token',
  unit: 'ETH',
  decimals: 18,
} as const;

const wallet = { platform: 'ethereum', name: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F' };
const earningId = 'ern_01jf2wkmvff8atx0c7n5k3q2rd';
const payment = {
  payment_id: 'pay_01jf2wkmvgf6btq8r1v3m9x7zc',
  earning_ids: [earningId],
  attempt: 1,
  reward: ether,
  amount: '0.003988888890000039',
  account: wallet,
};

export const rewardEvents = {
  'earning.created': define({
    family: 'rewards',
    title: 'Earning created',
    description: 'A reward was attributed to somebody.',
    campaign: 'required',
    participant: 'required',
    data: earning,
    example: {
      earning_id: earningId,
      reward: ether,
      amount: '0.003988888890000039',
      points: 0,
      code: null,
      account: wallet,
    },
  }),
  'reward.claimed': define({
    family: 'rewards',
    title: 'Reward claimed',
    description: 'Somebody claimed a reward that was attributed to them.',
    campaign: 'required',
    participant: 'required',
    data: earning,
    example: {
      earning_id: 'ern_01jf2wkmvhe2xvm4s8d0t6y1ab',
      reward: { id: 'launch-box', name: 'Launch loot box', kind: 'loot_box', unit: 'Boxes', decimals: 4 },
      amount: '1.0000',
      points: 0,
      code: 'LAUNCH-2F9K-81QX',
      account: { platform: 'discord', name: 'ada.lovelace' },
    },
  }),
  'payout.requested': define({
    family: 'rewards',
    title: 'Payout requested',
    description:
      'A payment is asked of the system that the organization configured. Each attempt is an event of its own with the same payment_id. The system that is to pay gets it with the header Idempotency-Key; without that header it is news of what another one was asked.',
    campaign: 'required',
    participant: 'required',
    data: z
      .strictObject({
        ...payoutFields,
        requested_by: z.enum(['claim', 'auto', 'operator']),
        created_at: timestamp.nullable().default(null).describe('When the payment was first asked for.'),
      })
      .check(amountInUnits),
    example: { ...payment, requested_by: 'claim', created_at: '2024-12-14T15:29:18.821Z' },
  }),
  'payout.paid': define({
    family: 'rewards',
    title: 'Payout paid',
    description:
      'A payment was completed: the payout webhook acknowledged it, or somebody settled it by hand.',
    campaign: 'required',
    participant: 'required',
    data: z
      .strictObject({
        ...payoutFields,
        attempt: z.int().min(0).max(1_000_000).describe('0: settled by hand before anybody was asked.'),
        settled_by: z.enum(['webhook', 'api', 'operator']),
        reference: optionalText(200).describe(
          'What the paying system calls the payment: a transaction hash.',
        ),
      })
      .check(amountInUnits),
    example: {
      ...payment,
      settled_by: 'webhook',
      reference: '0x9fc76417374aa880d4449a1f7f31ec597f00b1f6f3dd2d66f4c9c6c445836d8b',
    },
  }),
  'payout.failed': define({
    family: 'rewards',
    title: 'Payout failed',
    description: 'An attempt to pay failed or was not answered. The earnings can be claimed again.',
    campaign: 'required',
    participant: 'required',
    data: z
      .strictObject({
        ...payoutFields,
        status: z
          .int()
          .min(100)
          .max(599)
          .nullable()
          .default(null)
          .describe('HTTP status of the answer, if one came.'),
        reason: optionalText(500),
      })
      .check(amountInUnits),
    example: { ...payment, status: 503, reason: 'The receiver answered 503 Service Unavailable.' },
  }),
};
