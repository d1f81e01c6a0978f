import { z } from 'zod';
import type { Referral, Referrals } from '../../campaigns/index.ts';
import { parseId, uuidOf } from '../../ids.ts';
import { notFound } from '../../problems.ts';
import { type Api, idSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';

const stateSchema = z.enum(['linked', 'qualified', 'converted']);

const mentionSchema = (who: string) =>
  z.object({ id: idSchema('usr', who), external_id: z.string().nullable() });

const referralSchema = z
  .object({
    id: idSchema('ref', 'The referral'),
    state: stateSchema,
    referrer: mentionSchema('Who referred'),
    claimer: mentionSchema('Who came'),
    linked_at: timeSchema.meta({ description: 'When the claimer joined' }),
    qualified_at: timeSchema.nullable().meta({
      description: "When the claimer first met the campaign's referral rule",
    }),
    converted_at: timeSchema.nullable().meta({
      description: 'When the claimer, qualified, first completed a task',
    }),
    bonus_points: z.number().meta({ description: 'What the referrer was given for the claimer so far' }),
  })
  .meta({ id: 'Referral' });

export interface ReferralParts {
  readonly referrals: Referrals;
}

export function referralRoutes(app: Api, { referrals }: ReferralParts): void {
  app.get(
    '/v1/campaigns/:id/referrals',
    {
      schema: {
        tags: ['Campaigns'],
        operationId: 'listReferrals',
        summary: 'The referrals of a campaign, newest first',
        description: 'Who came through whom, how far each referral got, and what it brought the referrer.',
        params: z.object({ id: z.string() }),
        querystring: pageQuerySchema.extend({
          referrer: z.string().max(200).optional().meta({ description: 'Only of this referrer (`usr_…`)' }),
          state: stateSchema.optional().meta({ description: 'Only those that stand here now' }),
        }),
        response: {
          200: pageSchema(referralSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id);
      const { state } = request.query;
      const referrer = request.query.referrer === undefined ? null : parseId('usr', request.query.referrer);
      if (request.query.referrer !== undefined && referrer === null) throw notFound();
      const filter = { referrer, state: state ?? null };
      return readPage({
        name: `referrals ${campaign}`,
        query: request.query,
        read: (before, limit) => referrals.list(organizationId, campaign, filter, before, limit),
        uuid: (referral) => uuidOf(referral.id),
        show: shownReferral,
      });
    },
  );
}

function shownReferral(referral: Referral): z.input<typeof referralSchema> {
  const shown = ({ id, externalId }: Referral['referrer']) => ({ id, external_id: externalId });
  return {
    id: referral.id,
    state: referral.state,
    referrer: shown(referral.referrer),
    claimer: shown(referral.claimer),
    linked_at: referral.linkedAt.toISOString(),
    qualified_at: referral.qualifiedAt?.toISOString() ?? null,
    converted_at: referral.convertedAt?.toISOString() ?? null,
    bonus_points: referral.bonusPoints,
  };
}
