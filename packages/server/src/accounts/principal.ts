import type {
  CampaignId,
  OrganizationId,
  ParticipantId,
  PersonId,
  PersonSessionId,
  TokenId,
} from '../ids.ts';
import type { Permission, Role } from './permissions.ts';

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

/** Somebody who is signed in, in the organization they work in: may do what their role says. */
export interface PersonPrincipal {
  readonly kind: 'person';
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly person: { readonly id: PersonId; readonly name: string; readonly email: string };
  readonly sessionId: PersonSessionId;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  /** Whether tokens of theirs may have every scope, also those that later versions add. */
  readonly unrestricted: boolean;
}

/** Who makes a request. */
export type Principal = TokenPrincipal | ParticipantPrincipal | PersonPrincipal;

/**
 * Finds whose credential this is; null when it is unknown, expired or revoked. Answers at once for an API token seen
 * lately. Throws when the database cannot be asked.
 */
export type Authenticator = (credential: string) => Principal | null | Promise<Principal | null>;
