import { z } from 'zod';
import {
  type ActionReceipt,
  canonicalAccount,
  type PersonReference,
  type ReferrerReference,
} from '../../campaigns/index.ts';
import { Problem } from '../../problems.ts';
import { idInputSchema, idSchema } from '../api.ts';

const shortText = (max: number) => z.string().min(1).max(max);

const byId = z.strictObject({ id: idInputSchema('usr', 'a participant') });
const byExternalId = z.strictObject({ external_id: shortText(200) });
export const accountInputSchema = z.strictObject({ platform: shortText(50), name: shortText(200) }).meta({
  description: "A platform and the person's name there",
  examples: [{ platform: 'x', name: '@ada' }],
});
const byAccount = z.strictObject({ account: accountInputSchema });
const byCode = z.strictObject({ code: shortText(64) });

export const actorSchema = z
  .union([byId, byExternalId, byAccount], {
    error:
      'expected {"id": "usr_…"}, {"external_id": "…"} or {"account": {"platform": "…", "name": "…"}}, and nothing else beside it',
  })
  .meta({
    id: 'Actor',
    description:
      'Who acts: by our id, by your own id, or by an account. Your own id makes a participant of whoever is new; the others must be known',
    examples: [{ external_id: 'customer-4711' }],
  });

/** For what a participant's own browser may do too. */
export const actingSchema = actorSchema
  .optional()
  .meta({ description: 'Who acts. With a participant token that is its bearer, whom you may leave out' });

export const referrerSchema = z
  .union([byId, byExternalId, byAccount, byCode], {
    error:
      'expected {"id": "usr_…"}, {"external_id": "…"}, {"account": {"platform": "…", "name": "…"}} or {"code": "…"}, and nothing else beside it',
  })
  .meta({
    id: 'Referrer',
    description:
      'Somebody who has joined the campaign: by our id, your own id, an account or a referral code',
    examples: [{ code: 'ADA-7QX2' }],
  });

export function personReference(given: z.output<typeof actorSchema>): PersonReference;
export function personReference(given: z.output<typeof actingSchema>): PersonReference | undefined;
export function personReference(given: z.output<typeof actingSchema>): PersonReference | undefined {
  return given !== undefined && 'external_id' in given ? { externalId: given.external_id } : given;
}

export function referrerReference(given: z.output<typeof referrerSchema>): ReferrerReference {
  return 'code' in given ? given : personReference(given);
}

/** The account an action came by: the one said, else the one that the actor is named by. */
export function accountOf(body: {
  readonly participant?: z.output<typeof actingSchema>;
  readonly account?: z.output<typeof accountInputSchema> | undefined;
}) {
  const { participant } = body;
  const given =
    body.account ?? (participant !== undefined && 'account' in participant ? participant.account : null);
  if (given === null) return null;
  const account = canonicalAccount(given);
  if (!('fault' in account)) return account;
  const pointer = body.account === undefined ? '/participant/account' : '/account';
  throw new Problem('invalid_request', account.fault, { faults: [{ pointer, detail: account.fault }] });
}

export const teamSchema = shortText(100);
export const referenceSchema = shortText(200).meta({
  description:
    'Your own name for this booking, shown as its note. The same reference and cause book nothing a second time',
  examples: ['invoice-2026-0042'],
});
export const triggerKeySchema = shortText(200).meta({
  description: 'Your own name for this firing. The same key fires nothing a second time',
  examples: ['payment-98213'],
});
export const playKeySchema = shortText(200).meta({
  description: 'Your own name for this play. The same key plays nothing a second time',
  examples: ['round-77120'],
});
export const methodSchema = shortText(50).meta({ examples: ['google'] });

export const outcomeSchema = z
  .object({
    repeated: z.boolean().meta({
      description:
        'It may happen once and had happened before: nothing was changed and no event written. What the first one made stands here where it is known',
    }),
    detail: z.string().nullable().meta({ description: 'Why nothing was changed, when it was repeated' }),
    campaign_id: idSchema('cmp', 'The campaign')
      .nullable()
      .meta({ description: 'Null for a sign-in without one' }),
    participant_id: idSchema('usr', 'Who acted'),
    joined: z.boolean().meta({ description: 'Whether this made them a participant of the campaign' }),
    completion: z
      .object({
        id: idSchema('cpl', 'The completion'),
        task_id: idSchema('tsk', 'The task'),
        period: z.string().meta({ description: 'In which it may happen once; times in UTC' }),
        points: z.number(),
      })
      .nullable(),
    quests: z
      .array(z.object({ id: idSchema('qst', 'The quest'), points: z.number() }))
      .meta({ description: 'Quests that this completed' }),
    play: z.object({ id: idSchema('ply', 'The play') }).nullable(),
    trigger_event: z.object({ id: idSchema('tre', 'The trigger event') }).nullable(),
    transaction: z
      .object({
        id: idSchema('txn', 'The entry in the ledger'),
        amount: z.number().meta({ description: 'Negative when points were taken' }),
      })
      .nullable()
      .meta({ description: 'What the action itself is worth; null when that is nothing' }),
    earnings: z
      .array(
        z.object({
          id: idSchema('ern', 'The earning'),
          reward_id: idSchema('rwd', 'The reward'),
          amount: z.string().meta({ examples: ['1.5000'] }),
        }),
      )
      .meta({ description: 'Rewards that this earned' }),
    total_points: z.number().meta({ description: 'Of the one who acted, after it' }),
    rank: z
      .int()
      .nullable()
      .meta({ description: 'Position on the leaderboard after it; null without points' }),
    events: z.array(z.object({ id: idSchema('we', 'The event'), type: z.string() })).meta({
      description:
        'The events that this wrote, in causal order, also those about a referrer. `rank.changed` is not among them: it sums up all that was decided in the same moment',
    }),
  })
  .meta({
    id: 'ActionOutcome',
    description: 'What an action changed. It is committed, and so are its events',
  });

export function shownOutcome(
  { result, ...receipt }: ActionReceipt,
  where: { readonly campaignId: string; readonly participantId: string },
): z.input<typeof outcomeSchema> {
  const { completion } = result;
  return {
    repeated: receipt.repeated,
    detail: receipt.detail,
    campaign_id: where.campaignId,
    participant_id: where.participantId,
    joined: result.joined,
    completion: completion && {
      id: completion.id,
      task_id: completion.task,
      period: completion.period,
      points: completion.points,
    },
    quests: result.quests.map(({ id, points }) => ({ id, points })),
    play: result.play,
    trigger_event: result.trigger_event,
    transaction: result.transaction,
    earnings: result.earnings.map(({ id, reward, amount }) => ({ id, reward_id: reward, amount })),
    // At most 15 digits, which a double holds as written.
    total_points: Number(receipt.totalPoints),
    rank: receipt.rank,
    events: receipt.events.map(({ id, type }) => ({ id, type })),
  };
}

/** What a sign-in without a campaign came to: its event, and nothing else. */
export function shownSignIn(
  participantId: string,
  event: { readonly id: string; readonly type: string },
): z.input<typeof outcomeSchema> {
  return {
    repeated: false,
    detail: null,
    campaign_id: null,
    participant_id: participantId,
    joined: false,
    completion: null,
    quests: [],
    play: null,
    trigger_event: null,
    transaction: null,
    earnings: [],
    total_points: 0,
    rank: null,
    events: [event],
  };
}
