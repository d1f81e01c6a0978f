import { z } from 'zod';
import { flatFields } from './free-form.ts';
import { balance } from './points.ts';
import { externalId, isIdentified, namelessPerson, optionalText, participantId } from './text.ts';

/**
 * The participant as a caller gives it: by our id, by the organization's own, or both, with the counters
 * a payload shows. What is left out is unknown (null), and a counter that is left out is zero.
 */
export const participantInput = z
  .strictObject({
    id: participantId.nullable().default(null),
    external_id: externalId.nullable().default(null),
    email: z
      .string()
      .max(320)
      .regex(/^[^\s@]+@[^\s@]+$/, { error: 'Expected an e-mail address, such as ada@example.com.' })
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'Expected an e-mail address without control characters.' })
      .nullable()
      .default(null),
    first_name: optionalText(100),
    last_name: optionalText(100),
    phone: optionalText(50),
    wallet: optionalText(200),
    fields: flatFields.default({}),
    test: z.boolean().default(false).describe('Delivered only to webhooks that ask for test participants.'),
    total_points: balance.default(0),
    referral_points: balance.default(0),
    ugc_points: balance.default(0),
    multiplier_percent: balance.default(0).describe('10 turns 500 points into 550.'),
    rank: z.int().min(1).nullable().default(null),
    team: optionalText(100),
  })
  .refine(isIdentified, namelessPerson);

export type ParticipantInput = z.output<typeof participantInput>;
