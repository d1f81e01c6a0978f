import {
  isScope,
  type Permission,
  type PersonPrincipal,
  type Principal,
  rolesWith,
  type TokenPrincipal,
} from '../accounts/index.ts';
import type { CampaignRulesSource, PersonReference } from '../campaigns/index.ts';
import { type CampaignId, type ParticipantId, type PersonId, parseId, type TokenId } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import type { Access } from './access-table.ts';

/** Whether this is meant to be a participant token: three parts, as a JWT has (RFC 7519). API tokens have no dots. */
export function isParticipantToken(credential: string): boolean {
  return credential.includes('.');
}

/** What a route is, as far as access goes. */
export interface Door {
  /** With `:name` for what varies. */
  readonly url: string;
  readonly access: Access;
  readonly params: unknown;
}

/** Throws `forbidden` unless this principal may go through. Decided without looking anything up, so it tells nothing. */
export function requireAccess(principal: Principal, { url, access, params }: Door): void {
  if (principal.kind !== 'participant') {
    requirePermission(principal, access.permission);
    return;
  }
  if (!access.participants) {
    throw forbidden(
      'This needs an API token, found a participant token. Call it from your server; a browser must not have an API token.',
    );
  }
  const named = typeof params === 'object' && params !== null ? new Map(Object.entries(params)) : new Map();
  if (url.startsWith('/v1/campaigns/:id')) {
    const campaign = parseId('cmp', String(named.get('id')));
    if (campaign !== null) requireCampaign(principal, campaign);
  }
  const participant: unknown = named.get('participant_id');
  if (participant !== undefined && participant !== principal.participantId) throw notOneself(principal);
}

function requirePermission(
  principal: TokenPrincipal | PersonPrincipal,
  permission: Permission | 'member',
): void {
  if (principal.kind === 'person') {
    if (permission === 'member' || principal.permissions.has(permission)) return;
    const roles = rolesWith(permission).join(', ');
    throw forbidden(
      `This needs the permission ${permission}, which ${principal.role} does not have; ${roles} do. Ask an owner or an admin of the organization.`,
    );
  }
  if (permission === 'member' || !isScope(permission)) {
    throw forbidden('This is for people who are signed in, found an API token.');
  }
  if (principal.permissions.has(permission)) return;
  const found = [...principal.permissions].join(', ') || 'none that this version knows';
  throw forbidden(
    `This needs the scope ${permission}, found an API token with the scopes ${found}. Make a token that has it (POST /v1/tokens).`,
  );
}

/** Throws `forbidden` when the token was made for other campaigns. */
export function requireCampaign(principal: Principal, campaign: CampaignId): void {
  if (principal.kind !== 'participant' || principal.campaignIds === null) return;
  if (principal.campaignIds.has(campaign)) return;
  throw forbidden(
    `This participant token is for ${[...principal.campaignIds].join(', ')}, found ${campaign}. Ask your server for a token that names this campaign too.`,
  );
}

/** Whether this principal can see the campaign: it is the organization's, and to a browser a draft is not there yet. */
export async function canSee(
  principal: Principal,
  id: CampaignId,
  campaignRules: Pick<CampaignRulesSource, 'rulesOf'>,
): Promise<boolean> {
  const campaign = await campaignRules.rulesOf(id);
  if (campaign?.organization.id !== principal.organizationId) return false;
  return principal.kind !== 'participant' || campaign.status !== 'draft';
}

/** For what only reads a campaign. Throws `not_found` when a browser asks for one that it cannot see. */
export async function requireVisible(
  principal: Principal,
  id: CampaignId,
  campaignRules: Pick<CampaignRulesSource, 'rulesOf'>,
): Promise<void> {
  if (principal.kind === 'participant' && !(await canSee(principal, id, campaignRules))) throw notFound();
}

/** How far what somebody says they did is trusted: it follows from the credential, never from what was sent. */
export function trustOf(principal: Principal): 'server' | 'browser' {
  return principal.kind === 'participant' ? 'browser' : 'server';
}

/**
 * Who acts: whom the body names, and with a participant token its bearer, whom the body may leave out.
 * Throws `forbidden` for somebody else, `invalid_request` when an API token names nobody.
 */
export function actorOf(principal: Principal, named: PersonReference | undefined): PersonReference {
  if (principal.kind !== 'participant') {
    if (named !== undefined) return named;
    const detail = 'Found nothing, expected whom this is about, such as {"external_id": "customer-4711"}.';
    throw new Problem('invalid_request', `The body is not as expected at /participant: ${detail}`, {
      faults: [{ pointer: '/participant', detail }],
    });
  }
  if (named === undefined || ('id' in named && named.id === principal.participantId)) {
    return { id: principal.participantId };
  }
  throw notOneself(principal);
}

/**
 * Whose things a list shows: with an API token those of the participant asked for (null: of everybody), with a
 * participant token those of its bearer. Throws `forbidden` when it asks for somebody else's.
 */
export function whoseOf(principal: Principal, asked: ParticipantId | null): ParticipantId | null {
  if (principal.kind !== 'participant') return asked;
  if (asked === null || asked === principal.participantId) return principal.participantId;
  throw notOneself(principal);
}

/**
 * The campaign that a list over several is asked for (null: all of them). Throws `forbidden` when a participant token
 * that was made for some campaigns asks for another, or for none in particular.
 */
export function campaignOf(principal: Principal, asked: CampaignId | null): CampaignId | null {
  if (principal.kind !== 'participant' || principal.campaignIds === null) return asked;
  if (asked === null) {
    throw forbidden(
      `This participant token is for ${[...principal.campaignIds].join(', ')}, found no campaign_id. Name one of them as campaign_id.`,
    );
  }
  requireCampaign(principal, asked);
  return asked;
}

/** Who did this, for the record: the API token or the person. */
export function authorOf(principal: Principal): TokenId | PersonId {
  if (principal.kind === 'token') return principal.tokenId;
  if (principal.kind === 'person') return principal.person.id;
  throw forbidden('This needs an API token, found a participant token.');
}

export function forbidden(detail: string): Problem {
  return new Problem('forbidden', detail);
}

function notOneself({ participantId }: { readonly participantId: ParticipantId }): Problem {
  return forbidden(
    `This participant token is for ${participantId} and acts for nobody else. Name that id or leave the participant out; for other people call from your server with an API token.`,
  );
}
