import type { CampaignId, OrganizationId, ParticipantId, TokenId } from '../ids.ts';
import type { Permission } from './permissions.ts';

/** A server of the organization, with an API token: may do what its scopes say. */
export interface TokenPrincipal {
  readonly kind: 'token';
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly tokenId: TokenId;
  readonly permissions: ReadonlySet<Permission>;
  /** Whether it has every scope, also those that later versions add. */
  readonly unrestricted: boolean;
}

/** The browser of one participant, with a participant token: acts for that participant alone. */
export interface ParticipantPrincipal {
  readonly kind: 'participant';
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly participantId: ParticipantId;
  /** The campaigns the token was made for; null: all of the organization. */
  readonly campaignIds: ReadonlySet<CampaignId> | null;
  /** From whose pages a browser may send it. */
  readonly allowedOrigins: ReadonlySet<string>;
}

/** Who makes a request. */
export type Principal = TokenPrincipal | ParticipantPrincipal;

/**
 * Finds whose credential this is; null when it is unknown, expired or revoked. Answers at once for an API token seen
 * lately. Throws when the database cannot be asked.
 */
export type Authenticator = (credential: string) => Principal | null | Promise<Principal | null>;
