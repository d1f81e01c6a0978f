import { z } from 'zod';
import { define } from '../definition.ts';
import { account, identified, personReference, text } from '../text.ts';

export const peopleEvents = {
  'user.signed_in': define({
    family: 'people',
    title: 'User signed in',
    description: 'Somebody signed in, with any method the organization offers.',
    campaign: 'optional',
    participant: 'required',
    data: z.strictObject({
      session: identified,
      method: text(50).describe('wallet, discord, email, …'),
      account,
    }),
    example: {
      session: { id: 'ses_01jf2wkmvce0z8v5c2m1q7k4nr' },
      method: 'discord',
      account: { platform: 'discord', name: 'ada.lovelace' },
    },
  }),
  'user.joined_campaign': define({
    family: 'people',
    title: 'User joined a campaign',
    description: 'Somebody takes part in a campaign from now on, perhaps through a referral.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      referrer: personReference.nullable().default(null),
    }),
    example: {
      referrer: { id: 'usr_01jd8rkq3ve6svk1nrghf1x0t4', external_id: '7c1f5d2e-4b0a-4a53-9a9c-0f6f0d8f1b77' },
    },
  }),
};
