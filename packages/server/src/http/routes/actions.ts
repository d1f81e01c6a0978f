import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { Principal } from '../../accounts/index.ts';
import {
  type Account,
  type Action,
  type Actions,
  type CampaignRulesSource,
  type Participants,
  type PersonReference,
  type PersonReferences,
  type ReferrerReference,
  type SignIns,
  triggerIdFault,
} from '../../campaigns/index.ts';
import { type CampaignId, newId, type OrganizationId, type ParticipantId } from '../../ids.ts';
import { type Fault, notFound, Problem } from '../../problems.ts';
import { actorOf, canSee, forbidden, requireCampaign, trustOf } from '../access.ts';
import { type Api, addingProblems, idInputSchema, pathId, problems } from '../api.ts';
import {
  accountInputSchema,
  accountOf,
  actingSchema,
  actorSchema,
  methodSchema,
  outcomeSchema,
  personReference,
  referenceSchema,
  referrerReference,
  referrerSchema,
  shownOutcome,
  shownSignIn,
  teamSchema,
  triggerKeySchema,
} from './action-schemas.ts';

export interface ActionParts {
  readonly actions: Actions;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf' | 'trigger'>;
  readonly people: PersonReferences;
  readonly participants: Pick<Participants, 'accountsOf'>;
  readonly signIns: SignIns;
  readonly clock: { now(): number };
}

/**
 * What people do: reported by a system with an API token, which is trusted, or done in a browser with a participant
 * token, which speaks for its participant alone. It has just happened.
 */
export function actionRoutes(app: Api, parts: ActionParts): void {
  signInRoute(app, parts);
  joinRoute(app, parts);
  completionRoute(app, parts);
  pointsRoute(app, parts);
  triggerRoute(app, parts);
}

const tags = ['Actions'];
const onceOrAgain =
  'Asking again for what may happen once changes nothing and answers 200 with `repeated: true`. Whoever acts in an active campaign without having joined joins by it.';

/** What may be wrong when a task is completed, whatever did it. */
export const completingProblems = [
  'not_found',
  'unknown_task',
  'unknown_participant',
  'campaign_not_active',
  'prerequisite_missing',
  'out_of_stock',
  'amount_out_of_range',
  ...addingProblems,
] as const;

/** Has somebody do something, and shows what came of it. */
export async function perform(
  parts: ActionParts,
  principal: Principal,
  who: PersonReference,
  campaignId: CampaignId,
  action: Action,
) {
  const participantId = await actingAs(parts, principal, who, 'account' in action ? action.account : null);
  const receipt = await parts.actions.act({
    action,
    campaignId,
    participantId,
    trust: trustOf(principal),
    occurredAt: new Date(parts.clock.now()),
  });
  return shownOutcome(receipt, { campaignId, participantId: receipt.participantId });
}

/** The same in the campaign of the path, by whoever the body names or the token stands for. */
export async function performHere(
  parts: ActionParts,
  {
    principal,
    params,
    body,
  }: {
    readonly principal: Principal;
    readonly params: { readonly id: string };
    readonly body: { readonly participant?: z.output<typeof actingSchema> };
  },
  action: Action,
) {
  const campaignId = await ownCampaign(parts, principal, params.id);
  return perform(parts, principal, actorOf(principal, personReference(body.participant)), campaignId, action);
}

/** Who acts, by an account of theirs if one is named. */
export async function actingAs(
  parts: ActionParts,
  principal: Principal,
  who: PersonReference,
  account: Account | null,
): Promise<ParticipantId> {
  const participantId = await parts.people.actor(principal.organizationId, who);
  if (principal.kind === 'participant' && account !== null) {
    await requireOwnAccount(parts, principal.organizationId, participantId, account);
  }
  return participantId;
}

/** Events name the account something was done by: a browser may not claim one that its participant does not have. */
async function requireOwnAccount(
  { participants }: ActionParts,
  organization: OrganizationId,
  participant: ParticipantId,
  { platform, name }: Account,
): Promise<void> {
  const own = await participants.accountsOf(organization, participant);
  if (own.some((account) => account.platform === platform && account.name === name)) return;
  throw forbidden(
    `The account "${name}" on ${platform} is not known as one of the participant's. Leave it out, or add it from your server with PATCH /v1/participants/${participant}.`,
  );
}

/** The campaign of a path. Everybody else's is as unknown as one that does not exist. */
export async function ownCampaign(
  parts: ActionParts,
  principal: Principal,
  text: string,
): Promise<CampaignId> {
  const id = pathId('cmp', text);
  if (!(await canSee(principal, id, parts.campaignRules))) throw notFound();
  return id;
}

function signInRoute(app: Api, parts: ActionParts): void {
  app.post(
    '/v1/sign-ins',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Somebody signed in',
        description:
          "Tells of it and changes no counter. With a campaign the event shows the person's counters in it; without one it shows who they are.",
        body: z.strictObject({
          participant: actingSchema,
          campaign_id: idInputSchema('cmp', 'a campaign').optional(),
          method: methodSchema,
          account: accountInputSchema.optional(),
        }),
        response: {
          200: outcomeSchema,
          ...problems('unknown_campaign', 'unknown_participant', ...addingProblems),
        },
      },
    },
    async (request) => {
      const { principal } = request;
      const { participant, campaign_id, method } = request.body;
      const who = actorOf(principal, personReference(participant));
      const account = accountOf(request.body);
      if (campaign_id === undefined) return signInAnywhere(parts, principal, who, { method, account });
      requireCampaign(principal, campaign_id);
      if (!(await canSee(principal, campaign_id, parts.campaignRules))) {
        const detail = `Campaign ${campaign_id} does not exist in this organization. GET /v1/campaigns lists those that do.`;
        throw new Problem('unknown_campaign', detail, { faults: [{ pointer: '/campaign_id', detail }] });
      }
      return perform(parts, principal, who, campaign_id, {
        kind: 'sign_in',
        method,
        account,
        sessionId: newId('ses'),
      });
    },
  );
}

async function signInAnywhere(
  parts: ActionParts,
  principal: Principal,
  who: PersonReference,
  by: { readonly method: string; readonly account: Account | null },
) {
  if (principal.kind === 'participant' && principal.campaignIds !== null) {
    throw forbidden(
      'This participant token is for certain campaigns, found a sign-in without one. Name the campaign_id, or ask your server for a token without campaigns.',
    );
  }
  const participantId = await actingAs(parts, principal, who, by.account);
  const { organizationId: id, organizationName: name } = principal;
  const event = await parts.signIns.signIn({ id, name }, participantId, { ...by, trust: trustOf(principal) });
  return shownSignIn(participantId, event);
}

function joinRoute(app: Api, parts: ActionParts): void {
  app.post(
    '/v1/campaigns/:id/participants',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'joinCampaign',
        summary: 'Somebody joins a campaign',
        description: `The first referrer counts, and only when joining: nobody refers themselves, and none is added later. ${onceOrAgain}`,
        params: z.object({ id: z.string() }),
        body: z.strictObject({
          participant: actingSchema,
          referrer: referrerSchema.optional(),
          account: accountInputSchema.optional(),
          team: teamSchema.optional(),
        }),
        response: {
          200: outcomeSchema,
          ...problems(
            'not_found',
            'unknown_participant',
            'campaign_not_active',
            'self_referral',
            'unknown_referrer',
            'referral_too_late',
            'amount_out_of_range',
            ...addingProblems,
          ),
        },
      },
    },
    async (request) => {
      const { principal } = request;
      const { participant, referrer, team } = request.body;
      const campaignId = await ownCampaign(parts, principal, request.params.id);
      return perform(parts, principal, actorOf(principal, personReference(participant)), campaignId, {
        kind: 'join',
        referrer:
          referrer === undefined
            ? null
            : await parts.people.referrer(
                principal.organizationId,
                referrerOf(principal, referrerReference(referrer)),
              ),
        code: referrer !== undefined && 'code' in referrer ? referrer.code : null,
        account: accountOf(request.body),
        team: team ?? null,
      });
    },
  );
}

function completionRoute(app: Api, parts: ActionParts): void {
  app.post(
    '/v1/campaigns/:id/tasks/:task_id/completions',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'completeTask',
        summary: 'Somebody completes a task',
        description: `With it go the points, the quest when this was its last task, rewards, and the bonus of whoever referred them. ${onceOrAgain}`,
        params: z.object({ id: z.string(), task_id: z.string() }),
        body: z.strictObject({
          participant: actingSchema,
          account: accountInputSchema.optional(),
          score: z.number().optional().meta({ description: 'In a game; at most 15 significant digits' }),
        }),
        response: {
          200: outcomeSchema,
          ...problems(...completingProblems),
        },
      },
    },
    async (request) => {
      const { score } = request.body;
      return performHere(parts, request, {
        kind: 'complete_task',
        taskId: pathId('tsk', request.params.task_id),
        account: accountOf(request.body),
        score: score === undefined ? null : new Decimal(score),
      });
    },
  );
}

/** A browser that named referrers by the organization's own ids could find out which there are. */
function referrerOf(principal: Principal, referrer: ReferrerReference): ReferrerReference {
  if (principal.kind !== 'participant' || 'code' in referrer || 'id' in referrer) return referrer;
  throw forbidden(
    'With a participant token a referrer is named by {"code": "…"} or {"id": "usr_…"}; anything else needs an API token.',
  );
}

const causes = ['api', 'custom', 'correction', 'withdrawal'] as const;

function pointsRoute(app: Api, parts: ActionParts): void {
  app.post(
    '/v1/campaigns/:id/points',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'bookPoints',
        summary: 'Give or take points',
        description: `A positive amount gives exactly so many points, a negative one takes them, never more than there are. Corrections and deductions are also possible in a paused or ended campaign, for those who joined it. ${onceOrAgain}`,
        params: z.object({ id: z.string() }),
        body: z.strictObject({
          participant: actorSchema,
          amount: z
            .number()
            .meta({ description: 'Not zero; at most 4 decimal places and 11 digits before the point' }),
          cause: z.enum(causes).meta({ description: '`withdrawal` only takes' }),
          reference: referenceSchema,
        }),
        response: {
          200: outcomeSchema,
          ...problems(
            'not_found',
            'unknown_participant',
            'campaign_not_active',
            'not_joined',
            'insufficient_points',
            'reference_reused',
            'amount_out_of_range',
            ...addingProblems,
          ),
        },
      },
    },
    async (request) => {
      const { principal } = request;
      const { participant, amount, cause, reference } = request.body;
      const campaignId = await ownCampaign(parts, principal, request.params.id);
      return perform(
        parts,
        principal,
        personReference(participant),
        campaignId,
        booking(new Decimal(amount), cause, reference),
      );
    },
  );
}

function booking(amount: Decimal, cause: (typeof causes)[number], reference: string): Action {
  if (amount.isNegative()) return { kind: 'deduct_points', amount: amount.neg(), cause, reference };
  if (cause === 'withdrawal') {
    throw invalid({
      pointer: '/cause',
      detail: `Found withdrawal with the amount ${amount.toFixed()}, expected a negative amount: a withdrawal takes points.`,
    });
  }
  return { kind: 'issue_points', amount, cause, reference };
}

function triggerRoute(app: Api, parts: ActionParts): void {
  app.post(
    '/v1/triggers/:trigger_id/users/:user_id/events',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'fireTrigger',
        summary: 'Fire a trigger for a user of yours',
        description: `The user id is your own, whatever it looks like; whoever is new is made a participant. The points are exactly those of the trigger's credit rule. ${onceOrAgain}`,
        params: z.object({ trigger_id: z.string(), user_id: z.string() }),
        body: z
          .strictObject({
            value: z
              .number()
              .nullable()
              .optional()
              .meta({
                description: 'What the trigger measures; at most 15 significant digits',
                examples: [2.99],
              }),
            key: triggerKeySchema.optional(),
          })
          .optional(),
        response: {
          200: outcomeSchema,
          ...problems(
            'not_found',
            'campaign_not_active',
            'out_of_stock',
            'amount_out_of_range',
            ...addingProblems,
          ),
        },
      },
    },
    async (request) => {
      const { principal } = request;
      const { trigger_id, user_id } = request.params;
      const trigger =
        triggerIdFault(trigger_id) === null
          ? await parts.campaignRules.trigger(principal.organizationId, trigger_id)
          : null;
      if (trigger === null) throw notFound();
      if (user_id === '' || user_id.includes('\u0000')) {
        throw invalid({
          pointer: '',
          parameter: 'user_id',
          detail: 'Found an empty user id or one with a NUL character, expected 1 to 200 other characters.',
        });
      }
      return perform(parts, principal, { externalId: user_id }, trigger.campaignId, {
        kind: 'fire_trigger',
        trigger,
        value: request.body?.value ?? null,
        key: request.body?.key ?? null,
        account: null,
      });
    },
  );
}

function invalid(fault: Fault): Problem {
  return new Problem('invalid_request', fault.detail, { faults: [fault] });
}
