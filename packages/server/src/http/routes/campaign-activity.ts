import { z } from 'zod';
import type {
  Activity,
  ActivityItem,
  CampaignRulesSource,
  Counters,
  LeaderboardEntry,
} from '../../campaigns/index.ts';
import { parseId, uuidOf } from '../../ids.ts';
import { notFound } from '../../problems.ts';
import { requireVisible, whoseOf } from '../access.ts';
import { type Api, idSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage, readPageAfter, uuidAt } from '../pagination.ts';
import { countersSchema, shownCounters } from './participants.ts';

const leaderboardEntrySchema = countersSchema
  .extend({
    external_id: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
  })
  .meta({ id: 'LeaderboardEntry' });

const campaignParticipantSchema = leaderboardEntrySchema
  .extend({ test: z.boolean().meta({ description: 'A test participant, who has no place on leaderboards' }) })
  .meta({ id: 'CampaignParticipant' });

const participationDetailSchema = countersSchema
  .extend({
    referral: z
      .object({
        id: idSchema('ref', 'The referral'),
        state: z.enum(['linked', 'qualified', 'converted']),
      })
      .nullable()
      .meta({ description: 'By which they came' }),
    tasks: z.array(
      z.object({
        id: idSchema('tsk', 'A task'),
        period: z.string().meta({ description: 'The newest period in which they completed it' }),
        count: z.int().meta({ description: 'How often they completed it' }),
      }),
    ),
    quests: z.array(idSchema('qst', 'A quest they completed')),
  })
  .meta({ id: 'ParticipationDetail' });

const itemSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('completion'),
      id: idSchema('cpl', 'The completion'),
      participant_id: idSchema('usr', 'Who completed it'),
      at: timeSchema,
      subject_id: z.string().meta({ description: 'A task (`tsk_…`) or a quest (`qst_…`)' }),
      account: z.object({ platform: z.string(), name: z.string() }).nullable(),
      points: z.number(),
      revoked_at: timeSchema.nullable().meta({ description: 'When it was taken back' }),
    }),
    z.object({
      kind: z.literal('points'),
      id: idSchema('txn', 'The ledger entry'),
      participant_id: idSchema('usr', 'Whose total it changed'),
      at: timeSchema,
      points: z.number().meta({ description: 'Less than zero when taken' }),
      bucket: z.string().meta({ examples: ['task'] }),
      cause: z.string(),
    }),
  ])
  .meta({ id: 'ActivityItem' });

const params = z.object({ id: z.string() });

export interface CampaignActivityParts {
  readonly activity: Activity;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
}

export function campaignActivityRoutes(app: Api, { activity, campaignRules }: CampaignActivityParts): void {
  app.get(
    '/v1/campaigns/:id/leaderboard',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'getLeaderboard',
        summary: 'The participants with points, most first',
        description:
          'Each entry stands with its rank as of now; equal totals share a rank. Whoever gains points between two pages may show on both, or on neither. With a participant token, external_id, last_name and referrer_id of everybody else are null.',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(leaderboardEntrySchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      await requireVisible(request.principal, campaign, campaignRules);
      return readPageAfter({
        name: `leaderboard ${campaign}`,
        query: request.query,
        positionBytes: 24,
        read: (after, limit) =>
          activity.leaderboard(
            organizationId,
            campaign,
            after && { participantId: uuidAt(after), total: totalAt(after) },
            limit,
          ),
        position: ({ position }) => {
          const bytes = Buffer.alloc(24);
          bytes.write(position.participantId.replaceAll('-', ''), 'hex');
          // As the database prints it, with exactly 4 places.
          bytes.writeBigInt64BE(BigInt(position.total.replace('.', '')), 16);
          return bytes;
        },
        show: (entry) => {
          const shown = shownNamed(entry);
          const { principal } = request;
          if (principal.kind !== 'participant' || entry.participantId === principal.participantId)
            return shown;
          // To each other, participants are a first name and their points.
          return { ...shown, external_id: null, last_name: null, referrer_id: null };
        },
      });
    },
  );

  app.get(
    '/v1/campaigns/:id/participants',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'listCampaignParticipants',
        summary: 'Everybody who joined or acted, newest participant first',
        description: 'With their counters in the campaign, those without points and test participants too.',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(campaignParticipantSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      return readPage({
        name: `participants ${campaign}`,
        query: request.query,
        read: (before, limit) => activity.participants(organizationId, campaign, before, limit),
        uuid: ({ participantId }) => uuidOf(participantId),
        show: (participant) => ({ ...shownNamed(participant), test: participant.test }),
      });
    },
  );

  app.get(
    '/v1/campaigns/:id/participants/:participant_id',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'getParticipation',
        summary: "One participant's counters and progress in a campaign",
        params: z.object({ id: z.string(), participant_id: z.string() }),
        response: { 200: participationDetailSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      const participant = pathId('usr', request.params.participant_id);
      const detail = await activity.participation(organizationId, campaign, participant);
      return {
        ...shownCounters(detail),
        referral: detail.referral,
        tasks: [...detail.tasks],
        quests: [...detail.quests],
      };
    },
  );

  app.get(
    '/v1/campaigns/:id/activity',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'listActivity',
        summary: 'Completions and ledger entries, newest first',
        description: 'With a participant token, those of its bearer.',
        params,
        querystring: pageQuerySchema.extend({
          participant_id: z.string().max(200).optional().meta({ description: 'Only of this participant' }),
        }),
        response: {
          200: pageSchema(itemSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      const { participant_id } = request.query;
      const asked = participant_id === undefined ? null : parseId('usr', participant_id);
      if (participant_id !== undefined && asked === null) throw notFound();
      const participant = whoseOf(request.principal, asked);
      await requireVisible(request.principal, campaign, campaignRules);
      return readPage({
        name: `activity ${campaign}`,
        query: request.query,
        read: (before, limit) => activity.list(organizationId, campaign, participant, before, limit),
        uuid: (item) => item.uuid,
        show: shownItem,
      });
    },
  );
}

/** Points behind the UUID of a leaderboard position, in ten-thousandths. */
function totalAt(position: Buffer): string {
  const digits = position.readBigInt64BE(16).toString().padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

function shownNamed(named: Pick<LeaderboardEntry, keyof Counters | 'externalId' | 'firstName' | 'lastName'>) {
  return {
    ...shownCounters(named),
    external_id: named.externalId,
    first_name: named.firstName,
    last_name: named.lastName,
  };
}

function shownItem(item: ActivityItem) {
  const shared = {
    id: item.id,
    participant_id: item.participantId,
    at: item.at.toISOString(),
    points: item.points,
  };
  if (item.kind === 'points') {
    return { ...shared, kind: item.kind, bucket: item.bucket, cause: item.cause };
  }
  return {
    ...shared,
    kind: item.kind,
    subject_id: item.subject,
    account: item.account,
    revoked_at: item.revokedAt?.toISOString() ?? null,
  };
}
