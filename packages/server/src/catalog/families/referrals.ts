import { z } from 'zod';
import { define } from '../definition.ts';
import { balance, points } from '../points.ts';
import {
  account,
  externalId,
  identified,
  isIdentified,
  namelessPerson,
  optionalText,
  participantId,
  personReference,
} from '../text.ts';
import { task } from './tasks.ts';

/** The referrer with the counters that the referred person's action changed. */
const referrerWithCounters = z
  .strictObject({
    id: participantId.nullable().default(null),
    external_id: externalId.nullable().default(null),
    total_points: balance.default(0),
    referral_points: balance.default(0),
    ugc_points: balance.default(0),
    multiplier_percent: balance.default(0),
    rank: z.int().min(1).nullable().default(null),
    team: optionalText(100),
  })
  .refine(isIdentified, namelessPerson);

const referrer = {
  id: 'usr_01jd8rkq3ve6svk1nrghf1x0t4',
  external_id: '7c1f5d2e-4b0a-4a53-9a9c-0f6f0d8f1b77',
} as const;
const referral = { id: 'ref_01jf2w9q5zekbt7y3m8c1v6d0h' };

export const referralEvents = {
  'referral.joined': define({
    family: 'referrals',
    title: 'Referred user joined',
    description: 'Somebody joined a campaign through the link or code of somebody else.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      referral: identified,
      referrer: personReference,
      code: optionalText(100).describe('The referral code that was used.'),
      account,
    }),
    example: {
      referral,
      referrer,
      code: 'GRACE-7F3K',
      account: { platform: 'discord', name: 'ada.lovelace' },
    },
  }),
  'referral.action': define({
    family: 'referrals',
    title: 'Referred user acted',
    description: 'Somebody who was referred completed a task, which may give the referrer a bonus.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      referral: identified,
      referrer: referrerWithCounters,
      task,
      account,
      bonus: points.describe('Points given to the referrer.'),
    }),
    example: {
      referral,
      referrer: {
        ...referrer,
        total_points: 4355,
        referral_points: 855,
        ugc_points: 250,
        multiplier_percent: 0,
        rank: 9,
        team: 'Red',
      },
      task: {
        id: 'tsk_01jf1b7x2ve3fb5s0c9w8h6d4m',
        name: 'Clear the Harbour level',
        type: 'game',
        meta: null,
      },
      account: { platform: 'discord', name: 'ada.lovelace' },
      bonus: 55,
    },
  }),
  'referral.converted': define({
    family: 'referrals',
    title: 'Referral converted',
    description: 'Somebody who was referred did what the campaign asks for; once per person and campaign.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({ referral: identified, referrer: personReference }),
    example: { referral, referrer },
  }),
};
