import { z } from 'zod';
import type { Activity, Counters, Participant, Participants } from '../../campaigns/index.ts';
import { flatFields } from '../../catalog/index.ts';
import { parseId, uuidOf } from '../../ids.ts';
import { notFound } from '../../problems.ts';
import { type Api, bodyProblems, idSchema, nameSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { snapshotSchema } from './event-schemas.ts';

export const participantSchema = z
  .object({
    id: idSchema('usr', 'The participant'),
    external_id: z.string().nullable().meta({
      description: "The organization's own id for the person; null for who is known only by an account",
    }),
    email: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    phone: z.string().nullable(),
    wallet: z.string().nullable().meta({ description: 'The first of the accounts that is a wallet' }),
    fields: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'Whatever else you keep about them' }),
    test: z.boolean().meta({ description: 'Delivered only to webhooks that ask for test participants' }),
    referral_code: z
      .string()
      .nullable()
      .meta({ examples: ['GYA291C0'] }),
    created_at: timeSchema.meta({ description: 'When Fanfare first saw them' }),
    updated_at: timeSchema,
    erased_at: timeSchema.nullable().meta({
      description: 'When their personal data was erased; nothing but counters is left then',
    }),
  })
  .meta({ id: 'Participant' });

export const countersSchema = z
  .object({
    campaign_id: idSchema('cmp', 'The campaign'),
    participant_id: idSchema('usr', 'The participant'),
    joined_at: timeSchema.nullable(),
    referrer_id: idSchema('usr', 'Who referred them').nullable(),
    team: z.string().nullable(),
    multiplier_percent: z.number().meta({ description: '10 turns 500 points into 550' }),
    total_points: z.number(),
    referral_points: z.number(),
    ugc_points: z.number(),
    referral_count: z.int(),
    best_score: z.number().nullable(),
    rank: z.int().nullable().meta({
      description:
        'Leaderboard position, which equal totals share; null without points and for test participants',
    }),
    tier: z
      .object({ name: z.string(), min_points: z.number() })
      .nullable()
      .meta({ description: 'The tier of the campaign that the total has reached; null below the lowest' }),
    next_tier: z
      .object({ name: z.string(), min_points: z.number(), missing_points: z.number() })
      .nullable()
      .meta({ description: 'The tier above it, and how many points are missing; null in the highest' }),
  })
  .meta({ id: 'Participation' });

const accountSchema = z.object({ platform: z.string(), name: z.string() }).meta({ id: 'Account' });

/** Shown with a participant. */
const mostAbsorbed = 100;

const participantDetailSchema = participantSchema
  .extend({
    accounts: z.array(accountSchema),
    participations: z
      .array(countersSchema)
      .meta({ description: 'Their counters in every campaign they acted in' }),
    absorbed: z
      .array(
        z.object({
          id: idSchema('usr', 'Who was merged into them'),
          external_id: z.string().nullable(),
          merged_at: timeSchema,
          reason: z.string().nullable(),
        }),
      )
      .meta({
        description: `Other names they answer to: who was merged into them, the last ${mostAbsorbed} first`,
      }),
    latest: snapshotSchema.nullable().meta({
      description: 'As the newest event about them shows them; null when there is none within retention',
    }),
  })
  .meta({ id: 'ParticipantDetail' });

const settings = {
  accounts: z
    .array(
      z.strictObject({
        platform: nameSchema.max(50, 'expected at most 50 characters').meta({
          description: 'Lower case: discord, x, ethereum, polygon, solana, …',
          examples: ['discord'],
        }),
        name: nameSchema,
      }),
    )
    .max(50)
    .optional()
    .meta({
      description:
        'Unique in the organization. An address on an EVM platform is kept in its checksum form (EIP-55)',
    }),
  email: z
    .email('expected an e-mail address, such as ada@example.com')
    .max(320, 'expected at most 320 characters')
    .nullable()
    .optional(),
  first_name: nameSchema.max(100, 'expected at most 100 characters').nullable().optional(),
  last_name: nameSchema.max(100, 'expected at most 100 characters').nullable().optional(),
  phone: nameSchema.max(50, 'expected at most 50 characters').nullable().optional(),
  fields: flatFields.optional().meta({ description: 'Replaces the fields there are' }),
  test: z.boolean().optional().meta({ description: 'Cannot change once they took part in a campaign' }),
  referral_code: z
    .string()
    .regex(/^[A-Za-z0-9_-]{3,32}$/, 'expected 3 to 32 letters, digits, "_" or "-"')
    .optional()
    .meta({ description: 'Instead of the generated one; unique in the organization, in capitals' }),
};
const externalIdSchema = z.string().min(1).max(200).optional().meta({
  description: "The organization's own id for the person; stays for good once it is known",
});
const newParticipantSchema = z.strictObject({ external_id: externalIdSchema, ...settings }).meta({
  id: 'NewParticipant',
  examples: [
    {
      external_id: 'ada',
      accounts: [{ platform: 'discord', name: 'ada.lovelace' }],
      email: 'ada@example.com',
      first_name: 'Ada',
    },
  ],
});
const participantChangeSchema = z
  .strictObject({ external_id: externalIdSchema, ...settings })
  .meta({ id: 'ParticipantChange', description: 'What is left out stays as it is' });
const params = z.object({ id: z.string() });

export interface ParticipantParts {
  readonly participants: Participants;
  readonly activity: Activity;
}

export function participantRoutes(app: Api, { participants, activity }: ParticipantParts): void {
  app.get(
    '/v1/participants',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'listParticipants',
        summary: 'The participants, newest first',
        description: 'Participants are made by the first event about them, by what they do, and by you.',
        querystring: pageQuerySchema.extend({
          external_id: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .meta({ description: "Exactly this id of the organization's own" }),
          search: z.string().min(1).max(200).optional().meta({
            description:
              "A part of the name, the organization's own id, the e-mail address, the wallet or an account, in capitals or not; or a whole id (`usr_…`)",
          }),
        }),
        response: { 200: pageSchema(participantSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { external_id, search } = request.query;
      if (external_id !== undefined) {
        const found = await participants.findByExternalId(organizationId, external_id);
        return { data: found === null ? [] : [shownParticipant(found)], next_cursor: null };
      }
      const id = parseId('usr', search?.trim() ?? '');
      if (id !== null) {
        const found = await participants.find(organizationId, id);
        return { data: found === null ? [] : [shownParticipant(found)], next_cursor: null };
      }
      return readPage({
        name: 'participants',
        query: request.query,
        read: (after, limit) => participants.list(organizationId, search ?? null, after, limit),
        uuid: (participant) => uuidOf(participant.id),
        show: shownParticipant,
      });
    },
  );

  app.post(
    '/v1/participants',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'putParticipant',
        summary: 'Make or change a participant',
        description:
          'Changes whoever has the external_id or one of the accounts, or makes somebody new (201). Accounts come to those there are; what else is left out stays as it is.',
        body: newParticipantSchema,
        response: {
          200: participantSchema,
          201: participantSchema,
          ...problems('conflict', 'invalid_participant', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { created, participant } = await participants.upsert(
        request.principal.organizationId,
        request.body,
      );
      reply.code(created ? 201 : 200).header('location', `/v1/participants/${participant.id}`);
      return shownParticipant(participant);
    },
  );

  app.get(
    '/v1/participants/:id',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'getParticipant',
        summary: 'One participant, with their accounts and counters',
        params,
        response: { 200: participantDetailSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const id = pathId('usr', request.params.id);
      const participant = await participants.find(organizationId, id);
      if (participant === null) throw notFound();
      const accounts = await participants.accountsOf(organizationId, participant.id);
      const participations = await activity.participationsOf(organizationId, participant.id);
      const absorbed = await participants.absorbedBy(organizationId, participant.id, mostAbsorbed);
      return {
        ...shownParticipant(participant),
        accounts: [...accounts],
        participations: participations.map(shownCounters),
        absorbed: absorbed.map((one) => ({
          id: one.id,
          external_id: one.externalId,
          merged_at: one.mergedAt.toISOString(),
          reason: one.reason,
        })),
        latest: await participants.latestSnapshot(organizationId, participant.id),
      };
    },
  );

  app.patch(
    '/v1/participants/:id',
    {
      schema: {
        tags: ['Participants'],
        operationId: 'updateParticipant',
        summary: 'Change a participant',
        description:
          'Accounts that are given replace those there are. Events that were accepted before stay as they are.',
        params,
        body: participantChangeSchema,
        response: {
          200: participantSchema,
          ...problems('not_found', 'conflict', 'invalid_participant', ...bodyProblems),
        },
      },
    },
    async (request) => {
      const id = pathId('usr', request.params.id);
      return shownParticipant(await participants.update(request.principal.organizationId, id, request.body));
    },
  );
}

export function shownParticipant(participant: Participant) {
  return {
    id: participant.id,
    external_id: participant.externalId,
    email: participant.email,
    first_name: participant.firstName,
    last_name: participant.lastName,
    phone: participant.phone,
    wallet: participant.wallet,
    fields: { ...participant.fields },
    test: participant.test,
    referral_code: participant.referralCode,
    created_at: participant.createdAt.toISOString(),
    updated_at: participant.updatedAt.toISOString(),
    erased_at: participant.erasedAt?.toISOString() ?? null,
  };
}

export function shownCounters(counters: Counters) {
  return {
    campaign_id: counters.campaignId,
    participant_id: counters.participantId,
    joined_at: counters.joinedAt?.toISOString() ?? null,
    referrer_id: counters.referrer,
    team: counters.team,
    multiplier_percent: counters.multiplierPercent,
    total_points: counters.totalPoints,
    referral_points: counters.referralPoints,
    ugc_points: counters.ugcPoints,
    referral_count: counters.referralCount,
    best_score: counters.bestScore,
    rank: counters.rank,
    tier: counters.tier && { name: counters.tier.name, min_points: counters.tier.minPoints },
    next_tier: counters.nextTier && {
      name: counters.nextTier.name,
      min_points: counters.nextTier.minPoints,
      missing_points: counters.nextTier.missingPoints,
    },
  };
}
