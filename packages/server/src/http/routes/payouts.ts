import { z } from 'zod';
import { type ActionReceipt, earningStates, type Payouts, payoutStates } from '../../campaigns/index.ts';
import { exactAmount } from '../../catalog/index.ts';
import { type Id, type IdPrefix, idFromUuid, parseId } from '../../ids.ts';
import { notFound, Problem } from '../../problems.ts';
import { actorOf, campaignOf, requireVisible, trustOf, whoseOf } from '../access.ts';
import {
  type Api,
  addingProblems,
  bodyProblems,
  idInputSchema,
  idSchema,
  pathId,
  problems,
  timeSchema,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { accountInputSchema, accountOf, actingSchema, personReference } from './action-schemas.ts';
import { type ActionParts, actingAs, ownCampaign } from './actions.ts';

export interface PayoutParts extends ActionParts {
  readonly payouts: Payouts;
}

const tags = ['Rewards and payouts'];
const requesters = ['claim', 'auto', 'operator'] as const;
const amountSchema = z.string().meta({
  description: "With exactly the places of the reward's unit",
  examples: ['1.5000'],
});
const eventsSchema = z.array(z.object({ id: idSchema('we', 'The event'), type: z.string() }));

const claimSchema = z
  .object({
    campaign_id: idSchema('cmp', 'The campaign'),
    participant_id: idSchema('usr', 'Who claimed'),
    earnings: z.array(
      z.object({
        id: idSchema('ern', 'The earning'),
        reward_id: idSchema('rwd', 'The reward'),
        amount: amountSchema,
        state: z.enum(earningStates),
      }),
    ),
    payouts: z.array(
      z.object({
        id: idSchema('pay', 'The payout'),
        reward_id: idSchema('rwd', 'The reward'),
        amount: amountSchema,
        state: z.enum(payoutStates),
        attempt: z.int(),
      }),
    ),
    unavailable: z.array(z.object({ reward_id: idSchema('rwd', 'The reward'), detail: z.string() })).meta({
      description: 'Rewards whose webhook cannot be asked now: they stay claimable',
    }),
    more: z.boolean().meta({ description: 'There is more to claim than fits in one claim: claim again' }),
    events: eventsSchema,
  })
  .meta({ id: 'Claim' });

const earningSchema = z
  .object({
    id: idSchema('ern', 'The earning'),
    participant_id: idSchema('usr', 'Who earned it'),
    reward_id: idSchema('rwd', 'The reward'),
    amount: amountSchema,
    state: z.enum(earningStates),
    payout_id: idSchema('pay', 'The payout that pays it').nullable(),
    claimed_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .meta({ id: 'Earning' });

const payoutFields = {
  id: idSchema('pay', 'The payout; the payment id in every attempt'),
  campaign_id: idSchema('cmp', 'The campaign'),
  campaign_name: z.string().meta({ description: 'As it is now' }),
  participant_id: idSchema('usr', 'Who gets it'),
  participant_external_id: z.string().nullable().meta({ description: "The organization's own id" }),
  participant_email: z.string().nullable().meta({ description: 'As it is now' }),
  reward_id: idSchema('rwd', 'The reward'),
  reward_name: z.string().meta({ description: 'As it is now' }),
  unit: z.string().meta({ description: 'What one is called: ETH, Boxes' }),
  earning_ids: z.array(idSchema('ern', 'An earning that it pays')),
  amount: amountSchema,
  account: z.object({ platform: z.string(), name: z.string() }).nullable(),
  origin: z.enum(requesters),
  state: z.enum(payoutStates),
  attempt: z.int().meta({ description: 'Of the newest attempt; 0 before the first' }),
  requested_by: z.enum(requesters),
  requested_at: timeSchema.nullable(),
  next_attempt_at: timeSchema.nullable().meta({ description: 'When an automatic payout is asked for again' }),
  status: z.int().nullable().meta({ description: 'HTTP status of the newest answer' }),
  reason: z.string().nullable(),
  settled_by: z.enum(['webhook', 'api', 'operator']).nullable(),
  reference: z.string().nullable().meta({ description: 'What the paying system calls it' }),
  settled_at: timeSchema.nullable(),
  created_at: timeSchema,
};
const payoutSchema = z.object(payoutFields).meta({ id: 'Payout' });
const payoutDetailSchema = z
  .object({
    ...payoutFields,
    attempts: z.array(
      z.object({
        number: z.int(),
        event_id: idSchema('we', 'The payout.requested'),
        webhook_id: z.string().nullable(),
        delivery_id: idSchema('dlv', 'Whose history shows request and answer').nullable(),
        requested_by: z.enum(requesters),
        requested_at: timeSchema,
        outcome: z
          .enum(['paid', 'processing', 'failed'])
          .nullable()
          .meta({ description: 'Null: still open' }),
        status: z.int().nullable(),
        reason: z.string().nullable(),
        settled_by: z.enum(['webhook', 'api', 'operator']).nullable(),
        reference: z.string().nullable(),
        settled_at: timeSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'PayoutDetail' });

const payoutChangeSchema = z
  .object({
    repeated: z.boolean(),
    detail: z.string().nullable(),
    payout: z.object({
      id: idSchema('pay', 'The payout'),
      state: z.enum(payoutStates),
      attempt: z.int(),
    }),
    events: eventsSchema,
  })
  .meta({ id: 'PayoutChange' });

const totalSchema = z
  .object({
    reward_id: idSchema('rwd', 'The reward'),
    reward_name: z.string(),
    unit: z.string(),
    state: z.enum(earningStates),
    earnings: z.int().meta({ description: 'How many' }),
    amount: amountSchema,
  })
  .meta({ id: 'RewardTotal' });

const text = (max: number) => z.string().trim().min(1).max(max);

/** Claiming rewards, and the payments that follow. */
export function payoutRoutes(app: Api, parts: PayoutParts): void {
  claimRoute(app, parts);
  readingRoutes(app, parts);
  changingRoutes(app, parts);
}

function claimRoute(app: Api, parts: PayoutParts): void {
  app.post(
    '/v1/campaigns/:id/claims',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'claimRewards',
        summary: 'Somebody claims what they earned',
        description:
          'Everything that waits, or one reward. What Fanfare only keeps is paid by it; for the rest the webhook of the reward is asked, and a payment that failed before is asked for again under its own id. Also possible when the campaign is paused or over.',
        params: z.object({ id: z.string() }),
        body: z.strictObject({
          participant: actingSchema,
          reward_id: idInputSchema('rwd', 'a reward').optional(),
          account: accountInputSchema.optional().meta({
            description: 'Where new payments should go; those that failed keep the account they had',
          }),
        }),
        response: {
          200: claimSchema,
          ...problems(
            'not_found',
            'unknown_participant',
            'unknown_reward',
            'campaign_not_active',
            'not_joined',
            'nothing_to_claim',
            'payout_unavailable',
            ...addingProblems,
          ),
        },
      },
    },
    async (request) => {
      const { principal } = request;
      const campaignId = await ownCampaign(parts, principal, request.params.id);
      const account = request.body.account === undefined ? null : accountOf(request.body);
      const who = actorOf(principal, personReference(request.body.participant));
      const participantId = await actingAs(parts, principal, who, account);
      const receipt = await parts.actions.act({
        action: { kind: 'claim', reward: request.body.reward_id ?? null, account },
        campaignId,
        participantId,
        trust: trustOf(principal),
        occurredAt: new Date(parts.clock.now()),
      });
      return { campaign_id: campaignId, participant_id: participantId, ...shownClaim(receipt) };
    },
  );
}

function readingRoutes(app: Api, { payouts, campaignRules }: PayoutParts): void {
  app.get(
    '/v1/campaigns/:id/earnings',
    {
      schema: {
        tags,
        operationId: 'listEarnings',
        summary: 'What participants earned, newest first',
        description: 'With a participant token, those of its bearer.',
        params: z.object({ id: z.string() }),
        querystring: pageQuerySchema.extend({
          participant_id: z.string().max(200).optional(),
          reward_id: z.string().max(200).optional(),
          state: z.enum(earningStates).optional(),
        }),
        response: {
          200: pageSchema(earningSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { participant_id, reward_id, state } = request.query;
      const campaign = pathId('cmp', request.params.id);
      await requireVisible(request.principal, campaign, campaignRules);
      const filter = {
        participant: whoseOf(request.principal, asked('usr', participant_id) ?? null) ?? undefined,
        reward: asked('rwd', reward_id),
        state,
      };
      return readPage({
        name: `earnings ${campaign}`,
        query: request.query,
        read: (before, limit) => payouts.earnings(organizationId, campaign, filter, before, limit),
        uuid: (row) => row.id,
        show: (row) => ({
          id: idFromUuid('ern', row.id),
          participant_id: idFromUuid('usr', row.participant_id),
          reward_id: idFromUuid('rwd', row.reward_id),
          amount: exactAmount(row.amount, row.decimals),
          state: row.state,
          payout_id: row.payout_id && idFromUuid('pay', row.payout_id),
          claimed_at: timeOf(row.claimed_at),
          created_at: row.created_at.toISOString(),
        }),
      });
    },
  );

  app.get(
    '/v1/campaigns/:id/reward-totals',
    {
      schema: {
        tags,
        operationId: 'getRewardTotals',
        summary: 'What was earned of each reward, by what became of it',
        description: 'Exact sums; test participants are left out.',
        params: z.object({ id: z.string() }),
        response: { 200: z.object({ data: z.array(totalSchema) }), ...problems('not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const rows = await payouts.totals(organizationId, pathId('cmp', request.params.id));
      return {
        data: rows.map(({ decimals, ...row }) => ({
          ...row,
          reward_id: idFromUuid('rwd', row.reward_id),
          amount: exactAmount(row.amount, decimals),
        })),
      };
    },
  );

  app.get(
    '/v1/payouts',
    {
      schema: {
        tags,
        operationId: 'listPayouts',
        summary: 'Payouts, newest first',
        description: 'With a participant token, those of its bearer.',
        querystring: pageQuerySchema.extend({
          campaign_id: z.string().max(200).optional(),
          participant_id: z.string().max(200).optional(),
          reward_id: z.string().max(200).optional(),
          state: z.enum(payoutStates).optional(),
        }),
        response: {
          200: pageSchema(payoutSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { campaign_id, participant_id, reward_id, state } = request.query;
      const filter = {
        campaign: campaignOf(request.principal, asked('cmp', campaign_id) ?? null) ?? undefined,
        participant: whoseOf(request.principal, asked('usr', participant_id) ?? null) ?? undefined,
        reward: asked('rwd', reward_id),
        state,
      };
      return readPage({
        name: 'payouts',
        query: request.query,
        read: (before, limit) => payouts.list(organizationId, filter, before, limit),
        uuid: (row) => row.id,
        show: shownPayout,
      });
    },
  );

  app.get(
    '/v1/payouts/:id',
    {
      schema: {
        tags,
        operationId: 'getPayout',
        summary: 'A payout with its attempts',
        params: z.object({ id: z.string() }),
        response: { 200: payoutDetailSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { payout, attempts } = await payouts.get(organizationId, pathId('pay', request.params.id));
      return {
        ...shownPayout(payout),
        attempts: attempts.map(({ event_id, delivery_id, requested_at, settled_at, ...attempt }) => ({
          ...attempt,
          event_id: idFromUuid('we', event_id),
          delivery_id: delivery_id && idFromUuid('dlv', delivery_id),
          requested_at: requested_at.toISOString(),
          settled_at: timeOf(settled_at),
        })),
      };
    },
  );
}

function changingRoutes(app: Api, { payouts }: PayoutParts): void {
  app.post(
    '/v1/payouts/:id/retry',
    {
      schema: {
        tags,
        operationId: 'retryPayout',
        summary: 'Ask again for a payout that failed',
        description: 'One more attempt, under the same payment id.',
        params: z.object({ id: z.string() }),
        response: {
          200: payoutChangeSchema,
          ...problems('not_found', 'payout_state', 'payout_unavailable'),
        },
      },
    },
    async (request) =>
      shownChange(await payouts.retry(request.principal.organizationId, pathId('pay', request.params.id))),
  );

  app.post(
    '/v1/payouts/:id/settlement',
    {
      schema: {
        tags,
        operationId: 'settlePayout',
        summary: 'Say what came of a payout',
        description:
          'Settles a payout that the paying system is processing; or by hand, with a reason, one that failed and was paid in another way. Settling as paid what is paid changes nothing and answers 200 with `repeated: true`.',
        params: z.object({ id: z.string() }),
        body: z.strictObject({
          outcome: z.enum(['paid', 'failed']),
          reference: text(200)
            .optional()
            .meta({ description: 'What the paying system calls it: a transaction hash' }),
          reason: text(500).optional(),
        }),
        response: { 200: payoutChangeSchema, ...problems('not_found', 'payout_state', ...bodyProblems) },
      },
    },
    async (request) => {
      const { outcome, reference, reason } = request.body;
      return shownChange(
        await payouts.settle(request.principal.organizationId, pathId('pay', request.params.id), {
          outcome,
          reference: reference ?? null,
          reason: reason ?? null,
        }),
      );
    },
  );
}

/** An id in a filter: a malformed one is as unknown as any other. */
function asked<P extends IdPrefix>(prefix: P, given: string | undefined): Id<P> | undefined {
  if (given === undefined) return undefined;
  const id = parseId(prefix, given);
  if (id === null) throw notFound();
  return id;
}

function shownClaim({ result, events }: ActionReceipt) {
  const { claim } = result;
  if (claim === null) throw new Problem('internal', 'A claim came to nothing and was not refused.');
  return {
    earnings: claim.earnings.map(({ reward, ...one }) => ({ ...one, reward_id: reward })),
    payouts: claim.payouts.map(({ reward, ...one }) => ({ ...one, reward_id: reward })),
    unavailable: claim.unavailable.map(({ reward, detail }) => ({ reward_id: reward, detail })),
    more: claim.more,
    events: [...events],
  };
}

function shownChange({ repeated, detail, result, events }: ActionReceipt) {
  if (result.payout === null) throw new Problem('internal', 'A change of a payout named none.');
  return { repeated, detail, payout: result.payout, events: [...events] };
}

function shownPayout(row: Awaited<ReturnType<Payouts['list']>>[number]) {
  return {
    id: idFromUuid('pay', row.id),
    campaign_id: idFromUuid('cmp', row.campaign_id),
    campaign_name: row.campaign_name,
    participant_id: idFromUuid('usr', row.participant_id),
    participant_external_id: row.participant_external_id,
    participant_email: row.participant_email,
    reward_id: idFromUuid('rwd', row.reward_id),
    reward_name: row.reward_name,
    unit: row.unit,
    earning_ids: row.earnings.map((id) => idFromUuid('ern', id)),
    amount: exactAmount(row.amount, row.decimals),
    account:
      row.platform === null || row.account === null ? null : { platform: row.platform, name: row.account },
    origin: row.origin,
    state: row.state,
    attempt: row.attempt,
    requested_by: row.requested_by,
    requested_at: timeOf(row.requested_at),
    next_attempt_at: timeOf(row.next_attempt_at),
    status: row.status,
    reason: row.reason,
    settled_by: row.settled_by,
    reference: row.reference,
    settled_at: timeOf(row.settled_at),
    created_at: row.created_at.toISOString(),
  };
}

function timeOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
