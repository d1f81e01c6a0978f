import { z } from 'zod';
import { define } from '../definition.ts';
import { points, score } from '../points.ts';
import { account, identified, identifier, optionalText } from '../text.ts';

/**
 * Why points were given. `custom`, `csv` and `api` are what operators and integrations do outside tasks;
 * a trigger that completes a task counts as `task`, one that completes none as `api`.
 */
const issueCauses = [
  'task',
  'quest',
  'referral',
  'ugc',
  'initial',
  'game',
  'reward',
  'custom',
  'csv',
  'api',
  'correction',
] as const;
const deductionCauses = ['withdrawal', 'custom', 'csv', 'api', 'correction'] as const;

const someOfIt = points.gt(0);

export const ledgerEvents = {
  'trigger.fired': define({
    family: 'points',
    title: 'Trigger fired',
    description: 'The organization called a trigger for somebody, perhaps with a value such as a price paid.',
    campaign: 'optional',
    participant: 'required',
    data: z.strictObject({
      trigger: z.strictObject({ id: identifier, name: optionalText(200) }),
      trigger_event: identified.nullable().default(null),
      value: score.nullable().default(null).describe("The caller's number, unchanged."),
    }),
    example: {
      trigger: { id: 'successful_payment', name: 'Successful payment' },
      trigger_event: { id: 'tre_01jf2wkmvbe4rtdp9p2mmqjn4k' },
      value: 2.99,
    },
  }),
  'points.issued': define({
    family: 'points',
    title: 'Points issued',
    description: 'Somebody was given points, for whatever cause; one event for each entry in the ledger.',
    campaign: 'optional',
    participant: 'required',
    data: z.strictObject({
      transaction: identified,
      amount: someOfIt,
      cause: z.enum(issueCauses),
      note: optionalText(200).describe('What the giver says it is for.'),
      account,
    }),
    example: {
      transaction: { id: 'txn_01jf2wkmvdf3paz1rq7v9k0t2c' },
      amount: 299,
      cause: 'api',
      note: 'Loyalty points for a purchase',
      account: null,
    },
  }),
  'points.deducted': define({
    family: 'points',
    title: 'Points deducted',
    description: 'Points were taken from somebody: a withdrawal or a correction.',
    campaign: 'optional',
    participant: 'required',
    data: z.strictObject({
      transaction: identified,
      amount: someOfIt,
      cause: z.enum(deductionCauses),
      note: optionalText(200),
      account,
    }),
    example: {
      transaction: { id: 'txn_01jf2wkmveem9bds4d6h3q8x1n' },
      amount: 120.5,
      cause: 'withdrawal',
      note: 'Spent in the shop',
      account: null,
    },
  }),
};
